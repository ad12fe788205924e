//! Rules over the records of a partition.

use std::collections::BTreeMap;
use std::sync::Arc;

use huizong::check::{Context, Origin, check};
use huizong::domain::{Finding, Lang, RowState, RowStatuses, Severity};
use huizong::lake::bridge::to_polars;
use huizong::registry::UnitLists;
use polars::prelude::DataFrame;

use crate::roster::Roster;
use RowState::{Accepted, Quarantined, Superseded};

/// Submissions of one form, put together as a partition.
struct Partition {
    form: &'static str,
    frame: Option<DataFrame>,
    statuses: RowStatuses,
    origins: Vec<Origin>,
}

impl Partition {
    fn new(form: &'static str) -> Partition {
        Partition {
            form,
            frame: None,
            statuses: RowStatuses::default(),
            origins: Vec::new(),
        }
    }

    fn sent(mut self, world: &Roster, sender: &str, records: &[&str]) -> Partition {
        let submission = self.origins.len() as u32;
        let table = world.sheet(self.form, records);
        let done = world.normalize_as(self.form, sender, &table, submission);
        let frame = to_polars(&done.batch).unwrap();
        match &mut self.frame {
            Some(all) => drop(all.vstack_mut(&frame).unwrap()),
            None => self.frame = Some(frame),
        }
        self.statuses.append(done.statuses);
        let path = Arc::from(format!("{submission}.csv"));
        self.origins.push(Origin {
            submission,
            sender: Arc::from(sender),
            path,
            sheet: None,
            columns: table.columns,
        });
        self
    }

    fn check(self, world: &Roster) -> (Vec<RowState>, Vec<Finding>) {
        let (states, findings) = self.check_each(world);
        (states, findings.into_values().flatten().collect())
    }

    /// The findings by submission.
    fn check_each(mut self, world: &Roster) -> (Vec<RowState>, BTreeMap<u32, Vec<Finding>>) {
        let form = world.form(self.form);
        let frame = self.frame.unwrap();
        let context = Context {
            pipeline: &world.pipeline,
            form,
            period: world.period,
            areas: &world.areas,
            earlier: None,
            lists: &UnitLists::default(),
        };
        let findings = check(&context, &frame, &mut self.statuses, &self.origins)
            .unwrap()
            .findings;
        (self.statuses.iter().collect(), findings)
    }
}

/// Row, code, raw and expected of each finding.
fn said(findings: &[Finding]) -> Vec<(u32, &str, &str, &str)> {
    findings
        .iter()
        .map(|f| {
            (
                f.place.row.unwrap(),
                f.code.as_str(),
                f.raw.as_deref().unwrap_or(""),
                f.expected.as_deref().unwrap_or(""),
            )
        })
        .collect()
}

const A: &str = "130102001001|东风社区|820|350.5|是|政府|2020-12-31";
const B: &str = "130102001002|西风社区|400|0|否||";

#[test]
fn rows_in_order_of_their_key_stand() {
    let world = Roster::new();
    let (states, findings) = Partition::new("roster").sent(&world, "130102", &[A, B]).check(&world);
    assert_eq!((states, findings), (vec![Accepted; 2], vec![]));
}

#[test]
fn of_identical_rows_the_first_counts() {
    let world = Roster::new();
    let (states, findings) = Partition::new("roster")
        .sent(&world, "130102", &[B, A, B, B])
        .check(&world);
    assert_eq!(states, [Accepted, Accepted, Superseded, Superseded]);
    let duplicate = |row| (row, "row-duplicate", "130102001002", "2");
    assert_eq!(said(&findings), [duplicate(4), duplicate(5)]);
    assert!(
        findings
            .iter()
            .all(|f| f.severity == Severity::Info && f.place.column.is_none())
    );
}

#[test]
fn rows_that_contradict_each_other_are_all_out() {
    let world = Roster::new();
    let other = B.replace("400", "401");
    let (states, findings) = Partition::new("roster")
        .sent(&world, "130102", &[B, A, B, &other])
        .check(&world);
    assert_eq!(states, [Quarantined, Accepted, Quarantined, Quarantined]);
    let conflict = |row, others| (row, "row-conflict", "130102001002", others);
    assert_eq!(
        said(&findings),
        [conflict(2, "4, 5"), conflict(4, "2, 5"), conflict(5, "2, 4")]
    );
    assert_eq!(findings[0].place.a1().as_deref(), Some("A2"));
    assert_eq!(findings[0].severity, Severity::Hard);
}

#[test]
fn a_conflict_of_many_rows_names_a_few() {
    let world = Roster::new();
    let rows: Vec<String> = (0..40).map(|n| B.replace("400", &(400 + n).to_string())).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let (states, findings) = Partition::new("roster").sent(&world, "130102", &rows).check(&world);
    assert_eq!(states, [Quarantined; 40]);
    assert_eq!(findings[0].expected.as_deref(), Some("3, 4, 5, 6, 7 … (+34)"));
    assert_eq!(findings[3].expected.as_deref(), Some("2, 3, 4, 6, 7 … (+34)"));
}

