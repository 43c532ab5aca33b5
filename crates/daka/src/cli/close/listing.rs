//! A closing as it is printed.

use daka_ledger::Closing;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    failure::Failure,
    lang::Lang,
    output::{Output, OutputArgs},
    table::{Column, Unit, Value},
};

/// What was closed, as the contract has it.
#[derive(Debug, Serialize)]
pub(crate) struct Printed<'a> {
    month: String,
    closed_at: Timestamp,
    by: Option<&'a str>,
    people: u64,
    person_days: u64,
    sha256: &'a str,
}

impl<'a> Printed<'a> {
    pub(crate) fn of(closing: &'a Closing) -> Self {
        let closed = &closing.closed;
        Self {
            month: closed.month.strftime("%Y-%m").to_string(),
            closed_at: closed.closed_at,
            by: closed.by.as_deref(),
            people: closed.people,
            person_days: closed.person_days,
            sha256: &closed.sha256,
        }
    }
}

/// The same with what became of it.
#[derive(Debug, Serialize)]
pub(crate) struct Listed<'a> {
    #[serde(flatten)]
    closed: Printed<'a>,
    /// Its number in its month.
    closing: i64,
    everyone: bool,
    lang: &'a str,
    reopened: Option<Reopened<'a>>,
}

#[derive(Debug, Serialize)]
struct Reopened<'a> {
    at: Timestamp,
    by: Option<&'a str>,
    why: &'a str,
}

impl<'a> Listed<'a> {
    pub(crate) fn of(closing: &'a Closing) -> Self {
        let reopened = closing.reopened.as_ref();
        Self {
            closed: Printed::of(closing),
            closing: closing.nr,
            everyone: closing.closed.everyone,
            lang: &closing.closed.lang,
            reopened: reopened.map(|opened| Reopened {
                at: opened.at,
                by: opened.by.as_deref(),
                why: &opened.why,
            }),
        }
    }
}

/// The output for closings and what became of them.
pub(in crate::cli) fn listing(args: &OutputArgs, lang: Lang) -> Result<Output<Closing>, Failure> {
    args.table(lang, columns(), |closing: &Closing| {
        serde_json::to_string(&Listed::of(closing)).unwrap_or_default()
    })
}

pub(super) fn columns() -> Vec<Column<Closing>> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    vec![
        Column::new("month", Unit::Text, |c: &Closing| {
            Value::text(c.closed.month.strftime("%Y-%m").to_string())
        })
        .named("月份", "month"),
        Column::number("closing", Unit::Long, |c: &Closing| c.nr).named("第几次", "closing"),
        Column::instant("closed_at", |c: &Closing| Some(c.closed.closed_at))
            .named("封存时间", "closed at"),
        Column::text("by", |c: &Closing| Some(c.closed.by.as_deref()?.into()))
            .named("封存人", "by"),
        Column::number("people", Unit::Long, move |c: &Closing| count(c.closed.people))
            .named("人数", "people"),
        Column::number("person_days", Unit::Long, move |c: &Closing| count(c.closed.person_days))
            .named("人日", "person-days"),
        Column::text("sha256", |c: &Closing| Some(c.closed.sha256.as_str().into()))
            .named("SHA-256", "SHA-256")
            .wide(),
        Column::instant("reopened_at", |c: &Closing| Some(c.reopened.as_ref()?.at))
            .named("重新打开", "opened again"),
        Column::text("reopened_why", |c: &Closing| Some(c.reopened.as_ref()?.why.as_str().into()))
            .named("重新打开的原因", "why"),
    ]
}
