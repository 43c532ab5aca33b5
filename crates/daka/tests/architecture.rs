//! The house rules that a reader relies on, checked.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(args).current_dir(workspace()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Each crate, and which of ours it may use outside tests.
const ARROWS: [(&str, &[&str]); 6] = [
    ("wecom-checkin", &[]),
    ("attendance", &["wecom-checkin"]),
    ("daka-ledger", &["wecom-checkin", "attendance"]),
    ("daka-sync", &["wecom-checkin", "attendance", "daka-ledger"]),
    ("wecom-emulator", &[]),
    ("daka", &["wecom-checkin", "attendance", "daka-ledger", "daka-sync", "wecom-emulator"]),
];

#[test]
fn crates_know_only_what_is_to_their_left() {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let allowed: BTreeMap<_, _> = ARROWS.into_iter().collect();
    let packages = metadata["packages"].as_array().unwrap();
    assert_eq!(packages.len(), allowed.len(), "a crate is missing from ARROWS");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            if allowed.contains_key(used) && dependency["kind"].as_str() != Some("dev") {
                assert!(allowed[name].contains(&used), "{name} must not use {used}");
            }
        }
    }
}

#[test]
fn the_evaluator_can_do_no_io() {
    let tree = cargo(&["tree", "-p", "attendance", "-e", "normal", "--prefix", "none"]);
    for forbidden in ["tokio ", "reqwest ", "sqlx ", "hyper ", "futures "] {
        assert!(
            !tree.lines().any(|line| line.starts_with(forbidden)),
            "attendance uses {forbidden}"
        );
    }
}

#[test]
fn a_file_is_one_concept() {
    const MOST_LINES: usize = 500;
    const SAYS_NOTHING: [&str; 5] = ["util", "utils", "helpers", "common", "manager"];
    let mut seen = 0;
    for file in sources(&workspace().join("crates")) {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", file.display());
        assert!(!SAYS_NOTHING.contains(&name.as_str()), "{} says nothing", file.display());
        seen += 1;
    }
    assert!(seen > 50, "only {seen} files were looked at");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().unwrap() != "target" {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// The libraries whose modules are layered: none leads back to itself.
const LAYERED: [&str; 4] = ["wecom-checkin", "attendance", "daka-ledger", "daka-sync"];

#[test]
fn modules_of_the_libraries_form_no_circle() {
    for library in LAYERED {
        let root = workspace().join("crates").join(library).join("src");
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in sources(&root) {
            let first = file.strip_prefix(&root).unwrap().components().next().unwrap();
            let module = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
            let used = used_modules(&std::fs::read_to_string(&file).unwrap());
            uses.entry(module).or_default().extend(used);
        }
        uses.remove("lib");
        for (module, used) in &mut uses {
            used.remove(module);
        }
        assert!(uses.values().any(|used| !used.is_empty()), "no arrow was found in {library}");
        // Take away whatever needs nothing that is left.
        loop {
            let left: BTreeSet<String> = uses.keys().cloned().collect();
            let before = left.len();
            uses.retain(|_, used| used.iter().any(|used| left.contains(used)));
            if uses.len() == before {
                break;
            }
        }
        assert!(uses.is_empty(), "in {library} a circle hides among {:?}", uses.keys());
    }
}

/// The first names of the paths that begin with `crate::`.
fn used_modules(source: &str) -> BTreeSet<String> {
    let code: String = source.lines().map(|line| line.split("//").next().unwrap()).collect();
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let mut used = BTreeSet::new();
    for path in code.split("crate::").skip(1) {
        let Some(list) = path.strip_prefix('{') else {
            used.insert(name(path));
            continue;
        };
        let mut depth = 0;
        let mut items = vec![String::new()];
        for c in list.chars() {
            match c {
                '}' if depth == 0 => break,
                ',' if depth == 0 => items.push(String::new()),
                _ => {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    items.last_mut().unwrap().push(c);
                }
            }
        }
        used.extend(items.iter().map(|item| name(item)));
    }
    used
}

/// What a person reads is written with `text!`, which takes a pair. Only what has no language, or
/// comes from elsewhere, may go around it.
#[test]
fn no_sentence_is_without_its_pair() {
    let lang = Path::new("src/lang.rs");
    let mut seen = 0;
    for file in sources(&workspace().join("crates/daka/src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        seen += text.matches("text!(").count();
        if file.ends_with(lang) {
            continue;
        }
        for around in ["Text::as_is(", "Text::of("] {
            for call in text.split(around).skip(1) {
                let argument = call.trim_start();
                let literal = argument.starts_with('"') || argument.starts_with("format!(\"");
                let shown: String = argument.chars().take(40).collect();
                assert!(!literal, "{}: {around}{shown}", file.display());
            }
        }
    }
    assert!(seen > 200, "only {seen} sentences were found");
}
