//! `checkin/getcheckinschedulist` (sic; documents 93380, 94208, 96500): who works which shift.

use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Job, Row, Slice, UserId, calls,
    client::slice,
    plan::{self, Days, PlannedSlice, UserBatch, Window},
    schedule::Schedule,
};

/// What to ask `getcheckinschedulist` for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetCheckinScheduleList {
    /// From when to when.
    #[serde(flatten)]
    pub window: Window,
    /// Whose schedules.
    #[serde(rename = "useridlist")]
    pub users: UserBatch,
}

impl Client {
    /// One call of `getcheckinschedulist`: one row a member and month. Members whose rule is not
    /// by shift have none.
    ///
    /// For any number of people and days see [`Client::schedules`].
    pub async fn get_checkin_schedule_list(
        &self,
        request: &GetCheckinScheduleList,
    ) -> Result<Vec<Row<Schedule>>, Error> {
        self.rows(&calls::GETCHECKINSCHEDULIST, request).await
    }
}

impl Client {
    /// The schedules of any number of people: one [`Slice`] a batch and calendar month (or the part
    /// of it that is asked for), batch by batch.
    pub fn schedules(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
    ) -> Job<Schedule> {
        let users = users.into_iter().map(Into::into);
        Job::new(self.schedule_slices(plan::months(users, days).collect()))
    }

    /// As [`Client::schedules`], for slices of one's own planning.
    pub fn schedule_slices(&self, plan: Vec<PlannedSlice>) -> BoxStream<'static, Slice<Schedule>> {
        slice::fetch(self, plan.into_iter(), |client, slice| async move {
            let PlannedSlice { users, window, .. } = slice;
            client.get_checkin_schedule_list(&GetCheckinScheduleList { window, users }).await
        })
    }
}
