//! Messages to people and groups, and logging in.

use reqwest::{StatusCode, Url, redirect};
use serde_json::{Value, json};
use wecom_emulator::{Features, Sender};

use super::Desk;

impl Desk {
    async fn robot(&self, key: &str, body: Value) -> i64 {
        let url = format!("{}/cgi-bin/webhook/send?key={key}", self.client.base);
        let answer = self.client.http.post(url).body(body.to_string()).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["errcode"].as_i64().unwrap()
    }
}

#[tokio::test]
async fn the_app_writes_to_people_who_are_there() {
    let desk = Desk::set_up(Features::default()).await;
    let users = desk.emulator.userids();
    let text = |to: &str, content: &str| {
        json!({"touser": to, "msgtype": "text", "agentid": desk.emulator.agent_id(),
               "text": {"content": content}})
    };
    let spoilt = |key: &str, value: Value| {
        let mut body = text(&users[0], "hello");
        body[key] = value;
        body
    };
    let long = "长".repeat(683);
    let markdown = json!({"touser": users[0], "msgtype": "markdown", "agentid": desk.emulator.agent_id(),
                          "markdown": {"content": long}});
    for (body, errcode) in [
        (spoilt("agentid", json!(1)), 40056),
        (spoilt("agentid", Value::Null), 40056),
        (spoilt("touser", json!("")), 82001),
        (spoilt("touser", json!("nobody|no.one")), 81013),
        (spoilt("msgtype", json!("image")), 40008),
        (spoilt("text", json!({})), 44004),
        (markdown, 45002),
    ] {
        assert_eq!(desk.code("message/send", body.clone()).await, errcode, "{body}");
    }
    assert!(desk.emulator.messages().is_empty(), "what is refused reaches nobody");

    let both = format!("{}|nobody|{}", users[0].to_uppercase(), users[1]);
    let answer = desk.ask("message/send", text(&both, &long)).await;
    assert_eq!((&answer["errcode"], &answer["invaliduser"]), (&json!(0), &json!("nobody")));
    assert_eq!(desk.code("message/send", text("@all", "all")).await, 0);
    let sent = desk.client.get("/_emulator/messages").await;
    assert_eq!(sent[0]["userids"], json!(users[..2]));
    assert_eq!(sent[0]["content"], "长".repeat(682), "a text too long is cut off");
    assert_eq!(sent[1]["userids"], json!(users));
    let url = format!("{}/_emulator/messages", desk.client.base);
    desk.client.http.delete(url).send().await.unwrap();
    assert!(desk.emulator.messages().is_empty());
}

#[tokio::test]
async fn the_robot_takes_twenty_messages_a_minute() {
    let desk = Desk::set_up(Features::default()).await;
    let key = desk.emulator.webhook_key().to_owned();
    let markdown =
        |len: usize| json!({"msgtype": "markdown", "markdown": {"content": "x".repeat(len)}});
    let cases = [
        ("wrong", markdown(1), 93000),
        ("", markdown(1), 93000),
        (&key, json!({"msgtype": "card"}), 40008),
        (&key, markdown(4_097), 40058),
        (&key, markdown(4_096), 0),
        (&key, json!({"msgtype": "text", "text": {"content": "缺卡"}}), 0),
    ];
    let tried = cases.len();
    for (key, body, errcode) in cases {
        assert_eq!(desk.robot(key, body).await, errcode);
    }
    for _ in tried..20 {
        assert_eq!(desk.robot(&key, markdown(1)).await, 0);
    }
    assert_eq!(desk.robot(&key, markdown(1)).await, 45009);
    desk.client.control("clock", &json!({"advance_sec": 61})).await;
    assert_eq!(desk.robot(&key, markdown(1)).await, 0);
    let sent = desk.emulator.messages();
    assert!(sent.iter().all(|message| message.sender == Sender::Robot));
    assert_eq!((sent.len(), sent[1].content.as_str()), (17, "缺卡"));
}

#[tokio::test]
async fn whoever_logs_in_comes_back_with_a_code_that_names_them_once() {
    let desk = Desk::set_up(Features::default()).await;
    let http =
        reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
    let (corp_id, agent_id) = (desk.emulator.corp_id(), desk.emulator.agent_id().to_string());
    let userid = desk.emulator.userids()[3].clone();
    let back = "http://127.0.0.1:8900/login?from=a%26b";
    let page = async |path: &str, more: &[(&str, &str)]| {
        let mut url = Url::parse(&format!("{}{path}", desk.client.base)).unwrap();
        url.query_pairs_mut().extend_pairs(more);
        http.get(url).send().await.unwrap()
    };
    let asked = [
        ("appid", corp_id),
        ("redirect_uri", back),
        ("state", "s=1&t"),
        ("agentid", agent_id.as_str()),
    ];
    for path in ["/connect/oauth2/authorize", "/wwopen/sso/qrConnect", "/wwlogin/sso/login"] {
        let listed = page(path, &asked).await.text().await.unwrap();
        assert!(listed.contains(&format!(">{userid}</a>")), "{listed}");
        let chosen = page(path, &[&asked[..], &[("as", userid.as_str())]].concat()).await;
        assert_eq!(chosen.status(), StatusCode::FOUND);
        let location = chosen.headers()["location"].to_str().unwrap();
        let location = Url::parse(location).unwrap();
        let pairs: Vec<_> = location.query_pairs().into_owned().collect();
        assert_eq!(pairs[0], ("from".to_owned(), "a&b".to_owned()));
        assert_eq!(pairs[2], ("state".to_owned(), "s=1&t".to_owned()));
        let path =
            format!("/cgi-bin/auth/getuserinfo?access_token={}&code={}", desk.token, pairs[1].1);
        let who = desk.client.get(&path).await;
        assert_eq!((&who["errcode"], &who["userid"]), (&json!(0), &json!(userid)));
        assert_eq!(desk.client.get(&path).await["errcode"], 40029, "a code is good once");
    }
    for (key, value) in [
        ("appid", "ww0"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "/login"),
        ("agentid", "7"),
    ] {
        let wrong: Vec<_> =
            asked.iter().map(|&(k, v)| if k == key { (k, value) } else { (k, v) }).collect();
        let refused = page("/wwlogin/sso/login", &wrong).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{key} {value}");
    }
    let stranger = page("/wwlogin/sso/login", &[&asked[..], &[("as", "nobody")]].concat()).await;
    assert_eq!(stranger.status(), StatusCode::BAD_REQUEST);
}
