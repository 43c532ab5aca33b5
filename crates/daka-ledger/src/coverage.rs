//! Coverage: which person-days of which call are known, and when they were last asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use attendance::{Asked, Known};
use jiff::{Timestamp, civil::Date};
use wecom_checkin::UserId;

use crate::{
    Call, History, Ledger, Result, RunId, Slice,
    db::{Table, Tx, Value},
    people,
    shape::fingerprint,
    time::{date_of, day_number, end_of, instant, millis},
};

const CROWD: Table<'_> = Table { name: "crowd", columns: &["company", "crowd", "hash", "size"] };
const CROWD_MEMBER: Table<'_> =
    Table { name: "crowd_member", columns: &["company", "person", "crowd"] };
const COVERAGE: Table<'_> = Table {
    name: "coverage",
    columns: &["company", "crowd", "call", "from_day", "to_day", "known_from", "asked_at", "run"],
};

/// When each of some days was last asked for.
type Days = BTreeMap<i64, i64>;

/// Marks a slice as known. `at` is when it counts as known.
pub(crate) async fn mark(
    tx: &mut Tx,
    company: i64,
    call: Call,
    slice: Slice<'_>,
    people: &BTreeSet<i64>,
    at: i64,
    run: RunId,
) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let crowd = crowd(tx, company, people).await?;
    tx.insert(
        &COVERAGE,
        vec![
            company.into(),
            crowd.into(),
            call.as_str().into(),
            day_number(slice.from).into(),
            day_number(slice.to).into(),
            at.into(),
            millis(slice.asked_at).into(),
            run.0.into(),
        ],
    )
    .await
}

/// The number of a set of people; the set is filed when it is new.
async fn crowd(tx: &mut Tx, company: i64, people: &BTreeSet<i64>) -> Result<i64> {
    let list: Vec<String> = people.iter().map(ToString::to_string).collect();
    let hash = fingerprint(&list.join(","));
    let size = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let on_file = tx
        .rows(
            "SELECT crowd FROM crowd WHERE company = $1 AND hash = $2 AND size = $3",
            vec![company.into(), hash.into(), size.into()],
        )
        .await?;
    if let Some(mut row) = on_file.into_iter().next() {
        return row.int();
    }
    let crowd = tx
        .row(
            "SELECT coalesce(max(crowd), 0) + 1 FROM crowd WHERE company = $1",
            vec![company.into()],
        )
        .await?
        .int()?;
    tx.insert(&CROWD, vec![company.into(), crowd.into(), hash.into(), size.into()]).await?;
    let members: Vec<Value> =
        people.iter().flat_map(|&person| [company.into(), person.into(), crowd.into()]).collect();
    tx.insert(&CROWD_MEMBER, members).await?;
    Ok(crowd)
}

/// What people were asked about, call by call.
#[derive(Debug, Default)]
pub(crate) struct ByCall(HashMap<String, HashMap<i64, Days>>);

impl ByCall {
    fn of(&self, call: Call, person: i64) -> Option<&Days> {
        self.0.get(call.as_str())?.get(&person)
    }

    /// Which days of a person were asked for, and when last.
    pub(crate) fn known(&self, call: Call, person: i64) -> Vec<Known> {
        self.of(call, person).map(stretches).unwrap_or_default()
    }

    /// Which days of a person were asked for at all.
    pub(crate) fn days(&self, call: Call, person: i64) -> Asked {
        runs(self.of(call, person).into_iter().flat_map(Days::keys))
    }

    /// Which days of a person were asked for after they had ended at UTC+8.
    pub(crate) fn days_ended(&self, call: Call, person: i64) -> Asked {
        let days = self.of(call, person).into_iter().flatten();
        let ended = days.filter(|&(&day, &at)| at >= end_of(day));
        runs(ended.map(|(day, _)| day))
    }
}

/// Days, put together.
fn runs<'a>(days: impl Iterator<Item = &'a i64>) -> Asked {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for &day in days {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == day => *last = day,
            _ => runs.push((day, day)),
        }
    }
    Asked::On(runs.into_iter().map(|(from, to)| (date_of(from), date_of(to))).collect())
}

/// When each day of these people was last asked for in one call, of the days from `from` to `to`.
pub(crate) async fn days(
    tx: &mut Tx,
    company: i64,
    call: Call,
    people: &[i64],
    span: (i64, i64),
    as_of: i64,
) -> Result<HashMap<i64, Days>> {
    let mut by_call = days_of_calls(tx, company, people, span, as_of).await?;
    Ok(by_call.0.remove(call.as_str()).unwrap_or_default())
}

