//! `checkin/addcheckinuserface` (document 93378): a face to recognise. Self-built apps only.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Client, Error, UserId,
    calls::{self, Call},
    codes::Reaction,
    limits::FACE_BYTES,
    write::{BadField, Write, ensure},
};

/// A member's face; it replaces the one before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddCheckinUserFace {
    /// Whose face.
    pub userid: UserId,
    /// The image in base64; at most 1 MB before encoding.
    pub userface: String,
}

/// How a face was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaceStored {
    /// As asked.
    Plainly,
    /// As asked; but WeCom knows a similar face (301071), so the photo may be of somebody else.
    ResemblingAnother,
}

impl Write for AddCheckinUserFace {
    const CALL: &'static Call = &calls::ADDCHECKINUSERFACE;

    fn check(&self, _: Timestamp) -> Result<(), BadField> {
        calls::check_user("userid", &self.userid)?;
        let image = self.userface.trim_end_matches('=').as_bytes();
        let is_base64 = image.iter().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(b));
        ensure(!image.is_empty() && is_base64, "userface", "must be an image in base64")?;
        let fits = image.len() / 4 * 3 <= FACE_BYTES;
        ensure(fits, "userface", "is larger than 1 MB")
    }
}

impl Client {
    /// One call of `addcheckinuserface`. Here 301021 means a bad parameter, not an unknown member
    /// (which is 301069).
    pub async fn add_checkin_user_face(
        &self,
        request: &AddCheckinUserFace,
    ) -> Result<FaceStored, Error> {
        match self.write(request).await {
            Ok(()) => Ok(FaceStored::Plainly),
            Err(error) if error.reaction() == Some(Reaction::Done) => {
                Ok(FaceStored::ResemblingAnother)
            }
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for AddCheckinUserFace {
    /// Without the image.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddCheckinUserFace").field("userid", &self.userid).finish_non_exhaustive()
    }
}
