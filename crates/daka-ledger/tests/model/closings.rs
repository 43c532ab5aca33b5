//! Closings: who may be frozen when, beside a model that keeps sets of people.

use std::collections::BTreeSet;

use daka_ledger::{Frozen, FrozenDay, Ledger, NewClosing, Reopening};
use jiff::civil::{Date, date};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use wecom_checkin::UserId;

use crate::store::{instant, on_every_store};

const MONTHS: [Date; 2] = [date(2026, 6, 1), date(2026, 7, 1)];
const HISTORIES: usize = 12;
const NAMES: [&str; 3] = ["ann", "Bob", "陈"];

#[derive(Debug, Clone)]
enum Step {
    /// Nobody named is everyone.
    Close {
        month: usize,
        named: BTreeSet<usize>,
        finished: bool,
    },
    Reopen {
        month: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let close = (0..2_usize, prop::collection::btree_set(0..3_usize, 0..3), any::<bool>())
        .prop_map(|(month, named, finished)| Step::Close { month, named, finished });
    let reopen = (0..2_usize).prop_map(|month| Step::Reopen { month });
    prop::collection::vec(prop_oneof![3 => close, 1 => reopen], 1..10)
}

fn frozen(nr: usize, person: usize) -> Frozen {
    let day = |n: usize| FrozenDay {
        en: format!(r#"{{"n":{n},"nr":{nr},"why":["\"late\"\n"]}}"#),
        zh: format!(r#"{{"n":{n},"nr":{nr},"why":["迟到"]}}"#),
    };
    Frozen { userid: UserId::from(NAMES[person]), days: (0..30).map(day).collect() }
}

/// One closing of the model.
struct Closed {
    id: i64,
    month: usize,
    everyone: bool,
    people: BTreeSet<usize>,
    step: usize,
    open: bool,
}

async fn run(ledger: &Ledger, steps: &[Step]) {
    let mut model: Vec<Closed> = Vec::new();
    let users: Vec<UserId> = NAMES.iter().map(|name| UserId::from(*name)).collect();
    for (nr, step) in steps.iter().enumerate() {
        let at = instant(i64::try_from(nr).unwrap() * 60);
        match step {
            Step::Reopen { month } => {
                let reopening = Reopening { at, by: None, why: format!("step {nr}") };
                let opened = ledger.reopen(MONTHS[*month], &reopening).await.unwrap();
                let mut ids = Vec::new();
                for closed in model.iter_mut().filter(|c| c.month == *month && !c.open) {
                    closed.open = true;
                    ids.push(closed.id);
                }
                assert_eq!(opened.iter().map(|c| c.id).collect::<Vec<_>>(), ids);
            }
            Step::Close { month, named, finished } => {
                let everyone = named.is_empty();
                let people = if everyone { BTreeSet::from([0, 1, 2]) } else { named.clone() };
                let mut draft = ledger.begin_closing().await.unwrap();
                for &person in &people {
                    draft.add(&[frozen(nr, person)]).await.unwrap();
                }
                if !finished {
                    continue;
                }
                let closing = NewClosing {
                    month: MONTHS[*month],
                    closed_at: at,
                    by: Some("hr".to_owned()),
                    everyone,
                    people: people.len().try_into().unwrap(),
                    person_days: 30,
                    sha256: format!("sum {nr}"),
                    lang: "en".to_owned(),
                    policy: "{}".to_owned(),
                };
                let in_the_way = model.iter().any(|c| {
                    let both = c.everyone || everyone || !c.people.is_disjoint(&people);
                    c.month == *month && !c.open && both
                });
                let done = draft.finish(closing.clone()).await.unwrap();
                assert_eq!(done.is_none(), in_the_way, "step {nr} of {steps:?}");
                if let Some(done) = done {
                    let earlier = model.iter().filter(|c| c.month == *month).count();
                    assert_eq!(
                        (done.nr, &done.closed),
                        (i64::try_from(earlier).unwrap() + 1, &closing)
                    );
                    let (id, month) = (done.id, *month);
                    model.push(Closed { id, month, everyone, people, step: nr, open: false });
                }
            }
        }
        let kept = ledger.closings().await.unwrap();
        let kept: BTreeSet<(i64, bool)> =
            kept.iter().map(|c| (c.id, c.reopened.is_some())).collect();
        assert_eq!(kept, model.iter().map(|c| (c.id, c.open)).collect(), "{steps:?}");
    }
    for closed in &model {
        let kept = ledger.frozen(closed.id, &users).await.unwrap();
        let expected = closed.people.iter().map(|&person| {
            let frozen = frozen(closed.step, person);
            (frozen.userid.key(), frozen)
        });
        assert_eq!(kept, expected.collect());
    }
}

#[test]
fn nobody_is_frozen_twice_and_what_is_frozen_stays() {
    let mut runner = TestRunner::deterministic();
    let histories: Vec<Vec<Step>> =
        (0..HISTORIES).map(|_| steps().new_tree(&mut runner).unwrap().current()).collect();
    on_every_store(|store| {
        let histories = histories.clone();
        async move {
            let ledger = store.ledger().await;
            for (nr, steps) in histories.iter().enumerate() {
                let company = ledger.add_company(&format!("{}-{nr}", store.corp_id)).await.unwrap();
                run(&company, steps).await;
            }
        }
    });
}
