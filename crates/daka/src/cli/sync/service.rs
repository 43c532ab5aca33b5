//! `daka sync --every`: sync again and again, until told to stop.

use std::{hash::BuildHasher as _, time::Duration};

use crate::{
    failure::{Exit, Failure},
    lang::{Refusal, text},
    stop_signal,
};

/// A pause is up to a tenth longer than asked for, so that many companies' services drift apart.
const JITTER: u32 = 10;

/// Reads `15m`, `1h 30m`, `PT15M`.
pub(super) fn parse_pause(text: &str) -> Result<Duration, Refusal> {
    let complaint = || {
        Refusal(text!(
            "{text:?} is no time; write it like 15m or 1h",
            "{text:?} 不是时长；请写成 15m 或 1h"
        ))
    };
    let pause: jiff::SignedDuration = text.parse().map_err(|_| complaint())?;
    Duration::try_from(pause).ok().filter(|pause| !pause.is_zero()).ok_or_else(complaint)
}

/// Runs a sync, waits, runs the next. One that fails is reported and tried again at its time,
/// unless a setting is wrong; a signal to stop ends the pause, or the run between two slices'
/// commits, of which none is ever half.
pub(super) async fn every<F>(
    pause: Duration,
    report: impl Fn(&Failure),
    mut sync: impl FnMut() -> F,
) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>>,
{
    let mut stop = std::pin::pin!(stop_signal::arrived());
    loop {
        let done = tokio::select! {
            done = sync() => done,
            () = &mut stop => return Ok(()),
        };
        match done {
            Err(failure) if failure.exit == Exit::Usage => return Err(failure),
            Err(failure) => report(&failure),
            Ok(()) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(jittered(pause)) => {}
            () = &mut stop => return Ok(()),
        }
    }
}

fn jittered(pause: Duration) -> Duration {
    // A hasher's random keys are all the chance that this needs.
    let chance = std::hash::RandomState::new().hash_one(()) % 1000;
    let extra = pause / JITTER * u32::try_from(chance).unwrap_or_default() / 1000;
    pause + extra
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Text;

    #[test]
    fn pauses_are_read_as_people_write_them() {
        for (text, seconds) in [("15m", Some(900)), ("1h 30m", Some(5400)), ("PT15M", Some(900))] {
            assert_eq!(parse_pause(text).ok().map(|pause| pause.as_secs()), seconds, "{text}");
        }
        for text in ["", "0s", "-5m", "soon"] {
            assert!(parse_pause(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_pause_is_never_shorter_and_at_most_a_tenth_longer() {
        let pause = Duration::from_mins(10);
        for _ in 0..100 {
            let jittered = jittered(pause);
            assert!(pause <= jittered && jittered <= pause + pause / 10, "{jittered:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_run_is_tried_again_and_a_wrong_setting_is_not() {
        let mut runs = 0;
        let ended = every(
            Duration::from_mins(15),
            |_| {},
            || {
                runs += 1;
                let exit = if runs < 3 { Exit::Failed } else { Exit::Usage };
                async move { Err(Failure::one(exit, "test", Text::default(), Text::default())) }
            },
        )
        .await;
        assert_eq!(ended.unwrap_err().exit, Exit::Usage);
        assert_eq!(runs, 3);
    }
}
