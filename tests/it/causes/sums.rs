//! Totals held to their parts, and rules between the cells of one row.

use super::*;

#[test]
fn a_total_is_held_to_its_parts() {
    let mut rows = sound("130102", 30);
    rows[0][TOTAL] = "105".into(); // 10.5 + 0: ten times the sum
    rows[1][TOTAL] = "11.5".into(); // 11.5 + 1 without the one
    rows[2][TOTAL] = "17".into(); // 12.5 + 2 = 14.5, and nothing explains it
    rows[3][PART_A] = "—".into(); // unknown: passes
    let night = sent(&rows);
    assert_eq!(
        told(&night),
        [
            "2 | total | sum-total | 105 | 10.5 | 10.5 | 1",
            "3 | total | sum-total | 11.5 | 12.5 | 12.5 | 1",
            "4 | total | sum-total | 17 | 14.5 | 14.5 | 1",
        ]
    );
    let findings = night.table("findings");
    assert_eq!(findings[1]["cells"].text(), Some("I3=11.5; J3=11.5; K3=1"));
    let said = |at: usize| findings[at]["message_en"].text().unwrap();
    assert!(
        said(0).ends_with("the total is the sum × 10: a slip of the unit"),
        "{}",
        said(0)
    );
    assert!(said(1).ends_with("“乙” seems to be left out"), "{}", said(1));
    assert!(!said(2).contains(';'), "{}", said(2));
    assert_eq!(night.submission(SENT)["rows_quarantined"].number(), Some(3.0));
}

#[test]
fn a_bound_tells_no_figure_unless_a_slip_does() {
    let mut rows = sound("130102", 30);
    rows[0][TOTAL] = "1.05".into(); // 10.5 + 0: a tenth of the sum
    rows[1][TOTAL] = "11.5".into(); // 11.5 + 1 without the one
    rows[2][TOTAL] = "14.1".into(); // 12.5 + 2 = 14.5, and anything from there on would do
    rows[3][TOTAL] = "99".into(); // more is no fault
    let columns = COLUMNS.replace("合计 | scale = 1", "合计 | scale = 2");
    let checks = CHECKS.replacen(
        "parts = [\"part_a\", \"part_b\"]",
        "parts = [\"part_a\", \"part_b\"]\nrelation = \"at_least\"",
        1,
    );
    let night = world()
        .form("roster", ROSTER, &columns)
        .defined("checks.toml", checks)
        .sent(SENT, csv(&rows))
        .published();
    assert_eq!(
        told(&night),
        [
            "2 | total | sum-total | 1.05 | >= 10.5 | 10.5 | 1",
            "3 | total | sum-total | 11.5 | >= 12.5 | 12.5 | 1",
            "4 | total | sum-total | 14.1 | >= 14.5 | - | 1",
        ]
    );
}

#[test]
fn a_row_hears_of_its_sums_and_its_rules_at_once() {
    let mut rows = sound("130102", 30);
    rows[5][TOTAL] = "99".into();
    rows[5][STAFF] = "3".into();
    rows[5][OF_STAFF] = "8".into();
    let said = told(&sent(&rows));
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("7 | of_staff | staff-within") && said[1].starts_with("7 | total | sum-total"));
}

#[test]
fn neighbours_filled_in_the_wrong_way_round_are_told() {
    let mut rows = sound("130102", 30);
    rows[5][STAFF] = "3".into();
    rows[5][OF_STAFF] = "8".into();
    let night = sent(&rows);
    assert_eq!(
        told(&night),
        ["7 | of_staff | staff-within | of_staff=8; staff=3 | of_staff <= staff | - | 1"]
    );
    let message = night.table("findings")[0]["message_zh"].text().unwrap().to_owned();
    assert_eq!(message, "其中多于人员；“其中”与“人员”疑似填反，应分别为 3 和 8");
}

#[test]
fn a_mend_that_would_break_another_rule_is_not_told() {
    let mut rows = sound("130102", 30);
    rows[5][STAFF] = "3".into();
    rows[5][OF_STAFF] = "8".into();
    let few = "[[row]]\nid = \"few\"\nform = \"roster\"\nassert = \"staff <= 5 OR staff = 20\"\nseverity = \"hard\"\n\
               message = { zh = \"人员过多\", en = \"too many\" }\n";
    let night = world().extended("checks.toml", few).sent(SENT, csv(&rows)).published();
    assert_eq!(told(&night).len(), 1, "{:?}", told(&night));
    assert_eq!(
        night.table("findings")[0]["message_en"].text(),
        Some("more of the staff than staff")
    );
}
