//! What documents 98041 and 98767 say a written rule may hold, checked before it is sent.
//!
//! Only for writing: rules made in the admin console exceed some of these bounds, so nothing of
//! this is applied to what is read.

mod day;
mod overtime;

use std::ops::RangeInclusive;

use jiff::Timestamp;

use crate::{
    Row, Rule,
    limits::written_rule as most,
    rule::{Location, RuleKind, Shift},
    units::{SecOfDay, Seconds},
    write::{BadField, ensure},
};

const REST_SHIFT_NAME: &str = "休息";

/// Checks a rule that is to be made.
pub(super) fn check_new(rule: &Row<Rule>, now: Timestamp) -> Result<(), BadField> {
    let known = [RuleKind::Fixed, RuleKind::Shift, RuleKind::Free];
    let has_kind = rule.grouptype.is_some_and(|kind| known.contains(&kind));
    ensure(has_kind, "grouptype", "must be 1 (fixed), 2 (by shift) or 3 (free)")?;
    ensure(rule.groupname.is_some(), "groupname", "is needed")?;
    let range = rule.range.clone().unwrap_or_default();
    let lists = [range.party_id.map(|l| l.len()), range.tagid.map(|l| l.len())];
    let covers = lists.into_iter().chain([range.userid.map(|l| l.len())]).flatten().sum::<usize>();
    ensure(covers > 0, "range", "must name a department, a member or a tag")?;
    let networks = rule.wifimac_infos.as_ref().map_or(0, Vec::len);
    let places = rule.loc_infos.as_ref().map_or(0, Vec::len);
    let text = "or loc_infos must hold something (WeCom: 301097)";
    ensure(networks + places > 0, "wifimac_infos", text)?;
    if rule.grouptype == Some(RuleKind::Shift) {
        let has_shifts = rule.schedulelist.as_ref().is_some_and(|list| !list.is_empty());
        ensure(has_shifts, "schedulelist", "is needed by a shift rule")?;
    }
    if rule.grouptype == Some(RuleKind::Fixed) {
        let has_hours = rule.checkindate.as_ref().is_some_and(|list| !list.is_empty());
        ensure(has_hours, "checkindate", "is needed by a rule of fixed hours")?;
    }
    check_fields(rule, now)
}

/// Checks the fields that are there, as an update has them. There an empty list says nothing.
pub(super) fn check_fields(rule: &Row<Rule>, now: Timestamp) -> Result<(), BadField> {
    if let Some(name) = &rule.groupname {
        check_name("groupname", name)?;
    }
    ensure(rule.ot_info.is_none(), "ot_info", "is the old form; write ot_info_v2 (WeCom: 301094)")?;
    day::check_weekdays(rule)?;
    day::check_special_days(rule, now)?;
    check_where(rule)?;
    if let Some(shifts) = rule.schedulelist.as_ref().filter(|list| !list.is_empty()) {
        check_shifts(shifts)?;
    }
    check_corrections(rule)?;
    check_free(rule)?;
    if let Some(overtime) = &rule.ot_info_v2 {
        overtime::check(overtime).map_err(|bad| bad.within("ot_info_v2"))?;
    }
    let lone_liveness =
        rule.open_face_live_detect == Some(true) && rule.use_face_detect == Some(false);
    ensure(!lone_liveness, "open_face_live_detect", "needs use_face_detect")
}

fn check_name(field: &str, name: &str) -> Result<(), BadField> {
    let fits = most::NAME_CHARS.contains(&name.chars().count());
    ensure(fits, field, "must have 1 to 40 characters")
}

fn check_where(rule: &Rule) -> Result<(), BadField> {
    let networks = rule.wifimac_infos.as_ref().map_or(0, Vec::len);
    ensure(networks <= most::NETWORKS, "wifimac_infos", "may hold 500 networks")?;
    let places = rule.loc_infos.as_deref().unwrap_or_default();
    ensure(places.len() <= most::PLACES, "loc_infos", "may hold 500 places")?;
    for (n, place) in places.iter().enumerate() {
        check_place(place).map_err(|bad| bad.within(&format!("loc_infos[{n}]")))?;
    }
    Ok(())
}

