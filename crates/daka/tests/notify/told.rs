//! Who is told what, how often, and what the program says of it.

use std::{collections::BTreeSet, io::Read as _, net::TcpListener};

use serde_json::Value;
use sqlx::Connection as _;

use crate::{
    receivers::{self, SECRET},
    support::Stage,
};

const MONTH: [&str; 2] = ["--month", "2026-10"];

/// A company with a ledger of October, and settings.
fn stage(settings: &str) -> Stage {
    let stage = Stage::company(12);
    set(&stage, settings);
    let synced = stage.daka(&["sync", "--all", "--month", "2026-10"]);
    assert_eq!(synced.code, 0, "{}", synced.stderr);
    stage
}

fn set(stage: &Stage, settings: &str) {
    std::fs::write(stage.folder.path().join("daka.toml"), settings).unwrap();
}

fn file(stage: &Stage, name: &str, content: &str) {
    std::fs::write(stage.folder.path().join(name), content).unwrap();
}

fn notify(stage: &Stage, args: &[&str]) -> crate::support::Done {
    stage.daka(&[&["notify"], &MONTH[..], &["--format", "jsonl"], args].concat())
}

/// Late and missing of the month: userid, date, kind.
fn expected(stage: &Stage) -> BTreeSet<(String, String, String)> {
    let verdicts = stage.daka(&["judge", "--month", "2026-10", "--format", "jsonl"]).json_lines();
    let of = |verdict: &Value| {
        let text = |key: &str| verdict[key].as_str().unwrap().to_owned();
        let (userid, date) = (text("userid"), text("date"));
        let findings = verdict["exceptions"].as_array().unwrap().clone();
        findings.into_iter().map(move |finding| {
            (userid.clone(), date.clone(), finding["kind"].as_str().unwrap().to_owned())
        })
    };
    let all = verdicts.iter().flat_map(of);
    all.filter(|(_, _, kind)| kind == "late" || kind == "missing").collect()
}

const FINDINGS: &str = "findings = ['late', 'missing']\n";

fn heard(posts: &[Value]) -> Vec<(String, String, String)> {
    let findings = posts.iter().flat_map(|post| post["findings"].as_array().unwrap());
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings.map(|one| (text(one, "userid"), text(one, "date"), text(one, "kind"))).collect()
}

