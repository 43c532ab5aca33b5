//! `oa/vacation/getcorpconf`: the company's kinds of leave.

use crate::{Client, Error, Row, calls, vacation::VacationKind};

impl Client {
    /// One call of `oa/vacation/getcorpconf`: the company's kinds of leave.
    pub async fn get_vacation_kinds(&self) -> Result<Vec<Row<VacationKind>>, Error> {
        self.rows(&calls::VACATION_GETCORPCONF, &calls::NoParameters {}).await
    }
}
