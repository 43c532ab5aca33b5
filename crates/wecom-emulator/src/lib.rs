//! A stand-in for the WeCom check-in API: a company made from a seed, the truth planned for each of its days,
//! and the API in front of it with its limits and oddities.
//!
//! It shares nothing with any client: its JSON is built by itself, so that a test against it means something.
//! Everything that is observed rather than documented can be switched off; see [`Manners`] and [`Limits`].
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use wecom_emulator::{Clock, Config, Emulator};
//!
//! let config = Config {
//!     people: 20,
//!     clock: Clock::Fixed("2026-07-01T12:00:00+08:00".parse().unwrap()),
//!     ..Config::default()
//! };
//! let emulator = Emulator::start(config).await?;
//! let userids = emulator.userids();
//! let day = jiff::civil::date(2026, 6, 1);
//! let truth = userids.first().and_then(|userid| emulator.truth(userid, day));
//! assert_eq!(truth.map(|truth| truth.date), Some("2026-06-01".to_owned()));
//! # Ok::<(), wecom_emulator::StartError>(())
//! # }).unwrap();
//! ```
//!
//! The way of an answer through the code: `server` (token, right, rate, faults) looks the call up in `calls`, whose `routes` ask a `world::View`;
//! the view draws each person-day through `duty` (what is owed), `planner` and `stories` (what happens), and `records` or `truth` write it down.

mod answer;
mod approvals;
mod ask;
mod bucket;
mod calendar;
mod call_log;
mod calls;
mod chance;
mod changes;
mod clock;
mod company;
mod control;
mod data_folder;
mod day;
mod day_cache;
mod duty;
mod emulator;
mod faults;
mod leave;
mod login;
mod mask;
mod messages;
mod plan;
mod planner;
mod record;
mod records;
mod routes;
mod rule;
mod rulebook;
mod scenario;
mod server;
mod settings;
mod spoil;
mod stories;
mod tags;
mod terms;
mod token;
mod trees;
mod truth;
mod turns;
mod varied_trees;
mod window;
mod wire;
mod world;
mod written;

pub use call_log::Call;
pub use clock::Clock;
pub use data_folder::DataError;
pub use emulator::{Emulator, StartError};
pub use faults::{Fault, FaultKind, Faults, FaultsError};
pub use messages::{Message, Sender};
pub use scenario::{Action, Scenario, ScenarioError, Step};
pub use settings::{Config, Features, Limits, Manners, Source};
pub use truth::{Truth, TruthException, TruthLeave, TruthOvertime, TruthRule};
