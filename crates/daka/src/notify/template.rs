//! What a message says: text with names in braces.

use std::fmt::Write as _;

use serde::{Deserialize, Deserializer, de::Error as _};

/// Longest template, so that no message is one line of it alone.
const LONGEST_BYTES: usize = 512;

/// A piece of a template; `P` is what may stand in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<P> {
    Text(String),
    Value(P),
}

/// What begins a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TitleTemplate(Vec<Piece<InTitle>>);

/// What is said of one person's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineTemplate(Vec<Piece<InLine>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InTitle {
    Date,
    People,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InLine {
    Name,
    Userid,
    Department,
    Date,
    Findings,
}

const IN_TITLE: [(&str, InTitle); 3] =
    [("date", InTitle::Date), ("people", InTitle::People), ("count", InTitle::Count)];
const IN_LINE: [(&str, InLine); 5] = [
    ("name", InLine::Name),
    ("userid", InLine::Userid),
    ("department", InLine::Department),
    ("date", InLine::Date),
    ("findings", InLine::Findings),
];

/// The values of a title.
pub(crate) struct TitleValues {
    /// The day, or the first and last.
    pub(crate) date: String,
    pub(crate) people: usize,
    /// Findings.
    pub(crate) count: usize,
}

/// The values of a line, made safe for where it goes.
pub(crate) struct LineValues {
    pub(crate) name: String,
    pub(crate) userid: String,
    pub(crate) department: String,
    pub(crate) date: String,
    pub(crate) findings: String,
}

impl TitleTemplate {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse(text, &IN_TITLE).map(Self)
    }

    pub(crate) fn fill(&self, values: &TitleValues) -> String {
        fill(&self.0, |value, out| match value {
            InTitle::Date => out.push_str(&values.date),
            InTitle::People => _ = write!(out, "{}", values.people),
            InTitle::Count => _ = write!(out, "{}", values.count),
        })
    }
}

impl LineTemplate {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse(text, &IN_LINE).map(Self)
    }

    pub(crate) fn fill(&self, values: &LineValues) -> String {
        fill(&self.0, |value, out| {
            out.push_str(match value {
                InLine::Name => &values.name,
                InLine::Userid => &values.userid,
                InLine::Department => &values.department,
                InLine::Date => &values.date,
                InLine::Findings => &values.findings,
            });
        })
    }
}

fn fill<P: Copy>(pieces: &[Piece<P>], put: impl Fn(P, &mut String)) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Value(value) => put(*value, &mut out),
        }
    }
    out
}

/// Cuts a template into pieces. A brace that is meant as such is written twice.
fn parse<P: Copy>(text: &str, known: &[(&str, P)]) -> Result<Vec<Piece<P>>, String> {
    if text.trim().is_empty() {
        return Err("the template is empty".to_owned());
    }
    if text.len() > LONGEST_BYTES {
        return Err(format!("the template is longer than {LONGEST_BYTES} bytes"));
    }
    let (mut pieces, mut plain) = (Vec::new(), String::new());
    let (mut rest, mut line) = (text.chars().peekable(), 1);
    while let Some(c) = rest.next() {
        line += usize::from(c == '\n');
        match c {
            '{' | '}' if rest.next_if_eq(&c).is_some() => plain.push(c),
            '}' => return Err(format!("line {line} of the template: write }}}} for a brace")),
            '{' => {
                let mut name = String::new();
                let end = loop {
                    match rest.next() {
                        Some(c) if c != '}' && c != '\n' => name.push(c),
                        end => break end,
                    }
                };
                let found = known.iter().find(|(word, _)| end == Some('}') && *word == name);
                let Some((_, value)) = found else {
                    let known: Vec<String> =
                        known.iter().map(|(word, _)| format!("{{{word}}}")).collect();
                    return Err(format!(
                        "line {line} of the template: there is no {{{name}}} here; there are {}",
                        known.join(", ")
                    ));
                };
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Value(*value));
            }
            c => plain.push(c),
        }
    }
    pieces.push(Piece::Text(plain));
    Ok(pieces)
}

impl<'de> Deserialize<'de> for TitleTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for LineTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_replaced_and_others_refused() {
        let values = || LineValues {
            name: "{date}".into(),
            userid: "li".into(),
            department: "7".into(),
            date: "2026-11-05".into(),
            findings: "late".into(),
        };
        for (template, filled) in [
            ("{name} {findings}", "{date} late"),
            ("{{{userid}}} {department}", "{li} 7"),
            ("a\n{date}", "a\n2026-11-05"),
        ] {
            assert_eq!(LineTemplate::parse(template).unwrap().fill(&values()), filled);
        }
        for (template, words) in [
            ("a\n{place}", "line 2 of the template: there is no {place} here"),
            ("{name", "line 1"),
            ("name}", "line 1"),
            ("{people}", "there are {name}, {userid}"),
            (" ", "empty"),
        ] {
            let refused = LineTemplate::parse(template).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
        let title = TitleTemplate::parse("{date}: {count}/{people}").unwrap();
        let values = TitleValues { date: "d".into(), people: 2, count: 3 };
        assert_eq!(title.fill(&values), "d: 3/2");
    }
}
