//! The SQL that people may write themselves, and the walls between companies.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod store;

use attendance::Verdict;
use daka_ledger::{Contact, Counts, Extent, Media};
use jiff::civil::date;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use store::{Store, instant, on_every_store, punch, row, slice_of, users};

/// The answer of a query, each row as its columns' texts with a blank between.
async fn query(store: &Store, sql: &str) -> Vec<String> {
    if store.address.starts_with("sqlite") {
        let mut db = sqlx::SqliteConnection::connect(&store.address).await.unwrap();
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut db).await.unwrap();
        return rows.iter().map(|row| row.get::<String, _>(0)).collect();
    }
    let mut db = sqlx::PgConnection::connect(&store::server()).await.unwrap();
    let choose = "SELECT set_config('daka.company', company::text, false),
            set_config('search_path', 'daka', false)
         FROM daka.company WHERE corp_id = $1";
    sqlx::query(choose).bind(&store.corp_id).execute(&mut db).await.unwrap();
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut db).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

#[test]
fn views_tell_what_holds_now() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li"]);
        let (from, to) = (date(2026, 6, 1), date(2026, 6, 2));
        let missing: wecom_checkin::Row<wecom_checkin::Record> = row(
            r#"{"userid":"li","checkin_type":"下班打卡","exception_type":"未打卡","checkin_time":1780308000,"sch_checkin_time":1780308000}"#,
        );
        for (at, note) in [(1, "first"), (2, "second")] {
            let rows = [punch("li", 32_400, "上班打卡", note), missing.clone()];
            ledger.commit_records(run, slice_of(&people, from, to, at), &rows).await.unwrap();
        }
        let rule = |day, id: i64| {
            let text =
                format!(r#"{{"userid":"li","group":{{"groupid":{id},"groupname":"G{id}"}}}}"#);
            (date(2026, 6, day), vec![row(&text)])
        };
        let days = [rule(1, 7), rule(2, 8)];
        ledger.commit_rules(run, slice_of(&people, from, to, 3), &days).await.unwrap();

        let punches = "SELECT userid || ' ' || filed_on || ' ' || checkin_at || ' ' || checkin_time
                || ' ' || second_of_day || ' ' || checkin_type || ' ' || location_title || ' '
                || deviceid || ' ' || lat || ' ' || groupid
             FROM punch";
        assert_eq!(
            query(&store, punches).await,
            ["li 2026-06-01 2026-06-01 09:00:00 1780275600 32400 上班打卡 园区 D-li 30201874 11"]
        );
        let all = "SELECT CAST(count(*) AS TEXT) FROM record_now";
        assert_eq!(query(&store, all).await, ["2"]);
        let rules = "SELECT from_day || ' ' || coalesce(CAST(until_day AS TEXT), '-') || ' '
                || groupid || ' ' || groupname
             FROM rule_on_day ORDER BY from_day";
        assert_eq!(query(&store, rules).await, ["2026-06-01 2026-06-02 7 G7", "2026-06-02 - 8 G8"]);
        let covered = "SELECT userid || ' ' || call || ' ' || from_day || ' ' || to_day
             FROM covered ORDER BY call";
        assert_eq!(
            query(&store, covered).await,
            ["li records 2026-06-01 2026-06-02", "li rules 2026-06-01 2026-06-02"]
        );
        assert_eq!(query(&store, "SELECT month FROM verdict_month").await, Vec::<String>::new());
    });
}

#[test]
fn a_verdict_is_the_same_in_a_view() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let line = |userid: &str, date: &str, status: &str, worked: i64, reason: &str| {
            let reason = serde_json::to_string(reason).unwrap();
            format!(
                r#"{{"userid":{},"date":"{date}","status":"{status}","day_type":"workday","rule":null,"exceptions":[{{"kind":"late","count":1,"duration_sec":60}}],"checkin_count":2,"first":"{date}T09:01:07+08:00","last":"{date}T18:00:00+08:00","standard_sec":28800,"worked_sec":{worked},"overtime":{{"seconds":30,"bucket":"workday","status":"ok","short_sec":0}},"leave":[],"field_count":0,"outdoor_count":0,"correction_count":0,"reasons":[{reason}],"warnings":[]}}"#,
                serde_json::to_string(userid).unwrap(),
            )
        };
        let of = |worked: i64| {
            [
                line("li", "2026-06-01", "abnormal", 28_733, "09:01:07 is 7 s late \u{1}\n\"\\"),
                line(
                    "li",
                    "2026-06-30",
                    "normal",
                    worked,
                    "到 2026-07-01 00:10:09, 不是 2026-07-02",
                ),
                line("o\"li", "2026-06-30", "normal", 1 << 40, "张'三; [5] 6"),
            ]
        };
        let file = async |second: i64, lines: &[String]| {
            let verdicts: Vec<Verdict> =
                lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
            ledger.replace_verdicts(instant(second), &verdicts).await.unwrap()
        };
        assert_eq!(file(1, &of(0)).await.new, 3);
        assert_eq!(file(2, &of(0)).await, Counts { unchanged: 3, ..Counts::default() });
        // A person-day of the same wording and other seconds is another verdict.
        assert_eq!(
            file(3, &of(-5)).await,
            Counts { unchanged: 2, revised: 1, ..Counts::default() }
        );

        let text = "SELECT verdict FROM verdict_day ORDER BY userid, date";
        assert_eq!(query(&store, text).await, of(-5));
        let days = users(&["li", "o\"li"]);
        let (from, to) = (date(2026, 6, 1), date(2026, 6, 30));
        for (as_of, lines) in [(Some(instant(2)), of(0)), (None, of(-5))] {
            let filed = ledger.verdicts(&days, from, to, as_of).await.unwrap();
            assert_eq!(filed.iter().map(|line| line.get()).collect::<Vec<_>>(), lines);
        }
        let month = "SELECT userid || ' ' || month || ' ' || days || ' ' || normal_days || ' '
                || abnormal_days || ' ' || standard_sec || ' ' || worked_sec || ' ' || overtime_sec
             FROM verdict_month WHERE userid = 'li'";
        assert_eq!(query(&store, month).await, ["li 2026-06 2 1 1 57600 28728 60"]);
        let findings = "SELECT CAST(exceptions AS TEXT) FROM verdict_day WHERE userid = 'li'";
        let late = r#"[{"kind":"late","count":1,"duration_sec":60}]"#;
        assert_eq!(query(&store, findings).await, [late, late]);
    });
}

