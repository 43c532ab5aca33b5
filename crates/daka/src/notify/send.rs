//! Sending a message to whoever stands at the other end.

mod mail;
mod pace;
mod post;

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use wecom_checkin::{Client, ErrorKind, UserId, calls::send_message::SendMessage};

pub(crate) use mail::Mailer;
use pace::Pace;
use post::Answer;

use super::{Message, sign};
use crate::{
    failure::Problem,
    lang::{Text, text},
};

/// How a receiver is reached.
pub(crate) enum Channel {
    /// A group's robot of WeCom; the address holds its key.
    WecomRobot { url: SecretString },
    /// An app of WeCom, which writes to the person.
    WecomApp { client: Box<Client>, agent_id: i64 },
    /// A group's robot of DingTalk, with a secret where it wants signatures.
    Dingtalk { url: SecretString, secret: Option<SecretString> },
    /// A group's robot of Feishu, likewise.
    Feishu { url: SecretString, secret: Option<SecretString> },
    /// Anything that takes JSON; signed where there is a secret.
    Webhook { url: SecretString, secret: Option<SecretString> },
    /// Mailboxes.
    Mail(Box<Mailer>),
}

/// How long a refusal is waited out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// After "too often", where the receiver does not say how long.
    pub(crate) limit: Duration,
    /// After the first try that did not get through; then twice as long each time.
    pub(crate) first: Duration,
}

impl Patience {
    /// Tries in all.
    const TRIES: u32 = 4;
    /// Longest wait that a receiver may ask for.
    const LONGEST: Duration = Duration::from_secs(90);
}

impl Default for Patience {
    fn default() -> Self {
        Self { limit: Duration::from_mins(1), first: Duration::from_secs(1) }
    }
}

/// Why a message was not delivered.
#[derive(Debug)]
pub(crate) struct No {
    pub(crate) problem: Box<Problem>,
    /// It may have been delivered after all.
    pub(crate) is_unsure: bool,
    /// Every other message would fail as well.
    pub(crate) is_of_all: bool,
    again: Again,
}

/// Whether trying again may help: only where it certainly was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    Never,
    BackOff,
    /// It was asked too often; after so long where the receiver says so.
    Limited(Option<Duration>),
}

impl No {
    pub(super) fn new(call: Option<&str>, errmsg: Text, hint: Text) -> Self {
        let problem = Problem {
            kind: "notify".into(),
            call: call.map(str::to_owned),
            errmsg,
            hint,
            ..Problem::default()
        };
        Self { problem: Box::new(problem), is_unsure: false, is_of_all: false, again: Again::Never }
    }

    fn again(mut self, again: Again) -> Self {
        self.problem.retryable = again != Again::Never;
        Self { again, ..self }
    }

    fn unsure(mut self) -> Self {
        self.problem.retryable = true;
        self.problem.hint = text!(
            "it may have arrived; unless it did, a run after a quarter of an hour tells it again",
            "可能已送达；否则一刻钟后的下一次运行会重新发送"
        );
        Self { is_unsure: true, again: Again::Never, ..self }
    }

    fn of_all(self) -> Self {
        Self { is_of_all: true, ..self }
    }

    /// Nobody answered in all the time there is.
    pub(super) fn took_too_long() -> Self {
        Self::new(None, text!("sending took too long", "发送超时"), Text::default()).unsure()
    }
}

/// Sends messages to one receiver.
pub(crate) struct Sender {
    channel: Channel,
    http: reqwest::Client,
    patience: Patience,
    pace: Option<Pace>,
}

