//! The policy with one key changed: would it explain what differs?

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Explained, Field, Line};
use crate::{
    company::Company,
    policy::{
        LateCountsFrom, OneSideOutdoor, PartDayLeavePunches, Policy, Rounding, SinglePunchHours,
    },
};

/// Minutes that companies draw the line at.
const LINES_MIN: [u32; 6] = [15, 30, 60, 120, 180, 240];
/// Minutes that companies round to.
const STEPS_MIN: [u32; 4] = [5, 10, 15, 30];

/// A company that differs in one key of its policy.
#[derive(Debug)]
pub(super) struct Alternative {
    key: &'static str,
    value: String,
    pub(super) company: Company,
    removes: u64,
    adds: u64,
}

impl Alternative {
    /// Takes in a person's days, compared under the policy and under this one.
    pub(super) fn count(&mut self, now: &[(Date, Vec<Line>)], then: &[(Date, Vec<Line>)]) {
        let (now, then) = (differences(now), differences(then));
        self.removes += count(now.difference(&then));
        self.adds += count(then.difference(&now));
    }

    pub(super) fn explains(&self) -> Option<Explained> {
        let &Self { key, ref value, removes, adds, .. } = self;
        (removes > adds).then(|| Explained { key, value: value.clone(), removes, adds })
    }
}

fn count(items: impl Iterator) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}

fn differences(days: &[(Date, Vec<Line>)]) -> BTreeSet<(Date, Field)> {
    let lines = days.iter().flat_map(|(date, lines)| lines.iter().map(move |line| (date, line)));
    lines.filter(|(_, line)| !line.is_same()).map(|(date, line)| (*date, line.field)).collect()
}

/// Every policy that differs in one key.
pub(super) fn of(company: &Company) -> Vec<Alternative> {
    let now = company.policy();
    let mut policies: Vec<(&'static str, String, Policy)> = Vec::new();
    let mut add = |key, value: String, change: &dyn Fn(&mut Policy)| {
        let mut policy = now.clone();
        change(&mut policy);
        if policy != *now {
            policies.push((key, value, policy));
        }
    };
    for on in [false, true] {
        add("truncate_to_minute", on.to_string(), &|p| p.truncate_to_minute = on);
        add("late_rule_after_restday", on.to_string(), &|p| p.late_rule_after_restday = on);
        add("deduct_rest_from_late", on.to_string(), &|p| p.deduct_rest_from_late = on);
    }
    for from in [LateCountsFrom::Work, LateCountsFrom::Allowance] {
        add("late_counts_from", spelled(&from), &|p| p.late_counts_from = from);
    }
    for hours in [SinglePunchHours::Zero, SinglePunchHours::Schedule] {
        add("single_punch_hours", spelled(&hours), &|p| p.single_punch_hours = hours);
    }
    for is in [OneSideOutdoor::Missing, OneSideOutdoor::Absent] {
        add("one_side_outdoor", spelled(&is), &|p| p.one_side_outdoor = is);
    }
    for at in [PartDayLeavePunches::Edge, PartDayLeavePunches::None] {
        add("part_day_leave_punches", spelled(&at), &|p| p.part_day_leave_punches = at);
    }
    for line in std::iter::once(None).chain(LINES_MIN.map(Some)) {
        let value = minutes(line);
        add("late_to_half_absent_min", value.clone(), &|p| p.late_to_half_absent_min = line);
        add("late_to_absent_min", value, &|p| p.late_to_absent_min = line);
    }
    for step in std::iter::once(None).chain(STEPS_MIN.map(Some)) {
        for way in [Rounding::Up, Rounding::Down] {
            let value = match way {
                Rounding::Down => format!("{}, round_duration = \"down\"", minutes(step)),
                _ => minutes(step),
            };
            add("round_duration_min", value, &|p| {
                p.round_duration_min = step;
                // Which way means nothing without a step.
                p.round_duration = if step.is_some() { way } else { p.round_duration };
            });
        }
    }
    policies
        .into_iter()
        .map(|(key, value, policy)| Alternative {
            key,
            value,
            company: company.under(policy),
            removes: 0,
            adds: 0,
        })
        .collect()
}

/// A value as TOML spells it.
fn spelled(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn minutes(minutes: Option<u32>) -> String {
    minutes.map_or_else(|| "\"off\"".to_owned(), |minutes| minutes.to_string())
}
