//! A photo on its way to the disk: streamed to a place beside its own, put there when it is whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use wecom_checkin::calls::get_media::Media;

/// Why something could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// WeCom refused it, or the connection broke.
    #[error(transparent)]
    WeCom(#[from] wecom_checkin::Error),
    /// Fewer bytes came than were announced, or none.
    #[error("media/get: the file ended early")]
    EndedEarly,
    /// The file system refused.
    #[error("writing {} failed", .path.display())]
    File {
        /// With which file.
        path: PathBuf,
        /// The system's own words.
        #[source]
        source: io::Error,
    },
}

impl FetchError {
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}

/// A file that is whole and on the disk, though not in its place. It goes away when this is
/// dropped, unless it was put there.
#[derive(Debug)]
pub struct Download {
    partial: PathBuf,
    hash: Sha256,
    bytes: u64,
}

impl Download {
    /// Receives a file as `partial`, readable by its owner alone.
    ///
    /// # Errors
    /// When it does not come whole, or cannot be written; nothing is left behind.
    pub async fn receive(mut media: Media, partial: PathBuf) -> Result<Self, FetchError> {
        let mut download = Self { partial, hash: Sha256::new(), bytes: 0 };
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| FetchError::File { path, source }
        };
        let mut file = create_private(&download.partial).map_err(failed(&download.partial))?;
        while let Some(chunk) = media.chunk().await? {
            file.write_all(&chunk).map_err(failed(&download.partial))?;
            download.hash.update(&chunk);
            let more = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            download.bytes = download.bytes.saturating_add(more);
        }
        if download.bytes == 0 || media.length.is_some_and(|length| length != download.bytes) {
            return Err(FetchError::EndedEarly);
        }
        file.sync_all().map_err(failed(&download.partial))?;
        Ok(download)
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 of it, 64 lower-case hexadecimal digits.
    pub fn hash(&self) -> String {
        hex(self.hash.clone())
    }

    /// Puts it in its place, which must be in the same file system. What is there gives way.
    pub fn put(self, path: &Path) -> io::Result<()> {
        fs::rename(&self.partial, path)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        // Gone already when it was put in its place.
        let _ = fs::remove_file(&self.partial);
    }
}

/// SHA-256 of a text, in the same digits.
pub(crate) fn hash_of(text: &str) -> String {
    hex(Sha256::new().chain_update(text))
}

fn hex(hash: Sha256) -> String {
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// A new file that only its owner may read.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
