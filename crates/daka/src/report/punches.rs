//! A day's punches as the sheets show them: each due one with how it was, and all times.

use attendance::{
    JudgedDay,
    judged::{JudgedPunch, Outcome, Slot},
    verdict::{Finding, FindingKind},
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
pub(super) fn slots(day: &JudgedDay, lang: Lang) -> Vec<SlotCell> {
    day.slots.iter().map(|slot| cell(day, slot, lang)).collect()
}

fn cell(day: &JudgedDay, slot: &Slot, lang: Lang) -> SlotCell {
    let timed = |kind, seconds| {
        words::finding(&Finding { kind, count: 1, duration_sec: Some(seconds) }, lang)
    };
    let mut status = match slot.outcome {
        Outcome::Late(seconds) => vec![timed(FindingKind::Late, seconds)],
        Outcome::Early(seconds) => vec![timed(FindingKind::Early, seconds)],
        Outcome::Missing => vec![lang.pick("未打卡", "missing").to_owned()],
        Outcome::InTime | Outcome::NotRequired | Outcome::Open => Vec::new(),
    };
    if slot.punch.is_some() {
        let marks = day.marks_of(slot);
        let marked = [
            (marks.place, FindingKind::Place),
            (marks.device, FindingKind::Device),
            (marks.other, FindingKind::Other),
        ];
        let marked = marked.into_iter().filter(|(is_marked, _)| *is_marked);
        status.extend(marked.map(|(_, kind)| words::kind(kind, lang).to_owned()));
        if status.is_empty() {
            status.push(lang.pick("正常", "normal").to_owned());
        }
    }
    let date = day.verdict.date;
    let time = slot.punch.map(|at| clock(at.datetime(), date)).unwrap_or_default();
    SlotCell { time, status: status.join(lang.pick(" ", ", ")) }
}

/// Every time that somebody really punched.
pub(super) fn times(day: &JudgedDay) -> Vec<String> {
    let delivered = |punch: &&JudgedPunch| punch.is_real() && punch.record.is_some();
    let punches = day.punches.iter().filter(delivered);
    punches.map(|punch| clock(punch.at.datetime(), day.verdict.date)).collect()
}

/// A time of day, marked where it falls on the morning after.
pub(super) fn clock(at: DateTime, day: Date) -> String {
    let next = if at.date() > day { "次日" } else { "" };
    format!("{next}{}", at.strftime("%H:%M"))
}
