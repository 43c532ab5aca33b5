//! `daka face`: a face for the attendance machines to recognise.

use std::path::PathBuf;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;
use wecom_checkin::{
    UserId,
    calls::add_checkin_user_face::{AddCheckinUserFace, FaceStored},
};

use super::{
    Context, usage,
    wecom::Clients,
    write::{self, WriteArgs},
};
use crate::failure::Failure;

/// Store a face for the attendance machines to recognise (addcheckinuserface)
///
/// IMAGE is a picture of one face, at most 1 MB; it replaces the face that was there. What --dry-run
/// prints holds the picture's size in place of the picture. Self-built apps only.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka face zhangsan zhangsan.jpg --dry-run
  daka face zhangsan zhangsan.jpg")]
pub(super) struct Args {
    /// Whose face
    user: String,
    /// The picture
    image: PathBuf,
    #[command(flatten)]
    pub(super) write: WriteArgs,
}

/// The largest picture; what is larger is not even read.
const MOST_BYTES: u64 = 1 << 20;

/// Stores the face.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let Args { user, image, write } = args;
    let unreadable = |e: std::io::Error| {
        Failure::usage(
            format!("the picture {} cannot be read: {e}", image.display()),
            "name a JPEG or PNG file",
        )
    };
    let size = std::fs::metadata(image).map_err(unreadable)?.len();
    if size > MOST_BYTES {
        return Err(Failure::usage(
            format!("the picture {} has {size} bytes", image.display()),
            "WeCom takes at most 1 MB (1048576 bytes): save it smaller",
        ));
    }
    let bytes = std::fs::read(image).map_err(unreadable)?;
    let face = AddCheckinUserFace {
        userid: UserId::from(user.as_str()),
        userface: BASE64_STANDARD.encode(&bytes),
    };
    let client = Clients::new(&context.settings)?.checkin;
    if write.is_dry() {
        client.dry_run(&face).map_err(|e| write::failure(&e))?;
        let shown = json!({"userid": user, "userface": format!("({size} bytes in base64)")});
        write::show::<AddCheckinUserFace>(&shown.to_string(), &serde_json::Value::Null);
        return Ok(());
    }
    let stored = client.add_checkin_user_face(&face).await.map_err(|e| write::failure(&e))?;
    let resembles = stored == FaceStored::ResemblingAnother;
    write.done::<AddCheckinUserFace>(
        &format!("the face of {user} is stored"),
        json!({"userid": user, "resembles_another": resembles}),
    );
    if resembles {
        usage::say(&format!(
            "warning: WeCom knows a similar face (301071); check that the picture is of {user}"
        ));
    }
    Ok(())
}
