//! `daka doctor`: what is wrong, what to do about it, and where.

mod calls;
mod finding;
mod ledger;
mod reach;
mod setup;

use std::time::Duration;

use finding::{Finding, Level};
use wecom_checkin::RetryPolicy;

use super::{Context, wecom::Clients};
use crate::{
    failure::{Exit, Failure},
    lang::text,
    output::OutputArgs,
};

/// Check settings, network, credentials, permissions and ledger, and say what to mend
///
/// Reads only: nothing is changed at WeCom's or in the ledger. Each finding is ok, warn or fail and
/// comes with what to do about it and where in the admin console (管理后台). Exit status 0 when
/// nothing failed, 1 when something did, 2 when settings are missing without which WeCom cannot be
/// asked.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka doctor
  daka doctor --format json | jq '.[] | select(.level != \"ok\")'
  daka doctor --everyone        look everyone of the contact list up, not the first thousand")]
pub(super) struct Args {
    /// Look up everyone whom the contact secret lists, not the first thousand
    #[arg(long)]
    everyone: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// A wrong secret is asked about once, a busy server twice, a used-up quota is not waited out.
const IMPATIENT: RetryPolicy = RetryPolicy {
    tries: 2,
    quota_waits: 0,
    first_pause: Duration::from_millis(500),
    longest_pause: Duration::from_secs(1),
};

/// Checks everything that can be checked and prints what was found.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let mut findings = setup::check(&context.settings);
    let clients = Clients::with_retry(&context.settings, IMPATIENT);
    let unset = match &clients {
        Ok(clients) => {
            wecom(context, clients, args.everyone, &mut findings).await;
            None
        }
        Err(failure) => failure.problems.first().cloned(),
    };
    findings.extend(ledger::check(context).await);

    let lang = context.settings.lang;
    let mut output = args.output.open(&["level", "check", "finding", "advice"])?;
    for finding in &findings {
        output.row(|| finding.to_json(lang), || finding.cells(lang))?;
    }
    output.finish()?;
    if let Some(problem) = unset {
        return Err(Failure { exit: Exit::Usage, problems: vec![problem] });
    }
    match findings.iter().filter(|finding| finding.level == Level::Fail).count() {
        0 => Ok(()),
        failed => Err(Failure::one(
            Exit::Failed,
            "doctor",
            text!("checks failed: {failed}", "未通过的检查：{failed}"),
            text!(
                "do what the advice says, then run `daka doctor` again",
                "请按建议处理，然后再次运行 `daka doctor`"
            ),
        )),
    }
}

/// Asks WeCom, step by step: what needs a step that failed is not tried.
async fn wecom(context: &Context, clients: &Clients, everyone: bool, findings: &mut Vec<Finding>) {
    let (reached, found) = reach::connection(&clients.checkin).await;
    findings.extend(found);
    if !reached {
        return;
    }
    let checkin = reach::token("token", &clients.checkin).await;
    let contact = match &clients.contact {
        Some(contact) => Some(reach::token("contact token", contact).await),
        None => None,
    };
    let has_token = |finding: &Finding| finding.level == Level::Ok;
    let can_read = has_token(&checkin);
    let can_list = contact.as_ref().is_some_and(has_token);
    findings.push(checkin);
    findings.extend(contact);

    let listed = match clients.contact.as_ref().filter(|_| can_list) {
        Some(contact) => match contact.user_ids().await {
            Ok(people) => people,
            Err(error) => {
                findings.push(calls::no_list(&error));
                Vec::new()
            }
        },
        None => Vec::new(),
    };
    if can_read {
        let rights = calls::rights(&clients.checkin, listed.first(), context.clock()).await;
        let reads_records = rights.may("getcheckindata");
        findings.extend(rights.findings);
        if reads_records && !listed.is_empty() {
            findings.push(calls::range(context, &clients.checkin, listed, everyone).await);
        }
    }
}
