//! `daka rule`: the company's rules, one by one.

use std::io::IsTerminal as _;

use clap::{Subcommand, ValueEnum};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wecom_checkin::{
    Client, Error, GroupId, Row, Rule,
    calls::{
        add_checkin_option::AddCheckinOption,
        clear_checkin_option::{ClearCheckinOption, ClearableList},
        delete_checkin_option::DeleteCheckinOption,
        update_checkin_option::{RuleChange, UpdateCheckinOption},
    },
    write::Write,
};

use super::{
    Context, rules,
    wecom::{self, Clients},
    write::{self, WriteArgs},
};
use crate::{
    failure::Failure,
    lang::{Text, text},
    output::{Format, OutputArgs, compact},
};

/// List, show, add, change and delete rules (add_checkin_option and its kin)
///
/// An app may change and delete only the rules that it made itself (WeCom: 301092); those of the
/// admin console can be listed and shown.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka rule list
  daka rule show 733 | jq .checkindate
  daka rule add @rule.json --dry-run
  daka rule update --dry-run '{\"groupid\":733,\"groupname\":\"Head office\"}'
  daka rule clear 733 spe_offdays
  daka rule delete 733 --dry-run")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print all rules of the company, as `daka rules --corp` does
    List(OutputArgs),
    /// Print one rule as WeCom returns it
    Show {
        /// Its id (groupid)
        id: i64,
    },
    /// Make a rule
    ///
    /// FILE holds the rule as WeCom documents it (the `group` of add_checkin_option), or the whole
    /// request. WeCom does not tell the new rule's id: `daka rule list` does.
    #[command(after_help = "\
Examples:
  daka rule show 11 > rule.json     take one as a pattern, then edit it
  daka rule add @rule.json --dry-run
  daka rule add @rule.json --now")]
    Add(FileArgs),
    /// Change fields of a rule
    ///
    /// FILE holds `groupid` and the fields to change. A list replaces the one that is there; an empty
    /// list changes nothing (see `daka rule clear`). --dry-run shows each field's value now and then.
    #[command(after_help = "\
Examples:
  daka rule update '{\"groupid\":733,\"need_photo\":true}' --dry-run
  daka rule update @changes.json --now")]
    Update(FileArgs),
    /// Empty lists of a rule, which an update cannot
    #[command(after_help = "\
Examples:
  daka rule clear 733 spe_workdays spe_offdays --dry-run
  daka rule clear 733 wifimac_infos     places must remain")]
    Clear {
        /// Its id (groupid)
        id: i64,
        /// The lists to empty; Wi-Fi networks or places must remain
        #[arg(required = true, value_name = "FIELD")]
        fields: Vec<Field>,
        #[command(flatten)]
        when: WhenArgs,
    },
    /// Delete a rule, for good
    ///
    /// Asks first on a terminal; elsewhere --yes is needed.
    #[command(after_help = "\
Examples:
  daka rule delete 733 --dry-run     prints the rule as it is
  daka rule delete 733 --now --yes")]
    Delete {
        /// Its id (groupid)
        id: i64,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        when: WhenArgs,
    },
}

#[derive(Debug, clap::Args)]
struct FileArgs {
    /// JSON, @FILE, or - for standard input
    #[arg(value_name = "JSON|@FILE")]
    file: String,
    #[command(flatten)]
    when: WhenArgs,
}

#[derive(Debug, clap::Args)]
struct WhenArgs {
    /// Take effect at once, not tomorrow
    #[arg(long)]
    now: bool,
    #[command(flatten)]
    write: WriteArgs,
}

impl WhenArgs {
    /// What the request says: the flag, else what the file said.
    fn effective_now(&self, given: Option<bool>) -> Option<bool> {
        if self.now { Some(true) } else { given }
    }
}

/// A list of a rule that can be emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Field {
    SpeWorkdays,
    SpeOffdays,
    WifimacInfos,
    LocInfos,
}

