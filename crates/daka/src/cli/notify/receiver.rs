//! A receiver, ready to be told.

use wecom_checkin::RetryPolicy;

use super::super::{Context, wecom::Clients};
use crate::{
    failure::Failure,
    lang::{Text, text},
    notify::{Channel, Mailer, Patience, Sender, Wording},
    settings::{Receiver, ReceiverKind},
};

/// Bytes of a WeCom robot's markdown.
const WECOM_ROBOT_BYTES: usize = 4096;
/// Bytes of a text of an app.
const WECOM_APP_BYTES: usize = 2048;
/// Both take bodies of 20,000 bytes; escapes and the rest of the body want room.
const OTHER_ROBOT_BYTES: usize = 9_000;
/// A mail or a webhook has no documented limit; a person who reads it has.
const UNLIMITED_BYTES: usize = 200_000;

/// A receiver of the settings, how it is reached and how it is spoken to.
pub(super) struct Told<'a> {
    pub(super) receiver: &'a Receiver,
    pub(super) wording: Wording,
    /// `None` where nothing is to be sent.
    pub(super) sender: Option<Sender>,
}

impl<'a> Told<'a> {
    pub(super) fn new(
        context: &Context,
        receiver: &'a Receiver,
        is_dry: bool,
    ) -> Result<Self, Failure> {
        let (is_chat, most_bytes) = match receiver.kind {
            ReceiverKind::WecomRobot => (true, WECOM_ROBOT_BYTES),
            ReceiverKind::WecomApp => (true, WECOM_APP_BYTES),
            ReceiverKind::Dingtalk | ReceiverKind::Feishu => (true, OTHER_ROBOT_BYTES),
            ReceiverKind::Webhook | ReceiverKind::Smtp => (false, UNLIMITED_BYTES),
        };
        let wrong = |what: &Text| wrong(receiver, what);
        let wording = Wording::new(
            receiver.lang(context.settings.report_lang)?,
            (receiver.title.clone(), receiver.template.clone()),
            receiver.kind == ReceiverKind::WecomApp,
            is_chat,
            most_bytes,
        );
        let sender = if is_dry { None } else { Some(sender(context, receiver)?) };
        let wording = wording.map_err(|why| wrong(&text!("{why}", "{why}")))?;
        Ok(Self { receiver, wording, sender })
    }

    /// Whom of the receiver's someone's findings go to.
    pub(super) fn recipient(&self, userid: &str) -> String {
        let is_personal = self.receiver.kind == ReceiverKind::WecomApp;
        if is_personal { userid.to_owned() } else { String::new() }
    }
}

fn wrong(receiver: &Receiver, what: &Text) -> Failure {
    let name = &receiver.name;
    Failure::setting(
        text!([what], "the receiver {name}: {what}", "接收方 {name}：{what}"),
        text!(
            "mend its [[notify]] entry; see docs/notify.md",
            "请修改它的 [[notify]]；见 docs/notify.md"
        ),
    )
}

fn sender(context: &Context, receiver: &Receiver) -> Result<Sender, Failure> {
    let environment = |name: &str| std::env::var(name).ok();
    let url = || receiver.url(environment);
    let secret = || receiver.secret(environment);
    let channel = match receiver.kind {
        ReceiverKind::WecomRobot => Channel::WecomRobot { url: url()? },
        ReceiverKind::Dingtalk => Channel::Dingtalk { url: url()?, secret: secret()? },
        ReceiverKind::Feishu => Channel::Feishu { url: url()?, secret: secret()? },
        ReceiverKind::Webhook => Channel::Webhook { url: url()?, secret: secret()? },
        ReceiverKind::WecomApp => {
            let agent_id = receiver.agent_id.ok_or_else(|| receiver.lacks("agent_id"))?;
            let mut settings = context.settings.clone();
            // The app that writes need not be the one that reads check-ins.
            settings.secret = secret()?.or(settings.secret);
            let client = Clients::with_retry(&settings, RetryPolicy::default())?.checkin;
            Channel::WecomApp { client: Box::new(client), agent_id }
        }
        ReceiverKind::Smtp => {
            let server = receiver.server.as_deref().ok_or_else(|| receiver.lacks("server"))?;
            let from = receiver.from.as_deref().ok_or_else(|| receiver.lacks("from"))?;
            let login = match (&receiver.user, secret()?) {
                (Some(user), Some(password)) => Some((user.clone(), password)),
                (None, None) => None,
                _ => return Err(receiver.lacks("user and secret_file")),
            };
            let mailer = Mailer::new((server, receiver.tls), login, from, &receiver.to);
            Channel::Mail(Box::new(mailer.map_err(|what| wrong(receiver, &what))?))
        }
    };
    Sender::new(channel, Patience::default()).ok_or_else(|| {
        wrong(
            receiver,
            &text!("its address is no http or https address", "其地址不是 http 或 https 地址"),
        )
    })
}
