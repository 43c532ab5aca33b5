//! What goes in comes out, as it was and as it was then.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod store;

use daka_ledger::{Call, Contact, Counts, Error, Extent, FailedSlice, RunEnd, Slice};
use jiff::civil::date;
use store::{DAY, instant, on_every_store, punch, row, slice_of, texts, users};
use wecom_checkin::{Record, Row};

const DAY_1: jiff::civil::Date = date(2026, 6, 1);
const DAY_2: jiff::civil::Date = date(2026, 6, 2);
const DAY_3: jiff::civil::Date = date(2026, 6, 3);

fn counts(new: u64, unchanged: u64, revised: u64, withdrawn: u64) -> Counts {
    Counts { new, unchanged, revised, withdrawn }
}

#[test]
fn an_answer_is_compared_as_a_whole() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li", "wang"]);
        let slice = |at| slice_of(&people, DAY_1, DAY_2, at);
        let first = [
            punch("li", 32_400, "上班打卡", ""),
            punch("li", 32_400, "上班打卡", ""),
            punch("wang", 32_460, "上班打卡", "late"),
        ];
        let done = ledger.commit_records(run, slice(1), &first).await.unwrap();
        assert_eq!(done, counts(3, 0, 0, 0));
        let done = ledger.commit_records(run, slice(2), &first).await.unwrap();
        assert_eq!(done, counts(0, 3, 0, 0));
        let second = [
            punch("li", 32_400, "上班打卡", ""),
            punch("wang", 32_460, "上班打卡", "excused"),
            punch("wang", 64_800, "下班打卡", ""),
        ];
        let done = ledger.commit_records(run, slice(3), &second).await.unwrap();
        assert_eq!(done, counts(1, 1, 1, 1));

        let read =
            async |as_of| texts(&ledger.records(&people, DAY_1, DAY_2, as_of).await.unwrap());
        assert_eq!(read(None).await, texts(&second));
        assert_eq!(read(Some(instant(3))).await, texts(&second));
        assert_eq!(read(Some(instant(2))).await, texts(&first));
        assert_eq!(read(Some(instant(0))).await, Vec::<String>::new());
    });
}

#[test]
fn rows_around_a_slice_are_added_and_never_withdrawn() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li"]);
        let slice = |day, at| slice_of(&people, day, day, at);
        let (morning, night) =
            (punch("li", 32_400, "上班打卡", ""), punch("li", DAY + 3_600, "下班打卡", ""));
        let undated: Row<Record> = row(r#"{"userid":"li","checkin_type":"外出打卡"}"#);
        let stranger = punch("zhao", 32_400, "上班打卡", "");
        let both = [morning.clone(), night.clone(), undated, stranger];
        let done = ledger.commit_records(run, slice(DAY_1, 1), &both).await.unwrap();
        assert_eq!(done, counts(4, 0, 0, 0));
        let done = ledger.commit_records(run, slice(DAY_1, 2), &[morning]).await.unwrap();
        assert_eq!(done, counts(0, 1, 0, 0));
        let done = ledger.commit_records(run, slice(DAY_2, 3), &[]).await.unwrap();
        assert_eq!(done, counts(0, 0, 0, 1));
        let long_ago = date(-9000, 1, 1);
        let all = users(&["li", "zhao"]);
        let left = ledger.records(&all, long_ago, date(9000, 1, 1), None).await.unwrap();
        assert_eq!(left.len(), 2);
    });
}

#[test]
fn a_clock_that_went_back_does_not_mix_versions() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li"]);
        for (at, note) in [(100, "a"), (100, "b"), (50, "c"), (70, "b")] {
            let slice = slice_of(&people, DAY_1, DAY_1, at);
            ledger.commit_records(run, slice, &[punch("li", 1, "上班打卡", note)]).await.unwrap();
            for at in 0..200 {
                let then = ledger.records(&people, DAY_1, DAY_1, Some(instant(at))).await.unwrap();
                assert_eq!(then.len(), usize::from(at >= 100), "at {at}");
            }
        }
        let now = ledger.records(&people, DAY_1, DAY_1, None).await.unwrap();
        assert_eq!(now[0].notes.as_deref(), Some("b"));
    });
}

