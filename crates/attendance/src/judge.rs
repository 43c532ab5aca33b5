//! Judging: a person's facts in, one judged day a day out.
//!
//! Where section 4.0 of the reference is silent:
//!
//! - a day of which anything was never asked for (records, the rule, under a shift rule without an
//!   entry the schedule) is `incomplete`, be it over, open or still to come;
//! - a day without a rule, without a shift, or with a rule that cannot be judged says so at once:
//!   it has no window that could be open. Every other day is `pending` while it is open, days off among them, and
//!   `incomplete` when its records were last asked for before it closed (the settling time
//!   counts as part of the day for both);
//! - an open or unknown day keeps a late and the marks of punches already seen, and no shortfall of
//!   approved overtime;
//! - a mark (place, device, other) counts once a punch, for every duty punch of a work day; days
//!   off, exempt and unscheduled days carry no findings;
//! - who is exempt owes the day's hours all the same, so that hours can be compared;
//! - worked time on a day off, an unscheduled day or without a rule is last minus first punch;
//! - a day of partial leave without any punch is absent for what the leave does not cover;
//! - leave moves a due time, and allowance and slide then count from there;
//! - a correction that clears the marks of a punch stands for it too where WeCom marked its time;
//! - the slide moves the last off by the whole minutes of the first on, whatever else excused it;
//! - under a free rule that only records time and place, a record-only row proves presence, and
//!   outdoor punches alone are no absence unless the policy says so;
//! - free lates of a month are used up by the earliest lates among the records handed over.

mod day;
mod duty;
mod free;
mod overrides;
mod presence;
mod session;

use std::ops::RangeInclusive;

use jiff::civil::Date;
use wecom_checkin::record::{Exception, Exceptions};

use crate::{
    attribution::{Basis, place},
    company::Company,
    days::Days,
    facts::Person,
    judged::JudgedDay,
    leave::{Approved, Correction},
    matching,
    punch::{Nature, Punch},
    time::{DAY_SEC, Interval, day_number},
};

/// Judges a person's days, in order of date.
///
/// Pure: the same facts give the same verdicts, whatever the order of the lists and however often
/// a row is repeated. With free lates a month (`late_free_per_month`), hand over the month's
/// earlier records too: they use the allowance up.
pub fn judge(company: &Company, person: &Person, days: RangeInclusive<Date>) -> Vec<JudgedDay> {
    let (from, to) = (*days.start(), *days.end());
    if from > to {
        return Vec::new();
    }
    let start = company.facts_from(from);
    let case = Case::new(company, person, start, to);
    let mut lates = LatesOfMonth::default();
    (day_number(start)..=day_number(to))
        .filter_map(|number| {
            let day = case.judge(number, &mut lates)?;
            (day.verdict.date >= from).then_some(day)
        })
        .collect()
}

/// How many lates of the month have been forgiven.
#[derive(Debug, Default)]
pub(crate) struct LatesOfMonth {
    month: (i16, i8),
    forgiven: u32,
}

impl LatesOfMonth {
    /// Takes one of the month's free lates, if one is left; says which.
    pub(crate) fn forgive(&mut self, date: Date, free: u32) -> Option<u32> {
        let month = (date.year(), date.month());
        if self.month != month {
            *self = Self { month, forgiven: 0 };
        }
        (self.forgiven < free).then(|| {
            self.forgiven += 1;
            self.forgiven
        })
    }
}

/// A person's facts, attributed: everything that the single days are judged from.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) company: &'a Company,
    pub(crate) person: &'a Person,
    pub(crate) days: Days,
    /// Usable records and corrections, by day, then time.
    punches: Vec<Attributed>,
    pub(crate) approved: Approved,
    /// Days of approved corrections.
    corrections: Vec<i64>,
    /// Punches whose marks a correction has cleared: the day, and where both stand.
    cleared: Vec<Cleared>,
    /// Approved overtime: its day, when, and how long; in the order it was applied for.
    overtime: Vec<(i64, Interval, i64)>,
    /// Records that are not used: the day that mentions them, and why.
    unattributed: Vec<(i64, Basis, Punch)>,
}

