//! What a clerk should know about the input of a day.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::reason::Lang;

/// Declares the warnings: code, English, Chinese.
macro_rules! warnings {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $english:literal, $chinese:literal;)+) => {
        /// Something about the input that may have bent a verdict. Written as the texts of the
        /// contract: `calendar_missing`, `unknown_exception:TEXT`.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Warning {
            $($(#[$doc])* $name,)+
            /// WeCom marked a punch with something unknown, verbatim.
            UnknownException(String),
            /// A warning of a newer version, by its code.
            Other(String),
        }

        impl Warning {
            /// The warning as a sentence.
            pub fn sentence(&self, lang: Lang) -> String {
                let (english, chinese) = match self {
                    $(Self::$name => ($english, $chinese),)+
                    Self::UnknownException(text) => return match lang {
                        Lang::En => format!("WeCom marked a punch with {text:?}, which nobody has described"),
                        Lang::Zh => format!("企业微信给打卡标了“{text}”,含义未知"),
                    },
                    Self::Other(code) => return code.clone(),
                };
                match lang {
                    Lang::En => english.to_owned(),
                    Lang::Zh => chinese.to_owned(),
                }
            }
        }

        impl fmt::Display for Warning {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $code,)+
                    Self::UnknownException(text) => return write!(f, "unknown_exception:{text}"),
                    Self::Other(code) => code,
                })
            }
        }

        impl From<String> for Warning {
            fn from(code: String) -> Self {
                match code.as_str() {
                    $($code => Self::$name,)+
                    other => match other.strip_prefix("unknown_exception:") {
                        Some(text) => Self::UnknownException(text.to_owned()),
                        None => Self::Other(code),
                    },
                }
            }
        }
    };
}

warnings! {
    /// Approvals of the day are not known, and leave could change what was found.
    ApprovalsUnknown = "approvals_unknown",
        "approvals are not known for this day; leave that was granted may be missing here",
        "当天的审批未知,已批准的假勤可能没有计入";
    /// Nobody has arranged the holidays of the day's year; it was judged by its weekday.
    CalendarMissing = "calendar_missing",
        "the holidays of this year are not known; the day was judged by its weekday",
        "当年的节假日安排未知,按星期判断";
    /// A flexibility in seconds could only be milliseconds and was read so.
    MsSuspected = "ms_suspected",
        "a flexible time of the rule can only be milliseconds and was read so",
        "规则的弹性时间只可能是毫秒,已按毫秒读取";
    /// The last off punch is before the first on punch; the hours are 0.
    OffBeforeOn = "off_before_on",
        "the last off punch is before the first on punch; no hours are counted",
        "最后一次下班打卡早于第一次上班打卡,工作时长计为0";
    /// A punch at 0 or after now; never used.
    ImpossibleTime = "impossible_time",
        "a punch has a time that cannot be, and was not used",
        "有打卡的时间不可能,未使用";
    /// A punch just outside the day's window; it counts for no day.
    UnattributedPunch = "unattributed_punch",
        "a punch lies outside every day's punch times and counts for no day",
        "有打卡不在任何一天的打卡时间内,不计入任何一天";
    /// The date is both a special work day and a special day off; it was taken as worked.
    ConflictingSpecialDay = "conflicting_special_day",
        "the rule names the day both as worked and as off; it was taken as worked",
        "规则把当天同时列为上班和休息,按上班处理";
    /// The only records of the day are 未打卡 rows.
    PlaceholderOnly = "placeholder_only",
        "WeCom has only rows of punches that did not happen",
        "当天只有“未打卡”记录";
    /// The scheduled shift is not in the rule; its hours came from the schedule.
    RuleFallback = "rule_fallback",
        "the scheduled shift is not in the rule; its hours came from the schedule",
        "排班的班次不在规则里,时间取自排班";
    /// The rule names a weekday outside 0 to 6.
    InvalidWeekday = "invalid_weekday",
        "the rule names a weekday that does not exist",
        "规则里有不存在的星期";
    /// A fixed rule without any hours: every day is off.
    RuleWithoutHours = "rule_without_hours",
        "the rule has no hours, so that every day is off",
        "规则没有上下班时间,每天都是休息";
    /// A late leave the day before might have allowed the late, but that day's records are not known.
    DayBeforeUnknown = "day_before_unknown",
        "a late leave the day before might have allowed the late, but that day is not known",
        "前一天若晚走可能不算迟到,但前一天的数据未知";
    /// Somebody punched who was not in the company that day.
    PunchedWhileNotEmployed = "punched_while_not_employed",
        "there are punches of the day, though the person was not in the company: check the dates",
        "当天有打卡,但不在职:请核对入职、离职日期";
    /// Overtime was approved, but how the rule counts overtime is not known.
    OvertimeTermsUnknown = "overtime_terms_unknown",
        "overtime was granted, but how the rule counts it is not known",
        "有加班审批,但规则的加班设置未知";
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Warning {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(Self::from)
    }
}
