//! The table `convergence`.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// Whether the areas of a level have become more alike from one period to another.
    pub struct ConvergenceRow<'a> of "convergence" {
        /// The earlier period.
        pub earlier: &'a str,
        /// The later period.
        pub later: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Level whose areas are the units.
        pub level: &'a str,
        /// Day whose boundaries both periods have. None: as each period reported.
        pub boundaries_date: Option<Date>,
        /// denominator: units weighted by the denominator of the earlier period; unit: each counts once.
        pub weighting: &'a str,
        /// Units with a positive value in both periods.
        pub n_units: i64,
        /// Units dropped for a value of 0 or below in either period.
        pub n_dropped: i64,
        /// Units with a value in one of the periods alone.
        pub n_unmatched: i64,
        /// Units of which something is missing in either period, among n_units.
        pub n_incomplete: i64,
        /// T, from the start of one period to that of the other; unit: years.
        pub years: f64,
        /// Standard deviation of ln x in the earlier period. None: fewer than two units.
        pub sigma_earlier: Option<f64>,
        /// Standard deviation of ln x in the later period. None: fewer than two units.
        pub sigma_later: Option<f64>,
        /// sigma_later − sigma_earlier. None: fewer than two units.
        pub sigma_change: Option<f64>,
        /// Slope b of (1/T) ln(x_T/x_0) on ln x_0. None: see `beta_null_reason`.
        pub beta: Option<f64>,
        /// Its classical standard error. None: no beta, or two units.
        pub beta_se: Option<f64>,
        /// Share of the variance of growth along the line. None: no beta, or all have grown alike.
        pub r_squared: Option<f64>,
        /// λ = −ln(1 + bT)/T, a year. None: see `speed_null_reason`.
        pub convergence_speed: Option<f64>,
        /// ln 2/λ; unit: years. None: see `half_life_null_reason`.
        pub half_life: Option<f64>,
        /// Why beta is null. None: there is a beta.
        pub beta_null_reason: Option<&'a str>,
        /// Why convergence_speed is null. None: there is one.
        pub speed_null_reason: Option<&'a str>,
        /// Why half_life is null. None: there is one.
        pub half_life_null_reason: Option<&'a str>,
    }
}
