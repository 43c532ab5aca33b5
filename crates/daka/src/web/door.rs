//! The door: who may call at all, and what every answer tells a browser.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::problem::Problem;
use crate::lang::text;

/// Nothing but what this server sends, no script or style within a page, no frame around it.
const CONTENT: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The names by which the service may be called. A page elsewhere whose name was made to lead here
/// (DNS rebinding) calls it by another.
#[derive(Debug)]
pub(super) struct Door {
    address: IpAddr,
}

impl Door {
    /// Of a service that listens there.
    pub(super) fn of(bound: SocketAddr) -> Self {
        Self { address: bound.ip() }
    }

    fn admits(&self, host: &str) -> bool {
        // A port may be another one's: a tunnel's.
        let Ok(host) = host.parse::<Authority>() else { return false };
        let name = host.host();
        let address =
            name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let same = address.parse::<IpAddr>().is_ok_and(|address| address == self.address);
        !host.as_str().contains('@') && (same || name.eq_ignore_ascii_case("localhost"))
    }

    /// Every name that a request calls the service by; there must be one.
    fn admits_all(&self, request: &Request) -> bool {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let written = request.uri().authority().map(Authority::as_str);
        host.to_str().is_ok_and(|host| self.admits(host))
            && written.is_none_or(|authority| self.admits(authority))
    }
}

/// Turns away who calls the service by a name that is not its own.
pub(super) async fn check(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    if door.admits_all(&request) {
        return next.run(request).await;
    }
    Problem {
        status: StatusCode::FORBIDDEN,
        detail: text!(
            "the Host of the request is not this service's address",
            "请求的 Host 不是本服务的地址"
        ),
        hint: text!(
            "call it by the address that it printed, or by localhost",
            "请使用它打印的地址，或 localhost"
        ),
    }
    .into_response()
}

/// Tells the browser to keep to itself what it is shown.
pub(super) async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Kept, but never shown without asking: a page after a sync shows the sync.
    let kept = HeaderValue::from_static("private, no-cache");
    headers.entry(header::CACHE_CONTROL).or_insert(kept);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(bound: &str, uri: &str, hosts: &[&str]) -> bool {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        Door::of(bound.parse().unwrap()).admits_all(&request)
    }

    #[test]
    fn the_service_answers_to_its_own_names_only() {
        let v4 = "127.0.0.1:8900";
        for host in ["127.0.0.1:8900", "127.0.0.1", "localhost:8900", "LocalHost", "localhost:9000"]
        {
            assert!(called(v4, "/", &[host]), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8900",
            "127.0.0.2",
            "localhost.evil.example",
            "",
            "localhost@evil.example",
            "evil@localhost",
            "localhost evil",
            "2130706433",
            "[::1]",
        ] {
            assert!(!called(v4, "/", &[host]), "{host}");
        }
        assert!(called("[::1]:8900", "/", &["[::1]:8900"]));
        assert!(!called(v4, "/", &[]));
        assert!(!called(v4, "/", &["localhost", "localhost"]));
        assert!(!called(v4, "http://evil.example/", &["localhost"]));
        assert!(called(v4, "http://localhost/", &["localhost"]));
    }
}
