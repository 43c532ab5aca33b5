//! One day in full: the plan with its punches, each step of arithmetic, the records behind it.

use askama::Template;
use attendance::JudgedDay;
use axum::response::Response;
use jiff::civil::Date;
use serde_json::Value;
use wecom_checkin::Record;

use crate::{
    lang::{Lang, text},
    report::Who,
    web::{
        api::without_place,
        frame::{Frame, html},
        mark::Mark,
        problem::Problem,
        question::Question,
        site::Site,
        timeline::Timeline,
    },
};

#[derive(Template)]
#[template(path = "pages/day.html")]
struct DayPage {
    frame: Frame,
    who: Who,
    date: Date,
    mark: Mark,
    before: Option<Date>,
    after: Option<Date>,
    timeline: Timeline,
    reasons: Vec<String>,
    warnings: Vec<String>,
    /// The page of `daka explain`, a fact a line.
    explanation: Vec<String>,
    records: Vec<Vec<(String, String)>>,
    with_place: bool,
}

pub(super) async fn show(site: &Site, question: &Question) -> Result<Response, Problem> {
    let (userid, days) = (question.userid()?, question.day(site.today())?);
    let with_place = question.flag("place")?;
    let mut frame = Frame::new(question, "/team", &text!("Day", "日"));
    frame.month = crate::days::Month::of(days.first());
    let lang = frame.lang;
    let judged = site.judge_one(&userid, days).await?;
    let month = frame.month.map_or(days, crate::days::Month::days);
    let names = site.names(std::slice::from_ref(&judged.person.userid), month).await?;
    let who = names.of(&judged.person.userid);
    let day = judged.days.first().ok_or_else(Problem::nothing_here)?;
    let (verdict, date) = (&day.verdict, days.first());
    frame.title = format!("{} {date}", who.name);
    html(&DayPage {
        who,
        date,
        mark: Mark::of(verdict, lang),
        before: date.yesterday().ok(),
        after: date.tomorrow().ok().filter(|day| *day <= site.today()),
        timeline: Timeline::of(day),
        reasons: verdict.reasons.iter().map(|r| r.sentence(lang.into()).to_string()).collect(),
        warnings: verdict.warnings.iter().map(|w| w.sentence(lang.into())).collect(),
        explanation: day.page(lang.into()).to_string().lines().map(str::to_owned).collect(),
        records: records(day, &judged.person.records, with_place, lang),
        with_place,
        frame,
    })
}

/// The records that the day was made from, a field a line.
fn records(
    day: &JudgedDay,
    records: &[Record],
    with_place: bool,
    lang: Lang,
) -> Vec<Vec<(String, String)>> {
    let of_day = day.punches.iter().filter_map(|punch| Some((punch, records.get(punch.record?)?)));
    of_day
        .map(|(punch, record)| {
            let mut fields = serde_json::to_value(record).ok();
            let fields = fields.as_mut().and_then(Value::as_object_mut).map(std::mem::take);
            let mut fields = fields.unwrap_or_default();
            if !with_place {
                without_place(&mut fields);
            }
            let time = (lang.pick("时刻", "time").to_owned(), punch.at.to_string());
            let said = fields.into_iter().map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            });
            std::iter::once(time).chain(said).collect()
        })
        .collect()
}
