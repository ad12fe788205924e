//! Gaps between two groups, split and bounded.

use super::*;

#[test]
fn a_gap_is_split_into_mix_and_rate_and_bounded() {
    let table = Nation::new().gaps();
    // East: towns 14/20, villages 7/20; west: towns 5/15, villages 2/25.
    let mix = 100.0 * 0.125 * ((0.7 + 1.0 / 3.0) - (0.35 + 0.08)) / 2.0;
    let expected = [
        ("value_a", Some(52.5)),
        ("value_b", Some(17.5)),
        ("gap", Some(35.0)),
        ("ratio", Some(3.0)),
        ("mix_effect", Some(mix)),
        ("rate_effect", Some(35.0 - mix)),
        ("lower", Some(-3.0)),
        ("upper", Some(62.0 - 700.0 / 60.0)),
    ];
    let key = ["N", "coverage", "region", "east", "west"];
    shows(&table, &key, &expected, None);
    assert_eq!(
        table.get(row(&table, &key), "sign_identified"),
        Value::Boolean(Some(false))
    );
    let key = ["E", "coverage", "terrain", "plain", "mountain"];
    shows(
        &table,
        &key,
        &[
            ("gap", Some(25.0)),
            ("lower", Some(65.0 - 60.0)),
            ("upper", Some(65.0 - 800.0 / 30.0)),
        ],
        None,
    );
    assert_eq!(
        table.get(row(&table, &key), "sign_identified"),
        Value::Boolean(Some(true))
    );
}

#[test]
fn without_other_dimensions_a_gap_is_all_rate() {
    let mut nation = Nation::new();
    nation.pipeline.dimensions[0].strata.clear();
    let expected = [
        ("gap", Some(35.0)),
        ("mix_effect", Some(0.0)),
        ("rate_effect", Some(35.0)),
    ];
    shows(
        &nation.gaps(),
        &["N", "coverage", "region", "east", "west"],
        &expected,
        None,
    );
}

#[test]
fn zero_is_a_figure_and_its_ratio_is_none() {
    let mut nation = Nation::new();
    let west = number(&nation.cells[0], "W1");
    for cell in nation.cells[0].cells.iter_mut().filter(|cell| cell.area >= west) {
        cell.numerator = 0;
    }
    let mix = 100.0 * 0.125 * (0.7 - 0.35) / 2.0;
    let expected = [
        ("value_b", Some(0.0)),
        ("gap", Some(52.5)),
        ("ratio", None),
        ("mix_effect", Some(mix)),
    ];
    let key = ["N", "coverage", "region", "east", "west"];
    shows(&nation.gaps(), &key, &expected, Some("zero_divisor"));
}

#[test]
fn a_gap_to_nothing_is_null_with_its_reason() {
    let table = Nation::new().gaps();
    let expected = [
        ("value_a", Some(20.0)),
        ("gap", None),
        ("mix_effect", None),
        ("lower", Some(-80.0)),
    ];
    shows(
        &table,
        &["W", "coverage", "terrain", "plain", "mountain"],
        &expected,
        Some("not_reported"),
    );
}
