//! A file in the making: beside its place until it is whole, gone when the program is stopped.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read as _, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::unfinished::{self, Unfinished};

/// A file in the making. Dropped unfinished, it goes away and what was there stays.
pub(crate) struct PendingFile {
    // Dropped before the file that it names goes away.
    listed: Unfinished,
    writer: BufWriter<NamedTempFile>,
    place: PathBuf,
    put: Put,
}

/// How whole content comes to its place.
enum Put {
    /// Nothing was there.
    New,
    /// A file was there, and a new one may take its name.
    Replace(fs::Permissions),
    /// A file was there that has other names, another owner or a folder that takes no new file: a
    /// new file in its stead would not be the same, so its content is replaced.
    CopyInto,
}

impl PendingFile {
    /// Begins a file for `place`, which is no symbolic link.
    pub(crate) fn begin(place: &Path) -> io::Result<Self> {
        Self::list(place, || match fs::metadata(place) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok((beside(place, 0o666)?, Put::New)),
            Err(e) => Err(e),
            Ok(old) => {
                // Who may not write a file may not replace it either.
                OpenOptions::new().write(true).open(place)?;
                instead_of(place, &old)
            }
        })
    }

    /// Begins a file that only its owner may read, where none is yet.
    pub(crate) fn begin_private(place: &Path) -> io::Result<Self> {
        Self::list(place, || Ok((beside(place, 0o600)?, Put::New)))
    }

    fn list(
        place: &Path,
        begin: impl FnOnce() -> io::Result<(NamedTempFile, Put)>,
    ) -> io::Result<Self> {
        let (listed, file, put) = unfinished::list(begin)?;
        Ok(Self { listed, writer: BufWriter::new(file), place: place.to_owned(), put })
    }

    /// Puts the file in its place.
    pub(crate) fn put(self) -> io::Result<()> {
        let Self { listed, writer, place, put } = self;
        let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        // A power cut must not leave the name without the content.
        file.as_file().sync_all()?;
        listed.settle(|| match put {
            Put::New => named(file.persist(place)),
            Put::Replace(permissions) => {
                file.as_file().set_permissions(permissions)?;
                named(file.persist(place))
            }
            Put::CopyInto => {
                file.seek(SeekFrom::Start(0))?;
                copy_into(&place, file.as_file_mut())
            }
        })
    }

    /// Puts the file in its place if nothing is there.
    pub(crate) fn put_new(self) -> io::Result<()> {
        let Self { listed, writer, place, .. } = self;
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        listed.settle(|| named(file.persist_noclobber(place)))
    }
}

impl Write for PendingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Seek for PendingFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.writer.seek(to)
    }
}

/// A new file that takes the place of an old one as its owner knows it.
fn instead_of(place: &Path, old: &fs::Metadata) -> io::Result<(NamedTempFile, Put)> {
    let file = match beside(place, mode(old)) {
        Ok(file) => file,
        Err(e) if is_closed(&e) => return Ok((NamedTempFile::new()?, Put::CopyInto)),
        Err(e) => return Err(e),
    };
    let put = if has_other_names(old) || !owned_alike(&file, old) {
        Put::CopyInto
    } else {
        Put::Replace(old.permissions())
    };
    Ok((file, put))
}

/// A file beside another, under a name that nobody takes for content.
fn beside(place: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let folder = match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{name}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    with_mode(&mut builder, mode).tempfile_in(folder)
}

fn named(done: Result<File, tempfile::PersistError>) -> io::Result<()> {
    done.map(drop).map_err(|e| e.error)
}

/// Whether a folder takes no new file.
fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

fn copy_into(place: &Path, whole: &mut File) -> io::Result<()> {
    let mut old = OpenOptions::new().write(true).open(place)?;
    let length = io::copy(&mut whole.take(u64::MAX), &mut old)?;
    old.set_len(length)?;
    old.sync_all()
}

#[cfg(unix)]
fn with_mode<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
    mode: u32,
) -> &'a mut tempfile::Builder<'b, 'c> {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn with_mode<'a, 'b, 'c>(
    builder: &'a mut tempfile::Builder<'b, 'c>,
    _: u32,
) -> &'a mut tempfile::Builder<'b, 'c> {
    builder
}

#[cfg(unix)]
fn mode(old: &fs::Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    old.mode() & 0o777
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> u32 {
    0
}

#[cfg(unix)]
fn has_other_names(old: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    old.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &fs::Metadata) -> bool {
    false
}

/// Whether the new file has the old one's owner and group, or could be given them.
#[cfg(unix)]
fn owned_alike(file: &NamedTempFile, old: &fs::Metadata) -> bool {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let Ok(new) = file.as_file().metadata() else { return false };
    let same = new.uid() == old.uid() && new.gid() == old.gid();
    same || fchown(file.as_file(), Some(old.uid()), Some(old.gid())).is_ok()
}

#[cfg(not(unix))]
fn owned_alike(_: &NamedTempFile, _: &fs::Metadata) -> bool {
    true
}
