//! `daka serve`: the API and the door, over real HTTP, on a ledger that the program has synced.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod api;
mod door;
mod pages;
#[path = "../support/mod.rs"]
mod support;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use support::{Config, Features, Stage};

const OCTOBER: [&str; 2] = ["--month", "2026-10"];

/// A company of twelve whose October is in the ledger.
fn stage() -> Stage {
    let stage = made_up();
    assert_eq!(stage.daka(&[&["sync", "--all"], &OCTOBER[..]].concat()).code, 0);
    stage
}

/// The same before anything is synced.
fn made_up() -> Stage {
    let clock = support::noon();
    Stage::new(Config { people: 12, seed: 7, features: Features::ALL, clock, ..Config::default() })
}

/// The program serving a stage's ledger. Whatever happens to the test, it does not outlive it.
struct Service {
    process: Child,
    address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        // Gone already when all went well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Service {
    fn start(stage: &Stage) -> Self {
        Self::with(stage, &[])
    }

    fn with(stage: &Stage, args: &[&str]) -> Self {
        let listen = ["serve", "--listen", "127.0.0.1:0", "--lang", "en"];
        let mut command = stage.command(&[&listen, args].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("ready base=http://").unwrap().to_owned();
        Self { process, address }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    fn ask(&self, method: &str, path: &str, headers: &[&str]) -> Answer {
        self.send(method, path, &[&[&*format!("host: {}", self.address)], headers].concat())
            .answer()
    }

    /// Sends a request; these are all its headers.
    fn send(&self, method: &str, path: &str, headers: &[&str]) -> Sent {
        // The older version neither keeps the connection nor cuts the answer into chunks.
        let head = format!("{method} {path} HTTP/1.0\r\n{}\r\n\r\n", headers.join("\r\n"));
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        Sent(stream)
    }

    /// All items of a list, page by page, and the number of pages.
    fn items(&self, path: &str) -> (Vec<Value>, usize) {
        self.items_from(path, None)
    }

    /// The same from a cursor on.
    fn items_from(&self, path: &str, cursor: Option<&str>) -> (Vec<Value>, usize) {
        let cursor_said = |cursor: &str| format!("&cursor={cursor}");
        let mut cursor = cursor.map(cursor_said).unwrap_or_default();
        let (mut items, mut pages) = (Vec::new(), 0);
        loop {
            let page = self.get(&format!("{path}{cursor}")).json();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            pages += 1;
            match page["next_cursor"].as_str() {
                Some(next) => cursor = cursor_said(next),
                None => return (items, pages),
            }
        }
    }

    fn tell_to_stop(&self) {
        let term = ["-TERM", &self.process.id().to_string()];
        assert!(Command::new("kill").args(term).status().unwrap().success());
    }
}

/// A request whose answer has not been read.
struct Sent(TcpStream);

impl Sent {
    fn answer(mut self) -> Answer {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: bytes[end + 4..].to_vec() }
    }
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(found, _)| *found == name).map(|(_, value)| value).next()
    }

    fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        serde_json::from_slice(&self.body).unwrap()
    }
}
