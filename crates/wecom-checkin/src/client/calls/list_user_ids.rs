//! `user/list_id` (document 96067): everyone's userid, by department. Contact-sync secret only.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Row, UserId, calls, client::rows::Rows, contact::DepartmentUser, tolerant,
};

/// What to ask `user/list_id` for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUserIds {
    /// Where to go on; absent for the first page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cursor: Option<String>,
    /// Entries a page, 1 to 10,000.
    pub limit: u32,
}

impl Default for ListUserIds {
    /// The first page, as long as a page may be.
    fn default() -> Self {
        Self { cursor: None, limit: calls::USER_LIST_ID.max_page() }
    }
}

/// One page.
#[derive(Debug)]
pub struct UserIdPage {
    /// The entries.
    pub users: Vec<Row<DepartmentUser>>,
    /// Where to go on; `None` on the last page.
    pub next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    dept_user: Rows<DepartmentUser>,
    #[serde(default, deserialize_with = "tolerant::field")]
    next_cursor: Option<String>,
}

impl Client {
    /// One page of `user/list_id`.
    ///
    /// For all members see [`Client::user_ids`].
    pub async fn list_user_ids(&self, request: &ListUserIds) -> Result<UserIdPage, Error> {
        let page: Page = self.call_whole(&calls::USER_LIST_ID, request).await?;
        Ok(UserIdPage {
            users: page.dept_user.0,
            next_cursor: page.next_cursor.filter(|cursor| !cursor.is_empty()),
        })
    }
}

impl Client {
    /// Everyone whom the contact-sync secret can list: each once, in byte order.
    pub async fn user_ids(&self) -> Result<Vec<UserId>, Error> {
        let mut users = BTreeSet::new();
        let mut request = ListUserIds::default();
        loop {
            let page = self.list_user_ids(&request).await?;
            users.extend(page.users.into_iter().filter_map(|row| row.into_typed().userid));
            if page.next_cursor.is_none() {
                return Ok(users.into_iter().collect());
            }
            if page.next_cursor == request.cursor {
                let text = "its next_cursor is the one just asked for";
                return Err(Error::unexpected(calls::USER_LIST_ID.name, text));
            }
            request.cursor = page.next_cursor;
        }
    }
}
