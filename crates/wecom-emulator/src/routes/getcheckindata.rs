//! `POST checkin/getcheckindata`: records of up to 100 people over up to 30 days.

use crate::answer::{Payload, Refusal};
use crate::ask::Ask;
use crate::data_folder::{belongs, record_in, record_of_kind};
use crate::day::{DAY_SEC, Day};
use crate::day_cache::Settled;
use crate::records::{Row, Sheet, Wanted};
use crate::server::Server;
use crate::window::Window;

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let config = server.config();
    let limits = &config.limits;
    let users = ask.users(limits.users, 301_023)?;
    let (start, end) = ask.window(limits.window_days * DAY_SEC, 301_024)?;
    let kind = ask.int("opencheckindatatype").unwrap_or(0);
    let wanted = match kind {
        1 => Wanted::Duty,
        2 => Wanted::Outdoor,
        3 => Wanted::All,
        _ => return Err(Refusal::new(40035)),
    };
    let manners = config.manners;
    let window = Window::new(start, end, manners);
    if let Some(data) = server.data() {
        let Some(given) = data.given("getcheckindata") else {
            return Ok(Payload::Json(Body::default().finish()));
        };
        return Ok(Payload::Json(given.body(Some("checkindata"), |row| {
            belongs(row, &users) && record_in(row, &window) && record_of_kind(row, kind)
        })));
    }
    let view = server.view();
    let people = super::people(&view, &users, 301_021)?;
    let now = server.clock.now();
    let today = Day::of(now);
    let last = if manners.future_placeholders { today.plus(1) } else { today };
    // Rows in another shape, or not all of them, are made for the occasion.
    let usual = wanted == Wanted::All && !manners.seed_shape && !manners.misspelt_deviceid;
    let version = view.state.version;
    let mut body = Body::default();
    body.0.reserve(people.len() * window.days().count() * BYTES_OF_A_DAY);
    for person in &people {
        for day in window.days().take_while(|day| *day <= last) {
            let key = (person.index, day);
            let give = |bytes: &[u8]| body.extend(bytes);
            if usual && server.days.give(key, version, now, &window, give) {
                continue;
            }
            let Some((rule, plan)) = view.plan(person, day) else { continue };
            let sheet = Sheet { company: view.company, person, rule: &rule, plan: &plan, now };
            let rows = sheet.rows(wanted);
            let since = plan.settled_at(&rule);
            if usual && since <= now {
                server.days.keep(key, settled(&rows, version, since)?);
            }
            for mut row in rows {
                if manners.seed_shape {
                    row.without_newer_fields();
                }
                if manners.misspelt_deviceid {
                    row.misspell_deviceid();
                }
                let ahead = row.checkin_time > now && !manners.future_placeholders;
                if window.lets_out(row.checkin_time) && !ahead {
                    body.push(&row)?;
                }
            }
        }
    }
    Ok(Payload::Json(body.finish()))
}

/// About what one person-day takes.
const BYTES_OF_A_DAY: usize = 800;

fn settled(rows: &[Row<'_>], version: u64, since: i64) -> Result<Settled, Refusal> {
    let mut body = Body(Vec::new());
    for row in rows {
        body.push(row)?;
    }
    // Rows are in the order of time.
    let span = rows.first().zip(rows.last());
    let span = span.map(|(first, last)| (first.checkin_time, last.checkin_time));
    Ok(Settled { version, since, span, bytes: body.0 })
}

/// The body, written as rows come: a row borrows the plan that made it.
struct Body(Vec<u8>);

impl Default for Body {
    fn default() -> Self {
        Self(br#"{"errcode":0,"errmsg":"ok","checkindata":["#.to_vec())
    }
}

impl Body {
    fn push(&mut self, row: &Row<'_>) -> Result<(), Refusal> {
        if self.0.last() == Some(&b'}') {
            self.0.push(b',');
        }
        serde_json::to_writer(&mut self.0, row).map_err(|_| Refusal::new(-1))
    }

    /// Adds rows that were written before.
    fn extend(&mut self, rows: &[u8]) {
        if !rows.is_empty() && self.0.last() == Some(&b'}') {
            self.0.push(b',');
        }
        self.0.extend_from_slice(rows);
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"]}");
        self.0
    }
}
