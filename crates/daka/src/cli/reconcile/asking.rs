//! WeCom's reports, asked for now.

use futures::StreamExt as _;
use jiff::ToSpan as _;
use wecom_checkin::{Client, UserId, units::UnixTime};

use super::told::{DaysTold, MonthsTold};
use crate::{cli::wecom, days::Days, failure::Problem};

/// Asking WeCom, and what went wrong in it.
pub(super) struct Asking {
    client: Client,
    pub(super) problems: Vec<Problem>,
    pub(super) answered: bool,
}

impl Asking {
    pub(super) fn new(client: Client) -> Self {
        Self { client, problems: Vec::new(), answered: false }
    }

    pub(super) async fn days(&mut self, people: &[UserId], days: Days) -> DaysTold {
        let mut told = DaysTold::new();
        let mut slices = self.client.day_reports(people.to_vec(), days).slices();
        while let Some(slice) = slices.next().await {
            let (asked, unknown) = (slice.users.users(), &slice.unknown);
            self.problems.extend(wecom::unknown_people("getcheckin_daydata", unknown, slice.core));
            let Some(rows) = self.rows(slice.rows, asked, slice.core) else { continue };
            for user in asked.iter().filter(|user| !unknown.contains(user)) {
                let dates = slice.core.first().series(1.day());
                let dates = dates.take_while(|date| *date <= slice.core.last());
                told.entry(user.key()).or_default().extend(dates.map(|date| (date, None)));
            }
            for report in rows {
                let base = report.base_info.as_ref();
                let user = base.and_then(|base| base.acctid.as_ref()).map(UserId::key);
                let date = base.and_then(|base| base.date).and_then(UnixTime::beijing_date);
                if let (Some(user), Some(date)) = (user, date) {
                    told.entry(user).or_default().insert(date, Some(report));
                }
            }
        }
        told
    }

    pub(super) async fn months(&mut self, people: &[UserId], months: &[Days]) -> MonthsTold {
        let mut told = MonthsTold::new();
        for &month in months {
            let mut slices = self.client.month_reports(people.to_vec(), month).slices();
            while let Some(slice) = slices.next().await {
                // Unknown people are named with their days already.
                let asked = slice.users.users();
                let Some(rows) = self.rows(slice.rows, asked, slice.core) else { continue };
                for report in rows {
                    let base = report.base_info.as_ref();
                    if let Some(user) = base.and_then(|base| base.acctid.as_ref()) {
                        told.entry(user.key()).or_default().push((month, report));
                    }
                }
            }
        }
        told
    }

    fn rows<T>(
        &mut self,
        rows: Result<Vec<wecom_checkin::Row<T>>, wecom_checkin::Error>,
        asked: &[UserId],
        days: Days,
    ) -> Option<Vec<T>> {
        match rows {
            Ok(rows) => {
                self.answered = true;
                Some(rows.into_iter().map(wecom_checkin::Row::into_typed).collect())
            }
            Err(error) => {
                self.problems.push(wecom::problem(&error).undone(asked, days));
                None
            }
        }
    }
}
