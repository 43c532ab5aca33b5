//! `checkin/clear_checkin_option_array_field` (documents 98041, 98767): emptying lists of a rule.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, GroupId,
    calls::{self, Call},
    wire::number_enum,
    write::{BadField, Write, ensure},
};

/// Lists of a rule to empty; an update cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearCheckinOption {
    /// The rule, made by this app.
    pub groupid: GroupId,
    /// The lists.
    pub clear_field: Vec<ClearableList>,
    /// Whether it takes effect at once; presumably tomorrow otherwise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effective_now: Option<bool>,
}

number_enum! {
    /// A list of a rule that can be emptied.
    ClearableList {
        /// `spe_workdays`.
        SpecialWorkdays = 1,
        /// `spe_offdays`.
        SpecialOffdays = 2,
        /// `wifimac_infos`.
        Wifi = 3,
        /// `loc_infos`.
        Places = 4,
    }
}

impl Write for ClearCheckinOption {
    const CALL: &'static Call = &calls::CLEAR_CHECKIN_OPTION_ARRAY_FIELD;

    fn check(&self, _: Timestamp) -> Result<(), BadField> {
        let lists = &self.clear_field;
        ensure(self.groupid.0 > 0, "groupid", "must be a rule's id")?;
        let all_known = !lists.iter().any(|list| matches!(list, ClearableList::Other(_)));
        ensure(!lists.is_empty() && all_known, "clear_field", "must hold numbers from 1 to 4")?;
        let both = lists.contains(&ClearableList::Wifi) && lists.contains(&ClearableList::Places);
        ensure(!both, "clear_field", "must leave Wi-Fi (3) or places (4) (WeCom: 301097)")
    }
}

impl Client {
    /// One call of `clear_checkin_option_array_field`.
    pub async fn clear_checkin_option(&self, request: &ClearCheckinOption) -> Result<(), Error> {
        self.write(request).await
    }
}
