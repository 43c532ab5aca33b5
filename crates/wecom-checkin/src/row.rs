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
        let typed = serde_json::from_str(raw.get())?;
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
