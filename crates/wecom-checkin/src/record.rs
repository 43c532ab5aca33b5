//! One row of `getcheckindata`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer, de::IgnoredAny};

use crate::{
    GroupId, ScheduleId, TimeId, UserId, tolerant,
    units::{Microdegrees, UnixTime},
    wire::reads_keys,
};

/// Two days. A `sch_checkin_time` up to here is a second of day, not an instant.
const LARGEST_SECOND_OF_DAY: i64 = 2 * 86_400;

/// A check-in record: one row of `checkin/getcheckindata` (documents 90262, 94205, 96497).
///
/// A record is not always a punch: see [`Record::is_placeholder`]. Only the first six fields came
/// with every answer ever seen; the last four appeared in 2021.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Record {
    /// Whose record it is.
    pub userid: UserId,
    /// Name of the rule at the time of the punch; may be empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groupname: Option<String>,
    /// On duty, off duty, outdoor or record-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkin_type: Option<CheckinType>,
    /// What WeCom found wrong with it; empty when nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception_type: Option<Exceptions>,
    /// When it happened, Unix seconds. For a placeholder, when it should have happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkin_time: Option<UnixTime>,
    /// Name of the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_title: Option<String>,
    /// Address of the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_detail: Option<String>,
    /// Name of the Wi-Fi network; may be a placeholder text with an empty `wifimac`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wifiname: Option<String>,
    /// Free text by the employee. Hostile until escaped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// BSSID of the Wi-Fi network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wifimac: Option<String>,
    /// Attachments, for `media/get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mediaids: Option<Vec<String>>,
    /// Latitude, GCJ-02. `0` with `lng` `0` means "no place", not the Gulf of Guinea.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<Microdegrees>,
    /// Longitude, GCJ-02.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lng: Option<Microdegrees>,
    /// The phone or machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviceid: Option<String>,
    /// `deviceid` as the parameter table of old pages misspells it; read by [`Record::device`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diviceid: Option<String>,
    /// The due instant that this record answers to; 0 or absent when there is none. Fixed and
    /// shift rules only. At least one reader of real data has met seconds of day here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sch_checkin_time: Option<UnixTime>,
    /// The rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groupid: Option<GroupId>,
    /// The shift; 0 for rules without shifts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_id: Option<ScheduleId>,
    /// The segment inside the day (a rule's `time_id`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeline_id: Option<TimeId>,
}

reads_keys! {
    Record {
        userid: UserId,
        groupname: String,
        checkin_type: CheckinType,
        exception_type: Exceptions,
        checkin_time: UnixTime,
        location_title: String,
        location_detail: String,
        wifiname: String,
        notes: String,
        wifimac: String,
        mediaids: Vec<String>,
        lat: Microdegrees,
        lng: Microdegrees,
        deviceid: String,
        diviceid: String,
        sch_checkin_time: UnixTime,
        groupid: GroupId,
        schedule_id: ScheduleId,
        timeline_id: TimeId,
    }
    else(record, _name, map) map.next_value::<IgnoredAny>()?
}

impl Record {
    /// A 未打卡 row: a punch that did *not* happen. Its time is the due one, its place is nothing.
    pub fn is_placeholder(&self) -> bool {
        self.exception_type.as_ref().is_some_and(|e| e.kinds().contains(&Exception::NotPunched))
    }

    /// The date at UTC+8 under which WeCom files the record: that of the due instant where there
    /// is one, else of the punch. `None` when neither is usable.
    ///
    /// This is a hint from the record alone; the attendance day depends on the rule as well.
    pub fn filing_date(&self) -> Option<Date> {
        let due = self.sch_checkin_time.filter(|at| at.0 > LARGEST_SECOND_OF_DAY);
        due.or(self.checkin_time).filter(|at| at.0 > 0)?.beijing_date()
    }

    /// The device, under either spelling.
    pub fn device(&self) -> Option<&str> {
        self.deviceid.as_deref().or(self.diviceid.as_deref())
    }

    /// Latitude and longitude, unless absent or 0, 0.
    pub fn place(&self) -> Option<(Microdegrees, Microdegrees)> {
        self.lat.zip(self.lng).filter(|&(lat, lng)| lat.0 != 0 || lng.0 != 0)
    }
}

macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A value that WeCom added later, verbatim.
            Other(String),
        }

        impl $name {
            /// The value as WeCom writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        tolerant::reads_as!(text: $name);
    };
}

text_enum! {
    /// `checkin_type` of a record.
    CheckinType {
        /// 上班打卡, on duty.
        On = "上班打卡",
        /// 下班打卡, off duty.
        Off = "下班打卡",
        /// 外出打卡, outdoor.
        Outdoor = "外出打卡",
        /// 仅记录打卡时间和位置, time and place only; answers to no duty.
        RecordOnly = "仅记录打卡时间和位置",
    }
}

text_enum! {
    /// One entry of `exception_type`.
    Exception {
        /// 时间异常, late or early.
        Time = "时间异常",
        /// 地点异常, outside the permitted places.
        Place = "地点异常",
        /// 未打卡, did not happen.
        NotPunched = "未打卡",
        /// wifi异常, not on a permitted network.
        Wifi = "wifi异常",
        /// 非常用设备, not the usual phone.
        UnusualDevice = "非常用设备",
    }
}

/// `exception_type` of a record: several [`Exception`]s in one string, kept verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Exceptions(String);

impl Exceptions {
    /// The string as received.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The entries in order. Both semicolons separate; `正常` and empty entries say nothing.
    ///
    /// ```
    /// use wecom_checkin::record::{Exception, Exceptions};
    /// let both = Exceptions::from("时间异常； 虚拟定位;".to_owned());
    /// assert_eq!(both.kinds(), [Exception::Time, Exception::Other("虚拟定位".into())]);
    /// ```
    pub fn kinds(&self) -> Vec<Exception> {
        self.0
            .split([';', '；'])
            .map(str::trim)
            .filter(|text| !text.is_empty() && *text != "正常")
            .map(|text| {
                if text.to_ascii_lowercase() == Exception::Wifi.as_str() {
                    Exception::Wifi
                } else {
                    Exception::from(text)
                }
            })
            .collect()
    }
}

tolerant::reads_as!(text: Exceptions);

impl From<String> for Exceptions {
    fn from(text: String) -> Self {
        Self(text)
    }
}
