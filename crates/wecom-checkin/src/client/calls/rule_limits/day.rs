//! Hours: weekdays, special days, shifts, segments, flexibility.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::{
    Rule,
    limits::written_rule as most,
    rule::{CheckinDate, LateRule, RuleKind, Segment, Shift, SpecialDay},
    units::{SecOfDay, Seconds, UnixTime},
    write::{BadField, ensure},
};

pub(super) fn check_weekdays(rule: &Rule) -> Result<(), BadField> {
    let Some(dates) = &rule.checkindate else { return Ok(()) };
    let is_shift = rule.grouptype == Some(RuleKind::Shift);
    ensure(!is_shift || dates.is_empty(), "checkindate", "does not go with a shift rule")?;
    ensure(dates.len() <= most::WEEKDAY_ROWS, "checkindate", "may hold 7 entries")?;
    let mut named = HashSet::new();
    for (n, date) in dates.iter().enumerate() {
        let at = format!("checkindate[{n}]");
        for day in date.workdays.iter().flatten() {
            let is_weekday = (0..=6).contains(day);
            ensure(is_weekday, format!("{at}.workdays"), "must be 0 (Sunday) to 6")?;
            let text = format!("names day {day}, which another entry has");
            ensure(named.insert(*day), format!("{at}.workdays"), text)?;
        }
        check_hours(date, rule.grouptype).map_err(|bad| bad.within(&at))?;
    }
    Ok(())
}

fn check_hours(date: &CheckinDate, kind: Option<RuleKind>) -> Result<(), BadField> {
    ensure(date.flex_time.is_none(), "flex_time", "cannot be written; use flex_on_duty_time")?;
    let segments = date.checkintime.as_deref().unwrap_or_default();
    let fewest = usize::from(kind == Some(RuleKind::Fixed));
    let fits = (fewest..=most::SEGMENTS).contains(&segments.len());
    ensure(fits, "checkintime", format!("must hold {fewest} to 4 segments"))?;
    check_segments("checkintime", segments)?;
    for (n, segment) in segments.iter().enumerate() {
        for (field, at) in [
            ("earliest_off_work_sec", segment.earliest_off_work_sec),
            ("latest_off_work_sec", segment.latest_off_work_sec),
        ] {
            let fits = at.is_none_or(|at| at <= most::LATEST_OFF_PUNCH);
            ensure(fits, format!("checkintime[{n}].{field}"), "may reach 04:00 next morning")?;
        }
    }
    check_flexibility(&Flexibility {
        late: date.flex_on_duty_time,
        early: date.flex_off_duty_time,
        arrive_early: date.max_allow_arrive_early,
        arrive_late: date.max_allow_arrive_late,
        late_rule: date.late_rule.as_ref(),
    })
}

pub(super) fn check_shift(shift: &Shift) -> Result<(), BadField> {
    let segments = shift.time_section.as_deref().unwrap_or_default();
    ensure(segments.len() <= most::SEGMENTS, "time_section", "may hold 4 segments")?;
    check_segments("time_section", segments)?;
    if let Some(first) = segments.first() {
        let earliest = first.earliest_work_sec.zip(first.work_sec);
        let fits = earliest.is_none_or(|(earliest, work)| work - earliest <= most::SHIFT_AHEAD);
        let text = "may lie 4 h before work_sec";
        ensure(fits, "time_section[0].earliest_work_sec", text)?;
    }
    check_flexibility(&Flexibility {
        late: shift.flex_on_duty_time,
        early: shift.flex_off_duty_time,
        arrive_early: shift.max_allow_arrive_early,
        arrive_late: shift.max_allow_arrive_late,
        late_rule: shift.late_rule.as_ref(),
    })
}

