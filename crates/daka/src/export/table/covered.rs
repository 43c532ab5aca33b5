//! `covered`: which days of whom were asked for, and when last. Where a day is not here, silence
//! says nothing.

use attendance::Known;
use daka_ledger::{Call, Result};
use wecom_checkin::UserId;

use super::{Shown, Table};
use crate::{days::Days, export::Source, table::Column};

const CALLS: [Call; 3] = [Call::Records, Call::Rules, Call::Schedules];

/// Days of a person that one call was last asked about at one instant.
pub(crate) struct Asked {
    userid: UserId,
    call: Call,
    known: Known,
}

pub(crate) struct Covered;

impl Table for Covered {
    type Row = Asked;

    const NAME: &'static str = "covered";

    fn columns(_: Shown) -> Vec<Column<Asked>> {
        vec![
            Column::text("userid", |asked| Some(asked.userid.as_str().into())),
            Column::text("call", |asked| Some(asked.call.as_str().into())),
            Column::date("from_day", |asked| Some(asked.known.from)),
            Column::date("to_day", |asked| Some(asked.known.to)),
            Column::instant("asked_at", |asked| Some(asked.known.until)),
        ]
    }

    async fn rows(source: &mut Source, users: &[UserId], days: Days) -> Result<Vec<Asked>> {
        let mut rows = Vec::new();
        for call in CALLS {
            let known = source.history.known(call, users, days.first(), days.last()).await?;
            for (userid, stretches) in users.iter().zip(known) {
                let asked = |known| Asked { userid: userid.clone(), call, known };
                rows.extend(stretches.into_iter().map(asked));
            }
        }
        // Stable: a person's calls stay in their order, and so do the days of each.
        rows.sort_by(|a, b| a.userid.cmp(&b.userid));
        Ok(rows)
    }
}
