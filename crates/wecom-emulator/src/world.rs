//! The company as it stands: people, rules, schedules and plans, and what has been written since the start.

use std::sync::{Arc, PoisonError, RwLock};

use crate::company::{Company, Person};
use crate::day::Day;
use crate::duty::Duty;
use crate::plan::{DayPlan, Planner};
use crate::rule::{Kind, Rule};
use crate::rulebook::{InForce, Rulebook};
use crate::truth::{self, Truth};

/// The company and its state.
pub(crate) struct World {
    pub(crate) company: Company,
    rules: RwLock<Rulebook>,
}

impl World {
    pub(crate) fn new(company: Company, rules: Rulebook) -> Self {
        Self { company, rules: RwLock::new(rules) }
    }

    /// The rules, for as long as the copy lives.
    pub(crate) fn rules(&self) -> Rulebook {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A view of the company in which nothing changes while an answer is made.
    pub(crate) fn view(&self) -> View<'_> {
        View { company: &self.company, rules: self.rules() }
    }
}

/// One consistent state of the company.
pub(crate) struct View<'a> {
    pub(crate) company: &'a Company,
    pub(crate) rules: Rulebook,
}

impl View<'_> {
    /// The rule that a person is under on a day.
    pub(crate) fn rule_of(&self, person: &Person, day: Day) -> Option<InForce> {
        self.rules.on(person.division, day)
    }

    /// The schedule's entry: `None` is 未排班.
    pub(crate) fn shift_of(&self, person: &Person, day: Day) -> Option<i64> {
        self.company.rotation(person.index, day)
    }

    /// What a person was planned to do on a day, and under which rule.
    pub(crate) fn plan(&self, person: &Person, day: Day) -> Option<(Arc<Rule>, DayPlan)> {
        let rule = self.rule_of(person, day)?.rule;
        let duty = self.duty(&rule, person, day);
        let earned_sec = if duty.terms.late_rule.allow_offwork_after_time {
            self.earned(person, day, &duty)
        } else {
            0
        };
        let plan =
            Planner { company: self.company, person, rule: &rule, day, duty, earned_sec }.draw();
        Some((rule, plan))
    }

    fn duty(&self, rule: &Rule, person: &Person, day: Day) -> Duty {
        let shift = match rule.kind() {
            Some(Kind::Shift) => self.shift_of(person, day),
            _ => None,
        };
        Duty::of(rule, day, shift)
    }

    /// What leaving late yesterday forgives today. Yesterday's leave does not hang on its own arrival,
    /// so the day before is planned without its own right.
    fn earned(&self, person: &Person, day: Day, duty: &Duty) -> i64 {
        let before = day.plus(-1);
        let Some(in_force) = self.rule_of(person, before) else { return 0 };
        let yesterday = Planner {
            company: self.company,
            person,
            rule: &in_force.rule,
            day: before,
            duty: self.duty(&in_force.rule, person, before),
            earned_sec: 0,
        }
        .draw();
        yesterday.left_after().map_or(0, |after| duty.terms.earned(after))
    }

    /// The verdict that a person's day was planned to have.
    pub(crate) fn truth(&self, person: &Person, day: Day, now: i64) -> Option<Truth> {
        let (rule, plan) = self.plan(person, day)?;
        Some(truth::of(&person.userid, &rule, &plan, now))
    }
}
