//! The table `unjudged`.

use super::row::rows;

rows! {
    /// How often a rule could not judge in a period, for one reason.
    pub struct UnjudgedRow<'a> of "unjudged" {
        /// Reporting period.
        pub period: &'a str,
        /// Rule.
        pub rule: &'a str,
        /// Title of the rule in Chinese. None: not given.
        pub rule_title_zh: Option<&'a str>,
        /// Title of the rule in English. None: not given.
        pub rule_title_en: Option<&'a str>,
        /// Form.
        pub form: &'a str,
        /// Title of the form in Chinese. None: not given.
        pub form_title_zh: Option<&'a str>,
        /// Title of the form in English. None: not given.
        pub form_title_en: Option<&'a str>,
        /// value_missing (a value that the rule reads), no_earlier_period (none, or one between was left out of the
        /// run), not_reported_before (the unit or sender has nothing that counts earlier), earlier_value_missing
        /// (the unit is known, without this figure), earlier_value_small (zero, or below min_base), group_too_small
        /// (fewer than min_group), area_split (the area was split, or gave a part to a new one), area_transferred (a
        /// part of the area, or of another, went over), area_merged (what the rule reads cannot be summed),
        /// predecessor_missing (the area was merged, and not every predecessor has a figure), area_created (it has
        /// no predecessor), keys_unreadable (rows whose key cannot be read may be what differs), units_not_listed
        /// (no list names the units of the sender), figures_incomplete (what is held back, unreadable or questioned
        /// could make up the difference), counterpart_missing (only one of both figures is there).
        pub reason: &'a str,
        /// Rows (cover, reconcile: areas) that could not be judged for this reason; they sum to n_unknown of table
        /// rules.
        pub n: i64,
    }
}
