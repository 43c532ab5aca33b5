//! SQLite: one writer, several readers, a write-ahead log.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, Column as _, Connection as _, Decode, Row as _, Sqlite, SqliteConnection,
    SqlitePool, Transaction, TypeInfo as _, ValueRef as _,
    query::Query,
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
        SqliteSynchronous,
    },
};

use super::{Line, Table, Value, ledger_file};
use crate::{Error, Result, Trouble};

/// "DAKA", the mark of our files (`PRAGMA application_id`).
const APPLICATION_ID: i64 = 0x4441_4b41;
/// How each schema follows from the one before; `PRAGMA user_version` counts those that are done.
const SCHEMA: [&str; 8] = [
    include_str!("../schema/sqlite/1.sql"),
    include_str!("../schema/sqlite/2.sql"),
    include_str!("../schema/sqlite/3.sql"),
    include_str!("../schema/sqlite/4.sql"),
    include_str!("../schema/sqlite/5.sql"),
    include_str!("../schema/sqlite/6.sql"),
    include_str!("../schema/sqlite/7.sql"),
    include_str!("../schema/sqlite/8.sql"),
];
/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(30);
/// Files up to this size are checked page by page at every opening.
const CHECKED_BYTES: u64 = 64 << 20;
/// Rows that the driver's thread may be ahead of who takes them: each time it is not, one of the two
/// is put to sleep and woken again.
const ROWS_AHEAD: usize = 4096;
/// Readers beside the writer.
const READERS: u32 = 4;

#[derive(Debug, Clone)]
pub(crate) struct SqliteStore {
    pub(super) writer: SqlitePool,
    pub(super) readers: SqlitePool,
    pub(crate) path: PathBuf,
}

impl SqliteStore {
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        match Header::read(path)? {
            Header::Absent | Header::Empty => Err(Error::Missing(path.display().to_string())),
            Header::Ledger(version) => Self::open_existing(path, version).await,
        }
    }

    pub(crate) async fn create_or_open(path: &Path) -> Result<Self> {
        match Header::read(path)? {
            Header::Absent | Header::Empty => {
                ledger_file::make(path)?;
                let path = &ledger_file::real(path)?;
                create(path).await?;
                Self::pools(path).await
            }
            Header::Ledger(version) => Self::open_existing(path, version).await,
        }
    }

    async fn open_existing(path: &Path, version: i64) -> Result<Self> {
        let path = &ledger_file::real(path)?;
        let newest = newest();
        if version > newest {
            return Err(Error::Newer { found: version, known: newest });
        }
        check(path).await?;
        if version < newest {
            migrate(path, version).await?;
        }
        Self::pools(path).await
    }

    async fn pools(path: &Path) -> Result<Self> {
        let doing = "opening";
        let failed = |source| Error::Database { doing, source };
        let options = options(path).journal_mode(SqliteJournalMode::Wal);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(failed)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options.pragma("query_only", "on"));
        Ok(Self { writer, readers, path: path.to_owned() })
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn newest() -> i64 {
    i64::try_from(SCHEMA.len()).unwrap_or(i64::MAX)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY)
        .synchronous(SqliteSynchronous::Normal)
        .row_buffer_size(ROWS_AHEAD)
        .pragma("temp_store", "memory")
}

/// What the first bytes of a file say, read without a database that might touch it.
enum Header {
    Absent,
    /// Nothing in it: a creation that was cut short, or a fresh temporary file.
    Empty,
    /// A ledger of that schema.
    Ledger(i64),
}

impl Header {
    fn read(path: &Path) -> Result<Self> {
        const MAGIC: &[u8; 16] = b"SQLite format 3\0";
        let failed = |source| Error::File { doing: "reading", path: path.to_owned(), source };
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Absent),
            Err(error) => return Err(failed(error)),
        };
        let mut head = Vec::with_capacity(100);
        file.by_ref().take(100).read_to_end(&mut head).map_err(failed)?;
        let number = |at: usize| {
            let bytes = head.get(at..at + 4)?.try_into().ok()?;
            Some(i64::from(u32::from_be_bytes(bytes)))
        };
        if head.is_empty() {
            return Ok(Self::Empty);
        }
        match (head.starts_with(MAGIC), number(68), number(60)) {
            (true, Some(APPLICATION_ID), Some(version)) => Ok(Self::Ledger(version)),
            _ => Err(Error::Foreign(path.to_owned())),
        }
    }
}

/// Makes a ledger in one transaction with a rollback journal, so that a file that was cut short is
/// empty again when it is next opened.
async fn create(path: &Path) -> Result<()> {
    let failed = |source| Error::Database { doing: "creating the ledger", source };
    let options = options(path).journal_mode(SqliteJournalMode::Delete);
    let mut db = SqliteConnection::connect_with(&options).await.map_err(failed)?;
    let all = format!("PRAGMA application_id = {APPLICATION_ID};\n{}", SCHEMA.join("\n"));
    apply(&mut db, &all, newest()).await.map_err(failed)?;
    db.close().await.map_err(failed)
}

async fn apply(db: &mut SqliteConnection, sql: &str, version: i64) -> sqlx::Result<()> {
    let mut tx = db.begin_with("BEGIN EXCLUSIVE").await?;
    let found: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *tx).await?;
    if found < version {
        let sql = format!("{sql}\nPRAGMA user_version = {version};");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *tx).await?;
    }
    tx.commit().await
}

