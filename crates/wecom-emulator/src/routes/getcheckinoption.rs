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
        let Some(given) = data.rules_on(Day::of(datetime)) else {
            return success(&Rules { info: Vec::new() });
        };
        return Ok(Payload::Json(given.body(Some("info"), |row| belongs(row, &users))));
    }
    let day = Day::of(datetime);
    let view = server.view();
    let people = super::people(&view, &users, 301_021)?;
    let manners = server.config().manners;
    let leave_out = manners.no_rule_left_out;
    let info = people
        .into_iter()
        .filter_map(|person| match view.rule_of(&person, day) {
            Some(in_force) => {
                let mut group = personal(&in_force.tree);
                if manners.seed_shape {
                    keep_oldest(&mut group);
                }
                if manners.dotted_method_key {
                    dot_method_key(&mut group);
                }
                Some(Entry { userid: person.userid, group })
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

fn dot_method_key(group: &mut Map<String, Value>) {
    if let Some(method) = group.shift_remove("checkin_method_type") {
        group.insert("group.checkin_method_type".to_owned(), method);
    }
}

/// Takes away what the oldest documents do not have.
fn keep_oldest(group: &mut Map<String, Value>) {
    const GROUP: [&str; 13] = [
        "grouptype",
        "groupid",
        "groupname",
        "checkindate",
        "spe_workdays",
        "spe_offdays",
        "sync_holidays",
        "need_photo",
        "wifimac_infos",
        "note_can_use_local_pic",
        "allow_checkin_offworkday",
        "allow_apply_offworkday",
        "loc_infos",
    ];
    const HOURS: [&str; 5] =
        ["workdays", "checkintime", "flex_time", "noneed_offwork", "limit_aheadtime"];
    const SPECIAL: [&str; 3] = ["timestamp", "notes", "checkintime"];
    const SEGMENT: [&str; 4] =
        ["work_sec", "off_work_sec", "remind_work_sec", "remind_off_work_sec"];
    group.retain(|key, _| GROUP.contains(&key.as_str()));
    for (list, keys) in
        [("checkindate", &HOURS[..]), ("spe_workdays", &SPECIAL[..]), ("spe_offdays", &SPECIAL[..])]
    {
        for row in rows_of(group.get_mut(list)) {
            row.retain(|key, _| keys.contains(&key.as_str()));
            for segment in rows_of(row.get_mut("checkintime")) {
                segment.retain(|key, _| SEGMENT.contains(&key.as_str()));
            }
        }
    }
}

fn rows_of(list: Option<&mut Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    list.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}
