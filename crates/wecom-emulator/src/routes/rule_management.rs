//! `POST checkin/add_checkin_option`, `update_checkin_option`, `clear_checkin_option_array_field`, `del_checkin_option`.

use serde_json::{Map, Value, json};

use crate::answer::{Payload, Refusal, done};
use crate::ask::{Ask, int};
use crate::day::{DAY_SEC, Day};
use crate::rule::{Kind, Rule};
use crate::rulebook::InForce;
use crate::server::Server;
use crate::trees;
use crate::world::View;

/// Marks a rule that was made through the API; only such rules may be changed.
const CREATOR: &str = "creator";
/// Rules of a company.
const MOST_RULES: usize = 500;

pub(crate) fn add(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let view = server.view();
    let given = group(ask)?;
    let groupid = view.state.rules.next_id();
    if view.state.rules.all_on(Day::of(view.now)).count() >= MOST_RULES {
        return Err(Refusal::new(301_095));
    }
    let mut tree = blank(groupid, view.now);
    for (key, value) in given.iter().filter(|(key, _)| is_known(key)) {
        match (tree.get_mut(key), value) {
            (Some(Value::Object(usual)), Value::Object(given)) => usual.extend(given.clone()),
            _ => {
                tree.insert(key.clone(), value.clone());
            }
        }
    }
    tree.insert("groupid".to_owned(), json!(groupid));
    store(server, &view, ask, tree)
}

pub(crate) fn update(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let view = server.view();
    let given = group(ask)?;
    let mut tree = own(&view, given.get("groupid").and_then(int))?;
    replace(&mut tree, given);
    store(server, &view, ask, tree)
}

pub(crate) fn clear(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let view = server.view();
    let mut tree = own(&view, ask.int("groupid"))?;
    let fields = ask.field("clear_field").and_then(Value::as_array);
    for field in fields.ok_or_else(|| Refusal::new(301_093))? {
        let key = match int(field) {
            Some(1) => "spe_workdays",
            Some(2) => "spe_offdays",
            Some(3) => "wifimac_infos",
            Some(4) => "loc_infos",
            _ => return Err(Refusal::new(301_093)),
        };
        tree.insert(key.to_owned(), json!([]));
    }
    store(server, &view, ask, tree)
}

pub(crate) fn delete(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let view = server.view();
    let tree = own(&view, ask.int("groupid"))?;
    let groupid = tree.get("groupid").and_then(int).unwrap_or(0);
    let from = effective(ask, view.now);
    server.world.write(|state| state.rules.delete(groupid, from));
    done()
}

/// A rule of which nothing was said: every field as the others have it.
fn blank(groupid: i64, now: i64) -> Map<String, Value> {
    let mut tree = trees::frame(groupid, "", 0, json!({}));
    trees::merge(
        &mut tree,
        json!({
            "grouptype": null, "groupname": null, "create_time": now, "white_users": [],
            "range": {"party_id": [], "userid": [], "tagid": []}, CREATOR: "app",
        }),
    );
    tree.as_object().cloned().unwrap_or_default()
}

/// Whether a rule has a field of that name; others are dropped.
fn is_known(key: &str) -> bool {
    const OTHERS: [&str; 7] = [
        "schedulelist",
        "span_day_time",
        "standard_work_duration",
        "offwork_interval_time",
        "checkin_method_type",
        "ot_info_v2",
        "update_time",
    ];
    OTHERS.contains(&key) || blank(0, 0).contains_key(key)
}

fn group(ask: &Ask) -> Result<&Map<String, Value>, Refusal> {
    let group = ask.field("group").and_then(Value::as_object);
    group.ok_or_else(|| Refusal::saying(301_093, "illegal field: group"))
}

/// From today, or by default from tomorrow.
fn effective(ask: &Ask, now: i64) -> Day {
    Day::of(now).plus(i64::from(!ask.flag("effective_now")))
}

/// The newest tree of a rule that the app made itself.
fn own(view: &View<'_>, groupid: Option<i64>) -> Result<Map<String, Value>, Refusal> {
    // A change for tomorrow is already the one to change further.
    let tomorrow = Day::of(view.now).plus(1);
    let in_force = groupid.and_then(|groupid| view.state.rules.on(groupid, tomorrow));
    let in_force = in_force.ok_or_else(|| Refusal::new(301_089))?;
    let tree = in_force.tree.as_object().cloned().unwrap_or_default();
    if tree.contains_key(CREATOR) { Ok(tree) } else { Err(Refusal::new(301_092)) }
}

/// First-level fields: an empty list leaves things as they are, a list replaces, an object is gone through.
fn replace(tree: &mut Map<String, Value>, given: &Map<String, Value>) {
    for (key, value) in given {
        match (tree.get_mut(key), value) {
            (None, _) if !is_known(key) => {}
            (Some(_), Value::Array(items)) if items.is_empty() => {}
            (Some(Value::Object(old)), Value::Object(new)) => replace(old, new),
            _ => {
                tree.insert(key.clone(), value.clone());
            }
        }
    }
}

