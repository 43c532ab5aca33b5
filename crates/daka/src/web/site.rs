//! The site: one ledger, what is needed to judge it, and how much of that may go on at once.

use std::{collections::HashSet, num::NonZero, thread};

use daka_ledger::{Ledger, Member};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use tokio::sync::Semaphore;
use wecom_checkin::{DepartmentId, UserId, UserKey};

use super::{problem::Problem, question::Question, watch::Numbers};
use crate::{
    cli::Context,
    days::{self, Days, Month},
    judging::{Judged, Judging},
    lang::{Lang, text},
    ledger,
    report::{Names, Told, Tree},
};

/// What every request works with.
pub(crate) struct Site {
    context: Context,
    pub(super) ledger: Ledger,
    pub(super) numbers: Numbers,
    /// Judging takes all cores by itself; what waits here does not hold up what only reads.
    judges: Semaphore,
    /// Reports are long; one at a time leaves the pages their share.
    pub(super) reports: Semaphore,
}

impl Site {
    pub(super) fn new(context: Context, ledger: Ledger) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            context,
            ledger,
            numbers: Numbers::default(),
            judges: Semaphore::new(cores),
            reports: Semaphore::new(1),
        }
    }

    /// The settings and the clock, as of now.
    pub(super) fn context(&self) -> Context {
        self.context.by_now()
    }

    /// Today in the company's zone.
    pub(super) fn today(&self) -> Date {
        self.context().today()
    }

    /// The language where a request names none.
    pub(super) fn lang(&self) -> Lang {
        self.context.settings.lang
    }

    /// This month and the one before it.
    pub(super) fn lately(&self) -> Result<Days, Problem> {
        let today = self.today();
        let before = today.first_of_month().saturating_sub(1.day()).first_of_month();
        Ok(days::from_to(before, today.last_of_month())?)
    }

    /// Everyone on file, in byte order of userid.
    pub(super) async fn members(&self) -> Result<Vec<Member>, Problem> {
        Ok(self.ledger.people(None).await.map_err(|e| ledger::failure(&e))?)
    }

    /// The people that a question is about, in byte order of userid, each once.
    pub(super) async fn users(&self, question: &Question) -> Result<Vec<UserId>, Problem> {
        let members = self.members().await?;
        let (named, department) = (question.users()?, question.department()?);
        let named = named.map(|users| users.iter().map(UserId::key).collect::<HashSet<UserKey>>());
        let tree = self.tree().await?;
        let below = |member: &Member, top: i64| {
            let tops = |id: &i64| tree.upwards(DepartmentId(*id)).any(|up| up.0 == top);
            member.departments.iter().any(tops)
        };
        let wanted = members.into_iter().filter(|member| {
            named.as_ref().is_none_or(|named| named.contains(&member.userid.key()))
                && department.is_none_or(|top| below(member, top))
        });
        Ok(wanted.map(|member| member.userid).collect())
    }

    /// The last month of which anything was asked for; this one before that.
    pub(super) async fn last_month(&self) -> Result<Month, Problem> {
        let covered = self.ledger.covered().await.map_err(|e| ledger::failure(&e))?;
        let today = self.today();
        let day = covered.map_or(today, |(_, last)| last.min(today));
        Month::of(day).ok_or_else(Problem::nothing_here)
    }

    /// When the last sync ended, in the company's zone; or that it has not.
    pub(super) async fn last_sync(&self, lang: Lang) -> Result<Option<String>, Problem> {
        let run = self.ledger.last_run().await.map_err(|e| ledger::failure(&e))?;
        let zone = &self.context.settings.zone;
        Ok(run.map(|run| match run.ended_at {
            Some(at) => at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
            None => lang.pick("进行中", "under way").to_owned(),
        }))
    }

    /// The company's zone.
    pub(super) fn zone(&self) -> &TimeZone {
        &self.context.settings.zone
    }

    /// The company's departments.
    pub(super) async fn tree(&self) -> Result<Tree, Problem> {
        let tree = self.ledger.departments(None).await.map_err(|e| ledger::failure(&e))?;
        Ok(Tree::new(tree))
    }

    /// How these people are named on these days.
    pub(super) async fn names(&self, users: &[UserId], days: Days) -> Result<Names, Problem> {
        let told = Told::read(&self.ledger, users, days, None).await?;
        let wanted: HashSet<UserKey> = users.iter().map(UserId::key).collect();
        let mut members = self.members().await?;
        members.retain(|member| wanted.contains(&member.userid.key()));
        Ok(Names::new(members, &self.tree().await?, &told))
    }

    /// What judging a request begins with. Nothing of it outlives the request: what a sync brings
    /// is there for the next one.
    pub(super) async fn judging(&self) -> Result<Judging<'_>, Problem> {
        let context = self.context();
        Ok(Judging::new(&context.settings, context.now, &self.ledger, None).await?)
    }

    /// Judges these people, in byte order of userid. Who is not on file is left out.
    pub(super) async fn judge(
        &self,
        judging: &Judging<'_>,
        users: &[UserId],
        days: Days,
    ) -> Result<Vec<Judged>, Problem> {
        let mut persons = judging.persons(Some(users), days).await?;
        let mut judged = Vec::new();
        while let Some(batch) = persons.next().await.map_err(|e| ledger::failure(&e))? {
            let _turn = self.judges.acquire().await;
            judged.extend(judging.judged(batch, days).await?);
        }
        Ok(judged)
    }

    /// Judges one person's days; who is not on file is nothing that is here.
    pub(super) async fn judge_one(&self, userid: &UserId, days: Days) -> Result<Judged, Problem> {
        let judging = self.judging().await?;
        let judged = self.judge(&judging, std::slice::from_ref(userid), days).await?;
        judged.into_iter().next().ok_or_else(|| {
            Problem::not_found(
                text!("the ledger does not know {userid}", "账本中没有 {userid}"),
                text!(
                    "check the spelling, or `daka sync` that person first",
                    "请检查拼写，或先用 `daka sync` 同步此人"
                ),
            )
        })
    }
}
