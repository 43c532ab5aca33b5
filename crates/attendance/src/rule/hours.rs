//! The hours of a day: segments, rests, flexibility, opening and closing.
//!
//! A grace period is an *allowance* here, because the policy calls it so; a day that moves with the
//! first punch (弹性) *slides*, because a shift is a 班次.

use wecom_checkin::{
    TimeId,
    rule::{self as wire, CheckinDate, LateRule, Shift},
    units::{Millis, SecOfDay, Seconds},
};

use crate::time::{DAY_SEC, bounded_sec};

/// No flexibility in seconds can be longer than this: WeCom's bounds are 360 and 600 minutes, and
/// a whole minute in milliseconds is 60000.
const MS_SUSPECTED_ABOVE: i64 = 43_200;

/// What a grace period says where `flex_time` holds.
const AS_LEGACY: Seconds = Seconds(-1);

/// How far a shift's day reaches where neither limit nor window is printed.
const SHIFT_REACH_SEC: i64 = 4 * 3600;

/// What somebody owes on a day, in seconds from its 00:00.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hours {
    /// In order.
    pub(crate) segments: Vec<Segment>,
    pub(crate) flex: Flex,
    /// When the day opens; `None` where nothing is printed.
    pub(crate) opens_sec: Option<i64>,
    /// When it closes: the first second outside.
    pub(crate) closes_sec: Option<i64>,
}

/// One on/off pair.
#[derive(Debug, Clone, Default)]
pub(crate) struct Segment {
    pub(crate) id: Option<TimeId>,
    pub(crate) on_sec: i64,
    pub(crate) off_sec: i64,
    pub(crate) rests: Vec<Rest>,
    /// Printed windows of the two punches.
    pub(crate) on_window: Option<Window>,
    pub(crate) off_window: Option<Window>,
    pub(crate) needs_on: bool,
    pub(crate) needs_off: bool,
}

/// When a punch counts, seconds of day: the first second, and the first one outside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) from_sec: Option<i64>,
    pub(crate) until_sec: Option<i64>,
}

/// A rest inside a segment, seconds of day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rest {
    pub(crate) begin_sec: i64,
    pub(crate) end_sec: i64,
}

/// The three forms of flexibility, seconds; all zero for none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flex {
    /// A: so late is not late.
    pub(crate) on_allowance: i64,
    /// A: so early is not early.
    pub(crate) off_allowance: i64,
    /// B: the day may shift so far forward.
    pub(crate) slide_early: i64,
    /// B: or so far back.
    pub(crate) slide_late: i64,
    /// C: left so long after the last off yesterday, may be so late today.
    pub(crate) late_credits: Vec<LateArrivalCredit>,
    /// A value could only be milliseconds and was read so.
    pub(crate) ms_suspected: bool,
}

/// One step of 晚走晚到.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LateArrivalCredit {
    pub(crate) left_after: i64,
    pub(crate) may_be_late: i64,
}

impl Segment {
    fn opens(&self) -> Option<i64> {
        self.on_window.and_then(|window| window.from_sec)
    }

    fn closes(&self) -> Option<i64> {
        self.off_window.and_then(|window| window.until_sec)
    }
}

impl Hours {
    /// The hours of a `checkindate` row.
    pub(crate) fn of_row(row: &CheckinDate) -> Self {
        let segments = segments(
            row.checkintime.as_deref().unwrap_or_default(),
            row.noneed_offwork == Some(true),
        );
        let flex = Flex::new(&FlexFields {
            allow: row.allow_flex,
            on: row.flex_on_duty_time,
            off: row.flex_off_duty_time,
            legacy: row.flex_time,
            early: row.max_allow_arrive_early,
            late: row.max_allow_arrive_late,
            late_rule: row.late_rule.as_ref(),
        });
        let ahead = ahead_sec(row.limit_aheadtime);
        let opens_sec = segments
            .first()
            .and_then(|first| first.opens().or_else(|| ahead.map(|sec| first.on_sec - sec)));
        let closes_sec = segments.last().and_then(Segment::closes);
        Self { segments, flex, opens_sec, closes_sec }
    }

