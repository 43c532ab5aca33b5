//! `checkin/getcheckinoption` (documents 90263, 94204, 99443): the rules of members on a day.

use futures::stream::BoxStream;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Job, Row, Slice, UserId, calls,
    client::slice,
    plan::{self, PlannedSlice, UserBatch},
    rule::MemberRule,
    units::UnixTime,
};

/// What to ask `getcheckinoption` for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetCheckinOption {
    /// The day, as its midnight at UTC+8.
    pub datetime: UnixTime,
    /// Whose rules.
    #[serde(rename = "useridlist")]
    pub users: UserBatch,
}

impl GetCheckinOption {
    /// The rules of these people on this day. A rule may differ from day to day.
    pub fn new(users: UserBatch, date: Date) -> Self {
        Self { datetime: UnixTime::beijing_midnight(date), users }
    }
}

impl Client {
    /// One call of `getcheckinoption`. People without a rule are missing from the answer.
    ///
    /// For any number of people and days see [`Client::rules`].
    pub async fn get_checkin_option(
        &self,
        request: &GetCheckinOption,
    ) -> Result<Vec<Row<MemberRule>>, Error> {
        self.rows(&calls::GETCHECKINOPTION, request).await
    }
}

impl Client {
    /// The rules of any number of people on any days: one [`Slice`] a batch and day, batch by
    /// batch, each batch's days in the order given.
    pub fn rules(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        dates: impl IntoIterator<Item = Date>,
    ) -> Job<MemberRule> {
        let users = users.into_iter().map(Into::into);
        Job::new(self.rule_slices(plan::days(users, dates).collect()))
    }

    /// As [`Client::rules`], for slices of one's own planning. The rules are those of a core's first
    /// day.
    pub fn rule_slices(&self, plan: Vec<PlannedSlice>) -> BoxStream<'static, Slice<MemberRule>> {
        slice::fetch(self, plan.into_iter(), |client, slice| async move {
            let request = GetCheckinOption::new(slice.users, slice.core.first());
            client.get_checkin_option(&request).await
        })
    }
}
