//! Given answers: a folder of files, each holding one call's answer, played back byte for byte.
//!
//! `getcheckindata.json`, `user_list_id.json` and so on: the call's name, `/` written `_`.
//! `<name>.resp.json`, `<name>.resp.full.json` or any single `<name>.resp.*.json` are taken too.
//! Rows keep the bytes they have in the file; only which rows go out depends on the request.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::{Payload, Refusal, success};
use crate::ask::{Ask, int};
use crate::calls::{self, Spec};
use crate::day::Day;
use crate::window::Window;

/// Why a data folder was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The folder or a file in it cannot be read.
    #[error("data folder: {path}: {source}")]
    Read {
        /// What was read.
        path: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A file is not a JSON object, even when trailing commas are forgiven.
    #[error("data folder: {path}: not a JSON object: {reason}")]
    Parse {
        /// The file.
        path: String,
        /// What does not fit, and where.
        reason: String,
    },
    /// Several samples of one call, and none that is plainly meant.
    #[error("data folder: several answers for {call}: name one of them {call}.json")]
    Ambiguous {
        /// The call.
        call: String,
    },
}

/// The given answers.
#[derive(Debug, Default)]
pub(crate) struct DataFolder {
    answers: HashMap<String, Given>,
    /// `getcheckinoption.2026-06-01.json`: rules from a day on.
    dated_rules: BTreeMap<Day, Given>,
}

/// One file: its top-level fields in order, values as they were written.
#[derive(Clone, Debug)]
pub(crate) struct Given(Vec<(String, Box<RawValue>)>);

impl DataFolder {
    pub(crate) fn open(folder: &Path) -> Result<Self, DataError> {
        let unreadable = |path: &Path| {
            let path = path.display().to_string();
            move |source| DataError::Read { path, source }
        };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
            let entry = entry.map_err(unreadable(folder))?;
            names.extend(entry.file_name().into_string());
        }
        names.sort();
        let mut answers = HashMap::new();
        for call in calls::CALLS.iter().map(|spec| spec.name) {
            let Some(path) = file_of(call, &names, folder)? else { continue };
            let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
            let given = Given::read(&text)
                .map_err(|reason| DataError::Parse { path: path.display().to_string(), reason })?;
            answers.insert(call.to_owned(), given);
        }
        let mut dated_rules = BTreeMap::new();
        for name in &names {
            let Some(day) = rules_day(name) else { continue };
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
            let given = Given::read(&text)
                .map_err(|reason| DataError::Parse { path: path.display().to_string(), reason })?;
            dated_rules.insert(day, given);
        }
        Ok(Self { answers, dated_rules })
    }

    /// The rules given for a day: of the newest file that is not after it, else of the one without a date,
    /// else of the oldest.
    pub(crate) fn rules_on(&self, day: Day) -> Option<&Given> {
        let newest = self.dated_rules.range(..=day).next_back().map(|(_, given)| given);
        let oldest = || self.dated_rules.values().next();
        newest.or_else(|| self.given("getcheckinoption")).or_else(oldest)
    }

    pub(crate) fn given(&self, call: &str) -> Option<&Given> {
        self.answers.get(call)
    }

    /// The given answer of a call that has no care of its own: rows of the people asked for, and rows that name nobody.
    /// Without a file: success with an empty payload.
    pub(crate) fn play(&self, spec: &Spec, ask: &Ask) -> Result<Payload, Refusal> {
        let users = ask.texts("useridlist");
        if let Some(given) = self.given(spec.name) {
            let keep = |row: &RawValue| {
                users.is_empty() || userid_of(row).is_none() || belongs(row, &users)
            };
            return Ok(Payload::Json(given.body(spec.payload, keep)));
        }
        let mut empty = serde_json::Map::new();
        empty.extend(spec.payload.map(|key| (key.to_owned(), Value::Array(Vec::new()))));
        success(&empty)
    }

    /// Everyone who occurs in the answers, in the order met.
    pub(crate) fn userids(&self) -> Vec<String> {
        let mut seen = Vec::new();
        let lists = [
            ("user_list_id", "dept_user"),
            ("getcheckinoption", "info"),
            ("getcheckindata", "checkindata"),
            ("getcheckinschedulist", "schedule_list"),
        ];
        for (call, key) in lists {
            let dated = self.dated_rules.values().filter(|_| call == "getcheckinoption");
            let rows: Vec<&RawValue> = self
                .given(call)
                .into_iter()
                .chain(dated)
                .flat_map(|given| given.rows(key))
                .collect();
            for userid in rows.iter().filter_map(|row| userid_of(row)) {
                if !seen.contains(&userid) {
                    seen.push(userid);
                }
            }
        }
        seen
    }
}

