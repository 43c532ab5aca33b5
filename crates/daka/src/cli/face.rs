//! `daka face`: a face for the attendance machines to recognise.

use std::path::PathBuf;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;
use wecom_checkin::{
    UserId,
    calls::add_checkin_user_face::{AddCheckinUserFace, FaceStored},
};

use super::{
    Context,
    wecom::Clients,
    write::{self, WriteArgs},
};
use crate::{failure::Failure, lang::text};

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
    let shown = image.display();
    let unreadable = |e: std::io::Error| {
        Failure::usage(
            text!("the picture {shown} cannot be read: {e}", "无法读取图片 {shown}：{e}"),
            text!("name a JPEG or PNG file", "请指定 JPEG 或 PNG 文件"),
        )
    };
    let size = std::fs::metadata(image).map_err(unreadable)?.len();
    if size > MOST_BYTES {
        return Err(Failure::usage(
            text!("the picture {shown} has {size} bytes", "图片 {shown} 有 {size} 字节"),
            text!(
                "WeCom takes at most 1 MB (1048576 bytes): save it smaller",
                "企业微信最多接受 1 MB（1048576 字节）：请压缩后再试"
            ),
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
        context.settings.lang,
        &text!("the face of {user} is stored", "{user} 的人脸已保存"),
        json!({"userid": user, "resembles_another": resembles}),
    );
    if resembles {
        context.remark(&text!(
            "warning: WeCom knows a similar face (301071); check that the picture is of {user}",
            "警告：企业微信中已有相似的人脸（301071）；请确认照片是 {user} 本人"
        ));
    }
    Ok(())
}
