//! Person-days a second on one core, in memory: `cargo bench -p attendance`.
//!
//! People under a fixed, a shift and a free rule, three records a day, a month each. Facts are made
//! for a batch of people, then judged, so that memory stays flat as it does in the program. Time is
//! time on the core, so that other work on the machine matters less.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use attendance::{Company, Known, Person, judge};
use jiff::{Timestamp, civil::date};
use serde_json::{Map, Value, json};
use wecom_checkin::{
    Record, Rule, TimeId, UserId,
    record::{CheckinType, Exceptions},
    schedule::Schedule,
    units::UnixTime,
};

const MIDNIGHT: i64 = 1_780_243_200;
const DAYS: i64 = 30;
const BATCH: usize = 1000;
const BATCHES: usize = 20;

fn main() {
    let rules: Map<String, Value> =
        serde_json::from_str(include_str!("../tests/cases/rules.json")).unwrap();
    let rule = |name: &str| -> Arc<Rule> {
        Arc::new(serde_json::from_value(rules[name].clone()).unwrap())
    };
    for (what, names) in [
        ("fixed", &["F1"][..]),
        ("two segments", &["F4"]),
        ("shift", &["N5"]),
        ("free", &["R6"]),
        ("mixed", &["F1", "N5", "F4", "R6"]),
    ] {
        let rules: Vec<(&str, Arc<Rule>)> = names.iter().map(|name| (*name, rule(name))).collect();
        let now = Timestamp::from_second(MIDNIGHT + 60 * 86_400).unwrap();
        let company = Company::new(now);
        let (mut spent, mut verdicts) = (Duration::ZERO, 0);
        for batch in 0..BATCHES {
            let people: Vec<Person> = (0..BATCH)
                .map(|index| {
                    let (name, rule) = &rules[index % rules.len()];
                    person(name, rule, batch * BATCH + index, now)
                })
                .collect();
            let begun = Clock::now();
            for person in &people {
                let judged = judge(&company, person, date(2026, 6, 1)..=date(2026, 6, 30));
                verdicts += black_box(judged).len();
            }
            spent += begun.elapsed();
        }
        let seconds = spent.as_secs_f64();
        let rate = f64::from(u32::try_from(verdicts).unwrap()) / seconds;
        println!("{what:>14}: {verdicts} person-days in {seconds:.3} s, {rate:.0} a second");
    }
}

/// Time on the core where the system tells it (Linux), else on the wall.
enum Clock {
    Core(Duration),
    Wall(Instant),
}

impl Clock {
    fn now() -> Self {
        let on_core = std::fs::read_to_string("/proc/thread-self/schedstat")
            .ok()
            .and_then(|text| Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?)));
        on_core.map_or_else(|| Self::Wall(Instant::now()), Self::Core)
    }

    fn elapsed(&self) -> Duration {
        match (self, Self::now()) {
            (Self::Core(begun), Self::Core(now)) => now.saturating_sub(*begun),
            (Self::Wall(begun), _) => begun.elapsed(),
            (Self::Core(_), Self::Wall(_)) => Duration::ZERO,
        }
    }
}

/// A person who comes and goes about the due times, differently each day.
fn person(name: &str, rule: &Arc<Rule>, number: usize, now: Timestamp) -> Person {
    let userid = UserId::from(format!("user{number:06}"));
    let mut noise = u64::try_from(number).unwrap().wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut jitter = || {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        i64::try_from(noise % 1500).unwrap() - 1300
    };
    let (on, middle, off) = if name == "N5" { (22, 26, 30) } else { (9, 12, 18) };
    let records = (0..DAYS)
        .flat_map(|day| [(day, on, "上班打卡"), (day, middle, "外出打卡"), (day, off, "下班打卡")])
        .map(|(day, hour, kind)| {
            let away = if kind == "下班打卡" { -jitter() } else { jitter() };
            Record {
                userid: userid.clone(),
                groupname: Some("总部".to_owned()),
                checkin_type: Some(CheckinType::from(kind)),
                exception_type: Some(Exceptions::default()),
                checkin_time: Some(UnixTime(MIDNIGHT + day * 86_400 + hour * 3600 + away)),
                location_title: Some("望江楼园区".to_owned()),
                location_detail: Some("杭州市滨江区望江路18号北门".to_owned()),
                deviceid: Some("9C41D0E7-5A1B-4C0D-8F22-61E6B0AF3D19".to_owned()),
                timeline_id: Some(TimeId(1)),
                ..Record::default()
            }
        })
        .collect();
    let shifts: Vec<Value> =
        (1..=30).map(|day| json!({"day": day, "schedule_info": {"schedule_id": 5}})).collect();
    let schedule = json!({"yearmonth": 202_606, "schedule": {"scheduleList": shifts}});
    let schedule: Schedule = serde_json::from_value(schedule).unwrap();
    Person {
        userid,
        rules: vec![(date(2026, 5, 1), Some(Arc::clone(rule)))],
        records,
        schedules: if name == "N5" { vec![schedule] } else { Vec::new() },
        approvals: Vec::new(),
        known: vec![Known { from: date(2026, 6, 1), to: date(2026, 6, 30), until: now }],
        ..Person::default()
    }
}
