//! Things that happen to the company or to the line: one at a time through `/_emulator/do`, or by a script.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::changes::Written;
use crate::clock::Clock;
use crate::company::Person;
use crate::day::Day;
use crate::faults::{Fault, Faults};
use crate::rule::Rule;
use crate::server::Server;
use crate::settings::{Limits, Manners};

/// A script: actions and when they happen. As a file it is JSON (`.json`) or TOML.
///
/// ```toml
/// [[step]]
/// at = "2026-06-10T12:00:00+08:00"   # when the company's clock is there
/// do = "edit_rule"
/// groupid = 11
/// from = "2026-06-11"
/// patch = { groupname = "总部新班" }
///
/// [[step]]
/// after_calls = 20                    # when so many requests have come
/// do = "revoke_tokens"
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Each is done once, as soon as its conditions hold, before the next request is answered.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// One action and when it happens; at the start without a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Not before the company's clock shows this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Not before so many requests were answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_calls: Option<u64>,
    /// What happens.
    #[serde(flatten)]
    pub action: Action,
}

/// Something that can be done to a running emulator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Moves the company's clock, buckets and tokens on.
    Advance {
        /// Seconds.
        seconds: i64,
    },
    /// Stops the company's clock at an instant.
    FixClock {
        /// The instant.
        at: Timestamp,
    },
    /// Lets the company's clock run from an instant.
    RunClock {
        /// The instant.
        from: Timestamp,
        /// Company seconds for each real one.
        #[serde(default = "one")]
        speed: u32,
    },
    /// Follows the host's clock.
    SystemClock,
    /// Replaces the faults.
    SetFaults {
        /// The new ones.
        #[serde(default, rename = "fault")]
        faults: Vec<Fault>,
    },
    /// Ends all tokens: 42001.
    ExpireTokens,
    /// Forgets all tokens: 40014.
    RevokeTokens,
    /// Replaces the limits; what is left out takes its default.
    SetLimits {
        /// The new ones.
        limits: Limits,
    },
    /// Replaces the manners; what is left out takes its default.
    SetManners {
        /// The new ones.
        manners: Manners,
    },
    /// Decides an approval now.
    DecideApproval {
        /// Its number.
        sp_no: String,
        /// `sp_status`: 2 approved, 3 rejected, 4 withdrawn, 6 withdrawn after approval.
        status: i64,
    },
    /// Moves a person to another level-one department, and so under its rule.
    MovePerson {
        /// Who.
        userid: String,
        /// The department's id.
        division: i64,
        /// First day there.
        from: Date,
    },
    /// Adds a punch to a person's day.
    AddPunch {
        /// Who.
        userid: String,
        /// The attendance day.
        date: Date,
        /// When it was made, Unix seconds.
        checkin_time: i64,
    },
    /// Takes a punch away, as if the server had corrected itself.
    WithdrawPunch {
        /// Who.
        userid: String,
        /// The attendance day.
        date: Date,
        /// `checkin_time` of the record.
        checkin_time: i64,
    },
    /// Sets the shift of a day, past ones too.
    SetShift {
        /// Who.
        userid: String,
        /// The day.
        date: Date,
        /// The shift; 0 is rest, none takes the day off the schedule.
        schedule_id: Option<i64>,
    },
    /// Changes a rule from a day on: fields of `patch` replace those of the tree, objects are gone through.
    EditRule {
        /// The rule.
        groupid: i64,
        /// First day of the new version.
        from: Date,
        /// The fields to replace.
        patch: Value,
    },
    /// Keeps rules and writes under a name.
    Snapshot {
        /// The name.
        name: String,
    },
    /// Goes back to a snapshot; without a name to the start.
    Reset {
        /// The name.
        #[serde(default)]
        name: String,
    },
}

fn one() -> u32 {
    1
}

/// Why a scenario file was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("scenario {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The text is not a scenario.
    #[error("scenario {path}: {reason}")]
    Parse {
        /// The file.
        path: String,
        /// What does not fit, and where.
        reason: String,
    },
}

impl Scenario {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not a scenario.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|source| ScenarioError::Read { path: shown.clone(), source })?;
        crate::faults::from_text(path, &text)
            .map_err(|reason| ScenarioError::Parse { path: shown, reason })
    }
}

/// The steps still to come.
pub(crate) struct Script(Mutex<Vec<Step>>);

impl Script {
    pub(crate) fn new(scenario: Scenario) -> Self {
        Self(Mutex::new(scenario.steps))
    }