#[test]
fn views_tell_what_wecom_says_and_who_is_where() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let run = ledger.begin_run(instant(0)).await.unwrap();
        let people = users(&["li"]);
        let (from, to) = (date(2026, 6, 1), date(2026, 6, 30));
        for worked in [1, 28_800] {
            let slice = slice_of(&people, from, to, worked);
            let day = row(&format!(
                r#"{{"base_info":{{"date":1780243200,"acctid":"li"}},"summary_info":{{"standard_work_sec":28800,"regular_work_sec":{worked}}},"exception_infos":[{{"exception":1,"count":1}}]}}"#
            ));
            ledger.commit_day_reports(run, slice, &[day]).await.unwrap();
            let month = row(&format!(
                r#"{{"base_info":{{"acctid":"li"}},"summary_info":{{"work_days":21,"except_days":{worked}}}}}"#
            ));
            ledger.commit_month_reports(run, slice, &[month]).await.unwrap();
        }
        for departments in [vec![1], vec![2]] {
            let contact = Contact { userid: "li".into(), departments };
            ledger.commit_people(instant(1), Extent::Everyone, &[contact]).await.unwrap();
            let tree = [row(r#"{"id":2,"name":"客服","parentid":1}"#)];
            ledger.commit_departments(instant(1), &tree).await.unwrap();
        }
        let kept = Media::Kept { hash: "ab".into(), bytes: 5, content_type: None };
        ledger.commit_media(instant(0), "M", &kept).await.unwrap();
        ledger.commit_media(instant(0), "N", &Media::Gone).await.unwrap();

        for (sql, expected) in [
            (
                "SELECT userid || ' ' || date || ' ' || standard_sec || ' ' || worked_sec
                    || ' ' || exceptions FROM wecom_day",
                vec![r#"li 2026-06-01 28800 28800 [{"exception":1,"count":1}]"#],
            ),
            (
                "SELECT userid || ' ' || month || ' ' || work_days || ' ' || except_days
                 FROM wecom_month",
                vec!["li 2026-06 21 28800"],
            ),
            ("SELECT userid || ' ' || departments FROM member_now", vec!["li [2]"]),
            (
                "SELECT userid || ' ' || departments || ' '
                    || CASE WHEN until IS NULL THEN 'now' ELSE 'then' END
                 FROM member_history ORDER BY departments",
                vec!["li [1] then", "li [2] now"],
            ),
            (
                "SELECT department || ' ' || parentid || ' ' || name FROM department_now",
                vec!["2 1 客服"],
            ),
            (
                "SELECT mediaid || ' ' || coalesce(hash, '-') || ' ' || coalesce(bytes, 0) || ' '
                    || (asked_at IS NULL)
                 FROM photo ORDER BY mediaid",
                if store.address.starts_with("sqlite") {
                    vec!["M ab 5 0", "N - 0 0"]
                } else {
                    vec!["M ab 5 false", "N - 0 false"]
                },
            ),
        ] {
            assert_eq!(query(&store, sql).await, expected, "{sql}");
        }
    });
}

#[test]
fn rows_are_walled_off_by_company() {
    on_every_store(async |store| {
        if store.address.starts_with("sqlite") {
            return;
        }
        let ledger = store.ledger().await;
        let contact = Contact { userid: "li".into(), departments: vec![] };
        ledger.commit_people(instant(0), Extent::Everyone, &[contact]).await.unwrap();
        let mut db = sqlx::PgConnection::connect(&store::server()).await.unwrap();
        let all_seeing: bool = sqlx::query_scalar(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user",
        )
        .fetch_one(&mut db)
        .await
        .unwrap();
        let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM daka.person")
            .fetch_one(&mut db)
            .await
            .unwrap();
        assert_eq!(seen == 0, !all_seeing, "without a company chosen, {seen} people are seen");
        let chosen = query(&store, "SELECT CAST(count(*) AS TEXT) FROM person").await;
        assert!(all_seeing || chosen == ["1"]);
    });
}
