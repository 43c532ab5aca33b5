//! A command line that could not be read: the parser's complaint, in both languages.

use std::error::Error as _;

use clap::error::{ContextKind, ErrorKind};

use crate::lang::{Lang, Refusal, Text};

/// What is wrong, on one line. The parser says it in English; the Chinese is ours.
pub(super) fn complaint(error: &clap::Error) -> Text {
    let english = english(error);
    let chinese = chinese(error).unwrap_or_else(|| english.clone());
    Text::of(english, chinese)
}

/// How the command is called, a line each.
pub(super) fn usage(error: &clap::Error, lang: Lang) -> Vec<String> {
    let text = error.render().to_string();
    let Some((_, usage)) = text.split_once("Usage:") else { return Vec::new() };
    let lines = format!("{}{usage}", lang.pick("用法：", "Usage:"));
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| match line.strip_prefix("For more information, try '--help'.") {
            Some(_) => lang.pick("详见 --help。", line).to_owned(),
            None => line.to_owned(),
        })
        .collect()
}

fn english(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let complaint = text.split("Usage:").next().unwrap_or_default();
    let complaint: Vec<&str> = complaint.split_whitespace().collect();
    let complaint = complaint.join(" ");
    let complaint = complaint.strip_prefix("error: ").unwrap_or(&complaint);
    complaint.trim_end_matches(" For more information, try '--help'.").to_owned()
}

fn chinese(error: &clap::Error) -> Option<String> {
    let told = |kind| error.get(kind).map(ToString::to_string).filter(|text| !text.is_empty());
    let arg = told(ContextKind::InvalidArg).unwrap_or_default();
    let complaint = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有参数 {arg}"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令 {}", told(ContextKind::InvalidSubcommand)?)
        }
        ErrorKind::MissingSubcommand => "缺少子命令".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("缺少 {arg}"),
        ErrorKind::ArgumentConflict => match told(ContextKind::PriorArg) {
            Some(prior) => format!("{arg} 不能与 {prior} 同时使用"),
            None => format!("{arg} 只能给一次"),
        },
        ErrorKind::InvalidValue => match told(ContextKind::InvalidValue) {
            Some(value) => format!("{arg} 不接受 {value}"),
            None => format!("{arg} 需要一个值"),
        },
        ErrorKind::ValueValidation => {
            let value = told(ContextKind::InvalidValue).unwrap_or_default();
            match error.source() {
                Some(why) => match why.downcast_ref::<Refusal>() {
                    Some(Refusal(why)) => format!("{arg}：{}", why.in_lang(Lang::Zh)),
                    None => format!("{arg} 不接受 {value}：{why}"),
                },
                None => format!("{arg} 不接受 {value}"),
            }
        }
        _ => return None,
    };
    let choices = told(ContextKind::ValidValue).map(|valid| format!("；可选：{valid}"));
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .find_map(told)
            .map(|suggested| format!("；是不是 {suggested}？"));
    Some(format!("{complaint}{}{}", choices.unwrap_or_default(), suggested.unwrap_or_default()))
}
