//! The further rules of a company with `more_rules`.

use serde_json::{Value, json};

use crate::trees::{
    BROKERS, CANTEEN, DESIGN, OPERATIONS, RESEARCH, SECURITY, SPLIT_SHIFT, frame, hour_minute,
    merge, no_late_rule, office_day, places, sales, segment,
};

pub(crate) fn all() -> [Value; 6] {
    [research(), design(), operations(), security(), canteen(), brokers()]
}

fn office_rule(groupid: i64, name: &str, hours: Value, more: Value) -> Value {
    let (wifi, fence) = places(
        "Park-B-2F",
        "4e:10:a2:9b:cc:06",
        "江潮园区B座",
        "杭州市滨江区网商路699号",
        30_188_700,
        120_190_600,
    );
    let mut row = json!({
        "workdays": [1, 2, 3, 4, 5],
        "checkintime": [office_day()],
        "flex_time": 0,
        "noneed_offwork": false,
        "limit_aheadtime": 0,
        "flex_on_duty_time": 0, "flex_off_duty_time": 0,
        "allow_flex": false,
        "late_rule": no_late_rule(),
        "max_allow_arrive_early": 0, "max_allow_arrive_late": 0,
    });
    merge(&mut row, hours);
    let fields = json!({
        "checkindate": [row],
        "sync_holidays": true,
        "wifimac_infos": wifi,
        "loc_infos": fence,
    });
    let mut tree = frame(groupid, name, 1, fields);
    merge(&mut tree, more);
    tree
}

/// The day slides: half an hour earlier, an hour later.
fn research() -> Value {
    let slide = json!({"allow_flex": true, "max_allow_arrive_early": 1_800, "max_allow_arrive_late": 3_600});
    office_rule(RESEARCH, "研发弹性班", slide, json!({}))
}

/// Big and small weeks, a late leave earns a late arrival, punches elsewhere are field work,
/// overtime is what was approved and also punched.
fn design() -> Value {
    let hours = json!({
        "workdays": [],
        "biweekly": {"enable_weekday_recurrence": true,
                     "odd_workdays": [1, 2, 3, 4, 5, 6], "even_workdays": [1, 2, 3, 4, 5]},
        "late_rule": {"offwork_after_time": 18_000, "onwork_flex_time": 3_600,
            "allow_offwork_after_time": true,
            "timerules": [{"offwork_after_time": 10_800, "onwork_flex_time": 1_800},
                          {"offwork_after_time": 18_000, "onwork_flex_time": 3_600},
                          {"offwork_after_time": 21_600, "onwork_flex_time": 7_200}]},
    });
    // Both tables are there; the type says that neither holds.
    let no_rest = json!({
        "type": 0,
        "fix_time_rule": {"fix_time_begin_sec": hour_minute(18, 0), "fix_time_end_sec": hour_minute(18, 30)},
        "cal_ottime_rule": {"items": [{"ot_time": 14_400, "rest_time": 1_800}]},
    });
    let more = json!({
        "sync_holidays": false,
        "option_out_range": 1,
        "ot_info": {
            "type": 0, "allow_ot_workingday": true, "allow_ot_nonworkingday": false,
            "otcheckinfo": {
                "ot_workingday_time_start": 1_800, "ot_workingday_time_min": 1_800,
                "ot_workingday_time_max": 14_400,
                "ot_nonworkingday_time_min": 1_800, "ot_nonworkingday_time_max": 14_400,
                "ot_nonworkingday_spanday_time": 0,
                "ot_workingday_restinfo": no_rest, "ot_nonworkingday_restinfo": no_rest,
            },
            "uptime": 1_700_000_000,
            "otapplyinfo": {
                "allow_ot_workingday": true, "allow_ot_nonworkingday": false,
                "uptime": 1_700_000_000, "ot_nonworkingday_spanday_time": 0,
                "ot_workingday_restinfo": no_rest, "ot_nonworkingday_restinfo": no_rest,
            },
        },
    });
    office_rule(DESIGN, "设计大小周", hours, more)
}

