//! A stand-in for the WeCom check-in API: a company made from a seed, the truth planned for each of its days,
//! and the API in front of it with its limits and oddities.
//!
//! It shares nothing with any client: its JSON is built by itself, so that a test against it means something.
//! Everything that is observed rather than documented can be switched off; see [`Manners`] and [`Limits`].

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
mod duty;
mod emulator;
mod faults;
mod mask;
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
pub use scenario::{Action, Scenario, ScenarioError, Step};
pub use settings::{Config, Features, Limits, Manners, Source};
pub use truth::{Truth, TruthException, TruthLeave, TruthOvertime, TruthRule};
