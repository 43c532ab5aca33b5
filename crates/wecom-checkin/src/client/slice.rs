//! Whole jobs: slices fetched side by side, delivered in order, unknown people set aside.

use std::{
    collections::HashSet,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::{
    Client, Error, Row, UserId, UserKey,
    codes::Reaction,
    plan::{Days, PlannedSlice, UserBatch, Window},
};

/// What came of one planned slice.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// The people asked for.
    pub users: UserBatch,
    /// The days that this slice answers for.
    pub core: Days,
    /// The time asked for: the core, and its margins where the call needs them.
    pub window: Window,
    /// All rows of the window, those of the margins too, or why there are none. Never a part.
    pub rows: Result<Vec<Row<T>>, Error>,
    /// Those of the people whom WeCom does not know. The rows are everybody else's.
    pub unknown: Vec<UserId>,
}

/// Fetches planned slices. Order is the plan's; only as many slices as may be in flight are held.
/// Dropping the stream stops everything. Must be polled inside a tokio runtime.
pub(crate) fn fetch<T, I, F>(
    client: &Client,
    plan: I,
    ask: impl Fn(Client, PlannedSlice) -> F + Clone + Send + Sync + 'static,
) -> BoxStream<'static, Slice<T>>
where
    T: Send + 'static,
    I: Iterator<Item = PlannedSlice> + Send + 'static,
    F: Future<Output = Result<Vec<Row<T>>, Error>> + Send + 'static,
{
    let unknown = Arc::new(Unknown::default());
    let client = client.clone();
    let concurrency = client.0.company.concurrency;
    stream::iter(plan)
        .map(move |planned| {
            let (client, ask, unknown) = (client.clone(), ask.clone(), unknown.clone());
            Spawned::start(async move {
                let PlannedSlice { users, core, window } = planned.clone();
                let ask = |users| ask(client.clone(), PlannedSlice { users, ..planned.clone() });
                let (rows, unknown) = bisect(&users, &unknown, ask).await;
                Slice { users, core, window, rows, unknown }
            })
        })
        .buffered(concurrency)
        .boxed()
}

/// A task of its own, so that answers are decoded on all cores; it ends when this is dropped.
struct Spawned<T>(JoinHandle<T>);

impl<T: Send + 'static> Spawned<T> {
    fn start(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(future.in_current_span()))
    }
}

impl<T> Future for Spawned<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match ready!(Pin::new(&mut self.0).poll(cx)) {
            Ok(output) => Poll::Ready(output),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Only a runtime that shuts down cancels it, and then nobody waits any more.
                Err(_) => Poll::Pending,
            },
        }
    }
}

impl<T> Drop for Spawned<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// People found unknown in the course of one job: they are asked for once, not in every slice.
#[derive(Default)]
struct Unknown(Mutex<HashSet<UserKey>>);

impl Unknown {
    fn holds(&self, user: &UserId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&user.key())
    }

    fn add(&self, user: &UserId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(user.key());
    }
}

/// Asks for everybody; when somebody is unknown, halves the list until the unknown stand alone. A
/// list that is too long for WeCom is halved likewise.
async fn bisect<T, F>(
    users: &UserBatch,
    known_unknown: &Unknown,
    ask: impl Fn(UserBatch) -> F,
) -> (Result<Vec<Row<T>>, Error>, Vec<UserId>)
where
    F: Future<Output = Result<Vec<Row<T>>, Error>>,
{
    let (mut unknown, known): (Vec<UserId>, Vec<UserId>) =
        users.users().iter().cloned().partition(|user| known_unknown.holds(user));
    let mut rows = Vec::new();
    let mut parts: Vec<Part> = Part::new(known).into_iter().collect();
    while let Some(part) = parts.pop() {
        if part.holds_unknown
            && let Some((first, second)) = part.halves()
        {
            parts.extend([second, first]);
            continue;
        }
        match ask(part.users.clone()).await {
            Ok(more) => {
                rows.extend(more);
                // The list that these two halves made up was refused, and not for this half.
                if part.is_first_half {
                    parts.iter_mut().rev().take(1).for_each(|second| second.holds_unknown = true);
                }
            }
            Err(error) if error.reaction() == Some(Reaction::FewerMembers) => match part.halves() {
                Some((first, second)) => {
                    let first = Part { is_first_half: false, ..first };
                    parts.extend([second, first]);
                }
                None => return (Err(error), unknown),
            },
            Err(error) if error.is_unknown_user() => match part.halves() {
                Some((first, second)) => parts.extend([second, first]),
                None => {
                    for user in part.users.users() {
                        known_unknown.add(user);
                        unknown.push(user.clone());
                    }
                }
            },
            Err(error) => return (Err(error), unknown),
        }
    }
    unknown.sort_unstable();
    (Ok(rows), unknown)
}

/// A part of a refused list, still to be asked for.
struct Part {
    users: UserBatch,
    /// Its other half lies below it on the stack.
    is_first_half: bool,
    /// Somebody in it must be unknown.
    holds_unknown: bool,
}

impl Part {
    fn new(users: Vec<UserId>) -> Option<Self> {
        let users = UserBatch::new(users).ok()?;
        Some(Self { users, is_first_half: false, holds_unknown: false })
    }

    fn halves(&self) -> Option<(Self, Self)> {
        let users = self.users.users();
        let (first, second) = users.split_at_checked(users.len() / 2)?;
        let first = Self::new(first.to_vec())?;
        Some((Self { is_first_half: true, ..first }, Self::new(second.to_vec())?))
    }
}
