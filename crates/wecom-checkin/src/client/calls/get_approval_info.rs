//! `oa/getapprovalinfo` (document 96509): the numbers of approvals.

use std::collections::{HashSet, VecDeque};

use futures::{
    FutureExt as _, Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, Row, UserId,
    approval::Approval,
    calls::{self, get_approval_detail::GetApprovalDetail},
    plan::{Days, OutsideLimit},
    tolerant,
    units::UnixTime,
};

/// The most days of one request.
const MAX_DAYS: i64 = calls::GETAPPROVALINFO.max_days();

/// Too much lies in the span: ask for shorter ones.
const TOO_MUCH: i64 = 301_112;
/// A span of fewer seconds is not divided any more.
const SHORTEST_SEC: i64 = 60;

/// What to ask `getapprovalinfo` for: approvals by the time they were handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetApprovalInfo {
    /// From when, Unix seconds; a string, as the official page has it.
    starttime: String,
    /// Until when.
    endtime: String,
    /// Where to go on; empty for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    new_cursor: Option<String>,
    /// The same for a server that names no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<i64>,
    /// Numbers a page, up to 100.
    size: u32,
    /// All of these hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    filters: Vec<ApprovalFilter>,
}

impl GetApprovalInfo {
    /// The first page of what was handed in on these days.
    ///
    /// # Errors
    /// When there are more than 31 days.
    pub fn new(days: Days, filters: Vec<ApprovalFilter>) -> Result<Self, OutsideLimit> {
        if days.count() > MAX_DAYS {
            let given = days.count();
            return Err(OutsideLimit(format!("a call takes {MAX_DAYS} days, {given} were given")));
        }
        let [start, end] = [days.first(), days.last()].map(UnixTime::beijing_midnight);
        Ok(Self {
            starttime: start.0.to_string(),
            endtime: (end.0 + 86_399).to_string(),
            new_cursor: Some(String::new()),
            cursor: None,
            size: calls::GETAPPROVALINFO.max_page(),
            filters,
        })
    }

    /// The page at a cursor.
    #[must_use]
    pub fn at(self, cursor: Cursor) -> Self {
        match cursor {
            Cursor::Text(text) => Self { new_cursor: Some(text), cursor: None, ..self },
            Cursor::Number(number) => Self { new_cursor: None, cursor: Some(number), ..self },
        }
    }

    fn stands_at(&self, cursor: &Cursor) -> bool {
        match cursor {
            Cursor::Text(text) => self.new_cursor.as_ref() == Some(text),
            Cursor::Number(number) => self.cursor == Some(*number),
        }
    }

    /// The same in two requests, later times first; `None` when the times are too close.
    fn halves(&self) -> Option<[Self; 2]> {
        let (start, end): (i64, i64) = (self.starttime.parse().ok()?, self.endtime.parse().ok()?);
        let middle = start.midpoint(end);
        let part = |start: i64, end: i64| Self {
            starttime: start.to_string(),
            endtime: end.to_string(),
            ..self.clone().at(Cursor::Text(String::new()))
        };
        (end - start >= SHORTEST_SEC).then(|| [part(middle + 1, end), part(start, middle)])
    }
}

/// Where the next page begins: `new_next_cursor`, or the number `next_cursor` of servers that know
/// only the older pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// `new_next_cursor`.
    Text(String),
    /// `next_cursor`.
    Number(i64),
}

/// A condition on approvals. Values are strings even where they are numbers: a number draws
/// "wrong json format".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalFilter {
    /// `template_id`, `creator`, `department`, `sp_status` or `record_type`.
    pub key: String,
    /// The value.
    pub value: String,
}

impl ApprovalFilter {
    /// Approvals of one kind: 1 leave, 2 correction, 3 trip, 4 outing, 5 overtime, 6 shift swap.
    pub fn record_type(kind: u8) -> Self {
        Self { key: "record_type".to_owned(), value: kind.to_string() }
    }

    /// Approvals that this member handed in.
    pub fn creator(userid: &UserId) -> Self {
        Self { key: "creator".to_owned(), value: userid.to_string() }
    }

    /// Approvals in one state.
    pub fn status(status: crate::approval::ApprovalStatus) -> Self {
        Self { key: "sp_status".to_owned(), value: status.number().to_string() }
    }
}

