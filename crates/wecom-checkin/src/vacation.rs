//! Kinds of leave, and what members have left of them.

use crate::{
    VacationId,
    units::{Seconds, UnixTime},
    wire::{number_enum, wire},
};

wire! {
    /// A kind of leave (`oa/vacation/getcorpconf`).
    VacationKind {
        /// Its id: `vacation_id` in reports, the option's key in approvals.
        id: VacationId,
        /// Its name.
        name: String,
        /// Taken by the day or by the hour.
        time_attr: TimeAttr,
        /// Calendar days (1) or work days (0).
        duration_type: i64,
        /// How it is granted.
        quota_attr: QuotaAttr,
        /// Seconds of one day.
        perday_duration: Seconds,
    }
}

number_enum! {
    /// `time_attr`: how a kind of leave is taken.
    TimeAttr {
        /// By the day; amounts are multiples of 8640 s, a tenth of a day.
        Day = 0,
        /// By the hour; amounts are multiples of 360 s, a tenth of an hour.
        Hour = 1,
    }
}

wire! {
    /// How a kind of leave is granted.
    QuotaAttr {
        /// 0 by hand, 1 every year, 2 by months of service.
        kind as "type": i64,
        /// When it is granted next, Unix seconds.
        autoreset_time: UnixTime,
        /// How much is granted, seconds.
        autoreset_duration: Seconds,
    }
}

wire! {
    /// What a member has of one kind of leave (`oa/vacation/getuservacationquota`); seconds.
    VacationQuota {
        /// The kind.
        id: VacationId,
        /// Granted.
        assignduration: Seconds,
        /// Taken.
        usedduration: Seconds,
        /// Left.
        leftduration: Seconds,
        /// The kind's name.
        vacationname: String,
        /// Granted, as it really counts.
        real_assignduration: Seconds,
    }
}
