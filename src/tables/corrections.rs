//! The table `corrections`.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// A cell, row or submission that a correction concerns; one row for a correction of nothing.
    pub struct CorrectionRow<'a> of "corrections" {
        /// Correction.
        pub correction: &'a str,
        /// Submission id. None: it concerns no submission.
        pub submission_id: Option<&'a str>,
        /// Row as the clerk sees it, from 1. None: no single row.
        pub row: Option<i64>,
        /// Column of the form. None: concerns a whole row or submission.
        pub field: Option<&'a str>,
        /// Reporting period.
        pub period: &'a str,
        /// Form.
        pub form: &'a str,
        /// Title of the form in Chinese. None: not given.
        pub form_title_zh: Option<&'a str>,
        /// Title of the form in English. None: not given.
        pub form_title_en: Option<&'a str>,
        /// Code of the sending area.
        pub area_code: &'a str,
        /// Name of the area. None: the registry does not have it.
        pub area_name: Option<&'a str>,
        /// drop, override, scale.
        pub action: &'a str,
        /// As received. None: concerns a whole submission, or nothing.
        pub raw: Option<&'a str>,
        /// As read after the correction. None: not applied, dropped or missing.
        pub value: Option<&'a str>,
        /// Content as received that the correction expects. None: none is named.
        pub expect: Option<&'a str>,
        /// Observation status (SDMX): E overridden or scaled, whatever the source says later; O dropped or missing.
        /// None: the correction has no effect.
        pub obs_status: Option<&'a str>,
        /// applied; refused (the cleaner refuses the content); held (the row does not count for another reason);
        /// stale (something else than expected stands there); superseded (by another revision or correction);
        /// unmatched.
        pub status: &'a str,
        /// Reason in Chinese.
        pub reason_zh: &'a str,
        /// Reason in English.
        pub reason_en: &'a str,
        /// Role that approved it.
        pub approved_by: &'a str,
        /// Day on which the fault was reported.
        pub reported: Date,
    }
}