#[test]
fn every_kind_of_receiver_is_told_everything_once() {
    let stage = stage("");
    let (address, [dingtalk, feishu, webhook]) = receivers::serve(&stage);
    let (mail_address, mails) = receivers::mail();
    let key = stage.emulator.webhook_key();
    let base = stage.emulator.base_url();
    file(&stage, "robot", &format!("{base}/cgi-bin/webhook/send?key={key}\n"));
    file(&stage, "dingtalk", &format!("http://{address}/robot/send?access_token=k"));
    file(&stage, "secret", SECRET);
    let agent_id = stage.emulator.agent_id();
    let entry = |name: &str, keys: &str| {
        format!("[[notify]]\nname = '{name}'\nkind = '{name}'\nlang = 'zh'\n{FINDINGS}{keys}\n")
    };
    let settings = [
        entry("wecom-robot", "url_file = 'robot'"),
        entry("wecom-app", &format!("agent_id = {agent_id}")),
        entry("dingtalk", "url_file = 'dingtalk'\nsecret_file = 'secret'"),
        entry("feishu", "url_env = 'FEISHU'\nsecret_file = 'secret'"),
        entry("webhook", "url_env = 'HOOK'\nsecret_env = 'HOOK_SECRET'"),
        entry(
            "smtp",
            &format!(
                "server = '{mail_address}'\ntls = 'none'\nfrom = 'daka <d@example.com>'\n\
                 to = ['hr@example.com']\ntitle = '考勤 {{count}}'"
            ),
        ),
    ];
    set(&stage, &settings.concat());
    let environment = [
        ("FEISHU", format!("http://{address}/hook")),
        ("HOOK", format!("http://{address}/webhook")),
        ("HOOK_SECRET", SECRET.to_owned()),
    ];
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let args = [&["notify"], &MONTH[..], &["--format", "jsonl"]].concat();
    let expected = expected(&stage);
    assert!(expected.len() > 20, "{}", expected.len());

    // A dry run sends nothing and notes nothing.
    let dry = stage.daka(&[&args[..], &["--dry-run"]].concat());
    assert!(dry.json_lines().iter().all(|row| row["outcome"] == "would_tell"));
    assert!(webhook.taken().is_empty());
    assert_eq!(notify(&stage, &["--status"]).stdout, "");

    let rows = stage.daka_with(&args, &environment).json_lines();
    assert!(rows.iter().all(|row| row["outcome"] == "told"), "{rows:?}");
    let told = heard(&webhook.taken());
    assert_eq!(told.len(), expected.len(), "each once");
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), expected);
    let messages = stage.emulator.messages();
    let (mut people, mut robot_lines) = (BTreeSet::new(), 0);
    for message in &messages {
        if message.userids.is_empty() {
            assert!(message.content.len() <= 4096 && message.content.starts_with("考勤异常"));
            robot_lines += message.content.lines().count() - 1;
        } else {
            assert!(message.content.len() <= 2048 && message.content.contains("请核对"));
            people.extend(message.userids.clone());
        }
    }
    let days: BTreeSet<_> = expected.iter().map(|(userid, date, _)| (userid, date)).collect();
    assert_eq!(robot_lines, days.len(), "a line a person's day");
    assert_eq!(people, expected.iter().map(|(userid, ..)| userid.clone()).collect());
    let text = dingtalk.taken()[0]["markdown"]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("迟到") && dingtalk.taken()[0]["at"]["isAtAll"] == false);
    assert!(feishu.taken()[0]["content"]["text"].as_str().unwrap().contains("缺卡"));
    let mails = mails.lock().unwrap().clone();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: hr@example.com") && mails[0].contains("@daka.invalid"));

    // Nobody is told again.
    assert_eq!(stage.daka_with(&args, &environment).json_lines(), [Value::Null; 0]);
    assert_eq!(heard(&webhook.taken()).len(), expected.len());
    assert_eq!(stage.emulator.messages().len(), messages.len());
    let status = notify(&stage, &["--status", "--receiver", "smtp"]).json_lines();
    assert_eq!(status.len(), expected.len());
    assert!(status.iter().all(|row| row["progress"] == "told" && row["tries"] == 1));
    // Never a place, and never a key.
    let said = format!("{:?}{:?}{mails:?}{rows:?}", messages, webhook.taken());
    for word in ["location", "lat\"", "wifi", "mediaid", key, SECRET] {
        assert!(!said.contains(word), "{word}");
    }
}

#[test]
fn what_a_killed_run_claimed_is_told_by_a_later_one() {
    let settings = format!(
        "[[notify]]\nname = 'hook'\nkind = 'webhook'\nurl_file = 'url'\nsecret_file = 'secret'\n{FINDINGS}"
    );
    let stage = stage(&settings);
    file(&stage, "secret", SECRET);
    // A receiver that takes the message and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    file(&stage, "url", &format!("http://{}/webhook", silent.local_addr().unwrap()));
    let args = [&["notify"], &MONTH[..]].concat();
    let mut child = stage.command(&args).spawn().unwrap();
    let (mut stream, _) = silent.accept().unwrap();
    stream.read_exact(&mut [0; 100]).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();

    let (address, [_, _, webhook]) = receivers::serve(&stage);
    file(&stage, "url", &format!("http://{address}/webhook"));
    let rows = notify(&stage, &[]).json_lines();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["outcome"], "elsewhere", "the claim still holds");
    assert!(webhook.taken().is_empty());
    let status = notify(&stage, &["--status"]).json_lines();
    assert!(status.iter().all(|row| row["progress"] == "claimed"));

    // A quarter of an hour later. Other days are asked for; what is owed is told all the same.
    let path = format!("sqlite:{}", stage.folder.path().join("daka.db").display());
    stage.block_on(async {
        let mut db = sqlx::SqliteConnection::connect(&path).await.unwrap();
        sqlx::query("UPDATE telling SET lease_until = 1").execute(&mut db).await.unwrap();
    });
    let other = ["notify", "--date", "2026-09-30", "--allow-incomplete", "--format", "jsonl"];
    let rows = stage.daka(&other).json_lines();
    assert_eq!(rows[0]["outcome"], "told");
    let told = heard(&webhook.taken());
    let expected = expected(&stage);
    assert_eq!((told.len(), told.into_iter().collect::<BTreeSet<_>>()), (expected.len(), expected));
    assert_eq!(notify(&stage, &[]).stdout, "");
}

