//! Numbers about the server for Prometheus, in its text format. Nothing in
//! them tells one mailbox or client from another.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::log::Totals;

/// Upper bounds of how long appends took, in milliseconds.
const BOUNDS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 500, 1_000, 5_000];

/// What is counted while the server runs.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    answers: Mutex<BTreeMap<(Kind, u16), u64>>,
    /// Appends that took at most the bound, and at the end all others.
    took: [AtomicU64; BOUNDS.len() + 1],
    took_micros: AtomicU64,
    /// Records that clients appended, with those that were there before.
    pub(crate) records: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) faults: AtomicU64,
    pub(crate) connections: Arc<AtomicI64>,
    pub(crate) streams: Arc<AtomicI64>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Append,
    Read,
    Wake,
    Other,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Append => "append",
            Kind::Read => "read",
            Kind::Wake => "wake",
            Kind::Other => "other",
        }
    }
}

/// Counts one for as long as it lives.
#[derive(Debug)]
pub(crate) struct Gauge(Arc<AtomicI64>);

impl Gauge {
    pub(crate) fn new(of: &Arc<AtomicI64>) -> Self {
        of.fetch_add(1, Ordering::Relaxed);
        Gauge(Arc::clone(of))
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn answered(&self, kind: Kind, status: u16, took: Duration) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers.entry((kind, status)).or_default() += 1;
        drop(answers);
        if kind == Kind::Append && status == 200 {
            let slot = BOUNDS
                .iter()
                .position(|ms| took <= Duration::from_millis(*ms));
            let slot = self.took.get(slot.unwrap_or(BOUNDS.len()));
            slot.map(|it| it.fetch_add(1, Ordering::Relaxed));
            let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            self.took_micros.fetch_add(micros, Ordering::Relaxed);
        }
    }

    /// Everything, as Prometheus reads it. Without `totals` what they hold is
    /// left out.
    pub(crate) fn text(&self, totals: Option<Totals>) -> String {
        let mut page = Page(String::new());
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        page.head("postil_requests_total", "counter", "Requests answered.");
        for ((kind, status), count) in answers.iter() {
            let labels = format!("{{kind=\"{}\",status=\"{status}\"}}", kind.name());
            page.line("postil_requests_total", &labels, count);
        }
        drop(answers);
        self.durations(&mut page);
        let counters = [
            (
                "postil_appended_records_total",
                &self.records,
                "Records in appends that were kept, repeated ones included.",
            ),
            (
                "postil_appended_bytes_total",
                &self.bytes,
                "Bytes of these.",
            ),
            (
                "postil_storage_faults_total",
                &self.faults,
                "Times that records could not be read or written.",
            ),
        ];
        for (name, value, help) in counters {
            page.head(name, "counter", help);
            page.line(name, "", value.load(Ordering::Relaxed));
        }
        let mut gauge = |name, help, value: Option<i128>| {
            if let Some(value) = value {
                page.head(name, "gauge", help);
                page.line(name, "", value);
            }
        };
        let now = |value: &AtomicI64| Some(i128::from(value.load(Ordering::Relaxed)));
        gauge(
            "postil_connections",
            "Open connections.",
            now(&self.connections),
        );
        gauge(
            "postil_wake_streams",
            "Open wake-up streams.",
            now(&self.streams),
        );
        let held = |of: fn(Totals) -> u64| totals.map(|it| i128::from(of(it)));
        gauge(
            "postil_mailboxes",
            "Mailboxes that hold something.",
            held(|it| it.mailboxes),
        );
        gauge("postil_records", "Records held.", held(|it| it.records));
        gauge(
            "postil_bytes",
            "Bytes of records held.",
            held(|it| it.bytes),
        );
        page.0
    }

    fn durations(&self, page: &mut Page) {
        let name = "postil_append_seconds";
        page.head(
            name,
            "histogram",
            "Time from an append to its acknowledgement.",
        );
        let mut sum = 0;
        for (ms, count) in BOUNDS.iter().zip(&self.took) {
            sum += count.load(Ordering::Relaxed);
            let bound = format!("{{le=\"{}\"}}", *ms as f64 / 1_000.0);
            page.line("postil_append_seconds_bucket", &bound, sum);
        }
        sum += self.took.last().map_or(0, |it| it.load(Ordering::Relaxed));
        page.line("postil_append_seconds_bucket", "{le=\"+Inf\"}", sum);
        let seconds = self.took_micros.load(Ordering::Relaxed) as f64 / 1e6;
        page.line("postil_append_seconds_sum", "", seconds);
        page.line("postil_append_seconds_count", "", sum);
    }
}

struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_cumulative() {
        let metrics = Metrics::default();
        for ms in [0, 1, 3, 40, 60_000] {
            metrics.answered(Kind::Append, 200, Duration::from_millis(ms));
        }
        metrics.answered(Kind::Append, 507, Duration::ZERO);
        let text = metrics.text(None);
        for line in [
            "postil_append_seconds_bucket{le=\"0.001\"} 2",
            "postil_append_seconds_bucket{le=\"0.005\"} 3",
            "postil_append_seconds_bucket{le=\"5\"} 4",
            "postil_append_seconds_bucket{le=\"+Inf\"} 5",
            "postil_append_seconds_count 5",
            "postil_append_seconds_sum 60.044",
            "postil_requests_total{kind=\"append\",status=\"200\"} 5",
            "postil_requests_total{kind=\"append\",status=\"507\"} 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
        assert!(!text.contains("postil_mailboxes"));
    }
}
