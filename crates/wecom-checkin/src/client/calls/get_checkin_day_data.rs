//! `checkin/getcheckin_daydata` (documents 93374, 94206, 96498): WeCom's own day reports.

use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Job, Row, UserId, calls,
    client::slice,
    plan::{self, Days, MidnightRange, OutsideLimit, UserBatch},
    report::DayReport,
};

/// The most days of one request.
const MAX_DAYS: i64 = calls::GETCHECKIN_DAYDATA.max_days();

/// What to ask `getcheckin_daydata` for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetCheckinDayData {
    /// Which days. Other bounds than midnights would be answered with nothing.
    #[serde(flatten)]
    pub days: MidnightRange<MAX_DAYS>,
    /// Whose.
    #[serde(rename = "useridlist")]
    pub users: UserBatch,
}

impl GetCheckinDayData {
    /// # Errors
    /// When there are more than 30 days.
    pub fn new(users: UserBatch, days: Days) -> Result<Self, OutsideLimit> {
        Ok(Self { days: MidnightRange::new(days)?, users })
    }
}

impl Client {
    /// One call of `getcheckin_daydata`: one row a member and day.
    pub async fn get_checkin_day_data(
        &self,
        request: &GetCheckinDayData,
    ) -> Result<Vec<Row<DayReport>>, Error> {
        self.rows(&calls::GETCHECKIN_DAYDATA, request).await
    }

    /// The day reports of any number of people over any number of days: one [`Slice`](crate::Slice) a batch and
    /// run of up to 30 days, batch by batch.
    pub fn day_reports(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
    ) -> Job<DayReport> {
        let users = users.into_iter().map(Into::into);
        let plan: Vec<_> = plan::runs(users, days, MAX_DAYS).collect();
        Job::new(slice::fetch(self, plan.into_iter(), |client, slice| async move {
            client.get_checkin_day_data(&GetCheckinDayData::new(slice.users, slice.core)?).await
        }))
    }
}
