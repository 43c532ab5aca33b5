//! A message as mail.

use std::net::IpAddr;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message as Letter, Tokio1Executor,
    message::{Mailbox, SinglePart},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls as Encryption, TlsParameters},
    },
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Again, Message, No};
use crate::{
    lang::{Text, text},
    settings::Tls,
};

/// A mail server, and from whom to whom it carries.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl Mailer {
    /// `server` is a name with or without a port. Fails with what is wrong.
    pub(crate) fn new(
        (server, tls): (&str, Tls),
        login: Option<(String, SecretString)>,
        from: &str,
        to: &[String],
    ) -> Result<Self, Text> {
        let mailbox = |address: &str| {
            let parsed: Result<Mailbox, _> = address.parse();
            parsed.map_err(|_| text!("{address:?} is no mail address", "{address:?} 不是邮件地址"))
        };
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                let port = port.parse().map_err(|_| {
                    text!(
                        "{server:?} is no mail server; write it like smtp.example.com:465",
                        "{server:?} 不是邮件服务器；请写成 smtp.example.com:465"
                    )
                })?;
                (host, Some(port))
            }
            _ => (server, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        if tls == Tls::None && login.is_some() && !is_here {
            return Err(text!(
                "a password would go to {host} in the clear",
                "密码会以明文发往 {host}"
            ));
        }
        let parameters = || {
            TlsParameters::new(host.to_owned()).map_err(|e| {
                text!("TLS with {host} cannot be set up: {e}", "无法与 {host} 建立 TLS：{e}")
            })
        };
        let (encryption, usual_port) = match tls {
            Tls::Implicit => (Encryption::Wrapper(parameters()?), 465),
            Tls::Starttls => (Encryption::Required(parameters()?), 587),
            Tls::None => (Encryption::None, 25),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port.unwrap_or(usual_port))
            .tls(encryption);
        if let Some((user, password)) = login {
            let password = password.expose_secret().to_owned();
            transport = transport.credentials(Credentials::new(user, password));
        }
        let to = to.iter().map(|address| mailbox(address)).collect::<Result<Vec<_>, _>>()?;
        if to.is_empty() {
            return Err(text!("nobody is in `to`", "`to` 中没有收件人"));
        }
        Ok(Self { transport: transport.build(), from: mailbox(from)?, to })
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), No> {
        let failed = |error: &dyn std::error::Error| {
            No::new(
                None,
                text!("the mail server did not take it ({error})", "邮件服务器没有接受（{error}）"),
                text!(
                    "check server, tls, user, password, from and to",
                    "请检查 server、tls、user、密码、from 和 to"
                ),
            )
        };
        // By this a mailbox knows the same mail again. The domain is nobody's (RFC 2606).
        let id = format!("<{}@daka.invalid>", message.id);
        let mut letter =
            Letter::builder().from(self.from.clone()).message_id(Some(id)).subject(&message.title);
        for to in &self.to {
            letter = letter.to(to.clone());
        }
        let letter = letter
            .singlepart(SinglePart::plain(message.text.clone()))
            .map_err(|e| failed(&e).of_all())?;
        // Before anything is sent: what fails here has certainly not arrived.
        if let Err(error) = self.transport.test_connection().await {
            let no = failed(&error).of_all();
            return Err(if error.is_permanent() { no } else { no.again(Again::BackOff) });
        }
        match self.transport.send(letter).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(failed(&error).of_all()),
            Err(error) if error.is_transient() => Err(failed(&error).again(Again::BackOff)),
            Err(error) => Err(failed(&error).unsure()),
        }
    }
}