#[test]
fn quiet_hours_hold_back_until_the_next_run_after_them() {
    let entry = |name: &str, quiet: &str| {
        format!(
            "[[notify]]\nname = '{name}'\nkind = 'webhook'\nurl_file = 'url'\nsecret_file = 'secret'\n{quiet}\n"
        )
    };
    // Whatever the time is, it is quiet for one of them.
    let halves =
        [entry("am", "quiet = '00:00-12:00'"), entry("pm", "quiet = '12:00-00:00'")].concat();
    let stage = stage(&halves);
    let (address, [_, _, webhook]) = receivers::serve(&stage);
    file(&stage, "secret", SECRET);
    file(&stage, "url", &format!("http://{address}/webhook"));
    let outcomes = |rows: Vec<Value>| -> BTreeSet<String> {
        rows.iter().map(|row| row["outcome"].as_str().unwrap().to_owned()).collect()
    };
    let rows = notify(&stage, &[]).json_lines();
    assert_eq!(outcomes(rows), ["held", "told"].map(str::to_owned).into());
    let once = heard(&webhook.taken()).len();
    // Only yesterday is asked for: what was held is told all the same.
    set(&stage, &[entry("am", ""), entry("pm", "")].concat());
    let other = ["notify", "--date", "2026-10-01", "--format", "jsonl"];
    assert_eq!(outcomes(stage.daka(&other).json_lines()), ["told".to_owned()].into());
    assert_eq!(heard(&webhook.taken()).len(), 2 * once);
}

#[test]
fn a_receiver_that_refuses_harms_no_other_and_is_told_later() {
    let stage = stage("");
    let (address, [dingtalk, _, webhook]) = receivers::serve(&stage);
    file(&stage, "secret", SECRET);
    file(&stage, "wrong", "another");
    file(&stage, "robot", &format!("http://{address}/robot/send?access_token=k"));
    file(&stage, "hook", &format!("http://{address}/webhook"));
    let settings = |secret: &str| {
        format!(
            "[[notify]]\nname = 'group'\nkind = 'dingtalk'\nurl_file = 'robot'\nsecret_file = '{secret}'\n\
             [[notify]]\nname = 'hook'\nkind = 'webhook'\nurl_file = 'hook'\nsecret_file = 'secret'\n"
        )
    };
    set(&stage, &settings("wrong"));
    // Asked too often at first; a receiver says how long to wait.
    *webhook.answers.lock().unwrap() = vec![axum::http::StatusCode::INTERNAL_SERVER_ERROR];
    let done = notify(&stage, &[]);
    assert_eq!(done.code, 3, "{}", done.stderr);
    let error: Value = serde_json::from_str(done.stderr.lines().next().unwrap()).unwrap();
    let error = &error["error"];
    assert_eq!((&error["call"], &error["errcode"]), (&"robot/send".into(), &310_000.into()));
    assert!(error["errmsg"].as_str().unwrap().starts_with("group: "), "{error}");
    assert!(error["failed"][0]["users"].as_array().is_some_and(|users| !users.is_empty()));
    for secret in ["access_token", "another", &address.to_string()] {
        assert!(!done.stderr.contains(secret), "{}", done.stderr);
    }
    assert!(!webhook.taken().is_empty() && dingtalk.taken().is_empty());
    let status = notify(&stage, &["--status", "--receiver", "group"]).json_lines();
    let trouble = |row: &Value| row["trouble"].as_str().unwrap().contains("310000");
    assert!(status.iter().all(|row| row["progress"] == "waiting") && status.iter().any(trouble));

    set(&stage, &settings("secret"));
    assert_eq!(notify(&stage, &[]).code, 0);
    assert!(!dingtalk.taken().is_empty());
}

