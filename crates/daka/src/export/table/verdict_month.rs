//! `verdict_month`: a person's verdicts on file, added up over the days of the month.

use daka_ledger::Result;
use wecom_checkin::UserId;

use super::{Shown, Table, VerdictDays, verdict_day::Filed};
use crate::{days::Days, export::Source, table::Column};

/// The sums of the ledger's view of the same name.
#[derive(Default)]
pub(crate) struct Sums {
    userid: UserId,
    days: i64,
    normal_days: i64,
    abnormal_days: i64,
    open_days: i64,
    standard_sec: i64,
    worked_sec: i64,
    overtime_sec: i64,
}

impl Sums {
    /// Of one person's days.
    fn of(days: &[Filed]) -> Option<Self> {
        let userid = days.first()?.facts.userid.clone();
        let mut sums = Self { userid, ..Self::default() };
        for day in days {
            sums.add(day);
        }
        Some(sums)
    }

    fn add(&mut self, Filed { facts, .. }: &Filed) {
        self.days += 1;
        match facts.status.as_str() {
            "normal" => self.normal_days += 1,
            "abnormal" => self.abnormal_days += 1,
            "pending" | "incomplete" => self.open_days += 1,
            _ => {}
        }
        self.standard_sec += facts.standard_sec;
        self.worked_sec += facts.worked_sec;
        self.overtime_sec += facts.overtime.seconds;
    }
}

pub(crate) struct VerdictMonths;

impl Table for VerdictMonths {
    type Row = Sums;

    const NAME: &'static str = "verdict_month";

    fn columns(_: Shown) -> Vec<Column<Sums>> {
        vec![
            Column::text("userid", |sums| Some(sums.userid.as_str().into())),
            Column::long("days", |sums| Some(sums.days)),
            Column::long("normal_days", |sums| Some(sums.normal_days)),
            Column::long("abnormal_days", |sums| Some(sums.abnormal_days)),
            Column::long("open_days", |sums| Some(sums.open_days)),
            Column::long("standard_sec", |sums| Some(sums.standard_sec)),
            Column::long("worked_sec", |sums| Some(sums.worked_sec)),
            Column::long("overtime_sec", |sums| Some(sums.overtime_sec)),
        ]
    }

    async fn rows(source: &mut Source, users: &[UserId], days: Days) -> Result<Vec<Sums>> {
        let filed = VerdictDays::rows(source, users, days).await?;
        let people = filed.chunk_by(|a, b| a.facts.userid == b.facts.userid);
        Ok(people.filter_map(Sums::of).collect())
    }
}
