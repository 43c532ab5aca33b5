//! Where a command's bytes go: standard output, a device, pipe or socket, or a file that is there
//! whole or not at all.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::pending::PendingFile;
use crate::{
    failure::{Exit, Failure, FileWork},
    lang::text,
};

/// Links that are followed before they are taken for a circle, as the system has it.
const MOST_LINKS: usize = 40;

/// An open destination.
pub(crate) struct Sink {
    path: PathBuf,
    to: To,
}

enum To {
    Stdout(BufWriter<io::Stdout>),
    /// A device, pipe or socket, which takes bytes as they come and stays what it is.
    Node(BufWriter<Box<dyn Write + Send>>),
    File(PendingFile),
}

impl Sink {
    /// Opens the destination that `-o` names; none and `-` are standard output.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        match path {
            Some(path) if !is_stdout(path) => {
                let to = to(path).map_err(|e| failure(path, &e))?;
                Ok(Self { path: path.to_owned(), to })
            }
            _ => Ok(Self {
                path: PathBuf::from("standard output"),
                to: To::Stdout(BufWriter::new(io::stdout())),
            }),
        }
    }

    /// A file without a name, which goes when nobody has it open.
    pub(crate) fn nameless(file: fs::File) -> Self {
        Self {
            path: PathBuf::from("a temporary file"),
            to: To::Node(BufWriter::new(Box::new(file))),
        }
    }

    /// Writes everything at once.
    pub(crate) fn fill(mut self, content: &[u8]) -> Result<(), Failure> {
        self.settle(|sink| sink.write_all(content))?;
        self.finish()
    }

    /// Writes content that goes back and forth, which only a file can: built in one where the
    /// destination is none.
    pub(crate) fn build<E>(
        mut self,
        build: impl FnOnce(&mut dyn Seekable) -> Result<(), E>,
        failed: impl FnOnce(&Path, E) -> Failure,
    ) -> Result<(), Failure> {
        if let To::File(file) = &mut self.to {
            build(file).map_err(|e| failed(&self.path, e))?;
        } else {
            let mut whole = tempfile::tempfile().map_err(|e| failure(&self.path, &e))?;
            build(&mut whole).map_err(|e| failed(&self.path, e))?;
            self.settle(|sink| {
                io::Seek::seek(&mut whole, io::SeekFrom::Start(0))?;
                io::copy(&mut whole, sink).map(drop)
            })?;
        }
        self.finish()
    }

    /// Does one piece of writing.
    pub(crate) fn settle(
        &mut self,
        piece: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let done = piece(self);
        self.settled(done)
    }

    /// What came of a piece of writing; a reader that has gone away (`daka … | head`) is no failure.
    pub(crate) fn settled(&self, done: io::Result<()>) -> Result<(), Failure> {
        match done {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(failure(&self.path, &e)),
            _ => Ok(()),
        }
    }

    /// Ends the writing; a file comes to its place only now.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.settle(Write::flush)?;
        match self.to {
            To::File(file) => file.put().map_err(|e| failure(&self.path, &e)),
            To::Stdout(_) | To::Node(_) => Ok(()),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Stdout(out) => out.write(bytes),
            To::Node(node) => node.write(bytes),
            To::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stdout(out) => out.flush(),
            To::Node(node) => node.flush(),
            To::File(file) => file.flush(),
        }
    }
}

/// What content that goes back and forth is written to.
pub(crate) trait Seekable: Write + io::Seek + Send {}

impl<W: Write + io::Seek + Send> Seekable for W {}

/// Whether `-o` says standard output.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A file that could not be written, the reason in the system's words.
fn failure(path: &Path, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::IsADirectory {
        let errmsg = text!("{path} is a folder", "{path} 是目录", path = path.display());
        let hint = text!("name a file with -o", "请用 -o 指定文件");
        return Failure::one(Exit::Usage, "file", errmsg, hint);
    }
    Failure::file(path, FileWork::Write, error)
}

fn to(path: &Path) -> io::Result<To> {
    let ends_as_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Err(_) if ends_as_folder => Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => node(path, &found),
        // Not found, or a file; a reason why it cannot be seen is told when it is written.
        _ => match followed(path)? {
            Some(place) => PendingFile::begin(&place).map(To::File),
            None => open_node(path),
        },
    }
}

/// The place that a symbolic link leads to; `None` where the way leads through an open file of the
/// process (`/dev/stdout`, `/dev/fd/3`), whose name is not its own.
fn followed(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::symlink_metadata(&place) {
            Ok(found) if found.is_symlink() => {
                let folder = place.parent().map(Path::to_owned).unwrap_or_default();
                if folder.canonicalize().is_ok_and(|folder| folder.starts_with("/proc")) {
                    return Ok(None);
                }
                place = folder.join(fs::read_link(&place)?);
            }
            _ => return Ok(Some(place)),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn open_node(path: &Path) -> io::Result<To> {
    let file = OpenOptions::new().write(true).open(path)?;
    Ok(To::Node(BufWriter::new(Box::new(file))))
}

#[cfg(unix)]
fn node(path: &Path, found: &fs::Metadata) -> io::Result<To> {
    use std::os::unix::{fs::FileTypeExt as _, net::UnixStream};
    if found.file_type().is_socket() {
        return Ok(To::Node(BufWriter::new(Box::new(UnixStream::connect(path)?))));
    }
    open_node(path)
}

#[cfg(not(unix))]
fn node(path: &Path, _: &fs::Metadata) -> io::Result<To> {
    open_node(path)
}
