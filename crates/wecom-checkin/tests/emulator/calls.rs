//! Each call that is no part of the main jobs, there and back.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::civil::date;
use secrecy::SecretString;
use serde_json::{Value, json};
use wecom_checkin::{
    Client, GroupId, ScheduleId, UserId,
    calls::{
        add_checkin_option::AddCheckinOption,
        add_checkin_record::{AddCheckinRecord, DeviceType, NewRecord},
        add_checkin_user_face::{AddCheckinUserFace, FaceStored},
        clear_checkin_option::{ClearCheckinOption, ClearableList},
        delete_checkin_option::DeleteCheckinOption,
        get_hardware_checkin_data::FilterBy,
        get_media::GetMedia,
        get_tag::GetTag,
        get_vacation_quota::GetVacationQuota,
        list_department_members::ListDepartmentMembers,
        list_departments::ListDepartments,
        punch_correction::PunchCorrection,
        send_message::SendMessage,
        set_checkin_schedule_list::{ScheduledDay, SetCheckinScheduleList},
        set_vacation_quota::SetVacationQuota,
        update_checkin_option::UpdateCheckinOption,
    },
    plan::Days,
    rule::RuleKind,
    units::{SecOfDay, Seconds, UnixTime, YearMonth},
};
use wecom_emulator::{Config, Emulator, Fault, FaultKind, Faults, Features};

use crate::{client, config, count, everyone, september, start};

async fn desk() -> (Emulator, Client) {
    let emulator = start(Config { features: Features::ALL, ..config(60) }).await;
    let client = client(&emulator);
    (emulator, client)
}

#[tokio::test]
async fn reports_by_day_and_month() {
    let (emulator, client) = desk().await;
    let slices: Vec<_> =
        client.day_reports(everyone(&emulator), september()).slices().collect().await;
    let days: Vec<_> = slices.iter().flat_map(|slice| slice.rows.as_ref().unwrap()).collect();
    let date = |at: UnixTime| september().contains(at.beijing_date().unwrap());
    assert!(days.len() > 1000, "{}", days.len());
    assert!(days.iter().all(|day| date(day.base_info.as_ref().unwrap().date.unwrap())));
    assert!(days.iter().any(|day| day.exception_infos.as_ref().is_some_and(|e| !e.is_empty())));

    let slices: Vec<_> =
        client.month_reports(everyone(&emulator), september()).slices().collect().await;
    let months: Vec<_> = slices.iter().flat_map(|slice| slice.rows.as_ref().unwrap()).collect();
    assert!(months.iter().any(|month| month.summary_info.as_ref().unwrap().work_days > Some(10)));
    assert_eq!(count(&emulator, "getcheckin_daydata"), 1);
    assert_eq!(count(&emulator, "getcheckin_monthdata"), 1);
}

#[tokio::test]
async fn machines_report_their_punches() {
    let (emulator, client) = desk().await;
    let mut users = everyone(&emulator);
    users.push(UserId::from("nobody.at.all"));
    let slices: Vec<_> =
        client.device_records(users, september(), FilterBy::PunchTime).slices().collect().await;
    let rows = slices[0].rows.as_ref().unwrap();
    assert!(rows.iter().all(|row| row.device_sn.is_some() && row.checkin_time.is_some()));
    assert!(slices[0].unknown.is_empty(), "unknown people are ignored here");
}

#[tokio::test]
async fn approvals_are_found_and_read() {
    let (_emulator, client) = desk().await;
    let approvals: Vec<_> = client.approvals(september(), &[]).try_collect().await.unwrap();
    let numbers: BTreeSet<_> = approvals.iter().map(|a| a.sp_no.clone().unwrap()).collect();
    assert!(approvals.len() > 10 && numbers.len() == approvals.len());
    let kinds: BTreeSet<_> = approvals
        .iter()
        .flat_map(|a| a.apply_data.clone().unwrap().contents.unwrap())
        .filter_map(|control| control.control)
        .collect();
    assert!(kinds.contains("Vacation"), "{kinds:?}");

    let leave = client.get_vacation_kinds().await.unwrap();
    assert!(leave.iter().all(|kind| kind.id.is_some() && kind.name.is_some()) && !leave.is_empty());
    let userid = approvals[0].applyer.clone().unwrap().userid.unwrap();
    let whose = GetVacationQuota { userid: userid.clone() };
    let quotas = client.get_vacation_quota(&whose).await.unwrap();
    let quota = quotas.first().unwrap();
    let kind = leave.iter().find(|kind| kind.id == quota.id).unwrap();
    let wanted = SetVacationQuota {
        userid,
        vacation_id: quota.id.unwrap(),
        leftduration: Seconds(86_400),
        time_attr: kind.time_attr.unwrap(),
        remarks: None,
    };
    client.set_vacation_quota(&wanted).await.unwrap();
    let quotas = client.get_vacation_quota(&whose).await.unwrap();
    assert_eq!(quotas.first().unwrap().leftduration, Some(Seconds(86_400)));
}

