//! Records as WeCom sent them, without what tells where somebody was, unless that is asked for.

use axum::response::Response;
use serde_json::{Map, Value};
use wecom_checkin::{Record, Row};

use crate::{
    ledger,
    web::{
        page_of::{PageOf, item},
        problem::Problem,
        question::Question,
        site::Site,
    },
};

/// People whose records are read at once.
const AT_ONCE: usize = 50;
/// Fields that tell where somebody was, or show a face.
const OF_PLACE: [&str; 7] =
    ["location_title", "location_detail", "lat", "lng", "wifiname", "wifimac", "mediaids"];

pub(super) async fn list(site: &Site, question: &Question) -> Result<Response, Problem> {
    let days = question.required_days(site.today())?;
    let with_place = question.flag("place")?;
    let mut page: PageOf<(i64, u32)> = PageOf::begin(question)?;
    let people = site.users(question).await?;
    let mut left = page.of(&people);
    let failed = |e| ledger::failure(&e);
    let mut history = site.ledger.history(None).await.map_err(failed)?;
    while !left.is_empty() && !page.is_full() {
        let (now, later) = left.split_at(AT_ONCE.min(left.len()));
        let rows = history.records(now, days.first(), days.last()).await.map_err(failed)?;
        let mut before = None;
        let mut nth = 0;
        for row in &rows {
            let at = row.checkin_time.map_or(0, |time| time.0);
            // Of several records of one second, the ledger keeps the order.
            nth = if before == Some((&row.userid, at)) { nth + 1 } else { 0 };
            before = Some((&row.userid, at));
            page.look((&row.userid, (at, nth)), true, || {
                if with_place {
                    return item(&raw(row));
                }
                item(&bare(row))
            })?;
        }
        left = later;
    }
    Ok(page.end(!left.is_empty()))
}

fn raw(row: &Row<Record>) -> Option<&serde_json::value::RawValue> {
    serde_json::from_str(row.raw()).ok()
}

fn bare(row: &Row<Record>) -> Map<String, Value> {
    let mut fields: Map<String, Value> = serde_json::from_str(row.raw()).unwrap_or_default();
    without_place(&mut fields);
    fields
}

/// Takes away what tells where somebody was, or shows a face.
pub(in crate::web) fn without_place(fields: &mut Map<String, Value>) {
    for name in OF_PLACE {
        fields.remove(name);
    }
}
