//! The tables `gap_mixes` and `gap_change_mixes`, each also on constant boundaries.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
    /// What one dimension of the strata adds to the mix effect of a gap.
    pub struct GapMixRow<'a> of "gap_mixes" {
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
        /// Dimension whose members are compared.
        pub dimension: &'a str,
        /// Member a.
        pub a: &'a str,
        /// Member b.
        pub b: &'a str,
        /// Dimension of the strata whose composition is told of.
        pub stratum_dimension: &'a str,
        /// Its part of the mix effect. None: see `effects_null_reason`.
        pub composition_effect: Option<f64>,
        /// Strata with a denominator on either side.
        pub n_strata: i64,
        /// Those of them with a denominator on one side alone.
        pub n_borrowed: i64,
        /// Why the effect is null. None: there is one.
        pub effects_null_reason: Option<&'a str>,
    }
    /// What one dimension of the strata adds to the mix effect of a gap, all as they are on one chosen day.
    pub struct ConstantGapMixRow of "gap_mixes_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX) of the effect: A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}

rows_on_both_boundaries! {
    /// What one dimension of the strata adds to the mix effects of the change of a gap.
    pub struct GapChangeMixRow<'a> of "gap_change_mixes" {
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
        /// Dimension whose members are compared.
        pub dimension: &'a str,
        /// Member a.
        pub a: &'a str,
        /// Member b.
        pub b: &'a str,
        /// Dimension of the strata whose composition is told of.
        pub stratum_dimension: &'a str,
        /// Its part of mix_effect_a. None: see `effects_null_reason`.
        pub composition_effect_a: Option<f64>,
        /// Its part of mix_effect_b. None: see `effects_null_reason`.
        pub composition_effect_b: Option<f64>,
        /// Why the effects are null. None: there are effects.
        pub effects_null_reason: Option<&'a str>,
    }
    /// What one dimension of the strata adds to the mix effects of the change of a gap, all as they are on one chosen day.
    pub struct ConstantGapChangeMixRow of "gap_change_mixes_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX) of the effects: A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}
