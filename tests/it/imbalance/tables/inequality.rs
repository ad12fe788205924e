//! Indices of inequality and their parts.

use huizong::statistics::{check_parts, index::Parts};

use super::*;

#[test]
fn inequality_is_taken_over_counties_cells_and_members() {
    let compared = Nation::new().compared();
    let (table, parts) = (compared.inequality, compared.inequality_parts);
    // Counties: .65 of 20, .4 of 20, .2 of 30, .1 of 10; the mean is .35.
    let variance = (20.0 * 0.09 + 20.0 * 0.0025 + 30.0 * 0.0225 + 10.0 * 0.0625) / 80.0;
    let between = 0.175f64.powi(2) / 0.35f64.powi(2);
    let williamson = [
        ("value", Some(f64::sqrt(variance) / 0.35)),
        ("shortfall_value", Some(f64::sqrt(variance) / 0.65)),
        ("n_units", Some(4.0)),
    ];
    shows(
        &table,
        &["N", "coverage", "-", "county", "williamson_cv"],
        &williamson,
        None,
    );
    for (part, value) in [("between", between), ("within", variance / 0.35f64.powi(2) - between)] {
        let key = ["N", "coverage", "region", "county", "williamson_cv", part];
        shows(&parts, &key, &[("value", Some(value))], None);
    }
    let over_members = [("value", Some(0.5)), ("n_units", Some(2.0))];
    shows(
        &table,
        &["N", "coverage", "region", "member", "williamson_cv"],
        &over_members,
        None,
    );
    let cells = row(&table, &["N", "coverage", "kind", "cell", "theil_t"]);
    assert_eq!(table.number(cells, "n_units"), Some(8.0));
    let undefined = [("value", None), ("n_units", Some(8.0))];
    let key = ["N", "coverage", "kind", "cell", "theil_l"];
    shows(&table, &key, &undefined, Some("register_not_split;zero_undefined"));
    for part in ["between", "within"] {
        let key = ["N", "coverage", "kind", "cell", "theil_l", part];
        shows(
            &parts,
            &key,
            &[("value", None)],
            Some("register_not_split;zero_undefined"),
        );
    }
}

#[test]
fn a_total_stands_once_and_its_parts_once_a_dimension() {
    let compared = Nation::new().compared();
    let (table, parts) = (&compared.inequality, &compared.inequality_parts);
    let of = |table: &Table, index: &str, over: &str| -> Vec<String> {
        let rows = (0..table.height()).filter(|&row| {
            table.text(row, "scope_code") == Some("N")
                && table.text(row, "indicator") == Some("coverage")
                && table.text(row, "inequality_index") == Some(index)
                && table.text(row, "computed_over") == Some(over)
        });
        let dimension = |row: usize| table.text(row, "dimension").unwrap_or("-").to_owned();
        rows.map(dimension).collect()
    };
    assert_eq!(of(table, "gini", "county"), ["-"]);
    assert_eq!(of(table, "gini", "cell"), ["kind"]);
    assert_eq!(of(table, "gini", "member"), ["kind", "region", "terrain"]);
    // Its value is that of gini.
    assert_eq!(of(table, "gini_two_term", "county"), Vec::<String>::new());
    // What knows groups alone is the same over areas as over members.
    assert_eq!(of(table, "variance_between", "county"), Vec::<String>::new());
    assert_eq!(of(table, "variance_between", "member"), ["kind", "region", "terrain"]);
    assert_eq!(
        of(table, "mean_difference_from_reference", "county"),
        ["region", "terrain"]
    );
    let three = |name: &str| vec![name.to_owned(); 3];
    assert_eq!(
        of(parts, "gini", "county"),
        [three("region"), three("terrain")].concat()
    );
    assert_eq!(of(parts, "gini", "cell"), three("kind"));
    assert_eq!(of(parts, "gini", "member"), Vec::<String>::new());
    for dimension in ["region", "terrain"] {
        let part = |part: &str| {
            let key = ["N", "coverage", dimension, "county", "gini", part];
            parts.number(row(parts, &key), "value").unwrap()
        };
        let whole = table
            .number(row(table, &["N", "coverage", "-", "county", "gini"]), "value")
            .unwrap();
        let sum = part("between") + part("within") + part("overlap");
        assert!((sum - whole).abs() < 1e-12, "{dimension}: {sum} is not {whole}");
    }
}

