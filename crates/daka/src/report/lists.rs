//! The sheets that list things one by one: times, records, findings, leave.

use std::{borrow::Cow, collections::BTreeMap};

use attendance::{
    JudgedDay, Person, Reason, Verdict,
    judged::{JudgedPunch, Role},
    punch::Side,
    time::Moment,
    verdict::{Finding, FindingKind, Leave, LeaveKind},
};
use jiff::civil::Date;
use wecom_checkin::Record;

use super::{
    PersonReport, Who,
    away::{self, AwayKind},
    figures::{NO_GROUP, column, text},
    month,
    requests::Request,
    words,
};
use crate::{
    days::Days,
    lang::Lang,
    table::{Column, Tone, Unit, Value},
};

/// 打卡时间: people by days, all times of a day in a cell.
pub(super) fn times(days: Days) -> Vec<Column<PersonReport>> {
    let mut columns = vec![
        text(NO_GROUP, ("姓名", "Name"), 12.0, |p: &PersonReport| &p.who.name),
        text(NO_GROUP, ("账号", "Userid"), 14.0, |p: &PersonReport| &p.who.userid),
        text(NO_GROUP, ("部门", "Departments"), 14.0, |p: &PersonReport| &p.who.departments),
    ];
    columns.extend(days.iter().map(|date| {
        let (zh, en) = month::day_head(date);
        column(NO_GROUP, ("", ""), 8.0, Unit::Text, move |p: &PersonReport| match p.day(date) {
            Some(day) if !day.times.is_empty() => {
                Value::Marked(day.times.join("\n").into(), Tone::Plain)
            }
            Some(day) if month::tone(&day.verdict) == Tone::Unknown => {
                Value::Marked("--".into(), Tone::Unknown)
            }
            _ => Value::Nothing,
        })
        .named(zh, en)
    }));
    columns
}

/// 原始记录: a row of WeCom's, with the day it counts for and what it did there.
pub(super) struct RecordRow {
    who: Who,
    date: Date,
    at: Option<Moment>,
    role: Role,
    record: Record,
}

/// A person's records, each once, under the day that used it or else lists it.
pub(super) fn records(who: &Who, person: &Person, days: &[JudgedDay]) -> Vec<RecordRow> {
    let mut chosen: BTreeMap<usize, (Date, &JudgedPunch)> = BTreeMap::new();
    for day in days {
        for punch in &day.punches {
            let Some(record) = punch.record else { continue };
            let date = day.verdict.date;
            let better = match chosen.get(&record) {
                None => true,
                Some((_, known)) => {
                    known.role == Role::None
                        && (punch.role != Role::None || punch.at.datetime().date() == date)
                }
            };
            if better {
                chosen.insert(record, (date, punch));
            }
        }
    }
    let rows = chosen.into_iter().filter_map(|(record, (date, punch))| {
        let record = person.records.get(record)?.clone();
        Some(RecordRow { who: who.clone(), date, at: Some(punch.at), role: punch.role, record })
    });
    let mut rows: Vec<RecordRow> = rows.collect();
    rows.sort_by_key(|row| (row.date, row.at));
    rows
}

/// The columns of 原始记录.
pub(super) fn record_columns(lang: Lang) -> Vec<Column<RecordRow>> {
    let told = |name, width, of: fn(&Record) -> Option<Cow<'_, str>>| {
        column(NO_GROUP, name, width, Unit::Text, move |row: &RecordRow| {
            of(&row.record).map_or(Value::Nothing, Value::text)
        })
    };
    vec![
        column(NO_GROUP, ("考勤日期", "Date"), 20.0, Unit::Date, |r: &RecordRow| {
            Value::Date(r.date)
        }),
        text(NO_GROUP, ("姓名", "Name"), 12.0, |r: &RecordRow| &r.who.name),
        text(NO_GROUP, ("账号", "Userid"), 14.0, |r: &RecordRow| &r.who.userid),
        text(NO_GROUP, ("部门", "Departments"), 14.0, |r: &RecordRow| &r.who.departments),
        column(NO_GROUP, ("打卡时间", "Time"), 10.0, Unit::Clock, |r: &RecordRow| {
            r.at.map_or(Value::Nothing, |at| Value::Clock(at, r.date))
        }),
        told(("打卡类型", "Kind"), 12.0, |r| Some(r.checkin_type.as_ref()?.as_str().into())),
        told(("异常", "Marked"), 14.0, |r| Some(r.exception_type.as_ref()?.as_str().into())),
        column(NO_GROUP, ("用途", "Used as"), 12.0, Unit::Text, move |r: &RecordRow| {
            Value::text(role(r.role, lang))
        }),
        told(("所属规则", "Rule"), 16.0, |r| Some(r.groupname.as_deref()?.into())),
        told(("打卡地点", "Place"), 20.0, |r| Some(r.location_title.as_deref()?.into())),
        told(("详细地址", "Address"), 30.0, |r| Some(r.location_detail.as_deref()?.into())),
        told(("WiFi", "Wi-Fi"), 14.0, |r| Some(r.wifiname.as_deref()?.into())),
        told(("备注", "Notes"), 20.0, |r| Some(r.notes.as_deref()?.into())),
        told(("设备", "Device"), 16.0, |r| Some(r.device()?.into())),
        column(NO_GROUP, ("照片(张)", "Photos"), 8.0, Unit::Int, |r: &RecordRow| {
            let photos = r.record.mediaids.as_ref().map_or(0, Vec::len);
            Value::Number(i64::try_from(photos).unwrap_or(i64::MAX))
        }),
    ]
}

