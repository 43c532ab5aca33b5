//! `oa/vacation/setoneuserquota`: what a member has left of one kind of leave.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, UserId, VacationId,
    calls::{self, Call},
    limits::{LEAVE_DAY_STEP_SEC, LEAVE_HOUR_STEP_SEC},
    units::Seconds,
    vacation::TimeAttr,
    write::{BadField, Write, ensure},
};

/// What a member shall have left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetVacationQuota {
    /// The member.
    pub userid: UserId,
    /// The kind of leave.
    pub vacation_id: VacationId,
    /// What shall be left.
    pub leftduration: Seconds,
    /// How the kind of leave is taken; decides which amounts are possible.
    pub time_attr: TimeAttr,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remarks: Option<String>,
}

impl Write for SetVacationQuota {
    const CALL: &'static Call = &calls::VACATION_SETONEUSERQUOTA;

    fn check(&self, _: Timestamp) -> Result<(), BadField> {
        calls::check_user("userid", &self.userid)?;
        let step = match self.time_attr {
            TimeAttr::Day => LEAVE_DAY_STEP_SEC,
            TimeAttr::Hour => LEAVE_HOUR_STEP_SEC,
            TimeAttr::Other(_) => return Err(BadField::new("time_attr", "must be 0 or 1")),
        };
        let fits = self.leftduration.0 >= 0 && self.leftduration.0 % step == 0;
        ensure(fits, "leftduration", format!("must be a multiple of {step} seconds"))
    }
}

impl Client {
    /// One call of `oa/vacation/setoneuserquota`.
    pub async fn set_vacation_quota(&self, request: &SetVacationQuota) -> Result<(), Error> {
        self.write(request).await
    }
}
