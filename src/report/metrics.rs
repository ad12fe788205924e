//! The last run as metrics, in the text format that Prometheus reads: for the textfile collector of its node exporter.

use std::fmt::Write;

use super::run_record::RunRecord;
use crate::tables::{Columns, RunRow, table_specs};

/// What is said beside the record of the run.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// Name of the pipeline, a label of every metric.
    pub pipeline: &'a str,
    /// When a run last published the current release or found it unchanged, in seconds since 1970; None: there is no release.
    pub confirmed: Option<f64>,
}

/// The metrics of a run that has ended.
pub fn metrics(record: &RunRecord, beside: Beside<'_>) -> String {
    let row = record.row();
    let mut page = Page::new(beside.pipeline);
    let time = |text: Option<&str>| {
        let at: Option<jiff::Timestamp> = text.and_then(|text| text.parse().ok());
        at.map(|at| at.as_millisecond() as f64 / 1e3)
    };
    page.one(
        "last_run_start_timestamp_seconds",
        "When the last run began.",
        time(Some(row.started_at)),
    );
    page.one(
        "last_run_timestamp_seconds",
        "When the last run ended.",
        time(row.ended_at),
    );
    page.one(
        "last_success_timestamp_seconds",
        "When a run last published the current release or found it unchanged.",
        beside.confirmed,
    );
    page.one("run_exit_code", "Exit code of the last run.", row.exit.map(number));
    let outcomes = &table_specs()[RunRow::TABLE].columns;
    let outcomes = outcomes.iter().find(|column| column.name == "outcome");
    let ended = outcomes
        .map_or(&[][..], |column| &column.values[..])
        .iter()
        .filter(|one| *one != "running");
    let states = ended.map(|one| (one.as_str(), Some(f64::from(u8::from(one == row.outcome)))));
    page.several(
        "run_outcome",
        "1 for what the last run came to, 0 for the others.",
        "outcome",
        states,
    );
    page.one("run_duration_seconds", "How long the last run took.", row.seconds);
    let stages = record.seconds_of_stages();
    page.several(
        "run_stage_duration_seconds",
        "How long each stage of the last run took.",
        "stage",
        stages.iter().map(|(stage, seconds)| (stage.as_str(), *seconds)),
    );
    page.one(
        "run_peak_memory_bytes",
        "Most memory that the last run has held at once.",
        row.peak_memory_bytes.map(number),
    );
    page.counts(&row);
    let release = row.current.map(|id| (id, row.huizong_version));
    if let Some((id, version)) = release {
        page.head(
            "release_info",
            "The release that was current after the last run, and the version of huizong that ran.",
        );
        page.line("release_info", &[("release", id), ("huizong_version", version)], 1.0);
    }
    page.text
}

fn number(count: i64) -> f64 {
    count as f64
}

/// The text as it grows.
struct Page<'a> {
    pipeline: &'a str,
    text: String,
}

