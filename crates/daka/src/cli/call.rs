//! `daka call`: any documented call, raw JSON in and out.

use std::path::{Path, PathBuf};

use wecom_checkin::calls::{self, Call};

use super::{
    Context,
    wecom::{self, Clients},
};
use crate::{failure::Failure, handed_in, lang::text, output::Sink};

/// Make any documented call: raw JSON in, raw JSON out
///
/// The token is added for you. Limits that WeCom documents are checked before sending.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka call getcheckindata --json '{\"opencheckindatatype\":3,\"starttime\":1790784000,\"endtime\":1790870400,\"useridlist\":[\"zhangsan\"]}'
  daka call getcheckinoption --json @request.json
  daka call user/list_id --json '{\"limit\":100}'
  daka call --list")]
pub(super) struct Args {
    /// Name of the call, such as getcheckindata
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// The request body: JSON, or @FILE
    #[arg(long, value_name = "JSON|@FILE", default_value = "{}")]
    json: String,
    /// Use the contact secret (user/list_id does without being told)
    #[arg(long)]
    contact: bool,
    /// List the calls
    #[arg(long)]
    list: bool,
    /// Write the answer to a file, - for standard output; what is there stays until it is whole
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Makes the call.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let Some(name) = args.name.as_deref().filter(|_| !args.list) else {
        return list(args);
    };
    let Some(call) = Call::find(name) else {
        return Err(Failure::usage(
            text!("there is no call {name:?}", "没有名为 {name:?} 的接口"),
            text!("`daka call --list` names them all", "`daka call --list` 列出全部接口"),
        ));
    };
    let body = body(&args.json)?;
    check_limits(call, &body)?;
    let clients = Clients::new(&context.settings)?;
    // The one call that nothing but the contact secret may make.
    let client = if args.contact || *call == calls::USER_LIST_ID {
        clients.contact.ok_or_else(wecom::no_contact_secret)?
    } else {
        clients.checkin
    };
    match client.call_raw(name, &body).await {
        Ok(answer) => print(args, answer.text()),
        Err(error) => {
            if let Some(answer) = error.answer() {
                // A file that holds an answer already keeps it.
                Sink::open(None)?.fill(format!("{}\n", answer.trim_end()).as_bytes())?;
            }
            Err(wecom::failure(&error))
        }
    }
}

/// The text of the request, sent as it was typed.
fn body(json: &str) -> Result<String, Failure> {
    match json.strip_prefix('@') {
        None => Ok(json.to_owned()),
        Some(path) => handed_in::file_or_stdin(Path::new(path)).map_err(|e| {
            Failure::usage(
                text!(
                    "the request file {path} cannot be read: {e}",
                    "无法读取请求文件 {path}：{e}"
                ),
                text!("check --json", "请检查 --json"),
            )
        }),
    }
}

/// Refuses what WeCom would refuse, or worse, run on the half that it understood: a text that is no
/// JSON, too many people, too many days.
fn check_limits(call: &Call, body: &str) -> Result<(), Failure> {
    const DAY_SEC: i64 = 86_400;
    let body: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(body).map_err(|e| {
            Failure::usage(
                text!("the request is no JSON object: {e}", "请求不是 JSON 对象：{e}"),
                text!(
                    "write --json '{{…}}' or --json @FILE",
                    "请写成 --json '{{…}}' 或 --json @FILE"
                ),
            )
        })?;
    let people = body.get("useridlist").and_then(|list| list.as_array()).map(Vec::len);
    if let (Some(people), Some(most)) = (people, call.people)
        && people > most
    {
        return Err(Failure::usage(
            text!(
                "{name} takes at most {most} people a call, {people} were given",
                "{name} 一次最多 {most} 人，给了 {people} 人",
                name = call.name
            ),
            text!(
                "split the list, or let `daka records` do it",
                "请拆分名单，或改用 `daka records` 自动拆分"
            ),
        ));
    }
    let bound = |key: &str| body.get(key).and_then(serde_json::Value::as_i64);
    if let (Some(from), Some(to), Some(most)) =
        (bound("starttime"), bound("endtime"), call.span.map(|span| span.days))
        && to.saturating_sub(from) > most * DAY_SEC
    {
        return Err(Failure::usage(
            text!(
                "{name} takes at most {most} days a call",
                "{name} 一次最多 {most} 天",
                name = call.name
            ),
            text!(
                "split the span, or let `daka records` do it",
                "请拆分时段，或改用 `daka records` 自动拆分"
            ),
        ));
    }
    Ok(())
}

fn list(args: &Args) -> Result<(), Failure> {
    let lines: Vec<String> =
        calls::ALL.iter().map(|call| format!("{:28} {}", call.name, call.path)).collect();
    print(args, &lines.join("\n"))
}

fn print(args: &Args, text: &str) -> Result<(), Failure> {
    Sink::open(args.output.as_deref())?.fill(format!("{}\n", text.trim_end()).as_bytes())
}
