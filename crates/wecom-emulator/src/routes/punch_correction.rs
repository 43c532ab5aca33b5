//! `POST checkin/punch_correction`: a make-up punch.

use std::sync::Arc;

use crate::answer::{Payload, Refusal, done};
use crate::ask::Ask;
use crate::changes::Written;
use crate::day::Day;
use crate::plan::{DayPlan, Flaw, Side, Slot};
use crate::rule::Rule;
use crate::server::Server;
use crate::written::takes;

/// Bytes of a remark.
const REMARK: usize = 512;

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let wrong = || Refusal::new(301_083);
    let view = server.view();
    let userid = ask.text("userid").ok_or_else(wrong)?;
    let person = super::known(&view, userid).ok_or_else(|| Refusal::new(301_021))?;
    let midnight = ask.int("schedule_date_time").ok_or_else(wrong)?;
    let at = ask.int("checkin_time").ok_or_else(wrong)?;
    let remark = ask.text("remark").unwrap_or("");
    let day = Day::of(midnight);
    if day.midnight() != midnight || at <= 0 || at > view.now || remark.len() > REMARK {
        return Err(wrong());
    }
    let written = |due| Written { at, due, notes: remark.to_owned(), ..Written::default() };
    let keep = |written| {
        server.world.write(|state| {
            let punches = state.changes.punches.entry((person.index, day)).or_default();
            punches.push(Arc::new(written));
        });
        done()
    };
    // Without a rule nothing is due: the punch is taken, and a due time is left out.
    let Some((rule, plan)) = view.plan(&person, day) else {
        return match ask.int("schedule_checkin_time") {
            Some(_) => Err(Refusal::new(301_080)),
            None => keep(written(None)),
        };
    };
    if !rule.allow_apply_offworkday {
        return Err(Refusal::new(301_103));
    }
    let due = match ask.int("schedule_checkin_time") {
        Some(offset) => Some(due(&rule, &plan, midnight + offset, view.now)?),
        None if plan.slots.is_empty() => {
            if plan.duty.segments.is_empty() && !rule.allow_checkin_offworkday {
                return Err(Refusal::new(301_082));
            }
            None
        }
        None => return Err(Refusal::new(301_080)),
    };
    if !takes(&rule, &plan.duty, day, at) {
        return Err(Refusal::new(301_081));
    }
    keep(written(due))
}

/// The due instant to make up for, unless it needs no punch or the rule closes this kind.
fn due(rule: &Rule, plan: &DayPlan, due: i64, now: i64) -> Result<i64, Refusal> {
    let slot = plan.slots.iter().find(|slot| slot.due == due);
    let slot = slot.ok_or_else(|| Refusal::new(301_080))?;
    let (bits, code) = kind(plan, slot, now).ok_or_else(|| Refusal::new(301_080))?;
    if rule.buka_restriction & bits != 0 {
        return Err(Refusal::new(code));
    }
    Ok(due)
}

/// The bits of `buka_restriction` and the errcode of what is wrong with a slot; none when nothing is.
fn kind(plan: &DayPlan, slot: &Slot, now: i64) -> Option<(u64, i64)> {
    if !plan.answered(slot, now) {
        return Some((1, 301_102));
    }
    let other = |flaw: &Flaw| !matches!(flaw, Flaw::Time | Flaw::Field);
    let other = plan.punches(now).any(|mark| slot.takes(mark) && mark.flaws.iter().any(other));
    match (slot.off_by_sec > 0, slot.side, other) {
        (true, Side::On, false) => Some((2, 301_099)),
        (true, Side::Off, false) => Some((4, 301_101)),
        (true, Side::On, true) => Some((2 | 8, 301_104)),
        (true, Side::Off, true) => Some((4 | 8, 301_105)),
        (false, _, true) => Some((8, 301_103)),
        (false, _, false) => None,
    }
}
