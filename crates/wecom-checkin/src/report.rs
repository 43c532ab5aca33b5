//! WeCom's own verdicts: the day and month reports.

use crate::{
    GroupId, ScheduleId, UserId, VacationId,
    approval::LocalText,
    rule::Segment,
    units::{SecOfDay, Seconds, UnixTime},
    wire::{number_enum, wire},
};

wire! {
    /// One entry of `getcheckin_daydata` (documents 93374, 94206, 96498): a member's day. Lists may
    /// be absent where they would be empty; final only after the day has closed.
    DayReport {
        /// Whose day, which day, by which rule.
        base_info: DayBase,
        /// Times and hours.
        summary_info: DaySummary,
        /// Approvals that bear on the day, overtime among them.
        holiday_infos: Vec<LinkedApproval>,
        /// What was wrong.
        exception_infos: Vec<ReportedException>,
        /// Overtime.
        ot_info: DayOvertimeReport,
        /// Leave, trips, corrections, field work.
        sp_items: Vec<SpecialItem>,
    }
}

wire! {
    /// `base_info` of a day.
    DayBase {
        /// The day, a midnight at UTC+8.
        date: UnixTime,
        /// By what kind of rule.
        record_type: RecordType,
        /// The member's name.
        name: String,
        /// The member's alias.
        name_ex: String,
        /// All departments, joined by `;`, each a path with `/`.
        departs_name: String,
        /// The userid.
        acctid: UserId,
        /// The rule.
        rule_info: ReportedRule,
        /// Work day or rest day.
        day_type: DayType,
    }
}

wire! {
    /// The rule of a report. Only here are the shift's keys spelled without an underscore.
    ReportedRule {
        /// Its id.
        groupid: GroupId,
        /// Its name.
        groupname: String,
        /// The shift; 0 for rules without shifts.
        scheduleid: ScheduleId,
        /// The shift's name.
        schedulename: String,
        /// The segments, for fixed hours only.
        checkintime: Vec<Segment>,
    }
}

number_enum! {
    /// `record_type`: by what kind of rule a report was made. Not numbered as
    /// [`RuleKind`](crate::rule::RuleKind).
    RecordType {
        /// Fixed hours.
        Fixed = 1,
        /// Outdoor; never in reports.
        Outdoor = 2,
        /// By shift.
        Shift = 3,
        /// Free.
        Free = 4,
        /// Overtime.
        Overtime = 5,
        /// No rule.
        NoRule = 7,
    }
}

number_enum! {
    /// `day_type`.
    DayType {
        /// Work day.
        Work = 0,
        /// Rest day.
        Rest = 1,
    }
}

wire! {
    /// `summary_info` of a day.
    DaySummary {
        /// Punches.
        checkin_count: i64,
        /// Seconds worked.
        regular_work_sec: Seconds,
        /// Seconds due.
        standard_work_sec: Seconds,
        /// First punch, seconds of day.
        earliest_time: SecOfDay,
        /// Last punch, seconds of day. The misspelling is WeCom's.
        lastest_time: SecOfDay,
    }
}

wire! {
    /// An approval as a report names it.
    LinkedApproval {
        /// Its number (`sp_no`).
        sp_number: String,
        /// Its title.
        sp_title: LocalTexts,
        /// Its content.
        sp_description: LocalTexts,
    }
}

wire! {
    /// A text in several languages.
    LocalTexts {
        /// The texts.
        data: Vec<LocalText>,
    }
}

number_enum! {
    /// `exception` of a report.
    ExceptionKind {
        /// 迟到, late.
        Late = 1,
        /// 早退, early.
        Early = 2,
        /// 缺卡, missing punch.
        Missing = 3,
        /// 旷工, absent.
        Absent = 4,
        /// 地点异常, place.
        Place = 5,
        /// 设备异常, device.
        Device = 6,
    }
}

