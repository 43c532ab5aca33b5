//! What holds for everybody: zone, calendar, policy, the company's rules, and the clock.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use wecom_checkin::{GroupId, Rule};

use crate::{calendar::Calendar, policy::Policy, rule::Terms};

/// The name of the zone that attendance days are in unless something else is said.
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// Everything that judging needs besides the person.
///
/// Rules are read once each and their day plans are shared between people, so hand over the same
/// [`Arc`] for the same snapshot: what is remembered lives as long as the company.
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
    terms: Arc<RwLock<HashMap<usize, Remembered>>>,
    no_terms: Arc<Terms>,
}

/// The zone by that name; the time zone database is built in, so that it is always there.
pub(crate) fn default_zone() -> TimeZone {
    TimeZone::get(DEFAULT_ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)))
}

/// The terms of a snapshot. The snapshot is kept so that its address stays its own.
#[derive(Debug)]
struct Remembered {
    terms: Arc<Terms>,
    _snapshot: Arc<Rule>,
}

impl Company {
    /// A company in Shanghai with the built-in calendar and the default policy, at an instant.
    pub fn new(now: Timestamp) -> Self {
        let zone =
            TimeZone::get(DEFAULT_ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)));
        Self {
            no_terms: Arc::new(Terms::none(zone.clone())),
            zone,
            rule_zones: HashMap::new(),
            calendar: Calendar::default(),
            policy: Policy::default(),
            now,
            corp_rules: HashMap::new(),
            terms: Arc::default(),
        }
    }

    /// Sets the zone of the attendance day.
    #[must_use]
    pub fn with_zone(mut self, zone: TimeZone) -> Self {
        self.no_terms = Arc::new(Terms::none(zone.clone()));
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
            terms: Arc::clone(&self.terms),
            no_terms: Arc::clone(&self.no_terms),
        }
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
        self.terms = Arc::default();
        self
    }

    /// The terms of a snapshot, or of "no rule".
    pub(crate) fn terms(&self, snapshot: Option<&Arc<Rule>>) -> Arc<Terms> {
        let Some(snapshot) = snapshot else { return Arc::clone(&self.no_terms) };
        let address = Arc::as_ptr(snapshot).addr();
        let remembered = self.terms.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = remembered.get(&address) {
            return Arc::clone(&found.terms);
        }
        drop(remembered);
        let corp = snapshot.groupid.and_then(|id| self.corp_rules.get(&id));
        let zone = snapshot.groupid.and_then(|id| self.rule_zones.get(&id)).unwrap_or(&self.zone);
        let terms = Arc::new(Terms::new(snapshot, corp.map(AsRef::as_ref), zone.clone()));
        let mut remembered = self.terms.write().unwrap_or_else(PoisonError::into_inner);
        let kept = remembered
            .entry(address)
            .or_insert_with(|| Remembered { terms, _snapshot: Arc::clone(snapshot) });
        Arc::clone(&kept.terms)
    }
}
