//! WeCom's own reports: versions of days and months, and which of them are known.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod store;

use daka_ledger::{Call, Counts, RosterEntry};
use jiff::civil::{Date, date};
use store::{DAY, MIDNIGHT, instant, on_every_store, punch, row, slice_of, users};
use wecom_checkin::{
    Row,
    report::{DayReport, MonthReport},
};

const DAY_1: Date = date(2026, 6, 1);
const DAY_2: Date = date(2026, 6, 2);

fn counts(new: u64, unchanged: u64, revised: u64, withdrawn: u64) -> Counts {
    Counts { new, unchanged, revised, withdrawn }
}

/// A day of June; the white space and the last key are no news to the ledger.
fn day(userid: &str, number: i64, worked: i64) -> Row<DayReport> {
    let at = MIDNIGHT + (number - 1) * DAY;
    row(&format!(
        r#"{{"base_info":{{"date":{at},"acctid":"{userid}"}},"summary_info":{{"regular_work_sec":{worked}}},"new_in_2027":[1]}}"#
    ))
}

fn month(userid: &str, worked: i64) -> Row<MonthReport> {
    row(&format!(
        r#"{{"base_info":{{"acctid":"{userid}"}},"summary_info":{{"regular_work_sec":{worked}}}}}"#
    ))
}

/// Answers one after the other about the same people and days, what each changes, and how much is
/// then on file.
#[test]
fn a_day_report_is_new_unchanged_revised_or_withdrawn() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li", "Wang"]);
        let undated: Row<DayReport> = row(r#"{"base_info":{"acctid":"li"}}"#);
        let histories = [
            (vec![day("li", 1, 8), day("wang", 1, 7)], counts(2, 0, 0, 0)),
            (vec![day("wang", 1, 7), day("li", 1, 8)], counts(0, 2, 0, 0)),
            (vec![day("li", 1, 9), day("wang", 1, 7), day("li", 2, 8)], counts(1, 1, 1, 0)),
            // What is of nobody asked about, of another day or of none, says nothing.
            (
                vec![day("li", 1, 9), day("zhao", 1, 1), day("li", 3, 1), undated],
                counts(0, 1, 0, 2),
            ),
            (vec![day("li", 1, 8), day("li", 1, 8)], counts(1, 0, 1, 0)),
        ];
        let mut expected = Vec::new();
        for (at, (rows, changed)) in (1..).zip(&histories) {
            let slice = slice_of(&people, DAY_1, DAY_2, at);
            let done = ledger.commit_day_reports(run, slice, rows).await.unwrap();
            assert_eq!(done, *changed, "answer {at}");
            let kept = rows.iter().filter(|row| {
                let base = row.base_info.as_ref().unwrap();
                let number = base.date.map_or(0, |at| (at.0 - MIDNIGHT) / DAY + 1);
                base.acctid.as_ref().unwrap().as_str() != "zhao" && (1..=2).contains(&number)
            });
            let mut kept: Vec<&str> = kept.map(Row::raw).collect();
            kept.sort_unstable();
            expected.push(kept);
        }
        for (at, kept) in (1..).zip(expected) {
            let read = ledger.day_reports(&people, DAY_1, DAY_2, Some(instant(at))).await.unwrap();
            let mut read: Vec<&str> = read.iter().map(|(_, row)| row.raw()).collect();
            read.sort_unstable();
            assert_eq!(read, kept, "as of {at}");
        }
        let then = ledger.day_reports(&people, DAY_1, DAY_2, Some(instant(0))).await.unwrap();
        assert_eq!(then, []);
    });
}

#[test]
fn reports_come_by_person_and_day_as_they_were_sent() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li", "Wang"]);
        let spaced: Row<DayReport> = row(&format!(
            r#"{{ "base_info" : {{"acctid": "LI", "date": {MIDNIGHT}}}, "x": "a b" }}"#
        ));
        let rows = [day("li", 2, 1), spaced, day("Wang", 1, 1)];
        let slice = slice_of(&people, DAY_1, DAY_2, 1);
        ledger.commit_day_reports(run, slice, &rows).await.unwrap();
        let read = ledger.day_reports(&people, DAY_1, date(2026, 7, 1), None).await.unwrap();
        let dates: Vec<Date> = read.iter().map(|(date, _)| *date).collect();
        assert_eq!(dates, [DAY_1, DAY_1, DAY_2]);
        let spaced = format!(r#"{{"base_info":{{"acctid":"LI","date":{MIDNIGHT}}},"x":"a b"}}"#);
        assert_eq!(read[1].1.raw(), spaced);
        let one = ledger.day_reports(&users(&["WANG"]), DAY_1, DAY_1, None).await.unwrap();
        assert_eq!(one[0].1, day("Wang", 1, 1));
    });
}

