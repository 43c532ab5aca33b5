//! What holds for every person, whatever was punched.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod leave;

use std::{ops::RangeInclusive, sync::Arc};

use attendance::{
    Company, Employment, Known, Person, Totals, Verdict, Warning, attribute,
    attribution::Basis,
    judged::{JudgedPunch, Role, Slot},
    punch::{Nature, Side},
    verdict::{FindingKind, Status},
};
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, date},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use wecom_checkin::{Record, Rule, schedule::Schedule};

/// The Monday on which all of it begins, and the Sunday on which it ends.
const FIRST: Date = date(2026, 6, 1);
const LAST: Date = date(2026, 6, 14);
const MIDNIGHT: i64 = 1_780_243_200;
const DAYS: i64 = 14;

fn judge(company: &Company, person: &Person, days: RangeInclusive<Date>) -> Vec<Verdict> {
    attendance::judge(company, person, days).into_iter().map(|day| day.verdict).collect()
}

fn days() -> RangeInclusive<Date> {
    FIRST..=LAST
}

fn rule(name: &str) -> Arc<Rule> {
    let rules: Map<String, Value> =
        serde_json::from_str(include_str!("../cases/rules.json")).unwrap();
    let mut rule = rules[name].clone();
    if let Some(like) = rule.get("like").and_then(Value::as_str) {
        let mut full = rules[like].clone();
        for (key, value) in rule["checkindate.0"].as_object().unwrap() {
            full["checkindate"][0][key] = value.clone();
        }
        rule = full;
    }
    rule["offwork_interval_time"] = json!(300);
    Arc::new(serde_json::from_value(rule).unwrap())
}

const RULES: [&str; 9] = ["F1", "F2", "F3", "F4", "F7", "F8", "N5", "R6", "NONE"];

/// One record: seconds after the first midnight, kind, exception, segment.
fn record(at: i64, kind: &str, exception: &str, segment: i64) -> Record {
    serde_json::from_value(json!({
        "userid": "li", "checkin_type": kind, "exception_type": exception,
        "checkin_time": MIDNIGHT + at, "timeline_id": segment,
    }))
    .unwrap()
}

fn any_record() -> impl Strategy<Value = Record> {
    let kind = prop::sample::select(vec![
        "上班打卡",
        "下班打卡",
        "上班打卡",
        "下班打卡",
        "外出打卡",
        "仅记录打卡时间和位置",
    ]);
    let exception = prop::sample::select(vec!["", "", "", "地点异常", "设备故障"]);
    // Mostly near the times that matter, sometimes anywhere.
    let near = (0..DAYS, prop::sample::select(vec![9, 12, 18, 22, 30]), -1200..1200_i64)
        .prop_map(|(day, hour, off)| day * 86_400 + hour * 3600 + off);
    let at = prop_oneof![4 => near, 1 => 0..DAYS * 86_400];
    (at, kind, exception, 0..=2_i64)
        .prop_map(|(at, kind, exception, segment)| record(at, kind, exception, segment))
}

fn any_person() -> impl Strategy<Value = Person> {
    let rule_name = prop::sample::select(RULES.to_vec());
    let shifts = prop::collection::vec(prop::sample::select(vec![0, 5, 5, 5, 6]), 13);
    let leave = prop::option::of((0..DAYS * 24, 1..60_i64));
    (rule_name, prop::collection::vec(any_record(), 0..40), shifts, leave).prop_map(
        |(name, records, shifts, leave)| Person {
            userid: "li".into(),
            rules: vec![(FIRST, Some(rule(name)))],
            records,
            schedules: vec![schedule(&shifts)],
            approvals: leave.into_iter().map(|(from, hours)| approval(from, hours)).collect(),
            known: vec![Known { from: FIRST, to: LAST, until: now() }],
            ..Person::default()
        },
    )
}

fn schedule(shifts: &[i64]) -> Schedule {
    let entry = |(day, id): (i64, &i64)| {
        let sections = if *id == 0 { json!([]) } else { Value::Null };
        json!({"day": day, "schedule_info": {"schedule_id": id, "time_section": sections}})
    };
    let days: Vec<Value> = (1..).zip(shifts).map(entry).collect();
    let row = json!({"userid": "li", "yearmonth": 202_606, "schedule": {"scheduleList": days}});
    serde_json::from_value(row).unwrap()
}

