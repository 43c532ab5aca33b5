//! Whether the API can be reached at all, before any credentials come into play.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header;
use tokio::time::Instant;

use super::Client;
use crate::{Error, calls};

/// An answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ping {
    /// What time the server thinks it is, to the second, where it says so.
    pub server_time: Option<Timestamp>,
    /// The same moment by the client's clock.
    pub client_time: Timestamp,
    /// How long the answer took.
    pub took: Duration,
}

impl Client {
    /// Sends one request without credentials: a name, a route, TLS and a proxy that work are proved
    /// by any answer. Compare the two clocks to find a skew, which makes tokens expire early.
    ///
    /// # Errors
    /// Of kind `network` or `timeout`, or `http` when a gateway stands in for the server.
    pub async fn ping(&self) -> Result<Ping, Error> {
        let call = &calls::GETCORPCHECKINOPTION;
        let company = &self.0.company;
        let url = format!("{}/cgi-bin/{}", company.base_url, call.path);
        let sent = Instant::now();
        let answer = company.http.post(url).body("{}").send().await;
        let response = answer.map_err(|e| Error::from_http("ping", e))?;
        if response.status().is_server_error() {
            return Err(Error::http("ping", response.status().as_u16(), b""));
        }
        let date = response.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        let server_time =
            date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        Ok(Ping { server_time, client_time: (company.clock)(), took: sent.elapsed() })
    }
}
