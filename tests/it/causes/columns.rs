//! A fault of a whole column is one finding.

use super::*;

#[test]
fn a_unit_that_is_wrong_in_a_whole_sheet_is_one_finding() {
    let others = csv(&sound("130104", 120));
    let wrong = |count: usize| {
        let rows = with(sound("130102", 20), 0..count, HOUSEHOLDS, times(10_000.0));
        let rows = with(rows, 0..count, FUND, times(10_000.0));
        let world = world().sent(SENT, csv(&rows));
        world.sent("2020/130104_roster.csv", &others).published()
    };
    let night = wrong(16);
    assert_eq!(told(&night).len(), 1, "{:?}", told(&night));
    let one = &night.table("findings")[0];
    assert_eq!(
        (one["row"].number(), one["field"].text(), one["n_affected"].number()),
        (None, Some("households"), Some(16.0))
    );
    assert_eq!(one["mend"].text(), Some("÷10000"));
    assert!(one["message_en"].text().unwrap().contains("16 rows of the column"));
    // one row less than four fifths
    assert_eq!(told(&wrong(15)).len(), 15);
}

#[test]
fn a_hard_cause_puts_out_its_rows_and_no_others() {
    let rows = with(sound("130102", 20), 2..20, TOTAL, |_| "1000000".into());
    let night = sent(&rows);
    let said = told(&night);
    assert_eq!(said, ["- | total | sum-total | 1000000 | 14.5 … | - | 18"]);
    let submission = night.submission(SENT);
    assert_eq!(submission["status"].text(), Some("partial"));
    assert_eq!(submission["rows_accepted"].number(), Some(2.0));
    assert_eq!(night.facts("roster", "2020").len(), 2);
    let held = night.quarantined("roster", "2020");
    assert_eq!(held.len(), 18);
    assert!(
        held.iter().all(|row| row["codes"].text() == Some("sum-total")),
        "{held:?}"
    );

    let singles = sent(&with(sound("130102", 20), 5..20, TOTAL, |_| "1000000".into()));
    assert_eq!(told(&singles).len(), 15);
}

#[test]
fn a_fault_of_a_whole_column_is_one_finding() {
    let faulty = |count: usize| sent(&with(sound("130102", 20), 0..count, CLASS, |_| "城镇".into()));
    let night = faulty(16);
    assert_eq!(told(&night), ["- | class | not-a-category | 城镇 | 城|村 | - | 16"]);
    let message = night.table("findings")[0]["message_en"].text().unwrap().to_owned();
    assert!(
        message.ends_with("found “城镇”; 16 rows of the column have it"),
        "{message}"
    );
    assert_eq!(night.submission(SENT)["findings_explain"].number(), Some(1.0));
    assert_eq!(told(&faulty(15)).len(), 15);
    // of the cells that are filled, all
    let half = with(sound("130102", 24), 0..12, CLASS, |_| "城镇".into());
    assert_eq!(told(&sent(&with(half, 12..24, CLASS, |_| "".into()))).len(), 1);
}

#[test]
fn required_cells_empty_in_a_whole_column_put_their_rows_out() {
    let night = sent(&with(sound("130102", 20), 1..20, 0, |_| "".into()));
    assert_eq!(told(&night), ["- | code | cell-missing | - | - | - | 19"]);
    let held = night.quarantined("roster", "2020");
    assert_eq!(held.len(), 19);
    assert!(held.iter().all(|row| row["codes"].text() == Some("cell-missing")));
    assert_eq!(night.submission(SENT)["rows_accepted"].number(), Some(1.0));
}

/// What a night says of one county beside another whose rows are sound.
fn beside_others(rows: &[Cells], checks: &str, others: usize) -> World {
    let world = world().defined("checks.toml", checks).sent(SENT, csv(rows));
    world
        .sent("2020/130104_roster.csv", csv(&sound("130104", others)))
        .published()
}

