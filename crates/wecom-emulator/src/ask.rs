//! A request as the server understands it: lenient, because the real one is.

use std::collections::HashMap;

use serde_json::Value;

use crate::answer::Refusal;

/// What a call was asked.
pub(crate) struct Ask {
    /// The query string, decoded.
    pub(crate) query: HashMap<String, String>,
    /// The body; null when it was missing, sent with GET, or not JSON.
    pub(crate) body: Value,
    /// The body was there but is not JSON.
    pub(crate) malformed: bool,
    /// `Range` header.
    pub(crate) range: Option<String>,
}

impl Ask {
    pub(crate) fn field(&self, key: &str) -> Option<&Value> {
        self.body.get(key)
    }

    /// A number, also one that was sent as a string.
    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        self.field(key).and_then(int)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.field(key).and_then(Value::as_str)
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.field(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The strings of a list; what is not a string is left out.
    pub(crate) fn texts(&self, key: &str) -> Vec<&str> {
        self.field(key)
            .and_then(Value::as_array)
            .map(|items| items.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    pub(crate) fn parameter(&self, key: &str) -> Option<&str> {
        self.query.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// `useridlist`, 1 to `most` long, else the refusal `code`; a member that is no text is no userid.
    pub(crate) fn users(&self, most: usize, code: i64) -> Result<Vec<&str>, Refusal> {
        let users = self.texts("useridlist");
        let given = self.field("useridlist").and_then(Value::as_array).map_or(0, Vec::len);
        if (1..=most).contains(&given) && users.len() < given {
            return Err(Refusal::new(301_021));
        }
        if users.is_empty() || users.len() > most {
            return Err(Refusal::new(code));
        }
        Ok(users)
    }

    /// `starttime` and `endtime`, at most `most_sec` apart, else the refusal `code`.
    pub(crate) fn window(&self, most_sec: i64, code: i64) -> Result<(i64, i64), Refusal> {
        let bounds = (self.int("starttime").unwrap_or(0), self.int("endtime").unwrap_or(0));
        let (start, end) = bounds;
        if start <= 0 || end <= start || end - start > most_sec || start > LAST_SECOND {
            return Err(Refusal::new(code));
        }
        Ok(bounds)
    }
}

/// No instant in seconds is later (the year 5138); what claims to be is in milliseconds.
const LAST_SECOND: i64 = 100_000_000_000;

/// A whole number (`1790784000.0` too, as some languages write it), or a string that holds one.
pub(crate) fn int(value: &Value) -> Option<i64> {
    let whole = || {
        let text = value.as_f64().filter(|number| number.fract() == 0.0)?.to_string();
        text.parse().ok()
    };
    let text = || value.as_str().and_then(|text| text.trim().parse().ok());
    value.as_i64().or_else(text).or_else(whole)
}
