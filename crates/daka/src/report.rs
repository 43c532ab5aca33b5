//! The month's workbook: one file a sheet or kind of sheet, each a table of columns.

mod about;
mod away;
mod book;
mod day;
mod figures;
mod lists;
mod month;
mod overview;
mod punches;
pub(crate) mod summary;
mod survey;
pub(crate) mod verdicts;
pub(crate) mod words;

use std::collections::{BTreeMap, HashMap};

use attendance::{Totals, month::PersonMonth};
use daka_ledger::Member;
use jiff::{Zoned, civil::Date};
use wecom_checkin::{DepartmentId, Row, UserId, UserKey, contact::Department};

pub(crate) use book::{Book, SheetName};
pub(crate) use survey::Survey;

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
        let days = judged.days.iter().map(|day| DayRow::new(&who, day, lang)).collect();
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
}

/// How a report names a person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who {
    pub(crate) userid: String,
    /// The userid again where nobody has told the name.
    pub(crate) name: String,
    /// Paths in the tree, separated by semicolons.
    pub(crate) departments: String,
    /// Empty where nobody has told it.
    pub(crate) position: String,
}

/// How reports name the people of a ledger.
pub(crate) struct Names(HashMap<UserKey, Who>);

impl Names {
    /// From the ledger's people and its tree of departments.
    pub(crate) fn new(members: Vec<Member>, tree: &[Row<Department>]) -> Self {
        let tree: BTreeMap<DepartmentId, &Department> =
            tree.iter().filter_map(|row| Some((row.id?, &**row))).collect();
        let named = members.into_iter().map(|member| {
            let paths: Vec<String> =
                member.departments.iter().map(|id| path(&tree, DepartmentId(*id))).collect();
            let userid = member.userid.to_string();
            let who = Who {
                name: userid.clone(),
                userid,
                departments: paths.join(";"),
                position: String::new(),
            };
            (member.userid.key(), who)
        });
        Self(named.collect())
    }

    /// How a person is named.
    pub(crate) fn of(&self, userid: &UserId) -> Who {
        self.0.get(&userid.key()).cloned().unwrap_or_else(|| Who {
            userid: userid.to_string(),
            name: userid.to_string(),
            ..Who::default()
        })
    }
}

/// `研发部/平台组`: the names from the root's children down to a department; its number where the
/// tree has no name.
fn path(tree: &BTreeMap<DepartmentId, &Department>, id: DepartmentId) -> String {
    /// A tree in a circle ends here.
    const DEEPEST: usize = 20;
    let up = std::iter::successors(Some(id), |id| tree.get(id)?.parentid.filter(|up| up.0 > 0));
    let mut names: Vec<String> = up
        .take(DEEPEST)
        .map(|id| {
            let name = tree.get(&id).and_then(|department| department.name.clone());
            name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_string())
        })
        .collect();
    names.reverse();
    // Everybody is below the root.
    if names.len() > 1 {
        names.remove(0);
    }
    names.join("/")
}
