//! Answers: the envelope of success, and refusals in WeCom's manner.

use std::borrow::Cow;

use serde::Serialize;

/// A refusal: `errcode` and the short English that begins `errmsg`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) text: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with its usual words. Those of 48002, 301023, 40007, 301025 and 40091 were seen in the wild; the rest are ours.
    pub(crate) fn new(code: i64) -> Self {
        let text = match code {
            -1 | 301_070 => "system error",
            6000 => "data version conflict",
            40001 => "invalid credential",
            40003 | 301_021 => "invalid userid",
            40007 => "invalid media_id",
            40013 => "invalid corpid",
            40014 => "invalid access_token",
            40008 => "invalid message type",
            40029 => "invalid oauth_code",
            40032 => "invalid userid list size",
            40035 => "invalid parameter",
            40056 => "invalid agentid",
            40058 => "invalid request parameter",
            40063 => "some parameters are empty",
            40066 => "invalid party id list",
            40068 => "invalid tag id list",
            40091 => "secret is invalid",
            41001 => "access_token missing",
            41002 => "corpid missing",
            41004 => "corpsecret missing",
            41006 => "media_id missing",
            41009 => "userid missing",
            42001 => "access_token expired",
            44004 => "empty content",
            45002 => "content size out of limit",
            45009 => "api freq out of limit",
            45033 => "api concurrent out of limit",
            48002 => "api forbidden",
            60011 => "no privilege to access/modify contact/party/agent",
            60020 => "not allow to access from your ip",
            60111 => "userid not found",
            60123 => "invalid party id",
            81013 => "user & party & tag all invalid",
            82001 => "no user, party or tag given",
            93000 => "invalid webhook url",
            301_022 => "get checkin data failed",
            301_023 => "userlist is over threshold",
            301_024 => "invalid time range",
            301_025 => "get approval param error:invalid starttime or endtime",
            301_026 => "get approval template error",
            301_055 => "no approval auth",
            301_112 => "too many approvals in the time range",
            301_063 => "invalid vacation parameter",
            301_069 => "member not found",
            301_071 => "similar face exists",
            301_072 => "invalid face image",
            301_073 => "only future dates may be scheduled",
            301_075 => "invalid schedule parameter",
            301_080 => "the due punch does not exist or needs no punch",
            301_081 => "the punch is outside the permitted window",
            301_082 => "not a working day",
            301_083 => "invalid punch parameter",
            301_089 => "invalid groupid",
            301_090 => "range is out of the app's visible range",
            301_091 => "range collides with another rule",
            301_092 => "only the app that created a rule may change it",
            301_093 => "illegal field",
            301_094 => "illegal field for this kind of rule",
            301_095 => "too many rules",
            301_097 => "wifimac_infos and loc_infos are both empty",
            301_098 => "member out of scope",
            301_099 => "make-up for late is closed",
            301_101 => "make-up for early leave is closed",
            301_102 => "make-up for missing punch is closed",
            301_103 => "make-up is closed",
            301_104 => "make-up for late and other is closed",
            301_105 => "make-up for early leave and other is closed",
            600_017 => "invalid punch time",
            830_002 => "file or range too large",
            _ => "request refused",
        };
        Self { code, text: Cow::Borrowed(text) }
    }

    /// The same code with words that say more.
    pub(crate) fn saying(code: i64, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code, text: text.into() }
    }
}

/// What a call answers when it is not refused.
#[derive(Debug)]
pub(crate) enum Payload {
    /// A whole JSON body.
    Json(Vec<u8>),
    /// A file.
    File { bytes: Vec<u8>, content_type: &'static str, name: String },
}

/// `{"errcode":0,"errmsg":"ok", …}` around the fields of `body`.
pub(crate) fn success<T: Serialize>(body: &T) -> Result<Payload, Refusal> {
    #[derive(Serialize)]
    struct Envelope<'a, T> {
        errcode: i64,
        errmsg: &'static str,
        #[serde(flatten)]
        body: &'a T,
    }
    json(&Envelope { errcode: 0, errmsg: "ok", body })
}

/// A body without a payload.
pub(crate) fn done() -> Result<Payload, Refusal> {
    #[derive(Serialize)]
    struct Done {
        errcode: i64,
        errmsg: &'static str,
    }
    json(&Done { errcode: 0, errmsg: "ok" })
}

/// The bytes of `body`; what cannot be written is a system error.
pub(crate) fn json<T: Serialize>(body: &T) -> Result<Payload, Refusal> {
    serde_json::to_vec(body).map(Payload::Json).map_err(|_| Refusal::new(-1))
}
