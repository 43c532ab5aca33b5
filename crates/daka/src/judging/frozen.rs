//! Days of closed months: what was frozen takes the place of what would be judged.

use std::collections::{BTreeMap, HashMap};

use attendance::{Company, JudgedDay, Person, Policy, Reason, Verdict};
use daka_ledger::{Closing, Frozen, FrozenDay, Ledger};
use jiff::{Timestamp, civil::Date};
use wecom_checkin::{UserId, UserKey};

use super::{Judged, Judging, on_all_cores};
use crate::{
    days::Days,
    failure::{Exit, Failure},
    lang::{Lang, text},
    ledger,
};

/// Which closings count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Closed {
    /// Those in force.
    #[default]
    InForce,
    /// None: everything is judged afresh.
    Live,
    /// The closing of that number in its month, in force or not.
    Numbered(i64),
}

/// `--live` and `--closed`.
#[derive(Debug, Clone, Copy, clap::Args, Default)]
pub(crate) struct ClosedArgs {
    /// Judge closed months afresh, as things are known now
    #[arg(long)]
    live: bool,
    /// Read that closing of the month, though it was opened again since: 1 for the first
    #[arg(long, value_name = "N", conflicts_with = "live")]
    closed: Option<i64>,
}

impl ClosedArgs {
    /// Which closings count.
    pub(crate) fn which(self) -> Closed {
        match (self.live, self.closed) {
            (true, _) => Closed::Live,
            (_, Some(nr)) => Closed::Numbered(nr),
            _ => Closed::InForce,
        }
    }
}

/// A closed month, and what everybody was judged by in it.
#[derive(Debug)]
pub(crate) struct ClosedMonth {
    pub(crate) closing: Closing,
    pub(crate) company: Company,
}

impl ClosedMonth {
    fn new(closing: Closing, company: &Company) -> Result<Self, Failure> {
        let policy: Policy =
            serde_json::from_str(&closing.closed.policy).map_err(|_| unreadable())?;
        let company = company.under(policy).at(closing.closed.closed_at);
        Ok(Self { closing, company })
    }

    /// Its days among others.
    pub(crate) fn among(&self, days: Days) -> Option<Days> {
        let month = self.closing.closed.month;
        let (first, last) = (days.first().max(month), days.last().min(month.last_of_month()));
        if first > last { None } else { Days::new(first, last).ok() }
    }
}

/// The closings that count.
pub(super) async fn closed_months(
    ledger: &Ledger,
    company: &Company,
    as_of: Option<Timestamp>,
    which: Closed,
) -> Result<Vec<ClosedMonth>, Failure> {
    let counts = |closing: &Closing| match which {
        Closed::InForce => closing.is_in_force(as_of),
        Closed::Live => false,
        Closed::Numbered(nr) => closing.nr == nr,
    };
    let closings = ledger.closings().await.map_err(|e| ledger::failure(&e))?;
    closings.into_iter().filter(counts).map(|closing| ClosedMonth::new(closing, company)).collect()
}

