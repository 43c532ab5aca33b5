//! The overtime settings of a rule, out of either tree.
//!
//! Section 1.10 of the reference. Where it is silent:
//!
//! - a switch that is absent (`allow_ot`, `allow_ot_workingday`, …) is on: a tree that is there
//!   was configured; in the older tree, approvals also need the switch of `otapplyinfo`;
//! - an absent `ot_time_range` means after work;
//! - start, minimum and cap that are absent are WeCom's defaults: 30 minutes, 30 minutes, 4 hours;
//! - in the older tree, a shift worked on a statutory date follows the work day's settings.

use serde::{Deserialize, Serialize};
use wecom_checkin::{
    Rule,
    rule::{DayOvertime, FixedRest, LegacyOvertime, OvertimeRest, OvertimeSource, OvertimeTimes},
    units::Seconds,
};

use crate::{
    calendar::DayType,
    policy::Rounding,
    time::{DAY_SEC, bounded_sec},
};

const DEFAULT_START_SEC: i64 = 1800;
const DEFAULT_MIN_SEC: i64 = 1800;
const DEFAULT_MAX_SEC: i64 = 14_400;
const DEFAULT_DAY_SEC: i64 = 28_800;

/// The overtime settings of a rule.
#[derive(Debug, Default)]
pub(crate) struct OvertimeTerms {
    duty: Option<DayTerms>,
    restday: Option<DayTerms>,
    holiday: Option<DayTerms>,
    holiday_duty: Option<DayTerms>,
    pub(crate) step: Option<(Rounding, i64)>,
    /// Somebody has said how overtime counts, if only that it does not.
    pub(crate) is_known: bool,
    /// One day of an approval in days.
    pub(crate) approved_day_sec: i64,
    /// Where a day off rolls over, seconds of the next day.
    pub(crate) rest_roll_over_sec: Option<i64>,
}

/// Overtime on one kind of day.
#[derive(Debug, Clone)]
pub(crate) struct DayTerms {
    pub(crate) source: Source,
    pub(crate) start_sec: i64,
    pub(crate) min_sec: i64,
    pub(crate) max_sec: i64,
    pub(crate) rest: RestTerms,
    pub(crate) before_work: bool,
    pub(crate) after_work: bool,
    pub(crate) compensation: Option<Compensation>,
}

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    ApprovalAndPunches,
    Punches,
    Approval,
}

#[derive(Debug, Clone, Default)]
pub(crate) enum RestTerms {
    #[default]
    None,
    /// At fixed hours, seconds of day.
    Fixed(Vec<(i64, i64)>),
    /// From so much overtime so much rest; ascending.
    ByLength(Vec<(i64, i64)>),
}

/// What overtime turns into (`ot_trans_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Compensation {
    /// 调休.
    TimeOff,
    /// 加班费.
    Pay,
}

impl OvertimeTerms {
    pub(crate) fn new(rule: &Rule, corp: Option<&Rule>) -> Self {
        let newer = rule.ot_info_v2.as_ref().or(corp.and_then(|c| c.ot_info_v2.as_ref()));
        let older = rule.ot_info.as_ref().map(|info| (info, rule));
        let older = older.or(corp.and_then(|c| c.ot_info.as_ref().map(|info| (info, c))));
        let rest_roll_over_sec = older
            .and_then(|(info, _)| info.otcheckinfo.as_ref()?.ot_nonworkingday_spanday_time)
            .map(|sec| sec.0)
            .filter(|sec| (0..DAY_SEC).contains(sec));
        let mut terms = Self {
            rest_roll_over_sec,
            is_known: newer.is_some() || older.is_some(),
            approved_day_sec: DEFAULT_DAY_SEC,
            ..Self::default()
        };
        if let Some(tree) = newer {
            terms.duty = tree.workdayconf.as_ref().and_then(DayTerms::newer);
            terms.restday = tree.restdayconf.as_ref().and_then(DayTerms::newer);
            terms.holiday = tree.holidayconf.as_ref().and_then(DayTerms::newer);
            terms.holiday_duty.clone_from(&terms.holiday);
            if let Some(unit) = &tree.time_unit_config {
                let day = unit
                    .perday_duration_secs
                    .map(i64::from)
                    .filter(|&sec| sec > 0)
                    .map(bounded_sec);
                terms.approved_day_sec = day.unwrap_or(DEFAULT_DAY_SEC);
                let whole =
                    if unit.ot_time_unit == Some(3) { terms.approved_day_sec } else { 3600 };
                let fraction = match unit.rounding_precision {
                    Some(10) => whole,
                    Some(1) => whole / 10,
                    _ => 0,
                };
                let step = unit.step_size.map(i64::from).filter(|&sec| sec > 0);
                let step = step.map_or(fraction, bounded_sec);
                terms.step = match unit.rounding_method {
                    Some(1) => Some((Rounding::Nearest, fraction)),
                    Some(2) => Some((Rounding::Up, step)),
                    Some(3) => Some((Rounding::Down, step)),
                    _ => None,
                };
            }
        } else if let Some((tree, holder)) = older {
            let apply = tree.otapplyinfo.as_ref().or(holder.otapplyinfo.as_ref());
            terms.duty = DayTerms::older(tree, apply, true);
            terms.restday = DayTerms::older(tree, apply, false);
            terms.holiday.clone_from(&terms.restday);
            terms.holiday_duty.clone_from(&terms.duty);
        }
        terms
    }

