//! The company over time: its departments, and people who join, move and leave.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod store;

use daka_ledger::{Contact, Counts, Extent, RosterEntry, Turn};
use jiff::civil::{Date, date};
use store::{instant, on_every_store, row};
use wecom_checkin::{Row, contact::Department};

fn department(id: i64, name: &str) -> Row<Department> {
    row(&format!(r#"{{"id":{id},"name":"{name}","parentid":1,"order":5,"new_in_2027":0}}"#))
}

#[test]
fn departments_are_a_tree_with_versions() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let nameless: Row<Department> = row(r#"{"name":"nowhere"}"#);
        let trees = [
            (vec![department(2, "b"), department(1, "a"), nameless], (2, 0, 0, 0)),
            (vec![department(1, "a"), department(2, "b")], (0, 2, 0, 0)),
            (vec![department(1, "a"), department(2, "c"), department(3, "d")], (1, 1, 1, 0)),
            (vec![department(1, "a"), department(3, "d")], (0, 2, 0, 1)),
            (vec![department(1, "a"), department(2, "b")], (1, 1, 0, 1)),
        ];
        for (at, (tree, (new, unchanged, revised, withdrawn))) in (1..).zip(&trees) {
            let done = ledger.commit_departments(instant(at), tree).await.unwrap();
            let (new, unchanged, revised) = (*new, *unchanged, *revised);
            assert_eq!(
                done,
                Counts { new, unchanged, revised, withdrawn: *withdrawn },
                "tree {at}"
            );
        }
        for (at, (tree, _)) in (1..).zip(trees) {
            let mut tree: Vec<_> = tree.into_iter().filter(|row| row.id.is_some()).collect();
            tree.sort_by_key(|row| row.id);
            assert_eq!(ledger.departments(Some(instant(at))).await.unwrap(), tree, "as of {at}");
        }
        assert_eq!(ledger.departments(Some(instant(0))).await.unwrap(), []);
    });
}

#[test]
fn a_persons_history_is_told() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let li = |departments: &[i64]| Contact {
            userid: "li".into(),
            departments: departments.to_vec(),
        };
        let wang = Contact { userid: "wang".into(), departments: vec![1] };
        for (at, list) in [
            (1, vec![li(&[1]), wang.clone()]),
            (2, vec![li(&[1]), wang.clone()]),
            (3, vec![li(&[2, 3]), wang.clone()]),
            (4, vec![wang.clone()]),
            (5, vec![wang.clone()]),
            (6, vec![li(&[2]), wang]),
        ] {
            ledger.commit_people(instant(at), Extent::Everyone, &list).await.unwrap();
        }
        let joined = |at, departments: &[i64]| {
            (instant(at), Turn::Joined { departments: departments.to_vec() })
        };
        let moved = (instant(3), Turn::Moved { departments: vec![2, 3] });
        let left = (instant(4), Turn::Left);
        let all = [joined(1, &[1]), moved, left, joined(6, &[2])];
        let history = async |name: &str, as_of| ledger.turns(&name.into(), as_of).await.unwrap();
        assert_eq!(history("LI", None).await, all);
        for (at, turns) in [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (5, 3), (6, 4)] {
            assert_eq!(history("li", Some(instant(at))).await, all[..turns], "as of {at}");
        }
        assert_eq!(history("wang", None).await, [joined(1, &[1])]);
        assert_eq!(history("zhao", None).await, []);
    });
}

fn listed(userid: &str, name: &str, joined: Option<Date>) -> RosterEntry {
    RosterEntry {
        userid: userid.into(),
        name: Some(name.to_owned()),
        employee_no: Some("00123".to_owned()),
        joined,
        ..RosterEntry::default()
    }
}

#[test]
fn a_roster_replaces_what_it_names_and_forgets_nothing() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let (june, july) = (Some(date(2026, 6, 1)), Some(date(2026, 7, 1)));
        let imports = [
            (vec![listed("li", "李", june), listed("Wang", "王", None)], (2, 0, 0)),
            (vec![listed("LI", "李", june)], (0, 1, 0)),
            (vec![listed("wang", "王", july)], (0, 0, 1)),
        ];
        for (at, (entries, (new, unchanged, revised))) in (1..).zip(&imports) {
            let done = ledger.commit_roster(instant(at), entries).await.unwrap();
            let (new, unchanged, revised) = (*new, *unchanged, *revised);
            assert_eq!(done, Counts { new, unchanged, revised, withdrawn: 0 }, "import {at}");
        }
        let (li, wang) = (listed("li", "李", june), |joined| listed("Wang", "王", joined));
        for (at, expected) in
            [(0, vec![]), (1, vec![wang(None), li.clone()]), (3, vec![wang(july), li.clone()])]
        {
            let mut history = ledger.history(Some(instant(at))).await.unwrap();
            assert_eq!(history.roster().await.unwrap(), expected, "as of {at}");
        }
        let then = (date(2026, 6, 1), date(2026, 6, 1));
        for (at, joined) in [(1, None), (3, july)] {
            let person = ledger.person(&"wang".into(), then.0, then.1, Some(instant(at))).await;
            assert_eq!(person.unwrap().unwrap().employment.joined, joined, "as of {at}");
        }
    });
}
