//! All that a ledger says.

use daka_ledger::{Call, Ledger};
use jiff::{ToSpan as _, civil::date};
use wecom_checkin::UserId;

use crate::support::Stage;

/// All that a ledger says of a company, a fact a line. When something was asked for is left out:
/// it is the one thing that a second run changes.
pub(crate) fn whole(stage: &Stage, address: &str) -> Vec<String> {
    stage.block_on(async {
        let ledger = Ledger::open(address).await.unwrap();
        let ledger = ledger.company(stage.emulator.corp_id()).await.unwrap();
        let (from, to) = (date(2026, 9, 1), date(2026, 12, 31));
        let members = ledger.people(None).await.unwrap();
        let people: Vec<UserId> = members.iter().map(|member| member.userid.clone()).collect();
        let mut lines: Vec<String> = members.iter().map(|member| format!("{member:?}")).collect();
        for rule in ledger.corp_rules(None).await.unwrap() {
            lines.push(format!("corp rule {}", rule.raw()));
        }
        for row in ledger.records(&people, from, to, None).await.unwrap() {
            lines.push(format!("record {}", row.raw()));
        }
        let mut persons = ledger.persons(None, from, to, None).await.unwrap();
        while let Some(batch) = persons.next().await.unwrap() {
            for person in batch {
                let userid = &person.userid;
                lines.extend(person.rules.iter().map(|rule| format!("{userid} {rule:?}")));
                lines.extend(person.schedules.iter().map(|month| format!("{userid} {month:?}")));
                lines.extend(person.approvals.iter().map(|form| format!("{userid} {form:?}")));
            }
        }
        for call in [Call::Records, Call::Rules, Call::Schedules] {
            let known = ledger.known(call, &people, from, to, None).await.unwrap();
            for (userid, stretches) in people.iter().zip(known) {
                for day in stretches
                    .iter()
                    .flat_map(|known| known.from.series(1.day()).take_while(|day| *day <= known.to))
                {
                    lines.push(format!("{userid} {call:?} {day}"));
                }
            }
        }
        ledger.close().await;
        lines.sort_unstable();
        lines
    })
}

/// Compares two ledgers, and names the first line in which they differ.
pub(crate) fn assert_same(found: &[String], expected: &[String], said: &str) {
    let missing = expected.iter().find(|line| found.binary_search(line).is_err());
    let added = found.iter().find(|line| expected.binary_search(line).is_err());
    assert_eq!((missing, added), (None, None), "{said}: lacks, has besides");
    assert_eq!(found.len(), expected.len(), "{said}: something is there twice");
}

/// Whether the last run revised or withdrew something, though nothing ever changed.
pub(crate) fn changed(stage: &Stage, address: &str) -> bool {
    stage.block_on(async {
        let ledger = Ledger::open(address).await.unwrap();
        let ledger = ledger.company(stage.emulator.corp_id()).await.unwrap();
        let last = ledger.runs(1).await.unwrap().pop().unwrap();
        ledger.close().await;
        let end = last.end.unwrap();
        assert_eq!(end.failed, []);
        end.records.revised + end.records.withdrawn > 0
    })
}
