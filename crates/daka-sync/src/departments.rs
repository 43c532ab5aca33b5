//! The tree of departments, which a sync can do without.

use wecom_checkin::{Client, calls::list_departments::ListDepartments};

use crate::{Error, refusal::is_closed, run::Run};

impl Run<'_> {
    /// Fetches the tree of all departments. `department/list` tells names and heads, but WeCom
    /// refuses it to contact-sync secrets from addresses that did not use it before August 2022
    /// (48009); `department/simplelist` then gives the tree alone.
    pub(crate) async fn departments(&mut self, contacts: &Client) -> Result<(), Error> {
        let all = ListDepartments::default();
        let tree = match contacts.list_departments_in_full(all).await {
            Err(error) if is_closed(&error) => contacts.list_departments(all).await,
            told => told,
        };
        match tree {
            // A company has a department at least: an empty tree says nothing.
            Ok(tree) if tree.is_empty() => {}
            Ok(tree) => {
                let at = self.now();
                self.outcome.departments = self.ledger.commit_departments(at, &tree).await?;
            }
            Err(error) => self.outcome.refused.push(error),
        }
        Ok(())
    }
}
