//! The companies that the settings know.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use serde::Serialize;

use super::{
    file::{CompanyEntry, CompanySection, File},
    receiver::Receiver,
};
use crate::{
    failure::Failure,
    lang::{Lang, Refusal, Text, text},
};

/// What the settings say of one company, before its secrets are read.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(super) corp_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) secret_file: Option<PathBuf>,
    pub(super) contact_secret_file: Option<PathBuf>,
    pub(super) base_url: Option<String>,
    pub(super) zone: TimeZone,
    pub(super) lang: Lang,
    pub(super) report_lang: Lang,
    pub(super) policy: toml::Table,
    pub(super) receivers: Vec<Receiver>,
}

/// What a company is called where several are spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Label {
    pub(crate) corp_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} ({})", self.corp_id),
            None => f.write_str(&self.corp_id),
        }
    }
}

/// What flags and environment say of whatever company: it goes before the file.
pub(super) struct Overrides<'a> {
    pub(super) base_url: Option<String>,
    pub(super) timezone: Option<String>,
    pub(super) lang: Option<Lang>,
    /// The locale's language, where nobody says another.
    pub(super) usual_lang: Lang,
    /// Where relative paths start.
    pub(super) folder: &'a Path,
}

impl Company {
    /// The name and id; `None` without a corp id.
    pub(crate) fn label(&self) -> Option<Label> {
        let name = self.name.clone();
        self.corp_id.clone().map(|corp_id| Label { corp_id, name })
    }

    /// The same with no files to read.
    pub(super) fn without_secrets(&self) -> Self {
        Self { secret_file: None, contact_secret_file: None, ..self.clone() }
    }

    fn is_called(&self, name: &str) -> bool {
        self.corp_id.as_deref() == Some(name) || self.name.as_deref() == Some(name)
    }

    /// The company of `[wecom]` and `[company]`, with or without a corp id.
    fn single(file: &File, overrides: &Overrides<'_>) -> Result<Self, Failure> {
        let wecom = &file.wecom;
        let (timezone, lang) = match &file.company {
            CompanySection::One(table) => (table.timezone.clone(), table.lang.clone()),
            CompanySection::List(_) => (None, None),
        };
        let entry = CompanyEntry {
            secret_file: wecom.secret_file.clone(),
            contact_secret_file: wecom.contact_secret_file.clone(),
            timezone,
            lang,
            notify: file.notify.clone(),
            ..CompanyEntry::default()
        };
        Ok(Self { corp_id: wecom.corp_id.clone(), ..Self::new(entry, file, overrides)? })
    }

    /// The companies of `[[company]]`, in its order; none where there is no such list.
    fn listed(file: &File, overrides: &Overrides<'_>) -> Result<Vec<Self>, Failure> {
        let CompanySection::List(entries) = &file.company else { return Ok(Vec::new()) };
        let wecom = &file.wecom;
        if wecom.corp_id.is_some()
            || wecom.secret_file.is_some()
            || wecom.contact_secret_file.is_some()
        {
            return Err(Failure::setting(
                text!(
                    "daka.toml names a company in [wecom] beside its list of [[company]]",
                    "daka.toml 在 [[company]] 列表之外又在 [wecom] 中写了一家企业"
                ),
                text!(
                    "make it an entry of the list; of [wecom] only base_url holds for all of them",
                    "请把它写成列表中的一项；[wecom] 中只有 base_url 对所有企业有效"
                ),
            ));
        }
        if !file.notify.is_empty() {
            return Err(Failure::setting(
                text!(
                    "daka.toml has [[notify]] beside its list of [[company]]",
                    "daka.toml 在 [[company]] 列表之外又写了 [[notify]]"
                ),
                text!(
                    "write [[company.notify]] below the company whose findings it is told",
                    "请在所属企业下写 [[company.notify]]"
                ),
            ));
        }
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        let mut companies = Vec::new();
        for (nth, entry) in (1..).zip(entries) {
            let of_entry = |errmsg: &Text| {
                text!(
                    [errmsg],
                    "[[company]] number {nth} ({id}): {errmsg}",
                    "第 {nth} 个 [[company]]（{id}）：{errmsg}",
                    id = entry.corp_id
                )
            };
            let wrong = |errmsg: &Text, hint| Failure::setting(of_entry(errmsg), hint);
            if entry.corp_id.trim().is_empty() {
                return Err(wrong(
                    &text!("corp_id is empty", "corp_id 为空"),
                    text!("it stands under 我的企业 > 企业信息", "见管理后台 我的企业 > 企业信息"),
                ));
            }
            for name in [Some(&entry.corp_id), entry.name.as_ref()].into_iter().flatten() {
                if let Some(earlier) = names.insert(name, nth).filter(|earlier| *earlier != nth) {
                    return Err(wrong(
                        &text!(
                            "number {earlier} is called {name} too",
                            "第 {earlier} 个也叫 {name}"
                        ),
                        text!(
                            "give each company one entry and a name of its own",
                            "每家企业只写一项，名称不要重复"
                        ),
                    ));
                }
            }
            let company = Self::new(entry.clone(), file, overrides).map_err(|mut failure| {
                for problem in &mut failure.problems {
                    problem.errmsg = of_entry(&problem.errmsg);
                }
                failure
            })?;
            companies.push(company);
        }
        Ok(companies)
    }

