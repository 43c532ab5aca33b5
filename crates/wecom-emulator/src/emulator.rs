//! An emulator that runs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::call_log::Call;
use crate::company::Company;
use crate::data_folder::{DataError, DataFolder};
use crate::day::Day;
use crate::messages::Message;
use crate::record::Recorder;
use crate::server::{self, Server};
use crate::settings::{Config, Source};
use crate::truth::Truth;
use crate::wire::{Door, Peer};
use crate::world::World;
use crate::{control, login, trees};

/// The largest company.
const MOST_PEOPLE: u32 = 1_000_000;

/// A running emulator. It stops when this is dropped.
pub struct Emulator {
    addr: SocketAddr,
    server: Arc<Server>,
    stop: watch::Sender<bool>,
    stopped: watch::Receiver<bool>,
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// The address asked for.
        addr: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The company would be empty or too large.
    #[error("a company has 1 to {MOST_PEOPLE} people, not {people}")]
    People {
        /// The number asked for.
        people: u32,
    },
    /// The data folder was not taken.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A recording cannot begin in this folder.
    #[error("cannot record into {}: {source}", folder.display())]
    Record {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A built-in rule does not read: a defect of this crate.
    #[error("built-in rule: {0}")]
    Rule(serde_json::Error),
}

impl Emulator {
    /// Starts an emulator on the current tokio runtime; it answers as soon as this returns.
    ///
    /// # Errors
    ///
    /// When the address is taken, the company has no or too many people, or the data folder does not read.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// use wecom_emulator::{Config, Emulator};
    ///
    /// let emulator = Emulator::start(Config { people: 5, ..Config::default() }).await?;
    /// assert!(emulator.base_url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), wecom_emulator::StartError>(())
    /// # }).unwrap();
    /// ```
    pub async fn start(config: Config) -> Result<Self, StartError> {
        if !(1..=MOST_PEOPLE).contains(&config.people) {
            return Err(StartError::People { people: config.people });
        }
        let data = match &config.source {
            Source::Generated | Source::Record { .. } => None,
            Source::Data(folder) => Some(DataFolder::open(folder)?),
        };
        let recorder = match &config.source {
            Source::Record { upstream, folder } => Some(
                Recorder::begin(upstream, folder, config.seed)
                    .map_err(|source| StartError::Record { folder: folder.clone(), source })?,
            ),
            _ => None,
        };
        let Config { seed, people, features, .. } = config;
        let company = Company { seed, people, features };
        let rules = trees::built_in(&company).map_err(StartError::Rule)?;
        let refused = |source| StartError::Listen { addr: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        let server =
            Arc::new(Server::new(config, World::new(company, features, rules), data, recorder));
        let (stop, mut asked_to_stop) = watch::channel(false);
        let (ended, stopped) = watch::channel(false);
        let app = axum::Router::new()
            .merge(control::routes())
            .merge(login::routes())
            .fallback(server::cgi)
            .with_state(Arc::clone(&server))
            .into_make_service_with_connect_info::<Peer>();
        tokio::spawn(async move {
            let signal = async move {
                // An error means that the emulator was dropped, which also ends it.
                let _ = asked_to_stop.wait_for(|stop| *stop).await;
            };
            if let Err(error) =
                axum::serve(Door(listener), app).with_graceful_shutdown(signal).await
            {
                tracing::error!(%error, "the emulator ended");
            }
            let _ = ended.send(true);
        });
        Ok(Self { addr, server, stop, stopped })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The company's id.
    pub fn corp_id(&self) -> &str {
        &self.server.corp_id
    }

    /// The secret of the app that may read check-ins.
    pub fn secret(&self) -> &str {
        &self.server.secret
    }

    /// The contact-sync secret.
    pub fn contact_secret(&self) -> &str {
        &self.server.contact_secret
    }

    /// `agentid` of the app, for `message/send` and for logging in.
    pub fn agent_id(&self) -> i64 {
        self.server.agent_id
    }

    /// The key of the group's robot, for `webhook/send`.
    pub fn webhook_key(&self) -> &str {
        &self.server.webhook_key
    }

    /// The messages sent so far, oldest first; the newest 10,000 are kept.
    pub fn messages(&self) -> Vec<Message> {
        self.server.messages.all()
    }

    /// What `daka emulate` prints when it is ready.
    pub fn ready_line(&self) -> String {
        format!(
            "ready base={} corp_id={} secret={} contact_secret={}",
            self.base_url(),
            self.corp_id(),
            self.secret(),
            self.contact_secret()
        )
    }

    /// The requests answered so far, oldest first; the newest 100,000 are kept.
    pub fn calls(&self) -> Vec<Call> {
        self.server.log.all()
    }

    /// The verdict planned for a person's day, as it stands at the emulator's now.
    /// `None` for somebody unknown, and in data mode.
    pub fn truth(&self, userid: &str, date: Date) -> Option<Truth> {
        if self.server.data().is_some() {
            return None;
        }
        let view = self.server.view();
        let person = view.company.find(userid)?;
        view.truth(&person, Day::from_date(date))
    }

    /// Everyone in the company today, in the order of `user/list_id`.
    pub fn userids(&self) -> Vec<String> {
        self.server.members(usize::MAX)
    }

    /// Stops, and waits until running answers are out.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        self.wait().await;
    }

    /// Waits until the emulator ends.
    pub async fn wait(&self) {
        let mut stopped = self.stopped.clone();
        // An error means that the server's task is gone, which is the end too.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}