fn role(role: Role, lang: Lang) -> String {
    match role {
        Role::Used(segment, Side::On) => {
            lang.pick("上班", "on ").to_owned() + &(segment + 1).to_string()
        }
        Role::Used(segment, Side::Off) => {
            lang.pick("下班", "off ").to_owned() + &(segment + 1).to_string()
        }
        Role::Counted => lang.pick("计次", "counted").to_owned(),
        Role::None => String::new(),
    }
}

/// 异常明细: one finding, or one that people excused.
pub(super) struct FindingRow {
    who: Who,
    kind: FindingKind,
    /// `None` of one that was excused.
    finding: Option<Finding>,
    verdict: Verdict,
    requests: Vec<Request>,
}

/// What was found of a person.
pub(super) fn findings(report: &PersonReport) -> Vec<FindingRow> {
    let rows = report.days.iter().flat_map(|day| {
        let found = day.verdict.findings.iter().map(|finding| (finding.kind, Some(*finding)));
        let excused = day.verdict.overrides.iter().flat_map(|decision| &decision.excused);
        found.chain(excused.map(|kind| (*kind, None))).map(|(kind, finding)| FindingRow {
            who: day.who.clone(),
            kind,
            finding,
            verdict: day.verdict.clone(),
            requests: day.requests.clone(),
        })
    });
    rows.collect()
}

/// The columns of 异常明细.
pub(super) fn finding_columns(lang: Lang) -> Vec<Column<FindingRow>> {
    let grave = |kind| matches!(kind, FindingKind::Absent | FindingKind::Missing);
    let clock = |at: Option<Moment>, row: &FindingRow| {
        at.map_or(Value::Nothing, |at| Value::Clock(at, row.verdict.date))
    };
    vec![
        column(NO_GROUP, ("时间", "Date"), 20.0, Unit::Date, |r: &FindingRow| {
            Value::Date(r.verdict.date)
        }),
        text(NO_GROUP, ("姓名", "Name"), 12.0, |r: &FindingRow| &r.who.name),
        text(NO_GROUP, ("账号", "Userid"), 14.0, |r: &FindingRow| &r.who.userid),
        text(NO_GROUP, ("部门", "Departments"), 14.0, |r: &FindingRow| &r.who.departments),
        column(NO_GROUP, ("所属规则", "Rule"), 16.0, Unit::Text, |r: &FindingRow| {
            Value::text(r.verdict.rule.as_ref().map_or("", |rule| &rule.groupname))
        }),
        column(NO_GROUP, ("班次", "Shift"), 10.0, Unit::Text, |r: &FindingRow| {
            Value::text(r.verdict.rule.as_ref().map_or("", |rule| &rule.schedule_name))
        }),
        column(NO_GROUP, ("异常", "Finding"), 12.0, Unit::Text, move |r: &FindingRow| {
            let kind = words::kind(r.kind, lang);
            if r.finding.is_none() {
                let excused = lang.pick("(已免除)", " (excused)");
                return Value::Marked(format!("{kind}{excused}").into(), Tone::Plain);
            }
            let tone = if grave(r.kind) { Tone::Alarm } else { Tone::Warning };
            Value::Marked(kind.into(), tone)
        }),
        column(NO_GROUP, ("次数(次)", "Count"), 8.0, Unit::Count, |r: &FindingRow| {
            r.finding.map_or(Value::Nothing, |finding| Value::Number(finding.count.into()))
        }),
        column(NO_GROUP, ("时长(分钟)", "Minutes"), 8.0, Unit::Minutes, |r: &FindingRow| {
            let duration = r.finding.and_then(|finding| finding.duration_sec);
            duration.map_or(Value::Nothing, Value::Number)
        }),
        column(NO_GROUP, ("最早", "First"), 9.0, Unit::Clock, move |r: &FindingRow| {
            clock(r.verdict.first, r)
        }),
        column(NO_GROUP, ("最晚", "Last"), 9.0, Unit::Clock, move |r: &FindingRow| {
            clock(r.verdict.last, r)
        }),
        column(NO_GROUP, ("相关审批", "Requests"), 28.0, Unit::Text, move |r: &FindingRow| {
            let requests: Vec<String> = r.requests.iter().map(|r| r.text(lang)).collect();
            Value::paragraph(requests.join("\n"))
        }),
        column(NO_GROUP, ("判定依据", "Why"), 70.0, Unit::Text, move |r: &FindingRow| {
            Value::paragraph(words::reasons(&r.verdict, lang))
        }),
    ]
}

