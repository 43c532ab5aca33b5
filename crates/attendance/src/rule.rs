//! The terms of a rule: what WeCom's rule says, with units resolved and defaults filled in.
//!
//! This is the door between WeCom's names and ours. Where the wire is silent:
//!
//! - a fixed rule whose segments print no windows opens `limit_aheadtime` before the first
//!   segment; without that (or with 0, which stands for "not set") its days are calendar dates;
//! - a special work day has no windows, flexibility or limits of its own: it takes those of the
//!   row that covers its weekday, else of the row with most work days;
//! - a make-up day takes its hours from the same rows in the same order;
//! - a shift without `limit_aheadtime` and printed window opens four hours early, one without
//!   `limit_offtime` and printed window closes four hours late: the longest that WeCom allows and
//!   the value of its samples;
//! - a free rule without `span_day_time` rolls over at 04:00;
//! - rests count unless `allow_rest` is false; a rest that starts before its segment and fits
//!   after midnight belongs after midnight.

mod hours;
mod overtime;
mod special;
mod week;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use wecom_checkin::{
    GroupId, Rule, ScheduleId, UserId, UserKey,
    rule::{Location, OutOfRange, PairingMethod, RuleKind},
};

pub(crate) use hours::{Flex, Hours, Window};
pub use overtime::Compensation;
pub(crate) use overtime::{DayTerms, OvertimeTerms, RestTerms, Source};
pub use week::DayBasis;
pub(crate) use week::{DayHours, Week};

use crate::time::{DAY_SEC, bounded_sec};

/// When the day of a free rule rolls over unless the rule says otherwise: 04:00.
const FREE_ROLL_OVER_SEC: i64 = 4 * 3600;

/// A rule, ready to be planned with.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) name: Option<Arc<RuleName>>,
    pub(crate) kind: Kind,
    pub(crate) zone: TimeZone,
    pub(crate) white_list: HashSet<UserKey>,
    /// Outdoor punches are duty punches.
    pub(crate) outdoor_counts: bool,
    /// A punch out of range is field work; the places and networks that are in range.
    pub(crate) field_work: Option<InRange>,
    pub(crate) overtime: OvertimeTerms,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// No rule, or one without a kind.
    None,
    /// A kind that nobody has described.
    Unsupported,
    Fixed(Week),
    Shift(Shifts),
    Free(Free),
}

/// The shifts of a shift rule.
#[derive(Debug)]
pub(crate) struct Shifts {
    pub(crate) by_id: HashMap<ScheduleId, (String, Arc<Hours>)>,
    pub(crate) rest_name: String,
}

/// What a free rule asks for.
#[derive(Debug)]
pub(crate) struct Free {
    pub(crate) week: Week,
    pub(crate) roll_over_sec: i64,
    /// Seconds to work; 0 for no minimum.
    pub(crate) standard_sec: i64,
    pub(crate) off_after_sec: i64,
    pub(crate) pairing: PairingMethod,
}

/// Where a punch is in range: permitted places and networks.
#[derive(Debug)]
pub(crate) struct InRange {
    pub(crate) places: Vec<Location>,
    pub(crate) networks: Vec<String>,
}

/// The name of the rule, and of the shift where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleName {
    /// Its id.
    pub groupid: GroupId,
    /// Its name.
    pub groupname: String,
    /// Its kind as WeCom numbers it.
    pub grouptype: i64,
    /// The shift; 0 for none.
    pub schedule_id: ScheduleId,
    /// Its name; empty for none.
    pub schedule_name: String,
}

impl Terms {
    /// What holds for people without a rule.
    pub(crate) fn none(zone: TimeZone) -> Self {
        Self::new(&Rule::default(), None, zone)
    }

    /// Reads a rule; `corp` is the company's answer for the same rule, for what only it carries.
    pub(crate) fn new(rule: &Rule, corp: Option<&Rule>, zone: TimeZone) -> Self {
        let overtime = OvertimeTerms::new(rule, corp);
        let kind = match rule.grouptype {
            None => Kind::None,
            Some(RuleKind::Other(_)) => Kind::Unsupported,
            Some(RuleKind::Fixed) => Kind::Fixed(Week::new(rule)),
            Some(RuleKind::Shift) => Kind::Shift(Shifts::new(rule)),
            Some(RuleKind::Free) => Kind::Free(Free::new(rule, corp)),
        };
        let outdoor = rule.sync_out_checkin.or(corp.and_then(|c| c.sync_out_checkin));
        let out_range = rule.option_out_range.or(corp.and_then(|c| c.option_out_range));
        let white_users = rule.white_users.as_ref().or(corp.and_then(|c| c.white_users.as_ref()));
        Self {
            name: rule.grouptype.map(|kind| {
                Arc::new(RuleName {
                    groupid: rule.groupid.unwrap_or_default(),
                    groupname: rule.groupname.clone().unwrap_or_default(),
                    grouptype: kind.number(),
                    schedule_id: ScheduleId::default(),
                    schedule_name: String::new(),
                })
            }),
            kind,
            zone,
            white_list: white_users.into_iter().flatten().map(UserId::key).collect(),
            outdoor_counts: outdoor == Some(true),
            field_work: (out_range == Some(OutOfRange::FieldWork)).then(|| InRange::new(rule)),
            overtime,
        }
    }

    /// Where a day off ends when people work through the night; `None` for "where the next opens".
    pub(crate) fn rest_roll_over_sec(&self) -> Option<i64> {
        self.overtime.rest_roll_over_sec
    }
}

impl Shifts {
    fn new(rule: &Rule) -> Self {
        let mut shifts = Self { by_id: HashMap::new(), rest_name: "休息".to_owned() };
        for shift in rule.schedulelist.iter().flatten() {
            let (id, name) = (
                shift.schedule_id.unwrap_or_default(),
                shift.schedule_name.clone().unwrap_or_default(),
            );
            let sections = shift.time_section.as_deref().unwrap_or_default();
            if id == ScheduleId(0) {
                if !name.is_empty() {
                    shifts.rest_name = name;
                }
            } else if !sections.is_empty() {
                shifts.by_id.insert(id, (name, Arc::new(Hours::of_shift(shift))));
            }
        }
        shifts
    }
}

impl Free {
    fn new(rule: &Rule, corp: Option<&Rule>) -> Self {
        let off_after = rule.offwork_interval_time.or(corp.and_then(|c| c.offwork_interval_time));
        Self {
            week: Week::new(rule),
            roll_over_sec: rule
                .span_day_time
                .map(|sec| sec.0)
                .filter(|sec| (0..DAY_SEC).contains(sec))
                .unwrap_or(FREE_ROLL_OVER_SEC),
            standard_sec: bounded_sec(rule.standard_work_duration.unwrap_or_default().0).max(0),
            off_after_sec: bounded_sec(off_after.unwrap_or_default().0).max(0),
            pairing: rule.pairing().unwrap_or(PairingMethod::FirstLast),
        }
    }
}

impl InRange {
    fn new(rule: &Rule) -> Self {
        Self {
            places: rule.loc_infos.clone().unwrap_or_default(),
            networks: rule
                .wifimac_infos
                .iter()
                .flatten()
                .filter_map(|wifi| wifi.wifimac.as_deref())
                .filter(|mac| !mac.is_empty())
                .map(str::to_ascii_lowercase)
                .collect(),
        }
    }
}

impl RuleName {
    /// The same rule with a shift's name.
    pub(crate) fn with_shift(&self, id: ScheduleId, name: &str) -> Self {
        Self { schedule_id: id, schedule_name: name.to_owned(), ..self.clone() }
    }
}
