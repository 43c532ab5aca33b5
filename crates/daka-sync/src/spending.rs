//! A company's quotas hold for all its workers together: what one spends, the next is charged with.
//!
//! A run notes in the ledger how often it made each call in each minute: with a commit, when the
//! last note is two seconds old, and at its end. Who takes the company over counts what the runs of
//! the last hour noted, killed ones included, as sent at the end of its minute, which is late
//! enough. What a killed run sent in its last two seconds is not noted; should that ever be too
//! much, WeCom says so (45009), and the client waits a minute.

use std::collections::BTreeMap;

use daka_ledger::{Ledger, Minute, RunId, Spent as Noted};
use jiff::{SignedDuration, Timestamp};
use wecom_checkin::{Client, QuotaUsage, calls::Call, limits};

use crate::Error;

/// How old a note may get while slices are committed.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(2);

/// How often each call was made in each minute.
type ByMinute = BTreeMap<(&'static str, Minute), u32>;

/// What a run spends.
#[derive(Debug)]
pub(crate) struct Spending {
    /// What its client had sent before: the same client may serve several runs.
    before: ByMinute,
    noted_at: Option<Timestamp>,
}

impl Spending {
    /// Charges a client with what others have spent of the company's quotas.
    pub(crate) async fn take_over(
        client: &Client,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let noted = ledger.spent(oldest(now)).await?;
        let before = by_minute(&client.quota_usage(), now);
        client.count_quota_usage(&charges(&less(of_notes(noted), &before), now));
        Ok(Self { before, noted_at: None })
    }

    /// Whether the last note is too old.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.noted_at.is_none_or(|at| now.duration_since(at) >= NOTED_EVERY)
    }

    /// Notes what the run has spent.
    pub(crate) async fn note(
        &mut self,
        client: &Client,
        ledger: &Ledger,
        run: RunId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let spent: Vec<Noted> = less(by_minute(&client.quota_usage(), now), &self.before)
            .into_iter()
            .map(|((call, minute), calls)| Noted { call: call.to_owned(), minute, calls })
            .collect();
        ledger.note_spent(run, &spent, oldest(now)).await?;
        self.noted_at = Some(now);
        Ok(())
    }
}

/// The first minute that some quota remembers.
fn oldest(now: Timestamp) -> Minute {
    Minute::of(now.checked_sub(limits::LONGEST).unwrap_or(Timestamp::MIN))
}

fn by_minute(spent: &[QuotaUsage], now: Timestamp) -> ByMinute {
    let mut sums = ByMinute::new();
    for QuotaUsage { call, age, calls } in spent {
        let minute = Minute::of(now.checked_sub(*age).unwrap_or(Timestamp::MIN));
        add(&mut sums, call.name, minute, *calls);
    }
    sums
}

/// Calls that this program does not know have no quota here either.
fn of_notes(noted: Vec<Noted>) -> ByMinute {
    let mut sums = ByMinute::new();
    for Noted { call, minute, calls } in noted {
        if let Some(call) = Call::find(&call) {
            add(&mut sums, call.name, minute, calls);
        }
    }
    sums
}

fn add(sums: &mut ByMinute, call: &'static str, minute: Minute, calls: u32) {
    let sum = sums.entry((call, minute)).or_default();
    *sum = sum.saturating_add(calls);
}

/// What is in `all` beyond `part`.
fn less(mut all: ByMinute, part: &ByMinute) -> ByMinute {
    for (key, sum) in &mut all {
        *sum = sum.saturating_sub(part.get(key).copied().unwrap_or_default());
    }
    all.retain(|_, sum| *sum > 0);
    all
}

fn charges(spent: &ByMinute, now: Timestamp) -> Vec<QuotaUsage> {
    spent
        .iter()
        .filter_map(|((call, minute), calls)| {
            // A minute that is not over counts as now.
            let age = now.duration_since(minute.end()).max(SignedDuration::ZERO);
            Some(QuotaUsage { call: Call::find(call)?, age: age.unsigned_abs(), calls: *calls })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wecom_checkin::calls::{GETCHECKINDATA, GETTOKEN};

    use super::*;

    /// Half a minute past an hour and six minutes.
    fn now() -> Timestamp {
        Timestamp::from_second(3_600 + 6 * 60 + 30).unwrap()
    }

    fn noted(call: &str, minute: i64, calls: u32) -> Noted {
        let minute = Minute::of(Timestamp::from_second(60 * minute).unwrap());
        Noted { call: call.to_owned(), minute, calls }
    }

    fn spent(call: &'static Call, age: u64, calls: u32) -> QuotaUsage {
        QuotaUsage { call, age: Duration::from_secs(age), calls }
    }

    #[test]
    fn others_calls_count_as_made_at_the_end_of_their_minute() {
        let cases: [(&[Noted], &[QuotaUsage], &[QuotaUsage]); 5] = [
            (&[], &[spent(&GETCHECKINDATA, 3, 5)], &[]),
            (&[noted("getcheckindata", 66, 5)], &[], &[spent(&GETCHECKINDATA, 0, 5)]),
            (
                &[
                    noted("getcheckindata", 65, 5),
                    noted("getcheckindata", 64, 1),
                    noted("new", 64, 1),
                ],
                &[],
                &[spent(&GETCHECKINDATA, 90, 1), spent(&GETCHECKINDATA, 30, 5)],
            ),
            // Two runs, and what the client itself sent is in one of them.
            (
                &[noted("getcheckindata", 66, 5), noted("getcheckindata", 66, 7)],
                &[spent(&GETCHECKINDATA, 20, 4), spent(&GETCHECKINDATA, 10, 3)],
                &[spent(&GETCHECKINDATA, 0, 5)],
            ),
            (&[noted("gettoken", 66, 5)], &[spent(&GETTOKEN, 29, 5)], &[]),
        ];
        for (notes, own, expected) in cases {
            let others = less(of_notes(notes.to_vec()), &by_minute(own, now()));
            assert_eq!(charges(&others, now()), expected, "{notes:?} {own:?}");
        }
    }
}
