//! The file of a ledger and those beside it: who may read them, and where they really lie.
//!
//! A ledger holds names, places and leave, so a new one is its owner's alone, whatever the umask
//! says. SQLite gives the logs beside it the mode that it has itself.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use crate::{Error, Result};

/// The path behind symbolic links, so that every way to a ledger leads to the same log and the same
/// lock beside it.
pub(crate) fn real(path: &Path) -> Result<PathBuf> {
    fs::canonicalize(path).map_err(failed("reading", path))
}

/// Makes an empty file where there is none, for its owner alone. What is there keeps its mode.
pub(crate) fn make(path: &Path) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    // A link to nothing is followed: the file is made where it points.
    let made = private().create(true).truncate(false).write(true).open(path);
    made.and_then(|file| own(&file)).map_err(failed("creating", path))
}

/// Opens the file that stands for a lock; a new one has the mode of the ledger, whose users share it.
pub(crate) fn lock(path: &Path, ledger: &Path) -> Result<File> {
    let opened = File::options().write(true).open(path);
    let opened = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = private().create(true).truncate(false).write(true).open(path);
            made.and_then(|file| {
                file.set_permissions(fs::metadata(ledger)?.permissions())?;
                Ok(file)
            })
        }
        opened => opened,
    };
    opened.map_err(failed("locking", path))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::File { doing, path: path.to_owned(), source }
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

/// Takes back what a umask took from the owner.
#[cfg(unix)]
fn own(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn own(_: &File) -> io::Result<()> {
    Ok(())
}
