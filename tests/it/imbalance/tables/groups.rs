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
        ("gap_to_scope", Some(17.5)),
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

/// Plain 19 of 50, mountain 8 of 20; the terrain of W3 is not known, and regions have no order.
#[test]
fn members_of_an_ordered_dimension_are_corners_of_the_concentration_curve() {
    let nation = Nation::new();
    let table = nation.groups();
    let corner = |key: &[&str]| {
        let row = row(&table, key);
        let share = |column: &str| table.number(row, column);
        let shares = share("cumulative_denominator_share").zip(share("cumulative_numerator_share"));
        (shares, table.text(row, "curve_null_reason").map(str::to_owned))
    };
    let of = |key: &[&str]| corner(key).0.expect("there is a corner");
    let (plain, mountain) = (
        of(&["N", "coverage", "terrain", "plain"]),
        of(&["N", "coverage", "terrain", "mountain"]),
    );
    assert_eq!((plain, mountain), ((50.0 / 70.0, 19.0 / 27.0), (1.0, 1.0)));
    let area = 1.0 - plain.0 * plain.1 - (1.0 - plain.0) * (1.0 + plain.1);
    let indices = nation.inequality();
    let of_indices = (0..indices.height()).find(|&row| {
        let is = |column: &str, text: &str| indices.text(row, column) == Some(text);
        is("scope_code", "N")
            && is("indicator", "coverage")
            && is("dimension", "terrain")
            && is("inequality_index", "concentration_index")
    });
    let index = indices.number(of_indices.unwrap(), "value").unwrap();
    assert!((index - area).abs() < 1e-12, "{index} {area}");
    let reason = |key: &[&str]| corner(key).1.expect("there is no corner");
    assert_eq!(reason(&["N", "coverage", "terrain", "unknown"]), "not_ordered");
    assert_eq!(reason(&["N", "coverage", "region", "east"]), "not_ordered");
    // Of the west only the plain has a figure.
    assert_eq!(reason(&["W", "coverage", "terrain", "plain"]), "single_group");
    assert_eq!(reason(&["W", "coverage", "terrain", "mountain"]), "not_reported");
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
fn without_a_plausible_range_there_are_no_bounds_where_something_is_missing() {
    let table = Nation::new().groups();
    shows(
        &table,
        &["N", "unregistered", "region", "west"],
        &[("value", Some(17.5)), ("lower", None)],
        Some("no_plausible"),
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
        Some("no_plausible"),
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
