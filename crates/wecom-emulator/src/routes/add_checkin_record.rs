//! `POST checkin/add_checkin_record`: punches from elsewhere. One bad record fails the whole batch.

use std::sync::Arc;

use serde_json::Value;

use crate::answer::{Payload, Refusal, done};
use crate::ask::{Ask, int};
use crate::changes::Written;
use crate::company::Person;
use crate::day::Day;
use crate::server::Server;
use crate::world::View;
use crate::written::takes;

/// Records of one call.
const RECORDS: usize = 200;

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let records = ask.field("records").and_then(Value::as_array);
    let records = records.filter(|records| (1..=RECORDS).contains(&records.len()));
    let records = records.ok_or_else(|| Refusal::new(301_083))?;
    let view = server.view();
    let mut punches = Vec::with_capacity(records.len());
    for record in records {
        let userid = record.get("userid").and_then(Value::as_str).unwrap_or("");
        let person = super::known(&view, userid).ok_or_else(|| Refusal::new(301_021))?;
        let written = read(record, view.now)?;
        let day = attendance_day(&view, &person, written.at);
        punches.push(((person.index, day), Arc::new(written)));
    }
    server.world.write(|state| {
        for (key, written) in punches {
            state.changes.punches.entry(key).or_default().push(written);
        }
    });
    done()
}

fn read(record: &Value, now: i64) -> Result<Written, Refusal> {
    let wrong = || Refusal::new(301_083);
    let text = |key: &str, required: bool, most: usize| {
        let given = record.get(key).and_then(Value::as_str).unwrap_or("");
        let fits = given.chars().count() <= most && !(required && given.is_empty());
        fits.then(|| given.to_owned()).ok_or_else(wrong)
    };
    let number = |key: &str| record.get(key).and_then(int);
    let at = number("checkin_time").ok_or_else(wrong)?;
    if at <= 0 || at > now {
        return Err(Refusal::new(600_017));
    }
    if !number("device_type").is_some_and(|kind| (1..=3).contains(&kind)) {
        return Err(wrong());
    }
    let (wifiname, wifimac) = (text("wifiname", false, 1_024)?, text("wifimac", false, 17)?);
    // A name needs its address, not the other way round.
    let nameless = !wifiname.is_empty() && wifimac.is_empty();
    if nameless || !(wifimac.is_empty() || is_mac(&wifimac)) {
        return Err(wrong());
    }
    let mediaids: Vec<String> = record
        .get("mediaids")
        .and_then(Value::as_array)
        .map(|ids| ids.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let place = number("lat").zip(number("lng"));
    let on_earth = place.is_none_or(|(lat, lng)| {
        (-90_000_000..=90_000_000).contains(&lat) && (-180_000_000..=180_000_000).contains(&lng)
    });
    if mediaids.len() > 1 || !on_earth {
        return Err(wrong());
    }
    Ok(Written {
        at,
        due: None,
        notes: text("notes", false, 1_024)?,
        location_title: text("location_title", true, 1_024)?,
        location_detail: text("location_detail", true, 1_024)?,
        wifiname,
        wifimac,
        mediaids,
        place,
        device: text("device_detail", true, 40)?,
    })
}

fn is_mac(text: &str) -> bool {
    let pairs: Vec<&str> = text.split(':').collect();
    pairs.len() == 6
        && pairs.iter().all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The day that takes the punch: yesterday's while its window is open, else today's.
fn attendance_day(view: &View<'_>, person: &Person, at: i64) -> Day {
    let today = Day::of(at);
    let taken = [today.plus(-1), today].into_iter().find(|day| {
        let planned = view.plan(person, *day);
        planned.is_some_and(|(rule, plan)| {
            !plan.duty.segments.is_empty() && takes(&rule, &plan.duty, *day, at)
        })
    });
    taken.unwrap_or(today)
}
