//! `checkin/getcorpcheckinoption` (documents 93384, 99444): every rule of the company.

use crate::{Client, Error, Row, Rule, calls};

impl Client {
    /// One call of `getcorpcheckinoption`: all rules, with the facts that member rules lack
    /// (range, white list, overtime, corrections). There are no pages.
    pub async fn get_corp_checkin_option(&self) -> Result<Vec<Row<Rule>>, Error> {
        self.rows(&calls::GETCORPCHECKINOPTION, &calls::NoParameters {}).await
    }
}
