//! Approvals that bear on attendance: the `info` of `oa/getapprovaldetail`.

use crate::{
    UserId,
    units::{Seconds, UnixTime},
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
        /// Those for whom it was handed in together; `applyer` is then absent.
        batch_applyer: Vec<Applicant>,
        /// Who decides, step by step; newer than `sp_record`.
        process_list: ProcessList,
        /// Who is told of it.
        notifyer: Vec<Applicant>,
        /// What was said about it.
        comments: Vec<Comment>,
        /// What it asks for.
        apply_data: ApplyData,
    }
}

impl Approval {
    /// Everybody whose leave, overtime or correction it is: `applyer`, or all of `batch_applyer`.
    ///
    /// ```
    /// use wecom_checkin::approval::Approval;
    /// let both: Approval =
    ///     serde_json::from_str(r#"{"batch_applyer": [{"userid": "li"}, {"userid": "wang"}]}"#)?;
    /// assert_eq!(both.applicants().map(|userid| userid.as_str()).collect::<Vec<_>>(), ["li", "wang"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn applicants(&self) -> impl Iterator<Item = &UserId> {
        let together = self.batch_applyer.iter().flatten();
        self.applyer.iter().chain(together).filter_map(|applicant| applicant.userid.as_ref())
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
    /// The steps of a decision.
    ProcessList {
        /// In their order.
        node_list: Vec<ProcessNode>,
    }
}

wire! {
    /// One step of a decision.
    ProcessNode {
        /// 1 decides, 2 is told, 3 does it.
        node_type: i64,
        /// Where the step stands, numbered as [`ApprovalStatus`].
        sp_status: i64,
        /// 1 one of them is enough, 2 all of them.
        apv_rel: i64,
        /// Who takes part.
        sub_node_list: Vec<ProcessMember>,
    }
}

wire! {
    /// Somebody who takes part in a step.
    ProcessMember {
        /// The member.
        userid: UserId,
        /// What they said.
        sp_yj: String,
        /// Where they stand, numbered as [`ApprovalStatus`].
        sp_status: i64,
        /// When they decided.
        sptime: UnixTime,
        /// What they attached.
        media_ids: Vec<String>,
    }
}

wire! {
    /// A comment.
    Comment {
        /// Who wrote it.
        #[doc(alias = "commentUserInfo")]
        comment_user as "commentUserInfo": Applicant,
        /// When.
        commenttime: UnixTime,
        /// What.
        commentcontent: String,
        /// Its id.
        commentid: String,
        /// What was attached.
        media_id: Vec<String>,
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
        /// What it is called, by language.
        title: Vec<LocalText>,
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
    /// An interval. With `halfday` the stamps are markers, not instants: 00:00 names the morning of
    /// its day, 12:00 the afternoon, and the half that `new_end` names is part of it.
    DateRange {
        /// `halfday` or `hour`.
        unit as "type": String,
        /// Begin.
        new_begin: UnixTime,
        /// End.
        new_end: UnixTime,
        /// Length, seconds; a half day counts 43200.
        new_duration: Seconds,
        /// The zone of whoever filled the form in.
        timezone_info: TimezoneInfo,
    }
}

wire! {
    /// A zone as a form names it.
    TimezoneInfo {
        /// Its name in words.
        zone_desc: String,
        /// Its offset, such as `GMT+8:00`.
        zone_offset: String,
    }
}

wire! {
    /// An interval's share of each day.
    SliceInfo {
        /// By day.
        day_items: Vec<DayItem>,
        /// Sum, seconds.
        duration: Seconds,
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
        duration: Seconds,
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
