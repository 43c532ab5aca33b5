//! Every documented error code, and what a whole job over two people does about it.

use futures::StreamExt as _;
use jiff::civil::date;
use wecom_checkin::{
    Slice, UserId,
    codes::{self, Refuses},
    plan::Days,
};

use crate::scripted::{Reply, Server};

const CODES: &str = include_str!("../error_codes.txt");

/// A code, what is done about it, and what else it refuses.
fn documented() -> Vec<(i64, &'static str, &'static str)> {
    let lines = CODES.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split(' ');
            let code = words.next().unwrap().parse().unwrap();
            (code, words.next().unwrap(), words.next().unwrap_or(""))
        })
        .collect()
}

/// A job of two people whose every answer is this code.
async fn refused(code: i64) -> (usize, Slice<wecom_checkin::Record>) {
    let server = Server::with_token(move |_, _| Reply::errcode(code)).await;
    let people = ["li", "wu"].map(UserId::from);
    let day = Days::one(date(2026, 6, 1)).unwrap();
    let slice = server.client().records(people, day).slices().next().await.unwrap();
    (server.count("checkin/getcheckindata"), slice)
}

#[tokio::test(start_paused = true)]
async fn each_documented_code_is_met_as_documented() {
    for (code, reaction, scope) in documented() {
        let entry = codes::find(code).unwrap_or_else(|| panic!("{code} is not in the table"));
        let refuses = match (reaction, scope) {
            ("stop", "") | (_, "secret") => Refuses::Secret,
            (_, "call") => Refuses::Call,
            _ => Refuses::Request,
        };
        assert_eq!(entry.refuses, refuses, "{code}");

        let (asked, slice) = refused(code).await;
        let expected = match reaction {
            // Four tries; a used-up quota ten waits; each half once more; a new token once.
            "retry" | "slow" => 4,
            "wait" => 11,
            "drop" => 3,
            "fewer" | "token" => 2,
            _ if code == 40001 => 2,
            "stop" | "fail" | "shorter" | "gone" | "done" => 1,
            other => panic!("{other}?"),
        };
        assert_eq!(asked, expected, "{code} {reaction}");
        if reaction == "drop" {
            assert_eq!((slice.rows.unwrap().len(), slice.unknown.len()), (0, 2), "{code}");
            continue;
        }
        let error = slice.rows.unwrap_err();
        assert_eq!(error.is_auth(), reaction == "stop", "{code}");
        assert_eq!(error.wants_shorter_span(), reaction == "shorter", "{code}");
        let (english, chinese) = (error.to_string(), error.zh().to_string());
        assert!(english.contains(entry.meaning.en) && chinese.contains(entry.meaning.zh), "{code}");
    }
}

#[test]
fn a_code_means_something_else_in_some_calls() {
    let hint = |call, code| codes::find_in(call, code).unwrap().hint;
    assert_ne!(hint("addcheckinuserface", 301_021), hint("getcheckindata", 301_021));
    for (call, place) in [
        ("getcheckindata", "打卡"),
        ("getapprovalinfo", "审批"),
        ("vacation/getcorpconf", "审批"),
        ("user/list_id", "通讯录同步"),
    ] {
        let hint = hint(call, 48_002);
        assert!(hint.en.contains(place) && hint.zh.contains(place), "{call} {hint:?}");
    }
}