fn counted(night: &World) -> [f64; 2] {
    let submission = night.submission(SENT);
    ["rows_accepted", "rows_quarantined"].map(|name| submission[name].number().unwrap())
}

#[test]
fn a_column_that_a_hard_rule_blames_is_held_back_whole() {
    let night = |severity: &str, wrong: usize| {
        let rows = with(sound("130102", 22), 0..wrong, HOUSEHOLDS, times(10_000.0));
        let rows = with(rows, 0..wrong, FUND, times(10_000.0));
        // Four villages have no peers, and two rows say nothing.
        let rows = with(rows, 16..20, CLASS, |_| "村".into());
        let rows = with(rows, 20..22, HOUSEHOLDS, |_| "—".into());
        let severity = format!("log = true\nseverity = \"{severity}\"");
        beside_others(&rows, &CHECKS.replacen("log = true", &severity, 1), 120)
    };
    let hard = night("hard", 20);
    assert_eq!(told(&hard).len(), 1, "{:?}", told(&hard));
    let one = &hard.table("findings")[0];
    assert_eq!(
        (one["n_affected"].number(), one["mend"].text()),
        (Some(16.0), Some("÷10000"))
    );
    let said = one["message_en"].text().unwrap();
    let held = "16 rows could be judged, and 4 more with a value in the column are quarantined with them";
    assert!(said.ends_with(held), "{said}");
    assert_eq!(counted(&hard), [2.0, 20.0]);
    let held = hard.quarantined("roster", "2020");
    let codes = held.iter().map(|row| row["codes"].text());
    assert_eq!(codes.collect::<Vec<_>>(), vec![Some("outlier-households"); 20]);
    // What only asks for a word counts, and single rows blame no column.
    assert_eq!(counted(&night("explain", 20)), [22.0, 0.0]);
    assert_eq!(counted(&night("hard", 12)), [10.0, 12.0]);
}

#[test]
fn a_relation_between_columns_blames_one_where_a_factor_mends_it() {
    let rows = with(sound("130102", 20), 0..20, TOTAL, |text| {
        (text.parse::<f64>().unwrap() * 100.0).to_string()
    });
    let night = beside_others(&with(rows, 15..18, PART_A, |_| "—".into()), CHECKS, 20);
    assert_eq!(told(&night).len(), 1, "{:?}", told(&night));
    let one = &night.table("findings")[0];
    assert_eq!(
        (one["n_affected"].number(), one["mend"].text()),
        (Some(17.0), Some("÷100"))
    );
    assert_eq!(counted(&night), [0.0, 20.0]);
}

#[test]
fn figures_that_are_missing_blame_none_of_those_that_are_there() {
    let rows = with(sound("130102", 20), 2..20, HOUSEHOLDS, |_| "—".into());
    let severity = "log = true\nseverity = \"hard\"\nmissing = \"fail\"";
    let night = beside_others(&rows, &CHECKS.replacen("log = true", severity, 1), 60);
    assert_eq!(
        night.table("findings")[0]["n_affected"].number(),
        Some(18.0),
        "{:?}",
        told(&night)
    );
    assert_eq!(counted(&night), [2.0, 18.0]);
}

#[test]
fn rows_that_could_not_be_judged_do_not_clear_a_column() {
    // Sixteen of twenty have a figure, all of it wrong; the empty ones count for neither side.
    let rows = with(sound("130102", 20), 0..12, HOUSEHOLDS, times(10_000.0));
    let rows = with(rows, 0..12, FUND, times(10_000.0));
    let rows = with(rows, 12..16, HOUSEHOLDS, |_| "—".into());
    let rows = with(rows, 16..20, CLASS, |_| "村".into());
    let severity = "log = true\nseverity = \"hard\"\nmissing = \"fail\"";
    let night = beside_others(&rows, &CHECKS.replacen("log = true", severity, 1), 120);
    // The four villages have no peers, and are held back with the column.
    assert_eq!(counted(&night), [0.0, 20.0], "{:?}", told(&night));
}
