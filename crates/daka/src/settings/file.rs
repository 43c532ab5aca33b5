//! `daka.toml` as it is written.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

use super::receiver::Receiver;
use crate::{failure::Failure, lang::text};

/// `daka.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub(super) wecom: WecomSection,
    #[serde(default)]
    pub(super) ledger: LedgerSection,
    #[serde(default)]
    pub(super) sync: SyncSection,
    #[serde(default)]
    pub(super) company: CompanySection,
    #[serde(default)]
    pub(super) policy: toml::Table,
    #[serde(default)]
    pub(super) calendar: CalendarSection,
    #[serde(default)]
    pub(super) notify: Vec<Receiver>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WecomSection {
    pub(super) corp_id: Option<String>,
    pub(super) secret_file: Option<PathBuf>,
    pub(super) contact_secret_file: Option<PathBuf>,
    pub(super) base_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LedgerSection {
    pub(super) url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SyncSection {
    pub(super) approvals_back_months: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarSection {
    #[serde(default)]
    pub(super) files: Vec<PathBuf>,
}

/// `[company]` says more of the company of `[wecom]`; `[[company]]` is a list of companies.
#[derive(Debug)]
pub(super) enum CompanySection {
    One(CompanyTable),
    List(Vec<CompanyEntry>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyTable {
    pub(super) timezone: Option<String>,
    pub(super) lang: Option<String>,
}

/// One `[[company]]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyEntry {
    pub(super) corp_id: String,
    pub(super) name: Option<String>,
    pub(super) secret_file: Option<PathBuf>,
    pub(super) contact_secret_file: Option<PathBuf>,
    pub(super) base_url: Option<String>,
    pub(super) timezone: Option<String>,
    pub(super) lang: Option<String>,
    #[serde(default)]
    pub(super) policy: toml::Table,
    #[serde(default)]
    pub(super) notify: Vec<Receiver>,
}

impl Default for CompanySection {
    fn default() -> Self {
        Self::One(CompanyTable::default())
    }
}

impl<'de> Deserialize<'de> for CompanySection {
    /// By what is there: an untagged enum would lose the reason and the line of a mistake.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TableOrList;
        impl<'de> Visitor<'de> for TableOrList {
            type Value = CompanySection;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[company] or [[company]]")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                CompanyTable::deserialize(MapAccessDeserializer::new(map)).map(CompanySection::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(CompanySection::List)
            }
        }
        deserializer.deserialize_any(TableOrList)
    }
}

/// The settings file, and where it is: relative paths in it start from its folder.
pub(super) fn read(chosen: Option<&Path>) -> Result<(File, Option<PathBuf>), Failure> {
    let usual = || {
        let user = directories::ProjectDirs::from("", "", "daka");
        let user = user.map(|dirs| dirs.config_dir().join("daka.toml"));
        [Some(PathBuf::from("daka.toml")), user].into_iter().flatten().find(|path| path.exists())
    };
    let Some(path) = chosen.map(Path::to_owned).or_else(usual) else {
        return Ok((File::default(), None));
    };
    let shown = path.display();
    let text = crate::handed_in::file(&path).map_err(|e| {
        Failure::setting(
            text!("the settings file {shown} cannot be read: {e}", "无法读取设置文件 {shown}：{e}"),
            text!("check --config", "请检查 --config"),
        )
    })?;
    let file = toml::from_str(&text).map_err(|e: toml::de::Error| {
        let start = e.span().map_or(0, |span| span.start);
        let line = text.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
        let why = e.message().lines().collect::<Vec<_>>().join(" ");
        let hint = if why.contains("secret") {
            text!(
                "a secret goes into a file of its own, named by wecom.secret_file; docs/settings.md lists every key",
                "secret 写在单独的文件里，由 wecom.secret_file 指明；全部键见 docs/settings.md"
            )
        } else {
            text!("docs/settings.md lists every key", "全部键见 docs/settings.md")
        };
        Failure::setting(
            text!("{shown} line {line}: {why}", "{shown} 第 {line} 行：{why}"),
            hint,
        )
    })?;
    Ok((file, Some(path)))
}
