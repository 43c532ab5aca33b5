//! A day's punches as the sheets show them: each due one with how it was, and all times.

use attendance::{
    Reason, Verdict,
    attribution::Basis,
    explain::{ExplainedPunch, Explanation, Role},
    punch::{Nature, Side},
    time::Moment,
};
use jiff::civil::Date;

use super::words;
use crate::lang::Lang;

/// One due punch.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlotCell {
    pub(crate) time: String,
    pub(crate) status: String,
}

/// The due punches in order (on 1, off 1, on 2, …) and every time that somebody really punched.
pub(super) fn of(explanation: &Explanation, lang: Lang) -> (Vec<SlotCell>, Vec<String>) {
    let Explanation { verdict, plan, punches, .. } = explanation;
    let slots = plan
        .segments
        .iter()
        .enumerate()
        .flat_map(|(index, segment)| {
            [(Side::On, segment.on), (Side::Off, segment.off)].map(|(side, due)| {
                let used = punches.iter().find(|punch| punch.role == Role::Used(index, side));
                slot(verdict, side, plan.moment(due), used, lang)
            })
        })
        .collect();
    let times = punches.iter().filter(|punch| is_real(punch));
    (slots, times.map(|punch| clock(punch.at, verdict.date)).collect())
}

fn is_real(punch: &ExplainedPunch) -> bool {
    !matches!(punch.nature, Nature::Placeholder(_)) && punch.basis != Basis::Impossible
}

fn slot(
    verdict: &Verdict,
    side: Side,
    due: Moment,
    used: Option<&ExplainedPunch>,
    lang: Lang,
) -> SlotCell {
    let Some(used) = used else {
        let missed = Reason::Missing { side, due };
        let absent = |reason: &Reason| matches!(reason, Reason::Absent { .. });
        let is_missing = verdict.reasons.iter().any(|r| *r == missed || absent(r));
        let status = if is_missing { lang.pick("未打卡", "missing") } else { "" };
        return SlotCell { time: String::new(), status: status.to_owned() };
    };
    let found: Vec<String> = verdict
        .reasons
        .iter()
        .filter_map(|reason| words::of_punch(reason, used.at, lang))
        .collect();
    let status = if found.is_empty() {
        lang.pick("正常", "normal").to_owned()
    } else {
        found.join(lang.pick(" ", ", "))
    };
    SlotCell { time: clock(used.at, verdict.date), status }
}

/// A time of day, marked where it falls on the morning after.
pub(super) fn clock(at: Moment, day: Date) -> String {
    let at = at.datetime();
    let next = if at.date() > day { "次日" } else { "" };
    format!("{next}{}", at.strftime("%H:%M"))
}
