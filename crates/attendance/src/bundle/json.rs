//! A JSON value that knows where it stands, so that an error can say so.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::BundleError;

/// A value and its path.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> BundleError {
        BundleError::new(self.path.clone(), problem)
    }

    pub(super) fn object(&self) -> Result<&'a Map<String, Value>, BundleError> {
        self.value.as_object().ok_or_else(|| self.error("is not an object"))
    }

    /// A field; absent and `null` are the same.
    pub(super) fn optional(&self, name: &str) -> Result<Option<Self>, BundleError> {
        let value = self.object()?.get(name).filter(|value| !value.is_null());
        Ok(value.map(|value| Self { value, path: self.path_of(name) }))
    }

    pub(super) fn required(&self, name: &str) -> Result<Self, BundleError> {
        let absent = || BundleError::new(self.path_of(name), "is required");
        self.optional(name)?.ok_or_else(absent)
    }

    /// The elements of a list; a single value counts as a list of one, absent as none.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Self>, BundleError> {
        let Some(node) = self.optional(name)? else { return Ok(Vec::new()) };
        Ok(match node.value {
            Value::Array(values) => values
                .iter()
                .enumerate()
                .map(|(index, value)| Self { value, path: format!("{}[{index}]", node.path) })
                .collect(),
            _ => vec![node],
        })
    }

    pub(super) fn entries(&self) -> Result<Vec<(&'a String, Self)>, BundleError> {
        let object = self.object()?;
        Ok(object
            .iter()
            .map(|(key, value)| (key, Self { value, path: self.path_of(key) }))
            .collect())
    }

    /// Whether an answer is an error: an `errcode` that is there and not 0.
    pub(super) fn is_refused(&self) -> Result<bool, BundleError> {
        Ok(match self.object()?.get("errcode") {
            None | Some(Value::Null) => false,
            Some(Value::String(code)) => code.trim() != "0",
            Some(code) => code.as_i64() != Some(0),
        })
    }

    /// The rows of an answer; none where it was refused.
    pub(super) fn delivered(&self, name: &str) -> Result<Vec<Self>, BundleError> {
        if self.is_refused()? { Ok(Vec::new()) } else { self.list(name) }
    }

    pub(super) fn text(&self) -> Result<&'a str, BundleError> {
        self.value.as_str().ok_or_else(|| self.error("is not a string"))
    }

    pub(super) fn date(&self) -> Result<Date, BundleError> {
        self.text()?.parse().map_err(|_| self.error("is not a date such as 2026-06-01"))
    }

    pub(super) fn timestamp(&self) -> Result<Timestamp, BundleError> {
        let parsed = self.text()?.parse();
        parsed.map_err(|_| self.error("is not an instant such as 2026-06-20T00:00:00+08:00"))
    }

    pub(super) fn zone(&self) -> Result<TimeZone, BundleError> {
        TimeZone::get(self.text()?).map_err(|_| self.error("is no time zone such as Asia/Shanghai"))
    }

    /// Reads a typed value.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, BundleError> {
        T::deserialize(self.value).map_err(|e| self.error(format!("cannot be read: {e}")))
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}