fn file_of(call: &str, names: &[String], folder: &Path) -> Result<Option<PathBuf>, DataError> {
    let plain = [
        format!("{call}.json"),
        format!("{call}.resp.json"),
        format!("{call}.resp.full.json"),
        format!("{call}.resp.ok.json"),
    ];
    if let Some(name) = plain.iter().find(|name| names.contains(name)) {
        return Ok(Some(folder.join(name)));
    }
    let prefix = format!("{call}.resp.");
    let mut samples = names
        .iter()
        .filter_map(|name| Some((name, name.strip_prefix(&prefix)?.strip_suffix(".json")?)))
        .filter(|(_, sample)| !sample.starts_with("err_"))
        .map(|(name, _)| name);
    let first = samples.next();
    if samples.next().is_some() {
        return Err(DataError::Ambiguous { call: call.to_owned() });
    }
    Ok(first.map(|name| folder.join(name)))
}

fn rules_day(name: &str) -> Option<Day> {
    let date = name.strip_prefix("getcheckinoption.")?.strip_suffix(".json")?;
    date.parse().ok().map(Day::from_date)
}

impl Given {
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let strict = serde_json::from_str::<Fields>(text);
        let fields = match strict {
            Ok(fields) => fields,
            // The documentation's own examples carry commas before closing brackets.
            Err(error) => serde_json::from_str::<Fields>(&without_trailing_commas(text))
                .map_err(|_| error.to_string())?,
        };
        Ok(Self(fields.0))
    }

    fn field(&self, key: &str) -> Option<&RawValue> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    /// A top-level string.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.field(key).and_then(|value| serde_json::from_str(value.get()).ok())
    }

    /// A top-level number.
    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        let value: Value = serde_json::from_str(self.field(key)?.get()).ok()?;
        int(&value)
    }

    pub(crate) fn rows(&self, key: &str) -> Vec<&RawValue> {
        self.field(key)
            .and_then(|value| serde_json::from_str::<Vec<&RawValue>>(value.get()).ok())
            .unwrap_or_default()
    }

    /// The answer with only those rows of `key` that `keep` lets through; without `key`, as it is.
    pub(crate) fn body(&self, key: Option<&str>, keep: impl Fn(&RawValue) -> bool) -> Vec<u8> {
        let mut body = String::from("{");
        for (place, (name, value)) in self.0.iter().enumerate() {
            if place > 0 {
                body.push(',');
            }
            body.push_str(&Value::from(name.as_str()).to_string());
            body.push(':');
            let rows = (key == Some(name.as_str()) && value.get().starts_with('['))
                .then(|| self.rows(name));
            match rows {
                Some(rows) => {
                    let kept: Vec<&str> =
                        rows.into_iter().filter(|row| keep(row)).map(RawValue::get).collect();
                    body.push('[');
                    body.push_str(&kept.join(","));
                    body.push(']');
                }
                None => body.push_str(value.get()),
            }
        }
        body.push('}');
        body.into_bytes()
    }
}

/// The fields of an object in the order of the file, duplicates and all.
struct Fields(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> serde::de::Visitor<'de> for Reader {
            type Value = Fields;

            fn expecting(&self, text: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                text.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    fields.push(entry);
                }
                Ok(Fields(fields))
            }
        }
        source.deserialize_map(Reader)
    }
}

