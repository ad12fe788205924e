//! The table `obligations`.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// Who owes a form for a period, and what the register says of it. A column for each further one of the register comes after
    /// these, as `register_` and its name.
    pub struct ObligationRow<'a> of "obligations" {
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
        /// Due. None: the form has no due date.
        pub due: Option<Date>,
        /// Rows expected; unit: rows. None: the register does not say.
        pub rows_expected: Option<i64>,
        /// People who live there; unit: persons. None: the register does not say.
        pub population: Option<f64>,
    }
}
