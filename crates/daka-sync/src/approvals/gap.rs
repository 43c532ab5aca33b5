//! Where approvals are not known: for the status, the doctor, and the head of a report.

use std::collections::BTreeSet;

use attendance::Known;
use daka_ledger::{Call, Ledger};
use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;
use wecom_checkin::{UserId, units::UnixTime};

/// People and days whose records are known and whose approvals are not: what is found on such a day
/// is doubtful, for leave that was granted may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalsGap {
    /// People with such a day.
    pub people: usize,
    /// Such days of all these people.
    pub person_days: usize,
    /// The first such day.
    pub from: Date,
    /// The last, inclusive.
    pub to: Date,
}

/// People asked about at a time.
const BATCH: usize = 500;

impl ApprovalsGap {
    /// The gap among some people's days; `None` where all is known.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn of(
        ledger: &Ledger,
        users: &[UserId],
        (from, to): (Date, Date),
    ) -> daka_ledger::Result<Option<Self>> {
        let (mut people, mut person_days, mut dates) = (0, 0, BTreeSet::new());
        for users in users.chunks(BATCH) {
            let records = ledger.known(Call::Records, users, from, to, None).await?;
            let approvals = ledger.known(Call::Approvals, users, from, to, None).await?;
            for (records, approvals) in records.iter().zip(&approvals) {
                let days = from.series(1.day()).take_while(|date| *date <= to);
                let missing =
                    days.filter(|&date| is_over(date, records) && !is_over(date, approvals));
                let before = person_days;
                for date in missing {
                    person_days += 1;
                    dates.insert(date);
                }
                people += usize::from(person_days > before);
            }
        }
        let ends = dates.first().copied().zip(dates.last().copied());
        Ok(ends.map(|(from, to)| Self { people, person_days, from, to }))
    }
}

/// Whether a day, as WeCom counts days, was asked for after it had ended.
fn is_over(date: Date, known: &[Known]) -> bool {
    let end = UnixTime::beijing_midnight(date).0 + 86_400;
    known.iter().any(|k| k.from <= date && date <= k.to && k.until.as_second() >= end)
}
