//! Figures on periods, neighbours and estimates are those of the tables, and a section without rows is absent.

use super::{edition, page, small};
use crate::support::{Published, Row, shipped, table};

const RURAL: &str = "rural_facility_coverage";
const TITLE: &str = "Rural comprehensive-facility coverage (%)";

/// What a program reads of each cell of a row about the rural goal in a table of the page; None: no number.
fn digits(english: &str, csv: &str, nth: usize) -> Vec<Option<f64>> {
    let (_, table) = english
        .split_once(&format!("data-csv=\"{csv}\""))
        .unwrap_or_else(|| panic!("{csv} is missing"));
    let rows = table.split("</table>").next().unwrap().split("<tr>");
    let row = rows.filter(|row| row.contains(TITLE)).nth(nth).unwrap();
    let cell = |cell: &str| {
        let (_, value) = cell.split('>').next().unwrap().split_once("data-v=")?;
        value.parse().ok()
    };
    row.split("<td").skip(1).map(cell).collect()
}

/// As the page has it for programs.
fn six(row: &Row, column: &str) -> Option<f64> {
    row[column]
        .number()
        .map(|value| format!("{value:.5e}").parse().unwrap())
}

fn one(table: &str, is_it: impl Fn(&Row) -> bool) -> Row {
    let mut rows = table_of(table).into_iter().filter(is_it);
    let row = rows.next().unwrap();
    assert!(rows.next().is_none(), "{table}: one row");
    row
}

fn table_of(name: &str) -> Vec<Row> {
    let rows = table(&shipped().output, name).into_iter();
    rows.filter(|row| row["indicator"].text() == Some(RURAL)).collect()
}

#[test]
fn figures_of_periods_neighbours_and_estimates_are_those_of_the_tables() {
    let page = page(&shipped().output);
    let english = edition(&page, "en");
    let is = |row: &Row, column: &str, text: &str| row[column].text() == Some(text);

    let change = one("change_effects", |row| {
        is(row, "earlier", "2015")
            && is(row, "later", "2020")
            && is(row, "scope_code", "000000")
            && is(row, "dimension", "macro_region")
    });
    let shown = digits(english, "change-2015", 0);
    let expected = ["value_change", "lower", "upper"].map(|column| six(&change, column));
    assert_eq!(shown[..3], expected);
    // Of the dimensions the first is that of the macro regions.
    assert_eq!(
        shown[4..6],
        ["mix_effect", "rate_effect"].map(|column| six(&change, column))
    );

    let index = |index: &'static str| {
        move |row: &Row| {
            is(row, "period", "2020")
                && is(row, "scope_code", "000000")
                && row["dimension"].text().is_none()
                && is(row, "inequality_index", index)
        }
    };
    let shown = digits(english, "inequality", 0);
    for (at, id) in [(0, "gini"), (4, "theil_t")] {
        let row = one("inequality", index(id));
        assert!(row["lower"].number().is_some(), "{id} has bounds");
        assert_eq!(
            shown[at..at + 3],
            ["value", "lower", "upper"].map(|column| six(&row, column)),
            "{id}"
        );
    }

    let converging = one("convergence", |row| {
        is(row, "earlier", "2015")
            && is(row, "later", "2020")
            && is(row, "level", "province")
            && is(row, "weighting", "denominator")
    });
    let columns = [
        "sigma_earlier",
        "sigma_later",
        "sigma_change",
        "beta",
        "beta_se",
        "half_life",
    ];
    assert_eq!(
        digits(english, "convergence", 0)[1..7],
        columns.map(|column| six(&converging, column))
    );

    for (nth, period) in ["2015", "2018", "2020"].into_iter().enumerate() {
        let row = one("between_shares", |row| {
            is(row, "period", period) && is(row, "dimension", "macro_region")
        });
        assert_eq!(
            digits(english, "between", nth)[1],
            six(&row, "between_share"),
            "{period}"
        );
    }

    let moran = one("spatial_autocorrelation", |row| {
        is(row, "period", "2020") && is(row, "level", "province")
    });
    let columns = ["morans_i", "expected_i", "p_value"];
    assert_eq!(
        digits(english, "neighbours", 0)[..3],
        columns.map(|column| six(&moran, column))
    );

    let estimates = ["carried_forward", "hot_deck", "stratum_ratio"].map(|method| {
        let is_own =
            |row: &Row| is(row, "period", "2020") && is(row, "area_code", "000000") && is(row, "method", method);
        six(&one("estimates", is_own), "value_estimated")
    });
    assert_eq!(digits(english, "estimates", 0)[3..6], estimates);
    let best = one("estimate_errors", |row| {
        is(row, "period", "2020") && row["best"] == Published::Boolean(true)
    });
    assert_eq!(digits(english, "estimates", 0)[8], six(&best, "compared_error"));

    let pace = |method: &str| {
        let is_own =
            |row: &Row| is(row, "period", "2020") && is(row, "area_code", "000000") && is(row, "method", method);
        six(&one("progress", is_own), "pace")
    };
    let rows = english
        .split_once("data-csv=\"progress\"")
        .unwrap()
        .1
        .split("</table>")
        .next()
        .unwrap();
    for method in ["since_baseline", "since_previous", "least_squares"] {
        let pace = pace(method).unwrap();
        assert!(rows.contains(&format!("data-v={pace}>")), "{method}: {pace}");
    }
}

/// Every area that the table has in a cluster has a mark on the tiles of its indicator, and no other has.
#[test]
fn areas_in_clusters_are_marked() {
    let page = page(&shipped().output);
    let clusters = table_of("spatial_clusters")
        .into_iter()
        .filter(|row| row["period"].text() == Some("2020"));
    let (clustered, others): (Vec<Row>, Vec<Row>) =
        clusters.partition(|row| row["cluster"].text() != Some("not_significant"));
    assert!(!clustered.is_empty() && !others.is_empty());
    let certain = clustered
        .iter()
        .filter(|row| row["fdr_significant"] == Published::Boolean(true))
        .count();
    for (tag, meaning) in [("en", "low among low"), ("zh", "低值被低值包围")] {
        let edition = edition(&page, tag);
        let (_, tiles) = edition.split_once(&format!("id=\"areas-{RURAL}-{tag}\"")).unwrap();
        let tiles = tiles.split("</section>").next().unwrap();
        let marks = tiles
            .split("<ul class=\"map\"")
            .nth(1)
            .unwrap()
            .split("</ul>")
            .next()
            .unwrap();
        assert_eq!(marks.matches("<u ").count(), clustered.len(), "{tag}");
        assert_eq!(marks.matches("<u class=\"sure\"").count(), certain, "{tag}");
        let low = clustered
            .iter()
            .filter(|row| row["cluster"].text() == Some("low_low"))
            .count();
        assert_eq!(marks.matches(&format!("title=\"{meaning}\">▼")).count(), low, "{tag}");
    }
}

#[test]
fn a_pipeline_without_neighbours_and_dimensions_has_no_section_on_them() {
    let world = small().published();
    let page = page(&world.output());
    for tag in ["zh", "en"] {
        let edition = edition(&page, tag);
        for absent in ["changes", "between", "neighbours"] {
            assert!(
                !edition.contains(&format!("id=\"{absent}-{tag}\"")),
                "{absent} in {tag}"
            );
        }
        for there in ["inequality", "convergence", "estimates", "progress"] {
            assert!(edition.contains(&format!("id=\"{there}-{tag}\"")), "{there} in {tag}");
        }
        assert!(!edition.contains("<u "), "no area is in a cluster");
    }
}
