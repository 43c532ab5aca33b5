//! One day laid open: the rule then, the plan, each punch and where it went, each step.

mod json;
mod theirs;

use std::fmt;

use serde::Serialize;

use crate::{
    attribution::Basis,
    judged::{JudgedDay, JudgedPunch, Role},
    plan::{PlanKind, WindowKind},
    punch::{Nature, Side},
    reason::{Full, Lang, Length, Reason},
};

impl JudgedDay {
    /// A page that a clerk can read aloud, one fact a line.
    pub fn page(&self, lang: Lang) -> impl fmt::Display + '_ {
        Page { day: self, lang }
    }

    /// The same for a program: verdict, plan and punches, the reasons in a language.
    pub fn in_lang(&self, lang: Lang) -> impl Serialize + '_ {
        json::Explanation::new(self, lang)
    }
}

struct Page<'a> {
    day: &'a JudgedDay,
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
        let Some(rule) = &self.day.verdict.rule else {
            return writeln!(f, "{}", self.word("rule: none", "规则:无"));
        };
        write!(f, "{}{}", self.word("rule: ", "规则:"), rule.groupname)?;
        if !rule.schedule_name.is_empty() {
            write!(f, ", {}", rule.schedule_name)?;
        }
        writeln!(f)
    }

    fn plan(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = &self.day.plan;
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

    fn punch(&self, punch: &JudgedPunch, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
            Basis::Approval => self.word("this day by the approval", "按审批归入当天"),
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
            Role::Counted => writeln!(f, "{}", self.why_counted_only(punch)),
            Role::None => writeln!(f, "{}", self.why_not_used(punch)),
        }
    }

    /// Of several on punches the first is used, of several off punches the last.
    fn why_counted_only(&self, punch: &JudgedPunch) -> &'static str {
        match (self.day.plan.kind, punch.nature) {
            (PlanKind::Duty, Nature::Duty(Some(Side::On)) | Nature::Correction(Some(Side::On))) => {
                self.word(", not used: an earlier on punch is", ",未采用:另有更早的上班打卡")
            }
            (
                PlanKind::Duty,
                Nature::Duty(Some(Side::Off)) | Nature::Correction(Some(Side::Off)),
            ) => self.word(", not used: a later off punch is", ",未采用:另有更晚的下班打卡"),
            (PlanKind::Duty, _) => self.word(", not used: another punch is", ",未采用:另有打卡"),
            _ => self.word(", counted only", ",仅计次数"),
        }
    }

    fn why_not_used(&self, punch: &JudgedPunch) -> &'static str {
        match (punch.basis, punch.nature) {
            // Said already.
            (Basis::Outside | Basis::Impossible, _) => "",
            (_, Nature::Placeholder(_)) => self.word(", nobody punched", ",没有实际打卡"),
            _ => self.word(", no duty punch under this rule", ",按此规则不算上下班打卡"),
        }
    }
}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let JudgedDay { verdict, punches, break_sec, asked, plan, .. } = self.day;
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
            writeln!(f, "! {}", warning.sentence(self.lang))?;
        }
        write!(f, "= {}", verdict.status.word(self.lang))
    }
}
