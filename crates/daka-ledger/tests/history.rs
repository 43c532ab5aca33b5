//! Reading a ledger out: stretches of rules, and one state however long it takes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod store;

use daka_ledger::{Call, History};
use jiff::civil::{Date, date};
use store::{Store, instant, on_every_store, punch, row, slice_of, texts, users};
use wecom_checkin::UserId;

const FIRST: Date = date(2026, 6, 1);
const LAST: Date = date(2026, 6, 30);

/// Files the rule that someone has from that day on, told at that second; 0 for none.
async fn rule(store: &Store, userid: &str, day: Date, groupid: i64, at: i64) {
    let ledger = store.ledger().await;
    let run = ledger.begin_run(instant(at)).await.unwrap();
    let group = if groupid == 0 { "{}".to_owned() } else { format!(r#"{{"groupid":{groupid}}}"#) };
    let answer = row(&format!(r#"{{"userid":"{userid}","group":{group}}}"#));
    let people = users(&[userid]);
    ledger
        .commit_rules(run, slice_of(&people, day, day, at), &[(day, vec![answer])])
        .await
        .unwrap();
}

async fn stretches(history: &mut History, people: &[UserId], from: Date, to: Date) -> Vec<String> {
    let rules = history.rules(people, from, to).await.unwrap();
    let shown = rules.iter().map(|stretch| {
        let rule = stretch.rule.as_ref().map_or("-", |rule| rule.raw());
        format!("{} {} {} {rule}", stretch.userid, stretch.from, stretch.until)
    });
    shown.collect()
}

#[test]
fn rules_come_as_stretches_of_the_days_asked_for() {
    on_every_store(async |store| {
        rule(&store, "wang", date(2026, 5, 1), 7, 1).await;
        rule(&store, "li", date(2026, 5, 10), 7, 2).await;
        rule(&store, "li", date(2026, 5, 20), 8, 3).await;
        rule(&store, "li", date(2026, 6, 10), 0, 4).await;
        rule(&store, "li", date(2026, 6, 30), 9, 5).await;
        rule(&store, "zhao", date(2026, 7, 1), 7, 6).await;
        let ledger = store.ledger().await;
        let mut history = ledger.history(None).await.unwrap();
        let people = history.people(None).await.unwrap();
        assert_eq!(people, users(&["li", "wang", "zhao"]));
        assert_eq!(
            stretches(&mut history, &people, FIRST, LAST).await,
            [
                r#"li 2026-06-01 2026-06-10 {"groupid":8}"#,
                "li 2026-06-10 2026-06-30 -",
                r#"li 2026-06-30 2026-07-01 {"groupid":9}"#,
                r#"wang 2026-06-01 2026-07-01 {"groupid":7}"#,
            ]
        );
        let day = date(2026, 6, 10);
        assert_eq!(
            stretches(&mut history, &users(&["LI"]), day, day).await,
            ["li 2026-06-10 2026-06-11 -"]
        );
        let before = date(2026, 4, 30);
        assert_eq!(stretches(&mut history, &people, before, before).await, Vec::<String>::new());

        let mut then = ledger.history(Some(instant(3))).await.unwrap();
        let people = then.people(Some(&users(&["Li", "zhao", "ghost"]))).await.unwrap();
        assert_eq!(people, users(&["li"]), "zhao was not known then");
        assert_eq!(
            stretches(&mut then, &people, FIRST, LAST).await,
            [r#"li 2026-06-01 2026-07-01 {"groupid":8}"#]
        );
        assert_eq!(then.corp_id().await.unwrap().as_str(), store.corp_id);
    });
}

#[test]
fn what_is_filed_meanwhile_is_not_read() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li", "wang"]);
        let first = [punch("li", 32_400, "上班打卡", ""), punch("wang", 32_400, "上班打卡", "")];
        ledger.commit_records(run, slice_of(&people, FIRST, FIRST, 1), &first).await.unwrap();

        let mut history = ledger.history(None).await.unwrap();
        let li = history.records(&people[..1], FIRST, LAST).await.unwrap();
        let second = [punch("wang", 32_460, "上班打卡", "late")];
        ledger.commit_records(run, slice_of(&people, FIRST, LAST, 2), &second).await.unwrap();
        let wang = history.records(&people[1..], FIRST, LAST).await.unwrap();
        assert_eq!(texts(&[li, wang].concat()), texts(&first));
        let known = history.known(Call::Records, &people, FIRST, LAST).await.unwrap();
        assert_eq!(known[1].iter().map(|known| known.to).collect::<Vec<_>>(), [FIRST]);
        drop(history);
        assert_eq!(
            texts(&ledger.records(&people, FIRST, LAST, None).await.unwrap()),
            texts(&second)
        );
    });
}

#[test]
fn schedules_come_by_person_and_month() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["wang", "li"]);
        let month = |userid: &str, month: i64| {
            row(&format!(r#"{{"userid":"{userid}","yearmonth":{month},"new":[1]}}"#))
        };
        let rows = [month("wang", 202_606), month("li", 202_607), month("li", 202_606)];
        let slice = slice_of(&people, FIRST, date(2026, 7, 31), 1);
        ledger.commit_schedules(run, slice, &rows).await.unwrap();
        let mut history = ledger.history(None).await.unwrap();
        let read = history.schedules(&people, FIRST, LAST).await.unwrap();
        assert_eq!(read, [month("li", 202_606), month("wang", 202_606)]);
    });
}