impl Judging<'_> {
    /// The closed months that count among these days; a closing that was asked for by number must
    /// be one of them.
    pub(crate) fn closed_among(&self, days: Days) -> Result<Vec<&ClosedMonth>, Failure> {
        let among = |month: &&ClosedMonth| month.among(days).is_some();
        let closed: Vec<&ClosedMonth> = self.closed.iter().filter(among).collect();
        match self.which {
            Closed::Numbered(nr) if closed.is_empty() => Err(Failure::one(
                Exit::Failed,
                "ledger",
                text!("no closing {nr} of these days is on file", "这些日期没有第 {nr} 次封存"),
                text!("`daka close --list` lists them", "请用 `daka close --list` 查看"),
            )),
            _ => Ok(closed),
        }
    }

    /// The month, closed for everyone, that all of these days lie in: facts of them are those that
    /// were known then.
    pub(super) fn closed_whole(&self, days: Days) -> Option<&ClosedMonth> {
        let whole = |month: &&ClosedMonth| month.among(days) == Some(days);
        self.closed.iter().filter(|month| month.closing.closed.everyone).find(whole)
    }

    /// Judges a batch of people; days of closed months are as they were frozen.
    pub(crate) async fn judged(
        &self,
        people: Vec<Person>,
        days: Days,
    ) -> Result<Vec<Judged>, Failure> {
        let company = self.company_of(days);
        let mut judged = tokio::task::block_in_place(|| on_all_cores(company, people, days));
        let whole = self.closed_whole(days).is_some();
        for month in &self.closed {
            let Some(days) = month.among(days) else { continue };
            if !whole {
                self.put_facts_back(month, days, &mut judged).await?;
            }
            self.freeze(month, days, &mut judged).await?;
        }
        Ok(judged)
    }

    /// Puts in the place of the days of a closed month what is judged of the facts known then:
    /// their punches and due times.
    async fn put_facts_back(
        &self,
        month: &ClosedMonth,
        days: Days,
        judged: &mut [Judged],
    ) -> Result<(), Failure> {
        let users: Vec<UserId> = judged.iter().map(|j| j.person.userid.clone()).collect();
        let as_of = Some(month.closing.closed.closed_at);
        let from = month.company.facts_from(days.first());
        let persons = self.ledger.persons(Some(&users), from, days.last(), as_of).await;
        let mut persons = persons.map_err(|e| ledger::failure(&e))?;
        let mut then: HashMap<UserKey, Judged> = HashMap::new();
        while let Some(batch) = persons.next().await.map_err(|e| ledger::failure(&e))? {
            let batch = tokio::task::block_in_place(|| on_all_cores(&month.company, batch, days));
            then.extend(batch.into_iter().map(|judged| (judged.person.userid.key(), judged)));
        }
        for judged in judged {
            if let Some(then) = then.remove(&judged.person.userid.key()) {
                put_back(judged, then);
            }
        }
        Ok(())
    }

    async fn freeze(
        &self,
        month: &ClosedMonth,
        days: Days,
        judged: &mut Vec<Judged>,
    ) -> Result<(), Failure> {
        let users: Vec<UserId> = judged.iter().map(|j| j.person.userid.clone()).collect();
        let frozen = self.ledger.frozen(month.closing.id, &users).await;
        let mut frozen = frozen.map_err(|e| ledger::failure(&e))?;
        for judged in judged.iter_mut() {
            match frozen.remove(&judged.person.userid.key()) {
                Some(frozen) => take(judged, &frozen, days)?,
                // Somebody of whom nothing was known when everyone's month was closed.
                None if month.closing.closed.everyone => {
                    judged.days.retain(|day| !holds(days, day.verdict.date));
                }
                None => {}
            }
        }
        judged.retain(|judged| !judged.days.is_empty());
        Ok(())
    }
}

fn holds(days: Days, date: Date) -> bool {
    (days.first()..=days.last()).contains(&date)
}

/// Puts days judged of what was known then in the place of those judged now.
fn put_back(judged: &mut Judged, then: Judged) {
    let before = judged.person.records.len();
    judged.person.records.extend(then.person.records);
    let mut days: BTreeMap<Date, JudgedDay> =
        then.days.into_iter().map(|day| (day.verdict.date, day)).collect();
    for day in &mut judged.days {
        let Some(mut then) = days.remove(&day.verdict.date) else { continue };
        for punch in &mut then.punches {
            punch.record = punch.record.map(|record| record + before);
        }
        *day = then;
    }
}

/// Puts the frozen verdicts in the place of those judged now.
fn take(judged: &mut Judged, frozen: &Frozen, days: Days) -> Result<(), Failure> {
    let mut lines = BTreeMap::new();
    for line in &frozen.days {
        let verdict = verdict(line)?;
        lines.insert(verdict.date, (verdict, line));
    }
    for day in judged.days.iter_mut().filter(|day| holds(days, day.verdict.date)) {
        let Some((verdict, line)) = lines.remove(&day.verdict.date) else { continue };
        // What says the same knows its reasons as more than words.
        if written(&day.verdict) != *line {
            day.verdict = verdict;
        }
        judged.frozen.insert(day.verdict.date, line.clone());
    }
    Ok(())
}

/// A verdict as it is frozen.
pub(crate) fn written(verdict: &Verdict) -> FrozenDay {
    let line = |lang: Lang| serde_json::to_string(&verdict.in_lang(lang.into()));
    FrozenDay { en: line(Lang::En).unwrap_or_default(), zh: line(Lang::Zh).unwrap_or_default() }
}

/// The line in a language.
pub(crate) fn line(day: &FrozenDay, lang: Lang) -> &str {
    lang.pick(&day.zh, &day.en)
}

/// A frozen verdict, its reasons as words in both languages.
pub(crate) fn verdict(day: &FrozenDay) -> Result<Verdict, Failure> {
    let read = |text: &str| serde_json::from_str::<Verdict>(text).map_err(|_| unreadable());
    let (mut verdict, chinese) = (read(&day.en)?, read(&day.zh)?);
    for (reason, other) in verdict.reasons.iter_mut().zip(chinese.reasons) {
        if let (Reason::Told(en), Reason::Told(zh)) = (&*reason, other) {
            *reason = Reason::Kept { en: en.clone(), zh };
        }
    }
    Ok(verdict)
}

fn unreadable() -> Failure {
    Failure::one(
        Exit::Failed,
        "ledger",
        text!("a closed month cannot be read", "无法读取已封存的月份"),
        text!("a newer daka may have closed it: update", "可能由更新版本的 daka 封存：请更新"),
    )
}