#[tokio::test]
async fn contacts_department_by_department() {
    let (emulator, client) = desk().await;
    let departments = client.list_departments(ListDepartments::default()).await.unwrap();
    let mut users = BTreeSet::new();
    for department in &departments {
        let request = ListDepartmentMembers { department_id: department.id.unwrap() };
        let members = client.list_department_members(request).await.unwrap();
        users.extend(members.iter().map(|member| member.userid.clone().unwrap()));
    }
    assert_eq!(users, everyone(&emulator).into_iter().collect());
    let named = client.list_departments_in_full(ListDepartments::default()).await.unwrap();
    assert_eq!(named.len(), departments.len());
    let tags = client.list_tags().await.unwrap();
    let tagid = tags.first().unwrap().tagid.unwrap();
    assert!(client.get_tag(GetTag { tagid }).await.unwrap().userlist.is_some());
}

#[tokio::test]
async fn an_app_writes_to_one_person() {
    let (emulator, client) = desk().await;
    let to = everyone(&emulator).remove(0);
    let message = |to: &UserId, text: String| SendMessage::text(emulator.agent_id(), to, text);
    let nobody = UserId::from("nobody");
    let sent = client.send_message(&message(&to, "迟到".into())).await.unwrap();
    assert_eq!(sent.invaliduser, "");
    let stranger = client.send_message(&message(&nobody, "x".into())).await.unwrap_err();
    assert_eq!(stranger.errcode(), Some(81013));
    let long = client.send_message(&message(&to, "x".repeat(2049))).await.unwrap_err();
    assert_eq!(long.errcode(), None, "refused before it is sent");
    let messages = emulator.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(
        (messages[0].userids.as_slice(), messages[0].content.as_str()),
        ([to.to_string()].as_slice(), "迟到")
    );
}

#[tokio::test]
async fn photos_are_fetched_whole_and_in_parts() {
    let (emulator, client) = desk().await;
    let slices: Vec<_> = client.records(everyone(&emulator), september()).slices().collect().await;
    let rows = slices.iter().flat_map(|slice| slice.rows.as_ref().unwrap());
    let id = rows.filter_map(|row| row.mediaids.as_ref()?.first().cloned()).next_back().unwrap();
    match client.get_media(&GetMedia::new(id.clone())).await {
        Ok(photo) => {
            let name = photo.file_name.clone();
            let whole = photo.bytes().await.unwrap();
            assert!(whole.len() > 10 && name.is_some());
            let part = GetMedia { from: Some(2), to: Some(5), ..GetMedia::new(id) };
            let part = client.get_media(&part).await.unwrap();
            assert!(part.is_part);
            assert_eq!(part.bytes().await.unwrap(), whole[2..=5]);
        }
        Err(error) => assert_eq!(error.errcode(), Some(40007), "older than three days"),
    }
    let error = client.get_media(&GetMedia::new("nothing")).await.unwrap_err();
    assert_eq!(error.errcode(), Some(40007));
}

#[tokio::test]
async fn a_missing_punch_is_corrected() {
    let (emulator, client) = desk().await;
    let slices: Vec<_> = client.records(everyone(&emulator), september()).slices().collect().await;
    let rows = || slices.iter().flat_map(|slice| slice.rows.as_ref().unwrap());
    let mut corrected = false;
    for row in rows().filter(|row| row.is_placeholder()) {
        let day = row.filing_date().unwrap();
        if !(date(2026, 9, 20)..date(2026, 9, 30)).contains(&day) {
            continue;
        }
        let due = row.sch_checkin_time.or(row.checkin_time).unwrap();
        let offset = due.0 - UnixTime::beijing_midnight(day).0;
        let mut correction = PunchCorrection::new(row.userid.clone(), day, due);
        correction.schedule_checkin_time = Some(SecOfDay(offset));
        correction.remark = Some("忘记打卡".to_owned());
        if client.punch_correction(&correction).await.is_ok() {
            let day = Days::one(day).unwrap();
            let after: Vec<_> = client.records([row.userid.clone()], day).slices().collect().await;
            let made = after[0].rows.as_ref().unwrap().iter();
            let made: Vec<_> = made.filter(|row| row.checkin_time == Some(due)).collect();
            assert!(made.iter().any(|row| row.notes.as_deref() == Some("忘记打卡")), "{made:?}");
            corrected = true;
            break;
        }
    }
    assert!(corrected);
}

