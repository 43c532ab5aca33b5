//! Photos of records: which were kept under which content, and which WeCom no longer had.
//!
//! The photos themselves lie elsewhere, each under the hash of its bytes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Ledger, Result,
    db::Table,
    time::{self, millis},
};

const MEDIA: Table<'_> = Table {
    name: "media",
    columns: &["company", "mediaid", "known_from", "hash", "bytes", "content_type"],
};

/// How many ids are looked up in one statement.
const BATCH: usize = 500;

/// What became of a media id. This never changes: an id stands for one file, and lives for days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "became", rename_all = "snake_case")]
pub enum Media {
    /// Its file is kept.
    Kept {
        /// SHA-256 of the file, 64 lower-case hexadecimal digits.
        hash: String,
        /// Its size.
        bytes: u64,
        /// Its kind as WeCom named it, such as `image/jpeg`.
        content_type: Option<String>,
    },
    /// WeCom no longer had it.
    Gone,
}

impl Ledger {
    /// Notes what became of a media id. What was noted before stands.
    pub async fn commit_media(&self, at: Timestamp, id: &str, media: &Media) -> Result<()> {
        let mut tx = self.write("noting a photo").await?;
        let (hash, bytes, content_type) = match media {
            Media::Kept { hash, bytes, content_type } => {
                let bytes = i64::try_from(*bytes).unwrap_or(i64::MAX);
                (Some(hash.clone()), Some(bytes), content_type.clone())
            }
            Media::Gone => (None, None, None),
        };
        let head = [self.company_id()?.into(), id.into(), millis(at).into()];
        let row = head.into_iter().chain([hash.into(), bytes.into(), content_type.into()]);
        tx.insert(&MEDIA, row.collect()).await?;
        tx.commit().await
    }

    /// What became of media ids; those that were never asked for are not in the answer.
    pub async fn media(
        &self,
        ids: &[String],
        as_of: Option<Timestamp>,
    ) -> Result<BTreeMap<String, Media>> {
        let company = self.company_id()?;
        let as_of = time::as_of(as_of);
        let mut tx = self.read("reading about photos").await?;
        let mut known = BTreeMap::new();
        for batch in ids.chunks(BATCH) {
            let lines = tx
                .rows(
                    "SELECT mediaid, hash, bytes, content_type FROM media
                     WHERE company = $1 AND mediaid IN $[2] AND known_from <= $3",
                    vec![company.into(), batch.to_vec().into(), as_of.into()],
                )
                .await?;
            for mut line in lines {
                let (id, hash) = (line.text()?, line.opt_text()?);
                let bytes = line.opt_int()?.and_then(|bytes| u64::try_from(bytes).ok());
                let content_type = line.opt_text()?;
                let media = hash.map_or(Media::Gone, |hash| Media::Kept {
                    hash,
                    bytes: bytes.unwrap_or_default(),
                    content_type,
                });
                known.insert(id, media);
            }
        }
        Ok(known)
    }
}
