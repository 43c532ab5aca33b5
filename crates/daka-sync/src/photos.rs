//! The photos of records, kept on purpose: WeCom forgets them after three days.

use std::collections::BTreeSet;

use daka_ledger::{Counts, Media};
use futures::{StreamExt as _, stream};
use jiff::{ToSpan as _, civil::Date};
use wecom_checkin::{UserId, plan::Days as Span};

use crate::{
    Error, Event, FetchError, Missed, PhotoFolder, Thing, plan::Work, refusal::is_closed, run::Run,
};

const CALL: &str = "media/get";
/// Photos fetched side by side; WeCom does not like many at once (45033).
const AT_ONCE: usize = 4;
/// People whose records are in memory at once.
const PEOPLE: usize = 200;
/// Records of so many days back are looked through for photos not kept yet. Ids live for three
/// days; a day more, because nobody says from when.
const RECENT_DAYS: i64 = 4;

impl Run<'_> {
    /// Keeps the photos of records: of the days just synced, and of the last days on file.
    pub(crate) async fn photos(
        &mut self,
        folder: &PhotoFolder,
        synced: &[Work],
        people: &[UserId],
        today: Date,
    ) -> Result<(), Error> {
        let recent = Span::new(today.saturating_sub(RECENT_DAYS.days()), today);
        let recent = Work { people: people.to_vec(), spans: recent.into_iter().collect() };
        let mut ids = BTreeSet::new();
        for (people, span) in synced.iter().chain([&recent]).flat_map(Work::calls) {
            self.add_unknown(&mut ids, people, span).await?;
        }
        (self.progress)(Event::Planned { call: CALL, slices: ids.len() });
        let client = self.from.client;
        let mut fetched = stream::iter(ids)
            .map(async |id| {
                let photo = folder.fetch(client, &id).await;
                (id, photo)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((id, photo)) = fetched.next().await {
            match photo {
                Ok(kept) => {
                    self.ledger.commit_media(self.now(), &id, &kept).await?;
                    self.outcome.photos.kept += 1;
                }
                Err(FetchError::WeCom(error)) if error.is_gone() => {
                    self.ledger.commit_media(self.now(), &id, &Media::Gone).await?;
                    self.outcome.photos.gone += 1;
                }
                Err(FetchError::WeCom(error)) if error.is_auth() => return Err(error.into()),
                Err(FetchError::WeCom(error)) if is_closed(&error) => {
                    self.outcome.refused.push(error);
                    return Ok(());
                }
                Err(error) => {
                    let disk = matches!(error, FetchError::File { .. });
                    self.outcome.missed.push(Missed::new(Thing::Photo(id), error));
                    (self.progress)(Event::Done { call: CALL, counts: None });
                    if disk {
                        // The next photo would meet the same full or closed disk.
                        return Ok(());
                    }
                    continue;
                }
            }
            self.done(CALL, Counts::default()).await?;
        }
        Ok(())
    }

    /// Adds the ids in some records of which nothing is known yet.
    async fn add_unknown(
        &self,
        ids: &mut BTreeSet<String>,
        people: &[UserId],
        days: Span,
    ) -> Result<(), Error> {
        for people in people.chunks(PEOPLE) {
            let (from, to) = (days.first(), days.last());
            let records = self.ledger.records(people, from, to, None).await?;
            let named = records.iter().flat_map(|record| record.mediaids.iter().flatten());
            let named: Vec<String> = named.filter(|id| !id.is_empty()).cloned().collect();
            let known = self.ledger.media(&named, None).await?;
            ids.extend(named.into_iter().filter(|id| !known.contains_key(id)));
        }
        Ok(())
    }
}
