//! A person's plans, day after day.

use std::sync::Arc;

use jiff::civil::Date;
use wecom_checkin::{
    Rule,
    schedule::{Schedule, ScheduleInfo},
};

use crate::{
    company::Company,
    facts::Person,
    plan::DayPlan,
    rule::{Kind, Terms},
    time::{DAY_SEC, date_in, day_number, day_of},
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
    pub(crate) plan: Arc<DayPlan>,
    /// No rule is known for the day; the plan is the first known rule's.
    pub(crate) assumed: bool,
}

impl Days {
    pub(crate) fn new(company: &Company, person: &Person, first: i64, last: i64) -> Self {
        let mut rules: Vec<&(Date, Option<Arc<Rule>>)> = person.rules.iter().collect();
        rules.sort_by_key(|(date, _)| *date);
        let mut entries =
            rules.iter().map(|(date, rule)| (day_number(*date), rule.as_ref())).peekable();
        let known_from = entries.peek().copied();
        let mut terms = company.terms(None);
        let days = (first..=last)
            .map(|number| {
                let mut snapshot = None;
                while let Some(entry) = entries.next_if(|(from, _)| *from <= number) {
                    snapshot = Some(entry.1);
                }
                if let Some(rule) = snapshot {
                    terms = company.terms(rule);
                }
                let ahead = known_from
                    .filter(|(from, _)| (number + 1..=number + ASSUMED_DAYS).contains(from));
                let terms = match ahead {
                    Some((_, rule)) => company.terms(rule),
                    None => Arc::clone(&terms),
                };
                let date = day_of(number);
                let shift = match terms.kind {
                    Kind::Shift(_) => shift_on(person, &terms, date),
                    _ => None,
                };
                let plan = DayPlan::find(&terms, company.calendar(), date, shift);
                Day { terms, plan, assumed: ahead.is_some() }
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

/// What the schedule says for a day; of several, the rule's own counts first, then the greatest.
fn shift_on<'a>(person: &'a Person, terms: &Terms, date: Date) -> Option<&'a ScheduleInfo> {
    let month = i64::from(date.year()) * 100 + i64::from(date.month());
    let own = |schedule: &Schedule| {
        let rule = terms.name.as_ref().map(|name| name.groupid);
        schedule.groupid.is_none() || schedule.groupid == rule
    };
    person
        .schedules
        .iter()
        .filter(|schedule| schedule.yearmonth == Some(month))
        .flat_map(|schedule| {
            let days =
                schedule.schedule.iter().flat_map(|days| days.schedule_list.iter().flatten());
            days.map(move |day| (schedule, day))
        })
        .filter(|(_, entry)| entry.day == Some(i64::from(date.day())))
        .filter_map(|(schedule, entry)| Some((own(schedule), entry.schedule_info.as_ref()?)))
        .max_by_key(|(own, info)| (*own, info.schedule_id))
        .map(|(_, info)| info)
}
