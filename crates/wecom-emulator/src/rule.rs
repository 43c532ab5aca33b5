//! A rule as the planner reads it: the tree that the API serves, decoded.
//!
//! The tree (a JSON value) stays the one source; this is its reading. Seconds of day may exceed 86400.

use serde::Deserialize;
use serde_json::Value;

use crate::terms::Terms;

/// `grouptype`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Fixed,
    Shift,
    Free,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the switches of the API's tree")]
pub(crate) struct Rule {
    grouptype: i64,
    pub(crate) groupid: i64,
    pub(crate) groupname: String,
    pub(crate) checkindate: Vec<Hours>,
    pub(crate) spe_workdays: Vec<Special>,
    pub(crate) spe_offdays: Vec<Special>,
    pub(crate) sync_holidays: bool,
    pub(crate) schedulelist: Vec<Shift>,
    pub(crate) span_day_time: i64,
    pub(crate) standard_work_duration: i64,
    pub(crate) offwork_interval_time: i64,
    pub(crate) checkin_method_type: i64,
    pub(crate) white_users: Vec<String>,
    pub(crate) option_out_range: i64,
    pub(crate) sync_out_checkin: bool,
    pub(crate) allow_checkin_offworkday: bool,
    pub(crate) allow_apply_offworkday: bool,
    pub(crate) buka_restriction: u64,
    pub(crate) wifimac_infos: Vec<Wifi>,
    pub(crate) loc_infos: Vec<Fence>,
    pub(crate) range: Range,
    ot_info: Option<LegacyOvertime>,
    ot_info_v2: Option<Overtimes>,
}

/// One row of `checkindate`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Hours {
    pub(crate) workdays: Vec<i64>,
    pub(crate) checkintime: Vec<Segment>,
    pub(crate) biweekly: Biweekly,
    #[serde(flatten)]
    pub(crate) terms: Terms,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Biweekly {
    pub(crate) enable_weekday_recurrence: bool,
    pub(crate) odd_workdays: Vec<i64>,
    pub(crate) even_workdays: Vec<i64>,
}

/// One on/off pair.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Segment {
    pub(crate) time_id: i64,
    pub(crate) work_sec: i64,
    pub(crate) off_work_sec: i64,
    pub(crate) remind_work_sec: i64,
    pub(crate) remind_off_work_sec: i64,
    allow_rest: bool,
    rest_begin_time: i64,
    rest_end_time: i64,
    rest_times: Vec<Rest>,
    pub(crate) earliest_work_sec: Option<i64>,
    pub(crate) latest_work_sec: Option<i64>,
    pub(crate) earliest_off_work_sec: Option<i64>,
    pub(crate) latest_off_work_sec: Option<i64>,
    pub(crate) no_need_checkon: bool,
    pub(crate) no_need_checkoff: bool,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Rest {
    pub(crate) rest_begin_time: i64,
    pub(crate) rest_end_time: i64,
}

impl Segment {
    /// Seconds from its on to its off, rests included.
    pub(crate) fn length_sec(&self) -> i64 {
        self.off_work_sec - self.work_sec
    }

    /// The rests of this segment, in order.
    pub(crate) fn rests(&self) -> Vec<(i64, i64)> {
        if !self.allow_rest {
            return Vec::new();
        }
        if self.rest_times.is_empty() {
            return vec![(self.rest_begin_time, self.rest_end_time)];
        }
        self.rest_times.iter().map(|rest| (rest.rest_begin_time, rest.rest_end_time)).collect()
    }
}

/// One entry of `spe_workdays` or `spe_offdays`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Special {
    r#type: i64,
    timestamp: i64,
    begtime: i64,
    endtime: i64,
    pub(crate) checkintime: Vec<Segment>,
}

impl Special {
    /// Whether the entry names the day that begins at `midnight`.
    pub(crate) fn names(&self, midnight: i64) -> bool {
        const FORTNIGHT: i64 = 14 * crate::day::DAY_SEC;
        match self.r#type {
            0 => self.timestamp == midnight,
            1 => (self.begtime..=self.endtime).contains(&midnight),
            _ => {
                (self.timestamp..=self.endtime).contains(&midnight)
                    && (midnight - self.timestamp) % FORTNIGHT == 0
            }
        }
    }
}

/// One entry of `schedulelist`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shift {
    pub(crate) schedule_id: i64,
    pub(crate) schedule_name: String,
    pub(crate) time_section: Vec<Segment>,
    #[serde(flatten)]
    pub(crate) terms: Terms,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wifi {
    pub(crate) wifiname: String,
    pub(crate) wifimac: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fence {
    pub(crate) lat: i64,
    pub(crate) lng: i64,
    pub(crate) loc_title: String,
    pub(crate) loc_detail: String,
    pub(crate) distance: i64,
}

/// Whom the rule covers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Range {
    pub(crate) party_id: Vec<i64>,
    pub(crate) userid: Vec<String>,
    pub(crate) tagid: Vec<i64>,
}

