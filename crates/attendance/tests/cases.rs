//! The worked cases of `tests/cases/*.cases`, each judged through the bundle, the public door.
//! `tests/cases/README.md` explains the format.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{fmt::Write as _, fs, path::Path};

use attendance::{Verdict, judge_bundle, verdict::FindingKind};
use jiff::{
    ToSpan as _, Zoned,
    civil::{Date, Time, date},
    tz::TimeZone,
};
use serde_json::{Map, Value, json};

#[path = "cases/policy_keys.rs"]
mod policy_keys;

#[test]
fn every_case() {
    let (mut complaints, mut numbers, mut judged) = (String::new(), Vec::new(), 0);
    for case in cases() {
        for complaint in case.complaints() {
            writeln!(complaints, "{}: {complaint}", case.name).unwrap();
        }
        numbers.push(case.number);
        judged += 1;
    }
    assert!(complaints.is_empty(), "\n{complaints}");
    // Cases that are no verdict: 56 and 70's columns are the month's, 73 a property, 74 a report's.
    let expected: Vec<u32> = (1..=76).filter(|n| ![56, 73, 74].contains(n)).collect();
    let missing: Vec<_> = expected.iter().filter(|n| !numbers.contains(n)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    assert!(judged > 100, "only {judged} cases");
}

/// All of them, file by file.
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let rules = fs::read_to_string(folder.join("rules.json")).unwrap();
    let rules: Map<String, Value> = serde_json::from_str(&rules).unwrap();
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "cases"))
        .collect();
    files.sort();
    files.iter().flat_map(|file| read(&fs::read_to_string(file).unwrap(), &rules)).collect()
}

/// One block of a file.
struct Case {
    number: u32,
    name: String,
    zone: TimeZone,
    bundle: Map<String, Value>,
    expectations: Vec<(Date, Vec<String>)>,
}

fn read(text: &str, rules: &Map<String, Value>) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    for line in lines {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "case" {
            cases.push(Case::new(rest));
        } else {
            let case = cases.last_mut().expect("a file begins with a case");
            case.line(word, rest.trim(), rules);
        }
    }
    cases
}

/// A line's words, and the JSON at its end.
fn split(rest: &str) -> (Vec<&str>, Value) {
    let at = rest.find('{').unwrap_or(rest.len());
    let (words, patch) = rest.split_at(at);
    let patch = if patch.is_empty() { json!({}) } else { serde_json::from_str(patch).unwrap() };
    (words.split_whitespace().collect(), patch)
}

/// JSON merge patch, and keys such as `checkindate.0` that reach into lists.
fn patch(target: &mut Value, patch_with: &Value) {
    let Value::Object(fields) = patch_with else {
        *target = patch_with.clone();
        return;
    };
    for (key, value) in fields {
        let pointer = format!("/{}", key.replace('.', "/"));
        match target.pointer_mut(&pointer) {
            Some(inner) if value.is_object() => patch(inner, value),
            _ => target[key] = value.clone(),
        }
    }
}

fn rule(name: &str, rules: &Map<String, Value>) -> Value {
    let mut own = rules[name].clone();
    let Some(like) = own.as_object_mut().unwrap().remove("like") else { return own };
    let mut full = rule(like.as_str().unwrap(), rules);
    patch(&mut full, &own);
    full
}

impl Case {
    fn new(title: &str) -> Self {
        let number = title.split(' ').next().unwrap().parse().unwrap();
        let bundle = json!({
            "from": "2026-06-01", "to": "2026-06-01", "users": ["li"],
            "checkinoption": [], "checkindata": [{"errcode": 0, "checkindata": []}],
            "corpcheckinoption": {"errcode": 0, "group": []},
            "checkinschedulist": [{"errcode": 0, "schedule_list": []}], "approvals": [],
        });
        Self {
            number,
            name: format!("case {title}"),
            zone: TimeZone::get("Asia/Shanghai").unwrap(),
            bundle: bundle.as_object().unwrap().clone(),
            expectations: Vec::new(),
        }
    }

