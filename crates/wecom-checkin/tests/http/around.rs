//! The calls around check-ins: approvals, contacts, leave, media; and watching the client.

use std::sync::{Arc, Mutex};

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::civil::date;
use serde_json::json;
use wecom_checkin::{
    DepartmentId, TagId, UserId, VacationId,
    calls::{
        self, get_approval_info::ApprovalFilter, get_hardware_checkin_data::FilterBy,
        get_media::GetMedia, get_tag::GetTag, get_vacation_quota::GetVacationQuota,
        list_department_members::ListDepartmentMembers, list_departments::ListDepartments,
    },
    plan::Days,
};

use crate::scripted::{Reply, Server};

fn summer() -> Days {
    Days::new(date(2026, 6, 1), date(2026, 7, 31)).unwrap()
}

/// Two runs of days, the first on two pages; one number on both pages.
async fn approvals() -> Server {
    Server::with_token(|asked, _| {
        if asked.path == "oa/getapprovaldetail" {
            let number = asked.body["sp_no"].clone();
            return Reply::json(&json!({"errcode": 0, "info": {"sp_no": number, "sp_status": 2}}));
        }
        let first_run = asked.body["starttime"] == "1780243200";
        Reply::json(&match (first_run, asked.body["new_cursor"].as_str().unwrap()) {
            (true, "") => json!({"errcode": 0, "sp_no_list": ["1", "2"], "new_next_cursor": "p2"}),
            (true, _) => json!({"errcode": 0, "sp_no_list": ["2"]}),
            (false, _) => json!({"errcode": 0, "sp_no_list": ["3"], "new_next_cursor": ""}),
        })
    })
    .await
}

#[tokio::test]
async fn approvals_are_listed_to_the_end_and_read_once() {
    let server = approvals().await;
    let filters = [ApprovalFilter::record_type(1)];
    let approvals = server.client().approvals(summer(), &filters);
    let approvals: Vec<_> = approvals.try_collect().await.unwrap();
    let numbers: Vec<_> = approvals.iter().map(|row| row.sp_no.as_deref().unwrap()).collect();
    assert_eq!(numbers, ["1", "2", "3"]);
    assert_eq!((server.count("oa/getapprovalinfo"), server.count("oa/getapprovaldetail")), (3, 3));
    let listing = server.asked().into_iter().find(|a| a.path == "oa/getapprovalinfo").unwrap();
    assert_eq!(listing.body["filters"], json!([{"key": "record_type", "value": "1"}]));
    assert_eq!(listing.body["size"], 100);
}

/// Answers page by page, 3 numbers of 8 a page, with the cursors that a server knows; refuses a
/// span of more than `most` seconds.
async fn paged(most: i64, cursors: fn(usize) -> serde_json::Value) -> Server {
    Server::with_token(move |asked, _| {
        let bound = |key: &str| asked.body[key].as_str().unwrap().parse::<i64>().unwrap();
        let (start, end) = (bound("starttime"), bound("endtime"));
        if end - start > most {
            return Reply::errcode(301_112);
        }
        let older = asked.body["cursor"].as_u64().map(|n| usize::try_from(n).unwrap());
        let newer = asked.body["new_cursor"].as_str().filter(|text| !text.is_empty());
        let from =
            older.or(newer.map(|text| text.trim_start_matches('c').parse().unwrap())).unwrap_or(0);
        // One a day of June, handed in at noon.
        let times = (0..8).map(|n| 1_780_243_200 + 86_400 * n + 43_200);
        let listed: Vec<String> =
            times.filter(|at| (start..=end).contains(at)).map(|at| at.to_string()).collect();
        let page: Vec<&String> = listed.iter().skip(from).take(3).collect();
        let mut answer = json!({"errcode": 0, "sp_no_list": page});
        let more = if from + 3 < listed.len() { cursors(from + 3) } else { cursors(0) };
        answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Reply::json(&answer)
    })
    .await
}

#[tokio::test]
async fn whatever_cursors_and_spans_a_server_takes_all_numbers_are_listed() {
    let servers: [fn(usize) -> serde_json::Value; 5] = [
        |next| if next == 0 { json!({}) } else { json!({"new_next_cursor": format!("c{next}")}) },
        |next| if next == 0 { json!({}) } else { json!({"next_cursor": next}) },
        |next| json!({"next_cursor": next}),
        |next| match next {
            0 => json!({"next_cursor": 0, "new_next_cursor": ""}),
            _ => json!({"next_cursor": next, "new_next_cursor": format!("c{next}")}),
        },
        |next| if next == 0 { json!({}) } else { json!({"next_cursor": next.to_string()}) },
    ];
    let june = Days::new(date(2026, 6, 1), date(2026, 6, 10)).unwrap();
    for (nth, cursors) in servers.into_iter().enumerate() {
        for most in [40 * 86_400, 3 * 86_400, 50_000] {
            let server = paged(most, cursors).await;
            let listed: Vec<String> =
                server.client().approval_numbers(june, &[]).try_collect().await.unwrap();
            let mut numbers = listed.clone();
            numbers.sort_unstable();
            assert_eq!((listed.len(), &numbers), (8, &listed), "server {nth}, {most} s");
        }
    }
    // A span that cannot be divided any more is refused for good.
    let server = paged(10, servers[0]).await;
    let listed: Vec<_> = server.client().approval_numbers(june, &[]).collect().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].as_ref().unwrap_err().errcode(), Some(301_112));
}

