//! Who may call, what a browser is told, and how the service ends.

use super::*;

#[test]
fn only_who_calls_it_by_its_own_name_is_answered() {
    let stage = stage();
    let service = Service::start(&stage);
    let port = service.address.rsplit(':').next().unwrap();
    for (headers, status) in [
        (vec![format!("host: 127.0.0.1:{port}")], 200),
        (vec![format!("host: localhost:{port}")], 200),
        (vec!["host: localhost".to_owned()], 200),
        (vec!["host: evil.example".to_owned()], 403),
        (vec![format!("host: 127.0.0.1.evil.example:{port}")], 403),
        (vec![format!("host: localhost@evil.example:{port}")], 403),
        (vec!["host: localhost".to_owned(), "host: evil.example".to_owned()], 403),
        (vec!["x-forwarded-host: localhost".to_owned()], 403),
    ] {
        let sent: Vec<&str> = headers.iter().map(String::as_str).collect();
        for path in ["/api/v1/people", "/healthz", "/api/v1/openapi.json"] {
            let answer = service.send("GET", path, &sent).answer();
            assert_eq!(answer.status, status, "{path} {headers:?}");
        }
    }
}

#[test]
fn an_address_that_others_reach_is_a_wrong_setting() {
    let stage = made_up();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8900"] {
        let done = stage.daka(&["serve", "--listen", address, "--lang", "en"]);
        assert_eq!(done.code, 2, "{}", done.stderr);
        assert!(done.stderr.contains(address) && done.stdout.is_empty(), "{}", done.stderr);
    }
    // Where no ledger is, none is made.
    let done = stage.daka(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(!stage.folder.path().join("daka.db").exists());
}

#[test]
fn every_answer_keeps_a_browser_safe_and_is_asked_for_again() {
    let stage = stage();
    let service = Service::start(&stage);
    for (path, status) in [
        ("/api/v1/people", 200),
        ("/api/v1/verdicts", 400),
        ("/nowhere", 404),
        ("/api/v1/../../etc/passwd", 404),
        ("/api/v1/verdicts/%2e%2e%2f%2e%2e/2026-10-12", 404),
        ("/healthz", 200),
    ] {
        let answer = service.get(path);
        assert_eq!(answer.status, status, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none';") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
        assert!(answer.header("x-request-id").is_some());
        if status >= 400 {
            let content = answer.header("content-type").unwrap();
            if !path.starts_with("/api/") {
                assert_eq!(content, "text/html; charset=utf-8", "{path}");
                continue;
            }
            assert_eq!(content, "application/problem+json", "{path}");
            let problem: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(problem["status"], status);
            assert!(problem["hint"].as_str().is_some_and(|hint| !hint.is_empty()));
        }
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        assert_eq!(service.ask(method, "/api/v1/people", &[]).status, 405, "{method}");
    }
}

#[test]
fn an_answer_that_is_known_is_not_sent_again_and_a_long_one_is_compressed() {
    let stage = stage();
    let service = Service::start(&stage);
    let path = "/api/v1/verdicts?month=2026-10";
    let first = service.get(path);
    let tag = first.header("etag").unwrap();
    assert_eq!(service.get(path).header("etag"), Some(tag));
    let compressed = service.ask("GET", path, &["accept-encoding: gzip"]);
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert!(compressed.body.len() * 5 < first.body.len());
    let head = service.ask("HEAD", path, &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    let known = service.ask("GET", path, &["if-none-match: *"]);
    assert_eq!((known.status, known.body.len()), (304, 0));
    assert_eq!(known.header("etag"), Some(tag));
    assert_eq!(service.ask("GET", path, &["if-none-match: \"other\""]).status, 200);
}

#[test]
fn the_log_and_the_numbers_tell_of_requests_and_name_nobody() {
    let stage = stage();
    let mut service = Service::with(&stage, &["-v"]);
    let userid = stage.emulator.userids()[0].clone();
    let answer = service.get(&format!("/api/v1/verdicts/{userid}/2026-10-12"));
    let request = answer.header("x-request-id").unwrap().to_owned();
    assert_eq!(service.get("/readyz").text(), "ok\n");
    let numbers = service.get("/metrics");
    assert!(numbers.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    let route = "/api/v1/verdicts/{userid}/{date}";
    for expected in [
        format!(r#"daka_http_requests_total{{route="{route}",status="200"}} 1"#),
        "daka_http_requests_under_way 1".to_owned(),
    ] {
        assert!(numbers.text().lines().any(|line| line == expected), "{}", numbers.text());
    }
    assert!(numbers.text().contains("daka_sync_last_ended_timestamp_seconds 1"));
    service.tell_to_stop();
    assert_eq!(service.process.wait().unwrap().code(), Some(0));
    let mut log = String::new();
    service.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let told = |line: &&str| line.contains(&request) && line.contains(route);
    assert!(log.lines().any(|line| told(&line)), "{log}");
    for secret in [&userid, stage.emulator.secret()] {
        assert!(!log.contains(secret) && !numbers.text().contains(secret));
    }
}

#[test]
fn a_request_under_way_is_finished_when_the_service_is_told_to_stop() {
    let stage = stage();
    let mut service = Service::start(&stage);
    let host = format!("host: {}", service.address);
    let report = service.send("GET", "/api/v1/reports/2026-10.xlsx", &[&host]);
    while !service.get("/metrics").text().contains("daka_http_requests_under_way 2") {
        std::thread::yield_now();
    }
    service.tell_to_stop();
    let answer = report.answer();
    assert_eq!(answer.status, 200);
    assert!(answer.body.starts_with(b"PK"));
    assert_eq!(service.process.wait().unwrap().code(), Some(0));
}
