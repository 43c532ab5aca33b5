//! `verdict_day`: what was concluded for a person and day, as `daka judge` filed it.

use daka_ledger::{Error, Result};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::value::RawValue;
use wecom_checkin::UserId;

use super::{Shown, Table};
use crate::{days::Days, export::Source, table::Column};

/// A verdict on file, as far as columns need it, and its whole JSON.
pub(crate) struct Filed {
    pub(super) facts: Facts,
    verdict: Box<RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Facts {
    pub(super) userid: UserId,
    date: Date,
    pub(super) status: String,
    day_type: String,
    rule: Option<RuleName>,
    exceptions: Box<RawValue>,
    checkin_count: i32,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    pub(super) standard_sec: i64,
    pub(super) worked_sec: i64,
    pub(super) overtime: Overtime,
}

#[derive(Deserialize)]
struct RuleName {
    groupid: i64,
    groupname: String,
    schedule_id: i64,
}

#[derive(Deserialize)]
pub(super) struct Overtime {
    pub(super) seconds: i64,
}

pub(crate) struct VerdictDays;

impl Table for VerdictDays {
    type Row = Filed;

    const NAME: &'static str = "verdict_day";

    fn columns(_: Shown) -> Vec<Column<Filed>> {
        vec![
            Column::text("userid", |v| Some(v.facts.userid.as_str().into())),
            Column::date("date", |v| Some(v.facts.date)),
            Column::text("status", |v| Some(v.facts.status.as_str().into())),
            Column::text("day_type", |v| Some(v.facts.day_type.as_str().into())),
            Column::long("groupid", |v| Some(v.facts.rule.as_ref()?.groupid)),
            Column::text("groupname", |v| Some(v.facts.rule.as_ref()?.groupname.as_str().into())),
            Column::long("schedule_id", |v| Some(v.facts.rule.as_ref()?.schedule_id)),
            Column::int("checkin_count", |v| Some(v.facts.checkin_count)),
            Column::instant("first", |v| v.facts.first),
            Column::instant("last", |v| v.facts.last),
            Column::long("standard_sec", |v| Some(v.facts.standard_sec)),
            Column::long("worked_sec", |v| Some(v.facts.worked_sec)),
            Column::long("overtime_sec", |v| Some(v.facts.overtime.seconds)),
            Column::json("exceptions", |v| Some(v.facts.exceptions.get().into())),
            Column::json("verdict", |v| Some(v.verdict.get().into())),
        ]
    }

    /// Counts the person-days that have none.
    async fn rows(source: &mut Source, users: &[UserId], days: Days) -> Result<Vec<Filed>> {
        const ODD: Error = Error::Content("a verdict of another shape");
        let filed = source.history.verdicts(users, days.first(), days.last()).await?;
        let number = |len| i64::try_from(len).unwrap_or(i64::MAX);
        source.unjudged += number(users.len()) * days.count() - number(filed.len());
        let read = filed.into_iter().map(|verdict| {
            let facts: Facts = serde_json::from_str(verdict.get()).map_err(|_| ODD)?;
            Ok(Filed { facts, verdict })
        });
        let read: Vec<Filed> = read.collect::<Result<_>>()?;
        for Filed { facts, .. } in read.iter().filter(|day| day.facts.status == "incomplete") {
            source.incomplete.entry(facts.userid.clone()).or_default().insert(facts.date);
        }
        Ok(read)
    }
}
