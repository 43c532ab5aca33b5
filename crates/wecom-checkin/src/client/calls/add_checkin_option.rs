//! `checkin/add_checkin_option` (documents 98041, 98767): a new rule.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Row, Rule,
    calls::{self, Call, rule_limits},
    write::{BadField, Write},
};

/// A new rule. The answer does not tell its id: find it with `getcorpcheckinoption`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddCheckinOption {
    /// Whether it takes effect at once; presumably tomorrow otherwise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effective_now: Option<bool>,
    /// The rule, sent as it is. Only the app that makes a rule may change it later.
    pub group: Row<Rule>,
}

impl Write for AddCheckinOption {
    const CALL: &'static Call = &calls::ADD_CHECKIN_OPTION;

    fn check(&self, now: Timestamp) -> Result<(), BadField> {
        rule_limits::check_new(&self.group, now).map_err(|bad| bad.within("group"))
    }
}

impl Client {
    /// One call of `add_checkin_option`.
    pub async fn add_checkin_option(&self, request: &AddCheckinOption) -> Result<(), Error> {
        self.write(request).await
    }
}
