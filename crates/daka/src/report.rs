//! The month's report: one file a sheet or kind of sheet, each a table of columns.

mod about;
mod away;
mod binding;
mod book;
mod day;
mod differences;
mod figures;
mod listed;
mod lists;
mod month;
mod names;
mod overview;
mod place;
mod punches;
mod requests;
pub(crate) mod summary;
mod survey;
mod told;
pub(crate) mod verdicts;
pub(crate) mod words;

use attendance::{JudgedDay, Totals, month::PersonMonth};
use jiff::{Zoned, civil::Date};

pub(crate) use about::rule_kind;
pub(crate) use binding::{Binding, Html, Xlsx};
pub(crate) use book::{Book, SheetName};
pub(crate) use listed::{Listed, columns as listed_columns};
pub(crate) use names::{Names, Tree, Who};
pub(crate) use survey::{RuleText, Survey};
pub(crate) use told::Told;

use self::{away::Away, day::DayRow, figures::Summed};
use crate::{days::Days, judging::Judged, lang::Lang};

/// What every sheet says about itself.
#[derive(Debug, Clone)]
pub(crate) struct Heading {
    /// The days covered.
    pub(crate) days: Days,
    /// When the workbook was made, in the company's zone.
    pub(crate) made: Zoned,
    /// Until when the data of every day in it is known.
    pub(crate) data_until: Option<Zoned>,
    /// What a reader must know before believing a figure.
    pub(crate) gaps: Vec<String>,
    /// The language of titles and heads.
    pub(crate) lang: Lang,
}

impl Heading {
    /// The period, when the sheet was made, how old its data are.
    fn period(&self) -> String {
        let (from, to) = (self.days.first(), self.days.last());
        let stamp = |at: &Zoned| {
            let hours = at.offset().seconds() / 3600;
            format!("{}(UTC{hours:+})", at.strftime("%Y-%m-%d %H:%M"))
        };
        let until = self.data_until.as_ref().map_or_else(|| "--".to_owned(), stamp);
        let made = stamp(&self.made);
        self.lang.pick(
            format!(
                "统计时间:{} ～ {}     制表时间:{made}     数据截至:{until}",
                from.strftime("%m-%d"),
                to.strftime("%m-%d"),
            ),
            format!("Period: {from} to {to}     Made: {made}     Data as of: {until}"),
        )
    }
}

/// One person's part of the workbook.
#[derive(Debug)]
struct PersonReport {
    who: Who,
    month: PersonMonth,
    away: Away,
    days: Vec<DayRow>,
}

impl PersonReport {
    /// Puts together what the sheets show of a person; `None` of a person without days.
    fn new(who: Who, judged: &Judged, lang: Lang) -> Option<Self> {
        let month = PersonMonth::of(judged.verdicts())?;
        let away = Away::of(judged.verdicts());
        let date = |day: &JudgedDay| day.verdict.date;
        let span = (date(judged.days.first()?), date(judged.days.last()?));
        let mut requests = requests::by_day(&judged.person.approvals, span);
        let days = judged.days.iter().map(|day| {
            let requests = requests.remove(&date(day)).unwrap_or_default();
            DayRow::new(&who, day, requests, lang)
        });
        let days = days.collect();
        Some(Self { who, month, away, days })
    }

    fn day(&self, date: Date) -> Option<&DayRow> {
        self.days.iter().find(|day| day.verdict.date == date)
    }
}

impl Summed for PersonReport {
    fn totals(&self) -> &Totals {
        &self.month.totals
    }

    fn away(&self) -> &Away {
        &self.away
    }

    fn approved_punches(&self) -> Option<i64> {
        self.who.approved_punches
    }
}
