//! `oa/getapprovalinfo`, `oa/getapprovaldetail` and the vacation calls.

use serde_json::{Map, Value, json};

use crate::answer::{Payload, Refusal, done, success};
use crate::approvals::{
    APPROVED, Approval, Extent, FAR_AHEAD_DAYS, FAR_BEHIND_DAYS, Matter, PENDING, VACATIONS,
    Vacation, files_far, monday, vacation,
};
use crate::ask::Ask;
use crate::company::Person;
use crate::day::{DAY_SEC, Day};
use crate::plan::Side;
use crate::server::Server;
use crate::world::View;

/// Numbers on a page at most.
const PAGE: i64 = 100;
/// Approvals are asked for at most so many days before or after the week they are for.
const REACH_DAYS: i64 = 14;

pub(crate) fn getapprovalinfo(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let config = server.config();
    let limits = &config.limits;
    let (start, end) = ask.window(limits.long_window_days * DAY_SEC, 301_025)?;
    let size = ask.int("size").unwrap_or(PAGE);
    if !(1..=PAGE).contains(&size) {
        return Err(Refusal::new(301_025));
    }
    let cursor = match ask.text("new_cursor") {
        Some(text) if !text.is_empty() && config.manners.new_cursor => text
            .strip_prefix("AP")
            .and_then(|place| place.parse().ok())
            .ok_or_else(|| Refusal::new(301_025))?,
        _ => usize::try_from(ask.int("cursor").unwrap_or(0)).unwrap_or(0),
    };
    let view = server.view();
    let filters = filters(ask)?;
    for filter in &filters {
        // Who has left is no creator to ask for.
        if let Filter::Creator(userid) = filter
            && super::known(&view, userid).is_none()
        {
            return Err(Refusal::new(301_055));
        }
    }
    let mut found = handed_in(&view, start, end);
    if found.len() > limits.approvals_in_span {
        return Err(Refusal::new(301_112));
    }
    found.retain(|approval| filters.iter().all(|filter| filter.fits(&view, approval)));
    // A page may hold fewer than it could, with more to come.
    let size = usize::try_from(size - size / 10).unwrap_or(1);
    let next = cursor + size;
    let sp_no_list: Vec<&str> =
        found.iter().skip(cursor).take(size).map(|approval| approval.sp_no.as_str()).collect();
    let mut page = json!({"sp_no_list": sp_no_list});
    if let (Some(page), true) = (page.as_object_mut(), next < found.len()) {
        // Two pairs of cursors, of which a server may know the older alone.
        page.insert("next_cursor".to_owned(), json!(next));
        if config.manners.new_cursor {
            page.insert("new_next_cursor".to_owned(), json!(format!("AP{next}")));
        }
    }
    success(&page)
}

/// Every approval handed in between two instants, oldest first.
fn handed_in(view: &View<'_>, start: i64, end: i64) -> Vec<Approval> {
    let mut found: Vec<Approval> = view
        .company
        .everyone()
        .flat_map(|person| {
            let (behind, ahead) = if files_far(&person) {
                (FAR_BEHIND_DAYS, FAR_AHEAD_DAYS)
            } else {
                (REACH_DAYS, REACH_DAYS)
            };
            let first = monday(Day::of(start).plus(-behind));
            let mondays = first.through(Day::of(end).plus(ahead)).step_by(7);
            let approvals = mondays.flat_map(|monday| view.approvals(&person, monday));
            // One for two people is on the list once.
            let own = approvals.filter(|approval| approval.person == person.index);
            own.collect::<Vec<_>>()
        })
        .filter(|approval| (start..=end).contains(&approval.apply_time))
        .filter(|approval| approval.status(view.now).is_some())
        .collect();
    found.sort_by(|a, b| (a.apply_time, &a.sp_no).cmp(&(b.apply_time, &b.sp_no)));
    found
}

enum Filter {
    Status(i64),
    RecordType(i64),
    Creator(String),
    Template(String),
    Department(i64),
}

impl Filter {
    fn fits(&self, view: &View<'_>, approval: &Approval) -> bool {
        let person = || view.company.person(approval.person);
        match self {
            Self::Status(status) => approval.status(view.now) == Some(*status),
            Self::RecordType(kind) => approval.record_type() == *kind,
            Self::Creator(userid) => {
                person().is_some_and(|person| person.userid.eq_ignore_ascii_case(userid))
            }
            Self::Template(id) => template(approval) == *id,
            Self::Department(id) => person().is_some_and(|person| person.departments.contains(id)),
        }
    }
}

fn filters(ask: &Ask) -> Result<Vec<Filter>, Refusal> {
    let given = ask.field("filters").and_then(Value::as_array);
    let wrong = || Refusal::new(301_025);
    given
        .into_iter()
        .flatten()
        .map(|filter| {
            let text = |key: &str| filter.get(key).and_then(Value::as_str);
            // A value that is a number is not understood.
            let value = text("value").ok_or_else(|| {
                Refusal::saying(301_025, "Warning: wrong json format. get approval param error")
            })?;
            let number = || value.parse::<i64>().map_err(|_| wrong());
            match text("key") {
                Some("sp_status") => number().map(Filter::Status),
                Some("record_type") => number().map(Filter::RecordType),
                Some("creator") => Ok(Filter::Creator(value.to_owned())),
                Some("template_id") => Ok(Filter::Template(value.to_owned())),
                Some("department") => number().map(Filter::Department),
                _ => Err(wrong()),
            }
        })
        .collect()
}

