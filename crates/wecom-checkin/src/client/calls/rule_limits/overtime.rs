//! Overtime: `ot_info_v2`.

use crate::{
    limits::written_rule as most,
    rule::{DayOvertime, Overtime, OvertimeRest, OvertimeSource, TimeUnit},
    units::Seconds,
    write::{BadField, ensure},
};

pub(super) fn check(overtime: &Overtime) -> Result<(), BadField> {
    for (field, day) in [
        ("workdayconf", &overtime.workdayconf),
        ("restdayconf", &overtime.restdayconf),
        ("holidayconf", &overtime.holidayconf),
    ] {
        if let Some(day) = day {
            check_day(day).map_err(|bad| bad.within(field))?;
        }
    }
    match &overtime.time_unit_config {
        Some(unit) => check_unit(unit).map_err(|bad| bad.within("time_unit_config")),
        None => Ok(()),
    }
}

fn check_day(day: &DayOvertime) -> Result<(), BadField> {
    let is_known = !matches!(day.source, Some(OvertimeSource::Other(_)));
    ensure(is_known, "type", "must be 0, 1 or 2")?;
    let ratio = day.vacation.as_ref().and_then(|vacation| vacation.trans_ratio);
    let fits = ratio.is_none_or(|percent| most::OVERTIME_RATIO.contains(&percent));
    ensure(fits, "vacation.trans_ratio", "may be 3000 percent")?;
    let range = day.ot_time_range;
    ensure(range.is_none_or(|n| (0..=2).contains(&n)), "ot_time_range", "must be 0, 1 or 2")?;
    for (field, times) in
        [("apply", &day.apply), ("checkin", &day.checkin), ("applycheckin", &day.applycheckin)]
    {
        if let Some(rest) = times.as_ref().and_then(|times| times.restinfo.as_ref()) {
            check_rest(rest).map_err(|bad| bad.within(&format!("{field}.restinfo")))?;
        }
    }
    Ok(())
}

fn check_rest(rest: &OvertimeRest) -> Result<(), BadField> {
    ensure(
        rest.fix_time_rule.is_none(),
        "fix_time_rule",
        "is the old form; write fix_time_rule_list",
    )?;
    let fixed = rest.fix_time_rule_list.as_ref().map_or(0, Vec::len);
    ensure(fixed <= most::OVERTIME_FIXED_RESTS, "fix_time_rule_list", "may hold 10 rests")?;
    let Some(by_length) = &rest.cal_ottime_rule else { return Ok(()) };
    let field = "cal_ottime_rule.items";
    let items = by_length.items.as_deref().unwrap_or_default();
    ensure(most::OVERTIME_REST_STEPS.contains(&items.len()), field, "must hold 1 to 5 steps")?;
    let quarters = items.iter().flat_map(|item| [item.ot_time, item.rest_time]).flatten();
    let is_quarter =
        |length: Seconds| length >= Seconds(0) && length.is_multiple_of(most::OVERTIME_REST_GRAIN);
    let fits = quarters.into_iter().all(is_quarter);
    ensure(fits, field, "must be multiples of 15 minutes, in seconds")?;
    let ascending = items.iter().map(|item| item.ot_time).is_sorted_by(|a, b| a < b);
    ensure(ascending, field, "must ascend")
}

fn check_unit(unit: &TimeUnit) -> Result<(), BadField> {
    let one_of = |field: &str, value: Option<i64>, allowed: &[i64]| {
        let fits = value.is_none_or(|value| allowed.contains(&value));
        ensure(fits, field, format!("must be one of {allowed:?}"))
    };
    one_of("ot_time_unit", unit.ot_time_unit, &[2, 3])?;
    one_of("rounding_method", unit.rounding_method, &[1, 2, 3])?;
    one_of("rounding_precision", unit.rounding_precision, &[1, 10])?;
    let day = unit.perday_duration_secs;
    let fits = day.is_none_or(|length| most::OVERTIME_DAY.contains(&length));
    ensure(fits, "perday_duration_secs", "must be 3600 to 86400 s")
}
