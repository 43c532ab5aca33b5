//! `POST user/list_id`: every userid with its departments, a page at a time. One row for each person and department.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::answer::{Payload, Refusal, success};
use crate::ask::Ask;
use crate::day::Day;
use crate::server::Server;

/// Rows of a page, at most and by default.
const PAGE: i64 = 10_000;

#[derive(Serialize)]
struct Page {
    next_cursor: String,
    dept_user: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    userid: String,
    department: i64,
}

/// Where a page begins: a person, and how many of their departments were given before.
struct Cursor {
    person: u32,
    department: usize,
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self { person: 0, department: 0 });
        }
        let (person, department) = text.strip_prefix("CUR")?.split_once('-')?;
        Some(Self { person: person.parse().ok()?, department: department.parse().ok()? })
    }

    fn write(&self) -> String {
        format!("CUR{}-{}", self.person, self.department)
    }
}

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let limit = ask.int("limit").unwrap_or(PAGE);
    if !(1..=PAGE).contains(&limit) {
        return Err(Refusal::new(40058));
    }
    let limit = usize::try_from(limit).unwrap_or(1);
    if let Some(data) = server.data() {
        return match data.given("user_list_id") {
            Some(given) if ask.text("cursor").unwrap_or("").is_empty() => {
                Ok(Payload::Json(given.body(None, |_: &RawValue| true)))
            }
            // A given page is the only page, whatever its cursor says.
            Some(_) => success(&known(&[])),
            None => success(&known(&data.userids())),
        };
    }
    let cursor =
        Cursor::read(ask.text("cursor").unwrap_or("")).ok_or_else(|| Refusal::new(40035))?;
    let company = &server.world.company;
    let today = Day::of(server.clock.now());
    let mut dept_user = Vec::new();
    let mut next = Cursor { person: cursor.person, department: cursor.department };
    while let Some(person) = company.person(next.person) {
        if !person.employed(today) {
            next = Cursor { person: person.index + 1, department: 0 };
            continue;
        }
        for (place, department) in person.departments.iter().enumerate().skip(next.department) {
            if dept_user.len() == limit {
                let next = Cursor { person: person.index, department: place };
                return success(&Page { next_cursor: next.write(), dept_user });
            }
            dept_user.push(Row { userid: person.userid.clone(), department: *department });
        }
        next = Cursor { person: person.index + 1, department: 0 };
    }
    success(&Page { next_cursor: String::new(), dept_user })
}

fn known(userids: &[String]) -> Page {
    let dept_user =
        userids.iter().map(|userid| Row { userid: userid.clone(), department: 1 }).collect();
    Page { next_cursor: String::new(), dept_user }
}
