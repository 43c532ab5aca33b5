//! Claim, send, confirm: the order in which nothing is told twice that was confirmed, and nothing is
//! forgotten.

use std::time::Duration;

use daka_ledger::Ledger;
use jiff::{SignedDuration, Timestamp};

use super::{Item, Message, No, Share, Wording};
use crate::lang::Lang;

/// How long a run has a claim for itself. What a killed run had claimed waits so long.
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// Shorter than the lease: nothing is sent on a claim that has ended.
const LONGEST_SENDING: Duration = Duration::from_mins(10);

/// What became of a message.
pub(crate) enum Delivery {
    Told(Message),
    /// All of it is told or claimed by another run.
    Elsewhere,
    Failed(Message, No),
}

/// Claims what a message is to say, sends it, and confirms or notes why not.
///
/// A run that dies after the receiver took a message and before the ledger knows it leaves a claim
/// behind. No protocol with a receiver that cannot be asked closes that window; the claim ends
/// and the message is sent again, because a finding told twice costs a glance and one never told
/// costs somebody's pay.
pub(crate) async fn deliver(
    ledger: &Ledger,
    clock: impl Fn() -> Timestamp,
    wording: &Wording,
    recipient: &str,
    shares: Vec<Share>,
    send: impl AsyncFnOnce(&Message) -> Result<(), No>,
) -> daka_ledger::Result<Delivery> {
    let wanted = shares.iter().flat_map(|share| &share.items);
    let wanted = wanted.filter_map(|item| item.untold.clone()).collect();
    let at = clock();
    let (claim, claimed) =
        ledger.claim_tellings(at, at.saturating_add(LEASE).unwrap_or(at), wanted).await?;
    if claimed.is_empty() {
        return Ok(Delivery::Elsewhere);
    }
    let is_ours = |item: &Item| claimed.iter().any(|untold| untold.telling == item.telling);
    let shares = shares.into_iter().filter_map(|Share { who, mut items }| {
        items.retain(is_ours);
        (!items.is_empty()).then_some(Share { who, items })
    });
    let message = wording.message(recipient, shares.collect());
    let sent = tokio::time::timeout(LONGEST_SENDING, send(&message)).await;
    match sent.unwrap_or_else(|_| Err(No::took_too_long())) {
        Ok(()) => {
            ledger.confirm_tellings(&claim, clock()).await?;
            Ok(Delivery::Told(message))
        }
        Err(no) => {
            let trouble = no.problem.errmsg.in_lang(Lang::En);
            ledger.fail_tellings(&claim, trouble, !no.is_unsure).await?;
            Ok(Delivery::Failed(message, no))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        future::pending,
    };

    use attendance::verdict::{Finding, FindingKind};
    use daka_ledger::Telling;
    use futures::FutureExt as _;
    use jiff::civil::date;

    use super::*;
    use crate::{lang::Text, report::Who};

    /// What happens to a run.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Fate {
        Done,
        DiesBeforeSending,
        DiesAfterSending,
        Refused,
    }

    struct Desk {
        ledger: Ledger,
        now: Cell<Timestamp>,
        heard: RefCell<usize>,
        _folder: tempfile::TempDir,
    }

    impl Desk {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let address = format!("sqlite:{}", folder.path().join("daka.db").display());
            let ledger = Ledger::create_or_open(&address).await.unwrap();
            let ledger = ledger.add_company("ww1").await.unwrap();
            let now = Cell::new("2026-11-05T00:00:00Z".parse().unwrap());
            Self { ledger, now, heard: RefCell::default(), _folder: folder }
        }

        async fn run(&self, fate: Fate) -> Option<Delivery> {
            let (kind, date) = (FindingKind::Missing, date(2026, 10, 1));
            let telling = Telling {
                receiver: "r".into(),
                recipient: String::new(),
                userid: "li".into(),
                date,
                kind,
                amount: 1,
            };
            self.ledger.note_tellings(self.now.get(), &[telling]).await.unwrap();
            let items = self.ledger.untold("r").await.unwrap().into_iter().map(|untold| Item {
                telling: untold.telling.clone(),
                finding: Finding { kind, count: 1, duration_sec: None },
                corrects: false,
                untold: Some(untold),
            });
            let share = Share { who: Who::default(), items: items.collect() };
            let wording = Wording::new(Lang::Zh, (None, None), false, true, 999).unwrap();
            let (died, dies) = futures::channel::oneshot::channel::<()>();
            let send = async |_: &Message| {
                if fate == Fate::Refused {
                    return Err(No::new(None, Text::default(), Text::default()));
                }
                *self.heard.borrow_mut() += usize::from(fate != Fate::DiesBeforeSending);
                if fate != Fate::Done {
                    died.send(()).unwrap();
                    pending::<()>().await;
                }
                Ok(())
            };
            let clock = || self.now.get();
            let run = deliver(&self.ledger, clock, &wording, "", vec![share], send);
            let dies = async {
                if dies.await.is_err() {
                    pending::<()>().await;
                }
            };
            // A run that dies is dropped where it stands.
            futures::select_biased! {
                done = Box::pin(run).fuse() => Some(done.unwrap()),
                () = Box::pin(dies).fuse() => None,
            }
        }

        fn wait(&self, minutes: i64) {
            self.now.set(self.now.get() + SignedDuration::from_mins(minutes));
        }
    }

    #[tokio::test]
    async fn what_a_run_left_is_told_after_its_lease_and_what_was_confirmed_never_again() {
        for (fate, again_at_once, heard) in [
            (Fate::Done, false, 1),
            (Fate::DiesBeforeSending, false, 1),
            // The window that cannot be closed: at least once.
            (Fate::DiesAfterSending, false, 2),
            (Fate::Refused, true, 1),
        ] {
            let desk = Desk::new().await;
            let first = desk.run(fate).await;
            assert_eq!(
                first.is_none(),
                matches!(fate, Fate::DiesBeforeSending | Fate::DiesAfterSending)
            );
            desk.wait(14);
            let second = desk.run(Fate::Done).await.unwrap();
            assert_eq!(matches!(second, Delivery::Told(_)), again_at_once, "{fate:?}");
            for _ in 0..3 {
                desk.wait(16);
                desk.run(Fate::Done).await;
            }
            assert_eq!(*desk.heard.borrow(), heard, "{fate:?}");
        }
    }
}