fn store(
    server: &Server,
    view: &View<'_>,
    ask: &Ask,
    tree: Map<String, Value>,
) -> Result<Payload, Refusal> {
    let mentioned = ask.field("group").and_then(Value::as_object);
    if mentioned.is_some_and(|group| group.contains_key("ot_info")) {
        return Err(Refusal::saying(301_094, "illegal field: ot_info"));
    }
    let tree = Value::Object(tree);
    let rule = Rule::read(&tree)
        .map_err(|error| Refusal::saying(301_093, format!("illegal field: {error}")))?;
    check(&rule, &tree)?;
    collides(view, &rule)?;
    let from = effective(ask, view.now);
    server.world.write(|state| state.rules.put(from, tree, rule));
    done()
}

fn check(rule: &Rule, tree: &Value) -> Result<(), Refusal> {
    let illegal =
        |field: &'static str| Err(Refusal::saying(301_093, format!("illegal field: {field}")));
    let misplaced =
        |field: &'static str| Err(Refusal::saying(301_094, format!("illegal field: {field}")));
    let Some(kind) = rule.kind() else { return illegal("grouptype") };
    if !(1..=40).contains(&rule.groupname.chars().count()) {
        return illegal("groupname");
    }
    if rule.wifimac_infos.is_empty() && rule.loc_infos.is_empty() {
        return Err(Refusal::new(301_097));
    }
    if rule.wifimac_infos.len() + rule.loc_infos.len() > 500 {
        return illegal("loc_infos");
    }
    let range = &rule.range;
    if range.party_id.is_empty() && range.userid.is_empty() && range.tagid.is_empty() {
        return illegal("range");
    }
    if kind == Kind::Shift && !rule.checkindate.is_empty() {
        return misplaced("checkindate");
    }
    if kind != Kind::Fixed && !rule.spe_workdays.is_empty() {
        return misplaced("spe_workdays");
    }
    let windowed = rule
        .spe_workdays
        .iter()
        .flat_map(|special| &special.checkintime)
        .any(|slot| slot.earliest_work_sec.is_some() || slot.latest_off_work_sec.is_some());
    if windowed {
        return misplaced("spe_workdays.checkintime");
    }
    if kind == Kind::Fixed && !(1..=7).contains(&rule.checkindate.len()) {
        return illegal("checkindate");
    }
    if kind == Kind::Shift {
        let rest = rule.shift(0);
        if !rest.is_some_and(|rest| rest.schedule_name == "休息" && rest.time_section.is_empty())
        {
            return illegal("schedulelist");
        }
    }
    if tree.pointer("/checkindate/0/flex_time").is_some() {
        return misplaced("checkindate.flex_time");
    }
    let hours = rule.checkindate.iter().map(|hours| &hours.checkintime);
    let shifts = rule.schedulelist.iter().map(|shift| &shift.time_section);
    for slots in hours.chain(shifts) {
        let ordered =
            slots.iter().zip(slots.iter().skip(1)).all(|(a, b)| a.off_work_sec < b.work_sec);
        let sound = |work: i64, off: i64| {
            work % 60 == 0
                && off % 60 == 0
                && (0..=DAY_SEC).contains(&work)
                && off > work + 60
                && off - work < DAY_SEC
                && off < 172_740
        };
        if slots.len() > 4
            || !ordered
            || !slots.iter().all(|slot| sound(slot.work_sec, slot.off_work_sec))
        {
            return illegal("checkintime");
        }
    }
    Ok(())
}

/// A person or department may be named by one rule only.
fn collides(view: &View<'_>, rule: &Rule) -> Result<(), Refusal> {
    let day = Day::of(view.now).plus(1);
    let shares = |other: &InForce| {
        let theirs = &other.rule.range;
        other.rule.groupid != rule.groupid
            && (rule.range.party_id.iter().any(|party| theirs.party_id.contains(party))
                || rule.range.tagid.iter().any(|tag| theirs.tagid.contains(tag))
                || rule.range.userid.iter().any(|userid| theirs.userid.contains(userid)))
    };
    if view.state.rules.all_on(day).any(|other| shares(&other)) {
        return Err(Refusal::new(301_091));
    }
    let unknown = rule.range.userid.iter().any(|userid| super::known(view, userid).is_none());
    let foreign =
        rule.range.party_id.iter().any(|party| view.company.department_name(*party).is_none());
    let untagged = rule.range.tagid.iter().any(|tag| crate::tags::find(*tag).is_none());
    if unknown || foreign || untagged { Err(Refusal::new(301_090)) } else { Ok(()) }
}
