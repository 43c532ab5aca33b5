//! `POST checkin/getcheckinschedulist`: who works which shift; people without a shift rule have no entry.

use serde::Serialize;

use crate::answer::{Payload, Refusal, success};
use crate::ask::Ask;
use crate::company::Person;
use crate::data_folder::belongs;
use crate::day::{DAY_SEC, Day};
use crate::rule::{Kind, Rule};
use crate::server::Server;
use crate::world::View;

#[derive(Serialize)]
struct Schedules {
    schedule_list: Vec<Month>,
}

/// One person's month.
#[derive(Serialize)]
struct Month {
    userid: String,
    yearmonth: i64,
    groupid: i64,
    groupname: String,
    schedule: Days,
}

#[derive(Serialize)]
struct Days {
    #[serde(rename = "scheduleList")]
    schedule_list: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    day: i64,
    schedule_info: Shift,
}

#[derive(Serialize)]
struct Shift {
    schedule_id: i64,
    schedule_name: String,
    time_section: Vec<Section>,
}

#[derive(Serialize)]
struct Section {
    id: i64,
    work_sec: i64,
    off_work_sec: i64,
    remind_work_sec: i64,
    remind_off_work_sec: i64,
}

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let config = server.config();
    let limits = &config.limits;
    let users = ask.users(limits.users, 301_075)?;
    let bounds = (ask.int("starttime").unwrap_or(0), ask.int("endtime").unwrap_or(0));
    let (start, end) = bounds;
    if start <= 0 || end < start || end - start > limits.long_window_days * DAY_SEC {
        return Err(Refusal::new(301_075));
    }
    if looks_like_milliseconds(start) {
        return Err(Refusal::new(301_075));
    }
    if let Some(data) = server.data() {
        let Some(given) = data.given("getcheckinschedulist") else {
            return success(&Schedules { schedule_list: Vec::new() });
        };
        return Ok(Payload::Json(given.body(Some("schedule_list"), |row| belongs(row, &users))));
    }
    let view = server.view();
    let people = super::people(&view, &users, 301_021)?;
    let schedule_list = people
        .iter()
        .flat_map(|person| months(&view, person, Day::of(start), Day::of(end)))
        .collect();
    success(&Schedules { schedule_list })
}

/// No second of this century has so many digits.
pub(crate) fn looks_like_milliseconds(at: i64) -> bool {
    at > 100_000_000_000
}

fn months(view: &View<'_>, person: &Person, first: Day, last: Day) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for day in first.through(last) {
        let Some(in_force) = view.rule_of(person, day) else { continue };
        let rule = &in_force.rule;
        if rule.kind() != Some(Kind::Shift) {
            continue;
        }
        let Some(entry) = entry(view, person, rule, day) else { continue };
        let yearmonth = day.year_month();
        let open = months
            .last_mut()
            .filter(|month| month.yearmonth == yearmonth && month.groupid == rule.groupid);
        match open {
            Some(month) => month.schedule.schedule_list.push(entry),
            None => months.push(Month {
                userid: person.userid.clone(),
                yearmonth,
                groupid: rule.groupid,
                groupname: rule.groupname.clone(),
                schedule: Days { schedule_list: vec![entry] },
            }),
        }
    }
    months
}

fn entry(view: &View<'_>, person: &Person, rule: &Rule, day: Day) -> Option<Entry> {
    let shift = rule.shift(view.shift_of(person, rule.groupid, day)?)?;
    let time_section = shift
        .time_section
        .iter()
        .map(|segment| Section {
            id: segment.time_id,
            work_sec: segment.work_sec,
            off_work_sec: segment.off_work_sec,
            remind_work_sec: segment.remind_work_sec,
            remind_off_work_sec: segment.remind_off_work_sec,
        })
        .collect();
    Some(Entry {
        day: i64::from(day.date().day()),
        schedule_info: Shift {
            schedule_id: shift.schedule_id,
            schedule_name: shift.schedule_name.clone(),
            time_section,
        },
    })
}
