//! How far a key of the policy must reach: a worked case whose reasons it changes, in both
//! languages, and the list of settings. That differences to WeCom are tried under it is tested where
//! they are.

use std::{fs, path::Path};

use attendance::{Bundle, Lang, Policy};
use serde_json::{Map, Value};

#[test]
fn every_key_reaches_reasons_in_both_languages_and_the_settings() {
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/settings.md");
    let settings = fs::read_to_string(settings).unwrap();
    let cases = super::cases();
    let keys = serde_json::to_value(Policy::default()).unwrap();
    let mut complaints = Vec::new();
    for (key, default) in keys.as_object().unwrap() {
        let bundles: Vec<&Map<String, Value>> = (cases.iter().map(|case| &case.bundle))
            .filter(|bundle| bundle.get("policy").is_some_and(|policy| policy.get(key).is_some()))
            .collect();
        for lang in [Lang::En, Lang::Zh] {
            let changes = |bundle: &&Map<String, Value>| {
                let mut without = Map::clone(bundle);
                without["policy"].as_object_mut().unwrap().remove(key);
                sentences(bundle, lang) != sentences(&without, lang)
            };
            if !bundles.iter().any(changes) {
                complaints.push(format!("{key}: no case whose reasons it changes ({lang:?})"));
            }
        }
        let shown = match default {
            Value::Null => "off".to_owned(),
            Value::Array(_) => "none".to_owned(),
            value => format!("`{value}`"),
        };
        let row = format!("| `{key}` | {shown} | ");
        if !settings.contains(&row) {
            complaints.push(format!("{key}: docs/settings.md has no line {row:?}"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What is said of each day.
fn sentences(bundle: &Map<String, Value>, lang: Lang) -> Vec<Vec<String>> {
    let text = serde_json::to_string(bundle).unwrap();
    let verdicts = Bundle::parse(&text).unwrap().judge();
    let said = |reasons: &[attendance::Reason]| {
        reasons.iter().map(|reason| reason.sentence(lang).to_string()).collect()
    };
    verdicts.iter().map(|verdict| said(&verdict.reasons)).collect()
}
