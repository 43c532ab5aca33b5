//! `user/simplelist` (document 96259): the members of one department, with their names.

use serde::{Deserialize, Serialize};

use crate::{Client, DepartmentId, Error, Row, calls, contact::Member};

/// What to ask `user/simplelist` for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDepartmentMembers {
    /// The department. Those below it are not included.
    pub department_id: DepartmentId,
}

impl Client {
    /// One call of `user/simplelist`.
    pub async fn list_department_members(
        &self,
        request: ListDepartmentMembers,
    ) -> Result<Vec<Row<Member>>, Error> {
        self.rows(&calls::USER_SIMPLELIST, &request).await
    }
}