/// `ot_info`, the older tree.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct LegacyOvertime {
    r#type: i64,
    allow_ot_workingday: bool,
    allow_ot_nonworkingday: bool,
    otcheckinfo: LegacyPunches,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
struct LegacyPunches {
    ot_workingday_time_start: i64,
    ot_workingday_time_min: i64,
    ot_workingday_time_max: i64,
    ot_nonworkingday_time_min: i64,
    ot_nonworkingday_time_max: i64,
}

/// `ot_info_v2`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Overtimes {
    time_unit_config: TimeUnit,
    workdayconf: OvertimeV2,
    restdayconf: OvertimeV2,
    holidayconf: OvertimeV2,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct OvertimeV2 {
    allow_ot: bool,
    r#type: i64,
    ot_trans_enable: bool,
    ot_trans_type: i64,
    checkin: PunchesV2,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct TimeUnit {
    rounding_method: i64,
    step_size: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
struct PunchesV2 {
    ot_time_start: i64,
    ot_time_min: i64,
    ot_time_max: i64,
}

/// How overtime of one kind of day is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Overtime {
    /// None is.
    None,
    /// What was approved and also punched.
    Both,
    /// By punches: seconds after the due off from which it counts, the least and the most.
    Punches { start: i64, least: i64, most: i64 },
}

impl Rule {
    /// How overtime is counted in a bucket: `workday`, `restday` or `holiday`.
    pub(crate) fn overtime(&self, bucket: &str) -> Overtime {
        if let Some(tree) = &self.ot_info_v2 {
            let kind = match bucket {
                "workday" => &tree.workdayconf,
                "restday" => &tree.restdayconf,
                _ => &tree.holidayconf,
            };
            let PunchesV2 { ot_time_start: start, ot_time_min: least, ot_time_max: most } =
                kind.checkin;
            return match kind.r#type {
                1 if kind.allow_ot => Overtime::Punches { start, least, most },
                0 if kind.allow_ot => Overtime::Both,
                _ => Overtime::None,
            };
        }
        let Some(tree) = &self.ot_info else { return Overtime::None };
        let punches = &tree.otcheckinfo;
        let (allowed, start, least, most) = if bucket == "workday" {
            (
                tree.allow_ot_workingday,
                punches.ot_workingday_time_start,
                punches.ot_workingday_time_min,
                punches.ot_workingday_time_max,
            )
        } else {
            (
                tree.allow_ot_nonworkingday,
                0,
                punches.ot_nonworkingday_time_min,
                punches.ot_nonworkingday_time_max,
            )
        };
        match tree.r#type {
            1 if allowed => Overtime::Punches { start, least, most },
            0 if allowed => Overtime::Both,
            _ => Overtime::None,
        }
    }

    /// Seconds that overtime is rounded down to; 1 where it is not.
    pub(crate) fn overtime_step(&self) -> i64 {
        let unit = self.ot_info_v2.as_ref().map(|tree| &tree.time_unit_config);
        unit.filter(|unit| unit.rounding_method == 3 && unit.step_size > 0)
            .map_or(1, |unit| unit.step_size)
    }

    /// What overtime of a bucket turns into, where the rule says so.
    pub(crate) fn overtime_turns_into(&self, bucket: &str) -> Option<&'static str> {
        let tree = self.ot_info_v2.as_ref()?;
        let kind = match bucket {
            "workday" => &tree.workdayconf,
            "restday" => &tree.restdayconf,
            _ => &tree.holidayconf,
        };
        match kind.ot_trans_type {
            1 if kind.ot_trans_enable => Some("time_off"),
            2 if kind.ot_trans_enable => Some("pay"),
            _ => None,
        }
    }

    /// Whether a workday's overtime needs an approval.
    pub(crate) fn overtime_by_approval(&self) -> bool {
        self.overtime("workday") == Overtime::Both
    }

    /// Reads a tree; the error names the field that does not fit.
    pub(crate) fn read(tree: &Value) -> Result<Self, serde_json::Error> {
        Self::deserialize(tree)
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        match self.grouptype {
            1 => Some(Kind::Fixed),
            2 => Some(Kind::Shift),
            3 => Some(Kind::Free),
            _ => None,
        }
    }

    pub(crate) fn grouptype(&self) -> i64 {
        self.grouptype
    }

    pub(crate) fn shift(&self, schedule_id: i64) -> Option<&Shift> {
        self.schedulelist.iter().find(|shift| shift.schedule_id == schedule_id)
    }
}
