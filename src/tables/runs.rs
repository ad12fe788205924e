//! The table of runs, which lies in the output folder beside the releases.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// A run, whatever it came to. One that found the output folder in use is none.
    pub struct RunRow<'a> of "runs" {
        /// When it began, UTC, RFC 3339.
        pub started_at: &'a str,
        /// How long it took; unit: seconds.
        pub seconds: f64,
        /// published, unchanged, withheld, partial, failed.
        pub outcome: &'a str,
        /// Release that it published or found unchanged. None: neither.
        pub release: Option<&'a str>,
        /// Release that was current after it. None: there was none, or the run failed.
        pub current: Option<&'a str>,
        /// Date of the run.
        pub as_of: Date,
        /// Its periods, separated by "; ".
        pub periods: &'a str,
        /// Submissions. None: the run failed.
        pub submissions: Option<i64>,
        /// Of them, those of which nothing counts. None: the run failed.
        pub submissions_rejected: Option<i64>,
        /// Rows read; unit: rows. None: the run failed.
        pub rows_read: Option<i64>,
        /// Rows accepted; unit: rows. None: the run failed.
        pub rows_accepted: Option<i64>,
        /// Rows quarantined; unit: rows. None: the run failed.
        pub rows_quarantined: Option<i64>,
        /// Rows superseded; unit: rows. None: the run failed.
        pub rows_superseded: Option<i64>,
        /// Rows set aside; unit: rows. None: the run failed.
        pub rows_set_aside: Option<i64>,
        /// Hard findings. None: the run failed.
        pub findings_hard: Option<i64>,
        /// Explain findings. None: the run failed.
        pub findings_explain: Option<i64>,
        /// Info findings. None: the run failed.
        pub findings_info: Option<i64>,
        /// Partition areas by period. None: the run failed.
        pub partitions: Option<i64>,
        /// Of them, those whose result an earlier run had kept. None: the run failed.
        pub partitions_reused: Option<i64>,
        /// Figures that are not those of the release before. None: the run failed or changed nothing.
        pub figures_moved: Option<i64>,
        /// Checks of the gate that were not passed, separated by "; ". None: all were, or the run failed.
        pub gate_failed: Option<&'a str>,
        /// Why it failed. None: it did not.
        pub error: Option<&'a str>,
        /// Version of huizong.
        pub huizong_version: &'a str,
        /// sha256 over the definition and the registry.
        pub definition_sha256: &'a str,
    }
}