/// A punch with its attendance day, and what that rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Attributed {
    pub(crate) day: i64,
    pub(crate) punch: Punch,
    pub(crate) basis: Basis,
}

/// A punch that an approved correction has set right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cleared {
    day: i64,
    /// When it was punched.
    pub(crate) at: i64,
    /// Its place in the corrections.
    pub(crate) correction: usize,
}

impl<'a> Case<'a> {
    pub(crate) fn new(company: &'a Company, person: &'a Person, from: Date, to: Date) -> Self {
        let (first, last) = (day_number(from), day_number(to));
        let mut case = Self {
            company,
            person,
            days: Days::new(company, person, first - 4, last + 4),
            punches: Vec::with_capacity(person.records.len()),
            approved: Approved::new(&person.approvals),
            corrections: Vec::new(),
            cleared: Vec::new(),
            overtime: Vec::new(),
            unattributed: Vec::new(),
        };
        let now = company.now().as_second();
        let records = case.distinct_records();
        for punch in &records {
            let placed = place(company, &case.days, punch, now);
            match placed.basis {
                Basis::Outside if punch.is_placeholder() => {}
                Basis::Impossible | Basis::Outside => {
                    case.unattributed.push((placed.mentioned, placed.basis, *punch));
                }
                basis => {
                    case.punches.push(Attributed { day: placed.day, punch: *punch, basis });
                }
            }
        }
        case.add_corrections(&records, now);
        case.overtime = case.approved_overtime();
        case.punches.sort_unstable();
        case
    }

    /// Records as punches, in order of time, each row once. Rows are the same when all that
    /// identifies one is: time, kind, due time, rule, shift, segment, device.
    fn distinct_records(&self) -> Vec<Punch> {
        let records = &self.person.records;
        let mut punches: Vec<Punch> = (records.iter().enumerate())
            .map(|(index, record)| Punch::of_record(record, index))
            .collect();
        let identity = |punch: &Punch| {
            let record = records.get(punch.index);
            record.map(|r| (r.groupid, r.schedule_id, r.device()))
        };
        let row = |punch: &Punch| (punch.at, punch.nature, punch.due, punch.segment);
        punches.sort_unstable_by(|a, b| {
            let rest = |p: &Punch| (p.marks, p.index);
            row(a)
                .cmp(&row(b))
                .then_with(|| identity(a).cmp(&identity(b)))
                .then_with(|| rest(a).cmp(&rest(b)))
        });
        punches.dedup_by(|next, kept| row(next) == row(kept) && identity(next) == identity(kept));
        punches
    }

    /// Adds the approved corrections that no record shows.
    fn add_corrections(&mut self, records: &[Punch], now: i64) {
        let corrections = self.approved.corrections.clone();
        for (index, correction) in corrections.iter().enumerate() {
            let punch = Punch::correction(correction.at, correction.side, index);
            if punch.is_impossible(now) {
                continue;
            }
            let mut placed = place(self.company, &self.days, &punch, now);
            let named = correction.day.map(day_number);
            if let (Basis::Outside | Basis::Date, Some(day)) = (placed.basis, named) {
                placed.day = day;
                placed.basis = Basis::Approval;
            }
            self.corrections.push(placed.day);
            let stands_for_it = self.clear_marks(placed.day, &punch);
            let delivered = records.iter().any(|record| {
                record.at == punch.at && matches!(record.nature, Nature::Duty(_) | Nature::Outdoor)
            });
            // Corrections are sorted by time.
            let before = index.checked_sub(1).and_then(|i| corrections.get(i));
            let repeated = before.is_some_and(|before| before.at == correction.at);
            if stands_for_it && !delivered && !repeated && placed.basis != Basis::Outside {
                let (day, basis) = (placed.day, placed.basis);
                self.punches.push(Attributed { day, punch, basis });
            }
        }
    }

