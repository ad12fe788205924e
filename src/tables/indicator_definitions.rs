//! The table `indicator_definitions`.

use super::row::rows;

rows! {
    /// An indicator as the pipeline defines it.
    pub struct IndicatorDefinitionRow<'a> of "indicator_definitions" {
        /// Indicator.
        pub indicator: &'a str,
        /// Chinese title. None: not given.
        pub title_zh: Option<&'a str>,
        /// English title. None: not given.
        pub title_en: Option<&'a str>,
        /// Formula.
        pub formula: &'a str,
        /// Restriction to members of dimensions. None: no restriction.
        pub restriction: Option<&'a str>,
        /// Unit.
        pub unit: &'a str,
        /// Factor.
        pub factor: f64,
        /// Direction of improvement.
        pub better: &'a str,
        /// Ratio lies in 0..1.
        pub bounded: bool,
        /// Baselines by period, JSON. None: no baseline.
        pub baseline: Option<&'a str>,
        /// Targets by period, JSON. None: no target.
        pub target: Option<&'a str>,
        /// Level judged against the target. None: every level.
        pub target_level: Option<&'a str>,
        /// Sources. None: not given.
        pub sources: Option<&'a str>,
        /// Caveats. None: none.
        pub caveats: Option<&'a str>,
    }
}
