//! 日报: a line a person-day, with WeCom's own titles, groups, units and order.

use attendance::{
    JudgedDay, Totals, Verdict, judged::JudgedPunch, punch::Nature, time::Moment,
    verdict::OvertimeStatus,
};

use super::{
    Who,
    away::{Away, AwayKind},
    figures::{self, NO_GROUP, NUMBER, OUTCOME, OVERTIME, PERSON, Summed, column, text},
    month,
    punches::{self, SlotCell},
    requests::Request,
    words,
};
use crate::{
    lang::Lang,
    table::{Column, Tone, Unit, Value},
};

/// A person-day as the sheets show it.
#[derive(Debug, Clone)]
pub(crate) struct DayRow {
    pub(super) who: Who,
    pub(super) verdict: Verdict,
    pub(super) totals: Totals,
    pub(super) away: Away,
    /// What was asked for, whatever became of it.
    pub(super) requests: Vec<Request>,
    /// Due punches in order: on 1, off 1, on 2, …
    pub(super) slots: Vec<SlotCell>,
    /// Every time somebody punched, next-day ones marked.
    pub(super) times: Vec<String>,
    /// The first and the last 外出打卡.
    pub(super) outdoor: Option<(Moment, Moment)>,
}

impl DayRow {
    pub(super) fn new(who: &Who, day: &JudgedDay, requests: Vec<Request>, lang: Lang) -> Self {
        let outdoor = |punch: &&JudgedPunch| punch.is_real() && punch.nature == Nature::Outdoor;
        let outdoor = day.punches.iter().filter(outdoor).map(|punch| punch.at);
        let outdoor = outdoor.clone().min().zip(outdoor.max());
        Self {
            who: who.clone(),
            totals: Totals::of([&day.verdict]),
            away: Away::of([&day.verdict]),
            requests,
            slots: punches::slots(day, lang),
            times: punches::times(day, lang),
            outdoor: outdoor.filter(|_| day.verdict.outdoor_count > 0),
            verdict: day.verdict.clone(),
        }
    }
}

impl Summed for DayRow {
    fn totals(&self) -> &Totals {
        &self.totals
    }

    fn away(&self) -> &Away {
        &self.away
    }
}

const OUTDOOR: (&str, &str) = ("外出打卡", "Outdoor");

/// The columns of the sheet.
pub(super) fn columns(
    segments: usize,
    types: &[AwayKind],
    numbered: bool,
    lang: Lang,
) -> Vec<Column<DayRow>> {
    let mut columns = vec![
        column(NO_GROUP, ("时间", "Date"), 20.0, Unit::Date, |d: &DayRow| {
            Value::Date(d.verdict.date)
        }),
        text(NO_GROUP, ("姓名", "Name"), 12.0, |d: &DayRow| &d.who.name),
        text(NO_GROUP, ("账号", "Userid"), 14.0, |d: &DayRow| &d.who.userid),
        text(PERSON, ("部门", "Departments"), 16.0, |d: &DayRow| &d.who.departments),
        text(PERSON, ("职务", "Position"), 8.0, |d: &DayRow| &d.who.position),
    ];
    if numbered {
        columns.push(text(PERSON, NUMBER, 9.0, |d: &DayRow| &d.who.employee_no));
    }
    columns.extend(outcome(types, lang));
    columns.extend(figures::findings());
    columns.extend([
        column(
            OUTDOOR,
            ("外出打卡次数(次)", "Outdoor punches"),
            10.0,
            Unit::Count,
            |d: &DayRow| Value::Number(d.verdict.outdoor_count.into()),
        ),
        column(OUTDOOR, ("最早", "First"), 9.0, Unit::Clock, |d: &DayRow| {
            clock(d.outdoor.map(|(first, _)| first), d)
        }),
        column(OUTDOOR, ("最晚", "Last"), 9.0, Unit::Clock, |d: &DayRow| {
            clock(d.outdoor.map(|(_, last)| last), d)
        }),
        column(OVERTIME, ("加班状态", "Status"), 9.0, Unit::Text, move |d: &DayRow| {
            match d.verdict.overtime.status {
                OvertimeStatus::None => Value::Nothing,
                OvertimeStatus::Ok => Value::text(lang.pick("正常", "ok")),
                OvertimeStatus::Short => Value::text(lang.pick("时长不足", "short")),
            }
        }),
    ]);
    columns.extend(figures::overtime(false, lang));
    columns.extend(figures::leave(types));
    columns.extend((1..=segments).flat_map(slot_columns));
    columns.push(column(
        NO_GROUP,
        ("打卡时间记录", "All times"),
        28.0,
        Unit::Text,
        |d: &DayRow| Value::text(d.times.join(" ")),
    ));
    columns.push(column(NO_GROUP, ("判定依据", "Why"), 60.0, Unit::Text, move |d: &DayRow| {
        Value::text(words::reasons(&d.verdict, lang))
    }));
    columns
}

