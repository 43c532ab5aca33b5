//! The hours of a rule's day: weekdays, segments, rests, flexibility, special days.

use crate::{
    TimeId,
    units::{Millis, SecOfDay, Seconds, UnixTime},
    wire::wire,
};

wire! {
    /// One row of `checkindate`: the hours of some weekdays.
    CheckinDate {
        /// 1 to 6 for Monday to Saturday, 0 for Sunday. Empty or absent where `biweekly` is on.
        workdays: Vec<i64>,
        /// Up to four segments.
        checkintime: Vec<Segment>,
        /// Legacy allowance both ways, **milliseconds**; counts only where both `flex_on_duty_time`
        /// and `flex_off_duty_time` are -1 or absent.
        flex_time: Millis,
        /// No off punch is needed.
        noneed_offwork: bool,
        /// How long before the first segment one may punch, **milliseconds**.
        limit_aheadtime: Millis,
        /// Allowed lateness, seconds (one source says milliseconds); -1 for "see `flex_time`".
        flex_on_duty_time: Seconds,
        /// Allowed earliness, as above.
        flex_off_duty_time: Seconds,
        /// Switches the allowances above and the slide below. Absent: their values decide.
        allow_flex: bool,
        /// Slide: how much earlier one may come, and then leave, seconds.
        max_allow_arrive_early: Seconds,
        /// Slide: how much later one may come, and then leave, seconds.
        max_allow_arrive_late: Seconds,
        /// Leave late today, come late tomorrow.
        late_rule: LateRule,
        /// Big and small weeks.
        biweekly: Biweekly,
    }
}

wire! {
    /// One on/off pair (`checkintime[]`, `time_section[]`). Seconds from 00:00 of the attendance
    /// day; a night shift runs past 86400.
    Segment {
        /// Its id inside the day. Schedules call it `id`, records `timeline_id`.
        time_id or "id" "timeline_id": TimeId,
        /// On duty.
        work_sec or "work_se": SecOfDay,
        /// Off duty.
        off_work_sec or "offwork_sec": SecOfDay,
        /// Reminder to punch in.
        remind_work_sec: SecOfDay,
        /// Reminder to punch out.
        remind_off_work_sec or "remind_offwork_sec": SecOfDay,
        /// The rests below are deducted.
        allow_rest: bool,
        /// Single rest, begin.
        rest_begin_time: SecOfDay,
        /// Single rest, end.
        rest_end_time: SecOfDay,
        /// Up to five rests; the newer form.
        rest_times: Vec<RestTime>,
        /// Earliest on punch that counts here.
        earliest_work_sec: SecOfDay,
        /// Latest on punch that counts here.
        latest_work_sec: SecOfDay,
        /// Earliest off punch that counts here.
        earliest_off_work_sec: SecOfDay,
        /// Latest off punch that counts here; seen up to 107940, 05:59 next morning.
        latest_off_work_sec: SecOfDay,
        /// No on punch is needed.
        no_need_checkon: bool,
        /// No off punch is needed.
        no_need_checkoff: bool,
    }
}

wire! {
    /// A rest inside a segment.
    RestTime {
        /// Begin.
        rest_begin_time: SecOfDay,
        /// End.
        rest_end_time: SecOfDay,
    }
}

wire! {
    /// 晚走晚到: who left late yesterday may come late today.
    LateRule {
        /// The rule is on.
        allow_offwork_after_time: bool,
        /// Steps; they win over the direct pair where there are any.
        timerules: Vec<TimeRule>,
        /// The direct pair: seconds after the last off duty.
        offwork_after_time: Seconds,
        /// The direct pair: seconds one may then be late.
        onwork_flex_time: Seconds,
    }
}

wire! {
    /// One step of a [`LateRule`].
    TimeRule {
        /// Left this many seconds after the last off duty.
        offwork_after_time: Seconds,
        /// May be this many seconds late on the next morning.
        onwork_flex_time: Seconds,
    }
}

wire! {
    /// 大小周: two kinds of week in turn. The week of 2024-01-01 is the first odd one.
    Biweekly {
        /// On.
        enable_weekday_recurrence: bool,
        /// Work days of odd weeks, numbered as `workdays`.
        odd_workdays: Vec<i64>,
        /// Work days of even weeks.
        even_workdays: Vec<i64>,
    }
}

wire! {
    /// An entry of `spe_workdays` or `spe_offdays`.
    SpecialDay {
        /// The day, or the first one of a fortnightly series: a midnight at UTC+8.
        timestamp: UnixTime,
        /// Why.
        notes: String,
        /// The hours of a special work day.
        checkintime: Vec<Segment>,
        /// 0 a single day, 1 the range `begtime` to `endtime`, 2 every two weeks.
        kind as "type": i64,
        /// First day of a range.
        begtime or "begintime": UnixTime,
        /// Last day of a range or series, inclusive.
        endtime: UnixTime,
    }
}
