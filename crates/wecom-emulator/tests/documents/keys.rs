//! What the documents' sample answers carry, the emulator sends too: key by key, call by call.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use wecom_emulator::{Config, Features};

use crate::support::{Client, fixed, midnight, started};

/// Samples of answers that say no more than whether it went well.
const PLAIN: [&str; 9] = [
    "error",
    "add_checkin_option",
    "add_checkin_record",
    "addcheckinuserface",
    "clear_checkin_option_array_field",
    "del_checkin_option",
    "punch_correction",
    "setcheckinschedulist",
    "update_checkin_option",
];

/// Keys of samples that are never sent, and why.
const LEFT_OUT: [(&str, &str, &str); 1] = [(
    "user_simplelist",
    "/userlist/open_userid",
    "third-party apps get it; this app is the company's own",
)];

type Keys = BTreeMap<String, BTreeSet<String>>;

/// Paths of all keys; elements of a list count as one.
fn gather(value: &Value, path: &str, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = format!("{path}/{key}");
                gather(value, &path, keys);
                keys.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, path, keys)),
        _ => {}
    }
}

/// The keys of the samples, by call. They are the client's, who reads them; here only their names count.
fn sampled() -> Keys {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wecom-checkin/tests/fixtures");
    let mut sampled = Keys::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some((call, kind)) = name.split_once(".resp.") else { continue };
        if kind.starts_with("err_") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let sample = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut keys = BTreeSet::new();
        gather(&sample, "", &mut keys);
        if PLAIN.contains(&call) {
            keys.retain(|key| !["/errcode", "/errmsg"].contains(&key.as_str()));
            assert_eq!(keys, BTreeSet::new(), "{name} says more");
        } else {
            sampled.entry(call.to_owned()).or_default().extend(keys);
        }
    }
    sampled
}

/// Asks a company in which everything goes on, and gathers what comes back.
struct Asker<'a> {
    client: &'a Client,
    token: String,
    contacts: String,
    seen: Keys,
}

impl Asker<'_> {
    fn note(&mut self, call: &str, answer: &Value) {
        assert_eq!(answer["errcode"], 0, "{call}: {answer}");
        gather(answer, "", self.seen.entry(call.to_owned()).or_default());
    }

    async fn post(&mut self, call: &str, path: &str, body: Value) -> Value {
        let answer = self.client.post(path, &self.token, &body).await;
        self.note(call, &answer);
        answer
    }

    async fn get(&mut self, call: &str, path: &str, more: &str) {
        let path = format!("/cgi-bin/{path}?access_token={}{more}", self.token);
        let answer = self.client.get(&path).await;
        self.note(call, &answer);
    }

    async fn attendance(&mut self, people: &[&str], (start, end): (i64, i64)) {
        let month = json!({"starttime": start, "endtime": end, "useridlist": people});
        let day = json!({"datetime": start + 10 * 86_400, "useridlist": people});
        let mut records = month.clone();
        records["opencheckindatatype"] = json!(3);
        let device = json!({"filter_type": 1, "starttime": start, "endtime": end,
                            "useridlist": people});
        self.post("getcheckindata", "checkin/getcheckindata", records).await;
        self.post("getcheckinoption", "checkin/getcheckinoption", day).await;
        self.post("getcheckinschedulist", "checkin/getcheckinschedulist", month.clone()).await;
        self.post("getcheckin_daydata", "checkin/getcheckin_daydata", month.clone()).await;
        self.post("getcheckin_monthdata", "checkin/getcheckin_monthdata", month).await;
        self.post("get_hardware_checkin_data", "hardware/get_hardware_checkin_data", device).await;
    }

    async fn approvals(&mut self, (start, end): (i64, i64)) {
        let mut cursor = String::new();
        loop {
            let body = json!({"starttime": start.to_string(), "endtime": end.to_string(),
                              "new_cursor": cursor, "size": 20});
            let page = self.post("getapprovalinfo", "oa/getapprovalinfo", body).await;
            for sp_no in page["sp_no_list"].as_array().unwrap() {
                let body = json!({"sp_no": sp_no});
                self.post("getapprovaldetail", "oa/getapprovaldetail", body).await;
            }
            match page["new_next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => return,
            }
        }
    }

    async fn company(&mut self, userid: &str) {
        self.post("getcorpcheckinoption", "checkin/getcorpcheckinoption", json!({})).await;
        self.get("vacation_getcorpconf", "oa/vacation/getcorpconf", "").await;
        let quota = json!({"userid": userid});
        self.post("vacation_getuservacationquota", "oa/vacation/getuservacationquota", quota).await;
        self.get("tag_list", "tag/list", "").await;
        self.get("tag_get", "tag/get", "&tagid=5").await;
        self.get("department_list", "department/list", "").await;
        self.get("department_simplelist", "department/simplelist", "").await;
        self.get("user_simplelist", "user/simplelist", "&department_id=11").await;
        let body = json!({"limit": 50});
        let answer = self.client.post("user/list_id", &self.contacts, &body).await;
        self.note("user_list_id", &answer);
    }
}

#[tokio::test]
async fn every_key_of_the_samples_is_sent() {
    let clock = fixed(midnight(jiff::civil::date(2026, 11, 5)) + 43_200);
    let config = Config { people: 200, features: Features::ALL, clock, ..Config::default() };
    let (emulator, client) = started(config).await;
    let people = emulator.userids();
    let mut asker = Asker {
        token: client.token(emulator.secret()).await,
        contacts: client.token(emulator.contact_secret()).await,
        client: &client,
        seen: Keys::new(),
    };
    let october = (1_790_784_000, 1_793_376_000);
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    for some in people.chunks(100) {
        asker.attendance(some, october).await;
    }
    asker.approvals(october).await;
    asker.company(people[0]).await;
    let gettoken = "/cgi-bin/gettoken?corpid=";
    let path = format!("{gettoken}{}&corpsecret={}", emulator.corp_id(), emulator.secret());
    asker.note("gettoken", &client.get(&path).await);
    // One table spells a key otherwise: a switch.
    client
        .control("do", &json!({"do": "set_manners", "manners": {"misspelt_deviceid": true}}))
        .await;
    asker.attendance(&people[..10], october).await;

    let mut missing = BTreeSet::new();
    for (call, keys) in sampled() {
        let seen = asker.seen.get(&call).unwrap_or_else(|| panic!("{call} was not asked"));
        missing.extend(keys.difference(seen).map(|key| (call.clone(), key.clone())));
    }
    let left_out = LEFT_OUT.map(|(call, key, _)| (call.to_owned(), key.to_owned()));
    assert_eq!(missing, BTreeSet::from(left_out));
}
