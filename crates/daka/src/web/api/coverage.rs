//! Which days of whose records were asked for, and when last.

use axum::response::Response;
use daka_ledger::Call;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
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

/// People who are looked up at once.
const AT_ONCE: usize = 200;

/// Days of a person that were last asked for at the same instant.
#[derive(Serialize)]
struct Covered<'a> {
    userid: &'a UserId,
    from: Date,
    to: Date,
    asked_at: Timestamp,
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
        let known = history.known(Call::Records, now, days.first(), days.last()).await;
        for (userid, stretches) in now.iter().zip(known.map_err(failed)?) {
            for known in stretches {
                let covered =
                    Covered { userid, from: known.from, to: known.to, asked_at: known.until };
                page.look((userid, known.from), true, || item(&covered))?;
            }
        }
        left = later;
    }
    Ok(page.end(!left.is_empty()))
}
