//! `POST checkin/getcheckinoption`: the rule that each of up to 100 people is under on a day.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::{Payload, Refusal, success};
use crate::ask::Ask;
use crate::data_folder::belongs;
use crate::day::Day;
use crate::server::Server;

/// Keys that only `getcorpcheckinoption` returns.
pub(crate) const CORP_ONLY: [&str; 18] = [
    "range",
    "create_time",
    "white_users",
    "type",
    "reporterinfo",
    "ot_info",
    "ot_info_v2",
    "allow_apply_bk_cnt",
    "allow_apply_bk_day_limit",
    "option_out_range",
    "create_userid",
    "update_userid",
    "use_face_detect",
    "open_face_live_detect",
    "buka_limit_next_month",
    "sync_out_checkin",
    "buka_remind",
    "creator",
];

#[derive(Serialize)]
struct Rules {
    info: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    userid: String,
    group: Map<String, Value>,
}

pub(crate) fn answer(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let users = ask.users(server.config().limits.users, 301_023)?;
    let datetime = ask.int("datetime").filter(|at| *at > 0).ok_or_else(|| Refusal::new(40058))?;
    if let Some(data) = server.data() {
        let Some(given) = data.given("getcheckinoption") else {
            return success(&Rules { info: Vec::new() });
        };
        return Ok(Payload::Json(given.body(Some("info"), |row| belongs(row, &users))));
    }
    let day = Day::of(datetime);
    let view = server.view();
    let people = super::people(&view, &users, 301_021)?;
    let leave_out = server.config().manners.no_rule_left_out;
    let info = people
        .into_iter()
        .filter_map(|person| match view.rule_of(&person, day) {
            Some(in_force) => {
                Some(Entry { userid: person.userid, group: personal(&in_force.tree) })
            }
            None if leave_out => None,
            None => Some(Entry { userid: person.userid, group: Map::new() }),
        })
        .collect();
    success(&Rules { info })
}

fn personal(tree: &Value) -> Map<String, Value> {
    let mut group = tree.as_object().cloned().unwrap_or_default();
    group.retain(|key, _| !CORP_ONLY.contains(&key.as_str()));
    group
}
