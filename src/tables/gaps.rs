//! The tables `gaps` and `gaps_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
    /// How far two members of a dimension lie apart in a scope, and why.
    pub struct GapRow<'a> of "gaps" {
        /// Reporting period.
        pub period: &'a str,
        /// Scope: code of the area within which groups are compared.
        pub scope_code: &'a str,
        /// Name of the scope.
        pub scope_name: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Dimension.
        pub dimension: &'a str,
        /// Member a.
        pub a: &'a str,
        /// Member b.
        pub b: &'a str,
        /// Value of a. None: see `value_a_null_reason`.
        pub value_a: Option<f64>,
        /// Value of b. None: see `value_b_null_reason`.
        pub value_b: Option<f64>,
        /// a − b. None: see `null_reason`.
        pub gap: Option<f64>,
        /// a / b; unit: ratio. None: see `ratio_null_reason`.
        pub ratio: Option<f64>,
        /// Mix effect (Kitagawa). None: see `effects_null_reason`.
        pub mix_effect: Option<f64>,
        /// Rate effect (Kitagawa). None: see `effects_null_reason`.
        pub rate_effect: Option<f64>,
        /// Lower bound if what is missing were as low as is plausible. None: see `bounds_null_reason`.
        pub lower: Option<f64>,
        /// Upper bound if what is missing were as high as is plausible. None: see `bounds_null_reason`.
        pub upper: Option<f64>,
        /// The bounds of the gap exclude 0. None: see `bounds_null_reason`.
        pub sign_identified: Option<bool>,
        /// Strata with a denominator on either side.
        pub n_strata: i64,
        /// Those of them with a denominator on one side alone.
        pub n_borrowed: i64,
        /// Why gap is null. None: there is a gap.
        pub null_reason: Option<&'a str>,
        /// Why value_a is null. None: there is a value.
        pub value_a_null_reason: Option<&'a str>,
        /// Why value_b is null. None: there is a value.
        pub value_b_null_reason: Option<&'a str>,
        /// Why ratio is null. None: there is a ratio.
        pub ratio_null_reason: Option<&'a str>,
        /// Why the effects are null. None: there are effects.
        pub effects_null_reason: Option<&'a str>,
        /// Why the bounds are null. None: there are bounds.
        pub bounds_null_reason: Option<&'a str>,
    }
    /// How far two members lie apart in a scope, all as they are on one chosen day.
    pub struct ConstantGapRow of "gaps_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX): A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}
