//! Every sample in `tests/fixtures` is read by the type of its call and written back equal.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use wecom_checkin::{
    Record, Row, Rule,
    approval::Approval,
    calls::{
        add_checkin_option::AddCheckinOption, add_checkin_record::AddCheckinRecord,
        add_checkin_user_face::AddCheckinUserFace, clear_checkin_option::ClearCheckinOption,
        delete_checkin_option::DeleteCheckinOption, get_approval_info::GetApprovalInfo,
        get_checkin_data::GetCheckinData, get_checkin_day_data::GetCheckinDayData,
        get_checkin_month_data::GetCheckinMonthData, get_checkin_option::GetCheckinOption,
        get_checkin_schedule_list::GetCheckinScheduleList,
        get_hardware_checkin_data::GetHardwareCheckinData, list_user_ids::ListUserIds,
        punch_correction::PunchCorrection, send_message::SendMessage,
        set_checkin_schedule_list::SetCheckinScheduleList, set_vacation_quota::SetVacationQuota,
        update_checkin_option::UpdateCheckinOption,
    },
    contact::{Department, DepartmentUser, Member, Tag, TagMembers},
    device::DeviceRecord,
    report::{DayReport, MonthReport},
    rule::MemberRule,
    schedule::Schedule,
    vacation::{VacationKind, VacationQuota},
};

/// How one sample is checked: its text, its JSON.
type Check = fn(&str, &Value);

/// Which check a sample is for, by the beginning of its name; the first that fits counts.
const CHECKS: &[(&str, Check)] = &[
    ("getcheckindata.req.too_", refused::<GetCheckinData>),
    ("getcheckindata.req", request::<GetCheckinData>),
    ("getcheckin_daydata.req.not_midnight", refused::<GetCheckinDayData>),
    ("getcheckin_daydata.req", request::<GetCheckinDayData>),
    ("getcheckin_monthdata.req", request::<GetCheckinMonthData>),
    ("getcheckinschedulist.req.milliseconds", refused::<GetCheckinScheduleList>),
    ("getcheckinschedulist.req", request::<GetCheckinScheduleList>),
    ("getcheckinoption.req", request::<GetCheckinOption>),
    ("getcorpcheckinoption.req", |_, json| assert_eq!(json, &serde_json::json!({}))),
    ("get_hardware_checkin_data.req", request::<GetHardwareCheckinData>),
    ("user_list_id.req", request::<ListUserIds>),
    ("getapprovalinfo.req", request::<GetApprovalInfo>),
    ("setcheckinschedulist.req", request::<SetCheckinScheduleList>),
    ("punch_correction.req", request::<PunchCorrection>),
    ("add_checkin_record.req", request::<AddCheckinRecord>),
    ("addcheckinuserface.req", request::<AddCheckinUserFace>),
    ("add_checkin_option.req", request::<AddCheckinOption>),
    ("update_checkin_option.req", request::<UpdateCheckinOption>),
    ("clear_checkin_option_array_field.req", request::<ClearCheckinOption>),
    ("del_checkin_option.req", request::<DeleteCheckinOption>),
    ("message_send.req", request::<SendMessage>),
    ("vacation_setoneuserquota.req", request::<SetVacationQuota>),
    ("getcheckindata.resp", |_, json| rows::<Record>(json, "checkindata")),
    ("getcheckinoption.resp", |_, json| rows::<MemberRule>(json, "info")),
    ("getcorpcheckinoption.resp", |_, json| rows::<Rule>(json, "group")),
    ("getcheckin_daydata.resp", |_, json| rows::<DayReport>(json, "datas")),
    ("getcheckin_monthdata.resp", |_, json| rows::<MonthReport>(json, "datas")),
    ("getcheckinschedulist.resp", |_, json| rows::<Schedule>(json, "schedule_list")),
    ("get_hardware_checkin_data.resp", |_, json| rows::<DeviceRecord>(json, "checkindata")),
    ("getapprovaldetail.resp", |_, json| rows::<Approval>(json, "info")),
    ("user_list_id.resp", |_, json| rows::<DepartmentUser>(json, "dept_user")),
    ("user_simplelist.resp", |_, json| rows::<Member>(json, "userlist")),
    ("department_simplelist.resp", |_, json| rows::<Department>(json, "department_id")),
    ("department_list.resp", |_, json| rows::<Department>(json, "department")),
    ("tag_list.resp", |_, json| rows::<Tag>(json, "taglist")),
    ("tag_get.resp", |text, _| row::<TagMembers>(text)),
    ("vacation_getcorpconf.resp", |_, json| rows::<VacationKind>(json, "lists")),
    ("vacation_getuservacationquota.resp", |_, json| rows::<VacationQuota>(json, "lists")),
    // Answers without rows: `tests/http/samples.rs` sends them through the client.
    ("", |_, json| assert!(json.is_object())),
];

