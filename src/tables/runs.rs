//! The table of runs, which lies in the output folder beside the releases.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// A run, whatever it came to: a row of `runs.parquet`, the fields of `run.json` and those of the `ended` event. One that found
    /// the output folder in use is none.
    pub struct RunRow<'a> of "runs" {
        /// When it began, UTC, RFC 3339.
        pub started_at: &'a str,
        /// When it ended, UTC, RFC 3339. None: the run did not end.
        pub ended_at: Option<&'a str>,
        /// Its id: a UUID of version 7, made from the start, the pipeline and the process. None: made by a version that gave
        /// runs no id.
        pub run_id: Option<&'a str>,
        /// published, unchanged, withheld, partial, failed, interrupted, killed; of a run that has not ended, running.
        pub outcome: &'a str,
        /// Exit code. None: it was killed, or made by a version that did not note it.
        pub exit: Option<i64>,
        /// Signal that stopped it: SIGINT or SIGTERM. None: none did.
        pub signal: Option<&'a str>,
        /// How long it took; unit: seconds. None: the run did not end.
        pub seconds: Option<f64>,
        /// Release that it published or found unchanged. None: neither.
        pub release: Option<&'a str>,
        /// Release that was current after it. None: there was none, or the run came to no result.
        pub current: Option<&'a str>,
        /// Date of the run.
        pub as_of: Date,
        /// Its periods, separated by "; ".
        pub periods: &'a str,
        /// Periods of the pipeline that it left out, separated by "; ". None: none.
        pub left_out: Option<&'a str>,
        /// Periods of the current release that it left out, so that it could not replace it, separated by "; ". None: none,
        /// or the run came to no result.
        pub lacking: Option<&'a str>,
        /// Periods of the release before that the pipeline no longer has, separated by "; ". None: none, or nothing was
        /// published.
        pub dropped: Option<&'a str>,
        /// Submissions. None: the run came to no result.
        pub submissions: Option<i64>,
        /// Of them, those of which nothing counts. None: the run came to no result.
        pub submissions_rejected: Option<i64>,
        /// Rows read; unit: rows. None: the run came to no result.
        pub rows_read: Option<i64>,
        /// Rows accepted; unit: rows. None: the run came to no result.
        pub rows_accepted: Option<i64>,
        /// Rows quarantined; unit: rows. None: the run came to no result.
        pub rows_quarantined: Option<i64>,
        /// Rows superseded; unit: rows. None: the run came to no result.
        pub rows_superseded: Option<i64>,
        /// Rows set aside; unit: rows. None: the run came to no result.
        pub rows_set_aside: Option<i64>,
        /// Hard findings. None: the run came to no result.
        pub findings_hard: Option<i64>,
        /// Explain findings. None: the run came to no result.
        pub findings_explain: Option<i64>,
        /// Info findings. None: the run came to no result.
        pub findings_info: Option<i64>,
        /// Periods and forms that were not due and that the gate did not judge, separated by "; ". None: none, or the run
        /// came to no result.
        pub not_judged: Option<&'a str>,
        /// Periods and forms that were not due and of which the gate judged what was sent, separated by "; ". None: none, or
        /// the run came to no result.
        pub judged_as_sent: Option<&'a str>,
        /// Partition areas by period. None: the run came to no result.
        pub partitions: Option<i64>,
        /// Of them, those whose result an earlier run had kept. None: the run came to no result.
        pub partitions_reused: Option<i64>,
        /// Why the others were computed: each reason with the number of partitions, such as "file_changed 3; definition 12";
        /// one may have several. None: none was computed, or the run came to no result.
        pub computed_because: Option<&'a str>,
        /// Reading the registers and finding the submissions; unit: seconds. None: the run did not get to this stage, or
        /// need it.
        pub seconds_prepare: Option<f64>,
        /// Finding out whether anything has changed; unit: seconds. None: the run did not get to this stage, or need it.
        pub seconds_compare: Option<f64>,
        /// Reading and checking submissions; unit: seconds. None: the run did not get to this stage, or need it.
        pub seconds_read: Option<f64>,
        /// Computing the tables; unit: seconds. None: the run did not get to this stage, or need it.
        pub seconds_figures: Option<f64>,
        /// Writing the tables; unit: seconds. None: the run did not get to this stage, or need it.
        pub seconds_tables: Option<f64>,
        /// Marking the workbooks that go back; unit: seconds. None: the run did not get to this stage, or need it.
        pub seconds_returns: Option<f64>,
        /// Publishing; unit: seconds. None: the run did not get to this stage, or need it.
        pub seconds_publish: Option<f64>,
        /// Most memory that the process has held at once; unit: bytes. None: the system does not say, or the run did not
        /// end.
        pub peak_memory_bytes: Option<i64>,
        /// Figures that are not those of the release before. None: the run came to no result or changed nothing.
        pub figures_moved: Option<i64>,
        /// Checks of the gate that were passed. None: none were made: nothing had changed, or the run came to no result.
        pub gate_passed: Option<i64>,
        /// Checks of the gate that were not passed, separated by "; ". None: all were, or the run came to no result.
        pub gate_failed: Option<&'a str>,
        /// Why the gate withheld the release, or would have withheld it, in English, separated by "; ". None: all checks
        /// were passed, or the run came to no result.
        pub reasons: Option<&'a str>,
        /// Why it failed, or did not end. None: it did not.
        pub error: Option<&'a str>,
        /// What to do about the error, in English. None: it did not fail, or there is no hint.
        pub hint: Option<&'a str>,
        /// Version of huizong.
        pub huizong_version: &'a str,
        /// sha256 over the definition and the registry.
        pub definition_sha256: &'a str,
    }
}

impl<'a> RunRow<'a> {
    /// A run that is under way; `started_at` and `run_id` tell it apart.
    pub fn running(started_at: &'a str, run_id: Option<&'a str>, as_of: Date) -> RunRow<'a> {
        RunRow {
            started_at,
            ended_at: None,
            run_id,
            outcome: "running",
            exit: None,
            signal: None,
            seconds: None,
            release: None,
            current: None,
            as_of,
            periods: "",
            left_out: None,
            lacking: None,
            dropped: None,
            submissions: None,
            submissions_rejected: None,
            rows_read: None,
            rows_accepted: None,
            rows_quarantined: None,
            rows_superseded: None,
            rows_set_aside: None,
            findings_hard: None,
            findings_explain: None,
            findings_info: None,
            not_judged: None,
            judged_as_sent: None,
            partitions: None,
            partitions_reused: None,
            computed_because: None,
            seconds_prepare: None,
            seconds_compare: None,
            seconds_read: None,
            seconds_figures: None,
            seconds_tables: None,
            seconds_returns: None,
            seconds_publish: None,
            peak_memory_bytes: None,
            figures_moved: None,
            gate_passed: None,
            gate_failed: None,
            reasons: None,
            error: None,
            hint: None,
            huizong_version: env!("CARGO_PKG_VERSION"),
            definition_sha256: "",
        }
    }
}
