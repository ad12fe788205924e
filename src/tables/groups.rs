//! The tables `groups` and `groups_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
    /// A member's own figure in a scope, and how it stands to the scope's.
    pub struct GroupRow<'a> of "groups" {
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
        /// Member.
        pub member: &'a str,
        /// Numerator. None: see `sums_null_reason`.
        pub numerator: Option<f64>,
        /// Denominator. None: see `sums_null_reason`.
        pub denominator: Option<f64>,
        /// Value, in the unit of the indicator. None: see `null_reason`.
        pub value: Option<f64>,
        /// Share of the scope’s denominator; unit: share. None: see `share_null_reason`.
        pub denominator_share: Option<f64>,
        /// Value / value of the scope; unit: ratio. None: see `relative_null_reason`.
        pub relative_to_scope: Option<f64>,
        /// Value − value of the scope, in the unit of the indicator. None: see `gap_to_scope_null_reason`.
        pub gap_to_scope: Option<f64>,
        /// Share of the denominator up to this member in the order; unit: share. None: see `curve_null_reason`.
        pub cumulative_denominator_share: Option<f64>,
        /// Share of the numerator up to this member in the order; unit: share. None: see `curve_null_reason`.
        pub cumulative_numerator_share: Option<f64>,
        /// Lower bound if what is missing were as low as is plausible. None: see `bounds_null_reason`.
        pub lower: Option<f64>,
        /// Upper bound if what is missing were as high as is plausible. None: see `bounds_null_reason`.
        pub upper: Option<f64>,
        /// Reporters expected; unit: reporters.
        pub n_expected: i64,
        /// Reporters that reported; unit: reporters.
        pub n_reported: i64,
        /// Why value is null. None: there is a value.
        pub null_reason: Option<&'a str>,
        /// Why numerator and denominator are null. None: there are both.
        pub sums_null_reason: Option<&'a str>,
        /// Why denominator_share is null. None: there is a share.
        pub share_null_reason: Option<&'a str>,
        /// Why relative_to_scope is null. None: there is a ratio.
        pub relative_null_reason: Option<&'a str>,
        /// Why gap_to_scope is null. None: there is a gap.
        pub gap_to_scope_null_reason: Option<&'a str>,
        /// Why the concentration curve has no corner here. None: there is one.
        pub curve_null_reason: Option<&'a str>,
        /// Why the bounds are null. None: there are bounds.
        pub bounds_null_reason: Option<&'a str>,
    }
    /// A member’s own figure in a scope, both as they are on one chosen day.
    pub struct ConstantGroupRow of "groups_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
        /// Share of the denominator that was allocated by the shares of divided areas; unit: share. None: no denominator, or 0.
        pub allocated_share: Option<f64>,
        /// Observation status (SDMX): A all expected accepted, E allocated in part, P partial, O missing, M cannot exist.
        pub obs_status: &'a str,
    }
}
