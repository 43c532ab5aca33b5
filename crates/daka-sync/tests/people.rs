//! Whom a sync finds: through the rules where nobody may list everyone, and the departments' tree.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod bench;

use std::collections::BTreeSet;

use bench::{Company, ledger};
use daka_ledger::{Ledger, Turn};
use daka_sync::{Days, Error, People, Thing};
use jiff::civil::date;
use serde_json::json;
use wecom_checkin::{DepartmentId, TagId, UserId, calls::get_tag::GetTag};
use wecom_emulator::{Fault, FaultKind, Faults};

const DAYS: Days = Days::All { from: date(2026, 6, 18), to: date(2026, 6, 18) };

struct Bench {
    company: Company,
    ledger: Ledger,
    folder: tempfile::TempDir,
}

async fn bench(people: u32, faults: Vec<Fault>) -> Bench {
    let company = Company::new(people, Faults { faults }).await;
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder, &company).await;
    Bench { company, ledger, folder }
}

fn refusing(call: &str, errcode: i64, count: Option<u64>) -> Fault {
    let kind = FaultKind::Errcode { errcode, errmsg: None };
    Fault { call: Some(call.to_owned()), skip: 0, count, probability: None, kind }
}

async fn on_file(ledger: &Ledger) -> BTreeSet<UserId> {
    ledger.people(None).await.unwrap().into_iter().map(|member| member.userid).collect()
}

#[tokio::test]
async fn the_rules_find_whom_the_contact_list_names() {
    let Bench { company, ledger, folder: _folder } = bench(250, vec![]).await;
    let outcome = company.sync(&ledger, People::FromRules, DAYS).await.unwrap();
    let listed: BTreeSet<UserId> = company.users().await.into_iter().collect();
    assert_eq!((outcome.people, outcome.missed.len()), (250, 0));
    assert_eq!(on_file(&ledger).await, listed);
    assert_eq!(company.calls("getcorpcheckinoption"), 1);
    // Both say the same of everybody's departments.
    let by_list = company.sync(&ledger, People::Everyone, DAYS).await.unwrap();
    assert_eq!((by_list.members.unchanged, by_list.members.changed()), (250, false));
}

#[tokio::test]
async fn names_and_tags_count_and_nobody_leaves() {
    let Bench { company, ledger, folder: _folder } = bench(250, vec![]).await;
    company.sync(&ledger, People::Everyone, DAYS).await.unwrap();
    let members = ledger.people(None).await.unwrap();
    let of_division = |division: i64| {
        let is_in = move |id: &i64| *id == division || id / 100_000 == division;
        members.iter().filter(move |m| m.departments.iter().any(is_in)).map(|m| m.userid.clone())
    };
    // The first rule covers a tag and one head-office person, who is spelled otherwise, alone.
    let named = of_division(11).next().unwrap();
    let range = json!({"party_id": [], "userid": [named.as_str().to_uppercase()], "tagid": [7]});
    let patch = json!({"do": "edit_rule", "groupid": 11, "from": "2026-06-01",
        "patch": {"range": range}});
    company.act(&patch).await;
    let tag = company.client.get_tag(GetTag { tagid: TagId(7) }).await.unwrap().into_typed();
    let tagged = tag.userlist.unwrap().into_iter().map(|member| member.userid.unwrap());
    let mut expected: BTreeSet<UserId> =
        [12, 13, 21, 31].into_iter().flat_map(of_division).collect();
    let in_divisions = expected.len();
    expected.extend(tagged.chain([named]));
    assert!(expected.len() > in_divisions + 1 && expected.len() < 250);

    let outcome = company.sync(&ledger, People::FromRules, DAYS).await.unwrap();
    assert_eq!(outcome.people, expected.len());
    assert_eq!((outcome.failed.len(), outcome.unknown.len()), (0, 0));
    assert!(!outcome.members.changed(), "{:?}", outcome.members);
    assert_eq!(ledger.people(None).await.unwrap(), members);
}

#[tokio::test]
async fn what_may_not_be_looked_into_is_named_and_the_rest_synced() {
    for (call, errcode) in [
        ("department/simplelist", 60_011),
        ("user/simplelist", 60_011),
        ("user/simplelist", 60_003),
    ] {
        let Bench { company, ledger, folder: _folder } =
            bench(250, vec![refusing(call, errcode, Some(1))]).await;
        let outcome = company.sync(&ledger, People::FromRules, DAYS).await.unwrap();
        let missed: Vec<_> =
            outcome.missed.iter().map(|m| (&m.thing, m.error.to_string())).collect();
        assert_eq!(missed[0].0, &Thing::Department(11), "{call}");
        assert!(missed[0].1.contains(&errcode.to_string()), "{missed:?}");
        assert_eq!(missed.len(), 1);
        assert!(outcome.people > 100 && outcome.records.new > 0);
        let remembered = ledger.runs(1).await.unwrap().remove(0).end.unwrap().failed;
        assert!(remembered[0].reason.starts_with("department 11: "), "{remembered:?}");
    }
    let faults = vec![refusing("user/simplelist", 60_011, None)];
    let Bench { company, ledger, folder: _folder } = bench(10, faults).await;
    match company.sync(&ledger, People::FromRules, DAYS).await {
        Err(Error::WeCom(error)) => assert_eq!(error.errcode(), Some(60_011)),
        other => assert!(other.is_err(), "nobody was found"),
    }
}

#[tokio::test]
async fn the_tree_of_departments_is_kept_with_or_without_names() {
    let Bench { company, ledger, folder: _folder } = bench(60, vec![]).await;
    let outcome = company.sync(&ledger, People::Everyone, DAYS).await.unwrap();
    let tree = ledger.departments(None).await.unwrap();
    assert_eq!(outcome.departments.new, u64::try_from(tree.len()).unwrap());
    let office = tree.iter().find(|row| row.id.is_some_and(|id| id.0 == 11)).unwrap();
    assert_eq!((office.name.as_deref(), office.parentid), (Some("总部"), Some(DepartmentId(1))));
    let member = ledger.people(None).await.unwrap().remove(0);
    assert!(tree.iter().any(|row| row.id.map(i64::from) == Some(member.departments[0])));
    let turns = ledger.turns(&member.userid, None).await.unwrap();
    assert!(matches!(turns[..], [(_, Turn::Joined { .. })]), "{turns:?}");

    let faults = vec![refusing("department/list", 48_009, None)];
    let Bench { company, ledger, folder: _folder } = bench(60, faults).await;
    let outcome = company.sync(&ledger, People::Everyone, DAYS).await.unwrap();
    let ids: Vec<_> = ledger.departments(None).await.unwrap().iter().map(|row| row.id).collect();
    assert_eq!(ids, tree.iter().map(|row| row.id).collect::<Vec<_>>());
    assert_eq!(outcome.refused.len(), 0, "the ids do instead");

    let faults =
        ["department/list", "department/simplelist"].map(|call| refusing(call, 48_002, None));
    let Bench { company, ledger, folder: _folder } = bench(60, faults.into()).await;
    let outcome = company.sync(&ledger, People::Everyone, DAYS).await.unwrap();
    assert_eq!((outcome.refused.len(), outcome.failed.len(), outcome.missed.len()), (1, 0, 0));
    assert_eq!((ledger.departments(None).await.unwrap().len(), outcome.people), (0, 60));
}
