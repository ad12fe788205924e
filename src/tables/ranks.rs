//! The tables `ranks` and `ranks_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
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
    /// The place of an area, as it is on one chosen day, among the others of that day.
    pub struct ConstantRankRow of "ranks_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX) of the value: A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}
