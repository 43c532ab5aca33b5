//! Employment: from when until when people are in the company. What the roster says, and where it
//! is silent, what WeCom's day reports do not say.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use attendance::Employment;
use jiff::civil::Date;

use crate::{
    Call, Result, coverage,
    db::Tx,
    roster,
    time::{date_of, day_number, end_of},
    versioned::held,
};

/// Days in a row, both ends included.
type Stretch = (i64, i64);

/// The employment of people as it bears on some days.
pub(crate) async fn read(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    (from, to): (Date, Date),
    as_of: i64,
) -> Result<HashMap<i64, Employment>> {
    let mut employments: HashMap<i64, Employment> = HashMap::new();
    for (person, entry) in roster::read(tx, company, people, as_of).await? {
        let (joined, left) = (entry.joined, entry.left);
        employments.insert(person, Employment { joined, left, ..Employment::default() });
    }
    let undated = |person: &i64| employments.get(person).is_none_or(Employment::is_unknown);
    let undated: Vec<i64> = people.iter().copied().filter(undated).collect();
    let silent = unreported(tx, company, &undated, (from, to), as_of).await?;
    for (person, stretches) in silent {
        let dates = |(from, to)| (date_of(from), date_of(to));
        let unreported = stretches.into_iter().map(dates).collect();
        employments.insert(person, Employment { unreported, ..Employment::default() });
    }
    Ok(employments)
}

/// The ends of months of which WeCom's day reports are kept and say nothing. Punches in them,
/// which the days to judge need not have, are looked for here.
async fn unreported(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    (from, to): (Date, Date),
    as_of: i64,
) -> Result<BTreeMap<i64, Vec<Stretch>>> {
    let mut silent: BTreeMap<i64, Vec<Stretch>> = BTreeMap::new();
    let mut month = from.first_of_month();
    while month <= to {
        let span = (day_number(month), day_number(month.last_of_month()));
        let kept = kept(tx, company, people, span, as_of).await?;
        let reported = reported(tx, company, &kept, span, as_of).await?;
        for (person, stretch) in ends(&kept, &reported, span) {
            silent.entry(person).or_default().push(stretch);
        }
        match month.last_of_month().tomorrow() {
            Ok(next) => month = next,
            Err(_) => break,
        }
    }
    let Some(first) = silent.values().flatten().map(|(first, _)| *first).min() else {
        return Ok(silent);
    };
    let last = silent.values().flatten().map(|(_, last)| *last).max().unwrap_or(first);
    let ids: Vec<i64> = silent.keys().copied().collect();
    // Who is in no report at all is not reported on: by a rule that asks for no punches.
    let known = ever_reported(tx, company, &ids, as_of).await?;
    silent.retain(|person, _| known.contains(person));
    for (person, day) in punched(tx, company, &ids, (first, last), as_of).await? {
        if let Some(stretches) = silent.get_mut(&person) {
            stretches.retain(|(first, last)| !(*first..=*last).contains(&day));
        }
    }
    silent.retain(|_, stretches| !stretches.is_empty());
    Ok(silent)
}

/// Of whom all days of a month were asked for when they were over.
async fn kept(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    (first, last): Stretch,
    as_of: i64,
) -> Result<Vec<i64>> {
    let asked = coverage::days(tx, company, Call::DayReports, people, (first, last), as_of).await?;
    let whole = |person: &i64| {
        let days = asked.get(person);
        days.is_some_and(|days| {
            (first..=last).all(|day| days.get(&day).is_some_and(|at| *at >= end_of(day)))
        })
    };
    Ok(people.iter().copied().filter(whole).collect())
}

/// The first and the last of these days that people have reports of.
async fn reported(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    (first, last): Stretch,
    as_of: i64,
) -> Result<HashMap<i64, Stretch>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT person, min(day), max(day) FROM day_report
         WHERE company = $1 AND person IN $[2] AND day BETWEEN $3 AND $4 AND {}
         GROUP BY person",
        held("day_report", 5),
    );
    let values = vec![company.into(), people.into(), first.into(), last.into(), as_of.into()];
    let lines = tx.rows(&sql, values).await?;
    lines.into_iter().map(|mut line| Ok((line.int()?, (line.int()?, line.int()?)))).collect()
}

/// What lies before the first and after the last report of a month.
fn ends(
    kept: &[i64],
    reported: &HashMap<i64, Stretch>,
    (first, last): Stretch,
) -> Vec<(i64, Stretch)> {
    let of_person = |person: &i64| match reported.get(person) {
        None => vec![(*person, (first, last))],
        Some((from, to)) => {
            let stretches = [(first, from - 1), (to + 1, last)].into_iter();
            let stretches = stretches.filter(|(first, last)| first <= last);
            stretches.map(|stretch| (*person, stretch)).collect()
        }
    };
    kept.iter().flat_map(of_person).collect()
}

async fn ever_reported(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    as_of: i64,
) -> Result<BTreeSet<i64>> {
    let sql = format!(
        "SELECT DISTINCT person FROM day_report WHERE company = $1 AND person IN $[2] AND {}",
        held("day_report", 3),
    );
    let lines = tx.rows(&sql, vec![company.into(), people.into(), as_of.into()]).await?;
    lines.into_iter().map(|mut line| line.int()).collect()
}

/// Who punched on which of these days.
async fn punched(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    (first, last): Stretch,
    as_of: i64,
) -> Result<Vec<(i64, i64)>> {
    let sql = format!(
        "SELECT DISTINCT record.person, record.day FROM record
         JOIN shape AS s ON s.company = record.company AND s.shape = record.shape
         WHERE record.company = $1 AND record.person IN $[2] AND record.day BETWEEN $3 AND $4
            AND coalesce(s.exception_type, '') NOT LIKE '%未打卡%' AND {}",
        held("record", 5),
    );
    let values = vec![company.into(), people.into(), first.into(), last.into(), as_of.into()];
    let lines = tx.rows(&sql, values).await?;
    lines.into_iter().map(|mut line| Ok((line.int()?, line.int()?))).collect()
}
