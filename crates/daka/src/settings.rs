//! Settings: flag, then environment, then `daka.toml`, then default.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde::Deserialize;

use crate::{failure::Failure, lang::Lang};

/// The flags that every command has.
#[derive(Debug, Clone, Args, Default)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingArgs {
    /// Settings file [default: ./daka.toml, else daka/daka.toml in the user's config folder]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    #[arg(
        long,
        value_name = "URL",
        global = true,
        help = "Address of the API [env: WECOM_BASE_URL] [default: the public WeCom host]"
    )]
    pub(crate) base_url: Option<String>,
    #[arg(
        long,
        value_name = "URL",
        global = true,
        help = "The ledger [env: DAKA_LEDGER] [default: sqlite:daka.db]"
    )]
    pub(crate) ledger: Option<String>,
    /// Zone of the attendance day [default: Asia/Shanghai]
    #[arg(long, value_name = "ZONE", global = true)]
    pub(crate) timezone: Option<String>,
    #[arg(
        long,
        value_enum,
        global = true,
        help = "Language of reports and messages [env: DAKA_LANG] [default: from the locale]"
    )]
    pub(crate) lang: Option<Lang>,
    /// Keep no access token on disk
    #[arg(long, global = true)]
    pub(crate) no_token_cache: bool,
    #[arg(short, long, action = ArgAction::Count, global = true, help = "Say more on standard error; twice for all [env: DAKA_LOG]")]
    pub(crate) verbose: u8,
    /// Say only errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// What the flags, the environment and the file come to.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) corp_id: Option<String>,
    pub(crate) secret: Option<SecretString>,
    pub(crate) contact_secret: Option<SecretString>,
    pub(crate) base_url: Option<String>,
    pub(crate) ledger: String,
    pub(crate) zone: TimeZone,
    /// For messages.
    pub(crate) lang: Lang,
    /// For report sheets, which are Chinese unless someone asked for a language.
    pub(crate) report_lang: Lang,
    pub(crate) token_cache: bool,
    pub(crate) policy: toml::Table,
    /// Calendar files that the settings name; later ones win.
    pub(crate) calendar_files: Vec<PathBuf>,
    /// The settings file that was read.
    pub(crate) file: Option<PathBuf>,
    /// The files that secrets were read from.
    pub(crate) secret_files: Vec<PathBuf>,
}

/// `daka.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    wecom: WecomSection,
    #[serde(default)]
    ledger: LedgerSection,
    #[serde(default)]
    company: CompanySection,
    #[serde(default)]
    policy: toml::Table,
    #[serde(default)]
    calendar: CalendarSection,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WecomSection {
    corp_id: Option<String>,
    secret_file: Option<PathBuf>,
    contact_secret_file: Option<PathBuf>,
    base_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerSection {
    url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarSection {
    #[serde(default)]
    files: Vec<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CompanySection {
    timezone: Option<String>,
    lang: Option<String>,
}

impl Settings {
    /// Settles every setting. `environment` looks a variable up; an empty one counts as unset.
    pub(crate) fn resolve(
        args: &SettingArgs,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
        let (file, path) = read_file(args.config.as_deref())?;
        let folder = path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();

        let mut secret_files = Vec::new();
        let mut secret = |variable: &str, path: Option<&Path>| match (environment(variable), path) {
            (Some(secret), _) => Ok(Some(SecretString::from(secret))),
            (None, Some(path)) => {
                let path = folder.join(path);
                let secret = read_secret(&path)?;
                secret_files.push(path);
                Ok(Some(secret))
            }
            (None, None) => Ok(None),
        };
        let checkin_secret = secret("WECOM_SECRET", file.wecom.secret_file.as_deref())?;
        let contact_secret =
            secret("WECOM_CONTACT_SECRET", file.wecom.contact_secret_file.as_deref())?;
        let zone_name = args
            .timezone
            .clone()
            .or(file.company.timezone)
            .unwrap_or_else(|| "Asia/Shanghai".into());
        let zone = TimeZone::get(&zone_name).map_err(|_| {
            Failure::setting(
                format!("there is no time zone {zone_name:?}"),
                "use a name of the tz database, such as Asia/Shanghai",
            )
        })?;
        let chosen_lang = match (args.lang, environment("DAKA_LANG").or(file.company.lang)) {
            (Some(lang), _) => Some(lang),
            (None, Some(text)) => Some(parse_lang(&text)?),
            (None, None) => None,
        };
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(environment);

        Ok(Self {
            corp_id: environment("WECOM_CORP_ID").or(file.wecom.corp_id),
            secret: checkin_secret,
            contact_secret,
            base_url: args
                .base_url
                .clone()
                .or_else(|| environment("WECOM_BASE_URL"))
                .or(file.wecom.base_url),
            ledger: args
                .ledger
                .clone()
                .or_else(|| environment("DAKA_LEDGER"))
                .or(file.ledger.url)
                .unwrap_or_else(|| "sqlite:daka.db".into()),
            zone,
            lang: chosen_lang
                .unwrap_or_else(|| locale.map_or(Lang::En, |locale| Lang::of_locale(&locale))),
            report_lang: chosen_lang.unwrap_or(Lang::Zh),
            token_cache: !args.no_token_cache,
            policy: file.policy,
            calendar_files: file.calendar.files.iter().map(|path| folder.join(path)).collect(),
            file: path,
            secret_files,
        })
    }
}

/// The settings file, and where it is: relative paths in it start from its folder.
fn read_file(chosen: Option<&Path>) -> Result<(File, Option<PathBuf>), Failure> {
    let usual = || {
        let user = directories::ProjectDirs::from("", "", "daka");
        let user = user.map(|dirs| dirs.config_dir().join("daka.toml"));
        [Some(PathBuf::from("daka.toml")), user].into_iter().flatten().find(|path| path.exists())
    };
    let Some(path) = chosen.map(Path::to_owned).or_else(usual) else {
        return Ok((File::default(), None));
    };
    let text = std::fs::read_to_string(&path).map_err(|e| {
        Failure::setting(
            format!("the settings file {} cannot be read: {e}", path.display()),
            "check --config",
        )
    })?;
    let file = toml::from_str(&text).map_err(|e: toml::de::Error| {
        let line = e.span().map_or(1, |span| text.get(..span.start).map_or(1, |s| s.lines().count().max(1)));
        Failure::setting(
            format!("{} line {line}: {}", path.display(), e.message().lines().collect::<Vec<_>>().join(" ")),
            "a secret goes into a file of its own, named by wecom.secret_file; the README lists every key",
        )
    })?;
    Ok((file, Some(path)))
}

fn read_secret(path: &Path) -> Result<SecretString, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Failure::setting(
            format!("the secret file {} cannot be read: {e}", path.display()),
            "check wecom.secret_file and the file's permissions",
        )
    })?;
    let secret = text.trim();
    if secret.is_empty() {
        return Err(Failure::setting(
            format!("the secret file {} is empty", path.display()),
            "put the app's secret into it",
        ));
    }
    Ok(SecretString::from(secret))
}