    /// `09:00:00`, `+1 00:35:00`, `2026-06-01 09:00:00`; takes what it reads off the words.
    fn time(&self, words: &mut Vec<&str>) -> Zoned {
        let first = words.remove(0);
        let (day, clock) = if let Some(days) = first.strip_prefix('+') {
            (date(2026, 6, 1) + days.parse::<i64>().unwrap().days(), words.remove(0))
        } else if first.contains(':') {
            (date(2026, 6, 1), first)
        } else {
            (first.parse().unwrap(), words.remove(0))
        };
        let clock: Time = clock.parse().unwrap();
        day.to_datetime(clock).to_zoned(self.zone.clone()).unwrap()
    }

    fn line(&mut self, word: &str, rest: &str, rules: &Map<String, Value>) {
        let (mut words, json) = split(rest);
        match word {
            "rule" => self.rule(&words, &json, rules),
            "corp" => {
                let entry = self.bundle["checkinoption"].as_array().unwrap().last().unwrap();
                let info = entry["response"]["info"].as_array().unwrap().last().unwrap();
                let mut group = json!({"groupid": info["group"]["groupid"]});
                patch(&mut group, &json);
                self.push("/corpcheckinoption/group", group);
            }
            "on" | "off" | "out" | "note" | "gone-on" | "gone-off" => {
                let at = self.time(&mut words).timestamp().as_second();
                let checkin_type = match word {
                    "on" | "gone-on" => "上班打卡",
                    "off" | "gone-off" => "下班打卡",
                    "out" => "外出打卡",
                    _ => "仅记录打卡时间和位置",
                };
                let exception = if word.starts_with("gone") { "未打卡" } else { "" };
                let mut record = json!({
                    "userid": "li", "groupname": "", "checkin_type": checkin_type,
                    "exception_type": exception, "checkin_time": at,
                });
                patch(&mut record, &json);
                self.push("/checkindata/0/checkindata", record);
            }
            "shift" => self.shift(words[0].parse().unwrap(), words[1].parse().unwrap(), rules),
            "leave" | "trip" | "outing" | "overtime" => self.approval(word, &mut words, &json),
            "correct" => {
                let at = self.time(&mut words).timestamp().as_second();
                let state = words.first().copied().unwrap_or("缺卡");
                let value = json!({"punch_correction": {"state": state, "time": at}});
                self.approve("补卡", "PunchCorrection", &value, &json);
            }
            "override" => {
                let (id, date, excuse) = (words[0].parse::<i64>().unwrap(), words[1], words[2]);
                let excuse: Vec<&str> = excuse.split(',').collect();
                let mut entry = json!({
                    "userid": "li", "id": id, "date": date, "excuse": excuse, "by": "hr",
                    "at": "2026-06-10T09:00:00+08:00", "why": "bus broke down",
                });
                patch(&mut entry, &json);
                let all = self.bundle.entry("overrides").or_insert_with(|| json!([]));
                all.as_array_mut().unwrap().push(entry);
            }
            "policy" | "calendar" => {
                self.bundle.insert(word.to_owned(), json);
            }
            "employed" => {
                let dates = [words.remove(0), words.remove(0)];
                let [joined, left] = dates.map(|date| (date != "-").then_some(date));
                let employment = json!({"userid": "li", "joined": joined, "left": left});
                self.bundle.insert("employment".to_owned(), json!([employment]));
            }
            "unreported" => {
                let entries = self.bundle.entry("employment").or_insert(json!([{"userid": "li"}]));
                entries[0]["unreported"] =
                    json!([{"from": words.remove(0), "to": words.remove(0)}]);
            }
            "zone" => {
                self.zone = TimeZone::get(rest).unwrap();
                self.bundle.insert("timezone".to_owned(), json!(rest));
            }
            "now" | "synced" => {
                let key = if word == "now" { "now" } else { "synced_until" };
                let at = self.time(&mut words).timestamp().to_string();
                self.bundle.insert(key.to_owned(), json!(at));
            }
            "days" => {
                self.bundle.insert("from".to_owned(), json!(words[0]));
                self.bundle.insert("to".to_owned(), json!(words.last().unwrap()));
            }
            "expect" => {
                let day = words.remove(0).parse().unwrap();
                self.expectations.push((day, words.into_iter().map(str::to_owned).collect()));
            }
            other => panic!("{}: what is {other:?}?", self.name),
        }
    }

    fn push(&mut self, pointer: &str, row: Value) {
        let mut bundle = Value::Object(std::mem::take(&mut self.bundle));
        bundle.pointer_mut(pointer).unwrap().as_array_mut().unwrap().push(row);
        self.bundle.clone_from(bundle.as_object().unwrap());
    }

