//! Values on their way into statements and out of rows.

use crate::{Error, Result};

/// A value on its way into a statement, or out of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Ints(Vec<i64>),
    Texts(Vec<String>),
}

impl Value {
    /// Numbers or texts, of which there is one at least, as one list.
    pub(crate) fn list(values: impl IntoIterator<Item = Self>) -> Self {
        let (mut ints, mut texts) = (Vec::new(), Vec::new());
        for value in values {
            match value {
                Self::Int(int) => ints.push(int),
                Self::Text(text) => texts.push(text),
                Self::Null | Self::Ints(_) | Self::Texts(_) => {}
            }
        }
        if texts.is_empty() { Self::Ints(ints) } else { Self::Texts(texts) }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&[i64]> for Value {
    fn from(value: &[i64]) -> Self {
        Self::Ints(value.to_vec())
    }
}

impl From<Vec<i64>> for Value {
    fn from(value: Vec<i64>) -> Self {
        Self::Ints(value)
    }
}

impl From<Vec<String>> for Value {
    fn from(value: Vec<String>) -> Self {
        Self::Texts(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row of an answer. Columns are taken from left to right.
#[derive(Debug)]
pub(crate) struct Line(std::vec::IntoIter<Value>);

impl Line {
    pub(crate) const ODD: Error = Error::Content("a column of another kind");

    pub(super) fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    pub(crate) fn int(&mut self) -> Result<i64> {
        self.opt_int()?.ok_or(Self::ODD)
    }

    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>> {
        match self.0.next() {
            Some(Value::Int(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(Self::ODD),
        }
    }

    /// The next so many columns as they are.
    pub(crate) fn values(&mut self, count: usize) -> Vec<Value> {
        self.0.by_ref().take(count).collect()
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        self.opt_text()?.ok_or(Self::ODD)
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<String>> {
        match self.0.next() {
            Some(Value::Text(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(Self::ODD),
        }
    }
}
