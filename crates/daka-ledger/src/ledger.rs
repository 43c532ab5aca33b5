//! The door: what a caller may ask of a ledger.

use attendance::{Person, Verdict};
use jiff::{Timestamp, civil::Date};
use wecom_checkin::{
    Record, Row, Rule, UserId, approval::Approval, rule::MemberRule, schedule::Schedule,
};

use crate::{
    Contact, Counts, Error, Extent, FailedSlice, Member, Result, Run, RunEnd, RunId, Slice,
};

/// A company's ledger.
#[derive(Debug, Clone)]
pub struct Ledger {}

/// The right to sync a ledger, held by one process at a time; given back when dropped.
#[derive(Debug)]
pub struct SyncLock {}

/// Everyone's facts, batch by batch.
#[derive(Debug)]
pub struct Persons {}

impl Persons {
    /// The next people, in byte order of userid; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<Person>>> {
        Err(SOON)
    }
}

const SOON: Error = Error::Content("nothing yet");

#[expect(clippy::unused_async, reason = "signatures first")]
impl Ledger {
    /// Opens a ledger that must exist: `sqlite:PATH`.
    pub async fn open(address: &str) -> Result<Self> {
        Err(Error::Address(address.into()))
    }

    /// Opens a ledger, and makes it where there is none.
    pub async fn create_or_open(address: &str) -> Result<Self> {
        Err(Error::Address(address.into()))
    }

    /// The same database, for the company of that corp id.
    pub async fn company(&self, _corp_id: &str) -> Result<Self> {
        Err(SOON)
    }

    /// Takes the right to sync; [`Error::Busy`] when another process has it.
    pub async fn lock_sync(&self) -> Result<SyncLock> {
        Err(SOON)
    }

    /// Notes that a run begins.
    pub async fn begin_run(&self, _at: Timestamp) -> Result<RunId> {
        Err(SOON)
    }

    /// Notes how it ended.
    pub async fn end_run(&self, _run: RunId, _at: Timestamp, _end: &RunEnd) -> Result<()> {
        Err(SOON)
    }

    /// Takes in a contact list.
    pub async fn commit_people(
        &self,
        _at: Timestamp,
        _extent: Extent,
        _people: &[Contact],
    ) -> Result<Counts> {
        Err(SOON)
    }

    /// Takes in an answer of `getcheckindata`.
    pub async fn commit_records(
        &self,
        _run: RunId,
        _slice: Slice<'_>,
        _rows: &[Row<Record>],
    ) -> Result<Counts> {
        Err(SOON)
    }

    /// Takes in answers of `getcheckinoption`: one a day of the slice.
    pub async fn commit_rules(
        &self,
        _run: RunId,
        _slice: Slice<'_>,
        _days: &[(Date, Vec<Row<MemberRule>>)],
    ) -> Result<Counts> {
        Err(SOON)
    }

    /// Takes in answers of `getcheckinschedulist` for whole months.
    pub async fn commit_schedules(
        &self,
        _run: RunId,
        _slice: Slice<'_>,
        _rows: &[Row<Schedule>],
    ) -> Result<Counts> {
        Err(SOON)
    }

    /// Takes in an answer of `getcorpcheckinoption`: all rules there are.
    pub async fn commit_corp_rules(&self, _at: Timestamp, _rules: &[Row<Rule>]) -> Result<Counts> {
        Err(SOON)
    }

    /// Takes in approvals, each by its number.
    pub async fn commit_approvals(
        &self,
        _at: Timestamp,
        _approvals: &[Row<Approval>],
    ) -> Result<Counts> {
        Err(SOON)
    }

    /// Everyone the ledger has heard of, in byte order of userid.
    pub async fn people(&self, _as_of: Option<Timestamp>) -> Result<Vec<Member>> {
        Err(SOON)
    }

    /// One person's facts for judging these days, margins included.
    pub async fn person(
        &self,
        _userid: &UserId,
        _from: Date,
        _to: Date,
        _as_of: Option<Timestamp>,
    ) -> Result<Option<Person>> {
        Err(SOON)
    }

    /// The same for many, batch by batch; `None` for everyone.
    pub async fn persons(
        &self,
        _people: Option<&[UserId]>,
        _from: Date,
        _to: Date,
        _as_of: Option<Timestamp>,
    ) -> Result<Persons> {
        Err(SOON)
    }

    /// Records filed under these days as WeCom sent them, by `checkin_time`.
    pub async fn records(
        &self,
        _people: &[UserId],
        _from: Date,
        _to: Date,
        _as_of: Option<Timestamp>,
    ) -> Result<Vec<Row<Record>>> {
        Err(SOON)
    }

    /// The company's rules as `getcorpcheckinoption` last told them.
    pub async fn corp_rules(&self, _as_of: Option<Timestamp>) -> Result<Vec<Row<Rule>>> {
        Err(SOON)
    }

    /// Files verdicts, each in place of the earlier one of that person and day.
    pub async fn replace_verdicts(&self, _at: Timestamp, _verdicts: &[Verdict]) -> Result<Counts> {
        Err(SOON)
    }

    /// Filed verdicts as JSON, in the shape of `daka judge`, sorted by userid and date.
    pub async fn verdicts(
        &self,
        _people: &[UserId],
        _from: Date,
        _to: Date,
        _as_of: Option<Timestamp>,
    ) -> Result<Vec<Box<serde_json::value::RawValue>>> {
        Err(SOON)
    }

    /// The last runs, latest first.
    pub async fn runs(&self, _limit: u32) -> Result<Vec<Run>> {
        Err(SOON)
    }

    /// Slices of the last run that are still to be fetched.
    pub async fn failed(&self) -> Result<Vec<FailedSlice>> {
        Err(SOON)
    }
}
