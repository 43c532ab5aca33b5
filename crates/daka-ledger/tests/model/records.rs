//! Records: the answer of a slice is the whole truth about its core, and a part of the days around.

use std::collections::{BTreeMap, BTreeSet};

use daka_ledger::{Call, Ledger};
use jiff::Timestamp;
use proptest::prelude::*;
use wecom_checkin::{Record, Row, UserId};

use crate::{
    store::{MIDNIGHT, on_every_store, row, slice_of},
    world::{self, Fate, day, fate},
};

const PEOPLE: [&str; 2] = ["li", "Wang"];
const DAYS: i64 = 4;

/// One row that WeCom has: whose, of which day, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Punch {
    person: usize,
    day: i64,
    /// What it is about.
    second: i64,
    /// What may be revised.
    note: u8,
}

impl Punch {
    fn row(self) -> Row<Record> {
        let at = MIDNIGHT + self.day * 86_400 + self.second;
        row(&format!(
            r#"{{"userid":"{}","checkin_time":{at},"checkin_type":"上班打卡","notes":"{}"}}"#,
            PEOPLE[self.person], self.note
        ))
    }
}

/// What happens to WeCom's rows, or to the ledger.
#[derive(Debug, Clone)]
enum Event {
    Add(Punch),
    Drop(prop::sample::Index),
    Revise(prop::sample::Index, u8),
    /// A slice is fetched. Of the days around it the answer has a part.
    Read {
        people: BTreeSet<usize>,
        from: i64,
        len: i64,
        margin: Vec<bool>,
        fate: Fate,
    },
}

fn punch() -> impl Strategy<Value = Punch> {
    (0..PEOPLE.len(), 0..DAYS, 0..3_i64, 0..2_u8).prop_map(|(person, day, second, note)| Punch {
        person,
        day,
        second: 3_600 * second,
        note,
    })
}

fn event() -> impl Strategy<Value = Event> {
    let people = prop::collection::btree_set(0..PEOPLE.len(), 1..=PEOPLE.len());
    prop_oneof![
        6 => punch().prop_map(Event::Add),
        1 => any::<prop::sample::Index>().prop_map(Event::Drop),
        2 => (any::<prop::sample::Index>(), 0..3_u8).prop_map(|(at, note)| Event::Revise(at, note)),
        4 => (people, 0..DAYS, 0..2_i64, prop::collection::vec(any::<bool>(), 40), fate())
            .prop_map(|(people, from, len, margin, fate)| {
                Event::Read { people, from, len, margin, fate }
            }),
    ]
}

/// All that the ledger knows: rows, each as often as it has them, and when each person-day was
/// last asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    rows: BTreeMap<(usize, i64), Vec<String>>,
    known: BTreeMap<(usize, i64), i64>,
}

impl world::State for State {
    async fn read(ledger: &Ledger, as_of: Option<Timestamp>) -> Self {
        let users = PEOPLE.map(UserId::from);
        let mut state = Self::default();
        for row in ledger.records(&users, day(0), day(DAYS), as_of).await.unwrap() {
            let person = PEOPLE.iter().position(|name| *name == row.userid.as_str()).unwrap();
            let number = (row.checkin_time.unwrap().0 - MIDNIGHT).div_euclid(86_400);
            state.rows.entry((person, number)).or_default().push(row.raw().to_owned());
        }
        state.rows.values_mut().for_each(|rows| rows.sort_unstable());
        let known = ledger.known(Call::Records, &users, day(0), day(DAYS), as_of).await.unwrap();
        for (person, stretches) in known.into_iter().enumerate() {
            for stretch in stretches {
                for number in (0..=DAYS).filter(|n| (stretch.from..=stretch.to).contains(&day(*n)))
                {
                    let second = stretch.until.as_second() - MIDNIGHT;
                    state.known.insert((person, number), second);
                }
            }
        }
        state
    }
}

/// What a row is about, as far as these tests revise rows.
fn about(row: &str) -> &str {
    row.split(r#","notes""#).next().unwrap()
}

fn counted<'a>(rows: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row).or_default() += 1;
    }
    counts
}

