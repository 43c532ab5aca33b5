//! What people have asked for, whatever became of it: leave, trips, outings, overtime and corrections
//! by the days that their forms name.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use wecom_checkin::{
    approval::{
        Approval, ApprovalStatus, Attendance, AttendanceKind, ControlValue, PunchCorrection,
        VacationValue,
    },
    units::UnixTime,
};

use crate::lang::Lang;

/// A request as it bears on a day.
#[derive(Debug, Clone)]
pub(super) struct Request {
    number: String,
    matter: Matter,
    status: Option<ApprovalStatus>,
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Matter {
    /// Leave, by its type.
    Leave(String),
    Trip,
    Out,
    Overtime,
    /// A punch to be corrected.
    Correction,
}

/// The requests of a person by the days from `first` to `last`. Of several versions of a request
/// the one that has gone furthest is shown.
pub(super) fn by_day(
    approvals: &[Approval],
    (first, last): (Date, Date),
) -> BTreeMap<Date, Vec<Request>> {
    let furthest = |approval: &Approval| approval.sp_status.map_or(0, ApprovalStatus::number);
    let mut versions: HashMap<&str, i64> = HashMap::new();
    for approval in approvals {
        let known = versions.entry(number(approval)).or_default();
        *known = (*known).max(furthest(approval));
    }
    let mut found: BTreeMap<Date, Vec<Request>> = BTreeMap::new();
    for approval in approvals {
        if versions.get(number(approval)).is_some_and(|known| *known > furthest(approval)) {
            continue;
        }
        for (matter, from, to) in values(approval).filter_map(|value| asked(approval, value)) {
            let request =
                Request { number: number(approval).to_owned(), matter, status: approval.sp_status };
            let (from, to) = (from.max(first), to.min(last));
            let days = std::iter::successors(Some(from), |date| date.tomorrow().ok());
            for date in days.take_while(|date| *date <= to) {
                let of_day = found.entry(date).or_default();
                // A form with several controls is one request of a day.
                let same = |other: &Request| {
                    other.number == request.number && other.matter == request.matter
                };
                if !of_day.iter().any(same) {
                    of_day.push(request.clone());
                }
            }
        }
    }
    found
}

/// The types of leave that requests name, each with whether it is asked for by the hour.
pub(super) fn leave_types(approvals: &[Approval]) -> impl Iterator<Item = (String, bool)> {
    let leave = |approval: &Approval, value: &VacationValue| {
        let unit = value.attendance.as_ref()?.date_range.as_ref()?.unit.as_deref()?;
        let by_hour = match unit {
            "hour" => true,
            "halfday" => false,
            _ => return None,
        };
        Some((leave_name(approval, value)?, by_hour))
    };
    approvals.iter().flat_map(move |approval| {
        values(approval).filter_map(move |value| leave(approval, value.vacation.as_ref()?))
    })
}

impl Request {
    /// `补卡 202610120003 审批中`.
    pub(super) fn text(&self, lang: Lang) -> String {
        let matter = match &self.matter {
            Matter::Leave(name) => name.as_str(),
            Matter::Trip => lang.pick("出差", "trip"),
            Matter::Out => lang.pick("外出", "outing"),
            Matter::Overtime => lang.pick("加班", "overtime"),
            Matter::Correction => lang.pick("补卡", "correction"),
        };
        let parts = [matter, &self.number, self.status.map_or("", |status| said(status, lang))];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

fn said(status: ApprovalStatus, lang: Lang) -> &'static str {
    match status {
        ApprovalStatus::Pending => lang.pick("审批中", "pending"),
        ApprovalStatus::Approved | ApprovalStatus::Paid => lang.pick("已通过", "granted"),
        ApprovalStatus::Rejected => lang.pick("已驳回", "refused"),
        ApprovalStatus::Withdrawn => lang.pick("已撤销", "withdrawn"),
        ApprovalStatus::WithdrawnAfterApproval => {
            lang.pick("通过后撤销", "withdrawn after it was granted")
        }
        ApprovalStatus::Deleted => lang.pick("已删除", "deleted"),
        ApprovalStatus::Other(_) => "",
    }
}

fn number(approval: &Approval) -> &str {
    approval.sp_no.as_deref().unwrap_or_default()
}

fn values(approval: &Approval) -> impl Iterator<Item = &ControlValue> {
    let controls = approval.apply_data.iter().flat_map(|data| data.contents.iter().flatten());
    controls.filter_map(|control| control.value.as_ref())
}

/// What a control asks for, from when to when.
fn asked(approval: &Approval, value: &ControlValue) -> Option<(Matter, Date, Date)> {
    if let Some(vacation) = &value.vacation {
        let (from, to) = days(vacation.attendance.as_ref()?)?;
        return Some((Matter::Leave(leave_name(approval, vacation)?), from, to));
    }
    if let Some(correction) = &value.punch_correction {
        let day = corrected(correction)?;
        return Some((Matter::Correction, day, day));
    }
    let attendance = value.attendance.as_ref()?;
    let (from, to) = days(attendance)?;
    let matter = match attendance.kind? {
        AttendanceKind::Leave => Matter::Leave(approval.sp_name.clone()?),
        AttendanceKind::Trip => Matter::Trip,
        AttendanceKind::Out => Matter::Out,
        AttendanceKind::Overtime => Matter::Overtime,
        AttendanceKind::Other(_) => return None,
    };
    Some((matter, from, to))
}

/// The type that was chosen, else the form's name.
fn leave_name(approval: &Approval, vacation: &VacationValue) -> Option<String> {
    let options = vacation.selector.as_ref().and_then(|selector| selector.options.as_deref());
    let texts = options.and_then(|options| options.first()?.value.as_deref()).unwrap_or_default();
    let name = texts.iter().find_map(|text| text.text.clone());
    name.or_else(|| approval.sp_name.clone()).filter(|name| !name.is_empty())
}

fn days(attendance: &Attendance) -> Option<(Date, Date)> {
    let range = attendance.date_range.as_ref()?;
    let (begin, end) = (range.new_begin?, range.new_end?);
    let from = begin.beijing_date()?;
    // Hours end where the next begin; a half day's stamp names the half.
    let last = if range.unit.as_deref() == Some("halfday") { end.0 } else { end.0 - 1 };
    Some((from, UnixTime(last).beijing_date()?.max(from)))
}

fn corrected(correction: &PunchCorrection) -> Option<Date> {
    let day = correction.daymonthyear.filter(|day| day.0 > 0).or(correction.time)?;
    day.beijing_date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};

