//! `ETag`s: an answer that has not changed is not sent again.
//!
//! The tag is made of the answer itself, so it cannot be stale.

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// Answers of more bytes than this are sent as they are made.
const MOST_BYTES: u64 = 16 << 20;

/// Tags an answer that is whole, and leaves it away where the caller has it.
pub(super) async fn tag(request: Request, next: Next) -> Response {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let size = response.body().size_hint().exact().filter(|size| *size <= MOST_BYTES);
    if !reading || response.status() != StatusCode::OK || size.is_none_or(|size| size == 0) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // Weak: compressed or not, the answer says the same.
    let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes)));
    let unchanged = known.is_some_and(|known| names(&known, &tag));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        head.headers.insert(header::ETAG, tag);
    }
    if unchanged {
        head.status = StatusCode::NOT_MODIFIED;
        without_content(&mut head.headers);
        return Response::from_parts(head, Body::empty());
    }
    Response::from_parts(head, bytes.into())
}

fn without_content(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_LENGTH);
}

/// Whether an `If-None-Match` names a tag; weakly compared.
fn names(known: &HeaderValue, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let tag = bare(tag);
    known
        .to_str()
        .is_ok_and(|known| known.trim() == "*" || known.split(',').any(|known| bare(known) == tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_however_it_is_listed() {
        for (known, found) in [
            ("W/\"a\"", true),
            ("\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(names(&HeaderValue::from_str(known).unwrap(), "W/\"a\""), found, "{known}");
        }
    }
}
