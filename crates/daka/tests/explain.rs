//! A day laid open, and the same day carried elsewhere.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use serde_json::Value;
use support::{Config, Done, Features, Stage, daka, done};

/// A company whose October is in the ledger, and a day of it with a finding of that kind.
fn october(kind: &str) -> (Stage, String, String) {
    let stage = Stage::company(40);
    let sync = stage.daka(&["sync", "--all", "--month", "2026-10"]);
    assert_eq!(sync.code, 0, "{}", sync.stderr);
    let found = stage.truth("2026-10-08", "2026-10-30").into_iter().find(|day| {
        day["exceptions"].as_array().unwrap().iter().any(|finding| finding["kind"] == kind)
    });
    let day = found.unwrap();
    let text = |key: &str| day[key].as_str().unwrap().to_owned();
    (stage, text("userid"), text("date"))
}

fn fine(done: Done) -> String {
    assert_eq!((done.code, done.stderr.as_str()), (0, ""));
    done.stdout
}

#[test]
fn a_page_tells_rule_plan_punches_steps_and_what_wecom_says() {
    let (stage, user, date) = october("late");
    let english = fine(stage.daka(&["explain", &user, &date, "--lang", "en"]));
    assert!(english.starts_with(&format!("{user} {date}\nrule: ")), "{english}");
    for part in
        ["segment 1: ", "owed: ", "on punch: ", "= abnormal", "WeCom itself says:", "  late: "]
    {
        assert!(english.contains(part), "{part:?} is missing:\n{english}");
    }
    assert!(!english.contains("(ours: "), "WeCom says the same:\n{english}");
    let chinese = fine(stage.daka(&["explain", &user, &date, "--lang", "zh"]));
    for part in ["规则:", "标准工作时长:", "企业微信日报:", "迟到时长:", "= 异常"]
    {
        assert!(chinese.contains(part), "{part:?} is missing:\n{chinese}");
    }
    let json = fine(stage.daka(&["explain", &user, &date, "--format", "json"]));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["verdict"]["userid"], user.as_str());
    assert_eq!(json["verdict"]["status"], "abnormal");
    assert_eq!(json["wecom"]["base_info"]["acctid"], user.as_str());
    assert!(json["punches"].as_array().unwrap().iter().any(|punch| !punch["used_as"].is_null()));
    assert_eq!(json["plan"]["standard_sec"], json["verdict"]["standard_sec"]);
}

#[test]
fn a_page_does_without_wecom() {
    let (stage, user, date) = october("late");
    let args = ["explain", &user, &date, "--lang", "en"];
    let unasked = fine(stage.daka_with(&args, &[("WECOM_SECRET", "")]));
    assert!(!unasked.contains("WeCom"), "{unasked}");
    let wrong = fine(stage.daka_with(&args, &[("WECOM_SECRET", "wrong")]));
    let (page, rest) = wrong.split_once("\nWeCom could not be asked: ").unwrap();
    assert_eq!(page, unasked);
    assert!(rest.contains("40001") || rest.contains("gettoken"), "{rest}");
    let earlier = stage.daka(&[&args[..], &["--as-of", "2026-01-01T00:00:00Z"]].concat());
    assert_eq!(earlier.code, 1, "nothing was known then: {}", earlier.stdout);
    let nobody = stage.daka(&["explain", "nobody", &date]);
    assert_eq!(nobody.code, 1);
    assert_eq!(nobody.stderr.lines().count(), 1, "{}", nobody.stderr);
    assert!(nobody.stderr.contains("knows nothing of nobody"), "{}", nobody.stderr);
}

/// What a masked verdict has in common with the open one.
fn facts(verdict: &Value) -> Value {
    let mut facts = verdict.clone();
    let fields = facts.as_object_mut().unwrap();
    for name in ["userid", "reasons"] {
        fields.remove(name);
    }
    if let Some(rule) = fields["rule"].as_object_mut() {
        rule.remove("groupname");
        rule.remove("schedule_name");
    }
    facts
}

#[test]
fn a_bundle_judges_to_the_ledgers_verdicts() {
    let stage = Stage::company(40);
    let sync = stage.daka(&["sync", "--all", "--from", "2026-09-20", "--to", "2026-10-31"]);
    assert_eq!(sync.code, 0, "{}", sync.stderr);
    let judged = stage.daka(&["judge", "--month", "2026-10", "--format", "jsonl"]).json_lines();
    let elsewhere = tempfile::tempdir().unwrap();
    let from_file = |file: &str| {
        let path = stage.folder.path().join(file);
        let args = ["judge", "--format", "jsonl", "--bundle", path.to_str().unwrap()];
        done(daka(elsewhere.path()).args(args).output().unwrap()).json_lines()
    };
    // Someone of each rule.
    let mut rules = std::collections::BTreeMap::new();
    for verdict in &judged {
        rules.entry(verdict["rule"]["groupid"].to_string()).or_insert(&verdict["userid"]);
    }
    assert!(rules.len() > 3, "{rules:?}");
    for userid in rules.values().map(|user| user.as_str().unwrap()) {
        let ours: Vec<&Value> = judged.iter().filter(|v| v["userid"] == userid).collect();
        let days = ["--from", "2026-10-01", "--to", "2026-10-31"];
        fine(stage.daka(&[&["bundle", userid, "-o", "open.json"][..], &days].concat()));
        assert_eq!(from_file("open.json").iter().collect::<Vec<_>>(), ours, "{userid}");
        fine(stage.daka(&[&["bundle", userid, "--mask", "-o", "masked.json"][..], &days].concat()));
        let masked = from_file("masked.json");
        assert_eq!(masked[0]["userid"], "user-1");
        let (masked, ours): (Vec<Value>, Vec<Value>) =
            (masked.iter().map(facts).collect(), ours.into_iter().map(facts).collect());
        assert_eq!(masked, ours, "{userid}");
    }
}

