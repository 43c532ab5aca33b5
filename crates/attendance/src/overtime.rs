//! Overtime of a day: what counts, less rest, between minimum and cap.
//!
//! Section 1.10 and item 4.0.9 of the reference. Where they are silent:
//!
//! - before work counts from the first on punch to the due time, without the start delay;
//! - days off have no start delay;
//! - a free work day has no due off: punches alone make no overtime there;
//! - an approval counts for the attendance day on which it begins; one in half days by the clock,
//!   each day for itself;
//! - what an approval lacks (`short_sec`) is taken before rests: a rest is no shortfall.

use crate::{
    plan::{DayPlan, PlanKind},
    rule::{Compensation, DayTerms, OvertimeTerms, RestTerms, Source},
    time::{DAY_SEC, Interval, merge},
};

/// What punches and approvals say about a day's overtime.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    /// On a duty day: first on punch, last off punch. On a day off: first and last punch.
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    /// The due off, slid.
    pub(crate) due_off: Option<i64>,
    /// The due on.
    pub(crate) due_on: Option<i64>,
    /// Approved overtime that counts for the day.
    pub(crate) approved: Vec<Interval>,
    /// Its seconds: what the day items say, else the intervals' length.
    pub(crate) approved_sec: i64,
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counted {
    pub(crate) seconds: i64,
    pub(crate) short_sec: i64,
    /// Before rest, minimum, cap and rounding.
    pub(crate) raw_sec: i64,
    /// The cap, where it cut.
    pub(crate) cap_sec: Option<i64>,
    pub(crate) compensation: Option<Compensation>,
}

impl OvertimeTerms {
    /// What counts as overtime on a day.
    pub(crate) fn count(&self, plan: &DayPlan, evidence: &Evidence) -> Counted {
        let duty = plan.is_duty();
        let Some(terms) = self.of(plan.bucket, duty) else { return Counted::default() };
        // Free days have no due off; an approval can still be checked against presence.
        let anytime = plan.kind == PlanKind::Free && terms.source == Source::ApprovalAndPunches;
        let punched = terms.punched(duty && !anytime, evidence);
        let mut counted = Counted { compensation: terms.compensation, ..Counted::default() };
        let (raw, intervals) = match terms.source {
            Source::Punches => (length(&punched), punched),
            Source::Approval => (evidence.approved_sec, evidence.approved.clone()),
            Source::ApprovalAndPunches => {
                let mut both: Vec<Interval> = punched
                    .iter()
                    .flat_map(|&p| evidence.approved.iter().map(move |&a| p.common(a)))
                    .collect();
                merge(&mut both);
                counted.short_sec = (evidence.approved_sec - length(&both)).max(0);
                (length(&both), both)
            }
        };
        let mut seconds = (raw - terms.rest.deduct(raw, plan, &intervals)).max(0);
        if terms.source == Source::Punches {
            counted.cap_sec = Some(terms.max_sec).filter(|&most| seconds > most);
            seconds = if seconds < terms.min_sec { 0 } else { seconds.min(terms.max_sec) };
        }
        if let Some((rounding, step)) = self.step {
            seconds = rounding.apply(seconds, step);
        }
        Counted { seconds, raw_sec: raw, ..counted }
    }
}

impl DayTerms {
    /// When the punches show presence outside the due hours.
    fn punched(&self, duty: bool, evidence: &Evidence) -> Vec<Interval> {
        if !duty {
            return match (evidence.first, evidence.last) {
                (Some(first), Some(last)) => vec![Interval::new(first, last)],
                _ => Vec::new(),
            };
        }
        let start = if self.source == Source::Punches { self.start_sec } else { 0 };
        let mut punched = Vec::new();
        if let (true, Some(first), Some(due)) = (self.before_work, evidence.first, evidence.due_on)
        {
            punched.push(Interval::new(first, due));
        }
        if let (true, Some(last), Some(due)) = (self.after_work, evidence.last, evidence.due_off) {
            punched.push(Interval::new(due + start, last));
        }
        merge(&mut punched);
        punched
    }
}

impl RestTerms {
    fn deduct(&self, raw: i64, plan: &DayPlan, intervals: &[Interval]) -> i64 {
        match self {
            Self::None => 0,
            // A night's overtime meets the hours of both dates.
            Self::Fixed(hours) => {
                let mut rests: Vec<Interval> = hours
                    .iter()
                    .flat_map(|&(begin, end)| {
                        [0, DAY_SEC].map(|day| {
                            Interval::new(
                                plan.clock.instant(begin + day),
                                plan.clock.instant(end + day),
                            )
                        })
                    })
                    .collect();
                merge(&mut rests);
                intervals.iter().map(|interval| interval.covered_by(&rests)).sum()
            }
            Self::ByLength(steps) => steps
                .iter()
                .rev()
                .find(|(overtime, _)| raw >= *overtime)
                .map_or(0, |&(_, rest)| rest),
        }
    }
}

fn length(intervals: &[Interval]) -> i64 {
    intervals.iter().map(|s| s.seconds()).sum()
}
