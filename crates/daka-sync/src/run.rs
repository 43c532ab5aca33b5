//! The run: fetch, commit, count.

use std::collections::BTreeSet;

use attendance::Known;
use daka_ledger::{Call, Counts, FailedSlice, Ledger, RunEnd, RunId, Slice as Committed, SyncLock};
use futures::{StreamExt as _, stream::BoxStream};
use jiff::{Timestamp, civil::Date};
use tokio::sync::mpsc::{self, Receiver};
use wecom_checkin::{
    Client, Row, Slice, UserId,
    plan::{Days as Span, UserBatch},
    rule::{MemberRule, RuleKind},
};

use crate::{
    Days, Error, Event, Failure, Outcome, People, Request,
    backlog::backlog,
    plan::{self, Work},
    refusal::is_closed,
    spending::Spending,
};

const RECORDS: &str = "getcheckindata";
const RULES: &str = "getcheckinoption";
const SCHEDULES: &str = "getcheckinschedulist";
/// Slices that may wait to be committed; what is in memory at once.
const SLICES_AHEAD: usize = 4;

/// Where a sync gets its answers and its time from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The app that may read check-ins.
    pub client: &'a Client,
    /// The secret that may list people, where there is one. Best made from the other by
    /// [`Client::with_secret`]: then both keep to the company's quotas together.
    pub contacts: Option<&'a Client>,
    /// What time it is.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
}

/// Brings a ledger up to date. The ledger is that of the client's company.
///
/// What WeCom refuses or does not answer is in the outcome, slice by slice; the rest is committed.
///
/// # Errors
/// When nothing can be done at all (credentials, no connection, nobody to ask about, another sync
/// at work), and when the ledger itself fails. What was committed before is kept.
pub async fn sync(
    from: Sources<'_>,
    ledger: &Ledger,
    request: &Request,
    progress: &mut (dyn FnMut(Event) + Send),
) -> Result<Outcome, Error> {
    let lock = ledger.lock_sync().await?;
    sync_locked(from, lock, request, progress).await
}

/// The same for who has the right to sync the company, and gives it back.
///
/// # Errors
/// As [`sync`]; [`daka_ledger::Error::LockLost`] when the right is lost on the way.
pub async fn sync_locked(
    from: Sources<'_>,
    lock: SyncLock,
    request: &Request,
    progress: &mut (dyn FnMut(Event) + Send),
) -> Result<Outcome, Error> {
    let done = run(from, lock.ledger(), request, progress).await;
    lock.release().await;
    done
}

async fn run(
    from: Sources<'_>,
    ledger: &Ledger,
    request: &Request,
    progress: &mut (dyn FnMut(Event) + Send),
) -> Result<Outcome, Error> {
    let spending = Spending::take_over(from.client, ledger, (from.clock)()).await?;
    from.client.check_credentials().await?;
    let id = ledger.begin_run((from.clock)()).await?;
    let (outcome, unknown) = (Outcome::default(), BTreeSet::new());
    let without = Vec::new();
    let mut running = Run { from, ledger, id, progress, spending, outcome, unknown, without };
    let done = running.all(request).await;
    let noted = running.spending.note(from.client, ledger, id, running.now()).await;
    done.and(noted)?;
    let Run { mut outcome, unknown, without, .. } = running;
    outcome.unknown = unknown.into_iter().collect();
    let today = request.today((from.clock)());
    let missed = outcome.missed.iter().map(|missed| missed.slice(today));
    let slices = outcome.failed.iter().flat_map(|f| f.slices.clone());
    let failed = slices.chain(missed).chain(without).collect();
    let end = RunEnd { records: outcome.records, failed };
    ledger.end_run(id, (from.clock)(), &end).await?;
    Ok(outcome)
}

/// Whether a sync can do without a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needed {
    Yes,
    No,
}

