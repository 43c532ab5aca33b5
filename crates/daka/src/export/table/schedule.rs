//! `schedule`: who was to work which shift on which day.

use std::sync::Arc;

use daka_ledger::Result;
use jiff::civil::Date;
use wecom_checkin::{
    Row, UserId,
    schedule::{Schedule, ScheduleDay, ScheduleInfo},
};

use super::{Shown, Table};
use crate::{days::Days, export::Source, table::Column};

/// A day of somebody's schedule.
pub(crate) struct Planned {
    month: Arc<Row<Schedule>>,
    date: Date,
    shift: Option<ScheduleInfo>,
}

pub(crate) struct Schedules;

impl Table for Schedules {
    type Row = Planned;

    const NAME: &'static str = "schedule";

    /// `raw` is the person's whole month.
    fn columns(shown: Shown) -> Vec<Column<Planned>> {
        let mut columns: Vec<Column<Planned>> = vec![
            Column::text("userid", |day| Some(day.month.userid.as_ref()?.as_str().into())),
            Column::date("date", |day| Some(day.date)),
            Column::long("groupid", |day| day.month.groupid.map(|id| id.0)),
            Column::text("groupname", |day| Some(day.month.groupname.as_deref()?.into())),
            Column::long("schedule_id", |day| day.shift.as_ref()?.schedule_id.map(|id| id.0)),
            Column::text("schedule_name", |day| {
                Some(day.shift.as_ref()?.schedule_name.as_deref()?.into())
            }),
        ];
        if shown.raw {
            columns.push(Column::json("raw", |day| Some(day.month.raw().into())));
        }
        columns
    }

    async fn rows(source: &mut Source, users: &[UserId], days: Days) -> Result<Vec<Planned>> {
        let months = source.history.schedules(users, days.first(), days.last()).await?;
        let mut planned: Vec<Planned> =
            months.into_iter().flat_map(|m| of_month(m, days)).collect();
        // Two rules of one person may each have a part of the month.
        planned.sort_by(|a, b| (&a.month.userid, a.date).cmp(&(&b.month.userid, b.date)));
        Ok(planned)
    }
}

/// The days of a month that are asked for.
fn of_month(month: Row<Schedule>, days: Days) -> Vec<Planned> {
    let month = Arc::new(month);
    let list = month.schedule.as_ref().and_then(|schedule| schedule.schedule_list.clone());
    let first = days.first();
    let planned =
        list.into_iter().flatten().filter_map(|ScheduleDay { day, schedule_info, .. }| {
            let date = Date::new(first.year(), first.month(), i8::try_from(day?).ok()?).ok()?;
            let planned = Planned { month: Arc::clone(&month), date, shift: schedule_info };
            days.contains(date).then_some(planned)
        });
    planned.collect()
}
