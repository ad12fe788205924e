//! What the figures lack of a reporter: the one rule, for every table with bounds.

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
    /// Of all that came and says whether everything came: where the register does not count records, its total is compared with this.
    pub(super) sent: f64,
}

/// What the figures lack of a reporter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Missing {
    /// Denominator of what it owes and the figures lack, in the denominator's own unit.
    pub(super) denominator: Result<f64, Reason>,
    /// Whether every record owed has come and been read: then what is missing can be told by member.
    pub(super) all_read: bool,
    /// Whether something that it owes or has sent is not in the figures.
    pub(super) partial: bool,
    /// Whether the denominator is that of its last complete report, for want of the register's total.
    pub(super) is_carried: bool,
}

/// What is missing of a reporter; `owed` is None where it owes nothing, `column` the register's column for the denominator.
///
/// Where every record that the register expects has been read, the denominators read in quarantine or beside a
/// missing numerator are all there is. Else the register's total less what is known covers, each once, records
/// never sent, records whose denominator cannot be read, and quarantined ones (of which two may be one community
/// sent twice). Where that leaves no room, what was read has to do. `last`, the denominator of its last complete report, stands in for a total that the
/// register lacks. Of who owes nothing, nothing is missing but what it sent and cannot be used.
pub(super) fn missing(
    owed: Option<&Expected>,
    got: &AreaCounts,
    (column, last): (Option<&str>, Option<f64>),
    read: Read,
) -> Missing {
    let total = owed
        .zip(column)
        .and_then(|(owed, column)| owed.register.get(column))
        .copied();
    let all_sent = owed.is_none_or(|owed| is_all_sent(owed, got, total, read));
    let all_read = owed.is_none() || all_sent && read.unknown == 0;
    let denominator = match (total.or(last), column) {
        _ if read.known.is_nan() || read.rest.is_nan() => Err(Reason::TooLarge),
        _ if all_read => Ok(read.rest),
        (Some(total), _) if total > read.known => Ok(total - read.known),
        (Some(_), _) => Ok(read.rest),
        (None, Some(_)) => Err(Reason::RegisterIncomplete),
        (None, None) => Err(Reason::NoRegister),
    };
    let partial = !all_sent || read.unknown > 0 || got.holds_back() || denominator != Ok(0.0);
    Missing {
        denominator,
        all_read,
        partial,
        is_carried: total.is_none() && last.is_some() && !all_read && denominator.is_ok(),
    }
}