impl Sender {
    /// For a channel. `None` when an address is no `http` or `https` address, or the system gives no
    /// connections.
    pub(crate) fn new(channel: Channel, patience: Patience) -> Option<Self> {
        let url = match &channel {
            Channel::WecomRobot { url }
            | Channel::Dingtalk { url, .. }
            | Channel::Feishu { url, .. }
            | Channel::Webhook { url, .. } => Some(url),
            Channel::WecomApp { .. } | Channel::Mail(_) => None,
        };
        if let Some(url) = url {
            let url = Url::parse(url.expose_secret()).ok()?;
            matches!(url.scheme(), "http" | "https").then_some(())?;
        }
        // WeCom and DingTalk document 20 messages a minute, Feishu 100.
        let pace = match channel {
            Channel::WecomRobot { .. } | Channel::Dingtalk { .. } => Some(20),
            Channel::Feishu { .. } => Some(100),
            _ => None,
        };
        let pace = pace.map(|most| Pace::new(most, patience.limit));
        Some(Self { channel, http: post::client()?, patience, pace })
    }

    /// Whether each message is about one person alone, so that many may be under way at once.
    pub(crate) fn is_personal(&self) -> bool {
        matches!(self.channel, Channel::WecomApp { .. })
    }

    /// Sends a message, and again as long as there is hope and it certainly did not arrive.
    pub(crate) async fn send(
        &self,
        message: &Message,
        clock: impl Fn() -> Timestamp,
    ) -> Result<(), No> {
        let mut wait = self.patience.first;
        let mut tries = 1;
        loop {
            if let Some(pace) = &self.pace {
                pace.turn().await;
            }
            let no = match self.once(message, clock()).await {
                Ok(()) => return Ok(()),
                Err(no) => no,
            };
            let pause = match no.again {
                Again::Never => return Err(no),
                _ if tries == Patience::TRIES => return Err(no),
                Again::BackOff => wait,
                Again::Limited(asked) => {
                    asked.unwrap_or(self.patience.limit).min(Patience::LONGEST)
                }
            };
            tracing::info!(tries, "a receiver is asked again in {pause:?}");
            tokio::time::sleep(pause).await;
            wait *= 2;
            tries += 1;
        }
    }

    async fn once(&self, message: &Message, now: Timestamp) -> Result<(), No> {
        let text = &message.text;
        match &self.channel {
            Channel::WecomApp { client, agent_id } => app(client, *agent_id, message).await,
            Channel::Mail(mailer) => mailer.send(message).await,
            Channel::WecomRobot { url } => {
                let body = json!({"msgtype": "markdown", "markdown": {"content": text}});
                let answer = self.post(url, &[], &[], body.to_string()).await?;
                answer.judged("webhook/send", "errcode", |code| match code {
                    45009 => Again::Limited(None),
                    -1 | 6000 | 45033 => Again::BackOff,
                    _ => Again::Never,
                })
            }
            Channel::Dingtalk { url, secret } => {
                // A single line feed is a blank in its markdown.
                let body = json!({
                    "msgtype": "markdown",
                    "markdown": {"title": message.title, "text": text.replace('\n', "\n\n")},
                    "at": {"isAtAll": false},
                });
                let at = now.as_millisecond();
                let query = secret.as_ref().map(|secret| {
                    let sign = sign::dingtalk(secret.expose_secret(), at);
                    [("timestamp", at.to_string()), ("sign", sign)]
                });
                let query = query.as_ref().map_or(&[][..], |query| &query[..]);
                let answer = self.post(url, query, &[], body.to_string()).await?;
                answer.judged("robot/send", "errcode", |code| match code {
                    130_101 | 410_100 => Again::Limited(None),
                    -1 => Again::BackOff,
                    _ => Again::Never,
                })
            }
            Channel::Feishu { url, secret } => {
                let mut body = json!({"msg_type": "text", "content": {"text": text}});
                if let (Some(secret), Some(body)) = (secret, body.as_object_mut()) {
                    let at = now.as_second();
                    body.insert("timestamp".into(), at.to_string().into());
                    body.insert("sign".into(), sign::feishu(secret.expose_secret(), at).into());
                }
                let answer = self.post(url, &[], &[], body.to_string()).await?;
                answer.judged("bot/v2/hook", "code", |code| match code {
                    9499 | 11_232 | 11_233 => Again::Limited(None),
                    _ => Again::Never,
                })
            }
            Channel::Webhook { url, secret } => {
                let body = webhook_body(message).to_string();
                let at = now.as_second();
                let mut headers =
                    vec![("webhook-id", message.id.clone()), ("webhook-timestamp", at.to_string())];
                if let Some(secret) = secret {
                    let signed = sign::webhook(secret.expose_secret(), &message.id, at, &body);
                    headers.push(("webhook-signature", signed));
                }
                self.post(url, &[], &headers, body).await?.taken()
            }
        }
    }