    /// The hours of a special work day: its own segments in the frame of an ordinary row.
    pub(crate) fn of_special_day(checkintime: &[wire::Segment], frame: &Self, off: bool) -> Self {
        let segments = segments(checkintime, off);
        let first_on = segments.first().map_or(0, |first| first.on_sec);
        let own_opening = segments.first().and_then(Segment::opens);
        Self {
            opens_sec: own_opening.or(frame.opens_sec.map(|sec| sec.min(first_on))),
            closes_sec: segments.last().and_then(Segment::closes),
            segments,
            flex: frame.flex.clone(),
        }
    }

    /// The hours of a shift.
    pub(crate) fn of_shift(shift: &Shift) -> Self {
        let segments = segments(
            shift.time_section.as_deref().unwrap_or_default(),
            shift.noneed_offwork == Some(true),
        );
        let flex = Flex::new(&FlexFields {
            allow: shift.allow_flex,
            on: shift.flex_on_duty_time,
            off: shift.flex_off_duty_time,
            legacy: None,
            early: shift.max_allow_arrive_early,
            late: shift.max_allow_arrive_late,
            late_rule: shift.late_rule.as_ref(),
        });
        let ahead = ahead_sec(shift.limit_aheadtime);
        let after = shift.limit_offtime.map(i64::from).filter(|&sec| sec > 0).map(bounded_sec);
        Self { segments, flex, ..Self::default() }.with_shift_limits(ahead, after)
    }

    /// The hours of a shift that only a schedule knows.
    pub(crate) fn of_schedule(sections: &[wire::Segment]) -> Self {
        Self { segments: segments(sections, false), ..Self::default() }
            .with_shift_limits(None, None)
    }

    fn with_shift_limits(mut self, ahead: Option<i64>, after: Option<i64>) -> Self {
        self.opens_sec = self.segments.first().map(|first| match (ahead, first.opens()) {
            (Some(sec), _) => first.on_sec - sec,
            (None, Some(from)) => from,
            (None, None) => first.on_sec - SHIFT_REACH_SEC,
        });
        self.closes_sec = self.segments.last().map(|last| match (after, last.closes()) {
            (Some(sec), _) => last.off_sec + sec,
            (None, Some(end)) => end,
            (None, None) => last.off_sec + SHIFT_REACH_SEC,
        });
        self
    }
}

/// A limit, in seconds; 0 stands for "not set".
fn ahead_sec(limit: Option<Millis>) -> Option<i64> {
    limit.filter(|&limit| limit.0 > 0).map(|limit| bounded_sec(Seconds::from_millis(limit).0))
}

/// Reads segments, in order; one without both times is none.
fn segments(wire: &[wire::Segment], noneed_offwork: bool) -> Vec<Segment> {
    let mut segments: Vec<Segment> = wire
        .iter()
        .filter_map(|wire| {
            let (on, off) = (bounded_sec(wire.work_sec?.0), bounded_sec(wire.off_work_sec?.0));
            // "22:00 to 06:00" without the day's 86400: only the next morning makes sense.
            let off_sec = if off <= on { off + DAY_SEC } else { off };
            Some(Segment {
                id: wire.time_id,
                on_sec: on,
                off_sec,
                rests: rests(wire, on, off_sec),
                on_window: window(wire.earliest_work_sec, wire.latest_work_sec),
                off_window: window(wire.earliest_off_work_sec, wire.latest_off_work_sec),
                needs_on: wire.no_need_checkon != Some(true),
                needs_off: wire.no_need_checkoff != Some(true) && !noneed_offwork,
            })
        })
        .collect();
    segments.sort_by_key(|segment| (segment.on_sec, segment.off_sec));
    segments
}

