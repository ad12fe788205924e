//! The table `rules`.

use super::row::rows;

rows! {
    /// How often a rule was judged and broken in a period.
    pub struct RuleRow<'a> of "rules" {
        /// Reporting period.
        pub period: &'a str,
        /// Rule.
        pub rule: &'a str,
        /// Title of the rule in Chinese. None: not given.
        pub rule_title_zh: Option<&'a str>,
        /// Title of the rule in English. None: not given.
        pub rule_title_en: Option<&'a str>,
        /// row, sum, history, outlier, cover, reconcile.
        pub kind: &'a str,
        /// Form.
        pub form: &'a str,
        /// Title of the form in Chinese. None: not given.
        pub form_title_zh: Option<&'a str>,
        /// Title of the form in English. None: not given.
        pub form_title_en: Option<&'a str>,
        /// Severity: hard, explain, info.
        pub severity: &'a str,
        /// Rows (cover, reconcile: areas) that could be judged.
        pub n_judged: i64,
        /// Could not be judged; table unjudged says why.
        pub n_unknown: i64,
        /// Rows or areas that break it.
        pub n_fired: i64,
        /// n_fired / n_judged; unit: share. None: nothing could be judged.
        pub firing_share: Option<f64>,
    }
}
