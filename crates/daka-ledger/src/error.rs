//! What can go wrong with a ledger, in the words of the person who has to mend it.

use std::{io::ErrorKind, path::PathBuf};

/// Why a ledger could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is of no known kind. What follows its scheme is left out: it may be a password.
    #[error("{0:?} is no ledger address; it is sqlite:PATH or postgres://SERVER/DATABASE")]
    Address(String),
    /// There is no ledger where one must be.
    #[error("there is no ledger at {0}; `daka sync` makes one")]
    Missing(String),
    /// The file is something else.
    #[error("{} is not a daka ledger; it was left as it is", .0.display())]
    Foreign(PathBuf),
    /// The file is damaged.
    #[error("the ledger {} is damaged ({why}); it was left as it is", .path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What the check found.
        why: String,
    },
    /// A later daka wrote it.
    #[error("the ledger has schema {found}, this daka knows up to {known}; use a newer daka")]
    Newer {
        /// The schema found.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A sync of this company is running on this ledger.
    #[error("another sync of this company runs on this ledger")]
    Busy,
    /// The right to sync was lost on the way; another may have it by now.
    #[error("the connection that held the right to sync this company is gone")]
    LockLost,
    /// The address names a company that the ledger does not hold, or names none of several.
    #[error("the ledger holds {held}; say which company is meant")]
    Company {
        /// How many companies there are, in words.
        held: String,
    },
    /// The ledger holds something that this program did not write.
    #[error("the ledger holds {0}, which no daka writes")]
    Content(&'static str),
    /// The database refused.
    #[error("the ledger's database failed while {doing}")]
    Database {
        /// What the ledger was doing.
        doing: &'static str,
        /// The database's own words.
        #[source]
        source: sqlx::Error,
    },
    /// The file system refused.
    #[error("{doing} {} failed", .path.display())]
    File {
        /// What the ledger was doing.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// The system's own words.
        #[source]
        source: std::io::Error,
    },
}

/// What a database's or a file system's refusal comes to, as far as it decides what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trouble {
    /// There is no room: a full disk, or a limit that keeps the file from growing. What was
    /// committed is whole; with room the same can be done again.
    Full,
    /// Another program held the file all the time that was waited.
    Held,
    /// The file or its folder is not there, or may not be read or written by this user.
    Path,
    /// The file system could not read or write.
    Disk,
    /// What is in the file is no longer a database.
    Damaged,
    /// The server could not be reached, or went away: what was committed is whole, and once it is
    /// back the same can be done again.
    Unreachable,
    /// The server does not let this user in.
    Login,
    /// The server has no such database.
    NoDatabase,
    /// The role may not do what a ledger needs.
    Rights,
    /// The server takes no writes, as a stand-by does.
    ReadOnly,
    /// The server has no connection left.
    Crowded,
    /// A pooler between here and the server refused what a ledger needs.
    Pooler,
    /// None of these.
    Other,
}

impl Trouble {
    fn of(refusal: &dyn sqlx::error::DatabaseError) -> Self {
        let code = refusal.code().unwrap_or_default();
        // SQLite's extended codes are numbers whose last byte is the code; PostgreSQL's have five
        // places, of which the first two are the class.
        match code.parse::<u32>().ok().filter(|_| code.len() < 5) {
            Some(extended) => Self::of_sqlite(extended),
            None => Self::of_postgres(&code, refusal.message()),
        }
    }

    fn of_sqlite(extended: u32) -> Self {
        /// `SQLITE_IOERR_WRITE`: how a limit of the file's size shows.
        const WRITE: u32 = 778;
        match extended & 0xff {
            _ if extended == WRITE => Self::Full,
            5 | 6 => Self::Held,
            3 | 8 | 14 | 23 => Self::Path,
            10 => Self::Disk,
            11 | 26 => Self::Damaged,
            13 => Self::Full,
            _ => Self::Other,
        }
    }