/// A printed window. The last minute belongs to it whole: 05:59 ends at 06:00:00, exclusive.
/// Two zeros, or backwards, is not printed.
fn window(earliest: Option<SecOfDay>, latest: Option<SecOfDay>) -> Option<Window> {
    let (from, to) = (earliest.map(|sec| bounded_sec(sec.0)), latest.map(|sec| bounded_sec(sec.0)));
    if from.unwrap_or(0) == 0 && to.unwrap_or(0) == 0 {
        return None;
    }
    let window = Window { from_sec: from, until_sec: to.map(|sec| sec + 60) };
    match (window.from_sec, window.until_sec) {
        (Some(from), Some(until)) if from >= until => None,
        _ => Some(window),
    }
}

fn rests(wire: &wire::Segment, on: i64, off: i64) -> Vec<Rest> {
    if wire.allow_rest == Some(false) {
        return Vec::new();
    }
    let several = wire.rest_times.as_deref().unwrap_or_default();
    let pairs: Vec<_> = if several.is_empty() {
        vec![(wire.rest_begin_time, wire.rest_end_time)]
    } else {
        several.iter().map(|rest| (rest.rest_begin_time, rest.rest_end_time)).collect()
    };
    let mut rests: Vec<Rest> = pairs
        .into_iter()
        .filter_map(|(begin, end)| {
            let (mut begin_sec, mut end_sec) = (bounded_sec(begin?.0), bounded_sec(end?.0));
            if end_sec < begin_sec {
                end_sec += DAY_SEC;
            }
            if begin_sec < on && begin_sec + DAY_SEC < off {
                begin_sec += DAY_SEC;
                end_sec += DAY_SEC;
            }
            (begin_sec < end_sec).then_some(Rest { begin_sec, end_sec })
        })
        .collect();
    rests.sort_by_key(|rest| rest.begin_sec);
    rests
}

/// The flexibility fields that rows and shifts share.
struct FlexFields<'a> {
    allow: Option<bool>,
    on: Option<Seconds>,
    off: Option<Seconds>,
    legacy: Option<Millis>,
    early: Option<Seconds>,
    late: Option<Seconds>,
    late_rule: Option<&'a LateRule>,
}

impl Flex {
    fn new(fields: &FlexFields<'_>) -> Self {
        let mut flex = Self::default();
        let mut suspected = false;
        let mut seconds = |value: Option<Seconds>| {
            let value = value.unwrap_or_default().0;
            let ms = value > MS_SUSPECTED_ABOVE;
            suspected |= ms;
            bounded_sec(if ms { value / 1000 } else { value.max(0) })
        };
        if fields.allow != Some(false) {
            if [fields.on, fields.off].into_iter().all(|own| own.is_none_or(|own| own == AS_LEGACY))
            {
                let legacy =
                    bounded_sec(Seconds::from_millis(fields.legacy.unwrap_or_default()).0.max(0));
                (flex.on_allowance, flex.off_allowance) = (legacy, legacy);
            } else {
                (flex.on_allowance, flex.off_allowance) = (seconds(fields.on), seconds(fields.off));
            }
            (flex.slide_early, flex.slide_late) = (seconds(fields.early), seconds(fields.late));
        }
        if let Some(rule) = fields.late_rule.filter(|r| r.allow_offwork_after_time == Some(true)) {
            let steps = rule.timerules.as_deref().unwrap_or_default();
            let direct = (rule.offwork_after_time, rule.onwork_flex_time);
            let pairs = steps.iter().map(|step| (step.offwork_after_time, step.onwork_flex_time));
            let direct = steps.is_empty().then_some(direct);
            flex.late_credits = pairs
                .chain(direct)
                .map(|(after, late)| LateArrivalCredit {
                    left_after: seconds(after),
                    may_be_late: seconds(late),
                })
                .filter(|credit| credit.left_after > 0 && credit.may_be_late > 0)
                .collect();
            flex.late_credits.sort_by_key(|credit| credit.left_after);
        }
        flex.ms_suspected = suspected;
        flex
    }
}
