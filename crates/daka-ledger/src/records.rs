//! Records: taking in an answer of `getcheckindata`, and giving rows back as they came
//! ([`reading`]) or as the evaluator takes them ([`prototype`]).

mod digest;
mod prototype;
mod reading;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use digest::{Core, Digest, digests};
pub(crate) use prototype::Prototypes;
use wecom_checkin::{Record, Row, UserId, units::UnixTime};

use crate::{
    Call, Counts, Error, Ledger, Result, RunId, Slice, coverage,
    db::{Tx, Value},
    diff::{Fact, compare},
    intern,
    people::{self, OnFile},
    shape::{Facets, Parts, Values, fingerprint, minified},
    time::{date_of, day_number, millis},
    versioned::{VersionedTable, later},
};

/// Where a record is filed that has no date at all.
const NO_DAY: i64 = -0x8000_0000;

pub(crate) const RECORD: VersionedTable = VersionedTable {
    name: "record",
    key: &["person", "day"],
    numbered: true,
    content: &["hash", "second", "due", "shape", "place", "device", "lat", "lng", "body"],
};

/// What a record is about: everything that a later answer does not revise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    second: Option<i64>,
    due: Option<i64>,
    checkin_type: Option<String>,
    groupid: Option<i64>,
    schedule_id: Option<i64>,
    timeline_id: Option<i64>,
}

impl Identity {
    fn of(facets: &Facets, second: Option<i64>, due: Option<i64>) -> Self {
        Self {
            second,
            due,
            checkin_type: facets.checkin_type.clone(),
            groupid: facets.groupid,
            schedule_id: facets.schedule_id,
            timeline_id: facets.timeline_id,
        }
    }
}

/// A version of a record on file, as far as comparing needs it.
struct Version {
    nr: i64,
    hash: i64,
    shape: i64,
    second: Option<i64>,
    due: Option<i64>,
    known_from: i64,
    known_to: Option<i64>,
}

type PersonDay = (i64, i64);

/// The day that a record is filed under.
fn filed_under(record: &Record) -> i64 {
    record.filing_date().map_or(NO_DAY, day_number)
}

