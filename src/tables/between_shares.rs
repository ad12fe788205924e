//! The table `between_shares`.

use super::row::rows;

rows! {
    /// How much of the inequality of the root lies between the members of a dimension.
    pub struct BetweenShareRow<'a> of "between_shares" {
        /// Reporting period.
        pub period: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Dimension that groups the units.
        pub dimension: &'a str,
        /// Units: a level (its areas) or cell (area × member).
        pub computed_over: &'a str,
        /// Theil's T of all units. None: see `null_reason`.
        pub theil_t: Option<f64>,
        /// Its part between the members. None: see `null_reason`.
        pub theil_between: Option<f64>,
        /// theil_between/theil_t; unit: share. None: see `null_reason`, or theil_t is 0.
        pub between_share: Option<f64>,
        /// between_share less that of the period before. None: one of them is null, or there is no period before.
        pub between_share_change: Option<f64>,
        /// Why theil_t is null. None: there is a value.
        pub null_reason: Option<&'a str>,
    }
}
