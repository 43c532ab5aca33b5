//! `POST checkin/getcheckin_daydata` and `getcheckin_monthdata`: WeCom's own verdicts, derived from the plan.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::answer::{Payload, Refusal, success};
use crate::approvals::{Approval, Matter};
use crate::ask::{Ask, int};
use crate::calls::Spec;
use crate::company::{COMPANY_NAME, Person};
use crate::data_folder::DataFolder;
use crate::day::{DAY_SEC, Day};
use crate::plan::DayPlan;
use crate::rule::{Kind, Rule};
use crate::server::Server;
use crate::settings::Limits;
use crate::truth::{self, Truth};
use crate::world::View;

#[derive(Serialize)]
struct Reports {
    datas: Vec<Value>,
}

/// One judged day with what it was judged from.
struct Judged {
    truth: Truth,
    rule: Option<std::sync::Arc<Rule>>,
    plan: Option<DayPlan>,
    day: Day,
}

pub(crate) fn days(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let most_days = server.config().limits.window_days;
    report(server, ask, most_days, |view, person, days| {
        days.iter().map(|judged| day_report(view, person, judged)).collect()
    })
}

pub(crate) fn months(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    // From the first of a month to the first of the next.
    let most_days = server.config().limits.window_days + 1;
    report(server, ask, most_days, |view, person, days| {
        days.last().map(|last| month_report(view, person, days, last)).into_iter().collect()
    })
}

