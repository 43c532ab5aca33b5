//! `checkin/getcorpcheckinoption` (documents 93384, 99444): every rule of the company.

use serde::Serialize;

use crate::{Client, Error, Row, Rule, calls};

/// The call takes no parameters; its body is `{}`.
#[derive(Serialize)]
struct Nothing {}

impl Client {
    /// One call of `getcorpcheckinoption`: all rules, with the facts that member rules lack
    /// (range, white list, overtime, corrections). There are no pages.
    pub async fn get_corp_checkin_option(&self) -> Result<Vec<Row<Rule>>, Error> {
        self.rows(&calls::GETCORPCHECKINOPTION, &Nothing {}).await
    }
}
