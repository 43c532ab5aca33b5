//! `daka media`: the photos of punches, as files.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use daka_sync::FetchError;
use serde_json::json;
use wecom_checkin::calls::get_media::{GetMedia, Media};

use super::{
    Context, fetch,
    wecom::{self, Clients},
    write::say,
};
use crate::{
    failure::{Failure, FileWork, Problem},
    lang::text,
    output::{Format, PendingFile},
};

/// Fetch the photos of punches (media/get)
///
/// ID is one of a record's `mediaids`. Each file is named after its id, and what is there already is
/// never overwritten. Ids live for three days: fetch photos soon.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka media WWCISP_abc -o photos
  daka records --all --from 2026-11-03 --format jsonl | jq -r '.mediaids[]?' | xargs daka media -o photos")]
pub(super) struct Args {
    /// Media ids
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// The folder to write into; it is made where it is missing
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// How to tell what was written [default: one path a line]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
}

/// Fetches the files one after the other: WeCom does not like many at once (45033).
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let client = Clients::new(&context.settings)?.checkin;
    fs::create_dir_all(&args.output)
        .map_err(|e| Failure::file(&args.output, FileWork::Make, &e))?;
    let (mut problems, mut done) = (Vec::new(), false);
    for id in &args.ids {
        let media = match client.get_media(&GetMedia::new(id.as_str())).await {
            Ok(media) => media,
            Err(error) if error.is_auth() => return Err(wecom::failure(&error)),
            Err(error) => {
                problems.push(of_id(id, wecom::problem(&error)));
                continue;
            }
        };
        let content_type = media.content_type.clone();
        let path = args.output.join(file_name(id, &media));
        match keep(media, &path).await {
            Ok(bytes) => {
                done = true;
                if matches!(args.format, Some(Format::Json | Format::Jsonl)) {
                    let file = path.display().to_string();
                    let told = json!({
                        "media_id": id, "file": file, "bytes": bytes, "content_type": content_type,
                    });
                    say(&told.to_string());
                } else {
                    say(&path.display().to_string());
                }
            }
            Err(problem) => problems.push(of_id(id, problem)),
        }
    }
    Failure::unless_whole(problems, done)
}

/// The problem with the id that it is about, each id a cause of its own.
fn of_id(id: &str, problem: Problem) -> Problem {
    let errmsg = &problem.errmsg;
    let errmsg = text!([errmsg], "{errmsg} (media id {id})", "{errmsg}（media id {id}）");
    Problem { errmsg, ..problem }
}

/// The id and the ending that the server's name has; nothing that could lead out of the folder.
fn file_name(id: &str, media: &Media) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '_' };
    let name: String = id.chars().map(plain).collect();
    let given = media.file_name.as_deref().and_then(|name| name.rsplit_once('.'));
    let given = given.map(|(_, ending)| ending.chars().map(plain).collect::<String>());
    let by_kind = match media.content_type.as_deref() {
        Some("image/jpeg") => "jpg",
        Some("image/png") => "png",
        _ => "bin",
    };
    let ending = given.filter(|ending| !ending.is_empty());
    format!("{name}.{}", ending.as_deref().unwrap_or(by_kind))
}

/// Receives a file, and puts it in its place when it is whole. Returns its size.
async fn keep(mut media: Media, path: &Path) -> Result<u64, Problem> {
    let failed = |e: io::Error| problem(path, &e);
    if path.symlink_metadata().is_ok() {
        return Err(problem(path, &io::Error::from(io::ErrorKind::AlreadyExists)));
    }
    let mut file = PendingFile::begin_private(path).map_err(failed)?;
    let mut bytes = 0;
    while let Some(chunk) = media.chunk().await.map_err(|e| wecom::problem(&e))? {
        file.write_all(&chunk).map_err(failed)?;
        bytes += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
    }
    if bytes == 0 || media.length.is_some_and(|length| length != bytes) {
        return Err(fetch::problem(&FetchError::EndedEarly));
    }
    file.put_new().map_err(failed)?;
    Ok(bytes)
}

fn problem(path: &Path, error: &io::Error) -> Problem {
    let hint = if error.kind() == io::ErrorKind::AlreadyExists {
        text!(
            "nothing is overwritten: move the file away, or choose another folder with -o",
            "不会覆盖已有文件：请移走该文件，或用 -o 另选目录"
        )
    } else {
        text!("check the folder and its permissions", "请检查目录及其权限")
    };
    Problem {
        kind: "file".into(),
        errmsg: text!(
            "writing {path} failed: {error}",
            "写入 {path} 失败：{error}",
            path = path.display()
        ),
        hint,
        ..Problem::default()
    }
}
