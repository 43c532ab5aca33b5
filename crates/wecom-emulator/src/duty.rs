//! What a person owes on one attendance day: the segments of the rule or shift, what they forgive, and the kind of day.

use crate::calendar::{self, Arrangement};
use crate::day::{DAY_SEC, Day};
use crate::rule::{Hours, Kind, Rule, Segment, Special};
use crate::terms::Terms;

/// What kind of day it is for the person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Owed {
    /// Segments, or free hours, to work.
    Work,
    /// A day off.
    Off,
    /// A shift rule without a shift for the day.
    Unscheduled,
}

/// What one person owes on one day.
#[derive(Clone, Debug)]
pub(crate) struct Duty {
    pub(crate) owed: Owed,
    pub(crate) segments: Vec<Segment>,
    pub(crate) terms: Terms,
    pub(crate) schedule_id: i64,
    pub(crate) schedule_name: String,
    /// Seconds due: segments minus rests, or the free rule's standard.
    pub(crate) standard_sec: i64,
    /// The hours come from a `spe_workdays` entry.
    pub(crate) special: bool,
    pub(crate) warnings: Vec<&'static str>,
}

impl Duty {
    /// Reads the rule for a day. `shift` is the schedule's entry, for shift rules only.
    pub(crate) fn of(rule: &Rule, day: Day, shift: Option<i64>) -> Self {
        match rule.kind() {
            Some(Kind::Shift) => Self::of_shift(rule, shift),
            Some(Kind::Free) => Self::of_free(rule, day),
            _ => Self::of_fixed(rule, day),
        }
    }

    fn off(owed: Owed) -> Self {
        Self {
            owed,
            segments: Vec::new(),
            terms: Terms::default(),
            schedule_id: 0,
            schedule_name: String::new(),
            standard_sec: 0,
            special: false,
            warnings: Vec::new(),
        }
    }

    fn work(segments: Vec<Segment>, terms: Terms) -> Self {
        let standard_sec = segments.iter().map(due).sum();
        Self { segments, terms, standard_sec, ..Self::off(Owed::Work) }
    }

    fn of_shift(rule: &Rule, shift: Option<i64>) -> Self {
        let Some(schedule_id) = shift else { return Self::off(Owed::Unscheduled) };
        let Some(shift) = rule.shift(schedule_id) else { return Self::off(Owed::Unscheduled) };
        let base = if shift.time_section.is_empty() {
            Self::off(Owed::Off)
        } else {
            Self::work(shift.time_section.clone(), shift.terms.clone())
        };
        Self { schedule_id, schedule_name: shift.schedule_name.clone(), ..base }
    }

    fn of_free(rule: &Rule, day: Day) -> Self {
        let warnings = calendar_warnings(rule, day);
        let Some(hours) = hours_on(rule, day) else {
            return Self { warnings, ..Self::off(Owed::Off) };
        };
        let standard_sec = rule.standard_work_duration.max(0);
        Self { standard_sec, warnings, ..Self::work(Vec::new(), hours.terms.clone()) }
    }

    fn of_fixed(rule: &Rule, day: Day) -> Self {
        let midnight = day.midnight();
        let named =
            |entries: &[Special]| entries.iter().find(|entry| entry.names(midnight)).cloned();
        if let Some(special) = named(&rule.spe_workdays) {
            let terms = usual(rule).map(|hours| hours.terms.clone()).unwrap_or_default();
            return Self { special: true, ..Self::work(special.checkintime, terms) };
        }
        if named(&rule.spe_offdays).is_some() {
            return Self::off(Owed::Off);
        }
        let warnings = calendar_warnings(rule, day);
        match hours_on(rule, day) {
            Some(hours) => {
                Self { warnings, ..Self::work(hours.checkintime.clone(), hours.terms.clone()) }
            }
            None => Self { warnings, ..Self::off(Owed::Off) },
        }
    }

    /// The first instant after which the day can get no more punches, as Unix seconds.
    pub(crate) fn closes(&self, rule: &Rule, day: Day) -> i64 {
        let midnight = day.midnight();
        let Some(last) = self.segments.last() else {
            // A day off ends when the rule's ordinary day would.
            let usual = usual(rule).and_then(|hours| hours.checkintime.last());
            let latest = usual.and_then(|segment| segment.latest_off_work_sec);
            return midnight + latest.map_or(DAY_SEC + rule.span_day_time, after_minute);
        };
        let from_windows = last.latest_off_work_sec.map(after_minute);
        let from_shift =
            (self.schedule_id != 0).then_some(last.off_work_sec + self.terms.limit_offtime);
        let next_opening = DAY_SEC + self.segments.first().map_or(0, |first| first.work_sec)
            - self.terms.limit_aheadtime / 1_000;
        midnight + from_windows.or(from_shift).unwrap_or(next_opening)
    }
}

