//! Leave, trips and outings in the units that people count them in.

use std::collections::BTreeMap;

use attendance::{
    Verdict,
    verdict::{Leave, LeaveKind, OvertimeStatus},
};
use wecom_checkin::approval::Approval;

use super::requests;
use crate::lang::Lang;

/// A day of leave on a day without duty, where a day has no length of its own.
const DAY_SEC: i64 = 28_800;

/// A type of leave, trip or outing, and what the company counts it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AwayKind {
    pub(super) kind: LeaveKind,
    pub(super) name: String,
    pub(super) unit: AwayUnit,
}

/// What a type is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AwayUnit {
    Days,
    Hours,
}

impl AwayKind {
    /// Its name, where it has one.
    pub(super) fn shown(&self) -> &str {
        if self.name.is_empty() { "请假" } else { &self.name }
    }
}

/// The types of leave, trips and outings that there are.
#[derive(Debug, Default)]
pub(super) struct AwayKinds {
    /// Those that verdicts have. One that always came in whole and half days looks counted in days.
    met: BTreeMap<(LeaveKind, String), AwayUnit>,
    /// The types of leave whose unit somebody has told.
    told: BTreeMap<String, AwayUnit>,
}

impl AwayKinds {
    pub(super) fn add(&mut self, verdict: &Verdict) {
        for leave in &verdict.leave {
            let half = verdict.standard_sec / 2;
            let halves = leave.seconds == 0 || (half > 0 && leave.seconds % half == 0);
            let unit = if halves { AwayUnit::Days } else { AwayUnit::Hours };
            let known = self.met.entry((leave.kind, leave.name.clone())).or_insert(unit);
            *known = (*known).max(unit);
        }
    }

    /// Learns of the types that people have asked for.
    pub(super) fn asked(&mut self, approvals: &[Approval]) {
        for (name, by_hour) in requests::leave_types(approvals) {
            self.tell(&name, by_hour);
        }
    }

    /// Learns what a type of leave is counted in.
    pub(super) fn tell(&mut self, name: &str, by_hour: bool) {
        let unit = if by_hour { AwayUnit::Hours } else { AwayUnit::Days };
        if let Some(known) = self.told.get_mut(name) {
            *known = (*known).max(unit);
        } else {
            self.told.insert(name.to_owned(), unit);
        }
    }

    /// The types in order of kind and name; outings always count in hours, trips in days.
    pub(super) fn types(&self) -> Vec<AwayKind> {
        let told = self.told.iter().map(|(name, unit)| ((LeaveKind::Leave, name.clone()), *unit));
        let mut units = self.met.clone();
        units.extend(told);
        let kinds = units.into_iter().map(|((kind, name), unit)| {
            let unit = match kind {
                LeaveKind::Leave => unit,
                LeaveKind::Trip => AwayUnit::Days,
                LeaveKind::Out => AwayUnit::Hours,
            };
            AwayKind { kind, name, unit }
        });
        kinds.collect()
    }
}

/// `0.5天`, `2小时`: one day's leave in the unit of its type.
pub(super) fn in_unit(types: &[AwayKind], leave: &Leave, standard_sec: i64, lang: Lang) -> String {
    let kind = types.iter().find(|kind| kind.kind == leave.kind && kind.name == leave.name);
    match kind.map(|kind| kind.unit) {
        Some(AwayUnit::Hours) => {
            format!("{}{}", hundredths(leave.seconds, 3600), lang.pick("小时", " h"))
        }
        Some(AwayUnit::Days) | None => {
            let day = if standard_sec > 0 { standard_sec } else { DAY_SEC };
            format!("{}{}", hundredths(leave.seconds, day), lang.pick("天", " days"))
        }
    }
}

/// What somebody was away for, summed up.
#[derive(Debug, Clone, Default)]
pub(super) struct Away(Vec<Part>);

#[derive(Debug, Clone)]
struct Part {
    kind: LeaveKind,
    name: String,
    seconds: i64,
    days: f64,
}

impl Away {
    pub(super) fn of<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> Self {
        let mut away = Self::default();
        for verdict in verdicts {
            for leave in &verdict.leave {
                let day = if verdict.standard_sec > 0 { verdict.standard_sec } else { DAY_SEC };
                let days = hundredths(leave.seconds, day);
                match away.0.iter_mut().find(|p| p.kind == leave.kind && p.name == leave.name) {
                    Some(part) => {
                        part.seconds += leave.seconds;
                        part.days += days;
                    }
                    None => away.0.push(Part {
                        kind: leave.kind,
                        name: leave.name.clone(),
                        seconds: leave.seconds,
                        days,
                    }),
                }
            }
        }
        away
    }

    fn parts(&self, kind: LeaveKind) -> impl Iterator<Item = &Part> {
        self.0.iter().filter(move |part| part.kind == kind)
    }

    fn leave(&self, name: &str) -> impl Iterator<Item = &Part> {
        self.parts(LeaveKind::Leave).filter(move |part| part.name == name)
    }

    pub(super) fn seconds(&self, kind: LeaveKind) -> i64 {
        self.parts(kind).map(|part| part.seconds).sum()
    }

    pub(super) fn days(&self, kind: LeaveKind) -> f64 {
        self.parts(kind).map(|part| part.days).sum()
    }

    pub(super) fn seconds_of(&self, name: &str) -> i64 {
        self.leave(name).map(|part| part.seconds).sum()
    }

    pub(super) fn days_of(&self, name: &str) -> f64 {
        self.leave(name).map(|part| part.days).sum()
    }

    /// `年假1天;外出2小时`: each with its name and how much.
    pub(super) fn requests(&self, types: &[AwayKind], verdict: &Verdict, lang: Lang) -> String {
        let (day, hour) = (lang.pick("天", " days"), lang.pick("小时", " h"));
        let mut parts: Vec<String> = Vec::new();
        for part in &self.0 {
            let kind = types.iter().find(|kind| kind.kind == part.kind && kind.name == part.name);
            let name = match (part.kind, part.name.as_str()) {
                (LeaveKind::Leave, "") => lang.pick("请假", "leave"),
                (LeaveKind::Trip, "") => lang.pick("出差", "trip"),
                (LeaveKind::Out, "") => lang.pick("外出", "outing"),
                (_, name) => name,
            };
            parts.push(match kind.map(|kind| kind.unit) {
                Some(AwayUnit::Hours) => format!("{name}{}{hour}", hundredths(part.seconds, 3600)),
                Some(AwayUnit::Days) | None => format!("{name}{}{day}", part.days),
            });
        }
        let overtime = &verdict.overtime;
        let approved = overtime.seconds + overtime.short_sec;
        if overtime.status != OvertimeStatus::None && approved > 0 {
            let name = lang.pick("加班", "overtime");
            parts.push(format!("{name}{}{hour}", hundredths(approved, 3600)));
        }
        parts.join(lang.pick(";", "; "))
    }
}

/// `number / unit` to two decimals.
fn hundredths(number: i64, unit: i64) -> f64 {
    let hundredths = (number * 200 / unit.max(1) + 1).div_euclid(2);
    i32::try_from(hundredths).map_or(f64::MAX, f64::from) / 100.0
}