    fn rule(&mut self, words: &[&str], patched: &Value, rules: &Map<String, Value>) {
        let from = words.get(2).copied().unwrap_or("1980-01-01");
        let mut group = rule(words[0], rules);
        patch(&mut group, patched);
        let row = json!({"userid": "li", "group": group});
        let entries = self.bundle["checkinoption"].as_array_mut().unwrap();
        match entries.iter_mut().find(|entry| entry["date"] == from) {
            Some(entry) => entry["response"]["info"].as_array_mut().unwrap().push(row),
            None => entries.push(json!({"date": from, "response": {"errcode": 0, "info": [row]}})),
        }
    }

    fn shift(&mut self, day: Date, id: i64, rules: &Map<String, Value>) {
        let shifts = rules["N5"]["schedulelist"].as_array().unwrap();
        let known = shifts.iter().find(|shift| shift["schedule_id"] == id);
        let sections = known.map_or(json!([]), |shift| shift["time_section"].clone());
        let name = known.map_or(json!("别处的班"), |shift| shift["schedule_name"].clone());
        let entry = json!({"day": day.day(), "schedule_info": {
            "schedule_id": id, "schedule_name": name, "time_section": sections,
        }});
        let yearmonth = i64::from(day.year()) * 100 + i64::from(day.month());
        self.push(
            "/checkinschedulist/0/schedule_list",
            json!({
                "userid": "li", "yearmonth": yearmonth, "groupid": 105, "groupname": "夜班组",
                "schedule": {"scheduleList": [entry]},
            }),
        );
    }

    fn approval(&mut self, word: &str, words: &mut Vec<&str>, json: &Value) {
        let name = if word == "leave" { words.remove(0) } else { "" };
        let (begin, end) = (self.time(words), self.time(words));
        let items = json["items"].as_array().into_iter().flatten().map(|item| {
            let day: Date = item[0].as_str().unwrap().parse().unwrap();
            let midnight = day.to_zoned(TimeZone::get("Asia/Shanghai").unwrap()).unwrap();
            json!({"daytime": midnight.timestamp().as_second(), "duration": item[1]})
        });
        let (begin, end) = (begin.timestamp().as_second(), end.timestamp().as_second());
        let mut attendance = json!({
            "date_range": {
                "type": if json["days"] == true || json["halves"] == true { "halfday" } else { "hour" },
                "new_begin": begin, "new_end": end,
                "new_duration": if json["halves"] == true { end - begin + 43_200 } else { end - begin },
            },
            "type": match word { "leave" => 1, "trip" => 3, "outing" => 4, _ => 5 },
        });
        if json["items"].is_array() {
            attendance["slice_info"] = json!({"day_items": items.collect::<Vec<_>>()});
        }
        if word == "leave" {
            let option = json!({"key": "1", "value": [{"text": name, "lang": "zh_CN"}]});
            let value = json!({"vacation": {
                "selector": {"options": [option]}, "attendance": attendance,
            }});
            self.approve("请假", "Vacation", &value, json);
        } else {
            let form = match word {
                "trip" => "出差",
                "outing" => "外出",
                _ => "加班",
            };
            self.approve(form, "Attendance", &json!({"attendance": attendance}), json);
        }
    }

    fn approve(&mut self, form: &str, control: &str, value: &Value, json: &Value) {
        let number = self.bundle["approvals"].as_array().unwrap().len();
        let mut info = json!({
            "sp_no": format!("2026{number}"), "sp_name": form, "sp_status": 2,
            "applyer": {"userid": "li", "partyid": "1"},
            "apply_data": {"contents": [{"control": control, "id": "c", "value": value}]},
        });
        for key in ["sp_status", "apply_time", "sp_no"] {
            if let Some(value) = json.get(key) {
                info[key] = value.clone();
            }
        }
        self.push("/approvals", json!({"errcode": 0, "info": info}));
    }

    fn complaints(&self) -> Vec<String> {
        let verdicts = judge_bundle(&serde_json::to_string(&self.bundle).unwrap()).unwrap();
        let mut complaints = Vec::new();
        if self.expectations.is_empty() {
            complaints.push("expects nothing".to_owned());
        }
        for (day, expected) in &self.expectations {
            let verdict = verdicts.iter().find(|verdict| verdict.date == *day).unwrap();
            let shown = serde_json::to_value(verdict).unwrap();
            for complaint in self.compare(verdict, &shown, expected) {
                complaints.push(format!("{day}: {complaint}\n    {shown}"));
            }
        }
        complaints
    }

