//! `checkin/update_checkin_option` (documents 98041, 98767): changes to a rule.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Client, Error, GroupId, Row, Rule,
    calls::{self, Call, rule_limits},
    write::{BadField, Write, ensure},
};

/// Changes to a rule that this app made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateCheckinOption {
    /// Whether they take effect at once; presumably tomorrow otherwise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effective_now: Option<bool>,
    /// The fields to change, and `groupid`. A list that is absent or empty stays as it is, any
    /// other list is replaced; see [`clear_checkin_option`](super::clear_checkin_option) for emptying
    /// one.
    pub group: Row<Rule>,
}

/// A field of a rule that an [`UpdateCheckinOption`] would change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleChange {
    /// The field's path in the rule.
    pub field: String,
    /// Its value now; `None` where it is absent.
    pub from: Option<Value>,
    /// Its value then.
    pub to: Value,
}

impl Write for UpdateCheckinOption {
    const CALL: &'static Call = &calls::UPDATE_CHECKIN_OPTION;

    fn check(&self, now: Timestamp) -> Result<(), BadField> {
        let has_id = self.group.groupid.is_some_and(|id| id.0 > 0);
        ensure(has_id, "group.groupid", "must name the rule to change")?;
        rule_limits::check_fields(&self.group, now).map_err(|bad| bad.within("group"))
    }
}

impl Client {
    /// One call of `update_checkin_option`.
    pub async fn update_checkin_option(&self, request: &UpdateCheckinOption) -> Result<(), Error> {
        self.write(request).await
    }

    /// What a request would change: the rule as it is, read now, beside what is asked for.
    ///
    /// # Errors
    /// Of kind `input` when the company has no such rule.
    pub async fn rule_changes(
        &self,
        request: &UpdateCheckinOption,
    ) -> Result<Vec<RuleChange>, Error> {
        let now = self.rule(request.group.groupid.unwrap_or_default()).await?;
        let json = |row: &Row<Rule>| serde_json::from_str(row.raw()).unwrap_or(Value::Null);
        let mut changes = Vec::new();
        compare("", Some(&json(&now)), &json(&request.group), &mut changes);
        Ok(changes)
    }

    /// The company's rule of this id.
    ///
    /// # Errors
    /// Of kind `input` when there is none.
    pub async fn rule(&self, id: GroupId) -> Result<Row<Rule>, Error> {
        let rules = self.get_corp_checkin_option().await?;
        rules
            .into_iter()
            .find(|rule| rule.groupid == Some(id))
            .ok_or_else(|| Error::input(format!("the company has no rule {id}")))
    }
}

/// Objects are merged, everything else is replaced, empty lists of the rule itself say nothing.
fn compare(path: &str, from: Option<&Value>, to: &Value, changes: &mut Vec<RuleChange>) {
    match (from, to) {
        (Some(Value::Object(old)), Value::Object(new)) => {
            for (name, to) in new {
                let is_root = path.is_empty();
                let field = if is_root { name.clone() } else { format!("{path}.{name}") };
                let is_silent = is_root && to.as_array().is_some_and(Vec::is_empty);
                if !is_silent {
                    compare(&field, old.get(name), to, changes);
                }
            }
        }
        _ if from != Some(to) => {
            let (field, from) = (path.to_owned(), from.cloned());
            changes.push(RuleChange { field, from, to: to.clone() });
        }
        _ => {}
    }
}
