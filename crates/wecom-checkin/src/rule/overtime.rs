//! Overtime settings: `ot_info` and its successor `ot_info_v2`.

use crate::{
    units::{Percent, SecOfDay, Seconds, UnixTime},
    wire::{number_enum, wire},
};

number_enum! {
    /// `type` in both trees: what counts as overtime.
    OvertimeSource {
        /// Approved and punched: the overlap.
        ApprovalAndPunches = 0,
        /// Punches alone.
        Punches = 1,
        /// Approval alone.
        Approval = 2,
    }
}

wire! {
    /// `ot_info_v2`: overtime by the kind of day.
    Overtime {
        /// Work days.
        workdayconf: DayOvertime,
        /// Rest days.
        restdayconf: DayOvertime,
        /// Statutory holidays.
        holidayconf: DayOvertime,
        /// Rounding.
        time_unit_config: TimeUnit,
    }
}

wire! {
    /// Overtime on one kind of day.
    DayOvertime {
        /// Overtime is possible.
        allow_ot: bool,
        /// What counts.
        source as "type": OvertimeSource,
        /// By approval.
        apply: OvertimeTimes,
        /// By punches.
        checkin: OvertimeTimes,
        /// By both.
        applycheckin: OvertimeTimes,
        /// Overtime turns into something.
        ot_trans_enable: bool,
        /// Into time off (1) or pay (2).
        ot_trans_type: i64,
        /// Time off in detail.
        vacation: Vacation,
        /// When overtime may be: 0 all day, 1 before work, 2 after work.
        ot_time_range: i64,
    }
}

wire! {
    /// How overtime becomes time off.
    Vacation {
        /// Percent; 100 is one to one.
        trans_ratio: Percent,
        /// Written into the leave account.
        sync_vacation: bool,
    }
}

wire! {
    /// Start, bounds and rests of overtime, seconds.
    OvertimeTimes {
        /// Counts from this long after the last off duty.
        ot_time_start: Seconds,
        /// Less than this is none.
        ot_time_min: Seconds,
        /// More than this is cut.
        ot_time_max: Seconds,
        /// What is deducted.
        restinfo: OvertimeRest,
    }
}

wire! {
    /// Rest within overtime.
    OvertimeRest {
        /// 0 none, 1 fixed hours, 2 by length.
        kind as "type": i64,
        /// Fixed hours, one (`ot_info`).
        fix_time_rule: FixedRest,
        /// Fixed hours, up to ten (`ot_info_v2`).
        fix_time_rule_list: Vec<FixedRest>,
        /// By length.
        cal_ottime_rule: RestByLength,
    }
}

wire! {
    /// A rest at fixed hours.
    FixedRest {
        /// Begin.
        fix_time_begin_sec: SecOfDay,
        /// End.
        fix_time_end_sec: SecOfDay,
    }
}

wire! {
    /// Rest by length of the overtime.
    RestByLength {
        /// Steps; the largest that the overtime reaches counts.
        items: Vec<RestItem>,
    }
}

wire! {
    /// One step: from so much overtime, so much rest, seconds.
    RestItem {
        /// Overtime from which it holds.
        ot_time: Seconds,
        /// What is deducted.
        rest_time: Seconds,
    }
}

wire! {
    /// How overtime is rounded.
    TimeUnit {
        /// 2 hours, 3 days.
        ot_time_unit: i64,
        /// Seconds of one day.
        perday_duration_secs: Seconds,
        /// 1 half up, 2 up, 3 down.
        rounding_method: i64,
        /// 10 whole units, 1 tenths.
        rounding_precision: i64,
        /// Seconds of one step.
        step_size: Seconds,
    }
}

wire! {
    /// `ot_info`, the older tree.
    LegacyOvertime {
        /// What counts.
        source as "type": OvertimeSource,
        /// Overtime on work days is possible.
        allow_ot_workingday: bool,
        /// Overtime on days off is possible.
        allow_ot_nonworkingday: bool,
        /// By punches.
        otcheckinfo: LegacyOvertimeCheck,
        /// By approval.
        otapplyinfo: LegacyOvertimeCheck,
        /// Last change.
        uptime: UnixTime,
    }
}

wire! {
    /// `otcheckinfo` or `otapplyinfo`; seconds. The latter has no start and bounds.
    LegacyOvertimeCheck {
        /// Overtime on work days is possible (`otapplyinfo`).
        allow_ot_workingday: bool,
        /// Overtime on days off is possible (`otapplyinfo`).
        allow_ot_nonworkingday: bool,
        /// Last change.
        uptime: UnixTime,
        /// Work day: counts from this long after the last off duty; 1800 unless set.
        ot_workingday_time_start: Seconds,
        /// Work day: less than this is none; 1800 unless set.
        ot_workingday_time_min: Seconds,
        /// Work day: more than this is cut; 14400 unless set.
        ot_workingday_time_max: Seconds,
        /// Day off: less than this is none.
        ot_nonworkingday_time_min: Seconds,
        /// Day off: more than this is cut.
        ot_nonworkingday_time_max: Seconds,
        /// Day off: where the day rolls over.
        ot_nonworkingday_spanday_time: SecOfDay,
        /// Work day: rests.
        ot_workingday_restinfo: OvertimeRest,
        /// Day off: rests.
        ot_nonworkingday_restinfo: OvertimeRest,
    }
}
