//! The table `estimates`.

use super::row::rows;

rows! {
    /// What a figure would be if what is missing were estimated, beside what was reported.
    pub struct EstimateRow<'a> of "estimates" {
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
        /// carried_forward, hot_deck, stratum_ratio.
        pub method: &'a str,
        /// Value as reported. None: there is none.
        pub value_reported: Option<f64>,
        /// Lower bound of the value as reported. None: no bounds.
        pub lower: Option<f64>,
        /// Upper bound of the value as reported. None: no bounds.
        pub upper: Option<f64>,
        /// Value with what is missing estimated. None: see `null_reason`.
        pub value_estimated: Option<f64>,
        /// Unit.
        pub unit: &'a str,
        /// Observation status (SDMX): I imputed, O missing.
        pub obs_status: &'a str,
        /// Whether the estimate lies within the bounds. None: no estimate or no bounds.
        pub within_bounds: Option<bool>,
        /// Share of the denominator that is estimated; unit: share. None: no estimate.
        pub imputed_weight_share: Option<f64>,
        /// Units of which something is estimated.
        pub n_imputed: i64,
        /// Units that lack something which cannot be estimated.
        pub n_not_imputable: i64,
        /// Units estimated from a wider group than their stratum, or from it or a wider one for want of a report to carry forward.
        pub n_fallback: i64,
        /// Units whose missing denominator is that of their last complete report.
        pub n_denominators_carried: i64,
        /// Units whose estimated ratio is not plausible. None: no plausible range.
        pub n_implausible: Option<i64>,
        /// Mean age of the reports that are carried forward, in periods. None: nothing is.
        pub mean_age_periods: Option<f64>,
        /// Highest age, in periods. None: nothing is carried forward.
        pub max_age_periods: Option<i64>,
        /// Mean age in years. None: nothing is carried forward.
        pub mean_age_years: Option<f64>,
        /// Highest age in years. None: nothing is carried forward.
        pub max_age_years: Option<f64>,
        /// Why the estimate is null. None: there is one.
        pub null_reason: Option<&'a str>,
    }
}
