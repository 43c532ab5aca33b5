//! Tokens in a folder of the user's, one file each, for every process of the user.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use futures::future::BoxFuture;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{StoreError, StoreLock, Token, TokenKey, TokenStore};

/// Tokens as files that only their owner can read (mode 0600), named by a hash of the credentials.
///
/// Written beside and renamed, so a reader never sees half a token; a lock file keeps two processes
/// from refreshing at once. A file that others may read is not trusted.
#[derive(Debug, Clone)]
pub struct FileStore {
    folder: PathBuf,
}

/// How long to wait for another process's refresh before going ahead without the lock.
const LOCK_PATIENCE: Duration = Duration::from_mins(1);
const LOCK_POLL: Duration = Duration::from_millis(50);

#[derive(Serialize, Deserialize)]
struct Kept {
    access_token: String,
    refresh_at: Timestamp,
    expires_at: Timestamp,
}

impl FileStore {
    /// Keeps tokens in this folder, which is made when the first is saved.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Keeps tokens in the user's cache folder; `None` where the user has none.
    pub fn in_cache_folder() -> Option<Self> {
        let dirs = directories::BaseDirs::new()?;
        Some(Self::new(dirs.cache_dir().join("wecom-checkin")))
    }

    fn path(&self, key: &TokenKey, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", key.id()))
    }
}

impl TokenStore for FileStore {
    fn load<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<Option<Token>, StoreError>> {
        let path = self.path(key, "json");
        Box::pin(async move { tokio::task::spawn_blocking(move || read(&path)).await? })
    }

    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        token: &'a Token,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let (path, beside) = (self.path(key, "json"), self.path(key, "tmp"));
        let kept = Kept {
            access_token: token.secret().expose_secret().to_owned(),
            refresh_at: token.refresh_at(),
            expires_at: token.expires_at(),
        };
        Box::pin(
            async move { tokio::task::spawn_blocking(move || write(&path, &beside, &kept)).await? },
        )
    }

    fn lock<'a>(&'a self, key: &'a TokenKey) -> BoxFuture<'a, Result<StoreLock, StoreError>> {
        Box::pin(async move {
            make_folder(&self.folder)?;
            let file = private_file().create(true).truncate(false).open(self.path(key, "lock"))?;
            let patience = tokio::time::Instant::now() + LOCK_PATIENCE;
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(StoreLock::new(file)),
                    Err(TryLockError::Error(error)) => return Err(error.into()),
                    Err(TryLockError::WouldBlock) if tokio::time::Instant::now() > patience => {
                        return Err("another process holds the token's lock".into());
                    }
                    Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_POLL).await,
                }
            }
        })
    }
}

fn read(path: &Path) -> Result<Option<Token>, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if !is_private(&file)? {
        return Err("the token's file is readable by others and is not used".into());
    }
    // A broken file is no token; its text must not end up in a message.
    let Ok(text) = io::read_to_string(file) else { return Ok(None) };
    let kept: Option<Kept> = serde_json::from_str(&text).ok();
    Ok(kept.map(|kept| {
        Token::stored(SecretString::from(kept.access_token), kept.refresh_at, kept.expires_at)
    }))
}

fn write(path: &Path, beside: &Path, kept: &Kept) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    match fs::remove_file(beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut file = private_file().create_new(true).open(beside)?;
    file.write_all(&serde_json::to_vec(kept)?)?;
    file.sync_all()?;
    fs::rename(beside, path)?;
    Ok(())
}

#[cfg(unix)]
fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(unix)]
fn is_private(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    let for_others = file.metadata()?.permissions().mode() % 0o100;
    Ok(for_others == 0)
}

#[cfg(not(unix))]
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    options
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn is_private(_: &File) -> io::Result<bool> {
    Ok(true)
}
