//! The people of one call.

use std::{collections::HashSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{UserId, calls, limits::OutsideLimit};

/// 1 to 100 members: what one call takes. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<UserId>", into = "Vec<UserId>")]
pub struct UserBatch(Arc<[UserId]>);

impl UserBatch {
    /// The most members of a batch.
    pub const MAX: usize = calls::GETCHECKINDATA.max_people();

    /// # Errors
    /// When there is nobody, or more than [`UserBatch::MAX`] (WeCom would answer 301023).
    pub fn new(users: impl Into<Vec<UserId>>) -> Result<Self, OutsideLimit> {
        let users = users.into();
        if users.is_empty() {
            return Err(OutsideLimit("a call needs at least one member".to_owned()));
        }
        if users.len() > Self::MAX {
            return Err(OutsideLimit(format!(
                "a call takes at most {} members, {} were given",
                Self::MAX,
                users.len()
            )));
        }
        Ok(Self(users.into()))
    }

    /// One member.
    pub fn one(user: UserId) -> Self {
        Self(Arc::new([user]))
    }

    /// The fewest batches that hold these people: each person once whatever the spelling, in byte
    /// order of the userids.
    pub fn split(users: impl IntoIterator<Item = UserId>) -> Vec<Self> {
        let mut users: Vec<UserId> = users.into_iter().collect();
        users.sort_unstable();
        let mut seen = HashSet::with_capacity(users.len());
        users.retain(|user| seen.insert(user.key()));
        users.chunks(Self::MAX).map(|batch| Self(batch.into())).collect()
    }

    /// The members.
    pub fn users(&self) -> &[UserId] {
        &self.0
    }
}

impl TryFrom<Vec<UserId>> for UserBatch {
    type Error = OutsideLimit;

    fn try_from(users: Vec<UserId>) -> Result<Self, OutsideLimit> {
        Self::new(users)
    }
}

impl From<UserBatch> for Vec<UserId> {
    fn from(batch: UserBatch) -> Self {
        batch.0.to_vec()
    }
}
