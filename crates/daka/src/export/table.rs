//! The tables of an export, each a list of columns and a way to read its rows.

mod covered;
mod punch;
mod record;
mod rule;
mod schedule;
mod verdict_day;
mod verdict_month;

pub(crate) use covered::Covered;
pub(crate) use punch::Punches;
pub(crate) use record::Records;
pub(crate) use rule::Rules;
pub(crate) use schedule::Schedules;
pub(crate) use verdict_day::VerdictDays;
pub(crate) use verdict_month::VerdictMonths;

use daka_ledger::Result;
use wecom_checkin::UserId;

use super::Source;
use crate::{days::Days, table::Column};

/// What is written only on purpose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    /// Where and with what people punched, what they noted, and their photos.
    pub(crate) personal: bool,
    /// Rows as WeCom sent them.
    pub(crate) raw: bool,
}

/// A table.
pub(crate) trait Table {
    type Row: 'static;

    /// The name of its folder.
    const NAME: &'static str;

    /// Its columns, in order; company and month are told by the folder.
    fn columns(shown: Shown) -> Vec<Column<Self::Row>>;

    /// The rows of some people on days of one month, sorted by userid, then time.
    async fn rows(source: &mut Source, users: &[UserId], days: Days) -> Result<Vec<Self::Row>>;
}
