//! What a day's records show: counts, first and last punch, marks, field work.

use wecom_checkin::Record;

use super::{Attributed, Case, session::Notes};
use crate::{
    plan::DayPlan,
    punch::{Nature, Punch, unknown_exceptions},
    reason::Reason,
    rule::{InRange, Terms},
    verdict::FindingKind,
    warning::Warning,
};

/// What the records of one day show.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    pub(crate) duty: u32,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    pub(crate) outdoor: u32,
    pub(crate) field: u32,
    pub(crate) record_only: u32,
    pub(crate) placeholders: u32,
    pub(crate) place: u32,
    pub(crate) device: u32,
    pub(crate) other: u32,
}

impl Presence {
    /// Counts a day's records; their marks only where the day can have findings.
    pub(crate) fn count(
        case: &Case<'_>,
        terms: &Terms,
        plan: &DayPlan,
        punches: &[Attributed],
        judged: bool,
        notes: &mut Notes,
    ) -> Self {
        let mut seen = Self::default();
        for Attributed { punch, .. } in punches {
            match punch.nature {
                Nature::Outdoor => seen.outdoor += 1,
                Nature::RecordOnly => seen.record_only += 1,
                Nature::Placeholder(_) => seen.placeholders += 1,
                Nature::Correction(_) => {
                    let correction = case.correction(punch.index);
                    let number = correction.and_then(|correction| correction.number.clone());
                    let punch = plan.moment(punch.at);
                    notes.reasons.push(Reason::Corrected { punch, number });
                }
                Nature::Duty(_) => {}
            }
            if !punch.is_duty(terms.outdoor_counts) {
                continue;
            }
            seen.duty += 1;
            seen.first = seen.first.or(Some(punch.at));
            seen.last = Some(punch.at);
            let (Nature::Duty(_) | Nature::Outdoor) = punch.nature else { continue };
            let Some(record) = case.person.records.get(punch.index) else { continue };
            if let (Some(in_range), Nature::Duty(_)) = (&terms.field_work, punch.nature) {
                seen.field += u32::from(!punch.marks.place && !in_range.admits(record));
            }
            if punch.marks.other {
                let texts = unknown_exceptions(record);
                notes.warnings.extend(texts.map(Warning::UnknownException));
            }
            if judged {
                seen.mark(plan, punch, record, &mut notes.reasons);
            }
        }
        for cleared in case.cleared_on(crate::time::day_number(plan.date)) {
            let correction = case.correction(cleared.correction);
            notes.reasons.push(Reason::Cleared {
                punch: plan.moment(cleared.at),
                number: correction.and_then(|correction| correction.number.clone()),
            });
        }
        seen
    }

    fn mark(&mut self, plan: &DayPlan, punch: &Punch, record: &Record, reasons: &mut Vec<Reason>) {
        let at = plan.moment(punch.at);
        if punch.marks.place {
            self.place += 1;
            reasons.push(Reason::Place(at));
        }
        if punch.marks.device {
            self.device += 1;
            reasons.push(Reason::Device(at));
        }
        if punch.marks.other {
            self.other += 1;
            let texts: Vec<String> = unknown_exceptions(record).collect();
            reasons.push(Reason::Other(at, texts.join(";")));
        }
    }

    /// The kinds of mark, with their counts.
    pub(crate) fn marks(&self) -> [(FindingKind, u32); 3] {
        [
            (FindingKind::Place, self.place),
            (FindingKind::Device, self.device),
            (FindingKind::Other, self.other),
        ]
    }

    /// There are 未打卡 rows and nothing else.
    pub(crate) fn only_placeholders(&self) -> bool {
        self.placeholders > 0 && self.duty + self.outdoor + self.record_only == 0
    }

    /// Seconds from the first to the last punch.
    pub(crate) fn span_sec(&self) -> i64 {
        self.first.zip(self.last).map_or(0, |(first, last)| last - first)
    }
}

impl InRange {
    /// A punch on a permitted network, inside a permitted circle, or without a place to check.
    fn admits(&self, record: &Record) -> bool {
        let mac = record.wifimac.as_deref().unwrap_or_default().to_ascii_lowercase();
        if !mac.is_empty() && self.networks.contains(&mac) {
            return true;
        }
        let Some((lat, lng)) = record.place() else { return true };
        let mut circles = self
            .places
            .iter()
            .filter_map(|place| Some((place.lat?.0, place.lng?.0, place.distance?.0)));
        let mut any = false;
        let inside = circles.any(|(centre_lat, centre_lng, metres)| {
            any = true;
            !is_further_than((lat.0, lng.0), (centre_lat, centre_lng), metres)
        });
        inside || !any
    }
}

/// Whether two places (microdegrees, the same datum) are more than so many metres apart.
fn is_further_than(a: (i64, i64), b: (i64, i64), metres: i64) -> bool {
    /// Mean radius of the Earth.
    const EARTH_M: f64 = 6_371_008.8;
    let radians =
        |microdegrees: i64| f64::from(i32::try_from(microdegrees).unwrap_or(0)).to_radians() / 1e6;
    let (lat_a, lat_b) = (radians(a.0), radians(b.0));
    let (half_lat, half_lng) = ((lat_b - lat_a) / 2.0, (radians(b.1) - radians(a.1)) / 2.0);
    let chord = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lng.sin().powi(2);
    let distance = 2.0 * EARTH_M * chord.sqrt().min(1.0).asin();
    distance > f64::from(i32::try_from(metres).unwrap_or(i32::MAX))
}
