//! Rules read once, and their days planned once, for everybody who is under them.
//!
//! Whether two snapshots are one rule is a question of what they say; that they are one [`Arc`] only
//! answers it faster. So a company that lives for long remembers each rule once, however often its
//! facts are read anew.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use wecom_checkin::{GroupId, Rule, ScheduleId, schedule::ScheduleInfo};

use crate::{
    calendar::Calendar,
    plan::{DayPlan, ShiftHours},
    rule::{Kind, Terms},
    time::date_of,
};

/// The rules that a company has met.
#[derive(Debug, Default)]
pub(crate) struct PlanCache(RwLock<HashMap<Option<GroupId>, Vec<Arc<RulePlans>>>>);

/// A rule with the days planned under it.
#[derive(Debug)]
pub(crate) struct RulePlans {
    snapshot: Arc<Rule>,
    pub(crate) terms: Arc<Terms>,
    days: RwLock<HashMap<(i64, Worked), Arc<DayPlan>>>,
}

/// What tells the plans of a date apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Worked {
    /// The rule alone.
    ByRule,
    /// A shift of the rule.
    Shift(ScheduleId),
    /// No shift set.
    Unscheduled,
}

impl PlanCache {
    /// The plans of a rule; `read` reads one that has not been met.
    pub(crate) fn of(&self, snapshot: &Arc<Rule>, read: impl FnOnce() -> Terms) -> Arc<RulePlans> {
        let key = snapshot.groupid;
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&key).and_then(|versions| find(versions, snapshot)) {
            return found;
        }
        drop(known);
        let new = Arc::new(RulePlans::new(Arc::clone(snapshot), read()));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let versions = known.entry(key).or_default();
        if let Some(found) = find(versions, snapshot) {
            return found;
        }
        versions.push(Arc::clone(&new));
        new
    }
}

/// The version that says the same, found by its address where it can be.
fn find(versions: &[Arc<RulePlans>], snapshot: &Arc<Rule>) -> Option<Arc<RulePlans>> {
    let same = versions.iter().find(|plans| Arc::ptr_eq(&plans.snapshot, snapshot));
    same.or_else(|| versions.iter().find(|plans| plans.snapshot == *snapshot)).map(Arc::clone)
}

impl RulePlans {
    pub(crate) fn new(snapshot: Arc<Rule>, terms: Terms) -> Self {
        Self { snapshot, terms: Arc::new(terms), days: RwLock::default() }
    }

    /// The plan of a date; `shift` is what the schedule says, for shift rules.
    pub(crate) fn day(
        &self,
        calendar: &Calendar,
        number: i64,
        shift: Option<&ScheduleInfo>,
    ) -> Arc<DayPlan> {
        let plan = || Arc::new(DayPlan::new(&self.terms, calendar, date_of(number), shift));
        let Some(worked) = self.worked(shift) else { return plan() };
        let key = (number, worked);
        let days = self.days.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = days.get(&key) {
            return Arc::clone(plan);
        }
        drop(days);
        let plan = plan();
        let mut days = self.days.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(days.entry(key).or_insert(plan))
    }

    /// `None` for what the schedule alone knows: it may say something else for everybody.
    fn worked(&self, shift: Option<&ScheduleInfo>) -> Option<Worked> {
        let Kind::Shift(shifts) = &self.terms.kind else { return Some(Worked::ByRule) };
        let Some(info) = shift else { return Some(Worked::Unscheduled) };
        match shifts.of(info) {
            ShiftHours::Rest(ScheduleId(0)) => Some(Worked::Shift(ScheduleId(0))),
            ShiftHours::Known(id, ..) => Some(Worked::Shift(id)),
            ShiftHours::Rest(_) | ShiftHours::Foreign(..) => None,
        }
    }
}
