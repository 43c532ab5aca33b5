//! The company as it stands: people, rules, schedules and plans, and what has been written since the start.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::approvals::{APPROVED, monday};
use crate::changes::Changes;
use crate::company::{Company, Person};
use crate::day::Day;
use crate::duty::Duty;
use crate::plan::{Asked, DayPlan};
use crate::planner::Planner;
use crate::rule::{Kind, Rule};
use crate::rulebook::{InForce, Rulebook};
use crate::settings::Features;
use crate::tags;
use crate::truth::{self, Truth};

/// Rules and writes: what a snapshot keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// No two states that differ have the same.
    pub(crate) version: u64,
    pub(crate) rules: Rulebook,
    pub(crate) changes: Changes,
}

/// The company and its state.
pub(crate) struct World {
    pub(crate) company: Company,
    features: Features,
    state: RwLock<Arc<State>>,
    /// States kept under a name; the empty name is the one at the start.
    kept: Mutex<HashMap<String, Arc<State>>>,
    versions: AtomicU64,
}

impl World {
    pub(crate) fn new(company: Company, features: Features, rules: Rulebook) -> Self {
        let state = Arc::new(State { version: 0, rules, changes: Changes::default() });
        let kept = HashMap::from([(String::new(), Arc::clone(&state))]);
        Self {
            company,
            features,
            state: RwLock::new(state),
            kept: Mutex::new(kept),
            versions: AtomicU64::new(0),
        }
    }

    fn state(&self) -> Arc<State> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A view of the company at an instant, in which nothing changes while an answer is made.
    pub(crate) fn view(&self, now: i64) -> View<'_> {
        View { company: &self.company, features: self.features, state: self.state(), now }
    }

    /// Changes the state; views taken before do not see it.
    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let state = Arc::make_mut(&mut state);
        state.version = 1 + self.versions.fetch_add(1, Ordering::Relaxed);
        change(state)
    }

    /// Keeps the present state under a name.
    pub(crate) fn keep(&self, name: &str) {
        let state = self.state();
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), state);
    }

    /// Goes back to a kept state; false when there is none of that name.
    pub(crate) fn restore(&self, name: &str) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = kept.get(name) else { return false };
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(state);
        true
    }
}

/// One consistent state of the company at an instant.
pub(crate) struct View<'a> {
    pub(crate) company: &'a Company,
    pub(crate) features: Features,
    pub(crate) state: Arc<State>,
    pub(crate) now: i64,
}

impl View<'_> {
    /// The rule that a person is under on a day: one that names them beats one that covers
    /// their department or a tag of theirs.
    pub(crate) fn rule_of(&self, person: &Person, day: Day) -> Option<InForce> {
        let division = self.division(person, day);
        let named = |rule: &Rule| {
            rule.range.userid.iter().any(|userid| userid.eq_ignore_ascii_case(&person.userid))
        };
        let is_in = |party: &i64| *party == division || person.departments.contains(party);
        let tagged = |tag: &tags::Tag| tag.names(person) || tag.departments.iter().any(is_in);
        let covered = |rule: &Rule| {
            let tags = rule.range.tagid.iter().filter_map(|id| tags::find(*id));
            rule.range.party_id.iter().any(is_in) || tags.into_iter().any(tagged)
        };
        let rules = &self.state.rules;
        rules.find(day, named).or_else(|| rules.find(day, covered))
    }

    /// The level-one department of a person on a day.
    fn division(&self, person: &Person, day: Day) -> i64 {
        let moves = self.state.changes.moves.get(&person.index);
        let moved = moves.and_then(|moves| moves.iter().rev().find(|(from, _)| *from <= day));
        moved.map_or(person.division, |(_, division)| *division)
    }

    /// The schedule's entry: `None` is 未排班.
    pub(crate) fn shift_of(&self, person: &Person, groupid: i64, day: Day) -> Option<i64> {
        match self.state.changes.shifts.get(&(person.index, day)) {
            Some(set) => *set,
            None => self.company.rotation(person.index, groupid, day),
        }
    }

    /// What a person does on a day, and under which rule; `None` outside employment and without a rule.
    pub(crate) fn plan(&self, person: &Person, day: Day) -> Option<(Arc<Rule>, DayPlan)> {
        if !person.employed(day) {
            return None;
        }
        let rule = self.rule_of(person, day)?.rule;
        let duty = self.duty(&rule, person, day);
        let earned_sec = if duty.terms.late_rule.allow_offwork_after_time {
            self.earned(person, day, &duty)
        } else {
            0
        };
        let plan = self.draw(&rule, person, day, duty, earned_sec);
        Some((rule, plan))
    }

    fn draw(&self, rule: &Rule, person: &Person, day: Day, duty: Duty, earned_sec: i64) -> DayPlan {
        let asked = self.approvals(person, monday(day)).into_iter();
        let asked = asked.filter(|approval| approval.covers(day)).map(|approval| Asked {
            approved: approval.status(self.now) == Some(APPROVED),
            approval,
        });
        let planner = Planner {
            company: self.company,
            person,
            rule,
            day,
            duty,
            earned_sec,
            asked: asked.collect(),
            late_uploads: self.features.late_uploads,
        };
        let mut plan = planner.draw();
        let changes = &self.state.changes;
        let key = (person.index, day);
        let added = changes.punches.get(&key).map(Vec::as_slice).unwrap_or_default();
        let withdrawn = changes.withdrawn.get(&key).map(Vec::as_slice).unwrap_or_default();
        if !added.is_empty() || !withdrawn.is_empty() {
            plan.rewrite(added, withdrawn);
        }
        plan
    }

    pub(crate) fn duty(&self, rule: &Rule, person: &Person, day: Day) -> Duty {
        let shift = match rule.kind() {
            Some(Kind::Shift) => self.shift_of(person, rule.groupid, day),
            _ => None,
        };
        Duty::of(rule, day, shift)
    }

    /// What leaving late yesterday forgives today. Yesterday's leave does not hang on its own arrival,
    /// so the day before is planned without its own right.
    fn earned(&self, person: &Person, day: Day, duty: &Duty) -> i64 {
        let before = day.plus(-1);
        let Some(rule) = self.rule_of(person, before).filter(|_| person.employed(before)) else {
            return 0;
        };
        let owed = self.duty(&rule.rule, person, before);
        let yesterday = self.draw(&rule.rule, person, before, owed, 0);
        yesterday.left_after().map_or(0, |after| duty.terms.earned(after))
    }

    /// The verdict that a person's day was planned to have; `None` outside employment.
    pub(crate) fn truth(&self, person: &Person, day: Day) -> Option<Truth> {
        if !person.employed(day) {
            return None;
        }
        Some(match self.plan(person, day) {
            Some((rule, plan)) => truth::of(&person.userid, &rule, &plan, self.now),
            None => truth::without_rule(&person.userid, day),
        })
    }
}
