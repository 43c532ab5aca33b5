//! The pages, as a browser gets them.

use std::collections::{BTreeSet, VecDeque};

use crate::{OCTOBER, Service, Stage, stage};

const HOSTILE: &str = "\"><script>alert(1)</script>";

/// Somebody with a name that is markup.
fn named(stage: &Stage) -> String {
    let userid = stage.emulator.userids().remove(0);
    let roster = format!("userid,name\n{userid},\"{}\"\n", HOSTILE.replace('"', "\"\""));
    std::fs::write(stage.folder.path().join("roster.csv"), roster).unwrap();
    let done = stage.daka(&["people", "import", "roster.csv"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    userid
}

/// What a page links to on this service, asked for in the same language.
fn links(page: &str) -> impl Iterator<Item = String> {
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs
        .filter(|href| href.starts_with('/'))
        .map(|href| href.replace("&amp;", "&").replace("&#38;", "&"))
}

/// Whoever follows links sees pages and nothing else: no dead end, nothing inline that the policy
/// forbids, and names as text.
#[test]
fn every_link_leads_to_a_page() {
    let stage = stage();
    let userid = named(&stage);
    let service = Service::start(&stage);
    let mut seen = BTreeSet::new();
    let mut waiting: VecDeque<String> =
        ["/?month=2026-10", "/?month=2026-10&lang=zh"].map(str::to_owned).into();
    waiting.push_back(format!("/people/{userid}?month=2026-10"));
    let mut hostile = 0;
    while let Some(path) = waiting.pop_front() {
        let path = path.split('#').next().unwrap().to_owned();
        if !seen.insert(path.clone()) || seen.len() > 200 {
            continue;
        }
        let answer = service.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        if path.starts_with("/api/") || path.starts_with("/assets/") {
            continue;
        }
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        let page = answer.text();
        assert!(!page.contains("<script>") && !page.contains(" style=\""), "{path}");
        assert!(!page.contains(" onclick=") && !page.contains("javascript:"), "{path}");
        hostile +=
            usize::from(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"));
        waiting.extend(links(page));
    }
    assert!(seen.len() > 40, "{seen:?}");
    assert!(hostile > 1, "the name was on {hostile} pages");
}

/// A page after a sync shows the sync, and a day says what `daka explain` says.
#[test]
fn a_page_shows_what_the_ledger_holds_now() {
    let stage = stage();
    let service = Service::start(&stage);
    let userid = stage.emulator.userids().remove(1);
    let day = format!("/people/{userid}/2026-10-12?lang=en");
    let page = service.get(&day).text().to_owned();
    let explained = stage.daka(&["explain", &userid, "2026-10-12", "--lang", "en"]);
    let outcome = explained.stdout.lines().find_map(|line| line.strip_prefix("= ")).unwrap();
    assert!(page.contains(outcome), "{outcome:?} is not on the page");

    let november = "/team?month=2026-11&lang=en";
    let before = service.get(november).text().to_owned();
    let days = ["--from", "2026-11-02", "--to", "2026-11-03"];
    assert_eq!(stage.daka(&[&["sync", "--all"], &days[..]].concat()).code, 0);
    assert_ne!(service.get(november).text(), before, "the sync is not shown");
    let judged = stage.daka(&[&["judge", "--format", "jsonl"], &OCTOBER[..]].concat());
    assert_eq!(judged.code, 0);
    let abnormal = judged.json_lines().iter().filter(|day| day["status"] == "abnormal").count();
    let overview = service.get("/?month=2026-10&lang=en").text().to_owned();
    assert!(overview.contains(&format!(">{abnormal}<")), "{abnormal} is not on the overview");
}

#[test]
fn what_is_not_there_is_said_on_a_page() {
    let stage = stage();
    let service = Service::start(&stage);
    for path in ["/people/nobody", "/people/nobody/2026-10-12", "/nowhere"] {
        let answer = service.get(&format!("{path}?lang=zh"));
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert!(answer.text().contains("<html lang=\"zh"), "{path} {}", answer.text());
    }
    let answer = service.get("/team?month=2026-13");
    assert_eq!(answer.status, 400, "{}", answer.text());
}
