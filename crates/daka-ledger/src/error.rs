//! What can go wrong with a ledger, in the words of the person who has to mend it.

use std::path::PathBuf;

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

impl Error {
    /// Whether there is no room for what was to be written: a full disk, or a limit that keeps the
    /// file from growing. What was committed is whole; with room the same can be done again.
    pub fn is_full(&self) -> bool {
        /// `SQLITE_FULL`, `SQLITE_IOERR_WRITE`, and PostgreSQL's `disk_full`.
        const CODES: [&str; 3] = ["13", "778", "53100"];
        let Self::Database { source: sqlx::Error::Database(refusal), .. } = self else {
            return false;
        };
        refusal.code().is_some_and(|code| CODES.contains(&code.as_ref()))
    }

    /// Whether the database's server could not be reached, or went away: what was committed is
    /// whole, and once the server is back the same can be done again.
    pub fn is_unreachable(&self) -> bool {
        /// PostgreSQL's connection exceptions (08), and those of an operator who ends sessions or
        /// the server (57P).
        const CLASSES: [&str; 2] = ["08", "57P"];
        let Self::Database { source, .. } = self else { return false };
        match source {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => true,
            sqlx::Error::Database(refusal) => refusal
                .code()
                .is_some_and(|code| CLASSES.iter().any(|class| code.starts_with(class))),
            _ => false,
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
        matches!(self, Self::Busy | Self::LockLost) || self.is_unreachable()
    }
}

/// A ledger's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