fn outcome(types: &[AwayKind], lang: Lang) -> [Column<DayRow>; 9] {
    let types = types.to_vec();
    [
        column(OUTCOME, ("所属规则", "Rule"), 16.0, Unit::Text, |d: &DayRow| {
            Value::text(d.verdict.rule.as_ref().map_or("", |rule| &rule.groupname))
        }),
        column(OUTCOME, ("班次", "Shift"), 10.0, Unit::Text, |d: &DayRow| {
            Value::text(d.verdict.rule.as_ref().map_or("", |rule| &rule.schedule_name))
        }),
        column(OUTCOME, ("最早", "First"), 9.0, Unit::Clock, |d: &DayRow| {
            clock(d.verdict.first, d)
        }),
        column(OUTCOME, ("最晚", "Last"), 9.0, Unit::Clock, |d: &DayRow| {
            clock(d.verdict.last, d)
        }),
        column(OUTCOME, ("打卡次数(次)", "Punches"), 9.0, Unit::Count, |d: &DayRow| {
            Value::Number(d.verdict.checkin_count.into())
        }),
        column(
            OUTCOME,
            ("标准工作时长(小时)", "Due hours"),
            11.0,
            Unit::Hours,
            |d: &DayRow| hours(d.verdict.standard_sec, d),
        ),
        column(
            OUTCOME,
            ("实际工作时长(小时)", "Worked hours"),
            11.0,
            Unit::Hours,
            |d: &DayRow| hours(d.verdict.worked_sec, d),
        ),
        column(OUTCOME, ("假勤申请", "Leave"), 14.0, Unit::Text, move |d: &DayRow| {
            Value::text(d.away.requests(&types, &d.verdict, lang))
        }),
        column(OUTCOME, ("考勤结果", "Outcome"), 20.0, Unit::Text, move |d: &DayRow| {
            let text = words::outcome(&d.verdict, lang);
            match month::tone(&d.verdict) {
                Tone::Plain => Value::text(text),
                tone => Value::Marked(text.into(), tone),
            }
        }),
    ]
}

/// Hours of a day; those of a day that is not over or was not fetched are marked.
fn hours(seconds: i64, day: &DayRow) -> Value<'static> {
    if day.verdict.status.is_settled() {
        return Value::Number(seconds);
    }
    Value::Lacking(seconds, String::new())
}

fn clock(at: Option<Moment>, day: &DayRow) -> Value<'static> {
    at.map_or(Value::Nothing, |at| Value::Clock(at, day.verdict.date))
}

/// 上班N and 下班N: when, and how it was.
fn slot_columns(segment: usize) -> Vec<Column<DayRow>> {
    let mut columns = Vec::new();
    for (side, (zh, en)) in [("上班", "On"), ("下班", "Off")].into_iter().enumerate() {
        let slot = (segment - 1) * 2 + side;
        let time = move |d: &DayRow| d.slots.get(slot).map(|slot| slot.time.clone());
        let status = move |d: &DayRow| d.slots.get(slot).map(|slot| slot.status.clone());
        columns.push(
            column(NO_GROUP, ("", ""), 11.0, Unit::Clock, move |d: &DayRow| {
                Value::text(time(d).unwrap_or_default())
            })
            .named(format!("{zh}{segment}打卡时间"), format!("{en} {segment} time")),
        );
        columns.push(
            column(NO_GROUP, ("", ""), 12.0, Unit::Clock, move |d: &DayRow| {
                Value::text(status(d).unwrap_or_default())
            })
            .named(format!("{zh}{segment}打卡状态"), format!("{en} {segment} status")),
        );
    }
    columns
}