#[test]
fn a_month_report_is_of_a_whole_month() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li"]);
        let (june, july) = (date(2026, 6, 30), date(2026, 7, 31));
        for (from, to, at, worked, changed) in [
            (DAY_1, june, 1, 100, counts(1, 0, 0, 0)),
            (DAY_1, june, 2, 120, counts(0, 0, 1, 0)),
            (date(2026, 7, 1), july, 3, 90, counts(1, 0, 0, 0)),
            (DAY_2, june, 4, 1, counts(0, 0, 0, 0)),
            (DAY_1, july, 5, 1, counts(0, 0, 0, 0)),
        ] {
            let slice = slice_of(&people, from, to, at);
            let done = ledger.commit_month_reports(run, slice, &[month("li", worked)]).await;
            assert_eq!(done.unwrap(), changed, "{from} to {to}");
        }
        let read = async |from, to, as_of| {
            let read = ledger.month_reports(&people, from, to, as_of).await.unwrap();
            let worked = |row: &MonthReport| {
                row.summary_info.as_ref().unwrap().regular_work_sec.map(i64::from)
            };
            read.iter().map(|(m, row)| (m.month(), worked(row).unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(read(DAY_1, july, None).await, [(6, 120), (7, 90)]);
        assert_eq!(read(DAY_1, july, Some(instant(1))).await, [(6, 100)]);
        assert_eq!(read(DAY_2, july, None).await, [(7, 90)]);
        assert_eq!(read(DAY_2, june, None).await, []);
        let slice = slice_of(&people, DAY_1, june, 6);
        let done = ledger.commit_month_reports(run, slice, &[]).await.unwrap();
        assert_eq!(done, counts(0, 0, 0, 1));
        assert_eq!(read(DAY_1, july, None).await, [(7, 90)]);
    });
}

#[test]
fn reports_are_covered_each_kind_by_itself() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li"]);
        let june = date(2026, 6, 30);
        ledger.commit_day_reports(run, slice_of(&people, DAY_1, DAY_2, 1), &[]).await.unwrap();
        ledger.commit_month_reports(run, slice_of(&people, DAY_1, june, 2), &[]).await.unwrap();
        // A part of a month is not known.
        ledger.commit_month_reports(run, slice_of(&people, DAY_1, DAY_2, 3), &[]).await.unwrap();
        for (call, expected) in [
            (Call::DayReports, vec![(DAY_1, DAY_2, instant(1))]),
            (Call::MonthReports, vec![(DAY_1, june, instant(2))]),
            (Call::Records, vec![]),
        ] {
            let known = ledger.known(call, &people, DAY_1, june, None).await.unwrap().remove(0);
            let known: Vec<_> = known.iter().map(|k| (k.from, k.to, k.until)).collect();
            assert_eq!(known, expected, "{call:?}");
        }
        assert_eq!(ledger.first_covered().await.unwrap(), None, "records alone begin a ledger");
    });
}

/// Day reports of June, kept when the month was over, and what silence in them says.
#[test]
fn silence_at_an_end_of_a_month_is_no_employment() {
    const JULY: i64 = 30 * DAY + 1;
    let june = |number| date(2026, 6, number);
    let (first, last) = (june(1), june(30));
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        // Reported from the 10th, until the 20th, from the 3rd though there are punches before, not
        // at all, and from the 3rd with a date of the roster.
        let people = users(&["comes", "goes", "punches", "never", "dated"]);
        let days = [("comes", 10, 30), ("goes", 1, 20), ("punches", 3, 30), ("dated", 3, 30)];
        let rows: Vec<_> = days
            .iter()
            .flat_map(|(userid, from, to)| (*from..=*to).map(|number| day(userid, number, 1)))
            .collect();
        let slice = |at| slice_of(&people, first, last, at);
        ledger.commit_day_reports(run, slice(JULY), &rows).await.unwrap();
        let records = [punch("punches", 32_400, "上班打卡", "")];
        ledger.commit_records(run, slice(JULY + 1), &records).await.unwrap();
        let roster =
            RosterEntry { userid: "dated".into(), left: Some(june(25)), ..RosterEntry::default() };
        ledger.commit_roster(instant(JULY + 2), &[roster]).await.unwrap();
        let unreported = async |userid: &str, from, to, as_of| {
            let person = ledger.person(&userid.into(), from, to, Some(instant(as_of))).await;
            person.unwrap().unwrap().employment.unreported
        };
        let expected = [
            ("comes", vec![(first, june(9))]),
            ("goes", vec![(june(21), last)]),
            ("punches", vec![]),
            ("never", vec![]),
            ("dated", vec![]),
        ];
        for (userid, stretches) in expected {
            // Whatever part of the month is judged.
            for (from, to) in [(first, last), (june(5), june(6)), (june(30), date(2026, 7, 2))] {
                let found = unreported(userid, from, to, JULY + 3).await;
                assert_eq!(found, stretches, "{userid} {from} {to}");
            }
        }
        assert_eq!(unreported("dated", first, last, JULY + 1).await, [(first, june(2))]);
        // In a month that is not over, or not kept as a whole, nobody is missed.
        for (number, to, at) in [(1, last, 29 * DAY), (2, june(29), JULY)] {
            let person = users(&[&format!("early{number}")]);
            let rows = [day(person[0].as_str(), 10, 1)];
            let slice = slice_of(&person, first, to, at);
            ledger.commit_day_reports(run, slice, &rows).await.unwrap();
            assert_eq!(unreported(person[0].as_str(), first, last, JULY + 3).await, []);
        }
    });
}
