//! Which calls fetch the records of these people on these days. Pure arithmetic.
//!
//! WeCom files a punch after midnight under the day that it closes, and answers a window by
//! attendance day as well as by time, so a window that ends where the next begins loses punches at
//! the seam. Every window here reaches one day past its core on both sides; what the overlaps
//! bring twice, [`merge`](crate::merge) makes single again.

mod batch;
mod window;

pub use batch::UserBatch;
pub use window::{MidnightRange, Window};

use jiff::civil::Date;

use crate::UserId;
pub use crate::{days::Days, limits::OutsideLimit};

/// Days that a window reaches past its core, on each side.
pub const MARGIN_DAYS: i64 = 1;

/// The most days of one core: what 30 days leave when both margins are taken off.
pub const CORE_DAYS: i64 = Window::MAX_DAYS - 2 * MARGIN_DAYS;

/// What one call fetches: some people's window, and the days that it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSlice {
    /// The people.
    pub users: UserBatch,
    /// The days that this slice answers for.
    pub core: Days,
    /// The core and its margins.
    pub window: Window,
}

impl PlannedSlice {
    /// A slice of records: the core and a day of margin on each side.
    ///
    /// # Errors
    /// When the core has more than [`CORE_DAYS`].
    pub fn of_records(users: UserBatch, core: Days) -> Result<Self, OutsideLimit> {
        let window = Window::of_days(core.widened(MARGIN_DAYS))?;
        Ok(Self { users, core, window })
    }

    /// A slice of a call that answers by day or by month: no margins.
    ///
    /// # Errors
    /// When the core has more days than a month.
    pub fn of_days(users: UserBatch, core: Days) -> Result<Self, OutsideLimit> {
        Ok(Self { users, core, window: Window::of_month(core)? })
    }
}

/// The fewest slices that fetch the records of these people on these days: for every batch in
/// byte order of the userids, its windows in order of time.
///
/// ```
/// use jiff::civil::date;
/// use wecom_checkin::{UserId, plan::{self, Days}};
///
/// let people = (0..250).map(|n| UserId::from(format!("user{n}")));
/// let days = Days::new(date(2026, 6, 1), date(2026, 8, 14))?; // 75 days
/// assert_eq!(plan::records(people, days).count(), 3 * 3);
/// # Ok::<(), wecom_checkin::plan::OutsideLimit>(())
/// ```
pub fn records(
    users: impl IntoIterator<Item = UserId>,
    days: Days,
) -> impl Iterator<Item = PlannedSlice> {
    let windows: Vec<(Days, Window)> = days
        .split(CORE_DAYS)
        .filter_map(|core| Some((core, Window::of_days(core.widened(MARGIN_DAYS)).ok()?)))
        .collect();
    slices(users, windows)
}

/// One slice a batch and day, for the calls that answer for a single day.
pub fn days(
    users: impl IntoIterator<Item = UserId>,
    dates: impl IntoIterator<Item = Date>,
) -> impl Iterator<Item = PlannedSlice> {
    product(users, dates.into_iter().filter_map(|date| Days::one(date).ok()))
}

/// One slice a batch and calendar month, for the calls that answer by month.
pub fn months(
    users: impl IntoIterator<Item = UserId>,
    days: Days,
) -> impl Iterator<Item = PlannedSlice> {
    product(users, days.months())
}

/// One slice a batch and run of at most `longest` days, without margins: for the calls whose
/// answers are filed by day.
pub fn runs(
    users: impl IntoIterator<Item = UserId>,
    days: Days,
    longest: i64,
) -> impl Iterator<Item = PlannedSlice> {
    product(users, days.split(longest))
}

fn product(
    users: impl IntoIterator<Item = UserId>,
    cores: impl Iterator<Item = Days>,
) -> impl Iterator<Item = PlannedSlice> {
    let windows: Vec<(Days, Window)> =
        cores.filter_map(|core| Some((core, Window::of_month(core).ok()?))).collect();
    slices(users, windows)
}

fn slices(
    users: impl IntoIterator<Item = UserId>,
    windows: Vec<(Days, Window)>,
) -> impl Iterator<Item = PlannedSlice> {
    UserBatch::split(users).into_iter().flat_map(move |users| {
        let slice = move |(core, window)| PlannedSlice { users: users.clone(), core, window };
        windows.clone().into_iter().map(slice)
    })
}
