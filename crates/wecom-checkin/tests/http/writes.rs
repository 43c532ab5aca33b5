//! Calls that change something: checked, shown, sent once.

use jiff::{Timestamp, civil::date};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wecom_checkin::{
    Client, Error, GroupId, UserId,
    calls::{
        add_checkin_option::AddCheckinOption,
        add_checkin_record::AddCheckinRecord,
        add_checkin_user_face::{AddCheckinUserFace, FaceStored},
        clear_checkin_option::ClearCheckinOption,
        delete_checkin_option::DeleteCheckinOption,
        punch_correction::PunchCorrection,
        set_checkin_schedule_list::SetCheckinScheduleList,
        set_vacation_quota::SetVacationQuota,
        update_checkin_option::UpdateCheckinOption,
    },
    units::UnixTime,
    write::Write,
};

use crate::scripted::{Reply, Server};

fn ok() -> Reply {
    Reply::json(&json!({"errcode": 0, "errmsg": "ok"}))
}

fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn read<W: DeserializeOwned>(json: &Value) -> W {
    // Through text: rows keep the text they are read from.
    serde_json::from_str(&json.to_string()).unwrap()
}

/// 15 June 2026, noon in Shanghai: after the samples' punches, before their schedules.
fn june_15(server: &Server) -> Client {
    let now: Timestamp = "2026-06-15T04:00:00Z".parse().unwrap();
    server.builder().clock(move || now).build().unwrap()
}

#[tokio::test]
async fn samples_pass_the_checks_and_are_sent_as_they_are() {
    let server = Server::with_token(|_, _| ok()).await;
    let client = june_15(&server);
    macro_rules! send {
        ($($sample:literal $request:ty => $method:ident),+ $(,)?) => {$(
            let json = fixture($sample);
            let request: $request = read(&json);
            let shown = client.dry_run(&request).unwrap();
            client.$method(&request).await.unwrap();
            let sent = server.asked().pop().unwrap();
            assert_eq!(sent.body, json, $sample);
            assert_eq!(sent.path, shown.call.path, $sample);
            assert_eq!(serde_json::from_str::<Value>(&shown.body).unwrap(), json, $sample);
        )+};
    }
    send! {
        "punch_correction.req" PunchCorrection => punch_correction,
        "punch_correction.req.no_slot" PunchCorrection => punch_correction,
        "punch_correction.req.overnight" PunchCorrection => punch_correction,
        "add_checkin_record.req" AddCheckinRecord => add_checkin_record,
        "setcheckinschedulist.req" SetCheckinScheduleList => set_checkin_schedule_list,
        "add_checkin_option.req.fixed" AddCheckinOption => add_checkin_option,
        "add_checkin_option.req.shift" AddCheckinOption => add_checkin_option,
        "add_checkin_option.req.free" AddCheckinOption => add_checkin_option,
        "update_checkin_option.req.partial" UpdateCheckinOption => update_checkin_option,
        "update_checkin_option.req.replace_array" UpdateCheckinOption => update_checkin_option,
        "clear_checkin_option_array_field.req" ClearCheckinOption => clear_checkin_option,
        "del_checkin_option.req" DeleteCheckinOption => delete_checkin_option,
        "vacation_setoneuserquota.req" SetVacationQuota => set_vacation_quota,
        "addcheckinuserface.req" AddCheckinUserFace => add_checkin_user_face,
    }
}

