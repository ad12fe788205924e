//! The tables `change_effects` and `change_effects_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
    /// Why a figure has changed from one period to another, by what a dimension makes of it.
    pub struct ChangeEffectRow<'a> of "change_effects" {
        /// The earlier period.
        pub earlier: &'a str,
        /// The later period.
        pub later: &'a str,
        /// Code of the area.
        pub scope_code: &'a str,
        /// Name of the area.
        pub scope_name: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Dimension whose members are the strata.
        pub dimension: &'a str,
        /// Value in the earlier period. None: see `value_earlier_null_reason`.
        pub value_earlier: Option<f64>,
        /// Value in the later period. None: see `value_later_null_reason`.
        pub value_later: Option<f64>,
        /// value_later − value_earlier. None: see `null_reason`.
        pub value_change: Option<f64>,
        /// Mix effect (Kitagawa). None: see `effects_null_reason`.
        pub mix_effect: Option<f64>,
        /// Rate effect (Kitagawa). None: see `effects_null_reason`.
        pub rate_effect: Option<f64>,
        /// Part of mix_effect that is due to the first dimension of a cross (Das Gupta). None: see `crossed_null_reason`.
        pub mix_effect_first: Option<f64>,
        /// Part of mix_effect that is due to the second dimension of a cross. None: see `crossed_null_reason`.
        pub mix_effect_second: Option<f64>,
        /// Effect of the composition by the first dimension of a cross (Shapley). None: see `crossed_null_reason`.
        pub shapley_mix_first: Option<f64>,
        /// Effect of the composition by the second dimension of a cross (Shapley). None: see `crossed_null_reason`.
        pub shapley_mix_second: Option<f64>,
        /// Effect of the ratios (Shapley). None: see `crossed_null_reason`.
        pub shapley_rate: Option<f64>,
        /// Lower bound of the change if what is missing were as low or high as is plausible. None: see `bounds_null_reason`.
        pub lower: Option<f64>,
        /// Upper bound of the change, likewise. None: see `bounds_null_reason`.
        pub upper: Option<f64>,
        /// The bounds of the change exclude 0. None: see `bounds_null_reason`.
        pub sign_identified: Option<bool>,
        /// Members with a denominator in either period.
        pub n_members: i64,
        /// Members with a denominator in one of the periods alone, among n_members.
        pub n_borrowed: i64,
        /// Why value_change is null. None: there is a change.
        pub null_reason: Option<&'a str>,
        /// Why value_earlier is null. None: there is a value.
        pub value_earlier_null_reason: Option<&'a str>,
        /// Why value_later is null. None: there is a value.
        pub value_later_null_reason: Option<&'a str>,
        /// Why the effects are null. None: there are effects.
        pub effects_null_reason: Option<&'a str>,
        /// Why the effects of a cross are null. None: there are such effects.
        pub crossed_null_reason: Option<&'a str>,
        /// Why the bounds are null. None: there are bounds.
        pub bounds_null_reason: Option<&'a str>,
    }
    /// Why the figure of an area, as it is on one chosen day, has changed from one period to another.
    pub struct ConstantChangeEffectRow of "change_effects_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX) of the change: A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}
