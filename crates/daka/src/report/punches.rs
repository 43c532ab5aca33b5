//! A day's punches as the sheets show them: each due one with how it was, and all times.

use std::collections::HashMap;

use attendance::{
    Company, Person, Reason, Verdict,
    attribution::{Basis, attribute},
    time::Moment,
    verdict::{Finding, FindingKind, Outcome, Slot},
};
use jiff::civil::{Date, DateTime};

use super::words;
use crate::lang::Lang;

/// One due punch.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlotCell {
    pub(crate) time: String,
    pub(crate) status: String,
}

/// The due punches of a day in order: on 1, off 1, on 2, …
pub(super) fn slots(verdict: &Verdict, lang: Lang) -> Vec<SlotCell> {
    verdict.slots.iter().map(|slot| cell(verdict, slot, lang)).collect()
}

fn cell(verdict: &Verdict, slot: &Slot, lang: Lang) -> SlotCell {
    let timed = |kind, seconds| {
        words::finding(&Finding { kind, count: 1, duration_sec: Some(seconds) }, lang)
    };
    let mut status = match slot.outcome {
        Outcome::Late(seconds) => vec![timed(FindingKind::Late, seconds)],
        Outcome::Early(seconds) => vec![timed(FindingKind::Early, seconds)],
        Outcome::Missing => vec![lang.pick("未打卡", "missing").to_owned()],
        Outcome::InTime | Outcome::NotRequired | Outcome::Open => Vec::new(),
    };
    if let Some(at) = slot.punch {
        let marks = verdict.reasons.iter().filter_map(|reason| mark(reason, at));
        status.extend(marks.map(|kind| words::kind(kind, lang).to_owned()));
        if status.is_empty() {
            status.push(lang.pick("正常", "normal").to_owned());
        }
    }
    let time = slot.punch.map(|at| clock(at.datetime(), verdict.date)).unwrap_or_default();
    SlotCell { time, status: status.join(lang.pick(" ", ", ")) }
}

/// What WeCom marked about the punch of that time.
fn mark(reason: &Reason, at: Moment) -> Option<FindingKind> {
    match reason {
        Reason::Place(punch) if *punch == at => Some(FindingKind::Place),
        Reason::Device(punch) if *punch == at => Some(FindingKind::Device),
        _ => None,
    }
}

/// Every time that somebody really punched, by attendance day.
pub(super) fn times(company: &Company, person: &Person) -> HashMap<Date, Vec<String>> {
    let mut punches: Vec<(Date, DateTime)> = attribute(company, person)
        .into_iter()
        .filter_map(|attributed| {
            let record = person.records.get(attributed.record)?;
            let at = record.checkin_time?.timestamp()?.to_zoned(company.zone().clone());
            let real = !record.is_placeholder() && attributed.basis != Basis::Impossible;
            real.then(|| (attributed.day, at.datetime()))
        })
        .collect();
    punches.sort_unstable();
    let mut times: HashMap<Date, Vec<String>> = HashMap::new();
    for (day, at) in punches {
        times.entry(day).or_default().push(clock(at, day));
    }
    times
}

/// A time of day, marked where it falls on the morning after.
pub(super) fn clock(at: DateTime, day: Date) -> String {
    let next = if at.date() > day { "次日" } else { "" };
    format!("{next}{}", at.strftime("%H:%M"))
}
