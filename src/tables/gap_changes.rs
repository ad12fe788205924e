//! The tables `gap_changes` and `gap_changes_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
    /// How the gap between two members has changed from one period to another, and what each of them adds to the change.
    pub struct GapChangeRow<'a> of "gap_changes" {
        /// The earlier period.
        pub earlier: &'a str,
        /// The later period.
        pub later: &'a str,
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
        /// a − b in the earlier period. None: see `gap_earlier_null_reason`.
        pub gap_earlier: Option<f64>,
        /// a − b in the later period. None: see `gap_later_null_reason`.
        pub gap_later: Option<f64>,
        /// gap_later − gap_earlier. None: see `null_reason`.
        pub gap_change: Option<f64>,
        /// Ratio a / b of the later period − that of the earlier one; unit: ratio. None: see `ratio_null_reason`.
        pub ratio_change: Option<f64>,
        /// Change of the value of a. None: see `change_a_null_reason`.
        pub change_a: Option<f64>,
        /// Change of the value of b. None: see `change_b_null_reason`.
        pub change_b: Option<f64>,
        /// What the composition of a adds to gap_change (Shapley). None: see `effects_null_reason`.
        pub mix_effect_a: Option<f64>,
        /// What the ratios of a add to gap_change. None: see `effects_null_reason`.
        pub rate_effect_a: Option<f64>,
        /// What the composition of b adds to gap_change. None: see `effects_null_reason`.
        pub mix_effect_b: Option<f64>,
        /// What the ratios of b add to gap_change. None: see `effects_null_reason`.
        pub rate_effect_b: Option<f64>,
        /// Lower bound of the change if what is missing were as low or high as is plausible. None: see `bounds_null_reason`.
        pub lower: Option<f64>,
        /// Upper bound of the change, likewise. None: see `bounds_null_reason`.
        pub upper: Option<f64>,
        /// The bounds of the change exclude 0. None: see `bounds_null_reason`.
        pub sign_identified: Option<bool>,
        /// Strata of a with a denominator in either period, and those of b.
        pub n_strata: i64,
        /// Those of them with a denominator in one of the periods alone.
        pub n_borrowed: i64,
        /// Why gap_change is null. None: there is a change.
        pub null_reason: Option<&'a str>,
        /// Why gap_earlier is null. None: there is a gap.
        pub gap_earlier_null_reason: Option<&'a str>,
        /// Why gap_later is null. None: there is a gap.
        pub gap_later_null_reason: Option<&'a str>,
        /// Why ratio_change is null. None: there is a change.
        pub ratio_null_reason: Option<&'a str>,
        /// Why change_a is null. None: there is a change.
        pub change_a_null_reason: Option<&'a str>,
        /// Why change_b is null. None: there is a change.
        pub change_b_null_reason: Option<&'a str>,
        /// Why the effects are null. None: there are effects.
        pub effects_null_reason: Option<&'a str>,
        /// Why the bounds are null. None: there are bounds.
        pub bounds_null_reason: Option<&'a str>,
    }
    /// How the gap between two members, all as they are on one chosen day, has changed from one period to another.
    pub struct ConstantGapChangeRow of "gap_changes_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX) of the change: A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}
