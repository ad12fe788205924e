//! Which of several submissions counts.

use super::*;
use crate::support::joined;

#[test]
fn a_later_revision_replaces_the_whole_submission_and_a_rejected_one_replaces_nothing() {
    let folder = "2020/130000/130102_communities";
    let night = Night::new()
        .owes("130102", 5)
        .file(&format!("{folder}.csv"), roster("130102", 5));
    let night = night
        .file(&format!("{folder}_r1.csv"), roster("130102", 4))
        .file(&format!("{folder}_r2.csv"), "");
    night.published();
    assert_eq!(night.figure("130102", "urban_facility_coverage"), Some(4.0));
    let status = |suffix: &str| {
        night.submission(&format!("{folder}{suffix}.csv"))["status"]
            .text()
            .unwrap()
            .to_string()
    };
    assert_eq!(
        [status(""), status("_r1"), status("_r2")],
        ["superseded", "accepted", "rejected"]
    );
}

#[test]
fn a_revision_whose_number_cannot_be_read_is_never_taken_for_an_earlier_one() {
    let folder = "2020/130000/130102_communities";
    let night = Night::new()
        .owes("130102", 5)
        .file(&format!("{folder}.csv"), roster("130102", 5))
        .file(&format!("{folder}_r1.csv"), roster("130102", 4))
        .file(&format!("{folder}_R2.csv"), roster("130102", 3));
    night.published();
    assert_eq!(night.figure("130102", "urban_facility_coverage"), Some(4.0));
    let unread = format!("{folder}_R2.csv");
    assert_eq!(night.codes(&unread), ["revision-unreadable"]);
    assert_eq!(night.submission(&unread)["status"].text(), Some("rejected"));
    let older = night.submission(&format!("{folder}.csv"));
    assert_eq!(older["status"].text(), Some("superseded"));
}

#[test]
fn a_revision_that_loses_every_row_to_the_rules_replaces_nothing() {
    let folder = "2020/130000/130102_communities";
    let broken = roster("130102", 4).replace(",是,300.5", ",否,300.5");
    let night = Night::new()
        .owes("130102", 5)
        .owes("130104", 2)
        .file("2020/130000/130104_communities.csv", roster("130104", 2));
    let night = night
        .file(&format!("{folder}.csv"), roster("130102", 5))
        .file(&format!("{folder}_r1.csv"), &broken);
    night.published();
    assert_eq!(night.figure("130102", "urban_facility_coverage"), Some(5.0));
    assert_eq!(night.codes(&format!("{folder}_r1.csv")), ["area-needs-facility"; 4]);
    let later = night.submission(&format!("{folder}_r1.csv"));
    assert_eq!(later["status"].text(), Some("rejected"));
    assert_eq!(later["rows_quarantined"].number(), Some(4.0));
    assert_eq!(
        night.submission(&format!("{folder}.csv"))["status"].text(),
        Some("accepted")
    );
}

#[test]
fn two_different_files_of_one_revision_tie_and_equal_ones_count_once() {
    let folder = "2020/130000/130102_communities";
    let other = "2020/130000/130102_社区花名册.csv";
    let night = Night::new()
        .owes("130102", 5)
        .owes("130104", 2)
        .file("2020/130000/130104_communities.csv", roster("130104", 2));
    let night = night
        .file(&format!("{folder}.csv"), roster("130102", 5))
        .file(other, roster("130102", 4));
    night.published();
    assert_eq!(night.codes(other), ["revision-tied"]);
    // Each names the other, and the name that the right one needs.
    let named: Vec<String> = (night.world.table("findings").iter())
        .filter(|row| row["code"].text() == Some("revision-tied"))
        .map(|row| joined(row, &["path", "raw", "expected"], " "))
        .collect();
    let csv = format!("{folder}.csv");
    assert_eq!(named, [format!("{csv} {other} _r1"), format!("{other} {csv} _r1")]);
    assert_eq!(night.figure("130000", "urban_facility_coverage"), Some(2.0));
    let night = night.file(other, roster("130102", 5));
    night.published();
    assert_eq!(night.figure("130000", "urban_facility_coverage"), Some(7.0));
}

#[test]
fn of_equal_files_the_original_counts_and_not_a_copy_that_sorts_before_it() {
    let folder = "2020/130000/130102_communities";
    let night = Night::new().owes("130102", 5);
    let night = night
        .file(&format!("{folder}.csv"), roster("130102", 5))
        .file(&format!("{folder} - 副本.csv"), roster("130102", 5))
        .file(&format!("{folder} (1).csv"), roster("130102", 5));
    night.published();
    let status = |suffix: &str| {
        let row = night.submission(&format!("{folder}{suffix}.csv"));
        row["status"].text().unwrap().to_owned()
    };
    assert_eq!(
        [status(""), status(" - 副本"), status(" (1)")],
        ["accepted", "superseded", "superseded"]
    );
}

