//! Every declared fact through random histories, beside a model that keeps every state of a key.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::as_conversions)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::{
    Counts, Ledger, approvals,
    db::Value,
    departments,
    diff::Fact,
    overrides, people, records, reports, roster, rules, schedules, verdicts,
    versioned::{Cells, Scope, Told, VersionedTable},
};

/// All of them; [`every_table_of_versions_is_declared`] says when one is missing.
const DECLARED: [&VersionedTable; 12] = [
    &approvals::APPROVAL,
    &departments::DEPARTMENT,
    &overrides::DECISION,
    &people::MEMBER,
    &records::RECORD,
    &reports::DAY_REPORT,
    &reports::MONTH_REPORT,
    &roster::ROSTER,
    &rules::CORP_RULE,
    &rules::RULE_FROM,
    &schedules::SCHEDULE,
    &verdicts::VERDICT,
];

/// An answer: when it came, whom it was about, and what it said of them.
#[derive(Debug, Clone)]
struct Answer {
    at: i64,
    people: BTreeSet<i64>,
    /// Whether silence about an odd slot, and about an even one, means that nothing is there.
    silence: [bool; 2],
    told: Vec<(i64, i64, i64)>,
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let answer = (
        // The clock may stand still and go back.
        0..9_i64,
        prop::collection::btree_set(1..4_i64, 0..4),
        any::<[bool; 2]>(),
        prop::collection::vec((1..4_i64, 0..3_i64, 0..3_i64), 0..8),
    );
    let answer = answer.prop_map(|(at, people, silence, mut told)| {
        told.retain(|(person, ..)| people.contains(person));
        Answer { at, people, silence, told }
    });
    prop::collection::vec(answer, 1..7)
}

/// What a column of that name holds in place of a number.
fn cell(column: &str, number: i64) -> Value {
    match column {
        "sp_no" | "content" | "departments" | "body" | "own" => number.to_string().into(),
        _ => number.into(),
    }
}

fn fact(table: &VersionedTable, (person, slot, content): (i64, i64, i64)) -> Told {
    let cells = |columns: &[&str], numbers: &mut dyn Iterator<Item = i64>| -> Cells {
        columns.iter().zip(numbers).map(|(column, number)| cell(column, number)).collect()
    };
    Fact {
        identity: cells(table.key, &mut [person, slot].into_iter()),
        content: cells(table.content, &mut std::iter::repeat(content)),
    }
}

/// Every state that each key ever had, with the instant at which it began.
#[derive(Default)]
struct Model(BTreeMap<Cells, Vec<(i64, Vec<Cells>)>>);

impl Model {
    fn replace(&mut self, at: i64, answer: &Answer, told: &[Told]) -> (Counts, i64) {
        let of_answer = |key: &Cells| answer.people.iter().any(|&p| key[0] == Value::Int(p));
        let keys: BTreeSet<Cells> = self.0.keys().filter(|key| of_answer(key)).cloned().collect();
        let taken = keys.iter().filter_map(|key| Some(self.0[key].last()?.0)).max();
        let mut counts = Counts::default();
        let mut states = Vec::new();
        for key in keys.into_iter().chain(told.iter().map(|fact| fact.identity.clone())) {
            if states.iter().any(|(done, _)| *done == key) {
                continue;
            }
            let mut gone: Vec<Cells> =
                self.0.get(&key).and_then(|s| s.last()).map(|s| s.1.clone()).unwrap_or_default();
            let (mut new, mut state) = (Vec::new(), Vec::new());
            for content in told.iter().filter(|f| f.identity == key).map(|f| &f.content) {
                match gone.iter().position(|earlier| earlier == content) {
                    Some(same) => state.push(gone.remove(same)),
                    None => new.push(content.clone()),
                }
            }
            counts.unchanged += state.len() as u64;
            let revised = gone.len().min(new.len());
            counts.revised += revised as u64;
            counts.new += (new.len() - revised) as u64;
            // Which of several is revised and which withdrawn shows only where some may stay.
            let left = gone.split_off(revised);
            if answer.silent(&key) {
                counts.withdrawn += left.len() as u64;
            } else {
                state.extend(left);
            }
            state.extend(new);
            state.sort();
            states.push((key, state));
        }
        let at = if counts.changed() { taken.map_or(at, |taken| at.max(taken + 1)) } else { at };
        for (key, state) in states {
            let history = self.0.entry(key).or_default();
            if history.last().map(|(_, last)| last) != Some(&state) {
                history.push((at, state));
            }
        }
        (counts, at)
    }

