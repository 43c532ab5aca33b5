//! Whether what is to be scheduled fits what is there: the rule, its shifts, its people.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use wecom_checkin::{
    Client, Error, GroupId, Row, Rule, ScheduleId, UserKey,
    calls::set_checkin_schedule_list::SetCheckinScheduleList, rule::RuleKind,
};

use crate::{
    cli::write,
    failure::{Exit, Failure, Problem},
    lang::{Text, text},
};

/// People who are named in a sentence.
const MOST_SHOWN: usize = 5;

/// Refuses what WeCom would refuse: a rule that is not there or has no shifts, shifts that it does
/// not have, people who are under another rule on the first day that is set.
pub(super) async fn check(
    client: &Client,
    requests: &[SetCheckinScheduleList],
) -> Result<(), Failure> {
    let failed = |e: Error| write::failure(&e);
    let rules = client.get_corp_checkin_option().await.map_err(failed)?;
    let mut misfits = Vec::new();
    for request in requests {
        match shift_rule(&rules, request.groupid) {
            Err(misfit) => misfits.push(misfit),
            Ok(rule) => {
                misfits.extend(unknown_shifts(rule, request));
                misfits.extend(people_elsewhere(client, request).await.map_err(failed)?);
            }
        }
    }
    misfits.sort();
    misfits.dedup();
    if misfits.is_empty() {
        return Ok(());
    }
    let hint = || text!("`daka rule list` shows the rules", "用 `daka rule list` 查看各规则");
    let problem =
        |errmsg| Problem { kind: "usage".into(), errmsg, hint: hint(), ..Problem::default() };
    Err(Failure { exit: Exit::Usage, problems: misfits.into_iter().map(problem).collect() })
}

fn shift_rule(rules: &[Row<Rule>], groupid: GroupId) -> Result<&Rule, Text> {
    let rule = rules.iter().find(|rule| rule.groupid == Some(groupid));
    let rule =
        rule.ok_or_else(|| text!("the company has no rule {groupid}", "企业没有规则 {groupid}"))?;
    if rule.grouptype == Some(RuleKind::Shift) {
        return Ok(rule);
    }
    let name = rule.groupname.as_deref().unwrap_or_default();
    Err(text!(
        "rule {groupid} {name} is no shift rule, so nobody is scheduled under it",
        "规则 {groupid} {name} 不是排班规则，不能排班"
    ))
}

/// Shifts that the rule does not have; 0 is rest and always there.
fn unknown_shifts(rule: &Rule, request: &SetCheckinScheduleList) -> Option<Text> {
    let shifts: BTreeMap<i64, &str> = (rule.schedulelist.iter().flatten())
        .filter_map(|shift| Some((shift.schedule_id?.0, shift.schedule_name.as_deref()?)))
        .collect();
    let wanted: BTreeSet<ScheduleId> = request.items.iter().map(|item| item.schedule_id).collect();
    let unknown = wanted.into_iter().map(|id| id.0);
    let unknown: Vec<String> = unknown
        .filter(|id| *id != 0 && !shifts.contains_key(id))
        .map(|id| id.to_string())
        .collect();
    if unknown.is_empty() {
        return None;
    }
    let known: Vec<String> = shifts.iter().map(|(id, name)| format!("{id} {name}")).collect();
    Some(text!(
        "rule {groupid} has no shift {unknown}; it has {known}",
        "规则 {groupid} 没有班次 {unknown}；现有 {known}",
        groupid = request.groupid,
        unknown = unknown.join(", "),
        known = known.join(", ")
    ))
}

/// People who are under another rule, or none, on the first day that is set.
async fn people_elsewhere(
    client: &Client,
    request: &SetCheckinScheduleList,
) -> Result<Option<Text>, Error> {
    let first = request.items.iter().filter_map(|item| request.yearmonth.day(item.day)).min();
    let Some(date) = first else { return Ok(None) };
    let mut elsewhere: BTreeMap<UserKey, String> = BTreeMap::new();
    for item in &request.items {
        elsewhere.insert(item.userid.key(), item.userid.to_string());
    }
    let users: Vec<String> = elsewhere.values().cloned().collect();
    let mut slices = client.rules(users.iter().map(String::as_str), [date]).slices();
    while let Some(slice) = slices.next().await {
        for row in slice.rows? {
            let group = row.group.as_ref().and_then(|rule| rule.groupid);
            if let (Some(user), true) = (&row.userid, group == Some(request.groupid)) {
                elsewhere.remove(&user.key());
            }
        }
    }
    if elsewhere.is_empty() {
        return Ok(None);
    }
    let count = elsewhere.len();
    let names: Vec<String> = elsewhere.into_values().take(MOST_SHOWN).collect();
    Ok(Some(text!(
        "{count} people are not under rule {groupid} on {date}: {names}",
        "{date} 有 {count} 人不属于规则 {groupid}：{names}",
        groupid = request.groupid,
        names = names.join(", ")
    )))
}
