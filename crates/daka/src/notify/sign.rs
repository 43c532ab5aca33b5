//! Signatures, by which a receiver knows who writes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// HMAC-SHA256, base64.
fn hmac(key: &[u8], message: &[u8]) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(message);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The `sign` of a DingTalk robot: HMAC of the timestamp (milliseconds), a line feed and the secret,
/// keyed by the secret, base64, into the query. Source: open.dingtalk.com, 自定义机器人安全设置, 加签;
/// the timestamp may be an hour off.
pub(super) fn dingtalk(secret: &str, timestamp_ms: i64) -> String {
    hmac(secret.as_bytes(), format!("{timestamp_ms}\n{secret}").as_bytes())
}

/// The `sign` of a Feishu robot: HMAC of nothing, keyed by the timestamp (seconds), a line feed and
/// the secret, base64, into the body. Source: open.feishu.cn, 自定义机器人使用指南, 签名校验; the
/// timestamp may be an hour off.
pub(super) fn feishu(secret: &str, timestamp_sec: i64) -> String {
    hmac(format!("{timestamp_sec}\n{secret}").as_bytes(), b"")
}

/// The `webhook-signature` of a webhook: HMAC of id, timestamp (seconds) and body with dots between,
/// base64, after `v1,`. A secret that begins with `whsec_` is base64. Source: the Standard Webhooks
/// specification 1.0.0, for which receivers find libraries in most languages.
pub(super) fn webhook(secret: &str, id: &str, timestamp_sec: i64, body: &str) -> String {
    let decoded = secret.strip_prefix("whsec_").and_then(|secret| STANDARD.decode(secret).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    format!("v1,{}", hmac(&key, format!("{id}.{timestamp_sec}.{body}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_that_others_compute() {
        // Computed with Python's hmac; the last is the example of Standard Webhooks.
        assert_eq!(
            dingtalk("SEC-test", 1_762_315_200_123),
            "LuHNMyK9F8vE8Ev6B74pFkdPq4sg0Vhg1FdNgO+s1Mg="
        );
        assert_eq!(
            feishu("SEC-test", 1_762_315_200),
            "38DElbpJiItrwMQoZM2roODeSvPbGTGNM2bBlGlta5c="
        );
        let signed = webhook("SEC-test", "msg_1", 1_762_315_200, r#"{"a":1}"#);
        assert_eq!(signed, "v1,BBwoi7IA9aVr5RWpbQDOTu2fjkkbktBmZIWQ//MXRfo=");
        let signed = webhook(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
