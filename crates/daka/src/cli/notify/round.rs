//! One round of telling a receiver.

use std::{
    cell::Cell,
    collections::{BTreeMap, HashMap, HashSet},
    future::ready,
};

use attendance::verdict::Finding;
use daka_ledger::{Ledger, Progress, Telling, Untold};
use futures::{StreamExt as _, stream};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use wecom_checkin::UserId;

use super::{super::Context, found::Found, receiver::Told};
use crate::{
    days::from_to,
    failure::{Failure, Problem},
    lang::text,
    ledger,
    notify::{Delivery, Item, Message, Share, deliver},
};

/// Messages to people that are under way at once.
const AT_ONCE: usize = 8;

/// What a round of telling works with.
pub(super) struct Round<'a> {
    pub(super) context: &'a Context,
    pub(super) ledger: &'a Ledger,
    pub(super) found: &'a Found,
    pub(super) is_dry: bool,
}

/// What became of it.
#[derive(Default)]
pub(super) struct End {
    pub(super) rows: Vec<Row>,
    pub(super) problems: Vec<Problem>,
}

/// A line of the answer: a message, or what was held back.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    receiver: String,
    recipient: String,
    outcome: Outcome,
    people: usize,
    findings: usize,
    text: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Told,
    WouldTell,
    /// Quiet hours.
    Held,
    /// Another run has claimed it.
    Elsewhere,
    Failed,
}

impl End {
    /// Whether anything of it went as it should.
    pub(super) fn did_something(&self) -> bool {
        let is_told = |row: &Row| matches!(row.outcome, Outcome::Told);
        self.problems.is_empty() || self.rows.iter().any(is_told)
    }
}

impl Row {
    pub(super) const COLUMNS: [&'static str; 6] =
        ["receiver", "recipient", "outcome", "people", "findings", "text"];

    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn cells(&self) -> Vec<String> {
        let outcome = serde_json::to_value(self.outcome).unwrap_or_default();
        vec![
            self.receiver.clone(),
            self.recipient.clone(),
            outcome.as_str().unwrap_or_default().to_owned(),
            self.people.to_string(),
            self.findings.to_string(),
            self.text.clone(),
        ]
    }
}

impl Round<'_> {
    /// Tells a receiver all that it has not heard.
    pub(super) async fn tell(&self, told: &Told<'_>) -> Result<End, Failure> {
        let standing = self.standing(told);
        let items = if self.is_dry {
            self.would_tell(standing).await?
        } else {
            self.to_tell(told, standing).await?
        };
        let mut of: BTreeMap<String, Vec<Share>> = BTreeMap::new();
        let mut people: BTreeMap<(String, UserId), Vec<Item>> = BTreeMap::new();
        for item in items {
            let whose = (item.telling.recipient.clone(), item.telling.userid.clone());
            people.entry(whose).or_default().push(item);
        }
        for ((recipient, userid), items) in people {
            of.entry(recipient)
                .or_default()
                .push(Share { who: self.found.names.of(&userid), items });
        }
        let quiet = told.receiver.quiet.filter(|quiet| quiet.covers(&self.context.zoned_now()));
        if let (Some(quiet), false) = (quiet, self.is_dry || of.is_empty()) {
            let name = &told.receiver.name;
            self.context.remark(&text!(
                "{name} is told nothing before {end}; the next run after that tells it",
                "{name} 在 {end} 之前不接收通知；之后的下一次运行会发送",
                end = quiet.end()
            ));
            let held = of.into_iter().map(|(recipient, shares)| {
                row(told, &recipient, Outcome::Held, &shares, String::new())
            });
            return Ok(End { rows: held.collect(), problems: Vec::new() });
        }
        let parts = of.into_iter().flat_map(|(recipient, shares)| {
            let parts = told.wording.parts(shares).into_iter();
            parts.map(move |part| (recipient.clone(), part))
        });
        self.send(told, parts.collect()).await
    }

    async fn send(
        &self,
        told: &Told<'_>,
        parts: Vec<(String, Vec<Share>)>,
    ) -> Result<End, Failure> {
        let mut end = End::default();
        let Some(sender) = &told.sender else {
            for (recipient, shares) in parts {
                let message = told.wording.message(&recipient, shares);
                let shares = &message.shares;
                end.rows.push(row(told, &recipient, Outcome::WouldTell, shares, message.text));
            }
            return Ok(end);
        };
        let at_once = if sender.is_personal() { AT_ONCE } else { 1 };
        let clock = || self.context.clock();
        // What is under way is seen through to its end: a message that was sent must be confirmed.
        let is_hopeless = Cell::new(false);
        let hopeless = &is_hopeless;
        let mut under_way = stream::iter(parts)
            .take_while(|_| ready(!hopeless.get()))
            .map(|(recipient, shares)| async move {
                let (people, findings) = counts(&shares);
                let sending = async |message: &Message| sender.send(message, clock).await;
                let done =
                    deliver(self.ledger, clock, &told.wording, &recipient, shares, sending).await;
                (recipient, people, findings, done)
            })
            .buffer_unordered(at_once);
        while let Some((recipient, people, findings, done)) = under_way.next().await {
            match done.map_err(|e| ledger::failure(&e))? {
                Delivery::Told(message) => {
                    end.rows.push(row(
                        told,
                        &recipient,
                        Outcome::Told,
                        &message.shares,
                        message.text,
                    ));
                }
                Delivery::Elsewhere => end.rows.push(Row {
                    receiver: told.receiver.name.clone(),
                    recipient,
                    outcome: Outcome::Elsewhere,
                    people,
                    findings,
                    text: String::new(),
                }),
                Delivery::Failed(message, no) => {
                    end.problems.push(problem(told, *no.problem, &message.shares)?);
                    end.rows.push(row(
                        told,
                        &recipient,
                        Outcome::Failed,
                        &message.shares,
                        String::new(),
                    ));
                    is_hopeless.set(is_hopeless.get() || no.is_of_all);
                }
            }
        }
        Ok(end)
    }

