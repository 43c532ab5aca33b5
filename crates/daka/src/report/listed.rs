//! Who is in the company: a person's line, and who told what of it.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use serde::Serialize;

use super::names::{Source, Who};
use crate::table::Column;

/// A person as `daka people` and the API have it; `null` where nobody has told.
#[derive(Debug, Serialize)]
pub(crate) struct Listed<'a> {
    userid: &'a str,
    name: &'a str,
    employee_no: Option<&'a str>,
    departments: Vec<&'a str>,
    position: Option<&'a str>,
    joined: Option<Date>,
    left: Option<Date>,
    sources: BTreeMap<&'static str, Source>,
}

impl<'a> Listed<'a> {
    pub(crate) fn of(who: &'a Who) -> Self {
        let said = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        let departments: Vec<&str> = who.departments().collect();
        let (employee_no, position) = (said(&who.employee_no), said(&who.position));
        let mut sources = BTreeMap::from([("name", who.name_from)]);
        if !departments.is_empty() {
            sources.insert("departments", who.departments_from);
        }
        for (what, told) in [
            ("employee_no", employee_no.is_some()),
            ("position", position.is_some()),
            ("joined", who.joined.is_some()),
            ("left", who.left.is_some()),
        ] {
            if told {
                sources.insert(what, Source::Roster);
            }
        }
        Self {
            userid: &who.userid,
            name: &who.name,
            employee_no,
            departments,
            position,
            joined: who.joined,
            left: who.left,
            sources,
        }
    }
}

/// The columns of a list of people; a roster may be made from them.
pub(crate) fn columns() -> Vec<Column<Who>> {
    vec![
        Column::text("userid", |who: &Who| told(&who.userid)).named("账号", "userid"),
        Column::text("name", |who: &Who| told(&who.name)).named("姓名", "name"),
        Column::text("employee_no", |who: &Who| told(&who.employee_no))
            .named("工号", "employee no"),
        Column::text("departments", |who: &Who| told(&who.departments))
            .named("部门", "departments"),
        Column::text("position", |who: &Who| told(&who.position)).named("职务", "position"),
        Column::date("joined", |who: &Who| who.joined).named("入职日期", "joined"),
        Column::date("left", |who: &Who| who.left).named("离职日期", "left"),
    ]
}

fn told(text: &str) -> Option<Cow<'_, str>> {
    Some(text).filter(|text| !text.is_empty()).map(Into::into)
}
