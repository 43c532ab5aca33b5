//! Tokens: one refresh for everyone, early enough, again when revoked, never after a refusal.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use crate::scripted::{Reply, SECRET, Server};
use futures::future::join_all;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use wecom_checkin::{
    Client, Error,
    token::{FileStore, Token, TokenCache},
};

const RULES: &str = "checkin/getcorpcheckinoption";

async fn call(client: &Client) -> Result<(), Error> {
    client.get_corp_checkin_option().await.map(drop)
}

fn no_rules() -> Reply {
    Reply::rows("group", &json!([]))
}

/// Hands out `t1`, `t2` … and accepts those of at least `oldest`.
async fn numbered(expires_in: i64, oldest: &Arc<AtomicI64>) -> Server {
    let oldest = oldest.clone();
    Server::start(move |asked, n| {
        if asked.path == "gettoken" {
            return Reply::token(&format!("t{}", n + 1), expires_in);
        }
        let number: i64 = asked.token().trim_start_matches('t').parse().unwrap();
        if number < oldest.load(Ordering::SeqCst) { Reply::errcode(42001) } else { no_rules() }
    })
    .await
}

/// A clock that tests turn.
#[derive(Clone, Default)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn set(&self, second: i64) {
        self.0.store(second, Ordering::SeqCst);
    }

    fn read(&self) -> impl Fn() -> Timestamp + Send + Sync + 'static {
        let clock = self.0.clone();
        move || Timestamp::from_second(1_780_000_000 + clock.load(Ordering::SeqCst)).unwrap()
    }
}

#[tokio::test]
async fn twenty_callers_share_one_token() {
    let server = numbered(7200, &Arc::default()).await;
    let client = server.client();
    for result in join_all((0..20).map(|_| call(&client))).await {
        result.unwrap();
    }
    assert_eq!((server.count("gettoken"), server.count(RULES)), (1, 20));
}

