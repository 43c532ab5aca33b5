//! Several processes on one ledger: who may sync, who did so last, what they spent.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod store;

use daka_ledger::{Contact, Error, Extent, Ledger, Minute, RunEnd, Spent};
use sqlx::Connection as _;
use store::{Store, instant, on_every_store};

async fn two_companies(store: &Store) -> (Ledger, Ledger) {
    let one = store.ledger().await;
    let other = one.add_company(&format!("{}-2", store.corp_id)).await.unwrap();
    (one, other)
}

#[test]
fn one_sync_of_a_company_at_a_time() {
    on_every_store(async |store| {
        let (one, other) = two_companies(&store).await;
        let again = store.ledger().await;
        let lock = one.lock_sync().await.unwrap();
        assert!(matches!(again.lock_sync().await, Err(Error::Busy)));
        assert!(matches!(lock.ledger().lock_sync().await, Err(Error::Busy)));
        other.lock_sync().await.unwrap().release().await;
        lock.release().await;
        again.lock_sync().await.unwrap().release().await;
    });
}

#[test]
fn the_right_to_sync_ends_with_its_holder() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        drop(ledger.lock_sync().await.unwrap());
        // A server hears of it a moment later; a file is free at once.
        while matches!(ledger.lock_sync().await, Err(Error::Busy)) {
            assert!(store.address.starts_with("postgres"));
        }
    });
}

#[test]
fn nothing_is_written_once_the_right_is_lost() {
    on_every_store(async |store| {
        if store.address.starts_with("sqlite") {
            return;
        }
        let ledger = store.ledger().await;
        let lock = ledger.lock_sync().await.unwrap();
        let contacts = [Contact { userid: "li".into(), departments: vec![] }];
        let commit = async |ledger: &Ledger| {
            ledger.commit_people(instant(0), Extent::Everyone, &contacts).await
        };
        commit(lock.ledger()).await.unwrap();
        // As when the server was restarted, or took this host for dead.
        let mut admin = sqlx::PgConnection::connect(&store::server()).await.unwrap();
        let ended: Vec<bool> = sqlx::query_scalar(
            "SELECT pg_terminate_backend(l.pid, 10000) FROM pg_locks AS l, daka.company AS c
             WHERE l.locktype = 'advisory' AND l.classid = x'44414b53'::int
                 AND l.objid = c.company::oid AND c.corp_id = $1",
        )
        .bind(&store.corp_id)
        .fetch_all(&mut admin)
        .await
        .unwrap();
        assert_eq!(ended, [true]);
        let other = ledger.lock_sync().await.unwrap();
        let refused = commit(lock.ledger()).await.unwrap_err();
        assert!(matches!(refused, Error::LockLost) && refused.is_retryable(), "{refused}");
        commit(other.ledger()).await.unwrap();
        lock.release().await;
        commit(other.ledger()).await.unwrap();
    });
}

#[test]
fn each_company_has_a_last_run_of_its_own() {
    on_every_store(async |store| {
        let (one, other) = two_companies(&store).await;
        assert_eq!(one.last_run().await.unwrap(), None);
        let first = one.begin_run(instant(0)).await.unwrap();
        one.end_run(first, instant(5), &RunEnd::default()).await.unwrap();
        other.begin_run(instant(7)).await.unwrap();
        let last = one.last_run().await.unwrap().unwrap();
        assert_eq!((last.started_at, last.ended_at), (instant(0), Some(instant(5))));
        let last = other.last_run().await.unwrap().unwrap();
        assert_eq!((last.started_at, last.ended_at), (instant(7), None));
        one.begin_run(instant(9)).await.unwrap();
        assert_eq!(one.last_run().await.unwrap().unwrap().started_at, instant(9));
    });
}

#[test]
fn what_was_spent_is_known_for_an_hour() {
    on_every_store(async |store| {
        let (one, other) = two_companies(&store).await;
        let (first, second) =
            (one.begin_run(instant(0)).await.unwrap(), one.begin_run(instant(1)).await.unwrap());
        let minute = |minute: i64| Minute::of(instant(60 * minute + 59));
        assert_eq!(minute(3).end(), instant(240));
        let spent = |call: &str, at, calls| Spent { call: call.into(), minute: minute(at), calls };
        let note = async |run, spent: &[Spent], oldest| {
            one.note_spent(run, spent, minute(oldest)).await.unwrap();
        };
        note(first, &[spent("getcheckindata", 0, 7)], -60).await;
        // A run's numbers take the place of its earlier ones, and are added to those of others.
        note(first, &[spent("getcheckindata", 0, 9), spent("gettoken", 1, 1)], -59).await;
        note(second, &[spent("getcheckindata", 0, 2)], -59).await;
        let read = async |since| one.spent(minute(since)).await.unwrap();
        assert_eq!(
            read(0).await,
            [spent("getcheckindata", 0, 9), spent("getcheckindata", 0, 2), spent("gettoken", 1, 1)]
        );
        assert_eq!(read(1).await, [spent("gettoken", 1, 1)]);
        note(second, &[], 1).await;
        assert_eq!(read(-100).await, [spent("gettoken", 1, 1)]);
        assert_eq!(other.spent(minute(-100)).await.unwrap(), []);
    });
}

/// Every test of the suite runs behind a pooler too; here more of them at once than it has sessions
/// ready, in each of its modes.
#[test]
fn many_work_behind_a_pooler_at_once() {
    let Ok(pooler) = std::env::var("DAKA_TEST_PGBOUNCER") else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for mode in ["session", "transaction"] {
        runtime.block_on(async {
            let store = Store::at(format!("{pooler}/{mode}"));
            store.ledger().await.close().await;
            let people = store::users(&["li", "wang"]);
            let day = jiff::civil::date(2026, 6, 1);
            let workers = (0..6).map(|worker| {
                let (address, corp_id) = (store.address.clone(), store.corp_id.clone());
                let people = people.clone();
                tokio::spawn(async move {
                    let ledger = Ledger::open(&address).await.unwrap();
                    let ledger = ledger.company(&corp_id).await.unwrap();
                    let run = ledger.begin_run(instant(worker)).await.unwrap();
                    for second in 0..5 {
                        let slice = store::slice_of(&people, day, day, second);
                        let rows = [store::punch("li", 1, "上班打卡", "")];
                        ledger.commit_records(run, slice, &rows).await.unwrap();
                        assert_eq!(ledger.records(&people, day, day, None).await.unwrap().len(), 1);
                    }
                    ledger.close().await;
                })
            });
            for worker in workers.collect::<Vec<_>>() {
                worker.await.unwrap();
            }
        });
    }
    let refused = runtime.block_on(Ledger::create_or_open(&format!("{pooler}/statement")));
    let refused = refused.unwrap_err();
    assert_eq!(refused.trouble(), Some(daka_ledger::Trouble::Pooler), "{refused}");
}
