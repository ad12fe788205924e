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
    let sources = DenominatorSources {
        column: Some("total"),
        ..DenominatorSources::default()
    };
    missing(Some(&owed), &got, sources, read)
}

fn read(known: f64, rest: f64, unknown: i64) -> Read {
    Read {
        known,
        rest,
        unknown,
        rows: 0,
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
            lacks(rows, total, accepted, quarantined, figures).denominator.known,
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
    let found = missing(Some(&owed), &refused, DenominatorSources::default(), whole);
    assert_eq!((found.denominator.known, found.partial), (Ok(0.0), true));
}

#[test]
fn who_owes_nothing_lacks_what_it_sent_and_cannot_be_used() {
    let got = AreaCounts {
        rows_accepted: 2,
        ..AreaCounts::default()
    };
    let sources = DenominatorSources {
        column: Some("total"),
        ..DenominatorSources::default()
    };
    let of = |read: Read| missing(None, &got, sources, read);
    let told = |denominator, partial| Missing {
        denominator: Lack::exactly(denominator),
        all_read: true,
        partial,
        is_carried: false,
        is_bracketed: false,
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
        assert_eq!(found.denominator, Lack::exactly(Err(Reason::TooLarge)));
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
        missing(Some(&owed), &got, DenominatorSources::default(), read(1.0, 0.0, 0))
            .denominator
            .known,
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
        let sources = DenominatorSources {
            column: Some("total"),
            last: Some(last),
            ..DenominatorSources::default()
        };
        let found = missing(Some(&owed), &got, sources, read);
        (found.denominator.known, found.is_carried)
    };
    assert_eq!(of(None, 5.0, 0, read(0.0, 0.0, 0)), (Ok(5.0), true));
    assert_eq!(of(None, 5.0, 1, read(2.0, 0.0, 0)), (Ok(3.0), true));
    assert_eq!(of(None, 5.0, 1, read(6.0, 0.0, 0)), (Ok(0.0), true));
    assert_eq!(of(Some(9.0), 5.0, 1, read(2.0, 0.0, 0)), (Ok(7.0), false));
    // All has come: nothing is carried.
    assert_eq!(of(None, 5.0, 2, read(2.0, 0.0, 0)), (Ok(0.0), false));
}

#[test]
fn a_bracket_holds_what_was_read_and_ends_where_it_is_proved_wrong() {
    let of = |plausible: (f64, f64), (accepted, quarantined): (i64, i64), read: Read| {
        let owed = Expected {
            rows: Some(3),
            ..Expected::default()
        };
        let got = AreaCounts {
            rows_accepted: accepted,
            rows_quarantined: quarantined,
            ..AreaCounts::default()
        };
        let sources = DenominatorSources {
            plausible: Some(plausible),
            ..DenominatorSources::default()
        };
        missing(Some(&owed), &got, sources, read).denominator.between.unwrap()
    };
    let unlimited = f64::INFINITY;
    for (name, plausible, came, figures, between) in [
        ("nothing came", (5.0, 9.0), (0, 0), read(0.0, 0.0, 0), (5.0, 9.0)),
        ("a part came", (5.0, 9.0), (1, 0), read(4.0, 0.0, 0), (1.0, 5.0)),
        ("more came than min", (5.0, 9.0), (2, 0), read(6.0, 0.0, 0), (0.0, 3.0)),
        (
            "what was read is not lost",
            (5.0, 9.0),
            (1, 1),
            read(4.0, 7.0, 0),
            (7.0, 7.0),
        ),
        (
            "more came than max",
            (5.0, 9.0),
            (1, 0),
            read(10.0, 0.0, 0),
            (0.0, unlimited),
        ),
        ("copies may be none", (5.0, 9.0), (3, 1), read(6.0, 2.0, 0), (0.0, 3.0)),
        (
            "rows without a numerator are no copies",
            (5.0, 9.0),
            (4, 0),
            read(6.0, 2.0, 1),
            (2.0, 3.0),
        ),
        (
            "what was refused may be negative",
            (0.0, 20.0),
            (1, 1),
            read(30.0, -5.0, 0),
            (0.0, unlimited),
        ),
        (
            "a negative part lacks nothing",
            (0.0, 40.0),
            (1, 1),
            read(30.0, -5.0, 0),
            (0.0, 10.0),
        ),
    ] {
        assert_eq!(of(plausible, came, figures), between, "{name}");
    }
}
