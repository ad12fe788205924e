//! Values far from their peers.

use super::*;

#[test]
fn a_value_far_from_its_peers_is_found_with_what_is_usual() {
    let rows = with(sound("130102", 60), 8..9, HOUSEHOLDS, times(1000.0));
    let rows = with(rows, 8..9, FUND, times(1000.0));
    let night = sent(&rows);
    let found = night.table("findings");
    assert_eq!(found.len(), 1, "{:?}", told(&night));
    let found = &found[0];
    assert_eq!(
        (found["code"].text(), found["row"].number(), found["severity"].text()),
        (Some("outlier-households"), Some(10.0), Some("explain"))
    );
    assert_eq!(
        (found["raw"].text(), found["mend"].text()),
        (Some("456000"), Some("456"))
    );
    assert_eq!(found["threshold"].text(), Some("3.5"));
    let (low, high) = found["expected"].text().unwrap().split_once("..").unwrap();
    let (low, high): (f64, f64) = (low.parse().unwrap(), high.parse().unwrap());
    assert!(low < 400.0 && high > 610.0 && high < 1000.0, "{low}..{high}");
}

#[test]
fn a_ratio_is_judged_in_the_unit_of_its_column() {
    let rows = with(sound("130102", 60), 8..9, FUND, times(100.0));
    let night = sent(&rows);
    let found = night.table("findings");
    assert_eq!(found.len(), 1, "{:?}", told(&night));
    assert_eq!(found[0]["code"].text(), Some("fund-per-household"));
    assert_eq!(found[0]["cells"].text(), Some("E10=23256; D10=456"));
    assert_eq!(found[0]["mend"].text(), Some("232.56"));
    let (low, high) = found[0]["expected"].text().unwrap().split_once("..").unwrap();
    let (low, high): (f64, f64) = (low.parse().unwrap(), high.parse().unwrap());
    assert!(low < 228.0 && high > 255.0 && high < 350.0, "{low}..{high}");
}

#[test]
fn too_few_peers_judge_nobody() {
    let rows = with(sound("130102", 9), 8..9, HOUSEHOLDS, times(1000.0));
    assert_eq!(told(&sent(&rows)), [] as [&str; 0]);
    // ten in all, but five of a kind
    let rows = with(sound("130102", 10), 9..10, HOUSEHOLDS, times(1000.0));
    let rows = with(rows, 0..5, CLASS, |_| "村".into());
    assert_eq!(told(&sent(&rows)), [] as [&str; 0]);
}

#[test]
fn a_row_that_is_out_is_nobodys_peer() {
    // eleven sound ones and nine monsters that a hard rule puts out: with them as peers the one left would be usual
    let rows = with(sound("130102", 20), 0..9, HOUSEHOLDS, times(10_000.0));
    let rows = with(rows, 0..8, OF_STAFF, |_| "21".into());
    let night = sent(&rows);
    let codes: Vec<String> = told(&night);
    let outliers = codes.iter().filter(|line| line.contains("outlier-households")).count();
    assert_eq!(outliers, 1, "{codes:?}");
}

#[test]
fn the_order_of_rows_changes_no_judgement() {
    let mut rows = with(sound("130102", 60), 8..9, HOUSEHOLDS, times(1000.0));
    let judged = |rows: &[Cells]| {
        let findings = sent(rows).table("findings");
        let mut said: Vec<String> = findings
            .iter()
            .map(|row| joined(row, &["code", "raw", "expected"], " | "))
            .collect();
        said.sort();
        said
    };
    let first = judged(&rows);
    assert!(!first.is_empty());
    rows.reverse();
    assert_eq!(judged(&rows), first);
    rows.rotate_left(17);
    assert_eq!(judged(&rows), first);
}

#[test]
fn ten_peers_are_enough() {
    let night = sent(&with(sound("130102", 10), 9..10, HOUSEHOLDS, times(1000.0)));
    let said = told(&night);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("11 | households | outlier-households | 463000"),
        "{said:?}"
    );
}
