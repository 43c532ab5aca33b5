//! What a record is on disk: a shape that thousands of records share, and the few values of its own.
//!
//! A row of `getcheckindata` is some 600 bytes, of which the keys, the rule, the place and the
//! device repeat day after day. The row's text is cut into a *template*, which keeps keys, order
//! and the values that hardly vary, and into values, which go to the typed columns where they are
//! what a typed column holds and otherwise into `body`, as they came. [`fill`] puts the text together again, byte for byte (white space between tokens excepted).

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use wecom_checkin::{Record, Row, units::UnixTime};

/// Stands before the letter of a slot. JSON cannot hold it unescaped.
pub(crate) const MARK: char = '\u{1}';
/// A value that varies little is kept in the template up to this length.
const CONSTANT_BYTES: usize = 200;
/// The four fields that make a place, in the order of the stored list.
const PLACE: [&str; 4] = ["location_title", "location_detail", "wifiname", "wifimac"];

/// A row, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) template: String,
    pub(crate) facets: Facets,
    pub(crate) values: Values,
}

/// What a template says about all of its rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Facets {
    pub(crate) checkin_type: Option<String>,
    pub(crate) exception_type: Option<String>,
    pub(crate) groupname: Option<String>,
    pub(crate) groupid: Option<i64>,
    pub(crate) schedule_id: Option<i64>,
    pub(crate) timeline_id: Option<i64>,
}

/// What a row has of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Values {
    /// `checkin_time` and `sch_checkin_time`, counted from the midnight of the day that the record is
    /// filed under.
    pub(crate) second: Option<i64>,
    pub(crate) due: Option<i64>,
    pub(crate) lat: Option<i64>,
    pub(crate) lng: Option<i64>,
    /// The place's four values as a JSON list, `null` for those the row does not have.
    pub(crate) place: Option<String>,
    pub(crate) device: Option<String>,
    /// Everything else, one JSON value a line.
    pub(crate) body: Option<String>,
}

/// The first eight bytes of SHA-256.
pub(crate) fn fingerprint(text: &str) -> i64 {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let (head, _) = digest.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    i64::from_be_bytes(*head)
}

/// JSON without the white space between its tokens.
pub(crate) fn minified(json: &str) -> Cow<'_, str> {
    let blank = |b: u8| matches!(b, b' ' | b'\n' | b'\r' | b'\t');
    // To the end whatever is found: many bytes at once.
    if !json.bytes().fold(false, |found, b| found | blank(b)) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if matches!(c, ' ' | '\n' | '\r' | '\t') {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
    }
    Cow::Owned(out)
}

impl Parts {
    /// Takes a row apart. `userid` is the person's spelling on file, `midnight` that of the day it
    /// is filed under.
    pub(crate) fn of(row: &Row<Record>, userid: &str, midnight: i64) -> Self {
        let text = minified(row.raw());
        let typed: &Record = row;
        let since = |at: UnixTime| at.0.checked_sub(midnight).and_then(narrow);
        let mut values = Values {
            second: typed.checkin_time.and_then(since),
            due: typed.sch_checkin_time.filter(|at| at.0 != 0).and_then(since),
            lat: typed.lat.and_then(|v| narrow(v.0)),
            lng: typed.lng.and_then(|v| narrow(v.0)),
            ..Values::default()
        };
        let at = |since: Option<i64>| since.map(|since| midnight + since);
        let mut cut = Cut::default();
        let Fields(fields) = serde_json::from_str(&text).unwrap_or_default();
        for (key, value) in fields {
            let name = key.trim_matches('"');
            let first = !cut.seen.contains(&key);
            cut.key(key);
            match name {
                "userid" if first && is_text(value, userid) => cut.slot('u'),
                "checkin_time" if first && is_int(value, at(values.second)) => cut.slot('t'),
                "sch_checkin_time" if first && is_int(value, at(values.due)) => cut.slot('s'),
                "lat" if first && is_int(value, values.lat) => cut.slot('a'),
                "lng" if first && is_int(value, values.lng) => cut.slot('o'),
                "deviceid" | "diviceid" if values.device.is_none() && plain(value).is_some() => {
                    values.device = plain(value).map(str::to_owned);
                    cut.slot('d');
                }
                _ => match PLACE
                    .iter()
                    .zip(&mut cut.place)
                    .zip('0'..)
                    .find(|((n, _), _)| **n == name)
                {
                    Some(((_, part), letter)) if first && value.starts_with('"') => {
                        *part = Some(value.to_owned());
                        cut.slot(letter);
                    }
                    _ if first && is_constant(name, value) => cut.text.push_str(value),
                    _ => cut.body(value),
                },
            }
        }
        let facets = cut.facets(typed);
        if cut.place.iter().any(Option::is_some) {
            let parts = std::mem::take(&mut cut.place)
                .map(|part| part.unwrap_or_else(|| "null".to_owned()));
            values.place = Some(format!("[{}]", parts.join(",")));
        }
        values.body = cut.rest.take();
        if cut.seen.is_empty() {
            cut.text.push('{');
        }
        cut.text.push('}');
        Self { template: cut.text, facets, values }
    }
}