/// Reads the file's structure without writing to it.
async fn check(path: &Path) -> Result<()> {
    let broken = |why: String| Error::Broken { path: path.to_owned(), why: why.replace('\n', " ") };
    let failed = |source: sqlx::Error| {
        let why = source.to_string();
        let error = Error::Database { doing: "opening", source };
        match error.trouble() {
            Some(Trouble::Held | Trouble::Path | Trouble::Disk | Trouble::Full) => error,
            _ => broken(why),
        }
    };
    let size = path.metadata().map_or(0, |file| file.len());
    // Where there is a log, others may be writing and its pages count; where there is none, a
    // reader that promises not to look for one leaves no files behind.
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let settled = Path::new(&log).metadata().map_or(true, |log| log.len() == 0);
    let options = options(path).read_only(true).immutable(settled);
    let mut db = SqliteConnection::connect_with(&options).await.map_err(failed)?;
    let sql = if size <= CHECKED_BYTES {
        "PRAGMA quick_check(1)"
    } else {
        "SELECT max(company) FROM company"
    };
    let said: Result<Option<SqliteRow>, _> = sqlx::query(sql).fetch_optional(&mut db).await;
    let verdict = match said {
        Err(e) => Err(failed(e)),
        Ok(Some(row)) if size <= CHECKED_BYTES => match row.try_get::<String, _>(0) {
            Ok(word) if word == "ok" => Ok(()),
            Ok(why) => Err(broken(why)),
            Err(e) => Err(broken(e.to_string())),
        },
        Ok(_) => Ok(()),
    };
    drop(db.close().await);
    verdict
}

/// Brings an older schema forward, after a copy of the ledger was made beside it.
async fn migrate(path: &Path, from: i64) -> Result<()> {
    let failed = |source| Error::Database { doing: "bringing the schema forward", source };
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".schema{from}.bak{end}"));
        PathBuf::from(name)
    };
    let (backup, unfinished) = (beside(""), beside(".part"));
    let mut db = SqliteConnection::connect_with(&options(path)).await.map_err(failed)?;
    if !backup.exists() {
        let file = |source| Error::File { doing: "copying to", path: unfinished.clone(), source };
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(file(error)),
            _ => ledger_file::make(&unfinished)?,
        }
        sqlx::query("VACUUM INTO $1")
            .bind(unfinished.to_string_lossy().into_owned())
            .execute(&mut db)
            .await
            .map_err(failed)?;
        fs::rename(&unfinished, &backup).map_err(file)?;
    }
    let done = usize::try_from(from).unwrap_or(usize::MAX);
    for (step, sql) in (from + 1..).zip(SCHEMA.iter().skip(done)) {
        apply(&mut db, sql, step).await.map_err(failed)?;
    }
    // The header is read without the log (see `Header`), so the new version goes into it now.
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await.map_err(failed)?;
    db.close().await.map_err(failed)
}

/// `IN $[2]` as SQLite says it: the list travels as JSON.
pub(super) fn spell(sql: &str) -> String {
    let mut spelled = String::with_capacity(sql.len() + 32);
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once("$[") {
        let (number, tail) = after.split_once(']').unwrap_or((after, ""));
        spelled.push_str(before);
        spelled.push_str("(SELECT value FROM json_each($");
        spelled.push_str(number);
        spelled.push_str("))");
        rest = tail;
    }
    spelled.push_str(rest);
    spelled
}

pub(super) fn bind(
    mut query: Query<'static, Sqlite, SqliteArguments>,
    values: Vec<Value>,
) -> Query<'static, Sqlite, SqliteArguments> {
    for value in values {
        query = match value {
            Value::Null => query.bind(None::<i64>),
            Value::Int(int) => query.bind(int),
            Value::Text(text) => query.bind(text),
            Value::Ints(list) => query.bind(json(&list)),
            Value::Texts(list) => query.bind(json(&list)),
        };
    }
    query
}

fn json<T: serde::Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_default()
}

/// Rows in statements of few different lengths, so that each stays prepared.
pub(super) async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    into: &Table<'_>,
    values: Vec<Value>,
) -> sqlx::Result<()> {
    const LENGTHS: [usize; 3] = [128, 16, 1];
    let width = into.columns.len().max(1);
    let head = format!("INSERT INTO {} ({}) VALUES ", into.name, into.columns.join(","));
    let row = format!("({})", vec!["?"; width].join(","));
    let mut values = values.into_iter();
    while let Some(rows) = LENGTHS.into_iter().find(|&rows| rows * width <= values.len()) {
        let sql = format!("{head}{} ON CONFLICT DO NOTHING", vec![row.as_str(); rows].join(","));
        let part = values.by_ref().take(rows * width).collect();
        bind(sqlx::query(AssertSqlSafe(sql)), part).execute(&mut **tx).await?;
    }
    Ok(())
}

pub(super) fn line(row: &SqliteRow) -> sqlx::Result<Line> {
    let values = row.columns().iter().map(|column| {
        let value = row.try_get_raw(column.ordinal())?;
        if value.is_null() {
            return Ok(Value::Null);
        }
        match value.type_info().name() {
            "TEXT" => <String as Decode<Sqlite>>::decode(value).map(Value::Text),
            _ => <i64 as Decode<Sqlite>>::decode(value).map(Value::Int),
        }
        .map_err(sqlx::Error::Decode)
    });
    Ok(Line::new(values.collect::<sqlx::Result<Vec<_>>>()?))
}