    /// Sets the punch right that a correction is for, where one happened and WeCom marked its place
    /// or device; says whether the correction stands for a punch all the same.
    fn clear_marks(&mut self, day: i64, correction: &Punch) -> bool {
        let Some(plan) = self.days.get(day).map(|day| day.judged_by().1.as_ref()) else {
            return true;
        };
        let wanted = matching::slot(plan, correction);
        let marked = self.punches.iter_mut().filter(|punch| {
            let marks = punch.punch.marks;
            punch.day == day
                && matches!(punch.punch.nature, Nature::Duty(_))
                && (marks.place || marks.device)
        });
        let fitting = marked.filter(|punch| {
            let same_slot = wanted.is_some() && matching::slot(plan, &punch.punch) == wanted;
            punch.punch.at == correction.at || same_slot
        });
        let Some(found) = fitting.min_by_key(|punch| (punch.punch.at - correction.at).abs()) else {
            return true;
        };
        found.punch.marks.place = false;
        found.punch.marks.device = false;
        let (at, index) = (found.punch.at, found.punch.index);
        self.cleared.push(Cleared { day, at, correction: correction.index });
        let record = self.person.records.get(index).and_then(|r| r.exception_type.as_ref());
        record.into_iter().flat_map(Exceptions::kinds).any(|kind| kind == Exception::Time)
    }

    /// What is used on a day, in order of time.
    pub(crate) fn punches_on(&self, number: i64) -> &[Attributed] {
        let from = self.punches.partition_point(|punch| punch.day < number);
        let rest = self.punches.get(from..).unwrap_or_default();
        let until = rest.partition_point(|punch| punch.day == number);
        rest.get(..until).unwrap_or_default()
    }

    /// Punches of a day that a correction has set right.
    pub(crate) fn cleared_on(&self, number: i64) -> impl Iterator<Item = &Cleared> {
        self.cleared.iter().filter(move |cleared| cleared.day == number)
    }

    /// An approved correction by its place.
    pub(crate) fn correction(&self, index: usize) -> Option<&Correction> {
        self.approved.corrections.get(index)
    }

    /// Approved corrections of a day.
    pub(crate) fn corrections_on(&self, number: i64) -> usize {
        self.corrections.iter().filter(|day| **day == number).count()
    }

    /// Records that a day might miss, and why they are not used.
    pub(crate) fn unattributed_on(&self, number: i64) -> impl Iterator<Item = (Basis, &Punch)> {
        let of_day = self.unattributed.iter().filter(move |(day, ..)| *day == number);
        of_day.map(|(_, basis, punch)| (*basis, punch))
    }

    /// Approved overtime, each approval on the attendance day that it begins on.
    fn approved_overtime(&self) -> Vec<(i64, Interval, i64)> {
        let day_at = |at| {
            let begin = Punch::correction(at, None, 0);
            place(self.company, &self.days, &begin, i64::MAX).day
        };
        let day_sec = |number| {
            let day = self.days.get(number);
            day.map_or(DAY_SEC, |day| day.judged_by().0.overtime.approved_day_sec)
        };
        let intervals = self.approved.overtime.iter();
        intervals.flat_map(|interval| interval.as_overtime(day_at, day_sec)).collect()
    }

    /// Approved overtime of a day: when, and how long. What two approvals cover counts once.
    pub(crate) fn overtime_on(&self, number: i64) -> (Vec<Interval>, i64) {
        let mut intervals: Vec<Interval> = Vec::new();
        let mut seconds = 0;
        for &(_, interval, length) in self.overtime.iter().filter(|(day, ..)| *day == number) {
            let again = interval.covered_by(&intervals);
            seconds += length - length * again / interval.seconds().max(1);
            intervals.push(interval);
            crate::time::merge(&mut intervals);
        }
        (intervals, seconds)
    }
}
