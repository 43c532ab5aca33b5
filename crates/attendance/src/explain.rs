//! One day laid open: the rule then, the plan, each punch and where it went, each step.

mod json;
mod theirs;

use std::{fmt, sync::Arc};

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::{
    attribution::{Basis, place},
    company::Company,
    facts::Person,
    judge::Case,
    matching::Matched,
    plan::{DayPlan, PlanKind, WindowKind},
    punch::{Nature, Punch, Side},
    reason::{Full, Lang, Length, Reason},
    time::{Moment, day_number},
    verdict::Verdict,
};

/// Everything behind a verdict.
#[derive(Debug)]
pub struct Explanation {
    /// The verdict; its reasons are the steps.
    pub verdict: Verdict,
    /// What was owed.
    pub plan: Arc<DayPlan>,
    /// What was punched, in order of time: the day's records and corrections, and the records that
    /// the day might miss.
    pub punches: Vec<ExplainedPunch>,
    /// Rests and gaps between the first on and the last off, seconds.
    pub break_sec: i64,
    /// When the day's records were last asked for.
    pub asked: Option<Timestamp>,
}

/// A record or correction, and where it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExplainedPunch {
    /// When.
    pub at: Moment,
    /// What it is.
    pub nature: Nature,
    /// Its place in [`Person::records`]; `None` for a correction that no record shows.
    pub record: Option<usize>,
    /// What its day rests on.
    pub basis: Basis,
    /// What it did.
    pub role: Role,
}

/// What a punch did for its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The on or off of a segment, counted from 0.
    Used(usize, Side),
    /// A duty punch that another one outdid, or that a day without segments only counts.
    Counted,
    /// Nothing: no duty punch, or not used.
    None,
}

/// Lays a day open; `None` for a date that cannot be.
///
/// The verdict is the one that [`judge`](crate::judge()) gives for that day alone.
pub fn explain(company: &Company, person: &Person, date: Date) -> Option<Explanation> {
    let verdict = crate::judge::judge(company, person, date..=date).pop()?;
    let case = Case::new(company, person, date, date);
    let number = day_number(date);
    let (terms, plan) = case.days.get(number)?.judged_by();
    let duty = case.punches_on(number).iter().map(|(_, punch)| punch);
    let duty = duty.filter(|punch| punch.is_duty(terms.outdoor_counts));
    let matched = match plan.kind {
        PlanKind::Duty => Matched::new(plan, duty),
        _ => Matched::default(),
    };
    let now = company.now().as_second();
    let used = case.punches_on(number).iter().map(|(_, punch)| {
        let role = if punch.is_duty(terms.outdoor_counts) {
            matched.role(punch.at).map_or(Role::Counted, |(index, side)| Role::Used(index, side))
        } else {
            Role::None
        };
        (*punch, place(company, &case.days, punch, now).basis, role)
    });
    let strays = case.strays_on(number).map(|(basis, punch)| (*punch, basis, Role::None));
    let mut punches: Vec<(Punch, Basis, Role)> = used.chain(strays).collect();
    punches.sort_by_key(|(punch, ..)| *punch);
    let punches = punches.into_iter().map(|(punch, basis, role)| ExplainedPunch {
        at: plan.moment(punch.at),
        nature: punch.nature,
        record: (!matches!(punch.nature, Nature::Correction(_))).then_some(punch.index),
        basis,
        role,
    });
    let presence = matched.first_on().zip(matched.last_off());
    let break_sec =
        presence.map_or(0, |(on, off)| crate::time::Stretch::new(on, off).covered_by(&plan.breaks));
    Some(Explanation {
        verdict,
        punches: punches.collect(),
        break_sec,
        asked: person.known_until(date),
        plan: Arc::clone(plan),
    })
}

impl Explanation {
    /// A page that a clerk can read aloud, one fact a line.
    pub fn page(&self, lang: Lang) -> impl fmt::Display + '_ {
        Page { explanation: self, lang }
    }

    /// The same for a program: verdict, plan and punches, the reasons in a language.
    pub fn in_lang(&self, lang: Lang) -> impl Serialize + '_ {
        json::Laid::new(self, lang)
    }
}

struct Page<'a> {
    explanation: &'a Explanation,
    lang: Lang,
}

