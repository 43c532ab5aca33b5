//! Approvals that bear on attendance: the `info` of `oa/getapprovaldetail`.

use crate::{
    UserId,
    units::UnixTime,
    wire::{number_enum, wire},
};

wire! {
    /// One approval.
    Approval {
        /// Its number; day reports name it in `holiday_infos`.
        sp_no: String,
        /// The form's name.
        sp_name: String,
        /// Where it stands.
        sp_status: ApprovalStatus,
        /// The form.
        template_id: String,
        /// When it was handed in.
        apply_time: UnixTime,
        /// Who handed it in.
        applyer: Applicant,
        /// What it asks for.
        apply_data: ApplyData,
    }
}

number_enum! {
    /// `sp_status`.
    ApprovalStatus {
        /// Not decided.
        Pending = 1,
        /// Granted.
        Approved = 2,
        /// Refused.
        Rejected = 3,
        /// Withdrawn before it was decided.
        Withdrawn = 4,
        /// Withdrawn after it was granted.
        WithdrawnAfterApproval = 6,
        /// Deleted.
        Deleted = 7,
        /// Granted and paid.
        Paid = 10,
    }
}

wire! {
    /// Who asks.
    Applicant {
        /// The member.
        userid: UserId,
        /// The department, as a string.
        partyid: String,
    }
}

wire! {
    /// The form's content.
    ApplyData {
        /// Its controls.
        contents: Vec<Control>,
    }
}

wire! {
    /// One control of a form.
    Control {
        /// Its kind: `Vacation`, `Attendance` and `PunchCorrection` bear on attendance.
        control: String,
        /// Its id in the form.
        id: String,
        /// What was entered.
        value: ControlValue,
    }
}

wire! {
    /// What was entered into a control; at most one of these is there.
    ControlValue {
        /// Leave.
        vacation: VacationValue,
        /// Trip, outing or overtime.
        attendance: Attendance,
        /// Correction of a punch.
        punch_correction: PunchCorrection,
    }
}

wire! {
    /// A leave: its kind and its time.
    VacationValue {
        /// Which leave: the first option's key is the vacation's id, its first text the name.
        selector: Selector,
        /// When.
        attendance: Attendance,
    }
}

wire! {
    /// The chosen options.
    Selector {
        /// Chosen options.
        options: Vec<SelectorOption>,
    }
}

wire! {
    /// One option.
    SelectorOption {
        /// Its key.
        key: String,
        /// Its text by language.
        value: Vec<LocalText>,
    }
}

wire! {
    /// A text in one language.
    LocalText {
        /// The text.
        text: String,
        /// `zh_CN`, `en`, …
        lang: String,
    }
}

wire! {
    /// An interval that bears on attendance.
    Attendance {
        /// From when to when.
        date_range: DateRange,
        /// What it is.
        kind as "type": AttendanceKind,
        /// Its share of each day.
        slice_info: SliceInfo,
    }
}

number_enum! {
    /// `type` of an approved interval.
    AttendanceKind {
        /// 请假, leave.
        Leave = 1,
        /// 出差, business trip.
        Trip = 3,
        /// 外出, outing.
        Out = 4,
        /// 加班, overtime.
        Overtime = 5,
    }
}

wire! {
    /// An interval.
    DateRange {
        /// `halfday` or `hour`.
        unit as "type": String,
        /// Begin.
        new_begin: UnixTime,
        /// End.
        new_end: UnixTime,
        /// Length, seconds.
        new_duration: i64,
    }
}

wire! {
    /// An interval's share of each day.
    SliceInfo {
        /// By day.
        day_items: Vec<DayItem>,
        /// Sum, seconds.
        duration: i64,
        /// Meaning undocumented; 1 in every sample.
        state: i64,
    }
}

wire! {
    /// The share of one day.
    DayItem {
        /// The day, a midnight at UTC+8.
        daytime: UnixTime,
        /// Seconds.
        duration: i64,
    }
}

wire! {
    /// A corrected punch.
    PunchCorrection {
        /// What was wrong, as text (`迟到`, `缺卡`).
        state: String,
        /// The punch that is claimed.
        time: UnixTime,
        /// 1 where `daymonthyear` is there.
        version: i64,
        /// The attendance day, a midnight at UTC+8.
        daymonthyear: UnixTime,
    }
}