#[tokio::test]
async fn a_listing_that_fails_ends() {
    let server = Server::with_token(|_, _| Reply::errcode(301_055)).await;
    let approvals: Vec<_> = server.client().approvals(summer(), &[]).collect().await;
    assert_eq!(approvals.len(), 1);
    assert_eq!(approvals[0].as_ref().unwrap_err().errcode(), Some(301_055));
    assert_eq!(server.count("oa/getapprovalinfo"), 1);
}

#[tokio::test]
async fn plain_reads_are_sent_as_documented() {
    let server = Server::with_token(|asked, _| {
        Reply::json(&json!({
            "errcode": 0, "userlist": [{"userid": "li", "name": "李"}], "tagname": "t",
            "department_id": [{"id": 1}], "department": [{"id": 1, "name": "x"}],
            "taglist": [{"tagid": 5}], "lists": [{"id": 1}], "sent": asked.query,
        }))
    })
    .await;
    let client = server.client();
    let query = |key: &str| server.asked().pop().unwrap().query.get(key).cloned();

    let members = ListDepartmentMembers { department_id: DepartmentId(3) };
    let members = client.list_department_members(members).await.unwrap();
    assert_eq!(members[0].name.as_deref(), Some("李"));
    assert_eq!(query("department_id").as_deref(), Some("3"));

    client.list_departments(ListDepartments::default()).await.unwrap();
    assert_eq!(query("id"), None);
    client.list_departments_in_full(ListDepartments { id: Some(DepartmentId(1)) }).await.unwrap();
    assert_eq!(query("id").as_deref(), Some("1"));

    assert_eq!(client.list_tags().await.unwrap()[0].tagid, Some(TagId(5)));
    assert_eq!(
        client.get_tag(GetTag { tagid: TagId(5) }).await.unwrap().tagname.as_deref(),
        Some("t")
    );
    assert_eq!(query("tagid").as_deref(), Some("5"));

    assert_eq!(client.get_vacation_kinds().await.unwrap()[0].id, Some(VacationId(1)));
    let quota = GetVacationQuota { userid: UserId::from("li") };
    client.get_vacation_quota(&quota).await.unwrap();
    assert_eq!(server.asked().pop().unwrap().body, json!({"userid": "li"}));
}

#[tokio::test]
async fn reports_and_machines_are_asked_for_in_runs() {
    let server = Server::with_token(|asked, _| {
        let key = if asked.path.starts_with("hardware") { "checkindata" } else { "datas" };
        Reply::rows(key, &json!([]))
    })
    .await;
    let client = server.client();
    let users = || (0..101).map(|n| UserId::from(format!("u{n}")));
    let bounds = |path: &str| -> Vec<(i64, i64)> {
        let asked = server.asked();
        let bound = |body: &serde_json::Value, key: &str| body[key].as_i64().unwrap();
        let of =
            |a: &crate::scripted::Asked| (bound(&a.body, "starttime"), bound(&a.body, "endtime"));
        let mut bounds: Vec<_> = asked.iter().filter(|a| a.path == path).map(of).collect();
        bounds.sort_unstable();
        bounds
    };
    let (first, last, day) = (1_780_243_200, 1_785_427_200, 86_400);

    assert_eq!(client.day_reports(users(), summer()).slices().count().await, 6);
    let days = bounds("checkin/getcheckin_daydata");
    assert_eq!((days[0].0, days[5].1), (first, last));
    assert!(days.iter().all(|(from, to)| from % day == to % day && to - from < 30 * day));

    assert_eq!(client.month_reports(users(), summer()).slices().count().await, 4);
    let months = bounds("checkin/getcheckin_monthdata");
    assert_eq!(months[0], (first, first + 29 * day));
    assert_eq!(months[3], (first + 30 * day, last), "all 31 days of July");

    assert_eq!(
        client.device_records(users(), summer(), FilterBy::UploadTime).slices().count().await,
        6
    );
    let machines = bounds("hardware/get_hardware_checkin_data");
    assert_eq!((machines[0].0, machines[5].1), (first, last + day - 1));
    assert_eq!(machines[2].0, machines[0].1 + 1, "windows touch and do not overlap");
}

