//! The due times that a day has now, which a correction must answer to.

use std::sync::Arc;

use attendance::{Company, Person, judge};
use futures::StreamExt as _;
use jiff::civil::Date;
use wecom_checkin::{Client, Error, Row, UserId};

use crate::{
    cli::{Context, clock_time::ClockTime, write},
    days::Days,
    failure::Failure,
    judging,
    lang::text,
};

/// Refuses a due time that the day does not have, and its lack on a day that has some.
pub(super) async fn check(
    context: &Context,
    client: &Client,
    (user, date): (&UserId, Date),
    due: Option<ClockTime>,
) -> Result<(), Failure> {
    let company = judging::company(&context.settings, context.now)?;
    let dues = dues(&company, client, (user, date)).await.map_err(|e| write::failure(&e))?;
    if due.map_or(dues.is_empty(), |due| dues.contains(&due)) {
        return Ok(());
    }
    let hint = text!(
        "name one of them with --due, and none on a day off",
        "请用 --due 指明其中之一；休息日不要写"
    );
    if dues.is_empty() {
        return Err(Failure::usage(
            text!("{user} has no due time on {date}", "{user} 在 {date} 没有应打卡时间"),
            hint,
        ));
    }
    let dues: Vec<String> = dues.iter().map(ToString::to_string).collect();
    Err(Failure::usage(
        text!(
            "the due times of {user} on {date} are {dues}",
            "{user} 在 {date} 的应打卡时间为 {dues}",
            dues = dues.join(", ")
        ),
        hint,
    ))
}

/// By the rule and the schedule of the day.
async fn dues(
    company: &Company,
    client: &Client,
    (user, date): (&UserId, Date),
) -> Result<Vec<ClockTime>, Error> {
    let mut person = Person { userid: user.clone(), ..Person::default() };
    let mut rules = client.rules([user.clone()], [date]).slices();
    while let Some(slice) = rules.next().await {
        for row in slice.rows? {
            let rule = row.group.as_ref().filter(|rule| rule.groupid.is_some());
            person.rules.push((date, rule.cloned().map(Arc::new)));
        }
    }
    let mut schedules = client.schedules([user.clone()], Days::new(date, date)?).slices();
    while let Some(slice) = schedules.next().await {
        person.schedules.extend(slice.rows?.into_iter().map(Row::into_typed));
    }
    let days = judge(company, &person, date..=date);
    let plans = days.iter().map(|day| &day.plan);
    let dues = plans.flat_map(|plan| {
        let moment = |at| plan.moment(at);
        plan.segments.iter().flat_map(move |segment| [segment.on, segment.off]).map(moment)
    });
    Ok(dues.filter_map(|due| ClockTime::of(date, due)).collect())
}
