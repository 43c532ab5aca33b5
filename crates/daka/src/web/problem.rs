//! Why a request is not answered, as `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    failure::{Exit, Failure},
    lang::{Lang, Text, text},
};

/// Why a request is not answered, and what to do about it.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(super) status: StatusCode,
    pub(super) detail: Text,
    pub(super) hint: Text,
}

impl Problem {
    /// The question is wrong.
    pub(super) fn bad(detail: Text, hint: Text) -> Self {
        Self { status: StatusCode::BAD_REQUEST, detail, hint }
    }

    /// What is asked for is not there.
    pub(super) fn not_found(detail: Text, hint: Text) -> Self {
        Self { status: StatusCode::NOT_FOUND, detail, hint }
    }

    /// Something is not as the program made it.
    pub(super) fn broken(detail: Text) -> Self {
        Failure::one(
            Exit::Failed,
            "system",
            detail,
            text!("try again; the log tells more", "请重试；详情见日志"),
        )
        .into()
    }

    /// No route leads there.
    pub(super) fn nothing_here() -> Self {
        Self::not_found(
            text!("there is nothing at this address", "此地址没有内容"),
            text!("/api/v1/openapi.json lists what there is", "接口清单见 /api/v1/openapi.json"),
        )
    }

    /// A method that no route has.
    pub(super) fn only_reading() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            detail: text!("this address can only be read", "此地址只能读取"),
            hint: text!("send GET or HEAD", "请用 GET 或 HEAD"),
        }
    }

    /// The answer in a language.
    pub(super) fn response(&self, lang: Lang) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or_default(),
            "status": self.status.as_u16(),
            "detail": self.detail.in_lang(lang),
            "hint": self.hint.in_lang(lang),
        });
        let kind = HeaderValue::from_static("application/problem+json");
        (self.status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
    }
}

/// Where no question was read, nobody has said a language.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.response(Lang::En)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let exit = failure.exit;
        let first = failure.problems.into_iter().next().unwrap_or_default();
        let status = match exit {
            Exit::Usage if first.kind == "usage" => StatusCode::BAD_REQUEST,
            _ if first.retryable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if status.is_server_error() {
            tracing::error!(
                status = status.as_u16(),
                why = first.errmsg.in_lang(Lang::En),
                "failed"
            );
        }
        Self { status, detail: first.errmsg, hint: first.hint }
    }
}
