//! The table `revisions`.

use super::row::rows;

rows! {
    /// A step from a figure of the release before to the one of this release: what one cause changed. The steps of a
    /// figure follow each other, each begins where the one before it ends.
    pub struct RevisionRow<'a> of "revisions" {
        /// Reporting period.
        pub period: &'a str,
        /// Code of the area, or of the scope within which groups are compared.
        pub area_code: &'a str,
        /// Name of the area. None: the registry does not have it.
        pub area_name: Option<&'a str>,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Dimension. None: the figure is that of the whole area.
        pub dimension: Option<&'a str>,
        /// Member. None: the figure is that of the whole area.
        pub member: Option<&'a str>,
        /// Number of the step, from 1.
        pub step: i64,
        /// definition, registry, other, correction, resubmission, late_submission.
        pub cause: &'a str,
        /// Numerator before the step. None: nothing is known.
        pub numerator_before: Option<f64>,
        /// Numerator after it. None: nothing is known.
        pub numerator_after: Option<f64>,
        /// Denominator before the step. None: nothing is known.
        pub denominator_before: Option<f64>,
        /// Denominator after it. None: nothing is known.
        pub denominator_after: Option<f64>,
        /// Value before the step. None: there is none.
        pub value_before: Option<f64>,
        /// Value after it. None: there is none.
        pub value_after: Option<f64>,
        /// value_after − value_before. None: one of them is null.
        pub value_change: Option<f64>,
        /// Unit of the values.
        pub unit: &'a str,
        /// Value in the release before. None: there was none.
        pub figure_before: Option<f64>,
        /// Value in this release. None: there is none.
        pub figure_after: Option<f64>,
    }
}
