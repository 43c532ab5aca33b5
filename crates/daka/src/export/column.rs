//! Columns: a name, a kind, and how a row fills it.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};

/// A column of a table whose rows are `R`.
pub(crate) struct Column<R> {
    pub(crate) name: &'static str,
    pub(crate) value: Value<R>,
}

/// What a column holds of a row; `None` is null in every format.
pub(crate) enum Value<R> {
    Text(fn(&R) -> Option<Cow<'_, str>>),
    /// Text that is JSON: part of the object in JSON lines, text elsewhere.
    Json(fn(&R) -> Option<Cow<'_, str>>),
    Int(fn(&R) -> Option<i32>),
    Long(fn(&R) -> Option<i64>),
    Date(fn(&R) -> Option<Date>),
    Instant(fn(&R) -> Option<Timestamp>),
}

/// A value on its way into a text format.
pub(crate) enum Cell<'a> {
    Null,
    Text(Cow<'a, str>),
    Json(Cow<'a, str>),
    /// A date or instant, in figures.
    Plain(String),
    Number(i64),
}

impl<R> Column<R> {
    pub(super) fn text(name: &'static str, of: fn(&R) -> Option<Cow<'_, str>>) -> Self {
        Self { name, value: Value::Text(of) }
    }

    pub(super) fn json(name: &'static str, of: fn(&R) -> Option<Cow<'_, str>>) -> Self {
        Self { name, value: Value::Json(of) }
    }

    pub(super) fn int(name: &'static str, of: fn(&R) -> Option<i32>) -> Self {
        Self { name, value: Value::Int(of) }
    }

    pub(super) fn long(name: &'static str, of: fn(&R) -> Option<i64>) -> Self {
        Self { name, value: Value::Long(of) }
    }

    pub(super) fn date(name: &'static str, of: fn(&R) -> Option<Date>) -> Self {
        Self { name, value: Value::Date(of) }
    }

    pub(super) fn instant(name: &'static str, of: fn(&R) -> Option<Timestamp>) -> Self {
        Self { name, value: Value::Instant(of) }
    }

    /// What the row holds, for a text format. Instants are written in UTC.
    pub(crate) fn cell<'a>(&self, row: &'a R) -> Cell<'a> {
        let cell = match self.value {
            Value::Text(of) => of(row).map(Cell::Text),
            Value::Json(of) => of(row).map(Cell::Json),
            Value::Int(of) => of(row).map(|number| Cell::Number(number.into())),
            Value::Long(of) => of(row).map(Cell::Number),
            Value::Date(of) => of(row).map(|date| Cell::Plain(date.to_string())),
            Value::Instant(of) => of(row).map(|at| Cell::Plain(at.to_string())),
        };
        cell.unwrap_or(Cell::Null)
    }
}
