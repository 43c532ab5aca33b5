//! Schedules: who works which shift on which day (`getcheckinschedulist`).

use crate::{GroupId, ScheduleId, UserId, rule::Segment, units::YearMonth, wire::wire};

wire! {
    /// One entry of `schedule_list`: a member's month (documents 93380, 94208, 96500).
    Schedule {
        /// The member.
        userid: UserId,
        /// The month as a number, such as 202611.
        yearmonth: YearMonth,
        /// The rule.
        groupid: GroupId,
        /// Its name.
        groupname: String,
        /// The days.
        schedule: ScheduleDays,
    }
}

wire! {
    /// The wrapper around the days.
    ScheduleDays {
        /// The days, under the one camel-case key of the whole API.
        schedule_list as "scheduleList": Vec<ScheduleDay>,
    }
}

wire! {
    /// One day. A day without an entry is unscheduled.
    ScheduleDay {
        /// Day of month.
        day: i64,
        /// Its shift.
        schedule_info: ScheduleInfo,
    }
}

wire! {
    /// The shift of a day.
    ScheduleInfo {
        /// 0 for rest.
        schedule_id: ScheduleId,
        /// 休息 for rest.
        schedule_name: String,
        /// Hours; empty for rest.
        time_section: Vec<Segment>,
    }
}