/// A template in the making.
#[derive(Default)]
struct Cut<'a> {
    text: String,
    seen: Vec<&'a str>,
    place: [Option<String>; 4],
    rest: Option<String>,
}

impl<'a> Cut<'a> {
    fn key(&mut self, key: &'a str) {
        self.text.push(if self.seen.is_empty() { '{' } else { ',' });
        self.text.push_str(key);
        self.text.push(':');
        self.seen.push(key);
    }

    fn slot(&mut self, letter: char) {
        self.text.push(MARK);
        self.text.push(letter);
    }

    fn body(&mut self, value: &str) {
        self.slot('b');
        match &mut self.rest {
            Some(rest) => {
                rest.push('\n');
                rest.push_str(value);
            }
            None => self.rest = Some(value.to_owned()),
        }
    }

    /// The typed values of the fields that went into the template.
    fn facets(&self, typed: &Record) -> Facets {
        let kept = |name: &str| {
            let slot = format!("\"{name}\":{MARK}");
            !self.text.contains(&slot)
        };
        Facets {
            checkin_type: typed
                .checkin_type
                .as_ref()
                .map(|t| t.as_str().to_owned())
                .filter(|_| kept("checkin_type")),
            exception_type: typed
                .exception_type
                .as_ref()
                .map(|e| e.as_str().to_owned())
                .filter(|_| kept("exception_type")),
            groupname: typed.groupname.clone().filter(|_| kept("groupname")),
            groupid: typed.groupid.map(|id| id.0).filter(|_| kept("groupid")),
            schedule_id: typed.schedule_id.map(|id| id.0).filter(|_| kept("schedule_id")),
            timeline_id: typed.timeline_id.map(|id| id.0).filter(|_| kept("timeline_id")),
        }
    }
}

/// A number that fits a column; others stay in the row's text.
fn narrow(value: i64) -> Option<i64> {
    i32::try_from(value).ok().map(i64::from)
}

/// Whether a value stays in the template: a field that describes the rule, or a value so plain
/// that any field may have it.
fn is_constant(name: &str, value: &str) -> bool {
    match name {
        "groupname" | "checkin_type" | "exception_type" | "groupid" | "schedule_id"
        | "timeline_id" => value.len() <= CONSTANT_BYTES && !value.starts_with(['{', '[']),
        _ => matches!(value, "\"\"" | "[]" | "{}" | "null" | "true" | "false" | "0"),
    }
}

fn is_int(value: &str, column: Option<i64>) -> bool {
    column.is_some_and(|int| value == int.to_string())
}

fn is_text(value: &str, text: &str) -> bool {
    plain(value) == Some(text)
}

/// The text of a JSON string that is written without escapes.
fn plain(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

/// An object's fields in order, doubles included, as they are spelled.
#[derive(Default)]
struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    fields.push((key.get(), value.get()));
                }
                Ok(Fields(fields))
            }
        }

        d.deserialize_map(FieldsVisitor)
    }
}