impl Field {
    fn list(self) -> ClearableList {
        match self {
            Self::SpeWorkdays => ClearableList::SpecialWorkdays,
            Self::SpeOffdays => ClearableList::SpecialOffdays,
            Self::WifimacInfos => ClearableList::Wifi,
            Self::LocInfos => ClearableList::Places,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::SpeWorkdays => "spe_workdays",
            Self::SpeOffdays => "spe_offdays",
            Self::WifimacInfos => "wifimac_infos",
            Self::LocInfos => "loc_infos",
        }
    }
}

impl Args {
    /// The format of output and errors.
    pub(super) fn format(&self) -> Option<Format> {
        match &self.action {
            Action::List(output) => output.format,
            Action::Show { .. } => None,
            Action::Add(FileArgs { when, .. })
            | Action::Update(FileArgs { when, .. })
            | Action::Clear { when, .. }
            | Action::Delete { when, .. } => when.write.format,
        }
    }
}

/// Does what was asked for.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let clients = Clients::new(&context.settings)?;
    let client = &clients.checkin;
    match &args.action {
        Action::List(output) => rules::corp(&clients, output).await,
        Action::Show { id } => {
            let rule = client.rule(GroupId(*id)).await.map_err(|e| wecom::failure(&e))?;
            write::say(&compact(rule.raw()));
            Ok(())
        }
        Action::Add(args) => add(context, client, args).await,
        Action::Update(args) => update(context, client, args).await,
        Action::Clear { id, fields, when } => {
            clear(context, client, GroupId(*id), fields, when).await
        }
        Action::Delete { id, yes, when } => delete(context, client, GroupId(*id), *yes, when).await,
    }
}

async fn add(context: &Context, client: &Client, args: &FileArgs) -> Result<(), Failure> {
    let FileArgs { file, when } = args;
    let mut request = read(file, |group| AddCheckinOption { effective_now: None, group })?;
    request.effective_now = when.effective_now(request.effective_now);
    if !when.write.may_send(client, &request, async || Ok(())).await? {
        return Ok(());
    }
    client.add_checkin_option(&request).await.map_err(|e| write::failure(&e))?;
    let name = request.group.groupname.clone().unwrap_or_default();
    when.write.done::<AddCheckinOption>(
        context.settings.lang,
        &text!(
            "the rule {name} was made; `daka rule list` tells its id",
            "规则 {name} 已创建；用 `daka rule list` 查看其 id"
        ),
        json!({"groupname": name}),
    );
    Ok(())
}

async fn update(context: &Context, client: &Client, args: &FileArgs) -> Result<(), Failure> {
    let FileArgs { file, when } = args;
    let mut request = read(file, |group| UpdateCheckinOption { effective_now: None, group })?;
    request.effective_now = when.effective_now(request.effective_now);
    say_whose(context, when);
    let changes = async || client.rule_changes(&request).await;
    if !when.write.may_send(client, &request, changes).await? {
        return Ok(());
    }
    client.update_checkin_option(&request).await.map_err(|e| write::failure(&e))?;
    let groupid = request.group.groupid.unwrap_or_default();
    tell::<UpdateCheckinOption>(
        context,
        when,
        groupid,
        &text!("changed", "已修改"),
        request.effective_now,
    );
    Ok(())
}

async fn clear(
    context: &Context,
    client: &Client,
    groupid: GroupId,
    fields: &[Field],
    when: &WhenArgs,
) -> Result<(), Failure> {
    let request = ClearCheckinOption {
        groupid,
        clear_field: fields.iter().map(|field| field.list()).collect(),
        effective_now: when.effective_now(None),
    };
    say_whose(context, when);
    let changes = async || cleared(client, groupid, fields).await;
    if !when.write.may_send(client, &request, changes).await? {
        return Ok(());
    }
    client.clear_checkin_option(&request).await.map_err(|e| write::failure(&e))?;
    tell::<ClearCheckinOption>(
        context,
        when,
        groupid,
        &text!("changed", "已修改"),
        request.effective_now,
    );
    Ok(())
}