    /// Does what is due. An action that cannot be done is logged and dropped.
    pub(crate) fn play(&self, server: &Server) {
        loop {
            let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if steps.is_empty() {
                return;
            }
            let (now, calls) = (server.clock.now(), server.log.count());
            let due = steps.iter().position(|step| {
                step.at.is_none_or(|at| at.as_second() <= now)
                    && step.after_calls.is_none_or(|after| after <= calls)
            });
            let Some(due) = due else { return };
            let step = steps.remove(due);
            drop(steps);
            if let Err(reason) = step.action.apply(server) {
                tracing::warn!(%reason, "a step of the scenario was not done");
            }
        }
    }
}

impl Action {
    /// Does it; the error says what does not fit.
    pub(crate) fn apply(self, server: &Server) -> Result<(), String> {
        match self {
            Self::Advance { seconds } => server.clock.advance(seconds),
            Self::FixClock { at } => server.clock.set(Clock::Fixed(at)),
            Self::RunClock { from, speed } => server.clock.set(Clock::Running { from, speed }),
            Self::SystemClock => server.clock.set(Clock::System),
            Self::SetFaults { faults } => server.faults.replace(Faults { faults }),
            Self::ExpireTokens => {
                server.tokens.expire_all();
            }
            Self::RevokeTokens => {
                server.tokens.revoke_all();
            }
            Self::SetLimits { limits } => server.configure(|config| config.limits = limits),
            Self::SetManners { manners } => server.configure(|config| config.manners = manners),
            Self::Snapshot { name } => server.world.keep(&name),
            Self::Reset { name } => {
                if !server.world.restore(&name) {
                    return Err(format!("no snapshot is named {name:?}"));
                }
            }
            Self::DecideApproval { sp_no, status } => decide(server, sp_no, status)?,
            Self::MovePerson { userid, division, from } => {
                let person = person(server, &userid)?;
                if server.world.company.divisions().iter().all(|known| known.0 != division) {
                    return Err(format!("division {division} is unknown"));
                }
                server.world.write(|state| {
                    let moves = state.changes.moves.entry(person.index).or_default();
                    moves.push((Day::from_date(from), division));
                    moves.sort_by_key(|(from, _)| *from);
                });
            }
            Self::AddPunch { userid, date, checkin_time } => {
                let key = (person(server, &userid)?.index, Day::from_date(date));
                let written = Written { at: checkin_time, ..Written::default() };
                server.world.write(|state| {
                    state.changes.punches.entry(key).or_default().push(Arc::new(written));
                });
            }
            Self::WithdrawPunch { userid, date, checkin_time } => {
                let key = (person(server, &userid)?.index, Day::from_date(date));
                server.world.write(|state| {
                    state.changes.withdrawn.entry(key).or_default().push(checkin_time);
                });
            }
            Self::SetShift { userid, date, schedule_id } => {
                let key = (person(server, &userid)?.index, Day::from_date(date));
                server.world.write(|state| state.changes.shifts.insert(key, schedule_id));
            }
            Self::EditRule { groupid, from, patch } => edit(server, groupid, from, &patch)?,
        }
        Ok(())
    }
}

fn person(server: &Server, userid: &str) -> Result<Person, String> {
    server.world.company.find(userid).ok_or_else(|| format!("userid {userid:?} is unknown"))
}

fn decide(server: &Server, sp_no: String, status: i64) -> Result<(), String> {
    if server.view().approval_numbered(&sp_no).is_none() {
        return Err(format!("approval {sp_no:?} is unknown"));
    }
    server.world.write(|state| state.changes.decisions.insert(sp_no, status));
    Ok(())
}

fn edit(server: &Server, groupid: i64, from: Date, patch: &Value) -> Result<(), String> {
    let from = Day::from_date(from);
    let in_force = server.view().state.rules.on(groupid, from);
    let in_force = in_force.ok_or_else(|| format!("rule {groupid} is unknown"))?;
    let mut tree = (*in_force.tree).clone();
    merge(&mut tree, patch);
    let rule = Rule::read(&tree).map_err(|error| error.to_string())?;
    server.world.write(|state| state.rules.put(from, tree, rule));
    Ok(())
}

/// Objects are gone through, everything else is replaced.
fn merge(tree: &mut Value, patch: &Value) {
    match (tree, patch) {
        (Value::Object(tree), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(tree.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (tree, patch) => *tree = patch.clone(),
    }
}