    async fn post(
        &self,
        url: &SecretString,
        query: &[(&str, String)],
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answer, No> {
        post::send(&self.http, url.expose_secret(), query, headers, body).await
    }
}

async fn app(client: &Client, agent_id: i64, message: &Message) -> Result<(), No> {
    const CALL: Option<&str> = Some("message/send");
    let to = UserId::from(message.recipient.as_str());
    let request = SendMessage::text(agent_id, &to, message.text.clone());
    match client.send_message(&request).await {
        Ok(sent) if sent.invaliduser.is_empty() && sent.unlicenseduser.is_empty() => Ok(()),
        Ok(_) => Err(No::new(
            CALL,
            text!("WeCom did not deliver it to {to}", "企业微信没有送达 {to}"),
            text!(
                "check that the app is visible to them, and licensed",
                "请检查应用的可见范围和授权是否包括此人"
            ),
        )),
        Err(error) => {
            // The client has tried again wherever that was safe.
            let said = Text::of(error.to_string(), error.zh().to_string());
            let mut no = No::new(CALL, said, error.hint().into());
            no.problem.errcode = error.errcode();
            let is_silent = matches!(
                error.kind(),
                ErrorKind::Http | ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Decode
            );
            // Nobody of that name, or nobody who may see the app, says nothing of the others.
            let no = if error.errcode() == Some(81_013) { no } else { no.of_all() };
            Err(if is_silent { no.unsure() } else { no })
        }
    }
}

fn webhook_body(message: &Message) -> Value {
    let findings = message.shares.iter().flat_map(|share| {
        share.items.iter().map(|item| {
            json!({
                "id": item.id(),
                "userid": share.who.userid,
                "name": share.who.name,
                "departments": share.who.departments,
                "date": item.telling.date,
                "kind": item.finding.kind,
                "count": item.finding.count,
                "duration_sec": item.finding.duration_sec,
                "corrects": item.corrects,
            })
        })
    });
    json!({
        "type": "attendance.findings",
        "id": message.id,
        "title": message.title,
        "text": message.text,
        "findings": findings.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{
        Router,
        extract::State,
        http::StatusCode,
        response::{IntoResponse as _, Response},
        routing::post,
    };

    use super::*;
    use crate::lang::Lang;

    type Answers = Arc<Mutex<Vec<(u16, &'static str)>>>;

    async fn answer(State(answers): State<Answers>) -> Response {
        let (status, body) = answers.lock().unwrap().remove(0);
        let headers = [("retry-after", "0")];
        (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
    }

    /// Sends a message to a server that answers so; how many answers it did not give, and the end.
    async fn sent(
        channel: fn(SecretString) -> Channel,
        answers: &[(u16, &'static str)],
    ) -> (usize, Result<(), No>) {
        let left: Answers = Arc::new(Mutex::new(answers.to_vec()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/robot?key=hidden", listener.local_addr().unwrap());
        let routes = Router::new().route("/robot", post(answer)).with_state(left.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let patience = Patience { limit: Duration::ZERO, first: Duration::ZERO };
        let sender = Sender::new(channel(SecretString::from(url)), patience).unwrap();
        let message = Message {
            id: "1".into(),
            recipient: String::new(),
            title: "t".into(),
            text: "t".into(),
            shares: Vec::new(),
        };
        let done = sender.send(&message, || Timestamp::UNIX_EPOCH).await;
        let left = left.lock().unwrap().len();
        (left, done)
    }

    /// The channel, what it answers, how much of it it need not, whether it is told, and whether it
    /// may have been told nevertheless.
    type Case = (fn(SecretString) -> Channel, Vec<(u16, &'static str)>, usize, bool, bool);

    #[tokio::test]
    async fn a_receiver_is_asked_again_where_that_may_help() {
        const OK: (u16, &str) = (200, r#"{"errcode":0,"code":0}"#);
        const WECOM_LIMIT: (u16, &str) = (200, r#"{"errcode":45009,"errmsg":"out of limit"}"#);
        const DING_LIMIT: (u16, &str) = (200, r#"{"errcode":130101,"errmsg":"too fast"}"#);
        const FEISHU_LIMIT: (u16, &str) = (200, r#"{"code":11232,"msg":"limited"}"#);
        const NO: (u16, &str) = (200, r#"{"errcode":93000,"code":19021}"#);
        let wecom = |url| Channel::WecomRobot { url };
        let dingtalk = |url| Channel::Dingtalk { url, secret: None };
        let feishu = |url| Channel::Feishu { url, secret: None };
        let webhook = |url| Channel::Webhook { url, secret: None };
        let cases: [Case; 12] = [
            (wecom, vec![WECOM_LIMIT, WECOM_LIMIT, OK], 0, true, false),
            (wecom, vec![WECOM_LIMIT; 5], 1, false, false),
            (wecom, vec![NO, OK], 1, false, false),
            (wecom, vec![(200, "<html>"), OK], 1, false, true),
            (dingtalk, vec![DING_LIMIT, OK], 0, true, false),
            (dingtalk, vec![NO, OK], 1, false, false),
            (feishu, vec![FEISHU_LIMIT, OK], 0, true, false),
            (feishu, vec![NO, OK], 1, false, false),
            (webhook, vec![(429, ""), (503, ""), (500, ""), (204, "")], 0, true, false),
            (webhook, vec![(404, ""), OK], 1, false, false),
            (webhook, vec![(302, ""), OK], 1, false, false),
            (webhook, vec![(400, ""), OK], 1, false, false),
        ];
        for (n, (channel, answers, left, is_told, is_unsure)) in cases.into_iter().enumerate() {
            let (found, done) = sent(channel, &answers).await;
            assert_eq!((found, done.is_ok()), (left, is_told), "{n}");
            if let Err(no) = done {
                assert_eq!(no.is_unsure, is_unsure, "{n}");
                let line = no.problem.line(Lang::En);
                assert!(!line.contains("hidden") && !line.contains("127.0.0.1"), "{line}");
            }
        }
    }

    #[tokio::test]
    async fn what_gets_no_answer_may_have_arrived_and_what_gets_no_connection_has_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let patience = Patience { limit: Duration::ZERO, first: Duration::ZERO };
        let url = || SecretString::from(format!("http://{address}/?key=hidden"));
        let sender = Sender::new(Channel::WecomRobot { url: url() }, patience).unwrap();
        let (message, at) = (
            Message {
                id: "1".into(),
                recipient: String::new(),
                title: "t".into(),
                text: "t".into(),
                shares: Vec::new(),
            },
            || Timestamp::UNIX_EPOCH,
        );
        let hang_up = async {
            let (stream, _) = listener.accept().await.unwrap();
            stream.readable().await.unwrap();
        };
        let (done, ()) = futures::join!(sender.send(&message, at), hang_up);
        assert!(done.unwrap_err().is_unsure);
        drop(listener);
        let no = sender.send(&message, at).await.unwrap_err();
        let line = no.problem.line(Lang::En);
        assert!(!no.is_unsure && !line.contains("hidden") && !line.contains("127.0.0.1"), "{line}");
    }
}
