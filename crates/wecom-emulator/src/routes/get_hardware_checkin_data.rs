//! `POST hardware/get_hardware_checkin_data`: what the attendance machines saw, rejected punches and all.

use serde::Serialize;

use crate::answer::{Payload, Refusal, success};
use crate::ask::Ask;
use crate::chance::Purpose;
use crate::company::Person;
use crate::day::{DAY_SEC, Day};
use crate::plan::Mark;
use crate::rule::Kind;
use crate::server::Server;
use crate::world::View;

#[derive(Serialize)]
struct Punches {
    checkindata: Vec<Row>,
}

#[derive(Clone, Serialize)]
struct Row {
    userid: String,
    checkin_time: i64,
    device_sn: String,
    device_name: &'static str,
}

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let config = server.config();
    let limits = &config.limits;
    let users = ask.users(limits.users, 301_023)?;
    let (start, end) = ask.window(limits.long_window_days * DAY_SEC, 301_024)?;
    let by_upload = ask.int("filter_type") == Some(2);
    let view = server.view();
    let mut checkindata = Vec::new();
    // Unknown people are passed over in silence.
    for person in users.iter().filter_map(|userid| super::known(&view, userid)) {
        for day in Day::of(start).plus(-5).through(Day::of(end.min(view.now))) {
            for (row, uploaded) in rows(&view, &person, day) {
                let at = if by_upload { uploaded } else { row.checkin_time };
                if (start..=end).contains(&at) {
                    checkindata.push(row);
                }
            }
        }
    }
    success(&Punches { checkindata })
}

/// The day's punches on a machine, with the time each was uploaded. Machines stand where shifts are worked.
fn rows(view: &View<'_>, person: &Person, day: Day) -> Vec<(Row, i64)> {
    let Some((rule, plan)) = view.plan(person, day) else { return Vec::new() };
    if rule.kind() != Some(Kind::Shift) {
        return Vec::new();
    }
    let mut chance = view.company.chance(person.index, day, Purpose::Device);
    let mut rows = Vec::new();
    let known = |mark: &&Mark| mark.written.is_none() && mark.delivered;
    for mark in plan.punches(view.now).filter(known) {
        let door = chance.below(4);
        let row = Row {
            userid: person.userid.clone(),
            checkin_time: mark.at,
            device_sn: format!("KQ5A00{}{door:03}", rule.groupid),
            device_name: ["东门", "南门", "食堂", ""]
                .get(usize::try_from(door).unwrap_or(0))
                .copied()
                .unwrap_or(""),
        };
        if chance.per_mille(50) {
            // The same punch sent twice.
            rows.push((row.clone(), mark.uploaded));
        }
        if chance.per_mille(40) {
            // One that no rule took: too soon after the other.
            rows.push((Row { checkin_time: mark.at + 3, ..row.clone() }, mark.uploaded + 3));
        }
        rows.push((row, mark.uploaded));
    }
    rows
}
