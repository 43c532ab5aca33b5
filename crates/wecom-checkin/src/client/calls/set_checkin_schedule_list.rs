//! `checkin/setcheckinschedulist` (sic; documents 93385, 94209, 96501): who shall work which shift.

use std::collections::{BTreeMap, HashSet};

use futures::StreamExt as _;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, GroupId, ScheduleId, UserId, UserKey,
    calls::{self, Call},
    plan::Days,
    units::{UnixTime, YearMonth},
    write::{BadField, Write, ensure},
};

/// Shifts for days of one month, under one shift rule. Days that are not named stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCheckinScheduleList {
    /// The rule.
    pub groupid: GroupId,
    /// Who works which shift on which day.
    pub items: Vec<ScheduledDay>,
    /// The month as a number, such as 202611.
    pub yearmonth: YearMonth,
}

/// One member's shift on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledDay {
    /// The member.
    pub userid: UserId,
    /// Day of month.
    pub day: i64,
    /// The shift; 0 for rest.
    pub schedule_id: ScheduleId,
}

/// A day whose shift a [`SetCheckinScheduleList`] would change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ScheduleChange {
    /// The member.
    pub userid: UserId,
    /// The day.
    pub date: Date,
    /// The shift now; `None` where the day is unscheduled.
    pub from: Option<ScheduleId>,
    /// The shift then.
    pub to: ScheduleId,
}

impl SetCheckinScheduleList {
    /// First day of the month.
    fn month(&self) -> Result<Date, BadField> {
        self.yearmonth
            .first_day()
            .filter(|first| first.year() > 1970)
            .ok_or_else(|| BadField::new("yearmonth", "must be a month such as 202611"))
    }

    fn date(&self, day: i64) -> Option<Date> {
        self.month().ok()?;
        self.yearmonth.day(day)
    }
}

impl Write for SetCheckinScheduleList {
    const CALL: &'static Call = &calls::SETCHECKINSCHEDULIST;

    fn check(&self, now: Timestamp) -> Result<(), BadField> {
        ensure(self.groupid.0 > 0, "groupid", "must be a rule's id")?;
        let month = self.month()?;
        ensure(!self.items.is_empty(), "items", "must not be empty")?;
        let today = UnixTime::from(now).beijing_date();
        let mut named = HashSet::new();
        for (n, item) in self.items.iter().enumerate() {
            let at = |field: &str| format!("items[{n}].{field}");
            calls::check_user(&at("userid"), &item.userid)?;
            let date = self.date(item.day);
            let days = month.days_in_month();
            ensure(date.is_some(), at("day"), format!("must be 1 to {days}"))?;
            ensure(date > today, at("day"), "must lie in the future (WeCom: 301073)")?;
            ensure(
                item.schedule_id.0 >= 0,
                at("schedule_id"),
                "must be a shift's id, or 0 for rest",
            )?;
            let is_new = named.insert((item.userid.key(), item.day));
            ensure(is_new, at("day"), format!("is given twice for {}", item.userid))?;
        }
        Ok(())
    }
}

impl Client {
    /// One call of `setcheckinschedulist`.
    pub async fn set_checkin_schedule_list(
        &self,
        request: &SetCheckinScheduleList,
    ) -> Result<(), Error> {
        self.write(request).await
    }

    /// What a request would change: the schedules as they are, read now, beside what is asked for.
    /// Days that would stay as they are are left out.
    pub async fn schedule_changes(
        &self,
        request: &SetCheckinScheduleList,
    ) -> Result<Vec<ScheduleChange>, Error> {
        let name = calls::SETCHECKINSCHEDULIST.name;
        let first = request.month().map_err(|bad| Error::bad_field(name, bad))?;
        let month = Days::new(first, first.last_of_month())?;
        let users = request.items.iter().map(|item| item.userid.clone());
        let mut slices = self.schedules(users, month).slices();
        let mut now: BTreeMap<(UserKey, i64), ScheduleId> = BTreeMap::new();
        while let Some(slice) = slices.next().await {
            for row in slice.rows? {
                let Some(user) = &row.userid else { continue };
                let days = row.schedule.iter().flat_map(|days| &days.schedule_list).flatten();
                now.extend(days.filter_map(|day| {
                    let shift = day.schedule_info.as_ref()?.schedule_id?;
                    Some(((user.key(), day.day?), shift))
                }));
            }
        }
        let mut changes: Vec<ScheduleChange> = request
            .items
            .iter()
            .filter_map(|item| {
                let from = now.get(&(item.userid.key(), item.day)).copied();
                let (userid, to) = (item.userid.clone(), item.schedule_id);
                Some(ScheduleChange { userid, date: request.date(item.day)?, from, to })
            })
            .filter(|change| change.from != Some(change.to))
            .collect();
        changes.sort_unstable();
        Ok(changes)
    }
}
