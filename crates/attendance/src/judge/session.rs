//! What the judging of one day has in hand, and what it writes down.

use std::sync::Arc;

use super::{Attributed, Case, presence::Presence};
use crate::{
    attribution::Basis,
    facts::{Person, Unasked},
    judged::Slot,
    leave::{Around, OnLeave},
    matching::Matched,
    overtime::Evidence,
    plan::{DayPlan, PlanKind},
    punch::Punch,
    reason::Reason,
    rule::Terms,
    warning::Warning,
};

/// One day of one person, ready to be judged.
pub(crate) struct Session<'a> {
    pub(crate) case: &'a Case<'a>,
    pub(crate) number: i64,
    pub(crate) terms: &'a Terms,
    pub(crate) plan: &'a Arc<DayPlan>,
    pub(crate) punches: &'a [Attributed],
    pub(crate) seen: Presence,
    /// What leave takes out of the day.
    pub(crate) away: OnLeave,
    /// On the rule's white list.
    pub(crate) exempt: bool,
    pub(crate) readiness: Readiness,
    /// When the day closes, settled.
    pub(crate) closes: i64,
}

/// Whether a day can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// Over, and asked for since.
    Closed,
    /// Not over.
    Open,
    /// Over, and not asked for since.
    Unknown,
    /// Nobody ever asked, for this.
    NeverAsked(Unasked),
}

/// What is written down on the way.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) reasons: Vec<Reason>,
    pub(crate) warnings: Vec<Warning>,
}

/// What is concluded of a day's times, before the frame is put around it.
#[derive(Debug, Default)]
pub(crate) struct Conclusion {
    pub(crate) late: Tally,
    pub(crate) early: Tally,
    pub(crate) missing: u32,
    /// Seconds of absence.
    pub(crate) absent: Option<i64>,
    pub(crate) worked_sec: i64,
    pub(crate) matched: Matched,
    pub(crate) slots: Vec<Slot>,
    /// What the day offers as overtime.
    pub(crate) evidence: Evidence,
}

/// Findings of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) count: u32,
    pub(crate) seconds: i64,
}

impl Tally {
    pub(crate) fn add(&mut self, seconds: i64) {
        self.count += 1;
        self.seconds += seconds;
    }
}

impl<'a> Session<'a> {
    /// Takes a day in hand; `None` outside the days of the case.
    pub(crate) fn new(case: &'a Case<'a>, number: i64, notes: &mut Notes) -> Option<Self> {
        let (terms, plan) = case.days.get(number)?.judged_by();
        notes.warnings.clone_from(&plan.warnings);
        notes.warnings.extend(case.unattributed_on(number).map(|(basis, _)| match basis {
            Basis::Impossible => Warning::ImpossibleTime,
            _ => Warning::UnattributedPunch,
        }));
        let punches = case.punches_on(number);
        let settle = i64::from(case.company.policy().settle_minutes) * 60;
        let closes = plan.window.end + settle;
        let asked = case.person.known_until(plan.date);
        let employed = plan.kind != PlanKind::NotEmployed;
        let readiness = if !employed {
            // Whatever is asked for later, nothing is owed.
            Readiness::Closed
        } else if let Some(what) = never_asked(case.person, plan) {
            Readiness::NeverAsked(what)
        } else if case.company.now().as_second() < closes {
            Readiness::Open
        } else if asked.is_none_or(|asked| asked.as_second() < closes) {
            Readiness::Unknown
        } else {
            Readiness::Closed
        };
        let exempt = plan.kind != PlanKind::NoRule
            && !terms.white_list.is_empty()
            && terms.white_list.contains(&case.person.userid.key());
        let around =
            Around { before: case.days.plan(number - 1), plan, after: case.days.plan(number + 1) };
        let away = if employed {
            case.approved.away(around, &mut notes.reasons)
        } else {
            OnLeave::default()
        };
        Some(Self {
            case,
            number,
            terms,
            plan,
            punches,
            seen: Presence::count(case, terms, plan, punches, plan.is_duty() && !exempt, notes),
            away,
            exempt,
            readiness,
            closes,
        })
    }

    /// The day can have findings.
    pub(crate) fn is_judged(&self) -> bool {
        self.plan.is_duty() && !self.exempt
    }

    /// What is not there did not happen: the day is over, and was asked for since.
    pub(crate) fn is_final(&self) -> bool {
        self.is_judged() && self.readiness == Readiness::Closed
    }

    /// The punches that count for duty.
    pub(crate) fn duty_punches(&self) -> impl Iterator<Item = &'a Punch> + Clone + use<'a> {
        let outdoor_counts = self.terms.outdoor_counts;
        self.punches.iter().map(|p| &p.punch).filter(move |p| p.is_duty(outdoor_counts))
    }
}

/// What of a day was never asked for, if anything: what nobody asked for is no answer.
fn never_asked(person: &Person, plan: &DayPlan) -> Option<Unasked> {
    if !person.rules_asked.on(plan.date) {
        return Some(Unasked::Rule);
    }
    if plan.kind == PlanKind::Unscheduled && !person.schedules_asked.on(plan.date) {
        return Some(Unasked::Schedule);
    }
    person.known_until(plan.date).is_none().then_some(Unasked::Records)
}