fn approval(from_hour: i64, hours: i64) -> wecom_checkin::approval::Approval {
    let begin = MIDNIGHT + from_hour * 3600;
    let attendance = json!({
        "type": 1, "date_range": {"type": "hour", "new_begin": begin, "new_end": begin + hours * 3600},
    });
    serde_json::from_value(json!({
        "sp_no": "1", "sp_name": "请假", "sp_status": 2,
        "apply_data": {"contents": [{"control": "Attendance", "value": {"attendance": attendance}}]},
    }))
    .unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(MIDNIGHT + 30 * 86_400).unwrap()
}

fn company() -> Company {
    Company::new(now())
}

/// A verdict as text, without the warning that speaks of placeholders alone.
fn shown(verdict: &Verdict) -> String {
    let mut verdict = verdict.clone();
    verdict.warnings.retain(|warning| *warning != Warning::PlaceholderOnly);
    serde_json::to_string(&verdict).unwrap()
}

/// Count and duration of each kind.
fn findings(verdict: &Verdict) -> Vec<(FindingKind, u32, i64)> {
    let each = verdict.findings.iter();
    each.map(|f| (f.kind, f.count, f.duration_sec.unwrap_or(0))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 192,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn order_duplicates_and_placeholders_change_nothing(
        person in any_person(),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        placeholders in prop::collection::vec((0..DAYS, 0..2_i64), 0..12),
        turn in any::<prop::sample::Index>(),
    ) {
        let before = judge(&company(), &person, days());
        let mut other = person.clone();
        if !person.records.is_empty() {
            other.records.extend(repeated.iter().map(|index| index.get(&person.records).clone()));
            let turn = turn.index(other.records.len());
            other.records.rotate_left(turn);
            other.records.reverse();
        }
        other.records.extend(placeholders.iter().map(|&(day, side)| {
            let (hour, kind) = if side == 0 { (9, "上班打卡") } else { (18, "下班打卡") };
            record(day * 86_400 + hour * 3600, kind, "未打卡", 1)
        }));
        for (before, after) in before.iter().zip(&judge(&company(), &other, days())) {
            prop_assert_eq!(shown(before), shown(after));
        }
    }

    #[test]
    fn a_punch_in_time_never_adds_a_finding(
        mut person in any_person(),
        name in prop::sample::select(vec!["F1", "F2", "F3", "F7", "F8", "N5"]),
        day in 0..12_i64,
        on in any::<bool>(),
    ) {
        // Under the slide, in time for the off depends on the on.
        let on = on || name == "F3";
        person.rules = vec![(FIRST, Some(rule(name)))];
        person.schedules = vec![schedule(&[5; 13])];
        let company = company();
        let before = judge(&company, &person, days());
        let (due_on, due_off) = if name == "N5" { (22, 30) } else { (9, 18) };
        let at = day * 86_400 + if on { due_on } else { due_off } * 3600;
        let kind = if on { "上班打卡" } else { "下班打卡" };
        person.records.push(record(at, kind, "", 1));
        let after = judge(&company, &person, days());
        for (before, after) in before.iter().zip(&after) {
            // The first punch of a day turns an absence into what is still missing.
            if before.finding(FindingKind::Absent).is_some() {
                continue;
            }
            for (kind, count, seconds) in findings(after) {
                let was = findings(before).into_iter().find(|(k, ..)| *k == kind);
                let (_, was_count, was_seconds) = was.unwrap_or((kind, 0, 0));
                prop_assert!(count <= was_count && seconds <= was_seconds, "{before:?}\n{after:?}");
            }
        }
    }

    #[test]
    fn nothing_is_negative(person in any_person()) {
        for verdict in judge(&company(), &person, days()) {
            prop_assert!(verdict.worked_sec >= 0 && verdict.standard_sec >= 0, "{verdict:?}");
            prop_assert!(verdict.overtime.seconds >= 0 && verdict.overtime.short_sec >= 0);
            prop_assert!(verdict.leave.iter().all(|leave| leave.seconds > 0), "{verdict:?}");
            let findings = findings(&verdict);
            prop_assert!(findings.iter().all(|(_, count, sec)| *count > 0 && *sec >= 0), "{verdict:?}");
            prop_assert!(findings.is_sorted_by(|a, b| a.0 < b.0));
        }
    }

    #[test]
    fn a_month_is_the_sum_of_its_days(person in any_person(), at in 0..=DAYS) {
        let verdicts = judge(&company(), &person, days());
        let (head, tail) = verdicts.split_at(usize::try_from(at).unwrap());
        let mut sum = Totals::of(head);
        sum.merge(&Totals::of(tail));
        prop_assert_eq!(&sum, &Totals::of(&verdicts));
        let settled = |v: &&Verdict| v.status.is_settled();
        let worked = |all: &[Verdict]| all.iter().filter(settled).map(|v| v.worked_sec).sum::<i64>();
        prop_assert_eq!(sum.worked_sec, worked(&verdicts));
        let every: i64 = verdicts.iter().map(|v| v.worked_sec).sum();
        prop_assert_eq!(sum.unsettled_worked_sec, every - worked(&verdicts));
        let statuses = sum.normal_days + sum.abnormal_days + sum.rest_days + sum.exempt_days
            + sum.unscheduled_days + sum.unruled_days + sum.not_employed_days + sum.pending_days + sum.incomplete_days;
        prop_assert_eq!(statuses, sum.days);
    }

    #[test]
    fn a_verdict_is_read_back_and_written_again_to_the_same_bytes(person in any_person()) {
        for verdict in judge(&company(), &person, days()) {
            let text = serde_json::to_string(&verdict).unwrap();
            let read: Verdict = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
    }

    #[test]
    fn employment_takes_its_days_out_and_leaves_the_others(
        person in any_person(),
        joined in prop::option::of(0..DAYS),
        left in prop::option::of(0..DAYS),
    ) {
        let day = |number: i64| FIRST + number.days();
        let employment = Employment {
            joined: joined.map(day),
            left: left.map(day),
            unreported: Vec::new(),
        };
        let before = judge(&company(), &person, days());
        let bounded = Person { employment: employment.clone(), ..person };
        for (before, after) in before.iter().zip(judge(&company(), &bounded, days())) {
            let early = employment.joined.is_some_and(|joined| before.date < joined);
            let late = employment.left.is_some_and(|left| before.date > left);
            if early || late {
                prop_assert_eq!(after.status, Status::NotEmployed);
                prop_assert!(after.findings.is_empty() && after.leave.is_empty(), "{after:?}");
                prop_assert_eq!((after.standard_sec, after.overtime.seconds), (0, 0));
                prop_assert_eq!(after.checkin_count, before.checkin_count);
            } else {
                prop_assert_eq!(&after, before);
            }
        }
    }

    #[test]
    fn what_is_used_is_what_was_punched(person in any_person()) {
        for day in attendance::judge(&company(), &person, days()) {
            let used = |p: &&JudgedPunch| matches!(p.role, Role::Used(..));
            for punch in day.punches.iter().filter(used) {
                let Role::Used(index, side) = punch.role else { continue };
                let slots = day.slots.iter().filter(|slot| slot.side == side);
                prop_assert_eq!(slots.clone().nth(index).unwrap().punch, Some(punch.at));
            }
            // What is said of one that is not used: another one outdid it.
            let outdone = day.punches.iter().filter(|p| p.role == Role::Counted);
            for punch in outdone.filter(|_| !day.slots.is_empty()) {
                let outdid = |slot: &Slot| match punch.nature {
                    Nature::Duty(Some(Side::On)) => slot.side == Side::On && slot.punch < Some(punch.at),
                    Nature::Duty(Some(Side::Off)) => slot.side == Side::Off && slot.punch > Some(punch.at),
                    _ => true,
                };
                let filled = |slot: &&Slot| slot.punch.is_some();
                prop_assert!(day.slots.iter().filter(filled).any(outdid), "{punch:?}\n{day:?}");
            }
            let counted = day.punches.iter().filter(|p| p.role != Role::None).count();
            prop_assert_eq!(u32::try_from(counted).unwrap(), day.verdict.checkin_count);
        }
    }

    #[test]
    fn recomputing_is_byte_identical(person in any_person(), from in 0..DAYS, length in 0..DAYS) {
        let company = company();
        let all = judge(&company, &person, days());
        prop_assert_eq!(
            serde_json::to_string(&all).unwrap(),
            serde_json::to_string(&judge(&self::company(), &person, days())).unwrap()
        );
        // A part of the days is the same part of the verdicts.
        let (from, to) = (from, (from + length).min(DAYS - 1));
        let range = usize::try_from(from).unwrap()..=usize::try_from(to).unwrap();
        let part = judge(&company, &person, all[*range.start()].date..=all[*range.end()].date);
        prop_assert_eq!(serde_json::to_string(&part).unwrap(), serde_json::to_string(&all[range]).unwrap());
    }

    #[test]
    fn every_record_has_one_day_and_judging_agrees(person in any_person()) {
        let company = company();
        let attributed = attribute(&company, &person);
        prop_assert_eq!(attributed.len(), person.records.len());
        prop_assert!(attributed.iter().enumerate().all(|(index, a)| a.record == index));
        for verdict in judge(&company, &person, days()) {
            let mut punches: Vec<_> = attributed
                .iter()
                .filter(|a| a.day == verdict.date && a.basis != Basis::Outside)
                .map(|a| &person.records[a.record])
                .filter(|r| !r.is_placeholder())
                .filter(|r| {
                    let kind = r.checkin_type.as_ref().unwrap().as_str();
                    kind == "上班打卡" || kind == "下班打卡"
                })
                .map(|r| (r.checkin_time, r.checkin_type.clone(), r.timeline_id))
                .collect();
            punches.sort();
            punches.dedup();
            prop_assert_eq!(u32::try_from(punches.len()).unwrap(), verdict.checkin_count);
        }
    }
}

/// Numbers that nobody means.
fn odd_number() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(0),
        json!(-1),
        json!(1),
        json!(86_400),
        json!(172_801),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(9_223_372_036_854_775_i64),
        json!("36000"),
        json!("x"),
        json!([]),
        json!(null),
        json!(true),
    ])
}

