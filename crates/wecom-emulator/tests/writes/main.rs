//! What is written shows up in what is read afterwards.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test")]

mod messages;
#[path = "../support/mod.rs"]
mod support;

use jiff::civil::date;
use serde_json::{Value, json};
use support::{Client, NOW, fixed, midnight, started};
use wecom_emulator::{Config, Emulator, Features};

const DAY: i64 = 86_400;

struct Desk {
    emulator: Emulator,
    client: Client,
    token: String,
}

impl Desk {
    async fn set_up(features: Features) -> Self {
        let config = Config { people: 120, clock: fixed(NOW), features, ..Config::default() };
        let (emulator, client) = started(config).await;
        let token = client.token(emulator.secret()).await;
        Self { emulator, client, token }
    }

    async fn ask(&self, call: &str, body: Value) -> Value {
        self.client.post(call, &self.token, &body).await
    }

    async fn code(&self, call: &str, body: Value) -> i64 {
        self.ask(call, body).await["errcode"].as_i64().unwrap()
    }

    async fn act(&self, body: Value) {
        self.client.control("do", &body).await;
    }

    async fn truth(&self, userid: &str, day: jiff::civil::Date) -> Value {
        let path = format!("/_emulator/truth?userid={userid}&from={day}&to={day}");
        self.client.get(&path).await[0].clone()
    }

