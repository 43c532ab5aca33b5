//! The way to WeCom: connection, clock, credentials.

use jiff::{SignedDuration, Timestamp};
use wecom_checkin::{Client, Error};

use super::finding::Finding;
use crate::{
    cli::wecom,
    lang::{Text, text},
};

/// Whether the API answers at all, and whether its clock agrees with ours.
pub(super) async fn connection(client: &Client) -> (bool, Vec<Finding>) {
    let base_url = client.base_url();
    let proxies = proxies();
    let through = if proxies.is_empty() {
        text!("no proxy is set", "未设置代理")
    } else {
        text!("{names} set", "已设置 {names}", names = proxies.join(", "))
    };
    match client.ping().await {
        Ok(reach) => {
            let took = reach.took.as_millis();
            let answered = text!(
                [through],
                "{base_url} answered in {took} ms; {through}",
                "{base_url} 在 {took} 毫秒内应答；{through}"
            );
            let connected = Finding::ok("connection", answered);
            (true, vec![connected, clock(reach.server_time, reach.client_time)])
        }
        Err(error) => {
            let said = wecom::said(&error);
            let finding = text!(
                [said, through],
                "{base_url}: {said}; {through}",
                "{base_url}：{said}；{through}"
            );
            (false, vec![Finding::fail("connection", finding, remedy(&error))])
        }
    }
}

fn cause(error: &Error) -> String {
    std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default()
}

/// Variables that name a proxy. Their values may hold a password.
fn proxies() -> Vec<&'static str> {
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY"]
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        .collect()
}

/// What to do about a connection that does not come about, by what the network stack says of it.
fn remedy(error: &Error) -> Text {
    let cause = cause(error).to_ascii_lowercase();
    let known = [
        (
            "dns",
            text!(
                "the name does not resolve: check the API address and the DNS servers of this machine",
                "域名无法解析：请检查 API 地址和本机的 DNS 服务器"
            ),
        ),
        (
            "certificate",
            text!(
                "the certificate is not trusted: if a company proxy opens TLS, add its authority to the system's certificates; also check this machine's date",
                "证书不受信任：如果公司代理会解密 TLS，请把它的根证书加入系统；也请检查本机日期"
            ),
        ),
        (
            "tunnel",
            text!(
                "the proxy refused: check HTTPS_PROXY, and that the proxy lets this address through",
                "代理拒绝了：请检查 HTTPS_PROXY，并让代理放行该地址"
            ),
        ),
        (
            "refused",
            text!(
                "nothing listens there: check the API address, the port and the proxy settings (HTTPS_PROXY, NO_PROXY)",
                "该地址没有服务：请检查 API 地址、端口和代理设置（HTTPS_PROXY、NO_PROXY）"
            ),
        ),
    ];
    known
        .into_iter()
        .find(|(word, _)| cause.contains(word))
        .map_or_else(|| wecom::hint(error), |(_, remedy)| remedy)
}

/// Compares the server's clock with this machine's.
fn clock(server: Option<Timestamp>, ours: Timestamp) -> Finding {
    const SOME: SignedDuration = SignedDuration::from_secs(30);
    const MUCH: SignedDuration = SignedDuration::from_mins(5);
    let advice = text!(
        "let the machine set its clock by NTP (timedatectl set-ntp true): tokens expire unseen and days end at the wrong moment otherwise",
        "请让本机用 NTP 对时（timedatectl set-ntp true）：否则令牌会在不知不觉中过期，考勤日也会在错误的时刻结束"
    );
    let Some(server) = server else {
        return Finding::warn(
            "clock",
            text!("the answer does not tell the server's time", "应答中没有服务器时间"),
            text!("compare this machine's clock with another by hand", "请手工核对本机时间"),
        );
    };
    let ahead = ours.duration_since(server);
    let skew = ahead.abs();
    let seconds = skew.as_secs();
    let finding = if ahead.is_negative() {
        text!("this machine is {seconds} s behind the server", "本机比服务器慢 {seconds} 秒")
    } else {
        text!("this machine is {seconds} s ahead of the server", "本机比服务器快 {seconds} 秒")
    };
    if skew > MUCH {
        Finding::fail("clock", finding, advice)
    } else if skew > SOME {
        Finding::warn("clock", finding, advice)
    } else {
        Finding::ok("clock", finding)
    }
}

/// Whether WeCom gives a token for the corp id and the secret.
pub(super) async fn token(check: &str, client: &Client) -> Finding {
    match client.check_credentials().await {
        Ok(until) => Finding::ok(
            check,
            text!(
                "WeCom gave one; it lives until {until:.0}",
                "企业微信已签发，有效期到 {until:.0}"
            ),
        ),
        Err(error) => Finding::refused(check, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Level, *};

    #[test]
    fn a_wrong_clock_is_told_by_how_much() {
        let server: Timestamp = "2026-11-05T12:00:00Z".parse().unwrap();
        for (ours, level, words) in [
            ("2026-11-05T12:00:03Z", Level::Ok, "3 s ahead"),
            ("2026-11-05T11:59:30Z", Level::Ok, "30 s behind"),
            ("2026-11-05T11:59:29Z", Level::Warn, "31 s behind"),
            ("2026-11-05T12:05:01Z", Level::Fail, "301 s ahead"),
        ] {
            let found = clock(Some(server), ours.parse().unwrap());
            assert_eq!(found.level, level, "{ours}");
            let told = found.found.in_lang(crate::lang::Lang::En);
            assert!(told.contains(words), "{told}");
        }
        assert_eq!(clock(None, server).level, Level::Warn);
    }
}
