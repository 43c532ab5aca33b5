//! `tag/list`: the tags, which rules may name.

use crate::{Client, Error, Row, calls, contact::Tag};

impl Client {
    /// One call of `tag/list`.
    pub async fn list_tags(&self) -> Result<Vec<Row<Tag>>, Error> {
        self.rows(&calls::TAG_LIST, &calls::NoParameters {}).await
    }
}
