//! `user/simplelist`, `department/simplelist`, `department/list`, `tag/list`, `tag/get`.

use serde_json::{Value, json};

use crate::answer::{Payload, Refusal, success};
use crate::ask::{Ask, int};
use crate::company::ROOT;
use crate::day::Day;
use crate::server::Server;
use crate::tags::{self, TAGS};

fn number(ask: &Ask, key: &str, code: i64) -> Result<Option<i64>, Refusal> {
    let given = ask.parameter(key).map(|text| int(&Value::from(text)));
    match given {
        Some(None) => Err(Refusal::new(code)),
        Some(number) => Ok(number),
        None => Ok(None),
    }
}

/// The members of one department, without those below it.
pub(crate) fn simplelist(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let unknown = || Refusal::new(60123);
    let id = number(ask, "department_id", 60123)?.ok_or_else(|| Refusal::new(40066))?;
    let view = server.view();
    view.company.department_name(id).ok_or_else(unknown)?;
    let today = Day::of(view.now);
    let userlist: Vec<Value> = view
        .company
        .everyone()
        .filter(|person| person.departments.contains(&id) && person.employed(today))
        .map(|person| {
            json!({"userid": person.userid, "name": person.name, "department": person.departments})
        })
        .collect();
    success(&json!({"userlist": userlist}))
}

fn departments(server: &Server, ask: &Ask) -> Result<Vec<(i64, i64)>, Refusal> {
    let id = number(ask, "id", 60123)?.unwrap_or(ROOT);
    let company = &server.world.company;
    company.department_name(id).ok_or_else(|| Refusal::new(60123))?;
    Ok(company.departments_under(id))
}

/// Departments as numbers.
pub(crate) fn department_simplelist(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let rows: Vec<Value> = departments(server, ask)?
        .into_iter()
        .map(|(id, parentid)| json!({"id": id, "parentid": parentid, "order": order(id)}))
        .collect();
    // The key is singular, the value a list.
    success(&json!({"department_id": rows}))
}

/// Departments with names.
pub(crate) fn department_list(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let company = &server.world.company;
    let rows: Vec<Value> = departments(server, ask)?
        .into_iter()
        .map(|(id, parentid)| {
            json!({"id": id, "name": company.department_name(id), "name_en": "",
                   "department_leader": [], "parentid": parentid, "order": order(id)})
        })
        .collect();
    success(&json!({"department": rows}))
}

fn order(id: i64) -> i64 {
    100_000_000 - id
}

/// The company's tags.
pub(crate) fn tag_list(_server: &Server, _ask: &Ask) -> Result<Payload, Refusal> {
    let taglist: Vec<Value> =
        TAGS.iter().map(|tag| json!({"tagid": tag.id, "tagname": tag.name})).collect();
    success(&json!({"taglist": taglist}))
}

/// Who bears a tag: people by name, and departments with all who are in them or below.
pub(crate) fn tag_get(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let id = number(ask, "tagid", 40068)?;
    let tag = id.and_then(tags::find).ok_or_else(|| Refusal::new(40068))?;
    let today = Day::of(server.clock.now());
    let userlist: Vec<Value> = server
        .world
        .company
        .everyone()
        .filter(|person| tag.names(person) && person.employed(today))
        .map(|person| json!({"userid": person.userid, "name": person.name}))
        .collect();
    success(&json!({"tagname": tag.name, "userlist": userlist, "partylist": tag.departments}))
}
