//! The policy with one key changed: would it explain what differs?

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{Explained, Field, Line};
use crate::{company::Company, policy::Policy};

/// Minutes that companies draw the line at.
const LINES_MIN: [u32; 6] = [15, 30, 60, 120, 180, 240];
/// Minutes that companies round to.
const STEPS_MIN: [u32; 4] = [5, 10, 15, 30];

/// A company that differs in one key of its policy.
#[derive(Debug)]
pub(super) struct Alternative {
    key: String,
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
        let &Self { ref key, ref value, removes, adds, .. } = self;
        let explained = || Explained { key: key.clone(), value: value.clone(), removes, adds };
        (removes > adds).then(explained)
    }
}

fn count(items: impl Iterator) -> u64 {
    u64::try_from(items.count()).unwrap_or(u64::MAX)
}

fn differences(days: &[(Date, Vec<Line>)]) -> BTreeSet<(Date, Field)> {
    let lines = days.iter().flat_map(|(date, lines)| lines.iter().map(move |line| (date, line)));
    lines.filter(|(_, line)| !line.is_same()).map(|(date, line)| (*date, line.field)).collect()
}

/// Every policy that differs in one key: by what is tried for it, by its default at least.
pub(super) fn of(company: &Company) -> Vec<Alternative> {
    let now = company.policy();
    let mut alternatives: Vec<Alternative> = Vec::new();
    let mut add = |key: &str, value: String, policy: Option<Policy>| {
        let known = |policy: &Policy| {
            let mut tried = alternatives.iter().map(|alternative| alternative.company.policy());
            policy == now || tried.any(|tried| tried == policy)
        };
        if let Some(policy) = policy.filter(|policy| !known(policy)) {
            let (key, company) = (key.to_owned(), company.under(policy));
            alternatives.push(Alternative { key, value, company, removes: 0, adds: 0 });
        }
    };
    for (key, default) in keys(&Policy::default()) {
        // Of two that explain as much, the default is named.
        for value in std::iter::once(default).chain(tried(&key)) {
            add(&key, spelled(&value), with(now, &[(&key, &value)]));
        }
    }
    // Which way means nothing without a step.
    for (step, way) in STEPS_MIN.iter().flat_map(|step| ["up", "down"].map(|way| (step, way))) {
        let (key, value, way) = ("round_duration_min", json!(step), json!(way));
        let policy = with(now, &[(key, &value), ("round_duration", &way)]);
        add(key, format!("{value}, round_duration = {way}"), policy);
    }
    alternatives
}

/// What is tried for a key, besides its default.
fn tried(key: &str) -> Vec<Value> {
    match key {
        "truncate_to_minute" | "late_rule_after_restday" | "deduct_rest_from_late" => {
            vec![json!(false), json!(true)]
        }
        "late_counts_from" => vec![json!("work"), json!("allowance")],
        "single_punch_hours" => vec![json!("zero"), json!("schedule")],
        "one_side_outdoor" => vec![json!("missing"), json!("absent")],
        "part_day_leave_punches" => vec![json!("edge"), json!("none")],
        "late_to_half_absent_min" | "late_to_absent_min" => LINES_MIN.map(Value::from).to_vec(),
        "round_duration_min" => STEPS_MIN.map(Value::from).to_vec(),
        _ => Vec::new(),
    }
}

/// A policy by its keys.
fn keys(policy: &Policy) -> Map<String, Value> {
    match serde_json::to_value(policy) {
        Ok(Value::Object(keys)) => keys,
        _ => Map::new(),
    }
}

/// The policy with some keys changed; `None` where a value is none of its key.
fn with(policy: &Policy, changes: &[(&str, &Value)]) -> Option<Policy> {
    let mut keys = keys(policy);
    keys.extend(changes.iter().map(|&(key, value)| (key.to_owned(), value.clone())));
    serde_json::from_value(Value::Object(keys)).ok()
}

/// A value as TOML spells it.
fn spelled(value: &Value) -> String {
    if value.is_null() { "\"off\"".to_owned() } else { value.to_string() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// A policy of which no key has its default.
    fn changed() -> Policy {
        serde_json::from_value(json!({
            "truncate_to_minute": false, "late_counts_from": "allowance",
            "late_to_half_absent_min": 45, "late_to_absent_min": 90,
            "late_rule_after_restday": true, "single_punch_hours": "schedule",
            "deduct_rest_from_late": true, "one_side_outdoor": "absent",
            "part_day_leave_punches": "none", "settle_minutes": 30, "late_free_per_month": 3,
            "late_free_max_min": 10, "late_tiers": [{"from_min": 30, "name": "严重迟到"}],
            "half_absent_below_min": 240, "absent_below_min": 60, "round_duration_min": 20,
            "round_duration": "nearest",
        }))
        .unwrap()
    }

    #[test]
    fn every_key_of_the_policy_has_an_alternative() {
        let (changed, default) = (keys(&changed()), keys(&Policy::default()));
        let company = Company::new(jiff::Timestamp::UNIX_EPOCH);
        let alternatives = of(&company.under(self::changed()));
        for (key, value) in &default {
            assert_ne!(&changed[key], value, "{key} must differ from its default here");
            let mut of_key = alternatives.iter().filter(|alternative| alternative.key == *key);
            let back = |a: &Alternative| keys(a.company.policy())[key] == *value;
            assert!(of_key.any(back), "{key} is never set back to its default");
            for value in tried(key) {
                let policy = with(&Policy::default(), &[(key, &value)]);
                assert!(policy.is_some(), "{value} is no value of {key}");
            }
        }
    }
}
