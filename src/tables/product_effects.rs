//! The tables `product_effects` and `product_effects_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
    /// What one of the indicators whose product an indicator is adds to its change from one period to another.
    pub struct ProductEffectRow<'a> of "product_effects" {
        /// The earlier period.
        pub earlier: &'a str,
        /// The later period.
        pub later: &'a str,
        /// Area.
        pub area_code: &'a str,
        /// Name of the area.
        pub area_name: Option<&'a str>,
        /// Indicator that is a product.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Indicator that is one of its factors.
        pub factor_indicator: &'a str,
        /// Value of the factor in the earlier period. None: it has none.
        pub factor_earlier: Option<f64>,
        /// Value of the factor in the later period. None: it has none.
        pub factor_later: Option<f64>,
        /// Value of the product in the later less that in the earlier period. None: either has none.
        pub value_change: Option<f64>,
        /// Part of value_change due to the factor. None: see `effects_null_reason`.
        pub factor_effect: Option<f64>,
        /// Why the effect is null. None: there is one.
        pub effects_null_reason: Option<&'a str>,
    }
    /// What one of the factors of an indicator adds to its change, the areas being those of one chosen day.
    pub struct ConstantProductEffectRow of "product_effects_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX) of the effect: A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}