    fn compare(&self, verdict: &Verdict, shown: &Value, expected: &[String]) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut differ = |what: &str, expected: &str, found: String| {
            if expected != found {
                complaints.push(format!("{what}: expected {expected}, found {found}"));
            }
        };
        let (mut findings, mut warnings) = (Vec::new(), Vec::new());
        for (index, word) in expected.iter().enumerate() {
            if index == 0 {
                differ("status", word, shown["status"].as_str().unwrap().to_owned());
            } else if let Some(warning) = word.strip_prefix('!') {
                warnings.push(warning.to_owned());
            } else if let Some((key, value)) = word.split_once('=') {
                differ(key, value, self.field(verdict, shown, key, value));
            } else {
                findings.push(word.clone());
            }
        }
        let found: Vec<String> = verdict.findings.iter().map(finding).collect();
        differ("findings", &findings.join(" "), found.join(" "));
        let found: Vec<String> = verdict.warnings.iter().map(ToString::to_string).collect();
        differ("warnings", &warnings.join(" "), found.join(" "));
        complaints
    }

    fn field(&self, verdict: &Verdict, shown: &Value, key: &str, expected: &str) -> String {
        let plain = |value: &Value| match value {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let moment = |value: &Value| {
            let Value::String(text) = value else { return "-".to_owned() };
            let same_day = text.starts_with("2026-06-01T") && !expected.contains('T');
            let from = if same_day { 11 } else { 0 };
            let length = if expected.len() > 19 { text.len() } else { 19 };
            text.get(from..length).unwrap().to_owned()
        };
        match key {
            "worked" => plain(&shown["worked_sec"]),
            "standard" => plain(&shown["standard_sec"]),
            "count" => plain(&shown["checkin_count"]),
            "first" | "last" => moment(&shown[key]),
            "day" => plain(&shown["day_type"]),
            "ot" => plain(&shown["overtime"]["seconds"]),
            "bucket" => plain(&shown["overtime"]["bucket"]),
            "otstatus" => plain(&shown["overtime"]["status"]),
            "short" => plain(&shown["overtime"]["short_sec"]),
            "field" | "outdoor" | "correction" => plain(&shown[format!("{key}_count")]),
            "corrections" => plain(&shown["correction_count"]),
            "rule" => plain(&shown["rule"]["groupid"]),
            "shift" => plain(&shown["rule"]["schedule_name"]),
            "leave" => {
                let entries = shown["leave"].as_array().unwrap().iter().map(|entry| {
                    let parts = ["kind", "name", "seconds"].map(|part| plain(&entry[part]));
                    parts.join(":")
                });
                let entries: Vec<_> = entries.collect();
                if entries.is_empty() { "-".to_owned() } else { entries.join(",") }
            }
            "overrides" => {
                let decided = shown["overrides"].as_array().unwrap().iter().map(|decision| {
                    let excused = decision["excused"].as_array().unwrap().iter().map(plain);
                    format!("{}:{}", decision["id"], excused.collect::<Vec<_>>().join(","))
                });
                decided.collect::<Vec<_>>().join(";")
            }
            "reason" => {
                let mut sentences = verdict.reasons.iter().flat_map(|reason| {
                    [attendance::Lang::En, attendance::Lang::Zh]
                        .map(|lang| reason.sentence(lang).to_string())
                });
                let wanted = expected.replace('_', " ");
                if sentences.any(|sentence| sentence.contains(&wanted)) {
                    expected.to_owned()
                } else {
                    plain(&shown["reasons"])
                }
            }
            other => panic!("{}: what is {other:?}?", self.name),
        }
    }
}

fn finding(finding: &attendance::verdict::Finding) -> String {
    let letter = match finding.kind {
        FindingKind::Late => 'L',
        FindingKind::Early => 'E',
        FindingKind::Missing => 'M',
        FindingKind::Absent => 'A',
        FindingKind::Place => 'P',
        FindingKind::Device => 'D',
        FindingKind::Other => 'O',
    };
    let duration = finding.duration_sec.map(|seconds| format!("x{seconds}")).unwrap_or_default();
    format!("{letter}{}{duration}", finding.count)
}
