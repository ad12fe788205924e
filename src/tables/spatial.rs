//! The tables `spatial_autocorrelation` and `spatial_clusters`.

use super::row::rows;

rows! {
    /// Whether the areas of a level are like their neighbours in an indicator.
    pub struct SpatialAutocorrelationRow<'a> of "spatial_autocorrelation" {
        /// Reporting period.
        pub period: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Level of the areas that are compared.
        pub level: &'a str,
        /// Moran's I. None: see `null_reason`.
        pub morans_i: Option<f64>,
        /// I that is expected where neighbours are no more alike than others. None: see `null_reason`.
        pub expected_i: Option<f64>,
        /// Deviation of I from the mean of the permutations, in their standard deviations. None: I is null, or all permutations are equal.
        pub z_score: Option<f64>,
        /// Two-sided pseudo p-value. None: see `null_reason`.
        pub p_value: Option<f64>,
        /// Permutations behind the p-value.
        pub n_permutations: i64,
        /// Areas with a value that have a neighbour with one.
        pub n_units: i64,
        /// Areas without a value, which are left out.
        pub n_without_value: i64,
        /// Areas with a value but no neighbour with one, which are left out.
        pub n_islands: i64,
        /// Why I is null. None: there is a value.
        pub null_reason: Option<&'a str>,
    }
}

rows! {
    /// How an area and its neighbours compare with the mean of all areas.
    pub struct SpatialClusterRow<'a> of "spatial_clusters" {
        /// Reporting period.
        pub period: &'a str,
        /// Area.
        pub area_code: &'a str,
        /// Name of the area.
        pub area_name: Option<&'a str>,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Level of the areas that are compared.
        pub level: &'a str,
        /// Value of the area, as in `indicators`.
        pub value: f64,
        /// Weighted mean of the neighbours' values.
        pub neighbours_value: f64,
        /// Local Moran's I.
        pub local_i: f64,
        /// Area, then neighbours: high_high, low_low, high_low, low_high.
        pub quadrant: &'a str,
        /// Two-sided pseudo p-value, the area's own value in its place.
        pub p_value: f64,
        /// Permutations behind the p-value.
        pub n_permutations: i64,
        /// The quadrant where the p-value is below 0.05, else not_significant.
        pub cluster: &'a str,
        /// Whether it stays significant at a false discovery rate of 5 %.
        pub fdr_significant: bool,
        /// Neighbours with a value.
        pub n_neighbours: i64,
        /// Neighbours without one, whose weight goes to the others.
        pub n_neighbours_without_value: i64,
    }
}
