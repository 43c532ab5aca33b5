//! Sharing a company's quotas with other clients of the company, in this process or elsewhere.

use std::time::Duration;

use super::Client;
use crate::calls::Call;

/// Requests that went out in the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUsage {
    /// The call.
    pub call: &'static Call,
    /// How long ago, in whole seconds.
    pub age: Duration,
    /// How many.
    pub calls: u32,
}

impl Client {
    /// What this client and those that share its quotas ([`Client::with_secret`]) have sent in the
    /// last hour ([`crate::limits::LONGEST`]), call by call, oldest first. What
    /// [others sent](Client::count_quota_usage) is not in it.
    pub fn quota_usage(&self) -> Vec<QuotaUsage> {
        self.0.company.throttle.usage()
    }

    /// Counts what other clients of the company have sent as if this one had: it waits until the
    /// company's quotas have room again.
    ///
    /// Say a smaller age than the true one where it is not known: the wait gets longer, never
    /// shorter. What no quota remembers is passed over.
    pub fn count_quota_usage(&self, usage: &[QuotaUsage]) {
        self.0.company.throttle.count_usage(usage);
    }
}
