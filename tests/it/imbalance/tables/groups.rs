//! Groups: figures, weights and bounds.

use super::*;

#[test]
fn a_group_shows_its_figure_its_weight_and_what_it_could_be() {
    let table = Nation::new().groups();
    let east = [
        ("numerator", Some(21.0)),
        ("denominator", Some(40.0)),
        ("value", Some(52.5)),
        ("denominator_share", Some(0.5)),
        ("relative_to_scope", Some(1.5)),
        ("lower", Some(42.0)),
        ("upper", Some(62.0)),
        ("n_expected", Some(2.0)),
        ("n_reported", Some(2.0)),
    ];
    shows(&table, &["N", "coverage", "region", "east"], &east, None);
    let west = [
        ("value", Some(17.5)),
        ("lower", Some(700.0 / 60.0)),
        ("upper", Some(45.0)),
        ("n_reported", Some(2.0)),
    ];
    shows(&table, &["N", "coverage", "region", "west"], &west, None);
}

#[test]
fn a_group_that_has_not_reported_could_be_anything_plausible() {
    let table = Nation::new().groups();
    let nothing = [
        ("numerator", None),
        ("value", None),
        ("lower", Some(0.0)),
        ("upper", Some(100.0)),
    ];
    shows(
        &table,
        &["W", "coverage", "terrain", "mountain"],
        &nothing,
        Some("not_reported"),
    );
    let unknown = [
        ("value", Some(10.0)),
        ("lower", Some(10.0)),
        ("upper", Some(10.0)),
        ("n_expected", Some(1.0)),
    ];
    shows(&table, &["W", "coverage", "terrain", "unknown"], &unknown, None);
    let empty = [("numerator", None), ("lower", None), ("n_expected", Some(0.0))];
    shows(
        &table,
        &["E", "coverage", "terrain", "unknown"],
        &empty,
        Some("no_units"),
    );
}

#[test]
fn missing_areas_cannot_be_split_by_kind_of_row_unless_the_indicator_has_but_one() {
    let table = Nation::new().groups();
    let bounds = |lower, upper| [("lower", lower), ("upper", upper)];
    shows(
        &table,
        &["N", "coverage", "kind", "village"],
        &bounds(None, None),
        Some("register_not_split"),
    );
    let in_east = bounds(Some(700.0 / 30.0), Some(1700.0 / 30.0));
    shows(&table, &["E", "coverage", "kind", "village"], &in_east, None);
    let pinned = bounds(Some(900.0 / 67.0), Some(3100.0 / 67.0));
    shows(&table, &["N", "village_coverage", "kind", "village"], &pinned, None);
    shows(
        &table,
        &["N", "village_coverage", "kind", "town"],
        &[("value", None)],
        Some("outside_filter"),
    );
}

#[test]
fn without_register_there_are_no_bounds_where_something_is_missing() {
    let table = Nation::new().groups();
    shows(
        &table,
        &["N", "unregistered", "region", "west"],
        &[("value", Some(17.5)), ("lower", None)],
        Some("no_register"),
    );
    let east = [("value", Some(52.5)), ("lower", None)];
    shows(
        &table,
        &["N", "unregistered", "region", "east"],
        &east,
        Some("no_plausible"),
    );
}

#[test]
fn records_without_denominator_leave_bounds_to_the_register() {
    let mut nation = Nation::new();
    for cells in &mut nation.cells {
        cells.unknown.insert("W1".into(), 3);
    }
    let table = nation.groups();
    // The register has 30 places in W1, and 30 are known: there is room for nothing more.
    shows(
        &table,
        &["W", "coverage", "terrain", "plain"],
        &[("lower", Some(20.0)), ("upper", Some(20.0))],
        None,
    );
    shows(
        &table,
        &["W", "unregistered", "terrain", "plain"],
        &[("lower", None)],
        Some("no_register"),
    );
    shows(
        &table,
        &["W", "coverage", "kind", "town"],
        &[("lower", None)],
        Some("register_not_split"),
    );
}

#[test]
fn areas_outside_the_restriction_owe_nothing() {
    let mut nation = Nation::new();
    let at = nation
        .pipeline
        .indicators
        .iter()
        .position(|i| i.id == "coverage")
        .unwrap();
    nation.pipeline.indicators[at].filter = vec![(0, vec!["east".into()])];
    nation.cells.truncate(1);
    let west = number(&nation.cells[0], "W1");
    nation.cells[0].cells.retain(|cell| cell.area < west);
    let table = nation.groups();
    let all = [("numerator", Some(13.0)), ("n_expected", Some(1.0))];
    shows(&table, &["N", "coverage", "terrain", "plain"], &all, None);
    shows(
        &table,
        &["N", "coverage", "region", "west"],
        &[("value", None), ("lower", None)],
        Some("outside_filter"),
    );
}

#[test]
fn rows_over_a_denominator_of_zero_are_told_apart() {
    let mut nation = Nation::new();
    let last = number(&nation.cells[0], "W3");
    for cell in nation.cells[0].cells.iter_mut().filter(|cell| cell.area == last) {
        cell.denominator = 0;
    }
    let key = ["W", "coverage", "terrain", "unknown"];
    let over_nothing = [("numerator", Some(1.0)), ("denominator", Some(0.0)), ("value", None)];
    shows(
        &nation.groups(),
        &key,
        &over_nothing,
        Some("numerator_without_denominator"),
    );
    nation.cells[0]
        .cells
        .iter_mut()
        .for_each(|c| c.numerator *= i128::from(c.denominator > 0));
    shows(
        &nation.groups(),
        &key,
        &[("numerator", Some(0.0)), ("value", None)],
        Some("denominator_zero"),
    );
    // Out of the dispersion, without a trace in the index.
    let county = ["W", "coverage", "-", "county", "gini"];
    shows(
        &nation.inequality(),
        &county,
        &[("value", Some(0.0)), ("n_units", Some(1.0))],
        None,
    );
}