/// A window printed 05:59 ends at 06:00:00.
fn after_minute(second: i64) -> i64 {
    second - second % 60 + 60
}

fn due(segment: &Segment) -> i64 {
    let rests: i64 = segment.rests().iter().map(|(begin, end)| end - begin).sum();
    segment.off_work_sec - segment.work_sec - rests
}

fn calendar_warnings(rule: &Rule, day: Day) -> Vec<&'static str> {
    if rule.sync_holidays && !calendar::known(day) { vec!["calendar_missing"] } else { Vec::new() }
}

/// The row whose hours a day off the weekly pattern borrows: the one with most workdays.
fn usual(rule: &Rule) -> Option<&Hours> {
    rule.checkindate.iter().rev().max_by_key(|hours| hours.workdays.len())
}

/// The row of hours that a day falls under, none for a day off.
fn hours_on(rule: &Rule, day: Day) -> Option<&Hours> {
    if rule.sync_holidays {
        match calendar::arrangement(day) {
            Arrangement::Off => return None,
            Arrangement::Work => return usual(rule),
            Arrangement::Ordinary => {}
        }
    }
    rule.checkindate.iter().find(|hours| weekdays_of(hours, day).contains(&day.weekday()))
}

/// 2024-01-01, the Monday of the first odd week.
const MONDAY_OF_WEEK_ONE: i64 = 19_723;

fn weekdays_of(hours: &Hours, day: Day) -> &[i64] {
    if !hours.biweekly.enable_weekday_recurrence {
        return &hours.workdays;
    }
    let week = (day.number() - MONDAY_OF_WEEK_ONE).div_euclid(7);
    if week.rem_euclid(2) == 0 {
        &hours.biweekly.odd_workdays
    } else {
        &hours.biweekly.even_workdays
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::company::Company;
    use crate::settings::Features;
    use crate::trees;
    use jiff::civil::date;

    fn rule(groupid: i64) -> Rule {
        let company = Company { seed: 7, people: 200, features: Features::ALL };
        let rules = trees::built_in(&company).unwrap();
        (*rules.on(groupid, Day::of(0)).unwrap().rule).clone()
    }

    #[test]
    fn days_owe_what_the_rule_and_the_calendar_say() {
        let office = rule(trees::HEAD_OFFICE);
        let shops = rule(trees::SHOPS);
        let cases = [
            (&office, date(2026, 6, 1), Owed::Work, 28_800, "a Monday"),
            (&office, date(2026, 6, 6), Owed::Off, 0, "a Saturday"),
            (&office, date(2026, 10, 1), Owed::Off, 0, "National Day"),
            (&office, date(2026, 2, 14), Owed::Work, 28_800, "a make-up Saturday"),
            (&office, date(2026, 8, 8), Owed::Work, 28_800, "a special Saturday"),
            (&office, date(2026, 11, 18), Owed::Off, 0, "a special day off"),
            (&shops, date(2026, 10, 1), Owed::Work, 27_000, "shops stay open"),
            (&shops, date(2026, 6, 1), Owed::Off, 0, "shops rest on Monday"),
        ];
        for (rule, on, owed, standard, what) in cases {
            let duty = Duty::of(rule, Day::from_date(on), None);
            assert_eq!((duty.owed, duty.standard_sec), (owed, standard), "{what}");
        }
    }

    #[test]
    fn fortnights_count_from_the_first_week_of_2024() {
        let hours = Hours {
            biweekly: crate::rule::Biweekly {
                enable_weekday_recurrence: true,
                odd_workdays: vec![1, 6],
                even_workdays: vec![1],
            },
            ..Hours::default()
        };
        let on = |year, month, day| weekdays_of(&hours, Day::from_date(date(year, month, day)));
        assert_eq!(on(2024, 1, 6), [1, 6]);
        assert_eq!(on(2024, 1, 13), [1]);
        assert_eq!(on(2024, 1, 7), [1, 6]);
    }

    #[test]
    fn a_day_closes_when_its_last_window_does() {
        let office = rule(trees::HEAD_OFFICE);
        let day = Day::from_date(date(2026, 6, 1));
        let duty = Duty::of(&office, day, None);
        assert_eq!(duty.closes(&office, day), day.midnight() + 30 * 3_600);
        let factory = rule(trees::FACTORY);
        let night = Duty::of(&factory, day, Some(trees::NIGHT_SHIFT));
        assert_eq!(night.closes(&factory, day), day.midnight() + 34 * 3_600);
    }
}
