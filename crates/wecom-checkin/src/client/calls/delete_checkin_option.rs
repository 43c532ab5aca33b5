//! `checkin/del_checkin_option` (documents 98041, 98767): deleting a rule.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, GroupId,
    calls::{self, Call},
    write::{BadField, Write, ensure},
};

/// A rule to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteCheckinOption {
    /// The rule, made by this app.
    pub groupid: GroupId,
    /// Whether it takes effect at once; presumably tomorrow otherwise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effective_now: Option<bool>,
}

impl Write for DeleteCheckinOption {
    const CALL: &'static Call = &calls::DEL_CHECKIN_OPTION;

    fn check(&self, _: Timestamp) -> Result<(), BadField> {
        ensure(self.groupid.0 > 0, "groupid", "must be a rule's id")
    }
}

impl Client {
    /// One call of `del_checkin_option`.
    pub async fn delete_checkin_option(&self, request: &DeleteCheckinOption) -> Result<(), Error> {
        self.write(request).await
    }
}