fn check_place(place: &Location) -> Result<(), BadField> {
    for (field, text) in [("loc_title", &place.loc_title), ("loc_detail", &place.loc_detail)] {
        check_name(field, text.as_deref().unwrap_or_default())?;
    }
    let is_step = most::RADII.contains(&place.distance.unwrap_or_default());
    ensure(is_step, "distance", "must be 100, 200 … 1000, 1500, 2000, 2500 or 3000 metres")
}

fn check_shifts(shifts: &[Shift]) -> Result<(), BadField> {
    ensure(shifts.len() <= most::SHIFTS, "schedulelist", "may hold 50 shifts")?;
    let has_rest = shifts.iter().any(|shift| {
        shift.schedule_id.is_some_and(|id| id.0 == 0)
            && shift.schedule_name.as_deref() == Some(REST_SHIFT_NAME)
            && shift.time_section.as_ref().is_none_or(Vec::is_empty)
    });
    ensure(has_rest, "schedulelist", "must hold shift 0, named 休息, without time_section")?;
    for (n, shift) in shifts.iter().enumerate() {
        let at = format!("schedulelist[{n}]");
        let name = shift.schedule_name.as_deref().unwrap_or_default();
        let is_unique =
            shifts.iter().filter(|s| s.schedule_name == shift.schedule_name).count() == 1;
        ensure(is_unique, format!("{at}.schedule_name"), "is given twice")?;
        check_name("schedule_name", name)
            .and_then(|()| day::check_shift(shift))
            .map_err(|bad| bad.within(&at))?;
    }
    Ok(())
}

fn check_corrections(rule: &Rule) -> Result<(), BadField> {
    let within = |field: &str, value: Option<i64>, range: RangeInclusive<i64>| {
        let fits = value.is_none_or(|value| value == -1 || range.contains(&value));
        ensure(fits, field, format!("must be -1 or {} to {}", range.start(), range.end()))
    };
    within("allow_apply_bk_cnt", rule.allow_apply_bk_cnt, most::CORRECTIONS)?;
    within("allow_apply_bk_day_limit", rule.allow_apply_bk_day_limit, most::CORRECTION_DAYS)?;
    within("buka_limit_next_month", rule.buka_limit_next_month, most::CORRECTION_CLOSING_DAY)?;
    let Some(remind) = &rule.buka_remind else { return Ok(()) };
    let day = remind.buka_remind_day.unwrap_or_default();
    let fits = match remind.buka_remind_month {
        _ if remind.open_remind != Some(true) => true,
        Some(0) => most::REMIND_DAY_THIS_MONTH.contains(&day),
        Some(1) => most::REMIND_DAY_NEXT_MONTH.contains(&day),
        _ => false,
    };
    let text = "must be 15 to 30 of this month (0) or 1 to 26 of the next (1)";
    ensure(fits, "buka_remind.buka_remind_day", text)
}

fn check_free(rule: &Rule) -> Result<(), BadField> {
    if let Some(interval) = rule.offwork_interval_time {
        let fits =
            interval.is_multiple_of(most::OFF_AFTER_STEP) && most::OFF_AFTER.contains(&interval);
        ensure(fits, "offwork_interval_time", "must be a multiple of 300 s, at most 1435 min")?;
    }
    if let Some(roll_over) = rule.span_day_time {
        let fits =
            roll_over.is_whole_minute() && (SecOfDay(0)..SecOfDay(86_400)).contains(&roll_over);
        ensure(fits, "span_day_time", "must be a whole minute below 24 h")?;
    }
    if let Some(due) = rule.standard_work_duration {
        let fits =
            due == Seconds(-1) || (due.is_multiple_of(most::DUE_STEP) && most::DUE.contains(&due));
        ensure(fits, "standard_work_duration", "must be -1 or 3600 to 86400 s by half hours")?;
    }
    Ok(())
}
