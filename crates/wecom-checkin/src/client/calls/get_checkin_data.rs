//! `checkin/getcheckindata` (documents 90262, 94205, 96497): records as WeCom keeps them.

use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Record, Row, Slice, UserId, calls,
    client::slice,
    plan::{self, Days, PlannedSlice, UserBatch, Window},
    wire::number_enum,
};

/// What to ask `getcheckindata` for. Cannot be made outside the documented limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetCheckinData {
    /// Which records.
    #[serde(rename = "opencheckindatatype")]
    pub kind: RecordKind,
    /// From when to when. WeCom answers whole attendance days around it.
    #[serde(flatten)]
    pub window: Window,
    /// Whose.
    #[serde(rename = "useridlist")]
    pub users: UserBatch,
}

number_enum! {
    /// `opencheckindatatype`: which records to answer.
    RecordKind {
        /// On- and off-duty punches.
        Duty = 1,
        /// Outdoor punches.
        Outdoor = 2,
        /// Both.
        All = 3,
    }
}

impl GetCheckinData {
    /// All records of these people in this window.
    pub fn new(users: UserBatch, window: Window) -> Self {
        Self { kind: RecordKind::All, window, users }
    }
}

impl Client {
    /// One call of `getcheckindata`. Order and repetition are WeCom's.
    ///
    /// For any number of people and days see [`Client::records`].
    ///
    /// # Errors
    /// Among others 301021 when any of the people is unknown; then nobody's records come.
    pub async fn get_checkin_data(
        &self,
        request: &GetCheckinData,
    ) -> Result<Vec<Row<Record>>, Error> {
        self.rows(&calls::GETCHECKINDATA, request).await
    }
}

impl Client {
    /// The records of any number of people over any number of days.
    ///
    /// One [`Slice`] a batch and window, batch by batch in byte order of the userids, each batch's
    /// windows in order of time ([`plan::records`]); several are fetched at once, and they come in
    /// order. A slice has all rows of its window, so neighbours share their margins:
    /// [`merge`](crate::merge::merge) a batch's slices, and keep the days you want.
    ///
    /// A slice that failed is an error in its place; the others come all the same.
    pub fn records(
        &self,
        users: impl IntoIterator<Item = UserId>,
        days: Days,
    ) -> BoxStream<'static, Slice<Record>> {
        self.record_slices(plan::records(users, days).collect())
    }

    /// As [`Client::records`], for slices of one's own planning: what a ledger does not cover yet,
    /// for instance ([`PlannedSlice::of_records`]).
    pub fn record_slices(&self, plan: Vec<PlannedSlice>) -> BoxStream<'static, Slice<Record>> {
        slice::fetch(self, plan.into_iter(), |client, slice| async move {
            client.get_checkin_data(&GetCheckinData::new(slice.users, slice.window)).await
        })
    }
}