#[test]
fn no_index_is_a_negative_zero() {
    let mut nation = Nation::new();
    nation.cells.iter_mut().for_each(|cells| cells.cells.truncate(1));
    let compared = nation.compared();
    let mut zeros = 0;
    for table in [&compared.inequality, &compared.inequality_parts] {
        for row in 0..table.height() {
            if let Some(value) = table.number(row, "value").filter(|value| *value == 0.0) {
                assert!(value.is_sign_positive(), "{:?}", table.text(row, "inequality_index"));
                zeros += 1;
            }
        }
    }
    assert!(zeros > 20, "of one unit nearly every index is 0: {zeros}");
}

#[test]
fn scopes_that_owe_nothing_have_no_rows() {
    let mut nation = Nation::new();
    // The root alone owes the form and sends it, as a survey of the whole nation is.
    let root = Place {
        name: String::new(),
        scope: None,
        level: 0,
        members: vec![None, None, None],
        chain: Vec::new(),
        limits: BTreeMap::new(),
    };
    for places in nation.places.values_mut() {
        places.areas = BTreeMap::from([("N".to_string(), root.clone())]);
    }
    for form in nation.coverage.values_mut() {
        let owed = std::sync::Arc::make_mut(&mut form.expected).remove("E1").unwrap();
        let got = form.received.remove("E1").unwrap();
        form.expected = BTreeMap::from([("N".to_string(), owed)]).into();
        form.received = BTreeMap::from([("N".to_string(), got)]);
    }
    for cells in &mut nation.cells {
        let first = number(cells, "E1");
        let of_first = cells.cells.iter().filter(|cell| cell.area == first);
        let of_root = of_first.map(|cell| ("N".to_owned(), cells.members(cell).to_vec(), *cell));
        cells.fill(of_root.collect());
    }
    let compared = nation.compared();
    let tables = [
        &compared.groups,
        &compared.gaps,
        &compared.inequality,
        &compared.inequality_parts,
    ];
    for table in tables {
        assert!(table.height() > 0, "{}", table.name);
        for row in 0..table.height() {
            assert_eq!(table.text(row, "scope_code"), Some("N"), "{} row {row}", table.name);
            assert_eq!(table.text(row, "dimension"), Some("kind"), "{} row {row}", table.name);
            assert_ne!(
                table.text(row, "null_reason"),
                Some("no_units"),
                "{} row {row}",
                table.name
            );
        }
    }
}

#[test]
fn rows_exist_for_the_indices_that_suit_indicator_and_dimension() {
    let table = Nation::new().inequality();
    let has = |key: [&str; 5]| {
        let columns = [
            "scope_code",
            "indicator",
            "dimension",
            "computed_over",
            "inequality_index",
        ];
        let is = |row: usize, column: &str, text: &str| table.text(row, column).unwrap_or("-") == text;
        (0..table.height()).any(|row| columns.iter().zip(key).all(|(column, text)| is(row, column, text)))
    };
    assert!(has(["N", "coverage", "-", "county", "erreygers"]));
    assert!(!has(["N", "unregistered", "-", "county", "erreygers"]));
    assert!(has(["N", "coverage", "terrain", "member", "slope_index"]));
    assert!(!has(["N", "coverage", "-", "county", "slope_index"]));
    assert!(!has(["N", "coverage", "region", "member", "slope_index"]));
    // Villages alone: by kind there is one group, and its cells are the counties again.
    assert!(has(["N", "village_coverage", "-", "county", "gini"]));
    assert!(has(["N", "village_coverage", "region", "member", "gini"]));
    assert!(!has(["N", "village_coverage", "kind", "cell", "gini"]));
    assert!(!has(["N", "village_coverage", "kind", "member", "gini"]));
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
