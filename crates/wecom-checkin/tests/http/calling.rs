//! What happens between a request and its answer: retries, waits, refusals, broken answers.

use std::time::Duration;

use crate::scripted::{Reply, SECRET, Server};
use jiff::civil::date;
use serde_json::json;
use tokio::time::Instant;
use wecom_checkin::{
    Client, Error, UserId,
    calls::{get_checkin_data::GetCheckinData, get_checkin_option::GetCheckinOption},
    plan::{Days, UserBatch, Window},
};

const RECORDS: &str = "checkin/getcheckindata";

fn batch(users: &[&str]) -> UserBatch {
    UserBatch::new(users.iter().map(|user| UserId::from(*user)).collect::<Vec<_>>()).unwrap()
}

fn request() -> GetCheckinData {
    let days = Days::new(date(2026, 6, 1), date(2026, 6, 2)).unwrap();
    GetCheckinData::new(batch(&["li", "wu"]), Window::of_days(days).unwrap())
}

async fn records(client: &Client) -> Result<usize, Error> {
    Ok(client.get_checkin_data(&request()).await?.len())
}

fn one_row() -> Reply {
    Reply::rows("checkindata", &json!([{"userid": "li", "checkin_time": 1_780_000_000}]))
}

#[tokio::test]
async fn a_request_is_the_documented_one() {
    let server = Server::with_token(|_, _| one_row()).await;
    let rows = server.client().get_checkin_data(&request()).await.unwrap();
    assert_eq!(rows[0].raw(), r#"{"userid":"li","checkin_time":1780000000}"#);
    let asked = server.asked();
    assert_eq!(asked[0].path, "gettoken");
    assert_eq!(asked[0].query["corpid"], "ww1");
    assert_eq!(asked[0].query["corpsecret"], SECRET);
    assert_eq!((asked[1].path.as_str(), asked[1].token()), (RECORDS, "t1"));
    assert_eq!(
        asked[1].body,
        json!({
            "opencheckindatatype": 3,
            "starttime": 1_780_243_200,
            "endtime": 1_780_415_999,
            "useridlist": ["li", "wu"],
        })
    );
    let request = GetCheckinOption::new(batch(&["li"]), date(2017, 11, 30));
    server.client().get_checkin_option(&request).await.unwrap_err();
    let body = server.asked().last().unwrap().body.clone();
    assert_eq!(body, json!({"datetime": 1_511_971_200, "useridlist": ["li"]}));
}

type Make = Box<dyn Fn() -> Reply + Send + Sync>;

/// Each answer that passes by itself, how it ends, and how often it is asked for when it does not.
#[tokio::test(start_paused = true)]
async fn what_passes_is_tried_four_times_and_nothing_else_twice() {
    let truncated = r#"{"errcode":0,"errmsg":"ok","checkindata":[{"userid":"l"#;
    let html = "<!DOCTYPE html><html><body>Bad gateway</body></html>";
    let code = |code| -> Make { Box::new(move || Reply::errcode(code)) };
    let text = |status, body: &'static str| -> Make { Box::new(move || Reply::text(status, body)) };
    let cases: Vec<(&str, Make, usize, &str)> = vec![
        ("-1", code(-1), 4, "api"),
        ("6000", code(6000), 4, "api"),
        ("301022", code(301_022), 4, "api"),
        ("301070", code(301_070), 4, "api"),
        ("45033", code(45033), 4, "api"),
        ("HTTP 500", text(500, "oops"), 4, "http"),
        ("HTTP 502 HTML", text(502, html), 4, "http"),
        ("HTML", text(200, html), 4, "decode"),
        ("truncated", text(200, truncated), 4, "decode"),
        ("empty", text(200, ""), 4, "decode"),
        ("no object", text(200, "[]"), 4, "decode"),
        ("no payload", text(200, r#"{"errcode":0}"#), 4, "decode"),
        ("HTTP 404", text(404, html), 1, "http"),
        ("48002", code(48002), 1, "api"),
        ("301023", code(301_023), 1, "api"),
        ("301024", code(301_024), 1, "api"),
        ("301021", code(301_021), 1, "api"),
        ("60020", code(60020), 1, "api"),
        ("12345", code(12345), 1, "api"),
    ];
    for (name, make, tries, kind) in cases {
        let make = std::sync::Arc::new(make);
        let always = make.clone();
        let server = Server::with_token(move |_, _| always()).await;
        let error = records(&server.client()).await.unwrap_err();
        assert_eq!((server.count(RECORDS), error.kind().as_str()), (tries, kind), "{name}");
        assert_eq!(error.call(), Some("getcheckindata"), "{name}");
        assert_eq!(error.is_retryable(), tries > 1, "{name}");
        assert!(!error.to_string().contains('\n') && !error.hint().en.is_empty(), "{name}");
        if tries > 1 {
            let server =
                Server::with_token(move |_, n| if n < 3 { make() } else { one_row() }).await;
            assert_eq!(records(&server.client()).await.unwrap(), 1, "{name}, then well");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_used_up_quota_is_waited_out() {
    let server =
        Server::with_token(|_, n| if n < 2 { Reply::errcode(45009) } else { one_row() }).await;
    let start = Instant::now();
    assert_eq!(records(&server.client()).await.unwrap(), 1);
    assert_eq!(server.count(RECORDS), 3);
    assert!((120..130).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_stays_used_up_ends_in_an_error() {
    let server = Server::with_token(|_, _| Reply::errcode(45009)).await;
    let error = records(&server.client()).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(server.count(RECORDS), 11, "once and ten waits");
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_is_a_timeout_and_tried_again() {
    let server = Server::with_token(|_, n| {
        if n == 0 { one_row().after(Duration::from_secs(30)) } else { one_row() }
    })
    .await;
    let client = server.builder().timeout(Duration::from_secs(5)).build().unwrap();
    assert_eq!(records(&client).await.unwrap(), 1);
    assert_eq!(server.count(RECORDS), 2);
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let server = Server::with_token(|_, _| Reply::errcode(60020)).await;
    let error = records(&server.client()).await.unwrap_err();
    assert_eq!(error.errcode(), Some(60020));
    assert_eq!(error.errmsg(), Some("no luck"));
    assert_eq!(error.caller_ip(), Some("203.0.113.9"));
    assert!(error.hint().en.contains("企业可信IP"));
    assert_eq!(
        error.to_string(),
        "getcheckindata: WeCom answered 60020, the caller's address is not trusted (no luck)"
    );
}

#[tokio::test]
async fn a_raw_call_sends_and_returns_text_as_it_is() {
    let answer = r#"{ "checkindata" : [{"new": 1e2}], "errcode":0 }"#;
    let server = Server::with_token(move |asked, _| match asked.path.as_str() {
        RECORDS => Reply::text(200, answer),
        "department/simplelist" => Reply::json(&json!({"errcode": 0, "department_id": []})),
        _ => Reply::errcode(301_023),
    })
    .await;
    let client = server.client();
    for name in ["getcheckindata", "checkin/getcheckindata", "/cgi-bin/checkin/getcheckindata"] {
        assert_eq!(client.call_raw(name, r#"{"a": [1]}"#).await.unwrap().text(), answer);
        assert_eq!(server.asked().last().unwrap().body, json!({"a": [1]}));
    }
    client.call_raw("department/simplelist", r#"{"id": 7}"#).await.unwrap();
    assert_eq!(server.asked().last().unwrap().query["id"], "7");

    let error = client.call_raw("getcheckinoption", "{}").await.unwrap_err();
    assert!(error.answer().unwrap().contains(r#""errcode":301023"#));
    for (name, json) in [("getcheckindata", "[1]"), ("nothing", "{}"), ("gettoken", "{}")] {
        let error = client.call_raw(name, json).await.unwrap_err();
        assert_eq!(error.kind().as_str(), "input", "{name} {json}");
    }
}

/// Neither the text of an error, nor its debug form, nor any of its sources knows a credential.
#[tokio::test]
async fn errors_keep_secrets() {
    fn check(error: &Error) {
        let mut texts = vec![error.to_string(), format!("{error:?} {error:#?}")];
        texts.extend(error.answer().map(str::to_owned));
        let mut source: Option<&dyn std::error::Error> = std::error::Error::source(error);
        while let Some(link) = source {
            texts.push(format!("{link} {link:?}"));
            source = link.source();
        }
        for text in texts {
            for secret in [SECRET, "t0ken", "access_token", "corpsecret", "http://"] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }

    let server = Server::start(|asked, n| match (asked.path.as_str(), n) {
        ("gettoken", _) => Reply::token("t0ken", 7200),
        (_, 0) => Reply::text(404, "<html>"),
        (_, 1) => one_row().after(Duration::from_secs(5)),
        _ => Reply::errcode(48002),
    })
    .await;
    let once = wecom_checkin::RetryPolicy { tries: 1, ..wecom_checkin::RetryPolicy::default() };
    let client = server.builder().retry(once).timeout(Duration::from_millis(300)).build().unwrap();
    for _ in 0..3 {
        check(&records(&client).await.unwrap_err());
    }
    assert!(!format!("{client:?} {:?}", server.builder()).contains(SECRET));

    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let client =
        server.builder().retry(once).base_url(format!("http://{address}")).build().unwrap();
    let error = records(&client).await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.call()), ("network", Some("gettoken")));
    assert!(error.did_not_happen());
    check(&error);

    let broken = Server::start(|_, _| {
        Reply::text(200, r#"{"access_token": {"t0ken": "t0ken"}, "expires_in": "t0ken"}"#)
    })
    .await;
    let error = records(&broken.builder().retry(once).build().unwrap()).await.unwrap_err();
    assert_eq!(error.kind().as_str(), "decode");
    check(&error);
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let secret = || secrecy::SecretString::from(SECRET);
    for base_url in ["", "qyapi.weixin.qq.com", "ftp://x", "http://user:pass@x", "http://x/?a=1"] {
        let error = Client::builder("ww1", secret()).base_url(base_url).build().unwrap_err();
        assert_eq!(error.kind().as_str(), "input", "{base_url}");
    }
    assert!(Client::builder("", secret()).build().is_err());
    assert!(Client::builder("ww1", secrecy::SecretString::from(" \n")).build().is_err());
    assert!(Client::builder("ww1", secret()).root_certificates("no pem").build().is_err());
    assert!(Client::builder("ww1", secret()).build().is_ok());
}

#[tokio::test]
async fn what_gateways_add_is_overlooked() {
    let server = Server::with_token(|_, _| {
        Reply::text(200, "\u{feff} {\"errcode\":\"0\",\"checkindata\":null,\"extra\":{}}\n")
    })
    .await;
    assert_eq!(records(&server.client()).await.unwrap(), 0);
}

/// Everything that is traced in a call that is refused, tried again and answered.
#[tokio::test(start_paused = true)]
async fn traces_keep_secrets() {
    #[derive(Clone, Default)]
    struct Sink(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let sink = Sink::default();
    let writer = sink.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start(|asked, n| match (asked.path.as_str(), n) {
        ("gettoken", n) => Reply::token(&format!("t0ken{n}"), 7200),
        (_, 0) => Reply::errcode(42001),
        (_, 1) => Reply::errcode(-1),
        _ => one_row(),
    })
    .await;
    records(&server.client()).await.unwrap();
    drop(guard);
    let traced = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    assert!(traced.contains("getcheckindata") && traced.contains("42001"), "{traced}");
    for secret in [SECRET, "t0ken", "access_token", "corpsecret"] {
        assert!(!traced.contains(secret), "{secret} in {traced}");
    }
}
