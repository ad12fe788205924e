//! The table `form_periods`.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// A form in a period: the day on which areas count as they are, and the day on which it is due.
    pub struct FormPeriodRow<'a> of "form_periods" {
        /// Form.
        pub form: &'a str,
        /// Reporting period.
        pub period: &'a str,
        /// Chinese title of the form. None: not given.
        pub form_title_zh: Option<&'a str>,
        /// English title of the form. None: not given.
        pub form_title_en: Option<&'a str>,
        /// Reference date: the areas of this day count.
        pub reference_date: Date,
        /// Last day on which the form may be sent. None: not given.
        pub due_date: Option<Date>,
    }
}
