//! A folder of photos, each under the hash of its bytes: `ab/ab34….jpg`.

use std::{
    fs::{self, DirBuilder},
    io,
    path::{Path, PathBuf},
};

use daka_ledger::Media as Kept;
use wecom_checkin::{Client, calls::get_media::GetMedia};

use crate::download::{Download, FetchError, hash_of};

/// Where photos wait until they are whole.
const INCOMING: &str = "incoming";
/// Hexadecimal digits that name the folder of a photo: 256 folders, each small enough to list.
const FAN_OUT: usize = 2;

/// A folder of photos. What is in it never changes: the same bytes have the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoFolder(PathBuf);

impl PhotoFolder {
    /// Opens a folder, and makes it for its owner alone where it is missing.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        make_private(&path.join(INCOMING))?;
        Ok(Self(path))
    }

    /// Where a photo lies; `None` for a hash that is none, which could lead out of the folder.
    pub fn path(&self, hash: &str, content_type: Option<&str>) -> Option<PathBuf> {
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (head, _) = hash.split_at_checked(FAN_OUT).filter(|_| is_hash)?;
        let mut name = PathBuf::from(hash);
        name.set_extension(ending(content_type));
        Some(self.0.join(head).join(name))
    }

    /// Fetches a photo and keeps it. Killed anywhere, it leaves at most a part that the next fetch
    /// of the same id replaces.
    pub(crate) async fn fetch(&self, client: &Client, id: &str) -> Result<Kept, FetchError> {
        let partial = self.partial(client, id);
        let media = match client.get_media(&GetMedia::new(id)).await {
            Ok(media) => media,
            Err(error) => {
                // What an earlier run left of it will never be whole.
                let _ = fs::remove_file(&partial);
                return Err(error.into());
            }
        };
        let content_type = media.content_type.clone();
        let download = Download::receive(media, partial).await?;
        let (hash, bytes) = (download.hash(), download.bytes());
        let path = self.path(&hash, content_type.as_deref()).ok_or(FetchError::EndedEarly)?;
        place(download, &path).map_err(|source| FetchError::file(&path, source))?;
        Ok(Kept::Kept { hash, bytes, content_type })
    }

    /// One place for each id: companies may share a folder, and an id may hold anything.
    fn partial(&self, client: &Client, id: &str) -> PathBuf {
        let name = hash_of(&format!("{}\n{id}", client.corp()));
        self.0.join(INCOMING).join(name)
    }
}

/// Puts a photo in its place, for good.
fn place(download: Download, path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Err(io::ErrorKind::InvalidInput.into()) };
    make_private(folder)?;
    download.put(path)?;
    // Where a folder can be opened like a file, its new entry outlives a power cut.
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Makes a folder and those above it, for their owner alone.
fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A file's ending by its kind.
fn ending(content_type: Option<&str>) -> &'static str {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default();
    match kind.trim().to_ascii_lowercase().as_str() {
        "image/jpeg" | "image/jpg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/heic" => "heic",
        "video/mp4" => "mp4",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_lies_under_its_hash_and_nowhere_else() {
        let folder = PhotoFolder(PathBuf::from("photos"));
        let hash = "ab".repeat(32);
        for (hash, content_type, expected) in [
            (hash.as_str(), Some("image/jpeg"), Some(format!("photos/ab/{hash}.jpg"))),
            (&hash, Some("Image/PNG; q=1"), Some(format!("photos/ab/{hash}.png"))),
            (&hash, Some("application/x-tar/../.."), Some(format!("photos/ab/{hash}.bin"))),
            (&hash, None, Some(format!("photos/ab/{hash}.bin"))),
            (&"../..".repeat(13), None, None),
            ("ab", None, None),
        ] {
            assert_eq!(folder.path(hash, content_type), expected.map(PathBuf::from), "{hash}");
        }
    }
}
