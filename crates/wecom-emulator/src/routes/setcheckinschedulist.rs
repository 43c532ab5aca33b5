//! `POST checkin/setcheckinschedulist`: shifts for days to come.

use jiff::civil::Date;
use serde_json::Value;

use crate::answer::{Payload, Refusal, done};
use crate::ask::{Ask, int};
use crate::day::Day;
use crate::rule::Kind;
use crate::server::Server;

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let wrong = || Refusal::new(301_075);
    let view = server.view();
    let today = Day::of(view.now);
    let groupid = ask.int("groupid").ok_or_else(wrong)?;
    let in_force = view.state.rules.on(groupid, today.plus(1)).ok_or_else(wrong)?;
    if in_force.rule.kind() != Some(Kind::Shift) {
        return Err(wrong());
    }
    let yearmonth = ask.int("yearmonth").ok_or_else(wrong)?;
    let items = ask.field("items").and_then(Value::as_array).ok_or_else(wrong)?;
    if items.is_empty() {
        return Err(wrong());
    }
    let mut shifts = Vec::with_capacity(items.len());
    for item in items {
        let userid = item.get("userid").and_then(Value::as_str).ok_or_else(wrong)?;
        let person = super::known(&view, userid).ok_or_else(|| Refusal::new(301_021))?;
        let number = item.get("day").and_then(int).ok_or_else(wrong)?;
        let day = date(yearmonth, number).ok_or_else(wrong)?;
        if day <= today {
            return Err(Refusal::new(301_073));
        }
        let shift = item.get("schedule_id").and_then(int).ok_or_else(wrong)?;
        if in_force.rule.shift(shift).is_none() {
            return Err(wrong());
        }
        shifts.push(((person.index, day), Some(shift)));
    }
    server.world.write(|state| state.changes.shifts.extend(shifts));
    done()
}

fn date(yearmonth: i64, day: i64) -> Option<Day> {
    let year = i16::try_from(yearmonth / 100).ok()?;
    let month = i8::try_from(yearmonth % 100).ok()?;
    Date::new(year, month, i8::try_from(day).ok()?).ok().map(Day::from_date)
}