/// A sample, where it is spoiled (JSON pointer), with what, and the field that is named.
type Spoiled = (&'static str, &'static str, Value, &'static str);

#[expect(clippy::too_many_lines, reason = "a table")]
fn spoiled() -> Vec<Spoiled> {
    let fixed = "add_checkin_option.req.fixed";
    let shift = "add_checkin_option.req.shift";
    let free = "add_checkin_option.req.free";
    let slot = "/group/checkindate/0/checkintime/0";
    let slot_path = |field: &str| format!("{slot}/{field}");
    let leak = |text: String| -> &'static str { text.leak() };
    vec![
        ("punch_correction.req", "/userid", json!(""), "userid"),
        ("punch_correction.req", "/schedule_date_time", json!(1_780_329_601), "schedule_date_time"),
        (
            "punch_correction.req",
            "/schedule_checkin_time",
            json!(1_780_361_832),
            "schedule_checkin_time",
        ),
        ("punch_correction.req", "/checkin_time", json!(1_790_000_000), "checkin_time"),
        ("punch_correction.req", "/remark", json!("长".repeat(171)), "remark"),
        ("add_checkin_record.req", "/records", json!([]), "records"),
        ("add_checkin_record.req", "/records/1/lat", json!(90_000_001), "records[1].lat"),
        ("add_checkin_record.req", "/records/0/lng", json!(-180_000_001), "records[0].lng"),
        (
            "add_checkin_record.req",
            "/records/0/wifimac",
            json!("A0-4c-5B-11-09-ef"),
            "records[0].wifimac",
        ),
        ("add_checkin_record.req", "/records/0/mediaids", json!(["a", "b"]), "records[0].mediaids"),
        ("add_checkin_record.req", "/records/0/device_type", json!(4), "records[0].device_type"),
        (
            "add_checkin_record.req",
            "/records/0/device_detail",
            json!("x".repeat(41)),
            "records[0].device_detail",
        ),
        (
            "add_checkin_record.req",
            "/records/0/location_title",
            json!(""),
            "records[0].location_title",
        ),
        ("setcheckinschedulist.req", "/yearmonth", json!(202_613), "yearmonth"),
        ("setcheckinschedulist.req", "/yearmonth", json!(202_606), "items[0].day"),
        ("setcheckinschedulist.req", "/items/0/day", json!(32), "items[0].day"),
        ("setcheckinschedulist.req", "/items/1/day", json!(5), "items[1].day"),
        ("setcheckinschedulist.req", "/items", json!([]), "items"),
        ("addcheckinuserface.req", "/userface", json!("<jpeg>"), "userface"),
        ("addcheckinuserface.req", "/userface", json!("A".repeat(1_500_000)), "userface"),
        ("clear_checkin_option_array_field.req", "/clear_field", json!([3, 4]), "clear_field"),
        ("clear_checkin_option_array_field.req", "/clear_field", json!([5]), "clear_field"),
        ("del_checkin_option.req", "/groupid", json!(0), "groupid"),
        ("vacation_setoneuserquota.req", "/leftduration", json!(3600), "leftduration"),
        ("update_checkin_option.req.partial", "/group/groupid", json!(0), "group.groupid"),
        (fixed, "/group/grouptype", json!(4), "group.grouptype"),
        (fixed, "/group/groupname", json!("名".repeat(41)), "group.groupname"),
        (fixed, "/group/range", json!({"party_id": [], "userid": []}), "group.range"),
        (fixed, "/group/checkindate", json!([]), "group.checkindate"),
        (fixed, "/group/checkindate/0/workdays", json!([1, 1]), "group.checkindate[0].workdays"),
        (fixed, "/group/checkindate/0/workdays", json!([7]), "group.checkindate[0].workdays"),
        (fixed, "/group/checkindate/0/flex_time", json!(300_000), "group.checkindate[0].flex_time"),
        (
            fixed,
            "/group/checkindate/0/flex_on_duty_time",
            json!(21_601),
            "group.checkindate[0].flex_on_duty_time",
        ),
        (
            fixed,
            "/group/checkindate/0/max_allow_arrive_late",
            json!(600),
            "group.checkindate[0].max_allow_arrive_early",
        ),
        (
            fixed,
            "/group/checkindate/0/late_rule/onwork_flex_time",
            json!(36_060),
            "group.checkindate[0].late_rule",
        ),
        (
            fixed,
            leak(slot_path("work_sec")),
            json!(32_430),
            "group.checkindate[0].checkintime[0].work_sec",
        ),
        (
            fixed,
            leak(slot_path("off_work_sec")),
            json!(32_400),
            "group.checkindate[0].checkintime[0].off_work_sec",
        ),
        (
            fixed,
            leak(slot_path("time_id")),
            json!(99_999),
            "group.checkindate[0].checkintime[0].time_id",
        ),
        (
            fixed,
            leak(slot_path("remind_work_sec")),
            json!(32_340),
            "group.checkindate[0].checkintime[0].remind_work_sec",
        ),
        (
            fixed,
            leak(slot_path("latest_off_work_sec")),
            json!(107_940),
            "group.checkindate[0].checkintime[0].latest_off_work_sec",
        ),
        (
            fixed,
            "/group/spe_workdays/0/timestamp",
            json!(1_780_243_200),
            "group.spe_workdays[0].timestamp",
        ),
        (fixed, "/group/spe_workdays/0/notes", json!(""), "group.spe_workdays[0].notes"),
        (
            fixed,
            "/group/spe_workdays/0/checkintime/0/earliest_work_sec",
            json!(32_400),
            "group.spe_workdays[0].checkintime[0].earliest_work_sec",
        ),
        (
            fixed,
            "/group/spe_offdays/0/endtime",
            json!(1_798_473_600),
            "group.spe_offdays[0].endtime",
        ),
        (fixed, "/group/loc_infos/0/distance", json!(150), "group.loc_infos[0].distance"),
        (fixed, "/group/ot_info", json!({"type": 0}), "group.ot_info"),
        (fixed, "/group/allow_apply_bk_cnt", json!(100), "group.allow_apply_bk_cnt"),
        (fixed, "/group/allow_apply_bk_day_limit", json!(0), "group.allow_apply_bk_day_limit"),
        (fixed, "/group/buka_limit_next_month", json!(29), "group.buka_limit_next_month"),
        (
            fixed,
            "/group/buka_remind/buka_remind_day",
            json!(27),
            "group.buka_remind.buka_remind_day",
        ),
        (fixed, "/group/use_face_detect", json!(false), "group.open_face_live_detect"),
        (
            fixed,
            "/group/ot_info_v2/workdayconf/vacation/trans_ratio",
            json!(3001),
            "group.ot_info_v2.workdayconf.vacation.trans_ratio",
        ),
        (
            fixed,
            "/group/ot_info_v2/time_unit_config/rounding_method",
            json!(4),
            "group.ot_info_v2.time_unit_config.rounding_method",
        ),
        (shift, "/group/schedulelist/0/schedule_name", json!("rest"), "group.schedulelist"),
        (
            shift,
            "/group/schedulelist/1/schedule_name",
            json!("休息"),
            "group.schedulelist[0].schedule_name",
        ),
        (
            shift,
            "/group/schedulelist/1/time_section/0/earliest_work_sec",
            json!(64_740),
            "group.schedulelist[1].time_section[0].earliest_work_sec",
        ),
        (
            shift,
            "/group/schedulelist/1/time_section/0/off_work_sec",
            json!(172_740),
            "group.schedulelist[1].time_section[0].off_work_sec",
        ),
        (shift, "/group/checkindate", json!([{"workdays": [1]}]), "group.checkindate"),
        (free, "/group/offwork_interval_time", json!(310), "group.offwork_interval_time"),
        (free, "/group/span_day_time", json!(86_400), "group.span_day_time"),
        (free, "/group/standard_work_duration", json!(3601), "group.standard_work_duration"),
        (
            free,
            "/group/spe_workdays",
            json!([{"timestamp": 1_798_214_400, "notes": "x"}]),
            "group.spe_workdays",
        ),
    ]
}

#[tokio::test]
async fn what_wecom_would_refuse_is_not_sent() {
    fn complaint<W: Write + DeserializeOwned>(client: &Client, json: &Value) -> Error {
        match client.dry_run(&read::<W>(json)) {
            Ok(_) => panic!("passed: {json}"),
            Err(error) => error,
        }
    }
    let server = Server::with_token(|_, _| ok()).await;
    let client = june_15(&server);
    let fixed = "add_checkin_option.req.fixed";
    for (sample, pointer, value, field) in spoiled() {
        let mut json = fixture(sample);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match json.pointer_mut(parent).unwrap() {
            Value::Object(object) => drop(object.insert(name.to_owned(), value)),
            Value::Array(array) => array[name.parse::<usize>().unwrap()] = value,
            other => panic!("{other}"),
        }
        let error = match sample.split_once(".req").unwrap().0 {
            "punch_correction" => complaint::<PunchCorrection>(&client, &json),
            "add_checkin_record" => complaint::<AddCheckinRecord>(&client, &json),
            "setcheckinschedulist" => complaint::<SetCheckinScheduleList>(&client, &json),
            "addcheckinuserface" => complaint::<AddCheckinUserFace>(&client, &json),
            "clear_checkin_option_array_field" => complaint::<ClearCheckinOption>(&client, &json),
            "del_checkin_option" => complaint::<DeleteCheckinOption>(&client, &json),
            "vacation_setoneuserquota" => complaint::<SetVacationQuota>(&client, &json),
            "update_checkin_option" => complaint::<UpdateCheckinOption>(&client, &json),
            _ => complaint::<AddCheckinOption>(&client, &json),
        };
        assert_eq!(error.field(), Some(field), "{sample} {pointer}: {error}");
        assert_eq!(error.kind().as_str(), "input");
    }
    let mut json = fixture(fixed);
    json["group"]["wifimac_infos"] = json!([]);
    json["group"]["loc_infos"] = json!([]);
    assert!(complaint::<AddCheckinOption>(&client, &json).to_string().contains("301097"));
    assert!(server.asked().is_empty(), "nothing was sent");
}

/// What is sent again, and what is not because it may have happened.
#[tokio::test(start_paused = true)]
async fn a_write_is_sent_again_only_when_it_did_not_happen() {
    type Make = fn() -> Reply;
    let cases: [(&str, Make, usize); 9] = [
        ("45009", || Reply::errcode(45009), 2),
        ("45033", || Reply::errcode(45033), 2),
        ("42001", || Reply::errcode(42001), 2),
        ("301096", || Reply::errcode(301_096), 2),
        ("-1", || Reply::errcode(-1), 1),
        ("301070", || Reply::errcode(301_070), 1),
        ("HTTP 500", || Reply::text(500, ""), 1),
        ("HTML", || Reply::text(200, "<html>"), 1),
        ("no errcode", || Reply::text(200, "{}"), 1),
    ];
    for (name, make, times) in cases {
        let server = Server::with_token(move |_, n| if n == 0 { make() } else { ok() }).await;
        let request = DeleteCheckinOption { groupid: GroupId(7), effective_now: None };
        let result = server.client().delete_checkin_option(&request).await;
        assert_eq!(server.count("checkin/del_checkin_option"), times, "{name}");
        assert_eq!(result.is_ok(), times == 2, "{name}");
    }
}

#[tokio::test]
async fn a_similar_face_is_stored_with_a_warning() {
    let server =
        Server::with_token(|_, n| Reply::errcode(if n == 0 { 301_071 } else { 301_072 })).await;
    let client = server.client();
    let face = AddCheckinUserFace { userid: UserId::from("li"), userface: "QUJD".to_owned() };
    assert_eq!(client.add_checkin_user_face(&face).await.unwrap(), FaceStored::ResemblingAnother);
    assert_eq!(client.add_checkin_user_face(&face).await.unwrap_err().errcode(), Some(301_072));
    assert!(!format!("{face:?}").contains("QUJD"));
}

#[tokio::test]
async fn changes_to_a_rule_are_shown_beside_what_is_there() {
    let server = Server::with_token(|_, _| {
        Reply::rows(
            "group",
            &json!([{
                "groupid": 733, "groupname": "old", "need_photo": true,
                "wifimac_infos": [{"wifiname": "a"}],
                "ot_info_v2": {"workdayconf": {"allow_ot": false, "type": 1}},
            }]),
        )
    })
    .await;
    let request: UpdateCheckinOption = read(&json!({"group": {
        "groupid": 733, "groupname": "new", "need_photo": true, "wifimac_infos": [],
        "ot_info_v2": {"workdayconf": {"allow_ot": true}}, "sync_holidays": false,
    }}));
    let changes = server.client().rule_changes(&request).await.unwrap();
    assert_eq!(
        serde_json::to_value(changes).unwrap(),
        json!([
            {"field": "groupname", "from": "old", "to": "new"},
            {"field": "ot_info_v2.workdayconf.allow_ot", "from": false, "to": true},
            {"field": "sync_holidays", "from": null, "to": false},
        ])
    );
    let nobody: UpdateCheckinOption = read(&json!({"group": {"groupid": 1}}));
    let error = server.client().rule_changes(&nobody).await.unwrap_err();
    assert_eq!(error.to_string(), "the company has no rule 1");
    assert_eq!(server.count("checkin/update_checkin_option"), 0);
}

#[tokio::test]
async fn changes_to_a_schedule_are_shown_beside_what_is_there() {
    let server = Server::with_token(|_, _| {
        let day =
            |day: i64, shift: i64| json!({"day": day, "schedule_info": {"schedule_id": shift}});
        Reply::rows(
            "schedule_list",
            &json!([{
                "userid": "Wu_Qiang", "yearmonth": 202_607,
                "schedule": {"scheduleList": [day(5, 31), day(6, 31)]},
            }]),
        )
    })
    .await;
    let request: SetCheckinScheduleList = read(&fixture("setcheckinschedulist.req"));
    let changes = server.client().schedule_changes(&request).await.unwrap();
    assert_eq!(
        serde_json::to_value(changes).unwrap(),
        json!([
            {"userid": "wu_qiang", "date": "2026-07-06", "from": 31, "to": 33},
            {"userid": "wu_qiang", "date": "2026-07-07", "from": null, "to": 0},
        ])
    );
    let asked = server.asked().pop().unwrap();
    let midnight = |month, day| UnixTime::beijing_midnight(date(2026, month, day)).0;
    assert_eq!(asked.body["starttime"], midnight(7, 1));
    assert_eq!(asked.body["endtime"], midnight(7, 31));
}
