//! WeCom's own day and month reports.

use daka_ledger::Call;
use jiff::civil::Date;
use wecom_checkin::UserId;

use crate::{
    Error, Event, Request,
    plan::{self, Work},
    refusal::is_closed,
    run::{Run, ahead, batches},
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
        self.day_reports(&days).await?;
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
        self.month_reports(&months).await
    }

    async fn day_reports(&mut self, work: &[Work]) -> Result<(), Error> {
        let slices = work.iter().map(|w| batches(w) * w.spans.len()).sum();
        (self.progress)(Event::Planned { call: DAYS, slices });
        for (people, span) in work.iter().flat_map(Work::calls) {
            let asked_at = self.now();
            let mut answers = ahead(self.from.client.day_reports(people.iter().cloned(), span));
            while let Some(answer) = answers.recv().await {
                if let Some(refused) = answer.rows.as_ref().err().filter(|e| is_closed(e)) {
                    self.outcome.refused.push(refused.clone());
                    return Ok(());
                }
                let Some((people, rows)) = self.answered(DAYS, &answer) else { continue };
                let slice = self.slice(&people, answer.core, asked_at);
                let counts = self.ledger.commit_day_reports(self.id, slice, rows).await?;
                self.outcome.day_reports += counts;
                self.done(DAYS, counts).await?;
            }
        }
        Ok(())
    }

    async fn month_reports(&mut self, work: &[Work]) -> Result<(), Error> {
        let slices = work.iter().map(|w| batches(w) * w.spans.len()).sum();
        (self.progress)(Event::Planned { call: MONTHS, slices });
        for (people, month) in work.iter().flat_map(Work::calls) {
            let asked_at = self.now();
            let mut answers = ahead(self.from.client.month_reports(people.iter().cloned(), month));
            while let Some(answer) = answers.recv().await {
                if let Some(refused) = answer.rows.as_ref().err().filter(|e| is_closed(e)) {
                    self.outcome.refused.push(refused.clone());
                    return Ok(());
                }
                let Some((people, rows)) = self.answered(MONTHS, &answer) else { continue };
                let slice = self.slice(&people, answer.core, asked_at);
                let counts = self.ledger.commit_month_reports(self.id, slice, rows).await?;
                self.outcome.month_reports += counts;
                self.done(MONTHS, counts).await?;
            }
        }
        Ok(())
    }
}