fn report(
    server: &Server,
    ask: &Ask,
    most_days: i64,
    of_person: impl Fn(&View<'_>, &Person, &[Judged]) -> Vec<Value>,
) -> Result<Payload, Refusal> {
    let config = server.config();
    let limits = &config.limits;
    let users = ask.users(limits.users, 301_023)?;
    let (start, end) = bounds(ask, most_days)?;
    let (first, last) = (Day::of(start), Day::of(end));
    if first.midnight() != start || last.midnight() != end {
        return success(&Reports { datas: Vec::new() });
    }
    let view = server.view();
    let people = super::people(&view, &users, 301_021)?;
    let datas = people
        .iter()
        .flat_map(|person| {
            let days: Vec<Judged> =
                first.through(last).filter_map(|day| judged(&view, person, day)).collect();
            of_person(&view, person, &days)
        })
        .collect();
    success(&Reports { datas })
}

/// The midnights asked about, which may be one.
fn bounds(ask: &Ask, most_days: i64) -> Result<(i64, i64), Refusal> {
    let (start, end) = (ask.int("starttime").unwrap_or(0), ask.int("endtime").unwrap_or(0));
    if start <= 0 || end < start || end - start > most_days * DAY_SEC {
        return Err(Refusal::new(301_024));
    }
    Ok((start, end))
}

/// Given reports: of the people asked for, days of the days asked for.
pub(crate) fn play(
    data: &DataFolder,
    limits: &Limits,
    spec: &Spec,
    ask: &Ask,
) -> Result<Payload, Refusal> {
    let by_day = spec.name == "getcheckin_daydata";
    let users = ask.users(limits.users, 301_023)?;
    let (start, end) = bounds(ask, limits.window_days + i64::from(!by_day))?;
    let Some(given) = data.given(spec.name) else {
        return success(&Reports { datas: Vec::new() });
    };
    let keep = |row: &RawValue| {
        let Ok(row) = serde_json::from_str::<Value>(row.get()) else { return false };
        let of = row.pointer("/base_info/acctid").and_then(Value::as_str);
        let date = row.pointer("/base_info/date").and_then(int);
        of.is_some_and(|of| users.iter().any(|user| user.eq_ignore_ascii_case(of)))
            && (!by_day || date.is_some_and(|date| (start..=end).contains(&date)))
    };
    Ok(Payload::Json(given.body(spec.payload, keep)))
}

/// A day that has closed; open days have no report yet.
fn judged(view: &View<'_>, person: &Person, day: Day) -> Option<Judged> {
    if !person.employed(day) || day >= Day::of(view.now) {
        return None;
    }
    let planned = view.plan(person, day);
    let judged = match planned {
        Some((rule, plan)) => Judged {
            truth: truth::of(&person.userid, &rule, &plan, view.now),
            rule: Some(rule),
            plan: Some(plan),
            day,
        },
        None => {
            Judged { truth: truth::without_rule(&person.userid, day), rule: None, plan: None, day }
        }
    };
    (judged.truth.status != "pending").then_some(judged)
}

fn record_type(rule: Option<&Rule>) -> i64 {
    match rule.and_then(Rule::kind) {
        Some(Kind::Fixed) => 1,
        Some(Kind::Shift) => 3,
        Some(Kind::Free) => 4,
        None => 7,
    }
}

fn departs_name(view: &View<'_>, person: &Person) -> String {
    let path = |id: &i64| {
        let team = view.company.department_name(*id).unwrap_or_default();
        let division = view.company.department_name(person.division).unwrap_or_default();
        if *id == person.division {
            format!("{COMPANY_NAME}/{division}")
        } else {
            format!("{COMPANY_NAME}/{division}/{team}")
        }
    };
    person.departments.iter().map(path).collect::<Vec<_>>().join(";")
}

fn day_report(view: &View<'_>, person: &Person, judged: &Judged) -> Value {
    let truth = &judged.truth;
    let rule = truth.rule.clone().unwrap_or_default();
    let fixed = truth.grouptype == 1;
    let segments = judged.plan.iter().flat_map(|plan| &plan.duty.segments).filter(|_| fixed);
    let checkintime: Vec<Value> = segments
        .map(|segment| json!({"work_sec": segment.work_sec, "off_work_sec": segment.off_work_sec}))
        .collect();
    let punches: Vec<i64> = judged
        .plan
        .iter()
        .flat_map(|plan| plan.punches(view.now))
        .map(|mark| mark.at - judged.day.midnight())
        .collect();
    json!({
        "base_info": {
            "date": judged.day.midnight(),
            "record_type": record_type(judged.rule.as_deref()),
            "name": person.name,
            "name_ex": "",
            "departs_name": departs_name(view, person),
            "acctid": person.userid,
            "rule_info": {
                "groupid": rule.groupid,
                "groupname": rule.groupname,
                "scheduleid": rule.schedule_id,
                "schedulename": rule.schedule_name,
                "checkintime": checkintime,
            },
            "day_type": i64::from(truth.day_type != "workday"),
        },
        "summary_info": {
            "checkin_count": truth.checkin_count,
            "regular_work_sec": truth.worked_sec,
            "standard_work_sec": truth.standard_sec,
            "earliest_time": punches.first().copied().unwrap_or(0),
            "lastest_time": punches.last().copied().unwrap_or(0),
        },
        "holiday_infos": holiday_infos(judged),
        "exception_infos": exception_infos(std::slice::from_ref(judged)),
        "ot_info": ot_info(truth),
        "sp_items": sp_items(std::slice::from_ref(judged)),
    })
}

fn month_report(view: &View<'_>, person: &Person, days: &[Judged], last: &Judged) -> Value {
    let rule = last.truth.rule.clone().unwrap_or_default();
    let count = |wanted: &dyn Fn(&Truth) -> bool| {
        days.iter().filter(|judged| wanted(&judged.truth)).count()
    };
    let sum = |of: &dyn Fn(&Truth) -> i64| days.iter().map(|judged| of(&judged.truth)).sum::<i64>();
    let overtime = |bucket: &'static str| {
        sum(&|truth: &Truth| {
            if truth.overtime.bucket == bucket { truth.overtime.seconds } else { 0 }
        })
    };
    json!({
        "base_info": {
            "record_type": record_type(last.rule.as_deref()),
            "name": person.name,
            "name_ex": "",
            "departs_name": departs_name(view, person),
            "rule_info": {
                "groupid": rule.groupid,
                "groupname": rule.groupname,
            },
            "acctid": person.userid,
        },
        "summary_info": {
            "work_days": count(&|truth| truth.day_type == "workday" && truth.status != "no_rule"),
            "regular_days": count(&|truth| truth.status == "normal"),
            "rest_days": count(&|truth| truth.day_type != "workday"),
            "except_days": count(&|truth| truth.status == "abnormal"),
            "regular_work_sec": sum(&|truth| truth.worked_sec),
            "standard_work_sec": sum(&|truth| truth.standard_sec),
        },
        "exception_infos": exception_infos(days),
        "sp_items": sp_items(days),
        "overwork_info": {
            "workday_over_sec": overtime("workday"),
            "restdays_over_sec": overtime("restday"),
            "holidays_over_sec": overtime("holiday"),
            "workdays_over_as_vacation": 0,
            "workdays_over_as_money": overtime("workday"),
            "restdays_over_as_vacation": overtime("restday"),
            "restdays_over_as_money": 0,
            "holidays_over_as_vacation": 0,
            "holidays_over_as_money": overtime("holiday"),
        },
    })
}

