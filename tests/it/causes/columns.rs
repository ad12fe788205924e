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
        (one["row"].number(), one["column"].text(), one["count"].number()),
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
