//! Verdicts, page by page, and one day with its explanation.

use attendance::JudgedDay;
use axum::response::Response;
use jiff::civil::Date;

use crate::{
    explaining,
    lang::text,
    web::{
        page_of::{PageOf, item},
        problem::Problem,
        question::Question,
        route::json,
        site::Site,
    },
};

/// People who are judged at once.
const MOST_AT_ONCE: usize = 200;
/// People who are judged for one page, found or not: what is sought may be rare.
const MOST_JUDGED: usize = 2_000;

pub(super) async fn list(site: &Site, question: &Question) -> Result<Response, Problem> {
    let days = question.required_days(site.today())?;
    let wanted = question.wanted()?;
    let mut page: PageOf<Date> = PageOf::begin(question)?;
    let people = site.users(question).await?;
    let mut left = page.of(&people);
    let judging = site.judging().await?;
    let of_one = usize::try_from(days.count()).unwrap_or(usize::MAX).max(1);
    let mut at_once = page.limit().div_ceil(of_one).clamp(1, MOST_AT_ONCE);
    let mut judged = 0;
    while !left.is_empty() && judged < MOST_JUDGED && !page.is_full() {
        let (now, later) = left.split_at(at_once.min(left.len()));
        for person in site.judge(&judging, now, days).await? {
            for verdict in person.verdicts() {
                page.look(
                    (&verdict.userid, verdict.date),
                    wanted.as_ref().is_none_or(|wanted| wanted(verdict)),
                    || item(&verdict.in_lang(question.lang.into())),
                )?;
            }
        }
        judged += now.len();
        left = later;
        at_once = (at_once * 2).min(MOST_AT_ONCE);
    }
    Ok(page.end(!left.is_empty()))
}

pub(super) async fn one(site: &Site, question: &Question) -> Result<Response, Problem> {
    let day = day(site, question).await?;
    Ok(json(&day.verdict.in_lang(question.lang.into())))
}

pub(super) async fn explanation(site: &Site, question: &Question) -> Result<Response, Problem> {
    let day = day(site, question).await?;
    Ok(json(&explaining::explained(&day, None, question.lang)))
}

async fn day(site: &Site, question: &Question) -> Result<JudgedDay, Problem> {
    let (userid, days) = (question.userid()?, question.day(site.today())?);
    let judged = site.judge_one(&userid, days).await?;
    judged.days.into_iter().next().ok_or_else(|| {
        Problem::not_found(
            text!("{date} cannot be judged", "{date} 无法判定", date = days.first()),
            text!("name a day on which somebody may have worked", "请指定可能上班的日期"),
        )
    })
}
