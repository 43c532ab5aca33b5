//! `department/simplelist` (document 95406): the tree of departments, ids only.

use serde::{Deserialize, Serialize};

use crate::{Client, DepartmentId, Error, Row, calls, contact::Department};

/// Which department, with all below it; everything the secret may see unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListDepartments {
    /// The department.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<DepartmentId>,
}

impl Client {
    /// One call of `department/simplelist`: ids only.
    pub async fn list_departments(
        &self,
        request: ListDepartments,
    ) -> Result<Vec<Row<Department>>, Error> {
        self.rows(&calls::DEPARTMENT_SIMPLELIST, &request).await
    }
}
