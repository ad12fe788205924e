//! Days as columns hold them: counted from 1970-01-01.

use jiff::Span;
use jiff::civil::{Date, date};

const FIRST: Date = date(1970, 1, 1);

/// Days from 1970-01-01 to a date; negative: before it.
pub fn days_of_date(date: Date) -> i32 {
    (date - FIRST).get_days()
}

/// The date so many days after 1970-01-01; None: no calendar has it.
pub fn date_of_days(days: i32) -> Option<Date> {
    FIRST.checked_add(Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_the_same() {
        for (days, expected) in [
            (0, date(1970, 1, 1)),
            (-1, date(1969, 12, 31)),
            (18_627, date(2020, 12, 31)),
        ] {
            assert_eq!(date_of_days(days), Some(expected));
            assert_eq!(days_of_date(expected), days);
        }
        assert_eq!([i32::MIN, 3_000_000, i32::MAX].map(date_of_days), [None; 3]);
    }
}