    async fn records(&self, userid: &str, day: jiff::civil::Date) -> Vec<Value> {
        let start = midnight(day) + 3_600;
        let answer = self.client.records(&self.token, &[userid], start, start + 18 * 3_600).await;
        answer["checkindata"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
    }

    /// Somebody under a rule, and a day of June whose truth satisfies `wanted`.
    fn find(&self, groupid: i64, wanted: impl Fn(&Value) -> bool) -> (String, jiff::civil::Date) {
        let days: Vec<_> = date(2026, 6, 1).series(jiff::Span::new().days(1)).take(30).collect();
        for userid in self.emulator.userids() {
            for day in &days {
                let truth = self.emulator.truth(&userid, *day).unwrap();
                let truth = serde_json::to_value(truth).unwrap();
                if truth["rule"]["groupid"] == groupid && wanted(&truth) {
                    return (userid, *day);
                }
            }
        }
        panic!("nobody fits");
    }
}

fn kinds(truth: &Value) -> Vec<&str> {
    truth["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_make_up_punch_answers_its_slot() {
    let desk = Desk::set_up(Features::default()).await;
    let (userid, day) =
        desk.find(12, |truth| kinds(truth) == ["missing"] && truth["last"].is_string());
    let records = desk.records(&userid, day).await;
    let blank = records.iter().find(|row| row["exception_type"] == "未打卡").unwrap();
    let due = blank["sch_checkin_time"].as_i64().unwrap();
    let noon = midnight(day);
    let correct = |offset: Value, at: i64| {
        let mut body = json!({"userid": userid, "schedule_date_time": noon, "checkin_time": at,
                              "remark": "忘记打卡"});
        if !offset.is_null() {
            body["schedule_checkin_time"] = offset;
        }
        body
    };
    let refused = [
        (correct(json!(due - noon + 60), due), 301_080, "no such slot"),
        (correct(Value::Null, due), 301_080, "a work day needs the slot"),
        (correct(json!(due - noon), NOW + 60), 301_083, "in the future"),
        (correct(json!(due - noon), noon - 20 * 3_600), 301_081, "outside the window"),
        (
            json!({"userid": userid, "schedule_date_time": noon + 1, "checkin_time": due}),
            301_083,
            "no midnight",
        ),
        (
            json!({"userid": "nobody", "schedule_date_time": noon, "checkin_time": due}),
            301_021,
            "nobody",
        ),
    ];
    for (body, errcode, why) in refused {
        assert_eq!(desk.code("checkin/punch_correction", body).await, errcode, "{why}");
    }
    let body = correct(json!(due - noon), due);
    assert_eq!(desk.code("checkin/punch_correction", body.clone()).await, 0);
    let records = desk.records(&userid, day).await;
    assert!(records.iter().all(|row| row["exception_type"] != "未打卡"));
    let made = records.iter().find(|row| row["checkin_time"] == due).unwrap();
    assert_eq!((&made["notes"], &made["sch_checkin_time"]), (&json!("忘记打卡"), &json!(due)));
    assert_eq!(desk.truth(&userid, day).await["status"], "normal");
    assert_eq!(desk.code("checkin/punch_correction", body).await, 301_080, "needs no punch");
}

#[tokio::test]
async fn a_rule_may_close_kinds_of_make_up() {
    let desk = Desk::set_up(Features::default()).await;
    let cases = [
        ("late", 2, 301_099),
        ("early", 4, 301_101),
        ("missing", 1, 301_102),
        ("place", 8, 301_103),
    ];
    for (kind, bit, errcode) in cases {
        let (userid, day) = desk.find(12, |truth| kinds(truth) == [kind]);
        desk.act(json!({"do": "edit_rule", "groupid": 12, "from": "2026-01-01",
                        "patch": {"buka_restriction": bit}}))
            .await;
        let records = desk.records(&userid, day).await;
        let flawed = records.iter().find(|row| row["exception_type"] != "").unwrap();
        let due = flawed["sch_checkin_time"].as_i64().unwrap();
        let body = json!({"userid": userid, "schedule_date_time": midnight(day),
                          "schedule_checkin_time": due - midnight(day), "checkin_time": due});
        assert_eq!(desk.code("checkin/punch_correction", body.clone()).await, errcode, "{kind}");
        desk.act(json!({"do": "edit_rule", "groupid": 12, "from": "2026-01-01",
                        "patch": {"buka_restriction": 0}}))
            .await;
        assert_eq!(desk.code("checkin/punch_correction", body).await, 0, "{kind}");
    }
}

#[tokio::test]
async fn added_records_find_their_slots() {
    let desk = Desk::set_up(Features::default()).await;
    let (userid, day) = desk.find(12, |truth| kinds(truth) == ["absent"]);
    let record = |at: i64| {
        json!({"userid": userid, "checkin_time": at, "location_title": "南门", "location_detail": "闸机3",
               "device_type": 1, "device_detail": "GateMax-3"})
    };
    let (on, off) = (midnight(day) + 9 * 3_600 + 420, midnight(day) + 18 * 3_600);
    let call = "checkin/add_checkin_record";
    let mut strange = record(on);
    strange["userid"] = json!("nobody");
    let mut bare = record(on);
    bare["device_detail"] = json!("");
    for (records, errcode) in [
        (json!([]), 301_083),
        (json!([record(on), strange]), 301_021),
        (json!([bare]), 301_083),
        (json!([record(NOW + 60)]), 600_017),
    ] {
        assert_eq!(desk.code(call, json!({"records": records})).await, errcode);
    }
    assert_eq!(desk.truth(&userid, day).await["exceptions"][0]["kind"], "absent");
    assert_eq!(desk.code(call, json!({"records": [record(on), record(off)]})).await, 0);
    let truth = desk.truth(&userid, day).await;
    assert_eq!(truth["exceptions"], json!([{"kind": "late", "count": 1, "duration_sec": 420}]));
    assert_eq!((&truth["worked_sec"], &truth["checkin_count"]), (&json!(28_800 - 420), &json!(2)));
    let records = desk.records(&userid, day).await;
    let words: Vec<_> =
        records.iter().map(|row| (&row["checkin_type"], &row["exception_type"])).collect();
    assert_eq!(words, [(&json!("上班打卡"), &json!("时间异常")), (&json!("下班打卡"), &json!(""))]);
    assert_eq!(records[0]["deviceid"], "GateMax-3");
}

#[tokio::test]
async fn schedules_are_set_for_days_to_come_only() {
    let desk = Desk::set_up(Features::default()).await;
    let (userid, _) = desk.find(21, |_| true);
    let set = |day: i64, schedule_id: i64| {
        json!({"groupid": 21, "yearmonth": 202_607,
               "items": [{"userid": userid, "day": day, "schedule_id": schedule_id}]})
    };
    let call = "checkin/setcheckinschedulist";
    assert_eq!(desk.code(call, set(20, 103)).await, 301_073, "today");
    assert_eq!(desk.code(call, set(32, 103)).await, 301_075, "no such day");
    assert_eq!(desk.code(call, set(25, 999)).await, 301_075, "no such shift");
    assert_eq!(
        desk.code(call, json!({"groupid": 11, "yearmonth": 202_607, "items": []})).await,
        301_075
    );
    let shift_on = async |day: i64| {
        let at = midnight(date(2026, 7, 1)) + (day - 1) * DAY;
        let body = json!({"useridlist": [userid], "starttime": at, "endtime": at});
        let answer = desk.ask("checkin/getcheckinschedulist", body).await;
        answer["schedule_list"][0]["schedule"]["scheduleList"][0]["schedule_info"]["schedule_id"]
            .clone()
    };
    for schedule_id in [103, 0, 101] {
        assert_eq!(desk.code(call, set(25, schedule_id)).await, 0);
        assert_eq!(shift_on(25).await, schedule_id);
    }
}

fn new_rule(userid: &str) -> Value {
    json!({"groupname": "新规则", "grouptype": 1,
        "checkindate": [{"workdays": [1, 2, 3, 4, 5], "checkintime": [
            {"time_id": 1, "work_sec": 36_000, "off_work_sec": 68_400, "remind_work_sec": 36_000,
             "remind_off_work_sec": 68_400}], "allow_flex": false}],
        "loc_infos": [{"lat": 30_000_000, "lng": 120_000_000, "loc_title": "a", "loc_detail": "b",
                       "distance": 300}],
        "range": {"userid": [userid]}})
}

#[tokio::test]
async fn rules_are_added_changed_cleared_and_deleted() {
    let desk = Desk::set_up(Features::default()).await;
    let userid = desk.emulator.userids()[0].clone();
    let today = midnight(date(2026, 7, 20));
    let rule_on = async |day: i64| {
        let body = json!({"datetime": day, "useridlist": [userid]});
        desk.ask("checkin/getcheckinoption", body).await["info"][0]["group"].clone()
    };
    let add = "checkin/add_checkin_option";
    let spoilt = |path: &str, value: Value| {
        let mut group = new_rule(&userid);
        *group.pointer_mut(path).unwrap() = value;
        json!({"group": group})
    };
    let mut legacy = new_rule(&userid);
    legacy["ot_info"] = json!({});
    for (body, errcode) in [
        (json!({}), 301_093),
        (spoilt("/groupname", json!("")), 301_093),
        (spoilt("/grouptype", json!(5)), 301_093),
        (spoilt("/loc_infos", json!([])), 301_097),
        (spoilt("/range/userid", json!([])), 301_093),
        (spoilt("/range/userid", json!(["nobody"])), 301_090),
        (spoilt("/range", json!({"party_id": [11]})), 301_091),
        (spoilt("/checkindate/0/checkintime/0/work_sec", json!(36_001)), 301_093),
        (json!({"group": legacy}), 301_094),
    ] {
        assert_eq!(desk.code(add, body).await, errcode);
    }
    assert_eq!(
        desk.ask(add, json!({"group": new_rule(&userid)})).await,
        json!({"errcode": 0, "errmsg": "ok"})
    );
    assert_ne!(rule_on(today).await["groupname"], "新规则", "from tomorrow on");
    let rule = rule_on(today + DAY).await;
    assert_eq!(rule["groupname"], "新规则");
    let groupid = rule["groupid"].clone();
    let update = "checkin/update_checkin_option";
    assert_eq!(
        desk.code(update, json!({"group": {"groupid": 11, "groupname": "x"}})).await,
        301_092
    );
    assert_eq!(
        desk.code(update, json!({"group": {"groupid": 999, "groupname": "x"}})).await,
        301_089
    );
    let group = json!({"groupid": groupid, "groupname": "改名", "checkindate": []});
    assert_eq!(desk.code(update, json!({"group": group, "effective_now": true})).await, 0);
    let rule = rule_on(today).await;
    assert_eq!(rule["groupname"], "改名");
    assert_eq!(
        rule["checkindate"][0]["checkintime"][0]["work_sec"], 36_000,
        "an empty list changes nothing"
    );
    let clear = "checkin/clear_checkin_option_array_field";
    let body =
        |fields: Value| json!({"groupid": groupid, "clear_field": fields, "effective_now": true});
    assert_eq!(desk.code(clear, body(json!([3, 4]))).await, 301_097);
    assert_eq!(desk.code(clear, body(json!([9]))).await, 301_093);
    assert_eq!(desk.code(clear, body(json!([1, 3]))).await, 0);
    let del = "checkin/del_checkin_option";
    assert_eq!(desk.code(del, json!({"groupid": 999})).await, 301_089);
    assert_eq!(desk.code(del, json!({"groupid": groupid, "effective_now": true})).await, 0);
    assert_eq!(rule_on(today).await["groupid"], 11);
}

#[tokio::test]
async fn a_rule_may_cover_a_tag() {
    let desk = Desk::set_up(Features::ALL).await;
    let today = midnight(date(2026, 7, 20));
    // The first person bears the tag; no rule covers the advisers.
    let userid = desk.emulator.userids()[0].clone();
    let move_away = json!({"do": "move_person", "userid": userid, "division": 41,
        "from": "2026-07-01"});
    desk.act(move_away).await;
    let rule = async || {
        let body = json!({"datetime": today, "useridlist": [userid]});
        desk.ask("checkin/getcheckinoption", body).await["info"][0]["group"]["groupname"].clone()
    };
    assert_eq!(rule().await, Value::Null);
    for (tag, errcode) in [(99, 301_090), (5, 0), (5, 301_091)] {
        let mut group = new_rule(&userid);
        group["range"] = json!({"tagid": [tag]});
        let body = json!({"group": group, "effective_now": true});
        assert_eq!(desk.code("checkin/add_checkin_option", body).await, errcode, "tag {tag}");
    }
    assert_eq!(rule().await, "新规则");
}

#[tokio::test]
async fn faces_are_kept_and_similar_ones_too() {
    let desk = Desk::set_up(Features::default()).await;
    let users = desk.emulator.userids();
    let call = "checkin/addcheckinuserface";
    for (body, errcode) in [
        (json!({"userface": "/9j/AAAA"}), 301_021),
        (json!({"userid": users[0]}), 301_021),
        (json!({"userid": "nobody", "userface": "/9j/AAAA"}), 301_069),
        (json!({"userid": users[0], "userface": "no picture"}), 301_072),
        (json!({"userid": users[0], "userface": "/9j/AAAA"}), 0),
        (json!({"userid": users[0], "userface": "/9j/AAAA"}), 0),
        (json!({"userid": users[1], "userface": "/9j/AAAA"}), 301_071),
    ] {
        assert_eq!(desk.code(call, body).await, errcode);
    }
    for _ in 0..3 {
        desk.code(call, json!({})).await;
    }
    assert_eq!(desk.code(call, json!({})).await, 45009, "ten a minute");
}

#[tokio::test]
async fn snapshots_bring_everything_back() {
    let desk = Desk::set_up(Features::default()).await;
    let (userid, day) = desk.find(12, |truth| truth["status"] == "normal");
    let before = desk.records(&userid, day).await;
    desk.act(json!({"do": "snapshot", "name": "clean"})).await;
    let first = before[0]["checkin_time"].clone();
    desk.act(json!([
        {"do": "withdraw_punch", "userid": userid, "date": day, "checkin_time": first},
        {"do": "edit_rule", "groupid": 12, "from": "2026-01-01", "patch": {"groupname": "换名"}},
    ]))
    .await;
    let after = desk.records(&userid, day).await;
    assert_eq!(after[0]["exception_type"], "未打卡");
    assert_eq!(after[0]["groupname"], "换名");
    assert_eq!(desk.truth(&userid, day).await["exceptions"][0]["kind"], "missing");
    desk.act(json!({"do": "reset", "name": "clean"})).await;
    assert_eq!(desk.records(&userid, day).await, before);
    desk.act(json!({"do": "move_person", "userid": userid, "division": 31, "from": day})).await;
    assert_eq!(desk.truth(&userid, day).await["grouptype"], 3);
    desk.act(json!({"do": "reset"})).await;
    assert_eq!(desk.truth(&userid, day).await["grouptype"], 1);
}

#[tokio::test]
async fn approvals_excuse_once_they_are_approved() {
    let desk = Desk::set_up(Features { approvals: true, ..Features::default() }).await;
    let (userid, day) = desk.find(12, |truth| truth["leave"][0]["name"] == "年假");
    let start = midnight(day) - 20 * DAY;
    let mut numbers = Vec::new();
    let mut cursor = json!("");
    loop {
        let body = json!({"starttime": start.to_string(), "endtime": (start + 31 * DAY).to_string(),
            "new_cursor": cursor, "size": 10, "filters": [{"key": "creator", "value": userid}]});
        let page = desk.ask("oa/getapprovalinfo", body).await;
        numbers.extend(
            page["sp_no_list"].as_array().unwrap_or_else(|| panic!("{page}")).iter().cloned(),
        );
        match page.get("new_next_cursor") {
            Some(next) => cursor = next.clone(),
            None => break,
        }
    }
    let mut covering = None;
    for sp_no in &numbers {
        let detail = desk.ask("oa/getapprovaldetail", json!({"sp_no": sp_no})).await;
        let together = detail["info"]["batch_applyer"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["userid"] == userid));
        assert!(together || detail["info"]["applyer"]["userid"] == userid, "{detail}");
        let content = &detail["info"]["apply_data"]["contents"][0];
        let items = &content["value"]["vacation"]["attendance"]["slice_info"]["day_items"];
        let covers = |item: &Value| item["daytime"] == midnight(day);
        if items.as_array().is_some_and(|items| items.iter().any(covers)) {
            covering = Some((sp_no.clone(), detail));
        }
    }
    let (sp_no, detail) = covering.unwrap();
    assert_eq!(detail["info"]["sp_status"], 2);
    let content = &detail["info"]["apply_data"]["contents"][0];
    assert_eq!(content["control"], "Vacation");
    desk.act(json!({"do": "decide_approval", "sp_no": sp_no, "status": 3})).await;
    let truth = desk.truth(&userid, day).await;
    assert_eq!(truth["leave"], json!([]));
    assert_eq!(truth["status"], "abnormal");
    desk.act(json!({"do": "decide_approval", "sp_no": sp_no, "status": 2})).await;
    assert_eq!(desk.truth(&userid, day).await["leave"][0]["kind"], "leave");
    let wide = json!({"starttime": start, "endtime": start + 32 * DAY, "size": 10});
    assert_eq!(desk.code("oa/getapprovalinfo", wide).await, 301_025);
}

/// Every approval of a month of handing in, by one pair of cursors.
async fn walked(desk: &Desk, cursor: &str, next: &str) -> Vec<Value> {
    let start = midnight(date(2026, 6, 1));
    let mut numbers = Vec::new();
    let mut body = json!({"starttime": start, "endtime": start + 30 * DAY, "size": 10});
    loop {
        let page = desk.ask("oa/getapprovalinfo", body.clone()).await;
        numbers.extend(page["sp_no_list"].as_array().unwrap_or_else(|| panic!("{page}")).clone());
        match page.get(next) {
            Some(place) => body[cursor] = place.clone(),
            None => return numbers,
        }
    }
}

#[tokio::test]
async fn approvals_are_written_as_documented() {
    let desk = Desk::set_up(Features { approvals: true, ..Features::default() }).await;
    let numbers = walked(&desk, "new_cursor", "new_next_cursor").await;
    assert!(numbers.len() > 40, "{}", numbers.len());
    assert_eq!(walked(&desk, "cursor", "next_cursor").await, numbers);
    let (mut together, mut taken_back, mut halves, mut far) = (0, 0, 0, 0);
    for number in &numbers {
        let detail = desk.ask("oa/getapprovaldetail", json!({"sp_no": number})).await;
        let info = &detail["info"];
        assert_ne!(info.get("applyer").is_some(), info.get("batch_applyer").is_some());
        together += usize::from(info.get("batch_applyer").is_some());
        taken_back += usize::from(info["sp_status"] == 6);
        let value = &info["apply_data"]["contents"][0]["value"];
        let attendance =
            value["vacation"].get("attendance").or(value.get("attendance")).unwrap_or(&Value::Null);
        let range = &attendance["date_range"];
        let Some(begin) = range["new_begin"].as_i64() else { continue };
        far += usize::from((begin - info["apply_time"].as_i64().unwrap()).abs() > 14 * DAY);
        if range["type"] == "halfday" {
            let end = range["new_end"].as_i64().unwrap();
            let second = |at: i64| (at - midnight(date(2026, 6, 1))).rem_euclid(DAY);
            assert!([0, DAY / 2].contains(&second(begin)) && [0, DAY / 2].contains(&second(end)));
            assert_eq!(range["new_duration"], end - begin + DAY / 2, "the last half is included");
            halves += 1;
        }
    }
    assert!(together > 0 && halves > 10 && far > 0, "{together} {halves} {far} {taken_back}");

    desk.act(json!({"do": "set_manners", "manners": {"new_cursor": false}})).await;
    assert_eq!(walked(&desk, "cursor", "next_cursor").await, numbers);
    let start = midnight(date(2026, 6, 1));
    let creator = json!([{"key": "creator", "value": "nobody.here"}]);
    let body = json!({"starttime": start, "endtime": start + DAY, "size": 10, "filters": creator});
    assert_eq!(desk.code("oa/getapprovalinfo", body).await, 301_055);
    desk.act(json!({"do": "set_limits", "limits": {"approvals_in_span": 3}})).await;
    let body = json!({"starttime": start, "endtime": start + 20 * DAY, "size": 10});
    assert_eq!(desk.code("oa/getapprovalinfo", body).await, 301_112);
}

#[tokio::test]
async fn a_scenario_plays_by_clock_and_by_count() {
    let scenario: wecom_emulator::Scenario = toml_like(&json!({"step": [
        {"after_calls": 2, "do": "revoke_tokens"},
        {"at": "2026-07-20T13:00:00+08:00", "do": "set_limits", "limits": {"closed_calls": ["getcheckindata"]}},
    ]}));
    let config = Config { people: 20, clock: fixed(NOW), scenario, ..Config::default() };
    let (emulator, client) = started(config).await;
    let users = emulator.userids();
    let ask = async |token: &str| {
        client.records(token, &[&users[0]], NOW - DAY, NOW).await["errcode"].clone()
    };
    let token = client.token(emulator.secret()).await;
    assert_eq!(ask(&token).await, 0);
    assert_eq!(ask(&token).await, 40014);
    let token = client.token(emulator.secret()).await;
    assert_eq!(ask(&token).await, 0);
    client.control("clock", &json!({"advance_sec": 3_600})).await;
    assert_eq!(ask(&token).await, 48002);
}

fn toml_like(value: &Value) -> wecom_emulator::Scenario {
    serde_json::from_value(value.clone()).unwrap()
}
