//! A table, described once: a list of columns over rows that arrive in batches. Terminal, CSV, JSON
//! lines, Parquet, HTML and workbook are its writers; none of them holds more than a batch.

pub(crate) mod csv;
pub(crate) mod html;
pub(crate) mod jsonl;
pub(crate) mod parquet;
pub(crate) mod terminal;
pub(crate) mod workbook;

use std::{borrow::Cow, io};

use attendance::time::Moment;
use jiff::{Timestamp, civil::Date};

use crate::lang::Lang;

/// One name in the two languages, Chinese first.
pub(crate) type Name = (Cow<'static, str>, Cow<'static, str>);

/// A column of a table whose rows are `R`.
pub(crate) struct Column<R> {
    /// What machines call it: CSV, JSON and Parquet.
    pub(crate) key: Cow<'static, str>,
    /// What people call it: terminal and workbook.
    pub(crate) name: Name,
    /// The columns that a workbook heads together; empty for none.
    pub(crate) group: (&'static str, &'static str),
    /// What it counts in.
    pub(crate) unit: Unit,
    /// Width in a workbook, in characters.
    pub(crate) width: f64,
    /// Whether a terminal shows it only when asked for all columns.
    pub(crate) wide: bool,
    value: Box<dyn for<'a> Fn(&'a R) -> Value<'a> + Send + Sync>,
}