#[tokio::test]
async fn a_token_is_replaced_shortly_before_it_expires() {
    // Life, the last second at which it is used, the first at which it is replaced.
    for (life, last, first) in [(7200, 6899, 6900), (100, 89, 90), (7200, 0, 8000)] {
        let clock = Clock::default();
        let server = numbered(life, &Arc::default()).await;
        let client = server.builder().clock(clock.read()).build().unwrap();
        call(&client).await.unwrap();
        clock.set(last);
        call(&client).await.unwrap();
        assert_eq!(server.count("gettoken"), 1, "{life} s, after {last} s");
        clock.set(first);
        call(&client).await.unwrap();
        assert_eq!(server.count("gettoken"), 2, "{life} s, after {first} s");
    }
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_for_everyone() {
    let oldest = Arc::new(AtomicI64::new(1));
    let server = numbered(7200, &oldest).await;
    let client = server.builder().concurrency(20).build().unwrap();
    call(&client).await.unwrap();
    oldest.store(2, Ordering::SeqCst);
    for result in join_all((0..20).map(|_| call(&client))).await {
        result.unwrap();
    }
    assert_eq!(server.count("gettoken"), 2);
    assert!(server.count(RULES) <= 41);
}

#[tokio::test]
async fn a_token_that_is_never_accepted_is_replaced_only_once() {
    for code in [40014, 42001, 40001] {
        let server = Server::start(move |asked, n| match asked.path.as_str() {
            "gettoken" => Reply::token(&format!("t{n}"), 7200),
            _ => Reply::errcode(code),
        })
        .await;
        let error = call(&server.client()).await.unwrap_err();
        assert_eq!(error.errcode(), Some(code));
        assert_eq!((server.count("gettoken"), server.count(RULES)), (2, 2), "{code}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_asked_about_once() {
    for code in [40001, 40013, 40091] {
        let server = Server::start(move |_, _| Reply::errcode(code)).await;
        let client = server.client();
        for result in join_all((0..5).map(|_| call(&client))).await {
            let error = result.unwrap_err();
            assert!(error.is_auth() && !error.is_retryable());
            assert_eq!((error.kind().as_str(), error.call()), ("auth", Some("gettoken")));
        }
        assert_eq!(client.check_credentials().await.unwrap_err().errcode(), Some(code));
        assert_eq!(server.count("gettoken"), 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn callers_share_a_failed_refresh() {
    let server = Server::start(|_, _| Reply::errcode(-1)).await;
    let client = server.client();
    for result in join_all((0..5).map(|_| call(&client))).await {
        assert_eq!(result.unwrap_err().errcode(), Some(-1));
    }
    assert_eq!(server.count("gettoken"), 4, "the tries of one refresh");
}

#[tokio::test(start_paused = true)]
async fn the_old_token_survives_a_failed_early_refresh() {
    let clock = Clock::default();
    let server = Server::start(|asked, n| match (asked.path.as_str(), n) {
        ("gettoken", 0) => Reply::token("t1", 7200),
        ("gettoken", _) => Reply::errcode(-1),
        _ => no_rules(),
    })
    .await;
    let client = server.builder().clock(clock.read()).build().unwrap();
    call(&client).await.unwrap();
    clock.set(7000);
    call(&client).await.unwrap();
    clock.set(7201);
    call(&client).await.unwrap_err();
}

#[tokio::test]
async fn a_token_without_life_serves_the_call_that_asked() {
    let server = numbered(0, &Arc::default()).await;
    let client = server.client();
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!(server.count("gettoken"), 2);
}

#[tokio::test]
async fn an_old_fashioned_token_answer_will_do() {
    let server = Server::start(|asked, _| match asked.path.as_str() {
        "gettoken" => Reply::text(200, r#"{"access_token":"t1","expires_in":"7200"}"#),
        _ => no_rules(),
    })
    .await;
    call(&server.client()).await.unwrap();
}

fn filed(server: &Server, folder: &std::path::Path) -> wecom_checkin::ClientBuilder {
    server.builder().token_cache(TokenCache::Store(Arc::new(FileStore::new(folder))))
}

fn token_files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|e| e == "json")).collect()
}

#[tokio::test]
async fn processes_share_a_token_through_a_private_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache");
    let oldest = Arc::new(AtomicI64::new(1));
    let server = numbered(7200, &oldest).await;
    let clients: Vec<Client> = (0..5).map(|_| filed(&server, &folder).build().unwrap()).collect();
    for result in join_all(clients.iter().map(call)).await {
        result.unwrap();
    }
    assert_eq!(server.count("gettoken"), 1);

    let files = token_files(&folder);
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let name = file.file_name().unwrap().to_string_lossy();
    assert!(!name.contains(SECRET) && !name.contains("ww1"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }

    // Revoked: whoever comes first replaces it, the others find the new one in the file.
    oldest.store(2, Ordering::SeqCst);
    for client in &clients {
        call(client).await.unwrap();
    }
    assert_eq!(server.count("gettoken"), 2);

    // Another secret is another token.
    let other = clients[0].with_secret(SecretString::from("other"));
    call(&other).await.unwrap();
    assert_eq!((server.count("gettoken"), token_files(&folder).len()), (3, 2));
}

#[tokio::test]
async fn a_file_that_cannot_be_used_costs_a_token_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let server = numbered(7200, &Arc::default()).await;
    call(&filed(&server, folder.path()).build().unwrap()).await.unwrap();
    let file = token_files(folder.path()).remove(0);

    std::fs::write(&file, "{").unwrap();
    call(&filed(&server, folder.path()).build().unwrap()).await.unwrap();
    assert_eq!(server.count("gettoken"), 2);

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        call(&filed(&server, folder.path()).build().unwrap()).await.unwrap();
        assert_eq!(server.count("gettoken"), 3, "others could have written it");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let nowhere = folder.path().join("file");
    std::fs::write(&nowhere, "").unwrap();
    call(&filed(&server, &nowhere).build().unwrap()).await.unwrap();
}

#[tokio::test]
async fn memory_leaves_no_file() {
    let server = numbered(7200, &Arc::default()).await;
    call(&server.builder().token_cache(TokenCache::Memory).build().unwrap()).await.unwrap();
    call(&server.builder().token_cache(TokenCache::Memory).build().unwrap()).await.unwrap();
    assert_eq!(server.count("gettoken"), 2);
}

#[test]
fn a_token_does_not_show_itself() {
    let token = Token::granted(SecretString::from("t0ken"), Timestamp::UNIX_EPOCH, None);
    assert_eq!(format!("{token:?}"), "Token { expires_at: 1970-01-01T02:00:00Z, .. }");
    assert_eq!(token.secret().expose_secret(), "t0ken");
}

#[tokio::test]
async fn companies_do_not_mix() {
    let server = Server::start(|asked, _| match asked.path.as_str() {
        "gettoken" => Reply::token(&format!("token-of-{}", asked.query["corpid"]), 7200),
        _ => no_rules(),
    })
    .await;
    let client = |corp: &str| {
        let builder = Client::builder(corp, SecretString::from(SECRET));
        builder.base_url(&server.base_url).token_cache(TokenCache::Memory).build().unwrap()
    };
    let (one, two) = (client("ww1"), client("ww2"));
    for _ in 0..2 {
        call(&one).await.unwrap();
        call(&two).await.unwrap();
    }
    let tokens: Vec<String> = server
        .asked()
        .iter()
        .filter(|asked| asked.path == RULES)
        .map(|asked| asked.token().to_owned())
        .collect();
    assert_eq!(tokens, ["token-of-ww1", "token-of-ww2", "token-of-ww1", "token-of-ww2"]);
}