    fn of_postgres(code: &str, message: &str) -> Self {
        /// What poolers say, with the code of a broken protocol, when waiting does not help.
        const FOR_GOOD: [&str; 5] = [
            "startup parameter",
            "statement pooling",
            "no such database",
            "no such user",
            "config error",
        ];
        match code {
            "08P01" if FOR_GOOD.iter().any(|words| message.contains(words)) => Self::Pooler,
            "53100" => Self::Full,
            "53300" => Self::Crowded,
            "58030" => Self::Disk,
            "42501" => Self::Rights,
            "25006" => Self::ReadOnly,
            "3D000" => Self::NoDatabase,
            _ => match code.get(..2) {
                // Connections, and an operator who ends sessions or the server.
                Some("08" | "57") if code != "57014" => Self::Unreachable,
                Some("28") => Self::Login,
                Some("XX") => Self::Damaged,
                _ => Self::Other,
            },
        }
    }
}

impl Error {
    /// What a refusal of the database or the file system comes to; `None` for any other error.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Database { source: sqlx::Error::Database(refusal), .. } => {
                Some(Trouble::of(refusal.as_ref()))
            }
            Self::Database { source: sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut, .. } => {
                Some(Trouble::Unreachable)
            }
            Self::Database { .. } => Some(Trouble::Other),
            Self::File { source, .. } => Some(match source.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                    Trouble::Full
                }
                ErrorKind::NotFound
                | ErrorKind::PermissionDenied
                | ErrorKind::NotADirectory
                | ErrorKind::IsADirectory
                | ErrorKind::ReadOnlyFilesystem
                | ErrorKind::InvalidFilename => Trouble::Path,
                _ => Trouble::Disk,
            }),
            _ => None,
        }
    }

    /// What lies beneath, in a line: of a database's refusal its message alone, without its codes and
    /// places in its source.
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::Database { source: sqlx::Error::Database(refusal), .. } => {
                Some(refusal.message().to_owned())
            }
            _ => std::error::Error::source(self).map(ToString::to_string),
        }
    }

    /// Whether it passes by itself, so that trying again may help.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy | Self::LockLost)
            || matches!(
                self.trouble(),
                Some(Trouble::Held | Trouble::Unreachable | Trouble::Crowded)
            )
    }
}

/// A ledger's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

    use super::*;

    async fn open(path: &Path) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let impatient = options.busy_timeout(Duration::ZERO);
        SqliteConnection::connect_with(&impatient).await.unwrap()
    }

    async fn met(db: &mut SqliteConnection, sql: &'static str) -> Trouble {
        let source = sqlx::raw_sql(sql).execute(db).await.unwrap_err();
        Error::Database { doing: "testing", source }.trouble().unwrap()
    }

    #[tokio::test]
    async fn what_a_file_meets_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let (mut one, mut other) = (open(&path).await, open(&path).await);
        sqlx::raw_sql("CREATE TABLE t (a)").execute(&mut one).await.unwrap();
        assert_eq!(met(&mut one, "SELECT b FROM t").await, Trouble::Other);
        sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut one).await.unwrap();
        assert_eq!(met(&mut other, "SELECT a FROM t").await, Trouble::Held);
        sqlx::raw_sql("ROLLBACK; PRAGMA max_page_count = 2").execute(&mut one).await.unwrap();
        let much = "INSERT INTO t VALUES (randomblob(100000))";
        assert_eq!(met(&mut one, much).await, Trouble::Full);
        sqlx::raw_sql("PRAGMA query_only = on").execute(&mut one).await.unwrap();
        assert_eq!(met(&mut one, "DELETE FROM t").await, Trouble::Path);
        let garbage = folder.path().join("b.db");
        std::fs::write(&garbage, [b'x'; 4096]).unwrap();
        assert_eq!(met(&mut open(&garbage).await, "SELECT 1 FROM t").await, Trouble::Damaged);
    }
}
