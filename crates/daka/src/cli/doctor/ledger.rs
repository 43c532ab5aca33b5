//! The ledger: whether it opens, whether it is whole, how fresh it is.

use daka_ledger::{Error, Ledger, Run};
use jiff::{SignedDuration, Timestamp};

use super::{
    super::{Context, sync::status},
    finding::Finding,
};
use crate::{
    gaps,
    lang::{Text, text},
    ledger,
};

const CHECK: &str = "ledger";
const WALLS: &str = "walls between companies";
const LAST_SYNC: &str = "last sync";

/// Opens the ledger, which checks it, and looks at the last run. Nothing is written.
pub(super) async fn check(context: &Context) -> Vec<Finding> {
    let settings = &context.settings;
    // What follows another scheme may hold a password.
    let shown = match settings.ledger.strip_prefix("sqlite:") {
        Some(_) => settings.ledger.as_str(),
        None => "PostgreSQL",
    };
    if let Err(error @ Error::Missing(_)) = Ledger::open(&settings.ledger).await {
        let advice = text!(
            "check --ledger and the folder you are in, or make one with `daka sync`",
            "请检查 --ledger 和当前文件夹，或用 `daka sync` 新建账本"
        );
        return vec![Finding::warn(CHECK, ledger::said(&error), advice)];
    }
    let ledger = match ledger::open(settings).await {
        Ok(ledger) => ledger,
        Err(failure) => return failure.problems.into_iter().map(broken).collect(),
    };
    let approvals = approvals(&ledger, context).await;
    let runs = ledger.runs(1).await;
    let walls = walls(&ledger).await;
    ledger.close().await;
    let opened = Finding::ok(CHECK, text!("{shown} opens and is whole", "{shown} 可以打开且完好"));
    let fresh = match runs {
        Ok(runs) => match runs.first() {
            Some(run) => last_sync(run, context.clock()),
            None => Finding::warn(
                LAST_SYNC,
                text!("there was none yet", "尚未同步过"),
                text!("run `daka sync`", "请运行 `daka sync`"),
            ),
        },
        Err(error) => {
            broken(ledger::failure(&error).problems.into_iter().next().unwrap_or_default())
        }
    };
    [opened].into_iter().chain(walls).chain([fresh]).chain(approvals).collect()
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
            text!(
                "the role {name} sees every company, whichever is chosen: it is a superuser",
                "角色 {name} 能看到每一家企业，不论选定哪家：它是超级用户"
            ),
            text!(
                "make one that is not (CREATE ROLE … LOGIN), let it own the database and be named in --ledger",
                "请新建普通角色（CREATE ROLE … LOGIN），让它拥有该数据库，并写入 --ledger"
            ),
        )
    } else {
        Finding::ok(
            WALLS,
            text!(
                "the role {name} sees the company that is chosen, and no other",
                "角色 {name} 只能看到选定的企业"
            ),
        )
    })
}

/// Whether approvals are known wherever records are; nothing where there are none.
async fn approvals(ledger: &Ledger, context: &Context) -> Option<Finding> {
    const CHECK: &str = "approvals on file";
    let gap = async {
        let covered = ledger.first_covered().await?;
        let members = ledger.people(None).await?;
        let people: Vec<_> = members.into_iter().map(|member| member.userid).collect();
        let gap = status::approvals_unknown(ledger, &people, (covered, context.today())).await?;
        Ok::<_, Error>(covered.map(|_| gap))
    };
    Some(match gap.await {
        Ok(None) => return None,
        Ok(Some(None)) => Finding::ok(
            CHECK,
            text!(
                "approvals are known for every day that is covered",
                "已覆盖的每一天都有审批数据"
            ),
        ),
        Ok(Some(Some(gap))) => Finding::warn(
            CHECK,
            gaps::approvals_unknown(&gap),
            text!(
                "see that this secret may call getapprovalinfo, then run `daka sync --from {from} --to {to}` for these people",
                "请确认该应用可调用 getapprovalinfo，再为这些人运行 `daka sync --from {from} --to {to}`",
                from = gap.from,
                to = gap.to
            ),
        ),
        Err(error) => {
            broken(ledger::failure(&error).problems.into_iter().next().unwrap_or_default())
        }
    })
}

fn broken(problem: crate::failure::Problem) -> Finding {
    Finding::fail(CHECK, problem.errmsg, problem.hint)
}

fn last_sync(run: &Run, now: Timestamp) -> Finding {
    const FRESH: SignedDuration = SignedDuration::from_hours(48);
    let again = text!(
        "run `daka sync` again, and let a timer do so every day",
        "请再次运行 `daka sync`，并用定时任务每天运行"
    );
    let Some(ended_at) = run.ended_at else {
        return Finding::warn(
            LAST_SYNC,
            text!(
                "it began at {began:.0} and has not ended: it runs, or was killed",
                "开始于 {began:.0}，尚未结束：正在运行，或被强行终止",
                began = run.started_at
            ),
            text!(
                "if none runs, run `daka sync` again; nothing is lost",
                "如果没有在运行，请再次运行 `daka sync`；数据不会丢失"
            ),
        );
    };
    let failed = run.end.as_ref().map_or(0, |end| end.failed.len());
    let age = now.duration_since(ended_at);
    let hours = age.as_hours().max(0);
    let finding: Text =
        text!("it ended at {ended_at:.0}, {hours} h ago", "结束于 {ended_at:.0}，{hours} 小时前");
    if failed > 0 {
        let finding = text!(
            [finding],
            "{finding}; slices that failed: {failed}",
            "{finding}；失败的分片：{failed}"
        );
        return Finding::warn(LAST_SYNC, finding, again);
    }
    if age > FRESH {
        Finding::warn(LAST_SYNC, finding, again)
    } else {
        Finding::ok(LAST_SYNC, finding)
    }
}
