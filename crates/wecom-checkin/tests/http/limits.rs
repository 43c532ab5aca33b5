//! The table of calls against the request types: each takes what the table allows and no more.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use wecom_checkin::calls::{
    self, Call, SpanUnit, get_checkin_data::GetCheckinData,
    get_checkin_day_data::GetCheckinDayData, get_checkin_month_data::GetCheckinMonthData,
    get_checkin_option::GetCheckinOption, get_checkin_schedule_list::GetCheckinScheduleList,
    get_hardware_checkin_data::GetHardwareCheckinData,
};

const DAY: i64 = 86_400;
/// 1 October 2026, 00:00 at UTC+8.
const FIRST: i64 = 1_790_784_000;

/// Reads a request as the call's type, and writes it again.
fn read<T: Serialize + DeserializeOwned>(body: Value) -> Result<Value, serde_json::Error> {
    serde_json::from_value::<T>(body).map(|request| json!(request))
}

type Read = fn(Value) -> Result<Value, serde_json::Error>;

/// The request types that take people or days; approvals make theirs from days.
fn reader(call: &Call) -> Option<Read> {
    Some(match call.name {
        "getcheckindata" => read::<GetCheckinData>,
        "getcheckinoption" => read::<GetCheckinOption>,
        "getcheckin_daydata" => read::<GetCheckinDayData>,
        "getcheckin_monthdata" => read::<GetCheckinMonthData>,
        "getcheckinschedulist" => read::<GetCheckinScheduleList>,
        "get_hardware_checkin_data" => read::<GetHardwareCheckinData>,
        "getapprovalinfo" | "add_checkin_record" => return None,
        other => panic!("{other} has limits and is not tested"),
    })
}

fn body(call: &Call, people: usize, days: i64) -> Value {
    let users: Vec<String> = (0..people).map(|n| format!("u{n}")).collect();
    let mut body = json!({"useridlist": users});
    let last = match call.span.unwrap().unit {
        SpanUnit::Seconds => {
            body["opencheckindatatype"] = json!(3);
            FIRST + days * DAY
        }
        SpanUnit::Midnights => FIRST + (days - 1) * DAY,
        SpanUnit::Day => {
            body["datetime"] = json!(FIRST);
            return body;
        }
        other => panic!("{other:?}"),
    };
    (body["starttime"], body["endtime"]) = (json!(FIRST), json!(last));
    body
}

#[test]
fn requests_take_what_the_table_allows_and_no_more() {
    for call in calls::ALL {
        let Some(span) = call.span else { continue };
        let Some(read) = reader(call) else { continue };
        let most = call.people.unwrap();
        let whole = body(call, most, span.days);
        let mut written = read(whole.clone()).unwrap_or_else(|e| panic!("{}: {e}", call.name));
        for (key, value) in whole.as_object().unwrap() {
            if let Some(written) = written.as_object_mut().unwrap().remove(key) {
                assert_eq!(&written, value, "{} {key}", call.name);
            }
        }
        assert!(read(body(call, most + 1, span.days)).is_err(), "{} {}", call.name, most + 1);
        if span.unit != SpanUnit::Day {
            let longer = read(body(call, most, span.days + 1));
            assert!(longer.is_err(), "{} {}", call.name, span.days + 1);
        }
    }
}

/// Integrators ask for a month from its first to the next month's first (31 days apart).
#[test]
fn a_month_report_reaches_to_the_next_first() {
    let october = json!({"starttime": FIRST, "endtime": FIRST + 31 * DAY, "useridlist": ["li"]});
    assert_eq!(read::<GetCheckinMonthData>(october.clone()).unwrap(), october);
}
