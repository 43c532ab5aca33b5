//! A day drawn on a line: what was owed as bars, what was punched as pins.

use attendance::{
    JudgedDay,
    judged::{JudgedPunch, Role},
    punch::{Nature, Side},
};

const HOUR_SEC: i64 = 3_600;
/// Units of the drawing from its first to its last second.
pub(super) const WIDTH: i64 = 1_000;
/// Where a day without due times is drawn from and to, counted from its date's beginning.
const USUAL: (i64, i64) = (7 * HOUR_SEC, 20 * HOUR_SEC);

/// The drawing, in units from its left edge.
pub(super) struct Timeline {
    pub(super) hours: Vec<(i64, String)>,
    pub(super) segments: Vec<Bar>,
    pub(super) rests: Vec<Bar>,
    pub(super) pins: Vec<Pin>,
}

/// A stretch of time.
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) width: i64,
    pub(super) says: String,
}

/// A punch.
pub(super) struct Pin {
    pub(super) x: i64,
    /// How the style sheet knows it: `used`, `spare`, `not`.
    pub(super) class: &'static str,
    pub(super) says: String,
    /// Pins that would write over each other take turns above and below.
    pub(super) low: bool,
}

impl Timeline {
    /// Draws a day.
    pub(super) fn of(day: &JudgedDay) -> Self {
        let plan = &day.plan;
        let clock = |at: i64| plan.moment(at).datetime().strftime("%H:%M").to_string();
        let real: Vec<&JudgedPunch> = day.punches.iter().filter(|punch| punch.is_real()).collect();
        let (begin, end) = extent(day, &real);
        let length = (end - begin).max(1);
        let x = |at: i64| ((at - begin) * WIDTH / length).clamp(0, WIDTH);
        let bar = |from: i64, to: i64| Bar {
            x: x(from),
            width: (x(to) - x(from)).max(1),
            says: format!("{}–{}", clock(from), clock(to)),
        };
        let step = (length / HOUR_SEC / 12 + 1) * HOUR_SEC;
        let hours = (0..).map(|n| begin + n * step).take_while(|at| *at <= end);
        let mut pins: Vec<Pin> = real.iter().map(|punch| pin(punch, x, clock)).collect();
        let mut before = i64::MIN;
        let mut low = false;
        for pin in &mut pins {
            low = pin.x.saturating_sub(before) < 60 && !low;
            (pin.low, before) = (low, pin.x);
        }
        Self {
            hours: hours.map(|at| (x(at), clock(at))).collect(),
            segments: plan.segments.iter().map(|segment| bar(segment.on, segment.off)).collect(),
            rests: plan.rests.iter().map(|rest| bar(rest.begin, rest.end)).collect(),
            pins,
        }
    }
}

/// From where to where a day is drawn: whole hours around all that happened or was due.
fn extent(day: &JudgedDay, real: &[&JudgedPunch]) -> (i64, i64) {
    let plan = &day.plan;
    let of_plan = plan.segments.iter().flat_map(|segment| [segment.on, segment.off]);
    let of_punches = real.iter().map(|punch| punch.at.as_second());
    let mut instants: Vec<i64> = of_plan.chain(of_punches).collect();
    if plan.segments.is_empty() {
        let offset = i64::from(plan.moment(plan.window.begin).offset().seconds());
        let midnight = attendance_midnight(day) - offset;
        instants.extend([midnight + USUAL.0, midnight + USUAL.1]);
    }
    let first = instants.iter().min().copied().unwrap_or_default();
    let last = instants.iter().max().copied().unwrap_or_default();
    ((first - 1).div_euclid(HOUR_SEC) * HOUR_SEC, (last.div_euclid(HOUR_SEC) + 1) * HOUR_SEC)
}

/// The date's beginning as seconds of a clock at UTC.
fn attendance_midnight(day: &JudgedDay) -> i64 {
    wecom_checkin::days::day_number(day.plan.date) * 24 * HOUR_SEC
}

fn pin(punch: &JudgedPunch, x: impl Fn(i64) -> i64, clock: impl Fn(i64) -> String) -> Pin {
    let at = punch.at.as_second();
    let class = match punch.role {
        Role::Used(..) => "used",
        Role::Counted => "spare",
        Role::None => "not",
    };
    let side = match punch.nature {
        Nature::Duty(Some(Side::On)) | Nature::Correction(Some(Side::On)) => "↑",
        Nature::Duty(Some(Side::Off)) | Nature::Correction(Some(Side::Off)) => "↓",
        _ => "",
    };
    Pin { x: x(at), class, says: format!("{side}{}", clock(at)), low: false }
}
