//! The commands that change something: looked at first nothing is sent, sent once it shows in what
//! is read afterwards.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::fmt::Write as _;

use jiff::{ToSpan as _, civil::date};
use serde_json::{Value, json};
use support::{Clock, Config, Done, Faults, Stage};

/// A company in the middle of July 2025: whatever the host's date, its days are past, and the days of
/// 2099 are ahead.
fn company() -> Stage {
    faulty(Faults::default())
}

fn faulty(faults: Faults) -> Stage {
    let clock = Clock::Fixed("2025-07-20T12:00:00+08:00".parse().unwrap());
    Stage::new(Config { people: 120, clock, faults, ..Config::default() })
}

impl Stage {
    /// Somebody under a rule, and a day of June 2025 whose truth satisfies `wanted`.
    fn find(&self, groupid: i64, wanted: impl Fn(&Value) -> bool) -> (String, String) {
        let june = date(2025, 6, 1).series(1.day()).take(30);
        for day in june {
            for userid in self.emulator.userids() {
                let truth = self.emulator.truth(&userid, day);
                let truth = serde_json::to_value(truth).unwrap();
                if truth["rule"]["groupid"] == groupid && wanted(&truth) {
                    return (userid, day.to_string());
                }
            }
        }
        panic!("nobody fits");
    }

    fn truth_of(&self, userid: &str, day: &str) -> Value {
        serde_json::to_value(self.emulator.truth(userid, day.parse().unwrap())).unwrap()
    }