#[test]
fn a_masked_bundle_names_nobody_and_no_place() {
    let (stage, user, date) = october("late");
    let open: Value = serde_json::from_str(&fine(stage.daka(&["bundle", &user, &date]))).unwrap();
    let masked = fine(stage.daka(&["bundle", &user, &date, "--mask"]));
    let mut secrets = Vec::new();
    collect(&open, "", &mut secrets);
    assert!(secrets.len() > 3, "{secrets:?}");
    for secret in secrets {
        assert!(!masked.contains(&format!("\"{secret}\"")), "{secret} is still there");
    }
    let name = format!("explain user-1 {date} --bundle masked.json --lang en");
    std::fs::write(stage.folder.path().join("masked.json"), masked).unwrap();
    let page = fine(stage.daka(&name.split(' ').collect::<Vec<_>>()));
    assert!(page.contains("= abnormal") && !page.contains("WeCom"), "{page}");
}

/// Every text that names a person, a place or a thing.
fn collect(value: &Value, key: &str, secrets: &mut Vec<String>) {
    const NAMES: [&str; 9] = [
        "userid",
        "groupname",
        "location_title",
        "location_detail",
        "wifiname",
        "wifimac",
        "deviceid",
        "notes",
        "mediaids",
    ];
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, key, secrets)),
        Value::Object(fields) => fields.iter().for_each(|(key, v)| collect(v, key, secrets)),
        Value::String(text) if NAMES.contains(&key) && !text.is_empty() => {
            secrets.push(text.clone());
        }
        _ => {}
    }
}

/// Every company that the emulator makes up, a month each.
#[test]
fn every_day_is_explained_as_it_was_judged() {
    use attendance::{Company, Lang, judge, judged::Role};
    use wecom_checkin::Row;
    let plain = Features::default();
    let companies = [
        Features { approvals: true, ..plain },
        Features { more_rules: true, ..plain },
        Features { late_uploads: true, turnover: true, rule_edits: true, ..plain },
        Features::ALL,
    ];
    let (mut compared, mut corrections) = (0, 0);
    for features in companies {
        let config = Config { people: 24, features, clock: support::noon(), ..Config::default() };
        let stage = Stage::new(config);
        let sync = stage.daka(&["sync", "--all", "--month", "2026-10"]);
        assert_eq!(sync.code, 0, "{}", sync.stderr);
        let args = ["judge", "--month", "2026-10", "--format", "jsonl", "--allow-incomplete"];
        let mut judged = stage.daka(&args).json_lines().into_iter();
        let address = format!("sqlite:{}", stage.folder.path().join("daka.db").display());
        let days = stage.block_on(async {
            let ledger = daka_ledger::Ledger::open(&address).await.unwrap();
            let rules = ledger.corp_rules(None).await.unwrap().into_iter();
            let company = Company::new("2026-11-26T00:00:00+08:00".parse().unwrap())
                .with_corp_rules(rules.map(Row::into_typed).map(std::sync::Arc::new));
            let (from, to) = (jiff::civil::date(2026, 10, 1), jiff::civil::date(2026, 10, 31));
            let mut persons = ledger.persons(None, from, to, None).await.unwrap();
            let mut days = Vec::new();
            while let Some(batch) = persons.next().await.unwrap() {
                days.extend(batch.iter().flat_map(|person| judge(&company, person, from..=to)));
            }
            days
        });
        for day in days {
            let verdict = judged.next().unwrap();
            let explained = serde_json::to_value(day.in_lang(Lang::En)).unwrap();
            assert_eq!(explained["verdict"], verdict);
            for (lang, page) in [Lang::En, Lang::Zh].map(|lang| (lang, day.page(lang).to_string()))
            {
                let outcome = format!("= {}", day.verdict.status.word(lang));
                assert_eq!(page.lines().last(), Some(outcome.as_str()), "{page}");
                for reason in &day.verdict.reasons {
                    let told = format!("- {}", reason.sentence(lang));
                    assert!(page.lines().any(|line| line == told), "{told}\n{page}");
                }
            }
            let of_slots = day.slots.iter().filter(|slot| slot.punch.is_some()).count();
            let used = |punch: &&Value| !punch["used_as"].is_null();
            let punches = explained["punches"].as_array().unwrap();
            // One punch may stand at one time as two rows; each slot is filled at least once.
            assert!(punches.iter().filter(used).count() >= of_slots, "{explained}");
            let counted = punches.iter().filter(|punch| punch["counted"] == true).count();
            assert_eq!(verdict["checkin_count"], counted, "{explained}");
            for punch in day.punches.iter().filter(|punch| punch.record.is_none()) {
                assert_ne!(punch.role, Role::None, "a correction that the day uses is used");
                corrections += 1;
            }
            compared += 1;
        }
        assert!(judged.next().is_none());
    }
    assert!(compared > 2_500 && corrections > 0, "{compared} {corrections}");
}