#[test]
fn every_documented_row_comes_back_as_it_was_sent() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        for name in ["full", "overnight", "multi_exception", "diviceid", "absent_only"] {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../wecom-checkin/tests/fixtures");
            let file = format!("{folder}/getcheckindata.resp.{name}.json");
            let mut answer: serde_json::Value =
                serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
            let rows: Vec<Row<Record>> =
                serde_json::from_str(&answer["checkindata"].take().to_string()).unwrap();
            let people: Vec<_> = rows.iter().map(|row| row.userid.clone()).collect();
            let (from, to) = (date(2000, 1, 1), date(2030, 1, 1));
            let slice = slice_of(&people, from, to, 1);
            ledger.commit_records(run, slice, &rows).await.unwrap();
            let back = ledger.records(&people, from, to, None).await.unwrap();
            assert_eq!(texts(&back), texts(&rows), "{name}");
        }
    });
}

#[test]
fn people_join_move_and_leave() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let contact = |name: &str, departments: &[i64]| Contact {
            userid: name.into(),
            departments: departments.to_vec(),
        };
        let list = [contact("li", &[2, 1]), contact("Wang", &[1]), contact("li", &[3])];
        let done = ledger.commit_people(instant(1), Extent::Everyone, &list).await.unwrap();
        assert_eq!(done, counts(2, 0, 0, 0));
        let some = [contact("wang", &[9])];
        let done = ledger.commit_people(instant(2), Extent::Some, &some).await.unwrap();
        assert_eq!(done, counts(0, 0, 1, 0));
        let done = ledger.commit_people(instant(3), Extent::Everyone, &list[..1]).await.unwrap();
        assert_eq!(done, counts(0, 0, 1, 1));

        let read = async |at| {
            let people = ledger.people(Some(instant(at))).await.unwrap();
            people
                .into_iter()
                .map(|m| format!("{} {:?} {}", m.userid, m.departments, m.present))
                .collect::<Vec<_>>()
        };
        assert_eq!(read(0).await, Vec::<String>::new());
        assert_eq!(read(1).await, ["Wang [1] true", "li [1, 2, 3] true"]);
        assert_eq!(read(2).await, ["Wang [9] true", "li [1, 2, 3] true"]);
        assert_eq!(read(3).await, ["Wang [] false", "li [1, 2] true"]);
    });
}

