//! Judging what a ledger holds, batch by batch.

mod ahead;
mod filing;
pub(crate) mod frozen;

use std::{
    collections::{BTreeMap, HashMap},
    num::NonZero,
    panic::resume_unwind,
    sync::Arc,
    thread,
};

use attendance::{Company, JudgedDay, Person, Policy, Verdict, judge};
use daka_ledger::{FrozenDay, Ledger, Persons};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize as _;
use wecom_checkin::{Row, UserId, UserKey};

use crate::{
    calendars,
    days::Days,
    failure::{Exit, Failure, Problem},
    lang::{Lang, text},
    ledger,
    settings::Settings,
};
use ahead::Ahead;
use filing::Filing;
use frozen::{Closed, ClosedMonth};

/// A ledger and what holds for everybody in it.
pub(crate) struct Judging<'a> {
    ledger: &'a Ledger,
    company: Company,
    now: Timestamp,
    as_of: Option<Timestamp>,
    /// Where people come who are not to come by userid.
    places: HashMap<UserKey, usize>,
    which: Closed,
    closed: Vec<ClosedMonth>,
}

/// One person's days, judged.
pub(crate) struct Judged {
    pub(crate) person: Person,
    pub(crate) days: Vec<JudgedDay>,
    /// The days of closed months, as they were frozen.
    frozen: BTreeMap<Date, FrozenDay>,
}

impl Judged {
    /// The verdicts, in order of date.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = &Verdict> + Clone {
        self.days.iter().map(|day| &day.verdict)
    }

    /// The verdicts, each with its JSON: of a day that is frozen the very text that was frozen.
    pub(crate) fn into_lines(self, lang: Lang) -> impl Iterator<Item = (Verdict, String)> {
        let Self { days, frozen, .. } = self;
        days.into_iter().map(move |day| {
            let verdict = day.verdict;
            let line = match frozen.get(&verdict.date) {
                Some(day) => frozen::line(day, lang).to_owned(),
                None => serde_json::to_string(&verdict.in_lang(lang.into())).unwrap_or_default(),
            };
            (verdict, line)
        })
    }
}

impl<'a> Judging<'a> {
    /// Reads what holds for everybody, as it was known at an instant or as it is known now.
    pub(crate) async fn new(
        settings: &Settings,
        now: Timestamp,
        ledger: &'a Ledger,
        as_of: Option<Timestamp>,
    ) -> Result<Self, Failure> {
        Self::with(settings, now, ledger, as_of, Closed::InForce).await
    }

    /// The same, with a word on which closed months are given as they were frozen.
    pub(crate) async fn with(
        settings: &Settings,
        now: Timestamp,
        ledger: &'a Ledger,
        as_of: Option<Timestamp>,
        which: Closed,
    ) -> Result<Self, Failure> {
        let rules = ledger.corp_rules(as_of).await.map_err(|e| ledger::failure(&e))?;
        let company = company(settings, now)?
            .with_corp_rules(rules.into_iter().map(Row::into_typed).map(Arc::new));
        let closed = frozen::closed_months(ledger, &company, as_of, which).await?;
        Ok(Self { ledger, company, now, as_of, places: HashMap::new(), which, closed })
    }

    /// The same with people in this order; who has no place in it comes first, by userid.
    #[must_use]
    pub(crate) fn in_order(self, places: HashMap<UserKey, usize>) -> Self {
        Self { places, ..self }
    }

    /// The instant whose knowledge of these days is judged; `None` for now.
    pub(crate) fn as_of(&self, days: Days) -> Option<Timestamp> {
        let closed = self.closed_whole(days).map(|month| month.closing.closed.closed_at);
        closed.or(self.as_of)
    }

    /// What holds for everybody now.
    pub(crate) fn company(&self) -> &Company {
        &self.company
    }

    /// What holds for everybody on these days.
    pub(crate) fn company_of(&self, days: Days) -> &Company {
        self.closed_whole(days).map_or(&self.company, |month| &month.company)
    }

    /// The facts of these people (everyone without a list) for judging these days.
    pub(crate) async fn persons(
        &self,
        people: Option<&[UserId]>,
        days: Days,
    ) -> Result<Persons, Failure> {
        let from = self.company_of(days).facts_from(days.first());
        let persons = self.ledger.persons(people, from, days.last(), self.as_of(days)).await;
        let persons = persons.map_err(|e| ledger::failure(&e))?;
        if self.places.is_empty() {
            return Ok(persons);
        }
        Ok(persons.in_order_of(|userid| self.places.get(&userid.key()).copied()))
    }

    /// What holds for everybody, to keep.
    pub(crate) fn into_company(self) -> Company {
        self.company
    }