/// What a column counts in: how its values look, and their type where a format has types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Text,
    /// Text that is JSON: part of the object in JSON lines, text elsewhere.
    Json,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    Long,
    /// How often.
    Count,
    /// Seconds to machines, minutes to people.
    Minutes,
    /// Seconds to machines, hours to people.
    Hours,
    /// Whole and half days.
    Days,
    Date,
    Instant,
    /// A time of day, which may be of the morning after.
    Clock,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// Null to machines, `--` to people.
    Nothing,
    Text(Cow<'a, str>),
    /// Text over as many lines of its cell as it needs.
    Paragraph(Cow<'a, str>),
    Json(Cow<'a, str>),
    /// A number, or seconds, as the column's unit says.
    Number(i64),
    /// A number with decimals.
    Decimal(f64),
    Date(Date),
    Instant(Timestamp),
    /// One of a few words: to machines a code, to people in their language.
    Word(&'static str, &'static str),
    /// A time of an attendance day.
    Clock(Moment, Date),
    /// A text that stands out.
    Marked(Cow<'a, str>, Tone),
    /// The same, with the reason why.
    Noted(Cow<'a, str>, Tone, String),
    /// A number as [`Self::Number`] that leaves something out, and what that is; empty where the row
    /// says so itself.
    Lacking(i64, String),
}

/// How a cell stands out: in colour, and in weight or slant where colour is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Tone {
    Plain,
    /// Off duty, away with leave.
    Quiet,
    /// Late, early, a mark.
    Warning,
    /// Absent, missing.
    Alarm,
    /// Not fetched, still open.
    Unknown,
}

impl<R> Column<R> {
    /// A column by its machine name and unit, which people call the same.
    pub(crate) fn new(
        key: &'static str,
        unit: Unit,
        value: impl for<'a> Fn(&'a R) -> Value<'a> + Send + Sync + 'static,
    ) -> Self {
        Self {
            key: key.into(),
            name: (key.into(), key.into()),
            group: ("", ""),
            unit,
            width: 12.0,
            wide: false,
            value: Box::new(value),
        }
    }

    pub(crate) fn text(key: &'static str, of: fn(&R) -> Option<Cow<'_, str>>) -> Self
    where
        R: 'static,
    {
        Self::new(key, Unit::Text, move |row| of(row).map_or(Value::Nothing, Value::Text))
    }

    pub(crate) fn json(key: &'static str, of: fn(&R) -> Option<Cow<'_, str>>) -> Self
    where
        R: 'static,
    {
        Self::new(key, Unit::Json, move |row| of(row).map_or(Value::Nothing, Value::Json))
    }

    pub(crate) fn int(key: &'static str, of: fn(&R) -> Option<i32>) -> Self
    where
        R: 'static,
    {
        Self::new(key, Unit::Int, move |row| number(of(row)))
    }

    pub(crate) fn long(key: &'static str, of: fn(&R) -> Option<i64>) -> Self
    where
        R: 'static,
    {
        Self::new(key, Unit::Long, move |row| number(of(row)))
    }

    pub(crate) fn date(key: &'static str, of: fn(&R) -> Option<Date>) -> Self
    where
        R: 'static,
    {
        Self::new(key, Unit::Date, move |row| of(row).map_or(Value::Nothing, Value::Date))
    }

    pub(crate) fn instant(key: &'static str, of: fn(&R) -> Option<Timestamp>) -> Self
    where
        R: 'static,
    {
        Self::new(key, Unit::Instant, move |row| of(row).map_or(Value::Nothing, Value::Instant))
    }

    /// A number in a unit.
    pub(crate) fn number(
        key: &'static str,
        unit: Unit,
        of: impl Fn(&R) -> i64 + Send + Sync + 'static,
    ) -> Self {
        Self::new(key, unit, move |row| Value::Number(of(row)))
    }

    /// The same column under a name for people.
    pub(crate) fn named(
        mut self,
        zh: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.name = (zh.into(), en.into());
        self
    }

    /// The same column, on a terminal only when all are asked for.
    pub(crate) fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// The same column, so many characters wide in a workbook.
    pub(crate) fn width(mut self, width: f64) -> Self {
        self.width = width;
        self
    }

    /// The same column over rows that hold one of these.
    pub(crate) fn of<Q>(self, part: fn(&Q) -> &R) -> Column<Q>
    where
        R: 'static,
        Q: 'static,
    {
        let Self { key, name, group, unit, width, wide, value } = self;
        let column = Column::new("", unit, move |row| value(part(row)));
        Column { key, name, group, width, wide, ..column }
    }

    /// What people call it.
    pub(crate) fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.name.0, &self.name.1)
    }

    /// What it holds of a row.
    pub(crate) fn value<'a>(&self, row: &'a R) -> Value<'a> {
        (self.value)(row)
    }
}

fn number<'a>(number: Option<impl Into<i64>>) -> Value<'a> {
    number.map_or(Value::Nothing, |number| Value::Number(number.into()))
}

impl<'a> Value<'a> {
    /// Text, or nothing where it is empty.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }

    /// Text over several lines, or nothing where it is empty.
    pub(crate) fn paragraph(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Nothing } else { Self::Paragraph(text) }
    }

    /// The value to a machine, but for JSON: a figure, or text that may be anything.
    pub(crate) fn written(self) -> Written<'a> {
        match self {
            Self::Nothing => Written::Nothing,
            Self::Text(text)
            | Self::Paragraph(text)
            | Self::Json(text)
            | Self::Marked(text, _)
            | Self::Noted(text, ..) => Written::Text(text),
            Self::Word(code, _) => Written::Text(code.into()),
            Self::Number(number) | Self::Lacking(number, _) => Written::Figure(number.to_string()),
            Self::Decimal(number) => Written::Figure(number.to_string()),
            Self::Date(date) => Written::Figure(date.to_string()),
            // Instants are in UTC, times of a day at their own offset.
            Self::Instant(at) => Written::Figure(at.to_string()),
            Self::Clock(at, _) => Written::Figure(at.to_string()),
        }
    }
}

/// A value in letters.
pub(crate) enum Written<'a> {
    Nothing,
    Text(Cow<'a, str>),
    /// Nothing but figures and their signs.
    Figure(String),
}

/// A file in the making that takes rows.
pub(crate) trait Writer<R> {
    fn write(&mut self, rows: &[R]) -> io::Result<()>;

    /// Writes what is left.
    fn end(&mut self) -> io::Result<()>;
}