#[test]
fn rules_hold_from_the_day_they_changed() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li", "wang"]);
        let corp: Row<wecom_checkin::Rule> = row(r#"{"groupid":1,"white_users":["wang"]}"#);
        for (at, rules, expected) in [
            (1, vec![corp.clone(), corp.clone()], counts(2, 0, 0, 0)),
            (2, vec![corp.clone()], counts(0, 1, 0, 1)),
            (3, vec![], counts(0, 0, 0, 1)),
        ] {
            assert_eq!(ledger.commit_corp_rules(instant(at), &rules).await.unwrap(), expected);
        }
        assert_eq!(ledger.corp_rules(Some(instant(2))).await.unwrap(), [corp]);
        assert_eq!(ledger.corp_rules(None).await.unwrap(), []);
        let rule = |name: &str, id: i64| {
            row(&format!(r#"{{"userid":"{name}","group":{{"grouptype":1,"groupid":{id}}}}}"#))
        };
        let none = row(r#"{"userid":"wang","group":{}}"#);
        let slice = |from, to, at| slice_of(&people, from, to, at);
        let days = [
            (DAY_1, vec![rule("li", 1), none]),
            (DAY_2, vec![rule("li", 1)]),
            (DAY_3, vec![rule("li", 2), rule("wang", 1)]),
        ];
        let done = ledger.commit_rules(run, slice(DAY_1, DAY_3, 1), &days).await.unwrap();
        assert_eq!(done, counts(4, 0, 0, 0));
        let again = [(DAY_2, vec![rule("li", 2)])];
        let done = ledger.commit_rules(run, slice(DAY_2, DAY_2, 2), &again).await.unwrap();
        assert_eq!(done, counts(0, 0, 1, 0));

        let read = async |name: &str, at| {
            let person = ledger.person(&name.into(), DAY_1, DAY_3, at).await.unwrap().unwrap();
            person
                .rules
                .iter()
                .map(|(from, rule)| (from.day(), rule.as_ref().map_or(0, |r| r.groupid.unwrap().0)))
                .collect::<Vec<_>>()
        };
        assert_eq!(read("li", Some(instant(1))).await, [(1, 1), (3, 2)]);
        assert_eq!(read("li", None).await, [(1, 1), (2, 2)]);
        assert_eq!(read("wang", None).await, [(1, 0), (3, 1)]);
        let on_day_3 = ledger.rules(&people, DAY_3, None).await.unwrap();
        assert_eq!(on_day_3[1].as_ref().unwrap().groupid.unwrap().0, 1);
    });
}

#[test]
fn schedules_and_approvals_have_versions() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li"]);
        let june = slice_of(&people, DAY_1, date(2026, 6, 30), 1);
        let month = |number: i64, shift: i64| {
            row(&format!(
                r#"{{"userid":"li","yearmonth":{number},"schedule":{{"scheduleList":[{{"day":1,"schedule_info":{{"schedule_id":{shift}}}}}]}}}}"#
            ))
        };
        let first = [month(202_606, 1), month(202_607, 1)];
        let done = ledger.commit_schedules(run, june, &first).await.unwrap();
        assert_eq!(done, counts(2, 0, 0, 0));
        let later = Slice { fetched_at: instant(2), ..june };
        let done = ledger.commit_schedules(run, later, &[month(202_606, 2)]).await.unwrap();
        assert_eq!(done, counts(0, 0, 1, 0));
        let done =
            ledger.commit_schedules(run, Slice { fetched_at: instant(3), ..june }, &[]).await;
        assert_eq!(done.unwrap(), counts(0, 0, 0, 1));

        let approval = |status: i64| {
            row(&format!(r#"{{"sp_no":"2026","sp_status":{status},"applyer":{{"userid":"li"}}}}"#))
        };
        for (at, status, expected) in
            [(1, 1, counts(1, 0, 0, 0)), (2, 2, counts(0, 0, 1, 0)), (3, 2, counts(0, 1, 0, 0))]
        {
            let done =
                ledger.commit_approvals(instant(at), &people, &[approval(status)]).await.unwrap();
            assert_eq!(done, expected);
        }

        let read = async |at| {
            let read = ledger.person(&people[0], DAY_1, date(2026, 7, 1), Some(instant(at)));
            let person = read.await.unwrap().unwrap();
            let shifts: Vec<i64> = person
                .schedules
                .iter()
                .map(|s| {
                    let days = s.schedule.as_ref().unwrap().schedule_list.as_ref().unwrap();
                    days[0].schedule_info.as_ref().unwrap().schedule_id.unwrap().0
                })
                .collect();
            let status = person.approvals[0].sp_status.unwrap().number();
            (shifts, status)
        };
        assert_eq!(read(1).await, (vec![1, 1], 1));
        assert_eq!(read(2).await, (vec![2, 1], 2));
        assert_eq!(read(3).await, (vec![1], 2));
    });
}

