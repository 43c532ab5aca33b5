//! A day laid open, as JSON.

use serde::Serialize;

use crate::{
    attribution::Basis,
    judged::{JudgedDay, JudgedPunch, Role},
    plan::{DayPlan, PlanKind, WindowKind},
    punch::{Nature, Side},
    reason::Lang,
    time::{Interval, Moment},
    verdict::InLang,
};

/// An explanation in the shape that a program reads.
#[derive(Serialize)]
pub(super) struct Explanation<'a> {
    verdict: InLang<'a>,
    plan: Plan,
    punches: Vec<ExplainedPunch>,
    break_sec: i64,
    asked_at: Option<Moment>,
}

#[derive(Serialize)]
struct Plan {
    kind: &'static str,
    segments: Vec<Segment>,
    rests: Vec<Span>,
    standard_sec: i64,
    window: Span,
    window_from: &'static str,
}

#[derive(Serialize)]
struct Segment {
    on: Moment,
    off: Moment,
    needs_on: bool,
    needs_off: bool,
}

/// `end` does not belong to it.
#[derive(Serialize)]
struct Span {
    begin: Moment,
    end: Moment,
}

#[derive(Serialize)]
struct ExplainedPunch {
    at: Moment,
    kind: &'static str,
    side: Option<&'static str>,
    basis: Basis,
    used_as: Option<Used>,
    counted: bool,
}

/// Segments are counted from 1, as on the page.
#[derive(Serialize)]
struct Used {
    segment: usize,
    side: &'static str,
}

impl<'a> Explanation<'a> {
    pub(super) fn new(day: &'a JudgedDay, lang: Lang) -> Self {
        let plan = &day.plan;
        Self {
            verdict: day.verdict.in_lang(lang),
            plan: Plan::new(plan),
            punches: day.punches.iter().map(ExplainedPunch::new).collect(),
            break_sec: day.break_sec,
            asked_at: day.asked.map(|at| plan.moment(at.as_second())),
        }
    }
}

impl Plan {
    fn new(plan: &DayPlan) -> Self {
        let span = |interval: &Interval| Span {
            begin: plan.moment(interval.begin),
            end: plan.moment(interval.end),
        };
        let segments = plan.segments.iter().map(|segment| Segment {
            on: plan.moment(segment.on),
            off: plan.moment(segment.off),
            needs_on: segment.needs_on,
            needs_off: segment.needs_off,
        });
        Self {
            kind: match plan.kind {
                PlanKind::Duty => "duty",
                PlanKind::Free => "free",
                PlanKind::Off => "off",
                PlanKind::Unscheduled => "unscheduled",
                PlanKind::NoRule => "no_rule",
                PlanKind::Unsupported => "unsupported_rule",
                PlanKind::NotEmployed => "not_employed",
            },
            segments: segments.collect(),
            rests: plan.rests.iter().map(span).collect(),
            standard_sec: plan.standard_sec,
            window: span(&plan.window),
            window_from: match plan.window_kind {
                WindowKind::Printed => "punch_windows",
                WindowKind::NextOpening => "next_opening",
                WindowKind::Limits => "shift_limits",
                WindowKind::RollOver => "roll_over",
                WindowKind::Date => "date",
            },
        }
    }
}

impl ExplainedPunch {
    fn new(punch: &JudgedPunch) -> Self {
        let (kind, side) = match punch.nature {
            Nature::Duty(side) => ("duty", side),
            Nature::Outdoor => ("outdoor", None),
            Nature::RecordOnly => ("record_only", None),
            Nature::Placeholder(side) => ("placeholder", side),
            Nature::Correction(side) => ("correction", side),
        };
        Self {
            at: punch.at,
            kind,
            side: side.map(word),
            basis: punch.basis,
            used_as: match punch.role {
                Role::Used(index, side) => Some(Used { segment: index + 1, side: word(side) }),
                Role::Counted | Role::None => None,
            },
            counted: punch.role != Role::None,
        }
    }
}

fn word(side: Side) -> &'static str {
    match side {
        Side::On => "on",
        Side::Off => "off",
    }
}
