//! Which calls fetch the records of these people on these days. Pure arithmetic.
//!
//! WeCom files a punch after midnight under the day that it closes, and answers a window by
//! attendance day as well as by time, so a window that ends where the next begins loses punches at
//! the seam. Every window here reaches one day past its core on both sides; what the overlaps
//! bring twice, [`merge`](crate::merge) makes single again.

use std::{collections::HashSet, fmt, sync::Arc};

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{UserId, limits, units::UnixTime};

const DAY_SEC: i64 = 86_400;

/// Days that a window reaches past its core, on each side.
pub const MARGIN_DAYS: i64 = 1;

/// The most days of one core: what 30 days leave when both margins are taken off.
pub const CORE_DAYS: i64 = Window::MAX_DAYS - 2 * MARGIN_DAYS;

/// A run of whole days, first and last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days {
    first: Date,
    last: Date,
}

impl Days {
    /// # Errors
    /// When `last` is before `first`, or a date is too close to the end of the calendar (years
    /// before 1971 and after 9998 are no attendance days).
    pub fn new(first: Date, last: Date) -> Result<Self, OutsideLimit> {
        if last < first {
            return Err(OutsideLimit(format!("the days end ({last}) before they begin ({first})")));
        }
        if first.year() < 1971 || last.year() > 9998 {
            return Err(OutsideLimit(format!(
                "{first} to {last} is outside the years 1971 to 9998"
            )));
        }
        Ok(Self { first, last })
    }

    /// One day.
    ///
    /// # Errors
    /// As [`Days::new`].
    pub fn one(date: Date) -> Result<Self, OutsideLimit> {
        Self::new(date, date)
    }

    /// First day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Last day, included.
    pub fn last(self) -> Date {
        self.last
    }

    /// How many days; at least one.
    pub fn count(self) -> i64 {
        i64::from((self.last - self.first).get_days()) + 1
    }

    /// Whether the day is one of these.
    pub fn contains(self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }

    /// Each day in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Date> {
        (0..self.count()).map(move |n| self.day(n))
    }

    /// The fewest runs of at most `longest` days that make up these days, as even as they can be.
    pub fn split(self, longest: i64) -> impl Iterator<Item = Self> {
        let count = self.count();
        let runs = (count + longest.max(1) - 1) / longest.max(1);
        (0..runs).map(move |n| Self {
            first: self.day(n * count / runs),
            last: self.day((n + 1) * count / runs - 1),
        })
    }

    /// The same days, cut at the ends of calendar months.
    pub fn months(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.first), move |first| {
            first.last_of_month().tomorrow().ok().filter(|next| *next <= self.last)
        })
        .map(move |first| Self { first, last: first.last_of_month().min(self.last) })
    }

    /// The day `n` days after the first; the calendar's end where there is none.
    fn day(self, n: i64) -> Date {
        self.first.saturating_add(n.days())
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

/// A span of time that one call may ask for: at most 30 days, both ends included, Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawWindow")]
pub struct Window {
    starttime: UnixTime,
    endtime: UnixTime,
}

impl Window {
    /// The most days of a window.
    pub const MAX_DAYS: i64 = match limits::GETCHECKINDATA.days {
        Some(days) => days,
        None => 30,
    };

    /// # Errors
    /// When the end is not after the start, either is not positive, or more than
    /// [`Window::MAX_DAYS`] lie between them (WeCom would answer 301024).
    pub fn new(start: UnixTime, end: UnixTime) -> Result<Self, OutsideLimit> {
        let span = end.0.saturating_sub(start.0);
        if start.0 <= 0 || span <= 0 {
            return Err(OutsideLimit(format!(
                "a window must end after it starts and start after 1970 (given {} to {})",
                start.0, end.0
            )));
        }
        if span > Self::MAX_DAYS * DAY_SEC {
            return Err(OutsideLimit(format!(
                "a window may span {} days, {:.1} were given",
                Self::MAX_DAYS,
                std::time::Duration::from_secs(span.unsigned_abs()).as_secs_f64() / 86_400.0,
            )));
        }
        Ok(Self { starttime: start, endtime: end })
    }

    /// From midnight of the first day to the last second of the last, at UTC+8.
    ///
    /// # Errors
    /// When there are more than [`Window::MAX_DAYS`].
    pub fn of_days(days: Days) -> Result<Self, OutsideLimit> {
        let end = UnixTime::beijing_midnight(days.last()).0 + DAY_SEC - 1;
        Self::new(UnixTime::beijing_midnight(days.first()), UnixTime(end))
    }

    /// As [`Window::of_days`], for days that make up one month. All 31 days of a long month fit:
    /// its last day is then named by its midnight, which is what calls that answer by day go by.
    ///
    /// # Errors
    /// When there are more than one month has.
    pub fn of_month(days: Days) -> Result<Self, OutsideLimit> {
        if days.count() == Self::MAX_DAYS + 1 {
            let [start, end] = [days.first(), days.last()].map(UnixTime::beijing_midnight);
            return Self::new(start, end);
        }
        Self::of_days(days)
    }

    /// First second.
    pub fn start(self) -> UnixTime {
        self.starttime
    }

    /// Last second.
    pub fn end(self) -> UnixTime {
        self.endtime
    }
}

/// At most `MAX_DAYS` whole days, named by the midnights (UTC+8) of the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawWindow")]
pub struct Midnights<const MAX_DAYS: i64> {
    starttime: UnixTime,
    endtime: UnixTime,
}

impl<const MAX_DAYS: i64> Midnights<MAX_DAYS> {
    /// # Errors
    /// When there are more than `MAX_DAYS`.
    pub fn new(days: Days) -> Result<Self, OutsideLimit> {
        if days.count() > MAX_DAYS {
            let given = days.count();
            return Err(OutsideLimit(format!("a call takes {MAX_DAYS} days, {given} were given")));
        }
        let [starttime, endtime] = [days.first(), days.last()].map(UnixTime::beijing_midnight);
        Ok(Self { starttime, endtime })
    }
}

impl<const MAX_DAYS: i64> TryFrom<RawWindow> for Midnights<MAX_DAYS> {
    type Error = OutsideLimit;

    fn try_from(raw: RawWindow) -> Result<Self, OutsideLimit> {
        let date = |at: UnixTime| {
            at.beijing_date().filter(|date| UnixTime::beijing_midnight(*date) == at).ok_or_else(
                || OutsideLimit(format!("{} is no midnight at UTC+8, as reports need", at.0)),
            )
        };
        Self::new(Days::new(date(raw.starttime)?, date(raw.endtime)?)?)
    }
}

#[derive(Deserialize)]
struct RawWindow {
    starttime: UnixTime,
    endtime: UnixTime,
}

impl TryFrom<RawWindow> for Window {
    type Error = OutsideLimit;

    fn try_from(raw: RawWindow) -> Result<Self, OutsideLimit> {
        Self::new(raw.starttime, raw.endtime)
    }
}

/// 1 to 100 members: what one call takes. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<UserId>", into = "Vec<UserId>")]
pub struct UserBatch(Arc<[UserId]>);

impl UserBatch {
    /// The most members of a batch.
    pub const MAX: usize = match limits::GETCHECKINDATA.people {
        Some(people) => people,
        None => 100,
    };

    /// # Errors
    /// When there is nobody, or more than [`UserBatch::MAX`] (WeCom would answer 301023).
    pub fn new(users: impl Into<Vec<UserId>>) -> Result<Self, OutsideLimit> {
        let users = users.into();
        if users.is_empty() {
            return Err(OutsideLimit("a call needs at least one member".to_owned()));
        }
        if users.len() > Self::MAX {
            return Err(OutsideLimit(format!(
                "a call takes at most {} members, {} were given",
                Self::MAX,
                users.len()
            )));
        }
        Ok(Self(users.into()))
    }

    /// One member.
    pub fn one(user: UserId) -> Self {
        Self(Arc::new([user]))
    }

    /// The fewest batches that hold these people: each person once whatever the spelling, in byte
    /// order of the userids.
    pub fn split(users: impl IntoIterator<Item = UserId>) -> Vec<Self> {
        let mut users: Vec<UserId> = users.into_iter().collect();
        users.sort_unstable();
        let mut seen = HashSet::with_capacity(users.len());
        users.retain(|user| seen.insert(user.key()));
        users.chunks(Self::MAX).map(|batch| Self(batch.into())).collect()
    }

    /// The members.
    pub fn users(&self) -> &[UserId] {
        &self.0
    }
}

impl TryFrom<Vec<UserId>> for UserBatch {
    type Error = OutsideLimit;

    fn try_from(users: Vec<UserId>) -> Result<Self, OutsideLimit> {
        Self::new(users)
    }
}

impl From<UserBatch> for Vec<UserId> {
    fn from(batch: UserBatch) -> Self {
        batch.0.to_vec()
    }
}

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
        let window = Window::of_days(with_margin(core))?;
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
        .filter_map(|core| Some((core, Window::of_days(with_margin(core)).ok()?)))
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

fn with_margin(core: Days) -> Days {
    Days {
        first: core.first.saturating_sub(MARGIN_DAYS.days()),
        last: core.last.saturating_add(MARGIN_DAYS.days()),
    }
}

/// A request that WeCom would refuse, and which limit it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideLimit(pub(crate) String);

impl fmt::Display for OutsideLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutsideLimit {}