#[tokio::test]
async fn a_file_and_a_refusal_are_told_apart() {
    let app = axum::Router::new()
        .route(
            "/cgi-bin/gettoken",
            axum::routing::get(|| async {
                r#"{"errcode":0,"access_token":"t1","expires_in":7200}"#
            }),
        )
        .route(
            "/cgi-bin/media/get",
            axum::routing::get(
                |axum::extract::RawQuery(query): axum::extract::RawQuery,
                 headers: axum::http::HeaderMap| async move {
                    use axum::{http::StatusCode, response::IntoResponse as _};
                    let query = query.unwrap();
                    if query.contains("media_id=photo") {
                        let kind = [
                            ("content-type", "image/jpeg"),
                            ("content-disposition", "attachment; filename=\"photo.jpg\""),
                        ];
                        return match headers.get("range").map(|range| range.to_str().unwrap()) {
                            Some("bytes=2-4") => {
                                (StatusCode::PARTIAL_CONTENT, kind, "234").into_response()
                            }
                            Some(other) => panic!("{other}"),
                            None => (kind, "0123456789").into_response(),
                        };
                    }
                    if query.contains("media_id=json-file") {
                        let kind = [
                            ("content-type", "application/json"),
                            ("content-disposition", "attachment; filename=a.json"),
                        ];
                        return (kind, "{}").into_response();
                    }
                    let kind = [("content-type", "application/json; charset=UTF-8")];
                    (kind, r#"{"errcode":40007,"errmsg":"invalid media_id"}"#).into_response()
                },
            ),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let server = Server::with_token(|_, _| Reply::errcode(-1)).await;
    let client = server.builder().base_url(base_url).build().unwrap();

    let photo = client.get_media(&GetMedia::new("photo")).await.unwrap();
    assert_eq!(photo.content_type.as_deref(), Some("image/jpeg"));
    assert_eq!((photo.file_name.as_deref(), photo.length), (Some("photo.jpg"), Some(10)));
    assert_eq!(photo.bytes().await.unwrap(), "0123456789");

    let part = GetMedia { from: Some(2), to: Some(4), ..GetMedia::new("photo") };
    let part = client.get_media(&part).await.unwrap();
    assert!(part.is_part);
    assert_eq!(part.bytes().await.unwrap(), "234");

    let file = client.get_media(&GetMedia::new("json-file")).await.unwrap();
    assert_eq!(file.file_name.as_deref(), Some("a.json"));
    assert_eq!(file.bytes().await.unwrap(), "{}");

    let error = client.get_media(&GetMedia::new("gone")).await.unwrap_err();
    assert_eq!((error.errcode(), error.call()), (Some(40007), Some("media/get")));
}

#[tokio::test(start_paused = true)]
async fn a_client_can_be_watched() {
    let server = Server::with_token(|_, n| {
        if n == 0 { Reply::errcode(-1) } else { Reply::rows("group", &json!([])) }
    })
    .await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let client = server
        .builder()
        .observer(move |seen| {
            let errcode = seen.error.and_then(wecom_checkin::Error::errcode);
            log.lock().unwrap().push((seen.call.name, errcode));
        })
        .build()
        .unwrap();
    client.get_corp_checkin_option().await.unwrap();
    let name = "getcorpcheckinoption";
    assert_eq!(*seen.lock().unwrap(), [("gettoken", None), (name, Some(-1)), (name, None)]);
    let pace = client.pace(&calls::GETCORPCHECKINOPTION);
    assert_eq!((pace.sent_lately, pace.in_flight, pace.allowed_in_flight), (2, 0, 8));
}

#[tokio::test(start_paused = true)]
async fn without_a_way_to_wecom_calls_are_soon_tried_once_only() {
    let server = Server::with_token(|_, _| Reply::rows("group", &json!([]))).await;
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let tries = Arc::new(Mutex::new(0));
    let (counted, seen) = (tries.clone(), move || std::mem::take(&mut *tries.lock().unwrap()));
    let client = server
        .builder()
        .base_url(format!("http://{nowhere}"))
        .observer(move |_| *counted.lock().unwrap() += 1)
        .build()
        .unwrap();
    let mut tries = Vec::new();
    for _ in 0..5 {
        let error = client.get_corp_checkin_option().await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        tries.push(seen());
    }
    assert_eq!(tries, [4, 4, 4, 1, 1]);
}

#[tokio::test]
async fn reaching_needs_no_credentials() {
    let server = Server::start(|_, _| Reply::errcode(41001)).await;
    let reach = server.client().ping().await.unwrap();
    let skew = reach.server_time.unwrap().duration_since(reach.client_time);
    assert!(skew.as_secs().abs() <= 2, "{skew}");
    assert!(server.asked()[0].query.is_empty());
    assert_eq!(server.count("gettoken"), 0);
}
