//! The two languages that daka speaks, and the one way to say something in both.
//!
//! Whatever a person reads is a [`Text`], written with [`text!`]: a sentence without its pair does
//! not compile, and a sentence beside that way does not pass `tests/architecture.rs`.

use std::{borrow::Cow, fmt, str::FromStr};

use wecom_checkin::codes::Bilingual;

/// A language for reports and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The text in this language.
    pub(crate) fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The language of a POSIX locale such as `zh_CN.UTF-8`; English where it is neither.
    pub(crate) fn of_locale(locale: &str) -> Self {
        locale.parse().unwrap_or(Self::En)
    }

    /// The language before any settings are read: of a flag, else of the environment.
    pub(crate) fn at_start(
        mut args: impl Iterator<Item = String>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let mut flag = None;
        while let Some(arg) = args.next() {
            match arg.strip_prefix("--lang") {
                Some("") => flag = args.next(),
                Some(value) => flag = value.strip_prefix('=').map(str::to_owned),
                None => {}
            }
        }
        flag.and_then(|flag| flag.parse().ok()).unwrap_or_else(|| Self::of_environment(environment))
    }

    /// The language that the environment asks for, else that of the locale.
    pub(crate) fn of_environment(environment: impl Fn(&str) -> Option<String>) -> Self {
        let wanted = environment("DAKA_LANG").and_then(|lang| lang.parse().ok());
        let locale = || {
            ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .find_map(|name| environment(name).filter(|value| !value.is_empty()))
        };
        wanted.or_else(|| locale().map(|locale| Self::of_locale(&locale))).unwrap_or(Self::En)
    }
}

impl FromStr for Lang {
    type Err = Refusal;

    /// Reads a language as people write it: `zh`, `zh_CN`, `zh-Hans`, `zh_CN.UTF-8`, `en`, `en_US`.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let language = text.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "zh" => Ok(Self::Zh),
            "en" => Ok(Self::En),
            _ => Err(Refusal(text!(
                "there is no language {text:?}; choose zh or en",
                "没有 {text:?} 这种语言；请选 zh 或 en"
            ))),
        }
    }
}

impl From<Lang> for attendance::Lang {
    fn from(lang: Lang) -> Self {
        lang.pick(Self::Zh, Self::En)
    }
}

/// Something to say, in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text {
    en: Cow<'static, str>,
    zh: Cow<'static, str>,
}

impl Text {
    /// What the macro [`text!`] makes.
    pub(crate) fn of(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// What has no language, or not ours: a name, a path, another program's own words.
    pub(crate) fn as_is(text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        Self { en: text.clone(), zh: text }
    }

    /// In a language.
    pub(crate) fn in_lang(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }

    /// The same after a change that knows the language.
    pub(crate) fn map(&self, change: impl Fn(Lang, &str) -> String) -> Self {
        Self::of(change(Lang::En, &self.en), change(Lang::Zh, &self.zh))
    }

    /// Whether there is nothing to say.
    pub(crate) fn is_empty(&self) -> bool {
        self.en.is_empty()
    }
}

impl From<Bilingual> for Text {
    fn from(pair: Bilingual) -> Self {
        Self::of(pair.en, pair.zh)
    }
}

/// Why an argument cannot be read: a [`Text`] on its way through the command line's parser, which
/// shows errors in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) Text);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Refusal {}

/// A sentence in both languages, English first. Values are named in braces as in `format!`; after
/// the sentences `name = value` names more of them, and `[part]` before them names those values
/// that are a [`Text`] themselves.
///
/// ```ignore
/// text!("there is no shift {id}", "没有班次 {id}")
/// text!("reading {path} failed", "读取 {path} 失败", path = path.display())
/// text!([what], "{what} is not set", "未设置{what}")
/// ```
macro_rules! text {
    ([$($part:ident),+], $en:literal, $zh:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        use $crate::lang::Lang::{En, Zh};
        $(let $name = &$value;)*
        let say_en = { $(let $part = $part.in_lang(En);)+ format!($en) };
        let say_zh = { $(let $part = $part.in_lang(Zh);)+ format!($zh) };
        $crate::lang::Text::of(say_en, say_zh)
    }};
    ($en:literal, $zh:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        $(let $name = &$value;)*
        $crate::lang::Text::of(format!($en), format!($zh))
    }};
}

pub(crate) use text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_as_people_write_it() {
        for (text, lang) in [
            ("zh", Some(Lang::Zh)),
            ("zh_CN", Some(Lang::Zh)),
            ("zh-Hans", Some(Lang::Zh)),
            ("zh_CN.UTF-8", Some(Lang::Zh)),
            ("ZH", Some(Lang::Zh)),
            ("en_US.UTF-8", Some(Lang::En)),
            ("en", Some(Lang::En)),
            ("fr", None),
            ("zhx", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), lang, "{text}");
        }
    }

    #[test]
    fn the_first_word_on_the_language_is_the_flag() {
        let lang = |args: &[&str], environment: &[(&str, &str)]| {
            let args = args.iter().map(|arg| (*arg).to_owned());
            let look_up = |name: &str| {
                let found = environment.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            Lang::at_start(args, look_up)
        };
        assert_eq!(lang(&["daka", "--lang", "zh"], &[("DAKA_LANG", "en")]), Lang::Zh);
        assert_eq!(lang(&["daka", "--lang=zh"], &[]), Lang::Zh);
        assert_eq!(lang(&["daka"], &[("DAKA_LANG", "zh_CN"), ("LANG", "en_US")]), Lang::Zh);
        assert_eq!(lang(&["daka"], &[("LC_ALL", ""), ("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(lang(&["daka"], &[("LANG", "C")]), Lang::En);
    }

    #[test]
    fn parts_of_a_sentence_are_in_its_language() {
        let what = text!("the secret", "密钥");
        let whole = text!([what], "{what} is not set: {n}", "未设置{what}：{n}", n = 1 + 1);
        assert_eq!(whole.in_lang(Lang::En), "the secret is not set: 2");
        assert_eq!(whole.in_lang(Lang::Zh), "未设置密钥：2");
    }
}