/// Findings by WeCom's number, summed over the days.
fn exception_infos(days: &[Judged]) -> Vec<Value> {
    const NUMBERS: [(&str, i64); 6] =
        [("late", 1), ("early", 2), ("missing", 3), ("absent", 4), ("place", 5), ("device", 6)];
    NUMBERS
        .into_iter()
        .filter_map(|(kind, exception)| {
            let found = days.iter().flat_map(|judged| &judged.truth.exceptions);
            let (count, duration) = found
                .filter(|found| found.kind == kind)
                .map(|found| (found.count, found.duration_sec.unwrap_or(0)))
                .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            (count > 0)
                .then(|| json!({"exception": exception, "count": count, "duration": duration}))
        })
        .collect()
}

fn granted(judged: &Judged) -> impl Iterator<Item = &Approval> {
    judged.plan.iter().flat_map(DayPlan::granted)
}

fn holiday_infos(judged: &Judged) -> Vec<Value> {
    let chinese = |text: String| json!({"data": [{"lang": "zh_CN", "text": text}]});
    let clock = |at: i64| {
        let stamp = jiff::Timestamp::from_second(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        stamp
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
            .strftime("%m/%d %H:%M")
            .to_string()
    };
    let info = |approval: &Approval| {
        let tenths = (approval.end - approval.begin) / 360;
        json!({
            "sp_number": approval.sp_no,
            "sp_title": chinese(format!("{}{}.{}小时", approval.title(), tenths / 10, tenths % 10)),
            "sp_description": chinese(format!("{}~{}", clock(approval.begin), clock(approval.end))),
        })
    };
    granted(judged).map(info).collect()
}

fn ot_info(truth: &Truth) -> Value {
    let overtime = &truth.overtime;
    let status = match overtime.status {
        "ok" => 1,
        "short" => 2,
        _ => 0,
    };
    let short: Vec<i64> =
        (overtime.short_sec > 0).then_some(overtime.short_sec).into_iter().collect();
    // Where no rule says what it turns into, that of rest days is time off.
    let is_pay = match overtime.compensation {
        Some(turns_into) => turns_into == "pay",
        None => overtime.bucket != "restday",
    };
    let of = |bucket: &str, pay: bool| {
        if overtime.bucket == bucket && pay == is_pay { overtime.seconds } else { 0 }
    };
    json!({
        "ot_status": status,
        "ot_duration": overtime.seconds,
        "exception_duration": short,
        "workday_over_as_vacation": of("workday", false),
        "workday_over_as_money": of("workday", true),
        "restday_over_as_vacation": of("restday", false),
        "restday_over_as_money": of("restday", true),
        "holiday_over_as_vacation": of("holiday", false),
        "holiday_over_as_money": of("holiday", true),
    })
}

/// Leave, corrections, trips, outings and field work, summed over the days.
fn sp_items(days: &[Judged]) -> Vec<Value> {
    let mut items = Vec::new();
    let of = |matter: Matter| {
        let found = days.iter().flat_map(|judged| {
            let granted = granted(judged).filter(move |approval| approval.matter == matter);
            granted.map(move |approval| report_sec(judged, approval))
        });
        found.fold((0_i64, 0_i64), |sum, one| (sum.0 + 1, sum.1 + one))
    };
    for vacation in &crate::approvals::VACATIONS {
        let (count, duration) = of(Matter::Leave(vacation.id));
        if count > 0 {
            items.push(json!({"type": 1, "vacation_id": vacation.id, "count": count,
                "duration": duration, "time_type": i64::from(vacation.by_hour),
                "name": vacation.name}));
        }
    }
    let sum = |of: fn(&Truth) -> i64| days.iter().map(|judged| of(&judged.truth)).sum::<i64>();
    let trip = of(Matter::Trip);
    let out = of(Matter::Out);
    let rest = [
        (2, (sum(|truth| truth.correction_count), 0), 0, "补卡次数"),
        (3, trip, 0, "出差"),
        (4, out, 1, "外出"),
        (100, (sum(|truth| truth.field_count), 0), 0, "外勤次数"),
    ];
    items.extend(rest.into_iter().map(|(kind, (count, duration), time_type, name)| {
        json!({"type": kind, "vacation_id": 0, "count": count, "duration": duration,
               "time_type": time_type, "name": name})
    }));
    items
}

/// Seconds as a report counts them: a whole day is 86400, whatever the day's standard.
fn report_sec(judged: &Judged, approval: &Approval) -> i64 {
    let Some(plan) = &judged.plan else { return 0 };
    let required = approval.seconds_on(&plan.duty, judged.day);
    if approval.by_day && plan.duty.standard_sec > 0 {
        required * DAY_SEC / plan.duty.standard_sec
    } else {
        required
    }
}
