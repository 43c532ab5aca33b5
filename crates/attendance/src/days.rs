//! A person's plans, day after day.

use std::sync::Arc;

use jiff::civil::Date;
use wecom_checkin::{
    GroupId, Rule,
    schedule::{Schedule, ScheduleInfo},
};

use crate::{
    company::Company,
    employment::{Employment, NotEmployed},
    facts::Person,
    plan::DayPlan,
    plan_cache::RulePlans,
    punch::Punch,
    rule::{Kind, Terms},
    time::{DAY_SEC, date_in, day_number},
};

/// Before the first known rule, so many days are planned as if it had held already, to give a
/// night's last punch a home. They are never judged by it.
const ASSUMED_DAYS: i64 = 2;

/// The plans of a person for a run of days, by day number.
#[derive(Debug)]
pub(crate) struct Days {
    first: i64,
    days: Vec<Day>,
}

/// One day of a person.
#[derive(Debug)]
pub(crate) struct Day {
    pub(crate) terms: Arc<Terms>,
    /// What records are attributed by.
    pub(crate) plan: Arc<DayPlan>,
    /// What the day is judged by where that is something else: before the first known rule none,
    /// and nothing is owed outside the employment.
    judged_by: Option<(Arc<Terms>, Arc<DayPlan>)>,
    /// Why the person is not in the company.
    pub(crate) not_employed: Option<NotEmployed>,
}

impl Day {
    /// The terms and the plan that the day is judged by.
    pub(crate) fn judged_by(&self) -> (&Terms, &Arc<DayPlan>) {
        match &self.judged_by {
            Some((terms, plan)) => (terms, plan),
            None => (&self.terms, &self.plan),
        }
    }

    fn within(mut self, employment: &Employment) -> Self {
        self.not_employed = employment.rules_out(self.plan.date);
        if self.not_employed.is_some() {
            let plan = self.judged_by().1.not_employed();
            self.judged_by = Some((Arc::clone(&self.terms), Arc::new(plan)));
        }
        self
    }
}

impl Days {
    pub(crate) fn new(company: &Company, person: &Person, first: i64, last: i64) -> Self {
        let mut rules: Vec<&(Date, Option<Arc<Rule>>)> = person.rules.iter().collect();
        rules.sort_by_key(|(date, _)| *date);
        let entries = rules.iter().map(|(date, rule)| (day_number(*date), rule.as_ref()));
        let mut entries = entries.peekable();
        let known_from = entries.peek().copied();
        let shifts = Shifts::new(person);
        let punches = person.records.iter().map(|record| Punch::of_record(record, 0));
        let punches = punches.filter(|punch| !punch.is_placeholder());
        let punched = punches.map(|punch| date_in(company.zone(), punch.at));
        let employment = person.employment.beside(punched);
        let plan = |rule: &RulePlans, number| {
            let shift = match rule.terms.kind {
                Kind::Shift(_) => shifts.on(number, &rule.terms),
                _ => None,
            };
            rule.day(company.calendar(), number, shift)
        };
        let mut rule = company.plans(None);
        let days = (first..=last)
            .map(|number| {
                let mut snapshot = None;
                while let Some(entry) = entries.next_if(|(from, _)| *from <= number) {
                    snapshot = Some(entry.1);
                }
                if let Some(snapshot) = snapshot {
                    rule = company.plans(snapshot);
                }
                let soon = number + 1..=number + ASSUMED_DAYS;
                let (attributes, judges) = match known_from.filter(|(from, _)| soon.contains(from))
                {
                    None => (Arc::clone(&rule), None),
                    Some((_, snapshot)) => (company.plans(snapshot), Some(&rule)),
                };
                let both = |rule: &RulePlans| (Arc::clone(&rule.terms), plan(rule, number));
                let (terms, plan) = both(&attributes);
                let judged_by = judges.map(|rule| both(rule));
                Day { terms, plan, judged_by, not_employed: None }.within(&employment)
            })
            .collect();
        Self { first, days }
    }

    pub(crate) fn get(&self, number: i64) -> Option<&Day> {
        self.days.get(usize::try_from(number - self.first).ok()?)
    }

    pub(crate) fn plan(&self, number: i64) -> Option<&DayPlan> {
        self.get(number).map(|day| day.plan.as_ref())
    }

    /// The calendar date of an instant, as the people of that day read it.
    pub(crate) fn number_at(&self, company: &Company, at: i64) -> i64 {
        // Midnights are a day apart but for changes of the clock: guess, then look.
        let origin = self.days.first().map_or(0, |day| day.plan.clock.midnight());
        let guess = self.first + (at - origin).div_euclid(DAY_SEC);
        let begun = |number| self.plan(number).map(|plan| plan.clock.midnight() <= at);
        match (begun(guess), begun(guess + 1)) {
            (Some(_), Some(true)) => guess + 1,
            (Some(true), Some(false)) => guess,
            (Some(false), _) => guess - 1,
            _ => day_number(date_in(company.zone(), at)),
        }
    }
}

/// A person's schedule, by day number.
struct Shifts<'a>(Vec<(i64, Option<GroupId>, &'a ScheduleInfo)>);

impl<'a> Shifts<'a> {
    fn new(person: &'a Person) -> Self {
        let mut shifts: Vec<_> = person.schedules.iter().flat_map(Self::of_month).collect();
        shifts.sort_unstable_by_key(|(number, group, info)| (*number, *group, info.schedule_id));
        Self(shifts)
    }

    fn of_month(
        schedule: &'a Schedule,
    ) -> impl Iterator<Item = (i64, Option<GroupId>, &'a ScheduleInfo)> {
        let month = schedule.yearmonth.unwrap_or_default();
        let days = schedule.schedule.iter().flat_map(|days| days.schedule_list.iter().flatten());
        days.filter_map(move |entry| {
            let date = month.day(entry.day?)?;
            Some((day_number(date), schedule.groupid, entry.schedule_info.as_ref()?))
        })
    }

    /// What is set for a day; of several, the rule's own counts first, then the greatest.
    fn on(&self, number: i64, terms: &Terms) -> Option<&'a ScheduleInfo> {
        let own = terms.name.as_ref().map(|name| name.groupid);
        let from = self.0.partition_point(|(day, ..)| *day < number);
        let of_day = self.0.iter().skip(from).take_while(|(day, ..)| *day == number);
        of_day
            .max_by_key(|(_, group, info)| (group.is_none() || *group == own, info.schedule_id))
            .map(|(_, _, info)| *info)
    }
}