pub(crate) struct Run<'a> {
    pub(crate) from: Sources<'a>,
    pub(crate) ledger: &'a Ledger,
    pub(crate) id: RunId,
    pub(crate) progress: &'a mut (dyn FnMut(Event) + Send),
    spending: Spending,
    pub(crate) outcome: Outcome,
    unknown: BTreeSet<UserId>,
    /// What the sync did without, for the ledger's memory of the run.
    pub(crate) without: Vec<FailedSlice>,
}

impl Run<'_> {
    pub(crate) fn now(&self) -> Timestamp {
        (self.from.clock)()
    }

    /// A slice is in the ledger.
    pub(crate) async fn done(&mut self, call: &'static str, counts: Counts) -> Result<(), Error> {
        (self.progress)(Event::Done { call, counts: Some(counts) });
        let now = self.now();
        if self.spending.is_due(now) {
            self.spending.note(self.from.client, self.ledger, self.id, now).await?;
        }
        Ok(())
    }

    async fn all(&mut self, request: &Request) -> Result<(), Error> {
        let people = self.people(&request.people).await?;
        self.outcome.people = people.len();
        if people.is_empty() {
            return Err(Error::Nobody);
        }
        let today = request.today(self.now());
        let first = self.ledger.first_covered().await?;
        let Some((first, last)) = plan::horizon(request.days, first, today) else {
            return Ok(());
        };
        // Who was found through the rules has read them already.
        if request.people != People::FromRules {
            self.corp_rules().await?;
        }
        // A night shift of the eve ends on the first day, and its punches belong to the eve: who
        // does not know the eve's rule would count them for the first day.
        let eve = first.yesterday().unwrap_or(first);
        let rules = self.work(Call::Rules, request, &people, (eve, last)).await?;
        let shift_workers = self.rules(&rules).await?;
        let months = self.work(Call::Schedules, request, &shift_workers, (eve, last)).await?;
        // Whole months, so that a day that lost its shift is seen.
        let months = plan::by_month(months);
        let client = self.from.client;
        let ask = |people, month| client.schedules(people, month).slices();
        self.outcome.schedules =
            self.fetch(SCHEDULES, Needed::Yes, &months, ask, Ledger::commit_schedules).await?;
        let records = self.work(Call::Records, request, &people, (first, last)).await?;
        let ask = |people, span| client.records(people, span).slices();
        self.outcome.records =
            self.fetch(RECORDS, Needed::Yes, &records, ask, Ledger::commit_records).await?;
        if let Some(folder) = &request.extras.photos {
            self.photos(folder, &records, &people, today).await?;
        }
        if request.extras.reports {
            self.reports(request, &people, (first, last), today).await?;
        }
        self.approvals(request, &people, (eve, last), today).await
    }

    pub(crate) async fn work(
        &self,
        call: Call,
        request: &Request,
        people: &[UserId],
        days: (Date, Date),
    ) -> Result<Vec<Work>, Error> {
        let known = self.known(call, request, people, days).await?;
        let settling = request.settling(self.now());
        let mut work = plan::work(request.days, days, &settling, people, &known);
        if request.days == Days::Moving {
            work.extend(backlog(self.ledger, call, people, days.0).await?);
        }
        Ok(work)
    }

    /// What is known of these days; nothing when they are to be fetched whatever is known.
    pub(crate) async fn known(
        &self,
        call: Call,
        request: &Request,
        people: &[UserId],
        (first, last): (Date, Date),
    ) -> Result<Vec<Vec<Known>>, Error> {
        Ok(match request.days {
            Days::All { .. } => Vec::new(),
            Days::Moving => self.ledger.known(call, people, first, last, None).await?,
        })
    }

    /// The company's own list of rules, which only some secrets may read.
    async fn corp_rules(&mut self) -> Result<(), Error> {
        match self.from.client.get_corp_checkin_option().await {
            Ok(rules) => {
                let at = self.now();
                self.outcome.corp_rules = self.ledger.commit_corp_rules(at, &rules).await?;
            }
            Err(error) => self.outcome.refused.push(error),
        }
        Ok(())
    }

    /// Rules day by day. Answers who works by shifts.
    async fn rules(&mut self, work: &[Work]) -> Result<Vec<UserId>, Error> {
        let calls = work.iter().map(|w| batches(w) * days(w)).sum();
        (self.progress)(Event::Planned { call: RULES, slices: calls });
        let mut shift_workers = BTreeSet::new();
        for Work { people, spans } in work {
            let dates: Vec<Date> = spans.iter().flat_map(|span| span.iter()).collect();
            let asked_at = self.now();
            let mut answers = ahead(self.from.client.rules(people.iter().cloned(), dates).slices());
            let mut batch: Option<RuleBatch> = None;
            while let Some(answer) = answers.recv().await {
                self.unknown.extend(answer.unknown.iter().cloned());
                if let Some(done) = batch.take_if(|batch| batch.users != answer.users) {
                    self.commit_rules(done, asked_at, &mut shift_workers).await?;
                }
                let batch = batch.get_or_insert_with(|| RuleBatch::new(answer.users.clone()));
                batch.unknown.extend(answer.unknown);
                match answer.rows {
                    Ok(rows) => batch.days.push((answer.core.first(), rows)),
                    Err(error) => self.fail(RULES, &answer.users, answer.core, error),
                }
            }
            if let Some(done) = batch {
                self.commit_rules(done, asked_at, &mut shift_workers).await?;
            }
        }
        shift_workers.retain(|user| !self.unknown.contains(user));
        Ok(shift_workers.into_iter().collect())
    }

    async fn commit_rules(
        &mut self,
        batch: RuleBatch,
        asked_at: Timestamp,
        shift_workers: &mut BTreeSet<UserId>,
    ) -> Result<(), Error> {
        let people = without(&batch.users, &batch.unknown);
        if people.is_empty() {
            for _ in &batch.days {
                self.done(RULES, Counts::default()).await?;
            }
            return Ok(());
        }
        if let Some((_, rows)) = batch.days.last() {
            let named: BTreeSet<_> =
                rows.iter().filter(|r| has_rule(r)).filter_map(|r| r.userid.as_ref()).collect();
            let named: BTreeSet<_> = named.into_iter().map(UserId::key).collect();
            let nameless = people.iter().filter(|user| !named.contains(&user.key()));
            self.outcome.without_rule.extend(nameless.cloned());
        }
        for row in batch.days.iter().flat_map(|(_, rows)| rows) {
            if row.group.as_ref().and_then(|rule| rule.grouptype) == Some(RuleKind::Shift) {
                shift_workers.extend(row.userid.clone());
            }
        }
        for stretch in batch.days.chunk_by(|(a, _), (b, _)| a.tomorrow().is_ok_and(|a| a == *b)) {
            let ([(from, _), ..], [.., (to, _)]) = (stretch, stretch) else { continue };
            let slice = Committed {
                people: &people,
                from: *from,
                to: *to,
                asked_at,
                fetched_at: self.now(),
            };
            let counts = self.ledger.commit_rules(self.id, slice, stretch).await?;
            self.outcome.rules += counts;
            for nth in 0..stretch.len() {
                let counts = if nth == 0 { counts } else { Counts::default() };
                self.done(RULES, counts).await?;
            }
        }
        Ok(())
    }

    /// Fetches slices and commits each as its answer comes; says what changed. `needed` says whether
    /// a call that is closed to this secret is a failure, slice by slice, or one to do without.
    pub(crate) async fn fetch<T: Send + 'static>(
        &mut self,
        call: &'static str,
        needed: Needed,
        work: &[Work],
        ask: impl Fn(Vec<UserId>, Span) -> BoxStream<'static, Slice<T>>,
        commit: impl AsyncFn(
            &Ledger,
            RunId,
            Committed<'_>,
            &[Row<T>],
        ) -> Result<Counts, daka_ledger::Error>,
    ) -> Result<Counts, Error> {
        let slices = work.iter().map(|w| batches(w) * w.spans.len()).sum();
        (self.progress)(Event::Planned { call, slices });
        let mut all = Counts::default();
        for (people, span) in work.iter().flat_map(Work::calls) {
            let asked_at = self.now();
            let mut answers = ahead(ask(people.to_vec(), span));
            while let Some(answer) = answers.recv().await {
                let closed = answer.rows.as_ref().err().filter(|error| is_closed(error));
                if let (Needed::No, Some(refused)) = (needed, closed) {
                    self.outcome.refused.push(refused.clone());
                    return Ok(all);
                }
                let Some((people, rows)) = self.answered(call, &answer) else { continue };
                let slice = self.slice(&people, answer.core, asked_at);
                let counts = commit(self.ledger, self.id, slice, rows).await?;
                all += counts;
                self.done(call, counts).await?;
            }
        }
        Ok(all)
    }

    /// The people and rows of an answer; `None`, and noted, when it failed.
    fn answered<'b, T>(
        &mut self,
        call: &'static str,
        answer: &'b Slice<T>,
    ) -> Option<(Vec<UserId>, &'b [Row<T>])> {
        self.unknown.extend(answer.unknown.iter().cloned());
        match &answer.rows {
            Ok(rows) => Some((without(&answer.users, &answer.unknown), rows)),
            Err(error) => {
                self.fail(call, &answer.users, answer.core, error.clone());
                None
            }
        }
    }

    /// Those whom no call has called unknown so far.
    pub(crate) fn known_people(&self, people: &[UserId]) -> Vec<UserId> {
        people.iter().filter(|user| !self.unknown.contains(*user)).cloned().collect()
    }

    pub(crate) fn slice<'b>(
        &self,
        people: &'b [UserId],
        core: Span,
        asked_at: Timestamp,
    ) -> Committed<'b> {
        let (from, to) = (core.first(), core.last());
        Committed { people, from, to, asked_at, fetched_at: self.now() }
    }

    pub(crate) fn fail(
        &mut self,
        call: &'static str,
        users: &UserBatch,
        core: Span,
        error: wecom_checkin::Error,
    ) {
        let reason = error.to_string();
        let slice = FailedSlice {
            call: call.to_owned(),
            users: users.users().to_vec(),
            from: core.first(),
            to: core.last(),
            reason: reason.clone(),
        };
        let failed = &mut self.outcome.failed;
        match failed.iter_mut().find(|failure| failure.error.to_string() == reason) {
            Some(failure) => failure.slices.push(slice),
            None => failed.push(Failure { error, slices: vec![slice] }),
        }
        (self.progress)(Event::Done { call, counts: None });
    }
}

