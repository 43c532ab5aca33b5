//! `record`: every row of `getcheckindata`, 未打卡 placeholders included.

use daka_ledger::Result;
use jiff::{Timestamp, civil::DateTime};
use wecom_checkin::{Record, Row, UserId, units::UnixTime};

use super::{Shown, Table};
use crate::{days::Days, export::Source, table::Column};

/// A record, and what its time is in the company's zone.
pub(crate) struct Told {
    pub(super) record: Row<Record>,
    at: Option<Timestamp>,
    local: Option<DateTime>,
}

pub(crate) struct Records;

impl Table for Records {
    type Row = Told;

    const NAME: &'static str = "record";

    /// Names are WeCom's where the value is WeCom's.
    fn columns(shown: Shown) -> Vec<Column<Told>> {
        let mut columns: Vec<Column<Told>> = vec![
            Column::text("userid", |t| Some(t.record.userid.as_str().into())),
            Column::date("filed_on", |t| t.record.filing_date()),
            Column::date("day", |t| t.local.map(DateTime::date)),
            Column::int("second_of_day", |t| t.local.map(second_of_day)),
            Column::instant("checkin_at", |t| t.at),
            Column::long("checkin_time", |t| t.record.checkin_time.map(|at| at.0)),
            Column::long("sch_checkin_time", |t| t.record.sch_checkin_time.map(|at| at.0)),
            Column::text("checkin_type", |t| {
                t.record.checkin_type.as_ref().map(|kind| kind.as_str().into())
            }),
            Column::text("exception_type", |t| {
                t.record.exception_type.as_ref().map(|e| e.as_str().into())
            }),
            Column::long("groupid", |t| t.record.groupid.map(|id| id.0)),
            Column::text("groupname", |t| text(t.record.groupname.as_ref())),
            Column::long("schedule_id", |t| t.record.schedule_id.map(|id| id.0)),
            Column::long("timeline_id", |t| t.record.timeline_id.map(|id| id.0)),
        ];
        if shown.personal {
            columns.extend(personal());
        }
        if shown.raw {
            columns.push(Column::json("raw", |t| Some(t.record.raw().into())));
        }
        columns
    }

    async fn rows(source: &mut Source, users: &[UserId], days: Days) -> Result<Vec<Told>> {
        let records = source.history.records(users, days.first(), days.last()).await?;
        let told = records.into_iter().map(|record| {
            let at = record.checkin_time.and_then(UnixTime::timestamp);
            let local = at.map(|at| source.zone.to_datetime(at));
            Told { record, at, local }
        });
        Ok(told.collect())
    }
}

/// Where and with what somebody punched, and what they added. Coordinates are millionths of a
/// degree, GCJ-02.
fn personal() -> [Column<Told>; 9] {
    [
        Column::text("location_title", |t| text(t.record.location_title.as_ref())),
        Column::text("location_detail", |t| text(t.record.location_detail.as_ref())),
        Column::text("wifiname", |t| text(t.record.wifiname.as_ref())),
        Column::text("wifimac", |t| text(t.record.wifimac.as_ref())),
        Column::text("deviceid", |t| t.record.device().map(Into::into)),
        Column::long("lat", |t| t.record.lat.map(|degrees| degrees.0)),
        Column::long("lng", |t| t.record.lng.map(|degrees| degrees.0)),
        Column::text("notes", |t| text(t.record.notes.as_ref())),
        Column::json("mediaids", |t| {
            serde_json::to_string(t.record.mediaids.as_ref()?).ok().map(Into::into)
        }),
    ]
}

fn text(field: Option<&String>) -> Option<std::borrow::Cow<'_, str>> {
    field.map(|text| text.as_str().into())
}

fn second_of_day(at: DateTime) -> i32 {
    (i32::from(at.hour()) * 60 + i32::from(at.minute())) * 60 + i32::from(at.second())
}
