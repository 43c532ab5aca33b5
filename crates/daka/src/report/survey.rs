//! The first look at a month, before a line of it is written: what heads, columns and the overview
//! must know. It grows with departments, days and rules, not with people.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use attendance::{
    Person, PersonMonth, Totals, Warning,
    verdict::{FindingKind, Status},
};
use jiff::civil::Date;
use wecom_checkin::{GroupId, Rule, rule::RuleKind};

use super::{Names, Told, Who, away::AwayKinds, summary::Summary};
use crate::{gaps::Gaps, judging::Judged, lang::Lang};

/// People whom an overview names.
const NAMED: usize = 10;

/// What a look over all days has found.
pub(crate) struct Survey {
    lang: Lang,
    pub(crate) gaps: Gaps,
    pub(crate) summary: Summary,
    /// Whether anybody has a 工号.
    pub(super) numbered: bool,
    /// The most on/off pairs that a day has.
    pub(super) segments: usize,
    pub(super) away: AwayKinds,
    pub(super) departments: BTreeMap<String, Group>,
    pub(super) days: BTreeMap<Date, Group>,
    pub(super) rules: BTreeMap<RuleText, RuleSeen>,
    pub(super) worst: Vec<Watched>,
    pub(super) statuses: HashMap<Status, u32>,
    pub(super) warnings: BTreeMap<Warning, u32>,
}

/// People or days that are summed up together.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) people: u32,
    pub(super) totals: Totals,
}

/// Somebody worth a look.
pub(super) struct Watched {
    pub(super) who: Who,
    pub(super) totals: Totals,
}

/// A rule as it reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RuleText {
    pub(crate) groupid: Option<GroupId>,
    pub(crate) name: String,
    pub(crate) kind: Option<i64>,
    /// `周一至周五 09:00–18:00`, a line a row of the rule.
    pub(crate) hours: String,
}

/// When a rule read so, and of how many.
#[derive(Debug)]
pub(super) struct RuleSeen {
    pub(super) from: Date,
    pub(super) people: u32,
}

impl Survey {
    pub(crate) fn new(gaps: Gaps, lang: Lang) -> Self {
        Self {
            lang,
            gaps,
            summary: Summary::default(),
            numbered: false,
            segments: 1,
            away: AwayKinds::default(),
            departments: BTreeMap::new(),
            days: BTreeMap::new(),
            rules: BTreeMap::new(),
            worst: Vec::new(),
            statuses: HashMap::new(),
            warnings: BTreeMap::new(),
        }
    }

    /// Learns of the company's types of leave.
    pub(crate) fn tell(&mut self, told: &Told) {
        for (name, by_hour) in &told.leave {
            self.away.tell(name, *by_hour);
        }
    }

    /// Looks at a person.
    pub(crate) fn add(&mut self, judged: &Judged, names: &Names) {
        self.gaps.add(&judged.person, judged.verdicts());
        for day in &judged.days {
            self.segments = self.segments.max(day.slots.len().div_ceil(2));
            self.away.add(&day.verdict);
            let of_day = self.days.entry(day.verdict.date).or_default();
            of_day.people += 1;
            of_day.totals.add(&day.verdict);
            *self.statuses.entry(day.verdict.status).or_default() += 1;
            for warning in &day.verdict.warnings {
                *self.warnings.entry(warning.clone()).or_default() += 1;
            }
        }
        self.away.asked(&judged.person.approvals);
        let Some(month) = PersonMonth::of(judged.verdicts()) else { return };
        self.summary.add(&month);
        let who = names.of(&judged.person.userid);
        self.numbered |= !who.employee_no.is_empty();
        let departments: BTreeSet<&str> = who.departments.split(';').collect();
        for department in departments {
            let group = self.departments.entry(department.to_owned()).or_default();
            group.people += 1;
            group.totals.merge(&month.totals);
        }
        self.watch(who, month.totals);
        self.add_rules(&judged.person, judged);
    }

    /// Keeps the people with the gravest findings, the first of equals.
    fn watch(&mut self, who: Who, totals: Totals) {
        if totals.finding_count() == 0 {
            return;
        }
        self.worst.push(Watched { who, totals });
        self.worst.sort_by_key(|watched| std::cmp::Reverse(watched.gravity()));
        self.worst.truncate(NAMED);
    }

    fn add_rules(&mut self, person: &Person, judged: &Judged) {
        let shown = |from: Date| judged.verdicts().any(|verdict| verdict.date >= from);
        let mut met = BTreeSet::new();
        for (from, rule) in &person.rules {
            let Some(rule) = rule.as_deref().filter(|_| shown(*from)) else { continue };
            let text = RuleText::of(rule, self.lang);
            let first_time = met.insert(text.clone());
            // What was there before the first day began before it.
            let from = judged.days.first().map_or(*from, |day| day.verdict.date.max(*from));
            let seen = self.rules.entry(text).or_insert(RuleSeen { from, people: 0 });
            seen.from = seen.from.min(from);
            seen.people += u32::from(first_time);
        }
    }
}

impl Watched {
    /// Absence weighs most, then missing punches, then minutes.
    fn gravity(&self) -> (u32, u32, i64) {
        let sum = |kind| self.totals.finding(kind);
        let minutes = sum(FindingKind::Late).seconds + sum(FindingKind::Early).seconds;
        (sum(FindingKind::Absent).count, sum(FindingKind::Missing).count, minutes)
    }
}

impl Group {
    /// How much of what was due was attended; days that are open or not known are not due.
    pub(super) fn rate(&self) -> Option<f64> {
        let due = self.totals.due_days;
        (due > 0).then(|| f64::from(self.totals.attended_days.min(due)) / f64::from(due))
    }
}

impl RuleText {
    /// As it reads in a language.
    pub(crate) fn of(rule: &Rule, lang: Lang) -> Self {
        let rows = rule.checkindate.as_deref().unwrap_or_default();
        let clock = |sec: i64| {
            let next = if sec >= 86_400 { lang.pick("次日", "next ") } else { "" };
            format!("{next}{:02}:{:02}", sec / 3_600 % 24, sec / 60 % 60)
        };
        let lines = rows.iter().map(|row| {
            let days = row.workdays.as_deref().unwrap_or_default();
            let days: Vec<&str> = days.iter().map(|day| weekday(*day, lang)).collect();
            let segments = row.checkintime.as_deref().unwrap_or_default();
            let segments = segments.iter().filter_map(|segment| {
                let (on, off) = (segment.work_sec?, segment.off_work_sec?);
                Some(format!("{}–{}", clock(on.0), clock(off.0)))
            });
            format!(
                "{} {}",
                days.join(lang.pick("、", ", ")),
                segments.collect::<Vec<_>>().join(" ")
            )
        });
        Self {
            groupid: rule.groupid,
            name: rule.groupname.clone().unwrap_or_default(),
            kind: rule.grouptype.map(RuleKind::number),
            hours: lines.collect::<Vec<_>>().join("\n"),
        }
    }
}

fn weekday(day: i64, lang: Lang) -> &'static str {
    let names = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
    let english = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let day = usize::try_from(day).unwrap_or(usize::MAX);
    lang.pick(names, english).get(day).copied().unwrap_or("?")
}
