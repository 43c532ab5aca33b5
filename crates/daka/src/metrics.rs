//! What syncs have done since the program was started, as numbers for Prometheus.

use std::{fmt, sync::atomic::AtomicU64, time::Duration};

use daka_sync::Outcome;
use jiff::Timestamp;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, info::Info},
    registry::{Registry, Unit},
};

/// The numbers, each by company.
pub(crate) struct Metrics {
    registry: Registry,
    runs: Family<OfOutcome, Counter>,
    running: Family<OfCompany, Gauge>,
    slices: Family<OfCall, Counter>,
    records: Family<OfChange, Counter>,
    people: Family<OfCompany, Gauge>,
    failed_slices: Family<OfCompany, Gauge>,
    duration: Family<OfCompany, Gauge<f64, AtomicU64>>,
    last_whole: Family<OfCompany, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCompany {
    company: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfOutcome {
    company: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCall {
    company: String,
    call: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfChange {
    company: String,
    change: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut all = Registry::with_prefix("daka");
        let program = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        all.register("program", "The program that tells this", program);
        let (runs, running) = (Family::default(), Family::default());
        let (slices, records) = (Family::default(), Family::default());
        let (people, failed_slices) = (Family::default(), Family::default());
        let (duration, last_whole) = (Family::default(), Family::default());
        all.register("sync_runs", "Syncs that ended, by how", runs.clone());
        all.register("sync_running", "Whether a sync is at work", running.clone());
        all.register("sync_slices", "Slices committed or failed, by call", slices.clone());
        all.register("sync_records", "Check-in records, by what became of them", records.clone());
        all.register("sync_people", "People of the last sync", people.clone());
        let help = "Slices, photos and parts of ranges that the last sync could not get";
        all.register("sync_failed_slices", help, failed_slices.clone());
        let (help, seconds) = ("How long the last sync took", Unit::Seconds);
        all.register_with_unit("sync_duration", help, seconds, duration.clone());
        let (help, seconds) = ("When a sync last got everything", Unit::Seconds);
        all.register_with_unit("sync_last_whole_timestamp", help, seconds, last_whole.clone());
        Self {
            registry: all,
            runs,
            running,
            slices,
            records,
            people,
            failed_slices,
            duration,
            last_whole,
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// What is served as [`Metrics::text`].
    pub(crate) const CONTENT_TYPE: &str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// A sync of that company begins.
    pub(crate) fn began(&self, company: &str) {
        self.running.get_or_create(&of(company)).set(1);
    }

    /// One slice of the call is in the ledger, or has failed.
    pub(crate) fn slice(&self, company: &str, call: &'static str, committed: bool) {
        let outcome = if committed { "committed" } else { "failed" };
        self.slices.get_or_create(&OfCall { company: company.to_owned(), call, outcome }).inc();
    }

    /// A sync of that company has ended, after so long, with an outcome or without any.
    pub(crate) fn ended(
        &self,
        company: &str,
        outcome: Option<&Outcome>,
        at: Timestamp,
        took: Duration,
    ) {
        let label = of(company);
        self.running.get_or_create(&label).set(0);
        self.duration.get_or_create(&label).set(took.as_secs_f64());
        let failed = outcome.map(|outcome| {
            let slices = outcome.failed.iter().map(|failure| failure.slices.len().max(1));
            slices.sum::<usize>() + outcome.missed.len()
        });
        let how = match failed {
            None => "failed",
            Some(0) => "whole",
            Some(_) => "part",
        };
        self.runs.get_or_create(&OfOutcome { company: company.to_owned(), outcome: how }).inc();
        let Some(outcome) = outcome else { return };
        let gauge = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        self.people.get_or_create(&label).set(gauge(outcome.people));
        self.failed_slices.get_or_create(&label).set(gauge(failed.unwrap_or_default()));
        if failed == Some(0) {
            self.last_whole.get_or_create(&label).set(at.as_second());
        }
        let counts = outcome.records;
        for (change, count) in [
            ("new", counts.new),
            ("unchanged", counts.unchanged),
            ("revised", counts.revised),
            ("withdrawn", counts.withdrawn),
        ] {
            let label = OfChange { company: company.to_owned(), change };
            self.records.get_or_create(&label).inc_by(count);
        }
    }

    /// All numbers in the text format of OpenMetrics.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

fn of(company: &str) -> OfCompany {
    OfCompany { company: company.to_owned() }
}

#[cfg(test)]
mod tests {
    use daka_ledger::Counts;

    use super::*;

    #[test]
    fn a_sync_is_told_in_numbers() {
        let metrics = Metrics::default();
        let at: Timestamp = "2026-11-05T04:00:00Z".parse().unwrap();
        metrics.began("ww1");
        metrics.slice("ww1", "getcheckindata", true);
        let records = Counts { new: 7, revised: 1, ..Counts::default() };
        let outcome = Outcome { people: 3, records, ..Outcome::default() };
        metrics.ended("ww1", Some(&outcome), at, Duration::from_millis(1500));
        metrics.ended("ww1", None, at, Duration::from_millis(500));
        let text = metrics.text();
        // Labels come in no order.
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let lines: std::collections::BTreeSet<&str> = lines.collect();
        insta::assert_snapshot!(lines.into_iter().collect::<Vec<_>>().join("\n"), @r#"
        daka_program_info{version="0.1.0"} 1
        daka_sync_duration_seconds{company="ww1"} 0.5
        daka_sync_failed_slices{company="ww1"} 0
        daka_sync_last_whole_timestamp_seconds{company="ww1"} 1793851200
        daka_sync_people{company="ww1"} 3
        daka_sync_records_total{company="ww1",change="new"} 7
        daka_sync_records_total{company="ww1",change="revised"} 1
        daka_sync_records_total{company="ww1",change="unchanged"} 0
        daka_sync_records_total{company="ww1",change="withdrawn"} 0
        daka_sync_running{company="ww1"} 0
        daka_sync_runs_total{company="ww1",outcome="failed"} 1
        daka_sync_runs_total{company="ww1",outcome="whole"} 1
        daka_sync_slices_total{company="ww1",call="getcheckindata",outcome="committed"} 1
        "#);
        assert!(text.ends_with("# EOF\n"));
    }
}