/// Replaces the numbers of a JSON tree in turn, some of them.
fn spoil(value: &mut Value, odd: &mut std::vec::IntoIter<Option<Value>>) {
    match value {
        Value::Number(_) => {
            if let Some(Some(number)) = odd.next() {
                *value = number;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| spoil(value, odd)),
        Value::Object(fields) => fields.values_mut().for_each(|value| spoil(value, odd)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_it_fail(odd in prop::collection::vec(prop::option::weighted(0.15, odd_number()), 700)) {
        let fixture = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let mut odd = odd.into_iter();
        let mut bundle = json!({
            "rules": fixture(include_str!("../fixtures/getcheckinoption.full.json")),
            "corp": fixture(include_str!("../fixtures/getcorpcheckinoption.full.json")),
            "records": fixture(include_str!("../fixtures/getcheckindata.multi_exception.json")),
            "schedules": fixture(include_str!("../fixtures/getcheckinschedulist.full.json")),
            "leave": fixture(include_str!("../fixtures/getapprovaldetail.leave.json")),
            "correction": fixture(include_str!("../fixtures/getapprovaldetail.punch_correction.json")),
        });
        spoil(&mut bundle, &mut odd);
        for answer in bundle.as_object_mut().unwrap().values_mut() {
            answer["errcode"] = json!(0);
        }
        let bundle = json!({
            "from": "2026-05-30", "to": "2026-07-03", "users": ["lin.xia", "wu_qiang", "Zhao-Min7"],
            "checkinoption": [{"date": "2026-06-01", "response": bundle["rules"]}],
            "corpcheckinoption": bundle["corp"], "checkindata": bundle["records"],
            "checkinschedulist": bundle["schedules"],
            "approvals": [bundle["leave"], bundle["correction"]],
        });
        let bundle = attendance::Bundle::parse(&bundle.to_string()).unwrap();
        let verdicts = bundle.judge();
        prop_assert_eq!(verdicts.len(), 3 * 35);
        for verdict in &verdicts {
            prop_assert!(verdict.worked_sec >= 0 && verdict.overtime.seconds >= 0);
            serde_json::to_string(verdict).unwrap();
        }
        for person in &bundle.people {
            prop_assert_eq!(attribute(&bundle.company, person).len(), person.records.len());
            attendance::judge(&bundle.company, person, date(2026, 6, 4)..=date(2026, 6, 4)).remove(0);
        }
    }
}

#[test]
fn a_company_is_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&company());
}

#[test]
fn rules_that_say_the_same_are_planned_once() {
    let company = company();
    let judged = |rule: Arc<Rule>| {
        let rules = vec![(FIRST, Some(rule))];
        let person = Person { userid: "li".into(), rules, ..Person::default() };
        attendance::judge(&company, &person, days()).remove(0).plan
    };
    let plan = judged(rule("F1"));
    assert!(Arc::ptr_eq(&plan, &judged(rule("F1"))));
    let edited = Rule { sync_holidays: Some(true), ..Rule::clone(&rule("F1")) };
    assert!(!Arc::ptr_eq(&plan, &judged(Arc::new(edited))));
}
