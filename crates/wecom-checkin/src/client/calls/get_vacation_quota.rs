//! `oa/vacation/getuservacationquota`: what one member has left of each kind of leave.

use serde::{Deserialize, Serialize};

use crate::{Client, Error, Row, UserId, calls, vacation::VacationQuota};

/// Whose leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetVacationQuota {
    /// The member.
    pub userid: UserId,
}

impl Client {
    /// One call of `oa/vacation/getuservacationquota`: what one member has left.
    pub async fn get_vacation_quota(
        &self,
        request: &GetVacationQuota,
    ) -> Result<Vec<Row<VacationQuota>>, Error> {
        self.rows(&calls::VACATION_GETUSERVACATIONQUOTA, request).await
    }
}
