//! Hours in which nobody is told anything.

use jiff::{Zoned, civil::Time};
use serde::{Deserialize, Deserializer, de::Error as _};

/// From one time of day until another, over midnight where the second is the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QuietHours {
    from: Time,
    until: Time,
}

impl QuietHours {
    fn parse(text: &str) -> Option<Self> {
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
        let (from, until) = text.split_once(['-', '–'])?;
        let (from, until) = (time(from)?, time(until)?);
        (from != until).then_some(Self { from, until })
    }

    /// Whether it is quiet at that time of day.
    pub(crate) fn covers(self, at: &Zoned) -> bool {
        let (time, Self { from, until }) = (at.time(), self);
        if from < until { (from..until).contains(&time) } else { time >= from || time < until }
    }

    /// When they end, as a clock shows it.
    pub(crate) fn end(self) -> String {
        self.until.strftime("%H:%M").to_string()
    }
}

impl<'de> Deserialize<'de> for QuietHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("{text:?} are no hours; write them like 22:00-08:00"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_go_over_midnight() {
        for (hours, time, quiet) in [
            ("22:00-08:00", "21:59", false),
            ("22:00-08:00", "22:00", true),
            ("22:00–08:00", "07:59", true),
            ("22:00-08:00", "08:00", false),
            ("12:00-13:30", "13:00", true),
            ("12:00-13:30", "00:00", false),
        ] {
            let at: Zoned = format!("2026-11-05T{time}[Asia/Shanghai]").parse().unwrap();
            assert_eq!(QuietHours::parse(hours).unwrap().covers(&at), quiet, "{hours} {time}");
        }
        for wrong in ["22:00", "22-8", "25:00-08:00", "08:00-08:00"] {
            assert_eq!(QuietHours::parse(wrong), None, "{wrong}");
        }
    }
}