#[tokio::test]
async fn a_record_is_added_and_comes_back() {
    let (emulator, client) = desk().await;
    let at = UnixTime(UnixTime::beijing_midnight(date(2026, 9, 29)).0 + 8 * 3600 + 1234);
    let record = NewRecord {
        userid: everyone(&emulator)[0].clone(),
        checkin_time: at,
        location_title: "南门".to_owned(),
        location_detail: "六号路2号".to_owned(),
        mediaids: None,
        notes: None,
        device_type: DeviceType::Gate,
        lat: None,
        lng: None,
        device_detail: "GateMax-3".to_owned(),
        wifiname: None,
        wifimac: None,
    };
    let request = AddCheckinRecord { records: vec![record.clone()] };
    client.add_checkin_record(&request).await.unwrap();
    let day = Days::one(date(2026, 9, 29)).unwrap();
    let slices: Vec<_> = client.records([record.userid], day).slices().collect().await;
    let rows = slices[0].rows.as_ref().unwrap();
    assert!(rows.iter().any(|row| row.checkin_time == Some(at)));
}

/// The write is done and the answer lost: it is an error, and not done twice.
#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_repeated() {
    for kind in [FaultKind::DropAfter, FaultKind::Truncated, FaultKind::DropBefore] {
        let call = Some("add_checkin_record".to_owned());
        let fault = Fault { call, skip: 0, count: None, probability: None, kind: kind.clone() };
        let emulator = start(Config { faults: Faults { faults: vec![fault] }, ..config(5) }).await;
        let client = client(&emulator);
        let users = everyone(&emulator);
        let at = UnixTime(UnixTime::beijing_midnight(date(2026, 9, 29)).0 + 45_296);
        let request: AddCheckinRecord = serde_json::from_value(json!({"records": [{
            "userid": users[0], "checkin_time": at, "location_title": "a", "location_detail": "b",
            "device_type": 3, "device_detail": "c",
        }]}))
        .unwrap();
        let error = client.add_checkin_record(&request).await.unwrap_err();
        assert!(!error.did_not_happen(), "{kind:?}: {error:?}");
        assert_eq!(count(&emulator, "add_checkin_record"), 1, "{kind:?}");
        let day = Days::one(date(2026, 9, 29)).unwrap();
        let slices: Vec<_> = client.records([users[0].clone()], day).slices().collect().await;
        let rows = slices[0].rows.as_ref().unwrap();
        let times = rows.iter().filter(|row| row.checkin_time == Some(at)).count();
        assert_eq!(times, usize::from(kind != FaultKind::DropBefore), "{kind:?}");
    }
}

#[tokio::test]
async fn a_face_is_stored() {
    let (emulator, client) = desk().await;
    let users = everyone(&emulator);
    let face =
        |n: usize| AddCheckinUserFace { userid: users[n].clone(), userface: "/9j/AAAA".to_owned() };
    assert_eq!(client.add_checkin_user_face(&face(0)).await.unwrap(), FaceStored::Plainly);
    let second = client.add_checkin_user_face(&face(1)).await.unwrap();
    assert_eq!(second, FaceStored::ResemblingAnother);
}