#[test]
fn only_those_whom_a_receiver_is_set_for_are_told_and_names_stay_text() {
    let stage = stage("");
    let (address, [_, _, webhook]) = receivers::serve(&stage);
    file(&stage, "secret", SECRET);
    file(&stage, "hook", &format!("http://{address}/webhook"));
    let one = expected(&stage).pop_first().unwrap().0;
    set(
        &stage,
        &format!(
            "[[notify]]\nname = 'hook'\nkind = 'webhook'\nurl_file = 'hook'\nsecret_file = 'secret'\n\
             users = ['{one}']\nlang = 'en'\ntitle = '{{date}}|{{people}}'\n\
             template = '{{{{{{userid}}}}}} {{findings}}'\n{FINDINGS}"
        ),
    );
    assert_eq!(notify(&stage, &[]).code, 0);
    let taken = webhook.taken();
    assert!(heard(&taken).iter().all(|(userid, ..)| *userid == one));
    let text = taken[0]["text"].as_str().unwrap();
    assert!(text.starts_with("2026-10-") && text.contains("|1\n{"), "{text}");
}

#[test]
fn wrong_settings_are_named_and_nothing_is_sent() {
    let stage = stage("");
    let robot = "[[notify]]\nname = 'r'\nkind = 'wecom-robot'\n";
    for (settings, words) in [
        ("", "no receiver is set"),
        (robot, "the receiver r needs url_file"),
        (&format!("{robot}url_file = 'nowhere'\n"), "the secret file"),
        (&format!("{robot}url = 'https://oops'\n"), "line 4: unknown field `url`"),
        (
            &format!("{robot}template = '''a\n{{place}}'''\n"),
            "line 4: line 2 of the template: there is no {place}",
        ),
        (&format!("{robot}quiet = '22-8'\n"), "line 4: \"22-8\" are no hours"),
        ("[[notify]]\nname = 'r'\nkind = 'fax'\n", "line 3: unknown variant `fax`"),
        (&format!("{robot}url_env = 'R'\n{robot}url_env = 'R'\n"), "two receivers are called r"),
        (
            "[[notify]]\nname = 'm'\nkind = 'smtp'\nserver = 'mail.example.com'\ntls = 'none'\nuser = 'u'\n\
             secret_env = 'R'\nfrom = 'a@example.com'\nto = ['b@example.com']\n",
            "in the clear",
        ),
        (
            "[[company]]\ncorp_id = 'a'\n[[notify]]\nname = 'r'\nkind = 'feishu'\n",
            "[[notify]] beside its list",
        ),
    ] {
        set(&stage, settings);
        let done = stage.daka_with(&["notify", "--month", "2026-10"], &[("R", "ftp://key-of-it")]);
        assert_eq!(done.code, 2, "{settings}: {}", done.stderr);
        assert!(done.stderr.contains(words), "{settings}: {}", done.stderr);
        assert!(!done.stderr.contains("oops") && !done.stderr.contains("key-of-it"));
    }
    set(&stage, &format!("{robot}url_env = 'R'\n"));
    let unknown = notify(&stage, &["--receiver", "x"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("no receiver is called x"));
}
