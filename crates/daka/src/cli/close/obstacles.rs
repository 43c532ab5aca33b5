//! What stands in the way of a closing: days that are open, or were never fetched.

use std::collections::BTreeSet;

use attendance::verdict::Status;
use jiff::civil::Date;
use wecom_checkin::UserId;

use crate::{
    cli::shortfall,
    days::{Days, Month},
    failure::{Exit, Failure, Problem},
    gaps::Gaps,
    judging::Judged,
    lang::{Lang, text},
};

pub(super) struct Obstacles {
    month: Month,
    today: Date,
    gaps: Gaps,
    allow_incomplete: bool,
    people: usize,
    open: usize,
    open_days: BTreeSet<Date>,
    open_of: Vec<UserId>,
}

impl Obstacles {
    pub(super) fn new(month: Month, today: Date, allow_incomplete: bool) -> Self {
        Self {
            month,
            today,
            gaps: Gaps::new(month.days(), today),
            allow_incomplete,
            people: 0,
            open: 0,
            open_days: BTreeSet::new(),
            open_of: Vec::new(),
        }
    }

    /// Looks at a person's days.
    pub(super) fn add(&mut self, judged: &Judged) {
        self.people += 1;
        self.gaps.add(&judged.person, judged.verdicts());
        let is_open = |status: &Status, date: Date| match status {
            Status::Pending => true,
            // Nobody can fetch what is still to come.
            Status::Incomplete => date > self.today,
            _ => false,
        };
        let open = judged.verdicts().filter(|v| is_open(&v.status, v.date)).map(|v| v.date);
        let before = self.open;
        for date in open.collect::<Vec<_>>() {
            self.open += 1;
            self.open_days.insert(date);
        }
        if self.open > before {
            self.open_of.push(judged.person.userid.clone());
        }
    }

    /// Whether nothing was met yet.
    pub(super) fn are_none(&self) -> bool {
        self.open == 0 && (self.allow_incomplete || self.gaps.problem().is_none())
    }

    /// Refuses where anything was met, and says what a reader of the figures must know.
    pub(super) fn overcome(&self, lang: Lang) -> Result<(), Failure> {
        let open = self.still_open();
        let gaps = shortfall::said(&self.gaps, self.allow_incomplete, lang);
        let problems: Vec<Problem> = open.into_iter().chain(gaps).chain(self.nobody()).collect();
        if problems.is_empty() { Ok(()) } else { Err(Failure { exit: Exit::Failed, problems }) }
    }

    fn nobody(&self) -> Option<Problem> {
        (self.people == 0).then(|| Problem {
            kind: "ledger".into(),
            errmsg: text!(
                "the ledger knows nobody to close {month} for",
                "账本中无人可封存 {month}",
                month = self.month
            ),
            hint: text!(
                "`daka sync --all --month {month}` first",
                "请先运行 daka sync --all --month {month}",
                month = self.month
            ),
            ..Problem::default()
        })
    }

    fn still_open(&self) -> Option<Problem> {
        let (first, last) = (*self.open_days.first()?, *self.open_days.last()?);
        let days = Days::new(first, last).ok()?;
        let (open, people, month) = (self.open, self.open_of.len(), self.month);
        let problem = Problem {
            kind: "pending".into(),
            errmsg: text!(
                "{open} person-days of {people} people are still open, {first} to {last}",
                "{people} 人共 {open} 个人日尚未结束，{first} 至 {last}"
            ),
            hint: text!(
                "when {last} is over, `daka sync --all --from {first} --to {last}` and `daka close {month}`",
                "{last} 结束后运行 daka sync --all --from {first} --to {last}，再运行 daka close {month}"
            ),
            ..Problem::default()
        };
        Some(problem.undone(&self.open_of, days))
    }
}
