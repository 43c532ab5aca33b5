//! `checkin/getcheckin_monthdata` (documents 93387, 94207, 96499): WeCom's own month reports.

use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Job, Row, UserId, calls,
    client::slice,
    plan::{self, Days, MidnightRange, OutsideLimit, UserBatch},
    report::MonthReport,
};

/// The most days of one request.
const MAX_DAYS: i64 = calls::GETCHECKIN_MONTHDATA.max_days();

/// What to ask `getcheckin_monthdata` for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetCheckinMonthData {
    /// The days that are summed up; a calendar month or any other span.
    #[serde(flatten)]
    pub days: MidnightRange<MAX_DAYS>,
    /// Whose.
    #[serde(rename = "useridlist")]
    pub users: UserBatch,
}

impl GetCheckinMonthData {
    /// # Errors
    /// When there are more than 32 days: a month and the first of the next, which integrators name.
    pub fn new(users: UserBatch, days: Days) -> Result<Self, OutsideLimit> {
        Ok(Self { days: MidnightRange::new(days)?, users })
    }
}

impl Client {
    /// One call of `getcheckin_monthdata`: one row a member.
    pub async fn get_checkin_month_data(
        &self,
        request: &GetCheckinMonthData,
    ) -> Result<Vec<Row<MonthReport>>, Error> {
        self.rows(&calls::GETCHECKIN_MONTHDATA, request).await
    }

    /// The month reports of any number of people: one [`Slice`](crate::Slice) a batch and calendar month (or the
    /// part of it that is asked for), batch by batch.
    pub fn month_reports(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
    ) -> Job<MonthReport> {
        let users = users.into_iter().map(Into::into);
        let plan: Vec<_> = plan::months(users, days).collect();
        Job::new(slice::fetch(self, plan.into_iter(), |client, slice| async move {
            client.get_checkin_month_data(&GetCheckinMonthData::new(slice.users, slice.core)?).await
        }))
    }
}
