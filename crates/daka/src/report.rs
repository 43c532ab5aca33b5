//! The month's workbook: one file a sheet, each a table of columns.

mod day;
mod month;
mod punches;
mod sheet;
pub(crate) mod summary;
pub(crate) mod words;

use std::collections::HashMap;

use attendance::{JudgedDay, month::PersonMonth};
use daka_ledger::Member;
use jiff::Zoned;
use rust_xlsxwriter::{Workbook, XlsxError};
use wecom_checkin::{UserId, UserKey};

use crate::{
    days::Days,
    failure::Failure,
    lang::{Lang, text},
    output::{Seekable, Sink},
};

pub(crate) use day::DayRow;

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

/// One person's part of the workbook.
#[derive(Debug)]
pub(crate) struct PersonReport {
    pub(crate) who: Who,
    pub(crate) month: PersonMonth,
    pub(crate) days: Vec<DayRow>,
}

/// How a report names a person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who {
    pub(crate) userid: String,
    /// The userid again where no call has told the name.
    pub(crate) name: String,
    pub(crate) departments: String,
}

impl PersonReport {
    /// Puts together what the sheets show of a person; `None` of a person without days.
    pub(crate) fn new(
        userid: &UserId,
        days: Vec<JudgedDay>,
        names: &Names,
        lang: Lang,
    ) -> Option<Self> {
        let who = names.of(userid);
        let month = PersonMonth::of(days.iter().map(|day| &day.verdict))?;
        let days = days
            .into_iter()
            .map(|day| DayRow {
                who: who.clone(),
                slots: punches::slots(&day, lang),
                times: punches::times(&day),
                verdict: day.verdict,
            })
            .collect();
        Some(Self { who, month, days })
    }
}

/// How reports name the people of a ledger.
pub(crate) struct Names(HashMap<UserKey, Who>);

impl Names {
    /// From the ledger's people.
    pub(crate) fn new(members: Vec<Member>) -> Self {
        let named = members.into_iter().map(|member| {
            let departments: Vec<String> =
                member.departments.iter().map(ToString::to_string).collect();
            let userid = member.userid.to_string();
            let who = Who { name: userid.clone(), userid, departments: departments.join(";") };
            (member.userid.key(), who)
        });
        Self(named.collect())
    }

    fn of(&self, userid: &UserId) -> Who {
        self.0.get(&userid.key()).cloned().unwrap_or_else(|| Who {
            userid: userid.to_string(),
            name: userid.to_string(),
            departments: String::new(),
        })
    }
}

/// Writes the workbook.
pub(crate) fn write(sink: Sink, heading: &Heading, people: &[PersonReport]) -> Result<(), Failure> {
    let mut workbook = Workbook::new();
    let build = |to: &mut dyn Seekable| {
        month::write(&mut workbook, heading, people)?;
        day::write(&mut workbook, heading, people)?;
        workbook.save_to_writer(to)
    };
    sink.build(build, |path, e: XlsxError| {
        Failure::one(
            crate::failure::Exit::Failed,
            "file",
            text!("writing {path} failed: {e}", "写入 {path} 失败：{e}", path = path.display()),
            text!("check the folder and the space on the disk", "请检查目录和磁盘空间"),
        )
    })
}