fn check_segments(field: &str, segments: &[Segment]) -> Result<(), BadField> {
    let mut ids = HashSet::new();
    let mut free_from = SecOfDay(0);
    for (n, segment) in segments.iter().enumerate() {
        let at = format!("{field}[{n}]");
        check_segment(segment).map_err(|bad| bad.within(&at))?;
        if let Some(id) = segment.time_id {
            let is_new = most::SEGMENT_IDS.contains(&id.0) && ids.insert(id);
            ensure(is_new, format!("{at}.time_id"), "must be unique and 1 to 99998")?;
        }
        let work = segment.work_sec.unwrap_or_default();
        ensure(work >= free_from, format!("{at}.work_sec"), "lies in the segment before")?;
        free_from = segment.off_work_sec.unwrap_or_default();
    }
    Ok(())
}

fn check_segment(segment: &Segment) -> Result<(), BadField> {
    for (field, at) in [
        ("work_sec", segment.work_sec),
        ("off_work_sec", segment.off_work_sec),
        ("rest_begin_time", segment.rest_begin_time),
        ("rest_end_time", segment.rest_end_time),
        ("earliest_work_sec", segment.earliest_work_sec),
        ("latest_work_sec", segment.latest_work_sec),
        ("earliest_off_work_sec", segment.earliest_off_work_sec),
        ("latest_off_work_sec", segment.latest_off_work_sec),
    ] {
        let is_minute = at.is_none_or(|at| at >= SecOfDay(0) && at.is_whole_minute());
        ensure(is_minute, field, "must be a whole minute, in seconds from 00:00")?;
    }
    let missing = |field| BadField::new(field, "is needed");
    let work = segment.work_sec.ok_or_else(|| missing("work_sec"))?;
    let off = segment.off_work_sec.ok_or_else(|| missing("off_work_sec"))?;
    ensure(work <= most::LATEST_BEGIN, "work_sec", "may be 00:00 next morning at the latest")?;
    ensure(off < most::END_BEFORE, "off_work_sec", "must lie before 23:59 of the next day")?;
    let text = "must lie more than a minute and less than 24 h after work_sec";
    let length = off - work;
    let fits = length > most::SEGMENT_LONGER_THAN && length < most::SEGMENT_SHORTER_THAN;
    ensure(fits, "off_work_sec", text)?;
    let remind = segment.remind_work_sec.map(|at| work - at);
    let fits = remind.is_none_or(|before| most::REMIND_BEFORE.contains(&before));
    ensure(fits, "remind_work_sec", "must lie 0, 5, 10, 15 or 20 minutes before work_sec")?;
    let remind = segment.remind_off_work_sec.map(|at| at - off);
    let fits = remind.is_none_or(|after| most::REMIND_AFTER.contains(&after));
    let text = "must lie 0, 10, 20, 30 or 60 minutes after off_work_sec";
    ensure(fits, "remind_off_work_sec", text)?;
    check_rests(segment)
}

fn check_rests(segment: &Segment) -> Result<(), BadField> {
    let rests = segment.rest_times.as_deref().unwrap_or_default();
    ensure(rests.len() <= most::RESTS, "rest_times", "may hold 5 rests")?;
    let mut spans: Vec<_> =
        rests.iter().filter_map(|rest| rest.rest_begin_time.zip(rest.rest_end_time)).collect();
    spans.sort_unstable();
    let ordered = spans.iter().all(|(begin, end)| begin < end);
    ensure(ordered, "rest_times", "must end after they begin")?;
    let disjoint = spans.iter().zip(spans.iter().skip(1)).all(|(a, b)| a.1 <= b.0);
    ensure(disjoint, "rest_times", "must not overlap")
}

struct Flexibility<'a> {
    late: Option<Seconds>,
    early: Option<Seconds>,
    arrive_early: Option<Seconds>,
    arrive_late: Option<Seconds>,
    late_rule: Option<&'a LateRule>,
}