    /// The terms of a day.
    pub(crate) fn of(&self, bucket: DayType, duty: bool) -> Option<&DayTerms> {
        match (bucket, duty) {
            (DayType::Holiday, true) => self.holiday_duty.as_ref(),
            (DayType::Holiday, false) => self.holiday.as_ref(),
            (_, true) => self.duty.as_ref(),
            (_, false) => self.restday.as_ref(),
        }
    }

    /// Whether presence on such a day is overtime only where an approval says so.
    pub(crate) fn needs_approval(&self, bucket: DayType, duty: bool) -> bool {
        self.of(bucket, duty).is_some_and(|terms| terms.source != Source::Punches)
    }
}

impl DayTerms {
    fn newer(conf: &DayOvertime) -> Option<Self> {
        if conf.allow_ot == Some(false) {
            return None;
        }
        let source = Source::new(conf.source);
        let times = match source {
            Source::ApprovalAndPunches => conf.applycheckin.as_ref(),
            Source::Punches => conf.checkin.as_ref(),
            Source::Approval => conf.apply.as_ref(),
        };
        let range = conf.ot_time_range;
        let compensation = match conf.ot_trans_type.filter(|_| conf.ot_trans_enable == Some(true)) {
            Some(1) => Some(Compensation::TimeOff),
            Some(2) => Some(Compensation::Pay),
            _ => None,
        };
        let sec = |field: fn(&OvertimeTimes) -> Option<Seconds>, default| {
            times
                .and_then(field)
                .map(i64::from)
                .filter(|&sec| sec >= 0)
                .map_or(default, bounded_sec)
        };
        Some(Self {
            source,
            start_sec: sec(|t| t.ot_time_start, DEFAULT_START_SEC),
            min_sec: sec(|t| t.ot_time_min, DEFAULT_MIN_SEC),
            max_sec: sec(|t| t.ot_time_max, DEFAULT_MAX_SEC),
            rest: RestTerms::new(times.and_then(|t| t.restinfo.as_ref())),
            before_work: matches!(range, Some(0 | 1)),
            after_work: range != Some(1),
            compensation,
        })
    }

    fn older(
        tree: &LegacyOvertime,
        apply: Option<&wecom_checkin::rule::LegacyOvertimeCheck>,
        duty: bool,
    ) -> Option<Self> {
        let source = Source::new(tree.source);
        let (allow, apply_allow) = if duty {
            (tree.allow_ot_workingday, apply.and_then(|a| a.allow_ot_workingday))
        } else {
            (tree.allow_ot_nonworkingday, apply.and_then(|a| a.allow_ot_nonworkingday))
        };
        let by_approval = source != Source::Punches;
        if allow == Some(false) || (by_approval && apply_allow == Some(false)) {
            return None;
        }
        let check = tree.otcheckinfo.as_ref();
        let holder = if by_approval { apply } else { check };
        let (min, max, rest) = if duty {
            (
                check.and_then(|c| c.ot_workingday_time_min),
                check.and_then(|c| c.ot_workingday_time_max),
                holder.and_then(|h| h.ot_workingday_restinfo.as_ref()),
            )
        } else {
            (
                check.and_then(|c| c.ot_nonworkingday_time_min),
                check.and_then(|c| c.ot_nonworkingday_time_max),
                holder.and_then(|h| h.ot_nonworkingday_restinfo.as_ref()),
            )
        };
        let start = check.and_then(|c| c.ot_workingday_time_start);
        let or = |value: Option<Seconds>, default| {
            value.map(i64::from).filter(|&sec| sec >= 0).map_or(default, bounded_sec)
        };
        Some(Self {
            source,
            start_sec: or(start, DEFAULT_START_SEC),
            min_sec: or(min, DEFAULT_MIN_SEC),
            max_sec: or(max, DEFAULT_MAX_SEC),
            rest: RestTerms::new(rest),
            before_work: false,
            after_work: true,
            compensation: None,
        })
    }
}

impl Source {
    fn new(wire: Option<OvertimeSource>) -> Self {
        match wire {
            Some(OvertimeSource::ApprovalAndPunches) => Self::ApprovalAndPunches,
            Some(OvertimeSource::Punches) => Self::Punches,
            _ => Self::Approval,
        }
    }
}

impl RestTerms {
    fn new(wire: Option<&OvertimeRest>) -> Self {
        let Some(wire) = wire else { return Self::None };
        match wire.kind {
            Some(1) => {
                let listed = wire.fix_time_rule_list.as_deref().unwrap_or_default();
                let rules =
                    listed.iter().chain(wire.fix_time_rule.iter().filter(|_| listed.is_empty()));
                let hours = |rule: &FixedRest| {
                    let begin = bounded_sec(rule.fix_time_begin_sec?.0);
                    let end = bounded_sec(rule.fix_time_end_sec?.0);
                    Some((begin, if end < begin { end + DAY_SEC } else { end }))
                };
                Self::Fixed(rules.filter_map(hours).collect())
            }
            Some(2) => {
                let items =
                    wire.cal_ottime_rule.iter().flat_map(|rule| rule.items.iter().flatten());
                let mut steps: Vec<_> = items
                    .filter_map(|item| {
                        Some((item.ot_time?.0, bounded_sec(item.rest_time?.0).max(0)))
                    })
                    .collect();
                steps.sort_unstable();
                Self::ByLength(steps)
            }
            _ => Self::None,
        }
    }
}
