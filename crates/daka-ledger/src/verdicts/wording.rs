//! What a verdict is on disk: a wording that thousands of verdicts share, and its own few values.
//!
//! A verdict is some 600 bytes of JSON, of which all but the times of the punches and what was
//! counted from them repeats from day to day and from person to person. [`Worded::of`] cuts the
//! text at those values, [`Wording::fill`] puts it together again, byte for byte. On disk a wording
//! is a JSON list of texts and of numbers of slots, so that a view of either store can fill it too.

use std::ops::Range;

use attendance::Verdict;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ODD;
use crate::Result;

/// Stands before and after the number of a slot. JSON cannot hold it unescaped.
const MARK: char = '\u{1}';

/// The first slots are filled from columns that a verdict has anyway.
const USERID: usize = 0;
const DATE: usize = 1;
const NEXT_DATE: usize = 2;
const WORKED: usize = 3;
const OVERTIME: usize = 4;
/// The slot of the first of a verdict's own values; the others follow.
const OWN: usize = 5;

/// A verdict's text, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Worded {
    /// The text, with marks where values were.
    pub(super) template: String,
    /// The values that no other column holds, a blank between.
    pub(super) own: String,
}

impl Worded {
    /// Takes a verdict apart. `userid` is the person's spelling on file.
    pub(super) fn of(verdict: &Verdict, userid: &str) -> Result<Self> {
        let json = serde_json::to_string(verdict).map_err(|_| ODD)?;
        let (date, next) = dates(verdict.date);
        let worked = column(verdict.worked_sec).to_string();
        let overtime = column(verdict.overtime.seconds).to_string();
        let mut cut = Cut::of(&json);
        cut.name(userid);
        while let Some((found, at)) = cut.next() {
            let value = json.get(at.clone()).unwrap_or_default();
            let slot = match found {
                Found::Date if value == date => Some(DATE),
                Found::Date if value == next => Some(NEXT_DATE),
                Found::Date => None,
                Found::Time => cut.known(value).or_else(|| {
                    // Those of a rule are whole minutes; those of punches hardly ever are.
                    let punch = cut.punches.contains(&at.start) || !value.ends_with(":00");
                    punch.then(|| cut.own(value))
                }),
                Found::Number if cut.reasons.contains(&at.start) => Some(cut.own(value)),
                Found::Number => match json.get(..at.start).unwrap_or_default() {
                    key if key.ends_with(r#""worked_sec":"#) && value == worked => Some(WORKED),
                    key if key.ends_with(r#""overtime":{"seconds":"#) && value == overtime => {
                        Some(OVERTIME)
                    }
                    key if key.ends_with(r#""duration_sec":"#) => Some(cut.own(value)),
                    _ => None,
                },
            };
            if let Some(slot) = slot {
                cut.slot(slot, at);
            }
        }
        Ok(cut.done())
    }
}

/// Seconds as a column holds them; what is out of its bounds stays in the text.
pub(super) fn column(seconds: i64) -> i64 {
    seconds.clamp(i32::MIN.into(), i32::MAX.into())
}

/// A date and the one after, as they are written.
fn dates(date: Date) -> (String, String) {
    (date.to_string(), date.tomorrow().map(|next| next.to_string()).unwrap_or_default())
}

/// What may vary from verdict to verdict.
enum Found {
    /// `2026-06-01`
    Date,
    /// `09:01:07`
    Time,
    /// Digits.
    Number,
}

/// A text that is being cut.
struct Cut<'a> {
    json: &'a str,
    /// Where `first` and `last` stand.
    punches: Range<usize>,
    /// Where the sentences stand.
    reasons: Range<usize>,
    /// What was copied.
    done: usize,
    /// What was looked at.
    seen: usize,
    template: String,
    own: Vec<&'a str>,
}

impl<'a> Cut<'a> {
    fn of(json: &'a str) -> Self {
        let after = |key: &str, from: usize| {
            let found = json.get(from..).and_then(|rest| rest.find(key));
            found.map_or(json.len(), |at| from + at)
        };
        let first = after(r#","first":"#, 0);
        let standard = after(r#","standard_sec":"#, first);
        let reasons = after(r#","reasons":["#, standard);
        let warnings = json.rfind(r#"],"warnings":["#).unwrap_or(json.len());
        let template = String::with_capacity(json.len());
        let (punches, reasons) = (first..standard, reasons..warnings);
        Self { json, punches, reasons, done: 0, seen: 0, template, own: Vec::new() }
    }

    /// The person at the head, where JSON spells the name as it is.
    fn name(&mut self, userid: &str) {
        const HEAD: &str = r#"{"userid":""#;
        let rest = self.json.strip_prefix(HEAD).and_then(|rest| rest.strip_prefix(userid));
        if rest.is_some_and(|rest| rest.starts_with('"')) {
            self.slot(USERID, HEAD.len()..HEAD.len() + userid.len());
        }
    }

    /// What may vary, from left to right.
    fn next(&mut self) -> Option<(Found, Range<usize>)> {
        let rest = self.json.as_bytes().get(self.seen..)?;
        let start = rest.iter().position(u8::is_ascii_digit)?;
        let rest = rest.get(start..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (found, length) = match digits {
            4 if shaped(rest, b"0000-00-00") => (Found::Date, 10),
            2 if shaped(rest, b"00:00:00") => (Found::Time, 8),
            _ => (Found::Number, digits),
        };
        let start = self.seen + start;
        self.seen = start + length;
        Some((found, start..self.seen))
    }

    /// The slot of a value that was met before.
    fn known(&self, value: &str) -> Option<usize> {
        self.own.iter().position(|own| *own == value).map(|at| OWN + at)
    }

    fn own(&mut self, value: &'a str) -> usize {
        self.own.push(value);
        OWN + self.own.len() - 1
    }

    fn slot(&mut self, slot: usize, at: Range<usize>) {
        self.template.push_str(self.json.get(self.done..at.start).unwrap_or_default());
        self.template.push(MARK);
        self.template.push_str(&slot.to_string());
        self.template.push(MARK);
        (self.done, self.seen) = (at.end, at.end);
    }

    fn done(mut self) -> Worded {
        self.template.push_str(self.json.get(self.done..).unwrap_or_default());
        Worded { template: self.template, own: self.own.join(" ") }
    }
}

/// Whether a text begins with digits and signs where `shape` has them.
fn shaped(text: &[u8], shape: &[u8]) -> bool {
    text.len() >= shape.len()
        && text.iter().zip(shape).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            sign => byte == sign,
        })
}

/// What verdicts have in common: texts and slots in turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Wording(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Piece {
    Slot(usize),
    Text(String),
}

impl Wording {
    /// Of a template.
    pub(super) fn of(template: &str) -> Self {
        let mut in_slot = true;
        let pieces = template.split(MARK).filter_map(|piece| {
            in_slot = !in_slot;
            if in_slot {
                piece.parse().ok().map(Piece::Slot)
            } else {
                Some(Piece::Text(piece.into()))
            }
        });
        Self(pieces.collect())
    }

    /// The text of a verdict; `None` when it has not as many values as there are slots.
    pub(super) fn fill(&self, columns: &Columns<'_>) -> Option<String> {
        let (date, next) = dates(columns.date);
        let own: Vec<&str> = columns.own.split(' ').collect();
        let mut text = String::with_capacity(700);
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Slot(USERID) => text.push_str(columns.userid),
                Piece::Slot(DATE) => text.push_str(&date),
                Piece::Slot(NEXT_DATE) => text.push_str(&next),
                Piece::Slot(WORKED) => text.push_str(&columns.worked.to_string()),
                Piece::Slot(OVERTIME) => text.push_str(&columns.overtime.to_string()),
                Piece::Slot(slot) => text.push_str(own.get(slot.checked_sub(OWN)?)?),
            }
        }
        Some(text)
    }
}

/// What the columns of a verdict say, beside its wording.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) userid: &'a str,
    pub(super) date: Date,
    pub(super) worked: i64,
    pub(super) overtime: i64,
    pub(super) own: &'a str,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(json: &str, on_file: &str) -> Worded {
        let verdict: Verdict = serde_json::from_str(json).unwrap();
        let worded = Worded::of(&verdict, on_file).unwrap();
        let stored = serde_json::to_string(&Wording::of(&worded.template)).unwrap();
        let columns = Columns {
            userid: on_file,
            date: verdict.date,
            worked: column(verdict.worked_sec),
            overtime: column(verdict.overtime.seconds),
            own: &worded.own,
        };
        let wording: Wording = serde_json::from_str(&stored).unwrap();
        assert_eq!(wording.fill(&columns).unwrap(), serde_json::to_string(&verdict).unwrap());
        worded
    }

    /// A verdict of that person, group name, sentence and seconds worked.
    fn verdict(userid: &str, group: &str, reason: &str, worked: i64) -> String {
        let texts = [userid, group, reason].map(|text| serde_json::to_string(text).unwrap());
        let [userid, group, reason] = texts;
        format!(
            r#"{{"userid":{userid},"date":"2026-06-01","status":"abnormal","day_type":"workday","rule":{{"groupid":11,"groupname":{group},"grouptype":1,"schedule_id":0,"schedule_name":""}},"exceptions":[{{"kind":"late","count":1,"duration_sec":60}}],"checkin_count":2,"first":"2026-06-01T09:01:07+08:00","last":"2026-06-02T00:30:00+08:00","standard_sec":28800,"worked_sec":{worked},"overtime":{{"seconds":0,"bucket":"workday","status":"none","short_sec":0}},"leave":[],"field_count":0,"outdoor_count":0,"correction_count":0,"reasons":[{reason}],"warnings":[]}}"#
        )
    }

    #[test]
    fn a_wording_is_shared_by_days_people_and_times() {
        let reason = "punched in 09:01:07, due 09:00:00: late 1 min 7 s";
        let one = there_and_back(&verdict("li", "总部", reason, 28_733), "li");
        assert_eq!(one.own, "60 09:01:07 00:30:00 1 7");
        let other =
            verdict("zhang", "总部", "punched in 09:12:31, due 09:00:00: late 12 min 31 s", 28_049)
                .replace("09:01:07", "09:12:31")
                .replace(r#""duration_sec":60"#, r#""duration_sec":720"#)
                .replace("2026-06-01", "2026-07-31")
                .replace("2026-06-02", "2026-08-01");
        let other = there_and_back(&other, "zhang");
        assert_eq!(other.template, one.template);
        assert_eq!(other.own, "720 09:12:31 00:30:00 12 31");
    }

    #[test]
    fn odd_names_and_numbers_come_back_too() {
        for (userid, on_file, text) in [
            ("li", "LI", ""),
            ("a\"b", "a\"b", "\"worked_sec\":1,\"reasons\":["),
            ("a\\", "a\\", "],\"warnings\":["),
            ("2026-06-01", "2026-06-01", "00:00:00 00:00:001 2026-06-011 12026-06-01"),
            ("\u{1}", "\u{1}", "\u{1}0\u{1}"),
            ("李", "李", "١٢"),
            ("", "", "0 00 007 18446744073709551616"),
        ] {
            for worked in [0, 1, -1, i64::MAX, i64::MIN] {
                there_and_back(&verdict(userid, text, text, worked), on_file);
            }
        }
    }

    proptest! {
        #[test]
        fn every_verdict_comes_back(
            userid in "\\PC{0,8}",
            group in "[0-9:\\- \"\u{1}\\\\年]{0,24}",
            reason in "[0-9:\\- \"\u{1}\\\\年]{0,40}",
            worked in any::<i64>(),
        ) {
            there_and_back(&verdict(&userid, &group, &reason, worked), &userid);
        }
    }
}
