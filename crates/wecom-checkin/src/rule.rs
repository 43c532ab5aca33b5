//! A rule: one `group` of `getcheckinoption` or `getcorpcheckinoption`.

mod day;
mod overtime;
mod place;
mod shift;

pub use day::{Biweekly, CheckinDate, LateRule, RestTime, Segment, SpecialDay, TimeRule};
pub use overtime::{
    DayOvertime, FixedRest, LegacyOvertime, LegacyOvertimeCheck, Overtime, OvertimeRest,
    OvertimeSource, OvertimeTimes, RestByLength, RestItem, TimeUnit, Vacation,
};
pub use place::{Location, Wifi};
pub use shift::Shift;

use crate::{
    DepartmentId, GroupId, TagId, UserId,
    units::{SecOfDay, Seconds, UnixTime},
    wire::{number_enum, wire},
};

wire! {
    /// A member's entry in the answer of `checkin/getcheckinoption` (documents 90263, 94204, 99443).
    MemberRule {
        /// The member.
        userid: UserId,
        /// The rule on the day asked for; absent or empty for a member without one.
        group: Rule,
    }
}

wire! {
    /// A check-in rule (`group`).
    ///
    /// `getcheckinoption` answers the first part for one member on one day, `getcorpcheckinoption`
    /// (documents 93384, 99444) all of it for the whole company. Any field may be missing; a rule
    /// of 2020 has only what the seed of this project lists.
    Rule {
        /// Fixed hours, by shift, or free.
        grouptype: RuleKind,
        /// The rule's id.
        groupid: GroupId,
        /// The rule's name.
        groupname: String,
        /// Punching by approval is on. Absent means on.
        open_sp_checkin: bool,
        /// Hours by weekday. Fixed and free rules; nothing for shift rules.
        checkindate: Vec<CheckinDate>,
        /// Days on which people must punch whatever the weekday.
        spe_workdays: Vec<SpecialDay>,
        /// Days on which nobody must punch.
        spe_offdays: Vec<SpecialDay>,
        /// Follows the State Council's holidays and make-up days. Not for shift rules.
        sync_holidays: bool,
        /// Every punch needs a photo.
        need_photo: bool,
        /// Notes may carry pictures from the phone's album.
        note_can_use_local_pic: bool,
        /// Punching on days off is possible.
        allow_checkin_offworkday: bool,
        /// Corrections may be requested (the name misleads).
        allow_apply_offworkday: bool,
        /// Permitted Wi-Fi networks.
        wifimac_infos: Vec<Wifi>,
        /// Permitted places.
        loc_infos: Vec<Location>,
        /// The shifts of a shift rule.
        schedulelist: Vec<Shift>,
        /// Kinds of correction that are *closed*, as bits: 1 missing, 2 late, 4 early, 8 other.
        buka_restriction: u64,
        /// Free rule: seconds after an on punch before an off punch counts.
        offwork_interval_time: Seconds,
        /// Free rule: where one attendance day ends and the next begins, seconds after 00:00.
        span_day_time: SecOfDay,
        /// Free rule: seconds to work a day; -1 for no minimum.
        standard_work_duration: Seconds,
        /// How a free rule's punches (or any rule's on a day off) pair up.
        checkin_method_type: PairingMethod,
        /// [`Rule::checkin_method_type`] under the literal dotted key of the official sample; read
        /// both through [`Rule::pairing`].
        dotted_checkin_method_type as "group.checkin_method_type": PairingMethod,

        /// Whom the rule covers. Company answer only, as is all that follows.
        range: RuleRange,
        /// When the rule was made.
        create_time: UnixTime,
        /// People who need not punch.
        white_users: Vec<UserId>,
        /// Where one may punch: 0 phone, 1 USB machine, 2 smart machine, 3 both.
        device_kind as "type": i64,
        /// Who receives reports.
        reporterinfo: Reporters,
        /// Overtime as configured before 2024; `ot_info_v2` wins where both are there.
        ot_info: LegacyOvertime,
        /// `otapplyinfo` where older documents put it, beside `ot_info` and not inside.
        otapplyinfo: LegacyOvertimeCheck,
        /// Overtime by workday, rest day and holiday.
        ot_info_v2: Overtime,
        /// Corrections allowed a month; -1 for any number.
        allow_apply_bk_cnt: i64,
        /// Days back that a correction may reach, 1 being the same day; -1 for any.
        allow_apply_bk_day_limit: i64,
        /// No correction of last month from this day on; -1 for off.
        buka_limit_next_month: i64,
        /// Reminder to correct.
        buka_remind: CorrectionReminder,
        /// What a punch out of range is.
        option_out_range: OutOfRange,
        /// Outdoor punches satisfy duty punches.
        sync_out_checkin: bool,
        /// Who made the rule.
        create_userid: UserId,
        /// Who changed it last.
        update_userid: UserId,
        /// Face recognition at punching.
        use_face_detect: bool,
        /// Liveness check; needs `use_face_detect`.
        open_face_live_detect: bool,
    }
}

impl Rule {
    /// How punches pair up, under either spelling of the key.
    pub fn pairing(&self) -> Option<PairingMethod> {
        self.checkin_method_type.or(self.dotted_checkin_method_type)
    }
}

number_enum! {
    /// `grouptype` of a rule. Reports number the same kinds differently (`record_type`).
    RuleKind {
        /// 固定时间上下班, fixed hours.
        Fixed = 1,
        /// 按班次上下班, by shift.
        Shift = 2,
        /// 自由上下班, free.
        Free = 3,
    }
}

number_enum! {
    /// `checkin_method_type`: how punches pair up where no segment says so.
    PairingMethod {
        /// On and off in turn, any number of pairs.
        Alternate = 0,
        /// First punch on, last punch off.
        FirstLast = 1,
        /// Time and place only, no pairs.
        RecordOnly = 2,
    }
}

number_enum! {
    /// `option_out_range`: what a punch outside the permitted places is.
    OutOfRange {
        /// A place exception.
        Exception = 0,
        /// Normal field work.
        FieldWork = 1,
        /// Refused by the phone.
        Refused = 2,
    }
}

wire! {
    /// Whom a rule covers. A person listed by name in one rule leaves the rule of the department.
    RuleRange {
        /// Departments.
        party_id or "partyid": Vec<DepartmentId>,
        /// Members by name.
        userid: Vec<UserId>,
        /// Tags.
        tagid: Vec<TagId>,
    }
}

wire! {
    /// Who receives reports of a rule.
    Reporters {
        /// Members or tags.
        reporters: Vec<Reporter>,
        /// Last change.
        updatetime: UnixTime,
    }
}

wire! {
    /// One receiver: a member or a tag.
    Reporter {
        /// The member.
        userid: UserId,
        /// The tag.
        tagid: TagId,
    }
}

wire! {
    /// When people are reminded to correct.
    CorrectionReminder {
        /// The reminder is on.
        open_remind: bool,
        /// Day of month.
        buka_remind_day: i64,
        /// 0 this month, 1 the next.
        buka_remind_month: i64,
    }
}
