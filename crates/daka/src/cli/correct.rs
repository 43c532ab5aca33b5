//! `daka correct`: a make-up punch.

mod due;

use serde_json::json;
use wecom_checkin::{
    UserId,
    calls::punch_correction::PunchCorrection,
    units::{SecOfDay, UnixTime},
};

use super::{
    Context,
    clock_time::ClockTime,
    wecom::Clients,
    write::{self, WriteArgs},
};
use crate::{days::DateArg, failure::Failure, lang::text};

/// Make up for a punch (punch_correction)
///
/// Says that somebody's punch of a day was really made at another time, or made at all. On a work
/// day name the due time that it answers to (--due, a start or end of the rule's hours); on a rest
/// day, without a rule and under a free rule there is none. Times may run past 24:00: 30:00 is
/// 06:00 of the next morning. Self-built apps only.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka correct zhangsan 2026-11-03 --due 09:00                    was there at nine
  daka correct zhangsan 2026-11-03 --due 18:00 --at 18:07 --remark 'reader broken'
  daka correct lisi 2026-11-03 --due 30:00 --at 30:04             a night shift's end
  daka correct wangwu 2026-11-07 --at 10:00                       a rest day
  daka correct zhangsan 2026-11-03 --due 09:00 --dry-run          look first")]
pub(super) struct Args {
    /// Whose punch
    user: String,
    /// The attendance day
    date: DateArg,
    /// The due time: a start or end of the day's hours, on the day's clock
    #[arg(long, value_name = "HH:MM", required_unless_present = "at")]
    due: Option<ClockTime>,
    /// When the punch was made [default: the due time]
    #[arg(long, value_name = "HH:MM[:SS]")]
    at: Option<ClockTime>,
    /// Why; at most 512 bytes
    #[arg(long, value_name = "TEXT")]
    remark: Option<String>,
    #[command(flatten)]
    pub(super) write: WriteArgs,
}

/// Corrects the punch.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let Some(at) = args.at.or(args.due) else {
        return Err(Failure::usage(
            text!("neither --due nor --at is given", "--due 和 --at 至少要给一个"),
            text!("see --help", "见 --help"),
        ));
    };
    let date = args.date.on(context.today());
    let time = at.on(date, &context.settings.zone).ok_or_else(|| {
        Failure::usage(
            text!("{date} has no {at}", "{date} 没有 {at} 这一时刻"),
            text!("check date and time", "请检查日期和时间"),
        )
    })?;
    let correction = PunchCorrection {
        schedule_checkin_time: args.due.map(|due| SecOfDay(due.second())),
        remark: args.remark.clone(),
        ..PunchCorrection::new(UserId::from(args.user.as_str()), date, UnixTime::from(time))
    };
    let client = Clients::new(&context.settings)?.checkin;
    if args.write.is_dry() {
        client.dry_run(&correction).map_err(|e| write::failure(&e))?;
        let user = UserId::from(args.user.as_str());
        due::check(context, &client, (&user, date), args.due).await?;
    }
    if !args.write.may_send(&client, &correction, async || Ok(())).await? {
        return Ok(());
    }
    client.punch_correction(&correction).await.map_err(|e| write::failure(&e))?;
    let user = &args.user;
    args.write.done::<PunchCorrection>(
        context.settings.lang,
        &text!("{user} has a punch at {at} on {date}", "{user} 在 {date} {at} 的打卡已补上"),
        json!({"userid": user, "date": date, "checkin_time": correction.checkin_time}),
    );
    Ok(())
}
