//! `department/list` (document 90344): the tree of departments, with names and heads.

use crate::{
    Client, Error, Row, calls, calls::list_departments::ListDepartments, contact::Department,
};

impl Client {
    /// One call of `department/list`: with names and heads. Slow, and refused (48009) to the
    /// contact-sync secret from new addresses.
    pub async fn list_departments_in_full(
        &self,
        request: ListDepartments,
    ) -> Result<Vec<Row<Department>>, Error> {
        self.rows(&calls::DEPARTMENT_LIST, &request).await
    }
}