fn check_flexibility(flexibility: &Flexibility<'_>) -> Result<(), BadField> {
    let Flexibility { late, early, arrive_early, arrive_late, late_rule } = *flexibility;
    for (field, seconds) in [
        ("flex_on_duty_time", late),
        ("flex_off_duty_time", early),
        ("max_allow_arrive_early", arrive_early),
        ("max_allow_arrive_late", arrive_late),
    ] {
        let fits = seconds.is_none_or(|length| most::FLEXIBILITY.contains(&length));
        ensure(fits, field, "may be 360 minutes, in seconds")?;
    }
    let set = |length: Option<Seconds>| length.is_some_and(|length| length > Seconds(0));
    let both = (set(late) || set(early)) && (set(arrive_early) || set(arrive_late));
    ensure(!both, "max_allow_arrive_early", "does not go with flex_on_duty_time")?;
    let Some(rule) = late_rule else { return Ok(()) };
    let direct = [rule.offwork_after_time, rule.onwork_flex_time];
    let steps = rule.timerules.iter().flatten();
    let fits = steps
        .flat_map(|step| [step.offwork_after_time, step.onwork_flex_time])
        .chain(direct)
        .flatten()
        .all(|length| most::LATE_CREDIT.contains(&length));
    ensure(fits, "late_rule", "may hold up to 600 minutes, in seconds")
}

pub(super) fn check_special_days(rule: &Rule, now: Timestamp) -> Result<(), BadField> {
    let works = rule.spe_workdays.as_deref().unwrap_or_default();
    let is_fixed = rule.grouptype.is_none_or(|kind| kind == RuleKind::Fixed);
    ensure(is_fixed || works.is_empty(), "spe_workdays", "go with fixed hours only")?;
    let offs = rule.spe_offdays.as_deref().unwrap_or_default();
    for (field, days) in [("spe_workdays", works), ("spe_offdays", offs)] {
        ensure(days.len() <= most::SPECIAL_DAYS, field, "may hold 366 days")?;
        for (n, day) in days.iter().enumerate() {
            check_special_day(day, now).map_err(|bad| bad.within(&format!("{field}[{n}]")))?;
        }
    }
    Ok(())
}

fn check_special_day(day: &SpecialDay, now: Timestamp) -> Result<(), BadField> {
    let notes = day.notes.as_deref().unwrap_or_default();
    ensure(most::NOTE_BYTES.contains(&notes.len()), "notes", "must have 1 to 40 bytes")?;
    let today = UnixTime::from(now).beijing_date();
    for (field, at) in [("timestamp", day.timestamp), ("begtime", day.begtime)] {
        let is_future = at.is_none_or(|at| at.beijing_date() > today);
        ensure(is_future, field, "must lie in the future")?;
    }
    let backwards = day.begtime.zip(day.endtime).is_some_and(|(begin, end)| end < begin);
    ensure(!backwards, "endtime", "must not lie before begtime")?;
    let segments = day.checkintime.as_deref().unwrap_or_default();
    check_segments("checkintime", segments)?;
    for (n, segment) in segments.iter().enumerate() {
        let at = |field: &str| format!("checkintime[{n}].{field}");
        for (field, value) in [
            ("earliest_work_sec", segment.earliest_work_sec),
            ("latest_work_sec", segment.latest_work_sec),
            ("earliest_off_work_sec", segment.earliest_off_work_sec),
            ("latest_off_work_sec", segment.latest_off_work_sec),
        ] {
            let text = "does not go with a special day (WeCom: 301094)";
            ensure(value.is_none(), at(field), text)?;
        }
        let work = segment.work_sec.unwrap_or_default();
        let off = segment.off_work_sec.unwrap_or_default();
        let fits = most::SPECIAL_BEGIN.contains(&work);
        ensure(fits, at("work_sec"), "must lie between 04:00 and 18:00")?;
        let fits = most::SPECIAL_END.contains(&off);
        ensure(fits, at("off_work_sec"), "must lie between 04:00 and 03:00 of the next day")?;
    }
    Ok(())
}
