//! The table `reconciliation`.

use super::row::rows;

rows! {
    /// Two figures that were held against each other.
    pub struct ReconciliationRow<'a> of "reconciliation" {
        /// Reporting period.
        pub period: &'a str,
        /// Area code.
        pub area_code: &'a str,
        /// Name of the area. None: the registry does not have it.
        pub area_name: Option<&'a str>,
        /// Rule; total-row: a stated total against its rows; stated-area: a wider area's line against its parts.
        pub rule: &'a str,
        /// Title of the rule in Chinese. None: not given.
        pub rule_title_zh: Option<&'a str>,
        /// Title of the rule in English. None: not given.
        pub rule_title_en: Option<&'a str>,
        /// Column of the stated figure.
        pub field: &'a str,
        /// Submission with the stated figure. None: none was received.
        pub submission_id: Option<&'a str>,
        /// Row of the stated figure. None: no row.
        pub row: Option<i64>,
        /// Sum over the detailed rows; with those held back where reason says so. None: see status.
        pub left_value: Option<f64>,
        /// Figure as stated. None: see status.
        pub right_value: Option<f64>,
        /// left_value − right_value. None: one side is missing.
        pub difference: Option<f64>,
        /// Difference that is allowed. None: one side is missing.
        pub tolerance: Option<f64>,
        /// Which figure counts: left (the sum), right (the stated one), none.
        pub used: &'a str,
        /// agrees, within_tolerance, differs, explained, incomplete (what is held back, missing, unreadable or
        /// questioned could make it up), left_missing, right_missing.
        pub status: &'a str,
        /// Why that figure counts (as_defined, sum_of_rows, only_left, only_right; rows held back are counted in or
        /// not: without_held_rows, with_held_rows, with_some_held_rows tell with which the two agree), or why they
        /// cannot be compared (rows_held_back: they cannot be read, or a rule is about their figures,
        /// cells_unreadable, cells_questioned: a rule asks about rows behind it, cells_missing: rows behind it have
        /// no figure and could make it up, follows_from_finding, stated_row_held_back, stated_cell_unreadable,
        /// submission_refused, none_stated).
        pub reason: &'a str,
    }
}
