//! Settings: flag, then environment, then `daka.toml`, then default.

mod company;
mod file;
mod receiver;

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use company::Overrides;
pub(crate) use company::{Company, Label};
use daka_sync::plan::APPROVALS_BACK_MONTHS;
use jiff::tz::TimeZone;
pub(crate) use receiver::{Receiver, ReceiverKind, Tls};
use secrecy::SecretString;

use crate::{
    failure::Failure,
    lang::{Lang, text},
};

/// The flags that every command has.
#[derive(Debug, Clone, Args, Default)]
#[command(next_help_heading = "Settings")]
pub(crate) struct SettingArgs {
    /// Settings file [default: ./daka.toml, else daka/daka.toml in the user's config folder]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    #[arg(
        long,
        value_name = "CORPID_OR_NAME",
        global = true,
        help = "The company, where the settings or the ledger have several [env: WECOM_CORP_ID]"
    )]
    pub(crate) company: Option<String>,
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
        value_name = "zh|en",
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
    /// How many months before a day approvals for it may have been handed in.
    pub(crate) approvals_back_months: i64,
    pub(crate) zone: TimeZone,
    /// For messages.
    pub(crate) lang: Lang,
    /// For report sheets, which are Chinese unless someone asked for a language.
    pub(crate) report_lang: Lang,
    pub(crate) token_cache: bool,
    pub(crate) policy: toml::Table,
    /// Whom findings are told.
    pub(crate) receivers: Vec<Receiver>,
    /// Calendar files that the settings name; later ones win.
    pub(crate) calendar_files: Vec<PathBuf>,
    /// The settings file that was read.
    pub(crate) file: Option<PathBuf>,
    /// The files that secrets were read from.
    pub(crate) secret_files: Vec<PathBuf>,
    /// What the company is called, where a command works on several.
    pub(crate) label: Option<Label>,
    /// The companies of the settings file, where it lists several and none of them is chosen. The
    /// settings above are then nobody's.
    pub(crate) several: Vec<Company>,
}

/// Looks a variable of the environment up; an empty one counts as unset.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Settles every setting. `environment` looks a variable up; an empty one counts as unset.
    pub(crate) fn resolve(
        args: &SettingArgs,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
        let (file, path) = file::read(args.config.as_deref())?;
        let folder = path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        let lang = match (args.lang, environment("DAKA_LANG")) {
            (Some(lang), _) => Some(lang),
            (None, Some(text)) => Some(company::parse_lang(&text)?),
            (None, None) => None,
        };
        let overrides = Overrides {
            base_url: args.base_url.clone().or_else(|| environment("WECOM_BASE_URL")),
            timezone: args.timezone.clone(),
            lang,
            usual_lang: Lang::of_environment(environment),
            folder: &folder,
        };
        let named = args.company.clone().or_else(|| environment("WECOM_CORP_ID"));
        let (chosen, several) = company::choose(named, &file, &overrides)?;
        let ledger = environment("DAKA_LEDGER");
        // Which of several companies a secret of the environment is of, nobody knows.
        let none_chosen = !several.is_empty();
        let environment: Environment<'_> = if none_chosen { &|_| None } else { &environment };
        let shared = Self {
            corp_id: None,
            secret: None,
            contact_secret: None,
            base_url: None,
            ledger: args
                .ledger
                .clone()
                .or(ledger)
                .or(file.ledger.url)
                .unwrap_or_else(|| "sqlite:daka.db".into()),
            approvals_back_months: approvals_back_months(file.sync.approvals_back_months)?,
            zone: chosen.zone.clone(),
            lang: chosen.lang,
            report_lang: chosen.report_lang,
            token_cache: !args.no_token_cache,
            policy: toml::Table::new(),
            receivers: Vec::new(),
            calendar_files: file.calendar.files.iter().map(|path| folder.join(path)).collect(),
            file: path,
            secret_files: Vec::new(),
            label: None,
            several,
        };
        shared.with(chosen, environment)
    }

    /// Fails where several companies are set and none of them is chosen.
    pub(crate) fn one_company(&self) -> Result<(), Failure> {
        if self.several.is_empty() {
            return Ok(());
        }
        Err(Failure::setting(
            text!(
                "several companies are set and none is chosen: {names}",
                "设置了多家企业，但没有选定：{names}",
                names = company::names(&self.several)
            ),
            text!(
                "add --company with a name or corp id, or set WECOM_CORP_ID",
                "请用 --company 指定名称或 corp id，或设置 WECOM_CORP_ID"
            ),
        ))
    }

    /// The same for one of the [several](Settings::several) companies. Its secret files are read
    /// now.
    pub(crate) fn of(&self, company: &Company) -> Result<Self, Failure> {
        let settings = Self { several: Vec::new(), label: company.label(), ..self.clone() };
        settings.with(company.clone(), &|_| None)
    }

    /// The same where nothing secret is needed.
    pub(crate) fn without_secrets(&self, company: &Company) -> Result<Self, Failure> {
        self.of(&company.without_secrets())
    }

    fn with(self, company: Company, environment: Environment<'_>) -> Result<Self, Failure> {
        let mut secret_files = Vec::new();
        let mut secret = |variable: &str, path: Option<PathBuf>| match (environment(variable), path)
        {
            (Some(secret), _) => Ok(Some(SecretString::from(secret.trim()))),
            (None, Some(path)) => {
                let secret = read_secret(&path)?;
                secret_files.push(path);
                Ok(Some(secret))
            }
            (None, None) => Ok(None),
        };
        let checkin_secret = secret("WECOM_SECRET", company.secret_file)?;
        let contact_secret = secret("WECOM_CONTACT_SECRET", company.contact_secret_file)?;
        Ok(Self {
            corp_id: company.corp_id,
            secret: checkin_secret,
            contact_secret,
            base_url: company.base_url,
            zone: company.zone,
            lang: company.lang,
            report_lang: company.report_lang,
            policy: company.policy,
            receivers: company.receivers,
            secret_files,
            ..self
        })
    }
}

