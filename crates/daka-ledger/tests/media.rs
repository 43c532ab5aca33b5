//! Photos: what became of each id, for good.
#![allow(clippy::unwrap_used)]

mod store;

use std::collections::BTreeMap;

use daka_ledger::Media;
use store::{instant, on_every_store};

#[test]
fn what_became_of_a_photo_stands() {
    on_every_store(async |store| {
        let ledger = store.ledger().await;
        let kept = |hash: &str, content_type: Option<&str>| Media::Kept {
            hash: hash.repeat(64),
            bytes: 5,
            content_type: content_type.map(str::to_owned),
        };
        let (photo, same) = (kept("a", Some("image/jpeg")), kept("a", None));
        for (at, id, media) in [
            (1, "one", &photo),
            (2, "gone", &Media::Gone),
            (3, "two", &same),
            (4, "one", &Media::Gone),
            (4, "gone", &photo),
        ] {
            ledger.commit_media(instant(at), id, media).await.unwrap();
        }
        let ids = ["one", "two", "gone", "never"].map(str::to_owned);
        let read = async |as_of| ledger.media(&ids, as_of).await.unwrap();
        let all = [("one", photo), ("gone", Media::Gone), ("two", same)];
        for (at, known) in [(0, 0), (1, 1), (2, 2), (3, 3), (9, 3)] {
            let known: BTreeMap<String, Media> = all
                .iter()
                .take(known)
                .map(|(id, media)| ((*id).to_owned(), media.clone()))
                .collect();
            assert_eq!(read(Some(instant(at))).await, known, "as of {at}");
        }
        assert_eq!(ledger.media(&[], None).await.unwrap(), BTreeMap::new());
    });
}
