//! A work day of a free rule: hours, and absence; never late or early.

use wecom_checkin::rule::PairingMethod;

use super::session::{Conclusion, Notes, Session};
use crate::{
    overtime::Evidence,
    policy::OneSideOutdoor,
    punch::{Punch, Side},
    reason::Reason,
    rule::{Free, Kind},
    time::Interval,
    warning::Warning,
};

pub(super) fn conclude(session: &Session<'_>, notes: &mut Notes) -> Conclusion {
    let Kind::Free(free) = &session.terms.kind else { return Conclusion::default() };
    let plan = session.plan;
    let worked_sec = match free.pairing {
        PairingMethod::Alternate => alternating(free, session.duty_punches()),
        _ => first_to_last(session, free, notes),
    };
    let mut conclusion = Conclusion {
        worked_sec,
        evidence: Evidence {
            first: session.seen.first,
            last: session.seen.last,
            ..Evidence::default()
        },
        ..Conclusion::default()
    };
    if !session.is_final() {
        return conclusion;
    }
    let seen = &session.seen;
    let present = seen.duty > 0
        || (free.pairing == PairingMethod::RecordOnly && seen.record_only > 0)
        || (seen.outdoor > 0
            && session.case.company.policy().one_side_outdoor == OneSideOutdoor::Missing);
    if present {
        if plan.standard_sec > worked_sec {
            notes.reasons.push(Reason::ShortHours { worked_sec, standard_sec: plan.standard_sec });
        }
        return conclusion;
    }
    let away_sec = session.away.seconds();
    let covered = if plan.standard_sec > 0 {
        away_sec >= plan.standard_sec
    } else {
        !session.away.intervals.is_empty()
    };
    if !covered {
        notes.reasons.push(Reason::Absent { standard_sec: plan.standard_sec, away_sec });
        conclusion.absent = Some(plan.standard_sec - away_sec);
    }
    conclusion
}

/// On and off in turn; an off punch that comes too soon after its on punch is none.
fn alternating<'a>(free: &Free, punches: impl Iterator<Item = &'a Punch>) -> i64 {
    let mut open = None;
    let mut seconds = 0;
    for punch in punches {
        match (punch.side(), open) {
            (Some(Side::On) | None, None) => open = Some(punch.at),
            (Some(Side::Off) | None, Some(on)) if punch.at - on >= free.off_after_sec => {
                seconds += punch.at - on;
                open = None;
            }
            _ => {}
        }
    }
    seconds
}

fn first_to_last(session: &Session<'_>, free: &Free, notes: &mut Notes) -> i64 {
    let of_side = |side| session.duty_punches().filter(move |punch| punch.side() != Some(side));
    let first_on = of_side(Side::Off).next().map(|punch| punch.at);
    let last_off = of_side(Side::On).last().map(|punch| punch.at);
    if let (Some(on), Some(off)) = (first_on, last_off)
        && off < on
    {
        notes.warnings.push(Warning::OffBeforeOn);
        return 0;
    }
    let Some((first, last)) = session.seen.first.zip(session.seen.last) else { return 0 };
    let seconds = Interval::new(first, last).seconds();
    if seconds > 0 && seconds < free.off_after_sec {
        let punch = session.plan.moment(last);
        notes.reasons.push(Reason::TooSoonForOff { punch, wait_sec: free.off_after_sec });
        return 0;
    }
    seconds
}
