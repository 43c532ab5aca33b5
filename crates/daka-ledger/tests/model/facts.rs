//! People, rules, schedules and approvals: what each answer says of what it was asked for, and what
//! it leaves as it was.

use std::collections::{BTreeMap, BTreeSet};

use daka_ledger::{Call, Contact, Counts, Extent, Ledger, Result, RunId};
use jiff::{Timestamp, civil::Date};
use proptest::{collection::btree_map, prelude::*};
use wecom_checkin::{Row, UserId};

use crate::{
    store::{MIDNIGHT, instant, on_every_store, row, slice_of},
    world::{self, Fate, World, day, fate},
};

const PEOPLE: [&str; 3] = ["li", "Wang", "zhao"];
/// Days of rules: asked about, and one more to which the last answer goes on.
const DAYS: i64 = 5;
/// The Junes and Julys of schedules.
const MONTHS: [i64; 2] = [202_606, 202_607];

/// What is read. Whatever it says is drawn anew each time: WeCom may have changed it.
#[derive(Debug, Clone)]
enum Event {
    /// A contact list, with a department each.
    Contacts { extent: Extent, listed: BTreeMap<usize, i64> },
    /// All rules of the company: number and content.
    CorpRules(Vec<(i64, u8)>),
    /// The rule of each of these people on each of these days.
    Rules { people: BTreeSet<usize>, from: i64, days: Vec<[Option<i64>; PEOPLE.len()]> },
    /// The shifts of the people in these months, of which the days asked for are all or a part.
    Schedules { people: BTreeSet<usize>, months: Months, shifts: BTreeMap<(usize, i64), u8> },
    /// Approvals: number and status. The number also says whose it is.
    Approvals(BTreeMap<usize, u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Months {
    June,
    Both,
    PartOfJune,
}

impl Months {
    fn days(self) -> (i64, i64) {
        match self {
            Self::June => (0, 29),
            Self::Both => (0, 60),
            Self::PartOfJune => (4, 20),
        }
    }

    fn touched(self) -> &'static [i64] {
        if self == Self::Both { &MONTHS } else { &MONTHS[..1] }
    }
}

fn event() -> impl Strategy<Value = Event> {
    let anyone = || prop::collection::btree_set(0..PEOPLE.len(), 1..=PEOPLE.len());
    let extent = prop_oneof![Just(Extent::Everyone), Just(Extent::Some)];
    let months = prop_oneof![Just(Months::June), Just(Months::Both), Just(Months::PartOfJune)];
    let rule = || prop::option::weighted(0.8, 1..4_i64);
    let shift = (0..PEOPLE.len(), prop::sample::select(MONTHS.to_vec()));
    prop_oneof![
        (extent, btree_map(0..PEOPLE.len(), 1..3_i64, 0..=PEOPLE.len()))
            .prop_map(|(extent, listed)| Event::Contacts { extent, listed }),
        prop::collection::vec((1..3_i64, 0..2_u8), 0..4).prop_map(Event::CorpRules),
        (anyone(), 0..DAYS - 2, prop::collection::vec([rule(), rule(), rule()], 1..=3))
            .prop_map(|(people, from, days)| Event::Rules { people, from, days }),
        (anyone(), months, btree_map(shift, 0..3_u8, 0..6))
            .prop_map(|(people, months, shifts)| Event::Schedules { people, months, shifts }),
        btree_map(0..6_usize, 1..4_u8, 0..4).prop_map(Event::Approvals),
    ]
}

fn corp_rule((number, content): (i64, u8)) -> Row<wecom_checkin::Rule> {
    row(&format!(r#"{{"groupid":{number},"groupname":"v{content}"}}"#))
}

fn shifts_of(person: usize, month: i64, shift: u8) -> Row<wecom_checkin::schedule::Schedule> {
    row(&format!(
        r#"{{"userid":"{}","yearmonth":{month},"schedule":{{"scheduleList":[{{"day":1,"schedule_info":{{"schedule_id":{shift}}}}}]}}}}"#,
        PEOPLE[person]
    ))
}

fn approval(number: usize, status: u8) -> Row<wecom_checkin::approval::Approval> {
    let applicant = PEOPLE[number % PEOPLE.len()];
    row(&format!(
        r#"{{"sp_no":"{number}","sp_status":{status},"applyer":{{"userid":"{applicant}"}}}}"#
    ))
}

fn users(people: &BTreeSet<usize>) -> Vec<UserId> {
    people.iter().map(|person| PEOPLE[*person].into()).collect()
}

/// Has the ledger take an event in.
async fn commit(ledger: Ledger, run: RunId, event: &Event, second: i64) -> Result<Counts> {
    let at = instant(second);
    match event {
        Event::Contacts { extent, listed } => {
            let contact = |(person, department): (&usize, &i64)| Contact {
                userid: PEOPLE[*person].into(),
                departments: vec![*department],
            };
            let contacts: Vec<Contact> = listed.iter().map(contact).collect();
            ledger.commit_people(at, *extent, &contacts).await
        }
        Event::CorpRules(rules) => {
            let rules: Vec<_> = rules.iter().map(|rule| corp_rule(*rule)).collect();
            ledger.commit_corp_rules(at, &rules).await
        }
        Event::Rules { people, from, days } => {
            let users = users(people);
            let answers: Vec<(Date, Vec<_>)> = (*from..)
                .zip(days)
                .map(|(number, rules)| {
                    let named = people.iter().filter_map(|person| {
                        let groupid = rules[*person]?;
                        Some(row(&format!(
                            r#"{{"userid":"{}","group":{{"groupid":{groupid}}}}}"#,
                            PEOPLE[*person]
                        )))
                    });
                    (day(number), named.collect())
                })
                .collect();
            let slice = slice_of(&users, answers[0].0, answers[answers.len() - 1].0, second);
            ledger.commit_rules(run, slice, &answers).await
        }
        Event::Schedules { people, months, shifts } => {
            let (users, (from, to)) = (users(people), months.days());
            let rows: Vec<_> = shifts
                .iter()
                .filter(|((person, month), _)| {
                    people.contains(person) && months.touched().contains(month)
                })
                .map(|(&(person, month), &shift)| shifts_of(person, month, shift))
                .collect();
            let slice = slice_of(&users, day(from), day(to), second);
            ledger.commit_schedules(run, slice, &rows).await
        }
        Event::Approvals(told) => {
            let rows: Vec<_> =
                told.iter().map(|(&number, &status)| approval(number, status)).collect();
            let applicants: BTreeSet<usize> =
                told.keys().map(|number| number % PEOPLE.len()).collect();
            ledger.commit_approvals(at, &users(&applicants), &rows).await
        }
    }
}

/// Where someone stands in the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Heard of, and on no list.
    Unlisted,
    /// In a department.
    In(i64),
    Left,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    people: BTreeMap<usize, Standing>,
    corp_rules: Vec<String>,
    /// By person and day: the rule's number.
    rules: BTreeMap<(usize, i64), i64>,
    /// By person and month.
    shifts: BTreeMap<(usize, i64), String>,
    approvals: BTreeMap<usize, String>,
    /// By call, person and day: when last asked for.
    known: BTreeMap<(Call, usize, i64), i64>,
}

impl State {
    /// The state after an event.
    fn after(&self, event: &Event, now: i64) -> Self {
        let mut next = self.clone();
        match event {
            Event::Contacts { extent, listed } => {
                for standing in next.people.values_mut() {
                    if *extent == Extent::Everyone && *standing != Standing::Unlisted {
                        *standing = Standing::Left;
                    }
                }
                next.people.extend(listed.iter().map(|(&who, &at)| (who, Standing::In(at))));
            }
            Event::CorpRules(rules) => {
                next.corp_rules =
                    rules.iter().map(|rule| corp_rule(*rule).raw().to_owned()).collect();
                next.corp_rules.sort_unstable();
            }
            Event::Rules { people, from, days } => {
                for &person in people {
                    next.meet(person);
                    next.give_rules(person, *from, days);
                    for number in (*from..).take(days.len()) {
                        next.known.insert((Call::Rules, person, number), now);
                    }
                }
            }
            Event::Schedules { people, months, shifts } => {
                for &person in people {
                    next.meet(person);
                    for &month in months.touched() {
                        let key = (person, month);
                        match shifts.get(&key) {
                            Some(shift) => {
                                let told = shifts_of(person, month, *shift).into_typed();
                                next.shifts.insert(key, format!("{told:?}"));
                            }
                            // Of a month that was asked for in part, silence says nothing.
                            None if *months == Months::PartOfJune => {}
                            None => drop(next.shifts.remove(&key)),
                        }
                    }
                    let (from, to) = months.days();
                    for number in from..=to {
                        next.known.insert((Call::Schedules, person, number), now);
                    }
                }
            }
            Event::Approvals(told) => {
                for (&number, &status) in told {
                    next.meet(number % PEOPLE.len());
                    let told = approval(number, status).into_typed();
                    next.approvals.insert(number, format!("{told:?}"));
                }
            }
        }
        next
    }

    fn meet(&mut self, person: usize) {
        self.people.entry(person).or_insert(Standing::Unlisted);
    }

    /// A day has the rule that was last told of it. Before the first day that was ever asked about,
    /// and after the last, a rule goes on until there is another; between them nothing moves that
    /// was not asked about.
    fn give_rules(&mut self, person: usize, from: i64, days: &[[Option<i64>; PEOPLE.len()]]) {
        let asked = |number: &i64| self.known.contains_key(&(Call::Rules, person, *number));
        let first = (0..=DAYS).find(asked);
        let last = (0..=DAYS).rev().find(asked);
        for (number, rules) in (from..).zip(days) {
            let until = match (first, last) {
                (Some(first), _) if number < first => first - 1,
                (_, Some(last)) if number < last => number,
                _ => DAYS,
            };
            for number in number..=until {
                match rules[person] {
                    Some(rule) => drop(self.rules.insert((person, number), rule)),
                    None => drop(self.rules.remove(&(person, number))),
                }
            }
        }
    }
}

fn who(userid: &UserId) -> usize {
    PEOPLE.iter().position(|name| *name == userid.as_str()).unwrap()
}

impl world::State for State {
    async fn read(ledger: &Ledger, as_of: Option<Timestamp>) -> Self {
        let mut state = Self::default();
        for member in ledger.people(as_of).await.unwrap() {
            let standing = match (member.departments.as_slice(), member.present) {
                ([department], true) => Standing::In(*department),
                ([], true) => Standing::Unlisted,
                ([], false) => Standing::Left,
                odd => panic!("{odd:?}"),
            };
            state.people.insert(who(&member.userid), standing);
        }
        let corp_rules = ledger.corp_rules(as_of).await.unwrap();
        state.corp_rules = corp_rules.iter().map(|rule| rule.raw().to_owned()).collect();
        state.corp_rules.sort_unstable();
        let mut persons = ledger.persons(None, day(0), day(60), as_of).await.unwrap();
        while let Some(batch) = persons.next().await.unwrap() {
            for person in batch {
                let me = who(&person.userid);
                for number in 0..=DAYS {
                    let rule = person.rules.iter().rev().find(|(from, _)| *from <= day(number));
                    if let Some(rule) = rule.and_then(|(_, rule)| rule.as_ref()) {
                        state.rules.insert((me, number), rule.groupid.unwrap().0);
                    }
                }
                for shifts in person.schedules {
                    let key = (me, shifts.yearmonth.unwrap().0);
                    assert_eq!(state.shifts.insert(key, format!("{shifts:?}")), None, "twice");
                }
                for told in person.approvals {
                    let number = told.sp_no.as_ref().unwrap().parse().unwrap();
                    assert_eq!(state.approvals.insert(number, format!("{told:?}")), None, "twice");
                }
            }
        }
        let users = PEOPLE.map(UserId::from);
        for call in [Call::Rules, Call::Schedules] {
            let known = ledger.known(call, &users, day(0), day(60), as_of).await.unwrap();
            for (person, stretch) in
                known.iter().enumerate().flat_map(|(p, k)| k.iter().map(move |k| (p, k)))
            {
                let asked = stretch.until.as_second() - MIDNIGHT;
                let days = (0..=60).filter(|n| (stretch.from..=stretch.to).contains(&day(*n)));
                state.known.extend(days.map(|number| ((call, person, number), asked)));
            }
        }
        state
    }
}

async fn step(world: &mut World<State>, event: &Event, fate: Fate) {
    world.now += 10;
    let work = commit(world.ledger.clone(), world.run, event, world.now);
    if let Some(found) = world.commit(fate, work).await {
        assert_eq!(found, world.model.after(event, world.now), "{event:?} after {:?}", world.model);
        world.remember(found);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn facts_equal_the_model(events in prop::collection::vec((event(), fate()), 1..40)) {
        on_every_store(|store| {
            let events = events.clone();
            async move {
                let mut world = World::new(store).await;
                for (event, fate) in &events {
                    step(&mut world, event, *fate).await;
                }
                world.look_back().await;
            }
        });
    }
}