#[test]
fn an_approval_for_several_people_is_everybody_s_who_is_on_file() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let people = users(&["li", "wang"]);
        let row_of = |number: i64, status: i64, names: &[&str]| {
            let names: Vec<String> =
                names.iter().map(|name| format!(r#"{{"userid":"{name}"}}"#)).collect();
            row(&format!(
                r#"{{"sp_no":"{number}","sp_status":{status},"batch_applyer":[{}],"sp_record":[{{"sp_status":1}}]}}"#,
                names.join(",")
            ))
        };
        let told = [
            row_of(1, 1, &["li", "Wang", "stranger"]),
            row_of(2, 2, &["LI"]),
            row_of(3, 2, &["stranger"]),
            row_of(4, 10, &["wang"]),
        ];
        let done = ledger.commit_approvals(instant(1), &people, &told).await.unwrap();
        assert_eq!(done, counts(3, 0, 0, 0));
        assert_eq!(ledger.people(None).await.unwrap().len(), 2);
        let held = async |name: &str| {
            let person = ledger.person(&name.into(), DAY_1, DAY_1, None).await.unwrap().unwrap();
            let numbers = person.approvals.iter().map(|a| a.sp_no.clone().unwrap());
            numbers.collect::<Vec<_>>().join(" ")
        };
        assert_eq!((held("li").await, held("wang").await), ("1 2".into(), "1 4".into()));
        assert_eq!(Vec::from_iter(ledger.pending_approvals(&people).await.unwrap()), ["1"]);
        let numbers: Vec<String> = (1..=4).map(|n: i64| n.to_string()).collect();
        let on_file = ledger.approvals_numbered(&numbers).await.unwrap();
        let mut on_file: Vec<_> = on_file.into_keys().collect();
        on_file.sort_unstable();
        assert_eq!(on_file, ["1", "2", "4"]);
        // Whoever is on file has it, asked about or not.
        let granted = [row_of(1, 2, &["li", "wang"])];
        let done = ledger.commit_approvals(instant(2), &[], &granted).await.unwrap();
        assert_eq!(done, counts(0, 0, 1, 0));
        assert!(ledger.pending_approvals(&people).await.unwrap().is_empty());
    });
}

#[test]
fn approvals_are_known_for_days_that_had_ended_when_they_were_asked_for() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li", "nobody"]);
        ledger
            .commit_people(
                instant(0),
                Extent::Some,
                &[Contact { userid: "li".into(), departments: vec![1] }],
            )
            .await
            .unwrap();
        let days = (DAY_1, DAY_1.tomorrow().unwrap());
        let asked_at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
        let known = async |asked: &str| {
            let at = asked_at(asked);
            let slice =
                Slice { people: &people, from: days.0, to: days.1, asked_at: at, fetched_at: at };
            ledger.commit_approval_days(run, slice).await.unwrap();
            let person = ledger.person(&people[0], days.0, days.1, None).await.unwrap().unwrap();
            [days.0, days.1].map(|day| person.approvals_asked.on(day))
        };
        assert_eq!(known("2026-06-01T23:59:59+08:00").await, [false, false]);
        assert_eq!(known("2026-06-02T00:00:00+08:00").await, [true, false]);
        assert_eq!(known("2026-06-03T00:00:00+08:00").await, [true, true]);
        // Nobody is filed for having been asked about.
        assert_eq!(ledger.people(None).await.unwrap().len(), 1);
        let hand_ins = ledger.known(Call::HandIns, &people, days.0, days.1, None).await.unwrap();
        assert_eq!(hand_ins, [vec![], vec![]]);
    });
}

#[test]
fn coverage_says_who_was_asked_about_and_when() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let (both, one) = (users(&["li", "wang"]), users(&["li"]));
        let slice = |people, from, to, at| slice_of(people, from, to, at);
        for slice in [slice(&both, DAY_1, DAY_3, 1), slice(&one, DAY_2, DAY_2, 2)] {
            ledger.commit_records(run, slice, &[]).await.unwrap();
        }
        let read = async |as_of| {
            let users = users(&["LI", "wang", "zhao"]);
            let known = ledger.known(Call::Records, &users, DAY_2, date(2026, 6, 9), as_of).await;
            let known = known.unwrap();
            let days = |k: &attendance::Known| {
                (k.from.day(), k.to.day(), k.until.duration_since(instant(0)).as_secs())
            };
            known.iter().map(|k| k.iter().map(days).collect()).collect::<Vec<Vec<_>>>()
        };
        assert_eq!(read(None).await, [vec![(2, 2, 2), (3, 3, 1)], vec![(2, 3, 1)], vec![]]);
        assert_eq!(read(Some(instant(1))).await, [vec![(2, 3, 1)], vec![(2, 3, 1)], vec![]]);
        assert_eq!(ledger.first_covered().await.unwrap(), Some(DAY_1));
    });
}

