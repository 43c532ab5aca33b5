//! Tables on a terminal of 80 columns.

use std::process::Command;

use crate::support;

/// A person whose name is Chinese, late on the first day, absent on the second, off on the third.
fn judge(args: &[&str], columns: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let record = |kind: &str, at: i64| serde_json::json!({"userid": "王小明", "checkin_type": kind, "exception_type": "", "checkin_time": at});
    let bundle = serde_json::json!({
        "from": "2026-06-04", "to": "2026-06-06",
        "checkinoption": [{"date": "2026-06-01", "response": {"errcode": 0, "info": [{
            "userid": "王小明",
            "group": {"grouptype": 1, "groupid": 11, "groupname": "总部", "checkindate": [{
                "workdays": [1, 2, 3, 4, 5],
                "checkintime": [{"time_id": 1, "work_sec": 32400, "off_work_sec": 64800,
                    "allow_rest": true, "rest_begin_time": 43200, "rest_end_time": 46800}]
            }]}
        }]}}],
        "checkindata": [{"errcode": 0, "checkindata": [
            record("上班打卡", 1_780_539_667), record("下班打卡", 1_780_567_500)
        ]}]
    });
    std::fs::write(folder.path().join("bundle.json"), bundle.to_string()).unwrap();
    let mut daka: Command = support::daka(folder.path());
    daka.args(["judge", "--bundle", "bundle.json", "--format", "table"]).args(args);
    let done = support::done(daka.env("COLUMNS", columns).output().unwrap());
    assert_eq!(done.code, 0, "{}", done.stderr);
    done.stdout
}

#[test]
fn verdicts_fit_eighty_columns_in_both_languages() {
    insta::assert_snapshot!(judge(&["--lang", "zh"], "80"), @r"
    账号    日期        结果          异常         最早   最晚       实际工时
    ──────  ──────────  ────────────  ───────────  ─────  ─────  ────────────
    王小明  2026-06-04  异常          迟到81分钟   10:21  18:05  6 小时 43 分
    王小明  2026-06-05  异常          旷工480分钟                           -
    王小明  2026-06-06  正常（休息）                                        -
    ");
    insta::assert_snapshot!(judge(&["--lang", "en"], "80"), @r"
    userid  date        status    findings        first  last       worked
    ──────  ──────────  ────────  ──────────────  ─────  ─────  ──────────
    王小明  2026-06-04  abnormal  late 81 min     10:21  18:05  6 h 43 min
    王小明  2026-06-05  abnormal  absent 480 min                         -
    王小明  2026-06-06  rest                                             -
    ");
    let narrow = judge(&["--lang", "en"], "60");
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    let wide = judge(&["--lang", "en", "--wide"], "80");
    assert!(wide.contains("due at 09:00:00") && wide.contains("总部"), "{wide}");
}