    fn at(&self, as_of: i64) -> Vec<(Cells, Cells)> {
        let mut facts = Vec::new();
        for (key, states) in &self.0 {
            let held = states.iter().rev().find(|(from, _)| *from <= as_of);
            facts.extend(held.into_iter().flat_map(|(_, s)| s).map(|c| (key.clone(), c.clone())));
        }
        facts
    }
}

impl Answer {
    fn silent(&self, key: &[Value]) -> bool {
        let odd = match key.last() {
            Some(Value::Int(slot)) => slot % 2,
            Some(Value::Text(slot)) => slot.parse::<i64>().unwrap() % 2,
            _ => 0,
        };
        self.silence[usize::from(odd == 1)]
    }
}

async fn run(ledger: &Ledger, table: &VersionedTable, answers: &[Answer]) {
    let company = ledger.company_id().unwrap();
    let mut model = Model::default();
    for answer in answers {
        let mut told: Vec<Told> = answer.told.iter().map(|&told| fact(table, told)).collect();
        if !table.numbered {
            let mut named = BTreeSet::new();
            told.retain(|fact| named.insert(fact.identity.clone()));
        }
        // One key has several contents only where its silence withdraws the rest: else it would be
        // anybody's guess which of them stays.
        let mut answer = answer.clone();
        if table.numbered {
            answer.silence = [true; 2];
        }
        let expected = model.replace(answer.at, &answer, &told);
        let scope = Scope::among(table.key[0], answer.people.iter().copied().collect::<Vec<_>>());
        let mut tx = ledger.write("testing").await.unwrap();
        let silence = |key: &[Value]| answer.silent(key);
        let found = table.replace(&mut tx, company, answer.at, &scope, silence, told).await;
        tx.commit().await.unwrap();
        assert_eq!(found.unwrap(), expected, "{} after {answer:?}", table.name);
    }
    let mut tx = ledger.read("testing").await.unwrap();
    for as_of in -1..20 {
        let lines = table.read(&mut tx, company, &Scope::default(), as_of).await.unwrap();
        let mut found: Vec<(Cells, Cells)> = lines
            .into_iter()
            .map(|mut line| (line.values(table.key.len()), line.values(table.content.len())))
            .collect();
        assert!(found.is_sorted_by_key(|(key, _)| key.clone()), "{}", table.name);
        found.sort();
        assert_eq!(found, model.at(as_of), "{} as of {as_of}", table.name);
    }
}

/// A company of its own, for the store may have served before.
async fn fresh(address: &str) -> Ledger {
    let unique = tempfile::tempdir().unwrap();
    let corp_id = unique.path().file_name().unwrap().to_string_lossy().into_owned();
    Ledger::create_or_open(address).await.unwrap().add_company(&corp_id).await.unwrap()
}

#[test]
fn every_fact_has_the_history_of_the_model() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("daka.db").display());
    let server = std::env::var("DAKA_TEST_POSTGRES").ok();
    for (address, cases) in [(Some(file), 24), (server, 6)] {
        let Some(address) = address else { continue };
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let run_all = |answers: Vec<Answer>| {
            runtime.block_on(async {
                let ledger = fresh(&address).await;
                for table in DECLARED {
                    run(&ledger, table, &answers).await;
                }
                ledger.close().await;
            });
            Ok(())
        };
        TestRunner::new(config).run(&answers(), run_all).unwrap();
    }
}

#[tokio::test]
async fn every_table_of_versions_is_declared() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("daka.db").display());
    let ledger = fresh(&file).await;
    let mut tx = ledger.read("testing").await.unwrap();
    let sql = "SELECT m.name, c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
         WHERE m.type = 'table' AND m.sql LIKE '%known_to%'";
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mut line in tx.rows(sql, vec![]).await.unwrap() {
        found.entry(line.text().unwrap()).or_default().insert(line.text().unwrap());
    }
    let declared: BTreeMap<String, BTreeSet<String>> = DECLARED
        .iter()
        .map(|table| {
            let columns = ["company", "known_from", "known_to"].into_iter();
            let columns = columns.chain(table.identity()).chain(table.content.iter().copied());
            (table.name.to_owned(), columns.map(str::to_owned).collect())
        })
        .collect();
    assert_eq!(found, declared);
}
