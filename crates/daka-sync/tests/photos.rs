//! Photos of records: kept once, whole, under the hash of their bytes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod bench;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use bench::{Company, ledger};
use daka_ledger::{Ledger, Media};
use daka_sync::{Days, Error, Extras, FetchError, Outcome, People, PhotoFolder, Photos, Thing};
use jiff::civil::{Date, date};
use sha2::{Digest as _, Sha256};
use wecom_emulator::{Fault, FaultKind, Faults};

const FROM: Date = date(2026, 6, 14);
const TO: Date = date(2026, 6, 20);
/// The emulator has photos from this day on.
const FRESH: Date = date(2026, 6, 17);

struct Bench {
    company: Company,
    ledger: Ledger,
    folder: tempfile::TempDir,
}

impl Bench {
    async fn new(faults: Vec<Fault>) -> Self {
        let company = Company::new(60, Faults { faults }).await;
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder, &company).await;
        Self { company, ledger, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("photos")
    }

    async fn sync(&self, from: Date) -> Result<Outcome, Error> {
        let photos = Some(PhotoFolder::open(self.path()).unwrap());
        let extras = Extras { photos, reports: false };
        let days = Days::All { from, to: TO };
        self.company.sync_with(&self.ledger, People::Everyone, days, extras).await
    }

    /// The media ids of the records on file, each with its day.
    async fn ids(&self) -> BTreeMap<String, Date> {
        let people = self.company.users().await;
        let records = self.ledger.records(&people, FROM, TO, None).await.unwrap();
        let ids = records.iter().flat_map(|record| {
            let day = record.filing_date().unwrap();
            record.mediaids.iter().flatten().map(move |id| (id.clone(), day))
        });
        ids.collect()
    }

    async fn media(&self) -> BTreeMap<String, Media> {
        let ids: Vec<String> = self.ids().await.into_keys().collect();
        self.ledger.media(&ids, None).await.unwrap()
    }