impl Page<'_> {
    fn word(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    fn rule(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(rule) = &self.explanation.verdict.rule else {
            return writeln!(f, "{}", self.word("rule: none", "规则:无"));
        };
        write!(f, "{}{} ({})", self.word("rule: ", "规则:"), rule.groupname, rule.groupid)?;
        if !rule.schedule_name.is_empty() {
            write!(f, ", {} ({})", rule.schedule_name, rule.schedule_id)?;
        }
        writeln!(f)
    }

    fn plan(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = &self.explanation.plan;
        let moment = |at| Full(plan.moment(at));
        for (number, segment) in (1..).zip(&plan.segments) {
            let (on, off) = (moment(segment.on), moment(segment.off));
            writeln!(f, "{}{number}: {on} - {off}", self.word("segment ", "时段"))?;
        }
        for rest in &plan.rests {
            let (begin, end) = (moment(rest.begin), moment(rest.end));
            writeln!(f, "{}{begin} - {end}", self.word("rest: ", "休息:"))?;
        }
        let owed = Length(plan.standard_sec, self.lang);
        writeln!(f, "{}{owed}", self.word("owed: ", "标准工作时长:"))?;
        let source = match plan.window_kind {
            WindowKind::Printed => self.word("by the rule's punch windows", "按规则的打卡时间段"),
            WindowKind::NextOpening => self.word("until the next day opens", "至次日开始打卡"),
            WindowKind::Limits => self.word("by the shift's limits", "按班次的打卡限制"),
            WindowKind::RollOver => self.word("by the rule's roll-over", "按规则的分割时间"),
            WindowKind::Date => self.word("by the calendar date", "按自然日"),
        };
        let (opens, closes) = (moment(plan.window.begin), moment(plan.window.end));
        writeln!(f, "{}{opens} - {closes} ({source})", self.word("the day: ", "考勤日:"))
    }

    fn punch(&self, punch: &ExplainedPunch, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nature = match punch.nature {
            Nature::Duty(Some(Side::On)) => self.word("on punch", "上班打卡"),
            Nature::Duty(Some(Side::Off)) => self.word("off punch", "下班打卡"),
            Nature::Duty(None) => self.word("punch", "打卡"),
            Nature::Outdoor => self.word("outdoor punch", "外出打卡"),
            Nature::RecordOnly => self.word("record only", "仅记录"),
            Nature::Placeholder(_) => self.word("not punched", "未打卡"),
            Nature::Correction(_) => self.word("correction", "补卡"),
        };
        let basis = match punch.basis {
            Basis::DueTime => self.word("this day by its due time", "按应打卡时间归入当天"),
            Basis::Window => self.word("this day by the window", "按打卡时间段归入当天"),
            Basis::RollOver => self.word("this day by the roll-over", "按分割时间归入当天"),
            Basis::Date => self.word("this day by its date", "按自然日归入当天"),
            Basis::Outside => {
                self.word("outside every window, not used", "不在任何时间段内,未使用")
            }
            Basis::Impossible => self.word("impossible time, not used", "时间不可能,未使用"),
        };
        write!(f, "{} {nature}: {basis}", Full(punch.at))?;
        match punch.role {
            Role::Used(index, side) => {
                let side = match side {
                    Side::On => self.word("on", "上班"),
                    Side::Off => self.word("off", "下班"),
                };
                let segment = self.word(" of segment ", ",时段");
                match self.lang {
                    Lang::En => writeln!(f, ", the {side}{segment}{}", index + 1),
                    Lang::Zh => writeln!(f, "{segment}{}{side}", index + 1),
                }
            }
            Role::Counted => writeln!(f, "{}", self.word(", counted only", ",仅计次数")),
            Role::None => writeln!(f),
        }
    }
}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Explanation { verdict, punches, break_sec, asked, plan } = self.explanation;
        writeln!(f, "{} {}", verdict.userid, verdict.date)?;
        self.rule(f)?;
        self.plan(f)?;
        if let Some(asked) = asked {
            let asked = Full(plan.moment(asked.as_second()));
            writeln!(f, "{}{asked}", self.word("records asked for: ", "取数时间:"))?;
        }
        for punch in punches {
            self.punch(punch, f)?;
        }
        if verdict.worked_sec > 0 {
            let (worked, breaks) =
                (Length(verdict.worked_sec, self.lang), Length(*break_sec, self.lang));
            let less = self.word(", rests and gaps taken off: ", ",扣除休息和间隔:");
            writeln!(f, "{}{worked}{less}{breaks}", self.word("worked: ", "实际工作时长:"))?;
        }
        for reason in &verdict.reasons {
            writeln!(f, "- {}", Reason::sentence(reason, self.lang))?;
        }
        for warning in &verdict.warnings {
            writeln!(f, "! {warning}")?;
        }
        write!(f, "= {}", verdict.status.word(self.lang))
    }
}