    /// One person's facts for judging these days.
    pub(crate) async fn person(&self, userid: &UserId, days: Days) -> Result<Person, Failure> {
        let (from, as_of) = (self.company_of(days).facts_from(days.first()), self.as_of(days));
        let person = self.ledger.person(userid, from, days.last(), as_of).await;
        // Who is on file now may not have been then.
        let heard_of = |person: &Person| {
            let nothing = person.rules.is_empty() && person.known.is_empty();
            as_of.is_none() || !nothing
        };
        person.map_err(|e| ledger::failure(&e))?.filter(heard_of).ok_or_else(|| {
            let errmsg = match as_of {
                Some(at) => text!(
                    "the ledger knows nothing of {userid} as of {at}",
                    "截至 {at}，账本中没有 {userid}"
                ),
                None => text!("the ledger knows nothing of {userid}", "账本中没有 {userid}"),
            };
            let hint = text!(
                "check the spelling, or `daka sync` that person first",
                "请检查拼写，或先用 `daka sync` 同步此人"
            );
            Failure::one(Exit::Failed, "ledger", errmsg, hint)
        })
    }

    /// Judges these people (everyone without a list), in byte order of userid unless another order
    /// was given, and hands each over.
    /// Verdicts on what is known now are filed in the ledger; those of an earlier instant are not,
    /// nor what is judged beside a closed month.
    /// Hands back who was named and is not on file, as a problem.
    pub(crate) async fn each(
        &self,
        people: Option<&[UserId]>,
        days: Days,
        take: impl FnMut(Judged) -> Result<(), Failure>,
    ) -> Result<Option<Problem>, Failure> {
        let filed = self.as_of.is_none() && self.which == Closed::InForce;
        self.walk(people, days, filed, take).await
    }

    /// The same once more, when it has been filed.
    pub(crate) async fn each_again(
        &self,
        people: Option<&[UserId]>,
        days: Days,
        take: impl FnMut(Judged) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.walk(people, days, false, take).await.map(drop)
    }

    async fn walk(
        &self,
        people: Option<&[UserId]>,
        days: Days,
        filed: bool,
        mut take: impl FnMut(Judged) -> Result<(), Failure>,
    ) -> Result<Option<Problem>, Failure> {
        let failed = |e| ledger::failure(&e);
        let mut strangers: BTreeMap<UserKey, UserId> = people
            .unwrap_or_default()
            .iter()
            .map(|userid| (userid.key(), userid.clone()))
            .collect();
        let mut batches = Ahead::of(self.persons(people, days).await?);
        let filing = filed.then(|| Filing::begin(self.ledger.clone(), self.now));
        while let Some(batch) = batches.next().await.map_err(failed)? {
            let judged = self.judged(batch, days).await?;
            if let Some(filing) = &filing {
                let verdicts = judged.iter().flat_map(Judged::verdicts).cloned().collect();
                if !filing.file(verdicts).await {
                    break;
                }
            }
            for judged in judged {
                strangers.remove(&judged.person.userid.key());
                take(judged)?;
            }
        }
        if let Some(filing) = filing {
            filing.end().await.map_err(failed)?;
        }
        let strangers: Vec<UserId> = strangers.into_values().collect();
        Ok(unknown_to_ledger(&strangers, days))
    }
}

/// Judges people on all cores, and keeps their order.
fn on_all_cores(company: &Company, people: Vec<Person>, days: Days) -> Vec<Judged> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = people.len().div_ceil(cores).max(1);
    let mut people = people.into_iter();
    let judged = |person| {
        let days = judge(company, &person, days.first()..=days.last());
        Judged { person, days, frozen: BTreeMap::new() }
    };
    thread::scope(|scope| {
        let shares: Vec<_> = (0..cores)
            .map(|_| people.by_ref().take(share).collect::<Vec<Person>>())
            .map(|share| scope.spawn(move || share.into_iter().map(judged).collect::<Vec<_>>()))
            .collect();
        shares
            .into_iter()
            .flat_map(|share| share.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

/// People whom the ledger does not know, as a problem that names them.
pub(crate) fn unknown_to_ledger(strangers: &[UserId], days: Days) -> Option<Problem> {
    let names: Vec<&str> = strangers.iter().map(UserId::as_str).collect();
    let names = names.join(", ");
    let problem = Problem {
        kind: "ledger".into(),
        errmsg: text!("the ledger does not know {names}", "账本中没有 {names}"),
        hint: text!(
            "check the spelling, or `daka sync` them first",
            "请检查拼写，或先用 `daka sync` 同步"
        ),
        ..Problem::default()
    };
    (!strangers.is_empty()).then(|| problem.undone(strangers, days))
}

/// Zone, calendar and policy as the settings have them.
pub(crate) fn company(settings: &Settings, now: Timestamp) -> Result<Company, Failure> {
    let policy = Policy::deserialize(settings.policy.clone()).map_err(|e| {
        Failure::setting(
            text!("[policy]: {why}", "[policy]：{why}", why = e.message()),
            text!(
                "docs/settings.md lists the keys of [policy] and their values",
                "[policy] 的键和取值见 docs/settings.md"
            ),
        )
    })?;
    let calendar = calendars::known(settings)?.calendar;
    let company = Company::new(now).with_zone(settings.zone.clone());
    Ok(company.with_calendar(calendar).with_policy(policy))
}
