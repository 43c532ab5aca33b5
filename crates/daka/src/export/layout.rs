//! Where an export goes: `DIR/TABLE/company=CORP/month=2026-10/part-0.parquet`, the Hive layout.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use wecom_checkin::CorpId;

use super::format::FileFormat;
use crate::{
    output::PendingFile,
    table::{Column, Writer},
};

/// The folder of an export and what the paths in it have in common.
pub(crate) struct Layout {
    root: PathBuf,
    company: String,
    format: FileFormat,
}

impl Layout {
    pub(crate) fn new(root: PathBuf, company: &CorpId, format: FileFormat) -> Self {
        Self { root, company: escaped(company.as_str()), format }
    }

    /// The file of a table's month.
    pub(crate) fn partition(&self, table: &str, month: Date) -> PathBuf {
        let folder = self.root.join(table).join(format!("company={}", self.company));
        let folder = folder.join(format!("month={}", month.strftime("%Y-%m")));
        folder.join(format!("part-0.{}", self.format.ending()))
    }

    /// Begins to write rows into the file of a partition.
    pub(crate) fn open<'f, R: 'static>(
        &self,
        columns: Vec<Column<R>>,
        file: &'f mut PartFile,
    ) -> io::Result<Box<dyn Writer<R> + 'f>> {
        self.format.open(columns, file)
    }
}

/// A value in a folder's name, what could mean something there in the way of a URL, which is how
/// Hive, Spark and DuckDB read it back.
fn escaped(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut name, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                name.push(char::from(byte));
            }
            // Writing to a string does not fail.
            _ => drop(write!(name, "%{byte:02X}")),
        }
        name
    })
}

/// A partition's file, beside its place under a name that readers pass over until it is whole.
pub(crate) struct PartFile {
    file: PendingFile,
    path: PathBuf,
}

impl PartFile {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Self { file: PendingFile::begin(path)?, path: path.to_owned() })
    }

    /// Puts the file in its place, and takes away what an earlier export left in the partition.
    pub(crate) fn settle(self) -> io::Result<()> {
        self.file.put()?;
        let Some(folder) = self.path.parent() else { return Ok(()) };
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path != self.path && is_ours(&path) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Whether an export wrote the file, or began to.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let begun = name.strip_prefix('.').and_then(|name| name.strip_suffix(".part"));
    let name = begun.unwrap_or(&name);
    let ending = name.strip_prefix("part-").and_then(|name| name.split_once('.'));
    ending.is_some_and(|(number, ending)| {
        // What was begun has letters of its own behind its ending.
        let ending = begun.and_then(|_| ending.rsplit_once('.')).map_or(ending, |(known, _)| known);
        number.bytes().all(|b| b.is_ascii_digit())
            && FileFormat::ALL.iter().any(|format| format.ending() == ending)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_cannot_lead_out_of_the_folder() {
        for (corp_id, folder) in
            [("ww01-a_B.c", "ww01-a_B.c"), ("../x=1", "..%2Fx%3D1"), ("公司", "%E5%85%AC%E5%8F%B8")]
        {
            let layout = Layout::new("out".into(), &CorpId::from(corp_id), FileFormat::Csv);
            let path = layout.partition("punch", jiff::civil::date(2026, 10, 7));
            let expected = format!("out/punch/company={folder}/month=2026-10/part-0.csv");
            assert_eq!(path, Path::new(&expected));
        }
    }

    #[test]
    fn only_what_an_export_wrote_is_taken_away() {
        for (name, ours) in [
            ("part-0.csv", true),
            ("part-12.parquet", true),
            (".part-0.jsonl.x7Yw2q.part", true),
            ("part-0.txt", false),
            ("part-a.csv", false),
            ("_SUCCESS", false),
            (".part-0.csv", false),
            ("notes.csv", false),
        ] {
            assert_eq!(is_ours(&Path::new("d").join(name)), ours, "{name}");
        }
    }
}
