//! Figures, their bounds and their verdicts, by who has reported what.

use super::*;

#[test]
fn what_all_have_sent_is_final() {
    let country = Country::new()
        .owes("E1", Some(4), Some(4.0))
        .owes("W1", Some(2), Some(2.0));
    let country = country.towns("E1", 4, 3).towns("W1", 2, 0);
    let table = country.indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &VALUES),
        "E 3 4 75 A 1 1 0 -\nE1 3 4 75 A 1 1 0 -\nN 3 6 50 A 2 2 0 -\nW 0 2 0 A 1 1 0 -\nW1 0 2 0 A 1 1 0 -"
    );
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS).lines().nth(2),
        Some("N 1 50 50 -")
    );
    assert_eq!(
        of_indicator(&table, "area_per_household", &VALUES).lines().nth(2),
        Some("N 15 60 0.25 A 2 2 0 -")
    );
}

#[test]
fn who_has_not_reported_widens_the_bounds() {
    let country = Country::new()
        .owes("E1", Some(4), Some(4.0))
        .owes("E2", Some(9), Some(6.0));
    let table = country.towns("E1", 4, 3).indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &VALUES),
        "E 3 4 75 P 2 1 0 -\nE1 3 4 75 A 1 1 0 -\nE2 - - - O 1 0 0 not_reported\nN 3 4 75 P 2 1 0 -"
    );
    // 3 of 4 known, 6 missing: 3/10 to 9/10.
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS),
        "E 0.4 30 90 -\nE1 1 75 75 -\nE2 0 0 100 -\nN 0.4 30 90 -"
    );
    assert_eq!(
        of_indicator(&table, "area_per_household", &BOUNDS),
        "E - 0 10 -\nE1 1 0.25 0.25 -\nE2 - 0 10 -\nN - 0 10 -"
    );
}

#[test]
fn a_blank_in_the_register_leaves_the_whole_plausible_range() {
    let country = Country::new().owes("E1", Some(1), Some(1.0)).owes("E2", Some(9), None);
    let table = country.towns("E1", 1, 1).indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS).lines().next(),
        Some("E - 0 100 -")
    );
}

#[test]
fn a_missing_bracket_leaves_no_bounds_but_where_nothing_is_missing() {
    let country = Country::new()
        .owes("E1", Some(3), Some(3.0))
        .towns("E1", 2, 1)
        .row("E1", false, Some("town"), None);
    assert_eq!(
        in_the_east(&country, "east_rooms", &BOUNDS),
        "E 0.6666666666666666 - - no_plausible"
    );
    let country = Country::new().owes("E1", Some(2), None).towns("E1", 2, 1);
    assert_eq!(in_the_east(&country, "east_rooms", &BOUNDS), "E 1 0.5 0.5 -");
}

#[test]
fn quarantined_rows_and_missing_cells_count_as_unreported() {
    let country = Country::new().owes("E1", Some(5), Some(5.0)).towns("E1", 3, 3);
    let country = country
        .row("E1", false, Some("town"), Some(true))
        .row("E1", true, Some("town"), None);
    let table = country.indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &VALUES).lines().next(),
        Some("E 3 3 100 P 1 1 1 -")
    );
    assert_eq!(
        of_indicator(&table, "town_rooms", &BOUNDS).lines().next(),
        Some("E 0.6 60 100 -")
    );
}

#[test]
fn a_row_sent_twice_is_missing_once() {
    let country = Country::new().owes("E1", Some(4), Some(4.0)).towns("E1", 3, 3);
    let twice = country
        .row("E1", false, Some("town"), Some(true))
        .row("E1", false, Some("town"), Some(false));
    assert_eq!(in_the_east(&twice, "town_rooms", &BOUNDS), "E 0.75 75 100 -");
}

#[test]
fn rows_never_sent_and_rows_of_unknown_kind_are_taken_from_the_register() {
    let half = Country::new().owes("E1", Some(4), Some(4.0)).towns("E1", 2, 2);
    let unknown = Country::new().owes("E1", Some(4), Some(4.0)).towns("E1", 2, 2);
    let unknown = unknown.row("E1", false, None, None).row("E1", false, None, None);
    for country in [half, unknown] {
        assert_eq!(
            of_indicator(&country.indicators(), "town_rooms", &VALUES)
                .split(' ')
                .nth(4),
            Some("P")
        );
        assert_eq!(in_the_east(&country, "town_rooms", &BOUNDS), "E 0.5 50 100 -");
    }
}