#[tokio::test]
async fn a_schedule_is_changed_as_announced() {
    let (emulator, client) = desk().await;
    let rules = client.get_corp_checkin_option().await.unwrap();
    let rule = rules.iter().find(|rule| rule.grouptype == Some(RuleKind::Shift)).unwrap();
    let october = Days::new(date(2026, 10, 1), date(2026, 10, 31)).unwrap();
    let slices: Vec<_> = client.schedules(everyone(&emulator), october).slices().collect().await;
    let rows = slices.iter().flat_map(|slice| slice.rows.as_ref().unwrap());
    let schedule = rows.into_iter().find(|row| row.groupid == rule.groupid).unwrap();
    let days = schedule.schedule.as_ref().unwrap().schedule_list.as_ref().unwrap();
    let day = days.iter().find(|day| day.day == Some(20)).unwrap();
    let from = day.schedule_info.as_ref().unwrap().schedule_id;
    let to = if from == Some(ScheduleId(0)) {
        rule.schedulelist
            .as_ref()
            .unwrap()
            .iter()
            .filter_map(|s| s.schedule_id)
            .find(|id| id.0 != 0)
            .unwrap()
    } else {
        ScheduleId(0)
    };
    let request = SetCheckinScheduleList {
        groupid: rule.groupid.unwrap(),
        yearmonth: YearMonth(202_610),
        items: vec![ScheduledDay {
            userid: schedule.userid.clone().unwrap(),
            day: 20,
            schedule_id: to,
        }],
    };
    let changes = client.schedule_changes(&request).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].date, changes[0].from, changes[0].to), (date(2026, 10, 20), from, to));
    client.set_checkin_schedule_list(&request).await.unwrap();
    assert!(client.schedule_changes(&request).await.unwrap().is_empty());

    let past = SetCheckinScheduleList { yearmonth: YearMonth(202_609), ..request };
    let error = client.set_checkin_schedule_list(&past).await.unwrap_err();
    assert_eq!(error.field(), Some("items[0].day"));
    assert_eq!(count(&emulator, "setcheckinschedulist"), 1);
}

#[tokio::test]
async fn a_rule_is_made_changed_emptied_and_deleted() {
    fn read<T: serde::de::DeserializeOwned>(json: &Value) -> T {
        serde_json::from_str(&json.to_string()).unwrap()
    }
    let (emulator, client) = desk().await;
    let add: AddCheckinOption = read(&json!({"effective_now": true, "group": {
        "groupname": "新规则", "grouptype": 1,
        "checkindate": [{"workdays": [1, 2, 3, 4, 5], "checkintime": [
            {"time_id": 1, "work_sec": 36_000, "off_work_sec": 68_400,
             "remind_work_sec": 36_000, "remind_off_work_sec": 68_400}], "allow_flex": false}],
        "wifimac_infos": [{"wifiname": "a", "wifimac": "3c:aa:10:00:7e:42"}],
        "loc_infos": [{"lat": 30_000_000, "lng": 120_000_000, "loc_title": "a",
                       "loc_detail": "b", "distance": 300}],
        "range": {"userid": [emulator.userids()[0]]},
    }}));
    client.add_checkin_option(&add).await.unwrap();
    let rules = client.get_corp_checkin_option().await.unwrap();
    let made = rules.iter().find(|rule| rule.groupname.as_deref() == Some("新规则")).unwrap();
    let groupid = made.groupid.unwrap();

    let update: UpdateCheckinOption = read(&json!({"effective_now": true, "group": {
        "groupid": groupid, "groupname": "改名", "checkindate": [],
    }}));
    let changes = client.rule_changes(&update).await.unwrap();
    let fields: Vec<_> = changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["groupname"]);
    client.update_checkin_option(&update).await.unwrap();
    assert!(client.rule_changes(&update).await.unwrap().is_empty());

    let clear_field = vec![ClearableList::Wifi];
    let clear = ClearCheckinOption { groupid, clear_field, effective_now: Some(true) };
    client.clear_checkin_option(&clear).await.unwrap();
    let rule = client.rule(groupid).await.unwrap();
    assert!(rule.wifimac_infos.as_ref().is_none_or(Vec::is_empty));

    let delete = DeleteCheckinOption { groupid, effective_now: Some(true) };
    client.delete_checkin_option(&delete).await.unwrap();
    client.rule(groupid).await.unwrap_err();

    let foreign = DeleteCheckinOption { groupid: GroupId(11), effective_now: None };
    let error = client.delete_checkin_option(&foreign).await.unwrap_err();
    assert_eq!((error.errcode(), error.is_retryable()), (Some(301_092), false));
}

#[tokio::test]
async fn two_companies_do_not_mix() {
    let (one, two) = (start(config(5)).await, start(config(9)).await);
    let contacts = |emulator: &Emulator| {
        client(emulator).with_secret(SecretString::from(emulator.contact_secret()))
    };
    let (first, second) = (contacts(&one), contacts(&two));
    let (a, b) = tokio::join!(first.user_ids(), second.user_ids());
    assert_eq!((a.unwrap().len(), b.unwrap().len()), (5, 9));
}