/// Fetches on while slices are committed. Stops when the receiver is dropped.
fn ahead<T: Send + 'static>(mut answers: BoxStream<'static, Slice<T>>) -> Receiver<Slice<T>> {
    let (sender, receiver) = mpsc::channel(SLICES_AHEAD);
    tokio::spawn(async move {
        while let Some(answer) = answers.next().await {
            if sender.send(answer).await.is_err() {
                break;
            }
        }
    });
    receiver
}

/// The rules of one batch of people, day by day, until the batch is whole.
struct RuleBatch {
    users: UserBatch,
    unknown: Vec<UserId>,
    days: Vec<(Date, Vec<Row<MemberRule>>)>,
}

impl RuleBatch {
    fn new(users: UserBatch) -> Self {
        Self { users, unknown: Vec::new(), days: Vec::new() }
    }
}

fn has_rule(row: &Row<MemberRule>) -> bool {
    row.group.as_ref().is_some_and(|rule| rule.groupid.is_some() || rule.grouptype.is_some())
}

fn without(users: &UserBatch, unknown: &[UserId]) -> Vec<UserId> {
    users.users().iter().filter(|user| !unknown.contains(user)).cloned().collect()
}

fn batches(work: &Work) -> usize {
    work.people.len().div_ceil(UserBatch::MAX)
}

fn days(work: &Work) -> usize {
    work.spans.iter().map(|span| usize::try_from(span.count()).unwrap_or_default()).sum()
}