impl<'a> Page<'a> {
    fn new(pipeline: &'a str) -> Page<'a> {
        Page {
            pipeline,
            text: String::new(),
        }
    }

    fn counts(&mut self, row: &RunRow<'_>) {
        let submissions = row.submissions.zip(row.submissions_rejected);
        let usable = submissions.map(|(all, rejected)| number(all - rejected));
        self.several(
            "run_submissions",
            "Submissions of the last run: those of which something counts, or is superseded, and those of which nothing does.",
            "state",
            [("used", usable), ("rejected", row.submissions_rejected.map(number))],
        );
        self.several(
            "run_rows",
            "Rows that the last run read, by what became of them.",
            "state",
            [
                ("accepted", row.rows_accepted.map(number)),
                ("quarantined", row.rows_quarantined.map(number)),
                ("superseded", row.rows_superseded.map(number)),
                ("set_aside", row.rows_set_aside.map(number)),
            ],
        );
        self.several(
            "run_findings",
            "Findings of the last run.",
            "severity",
            [
                ("hard", row.findings_hard.map(number)),
                ("explain", row.findings_explain.map(number)),
                ("info", row.findings_info.map(number)),
            ],
        );
        let computed = row
            .partitions
            .zip(row.partitions_reused)
            .map(|(all, reused)| number(all - reused));
        self.several(
            "run_partitions",
            "Partition areas by period: those that the last run computed, and those whose result an earlier run had kept.",
            "result",
            [("computed", computed), ("reused", row.partitions_reused.map(number))],
        );
        let because = super::run_record::counted(row.computed_because);
        self.several(
            "run_computed_partitions",
            "Partitions that the last run computed, by the reason; one may have several.",
            "reason",
            because.iter().map(|(reason, count)| (*reason, Some(number(*count)))),
        );
        let failed = row.gate_failed.map_or(0, |all| all.split("; ").count());
        let failed = row.gate_passed.map(|_| failed as f64);
        self.several(
            "run_gate_checks",
            "Checks of the gate by the last run.",
            "result",
            [("passed", row.gate_passed.map(number)), ("failed", failed)],
        );
        self.one(
            "run_figures_moved",
            "Figures that are not those of the release before.",
            row.figures_moved.map(number),
        );
    }

    fn head(&mut self, name: &str, help: &str) {
        let _ = write!(self.text, "# HELP huizong_{name} {help}\n# TYPE huizong_{name} gauge\n");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let pipeline = [("pipeline", self.pipeline)];
        let labels = pipeline.iter().chain(labels);
        let labels: Vec<String> = labels
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        let _ = writeln!(self.text, "huizong_{name}{{{}}} {value}", labels.join(","));
    }

    /// A metric without further labels, where its value is known.
    fn one(&mut self, name: &str, help: &str, value: Option<f64>) {
        if let Some(value) = value {
            self.head(name, help);
            self.line(name, &[], value);
        }
    }

    /// A metric with a line for each value of a label that is known.
    fn several<'b>(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'b str, Option<f64>)>,
    ) {
        let known: Vec<(&str, f64)> = values
            .into_iter()
            .filter_map(|(of, value)| Some((of, value?)))
            .collect();
        if !known.is_empty() {
            self.head(name, help);
        }
        for (of, value) in known {
            self.line(name, &[(label, of)], value);
        }
    }
}

/// The value of a label as it stands between quotes.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn record() -> RunRecord {
        RunRecord::of(RunRow {
            ended_at: Some("1970-01-01T00:00:02.5Z"),
            outcome: "withheld",
            exit: Some(1),
            seconds: Some(1.5),
            seconds_read: Some(0.25),
            rows_accepted: Some(7),
            gate_passed: Some(3),
            gate_failed: Some("figures; usable_reporters 2020 x"),
            computed_because: Some("definition 2; file_changed 3"),
            current: Some("000001-ee4173b8"),
            ..RunRow::running("1970-01-01T00:00:01Z", None, date(1970, 1, 1))
        })
    }

    #[test]
    fn a_metric_has_its_head_once_and_a_line_for_each_label() {
        let beside = Beside {
            pipeline: "a\"b\\c",
            confirmed: Some(1.0),
        };
        let text = metrics(&record(), beside);
        for lines in [
            "# HELP huizong_last_run_timestamp_seconds When the last run ended.\n\
             # TYPE huizong_last_run_timestamp_seconds gauge\n\
             huizong_last_run_timestamp_seconds{pipeline=\"a\\\"b\\\\c\"} 2.5\n",
            "huizong_run_outcome{pipeline=\"a\\\"b\\\\c\",outcome=\"withheld\"} 1\n",
            "huizong_run_outcome{pipeline=\"a\\\"b\\\\c\",outcome=\"published\"} 0\n",
            "gauge\nhuizong_run_stage_duration_seconds{pipeline=\"a\\\"b\\\\c\",stage=\"read\"} 0.25\n# HELP",
            "gauge\nhuizong_run_rows{pipeline=\"a\\\"b\\\\c\",state=\"accepted\"} 7\n# HELP",
            "reason=\"definition\"} 2\nhuizong_run_computed_partitions{pipeline=\"a\\\"b\\\\c\",reason=\"file_changed\"} 3\n",
            "result=\"passed\"} 3\nhuizong_run_gate_checks{pipeline=\"a\\\"b\\\\c\",result=\"failed\"} 2\n",
            "release=\"000001-ee4173b8\",huizong_version=",
        ] {
            assert!(text.contains(lines), "{lines}\nis not in\n{text}");
        }
        assert!(
            !text.contains("huizong_run_findings") && !text.contains("running"),
            "{text}"
        );
    }
}
