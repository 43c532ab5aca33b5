//! `POST checkin/getcorpcheckinoption`: every rule of the company.

use serde::Serialize;
use serde_json::Value;

use crate::answer::{Payload, Refusal, success};
use crate::ask::Ask;
use crate::day::Day;
use crate::server::Server;

#[derive(Serialize)]
struct Rules {
    group: Vec<Value>,
}

pub(crate) fn answer(server: &Server, _ask: &Ask) -> Result<Payload, Refusal> {
    let today = Day::of(server.clock.now());
    let view = server.view();
    let as_text = server.config().manners.party_id_as_text;
    let rules = view.state.rules.all_on(today);
    let group = rules.map(|in_force| corporate(&in_force.tree, as_text)).collect();
    success(&Rules { group })
}

/// The tree without the legacy key that this call does not return.
fn corporate(tree: &Value, party_id_as_text: bool) -> Value {
    let mut tree = tree.clone();
    let parties = tree.pointer_mut("/range/party_id").and_then(Value::as_array_mut);
    for party in parties.into_iter().flatten().filter(|_| party_id_as_text) {
        *party = party.to_string().into();
    }
    let rows = tree.get_mut("checkindate").and_then(Value::as_array_mut);
    for hours in rows.into_iter().flatten().filter_map(Value::as_object_mut) {
        hours.remove("flex_time");
    }
    if let Some(tree) = tree.as_object_mut() {
        tree.remove("creator");
    }
    tree
}
