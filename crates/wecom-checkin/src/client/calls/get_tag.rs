//! `tag/get`: whom a tag names.

use serde::{Deserialize, Serialize};

use crate::{Client, Error, Row, TagId, calls, contact::TagMembers};

/// Which tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetTag {
    /// The tag.
    pub tagid: TagId,
}

impl Client {
    /// One call of `tag/get`.
    pub async fn get_tag(&self, request: GetTag) -> Result<Row<TagMembers>, Error> {
        self.call_whole(&calls::TAG_GET, &request).await
    }
}
