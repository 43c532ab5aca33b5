//! The way to WeCom: connection, clock, credentials.

use jiff::{SignedDuration, Timestamp};
use wecom_checkin::{Client, Error};

use super::finding::{Finding, advice};

/// Whether the API answers at all, and whether its clock agrees with ours.
pub(super) async fn connection(client: &Client) -> (bool, Vec<Finding>) {
    let base_url = client.base_url();
    let proxies = proxies();
    let through = if proxies.is_empty() {
        "no proxy is set".to_owned()
    } else {
        format!("{} set", proxies.join(", "))
    };
    match client.ping().await {
        Ok(reach) => {
            let took = reach.took.as_millis();
            let connected =
                Finding::ok("connection", format!("{base_url} answered in {took} ms; {through}"));
            (true, vec![connected, clock(reach.server_time, reach.client_time)])
        }
        Err(error) => {
            let cause = cause(&error);
            let finding = format!("{base_url}: {error}{cause}; {through}");
            (false, vec![Finding::fail("connection", finding, remedy(&error, &cause))])
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
fn remedy(error: &Error, cause: &str) -> String {
    let cause = cause.to_ascii_lowercase();
    let known = [
        (
            "dns",
            "the name does not resolve: check the API address and the DNS servers of this machine",
        ),
        (
            "certificate",
            "the certificate is not trusted: if a company proxy opens TLS, add its authority to the system's certificates; also check this machine's date",
        ),
        (
            "tunnel",
            "the proxy refused: check HTTPS_PROXY, and that the proxy lets this address through",
        ),
        (
            "refused",
            "nothing listens there: check the API address, the port and the proxy settings (HTTPS_PROXY, NO_PROXY)",
        ),
    ];
    known
        .into_iter()
        .find(|(word, _)| cause.contains(word))
        .map_or_else(|| advice(error), |(_, remedy)| remedy.to_owned())
}

/// Compares the server's clock with this machine's.
fn clock(server: Option<Timestamp>, ours: Timestamp) -> Finding {
    const SOME: SignedDuration = SignedDuration::from_secs(30);
    const MUCH: SignedDuration = SignedDuration::from_mins(5);
    const ADVICE: &str = "let the machine set its clock by NTP (timedatectl set-ntp true): tokens expire unseen and days end at the wrong moment otherwise";
    let Some(server) = server else {
        return Finding::warn(
            "clock",
            "the answer does not tell the server's time",
            "compare this machine's clock with another by hand",
        );
    };
    let ahead = ours.duration_since(server);
    let skew = ahead.abs();
    let finding = if ahead.is_negative() {
        format!("this machine is {} s behind the server", skew.as_secs())
    } else {
        format!("this machine is {} s ahead of the server", skew.as_secs())
    };
    if skew > MUCH {
        Finding::fail("clock", finding, ADVICE)
    } else if skew > SOME {
        Finding::warn("clock", finding, ADVICE)
    } else {
        Finding::ok("clock", finding)
    }
}

/// Whether WeCom gives a token for the corp id and the secret.
pub(super) async fn token(check: &str, client: &Client) -> Finding {
    match client.check_credentials().await {
        Ok(until) => Finding::ok(check, format!("WeCom gave one; it lives until {until:.0}")),
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
            assert!(found.found.contains(words), "{}", found.found);
        }
        assert_eq!(clock(None, server).level, Level::Warn);
    }
}
