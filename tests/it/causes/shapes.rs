//! Columns beside their headers, and blocks pasted twice.

use super::*;

/// The rows with one more cell before a column, or without the one there, and the header as it was.
fn shifted(mut rows: Vec<Cells>, at: usize, more: bool, which: std::ops::Range<usize>) -> Vec<Cells> {
    for (number, row) in rows.iter_mut().enumerate() {
        if which.contains(&number) {
            if more {
                row.insert(at, format!("{}组", number + 1));
            } else {
                row.remove(at);
            }
        }
    }
    rows
}

#[test]
fn columns_beside_their_headers_are_one_finding_and_nothing_is_read() {
    for (more, expected) in [
        (true, "- | households | columns-shifted | D:M | C:L | D:M → C:L | 20"),
        (false, "- | class | columns-shifted | C:K | D:L | C:K → D:L | 20"),
    ] {
        let rows = csv(&shifted(sound("130102", 20), CLASS, more, 0..20));
        let other = csv(&sound("130104", 20));
        let night = world()
            .sent(SENT, rows)
            .sent("2020/130104_roster.csv", other)
            .published();
        let mut said = told(&night);
        said.retain(|line| !line.contains("column-unknown"));
        assert_eq!(said, [expected], "{more}");
        let submission = night.submission(SENT);
        assert_eq!(submission["status"].text(), Some("rejected"));
        assert_eq!(submission["rows_quarantined"].number(), Some(20.0));
        assert_eq!(night.facts("roster", "2020").len(), 20, "of the other county");
        let message = night.table("findings")[0]["message_en"].text().unwrap().to_owned();
        assert!(!message.contains('{'), "{message}");
        let held = night.quarantined("roster", "2020");
        assert!(held.iter().all(|row| row["codes"].text() == Some("columns-shifted")));
    }
}

#[test]
fn some_rows_out_of_line_are_no_shift_of_columns() {
    let night = sent(&shifted(sound("130102", 20), CLASS, true, 0..15));
    let said = told(&night);
    assert!(said.iter().all(|line| !line.contains("columns-shifted")), "{said:?}");
    // Each of them has a cell more than the header.
    let ragged = said.iter().filter(|line| line.contains("row-ragged")).count();
    assert_eq!(ragged, 15, "{said:?}");
}

#[test]
fn two_columns_of_junk_are_no_shift() {
    let rows = with(sound("130102", 20), 0..20, HOUSEHOLDS, |_| "约三百".into());
    let night = sent(&with(rows, 0..20, HAS_ROOM, |_| "在建".into()));
    let said = told(&night);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("not-an-integer") && said[1].contains("not-a-boolean"),
        "{said:?}"
    );
}

#[test]
fn a_block_pasted_twice_is_one_finding() {
    let mut rows = sound("130102", 20);
    rows.extend(sound("130102", 11));
    let night = sent(&rows);
    let said = told(&night);
    assert_eq!(said, ["22 | - | row-duplicate | 22–32 | 2–12 | - | 11"]);
    assert_eq!(night.submission(SENT)["rows_superseded"].number(), Some(11.0));

    let each_twice: Vec<Cells> = sound("130102", 15)
        .into_iter()
        .flat_map(|row| [row.clone(), row])
        .collect();
    assert_eq!(
        told(&sent(&each_twice)),
        ["3 | - | row-duplicate | 3–31 | 2–30 | - | 15"]
    );

    let mut few = sound("130102", 20);
    few.extend(sound("130102", 10));
    assert_eq!(told(&sent(&few)).len(), 10);
}
