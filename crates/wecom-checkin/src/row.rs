//! A row of an answer: what it means, and the very JSON it came as.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;

/// A typed view of one JSON object together with its text as received.
///
/// Dereferences to the typed view. Serialises as the text, so an answer that is read and written
/// again is the same JSON: unknown fields, order and number spelling included.
///
/// ```
/// use wecom_checkin::{Record, Row};
///
/// let row: Row<Record> = serde_json::from_str(r#"{"userid":"li","new_in_2027":[1]}"#)?;
/// assert_eq!(row.userid.as_str(), "li");
/// assert_eq!(row.field("new_in_2027").unwrap().get(), "[1]");
/// assert_eq!(serde_json::to_string(&row)?, r#"{"userid":"li","new_in_2027":[1]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct Row<T> {
    raw: Box<RawValue>,
    typed: T,
}

impl<T> Row<T> {
    /// The object's text, white space as received.
    pub fn raw(&self) -> &str {
        self.raw.get()
    }

    /// The typed view, without the text.
    pub fn into_typed(self) -> T {
        self.typed
    }

    /// The field's own JSON, or `None` when the row does not have it.
    ///
    /// This is where absent, `null`, `0` and `""` are told apart.
    pub fn field(&self, name: &str) -> Option<Box<RawValue>> {
        let mut fields: std::collections::HashMap<String, Box<RawValue>> =
            serde_json::from_str(self.raw.get()).ok()?;
        fields.remove(name)
    }
}

impl<T: for<'a> Deserialize<'a>> Row<T> {
    /// Reads the typed view of a row.
    ///
    /// # Errors
    /// When the text is not an object. Fields of the wrong kind are no error: they read as absent.
    pub fn from_raw(raw: Box<RawValue>) -> Result<Self, serde_json::Error> {
        let typed = match serde_json::from_str(raw.get()) {
            Ok(typed) => typed,
            // Half of an emoji, cut off by a length limit, is JSON but no text.
            Err(error) => match without_lone_surrogates(raw.get()) {
                Some(text) => serde_json::from_str(&text)?,
                None => return Err(error),
            },
        };
        Ok(Self { raw, typed })
    }
}

impl<T: for<'a> Deserialize<'a> + Serialize> Row<T> {
    /// A row that was made here and not received: its text is the documented form of `typed`.
    ///
    /// # Errors
    /// Never for the types of this crate.
    pub fn from_typed(typed: T) -> Result<Self, serde_json::Error> {
        Ok(Self { raw: serde_json::value::to_raw_value(&typed)?, typed })
    }
}

impl<T> Deref for Row<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.typed
    }
}

impl<T: Clone> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), typed: self.typed.clone() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Row<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.typed.fmt(f)
    }
}

impl<T> PartialEq for Row<T> {
    /// Rows are equal when their texts are.
    fn eq(&self, other: &Self) -> bool {
        self.raw.get() == other.raw.get()
    }
}

impl<T> Eq for Row<T> {}

impl<T> Serialize for Row<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl<'de, T: for<'a> Deserialize<'a>> Deserialize<'de> for Row<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_raw(Box::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The text with every lone surrogate escape replaced by U+FFFD; `None` when there is none.
fn without_lone_surrogates(text: &str) -> Option<String> {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some((before, escaped)) = rest.split_once('\\') {
        mended.push_str(before);
        let (escape, after) = match (surrogate(escaped), escaped.get(5..)) {
            (Some(High), Some(next)) => {
                let low = next.strip_prefix('\\').filter(|low| surrogate(low) == Some(Low));
                match low.and_then(|low| low.get(5..)) {
                    Some(after) => (escaped.get(..11)?, after),
                    None => ("ufffd", next),
                }
            }
            (Some(Low), Some(next)) => ("ufffd", next),
            _ => {
                let length = escaped.chars().next()?.len_utf8();
                escaped.split_at_checked(length)?
            }
        };
        found |= escape == "ufffd";
        mended.push('\\');
        mended.push_str(escape);
        rest = after;
    }
    mended.push_str(rest);
    found.then_some(mended)
}

#[derive(PartialEq, Eq)]
enum Surrogate {
    High,
    Low,
}
use Surrogate::{High, Low};

/// Whether the text, which follows a backslash, begins with half of a pair (`ud83d`).
fn surrogate(escape: &str) -> Option<Surrogate> {
    let digits = escape.get(..5)?.strip_prefix('u')?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(High),
        0xdc00..=0xdfff => Some(Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_emoji_costs_no_row() {
        for (sent, read) in [
            (r"a\ud83d", "a\u{fffd}"),
            (r"\ud83d\ude00 \ud83dx", "\u{1f600} \u{fffd}x"),
            (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
            (r"\\ud83d\ud83d\n", "\\ud83d\u{fffd}\n"),
        ] {
            let text = format!(r#"{{"userid":"li","notes":"{sent}"}}"#);
            let row: Row<crate::Record> = serde_json::from_str(&text).unwrap();
            assert_eq!(row.notes.as_deref(), Some(read), "{sent}");
            assert_eq!(row.raw(), text, "kept as it came");
        }
    }
}
