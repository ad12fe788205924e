//! The tables `inequality_parts` and `inequality_parts_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
    /// One part of an inequality index: between groups, within them, or their overlap.
    pub struct InequalityPartRow<'a> of "inequality_parts" {
        /// Reporting period.
        pub period: &'a str,
        /// Scope: code of the area within which units are compared.
        pub scope_code: &'a str,
        /// Name of the scope.
        pub scope_name: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Dimension that groups the units.
        pub dimension: &'a str,
        /// Units: a level (its areas) or cell (area × member).
        pub computed_over: &'a str,
        /// Index; defined under Inequality indices.
        pub inequality_index: &'a str,
        /// between groups, within groups, overlap of groups.
        pub part: &'a str,
        /// Value; the parts add up to the index, to its square for williamson_cv. None: see `null_reason`.
        pub value: Option<f64>,
        /// Lower bound of the part under what is missing. None: see `bounds_null_reason`.
        pub lower: Option<f64>,
        /// Upper bound. None: see `bounds_null_reason`.
        pub upper: Option<f64>,
        /// Whether the bounds are those of some completions (`exact`) or outside of all (`outer`). None: see `bounds_null_reason`.
        pub bounds_kind: Option<&'a str>,
        /// Why value is null. None: there is a value.
        pub null_reason: Option<&'a str>,
        /// Why there are no bounds. None: there are bounds.
        pub bounds_null_reason: Option<&'a str>,
    }
    /// One part of an inequality index, over units as they are on one chosen day.
    pub struct ConstantInequalityPartRow of "inequality_parts_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Observation status (SDMX): A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}
