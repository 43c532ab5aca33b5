//! WeCom's own day and month reports.

use daka_ledger::{Call, Ledger};
use jiff::civil::Date;
use wecom_checkin::UserId;

use crate::{
    Error, Request, plan,
    run::{Needed, Run},
};

const DAYS: &str = "getcheckin_daydata";
const MONTHS: &str = "getcheckin_monthdata";

impl Run<'_> {
    /// Fetches the reports of days that have ended, and of calendar months.
    pub(crate) async fn reports(
        &mut self,
        request: &Request,
        people: &[UserId],
        (first, last): (Date, Date),
        today: Date,
    ) -> Result<(), Error> {
        let yesterday = today.yesterday().unwrap_or(today);
        let ended = (first, last.min(yesterday));
        let days = self.work(Call::DayReports, request, people, ended).await?;
        let client = self.from.client;
        let ask = |people, span| client.day_reports(people, span).slices();
        self.outcome.day_reports =
            self.fetch(DAYS, Needed::No, &days, ask, Ledger::commit_day_reports).await?;
        let months = plan::months((first, last), today);
        let known = match (months.first(), months.last()) {
            (Some(first), Some(last)) => {
                let span = (first.first(), last.last());
                self.known(Call::MonthReports, request, people, span).await?
            }
            _ => return Ok(()),
        };
        let settling = request.settling(self.now());
        let months = plan::month_work(request.days, &months, &settling, people, &known);
        let ask = |people, month| client.month_reports(people, month).slices();
        self.outcome.month_reports =
            self.fetch(MONTHS, Needed::No, &months, ask, Ledger::commit_month_reports).await?;
        Ok(())
    }
}
