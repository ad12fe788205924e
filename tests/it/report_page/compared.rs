//! Figures on periods, neighbours and estimates are those of the tables, and a section without rows is absent.

use super::numbers::{self, table as table_of_page};
use super::{edition, page, small};
use crate::support::{Published, Row, shipped, table};

const RURAL: &str = "rural_facility_coverage";
const TITLE: &str = "Rural comprehensive-facility coverage (%)";

/// What a program reads of each cell of a row about the rural goal, after its head; None: no number.
fn digits(page: &str, csv: &str, nth: usize) -> Vec<Option<f64>> {
    let rows = table_of_page(page, csv).into_iter();
    let row = rows.filter(|row| row.html.contains(TITLE)).nth(nth).unwrap();
    row.cells[1..].to_vec()
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
    let is = |row: &Row, column: &str, text: &str| row[column].text() == Some(text);

    let change = one("change_effects", |row| {
        is(row, "earlier", "2015")
            && is(row, "later", "2020")
            && is(row, "scope_code", "000000")
            && is(row, "dimension", "macro_region")
    });
    let shown = digits(&page, "change-2015", 0);
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
    let shown = digits(&page, "inequality", 0);
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
        digits(&page, "convergence", 0)[1..7],
        columns.map(|column| six(&converging, column))
    );

    for (nth, period) in ["2015", "2018", "2020"].into_iter().enumerate() {
        let row = one("between_shares", |row| {
            is(row, "period", period) && is(row, "dimension", "macro_region")
        });
        assert_eq!(digits(&page, "between", nth)[1], six(&row, "between_share"), "{period}");
    }

    let moran = one("spatial_autocorrelation", |row| {
        is(row, "period", "2020") && is(row, "level", "province")
    });
    let columns = ["morans_i", "expected_i", "p_value"];
    assert_eq!(
        digits(&page, "neighbours", 0)[..3],
        columns.map(|column| six(&moran, column))
    );

    let estimates = ["carried_forward", "hot_deck", "stratum_ratio"].map(|method| {
        let is_own =
            |row: &Row| is(row, "period", "2020") && is(row, "area_code", "000000") && is(row, "method", method);
        six(&one("estimates", is_own), "value_estimated")
    });
    assert_eq!(digits(&page, "estimates", 0)[3..6], estimates);
    let best = one("estimate_errors", |row| {
        is(row, "period", "2020") && row["best"] == Published::Boolean(true)
    });
    assert_eq!(digits(&page, "estimates", 0)[8], six(&best, "compared_error"));

    let pace = |method: &str| {
        let is_own =
            |row: &Row| is(row, "period", "2020") && is(row, "area_code", "000000") && is(row, "method", method);
        six(&one("progress", is_own), "pace")
    };
    let rows = table_of_page(&page, "progress");
    for method in ["since_baseline", "since_previous", "least_squares"] {
        let pace = pace(method).unwrap();
        let has = |row: &numbers::Row| row.html.contains(TITLE) && row.cells.contains(&Some(pace));
        assert!(rows.iter().any(has), "{method}: {pace}");
    }
}

/// The text of the cells of a row of a table of the page.
fn texts(row: &numbers::Row) -> Vec<String> {
    let cells = row.html.split("<td").skip(1);
    cells
        .map(|cell| cell.split_once('>').unwrap().1.trim().to_owned())
        .collect()
}

