//! Indices of inequality and their parts.

use huizong::imbalance::{check_parts, index::Parts};

use super::*;

#[test]
fn inequality_is_taken_over_counties_cells_and_members() {
    let table = Nation::new().inequality();
    // Counties: .65 of 20, .4 of 20, .2 of 30, .1 of 10; the mean is .35.
    let variance = (20.0 * 0.09 + 20.0 * 0.0025 + 30.0 * 0.0225 + 10.0 * 0.0625) / 80.0;
    let between = 0.175f64.powi(2) / 0.35f64.powi(2);
    let williamson = [
        ("value", Some(f64::sqrt(variance) / 0.35)),
        ("between", Some(between)),
        ("within", Some(variance / 0.35f64.powi(2) - between)),
        ("n", Some(4.0)),
    ];
    shows(
        &table,
        &["N", "coverage", "region", "county", "williamson_cv"],
        &williamson,
        Some("part_undefined"),
    );
    let over_members = [
        ("value", Some(0.5)),
        ("between", Some(0.25)),
        ("within", Some(0.0)),
        ("n", Some(2.0)),
    ];
    shows(
        &table,
        &["N", "coverage", "region", "member", "williamson_cv"],
        &over_members,
        Some("part_undefined"),
    );
    let cells = row(&table, &["N", "coverage", "kind", "cell", "theil_t"]);
    assert_eq!(table.number(cells, "n"), Some(8.0));
    let undefined = [("value", None), ("between", None), ("within", None), ("n", Some(8.0))];
    shows(
        &table,
        &["N", "coverage", "kind", "cell", "theil_l"],
        &undefined,
        Some("zero_undefined"),
    );
    // All three parts of the Gini are there, so no figure of its row is null.
    let gini = row(&table, &["N", "coverage", "region", "county", "gini"]);
    assert_eq!(table.text(gini, "null_reason"), None);
}

#[test]
fn rows_exist_for_the_indices_that_suit_indicator_and_dimension() {
    let table = Nation::new().inequality();
    let has = |key: [&str; 5]| {
        let columns = ["scope_code", "indicator", "dimension", "over", "index"];
        (0..table.height()).any(|r| columns.iter().zip(key).all(|(c, text)| table.text(r, c) == Some(text)))
    };
    assert!(has(["N", "coverage", "region", "county", "erreygers"]));
    assert!(!has(["N", "unregistered", "region", "county", "erreygers"]));
    assert!(has(["N", "coverage", "terrain", "member", "slope_index"]));
    assert!(!has(["N", "coverage", "terrain", "county", "slope_index"]));
    assert!(!has(["N", "coverage", "region", "member", "slope_index"]));
}

#[test]
fn parts_that_miss_the_whole_are_told() {
    let parts = Parts {
        value: 0.5,
        between: Some(0.2),
        within: Some(0.2),
        overlap: None,
    };
    let broken = check_parts("theil_t", &parts, || "2020 N coverage region county".into()).unwrap();
    assert_eq!(
        broken.to_string(),
        "2020 N coverage region county theil_t: between + within + overlap = index does not hold: 4e-1 against 5e-1"
    );
    assert!(
        check_parts(
            "gini",
            &Parts {
                overlap: Some(0.1),
                ..parts
            },
            String::new
        )
        .is_none()
    );
}