    async fn kept(&self) -> usize {
        self.media().await.values().filter(|media| **media != Media::Gone).count()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn fault(kind: FaultKind, skip: u64, count: Option<u64>) -> Fault {
    Fault { call: Some("media/get".to_owned()), skip, count, probability: None, kind }
}

#[tokio::test]
async fn a_photo_is_kept_once_and_one_that_is_gone_is_not_asked_for_again() {
    let bench = Bench::new(vec![]).await;
    let outcome = bench.sync(FROM).await.unwrap();
    let ids = bench.ids().await;
    let fresh: BTreeSet<&String> =
        ids.iter().filter(|(_, day)| **day >= FRESH).map(|(id, _)| id).collect();
    let (kept, all) = (u64::try_from(fresh.len()).unwrap(), u64::try_from(ids.len()).unwrap());
    assert!(kept > 2 && all > kept, "{kept} of {all}");
    assert_eq!(outcome.photos, Photos { kept, gone: all - kept });
    assert_eq!(bench.company.calls("media/get"), ids.len());

    let mut hashes = BTreeSet::new();
    let folder = PhotoFolder::open(bench.path()).unwrap();
    for (id, media) in bench.media().await {
        match media {
            Media::Kept { hash, bytes, content_type } => {
                assert!(fresh.contains(&id), "{id}");
                let path = folder.path(&hash, content_type.as_deref()).unwrap();
                let content = fs::read(&path).unwrap();
                let digest: [u8; 32] = Sha256::digest(&content).into();
                let hex = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
                assert_eq!((hex, u64::try_from(content.len()).unwrap()), (hash.clone(), bytes));
                assert!(
                    path.ends_with(format!("{}/{hash}.jpg", hash.get(..2).unwrap())),
                    "{path:?}"
                );
                hashes.insert(hash);
            }
            Media::Gone => assert!(!fresh.contains(&id), "{id}"),
        }
    }
    // Photos of one day are one picture.
    assert!(hashes.len() > 1 && hashes.len() < fresh.len());
    assert_eq!(files(&bench.path()).len(), hashes.len());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let file = files(&bench.path()).remove(0);
        let modes = [&bench.path(), file.parent().unwrap(), &file].map(mode);
        assert_eq!(modes, [0o700, 0o700, 0o600]);
    }

    let again = bench.sync(FROM).await.unwrap();
    assert_eq!(again.photos, Photos::default());
    assert_eq!(bench.company.calls("media/get"), ids.len());
}

#[tokio::test]
async fn photos_of_the_last_days_are_caught_up_with() {
    let bench = Bench::new(vec![]).await;
    let days = Days::All { from: FROM, to: TO };
    bench.company.sync(&bench.ledger, People::Everyone, days).await.unwrap();
    assert_eq!(bench.company.calls("media/get"), 0, "on purpose only");
    let outcome = bench.sync(TO).await.unwrap();
    let ids = bench.ids().await;
    let fresh = ids.values().filter(|day| **day >= FRESH).count();
    assert_eq!(outcome.photos.kept, u64::try_from(fresh).unwrap());
    assert!(outcome.photos.gone < u64::try_from(ids.len() - fresh).unwrap(), "older ones are left");
}

#[tokio::test]
async fn a_photo_that_fails_is_named_and_fetched_by_the_next_sync() {
    let whole = Bench::new(vec![]).await;
    whole.sync(FRESH).await.unwrap();
    let expected = whole.media().await;
    for kind in [
        FaultKind::DropDuring,
        FaultKind::EmptyBody,
        FaultKind::Html,
        FaultKind::Errcode { errcode: 830_002, errmsg: None },
        FaultKind::HttpStatus { status: 502 },
    ] {
        // So often that trying again within the run does not help.
        let mut bench = Bench::new(vec![fault(kind.clone(), 0, Some(60))]).await;
        let outcome = bench.sync(FRESH).await.unwrap();
        let named: BTreeSet<String> = outcome.missed.iter().map(|m| m.thing.to_string()).collect();
        assert!(!named.is_empty() && named.iter().all(|n| n.starts_with("media id ")), "{kind:?}");
        assert_eq!(bench.kept().await + named.len(), bench.ids().await.len(), "{kind:?}");
        assert_eq!(files(&bench.path().join("incoming")).len(), 0, "{kind:?}");
        bench.company.act(&serde_json::json!({"do": "set_faults", "fault": []})).await;
        bench.company.reconnect();
        assert_eq!(bench.sync(FRESH).await.unwrap().missed.len(), 0, "{kind:?}");
        assert_eq!(bench.media().await, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn an_interrupted_run_keeps_what_it_kept() {
    let stop = FaultKind::Errcode { errcode: 40_001, errmsg: None };
    let mut bench = Bench::new(vec![fault(stop, 6, None)]).await;
    assert!(matches!(bench.sync(FRESH).await, Err(Error::WeCom(_))));
    let noted = bench.media().await.len();
    assert!(noted > 0, "nothing was noted before the stop");
    bench.company.act(&serde_json::json!({"do": "set_faults", "fault": []})).await;
    bench.company.reconnect();
    let before = bench.company.calls("media/get");
    bench.sync(FRESH).await.unwrap();
    let left = bench.ids().await.len() - noted;
    assert_eq!(bench.company.calls("media/get") - before, left);
}

#[tokio::test]
async fn a_closed_call_or_disk_is_said_once() {
    let closed = FaultKind::Errcode { errcode: 48_002, errmsg: None };
    let bench = Bench::new(vec![fault(closed, 0, None)]).await;
    let outcome = bench.sync(FRESH).await.unwrap();
    assert_eq!((outcome.refused.len(), outcome.missed.len()), (1, 0));

    let bench = Bench::new(vec![]).await;
    let photos = PhotoFolder::open(bench.path()).unwrap();
    fs::remove_dir(bench.path().join("incoming")).unwrap();
    fs::write(bench.path().join("incoming"), "no folder").unwrap();
    let extras = Extras { photos: Some(photos), reports: false };
    let days = Days::All { from: FRESH, to: TO };
    let outcome = bench.company.sync_with(&bench.ledger, People::Everyone, days, extras).await;
    let missed = outcome.unwrap().missed;
    assert_eq!(missed.len(), 1);
    assert!(matches!(missed[0].thing, Thing::Photo(_)));
    assert!(matches!(*missed[0].error, FetchError::File { .. }), "{missed:?}");
}