/// No grace; overtime by punches.
fn operations() -> Value {
    let by_punches = |start: i64, least: i64, restinfo: Value, more: Value| {
        let mut conf = json!({"allow_ot": true, "type": 1,
            "checkin": {"ot_time_start": start, "ot_time_min": least, "ot_time_max": 14_400,
                        "restinfo": restinfo}});
        merge(&mut conf, more);
        conf
    };
    let small_hours = json!({"type": 1, "fix_time_rule_list": [
        {"fix_time_begin_sec": hour_minute(3, 0), "fix_time_end_sec": hour_minute(4, 0)}]});
    let by_length =
        json!({"type": 2, "cal_ottime_rule": {"items": [{"ot_time": 18_000, "rest_time": 3_600}]}});
    let more = json!({"ot_info_v2": {
        "workdayconf": by_punches(1_800, 1_800, small_hours, json!({
            "ot_time_range": 2, "ot_trans_enable": true, "ot_trans_type": 1,
            "vacation": {"sync_vacation": true, "trans_ratio": 100},
        })),
        "restdayconf": by_punches(0, 3_600, json!({"type": 0}), json!({
            "applycheckin": {"restinfo": by_length},
        })),
        "holidayconf": by_punches(0, 3_600, json!({"type": 0}), json!({
            "apply": {"restinfo": {"type": 0}}, "ot_trans_enable": true, "ot_trans_type": 2,
        })),
        "time_unit_config": {"ot_time_unit": 2, "perday_duration_secs": 28_800,
            "rounding_method": 3, "rounding_precision": 1, "step_size": 1_800},
    }});
    office_rule(OPERATIONS, "运营打卡加班", json!({}), more)
}

/// Nobody punches out.
fn security() -> Value {
    office_rule(SECURITY, "安保免签退", json!({"noneed_offwork": true}), json!({}))
}

/// A shift of two parts with the afternoon free.
fn canteen() -> Value {
    let (wifi, fence) = places(
        "Canteen",
        "4e:10:a2:9b:dd:07",
        "园区食堂",
        "杭州市滨江区网商路701号",
        30_187_900,
        120_191_400,
    );
    let windows = |on: i64, off: i64, until: i64| [on - 3_600, off - 60, on + 60, until];
    let (breakfast, noon) = (hour_minute(8, 0), hour_minute(11, 30));
    let (supper, night) = (hour_minute(17, 0), hour_minute(21, 0));
    frame(
        CANTEEN,
        "食堂两头班",
        2,
        json!({
            "schedulelist": [
                {"schedule_id": 0, "schedule_name": "休息", "time_section": []},
                {
                    "schedule_id": SPLIT_SHIFT,
                    "schedule_name": "两头班",
                    "time_section": [
                        segment(1, breakfast, noon, windows(breakfast, noon, hour_minute(14, 0)),
                                Some((hour_minute(9, 30), hour_minute(9, 45)))),
                        segment(2, supper, night, windows(supper, night, hour_minute(25, 0)), None),
                    ],
                    "limit_aheadtime": 3_600_000,
                    "noneed_offwork": false,
                    "limit_offtime": 14_460,
                    "flex_on_duty_time": 300, "flex_off_duty_time": 300,
                    "allow_flex": true,
                    "late_rule": no_late_rule(),
                    "max_allow_arrive_early": 0, "max_allow_arrive_late": 0,
                },
            ],
            "wifimac_infos": wifi,
            "loc_infos": fence,
        }),
    )
}

/// Free hours, first punch to last.
fn brokers() -> Value {
    let mut tree = sales();
    merge(
        &mut tree,
        json!({"groupid": BROKERS, "groupname": "经纪自由班", "checkin_method_type": 1,
               "range": {"party_id": [BROKERS], "userid": [], "tagid": []}}),
    );
    tree
}
