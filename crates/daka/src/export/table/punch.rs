//! `punch`: records of something that happened.

use daka_ledger::Result;
use wecom_checkin::UserId;

use super::{Records, Shown, Table, record::Told};
use crate::{days::Days, export::Source, table::Column};

pub(crate) struct Punches;

impl Table for Punches {
    type Row = Told;

    const NAME: &'static str = "punch";

    fn columns(shown: Shown) -> Vec<Column<Told>> {
        Records::columns(shown)
    }

    async fn rows(source: &mut Source, users: &[UserId], days: Days) -> Result<Vec<Told>> {
        let mut rows = Records::rows(source, users, days).await?;
        rows.retain(|told| !told.record.is_placeholder());
        Ok(rows)
    }
}