    fn new(entry: CompanyEntry, file: &File, overrides: &Overrides<'_>) -> Result<Self, Failure> {
        let inside = |path: PathBuf| overrides.folder.join(path);
        let lang = match (overrides.lang, &entry.lang) {
            (Some(lang), _) => Some(lang),
            (None, Some(text)) => Some(parse_lang(text)?),
            (None, None) => None,
        };
        let mut policy = file.policy.clone();
        policy.extend(entry.policy);
        Ok(Self {
            corp_id: Some(entry.corp_id),
            name: entry.name,
            secret_file: entry.secret_file.map(inside),
            contact_secret_file: entry.contact_secret_file.map(inside),
            base_url: overrides
                .base_url
                .clone()
                .or(entry.base_url)
                .or_else(|| file.wecom.base_url.clone()),
            zone: zone(overrides.timezone.clone().or(entry.timezone))?,
            lang: lang.unwrap_or(overrides.usual_lang),
            report_lang: lang.unwrap_or(Lang::Zh),
            policy,
            receivers: entry.notify.into_iter().map(|one| one.inside(overrides.folder)).collect(),
        })
    }
}

/// The company that is meant, and the rest of the choice where none is: then it is nobody.
pub(super) fn choose(
    named: Option<String>,
    file: &File,
    overrides: &Overrides<'_>,
) -> Result<(Company, Vec<Company>), Failure> {
    let listed = Company::listed(file, overrides)?;
    let single = Company::single(file, overrides)?;
    match (named, listed.as_slice()) {
        (named, []) => {
            let corp_id = named.or(single.corp_id.clone());
            Ok((Company { corp_id, ..single }, Vec::new()))
        }
        (Some(name), listed) => find(listed, &name).map(|found| (found, Vec::new())),
        (None, [only]) => Ok((only.clone(), Vec::new())),
        (None, _) => Ok((single, listed)),
    }
}

/// The company of that name or corp id.
fn find(companies: &[Company], name: &str) -> Result<Company, Failure> {
    companies.iter().find(|company| company.is_called(name)).cloned().ok_or_else(|| {
        Failure::setting(
            text!(
                "no company is called {name}; there are: {names}",
                "没有叫 {name} 的企业；现有：{names}",
                names = names(companies)
            ),
            text!(
                "check --company or WECOM_CORP_ID, and the [[company]] entries of daka.toml",
                "请检查 --company 或 WECOM_CORP_ID，以及 daka.toml 中的 [[company]]"
            ),
        )
    })
}

/// The companies by name, as many as a line holds.
pub(super) fn names(companies: &[Company]) -> String {
    const SHOWN: usize = 10;
    let labels = companies.iter().filter_map(Company::label).map(|label| label.to_string());
    let mut names: Vec<String> = labels.take(SHOWN).collect();
    names.extend((companies.len() > SHOWN).then(|| "…".to_owned()));
    names.join(", ")
}

fn zone(name: Option<String>) -> Result<TimeZone, Failure> {
    let name = name.unwrap_or_else(|| "Asia/Shanghai".into());
    TimeZone::get(&name).map_err(|_| {
        Failure::setting(
            text!("there is no time zone {name:?}", "没有时区 {name:?}"),
            text!(
                "use a name of the tz database, such as Asia/Shanghai",
                "请用 tz 数据库中的名称，如 Asia/Shanghai"
            ),
        )
    })
}

pub(super) fn parse_lang(text: &str) -> Result<Lang, Failure> {
    text.parse().map_err(|Refusal(why)| {
        let hint = text!("look at DAKA_LANG and company.lang", "请检查 DAKA_LANG 和 company.lang");
        Failure::setting(why, hint)
    })
}
