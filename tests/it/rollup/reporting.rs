//! Who has reported, as shares of what is owed.

use super::*;

#[test]
fn shares_are_never_capped_and_never_zero_for_unknown() {
    let country = Country::new()
        .owes("E1", Some(2), None)
        .owes("E2", Some(2), None)
        .owes("W1", None, None);
    let country = country.towns("E1", 3, 0).got("E1", |got| {
        got.on_time = Some(true);
        got.cells_due = 4;
        got.cells_answered = 3;
    });
    let table = country.reporting();
    let columns = [
        "area_code",
        "expected",
        "received",
        "on_time",
        "usable",
        "reporting_share",
        "timeliness_share",
        "rows_expected",
        "rows_accepted",
        "completeness_share",
        "item_response_share",
        "weighted_share",
    ];
    assert_eq!(
        lines(&table, &columns, |_| true),
        "E 2 1 1 1 0.5 0.5 4 3 0.75 0.75 -\n\
         E1 1 1 1 1 1 1 2 3 1.5 0.75 -\n\
         E2 1 0 0 0 0 0 2 0 0 - -\n\
         N 3 1 1 1 0.3333333333333333 0.3333333333333333 - 3 - 0.75 -\n\
         W 1 0 0 0 0 0 - 0 - - -\n\
         W1 1 0 0 0 0 0 - 0 - - -"
    );
    let found = register_findings(&country.coverage());
    assert_eq!(
        found
            .iter()
            .map(|f| (f.area_code.as_str(), f.accepted, f.expected))
            .collect::<Vec<_>>(),
        [("E1", 3, 2)]
    );
}

#[test]
fn reporters_weigh_what_the_register_says() {
    let country = Country::new()
        .owes("E1", Some(1), Some(1.0))
        .owes("E2", Some(3), Some(9.0))
        .towns("E1", 1, 1);
    assert_eq!(
        lines(
            &country.reporting(),
            &["area_code", "weighted_share", "on_time"],
            |row| row == 0
        ),
        "E 0.1 -"
    );
    let by_rows = Country::new()
        .owes("E1", Some(1), None)
        .owes("E2", Some(3), Some(9.0))
        .towns("E1", 1, 1);
    assert_eq!(
        lines(&by_rows.reporting(), &["area_code", "weighted_share"], |row| row == 0),
        "E 0.25"
    );
}

#[test]
fn what_nobody_owed_raises_no_share() {
    let country = Country::new()
        .owes("E1", Some(1), Some(1.0))
        .towns("E1", 1, 1)
        .row("E2", false, Some("town"), None);
    assert_eq!(
        lines(&country.reporting(), &["area_code", "expected", "received"], |_| true),
        "E 1 1\nE1 1 1\nN 1 1"
    );
    let table = country.indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS).lines().next(),
        Some("E 1 100 100 -")
    );
}
