//! Small servers that stand in for DingTalk, Feishu, a webhook and a mail server, and check who writes.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::Stage;

pub(crate) const SECRET: &str = "SECabc";

/// What reached a server.
#[derive(Clone, Default)]
pub(crate) struct Post {
    pub(crate) taken: Arc<Mutex<Vec<Value>>>,
    /// What to answer, in this order, before all is taken.
    pub(crate) answers: Arc<Mutex<Vec<StatusCode>>>,
}

impl Post {
    pub(crate) fn taken(&self) -> Vec<Value> {
        self.taken.lock().unwrap().clone()
    }

    fn take(&self, body: &str) {
        self.taken.lock().unwrap().push(serde_json::from_str(body).unwrap());
    }
}

fn hmac(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

type Params = Query<std::collections::HashMap<String, String>>;

async fn dingtalk(State(post): State<Post>, Query(query): Params, body: String) -> String {
    let signed = hmac(SECRET, &format!("{}\n{SECRET}", query["timestamp"]));
    if query["sign"] != signed || query["access_token"] != "k" {
        return json!({"errcode": 310_000, "errmsg": "sign not match"}).to_string();
    }
    post.take(&body);
    json!({"errcode": 0, "errmsg": "ok"}).to_string()
}

async fn feishu(State(post): State<Post>, body: String) -> String {
    let told: Value = serde_json::from_str(&body).unwrap();
    let key = format!("{}\n{SECRET}", told["timestamp"].as_str().unwrap_or_default());
    if told["sign"] != hmac(&key, "") {
        return json!({"code": 19_021, "msg": "sign match fail"}).to_string();
    }
    post.take(&body);
    json!({"code": 0, "msg": "success"}).to_string()
}

async fn webhook(State(post): State<Post>, headers: HeaderMap, body: String) -> StatusCode {
    let answer = post.answers.lock().unwrap().pop();
    if let Some(answer) = answer {
        return answer;
    }
    let header = |name: &str| headers[name].to_str().unwrap();
    let message = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
    if header("webhook-signature") != format!("v1,{}", hmac(SECRET, &message)) {
        return StatusCode::UNAUTHORIZED;
    }
    post.take(&body);
    StatusCode::NO_CONTENT
}

/// Starts the three on one address.
pub(crate) fn serve(stage: &Stage) -> (SocketAddr, [Post; 3]) {
    let posts = [Post::default(), Post::default(), Post::default()];
    let [one, two, three] = posts.clone();
    let routes = Router::new()
        .route("/robot/send", post(dingtalk).with_state(one))
        .route("/hook", post(feishu).with_state(two))
        .route("/webhook", post(webhook).with_state(three));
    let address = stage.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        address
    });
    (address, posts)
}

/// A mail server that takes every mail.
pub(crate) fn mail() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mails = Arc::new(Mutex::new(Vec::new()));
    let kept = mails.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that goes away in the middle is no mail.
            let _ = talk(&stream.unwrap(), &kept);
        }
    });
    (address, mails)
}

fn talk(stream: &TcpStream, mails: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut out = stream;
    out.write_all(b"220 here\r\n")?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next().transpose()? {
        match line.get(..4).unwrap_or_default() {
            "QUIT" => return out.write_all(b"221 bye\r\n"),
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let mut mail = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                mails.lock().unwrap().push(mail);
                out.write_all(b"250 taken\r\n")?;
            }
            _ => out.write_all(b"250 fine\r\n")?,
        }
    }
    Ok(())
}
