//! `oa/vacation/getcorpconf` and `oa/vacation/getuservacationquota`: leave.

use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Row, UserId, calls,
    vacation::{VacationKind, VacationQuota},
};

/// Whose leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetVacationQuota {
    /// The member.
    pub userid: UserId,
}

#[derive(Serialize)]
struct Nothing {}

impl Client {
    /// One call of `oa/vacation/getcorpconf`: the company's kinds of leave.
    pub async fn get_vacation_kinds(&self) -> Result<Vec<Row<VacationKind>>, Error> {
        self.rows(&calls::VACATION_GETCORPCONF, &Nothing {}).await
    }

    /// One call of `oa/vacation/getuservacationquota`: what one member has left.
    pub async fn get_vacation_quota(
        &self,
        request: &GetVacationQuota,
    ) -> Result<Vec<Row<VacationQuota>>, Error> {
        self.rows(&calls::VACATION_GETUSERVACATIONQUOTA, request).await
    }
}