fn parse_lang(text: &str) -> Result<Lang, Failure> {
    match text {
        "zh" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        other => Err(Failure::setting(
            format!("there is no language {other:?}"),
            "DAKA_LANG and company.lang are zh or en",
        )),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn resolve(file: &str, args: SettingArgs, env: &[(&str, &str)]) -> Result<Settings, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daka.toml");
        std::fs::write(&path, file).unwrap();
        std::fs::write(folder.path().join("secret"), "from-file\n").unwrap();
        let args = SettingArgs { config: Some(path), ..args };
        Settings::resolve(&args, |name| {
            env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn flag_beats_environment_beats_file_beats_default() {
        let file = "[ledger]\nurl = 'sqlite:file.db'\n";
        let env = [("DAKA_LEDGER", "sqlite:env.db")];
        let flag = || SettingArgs { ledger: Some("sqlite:flag.db".into()), ..Default::default() };
        let ledger = |file, args, env: &[_]| resolve(file, args, env).unwrap().ledger;
        assert_eq!(ledger(file, flag(), &env), "sqlite:flag.db");
        assert_eq!(ledger(file, SettingArgs::default(), &env), "sqlite:env.db");
        assert_eq!(ledger(file, SettingArgs::default(), &[]), "sqlite:file.db");
        assert_eq!(ledger("", SettingArgs::default(), &[]), "sqlite:daka.db");
        assert_eq!(ledger("", SettingArgs::default(), &[("DAKA_LEDGER", "")]), "sqlite:daka.db");
    }

    #[test]
    fn secrets_come_from_files_beside_the_settings() {
        let settings =
            resolve("[wecom]\nsecret_file = 'secret'\n", SettingArgs::default(), &[]).unwrap();
        assert_eq!(settings.secret.as_ref().unwrap().expose_secret(), "from-file");
        assert!(!format!("{settings:?}").contains("from-file"));
        let refused = resolve("[wecom]\nsecret = 'oops'\n", SettingArgs::default(), &[]);
        assert!(!refused.unwrap_err().problems[0].to_string().contains("oops"));
    }

    #[test]
    fn sheets_are_chinese_unless_someone_asks() {
        let default = resolve("", SettingArgs::default(), &[("LANG", "en_US.UTF-8")]).unwrap();
        assert_eq!((default.lang, default.report_lang), (Lang::En, Lang::Zh));
        let asked = resolve("", SettingArgs::default(), &[("DAKA_LANG", "en")]).unwrap();
        assert_eq!(asked.report_lang, Lang::En);
        assert!(resolve("", SettingArgs::default(), &[("DAKA_LANG", "fr")]).is_err());
    }
}