    /// What a receiver should know of what was found.
    fn standing(&self, told: &Told<'_>) -> HashMap<Telling, Finding> {
        let mut standing = HashMap::new();
        for (userid, date, findings) in &self.found.abnormal {
            if !self.found.concerns(told.receiver, userid) {
                continue;
            }
            for finding in findings.iter().filter(|one| told.receiver.findings.contains(&one.kind))
            {
                standing.insert(telling(told, userid, *date, finding), *finding);
            }
        }
        standing
    }

    /// Notes what stands, forgets what no longer does, and hands back what nobody has told.
    async fn to_tell(
        &self,
        told: &Told<'_>,
        standing: HashMap<Telling, Finding>,
    ) -> Result<Vec<Item>, Failure> {
        let failed = |e| ledger::failure(&e);
        let mut noted: Vec<Telling> = standing.keys().cloned().collect();
        noted.sort_unstable();
        let now = self.context.clock();
        self.ledger.note_tellings(now, &noted).await.map_err(failed)?;
        let untold = self.ledger.untold(&told.receiver.name).await.map_err(failed)?;
        let (mut items, mut gone) = (Vec::new(), Vec::new());
        for untold in untold {
            match standing.get(&untold.telling) {
                Some(finding) => items.push(item(&untold, *finding)),
                None if self.found.is_settled(&untold.telling.userid, untold.telling.date) => {
                    gone.push(untold);
                }
                None => {}
            }
        }
        self.ledger.drop_tellings(now, &gone).await.map_err(failed)?;
        Ok(items)
    }

    /// The same without a trace.
    async fn would_tell(&self, standing: HashMap<Telling, Finding>) -> Result<Vec<Item>, Failure> {
        let dates = || standing.keys().map(|telling| telling.date);
        let (Some(first), Some(last)) = (dates().min(), dates().max()) else {
            return Ok(Vec::new());
        };
        let now: Timestamp = self.context.clock();
        let noted =
            self.ledger.tellings(first, last, now).await.map_err(|e| ledger::failure(&e))?;
        let is_told = |progress| matches!(progress, Progress::Told { .. });
        let heard: HashSet<Telling> =
            noted.into_iter().filter(|one| is_told(one.progress)).map(|one| one.telling).collect();
        let of_any_amount = |one: &Telling| Telling { amount: 0, ..one.clone() };
        let heard_of: HashSet<Telling> = heard.iter().map(of_any_amount).collect();
        let corrects = |one: &Telling| heard_of.contains(&of_any_amount(one));
        let items = standing.into_iter().filter(|(telling, _)| !heard.contains(telling)).map(
            |(telling, finding)| Item {
                corrects: corrects(&telling),
                telling,
                finding,
                untold: None,
            },
        );
        let mut items: Vec<Item> = items.collect();
        items.sort_unstable_by(|a, b| a.telling.cmp(&b.telling));
        Ok(items)
    }
}

fn item(untold: &Untold, finding: Finding) -> Item {
    let telling = untold.telling.clone();
    Item { telling, finding, corrects: untold.corrects, untold: Some(untold.clone()) }
}

fn telling(told: &Told<'_>, userid: &UserId, date: Date, finding: &Finding) -> Telling {
    Telling {
        receiver: told.receiver.name.clone(),
        recipient: told.recipient(userid.as_str()),
        userid: userid.clone(),
        date,
        kind: finding.kind,
        // What is said is whole minutes: another second is no news.
        amount: finding.duration_sec.map_or(finding.count.into(), |sec| sec / 60 * 60),
    }
}

fn counts(shares: &[Share]) -> (usize, usize) {
    (shares.len(), shares.iter().map(|share| share.items.len()).sum())
}

fn row(told: &Told<'_>, recipient: &str, outcome: Outcome, shares: &[Share], text: String) -> Row {
    let (people, findings) = counts(shares);
    let (receiver, recipient) = (told.receiver.name.clone(), recipient.to_owned());
    Row { receiver, recipient, outcome, people, findings, text }
}

/// The problem with the receiver's name, and of whom it was not told.
fn problem(told: &Told<'_>, problem: Problem, shares: &[Share]) -> Result<Problem, Failure> {
    let (name, why) = (&told.receiver.name, &problem.errmsg);
    let errmsg = text!([why], "{name}: {why}", "{name}：{why}");
    let items = || shares.iter().flat_map(|share| &share.items).map(|item| &item.telling);
    let mut users: Vec<UserId> = items().map(|telling| telling.userid.clone()).collect();
    users.dedup();
    let problem = Problem { errmsg, ..problem };
    let dates = || items().map(|telling| telling.date);
    match (dates().min(), dates().max()) {
        (Some(first), Some(last)) => Ok(problem.undone(&users, from_to(first, last)?)),
        _ => Ok(problem),
    }
}