fn request<T: DeserializeOwned + Serialize>(text: &str, json: &Value) {
    let request: T = serde_json::from_str(text).unwrap();
    assert_eq!(&serde_json::to_value(&request).unwrap(), json);
}

/// A request outside the documented limits cannot be made.
fn refused<T: DeserializeOwned>(text: &str, _: &Value) {
    assert!(serde_json::from_str::<T>(text).is_err());
}

fn rows<T: DeserializeOwned + Serialize>(json: &Value, payload: &str) {
    match json.get(payload) {
        Some(Value::Array(rows)) => rows.iter().for_each(|one| row::<T>(&one.to_string())),
        Some(Value::Object(one)) => row::<T>(&serde_json::to_string(one).unwrap()),
        _ => assert!(json["errcode"].as_i64().is_some_and(|code| code != 0), "no {payload}"),
    }
}

/// The row gives its text back; and the typed view alone, written, is the same JSON.
fn row<T: DeserializeOwned + Serialize>(text: &str) {
    let text = text.trim();
    let row: Row<T> = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&row).unwrap(), text);
    let json: Value = serde_json::from_str(text).unwrap();
    let mut typed = serde_json::to_value(row.into_typed()).unwrap();
    if std::any::type_name::<T>() == std::any::type_name::<Schedule>() {
        // Typed, a segment's id is `time_id`; schedules alone say `id`.
        typed = serde_json::from_str(&typed.to_string().replace("\"time_id\"", "\"id\"")).unwrap();
    }
    assert_eq!(typed, json);
}

#[test]
fn every_sample_is_read_and_written_back() {
    let mut used = vec![0; CHECKS.len()];
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).unwrap()
    {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let json: Value = serde_json::from_str(&text).unwrap();
        let n = CHECKS.iter().position(|(prefix, _)| name.starts_with(prefix)).unwrap();
        used[n] += 1;
        let check = CHECKS[n].1;
        std::panic::catch_unwind(|| check(&text, &json)).unwrap_or_else(|_| panic!("{name}"));
    }
    for (times, (prefix, _)) in used.iter().zip(CHECKS) {
        assert!(*times > 0, "no sample of {prefix}");
    }
}

/// Several spellings of one field in one object: none of them makes the object unreadable.
#[test]
fn spellings_may_stand_beside_each_other() {
    let rule: Row<Rule> = serde_json::from_str(
        r#"{"range":{"party_id":[1],"partyid":["2"]},"groupid":7,"groupid":8,
            "checkindate":{"checkintime":[{"id":3,"time_id":4,"work_se":32400}]}}"#,
    )
    .unwrap();
    assert_eq!(rule.range.as_ref().unwrap().party_id, Some(vec![wecom_checkin::DepartmentId(1)]));
    assert_eq!(rule.groupid.unwrap().0, 7);
    let segment = &rule.checkindate.as_ref().unwrap()[0].checkintime.as_ref().unwrap()[0];
    assert_eq!((segment.time_id.unwrap().0, segment.work_sec.unwrap().0), (3, 32_400));
}
