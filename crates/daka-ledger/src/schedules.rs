//! Schedules: whose shifts of which month.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde_json::value::RawValue;
use wecom_checkin::{Row, UserId, schedule::Schedule, units::YearMonth};

use crate::{
    Call, Counts, Error, History, Ledger, Result, RunId, Slice, coverage,
    db::{Table, Tx},
    diff::{Fact, compare},
    intern,
    months::{month_number, whole_months},
    people,
    shape::minified,
    time::millis,
    version::later,
};

const SCHEDULE: Table = Table {
    name: "schedule",
    columns: &["company", "person", "month", "nr", "known_from", "schedule"],
};

impl Ledger {
    /// Takes in an answer of `getcheckinschedulist`.
    ///
    /// The answer is the whole truth about the months that the slice covers from end to end; of
    /// other months it adds and revises, and withdraws nothing.
    pub async fn commit_schedules(
        &self,
        run: RunId,
        slice: Slice<'_>,
        rows: &[Row<Schedule>],
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let fetched_at = millis(slice.fetched_at);
        let mut tx = self.write("filing schedules").await?;
        let filed = people::file(&mut tx, company, fetched_at, slice.people).await?;
        let asked: BTreeSet<i64> = filed.values().map(|p| p.person).collect();
        let whole = whole_months(slice.from, slice.to);

        let mut texts: BTreeMap<(i64, i64), Vec<String>> = BTreeMap::new();
        for row in rows {
            let (Some(userid), Some(YearMonth(month))) = (&row.userid, row.yearmonth) else {
                continue;
            };
            let Some(person) = filed.get(&userid.key()) else { continue };
            texts.entry((person.person, month)).or_default().push(minified(row.raw()).into_owned());
        }
        let wanted = texts.values().flatten().cloned().collect();
        let numbers = intern::texts(&mut tx, company, wanted).await?;

        let ids: Vec<i64> = asked.iter().copied().collect();
        let lines = tx
            .rows(
                "SELECT person, month, nr, schedule, known_from, known_to FROM schedule
                 WHERE company = $1 AND person IN $[2]",
                vec![company.into(), ids.into()],
            )
            .await?;
        let mut open: Vec<((i64, i64), i64, i64)> = Vec::new();
        let (mut next, mut taken) = (HashMap::<(i64, i64), i64>::new(), None);
        for mut line in lines {
            let (key, nr, schedule) = ((line.int()?, line.int()?), line.int()?, line.int()?);
            let (from, to) = (line.int()?, line.opt_int()?);
            let free = next.entry(key).or_default();
            *free = (*free).max(nr + 1);
            taken = taken.max(to).max(Some(from));
            let spoken_of = whole.contains(&key.1) || texts.contains_key(&key);
            if to.is_none() && spoken_of {
                open.push((key, nr, schedule));
            }
        }
        let on_file: Vec<_> =
            open.iter().map(|&(identity, _, content)| Fact { identity, content }).collect();
        let answer: Vec<_> = texts
            .iter()
            .flat_map(|(key, texts)| texts.iter().map(move |text| (*key, text)))
            .filter_map(|(identity, text)| Some(Fact { identity, content: *numbers.get(text)? }))
            .collect();
        let mut difference = compare(&on_file, &answer);
        difference.gone.retain(|&at| open.get(at).is_some_and(|(key, ..)| whole.contains(&key.1)));
        let counts = difference.counts();
        let at = later(fetched_at, [taken.filter(|_| counts.changed())]);
        for ((person, month), nr, _) in difference.closed().filter_map(|at| open.get(at)) {
            tx.run(
                "UPDATE schedule SET known_to = $5
                 WHERE company = $1 AND person = $2 AND month = $3 AND nr = $4",
                vec![company.into(), (*person).into(), (*month).into(), (*nr).into(), at.into()],
            )
            .await?;
        }
        let mut opened = Vec::new();
        for Fact { identity: (person, month), content } in
            difference.opened().filter_map(|at| answer.get(at))
        {
            let nr = next.entry((*person, *month)).or_default();
            opened.extend([
                company.into(),
                (*person).into(),
                (*month).into(),
                (*nr).into(),
                at.into(),
                (*content).into(),
            ]);
            *nr += 1;
        }
        tx.insert(&SCHEDULE, opened).await?;
        coverage::mark(&mut tx, company, Call::Schedules, slice, &asked, at, run).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

impl History {
    /// Schedules of the months that these days touch as WeCom sent them, sorted by userid, then
    /// month.
    pub async fn schedules(
        &mut self,
        users: &[UserId],
        from: Date,
        to: Date,
    ) -> Result<Vec<Row<Schedule>>> {
        let Self { tx, company, as_of } = self;
        let names = people::names(tx, *company, users).await?;
        let ids: Vec<i64> = names.keys().copied().collect();
        let mut found = read(tx, *company, &ids, (from, to), *as_of).await?;
        let mut by_name: Vec<_> = names.into_iter().collect();
        by_name.sort_unstable_by(|(_, a), (_, b)| a.cmp(b));
        let ids = by_name.into_iter().map(|(person, _)| person);
        Ok(ids.filter_map(|person| found.remove(&person)).flatten().collect())
    }
}

/// Each person's schedules of the months that some days touch.
pub(crate) async fn read(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    (from, to): (Date, Date),
    as_of: i64,
) -> Result<HashMap<i64, Vec<Row<Schedule>>>> {
    const ODD: Error = Error::Content("a schedule that is no JSON object");
    let lines = tx
        .rows(
            "SELECT person, schedule FROM schedule
             WHERE company = $1 AND person IN $[2] AND month BETWEEN $3 AND $4
                AND known_from <= $5 AND (known_to IS NULL OR known_to > $5)
             ORDER BY person, month, nr",
            vec![
                company.into(),
                people.into(),
                month_number(from).into(),
                month_number(to).into(),
                as_of.into(),
            ],
        )
        .await?;
    let found = lines
        .into_iter()
        .map(|mut line| Ok((line.int()?, line.int()?)))
        .collect::<Result<Vec<_>>>()?;
    let numbers = found.iter().map(|&(_, schedule)| schedule).collect();
    let texts = intern::contents(tx, company, numbers).await?;
    let mut by_person: HashMap<i64, Vec<Row<Schedule>>> = HashMap::new();
    for (person, schedule) in found {
        let text = texts.get(&schedule).ok_or(ODD)?.clone();
        let row = Row::from_raw(RawValue::from_string(text).map_err(|_| ODD)?).map_err(|_| ODD)?;
        by_person.entry(person).or_default().push(row);
    }
    Ok(by_person)
}