/// Ten years at most: each month takes calls of its own.
fn approvals_back_months(set: Option<i64>) -> Result<i64, Failure> {
    match set.unwrap_or(APPROVALS_BACK_MONTHS) {
        months @ 0..=120 => Ok(months),
        months => Err(Failure::setting(
            text!(
                "sync.approvals_back_months is {months}, and no number from 0 to 120",
                "sync.approvals_back_months 是 {months}，不在 0 到 120 之间"
            ),
            text!(
                "leave it out for 12 months, or take as many as lie between handing leave in and its last day",
                "不写即 12 个月；或写从提交请假到请假最后一天可能相隔的月数"
            ),
        )),
    }
}

fn read_secret(path: &Path) -> Result<SecretString, Failure> {
    let shown = path.display();
    let text = crate::handed_in::file(path).map_err(|e| {
        Failure::setting(
            text!(
                "the secret file {shown} cannot be read: {e}",
                "无法读取 secret 文件 {shown}：{e}"
            ),
            text!(
                "check secret_file in daka.toml, and the file's permissions",
                "请检查 daka.toml 中的 secret_file 和文件权限"
            ),
        )
    })?;
    let secret = text.trim();
    if secret.is_empty() {
        return Err(Failure::setting(
            text!("the secret file {shown} is empty", "secret 文件 {shown} 是空的"),
            text!("put the app's secret into it", "请写入应用的 secret"),
        ));
    }
    Ok(SecretString::from(secret))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn resolve(file: &str, args: SettingArgs, env: &[(&str, &str)]) -> Result<Settings, Failure> {
        resolve_in(tempfile::tempdir().unwrap().path(), file, args, env)
    }

    fn resolve_in(
        folder: &Path,
        file: &str,
        args: SettingArgs,
        env: &[(&str, &str)],
    ) -> Result<Settings, Failure> {
        let path = folder.join("daka.toml");
        std::fs::write(&path, file).unwrap();
        std::fs::write(folder.join("secret"), "from-file\n").unwrap();
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
        assert!(!refused.unwrap_err().problems[0].line(Lang::En).contains("oops"));
    }

    #[test]
    fn sheets_are_chinese_unless_someone_asks() {
        let default = resolve("", SettingArgs::default(), &[("LANG", "en_US.UTF-8")]).unwrap();
        assert_eq!((default.lang, default.report_lang), (Lang::En, Lang::Zh));
        let asked = resolve("", SettingArgs::default(), &[("DAKA_LANG", "en")]).unwrap();
        assert_eq!(asked.report_lang, Lang::En);
        assert!(resolve("", SettingArgs::default(), &[("DAKA_LANG", "fr")]).is_err());
    }

    const LIST: &str = "
        [wecom]
        base_url = 'http://all'
        [policy]
        settle_minutes = 5
        truncate_to_minute = true
        [[company]]
        corp_id = 'ww1'
        name = 'Head office'
        secret_file = 'secret'
        timezone = 'Asia/Tokyo'
        [company.policy]
        settle_minutes = 9
        [[company]]
        corp_id = 'ww2'
        base_url = 'http://two'
        lang = 'en'
        secret_file = 'nowhere'
    ";

    fn chosen(company: Option<&str>, env: &[(&str, &str)]) -> Result<Settings, Failure> {
        let company = company.map(str::to_owned);
        resolve(LIST, SettingArgs { company, ..Default::default() }, env)
    }

    #[test]
    fn a_company_of_the_list_is_chosen_by_name_or_id() {
        for (company, env) in [
            (Some("ww1"), &[][..]),
            (Some("Head office"), &[("WECOM_CORP_ID", "ww2")]),
            (None, &[("WECOM_CORP_ID", "ww1")]),
        ] {
            let settings = chosen(company, env).unwrap();
            assert_eq!(settings.corp_id.as_deref(), Some("ww1"), "{company:?} {env:?}");
            assert_eq!(settings.secret.as_ref().unwrap().expose_secret(), "from-file");
            assert_eq!(settings.zone.iana_name(), Some("Asia/Tokyo"));
            assert_eq!(settings.base_url.as_deref(), Some("http://all"));
            assert_eq!(settings.policy["settle_minutes"], toml::Value::Integer(9));
            assert_eq!(settings.policy["truncate_to_minute"], toml::Value::Boolean(true));
            assert!(settings.one_company().is_ok());
        }
        let env = [("WECOM_CORP_ID", "ww2"), ("WECOM_SECRET", "s"), ("WECOM_BASE_URL", "http://x")];
        let settings = chosen(None, &env).unwrap();
        assert_eq!(settings.secret.as_ref().unwrap().expose_secret(), "s");
        assert_eq!(settings.base_url.as_deref(), Some("http://x"));
        assert_eq!((settings.lang, settings.report_lang), (Lang::En, Lang::En));
    }

    #[test]
    fn several_companies_are_drawn_one_by_one() {
        // A secret of the environment could be of either.
        let folder = tempfile::tempdir().unwrap();
        let env = [("WECOM_SECRET", "whose?")];
        let settings = resolve_in(folder.path(), LIST, SettingArgs::default(), &env).unwrap();
        assert_eq!((&settings.corp_id, settings.secret.is_some()), (&None, false));
        let refused = settings.one_company().unwrap_err();
        assert_eq!(refused.exit, crate::failure::Exit::Usage);
        assert!(
            refused.problems[0]
                .errmsg
                .in_lang(Lang::En)
                .ends_with("none is chosen: Head office (ww1), ww2")
        );
        let [one, two] = settings.several.as_slice() else { panic!() };
        let one = settings.of(one).unwrap();
        assert_eq!(one.label.unwrap().to_string(), "Head office (ww1)");
        assert!(one.several.is_empty() && one.secret.is_some());
        assert!(
            settings.of(two).unwrap_err().problems[0].errmsg.in_lang(Lang::En).contains("nowhere")
        );
        let only = "[[company]]\ncorp_id = 'ww1'\n";
        let only = resolve(only, SettingArgs::default(), &[]).unwrap();
        assert_eq!(only.corp_id.as_deref(), Some("ww1"), "one entry needs no choice");
    }

    #[test]
    fn mistakes_in_the_list_are_named_by_line_or_entry() {
        for (file, words) in [
            ("[[company]]\ncorp_id = 'a'\nsecret = 'oops'\n", "line 3: unknown field `secret`"),
            ("[ledger]\n\n[[company]]\nname = 'a'\n", "line 3: missing field `corp_id`"),
            ("company = 'a'\n", "line 1: invalid type: string \"a\", expected [company] or"),
            ("[[company]]\ncorp_id = ' '\n", "number 1 ( ): corp_id is empty"),
            (
                "[[company]]\ncorp_id = 'a'\n[[company]]\ncorp_id = 'b'\nname = 'a'\n",
                "number 2 (b): number 1 is called a too",
            ),
            (
                "[[company]]\ncorp_id = 'a'\ntimezone = 'Mars'\n",
                "number 1 (a): there is no time zone \"Mars\"",
            ),
            ("[[company]]\ncorp_id = 'a'\nlang = 'fr'\n", "number 1 (a): there is no language"),
            (
                "[wecom]\ncorp_id = 'a'\n[[company]]\ncorp_id = 'b'\n",
                "names a company in [wecom] beside its list",
            ),
        ] {
            let refused = resolve(file, SettingArgs::default(), &[]).unwrap_err();
            let said = refused.problems[0].line(Lang::En);
            assert!(said.contains(words) && !said.contains("oops"), "{file} {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
        let stranger = chosen(Some("ww9"), &[]).unwrap_err().problems[0].line(Lang::En);
        assert!(stranger.contains("called ww9; there are: Head office (ww1), ww2"), "{stranger}");
    }
}