wire! {
    /// One kind of exception.
    ReportedException {
        /// The kind.
        exception: ExceptionKind,
        /// How often.
        count: i64,
        /// How long in all, seconds; for late, early and absent only.
        duration: Seconds,
    }
}

wire! {
    /// `ot_info` of a day; seconds.
    DayOvertimeReport {
        /// 0 none, 1 fine, 2 too short.
        ot_status: i64,
        /// How long.
        ot_duration: Seconds,
        /// How much is missing, where it is too short.
        exception_duration: Vec<Seconds>,
        /// Work day, as time off.
        workday_over_as_vacation: Seconds,
        /// Work day, as pay.
        workday_over_as_money: Seconds,
        /// Rest day, as time off.
        restday_over_as_vacation: Seconds,
        /// Rest day, as pay.
        restday_over_as_money: Seconds,
        /// Holiday, as time off.
        holiday_over_as_vacation: Seconds,
        /// Holiday, as pay.
        holiday_over_as_money: Seconds,
    }
}

number_enum! {
    /// `type` of a special item.
    SpecialItemKind {
        /// 请假, leave.
        Leave = 1,
        /// 补卡, correction.
        Correction = 2,
        /// 出差, business trip.
        Trip = 3,
        /// 外出, outing.
        Out = 4,
        /// 外勤, field work.
        FieldWork = 100,
    }
}

wire! {
    /// Leave, trips, corrections or field work.
    SpecialItem {
        /// What it is.
        kind as "type": SpecialItemKind,
        /// Which leave; 0 for everything else.
        vacation_id: VacationId,
        /// How often.
        count: i64,
        /// How long, seconds.
        duration: Seconds,
        /// How the length is meant: 0 by the day (of 86400 s), 1 by the hour.
        time_type: i64,
        /// Its name.
        name: String,
    }
}

wire! {
    /// One entry of `getcheckin_monthdata` (documents 93387, 94207, 96499): a member's sums over
    /// the days asked for.
    MonthReport {
        /// Whose sums, by which rule.
        base_info: MonthBase,
        /// Days and hours.
        summary_info: MonthSummary,
        /// What was wrong, summed.
        exception_infos: Vec<ReportedException>,
        /// Leave, trips, corrections, field work, summed.
        sp_items: Vec<SpecialItem>,
        /// Overtime, summed.
        overwork_info: MonthOvertimeReport,
    }
}

wire! {
    /// `base_info` of a month.
    MonthBase {
        /// By what kind of rule.
        record_type: RecordType,
        /// The member's name.
        name: String,
        /// The member's alias.
        name_ex: String,
        /// All departments, joined by `;`, each a path with `/`.
        departs_name: String,
        /// The userid.
        acctid: UserId,
        /// The rule.
        rule_info: ReportedRule,
    }
}

wire! {
    /// `summary_info` of a month.
    MonthSummary {
        /// Days due.
        work_days: i64,
        /// Days without exceptions.
        regular_days: i64,
        /// Rest days.
        rest_days: i64,
        /// Days with exceptions.
        except_days: i64,
        /// Seconds worked.
        regular_work_sec: Seconds,
        /// Seconds due.
        standard_work_sec: Seconds,
    }
}

wire! {
    /// `overwork_info` of a month; seconds. Singular and plural differ from the day's and among
    /// themselves.
    MonthOvertimeReport {
        /// Work days.
        workday_over_sec: Seconds,
        /// Holidays.
        holidays_over_sec: Seconds,
        /// Rest days.
        restdays_over_sec: Seconds,
        /// Work days, as time off.
        workdays_over_as_vacation: Seconds,
        /// Work days, as pay.
        workdays_over_as_money: Seconds,
        /// Rest days, as time off.
        restdays_over_as_vacation: Seconds,
        /// Rest days, as pay.
        restdays_over_as_money: Seconds,
        /// Holidays, as time off.
        holidays_over_as_vacation: Seconds,
        /// Holidays, as pay.
        holidays_over_as_money: Seconds,
    }
}