fn template(approval: &Approval) -> String {
    format!("EmuTemplate{}", approval.record_type())
}

pub(crate) fn getapprovaldetail(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let view = server.view();
    let sp_no = ask.text("sp_no").unwrap_or("");
    let approval = view.approval_numbered(sp_no);
    let known = approval.and_then(|approval| Some((approval.status(view.now)?, approval)));
    let unknown = || Refusal::saying(301_025, "get approval param error:invalid sp_no");
    let (status, approval) = known.ok_or_else(unknown)?;
    let person = view.company.person(approval.person).ok_or_else(unknown)?;
    let literal = server.config().manners.literal_half_days;
    success(&json!({"info": detail(&view, &person, &approval, (status, literal))}))
}

fn detail(
    view: &View<'_>,
    person: &Person,
    approval: &Approval,
    (status, literal): (i64, bool),
) -> Value {
    let decided = status != PENDING;
    // An empty string stands where there is no time yet.
    let sptime = if decided { json!(approval.decided_at) } else { json!("") };
    let applicant = |person: &Person| {
        let party = person.departments.first().unwrap_or(&1).to_string();
        json!({"userid": person.userid, "partyid": party})
    };
    let mate = approval.mate.and_then(|mate| view.company.person(mate));
    let (key, applicants) = match &mate {
        Some(mate) => ("batch_applyer", json!([applicant(person), applicant(mate)])),
        None => ("applyer", applicant(person)),
    };
    let mut detail = json!({
        "sp_no": approval.sp_no,
        "sp_name": approval.title(),
        "sp_status": status,
        "template_id": template(approval),
        "apply_time": approval.apply_time,
        "sp_record": [{
            "sp_status": status,
            "approverattr": 1,
            "details": [{"approver": {"userid": approver(view)}, "speech": "",
                         "sp_status": status, "sptime": sptime, "media_id": []}],
        }],
        "notifyer": [],
        "apply_data": {"contents": [contents(view, person, approval, literal)]},
        "comments": [],
    });
    if let Some(detail) = detail.as_object_mut() {
        detail.insert(key.to_owned(), applicants);
    }
    detail
}

fn approver(view: &View<'_>) -> String {
    view.company.person(0).map(|person| person.userid).unwrap_or_default()
}

fn chinese(text: &str) -> Value {
    json!([{"text": text, "lang": "zh_CN"}])
}

fn contents(view: &View<'_>, person: &Person, approval: &Approval, literal: bool) -> Value {
    if let Matter::Correction { side, at } = approval.matter {
        let state = match side {
            Side::On => "上班缺卡",
            Side::Off => "下班缺卡",
        };
        return json!({
            "control": "PunchCorrection", "id": "PunchCorrection-1", "title": chinese("补卡"),
            "value": {"punch_correction": {"state": state, "time": at, "version": 1,
                      "daymonthyear": approval.first.midnight()}},
        });
    }
    let kind = match approval.matter {
        Matter::Trip => 3,
        Matter::Out => 4,
        Matter::Overtime => 5,
        _ => 1,
    };
    // 00:00 and 12:00 name halves of days, and the half that the end names is part of it.
    let marked = approval.by_day && !literal;
    let mut attendance = json!({
        "date_range": {
            "type": if approval.by_day { "halfday" } else { "hour" },
            "new_begin": approval.begin,
            "new_end": if marked { approval.end - DAY_SEC / 2 } else { approval.end },
            "new_duration": approval.end - approval.begin,
        },
        "type": kind,
    });
    let Matter::Leave(id) = approval.matter else {
        return json!({
            "control": "Attendance", "id": "Attendance-1", "title": chinese(approval.title()),
            "value": {"attendance": attendance},
        });
    };
    let slices = slices(view, person, approval);
    let duration: i64 = slices.iter().map(|(_, seconds)| seconds).sum();
    let day_items: Vec<Value> = slices
        .into_iter()
        .map(|(day, seconds)| json!({"daytime": day.midnight(), "duration": seconds}))
        .collect();
    if let Some(attendance) = attendance.as_object_mut() {
        let slices = json!({"day_items": day_items, "duration": duration, "state": 1});
        attendance.insert("slice_info".to_owned(), slices);
    }
    json!({
        "control": "Vacation", "id": "vacation-1", "title": chinese("请假类型"),
        "value": {"vacation": {
            "selector": {"type": "single",
                         "options": [{"key": id.to_string(), "value": chinese(approval.name())}]},
            "attendance": attendance,
        }},
    })
}