#[test]
fn a_null_and_a_value_are_no_contradiction_only_when_equal() {
    let world = Roster::new();
    let empty = "130102001002|西风社区|400|||否|";
    let partition = Partition::new("roster").sent(&world, "130102", &["130102001002|西风社区|400|0|否||", empty]);
    let (states, _) = partition.check(&world);
    assert_eq!(states, [Quarantined, Quarantined]);
    let twice = "130102001002|西风社区|400||否||";
    let (states, _) = Partition::new("roster")
        .sent(&world, "130102", &[twice, twice])
        .check(&world);
    assert_eq!(states, [Accepted, Superseded]);
}

#[test]
fn rows_already_out_take_no_part() {
    let world = Roster::new();
    let broken = B.replace("400", "four hundred");
    let (states, findings) = Partition::new("roster")
        .sent(&world, "130102", &[&broken, B])
        .check(&world);
    assert_eq!((states, findings), (vec![Quarantined, Accepted], vec![]));
}

#[test]
fn duplicates_between_submissions_are_named_with_their_path() {
    let world = Roster::new();
    let partition = Partition::new("roster")
        .sent(&world, "130000", &[A, B])
        .sent(&world, "130102", &[A]);
    let (states, findings) = partition.check_each(&world);
    assert_eq!(states, [Accepted, Accepted, Superseded]);
    assert_eq!(said(&findings[&1]), [(2, "row-duplicate", "130102001001", "2 (0.csv)")]);
    assert_eq!(findings.len(), 1, "the first submission has none");
}

#[test]
fn two_reporters_of_one_community_contradict_each_other() {
    let world = Roster::new();
    let row = "659001001001||10";
    let partition = Partition::new("roster")
        .sent(&world, "660000", &[row])
        .sent(&world, "650000", &[row]);
    let (states, _) = partition.check(&world);
    // the same figures, but once in the corps and once in the city
    assert_eq!(states, [Quarantined, Quarantined]);
}

#[test]
fn without_a_key_an_area_has_one_row() {
    let world = Roster::new();
    let partition = Partition::new("summary")
        .sent(&world, "130102", &["5", "6"])
        .sent(&world, "130104", &["5"]);
    let (states, findings) = partition.check(&world);
    assert_eq!(states, [Quarantined, Quarantined, Accepted]);
    assert_eq!(said(&findings)[0], (2, "row-conflict", "130102", "3"));
}

#[test]
fn a_hard_rule_puts_the_row_out() {
    let world = Roster::new();
    let (states, findings) = Partition::new("roster")
        .sent(&world, "130102", &["130102001001||820|350.5|否", B])
        .check(&world);
    assert_eq!(states, [Quarantined, Accepted]);
    assert_eq!(said(&findings).len(), 1);
    let finding = &findings[0];
    assert_eq!(
        (finding.code.as_str(), finding.severity),
        ("area-needs-room", Severity::Hard)
    );
    assert_eq!(finding.raw.as_deref(), Some("area=350.5; has_room=false"));
    assert_eq!(finding.place.a1().as_deref(), Some("D2"));
    assert_eq!(finding.message(Lang::En, None), "area without a room");
}

#[test]
fn an_unknown_result_passes_or_fails_as_the_rule_says() {
    let world = Roster::new();
    // has_room unknown: the first rule passes, the second fails and lets the row stand
    let (states, findings) = Partition::new("roster")
        .sent(&world, "130102", &["130102001001||820|350.5|"])
        .check(&world);
    assert_eq!(states, [Accepted]);
    assert_eq!(
        said(&findings),
        [(2, "room-is-known", "has_room=", "has_room OR NOT has_room")]
    );
    assert_eq!(findings[0].severity, Severity::Explain);
}

#[test]
fn division_is_exact() {
    let world = Roster::new();
    let rows = ["130102001001||10|999|是", "130102001002||10|1000|是"];
    let (states, findings) = Partition::new("roster").sent(&world, "130102", &rows).check(&world);
    assert_eq!(states, [Accepted, Accepted]);
    assert_eq!(
        said(&findings),
        [(
            3,
            "households-per-area",
            "area=1000; households=10",
            "area / households < 100"
        )]
    );
}

#[test]
fn a_superseded_row_is_not_judged_again() {
    let world = Roster::new();
    let row = "130102001001||820|350.5|";
    let (states, findings) = Partition::new("roster")
        .sent(&world, "130102", &[row, row])
        .check(&world);
    assert_eq!(states, [Accepted, Superseded]);
    assert_eq!(
        findings.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(),
        ["room-is-known", "row-duplicate"]
    );
}
