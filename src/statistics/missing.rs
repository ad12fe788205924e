//! What an area owes and the figures lack: one rule for every table with bounds.

use super::Reason;
use crate::domain::{AreaCounts, Expected};

/// What was read of one area's denominator, in its own unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Read {
    /// Of accepted records whose numerator is known; NaN where the sum leaves 128 bits, as for the next.
    pub(super) known: f64,
    /// Of the other records: numerator missing, or quarantined.
    pub(super) rest: f64,
    /// Records whose denominator could not be read.
    pub(super) unknown: i64,
}

/// The denominator of what an area owes and the figures lack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Missing {
    /// In the denominator's own unit.
    pub(super) denominator: Result<f64, Reason>,
    /// It is [`Read::rest`] and nothing beside: every record owed has come and been read.
    pub(super) all_read: bool,
}

/// What is missing of an area that owes a form; `column` is the register's column for the denominator.
///
/// Where every record that the register expects has been read, the denominators read in quarantine or beside a
/// missing numerator are all there is. Else the register's total less what is known covers, each once, records
/// never sent, records whose denominator cannot be read, and quarantined ones (of which two may be one community
/// sent twice). Where that leaves no room, or the register is silent, what was read has to do, provided that
/// nothing was left unread.
pub(super) fn missing(owed: &Expected, got: &AreaCounts, column: Option<&str>, read: Read) -> Missing {
    if read.known.is_nan() || read.rest.is_nan() {
        return Missing {
            denominator: Err(Reason::TooLarge),
            all_read: false,
        };
    }
    let seen = got.rows_accepted + got.rows_quarantined;
    let all_sent = match owed.rows {
        Some(rows) => seen == rows || (seen > rows && got.rows_quarantined == 0),
        None => got.rows_accepted > 0,
    };
    let all_read = all_sent && read.unknown == 0;
    if all_read && owed.rows.is_some() {
        return Missing {
            denominator: Ok(read.rest),
            all_read,
        };
    }
    let denominator = match column.map(|column| owed.register.get(column)) {
        Some(Some(&total)) if total > read.known => {
            return Missing {
                denominator: Ok(total - read.known),
                all_read: false,
            };
        }
        Some(Some(_)) => Ok(read.rest),
        _ if all_read => Ok(read.rest),
        Some(None) => Err(Reason::RegisterIncomplete),
        None => Err(Reason::NoRegister),
    };
    Missing { denominator, all_read }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(rows: Option<i64>, total: Option<f64>, accepted: i64, quarantined: i64, read: Read) -> Missing {
        let register = total.map(|total| ("total".to_string(), total)).into_iter().collect();
        let got = AreaCounts {
            rows_accepted: accepted,
            rows_quarantined: quarantined,
            ..AreaCounts::default()
        };
        let owed = Expected {
            rows,
            register,
            population: None,
        };
        missing(&owed, &got, Some("total"), read)
    }

    fn read(known: f64, rest: f64, unknown: i64) -> Read {
        Read { known, rest, unknown }
    }

    #[test]
    fn each_record_is_missing_once() {
        let incomplete = Err(Reason::RegisterIncomplete);
        let cases = [
            ("nothing came", Some(5), Some(5.0), 0, 0, read(0.0, 0.0, 0), Ok(5.0)),
            ("all came", Some(5), Some(5.0), 5, 0, read(5.0, 0.0, 0), Ok(0.0)),
            (
                "all came, the register disagrees",
                Some(5),
                Some(9.0),
                5,
                0,
                read(5.0, 0.0, 0),
                Ok(0.0),
            ),
            (
                "all came, two read in quarantine",
                Some(5),
                Some(9.0),
                3,
                2,
                read(3.0, 2.0, 0),
                Ok(2.0),
            ),
            ("one sent twice", Some(5), Some(5.0), 4, 2, read(4.0, 2.0, 0), Ok(1.0)),
            ("two not sent", Some(5), Some(5.0), 3, 0, read(3.0, 0.0, 0), Ok(2.0)),
            ("one unreadable", Some(5), Some(5.0), 4, 1, read(4.0, 0.0, 1), Ok(1.0)),
            (
                "no room in the register",
                Some(5),
                Some(4.0),
                4,
                2,
                read(4.0, 2.0, 0),
                Ok(2.0),
            ),
            (
                "nothing came, no total",
                Some(5),
                None,
                0,
                0,
                read(0.0, 0.0, 0),
                incomplete,
            ),
            (
                "one unreadable, no total",
                Some(5),
                None,
                4,
                1,
                read(4.0, 0.0, 1),
                incomplete,
            ),
            (
                "number of rows unknown, no total",
                None,
                None,
                4,
                1,
                read(4.0, 1.0, 0),
                Ok(1.0),
            ),
            (
                "number of rows unknown",
                None,
                Some(8.0),
                4,
                1,
                read(4.0, 1.0, 0),
                Ok(4.0),
            ),
            ("owes no row", Some(0), None, 0, 0, read(0.0, 0.0, 0), Ok(0.0)),
        ];
        for (name, rows, total, accepted, quarantined, figures, denominator) in cases {
            assert_eq!(
                lacks(rows, total, accepted, quarantined, figures).denominator,
                denominator,
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_too_large_to_be_summed_is_not_measured() {
        for (known, rest) in [(f64::NAN, 0.0), (1.0, f64::NAN)] {
            let found = lacks(Some(1), Some(5.0), 1, 0, read(known, rest, 0));
            assert_eq!(found.denominator, Err(Reason::TooLarge));
        }
    }

    #[test]
    fn without_a_column_only_what_was_read_is_known() {
        let owed = Expected {
            rows: Some(2),
            ..Expected::default()
        };
        let got = AreaCounts {
            rows_accepted: 1,
            ..AreaCounts::default()
        };
        assert_eq!(
            missing(&owed, &got, None, read(1.0, 0.0, 0)).denominator,
            Err(Reason::NoRegister)
        );
    }
}
