//! Reasons in Chinese.

use std::fmt;

use super::{
    super::{Allowance, DayBasis, Extent, Lang, Reason},
    Clock, Full, Length, kinds,
};
use crate::{
    calendar::DayType,
    employment::NotEmployed,
    facts::Unasked,
    policy::{LateCountsFrom, SinglePunchHours},
    punch::Side,
    time::{HalfDay, When},
};

#[expect(clippy::too_many_lines, reason = "one arm a reason")]
pub(super) fn sentence(reason: &Reason, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let length = |seconds| Length(seconds, Lang::Zh);
    let side = |side: Side| if side == Side::On { "上班" } else { "下班" };
    match reason {
        Reason::Day(basis, day_type) => {
            let what = match day_type {
                DayType::Workday => "工作日",
                DayType::Restday => "休息日",
                DayType::Holiday => "法定节假日",
            };
            let why = match basis {
                DayBasis::Weekday => "按规则的星期",
                DayBasis::SpecialWorkday => "按规则的特殊工作日",
                DayBasis::SpecialOffday => "按规则的特殊休息日",
                DayBasis::Holiday => "按法定节假日安排",
                DayBasis::MakeUpDay => "按法定节假日安排(调休上班)",
                DayBasis::Schedule => "按排班",
                DayBasis::Unscheduled => return f.write_str("当天未排班"),
                DayBasis::NoRule => return f.write_str("当天没有打卡规则"),
            };
            write!(f, "{why}为{what}")
        }
        Reason::NotEmployed(why) => match why {
            NotEmployed::Before(joined) => write!(f, "入职前({joined}入职)"),
            NotEmployed::After(left) => write!(f, "离职后(最后一天{left})"),
            NotEmployed::Unreported(from, to) => write!(
                f,
                "视为不在职:企业微信日报{from}至{to}没有此人,期间无打卡,且未知入职、离职日期"
            ),
        },
        Reason::WhiteListed => f.write_str("在规则的白名单中,无需打卡"),
        Reason::Open(until) => write!(f, "当天到 {} 才结束", Full(*until)),
        Reason::NeverAsked(what) => f.write_str(match what {
            Unasked::Records => "尚未向企业微信取过当天的打卡记录",
            Unasked::Rule => "尚未向企业微信取过当天的打卡规则",
            Unasked::Schedule => "尚未向企业微信取过当天的排班",
        }),
        Reason::Unknown { closed, asked } => {
            write!(f, "当天于 {} 结束,", Full(*closed))?;
            match asked {
                Some(asked) => write!(f, "最近一次取数在 {}", Full(*asked)),
                None => f.write_str("从未取数"),
            }
        }
        Reason::Late { punch, due, allowance, allowance_sec, from, rest_sec, seconds } => {
            write!(f, "迟到{}:上班打卡 {},应到 {}", length(*seconds), Clock(*punch), Clock(*due))?;
            if *allowance_sec > 0 {
                let counted = match from {
                    LateCountsFrom::Work => "应到时间",
                    LateCountsFrom::Allowance => "宽限结束",
                };
                write!(
                    f,
                    ",超过{}{},从{counted}起算",
                    allowance_name(*allowance),
                    length(*allowance_sec)
                )?;
            }
            if *rest_sec > 0 {
                write!(f, ",扣除休息{}", length(*rest_sec))?;
            }
            Ok(())
        }
        Reason::Allowed { punch, due, allowance, allowance_sec } => write!(
            f,
            "不算迟到:上班打卡 {},应到 {},在{}{}以内",
            Clock(*punch),
            Clock(*due),
            allowance_name(*allowance),
            length(*allowance_sec)
        ),
        Reason::LateForgiven { punch, seconds, nth, of } => {
            write!(f, "{} 的迟到{}免计:本月第{nth}次,每月{of}次", Clock(*punch), length(*seconds))
        }
        Reason::LateTier { name, seconds } => write!(f, "迟到{},属{name}", length(*seconds)),
        Reason::LateIsAbsence { late_sec, limit_min, extent, seconds } => write!(
            f,
            "迟到{},满{limit_min}分钟按旷工{}计:{}",
            length(*late_sec),
            extent_name(*extent),
            length(*seconds)
        ),
        Reason::ShortIsAbsence { worked_sec, limit_min, extent, seconds } => write!(
            f,
            "工作{},不足{limit_min}分钟按旷工{}计:{}",
            length(*worked_sec),
            extent_name(*extent),
            length(*seconds)
        ),
        Reason::Early { punch, due, slid_sec, allowance_sec, seconds } => {
            write!(f, "早退{}:下班打卡 {},应离 {}", length(*seconds), Clock(*punch), Clock(*due))?;
            if *slid_sec != 0 {
                write!(f, "(弹性移动{})", length(*slid_sec))?;
            }
            if *allowance_sec > 0 {
                write!(f, ",超过允许早退{}", length(*allowance_sec))?;
            }
            Ok(())
        }
        Reason::Missing { side: which, due } => {
            write!(f, "缺卡:{} 的{}卡", Full(*due), side(*which))
        }
        Reason::Absent { standard_sec, away_sec } => {
            write!(f, "旷工:全天没有上下班打卡,应工作{}", length(*standard_sec))?;
            if *away_sec > 0 {
                write!(f, ",其中假勤{}", length(*away_sec))?;
            }
            Ok(())
        }
        Reason::Leave { name, number, when, from, to, seconds, claimed_sec } => {
            write!(f, "{name}")?;
            if let Some(number) = number {
                write!(f, "(审批编号 {number})")?;
            }
            let half = |half: HalfDay| if half.is_afternoon() { "下午" } else { "上午" };
            match when {
                When::Hours(_) => write!(f, ",{} 至 {}", Full(*from), Full(*to))?,
                When::Halves(a, b) if a.date() == b.date() && a != b => {
                    write!(f, ",{} 全天", a.date())?;
                }
                When::Halves(a, b) if a == b => write!(f, ",{} {}", a.date(), half(*a))?,
                When::Halves(a, b) => {
                    write!(f, ",{} {}至 {} {}", a.date(), half(*a), b.date(), half(*b))?;
                }
            }
            write!(f, ",当天计 {}", length(*seconds))?;
            if claimed_sec > seconds {
                let rest = length(claimed_sec - seconds);
                write!(f, ",另有 {rest} 与已批准的假勤重叠或超出当天应出勤时间,不重复计")?;
            }
            Ok(())
        }
        Reason::DueMoved { side: which, due, moved, stays_due } => {
            write!(f, "{}时间 {} 在假勤中", side(*which), Full(*due))?;
            match (moved, stays_due) {
                (Some(moved), true) => write!(f, ",改为应在 {} 打卡", Clock(*moved)),
                (Some(moved), false) => write!(f, ",无需打卡,如打卡按 {} 判断", Clock(*moved)),
                (None, _) => f.write_str(",无需打卡"),
            }
        }
        Reason::Place(punch) => write!(f, "{} 的打卡地点或WiFi异常", Clock(*punch)),
        Reason::Device(punch) => write!(f, "{} 的打卡使用非常用设备", Clock(*punch)),
        Reason::Other(punch, text) => write!(f, "{} 的打卡标有“{text}”", Clock(*punch)),
        Reason::Corrected { punch, number } => {
            f.write_str("补卡审批")?;
            if let Some(number) = number {
                write!(f, "({number})")?;
            }
            write!(f, "通过,视为 {} 打卡", Full(*punch))
        }
        Reason::Cleared { punch, number } => {
            f.write_str("补卡审批")?;
            if let Some(number) = number {
                write!(f, "({number})")?;
            }
            write!(f, "通过,{} 的打卡不再计地点或设备异常", Clock(*punch))
        }
        Reason::Excused { id, by, why, excused } => {
            write!(f, "人工处理 {id}")?;
            if let Some(by) = by {
                write!(f, "({by})")?;
            }
            match excused.as_slice() {
                [] => write!(f, ":没有可免除的异常,原因:{why}"),
                _ => write!(f, ":免除{},原因:{why}", kinds(excused, Lang::Zh, "、")),
            }
        }
        Reason::Told(words) | Reason::Kept { zh: words, .. } => f.write_str(words),
        Reason::SinglePunch { seconds, by: SinglePunchHours::Schedule } => {
            write!(f, "缺一侧打卡,按应到或应离时间计{}", length(*seconds))
        }
        Reason::SinglePunch { by: SinglePunchHours::Zero, .. } => {
            f.write_str("缺一侧打卡,不计工作时长")
        }
        Reason::TooSoonForOff { punch, wait_sec } => {
            write!(f, "{} 的打卡距上班不足{},不算下班", Clock(*punch), length(*wait_sec))
        }
        Reason::ShortHours { worked_sec, standard_sec } => write!(
            f,
            "工作{},应工作{},少{},不计异常",
            length(*worked_sec),
            length(*standard_sec),
            length(standard_sec - worked_sec)
        ),
        Reason::Rounded { seconds, rounded_sec } => {
            write!(f, "{}取整为{}", length(*seconds), length(*rounded_sec))
        }
        Reason::Overtime { bucket, raw_sec, cap_sec, seconds, short_sec } => {
            let bucket = match bucket {
                DayType::Workday => "工作日",
                DayType::Restday => "休息日",
                DayType::Holiday => "节假日",
            };
            write!(f, "{bucket}加班{}(原始{})", length(*seconds), length(*raw_sec))?;
            if let Some(cap) = cap_sec {
                write!(f, ",规则最多计{}", length(*cap))?;
            }
            if *short_sec > 0 {
                write!(f, ",审批未完成{}", length(*short_sec))?;
            }
            Ok(())
        }
    }
}

fn allowance_name(allowance: Allowance) -> &'static str {
    match allowance {
        Allowance::None | Allowance::Minutes => "允许迟到",
        Allowance::Slide => "弹性",
        Allowance::LateLeave => "晚走晚到",
    }
}

fn extent_name(extent: Extent) -> &'static str {
    match extent {
        Extent::Half => "半天",
        Extent::Whole => "全天",
    }
}