/// Seconds by day. In day units a whole attendance day is 86400 and days without duty have none;
/// hours stand on the calendar day that they are of, past midnight on the next.
fn slices(view: &View<'_>, person: &Person, approval: &Approval) -> Vec<(Day, i64)> {
    let duty_on = |day: Day| {
        let in_force = view.rule_of(person, day)?;
        Some(view.duty(&in_force.rule, person, day))
    };
    let mut slices = Vec::new();
    for day in approval.first.through(approval.last) {
        let Some(duty) = duty_on(day).filter(|duty| approval.seconds_on(duty, day) > 0) else {
            continue;
        };
        match (approval.extent, approval.by_day) {
            (Extent::WholeDays, _) => slices.push((day, DAY_SEC)),
            (_, true) => slices.push((day, DAY_SEC / 2)),
            _ => {
                let (from, to) = (approval.begin - day.midnight(), approval.end - day.midnight());
                slices.push((day, duty.due_within(from, to.min(DAY_SEC))));
                slices.push((day.plus(1), duty.due_within(from.max(DAY_SEC), to)));
            }
        }
    }
    slices.retain(|(_, seconds)| *seconds > 0);
    slices
}

pub(crate) fn getcorpconf(_server: &Server, _ask: &Ask) -> Result<Payload, Refusal> {
    let lists: Vec<Value> = VACATIONS.iter().map(conf).collect();
    success(&json!({"lists": lists}))
}

fn conf(vacation: &Vacation) -> Value {
    let mut conf = json!({
        "id": vacation.id,
        "name": vacation.name,
        "time_attr": i64::from(vacation.by_hour),
        "duration_type": 0,
        "perday_duration": 28_800,
    });
    if let (Some(conf), true) = (conf.as_object_mut(), vacation.quota_sec > 0) {
        conf.extend(allotted(vacation));
    }
    conf
}

/// What leave with a quota says besides: how much, when it starts anew, when it runs out.
fn allotted(vacation: &Vacation) -> Map<String, Value> {
    let no_date = json!({"month": 0, "day": 0});
    let quota_attr = json!({
        "type": 1,
        "autoreset_time": 1_798_732_800,
        "autoreset_duration": vacation.quota_sec,
        "quota_rule_type": 1,
        // The same whatever the years of service.
        "quota_rules": {"list": [{"quota": vacation.quota_sec, "begin": 0, "end": 0}],
                        "based_on_actual_work_time": false},
        "at_entry_date": false,
        "auto_reset_month_day": 0,
    });
    let expire_rule = json!({"type": 2, "duration": 2, "date": no_date,
        "extern_duration_enable": false, "extern_duration": no_date});
    Map::from_iter([
        ("quota_attr".to_owned(), quota_attr),
        ("is_newovertime".to_owned(), json!(0)),
        ("enter_comp_time_limit".to_owned(), json!(0)),
        ("expire_rule".to_owned(), expire_rule),
    ])
}

pub(crate) fn getuservacationquota(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let view = server.view();
    let userid = ask.text("userid").ok_or_else(|| Refusal::new(301_063))?;
    let person = super::known(&view, userid).ok_or_else(|| Refusal::new(301_098))?;
    let lists: Vec<Value> =
        VACATIONS.iter().map(|vacation| quota(&view, &person, vacation)).collect();
    success(&json!({"lists": lists}))
}

fn quota(view: &View<'_>, person: &Person, vacation: &Vacation) -> Value {
    let used = used_this_year(view, person, vacation);
    let left = view.state.changes.quotas.get(&(person.index, vacation.id)).copied();
    let left = left.unwrap_or((vacation.quota_sec - used).max(0));
    json!({
        "id": vacation.id,
        "assignduration": vacation.quota_sec,
        "usedduration": used,
        "leftduration": left,
        "vacationname": vacation.name,
        "real_assignduration": vacation.quota_sec,
    })
}

fn used_this_year(view: &View<'_>, person: &Person, vacation: &Vacation) -> i64 {
    let today = Day::of(view.now);
    let january = Day::from_date(today.date().first_of_year());
    let weeks = monday(january).through(today).step_by(7);
    let taken = weeks.flat_map(|monday| view.approvals(person, monday)).filter(|approval| {
        approval.matter == Matter::Leave(vacation.id) && approval.status(view.now) == Some(APPROVED)
    });
    taken.flat_map(|approval| slices(view, person, &approval)).map(|(_, seconds)| seconds).sum()
}

pub(crate) fn setoneuserquota(server: &Server, ask: &Ask) -> Result<Payload, Refusal> {
    let wrong = || Refusal::new(301_063);
    let userid = ask.text("userid").ok_or_else(wrong)?;
    let person = super::known(&server.view(), userid).ok_or_else(|| Refusal::new(301_098))?;
    let kind = ask.int("vacation_id").and_then(vacation).ok_or_else(wrong)?;
    let left = ask.int("leftduration").filter(|left| *left >= 0).ok_or_else(wrong)?;
    // A tenth of an hour, or of a day.
    let step = if kind.by_hour { 360 } else { 8_640 };
    if ask.int("time_attr") != Some(i64::from(kind.by_hour)) || left % step != 0 {
        return Err(wrong());
    }
    server.world.write(|state| state.changes.quotas.insert((person.index, kind.id), left));
    done()
}
