//! One file a call.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::answer::Refusal;
use crate::company::Person;
use crate::day::Day;
use crate::world::View;

pub(crate) mod add_checkin_record;
pub(crate) mod addcheckinuserface;
pub(crate) mod approvals;
pub(crate) mod auth_getuserinfo;
pub(crate) mod contacts;
pub(crate) mod get_hardware_checkin_data;
pub(crate) mod getcheckindata;
pub(crate) mod getcheckinoption;
pub(crate) mod getcheckinschedulist;
pub(crate) mod getcorpcheckinoption;
pub(crate) mod gettoken;
pub(crate) mod media_get;
pub(crate) mod message_send;
pub(crate) mod punch_correction;
pub(crate) mod reports;
pub(crate) mod rule_management;
pub(crate) mod setcheckinschedulist;
pub(crate) mod user_list_id;
pub(crate) mod webhook_send;

/// The people named, each once; `code` when one of them is unknown.
pub(crate) fn people(view: &View<'_>, users: &[&str], code: i64) -> Result<Vec<Person>, Refusal> {
    let mut people: Vec<Person> = Vec::with_capacity(users.len());
    for userid in users {
        let person = known(view, userid).ok_or_else(|| Refusal::new(code))?;
        if people.iter().all(|known| known.index != person.index) {
            people.push(person);
        }
    }
    Ok(people)
}

/// A person who is in the contacts today; leavers are not.
pub(crate) fn known(view: &View<'_>, userid: &str) -> Option<Person> {
    view.company.find(userid).filter(|person| person.employed(Day::of(view.now)))
}

/// A file as an answer, whole or the range asked for.
pub(crate) fn file(
    bytes: Vec<u8>,
    content_type: &'static str,
    name: &str,
    range: Option<&str>,
) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let whole = bytes.len();
    let mut response = match range.and_then(|range| span(range, whole)) {
        Some((first, last)) => {
            let part = bytes.get(first..=last).unwrap_or_default().to_vec();
            let covers = format!("bytes {first}-{last}/{whole}");
            (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, covers)], part).into_response()
        }
        None => bytes.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// `bytes=0-1023` as the first and last byte.
fn span(range: &str, whole: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let first: usize = first.parse().ok()?;
    let last: usize = if last.is_empty() { whole } else { last.parse().ok()? };
    let last = last.min(whole.checked_sub(1)?);
    (first <= last).then_some((first, last))
}
