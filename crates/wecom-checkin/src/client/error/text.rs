//! What an error says, in both languages.

use std::fmt;

use super::{Error, PROXY_WANTS_CREDENTIALS, What};
use crate::codes::Bilingual;

const fn both(en: &'static str, zh: &'static str) -> Bilingual {
    Bilingual { en, zh }
}

const UNKNOWN_CODE: Bilingual = both(
    "look the code up at open.work.weixin.qq.com/devtool/query and compare the request with the call's page",
    "在 open.work.weixin.qq.com/devtool/query 查询该错误码，并对照接口文档检查请求",
);
const PROXY: Bilingual = both(
    "put the proxy's name and password into HTTPS_PROXY (http://name:password@host:port), or name the API's host in NO_PROXY",
    "在 HTTPS_PROXY 中写上代理的用户名和密码（http://name:password@host:port），或在 NO_PROXY 中写上 API 的主机名",
);
const SERVER: Bilingual = both(
    "try again later; if a proxy stands between, look at its log",
    "稍后再试；若中间有代理，查看其日志",
);
const CERTIFICATE: Bilingual = both(
    "if a company proxy opens TLS, trust its authority (a setting); check the clock",
    "若公司代理会解开 TLS，请在设置中信任其根证书；并检查系统时钟",
);
const NETWORK: Bilingual = both(
    "check the API address, DNS, the proxy settings (HTTPS_PROXY, NO_PROXY) and the firewall",
    "检查 API 地址、DNS、代理设置（HTTPS_PROXY、NO_PROXY）和防火墙",
);
const TIMEOUT: Bilingual = both(
    "try again; if it lasts, check the network and the proxy, or allow more time",
    "再试一次；若一直如此，检查网络和代理，或放宽超时",
);
const BETWEEN: Bilingual = both(
    "check the API address and what stands between: a proxy, a gateway, a captive portal",
    "检查 API 地址以及中间的代理、网关或上网认证页面",
);
const REQUEST: Bilingual = both("change the request", "请修改请求");

impl Error {
    /// What a person can do about it, and where in the admin console.
    pub fn hint(&self) -> Bilingual {
        match &self.0.what {
            What::Api { .. } => self.code().map_or(UNKNOWN_CODE, |code| code.hint),
            What::Http { status: PROXY_WANTS_CREDENTIALS, .. } => PROXY,
            What::Http { status: 500.., .. } => SERVER,
            What::Network { cause, .. } if cause.0.contains("certificate") => CERTIFICATE,
            What::Network { .. } => NETWORK,
            What::Timeout { .. } => TIMEOUT,
            What::Http { .. } | What::Decode(_) => BETWEEN,
            What::Limit(_) | What::Input { .. } => REQUEST,
        }
    }

    /// The error in Chinese, as `Display` says it in English. What is wrong with a request
    /// (kinds `limit` and `input`) is said in English, for it names fields.
    pub fn zh(&self) -> impl fmt::Display + '_ {
        struct Chinese<'a>(&'a Error);

        impl fmt::Display for Chinese<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.say(f, |text| text.zh)
            }
        }

        Chinese(self)
    }

    fn say(&self, f: &mut fmt::Formatter<'_>, lang: fn(Bilingual) -> &'static str) -> fmt::Result {
        if let Some(call) = self.call() {
            write!(f, "{call}: ")?;
        }
        let mut say = |en, zh| f.write_str(lang(both(en, zh)));
        match &self.0.what {
            What::Api { errcode, .. } => {
                say("WeCom answered ", "企业微信返回 ")?;
                write!(f, "{errcode}")?;
                if let Some(code) = self.code() {
                    write!(f, "{}{}", lang(both(", ", "，")), lang(code.meaning))?;
                }
                match self.errmsg() {
                    Some(errmsg) if !errmsg.is_empty() => write!(f, " ({errmsg})"),
                    _ => Ok(()),
                }
            }
            What::Http { status: PROXY_WANTS_CREDENTIALS, .. } => say(
                "the proxy wants a name and a password (HTTP 407)",
                "代理要求用户名和密码（HTTP 407）",
            ),
            What::Http { status, html } => {
                say("the server answered HTTP ", "服务器返回 HTTP ")?;
                write!(f, "{status}")?;
                let page = both(" with an HTML page", "，内容是一个网页");
                if *html { f.write_str(lang(page)) } else { Ok(()) }
            }
            What::Network { connected: false, .. } => say("no connection", "无法连接"),
            What::Network { .. } => say("the connection broke", "连接中断"),
            What::Timeout { connected: false } => say("no connection in time", "连接超时"),
            What::Timeout { .. } => say("no answer in time", "等待应答超时"),
            What::Decode(_) => {
                say("the answer is not what the call documents", "应答与接口文档不符")
            }
            What::Limit(limit) => write!(f, "{limit}"),
            What::Input { field: Some(field), complaint } => write!(f, "{field} {complaint}"),
            What::Input { field: None, complaint } => f.write_str(complaint),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.say(f, |text| text.en)
    }
}
