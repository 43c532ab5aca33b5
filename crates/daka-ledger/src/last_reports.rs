//! Last reports: what WeCom last said of people in its own reports, of whatever day or month.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::Deserialize;
use wecom_checkin::UserId;

use crate::{
    Call, Error, History, Result,
    db::Tx,
    months::first_of,
    people,
    reports::{DAY_REPORT, MONTH_REPORT},
    time::date_of,
    versioned::{VersionedTable, held},
};

const ODD: Error = Error::Content("a report that is no JSON object");

/// How WeCom last named a person in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastReport {
    /// The person.
    pub userid: UserId,
    /// Reports of days, or of months.
    pub call: Call,
    /// 姓名.
    pub name: Option<String>,
    /// 部门: paths, separated by semicolons.
    pub departments: Option<String>,
}

/// What a report of either kind begins with.
#[derive(Deserialize)]
struct Report {
    base_info: Option<BaseInfo>,
}

#[derive(Deserialize)]
struct BaseInfo {
    name: Option<String>,
    departs_name: Option<String>,
}

impl History {
    /// How WeCom last named these people in a report, by userid; who is in none is left out.
    pub async fn last_reports(&mut self, users: &[UserId]) -> Result<Vec<LastReport>> {
        let Self { tx, company, as_of } = self;
        let names = people::names(tx, *company, users).await?;
        let ids: Vec<i64> = names.keys().copied().collect();
        let mut last: HashMap<i64, (Date, Call, String)> = HashMap::new();
        for (person, month, text) in
            newest(tx, *company, &MONTH_REPORT, "month", &ids, *as_of).await?
        {
            let until = first_of(month).ok_or(ODD)?.last_of_month();
            last.insert(person, (until, Call::MonthReports, text));
        }
        for (person, day, text) in newest(tx, *company, &DAY_REPORT, "day", &ids, *as_of).await? {
            let day = date_of(day);
            if last.get(&person).is_none_or(|(until, ..)| *until < day) {
                last.insert(person, (day, Call::DayReports, text));
            }
        }
        let mut reports: BTreeMap<&UserId, LastReport> = BTreeMap::new();
        for (person, (_, call, text)) in last {
            let userid = names.get(&person).ok_or(ODD)?;
            // Of what is oddly written nothing is told.
            let report = serde_json::from_str(&text).unwrap_or(Report { base_info: None });
            let Some(BaseInfo { name, departs_name: departments }) = report.base_info else {
                continue;
            };
            let report = LastReport { userid: userid.clone(), call, name, departments };
            reports.insert(userid, report);
        }
        Ok(reports.into_values().collect())
    }
}

/// Of each person the report of the last slot.
async fn newest(
    tx: &mut Tx,
    company: i64,
    table: &VersionedTable,
    slot: &str,
    people: &[i64],
    as_of: i64,
) -> Result<Vec<(i64, i64, String)>> {
    let sql = format!(
        "SELECT t.person, t.{slot}, t.content FROM {name} AS t
         WHERE t.company = $1 AND t.person IN $[2] AND {} AND t.{slot} = (
            SELECT max(l.{slot}) FROM {name} AS l
            WHERE l.company = $1 AND l.person = t.person AND {}
         )",
        held("t", 3),
        held("l", 3),
        name = table.name,
    );
    let lines = tx.rows(&sql, vec![company.into(), people.into(), as_of.into()]).await?;
    lines.into_iter().map(|mut line| Ok((line.int()?, line.int()?, line.text()?))).collect()
}