#[test]
fn changes_of_gaps_are_those_of_the_table() {
    let page = page(&shipped().output);
    for (nth, earlier) in ["2015", "2018"].into_iter().enumerate() {
        let row = one("gap_changes", |row| {
            let is = |column: &str, text: &str| row[column].text() == Some(text);
            is("earlier", earlier)
                && is("later", "2020")
                && is("scope_code", "000000")
                && is("a", "east")
                && is("b", "west")
                && is("dimension", "macro_region")
        });
        let csv = "changed-gap-macro_region-east-west";
        let shown = digits(&page, csv, nth);
        let columns = ["gap_earlier", "gap_later", "gap_change", "lower", "upper"];
        assert_eq!(shown[1..6], columns.map(|column| six(&row, column)), "{earlier}");
        let effects = ["mix_effect_a", "rate_effect_a", "mix_effect_b", "rate_effect_b"];
        assert_eq!(shown[7], six(&row, "ratio_change"));
        assert_eq!(shown[8..], effects.map(|column| six(&row, column)), "{earlier}");
        let rows = table_of_page(&page, csv).into_iter();
        let own = rows.filter(|row| row.html.contains(TITLE)).nth(nth).unwrap();
        let sure = row["sign_identified"] == Published::Boolean(true);
        let told = texts(&own);
        assert_eq!(
            (told[0].as_str(), told[6].as_str()),
            (earlier, if sure { "yes" } else { "no" })
        );
    }
    let first = "The drawing and the table below have 10 of 41 indicators, goals first; all are in ";
    assert!(edition(&page, "en").contains(first));
    // Every pair has its own.
    assert_eq!(
        edition(&page, "zh").matches("<table data-csv=\"changed-gap-").count(),
        11
    );
}

#[test]
fn a_dimension_that_crosses_two_has_its_groups_and_effects() {
    let page = page(&shipped().output);
    let cross = |table: &str| {
        table_of(table)
            .into_iter()
            .filter(|row| row["dimension"].text() == Some("region_terrain"))
    };
    let groups: Vec<Row> = cross("groups")
        .filter(|row| row["period"].text() == Some("2020") && row["scope_code"].text() == Some("000000"))
        .collect();
    let shown = table_of_page(&page, &format!("cross-region_terrain-{RURAL}"));
    assert_eq!(shown.len(), groups.len());
    let plain = groups
        .iter()
        .find(|row| row["member"].text() == Some("east_plain"))
        .unwrap();
    let columns = [
        "value",
        "lower",
        "upper",
        "denominator_share",
        "relative_to_scope",
        "n_reported",
        "n_expected",
    ];
    assert!(shown[0].html.contains("East · Plain"), "{}", shown[0].html);
    assert_eq!(shown[0].cells[1..], columns.map(|column| six(plain, column)));
    assert!(shown.last().unwrap().html.contains("Unknown"));

    let effects = one("change_effects", |row| {
        let is = |column: &str, text: &str| row[column].text() == Some(text);
        is("earlier", "2015") && is("later", "2020") && is("scope_code", "000000") && is("dimension", "region_terrain")
    });
    let columns = [
        "value_change",
        "mix_effect_first",
        "mix_effect_second",
        "rate_effect",
        "shapley_mix_first",
        "shapley_mix_second",
        "shapley_rate",
    ];
    assert_eq!(
        digits(&page, "cross-region_terrain", 0)[1..],
        columns.map(|column| six(&effects, column))
    );

    let gini = one("inequality", |row| {
        let is = |column: &str, text: &str| row[column].text() == Some(text);
        is("period", "2020")
            && is("scope_code", "000000")
            && is("dimension", "region_terrain")
            && is("computed_over", "member")
            && is("inequality_index", "gini")
    });
    let told = format!(
        "Inequality between the groups: Gini coefficient {:.3}",
        gini["value"].number().unwrap()
    );
    assert!(edition(&page, "en").contains(&told), "{told}");
    // A cell has the areas of both groups, with its bounds.
    let (_, panel) = edition(&page, "zh")
        .split_once(&format!("id=\"cross-region_terrain-{RURAL}-zh\""))
        .unwrap();
    let [value, lower, upper] =
        ["value", "lower", "upper"].map(|column| format!("{:.1}", plain[column].number().unwrap()));
    let first = panel.split("<tbody>").nth(1).unwrap().split("<tr>").nth(1).unwrap();
    assert!(
        first.contains(&format!(">{value}<small>{lower}–{upper}</small>")),
        "{first}"
    );
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
        for absent in ["gaps", "crosses", "changes", "between", "neighbours"] {
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
