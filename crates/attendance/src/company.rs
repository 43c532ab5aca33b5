//! What holds for everybody: zone, calendar, policy, the company's rules, and the clock.

use std::{collections::HashMap, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use wecom_checkin::{GroupId, Rule};

use crate::{
    calendar::Calendar,
    plan_cache::{PlanCache, RulePlans},
    policy::Policy,
    rule::Terms,
};

/// The name of the zone that attendance days are in unless something else is said.
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// Everything that judging needs besides the person.
///
/// Rules are read once each and their day plans are shared between people: what is remembered lives
/// as long as the company. The same [`Arc`] for the same snapshot spares comparing what they say.
///
/// ```
/// use attendance::{Calendar, Company, Policy};
/// let company = Company::new("2026-06-20T00:00:00+08:00".parse()?)
///     .with_policy(Policy { settle_minutes: 30, ..Policy::default() });
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug)]
pub struct Company {
    zone: TimeZone,
    rule_zones: HashMap<GroupId, TimeZone>,
    calendar: Calendar,
    policy: Policy,
    now: Timestamp,
    corp_rules: HashMap<GroupId, Arc<Rule>>,
    plans: Arc<PlanCache>,
    no_rule: Arc<RulePlans>,
}

/// The zone by that name; the time zone database is built in, so that it is always there.
pub(crate) fn default_zone() -> TimeZone {
    TimeZone::get(DEFAULT_ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)))
}

fn no_rule(zone: &TimeZone) -> Arc<RulePlans> {
    Arc::new(RulePlans::new(Arc::default(), Terms::none(zone.clone())))
}

impl Company {
    /// A company in Shanghai with the built-in calendar and the default policy, at an instant.
    pub fn new(now: Timestamp) -> Self {
        let zone = default_zone();
        Self {
            no_rule: no_rule(&zone),
            zone,
            rule_zones: HashMap::new(),
            calendar: Calendar::default(),
            policy: Policy::default(),
            now,
            corp_rules: HashMap::new(),
            plans: Arc::default(),
        }
    }

    /// Sets the zone of the attendance day.
    #[must_use]
    pub fn with_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self.forget()
    }

    /// Sets another zone for the people of one rule.
    #[must_use]
    pub fn with_rule_zone(mut self, rule: GroupId, zone: TimeZone) -> Self {
        self.rule_zones.insert(rule, zone);
        self.forget()
    }

    /// Sets the calendar.
    #[must_use]
    pub fn with_calendar(mut self, calendar: Calendar) -> Self {
        self.calendar = calendar;
        self.forget()
    }

    /// Sets the policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The same company under another policy. Plans do not depend on it and stay shared.
    #[must_use]
    pub fn under(&self, policy: Policy) -> Self {
        Self {
            zone: self.zone.clone(),
            rule_zones: self.rule_zones.clone(),
            calendar: self.calendar.clone(),
            policy,
            now: self.now,
            corp_rules: self.corp_rules.clone(),
            plans: Arc::clone(&self.plans),
            no_rule: Arc::clone(&self.no_rule),
        }
    }

    /// The same company at another instant.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// Adds what `getcorpcheckinoption` answered. Of it only what that answer alone carries is
    /// used, for rules of the same `groupid` that do not carry it themselves.
    #[must_use]
    pub fn with_corp_rules(mut self, rules: impl IntoIterator<Item = Arc<Rule>>) -> Self {
        let named = rules.into_iter().filter_map(|rule| Some((rule.groupid?, rule)));
        self.corp_rules.extend(named);
        self.forget()
    }

    /// The zone of the attendance day.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The calendar.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The first day whose facts bear on the days from this one on, look-around apart: free lates
    /// of a month are used up by the month's earlier ones.
    pub fn facts_from(&self, from: Date) -> Date {
        if self.policy.late_free_per_month > 0 { from.first_of_month() } else { from }
    }

    pub(crate) fn rule_zones(&self) -> impl Iterator<Item = (GroupId, &TimeZone)> {
        self.rule_zones.iter().map(|(&id, zone)| (id, zone))
    }

    pub(crate) fn corp_rule(&self, id: GroupId) -> Option<&Rule> {
        self.corp_rules.get(&id).map(AsRef::as_ref)
    }

    /// The instant that counts as now.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    fn forget(mut self) -> Self {
        self.plans = Arc::default();
        self.no_rule = no_rule(&self.zone);
        self
    }

    /// The plans of a snapshot, or of "no rule".
    pub(crate) fn plans(&self, snapshot: Option<&Arc<Rule>>) -> Arc<RulePlans> {
        let Some(snapshot) = snapshot else { return Arc::clone(&self.no_rule) };
        self.plans.of(snapshot, || {
            let corp = snapshot.groupid.and_then(|id| self.corp_rules.get(&id));
            let zone = snapshot.groupid.and_then(|id| self.rule_zones.get(&id));
            let zone = zone.unwrap_or(&self.zone).clone();
            Terms::new(snapshot, corp.map(AsRef::as_ref), zone)
        })
    }
}