/// Whether every record owed has come. More of them than are owed, some of them quarantined, may be one record twice and another
/// not at all. Where the register does not count records, its total tells, and without a total an accepted record.
fn is_all_sent(owed: &Expected, got: &AreaCounts, total: Option<f64>, read: Read) -> bool {
    let seen = got.rows_accepted + got.rows_quarantined;
    match owed.rows {
        Some(rows) => seen == rows || (seen > rows && got.rows_quarantined == 0),
        None => got.rows_accepted > 0 && total.is_none_or(|total| total <= read.sent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(rows: Option<i64>, total: Option<f64>, accepted: i64, quarantined: i64, read: Read) -> Missing {
        let register = total.map(|total| ("total".into(), total)).into_iter().collect();
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
        missing(Some(&owed), &got, (Some("total"), None), read)
    }

    fn read(known: f64, rest: f64, unknown: i64) -> Read {
        Read {
            known,
            rest,
            unknown,
            sent: known,
        }
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
    fn a_reporter_is_partial_where_something_of_it_is_not_in_the_figures() {
        let nothing = read(0.0, 0.0, 0);
        let whole = read(5.0, 0.0, 0);
        for (name, found, partial) in [
            ("all came", lacks(Some(5), Some(9.0), 5, 0, whole), false),
            ("more came than owed", lacks(Some(4), Some(9.0), 5, 0, whole), false),
            ("one not sent", lacks(Some(6), Some(5.0), 5, 0, whole), true),
            (
                "one quarantined whose denominator is 0",
                lacks(Some(6), Some(5.0), 5, 1, whole),
                true,
            ),
            (
                "one of which nobody knows whether it counts",
                lacks(Some(5), Some(5.0), 5, 0, read(4.0, 0.0, 1)),
                true,
            ),
            ("the register has more", lacks(None, Some(9.0), 5, 0, whole), true),
            ("nothing came", lacks(None, Some(0.0), 0, 0, nothing), true),
            ("owes no row", lacks(Some(0), Some(0.0), 0, 0, nothing), false),
        ] {
            assert_eq!(found.partial, partial, "{name}");
        }
        let refused = AreaCounts {
            rows_accepted: 5,
            rows_refused: 5,
            ..AreaCounts::default()
        };
        let owed = Expected {
            rows: Some(5),
            ..Expected::default()
        };
        let found = missing(Some(&owed), &refused, (None, None), whole);
        assert_eq!((found.denominator, found.partial), (Ok(0.0), true));
    }

    #[test]
    fn who_owes_nothing_lacks_what_it_sent_and_cannot_be_used() {
        let got = AreaCounts {
            rows_accepted: 2,
            ..AreaCounts::default()
        };
        let of = |read: Read| missing(None, &got, (Some("total"), None), read);
        let told = |denominator, partial| Missing {
            denominator,
            all_read: true,
            partial,
            is_carried: false,
        };
        assert_eq!(of(read(2.0, 0.0, 0)), told(Ok(0.0), false));
        assert_eq!(of(read(2.0, 3.0, 0)), told(Ok(3.0), true));
        assert_eq!(of(read(2.0, 0.0, 1)), told(Ok(0.0), true));
        assert_eq!(of(read(f64::NAN, 0.0, 0)), told(Err(Reason::TooLarge), true));
    }

    #[test]
    fn only_what_was_read_is_told_by_member() {
        for (name, found, all_read) in [
            ("all came", lacks(Some(5), Some(9.0), 3, 2, read(3.0, 2.0, 0)), true),
            (
                "the register has more",
                lacks(None, Some(9.0), 5, 0, read(5.0, 0.0, 0)),
                false,
            ),
            (
                "the register has no more",
                lacks(None, Some(5.0), 5, 0, read(5.0, 0.0, 0)),
                true,
            ),
            (
                "one not sent",
                lacks(Some(6), Some(5.0), 5, 0, read(5.0, 0.0, 0)),
                false,
            ),
            (
                "one unreadable",
                lacks(Some(5), Some(5.0), 4, 1, read(4.0, 0.0, 1)),
                false,
            ),
            ("too large", lacks(Some(1), None, 1, 0, read(f64::NAN, 0.0, 0)), true),
        ] {
            assert_eq!(found.all_read, all_read, "{name}");
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
            missing(Some(&owed), &got, (None, None), read(1.0, 0.0, 0)).denominator,
            Err(Reason::NoRegister)
        );
    }

    #[test]
    fn the_last_complete_report_stands_in_for_a_total_that_the_register_lacks() {
        let of = |total: Option<f64>, last: f64, accepted: i64, read: Read| {
            let owed = Expected {
                rows: Some(2),
                register: total.map(|total| ("total".into(), total)).into_iter().collect(),
                population: None,
            };
            let got = AreaCounts {
                rows_accepted: accepted,
                ..AreaCounts::default()
            };
            let found = missing(Some(&owed), &got, (Some("total"), Some(last)), read);
            (found.denominator, found.is_carried)
        };
        assert_eq!(of(None, 5.0, 0, read(0.0, 0.0, 0)), (Ok(5.0), true));
        assert_eq!(of(None, 5.0, 1, read(2.0, 0.0, 0)), (Ok(3.0), true));
        assert_eq!(of(None, 5.0, 1, read(6.0, 0.0, 0)), (Ok(0.0), true));
        assert_eq!(of(Some(9.0), 5.0, 1, read(2.0, 0.0, 0)), (Ok(7.0), false));
        // All has come: nothing is carried.
        assert_eq!(of(None, 5.0, 2, read(2.0, 0.0, 0)), (Ok(0.0), false));
    }
}