impl Ledger {
    /// Takes in an answer of `getcheckindata`: rows, coverage mark and all, or nothing.
    ///
    /// The answer is the whole truth about the slice's people and days: what it lacks of them is
    /// withdrawn. Of days around the slice it adds and revises, and withdraws nothing.
    pub async fn commit_records(
        &self,
        run: RunId,
        slice: Slice<'_>,
        rows: &[Row<Record>],
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let days: BTreeSet<i64> = rows.iter().map(|row| filed_under(row)).collect();
        self.db.prepare_days(days).await?;
        let mut tx = self.write("filing records").await?;
        let fetched_at = millis(slice.fetched_at);
        let everyone = slice.people.iter().chain(rows.iter().map(|row| &row.userid));
        let filed = people::file(&mut tx, company, fetched_at, everyone).await?;
        let asked: BTreeSet<i64> =
            slice.people.iter().filter_map(|u| filed.get(&u.key())).map(|p| p.person).collect();

        let mut spelled: HashMap<&UserId, Option<&OnFile>> = HashMap::new();
        let mut answer: BTreeMap<PersonDay, Vec<Told<'_>>> = BTreeMap::new();
        for row in rows {
            let on_file = spelled.entry(&row.userid);
            let on_file = on_file.or_insert_with(|| filed.get(&row.userid.key()));
            let Some(OnFile { person, userid }) = on_file else { continue };
            let hash = fingerprint(&minified(row.raw()));
            let key = (*person, filed_under(row));
            answer.entry(key).or_default().push(Told { row, userid: userid.as_str(), hash });
        }

        // Settled days are the rule: they are told by their hashes, and nothing else of them is
        // looked at. A person's core is told as one.
        let mut counts = Counts::default();
        let core = Core { from: day_number(slice.from), to: day_number(slice.to) };
        let on_file = digests(&mut tx, company, &asked, core, answer.keys()).await?;
        let mut told: HashMap<PersonDay, Digest> = HashMap::new();
        for (key, rows) in &answer {
            let digest = told.entry(core.told_with(key)).or_default();
            for row in rows {
                digest.add(row.hash);
            }
        }
        let settled = |key: &PersonDay| told.get(key) == on_file.get(key);
        answer.retain(|key, rows| {
            let settled = settled(&core.told_with(key));
            if settled {
                counts.unchanged += count(rows.len());
            }
            !settled
        });
        let moved: BTreeSet<i64> =
            asked.iter().copied().filter(|person| !settled(&(*person, core.from))).collect();
        let authoritative =
            |(person, day): &PersonDay| moved.contains(person) && core.contains(*day);

        let mut on_file = versions(&mut tx, company, core, &moved, answer.keys()).await?;
        for key in on_file.keys().filter(|key| authoritative(key)) {
            answer.entry(*key).or_default();
        }
        let shapes: BTreeSet<i64> = on_file.values().flatten().map(|v| v.shape).collect();
        let facets = intern::templates(&mut tx, company, shapes).await?;
        let mut opened: Vec<Opened> = Vec::new();
        let mut closed: Vec<(PersonDay, i64)> = Vec::new();
        let mut taken: Option<i64> = None;
        for (key, told) in answer {
            let versions = on_file.remove(&key).unwrap_or_default();
            let open: Vec<&Version> = versions.iter().filter(|v| v.known_to.is_none()).collect();
            let told: Vec<(i64, Parts)> = told
                .into_iter()
                .map(|Told { row, userid, hash }| (hash, Parts::of(row, userid, midnight(key.1))))
                .collect();
            let mut difference = compare(
                &open.iter().map(|v| v.fact(&facets)).collect::<Result<Vec<_>>>()?,
                &told.iter().map(fact).collect::<Vec<_>>(),
            );
            if !authoritative(&key) {
                difference.gone.clear();
            }
            counts += difference.counts();
            if difference.counts().changed() {
                let instants = versions.iter().flat_map(|v| [Some(v.known_from), v.known_to]);
                taken = taken.max(instants.flatten().max());
            }
            closed.extend(difference.closed().filter_map(|at| open.get(at)).map(|v| (key, v.nr)));
            let begun: BTreeSet<usize> = difference.opened().collect();
            let next = versions.iter().map(|v| v.nr + 1).max().unwrap_or_default();
            let begun = told.into_iter().enumerate().filter(|(at, _)| begun.contains(at));
            opened.extend((next..).zip(begun).map(|(nr, (_, (hash, parts)))| Opened {
                key,
                nr,
                hash,
                parts,
            }));
        }

        let at = later(fetched_at, [taken]);
        let closed = closed
            .into_iter()
            .map(|((person, day), nr)| vec![person.into(), day.into(), nr.into()]);
        RECORD.close(&mut tx, company, at, closed).await?;
        open(&mut tx, company, at, opened).await?;
        coverage::mark(&mut tx, company, Call::Records, slice, &asked, at, run).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

/// A row of an answer, before it is looked into.
struct Told<'a> {
    row: &'a Row<Record>,
    userid: &'a str,
    hash: i64,
}

/// A version to be filed.
struct Opened {
    key: PersonDay,
    nr: i64,
    hash: i64,
    parts: Parts,
}

/// The midnight from which a day's seconds are counted.
fn midnight(day: i64) -> i64 {
    if day == NO_DAY { 0 } else { UnixTime::beijing_midnight(date_of(day)).0 }
}

fn fact((hash, parts): &(i64, Parts)) -> Fact<Identity, i64> {
    let Values { second, due, .. } = parts.values;
    Fact { identity: Identity::of(&parts.facets, second, due), content: *hash }
}

impl Version {
    fn fact(&self, facets: &HashMap<i64, (String, Facets)>) -> Result<Fact<Identity, i64>> {
        let (_, facets) =
            facets.get(&self.shape).ok_or(Error::Content("a record without shape"))?;
        Ok(Fact { identity: Identity::of(facets, self.second, self.due), content: self.hash })
    }
}

/// All versions, those that no longer hold included, of the core of those who moved there and of
/// some person-days more.
async fn versions(
    tx: &mut Tx,
    company: i64,
    core: Core,
    moved: &BTreeSet<i64>,
    more: impl Iterator<Item = &PersonDay>,
) -> Result<BTreeMap<PersonDay, Vec<Version>>> {
    let (mut people, mut days) = (moved.clone(), BTreeSet::new());
    if !moved.is_empty() {
        days.extend(core.from..=core.to);
    }
    for &(person, day) in more {
        people.insert(person);
        days.insert(day);
    }
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = tx
        .rows(
            "SELECT person, day, nr, hash, shape, second, due, known_from, known_to FROM record
             WHERE company = $1 AND person IN $[2] AND day IN $[3]",
            vec![
                company.into(),
                Value::Ints(people.into_iter().collect()),
                Value::Ints(days.into_iter().collect()),
            ],
        )
        .await?;
    let mut versions: BTreeMap<PersonDay, Vec<Version>> = BTreeMap::new();
    for mut row in rows {
        let key = (row.int()?, row.int()?);
        versions.entry(key).or_default().push(Version {
            nr: row.int()?,
            hash: row.int()?,
            shape: row.int()?,
            second: row.opt_int()?,
            due: row.opt_int()?,
            known_from: row.int()?,
            known_to: row.opt_int()?,
        });
    }
    Ok(versions)
}

async fn open(tx: &mut Tx, company: i64, at: i64, opened: Vec<Opened>) -> Result<()> {
    if opened.is_empty() {
        return Ok(());
    }
    let templates: BTreeMap<&str, &Facets> =
        opened.iter().map(|o| (o.parts.template.as_str(), &o.parts.facets)).collect();
    let shapes = intern::shapes(tx, company, templates).await?;
    let repeating = opened
        .iter()
        .flat_map(|o| [&o.parts.values.place, &o.parts.values.device])
        .flatten()
        .cloned()
        .collect();
    let texts = intern::texts(tx, company, repeating).await?;
    let number = |text: Option<String>| text.and_then(|text| texts.get(&text).copied());
    let rows = opened.into_iter().map(|Opened { key: (person, day), nr, hash, parts }| {
        let Parts { template, values, .. } = parts;
        let shape = shapes.get(&template).copied();
        [
            person.into(),
            day.into(),
            nr.into(),
            hash.into(),
            values.second.into(),
            values.due.into(),
            shape.into(),
            number(values.place).into(),
            number(values.device).into(),
            values.lat.into(),
            values.lng.into(),
            values.body.into(),
        ]
    });
    RECORD.open(tx, company, at, rows).await
}
