//! Whatever an object holds, it is read, and its text is given back.
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::{collection::vec, prelude::*};
use serde::de::DeserializeOwned;
use serde_json::Value;
use wecom_checkin::{
    Record, Row, Rule, approval::Approval, report::DayReport, report::MonthReport,
    rule::MemberRule, schedule::Schedule,
};

/// Names that mean something to one of the types, so that values of the wrong kind meet them.
const NAMES: &[&str] = &[
    "userid",
    "checkin_time",
    "checkin_type",
    "exception_type",
    "mediaids",
    "lat",
    "group",
    "groupid",
    "grouptype",
    "checkindate",
    "workdays",
    "checkintime",
    "time_id",
    "id",
    "work_sec",
    "spe_workdays",
    "timestamp",
    "range",
    "party_id",
    "partyid",
    "white_users",
    "type",
    "ot_info",
    "ot_info_v2",
    "workdayconf",
    "restinfo",
    "schedule",
    "scheduleList",
    "schedule_info",
    "day",
    "base_info",
    "summary_info",
    "exception_infos",
    "sp_items",
    "rule_info",
    "apply_data",
    "contents",
    "control",
    "value",
    "attendance",
    "date_range",
    "sp_no",
    "buka_restriction",
    "group.checkin_method_type",
    "span_day_time",
    "unheard_of",
];

/// JSON text; numbers of any size, halves of surrogate pairs and repeated keys among it.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        (0_i64..200_000).prop_map(|n| n.to_string()),
        "-?[1-9][0-9]{0,30}(\\.[0-9]{1,3})?(e[1-9][0-9]?)?",
        "[ -~时异地点；;]{0,8}".prop_map(|text| Value::from(text).to_string()),
        Just(r#""\ud83d""#.to_owned()),
        (0_i64..200_000).prop_map(|n| format!("\"{n}\"")),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(|list| format!("[{}]", list.join(","))),
            object(inner),
        ]
    })
}

fn object(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    vec((proptest::sample::select(NAMES), value), 0..8).prop_map(|fields| {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| format!("{name:?}: {value}")).collect();
        format!("{{{}}}", fields.join(", "))
    })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<(), TestCaseError> {
    let row: Row<T> = serde_json::from_str(text)
        .map_err(|e| TestCaseError::fail(format!("{}: {e}", std::any::type_name::<T>())))?;
    prop_assert_eq!(row.raw(), text);
    Ok(())
}

proptest! {
    #[test]
    fn any_object_is_read_and_given_back(text in object(json())) {
        read::<Record>(&text)?;
        read::<MemberRule>(&text)?;
        read::<Rule>(&text)?;
        read::<Schedule>(&text)?;
        read::<DayReport>(&text)?;
        read::<MonthReport>(&text)?;
        read::<Approval>(&text)?;
    }
}
