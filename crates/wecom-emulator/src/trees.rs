//! The rules that every generated company has, as the trees the API serves.

use serde_json::{Value, json};

use crate::company::Company;
use crate::day::Day;
use crate::rule::Rule;
use crate::rulebook::Rulebook;
use crate::varied_trees;

/// The company's rules and the level-one department that each covers.
pub(crate) const HEAD_OFFICE: i64 = 11;
pub(crate) const SERVICE: i64 = 12;
pub(crate) const SHOPS: i64 = 13;
pub(crate) const FACTORY: i64 = 21;
pub(crate) const SALES: i64 = 31;
pub(crate) const RESEARCH: i64 = 14;
pub(crate) const DESIGN: i64 = 15;
pub(crate) const OPERATIONS: i64 = 16;
pub(crate) const SECURITY: i64 = 17;
pub(crate) const CANTEEN: i64 = 22;
pub(crate) const BROKERS: i64 = 32;
/// A division that no rule covers.
pub(crate) const ADVISERS: i64 = 41;

/// Shifts of the factory's rule.
pub(crate) const EARLY_SHIFT: i64 = 101;
pub(crate) const LATE_SHIFT: i64 = 102;
pub(crate) const NIGHT_SHIFT: i64 = 103;
/// The canteen's shift of two parts.
pub(crate) const SPLIT_SHIFT: i64 = 201;

const FIRST_YEAR: i16 = 2024;
const LAST_YEAR: i16 = 2030;

/// Every built-in rule, complete (as `getcorpcheckinoption` serves it).
pub(crate) fn built_in(company: &Company) -> Result<Rulebook, serde_json::Error> {
    let mut trees = vec![head_office(), service(), shops(), factory(), sales()];
    if company.features.more_rules {
        trees.extend(varied_trees::all());
        if let Some(office) = trees.first_mut() {
            merge(office, json!({"white_users": exempt(company)}));
        }
    }
    let mut book = Rulebook::of(trees)?;
    if company.features.rule_edits {
        edit_monthly(&mut book)?;
    }
    Ok(book)
}

/// Head-office people who need not punch: about one in fifty.
fn exempt(company: &Company) -> Vec<String> {
    let known = company.everyone().take(2_000);
    known
        .filter(|person| person.division == HEAD_OFFICE)
        .step_by(50)
        .map(|person| person.userid)
        .collect()
}

/// From the sixteenth to the end of each month the head office is less patient.
fn edit_monthly(book: &mut Rulebook) -> Result<(), serde_json::Error> {
    let Some(usual) = book.on(HEAD_OFFICE, Day::of(0)) else { return Ok(()) };
    let mut strict = (*usual.tree).clone();
    for key in ["flex_on_duty_time", "flex_off_duty_time"] {
        if let Some(allowance) = strict.pointer_mut(&format!("/checkindate/0/{key}")) {
            *allowance = json!(300);
        }
    }
    for (year, month) in
        (FIRST_YEAR..=LAST_YEAR).flat_map(|year| (1..=12).map(move |month| (year, month)))
    {
        for (day, tree) in [(1, &*usual.tree), (16, &strict)] {
            let Ok(date) = jiff::civil::Date::new(year, month, day) else { continue };
            book.put(Day::from_date(date), tree.clone(), Rule::read(tree)?);
        }
    }
    Ok(())
}

/// The rotation of a shift rule.
pub(crate) fn cycle(groupid: i64) -> &'static [i64] {
    const ROUND_THE_CLOCK: &[i64] =
        &[EARLY_SHIFT, EARLY_SHIFT, LATE_SHIFT, LATE_SHIFT, NIGHT_SHIFT, NIGHT_SHIFT, 0, 0];
    const FIVE_AND_TWO: &[i64] =
        &[SPLIT_SHIFT, SPLIT_SHIFT, SPLIT_SHIFT, SPLIT_SHIFT, SPLIT_SHIFT, 0, 0];
    match groupid {
        CANTEEN => FIVE_AND_TWO,
        FACTORY => ROUND_THE_CLOCK,
        // A shift rule made through the API begins with an empty schedule.
        _ => &[],
    }
}

pub(crate) fn hour_minute(hour: i64, minute: i64) -> i64 {
    hour * 3_600 + minute * 60
}

pub(crate) fn segment(
    time_id: i64,
    on: i64,
    off: i64,
    windows: [i64; 4],
    rest: Option<(i64, i64)>,
) -> Value {
    let [earliest_on, latest_on, earliest_off, latest_off] = windows;
    let (rest_begin, rest_end) = rest.unwrap_or((0, 0));
    let rests: Vec<Value> = rest
        .map(|(begin, end)| json!({"rest_begin_time": begin, "rest_end_time": end}))
        .into_iter()
        .collect();
    json!({
        "time_id": time_id,
        "work_sec": on, "off_work_sec": off,
        "remind_work_sec": on - 600, "remind_off_work_sec": off,
        "rest_begin_time": rest_begin, "rest_end_time": rest_end, "allow_rest": rest.is_some(),
        "rest_times": rests,
        "earliest_work_sec": earliest_on, "latest_work_sec": latest_on,
        "earliest_off_work_sec": earliest_off, "latest_off_work_sec": latest_off,
        "no_need_checkon": false, "no_need_checkoff": false,
    })
}

