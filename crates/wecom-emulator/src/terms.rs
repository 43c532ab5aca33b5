//! What a row of hours or a shift forgives: allowance, slide, and the late arrival that a late leave earns.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What a row of hours or a shift forgives. Limits: `limit_aheadtime` in ms, the rest in seconds.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Terms {
    pub(crate) noneed_offwork: bool,
    pub(crate) limit_aheadtime: i64,
    pub(crate) limit_offtime: i64,
    pub(crate) flex_time: i64,
    pub(crate) flex_on_duty_time: i64,
    pub(crate) flex_off_duty_time: i64,
    #[serde(deserialize_with = "truthy")]
    pub(crate) allow_flex: bool,
    pub(crate) max_allow_arrive_early: i64,
    pub(crate) max_allow_arrive_late: i64,
    pub(crate) late_rule: LateRule,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            noneed_offwork: false,
            limit_aheadtime: 0,
            limit_offtime: 0,
            flex_time: 0,
            flex_on_duty_time: -1,
            flex_off_duty_time: -1,
            allow_flex: true,
            max_allow_arrive_early: 0,
            max_allow_arrive_late: 0,
            late_rule: LateRule::default(),
        }
    }
}

/// Late leave earns late arrival.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LateRule {
    pub(crate) allow_offwork_after_time: bool,
    pub(crate) offwork_after_time: i64,
    pub(crate) onwork_flex_time: i64,
    pub(crate) timerules: Vec<LateStep>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LateStep {
    pub(crate) offwork_after_time: i64,
    pub(crate) onwork_flex_time: i64,
}

impl Terms {
    /// Seconds that may pass before an arrival is late, on every segment.
    pub(crate) fn allowance_on(&self) -> i64 {
        self.allowance(self.flex_on_duty_time)
    }

    /// Seconds that a leave may be early, on every segment.
    pub(crate) fn allowance_off(&self) -> i64 {
        self.allowance(self.flex_off_duty_time)
    }

    fn allowance(&self, own: i64) -> i64 {
        if !self.allow_flex {
            0
        } else if self.flex_on_duty_time == -1 && self.flex_off_duty_time == -1 {
            self.flex_time / 1_000
        } else {
            own.max(0)
        }
    }

    /// How far the day may slide: (earlier, later), in seconds.
    pub(crate) fn slide(&self) -> (i64, i64) {
        if self.allow_flex {
            (self.max_allow_arrive_early, self.max_allow_arrive_late)
        } else {
            (0, 0)
        }
    }

    /// The lateness that leaving `after` seconds past the due off earns for the next morning.
    pub(crate) fn earned(&self, after: i64) -> i64 {
        let rule = &self.late_rule;
        if !rule.allow_offwork_after_time {
            return 0;
        }
        if rule.timerules.is_empty() {
            let reached = rule.offwork_after_time > 0 && after >= rule.offwork_after_time;
            return if reached { rule.onwork_flex_time } else { 0 };
        }
        rule.timerules
            .iter()
            .filter(|step| after >= step.offwork_after_time)
            .max_by_key(|step| step.offwork_after_time)
            .map_or(0, |step| step.onwork_flex_time)
    }
}

fn truthy<'de, D: Deserializer<'de>>(source: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(source)? {
        Value::Bool(flag) => flag,
        Value::Number(number) => number.as_i64() != Some(0),
        _ => true,
    })
}
