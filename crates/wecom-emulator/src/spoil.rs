//! What a fault does to an answer.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde_json::Value;

use crate::answer::Refusal;
use crate::calls::Spec;
use crate::faults::FaultKind;
use crate::server::Server;
use crate::wire::Peer;

/// The answer of a fault that comes in place of the call.
pub(crate) fn instead(
    server: &Server,
    spec: &Spec,
    fault: &FaultKind,
    peer: &Peer,
) -> Option<Response> {
    match fault {
        FaultKind::Errcode { errcode, errmsg } => {
            let refusal = match errmsg {
                Some(text) => Refusal::saying(*errcode, text.clone()),
                None => Refusal::new(*errcode),
            };
            Some(server.refuse(spec, &refusal, false, peer))
        }
        FaultKind::HttpStatus { status } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            Some((status, "the gateway is not well").into_response())
        }
        FaultKind::Html => {
            let page = "<!DOCTYPE html><html><head><title>Sign in</title></head>\
                        <body><h1>Network sign-in</h1></body></html>";
            Some(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
        }
        FaultKind::DropBefore => {
            peer.cut();
            Some(StatusCode::NO_CONTENT.into_response())
        }
        _ => None,
    }
}

/// The answer of a fault that spoils what the call answered.
pub(crate) async fn spoil(mut response: Response, fault: FaultKind, peer: &Peer) -> Response {
    match fault {
        FaultKind::Delay { delay_ms } => {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            response
        }
        FaultKind::EmptyBody => with_body(response, |_| Bytes::new()).await,
        FaultKind::Truncated => with_body(response, |bytes| half(&bytes)).await,
        FaultKind::NumbersAsStrings => with_body(response, |bytes| strings(&bytes)).await,
        FaultKind::NoContentType => {
            response.headers_mut().remove(header::CONTENT_TYPE);
            response
        }
        FaultKind::DropDuring => {
            let (mut parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            let length = HeaderValue::from(bytes.len());
            parts.headers.insert(header::CONTENT_LENGTH, length);
            let first = futures::stream::iter([Ok(half(&bytes))]);
            let broken = futures::stream::once(async {
                // Lets the first half reach the line before it breaks.
                tokio::task::yield_now().await;
                Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
            });
            Response::from_parts(parts, Body::from_stream(first.chain(broken)))
        }
        FaultKind::DropAfter => {
            peer.cut();
            response
        }
        _ => response,
    }
}

async fn with_body(response: Response, change: impl FnOnce(Bytes) -> Bytes) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(change(bytes)))
}

fn half(bytes: &Bytes) -> Bytes {
    bytes.slice(..bytes.len() / 2)
}

fn strings(bytes: &Bytes) -> Bytes {
    fn restate(value: Value) -> Value {
        match value {
            Value::Number(number) => Value::String(number.to_string()),
            Value::Array(items) => items.into_iter().map(restate).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (key, restate(value))).collect()
            }
            other => other,
        }
    }
    serde_json::from_slice::<Value>(bytes)
        .map_or_else(|_| bytes.clone(), |value| Bytes::from(restate(value).to_string()))
}
