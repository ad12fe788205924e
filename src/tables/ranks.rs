//! The table `ranks`.

use super::row::rows;

rows! {
    /// The place of an area of the partition level among the others, and the places that it may have.
    pub struct RankRow<'a> of "ranks" {
        /// Reporting period.
        pub period: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Area code.
        pub area_code: &'a str,
        /// Name of the area. None: the registry does not have it.
        pub area_name: Option<&'a str>,
        /// Level of the areas that are ranked.
        pub level: &'a str,
        /// What comes first: higher or lower values; neither: higher ones, without being better.
        pub ranked_by: &'a str,
        /// Value. None: see `null_reason`.
        pub value: Option<f64>,
        /// Unit.
        pub unit: &'a str,
        /// Rank among the areas with a value, 1 first; equal values share it. None: see `null_reason`.
        pub rank_by_value: Option<i64>,
        /// Areas with a value.
        pub n_ranked: i64,
        /// Areas without a value that may have one.
        pub n_unranked: i64,
        /// First place that it may have among all areas, whatever is missing. None: no value can exist.
        pub rank_best: Option<i64>,
        /// Last place that it may have among all areas, whatever is missing. None: no value can exist.
        pub rank_worst: Option<i64>,
        /// Why value and rank_by_value are null. None: there are both.
        pub null_reason: Option<&'a str>,
    }
}
