//! `hardware/get_hardware_checkin_data` (documents 94126, 95176, 96504): what machines recorded.

use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Job, Row, UserId, calls,
    client::slice,
    device::DeviceRecord,
    plan::{self, Days, UserBatch, Window},
    wire::number_enum,
};

/// What to ask `get_hardware_checkin_data` for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetHardwareCheckinData {
    /// Which of a record's times lies in the window; by punch time unless said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub filter_type: Option<FilterBy>,
    /// From when to when.
    #[serde(flatten)]
    pub window: Window,
    /// Whose. Unknown people are ignored.
    #[serde(rename = "useridlist")]
    pub users: UserBatch,
}

number_enum! {
    /// `filter_type`: which of a record's times lies in the window.
    FilterBy {
        /// When the person punched.
        PunchTime = 1,
        /// When the machine reported it.
        UploadTime = 2,
    }
}

impl Client {
    /// One call of `get_hardware_checkin_data`.
    pub async fn get_hardware_checkin_data(
        &self,
        request: &GetHardwareCheckinData,
    ) -> Result<Vec<Row<DeviceRecord>>, Error> {
        self.rows(&calls::GET_HARDWARE_CHECKIN_DATA, request).await
    }

    /// What machines recorded of any number of people over any number of days: one [`Slice`](crate::Slice) a
    /// batch and run of up to 30 days, batch by batch. Windows do not overlap.
    pub fn device_records(
        &self,
        users: impl IntoIterator<Item = impl Into<UserId>>,
        days: Days,
        by: FilterBy,
    ) -> Job<DeviceRecord> {
        let users = users.into_iter().map(Into::into);
        let plan: Vec<_> = plan::runs(users, days, Window::MAX_DAYS).collect();
        Job::new(slice::fetch(self, plan.into_iter(), move |client, slice| async move {
            let (window, users) = (slice.window, slice.users);
            let request = GetHardwareCheckinData { filter_type: Some(by), window, users };
            client.get_hardware_checkin_data(&request).await
        }))
    }
}
