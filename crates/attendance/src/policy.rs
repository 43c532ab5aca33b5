//! What a company may decide for itself: each key with the default of the contract.

use serde::{Deserialize, Deserializer, Serialize, de};

/// The keys of `[policy]` in `daka.toml` and of `policy` in a bundle.
///
/// An unknown key is an error that names it.
///
/// ```
/// use attendance::Policy;
/// let policy: Policy = serde_json::from_str(r#"{"late_counts_from": "allowance"}"#)?;
/// assert!(policy.truncate_to_minute);
/// assert!(serde_json::from_str::<Policy>(r#"{"late_count_from": "work"}"#)
///     .unwrap_err().to_string().contains("late_count_from"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Late and early compare whole minutes; hours use seconds. Default true.
    pub truncate_to_minute: bool,
    /// Where a late beyond the allowance counts from. Default `work`.
    pub late_counts_from: LateCountsFrom,
    /// Minutes late from which the day counts as half absent. Default off.
    #[serde(deserialize_with = "minutes_or_off")]
    pub late_to_half_absent_min: Option<u32>,
    /// Minutes late from which the day counts as wholly absent. Default off.
    #[serde(deserialize_with = "minutes_or_off")]
    pub late_to_absent_min: Option<u32>,
    /// A late leave on a rest day earns the late arrival too. Default false.
    pub late_rule_after_restday: bool,
    /// Worked seconds when one side is missing. Default `zero`.
    pub single_punch_hours: SinglePunchHours,
    /// Rest inside the late interval is not counted as late. Default false.
    pub deduct_rest_from_late: bool,
    /// What outdoor punches alone are, where they are not synchronised. Default `missing`.
    pub one_side_outdoor: OneSideOutdoor,
    /// What becomes of a due punch that leave for a part of the day covers. Default `edge`.
    pub part_day_leave_punches: PartDayLeavePunches,
    /// Minutes that a day stays open after its window closes. Default 0.
    pub settle_minutes: u32,

    /// So many late punches of a calendar month are forgiven, the earliest first. Default 0.
    pub late_free_per_month: u32,
    /// Only a late of at most so many minutes can be forgiven. Default off: any.
    #[serde(deserialize_with = "minutes_or_off")]
    pub late_free_max_min: Option<u32>,
    /// Names for grades of lateness, such as 严重迟到 from 30 minutes. Default none.
    pub late_tiers: Vec<LateTier>,
    /// Worked minutes below which a day with punches on both sides counts as half absent.
    /// Default off.
    #[serde(deserialize_with = "minutes_or_off")]
    pub half_absent_below_min: Option<u32>,
    /// Worked minutes below which such a day counts as wholly absent. Default off.
    #[serde(deserialize_with = "minutes_or_off")]
    pub absent_below_min: Option<u32>,
    /// Late and early durations are rounded to so many minutes. Default off.
    #[serde(deserialize_with = "minutes_or_off")]
    pub round_duration_min: Option<u32>,
    /// Which way they are rounded. Default `up`.
    pub round_duration: Rounding,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            truncate_to_minute: true,
            late_counts_from: LateCountsFrom::Work,
            late_to_half_absent_min: None,
            late_to_absent_min: None,
            late_rule_after_restday: false,
            single_punch_hours: SinglePunchHours::Zero,
            deduct_rest_from_late: false,
            one_side_outdoor: OneSideOutdoor::Missing,
            part_day_leave_punches: PartDayLeavePunches::Edge,
            settle_minutes: 0,
            late_free_per_month: 0,
            late_free_max_min: None,
            late_tiers: Vec::new(),
            half_absent_below_min: None,
            absent_below_min: None,
            round_duration_min: None,
            round_duration: Rounding::Up,
        }
    }
}

/// Where a late beyond the allowance counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LateCountsFrom {
    /// From the due time.
    Work,
    /// From the end of the allowance or slide.
    Allowance,
}

/// Worked seconds of a day with punches on one side only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SinglePunchHours {
    /// None.
    Zero,
    /// The due time stands in for the punch.
    Schedule,
}

/// What a day is that has outdoor punches and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OneSideOutdoor {
    /// Each required punch is missing.
    Missing,
    /// The whole day is absent.
    Absent,
}

/// What becomes of a due punch that leave for a part of the day covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartDayLeavePunches {
    /// It is due at the edge of the leave, as WeCom has it.
    Edge,
    /// Nobody asks for it; one that is made all the same is judged against the edge.
    None,
}

/// Which way a duration is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rounding {
    /// To the next step.
    Up,
    /// To the step before.
    Down,
    /// To the nearer step, half up.
    Nearest,
}

impl Rounding {
    /// Rounds non-negative seconds to a multiple of `step`; a step of 0 or less changes nothing.
    pub fn apply(self, seconds: i64, step: i64) -> i64 {
        if step <= 0 {
            return seconds;
        }
        let bias = match self {
            Self::Up => step - 1,
            Self::Down => 0,
            Self::Nearest => step / 2 + step % 2,
        };
        (seconds + bias).div_euclid(step) * step
    }
}

/// A grade of lateness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateTier {
    /// From so many minutes late.
    pub from_min: u32,
    /// Its name.
    pub name: String,
}

/// A number of minutes; `null`, `"off"`, `false` and 0 switch the key off.
fn minutes_or_off<'de, D: Deserializer<'de>>(d: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Setting {
        Minutes(u32),
        Switch(bool),
        Word(String),
        Nothing(()),
    }
    match Setting::deserialize(d) {
        Ok(Setting::Minutes(minutes)) => Ok((minutes > 0).then_some(minutes)),
        Ok(Setting::Switch(false) | Setting::Nothing(())) => Ok(None),
        Ok(Setting::Word(word)) if word == "off" => Ok(None),
        _ => Err(de::Error::custom("expected a number of minutes, or \"off\"")),
    }
}