/// What may be on file of a day around a slice: all of the answer, as many rows of each kind as
/// either side has, and nothing that neither has.
fn check_margin(before: &[String], answer: &[String], after: &[String]) {
    let [had, told, has] = [before, answer, after].map(|r| counted(r.iter().map(String::as_str)));
    for (row, n) in &told {
        assert!(has.get(row) >= Some(n), "{row} of {before:?} + {answer:?} is not in {after:?}");
    }
    for (row, n) in &has {
        let most = had.get(row).max(told.get(row));
        assert!(Some(n) <= most, "{row} of {after:?} comes from nowhere: {before:?} + {answer:?}");
    }
    let [had, told, has] = [before, answer, after].map(|r| counted(r.iter().map(|row| about(row))));
    for kind in had.keys().chain(told.keys()) {
        let most = had.get(kind).max(told.get(kind));
        assert_eq!(has.get(kind), most, "{kind}: {before:?} + {answer:?} became {after:?}");
    }
}

/// What WeCom has, and the ledger that reads it.
struct World {
    ledger: world::World<State>,
    upstream: Vec<Punch>,
}

impl World {
    async fn step(&mut self, event: Event) {
        match event {
            Event::Add(punch) => self.upstream.push(punch),
            Event::Drop(at) if !self.upstream.is_empty() => {
                self.upstream.swap_remove(at.index(self.upstream.len()));
            }
            Event::Revise(at, note) if !self.upstream.is_empty() => {
                let at = at.index(self.upstream.len());
                self.upstream[at].note = note;
            }
            Event::Drop(_) | Event::Revise(..) => {}
            Event::Read { people, from, len, margin, fate } => {
                self.read(&people, (from, (from + len).min(DAYS - 1)), &margin, fate).await;
            }
        }
    }

    async fn read(
        &mut self,
        people: &BTreeSet<usize>,
        (from, to): (i64, i64),
        margin: &[bool],
        fate: Fate,
    ) {
        self.ledger.now += 10;
        let mut shown = margin.iter().cycle();
        let answer: Vec<Punch> = self
            .upstream
            .iter()
            .filter(|punch| people.contains(&punch.person))
            .filter(|punch| {
                let core = (from..=to).contains(&punch.day);
                core || ((from - 1..=to + 1).contains(&punch.day) && *shown.next().unwrap())
            })
            .copied()
            .collect();
        let rows: Vec<_> = answer.iter().map(|punch| punch.row()).collect();
        let users: Vec<UserId> = people.iter().map(|person| PEOPLE[*person].into()).collect();
        let world = &mut self.ledger;
        let slice = slice_of(&users, day(from), day(to), world.now);
        let ledger = world.ledger.clone();
        let work = ledger.commit_records(world.run, slice, &rows);
        // Whole, or it would equal the model as it was.
        if let Some(found) = world.commit(fate, work).await {
            self.compare(&found, people, (from, to), &answer);
            self.ledger.remember(found);
        }
    }

    fn compare(
        &self,
        found: &State,
        people: &BTreeSet<usize>,
        (from, to): (i64, i64),
        answer: &[Punch],
    ) {
        let none = Vec::new();
        let mut known = self.ledger.model.known.clone();
        for (person, number) in (0..PEOPLE.len()).flat_map(|p| (0..=DAYS).map(move |d| (p, d))) {
            let key = (person, number);
            let mut told: Vec<String> = answer
                .iter()
                .filter(|punch| (punch.person, punch.day) == key)
                .map(|punch| punch.row().raw().to_owned())
                .collect();
            told.sort_unstable();
            let before = self.ledger.model.rows.get(&key).unwrap_or(&none);
            let after = found.rows.get(&key).unwrap_or(&none);
            if people.contains(&person) && (from..=to).contains(&number) {
                assert_eq!(*after, told, "{key:?}");
                known.insert(key, self.ledger.now);
            } else {
                check_margin(before, &told, after);
            }
        }
        assert_eq!(found.known, known);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn records_equal_the_model(events in prop::collection::vec(event(), 1..60)) {
        on_every_store(|store| {
            let events = events.clone();
            async move {
                let ledger = world::World::new(store).await;
                let mut world = World { ledger, upstream: Vec::new() };
                for event in events {
                    world.step(event).await;
                }
                world.ledger.look_back().await;
            }
        });
    }
}
