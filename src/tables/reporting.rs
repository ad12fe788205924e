//! The table `reporting`.

use super::row::rows;

rows! {
    /// What the reporters of an area owed of a form in a period, and what they sent.
    pub struct ReportingRow<'a> of "reporting" {
        /// Reporting period.
        pub period: &'a str,
        /// Form.
        pub form: &'a str,
        /// Title of the form in Chinese. None: not given.
        pub form_title_zh: Option<&'a str>,
        /// Title of the form in English. None: not given.
        pub form_title_en: Option<&'a str>,
        /// Area code.
        pub area_code: &'a str,
        /// Name of the area. None: the registry does not have it.
        pub area_name: Option<&'a str>,
        /// Level.
        pub level: &'a str,
        /// Expected submissions.
        pub expected: i64,
        /// Expected reporters that sent one.
        pub received: i64,
        /// Received on time: the first usable revision counts. None: no receipts.
        pub on_time: Option<i64>,
        /// Expected reporters with at least one accepted row.
        pub usable: i64,
        /// Reporting share: received / expected; unit: share. None: expected is unknown or zero.
        pub reporting_share: Option<f64>,
        /// Usable share: usable / expected; min_reporting_share of the gate asks it; unit: share. None: expected is
        /// unknown or zero.
        pub usable_share: Option<f64>,
        /// Timeliness: on time / expected; unit: share. None: nothing expected, or no receipts.
        pub timeliness_share: Option<f64>,
        /// Rows expected; unit: rows. None: the register does not say.
        pub rows_expected: Option<i64>,
        /// Rows accepted; unit: rows.
        pub rows_accepted: i64,
        /// Completeness: rows accepted / rows expected; unit: share. None: rows expected are unknown or zero.
        pub completeness_share: Option<f64>,
        /// Item response: required cells answered / due; unit: share. None: no record.
        pub item_response_share: Option<f64>,
        /// Σ register weight of usable reporters / Σ of expected; unit: share. None: the register has no weight.
        pub weighted_share: Option<f64>,
        /// People who live in the areas of the expected reporters; unit: persons. None: the register does not say,
        /// or the definition names no column of it (`[reporters] population`).
        pub population: Option<f64>,
    }
}