/// 假勤: leave, a trip or an outing of one day.
pub(super) struct LeaveRow {
    who: Who,
    date: Date,
    standard_sec: i64,
    leave: Leave,
    /// The numbers of the requests that were granted.
    numbers: String,
}

/// What a person was away for, day by day.
pub(super) fn leave(report: &PersonReport) -> Vec<LeaveRow> {
    let rows = report.days.iter().flat_map(|day| {
        day.verdict.leave.iter().map(|leave| LeaveRow {
            who: day.who.clone(),
            date: day.verdict.date,
            standard_sec: day.verdict.standard_sec,
            leave: leave.clone(),
            numbers: granted(&day.verdict, leave),
        })
    });
    rows.collect()
}

/// The numbers of the requests that a leave, trip or outing was granted by. The judge knows them; the
/// days that a form names are not always those that it counts for, such as an hour of a night.
fn granted(verdict: &Verdict, leave: &Leave) -> String {
    let numbers = verdict.reasons.iter().filter_map(|reason| match reason {
        Reason::Leave { name, number, .. } if *name == leave.name => number.as_deref(),
        _ => None,
    });
    numbers.collect::<Vec<_>>().join(" ")
}

/// The columns of 假勤.
pub(super) fn leave_columns(types: &[AwayKind], lang: Lang) -> Vec<Column<LeaveRow>> {
    let types = types.to_vec();
    vec![
        column(NO_GROUP, ("时间", "Date"), 20.0, Unit::Date, |r: &LeaveRow| Value::Date(r.date)),
        text(NO_GROUP, ("姓名", "Name"), 12.0, |r: &LeaveRow| &r.who.name),
        text(NO_GROUP, ("账号", "Userid"), 14.0, |r: &LeaveRow| &r.who.userid),
        text(NO_GROUP, ("部门", "Departments"), 14.0, |r: &LeaveRow| &r.who.departments),
        column(NO_GROUP, ("类别", "Kind"), 10.0, Unit::Text, move |r: &LeaveRow| {
            Value::text(match r.leave.kind {
                LeaveKind::Leave => lang.pick("请假", "leave"),
                LeaveKind::Trip => lang.pick("出差", "trip"),
                LeaveKind::Out => lang.pick("外出", "outing"),
            })
        }),
        text(NO_GROUP, ("名称", "Name of it"), 14.0, |r: &LeaveRow| &r.leave.name),
        column(NO_GROUP, ("时长(小时)", "Hours"), 10.0, Unit::Hours, |r: &LeaveRow| {
            Value::Number(r.leave.seconds)
        }),
        column(
            NO_GROUP,
            ("按假种单位", "In its unit"),
            10.0,
            Unit::Text,
            move |r: &LeaveRow| Value::text(away::in_unit(&types, &r.leave, r.standard_sec, lang)),
        ),
        text(NO_GROUP, ("审批编号", "Request"), 16.0, |r: &LeaveRow| &r.numbers),
        column(
            NO_GROUP,
            ("当日标准工时(小时)", "Due hours"),
            10.0,
            Unit::Hours,
            |r: &LeaveRow| Value::Number(r.standard_sec),
        ),
    ]
}
