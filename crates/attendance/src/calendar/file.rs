//! Calendar files: one year, or several by their number.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

use super::CalendarYear;

/// What is wrong with a calendar file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarError(String);

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CalendarError {}

/// Reads a calendar file: `{"year": 2027, "off": [], "work": [], "statutory": [], "source": ""}`,
/// or `{"2027": {"off": [], "work": [], "statutory": []}}` for any number of years.
///
/// Whether the dates make sense is for [`CalendarYear::problems`] to say.
///
/// # Errors
/// When the text is neither.
///
/// ```
/// let one = attendance::calendar::years_of_file(r#"{"year": 2027, "off": ["2027-01-01"]}"#)?;
/// let same = attendance::calendar::years_of_file(r#"{"2027": {"off": ["2027-01-01"]}}"#)?;
/// assert_eq!(one, same);
/// # Ok::<(), attendance::calendar::CalendarError>(())
/// ```
pub fn years_of_file(text: &str) -> Result<BTreeMap<i16, CalendarYear>, CalendarError> {
    let complaint = |e: serde_json::Error| CalendarError(format!("is no calendar: {e}"));
    let mut fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).map_err(complaint)?;
    let years = match fields.remove("year") {
        Some(year) => vec![(i16::deserialize(year).map_err(complaint)?, fields.into())],
        None => fields.into_iter().map(numbered).collect::<Result<_, _>>()?,
    };
    if years.is_empty() {
        return Err(CalendarError("has no year in it".to_owned()));
    }
    years
        .into_iter()
        .map(|(year, days)| {
            let days = CalendarYear::deserialize(days)
                .map_err(|e| CalendarError(format!("has a bad year {year}: {e}")))?;
            Ok((year, days))
        })
        .collect()
}

fn numbered(
    (year, days): (String, serde_json::Value),
) -> Result<(i16, serde_json::Value), CalendarError> {
    let number = year.parse();
    Ok((number.map_err(|_| CalendarError(format!("has {year:?} where a year belongs")))?, days))
}
