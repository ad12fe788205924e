//! The table `indicators_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// What the ground of an area, as it is on one chosen day, has reached in a period.
    pub struct ConstantBoundariesRow<'a> of "indicators_constant_boundaries" {
        /// Reporting period.
        pub period: &'a str,
        /// Area code on the day of the boundaries.
        pub area_code: &'a str,
        /// Name of the area on that day.
        pub area_name: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Level.
        pub level: &'a str,
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Numerator. None: see `sums_null_reason`.
        pub numerator: Option<f64>,
        /// Denominator. None: see `sums_null_reason`.
        pub denominator: Option<f64>,
        /// Value, in the unit of the indicator. None: see `null_reason`.
        pub value: Option<f64>,
        /// Unit.
        pub unit: &'a str,
        /// Lower bound if what is missing, or may lie here, were as low as is plausible. None: see `bounds_null_reason`.
        pub lower: Option<f64>,
        /// Upper bound if what is missing, or may lie here, were as high as is plausible. None: see `bounds_null_reason`.
        pub upper: Option<f64>,
        /// Share of the denominator that was allocated by the shares of divided areas; unit: share. None: no denominator, or 0.
        pub allocated_share: Option<f64>,
        /// Observation status (SDMX): A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
        /// Reporters expected whose ground lies here, whole or in part; unit: reporters.
        pub n_expected: i64,
        /// Those of them that reported; unit: reporters.
        pub n_reported: i64,
        /// Why value is null. None: there is a value.
        pub null_reason: Option<&'a str>,
        /// Why numerator and denominator are null. None: there are both.
        pub sums_null_reason: Option<&'a str>,
        /// Why the bounds are null. None: there are bounds.
        pub bounds_null_reason: Option<&'a str>,
    }
}
