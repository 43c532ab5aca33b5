//! Employment: from when until when somebody is in the company, as far as that is known.
//!
//! Where a joining or a leaving date is known, it alone counts. Where none is, silence of WeCom's
//! own day reports at an end of a month is taken for it, unless a punch in it says otherwise.

use jiff::civil::Date;

/// What is known about when somebody was in the company.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Employment {
    /// The first day.
    pub joined: Option<Date>,
    /// The last day.
    pub left: Option<Date>,
    /// Stretches at the beginning or end of months, both ends included, for which WeCom's day
    /// reports were kept and have none of the person. They count where neither date is known.
    pub unreported: Vec<(Date, Date)>,
}

/// Why somebody owes nothing on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotEmployed {
    /// The person joins later, on this day.
    Before(Date),
    /// The person's last day was this one.
    After(Date),
    /// Nobody said so, but WeCom reports nothing of the person from this day to that one.
    Unreported(Date, Date),
}

impl Employment {
    /// Whether nothing is known: every day counts.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// The same, knowing the days of punches: somebody who punches is there.
    pub(crate) fn beside(&self, punched: impl IntoIterator<Item = Date>) -> Self {
        let mut employment = self.clone();
        if self.joined.is_some() || self.left.is_some() {
            employment.unreported.clear();
        }
        if !employment.unreported.is_empty() {
            let around = |(from, to): &(Date, Date), day| (*from..=*to).contains(&day);
            for day in punched {
                employment.unreported.retain(|stretch| !around(stretch, day));
            }
        }
        employment
    }

    /// Why the person is not in the company on a day; `None` on a day that counts.
    pub(crate) fn rules_out(&self, day: Date) -> Option<NotEmployed> {
        let before = self.joined.filter(|joined| day < *joined).map(NotEmployed::Before);
        let after = || self.left.filter(|left| *left < day).map(NotEmployed::After);
        let silent = || {
            let around = self.unreported.iter().find(|(from, to)| (*from..=*to).contains(&day));
            around.map(|(from, to)| NotEmployed::Unreported(*from, *to))
        };
        before.or_else(after).or_else(silent)
    }
}
