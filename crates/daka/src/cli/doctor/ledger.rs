//! The ledger: whether it opens, whether it is whole, how fresh it is.

use daka_ledger::{Error, Ledger, Run};
use jiff::{SignedDuration, Timestamp};

use super::{super::Context, finding::Finding};
use crate::ledger;

const CHECK: &str = "ledger";
const WALLS: &str = "walls between companies";
const LAST_SYNC: &str = "last sync";

/// Opens the ledger, which checks it, and looks at the last run. Nothing is written.
pub(super) async fn check(context: &Context) -> Vec<Finding> {
    let settings = &context.settings;
    // What follows another scheme may hold a password.
    let shown = match settings.ledger.strip_prefix("sqlite:") {
        Some(_) => settings.ledger.as_str(),
        None => "the database",
    };
    if let Err(error @ Error::Missing(_)) = Ledger::open(&settings.ledger).await {
        let advice = "check --ledger and the folder you are in, or make one with `daka sync`";
        return vec![Finding::warn(CHECK, error.to_string(), advice)];
    }
    let ledger = match ledger::open(settings).await {
        Ok(ledger) => ledger,
        Err(failure) => return failure.problems.into_iter().map(broken).collect(),
    };
    let runs = ledger.runs(1).await;
    let walls = walls(&ledger).await;
    ledger.close().await;
    let opened = Finding::ok(CHECK, format!("{shown} opens and is whole"));
    let fresh = match runs {
        Ok(runs) => match runs.first() {
            Some(run) => last_sync(run, context.clock()),
            None => Finding::warn(LAST_SYNC, "there was none yet", "run `daka sync`"),
        },
        Err(error) => {
            broken(ledger::failure(&error).problems.into_iter().next().unwrap_or_default())
        }
    };
    [opened].into_iter().chain(walls).chain([fresh]).collect()
}

/// Whether the server keeps companies apart for this role.
async fn walls(ledger: &Ledger) -> Option<Finding> {
    let role = match ledger.role().await {
        Ok(role) => role?,
        Err(error) => return ledger::failure(&error).problems.into_iter().next().map(broken),
    };
    let name = role.name;
    Some(if role.above_walls {
        Finding::warn(
            WALLS,
            format!("the role {name} sees every company, whichever is chosen: it is a superuser"),
            "make one that is not (CREATE ROLE … LOGIN), let it own the database and be named in \
             --ledger",
        )
    } else {
        Finding::ok(WALLS, format!("the role {name} sees the company that is chosen, and no other"))
    })
}

fn broken(problem: crate::failure::Problem) -> Finding {
    Finding::fail(CHECK, problem.errmsg, problem.hint)
}

fn last_sync(run: &Run, now: Timestamp) -> Finding {
    const FRESH: SignedDuration = SignedDuration::from_hours(48);
    const AGAIN: &str = "run `daka sync` again, and let a timer do so every day";
    let Some(ended_at) = run.ended_at else {
        return Finding::warn(
            LAST_SYNC,
            format!("it began at {:.0} and has not ended: it runs, or was killed", run.started_at),
            "if none runs, run `daka sync` again; nothing is lost",
        );
    };
    let failed = run.end.as_ref().map_or(0, |end| end.failed.len());
    let age = now.duration_since(ended_at);
    let finding = format!("it ended at {ended_at:.0}, {} h ago", age.as_hours().max(0));
    if failed > 0 {
        return Finding::warn(LAST_SYNC, format!("{finding}; slices that failed: {failed}"), AGAIN);
    }
    if age > FRESH {
        Finding::warn(LAST_SYNC, finding, AGAIN)
    } else {
        Finding::ok(LAST_SYNC, finding)
    }
}