pub(crate) fn no_late_rule() -> Value {
    json!({"offwork_after_time": 0, "onwork_flex_time": 0, "allow_offwork_after_time": false, "timerules": []})
}

/// Rules for a late leave that are there and not in force.
pub(crate) fn switched_off_late_rule() -> Value {
    json!({"offwork_after_time": 0, "onwork_flex_time": 0, "allow_offwork_after_time": false,
           "timerules": [{"offwork_after_time": 10_800, "onwork_flex_time": 1_800}]})
}

/// 09:00 to 18:00, lunch 12 to 13; the windows tile the day from 06:00 to 05:59 next morning.
pub(crate) fn office_day() -> Value {
    segment(
        1,
        hour_minute(9, 0),
        hour_minute(18, 0),
        [hour_minute(6, 0), hour_minute(17, 59), hour_minute(9, 1), hour_minute(29, 59)],
        Some((hour_minute(12, 0), hour_minute(13, 0))),
    )
}

pub(crate) fn places(
    wifi: &str,
    mac: &str,
    title: &str,
    detail: &str,
    lat: i64,
    lng: i64,
) -> (Value, Value) {
    (
        json!([{"wifiname": wifi, "wifimac": mac}]),
        json!([{"lat": lat, "lng": lng, "loc_title": title, "loc_detail": detail, "distance": 300}]),
    )
}

/// Days named one by one: (month, day) of every year.
fn each_year(month: i8, day: i8, notes: &str, checkintime: &Value) -> Vec<Value> {
    (FIRST_YEAR..=LAST_YEAR)
        .filter_map(|year| jiff::civil::Date::new(year, month, day).ok())
        .map(|date| {
            let midnight = Day::from_date(date).midnight();
            json!({"timestamp": midnight, "notes": notes, "checkintime": checkintime,
                   "type": 0, "begtime": 0, "endtime": 0})
        })
        .collect()
}

/// What every rule carries besides its hours.
pub(crate) fn frame(groupid: i64, groupname: &str, grouptype: i64, hours: Value) -> Value {
    let mut tree = json!({
        "grouptype": grouptype,
        "groupid": groupid,
        "open_sp_checkin": true,
        "checkindate": [],
        "spe_workdays": [],
        "spe_offdays": [],
        "sync_holidays": false,
        "groupname": groupname,
        "need_photo": false,
        "wifimac_infos": [],
        "note_can_use_local_pic": false,
        "allow_checkin_offworkday": true,
        "allow_apply_offworkday": true,
        "loc_infos": [],
        "buka_restriction": 0,
        "range": {"party_id": [groupid], "userid": [], "tagid": []},
        "create_time": 1_700_000_000,
        "type": 0,
        "reporterinfo": {"reporters": [{"userid": "", "tagid": 2}], "updatetime": 1_700_000_000},
        "allow_apply_bk_cnt": -1,
        "option_out_range": 0,
        "create_userid": "",
        "update_userid": "",
        "use_face_detect": false,
        "open_face_live_detect": false,
        "allow_apply_bk_day_limit": -1,
        "buka_limit_next_month": -1,
        "sync_out_checkin": false,
        "buka_remind": {"open_remind": false, "buka_remind_day": 28, "buka_remind_month": 0},
    });
    merge(&mut tree, hours);
    tree
}

pub(crate) fn merge(tree: &mut Value, more: Value) {
    if let (Some(tree), Value::Object(more)) = (tree.as_object_mut(), more) {
        tree.extend(more);
    }
}

/// One segment, ten minutes' allowance at both ends, the State Council's calendar.
fn head_office() -> Value {
    let (wifi, fence) = places(
        "HQ-Office-5F",
        "4e:10:a2:9b:77:c1",
        "望江楼园区",
        "杭州市滨江区望江路18号",
        30_201_900,
        120_212_600,
    );
    let open_day = json!([{"work_sec": hour_minute(9, 0), "off_work_sec": hour_minute(17, 0),
        "remind_work_sec": hour_minute(8, 50), "remind_off_work_sec": hour_minute(17, 0)}]);
    frame(
        HEAD_OFFICE,
        "总部固定班",
        1,
        json!({
            "checkindate": [{
                "workdays": [1, 2, 3, 4, 5],
                "checkintime": [office_day()],
                "flex_time": 0,
                "noneed_offwork": false,
                "limit_aheadtime": 0,
                "flex_on_duty_time": 600, "flex_off_duty_time": 600,
                "allow_flex": true,
                "late_rule": no_late_rule(),
                "max_allow_arrive_early": 0, "max_allow_arrive_late": 0,
            }],
            "spe_workdays": each_year(8, 8, "公司开放日", &open_day),
            "spe_offdays": each_year(11, 18, "司庆", &json!([])),
            "sync_holidays": true,
            "wifimac_infos": wifi,
            "loc_infos": fence,
            "checkin_method_type": 0,
            "offwork_interval_time": 0,
        }),
    )
}

