//! A day's explanation for programs: what the evaluator lays open, beside what WeCom says of the
//! day.

use attendance::JudgedDay;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::lang::Lang;

#[derive(Serialize)]
struct Explained<'a, E> {
    #[serde(flatten)]
    explanation: E,
    /// The row as WeCom sent it; `null` where there is none or it was not asked.
    wecom: Option<&'a RawValue>,
}

/// The explanation as one JSON object; `wecom` is WeCom's own report of the day as it came.
pub(crate) fn explained<'a>(
    day: &'a JudgedDay,
    wecom: Option<&'a str>,
    lang: Lang,
) -> impl Serialize + 'a {
    let wecom = wecom.and_then(|row| serde_json::from_str(row).ok());
    Explained { explanation: day.in_lang(lang.into()), wecom }
}
