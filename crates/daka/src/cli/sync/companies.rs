//! `daka sync` of all companies of the settings: one after the other, shared with other workers.

use daka_ledger::{Error, Ledger};
use daka_sync::{
    Days, People, Request,
    turn::{in_turn, is_done},
};
use jiff::Timestamp;
use wecom_checkin::CorpId;

use super::{
    super::{Context, wecom::Clients},
    Args, one, request,
};
use crate::{
    failure::{Exit, Failure},
    lang::text,
    ledger,
    metrics::Metrics,
    settings::{Company, Settings},
};

/// Goes through all companies once. What fails for one does not stop the others.
///
/// What is missing or moves needs one worker only: a company that another worker has in hand, or
/// brought up to date since this round began (with `--every`, since one pause before), is left to
/// it. Days that were named are this command's own business.
pub(super) async fn round(
    context: &Context,
    args: &Args,
    asked: &Request,
    metrics: &Metrics,
) -> Result<(), Failure> {
    if matches!(asked.people, People::Named(_)) {
        return Err(Failure::usage(
            text!(
                "--users and --users-file name people of one company, and several are set",
                "--users 和 --users-file 只能指定一家企业的人，而设置中有多家企业"
            ),
            text!(
                "add --company with a name or corp id, or take everyone with --all",
                "请用 --company 指定名称或 corp id，或用 --all 取全部"
            ),
        ));
    }
    let since = match asked.days {
        Days::Moving => context.now.checked_sub(args.every.unwrap_or_default()).ok(),
        Days::All { .. } => None,
    };
    let settings = &context.settings;
    let ledger = Ledger::create_or_open(&settings.ledger).await.map_err(|e| ledger::failure(&e))?;
    let waiting = waiting(settings, &ledger, since).await.map_err(|e| ledger::failure(&e))?;
    let mut round = Round { left: settings.several.len() - waiting.len(), ..Round::default() };
    for company in waiting {
        let label = company.label();
        match turn(context, args, &ledger, company, since, metrics).await {
            Ok(Turn::Done) => round.done += 1,
            Ok(Turn::Left) => round.left += 1,
            Ok(Turn::Held) => round.held.extend(label.map(|label| label.to_string())),
            Err(failure) => round.failed.push(failure.of_company(label.as_ref())),
        }
    }
    if !round.held.is_empty() {
        context.remark(&text!(
            "left to another sync at work: {held}",
            "由正在运行的另一同步处理：{held}",
            held = round.held.join(", ")
        ));
    }
    round.end()
}

/// The companies to try, in the order in which to try them.
async fn waiting<'a>(
    settings: &'a Settings,
    ledger: &Ledger,
    since: Option<Timestamp>,
) -> daka_ledger::Result<Vec<&'a Company>> {
    let mut companies = Vec::new();
    for company in &settings.several {
        let Some(label) = company.label() else { continue };
        let last = match ledger.company(&label.corp_id).await {
            Ok(ledger) => ledger.last_run().await?,
            Err(Error::Company { .. }) => None,
            Err(error) => return Err(error),
        };
        companies.push((company, last));
    }
    Ok(in_turn(companies, since.unwrap_or(Timestamp::MAX)))
}

/// What came of a company's turn.
enum Turn {
    /// Synced.
    Done,
    /// Another worker has synced it in the meantime.
    Left,
    /// Another worker is at it.
    Held,
}

async fn turn(
    context: &Context,
    args: &Args,
    ledger: &Ledger,
    company: &Company,
    since: Option<Timestamp>,
    metrics: &Metrics,
) -> Result<Turn, Failure> {
    let failed = |e| ledger::failure(&e);
    let context = context.by_now_for(context.settings.of(company)?);
    let clients = Clients::new(&context.settings)?;
    let corp: &CorpId = clients.checkin.corp();
    let ledger = ledger::with_company(ledger, corp).await?;
    let lock = match ledger.lock_sync().await {
        Err(Error::Busy) if since.is_some() => return Ok(Turn::Held),
        lock => lock.map_err(failed)?,
    };
    if let Some(since) = since
        && is_done(ledger.last_run().await.map_err(failed)?.as_ref(), since)
    {
        lock.release().await;
        return Ok(Turn::Left);
    }
    one(&context, args, &request(&context, args)?, &clients, lock, metrics).await?;
    Ok(Turn::Done)
}

/// How a round went.
#[derive(Default)]
struct Round {
    done: usize,
    left: usize,
    held: Vec<String>,
    failed: Vec<Failure>,
}

impl Round {
    fn end(self) -> Result<(), Failure> {
        let others = self.done + self.left + self.held.len() > 0;
        let exits: Vec<Exit> = self.failed.iter().map(|failure| failure.exit).collect();
        let problems = self.failed.into_iter().flat_map(|failure| failure.problems).collect();
        match exit(others, &exits) {
            None => Ok(()),
            Some(exit) => Err(Failure { exit, problems }),
        }
    }
}

/// The exit of a round, from whether some companies were synced and from how the others failed:
/// in part, unless it is all one thing.
fn exit(some_synced: bool, failed: &[Exit]) -> Option<Exit> {
    match failed {
        [] => None,
        _ if some_synced || failed.contains(&Exit::Partial) => Some(Exit::Partial),
        failed if failed.iter().all(|exit| *exit == Exit::Usage) => Some(Exit::Usage),
        _ => Some(Exit::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_as_good_as_its_companies() {
        use Exit::{Failed, Partial, Usage};
        let cases: [(bool, &[Exit], Option<Exit>); 8] = [
            (true, &[], None),
            (false, &[], None),
            (true, &[Usage], Some(Partial)),
            (true, &[Failed, Failed], Some(Partial)),
            (false, &[Usage, Usage], Some(Usage)),
            (false, &[Usage, Failed], Some(Failed)),
            (false, &[Failed], Some(Failed)),
            (false, &[Failed, Partial], Some(Partial)),
        ];
        for (some_synced, failed, expected) in cases {
            assert_eq!(exit(some_synced, failed), expected, "{some_synced} {failed:?}");
        }
    }
}
