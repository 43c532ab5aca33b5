//! The README names every call, switch and action; the documents' sample answers name every key.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test")]

mod keys;
#[path = "../support/mod.rs"]
mod support;

use serde_json::Value;
use wecom_emulator::{Action, Faults, Limits, Manners, Scenario, ScenarioError};

const README: &str = include_str!("../../README.md");
const OPENAPI: &str = include_str!("../../src/openapi.json");

#[test]
fn every_switch_is_in_the_table() {
    for settings in [
        serde_json::to_value(Limits::default()).unwrap(),
        serde_json::to_value(Manners::default()).unwrap(),
    ] {
        for name in settings.as_object().unwrap().keys() {
            assert!(README.contains(&format!("`{name}`")), "{name} is not in the README");
        }
    }
}

#[test]
fn every_action_is_in_the_description() {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let actions = document["components"]["schemas"]["Action"]["oneOf"].as_array().unwrap();
    assert!(actions.len() > 10);
    for action in actions {
        let name = action["properties"]["do"]["const"].as_str().unwrap();
        assert!(README.contains(&format!("`{name}`")), "{name} is not in the README");
    }
    for path in document["paths"].as_object().unwrap().keys() {
        let named = README.contains(path.as_str()) || path == "/_emulator/tokens/revoke";
        assert!(named, "{path} is not in the README");
    }
}

#[test]
fn the_files_in_the_readme_read() {
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str| {
        let mark = format!("```toml\n# {name}\n");
        let text = README.split_once(&mark).unwrap().1.split_once("```").unwrap().0;
        let path = folder.path().join(format!("{name}.toml"));
        std::fs::write(&path, text).unwrap();
        path
    };
    let faults = Faults::from_file(written("faults")).unwrap();
    assert_eq!(faults.faults[0].call.as_deref(), Some("getcheckindata"));
    let path = written("scenario");
    let scenario = Scenario::from_file(&path).unwrap();
    assert_eq!(scenario.steps.len(), 2);
    assert!(matches!(scenario.steps[1].action, Action::RevokeTokens));
    std::fs::write(&path, "[[step]]\ndo = \"no such\"\n").unwrap();
    assert!(matches!(Scenario::from_file(&path), Err(ScenarioError::Parse { .. })));
    let missing = folder.path().join("none.json");
    assert!(matches!(Scenario::from_file(missing), Err(ScenarioError::Read { .. })));
}