/// One page of numbers.
#[derive(Debug, Clone)]
pub struct ApprovalPage {
    /// The numbers.
    pub sp_no_list: Vec<String>,
    /// Where to go on; `None` on the last page. A page may be short and yet not the last.
    pub next_cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default, deserialize_with = "tolerant::field")]
    sp_no_list: Option<Vec<String>>,
    #[serde(default, deserialize_with = "tolerant::field")]
    new_next_cursor: Option<String>,
    #[serde(default, deserialize_with = "tolerant::field")]
    next_cursor: Option<i64>,
}

impl Client {
    /// One page of `oa/getapprovalinfo`.
    pub async fn get_approval_info(
        &self,
        request: &GetApprovalInfo,
    ) -> Result<ApprovalPage, Error> {
        let call = &calls::GETAPPROVALINFO;
        let page: Page = self.call_whole(call, request).await?;
        let missing = || Error::unexpected(call.name, "it has no \"sp_no_list\"");
        let newer = page.new_next_cursor.filter(|cursor| !cursor.is_empty());
        let older = page.next_cursor.filter(|cursor| *cursor > 0);
        let next_cursor = newer.map(Cursor::Text).or(older.map(Cursor::Number));
        if next_cursor.as_ref().is_some_and(|cursor| request.stands_at(cursor)) {
            return Err(Error::unexpected(call.name, "its cursor is the one just asked for"));
        }
        Ok(ApprovalPage { sp_no_list: page.sp_no_list.ok_or_else(missing)?, next_cursor })
    }

    /// Every approval handed in on these days, in full, each once. An approval that bears on a day
    /// is often handed in earlier or later: ask for more days than you judge.
    ///
    /// After an error in the listing the stream ends; an error of one approval stands in its place.
    pub fn approvals(
        &self,
        days: Days,
        filters: &[ApprovalFilter],
    ) -> BoxStream<'static, Result<Row<Approval>, Error>> {
        self.approval_details(self.approval_numbers(days, filters))
    }

    /// The approvals of these numbers, in full and in their order; an error stands in its place.
    pub fn approval_details(
        &self,
        numbers: impl Stream<Item = Result<String, Error>> + Send + 'static,
    ) -> BoxStream<'static, Result<Row<Approval>, Error>> {
        let client = self.clone();
        let concurrency = client.0.company.concurrency;
        numbers
            .map(move |number| {
                let client = client.clone();
                async move { client.get_approval_detail(&GetApprovalDetail { sp_no: number? }).await }
                    .boxed()
            })
            .buffered(concurrency)
            .boxed()
    }

    /// The number of every approval handed in on these days, each once. Where WeCom says that too
    /// much lies in a span (301112), shorter ones are asked for.
    pub fn approval_numbers(
        &self,
        days: Days,
        filters: &[ApprovalFilter],
    ) -> BoxStream<'static, Result<String, Error>> {
        let requests = days
            .split(MAX_DAYS)
            .filter_map(|run| GetApprovalInfo::new(run, filters.to_vec()).ok())
            .collect();
        let listing = Listing { client: self.clone(), requests, page: VecDeque::new() };
        let mut seen = HashSet::new();
        stream::unfold(listing, |mut listing| async {
            let number = listing.next().await?;
            Some((number, listing))
        })
        .filter(move |number| {
            let is_new = number.as_ref().map_or(true, |number| seen.insert(number.clone()));
            std::future::ready(is_new)
        })
        .boxed()
    }
}

/// A walk over pages.
struct Listing {
    client: Client,
    requests: VecDeque<GetApprovalInfo>,
    page: VecDeque<String>,
}

impl Listing {
    async fn next(&mut self) -> Option<Result<String, Error>> {
        loop {
            if let Some(number) = self.page.pop_front() {
                return Some(Ok(number));
            }
            let request = self.requests.pop_front()?;
            match self.client.get_approval_info(&request).await {
                Ok(page) => {
                    self.page = page.sp_no_list.into();
                    if let Some(cursor) = page.next_cursor {
                        self.requests.push_front(request.at(cursor));
                    }
                }
                Err(error) => {
                    if error.errcode() == Some(TOO_MUCH)
                        && let Some(halves) = request.halves()
                    {
                        for half in halves {
                            self.requests.push_front(half);
                        }
                        continue;
                    }
                    self.requests.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}