/// The text without commas that stand before a closing bracket, strings left alone.
fn without_trailing_commas(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut in_string = false;
    let mut escaped = false;
    // A comma, and the white space after it, wait for what comes next.
    let mut waiting = String::new();
    for letter in text.chars() {
        if in_string {
            clean.push(letter);
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        if letter == ',' || (!waiting.is_empty() && letter.is_whitespace()) {
            waiting.push(letter);
            continue;
        }
        if matches!(letter, ']' | '}') {
            waiting = waiting.replacen(',', "", 1);
        }
        clean.push_str(&waiting);
        waiting.clear();
        clean.push(letter);
        in_string = letter == '"';
    }
    clean + &waiting
}

/// `userid` of a row.
pub(crate) fn userid_of(row: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct Row {
        userid: String,
    }
    serde_json::from_str::<Row>(row.get()).ok().map(|row| row.userid)
}

/// Whether a row belongs to one of the people asked for, whatever the case of the letters.
pub(crate) fn belongs(row: &RawValue, users: &[&str]) -> bool {
    userid_of(row).is_some_and(|userid| users.iter().any(|user| user.eq_ignore_ascii_case(&userid)))
}

/// Whether a record of `getcheckindata` is in a window: its time or its due time lies within the bounds,
/// or either falls on an attendance day that the window covers.
pub(crate) fn record_in(row: &RawValue, window: &Window) -> bool {
    #[derive(Deserialize)]
    struct Row {
        #[serde(default)]
        checkin_time: Value,
        #[serde(default)]
        sch_checkin_time: Value,
    }
    let Ok(row) = serde_json::from_str::<Row>(row.get()) else { return false };
    [&row.checkin_time, &row.sch_checkin_time]
        .into_iter()
        .filter_map(int)
        .filter(|&at| at > 0)
        .any(|at| window.holds(at))
}

/// Whether a record has the kind of punch that `opencheckindatatype` asks for: 1 duty, 2 outdoor, 3 all.
pub(crate) fn record_of_kind(row: &RawValue, wanted: i64) -> bool {
    #[derive(Deserialize)]
    struct Row {
        #[serde(default)]
        checkin_type: Value,
    }
    let outdoor = serde_json::from_str::<Row>(row.get())
        .is_ok_and(|row| row.checkin_type.as_str() == Some("外出打卡"));
    match wanted {
        1 => !outdoor,
        2 => outdoor,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_commas_go_and_strings_stay() {
        let cases = [
            ("[1, 2,\n ]", "[1, 2\n ]"),
            (r#"{"a":",]",}"#, r#"{"a":",]"}"#),
            (r#"{"a":"\",}" , "b":1}"#, r#"{"a":"\",}" , "b":1}"#),
            ("[[1,],{},]", "[[1],{}]"),
        ];
        for (given, clean) in cases {
            assert_eq!(without_trailing_commas(given), clean);
        }
    }

    #[test]
    fn rows_keep_their_bytes() {
        let given = Given::read(
            r#"{"errcode":0,"rows":[ {"userid":"a", "n":1.50e3},{"userid":"b"} ],"x":{ }}"#,
        )
        .unwrap();
        let body = given.body(Some("rows"), |row| belongs(row, &["A"]));
        let text = String::from_utf8(body).unwrap();
        assert_eq!(text, r#"{"errcode":0,"rows":[{"userid":"a", "n":1.50e3}],"x":{ }}"#);
    }

    #[test]
    fn one_sample_is_taken_and_two_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str| std::fs::write(dir.path().join(name), "{}").unwrap();
        write("getcheckindata.resp.overnight.json");
        write("getcheckindata.resp.err_48002.json");
        assert!(DataFolder::open(dir.path()).unwrap().given("getcheckindata").is_some());
        write("getcheckindata.resp.other.json");
        assert!(matches!(DataFolder::open(dir.path()), Err(DataError::Ambiguous { .. })));
        write("getcheckindata.resp.full.json");
        assert!(DataFolder::open(dir.path()).is_ok());
    }
}
