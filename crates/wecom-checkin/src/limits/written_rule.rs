//! What a rule may hold that is written (documents 98041, 98767). Rules made in the admin console
//! exceed some of it, so nothing here bounds what is read.

use std::ops::RangeInclusive;

use crate::units::{Metres, Percent, SecOfDay, Seconds};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Characters of the name of a rule, a shift or a place.
pub const NAME_CHARS: RangeInclusive<usize> = 1..=40;
/// Bytes of the note of a special day.
pub const NOTE_BYTES: RangeInclusive<usize> = 1..=40;
/// Permitted networks.
pub const NETWORKS: usize = 500;
/// Permitted places.
pub const PLACES: usize = 500;
/// Radii of a permitted place.
pub const RADII: [Metres; 14] = [
    Metres(100),
    Metres(200),
    Metres(300),
    Metres(400),
    Metres(500),
    Metres(600),
    Metres(700),
    Metres(800),
    Metres(900),
    Metres(1000),
    Metres(1500),
    Metres(2000),
    Metres(2500),
    Metres(3000),
];
/// Shifts of a shift rule, the rest shift included.
pub const SHIFTS: usize = 50;
/// Rows of hours by weekday.
pub const WEEKDAY_ROWS: usize = 7;
/// Segments of a day.
pub const SEGMENTS: usize = 4;
/// Ids of segments.
pub const SEGMENT_IDS: RangeInclusive<i64> = 1..=99_998;
/// Rests inside a segment.
pub const RESTS: usize = 5;
/// Special days of one kind.
pub const SPECIAL_DAYS: usize = 366;

/// The latest begin of a segment: 00:00 next morning.
pub const LATEST_BEGIN: SecOfDay = SecOfDay(DAY);
/// A segment ends before this: 23:59 of the next day.
pub const END_BEFORE: SecOfDay = SecOfDay(2 * DAY - MINUTE);
/// A segment is longer than this, and shorter than a day.
pub const SEGMENT_LONGER_THAN: Seconds = Seconds(MINUTE);
/// A segment is shorter than this.
pub const SEGMENT_SHORTER_THAN: Seconds = Seconds(DAY);
/// The latest off punch of fixed and free hours: 04:00 next morning.
pub const LATEST_OFF_PUNCH: SecOfDay = SecOfDay(DAY + 4 * HOUR);
/// How long before a shift its on punch may be.
pub const SHIFT_AHEAD: Seconds = Seconds(4 * HOUR);
/// How long before on duty a reminder may be.
pub const REMIND_BEFORE: [Seconds; 5] =
    [Seconds(0), Seconds(300), Seconds(600), Seconds(900), Seconds(1200)];
/// How long after off duty a reminder may be.
pub const REMIND_AFTER: [Seconds; 5] =
    [Seconds(0), Seconds(600), Seconds(1200), Seconds(1800), Seconds(3600)];
/// The begin of a special work day's segment.
pub const SPECIAL_BEGIN: RangeInclusive<SecOfDay> = SecOfDay(4 * HOUR)..=SecOfDay(18 * HOUR);
/// The end of a special work day's segment.
pub const SPECIAL_END: RangeInclusive<SecOfDay> = SecOfDay(4 * HOUR)..=SecOfDay(DAY + 3 * HOUR);

/// Grace periods and flexible shifts.
pub const FLEXIBILITY: RangeInclusive<Seconds> = Seconds(0)..=Seconds(360 * MINUTE);
/// Credits for leaving late.
pub const LATE_CREDIT: RangeInclusive<Seconds> = Seconds(0)..=Seconds(600 * MINUTE);

/// Corrections a month; -1 for any number.
pub const CORRECTIONS: RangeInclusive<i64> = 0..=99;
/// Days back that a correction may reach; -1 for any.
pub const CORRECTION_DAYS: RangeInclusive<i64> = 1..=180;
/// The day from which last month is closed to corrections; -1 for off.
pub const CORRECTION_CLOSING_DAY: RangeInclusive<i64> = 1..=28;
/// The day of the same month on which people are reminded to correct.
pub const REMIND_DAY_THIS_MONTH: RangeInclusive<i64> = 15..=30;
/// The day of the next month on which people are reminded to correct.
pub const REMIND_DAY_NEXT_MONTH: RangeInclusive<i64> = 1..=26;

/// Free rule: how long after an on punch an off punch counts, by [`OFF_AFTER_STEP`].
pub const OFF_AFTER: RangeInclusive<Seconds> = Seconds(0)..=Seconds(1435 * MINUTE);
/// Free rule: steps of [`OFF_AFTER`].
pub const OFF_AFTER_STEP: Seconds = Seconds(5 * MINUTE);
/// Free rule: time due a day, by [`DUE_STEP`]; -1 for none.
pub const DUE: RangeInclusive<Seconds> = Seconds(HOUR)..=Seconds(DAY);
/// Free rule: steps of [`DUE`].
pub const DUE_STEP: Seconds = Seconds(30 * MINUTE);

/// How overtime turns into time off.
pub const OVERTIME_RATIO: RangeInclusive<Percent> = Percent(0)..=Percent(3000);
/// Rests of overtime at fixed hours.
pub const OVERTIME_FIXED_RESTS: usize = 10;
/// Rests of overtime by its length.
pub const OVERTIME_REST_STEPS: RangeInclusive<usize> = 1..=5;
/// Overtime rests by length are written in quarters of an hour.
pub const OVERTIME_REST_GRAIN: Seconds = Seconds(15 * MINUTE);
/// A day's worth of overtime.
pub const OVERTIME_DAY: RangeInclusive<Seconds> = Seconds(HOUR)..=Seconds(DAY);
