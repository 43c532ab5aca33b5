//! The settings of a client: which cannot be used, and whose HTTP client sends.

use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wecom_checkin::{Client, RetryPolicy, token::TokenCache};

use crate::scripted::{Reply, SECRET, Server};

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    let builder = || Client::builder("ww1", SecretString::from(SECRET));
    let too_odd =
        ["foo", "", "ftp://example.org", "https://", "http://u@example.org", "http://a?b"];
    for address in too_odd {
        let error = builder().base_url(address).build().unwrap_err();
        assert_eq!(
            (error.field(), error.kind().as_str()),
            (Some("base_url"), "input"),
            "{address}"
        );
        assert!(error.to_string().starts_with("base_url must be"), "{error}");
    }
    let error = builder().root_certificates("no PEM").build().unwrap_err();
    assert_eq!(error.field(), Some("root_certificates"));
}

#[tokio::test]
async fn a_client_sends_through_the_http_client_it_is_given() {
    let server = Server::with_token(|_, _| Reply::rows("group", &serde_json::json!([]))).await;
    // Only this client knows where the host is.
    let address = server.base_url.trim_start_matches("http://").parse().unwrap();
    let http = reqwest::Client::builder().no_proxy().resolve("wecom.test", address);
    let base_url = format!("http://wecom.test:{}", address.port());
    let client = Client::builder("ww1", SecretString::from(SECRET))
        .base_url(base_url)
        .token_cache(TokenCache::Memory)
        .http_client(http.build().unwrap())
        .build()
        .unwrap();
    assert!(client.get_corp_checkin_option().await.unwrap().is_empty());
}

/// A proxy that lets nobody through, whether it is asked for a page or for a tunnel.
#[tokio::test]
async fn a_proxy_that_wants_credentials_is_named() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 1024]).await;
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
            let _ = socket.write_all(refusal.as_bytes()).await;
        }
    });
    for base_url in ["http://wecom.test", "https://wecom.test"] {
        let proxy = reqwest::Proxy::all(&proxy).unwrap();
        let client = Client::builder("ww1", SecretString::from(SECRET))
            .base_url(base_url)
            .token_cache(TokenCache::Memory)
            .retry(RetryPolicy { tries: 1, ..RetryPolicy::default() })
            .http_client(reqwest::Client::builder().proxy(proxy).build().unwrap())
            .build()
            .unwrap();
        let error = client.check_credentials().await.unwrap_err();
        assert_eq!(error.http_status(), Some(407), "{base_url} {error:?}");
        assert!(!error.is_retryable());
        assert!(error.to_string().contains("proxy wants a name and a password"), "{error}");
        assert!(error.hint().zh.contains("HTTPS_PROXY") && error.zh().to_string().contains("代理"));
    }
}
