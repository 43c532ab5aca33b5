//! `checkin/getcheckindata` (documents 90262, 94205, 96497): records as WeCom keeps them.

use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Job, Record, Row, Slice, UserId, calls,
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
    /// Planned into the fewest calls ([`plan::records`]), several at once. Of the answers only records
    /// filed on these days are kept ([`Record::filing_date`]), each once; what could not be fetched
    /// is named and costs nothing else.
    ///
    /// ```no_run
    /// # async fn month() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = wecom_checkin::Client::builder("ww1", std::env::var("WECOM_SECRET")?).build()?;
    /// let june = client.records(["lin.xia"], "2026-06".parse()?).all().await;
    /// println!("{} records, {} failures", june.rows.len(), june.failed.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn records(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
    ) -> Job<Record> {
        let users = users.into_iter().map(Into::into);
        let slices = self.record_slices(plan::records(users, days).collect());
        Job::new(slices).filed_on(days, Record::filing_date)
    }

    /// As [`Client::records`], for slices of one's own planning: what a ledger does not cover yet,
    /// for instance ([`PlannedSlice::of_records`]).
    pub fn record_slices(&self, plan: Vec<PlannedSlice>) -> BoxStream<'static, Slice<Record>> {
        slice::fetch(self, plan.into_iter(), |client, slice| async move {
            client.get_checkin_data(&GetCheckinData::new(slice.users, slice.window)).await
        })
    }
}
