//! `daka sync --every` as a service: what it tells, and that it stops when told to.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use support::Stage;

/// Whatever happens to the test, its service does not outlive it.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        // Gone already when all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn first_line(from: impl std::io::Read) -> String {
    let mut line = String::new();
    BufReader::new(from).read_line(&mut line).unwrap();
    line
}

#[test]
fn a_service_tells_how_it_is_and_stops_when_told_to() {
    let stage = Stage::company(6);
    let args = ["sync", "--all", "--every", "1h", "--listen", "127.0.0.1:0", "--lang", "en"];
    let mut command = stage.command(&args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut service = Service(command.spawn().unwrap());
    let told = first_line(service.0.stderr.take().unwrap());
    let address = told.rsplit("http://").next().unwrap().trim().strip_suffix("/metrics").unwrap();
    // It says what it did when the first round is over.
    let said = first_line(service.0.stdout.take().unwrap());
    // A log wants to know when.
    let (date, said) = said.split_once(' ').unwrap();
    assert!(date.parse::<jiff::Timestamp>().is_ok(), "{date}");
    assert!(said.starts_with("synced 6 people: "), "{said}");

    let metrics = get(address, "/metrics");
    assert!(metrics.contains("application/openmetrics-text"), "{metrics}");
    let new = said.split(' ').nth(3).unwrap();
    let company = stage.emulator.corp_id();
    for expected in [
        format!(r#"daka_sync_runs_total{{company="{company}",outcome="whole"}} 1"#),
        format!(r#"daka_sync_records_total{{company="{company}",change="new"}} {new}"#),
        format!(r#"daka_sync_people{{company="{company}"}} 6"#),
        format!(r#"daka_sync_running{{company="{company}"}} 0"#),
    ] {
        assert!(metrics.lines().any(|line| line == expected), "no {expected} in {metrics}");
    }
    assert!(!metrics.contains(stage.emulator.secret()));
    let health = get(address, "/healthz");
    assert!(health.starts_with("HTTP/1.1 200") && health.ends_with("ok\n"), "{health}");

    let term = ["-TERM", &service.0.id().to_string()];
    assert!(Command::new("kill").args(term).status().unwrap().success());
    assert_eq!(service.0.wait().unwrap().code(), Some(0));
    let status = stage.daka(&["sync", "--status", "--format", "json"]).json_lines().remove(0);
    assert_eq!(status["runs"][0]["end"]["records"]["new"].to_string(), new);
}

#[test]
fn an_address_that_is_taken_is_named() {
    let stage = Stage::company(2);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let done = stage.daka(&["sync", "--all", "--every", "1h", "--listen", &address]);
    assert_eq!((done.code, done.stdout.as_str()), (1, ""));
    assert!(
        done.stderr.starts_with(&format!("error: listening on {address} failed: ")),
        "{}",
        done.stderr
    );
    assert_eq!(done.stderr.lines().count(), 1);
}
