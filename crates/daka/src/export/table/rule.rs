//! `rule`: who had which rule from which day until which, cut at the ends of the month.

use daka_ledger::{Result, RuleStretch};
use wecom_checkin::{Row, Rule, UserId, rule::RuleKind};

use super::{Shown, Table};
use crate::{days::Days, export::Source, table::Column};

pub(crate) struct Rules;

impl Table for Rules {
    type Row = RuleStretch;

    const NAME: &'static str = "rule";

    fn columns(_: Shown) -> Vec<Column<RuleStretch>> {
        vec![
            Column::text("userid", |stretch| Some(stretch.userid.as_str().into())),
            Column::date("from_day", |stretch| Some(stretch.from)),
            Column::date("until_day", |stretch| Some(stretch.until)),
            Column::long("groupid", |stretch| rule(stretch)?.groupid.map(|id| id.0)),
            Column::text("groupname", |stretch| Some(rule(stretch)?.groupname.as_deref()?.into())),
            Column::long("grouptype", |stretch| rule(stretch)?.grouptype.map(RuleKind::number)),
            Column::json("rule", |stretch| Some(rule(stretch)?.raw().into())),
        ]
    }

    async fn rows(source: &mut Source, users: &[UserId], days: Days) -> Result<Vec<RuleStretch>> {
        source.history.rules(users, days.first(), days.last()).await
    }
}

fn rule(stretch: &RuleStretch) -> Option<&Row<Rule>> {
    stretch.rule.as_deref()
}