#[test]
fn persons_come_in_batches_with_their_margins() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let names: Vec<String> = (0..450).map(|n| format!("u{n:03}")).collect();
        let people: Vec<_> = names.iter().map(|n| n.as_str().into()).collect();
        let rows: Vec<_> = names.iter().map(|n| punch(n, -DAY, "上班打卡", "")).collect();
        let slice = slice_of(&people, date(2026, 5, 1), DAY_1, 1);
        ledger.commit_records(run, slice, &rows).await.unwrap();
        let mut persons = ledger.persons(None, DAY_1, DAY_1, None).await.unwrap();
        let mut seen = Vec::new();
        while let Some(batch) = persons.next().await.unwrap() {
            assert!(batch.len() <= 200);
            for person in batch {
                assert_eq!(person.records.len(), 1);
                assert_eq!(person.known[0].to, DAY_1);
                seen.push(person.userid);
            }
        }
        assert_eq!(seen, people);
    });
}

#[test]
fn runs_remember_what_failed() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let first = ledger.begin_run(instant(0)).await.unwrap();
        let second = ledger.begin_run(instant(1)).await.unwrap();
        let end = RunEnd {
            records: counts(1, 2, 3, 4),
            failed: vec![FailedSlice {
                call: "getcheckindata".into(),
                users: users(&["li"]),
                from: DAY_1,
                to: DAY_2,
                reason: "errcode -1".into(),
            }],
        };
        ledger.end_run(first, instant(2), &end).await.unwrap();
        let runs = ledger.runs(10).await.unwrap();
        assert_eq!((runs[0].id, runs[0].ended_at, runs[0].end.as_ref()), (second, None, None));
        assert_eq!((runs[1].ended_at, runs[1].end.as_ref()), (Some(instant(2)), Some(&end)));
    });
}

#[test]
fn companies_do_not_see_each_other() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let other = ledger.add_company(&format!("{}-2", store.corp_id)).await.unwrap();
        let contact = Contact { userid: "li".into(), departments: vec![1] };
        ledger.commit_people(instant(0), Extent::Everyone, &[contact]).await.unwrap();
        assert_eq!(other.people(None).await.unwrap(), []);
        assert_eq!(ledger.people(None).await.unwrap().len(), 1);
        let unnamed = daka_ledger::Ledger::open(&store.address).await.unwrap();
        assert!(matches!(unnamed.people(None).await, Err(Error::Company { .. })));
        assert_eq!(
            unnamed.company(&store.corp_id).await.unwrap().people(None).await.unwrap().len(),
            1
        );
    });
}

#[test]
fn two_at_once_give_one_truth() {
    on_every_store(async |store| {
        let (one, other) = (store.ledger().await, store.ledger().await);
        let people = users(&["li", "wang"]);
        let rows: Vec<Row<Record>> = (0..40)
            .map(|n| punch(if n % 2 == 0 { "li" } else { "wang" }, n * 3_600, "上班打卡", ""))
            .collect();
        let file = async |ledger: &daka_ledger::Ledger, at| {
            let run = ledger.begin_run(instant(at)).await.unwrap();
            let slice = slice_of(&people, DAY_1, DAY_2, at);
            ledger.commit_records(run, slice, &rows).await.unwrap()
        };
        let (a, b) = tokio::join!(file(&one, 1), file(&other, 2));
        let mut both = a;
        both += b;
        assert_eq!(both, counts(40, 40, 0, 0));
        let stored = one.records(&people, DAY_1, DAY_2, None).await.unwrap();
        assert_eq!(texts(&stored), texts(&rows));
    });
}