/// Statuses of the files with these endings, `-` where there is none, and the figure of the county.
fn outcome(files: &[(&str, usize)], receipts: &[(&str, &str)]) -> (Night, Vec<String>, Option<f64>) {
    let folder = "2020/130000/130102_communities";
    let mut night = Night::new()
        .owes("130102", 5)
        .owes("130104", 2)
        .file("2020/130000/130104_communities.csv", roster("130104", 2));
    for (name, rows) in files {
        night = night.file(&format!("{folder}{name}"), roster("130102", *rows));
    }
    if !receipts.is_empty() {
        let lines = receipts.iter().map(|(name, day)| format!("{folder}{name},{day}\n"));
        let lines: String = lines.collect();
        night = night.file("receipts.csv", format!("path,received_at\n{lines}"));
    }
    night.published();
    let status = |(name, _): &(&str, usize)| {
        let row = night.submission(&format!("{folder}{name}"));
        row["status"].text().unwrap().to_owned()
    };
    let statuses = files.iter().map(status).collect();
    let figure = night.figure("130102", "urban_facility_coverage");
    (night, statuses, figure)
}

#[test]
fn of_two_contents_of_one_revision_one_counts_only_where_names_or_receipts_say_which() {
    let (early, late) = ("2021-02-01", "2021-03-01");
    let decided = ["accepted", "superseded"];
    let tied = ["rejected", "rejected"];
    for (other, receipts, expected) in [
        ("_old.csv", &[][..], decided),
        ("_旧版.csv", &[], decided),
        (".csv.bak", &[], decided),
        ("_old.csv", &[("_old.csv", early)], decided),
        ("_v2.csv", &[(".csv", late), ("_v2.csv", early)], decided),
        (
            "_v2.csv",
            &[(".csv", early), ("_v2.csv", late)],
            ["superseded", "accepted"],
        ),
        // Nothing says which is the later.
        ("_final.csv", &[], tied),
        (" (1).csv", &[], tied),
        ("_v2.csv", &[(".csv", late), ("_v2.csv", late)], tied),
        ("_v2.csv", &[(".csv", late)], tied),
        // The name and the receipts contradict each other.
        ("_old.csv", &[(".csv", early), ("_old.csv", late)], tied),
    ] {
        let files = [(".csv", 5), (other, 4)];
        let (night, statuses, figure) = outcome(&files, receipts);
        assert_eq!(statuses, expected, "{other} {receipts:?}");
        let counts = statuses.iter().position(|status| status == "accepted");
        assert_eq!(figure, counts.map(|at| files[at].1 as f64), "{other} {receipts:?}");
        let code = if counts.is_some() {
            "revision-chosen"
        } else {
            "revision-tied"
        };
        let told = night.world.table("findings");
        let told: Vec<&Row> = told.iter().filter(|row| row["code"].text() == Some(code)).collect();
        assert_eq!(told.len(), 2, "{other} {receipts:?}");
        if let Some(counts) = counts {
            for row in told {
                let (path, severity) = (row["path"].text().unwrap(), row["severity"].text().unwrap());
                let is_chosen = path.ends_with(&format!("communities{}", files[counts].0));
                assert_eq!(severity, if is_chosen { "explain" } else { "info" }, "{path}");
                let message = row["message_en"].text().unwrap();
                let why = if receipts.len() == 2 {
                    late
                } else {
                    "says that it is old"
                };
                assert!(message.contains(why) && !message.contains('{'), "{message}");
            }
        }
    }
}

#[test]
fn a_tie_leaves_an_earlier_revision_in_force_and_a_chosen_file_without_records_leaves_its_place() {
    let files = [(".csv", 5), ("_r1.csv", 4), ("_r1_x.csv", 3)];
    let (_, statuses, figure) = outcome(&files, &[]);
    assert_eq!(statuses, ["accepted", "rejected", "rejected"]);
    assert_eq!(figure, Some(5.0));

    let folder = "2020/130000/130102_communities";
    let night = Night::new()
        .owes("130102", 5)
        .file(
            &format!("{folder}.csv"),
            roster("130102", 3).replace("130102", "139999"),
        )
        .file(&format!("{folder}_old.csv"), roster("130102", 4));
    night.published();
    assert_eq!(night.codes(&format!("{folder}_old.csv")), [""; 0]);
    assert_eq!(night.figure("130102", "urban_facility_coverage"), Some(4.0));
}
