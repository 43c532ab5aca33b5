//! A server that answers as a test tells it to, and remembers what it was asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    body::Bytes,
    extract::{Query, Request},
    http::StatusCode,
    response::IntoResponse,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use wecom_checkin::{Client, ClientBuilder, token::TokenCache};

pub const SECRET: &str = "s3cret-of-the-app";

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Below `/cgi-bin/`.
    pub path: String,
    pub query: HashMap<String, String>,
    pub body: Value,
}

impl Asked {
    pub fn token(&self) -> &str {
        self.query.get("access_token").map_or("", String::as_str)
    }

    pub fn users(&self) -> Vec<&str> {
        self.body["useridlist"].as_array().unwrap().iter().map(|u| u.as_str().unwrap()).collect()
    }
}

pub struct Reply {
    pub status: u16,
    pub body: String,
    pub after: Duration,
}

impl Reply {
    pub fn text(status: u16, body: &str) -> Self {
        Self { status, body: body.to_owned(), after: Duration::ZERO }
    }

    pub fn json(body: &Value) -> Self {
        Self::text(200, &body.to_string())
    }

    /// A refusal as WeCom words it.
    pub fn errcode(code: i64) -> Self {
        let errmsg = format!(
            "no luck, hint: [1_2_3f], from ip: 203.0.113.9, more info at https://example.org/?e={code}"
        );
        Self::json(&json!({"errcode": code, "errmsg": errmsg, "checkindata": []}))
    }

    pub fn token(token: &str, expires_in: i64) -> Self {
        Self::json(
            &json!({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": expires_in}),
        )
    }

    pub fn rows(key: &str, rows: &Value) -> Self {
        Self::json(&json!({"errcode": 0, "errmsg": "ok", key: rows}))
    }

    pub fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
}

pub struct Server {
    pub base_url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers with `answer`, which also gets how often that path was asked before.
    pub async fn start(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (log, answer) = (asked.clone(), Arc::new(answer));
        let handle = move |Query(query): Query<HashMap<String, String>>, request: Request| {
            let (log, answer) = (log.clone(), answer.clone());
            async move {
                let path = request.uri().path().trim_start_matches("/cgi-bin/").to_owned();
                let body: Bytes =
                    axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap_or_default();
                let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
                let this = Asked { path, query, body };
                let reply = {
                    let mut log = log.lock().unwrap();
                    let before = log.iter().filter(|asked| asked.path == this.path).count();
                    log.push(this.clone());
                    answer(&this, before)
                };
                if !reply.after.is_zero() {
                    tokio::time::sleep(reply.after).await;
                }
                (StatusCode::from_u16(reply.status).unwrap(), reply.body).into_response()
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new().fallback(handle);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base_url, asked }
    }

    /// Hands out the token `t1` and answers everything else with `answer`.
    pub async fn with_token(
        answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |asked, before| {
            if asked.path == "gettoken" { Reply::token("t1", 7200) } else { answer(asked, before) }
        })
        .await
    }

    pub fn builder(&self) -> ClientBuilder {
        Client::builder("ww1", SecretString::from(SECRET))
            .base_url(&self.base_url)
            .token_cache(TokenCache::Memory)
    }

    pub fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Everything asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often a path was asked.
    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path == path).count()
    }
}
