//! The tables `verdicts` and `verdicts_constant_boundaries`.

use jiff::civil::Date;

use super::row::rows_on_both_boundaries;

rows_on_both_boundaries! {
    /// An area of the smallest set that could turn a verdict which is not robust, or the sign of a gap that is not identified.
    pub struct VerdictRow<'a> of "verdicts" {
        /// Reporting period.
        pub period: &'a str,
        /// Area that is judged, or within which groups are compared.
        pub area_code: &'a str,
        /// Name of the area.
        pub area_name: Option<&'a str>,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Dimension of the gap. None: judged against a target.
        pub dimension: Option<&'a str>,
        /// Member a of the gap. None: judged against a target.
        pub a: Option<&'a str>,
        /// Member b of the gap. None: judged against a target.
        pub b: Option<&'a str>,
        /// met, not_met, a_higher, b_higher.
        pub verdict: &'a str,
        /// The value or the gap that was judged.
        pub value_now: f64,
        /// What it was judged by: the target, or 0.
        pub threshold: f64,
        /// What is missing in the set: one for each area, of a gap for each area and member.
        pub n_missing: i64,
        /// Place of the area in the set, the largest missing denominator first.
        pub position: i64,
        /// Area of which something is missing.
        pub missing_code: &'a str,
        /// Its name.
        pub missing_name: Option<&'a str>,
        /// Member to which what is missing belongs. None: judged against a target.
        pub missing_member: Option<&'a str>,
        /// Denominator of what it owes and the figure lacks; the most that it may be where nobody knows it. None: nothing limits it.
        pub missing_denominator: Option<f64>,
        /// So much of it has to be as low, or as high, as is plausible for the value to come to the threshold, if all that the others of the set lack is. None:
        /// the value only comes near to the threshold.
        pub denominator_needed: Option<f64>,
        /// Rows of the area's form that came and are quarantined. None: the indicator has two forms, or the figure is of a member of rows.
        pub n_rows_quarantined: Option<i64>,
        /// Rows of it that are accepted and lack what the indicator needs. None: as n_rows_quarantined.
        pub n_rows_blank: Option<i64>,
        /// Rows of it that did not come. None: as n_rows_quarantined, or the register does not say how many there are.
        pub n_rows_absent: Option<i64>,
        /// Value or gap if it and all before it were as low, or as high, as is plausible.
        pub value_then: f64,
    }
    /// An area of the smallest set that could turn the sign of a gap between members as they are on one chosen day.
    pub struct ConstantVerdictRow of "verdicts_constant_boundaries" and {
        /// Day whose boundaries all periods have.
        pub boundaries_date: Date,
    }
}