/// The text of a row, put together again; `None` when the parts do not fit the template.
pub(crate) fn fill(template: &str, userid: &str, midnight: i64, values: &Values) -> Option<String> {
    let places: Vec<&RawValue> = match &values.place {
        Some(place) => serde_json::from_str(place).ok()?,
        None => Vec::new(),
    };
    let mut body = values.body.as_deref().unwrap_or_default().split('\n');
    let mut pieces = template.split(MARK);
    let mut text = String::with_capacity(template.len() + 128);
    text.push_str(pieces.next()?);
    for piece in pieces {
        let mut rest = piece.chars();
        match rest.next()? {
            'u' => push_quoted(&mut text, userid),
            'd' => push_quoted(&mut text, values.device.as_deref()?),
            't' => text.push_str(&(midnight + values.second?).to_string()),
            's' => text.push_str(&(midnight + values.due?).to_string()),
            'a' => text.push_str(&values.lat?.to_string()),
            'o' => text.push_str(&values.lng?.to_string()),
            'b' => text.push_str(body.next()?),
            digit => {
                let at = usize::try_from(digit.to_digit(10)?).ok()?;
                text.push_str(places.get(at)?.get());
            }
        }
        text.push_str(rest.as_str());
    }
    Some(text)
}

fn push_quoted(text: &mut String, plain: &str) {
    text.push('"');
    text.push_str(plain);
    text.push('"');
}

#[cfg(test)]
pub(crate) use tests::any_row;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(json: &str, userid: &str) -> Parts {
        let row: Row<Record> = serde_json::from_str(json).unwrap();
        let midnight = 1_780_243_200;
        let parts = Parts::of(&row, userid, midnight);
        let text = fill(&parts.template, userid, midnight, &parts.values).unwrap();
        assert_eq!(text, minified(json));
        parts
    }

    #[test]
    fn a_usual_row_keeps_nothing_but_numbers() {
        let parts = there_and_back(
            r#"{ "userid":"lin.xia", "groupname":"总部", "checkin_type":"上班打卡", "exception_type":"",
            "checkin_time":1780275191, "location_title":"园区", "location_detail":"门 \"北\"", "wifiname":"",
            "notes":"", "wifimac":"", "mediaids":[], "lat":30201874, "lng":120212563, "deviceid":"9C41",
            "sch_checkin_time":1780275600, "groupid":412, "schedule_id":0, "timeline_id":1 }"#,
            "lin.xia",
        );
        assert_eq!(parts.values.body, None);
        assert_eq!(parts.values.place.as_deref(), Some(r#"["园区","门 \"北\"","",""]"#));
        assert_eq!(parts.facets.groupid, Some(412));
        assert!(parts.template.contains(r#""groupid":412"#));
    }

    #[test]
    fn odd_rows_come_back_too() {
        for json in [
            "{}",
            r#"{"userid":"LIN"}"#,
            r#"{"userid":7,"checkin_time":"1780275191","lat":1.0,"lng":-0}"#,
            r#"{"checkin_time":1e3,"groupid":"412","groupname":{"a":[1, 2]},"mediaids":["a","b"]}"#,
            r#"{"new":{"b":1,"a":[null]},"new":"\n","notes":"a\u0001b\\","deviceid":"\"","diviceid":"x"}"#,
            r#"{"location_title":null,"wifimac":12,"u\u0065":true,"checkin_time":null}"#,
        ] {
            there_and_back(json, "lin");
        }
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i64>().prop_map(|v| v.to_string()),
            any::<f64>().prop_map(|v| serde_json::to_string(&v).unwrap()),
            "\\PC{0,12}".prop_map(|v| serde_json::to_string(&v).unwrap()),
            Just("null".to_owned()),
            Just("[]".to_owned()),
            Just(r#"{"a":[{"b":" "}]}"#.to_owned()),
        ]
    }

    fn field() -> impl Strategy<Value = String> {
        let known = proptest::sample::select(vec![
            "userid",
            "groupname",
            "checkin_type",
            "exception_type",
            "checkin_time",
            "location_title",
            "location_detail",
            "wifiname",
            "notes",
            "wifimac",
            "mediaids",
            "lat",
            "lng",
            "deviceid",
            "diviceid",
            "sch_checkin_time",
            "groupid",
            "schedule_id",
            "timeline_id",
        ]);
        prop_oneof![4 => known.prop_map(str::to_owned), 1 => "[a-z]{1,8}"]
    }

    /// Rows of any known and unknown fields.
    pub(crate) fn any_row() -> impl Strategy<Value = String> {
        proptest::collection::btree_map(field(), value(), 0..20).prop_map(|fields| {
            let fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("\"{key}\" : {value}")).collect();
            format!("{{{}}}", fields.join(" ,\n"))
        })
    }

    proptest! {
        #[test]
        fn every_row_comes_back(json in any_row()) {
            there_and_back(&json, "li");
        }
    }
}
