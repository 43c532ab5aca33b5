//! What an emulator is started with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::faults::Faults;
use crate::scenario::Scenario;

/// Settings of an emulator. `Config::default()` is a company of 200 on a free port.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where to listen; port 0 takes a free one. Default `127.0.0.1:0`.
    pub listen: SocketAddr,
    /// People in the generated company, 1 to 1,000,000. Default 200.
    pub people: u32,
    /// Same seed, same company. Default 7.
    pub seed: u64,
    /// Where answers come from.
    pub source: Source,
    /// How much goes on in the generated company. Default: the plain one.
    pub features: Features,
    /// The company's clock. Default: the host's.
    pub clock: Clock,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// What happens while it runs.
    pub scenario: Scenario,
    /// Seconds that a token lives. Default 7200.
    pub token_lifetime_sec: u32,
    /// The documented limits and how strictly they hold.
    pub limits: Limits,
    /// The oddities, each of which can be turned off.
    pub manners: Manners,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            people: 200,
            seed: 7,
            source: Source::Generated,
            features: Features::default(),
            clock: Clock::System,
            faults: Faults::default(),
            scenario: Scenario::default(),
            token_lifetime_sec: 7_200,
            limits: Limits::default(),
            manners: Manners::default(),
        }
    }
}

/// Where answers come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// A company made from the seed.
    #[default]
    Generated,
    /// Files in a folder, one answer a call.
    Data(PathBuf),
    /// A real API behind: requests are passed on, answers come back unchanged, and a masked copy of them
    /// (people, names, places, devices, notes replaced consistently; tokens left out) makes a data folder.
    Record {
        /// Address of the API, `https://qyapi.weixin.qq.com` for the real one.
        upstream: String,
        /// Where the data folder is written.
        folder: PathBuf,
    },
}

/// What goes on in a generated company beyond the plain one. All are off by default:
/// each needs a client that reads more than records, rules and schedules to reach the same verdicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Features {
    /// Leave, trips, outings, overtime and make-up punches with approvals.
    pub approvals: bool,
    /// More rules: sliding hours, late arrival earned by a late leave, big and small weeks, split shifts,
    /// overtime, exempt people, people without a rule.
    pub more_rules: bool,
    /// Phones that upload one to four days late.
    pub late_uploads: bool,
    /// People who join and leave.
    pub turnover: bool,
    /// The head office's allowance changes in the middle of every month.
    pub rule_edits: bool,
}

impl Features {
    /// Everything.
    pub const ALL: Self = Self {
        approvals: true,
        more_rules: true,
        late_uploads: true,
        turnover: true,
        rule_edits: true,
    };
}

/// Limits as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Percent of the documented calls a minute and an hour; 0 turns rate limits off. Default 100.
    pub rate_percent: u32,
    /// Calls of one API that may run at once before 45033. The real threshold is not published. Default 50.
    pub concurrent: usize,
    /// People in one `getcheckindata` and its siblings. Default 100.
    pub users: usize,
    /// Days between the bounds of `getcheckindata` and the reports. Default 30.
    pub window_days: i64,
    /// Days between the bounds of schedules, approvals and device punches. Default 31.
    pub long_window_days: i64,
    /// Approvals in the span of one `getapprovalinfo` at most; more are refused with 301112. Default 100,000.
    pub approvals_in_span: usize,
    /// Wrong secrets within an hour after which `gettoken` refuses the address for an hour. Default 2000.
    pub wrong_secrets: usize,
    /// Addresses that may call; empty lets all in. Others get 60020.
    pub trusted_ips: Vec<IpAddr>,
    /// Calls that no secret may make, as if the app were missing from 「可调用接口的应用」: 48002.
    pub closed_calls: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rate_percent: 100,
            concurrent: 50,
            users: 100,
            window_days: 30,
            long_window_days: 31,
            approvals_in_span: 100_000,
            wrong_secrets: 2_000,
            trusted_ips: Vec::new(),
            closed_calls: Vec::new(),
        }
    }
}

/// The oddities of the real server. All are on, except those that say otherwise. See the table in the crate's README.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each oddity is a switch of its own")]
pub struct Manners {
    /// `getcheckindata` answers whole attendance days instead of filtering by `checkin_time`.
    pub attendance_day_window: bool,
    /// A punch made in the next calendar month is not found unless the bounds reach into it.
    pub month_end_hole: bool,
    /// 未打卡 rows exist for slots still ahead, up to tomorrow.
    pub future_placeholders: bool,
    /// `gettoken` gives the same token while it is live, with what is left of its life.
    pub token_repeats: bool,
    /// Refusals carry the payload key with an empty value.
    pub empty_payload_on_error: bool,
    /// Refusals carry `error-code` and `error-msg` headers.
    pub error_headers: bool,
    /// `errmsg` ends in `hint: […], from ip: …, more info at …`.
    pub long_errmsg: bool,
    /// A body that is not JSON prefixes `errmsg` with `Warning: wrong json format. `.
    pub wrong_json_warning: bool,
    /// A person without a rule is missing from `info`; when off, the entry has an empty `group`.
    pub no_rule_left_out: bool,
    /// `getapprovalinfo` speaks of `new_cursor` beside the older `cursor`.
    pub new_cursor: bool,
    /// `range.party_id` holds texts instead of numbers. Off by default.
    pub party_id_as_text: bool,
    /// Approvals in half days give instants (00:00 to 24:00) instead of markers. Off by default.
    pub literal_half_days: bool,
    /// Rows and rules as around 2019: nothing in them that the oldest documents lack. Off by default.
    pub seed_shape: bool,
    /// `deviceid` is spelt `diviceid`, as one table has it. Off by default.
    pub misspelt_deviceid: bool,
    /// `checkin_method_type` comes under the dotted key of one official sample. Off by default.
    pub dotted_method_key: bool,
    /// Granted tokens come without `errcode`, as very old replies did. Off by default.
    pub token_without_errcode: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            attendance_day_window: true,
            month_end_hole: true,
            future_placeholders: true,
            token_repeats: true,
            empty_payload_on_error: true,
            error_headers: true,
            long_errmsg: true,
            wrong_json_warning: true,
            no_rule_left_out: true,
            new_cursor: true,
            party_id_as_text: false,
            literal_half_days: false,
            seed_shape: false,
            misspelt_deviceid: false,
            dotted_method_key: false,
            token_without_errcode: false,
        }
    }
}
