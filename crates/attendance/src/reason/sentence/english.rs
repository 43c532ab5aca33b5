//! Reasons in English.

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
    let length = |seconds| Length(seconds, Lang::En);
    let side = |side: Side| if side == Side::On { "on" } else { "off" };
    match reason {
        Reason::Day(basis, day_type) => {
            let what = match day_type {
                DayType::Workday => "a work day",
                DayType::Restday => "a day off",
                DayType::Holiday => "a statutory holiday",
            };
            let why = match basis {
                DayBasis::Weekday => "by the rule's weekdays",
                DayBasis::SpecialWorkday => "by the rule's special work days",
                DayBasis::SpecialOffday => "by the rule's special days off",
                DayBasis::Holiday => "by the public calendar",
                DayBasis::MakeUpDay => "by the public calendar, as a make-up day",
                DayBasis::Schedule => "by the schedule",
                DayBasis::Unscheduled => return f.write_str("no shift is scheduled for the day"),
                DayBasis::NoRule => return f.write_str("no rule holds on the day"),
            };
            write!(f, "{what} {why}")
        }
        Reason::NotEmployed(why) => match why {
            NotEmployed::Before(joined) => write!(f, "before the person joined on {joined}"),
            NotEmployed::After(left) => write!(f, "after the person's last day, {left}"),
            NotEmployed::Unreported(from, to) => write!(
                f,
                "taken as not in the company: WeCom's day reports have none from {from} to {to}, \
                 nobody punched, and no joining or leaving date is known"
            ),
        },
        Reason::WhiteListed => f.write_str("on the rule's white list: no punch is required"),
        Reason::Open(until) => write!(f, "the day is open until {}", Full(*until)),
        Reason::NeverAsked(what) => f.write_str(match what {
            Unasked::Records => "nobody has asked WeCom for the punches of this day yet",
            Unasked::Rule => "nobody has asked WeCom for the rule of this day yet",
            Unasked::Schedule => "nobody has asked WeCom for the schedule of this day yet",
        }),
        Reason::Unknown { closed, asked } => {
            write!(f, "the day closed at {}, its records were ", Full(*closed))?;
            match asked {
                Some(asked) => write!(f, "last asked for at {}", Full(*asked)),
                None => f.write_str("never asked for"),
            }
        }
        Reason::Late { punch, due, allowance, allowance_sec, from, rest_sec, seconds } => {
            write!(
                f,
                "late by {}: on punch at {}, due at {}",
                length(*seconds),
                Clock(*punch),
                Clock(*due)
            )?;
            if *allowance_sec > 0 {
                let counted = match from {
                    LateCountsFrom::Work => "the due time",
                    LateCountsFrom::Allowance => "the end of the allowance",
                };
                write!(
                    f,
                    ", {} of {} exceeded, counted from {counted}",
                    allowance_name(*allowance),
                    length(*allowance_sec)
                )?;
            }
            if *rest_sec > 0 {
                write!(f, ", less {} of rest", length(*rest_sec))?;
            }
            Ok(())
        }
        Reason::Allowed { punch, due, allowance, allowance_sec } => write!(
            f,
            "not late: on punch at {}, due at {}, within {} of {}",
            Clock(*punch),
            Clock(*due),
            allowance_name(*allowance),
            length(*allowance_sec)
        ),
        Reason::LateForgiven { punch, seconds, nth, of } => write!(
            f,
            "the late of {} at {} is forgiven: number {nth} of {of} free this month",
            length(*seconds),
            Clock(*punch)
        ),
        Reason::LateTier { name, seconds } => write!(f, "a late of {} is {name}", length(*seconds)),
        Reason::LateIsAbsence { late_sec, limit_min, extent, seconds } => write!(
            f,
            "late by {}, from {limit_min} min on {} day counts as absent: {}",
            length(*late_sec),
            extent_name(*extent),
            length(*seconds)
        ),
        Reason::ShortIsAbsence { worked_sec, limit_min, extent, seconds } => write!(
            f,
            "worked {}, below {limit_min} min {} day counts as absent: {}",
            length(*worked_sec),
            extent_name(*extent),
            length(*seconds)
        ),
        Reason::Early { punch, due, slid_sec, allowance_sec, seconds } => {
            write!(
                f,
                "early by {}: off punch at {}, due at {}",
                length(*seconds),
                Clock(*punch),
                Clock(*due)
            )?;
            if *slid_sec != 0 {
                write!(f, " (moved by {})", length(*slid_sec))?;
            }
            if *allowance_sec > 0 {
                write!(f, ", allowance of {} exceeded", length(*allowance_sec))?;
            }
            Ok(())
        }
        Reason::Missing { side: which, due } => {
            write!(f, "missing: no {} punch for {}", side(*which), Full(*due))
        }
        Reason::Absent { standard_sec, away_sec } => {
            write!(f, "absent: no duty punch all day, {} owed", length(*standard_sec))?;
            if *away_sec > 0 {
                write!(f, ", {} of it on leave", length(*away_sec))?;
            }
            Ok(())
        }
        Reason::Leave { name, number, when, from, to, seconds, claimed_sec } => {
            write!(f, "{name}")?;
            if let Some(number) = number {
                write!(f, " (approval {number})")?;
            }
            let half = |half: HalfDay| if half.is_afternoon() { "afternoon" } else { "morning" };
            match when {
                When::Hours(_) => write!(f, " from {} to {}", Full(*from), Full(*to))?,
                When::Halves(a, b) if a.date() == b.date() && a != b => {
                    write!(f, ", the whole of {}", a.date())?;
                }
                When::Halves(a, b) if a == b => write!(f, ", the {} of {}", half(*a), a.date())?,
                When::Halves(a, b) => write!(
                    f,
                    " from the {} of {} to the {} of {}",
                    half(*a),
                    a.date(),
                    half(*b),
                    b.date()
                )?,
            }
            write!(f, ": {} of this day", length(*seconds))?;
            if claimed_sec > seconds {
                let rest = length(claimed_sec - seconds);
                write!(f, ", {rest} of it being granted already or more than the day owes")?;
            }
            Ok(())
        }
        Reason::DueMoved { side: which, due, moved, stays_due } => {
            write!(f, "on leave at the {} time {}", side(*which), Full(*due))?;
            match (moved, stays_due) {
                (Some(moved), true) => write!(f, ": the punch is due at {} instead", Clock(*moved)),
                (Some(moved), false) => write!(
                    f,
                    ": no punch is asked for, one made all the same is due at {}",
                    Clock(*moved)
                ),
                (None, _) => f.write_str(": nothing owed"),
            }
        }
        Reason::Place(punch) => {
            write!(f, "the punch at {} is marked for its place or Wi-Fi", Clock(*punch))
        }
        Reason::Device(punch) => {
            write!(f, "the punch at {} is from an unusual device", Clock(*punch))
        }
        Reason::Other(punch, text) => {
            write!(f, "the punch at {} is marked {text:?}", Clock(*punch))
        }
        Reason::Corrected { punch, number } => {
            f.write_str("an approved correction")?;
            if let Some(number) = number {
                write!(f, " ({number})")?;
            }
            write!(f, " stands for a punch at {}", Full(*punch))
        }
        Reason::Cleared { punch, number } => {
            write!(f, "the place or device of the punch at {} is set right", Clock(*punch))?;
            match number {
                Some(number) => write!(f, " by approval {number}"),
                None => f.write_str(" by an approved correction"),
            }
        }
        Reason::SinglePunch { seconds, by: SinglePunchHours::Schedule } => {
            write!(f, "one side is not punched: its due time stands in, {}", length(*seconds))
        }
        Reason::SinglePunch { by: SinglePunchHours::Zero, .. } => {
            f.write_str("one side is not punched: no hours are counted")
        }
        Reason::Excused { id, by, why, excused } => {
            write!(f, "override {id}")?;
            if let Some(by) = by {
                write!(f, " by {by}")?;
            }
            match excused.as_slice() {
                [] => write!(f, " had nothing to excuse: {why}"),
                _ => write!(f, " excused {}: {why}", kinds(excused, Lang::En, ", ")),
            }
        }
        Reason::Told(words) | Reason::Kept { en: words, .. } => f.write_str(words),
        Reason::TooSoonForOff { punch, wait_sec } => write!(
            f,
            "the punch at {} is no off punch: the rule asks for {} after the on punch",
            Clock(*punch),
            length(*wait_sec)
        ),
        Reason::ShortHours { worked_sec, standard_sec } => write!(
            f,
            "worked {} of {}: {} short, no finding",
            length(*worked_sec),
            length(*standard_sec),
            length(standard_sec - worked_sec)
        ),
        Reason::Rounded { seconds, rounded_sec } => {
            write!(f, "{} rounded to {}", length(*seconds), length(*rounded_sec))
        }
        Reason::Overtime { bucket, raw_sec, cap_sec, seconds, short_sec } => {
            let bucket = match bucket {
                DayType::Workday => "work-day",
                DayType::Restday => "rest-day",
                DayType::Holiday => "holiday",
            };
            write!(f, "{bucket} overtime {} of {}", length(*seconds), length(*raw_sec))?;
            if let Some(cap) = cap_sec {
                write!(f, ", cut at the rule's most of {}", length(*cap))?;
            }
            if *short_sec > 0 {
                write!(f, ", {} approved but not worked", length(*short_sec))?;
            }
            Ok(())
        }
    }
}

fn allowance_name(allowance: Allowance) -> &'static str {
    match allowance {
        Allowance::None | Allowance::Minutes => "the allowance",
        Allowance::Slide => "the slide",
        Allowance::LateLeave => "yesterday's late leave",
    }
}

fn extent_name(extent: Extent) -> &'static str {
    match extent {
        Extent::Half => "half the",
        Extent::Whole => "the whole",
    }
}