#[test]
fn a_register_that_disagrees_moves_nothing_where_all_has_come() {
    let country = Country::new().owes("E1", Some(2), Some(7.0)).towns("E1", 2, 1);
    assert_eq!(in_the_east(&country, "town_rooms", &BOUNDS), "E 1 50 50 -");
}

#[test]
fn what_cannot_exist_is_not_what_is_missing() {
    let villages = Country::new()
        .owes("E1", Some(1), Some(0.0))
        .row("E1", true, Some("village"), Some(true));
    assert_eq!(
        in_the_east(&villages, "town_rooms", &VALUES),
        "E 0 0 - M 1 1 0 denominator_zero"
    );
    let silent = Country::new()
        .owes("E1", None, None)
        .row("E1", true, Some("town"), None);
    assert_eq!(
        in_the_east(&silent, "town_rooms", &VALUES),
        "E - - - O 1 1 0 nothing_known"
    );
}

#[test]
fn a_restriction_to_areas_leaves_the_others_out_of_every_count() {
    let country = Country::new()
        .owes("E1", Some(1), None)
        .owes("W1", Some(1), None)
        .towns("E1", 1, 1);
    assert_eq!(
        of_indicator(&country.indicators(), "east_rooms", &VALUES),
        "E 1 1 1 A 1 1 0 -\nE1 1 1 1 A 1 1 0 -\nN 1 1 1 A 1 1 0 -"
    );
}

#[test]
fn an_area_of_unknown_side_stays_in_what_is_restricted_to_a_side() {
    let country = Country::new()
        .owes("E1", Some(1), None)
        .owes("M1", Some(1), None)
        .towns("E1", 1, 1)
        .towns("M1", 1, 1);
    let table = country.indicators();
    assert_eq!(
        of_indicator(&table, "east_rooms", &VALUES),
        "E 1 1 1 A 1 1 0 -\nE1 1 1 1 A 1 1 0 -\nM - - - O 1 1 0 nothing_known\nM1 - - - O 1 1 0 nothing_known\n\
         N 1 1 1 P 2 2 0 -"
    );
    // It may hold a room of the east or none.
    assert_eq!(
        of_indicator(&table, "east_rooms", &BOUNDS).lines().last(),
        Some("N - - - no_plausible")
    );
}

#[test]
fn a_figure_is_not_complete_where_the_register_says_that_more_is_there() {
    let country = Country::new().owes("E1", None, Some(8.0)).towns("E1", 4, 3);
    assert_eq!(in_the_east(&country, "town_rooms", &VALUES), "E 3 4 75 P 1 1 0 -");
    assert_eq!(in_the_east(&country, "town_rooms", &BOUNDS), "E 0.5 37.5 87.5 -");
}

#[test]
fn a_numerator_over_nothing_has_a_reason_of_its_own() {
    let mut country = Country::new().owes("E1", Some(1), None).towns("E1", 1, 1);
    country.rows[0].4 = Some(0);
    assert_eq!(
        in_the_east(&country, "area_per_household", &VALUES),
        "E 2.5 0 - M 1 1 0 numerator_without_denominator"
    );
}

#[test]
fn only_the_named_level_is_judged() {
    let country = Country::new()
        .owes("E1", Some(10), Some(10.0))
        .owes("W1", Some(10), Some(10.0));
    let columns = [
        "area_code",
        "value",
        "baseline",
        "target",
        "attainment_share",
        "verdict",
        "verdict_robust",
    ];
    let table = country.towns("E1", 10, 7).indicators();
    assert_eq!(
        of_indicator(&table, "town_rooms", &columns),
        "E 70 - - - no_target -\nE1 70 - - - no_target -\nN 70 10 60 1.2 met false\n\
         W - - - - no_target -\nW1 - - - - no_target -"
    );
}