/// One segment, no grace at all.
fn service() -> Value {
    let (wifi, fence) = places(
        "CC-Hall-2",
        "4e:10:a2:9b:88:02",
        "客服中心",
        "杭州市余杭区文一西路99号",
        30_288_400,
        120_012_700,
    );
    frame(
        SERVICE,
        "客服标准班",
        1,
        json!({
            "checkindate": [{
                "workdays": [1, 2, 3, 4, 5],
                "checkintime": [office_day()],
                "flex_time": 0,
                "noneed_offwork": false,
                "limit_aheadtime": 0,
                "flex_on_duty_time": 0, "flex_off_duty_time": 0,
                "allow_flex": false,
                "late_rule": no_late_rule(),
                "max_allow_arrive_early": 0, "max_allow_arrive_late": 0,
            }],
            "sync_holidays": true,
            "wifimac_infos": wifi,
            "loc_infos": fence,
        }),
    )
}

/// Two segments, Tuesday to Sunday, open on public holidays; the legacy millisecond flex.
fn shops() -> Value {
    let (wifi, fence) = places(
        "Shop-Guest",
        "4e:10:a2:9b:99:03",
        "湖滨门店",
        "杭州市上城区平海路27号",
        30_254_300,
        120_164_100,
    );
    let morning = segment(
        1,
        hour_minute(9, 0),
        hour_minute(12, 0),
        [hour_minute(6, 0), hour_minute(11, 59), hour_minute(9, 1), hour_minute(12, 45)],
        None,
    );
    let afternoon = segment(
        2,
        hour_minute(13, 30),
        hour_minute(18, 0),
        [hour_minute(12, 46), hour_minute(17, 59), hour_minute(13, 31), hour_minute(29, 59)],
        None,
    );
    frame(
        SHOPS,
        "门店两段班",
        1,
        json!({
            "checkindate": [{
                "workdays": [0, 2, 3, 4, 5, 6],
                "checkintime": [morning, afternoon],
                "flex_time": 300_000,
                "noneed_offwork": false,
                "limit_aheadtime": 10_800_000,
                "flex_on_duty_time": -1, "flex_off_duty_time": -1,
            }],
            "wifimac_infos": wifi,
            "loc_infos": fence,
        }),
    )
}

fn shift(schedule_id: i64, name: &str, on: i64, off: i64, windows: [i64; 4], flex: i64) -> Value {
    json!({
        "schedule_id": schedule_id,
        "schedule_name": name,
        "time_section": [segment(1, on, off, windows, None)],
        "limit_aheadtime": 14_400_000,
        "noneed_offwork": false,
        "limit_offtime": 14_400,
        "flex_on_duty_time": flex, "flex_off_duty_time": 0,
        "allow_flex": flex > 0,
        "late_rule": switched_off_late_rule(),
        "max_allow_arrive_early": 0, "max_allow_arrive_late": 0,
    })
}

/// Three shifts round the clock; the night shift ends at six the next morning.
fn factory() -> Value {
    let (wifi, fence) = places(
        "Plant-East",
        "4e:10:a2:9b:aa:04",
        "东区厂房",
        "杭州市钱塘区六号路2号",
        30_290_011,
        120_350_022,
    );
    let windows = |on: i64, off: i64| [on - 14_400, off - 60, on + 60, off + 14_340];
    frame(
        FACTORY,
        "工厂三班倒",
        2,
        json!({
            "schedulelist": [
                {"schedule_id": 0, "schedule_name": "休息", "time_section": []},
                shift(EARLY_SHIFT, "早班", hour_minute(8, 0), hour_minute(16, 0),
                      windows(hour_minute(8, 0), hour_minute(16, 0)), 300),
                shift(LATE_SHIFT, "中班", hour_minute(14, 0), hour_minute(22, 0),
                      windows(hour_minute(14, 0), hour_minute(22, 0)), 300),
                shift(NIGHT_SHIFT, "夜班", hour_minute(22, 0), hour_minute(30, 0),
                      windows(hour_minute(22, 0), hour_minute(30, 0)), 0),
            ],
            "wifimac_infos": wifi,
            "loc_infos": fence,
            "type": 3,
        }),
    )
}

/// Free hours; the day turns at four in the morning.
pub(crate) fn sales() -> Value {
    let (wifi, fence) = places(
        "Sales-Hub",
        "4e:10:a2:9b:bb:05",
        "钱江新城办公点",
        "杭州市上城区民心路1号",
        30_247_700,
        120_210_800,
    );
    frame(
        SALES,
        "销售自由班",
        3,
        json!({
            "checkindate": [{
                "workdays": [1, 2, 3, 4, 5],
                "checkintime": [],
                "noneed_offwork": false,
                "limit_aheadtime": 0,
                "flex_on_duty_time": 0, "flex_off_duty_time": 0,
            }],
            "sync_holidays": true,
            "wifimac_infos": wifi,
            "loc_infos": fence,
            "offwork_interval_time": 300,
            "span_day_time": 14_400,
            "standard_work_duration": 28_800,
            "checkin_method_type": 0,
        }),
    )
}
