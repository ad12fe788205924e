//! The table `indicators`.

use super::row::rows;

rows! {
    /// What an area has reached in a period, how sure that is, and against which target.
    pub struct IndicatorRow<'a> of "indicators" {
        /// Reporting period.
        pub period: &'a str,
        /// Area code.
        pub area_code: &'a str,
        /// Name of the area. None: the registry does not have it.
        pub area_name: Option<&'a str>,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Level.
        pub level: &'a str,
        /// Numerator. None: see `sums_null_reason`.
        pub numerator: Option<f64>,
        /// Denominator. None: see `sums_null_reason`.
        pub denominator: Option<f64>,
        /// Value, in the unit of the indicator. None: see `null_reason`.
        pub value: Option<f64>,
        /// Unit.
        pub unit: &'a str,
        /// Observation status (SDMX): A all expected accepted, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
        /// Reporters expected; unit: reporters.
        pub n_expected: i64,
        /// Reporters that reported; unit: reporters.
        pub n_reported: i64,
        /// Reporters with quarantined rows; unit: reporters.
        pub n_quarantined: i64,
        /// Accepted rows with a corrected cell in a column that the indicator reads; unit: rows.
        pub n_corrected: i64,
        /// Reporters whose missing denominator is that of their last complete report; unit: reporters.
        pub n_denominators_carried: i64,
        /// Reporters whose missing denominator nobody knows; unit: reporters.
        pub n_denominators_bracketed: i64,
        /// Denominator of what is owed and not in the figures. None: it is not known.
        pub missing_denominator: Option<f64>,
        /// Share of the denominator that is known; unit: share. None: the denominator of the missing is unknown, or
        /// all of it is 0.
        pub reported_weight_share: Option<f64>,
        /// Lower bound if what is missing were as low as is plausible. None: see `bounds_null_reason`.
        pub lower: Option<f64>,
        /// Upper bound if what is missing were as high as is plausible. None: see `bounds_null_reason`.
        pub upper: Option<f64>,
        /// Baseline. None: no baseline.
        pub baseline: Option<f64>,
        /// Target of the period or the next later one. None: no target.
        pub target: Option<f64>,
        /// (value − baseline)/(target − baseline); unit: share. None: value, baseline or target is missing.
        pub attainment_share: Option<f64>,
        /// met, not_met, no_target, unknown.
        pub verdict: &'a str,
        /// No plausible value of the missing areas could turn the verdict. None: no bounds or no verdict.
        pub verdict_robust: Option<bool>,
        /// Why value is null. None: there is a value.
        pub null_reason: Option<&'a str>,
        /// Why numerator and denominator are null. None: there are both.
        pub sums_null_reason: Option<&'a str>,
        /// Why the bounds are null. None: there are bounds.
        pub bounds_null_reason: Option<&'a str>,
    }
}
