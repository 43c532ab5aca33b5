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

/// Every kind of number, in every form that has been met: some languages write whole numbers with
/// a point, some tables say string where others say number.
#[test]
fn a_number_is_read_however_it_is_written() {
    /// The first field of an object as a number, whatever its unit.
    type Read = fn(&str) -> Option<i64>;
    fn rule(text: &str) -> Rule {
        serde_json::from_str::<Row<Rule>>(text).unwrap().into_typed()
    }
    let fields: [(&str, Read); 7] = [
        ("span_day_time", |text| rule(text).span_day_time.map(|at| at.0)),
        ("standard_work_duration", |text| rule(text).standard_work_duration.map(i64::from)),
        ("groupid", |text| rule(text).groupid.map(i64::from)),
        ("create_time", |text| rule(text).create_time.map(|at| at.0)),
        ("allow_apply_bk_cnt", |text| rule(text).allow_apply_bk_cnt),
        ("checkin_time", |text| {
            let row: Row<Record> = serde_json::from_str(text).unwrap();
            row.checkin_time.map(|at| at.0)
        }),
        ("yearmonth", |text| {
            let row: Row<Schedule> = serde_json::from_str(text).unwrap();
            row.yearmonth.map(i64::from)
        }),
    ];
    let forms = [
        ("1790784000", Some(1_790_784_000)),
        ("1790784000.0", Some(1_790_784_000)),
        ("1.790784e9", Some(1_790_784_000)),
        ("\"1790784000\"", Some(1_790_784_000)),
        ("-1", Some(-1)),
        ("0", Some(0)),
        ("\"\"", None),
        ("null", None),
        ("1.5", None),
        ("true", None),
        ("[]", None),
    ];
    for (field, read) in fields {
        assert_eq!(read("{}"), None, "{field}");
        for (form, expected) in forms {
            let text = format!("{{{field:?}: {form}}}");
            assert_eq!(read(&text), expected, "{text}");
        }
    }
}

/// One person may come as a number from one call and as a text from another.
#[test]
fn a_userid_of_digits_is_the_same_person_as_a_number() {
    let user = |form: &str| {
        let row: Row<Record> = serde_json::from_str(&format!("{{\"userid\":{form}}}")).unwrap();
        row.into_typed().userid
    };
    assert_eq!(user("1024").as_str(), "1024");
    for form in ["\"1024\"", "1024.0"] {
        assert_eq!(user(form), user("1024"), "{form}");
    }
    assert_ne!(user("\"01024\""), user("1024"));
}
