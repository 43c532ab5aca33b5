//! Days that people met, as bundles with what is right (see field/README.md).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::as_conversions)]

use std::{fs, path::Path};

use attendance::judge_bundle;
use serde_json::Value;

#[test]
fn every_field_case_is_judged_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/field");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".expected.json").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(names.len() >= 53, "only {} cases were found", names.len());
    let read = |name: String| fs::read_to_string(folder.join(name)).unwrap();
    let mut wrong = Vec::new();
    for name in &names {
        let expected: Value = serde_json::from_str(&read(format!("{name}.expected.json"))).unwrap();
        let judged = judge_bundle(&read(format!("{name}.json"))).unwrap();
        let judged: Vec<Value> =
            judged.iter().map(|verdict| serde_json::to_value(verdict).unwrap()).collect();
        if let Some(lines) = expected.get("lines").and_then(Value::as_u64)
            && lines != judged.len() as u64
        {
            wrong.push(format!("{name}: {} lines, not {lines}", judged.len()));
        }
        for part in expected["verdicts"].as_array().unwrap() {
            let verdict = judged
                .iter()
                .find(|v| v["userid"] == part["userid"] && v["date"] == part["date"])
                .unwrap_or_else(|| {
                    panic!("{name}: no verdict of {} {}", part["userid"], part["date"])
                });
            for (field, right) in part.as_object().unwrap() {
                if !fits(field, right, &verdict[field]) {
                    let day = &part["date"];
                    wrong.push(format!(
                        "{name} {day}: {field} is {}, right is {right}",
                        verdict[field]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether what is there has all that is right; what is not named is free.
fn fits(field: &str, right: &Value, there: &Value) -> bool {
    match (right, there) {
        (Value::Object(right), Value::Object(_)) => {
            right.iter().all(|(key, right)| fits(key, right, &there[key]))
        }
        (Value::Array(right), Value::Array(there)) if field == "leave" => {
            let there: Vec<&Value> = there.iter().filter(|leave| leave["seconds"] != 0).collect();
            right.len() == there.len()
                && right.iter().all(|right| there.iter().any(|there| fits("", right, there)))
        }
        (Value::Array(right), Value::Array(there)) => {
            right.len() == there.len()
                && right.iter().zip(there).all(|(right, there)| fits("", right, there))
        }
        _ => right == there,
    }
}
