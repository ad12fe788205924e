//! The tables `between_shares` and `between_shares_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
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
        /// Lower bound of between_share under what is missing. None: see `bounds_null_reason`.
        pub between_share_lower: Option<f64>,
        /// Upper bound. None: see `bounds_null_reason`.
        pub between_share_upper: Option<f64>,
        /// between_share less that of the period before. None: one of them is null, or there is no period before.
        pub between_share_change: Option<f64>,
        /// Why theil_t is null. None: there is a value.
        pub null_reason: Option<&'a str>,
        /// Why between_share has no bounds. None: it has bounds.
        pub bounds_null_reason: Option<&'a str>,
    }
    /// How much of the inequality of the root lies between the members of a dimension, over units as they are on one chosen day.
    pub struct ConstantBetweenShareRow of "between_shares_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX) of theil_t: A all expected accepted, E allocated in part, P partial, O missing.
        pub obs_status: &'a str,
    }
}