    use super::*;

    fn approval(number: &str, status: i64, value: &Value) -> Approval {
        let form = json!({
            "sp_no": number, "sp_name": "请假", "sp_status": status,
            "apply_data": {"contents": [{"control": "x", "value": value}]}
        });
        serde_json::from_value(form).unwrap()
    }

    fn leave(unit: &str, begin: i64, end: i64) -> Value {
        json!({"vacation": {
            "selector": {"options": [{"key": "2", "value": [{"text": "病假", "lang": "zh_CN"}]}]},
            "attendance": {"type": 1, "date_range": {"type": unit, "new_begin": begin, "new_end": end}}
        }})
    }

    /// Midnight of 2026-06-01 at UTC+8.
    const JUNE: i64 = 1_780_243_200;
    const DAY: i64 = 86_400;

    #[test]
    fn requests_stand_at_the_days_that_they_name() {
        let first_half = leave("halfday", JUNE, JUNE + DAY);
        let approvals = [
            // Granted, then withdrawn.
            approval("1", 2, &first_half),
            approval("1", 6, &first_half),
            // Until midnight is not the day after.
            approval("2", 1, &leave("hour", JUNE + DAY - 3_600, JUNE + DAY)),
            approval(
                "3",
                3,
                &json!({"punch_correction": {"time": JUNE + 7_200, "daymonthyear": JUNE - DAY}}),
            ),
            approval(
                "4",
                2,
                &json!({"attendance": {"type": 3, "date_range": {
                "type": "halfday", "new_begin": JUNE - 9 * DAY, "new_end": JUNE + 99 * DAY}}}),
            ),
        ];
        let found = by_day(&approvals, (date(2026, 6, 1), date(2026, 6, 3)));
        let shown: Vec<(String, Vec<String>)> = found
            .iter()
            .map(|(day, of)| (day.to_string(), of.iter().map(|r| r.text(Lang::En)).collect()))
            .collect();
        let of = |day: &str, texts: &[&str]| {
            (day.to_owned(), texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        };
        let withdrawn = "病假 1 withdrawn after it was granted";
        assert_eq!(
            shown,
            [
                of("2026-06-01", &[withdrawn, "病假 2 pending", "trip 4 granted"]),
                of("2026-06-02", &[withdrawn, "trip 4 granted"]),
                of("2026-06-03", &["trip 4 granted"]),
            ]
        );
        let before = by_day(&approvals, (date(2026, 5, 31), date(2026, 5, 31)));
        let texts: Vec<String> =
            before.values().flatten().map(|request| request.text(Lang::Zh)).collect();
        assert_eq!(texts, ["补卡 3 已驳回", "出差 4 已通过"]);
    }

    #[test]
    fn a_type_is_asked_for_by_the_half_day_or_by_the_hour() {
        let approvals =
            [approval("1", 2, &leave("halfday", JUNE, JUNE)), approval("2", 2, &json!({}))];
        assert_eq!(leave_types(&approvals).collect::<Vec<_>>(), [("病假".to_owned(), false)]);
        let approvals = [approval("1", 3, &leave("hour", JUNE, JUNE + 3_600))];
        assert_eq!(leave_types(&approvals).collect::<Vec<_>>(), [("病假".to_owned(), true)]);
    }
}