    fn write_file(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Runs a write with `--dry-run`: it succeeds, and the write is not sent.
    fn dry(&self, call: &str, args: &[&str]) -> Value {
        let before = self.calls(call);
        let done = self.daka(&[args, &["--dry-run"]].concat());
        let remark = if args[0] == "rule" && args[1] != "add" { "WeCom refuses this" } else { "" };
        assert_eq!(done.code, 0, "{args:?} {}", done.stderr);
        assert!(done.stderr.starts_with(remark) && (!remark.is_empty() || done.stderr.is_empty()));
        assert_eq!(self.calls(call), before, "{args:?} was sent");
        let shown: Value = serde_json::from_str(&done.stdout).unwrap();
        assert_eq!((&shown["dry_run"], &shown["call"]), (&json!(true), &json!(call)));
        shown
    }

    /// Runs a write: it succeeds, and is sent so often.
    fn wet(&self, call: &str, times: usize, args: &[&str]) -> Done {
        let before = self.calls(call);
        let done = self.daka(args);
        assert_eq!(done.code, 0, "{args:?}: {}", done.stderr);
        assert_eq!(self.calls(call) - before, times, "{args:?}");
        done
    }
}

fn kinds(truth: &Value) -> Vec<&str> {
    let exceptions = truth["exceptions"].as_array().unwrap();
    exceptions.iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

#[test]
fn a_correction_is_made_once_and_not_when_only_looked_at() {
    let stage = company();
    let (userid, day) =
        stage.find(12, |truth| kinds(truth) == ["missing"] && truth["last"].is_string());
    let midnight: jiff::Timestamp = format!("{day}T00:00:00+08:00").parse().unwrap();
    let read = ["records", "--users", &userid, "--from", &day, "--to", &day];
    let blank = stage.daka(&read).json_lines();
    let blank = blank.iter().find(|row| row["exception_type"] == "未打卡").unwrap();
    let due = blank["sch_checkin_time"].as_i64().unwrap() - midnight.as_second();
    let clock = format!("{:02}:{:02}", due / 3_600, due / 60 % 60);
    let args = ["correct", &userid, &day, "--due", &clock, "--remark", "忘记打卡"];
    let shown = stage.dry("punch_correction", &args);
    assert_eq!(
        shown["request"],
        json!({"userid": userid, "schedule_date_time": midnight.as_second(),
               "schedule_checkin_time": due, "checkin_time": midnight.as_second() + due,
               "remark": "忘记打卡"})
    );
    assert_eq!(stage.truth_of(&userid, &day)["status"], "abnormal");

    let done = stage.wet("punch_correction", 1, &args);
    assert_eq!(done.stdout, format!("{userid} has a punch at {clock} on {day}\n"));
    assert!(stage.daka(&read).json_lines().iter().any(|row| row["notes"] == "忘记打卡"));
    assert_eq!(stage.truth_of(&userid, &day)["status"], "normal");

    let again = stage.daka(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(again.code, 1);
    let error: Value = serde_json::from_str(&again.stderr).unwrap();
    assert_eq!(error["error"]["errcode"], 301_080);
}

#[test]
fn punches_come_from_flags_and_from_files() {
    let stage = company();
    let (userid, day) = stage.find(12, |truth| kinds(truth) == ["absent"]);
    let on = format!("{day} 09:07");
    let flags = [
        "punch",
        "--user",
        &userid,
        "--at",
        &on,
        "--place",
        "南门",
        "--address",
        "闸机3",
        "--device",
        "gate",
        "--device-name",
        "GateMax",
        "--lat",
        "30000000",
        "--lng",
        "120000000",
    ];
    let shown = stage.dry("add_checkin_record", &flags);
    assert_eq!(stage.emulator.calls(), []);
    assert_eq!(
        (&shown["request"]["records"][0]["device_type"], &shown["request"]["records"][0]["lat"]),
        (&json!(1), &json!(30_000_000))
    );
    let done = stage.wet("add_checkin_record", 1, &[&flags[..], &["-vv"]].concat());
    assert_eq!(done.stdout, format!("the punch of {userid} was written\n"));
    assert!(done.stderr.contains("add_checkin_record"), "{}", done.stderr);
    assert!(!done.stderr.contains("30000000"), "a place is in the log: {}", done.stderr);

    let csv = format!(
        "userid,checkin_time,location_title,location_detail,device_type,device_detail,notes\n\
         {userid},{day} 18:00,南门,闸机3,1,GateMax,\n"
    );
    stage.write_file("gate.csv", &csv);
    stage.dry("add_checkin_record", &["punch", "gate.csv"]);
    stage.wet("add_checkin_record", 1, &["punch", "gate.csv"]);
    let truth = stage.truth_of(&userid, &day);
    assert_eq!(truth["exceptions"], json!([{"kind": "late", "count": 1, "duration_sec": 420}]));
    assert_eq!(truth["checkin_count"], 2);

    let person = stage.emulator.userids().remove(3);
    let line = |n: i64| {
        json!({"userid": person, "checkin_time": 1_750_000_000 + n, "location_title": "a",
               "location_detail": "b", "device_type": 3, "device_detail": "c"})
    };
    let many: Vec<Value> = (0..401).map(line).collect();
    stage.write_file("many.json", &json!({"records": many}).to_string());
    let done = stage.wet("add_checkin_record", 3, &["punch", "many.json", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&done.stdout).unwrap()["records"], 401);
}

#[test]
fn a_write_that_stopped_on_the_way_says_what_was_not_done() {
    let toml = "[[fault]]\ncall = \"add_checkin_record\"\nskip = 1\nkind = \"http_status\"\nstatus = 502\n";
    let stage = faulty(toml::from_str(toml).unwrap());
    let person = stage.emulator.userids().remove(3);
    let mut csv =
        "userid,checkin_time,location_title,location_detail,device_type,device_detail\n".to_owned();
    for n in 0..250 {
        writeln!(csv, "{person},{},a,b,3,c", 1_750_000_000 + n).unwrap();
    }
    stage.write_file("many.csv", &csv);
    let done = stage.daka(&["punch", "many.csv"]);
    assert_eq!(done.code, 3);
    assert_eq!(
        stage.calls("add_checkin_record"),
        2,
        "nothing that may have happened is sent again"
    );
    assert!(
        done.stderr.contains("look at what is there before you send it again"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("not done: records 201 to 250"), "{}", done.stderr);
    let named = format!("[not done: {person}, 2025-06-15 to 2025-06-15]");
    assert!(done.stderr.contains(&named), "{}", done.stderr);
}

#[test]
fn schedules_are_compared_set_and_read() {
    let stage = company();
    let (userid, _) = stage.find(21, |_| true);
    let show = format!("schedule show --users {userid} --from 2099-07-24 --to 2099-07-27");
    let show: Vec<&str> = show.split(' ').collect();
    let shifts = || -> Vec<i64> {
        let rows = stage.daka(&show).json_lines();
        let days = rows.iter().flat_map(|row| row["schedule"]["scheduleList"].as_array().unwrap());
        days.map(|day| day["schedule_info"]["schedule_id"].as_i64().unwrap()).collect()
    };
    let before = shifts();
    stage.write_file(
        "july.csv",
        &format!(
            "groupid,userid,date,schedule_id\n21,{userid},2099-07-25,0\n21,{userid},2099-07-26,103\n"
        ),
    );
    let shown = stage.dry("setcheckinschedulist", &["schedule", "set", "july.csv"]);
    assert_eq!(shown["request"]["yearmonth"], 209_907);
    let changes = shown["changes"].as_array().unwrap();
    assert!(!changes.is_empty(), "{shown}");
    assert!(changes.iter().all(|change| change["from"] != change["to"]), "{shown}");
    assert_eq!(shifts(), before);

    let done = stage.wet("setcheckinschedulist", 1, &["schedule", "set", "july.csv"]);
    assert_eq!(done.stdout, "2 days of 209907 were scheduled under rule 21\n");
    assert_eq!(shifts()[1..3], [0, 103]);

    let set = format!("schedule set --rule 21 --shift 101 --users {userid}");
    let set: Vec<&str> = set.split(' ').collect();
    let flags = [&set[..], &["--from", "2099-07-25", "--to", "2099-07-26"]].concat();
    let shown = stage.dry("setcheckinschedulist", &flags);
    assert_eq!(shown["changes"][0]["from"], 0);
    stage.wet("setcheckinschedulist", 1, &flags);
    assert_eq!(shifts()[1..3], [101, 101]);

    let two_months = [&set[..], &["--from", "2099-07-31", "--to", "2099-08-01"]].concat();
    stage.wet("setcheckinschedulist", 2, &two_months);
}

/// Looking first finds what WeCom would refuse, by what is there now.
#[test]
fn what_does_not_fit_what_is_there_is_said_before_it_is_sent() {
    let stage = company();
    let (shift_worker, _) = stage.find(21, |_| true);
    let (office_worker, monday) = stage.find(11, |truth| truth["standard_sec"] == 28_800);
    let (_, sunday) = stage.find(11, |truth| truth["standard_sec"] == 0);
    let set = |rule: &'static str, shift: &'static str, user: &str| {
        let days = ["--from", "2099-07-25", "--to", "2099-07-26"];
        let args = ["schedule", "set", "--rule", rule, "--shift", shift, "--users", user];
        args.iter().chain(&days).map(|arg| (*arg).to_owned()).collect::<Vec<_>>()
    };
    let correct = |day: &str, due: &[&str]| {
        let args = ["correct", &office_worker, day, "--at", "09:30"];
        args.iter().chain(due).map(|arg| (*arg).to_owned()).collect::<Vec<_>>()
    };
    for (args, said) in [
        (set("22", "101", &shift_worker), "the company has no rule 22".to_owned()),
        (set("11", "101", &office_worker), "rule 11 总部固定班 is no shift rule".to_owned()),
        (set("21", "999", &shift_worker), "rule 21 has no shift 999; it has ".to_owned()),
        (
            set("21", "101", &office_worker),
            format!("1 people are not under rule 21 on 2099-07-25: {office_worker}"),
        ),
        (
            correct(&monday, &["--due", "09:30"]),
            "on {monday} are 09:00, 18:00".replace("{monday}", &monday),
        ),
        (correct(&monday, &[]), format!("the due times of {office_worker} on {monday} are")),
        (
            correct(&sunday, &["--due", "09:00"]),
            format!("{office_worker} has no due time on {sunday}"),
        ),
    ] {
        let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
        args.push("--dry-run");
        let done = stage.daka(&args);
        assert_eq!(done.code, 2, "{args:?} {}{}", done.stdout, done.stderr);
        assert!(done.stderr.contains(&said), "{args:?} {}", done.stderr);
    }
    for fits in [correct(&monday, &["--due", "09:00"]), correct(&sunday, &[])] {
        stage.dry("punch_correction", &fits.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

fn new_rule(userid: &str) -> Value {
    json!({"groupname": "新规则", "grouptype": 1,
        "checkindate": [{"workdays": [1, 2, 3, 4, 5], "checkintime": [
            {"time_id": 1, "work_sec": 36_000, "off_work_sec": 68_400, "remind_work_sec": 36_000,
             "remind_off_work_sec": 68_400}], "allow_flex": false}],
        "loc_infos": [{"lat": 30_000_000, "lng": 120_000_000, "loc_title": "a", "loc_detail": "b",
                       "distance": 300}],
        "wifimac_infos": [{"wifiname": "w", "wifimac": "3c:46:d8:0c:7a:70"}],
        "range": {"userid": [userid]}})
}

#[test]
fn a_rule_is_made_changed_emptied_and_deleted() {
    let stage = company();
    let userid = stage.emulator.userids().remove(0);
    stage.write_file("rule.json", &new_rule(&userid).to_string());
    let listed = || stage.daka(&["rule", "list"]).json_lines();
    let before = listed();

    let shown = stage.dry("add_checkin_option", &["rule", "add", "@rule.json"]);
    assert_eq!(shown["request"], json!({"group": new_rule(&userid)}));
    assert_eq!(listed(), before);
    let done = stage.wet("add_checkin_option", 1, &["rule", "add", "@rule.json", "--now"]);
    assert_eq!(done.stdout, "the rule 新规则 was made; `daka rule list` tells its id\n");
    let made = listed().into_iter().find(|rule| rule["groupname"] == "新规则").unwrap();
    let id = made["groupid"].to_string();
    let show = || stage.daka(&["rule", "show", &id]).json_lines().remove(0);
    assert_eq!(show(), made);

    let changes = format!("{{\"groupid\":{id},\"groupname\":\"改名\"}}");
    let update = ["rule", "update", &changes, "--now"];
    let shown = stage.dry("update_checkin_option", &update);
    assert_eq!(shown["changes"], json!([{"field": "groupname", "from": "新规则", "to": "改名"}]));
    assert_eq!(shown["request"]["effective_now"], true);
    assert_eq!(show(), made);
    stage.wet("update_checkin_option", 1, &update);
    assert_eq!(show()["groupname"], "改名");

    let clear = ["rule", "clear", &id, "wifimac_infos", "--now"];
    let shown = stage.dry("clear_checkin_option_array_field", &clear);
    assert_eq!(shown["changes"][0]["from"], made["wifimac_infos"]);
    let done = stage.wet("clear_checkin_option_array_field", 1, &clear);
    assert_eq!(done.stdout, format!("the rule {id} is changed at once\n"));
    assert_eq!(show()["wifimac_infos"], json!([]));

    let delete = ["rule", "delete", &id, "--now"];
    let shown = stage.dry("del_checkin_option", &delete);
    assert_eq!(shown["changes"][0]["from"]["groupname"], "改名");
    let unasked = stage.daka(&delete);
    assert_eq!((unasked.code, stage.calls("del_checkin_option")), (2, 0), "{}", unasked.stderr);
    assert!(unasked.stderr.contains("--yes"), "{}", unasked.stderr);
    stage.wet("del_checkin_option", 1, &[&delete[..], &["--yes"]].concat());
    assert_eq!(listed().len(), before.len());
}

/// Begins as a JPEG does.
const PICTURE: [u8; 12] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49, 0x46, 0, 1];

#[test]
fn a_face_is_stored_and_never_shown() {
    let stage = company();
    let users = stage.emulator.userids();
    std::fs::write(stage.folder.path().join("face.jpg"), PICTURE).unwrap();
    let face = |userid| ["face", userid, "face.jpg", "-vv"];
    let dry = stage.daka(&[&face(&users[0])[..], &["--dry-run"]].concat());
    assert_eq!(stage.emulator.calls(), []);
    assert!(dry.stdout.contains("(12 bytes in base64)"), "{}", dry.stdout);
    let plain = stage.wet("addcheckinuserface", 1, &face(&users[0]));
    assert_eq!(plain.stdout, format!("the face of {} is stored\n", users[0]));
    let similar = stage.wet("addcheckinuserface", 1, &face(&users[1]));
    assert!(similar.stderr.contains("301071"), "{}", similar.stderr);
    for done in [dry, plain, similar] {
        assert!(!format!("{}{}", done.stdout, done.stderr).contains("/9j/"));
    }
}

#[test]
fn machines_records_and_photos_are_fetched() {
    let stage = company();
    let (userid, day) = stage.find(21, |truth| truth["checkin_count"].as_i64() > Some(1));
    let args = ["device-records", "--users", &userid, "--from", &day, "--to", &day];
    let rows = stage.daka(&args).json_lines();
    assert!(rows.len() > 1 && rows.iter().all(|row| row["device_sn"].is_string()), "{rows:?}");
    let times: Vec<i64> = rows.iter().map(|row| row["checkin_time"].as_i64().unwrap()).collect();
    assert!(times.is_sorted());

    let records = stage.daka(&["records", "--all", "--from", "2025-07-18", "--to", "2025-07-18"]);
    let records = records.json_lines();
    let ids: Vec<&str> = records
        .iter()
        .flat_map(|row| row["mediaids"].as_array().unwrap())
        .map(|id| id.as_str().unwrap())
        .take(2)
        .collect();
    let [first, second] = ids[..] else { panic!("no photos") };
    let fetched = stage.daka(&["media", first, "WWCISP_nothing", "../../etc", "-o", "photos"]);
    assert_eq!(fetched.code, 3);
    assert_eq!(fetched.stdout, format!("photos/{first}.jpg\n"));
    assert!(fetched.stderr.contains("40007"), "{}", fetched.stderr);
    let photo = stage.folder.path().join(format!("photos/{first}.jpg"));
    assert!(std::fs::read(&photo).unwrap().starts_with(&[0xFF, 0xD8]));

    std::fs::write(&photo, "mine").unwrap();
    let again = stage.daka(&["media", first, second, "-o", "photos"]);
    assert_eq!((again.code, again.stdout), (3, format!("photos/{second}.jpg\n")));
    assert!(again.stderr.contains("nothing is overwritten"), "{}", again.stderr);
    assert_eq!(std::fs::read_to_string(&photo).unwrap(), "mine");
    let left = std::fs::read_dir(stage.folder.path().join("photos")).unwrap().count();
    assert_eq!(left, 2, "no parts are left");
}

#[test]
fn a_photo_that_breaks_off_leaves_nothing_behind() {
    let toml = "[[fault]]\ncall = \"media/get\"\ncount = 1\nkind = \"drop_during\"\n";
    let stage = faulty(toml::from_str(toml).unwrap());
    let number = date(1970, 1, 1).until(date(2025, 7, 19)).unwrap().get_days();
    let id = format!("WWCISP_{number}x");
    let broken = stage.daka(&["media", &id, "-o", "photos"]);
    assert_eq!((broken.code, broken.stdout.as_str()), (1, ""), "{}", broken.stderr);
    let folder = stage.folder.path().join("photos");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let whole = stage.daka(&["media", &id, "-o", "photos", "--format", "json"]);
    let told: Value = serde_json::from_str(&whole.stdout).unwrap();
    assert_eq!((&told["bytes"], &told["content_type"]), (&json!(125), &json!("image/jpeg")));
}

/// The connection closes after the write was done: whoever sends it again makes it twice.
#[test]
fn a_write_that_may_have_happened_is_not_sent_again() {
    let toml = "[[fault]]\ncall = \"add_checkin_record\"\nkind = \"drop_after\"\n";
    let stage = faulty(toml::from_str(toml).unwrap());
    let person = stage.emulator.userids().remove(3);
    let done = stage.daka(&[
        "punch",
        "--user",
        &person,
        "--at",
        "2025-07-18 09:00",
        "--place",
        "a",
        "--address",
        "b",
        "--device-name",
        "c",
        "--format",
        "json",
    ]);
    assert_eq!((done.code, stage.calls("add_checkin_record")), (1, 1));
    let error: Value = serde_json::from_str(&done.stderr).unwrap();
    assert_eq!(error["error"]["retryable"], false);
    assert!(error["error"]["hint"].as_str().unwrap().contains("it may have happened all the same"));
}

#[test]
fn what_wecom_would_refuse_gets_one_clear_line_and_is_not_sent() {
    let stage = company();
    let head = "userid,checkin_time,location_title,location_detail,device_type,device_detail";
    for (name, text) in [
        ("past.csv", "groupid,userid,date,schedule_id\n21,a,2099-01-01,0\n21,b,2020-01-01,0\n"),
        ("shift.csv", "groupid,userid,date,schedule\n21,a,2099-01-01,0\n"),
        ("none.csv", "groupid,userid,date,schedule_id\n"),
        (
            "twice.json",
            "{\"groupid\":21,\"yearmonth\":209901,\"items\":[{\"userid\":\"a\",\"day\":1,\"schedule_id\":0},{\"userid\":\"A\",\"day\":1,\"schedule_id\":1}]}",
        ),
        ("lat.csv", &format!("{head},lat\na,1750000000,t,d,1,G,\na,1750000000,t,d,1,G,31.2304\n")),
        ("head.csv", &format!("{head},note\na,1750000000,t,d,1,G,hello\n")),
        ("time.csv", &format!("{head}\na,yesterday,t,d,1,G\n")),
        ("empty.csv", &format!("{head}\na,1750000000,t,d,1,G\na,1750000000,,d,1,G\n")),
        ("bare.json", "[{\"userid\":\"a\",\"checkin_time\":1750000000}]"),
        (
            "rule.json",
            "{\"groupname\":\"x\",\"grouptype\":1,\"range\":{\"userid\":[\"a\"]},\"checkindate\":[{\"workdays\":[1]}]}",
        ),
        ("noid.json", "{\"group\":{\"groupname\":\"x\"}}"),
    ] {
        stage.write_file(name, text);
    }
    std::fs::write(stage.folder.path().join("huge.jpg"), vec![0; (1 << 20) + 1]).unwrap();
    std::fs::write(stage.folder.path().join("empty.jpg"), "").unwrap();
    let mut book = String::new();
    for args in [
        &["correct", "a", "2025-06-03"][..],
        &["correct", "a", "2025-06-03", "--due", "9am"],
        &["correct", "a", "2099-06-03", "--due", "09:00"],
        &["correct", "a b", "2025-06-03", "--due", "09:00"],
        &["correct", "a", "2099-06-03", "--due", "09:00", "--format", "json"],
        &["schedule", "set", "past.csv"],
        &["schedule", "set", "shift.csv"],
        &["schedule", "set", "none.csv"],
        &["schedule", "set", "twice.json"],
        &["schedule", "set", "nowhere.csv"],
        &["schedule", "set", "--rule", "21", "--shift", "1", "--month", "2099-01"],
        &["punch", "lat.csv"],
        &["punch", "head.csv"],
        &["punch", "time.csv"],
        &["punch", "empty.csv"],
        &["punch", "bare.json"],
        &["punch", "--user", "a"],
        &["rule", "add", "@rule.json"],
        &["rule", "add", "[]"],
        &["rule", "update", "@noid.json"],
        &["rule", "clear", "733", "wifimac_infos", "loc_infos"],
        &["rule", "clear", "733", "reporters"],
        &["rule", "delete", "0"],
        &["face", "a", "huge.jpg"],
        &["face", "a", "empty.jpg"],
        &["face", "a", "nowhere.jpg"],
    ] {
        for dry in [&[][..], &["--dry-run"]] {
            let done = stage.daka(&[args, dry].concat());
            assert_eq!(done.stdout, "", "{args:?}");
            assert_eq!(done.code, 2, "{args:?}: {}", done.stderr);
            assert!(!done.stderr.contains("31.2304"), "a coordinate is shown: {}", done.stderr);
            if dry.is_empty() {
                writeln!(book, "$ daka {}\n{}", args.join(" "), done.stderr).unwrap();
            }
        }
    }
    assert_eq!(stage.emulator.calls(), [], "nothing was sent");
    insta::assert_snapshot!(book);
}
