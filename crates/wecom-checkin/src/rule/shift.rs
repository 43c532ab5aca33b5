//! A shift of a shift rule.

use crate::{
    ScheduleId,
    rule::{LateRule, Segment},
    units::{Millis, Seconds},
    wire::wire,
};

wire! {
    /// One entry of `schedulelist`. Its flexibility fields mean what they mean in
    /// [`CheckinDate`](crate::rule::CheckinDate).
    Shift {
        /// Its id; 0 is the rest shift 休息.
        schedule_id: ScheduleId,
        /// Its name.
        schedule_name: String,
        /// Up to four segments.
        time_section: Vec<Segment>,
        /// How long before the first segment one may punch, **milliseconds**.
        limit_aheadtime: Millis,
        /// How long after the last segment one may punch, **seconds**.
        limit_offtime: Seconds,
        /// No off punch is needed.
        noneed_offwork: bool,
        /// Switches allowance and slide.
        allow_flex: bool,
        /// Allowed lateness, seconds.
        flex_on_duty_time: Seconds,
        /// Allowed earliness, seconds.
        flex_off_duty_time: Seconds,
        /// Slide: earlier, seconds.
        max_allow_arrive_early: Seconds,
        /// Slide: later, seconds.
        max_allow_arrive_late: Seconds,
        /// Leave late today, come late tomorrow.
        late_rule: LateRule,
    }
}
