//! `daka doctor`: every finding with its level and what to do, by reading only.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use serde_json::Value;
use support::{Config, Done, Stage};
use wecom_emulator::Limits;

struct Checkup {
    done: Done,
    findings: Vec<Value>,
}

impl Checkup {
    fn of(stage: &Stage, environment: &[(&str, &str)]) -> Self {
        let done = stage.daka_with(&["doctor", "--format", "json"], environment);
        let findings = serde_json::from_str(&done.stdout)
            .unwrap_or_else(|e| panic!("{e}: {} {}", done.stdout, done.stderr));
        Self { done, findings }
    }

    /// Level, finding and advice of one check.
    fn found(&self, check: &str) -> (&str, &str, &str) {
        let finding = self.findings.iter().find(|finding| finding["check"] == check);
        let finding = finding.unwrap_or_else(|| panic!("no {check}: {:?}", self.findings));
        let text = |key: &str| finding[key].as_str().unwrap();
        (text("level"), text("finding"), text("advice"))
    }

    fn not_ok(&self) -> Vec<&str> {
        let all = self.findings.iter().filter(|finding| finding["level"] != "ok");
        all.map(|finding| finding["check"].as_str().unwrap()).collect()
    }
}

fn limited(limits: Limits) -> Stage {
    Stage::new(Config { people: 5, limits, clock: support::noon(), ..Config::default() })
}

#[test]
fn a_healthy_company_has_nothing_to_mend_but_the_ledger_to_make() {
    let stage = Stage::company(120);
    let before = Checkup::of(&stage, &[]);
    assert_eq!(before.done.code, 0, "{}", before.done.stderr);
    assert_eq!(before.not_ok(), ["ledger"], "{:?}", before.findings);
    assert!(before.found("ledger").2.contains("daka sync"));
    assert_eq!(before.found("visible range").1, "the check-in secret knows all of 120 people");
    assert_eq!(stage.calls("gettoken"), 2, "one a secret");
    let writes = ["set", "add", "punch", "update", "del", "clear"];
    for call in stage.emulator.calls() {
        assert!(!writes.iter().any(|word| call.name.starts_with(word)), "{} writes", call.name);
    }

    let synced = stage.daka(&["sync", "--all", "--from", "2026-11-02", "--to", "2026-11-03"]);
    assert_eq!(synced.code, 0, "{}", synced.stderr);
    let after = Checkup::of(&stage, &[]);
    assert_eq!((after.done.code, after.not_ok()), (0, vec![]), "{:?}", after.findings);
    assert!(after.found("last sync").1.contains("0 h ago"));

    let table = stage.daka(&["doctor", "--format", "table"]);
    assert!(table.stdout.contains("\nok  "), "{}", table.stdout);
}

#[test]
fn a_closed_call_is_a_failure_only_where_nothing_works_without_it() {
    let closed = |calls: &[&str]| {
        let closed_calls = calls.iter().map(|&call| call.to_owned()).collect();
        limited(Limits { closed_calls, ..Limits::default() })
    };
    let stage = closed(&["getcheckin_daydata", "getapprovalinfo"]);
    let checkup = Checkup::of(&stage, &[]);
    assert_eq!(checkup.done.code, 0);
    assert_eq!(checkup.not_ok(), ["getcheckin_daydata", "getapprovalinfo", "ledger"]);
    let (level, finding, advice) = checkup.found("getcheckin_daydata");
    assert_eq!(level, "warn");
    assert!(finding.contains("48002") && finding.contains("daka reconcile"), "{finding}");
    assert!(advice.contains("应用管理 > 打卡 > API > 可调用接口的应用"), "{advice}");
    assert!(checkup.found("getapprovalinfo").2.contains("应用管理 > 审批"));

    let checkup = Checkup::of(&closed(&["getcheckindata"]), &[]);
    assert_eq!((checkup.done.code, checkup.found("getcheckindata").0), (1, "fail"));
    assert_eq!(
        serde_json::from_str::<Value>(&checkup.done.stderr).unwrap()["error"]["errmsg"],
        "checks failed: 1"
    );
}