/// What looking first cannot know of a rule that is there: WeCom does not tell who made it.
fn say_whose(context: &Context, when: &WhenArgs) {
    if when.write.is_dry() {
        context.remark(&text!(
            "WeCom refuses this (301092) where another app or the admin console made the rule; it \
             does not tell who did",
            "若该规则由其他应用或管理后台创建，企业微信会拒绝（301092）；接口不返回创建者"
        ));
    }
}

/// What emptying lists of a rule would take away.
async fn cleared(
    client: &Client,
    groupid: GroupId,
    fields: &[Field],
) -> Result<Vec<RuleChange>, Error> {
    let rule = client.rule(groupid).await?;
    let mut changes = Vec::new();
    for name in fields.iter().map(|field| field.name()) {
        let from = rule.field(name).and_then(|raw| serde_json::from_str(raw.get()).ok());
        let is_empty = from.as_ref().and_then(Value::as_array).is_none_or(Vec::is_empty);
        if !is_empty {
            changes.push(RuleChange { field: name.to_owned(), from, to: json!([]) });
        }
    }
    Ok(changes)
}

async fn delete(
    context: &Context,
    client: &Client,
    groupid: GroupId,
    yes: bool,
    when: &WhenArgs,
) -> Result<(), Failure> {
    let request = DeleteCheckinOption { groupid, effective_now: when.effective_now(None) };
    say_whose(context, when);
    let changes = async || {
        let rule = client.rule(groupid).await?;
        let from = serde_json::from_str(rule.raw()).ok();
        Ok(vec![RuleChange { field: "group".to_owned(), from, to: Value::Null }])
    };
    if !when.write.may_send(client, &request, changes).await? {
        return Ok(());
    }
    client.dry_run(&request).map_err(|e| write::failure(&e))?;
    if !yes && !sure(context, client, groupid).await? {
        return Ok(());
    }
    client.delete_checkin_option(&request).await.map_err(|e| write::failure(&e))?;
    tell::<DeleteCheckinOption>(
        context,
        when,
        groupid,
        &text!("deleted", "已删除"),
        request.effective_now,
    );
    Ok(())
}

/// Whether whoever sits at the terminal wants a rule gone; where nobody does, it is not deleted.
async fn sure(context: &Context, client: &Client, groupid: GroupId) -> Result<bool, Failure> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Err(Failure::usage(
            text!("rule {groupid} would be deleted for good", "规则 {groupid} 删除后无法恢复"),
            text!("say --yes if that is meant", "确认要删除请加 --yes"),
        ));
    }
    let rule = client.rule(groupid).await.map_err(|e| wecom::failure(&e))?;
    let name = rule.groupname.as_deref().unwrap_or_default();
    context.remark(&text!(
        "delete rule {groupid} {name} for good? [y/N]",
        "确定删除规则 {groupid} {name}？删除后无法恢复 [y/N]"
    ));
    let mut answer = String::new();
    // Nothing to be read is a no.
    let _ = std::io::stdin().read_line(&mut answer);
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是"))
}

fn tell<W: Write>(
    context: &Context,
    when: &WhenArgs,
    groupid: GroupId,
    what: &Text,
    effective_now: Option<bool>,
) {
    let from = &match effective_now {
        Some(true) => text!("at once", "立即生效"),
        _ => text!("from tomorrow on", "次日生效"),
    };
    let sentence =
        text!([what, from], "the rule {groupid} is {what} {from}", "规则 {groupid} {what}，{from}");
    when.write.done::<W>(context.settings.lang, &sentence, json!({"groupid": groupid}));
}

/// Reads a whole request, or the bare rule that `wrap` makes one of.
fn read<R: DeserializeOwned>(file: &str, wrap: impl FnOnce(Row<Rule>) -> R) -> Result<R, Failure> {
    let text = write::text(file)?;
    let fields: serde_json::Map<String, Value> =
        serde_json::from_str(&text).map_err(|e| write::not_json(&text!("the rule", "规则"), &e))?;
    if fields.contains_key("group") {
        return serde_json::from_str(&text)
            .map_err(|e| write::not_json(&text!("the request", "请求"), &e));
    }
    serde_json::from_str(&text)
        .map(wrap)
        .map_err(|e| write::not_json(&text!("the rule", "规则"), &e))
}
