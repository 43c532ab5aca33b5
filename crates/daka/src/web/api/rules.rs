//! Who had which rule, from day to day.

use axum::response::Response;
use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;
use serde_json::value::RawValue;
use wecom_checkin::UserId;

use crate::{
    ledger,
    web::{
        page_of::{PageOf, item},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

/// People whose rules are read at once.
const AT_ONCE: usize = 200;

/// An entry of `getcheckinoption`, with the days on which it held.
#[derive(Serialize)]
struct RuleOn<'a> {
    userid: &'a UserId,
    from: Date,
    to: Date,
    /// As WeCom sent it; `null` for no rule.
    group: Option<&'a RawValue>,
}

pub(super) async fn list(site: &Site, question: &Question) -> Result<Response, Problem> {
    let days = question.required_days(site.today())?;
    let mut page: PageOf<Date> = PageOf::begin(question)?;
    let people = site.users(question).await?;
    let mut left = page.of(&people);
    let failed = |e| ledger::failure(&e);
    let mut history = site.ledger.history(None).await.map_err(failed)?;
    while !left.is_empty() && !page.is_full() {
        let (now, later) = left.split_at(AT_ONCE.min(left.len()));
        for stretch in history.rules(now, days.first(), days.last()).await.map_err(failed)? {
            let group =
                stretch.rule.as_deref().and_then(|row| serde_json::from_str(row.raw()).ok());
            let (userid, from) = (&stretch.userid, stretch.from);
            let to = stretch.until.saturating_sub(1.day());
            page.look((userid, from), true, || item(&RuleOn { userid, from, to, group }))?;
        }
        left = later;
    }
    Ok(page.end(!left.is_empty()))
}