#[test]
fn an_address_that_is_not_trusted_is_named() {
    let stage =
        limited(Limits { trusted_ips: vec!["203.0.113.9".parse().unwrap()], ..Limits::default() });
    let checkup = Checkup::of(&stage, &[]);
    assert_eq!(checkup.done.code, 1);
    let refused = checkup.findings.iter().find(|finding| finding["level"] == "fail").unwrap();
    let advice = refused["advice"].as_str().unwrap();
    assert!(advice.contains("企业可信IP") && advice.contains("127.0.0.1"), "{advice}");
}

#[test]
fn wrong_and_missing_settings_are_told_apart() {
    let stage = Stage::company(5);
    let wrong = Checkup::of(&stage, &[("WECOM_SECRET", "wrong")]);
    assert_eq!(wrong.done.code, 1);
    let (level, finding, advice) = wrong.found("token");
    assert_eq!(level, "fail");
    assert!(finding.contains("40001") && advice.contains("Secret"), "{finding} {advice}");
    assert_eq!(wrong.found("contact token").0, "ok");
    assert_eq!(stage.calls("gettoken"), 2, "a wrong secret is asked about once");

    let before = stage.emulator.calls().len();
    let unset = Checkup::of(&stage, &[("WECOM_CORP_ID", ""), ("WECOM_SECRET", "")]);
    assert_eq!(unset.done.code, 2);
    assert_eq!(unset.found("corp id").0, "fail");
    assert_eq!(unset.found("check-in secret").0, "fail");
    assert_eq!(unset.found("ledger").0, "warn");
    assert_eq!(stage.emulator.calls().len(), before, "nothing was asked");

    let swapped = Checkup::of(&stage, &[("WECOM_CONTACT_SECRET", stage.emulator.secret())]);
    assert_eq!((swapped.done.code, swapped.found("contact list").0), (1, "fail"));
    assert!(swapped.found("contact list").2.contains("通讯录同步"));

    let alone = Checkup::of(&stage, &[("WECOM_CONTACT_SECRET", "")]);
    assert_eq!((alone.done.code, alone.found("contact secret").0), (0, "warn"));

    let nobody = Checkup::of(&stage, &[("WECOM_BASE_URL", "http://127.0.0.1:9")]);
    assert_eq!((nobody.done.code, nobody.found("connection").0), (1, "fail"));
    assert!(nobody.found("connection").2.contains("nothing listens there"));
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;

    let stage = Stage::company(5);
    let path = stage.folder.path().join("secret");
    std::fs::write(&path, stage.emulator.secret()).unwrap();
    std::fs::write(stage.folder.path().join("daka.toml"), "[wecom]\nsecret_file = 'secret'\n")
        .unwrap();
    for (mode, level) in [(0o644, "warn"), (0o600, "ok")] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let checkup = Checkup::of(&stage, &[("WECOM_SECRET", "")]);
        assert_eq!((checkup.done.code, checkup.found("secret file").0), (0, level), "{mode:o}");
        assert!(!checkup.done.stdout.contains(stage.emulator.secret()));
    }
}

#[test]
fn people_outside_the_visible_range_are_named() {
    let stage = Stage::faulty(
        "[[fault]]\ncall = \"getcheckindata\"\nkind = \"errcode\"\nerrcode = 301021\n",
    );
    let checkup = Checkup::of(&stage, &[]);
    let (level, finding, advice) = checkup.found("visible range");
    assert_eq!((checkup.done.code, level), (0, "warn"));
    assert!(finding.starts_with("the check-in secret does not know 5 of 5 people: "), "{finding}");
    assert!(advice.contains("可见范围"), "{advice}");
}

#[test]
fn a_used_up_quota_is_told_and_not_waited_out() {
    let stage = Stage::faulty(
        "[[fault]]\ncall = \"getcheckindata\"\nkind = \"errcode\"\nerrcode = 45009\n",
    );
    let checkup = Checkup::of(&stage, &[]);
    let (level, finding, _) = checkup.found("rate limit");
    assert_eq!((checkup.done.code, level), (0, "warn"));
    assert!(finding.ends_with("getcheckindata (45009)"), "{finding}");
    assert_eq!(stage.calls("getcheckindata"), 1);
}

#[test]
fn a_file_that_is_no_ledger_is_a_failure() {
    let stage = Stage::company(5);
    let path = stage.folder.path().join("daka.db");
    std::fs::write(&path, "holiday pictures").unwrap();
    let checkup = Checkup::of(&stage, &[]);
    assert_eq!((checkup.done.code, checkup.found("ledger").0), (1, "fail"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "holiday pictures");
}