/// The same for every call.
pub(crate) async fn days_of_calls(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    (from, to): (i64, i64),
    as_of: i64,
) -> Result<ByCall> {
    let members: Vec<(i64, i64)> = tx
        .rows(
            "SELECT person, crowd FROM crowd_member WHERE company = $1 AND person IN $[2]",
            vec![company.into(), people.into()],
        )
        .await?
        .into_iter()
        .map(|mut row| Ok((row.int()?, row.int()?)))
        .collect::<Result<_>>()?;
    let crowds: BTreeSet<i64> = members.iter().map(|&(_, crowd)| crowd).collect();
    let marks = tx
        .rows(
            "SELECT crowd, call, from_day, to_day, max(asked_at) FROM coverage
             WHERE company = $1 AND crowd IN $[2]
                AND from_day <= $4 AND to_day >= $3 AND known_from <= $5
             GROUP BY crowd, call, from_day, to_day",
            vec![
                company.into(),
                Value::Ints(crowds.into_iter().collect()),
                from.into(),
                to.into(),
                as_of.into(),
            ],
        )
        .await?;
    let mut by_crowd: HashMap<i64, HashMap<String, Days>> = HashMap::new();
    for mut mark in marks {
        let (crowd, call) = (mark.int()?, mark.text()?);
        let known = by_crowd.entry(crowd).or_default().entry(call).or_default();
        let (first, last, at) = (mark.int()?, mark.int()?, mark.int()?);
        for day in first.max(from)..=last.min(to) {
            let until = known.entry(day).or_insert(at);
            *until = at.max(*until);
        }
    }
    let mut by_call = ByCall::default();
    for (person, crowd) in members {
        for (call, more) in by_crowd.get(&crowd).into_iter().flatten() {
            let people = by_call.0.entry(call.clone()).or_default();
            let known = people.entry(person).or_default();
            for (&day, &at) in more {
                let until = known.entry(day).or_insert(at);
                *until = at.max(*until);
            }
        }
    }
    Ok(by_call)
}

/// The last day that each of these people was ever asked about.
pub(crate) async fn last_days(
    tx: &mut Tx,
    company: i64,
    call: Call,
    people: &[i64],
) -> Result<HashMap<i64, i64>> {
    let rows = tx
        .rows(
            "SELECT m.person, max(c.to_day)
             FROM crowd_member AS m
             JOIN coverage AS c ON c.company = m.company AND c.crowd = m.crowd
             WHERE m.company = $1 AND m.person IN $[2] AND c.call = $3
             GROUP BY m.person",
            vec![company.into(), people.into(), call.as_str().into()],
        )
        .await?;
    rows.into_iter().map(|mut row| Ok((row.int()?, row.int()?))).collect()
}

/// Days as stretches that were last asked for at the same instant.
pub(crate) fn stretches(days: &Days) -> Vec<Known> {
    let mut stretches: Vec<(i64, i64, i64)> = Vec::new();
    for (&day, &at) in days {
        match stretches.last_mut() {
            Some((_, last, until)) if *until == at && *last + 1 == day => *last = day,
            _ => stretches.push((day, day, at)),
        }
    }
    stretches
        .into_iter()
        .map(|(from, to, at)| Known { from: date_of(from), to: date_of(to), until: instant(at) })
        .collect()
}

/// How many people are asked about in one statement.
const BATCH: usize = 500;

impl Ledger {
    /// Which of the days each person was asked about in that call, and when last. In the order of
    /// `users`; empty for someone who is not on file.
    pub async fn known(
        &self,
        call: Call,
        users: &[UserId],
        from: Date,
        to: Date,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<Vec<Known>>> {
        self.history(as_of).await?.known(call, users, from, to).await
    }

    /// The first day that any record slice ever covered.
    pub async fn first_covered(&self) -> Result<Option<Date>> {
        Ok(self.covered().await?.map(|(first, _)| first))
    }

    /// The first and the last day that any record slice ever covered.
    pub async fn covered(&self) -> Result<Option<(Date, Date)>> {
        let mut tx = self.read("reading what is covered").await?;
        let mut row = tx
            .row(
                "SELECT min(from_day), max(to_day) FROM coverage WHERE company = $1 AND call = $2",
                vec![self.company_id()?.into(), Call::Records.as_str().into()],
            )
            .await?;
        let (first, last) = (row.opt_int()?, row.opt_int()?);
        Ok(first.zip(last).map(|(first, last)| (date_of(first), date_of(last))))
    }
}

impl History {
    /// Which of the days each person was asked about in that call, and when last. In the order of
    /// `users`; empty for someone who is not on file.
    pub async fn known(
        &mut self,
        call: Call,
        users: &[UserId],
        from: Date,
        to: Date,
    ) -> Result<Vec<Vec<Known>>> {
        let Self { tx, company, as_of } = self;
        let span = (day_number(from), day_number(to));
        let mut answer = Vec::with_capacity(users.len());
        for batch in users.chunks(BATCH) {
            let keys = batch.iter().map(UserId::key).collect();
            let on_file = people::find(tx, *company, keys).await?;
            let ids: Vec<i64> = on_file.values().map(|p| p.person).collect();
            let known = days(tx, *company, call, &ids, span, *as_of).await?;
            answer.extend(batch.iter().map(|userid| {
                let days = on_file.get(&userid.key()).and_then(|p| known.get(&p.person));
                days.map(stretches).unwrap_or_default()
            }));
        }
        Ok(answer)
    }
}
