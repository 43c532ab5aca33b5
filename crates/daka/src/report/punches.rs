//! A day's punches as the sheets show them: each due one with how it was, and all times.

use super::words;
use crate::{lang::Lang, table::terminal::clock};
use attendance::{
    JudgedDay,
    judged::{JudgedPunch, Outcome, Slot},
    verdict::{Finding, FindingKind},
};

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
    let time = slot.punch.map(|at| clock(at, date, lang)).unwrap_or_default();
    SlotCell { time, status: status.join(lang.pick(" ", ", ")) }
}

/// Every time that somebody really punched.
pub(super) fn times(day: &JudgedDay, lang: Lang) -> Vec<String> {
    let delivered = |punch: &&JudgedPunch| punch.is_real() && punch.record.is_some();
    let punches = day.punches.iter().filter(delivered);
    punches.map(|punch| clock(punch.at, day.verdict.date, lang)).collect()
}
