//! `oa/getapprovaldetail`: one approval.

use serde::{Deserialize, Serialize};

use crate::{Client, Error, Row, approval::Approval, calls};

/// Which approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetApprovalDetail {
    /// Its number.
    pub sp_no: String,
}

impl Client {
    /// One call of `oa/getapprovaldetail`.
    pub async fn get_approval_detail(
        &self,
        request: &GetApprovalDetail,
    ) -> Result<Row<Approval>, Error> {
        self.call_under_key(&calls::GETAPPROVALDETAIL, request).await
    }
}
