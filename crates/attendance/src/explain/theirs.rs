//! What WeCom itself says of a day, beside what we say.

use std::fmt;

use wecom_checkin::{report::DayReport, units::SecOfDay};

use crate::{
    judged::JudgedDay,
    reason::{Lang, Length},
    reconcile::{self, Field, Line},
};

impl JudgedDay {
    /// What WeCom's own report says of the day (`None`: it has none), a line a number, with ours
    /// where it differs.
    pub fn beside(&self, report: Option<&DayReport>, lang: Lang) -> impl fmt::Display + use<> {
        let lines = reconcile::day(&self.verdict, report);
        Comparison { has_report: report.is_some(), lines, lang }
    }
}

struct Comparison {
    has_report: bool,
    lines: Vec<Line>,
    lang: Lang,
}

impl Comparison {
    fn word(&self, english: &'static str, chinese: &'static str) -> &'static str {
        match self.lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    fn number(&self, field: Field, number: Option<i64>) -> String {
        match number {
            None => self.word("nothing", "无").to_owned(),
            Some(number) if field == Field::DayType => self
                .word(if number == 0 { "no" } else { "yes" }, if number == 0 { "否" } else { "是" })
                .to_owned(),
            Some(number) if field.is_time_of_day() => SecOfDay(number).to_string(),
            Some(number) if field.is_length() => Length(number, self.lang).to_string(),
            Some(number) => number.to_string(),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.has_report {
            return write!(
                f,
                "{}",
                self.word("WeCom has no report of this day", "企业微信无当天日报")
            );
        }
        write!(f, "{}", self.word("WeCom itself says:", "企业微信日报:"))?;
        for line in &self.lines {
            let theirs = self.number(line.field, line.theirs);
            let (word, colon) = (line.field.word(self.lang), self.word(": ", ":"));
            write!(f, "\n  {word}{colon}{theirs}")?;
            if !line.is_same() {
                let ours = self.number(line.field, line.ours);
                write!(f, "{}{ours}{}", self.word(" (ours: ", "(我方:"), self.word(")", ")"))?;
            }
        }
        Ok(())
    }
}
