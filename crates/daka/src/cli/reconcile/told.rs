//! What WeCom says of people's days and months: asked for now, or kept by the ledger.

use std::collections::{BTreeMap, HashMap};

use jiff::{ToSpan as _, civil::Date};
use wecom_checkin::{
    UserId, UserKey,
    report::{DayReport, MonthReport},
};

use super::{asking::Asking, kept::Kept};
use crate::{
    days::Days,
    failure::{Failure, Problem},
};

/// What WeCom told of each person's days; a day that is not here is not known.
pub(in crate::cli) type DaysTold = HashMap<UserKey, BTreeMap<Date, Option<DayReport>>>;
/// What WeCom told of each person's months.
pub(in crate::cli) type MonthsTold = HashMap<UserKey, Vec<(Days, MonthReport)>>;

/// Where WeCom's reports come from.
pub(super) enum Reports<'a> {
    Asked(Asking),
    Kept(Kept<'a>),
}

impl Reports<'_> {
    pub(super) async fn days(
        &mut self,
        people: &[UserId],
        days: Days,
    ) -> Result<DaysTold, Failure> {
        match self {
            Self::Asked(asking) => Ok(asking.days(people, days).await),
            Self::Kept(kept) => kept.days(people, days).await,
        }
    }

    /// Whole months only: a part of one is what its days say.
    pub(super) async fn months(
        &mut self,
        people: &[UserId],
        days: Days,
    ) -> Result<MonthsTold, Failure> {
        let months = whole_months(days);
        match self {
            Self::Asked(asking) => Ok(asking.months(people, &months).await),
            Self::Kept(kept) => kept.months(people, &months).await,
        }
    }

    /// What could not be had, and whether anything was.
    pub(super) fn end(self) -> (Vec<Problem>, bool) {
        match self {
            Self::Asked(asking) => (asking.problems, asking.answered),
            Self::Kept(kept) => (kept.problems, kept.answered),
        }
    }
}

/// The calendar months that lie in a span of days from end to end.
pub(in crate::cli) fn whole_months(days: Days) -> Vec<Days> {
    let firsts = days.first().first_of_month().series(1.month());
    firsts
        .take_while(|first| first.last_of_month() <= days.last())
        .filter(|first| *first >= days.first())
        .filter_map(|first| Days::new(first, first.last_of_month()).ok())
        .collect()
}
