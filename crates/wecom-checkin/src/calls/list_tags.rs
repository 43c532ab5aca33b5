//! `tag/list` and `tag/get`: tags, which rules may name.

use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Row, calls,
    contact::{Tag, TagMembers},
};

/// Which tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetTag {
    /// The tag.
    pub tagid: i64,
}

#[derive(Serialize)]
struct Nothing {}

impl Client {
    /// One call of `tag/list`.
    pub async fn list_tags(&self) -> Result<Vec<Row<Tag>>, Error> {
        self.rows(&calls::TAG_LIST, &Nothing {}).await
    }

    /// One call of `tag/get`.
    pub async fn get_tag(&self, request: GetTag) -> Result<Row<TagMembers>, Error> {
        self.whole(&calls::TAG_GET, &request).await
    }
}
