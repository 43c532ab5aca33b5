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
