//! Rules that look beyond one row, end to end: earlier periods, the other form, lists of units, and totals of a sheet.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{Row, read_parquet, run};

const PIPELINE: &str = r#"
[pipeline]
name = "rules"
period = "year"
periods = ["2018", "2019", "2020"]
[registry]
divisions = "divisions.csv"
levels = ["nation", "state", "town"]
partition = "state"
code_scheme = "plain"
"#;

const DIVISIONS: &str = "code,name,parent_code\nN,Nation,\nA,Alpha,N\nB,Beta,N\n\
                         A1,Ash,A\nA2,Oak,A\nB1,Elm,B\nB2,Fir,B\nB3,Yew,B\n";

const ROSTER: &str = r#"
[form]
id = "roster"
unit = "house"
key = ["house"]
files = ["{period}/{town}_roster*"]
[form.missing]
"-" = "missing"
[[column]]
id = "house"
type = "text"
headers = ["House"]
required = true
[[column]]
id = "people"
type = "integer"
headers = ["People"]
range = { min = 0, max = 1000 }
[[column]]
id = "rooms"
type = "integer"
headers = ["Rooms"]
"#;

const SUMMARY: &str = r#"
[form]
id = "summary"
unit = "town"
key = []
files = ["{period}/{town}_summary*"]
[form.missing]
"-" = "missing"
[[column]]
id = "people"
type = "integer"
headers = ["People"]
"#;

const CHECKS: &str = r#"
[[history]]
form = "roster"
column = "people"
ratio = { min = 0.5, max = 2.0 }
[[cover]]
form = "roster"
against = "previous"
find = "missing"
[[cover]]
form = "roster"
against = "previous"
find = "new"
[[cover]]
id = "cover-list"
form = "roster"
against = "register"
register = "houses.csv"
find = "missing"
[[reconcile]]
left = "SUM(roster.people)"
right = "summary.people"
by = "town"
tolerance = { abs = 1 }
"#;

const MEASURES: &str = "[[measure]]\nid = \"people\"\nform = \"roster\"\nvalue = \"people\"\n\
                        [[measure]]\nid = \"houses\"\nform = \"roster\"\nvalue = \"1\"\n";

struct Case {
    dir: TempDir,
}

impl Case {
    fn new() -> Case {
        let case = Case {
            dir: TempDir::new().unwrap(),
        };
        for (name, text) in [
            ("pipeline.toml", PIPELINE),
            ("divisions.csv", DIVISIONS),
            ("checks.toml", CHECKS),
            ("measures.toml", MEASURES),
            ("forms/roster.toml", ROSTER),
            ("forms/summary.toml", SUMMARY),
        ] {
            case.write(&format!("pipeline/{name}"), text);
        }
        case.write(
            "input/houses.csv",
            "house,area_code,period\na,A1,\nb,A1,\nc,A1,2020\nx,ZZ,\n",
        );
        case
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Rows are separated by `;`, cells by blanks.
    fn sent(&self, period: &str, town: &str, roster: &str, summary: &str) {
        let rows = |header: &str, rows: &str| {
            let lines = rows.split(';').map(|row| row.trim().replace(' ', ","));
            std::iter::once(header.to_owned())
                .chain(lines)
                .collect::<Vec<_>>()
                .join("\n")
                + "\n"
        };
        if !roster.is_empty() {
            self.write(
                &format!("input/{period}/{town}_roster.csv"),
                &rows("House,People,Rooms", roster),
            );
        }
        if !summary.is_empty() {
            self.write(&format!("input/{period}/{town}_summary.csv"), &rows("People", summary));
        }
    }

    fn run(&self, output: &str, more: &[&str]) -> PathBuf {
        let output = self.dir.path().join(output);
        let (code, said) = run(
            &self.dir.path().join("pipeline"),
            &self.dir.path().join("input"),
            &output,
            more,
        );
        assert!(code == 0, "{said}");
        output
    }
}

fn table(output: &Path, name: &str) -> Vec<Row> {
    read_parquet(&output.join(format!("current/tables/{name}.parquet")))
}

fn text<'r>(row: &'r Row, column: &str) -> &'r str {
    row[column].text().unwrap_or("")
}

/// What was found under a code: submission, row, raw, expected, mend.
fn found(output: &Path, code: &str) -> Vec<String> {
    let rows = table(output, "findings");
    let said = rows.iter().filter(|row| text(row, "code") == code).map(|row| {
        let id: Vec<&str> = text(row, "submission_id").splitn(3, '-').take(2).collect();
        let at = row["row"].number().map_or(String::new(), |row| row.to_string());
        let parts = [text(row, "raw"), text(row, "expected"), text(row, "mend")];
        format!("{} {at} {}", id.join("-"), parts.join("|"))
    });
    said.collect()
}

/// Town, status, reason and figures of the ledger's lines of a rule in a period.
fn ledger(output: &Path, rule: &str, period: &str) -> Vec<String> {
    let rows = table(output, "reconciliation");
    let of = rows
        .iter()
        .filter(|row| text(row, "rule") == rule && text(row, "period") == period);
    let number = |row: &Row, column: &str| row[column].number().map_or("-".to_owned(), |n| n.to_string());
    of.map(|row| {
        format!(
            "{} {} {} {} {} {}",
            text(row, "area_code"),
            text(row, "status"),
            text(row, "reason"),
            text(row, "used"),
            number(row, "left"),
            number(row, "right")
        )
    })
    .collect()
}

#[test]
fn figures_are_held_against_the_latest_earlier_period() {
    let case = Case::new();
    case.sent("2018", "A1", "a 100 4; b 50 4; c 40 4", "");
    case.sent("2019", "A1", "a 200 4; c 20 4", "");
    case.sent("2020", "A1", "a 410 4; b 5 4; c - 4", "");
    let out = case.run("out", &[]);
    // 200 is exactly twice 100 and 20 half of 40; b is held against 2018.
    assert_eq!(
        found(&out, "history-people"),
        ["2020-A1 2 410|100..400|", "2020-A1 3 5|25..100|50"]
    );
    let cells: Vec<Row> = table(&out, "findings");
    let slip = cells.iter().find(|row| text(row, "raw") == "5").unwrap();
    assert_eq!(text(slip, "cells"), "B3=5; 2018/A1_roster.csv!B3=50");
    assert_eq!(text(slip, "threshold"), "0.5..2");
    // A period left out of the run leaves nothing to look back at beyond it.
    let out = case.run("gap", &["--period", "2018", "--period", "2020"]);
    assert_eq!(found(&out, "history-people"), [""; 0]);
}

#[test]
fn units_are_held_against_the_sender_s_earlier_ones_and_a_list() {
    let case = Case::new();
    case.sent("2019", "A1", "a 1 4; b 1 4; d 1 4", "");
    case.sent("2020", "A1", "a 1 4; e 1 4; b 2000 4", "");
    let out = case.run("out", &[]);
    assert_eq!(found(&out, "cover-roster-missing"), ["2020-A1  d A1|3|"]);
    assert_eq!(found(&out, "cover-roster-new"), ["2020-A1  e A1|3|"]);
    assert_eq!(found(&out, "cover-list"), ["2020-A1  c A1|3|"]);
    // The row of an unknown area is a fault of the list, which is no submission.
    let faults = found(&out, "register-fault");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(found(&out, "file-unclaimed"), [""; 0]);
}

#[test]
fn the_ledger_says_how_each_pair_compares() {
    let case = Case::new();
    case.sent("2020", "A1", "a 10 4; b 20 4", "30");
    case.sent("2020", "A2", "a 10 4; b 20 4", "31");
    case.sent("2020", "B1", "a 10 4; b 20 4", "300");
    case.sent("2020", "B2", "a 10 4; b x 4", "30");
    case.sent("2020", "B3", "", "7");
    case.sent("2019", "B1", "a 10 4; b 20 4", "");
    case.sent("2019", "B2", "a 10 4; a 20 4; c 1 4", "7");
    let out = case.run("out", &[]);
    let rule = "reconcile-people";
    assert_eq!(
        ledger(&out, rule, "2020"),
        [
            "A1 agrees as_defined left 30 30",
            "A2 within_tolerance as_defined left 30 31",
            "B1 differs as_defined left 30 300",
            "B2 incomplete cells_unreadable none 10 30",
            "B3 left_missing only_right right - 7",
        ]
    );
    assert_eq!(
        ledger(&out, rule, "2019"),
        [
            "B1 right_missing only_left left 30 -",
            "B2 incomplete rows_held_back none 1 7"
        ]
    );
    assert_eq!(found(&out, rule), ["2020-B1 2 300|30|30"]);
    let rules = table(&out, "rules");
    let of = |period: &str| {
        let row = rules
            .iter()
            .find(|row| text(row, "rule") == rule && text(row, "period") == period);
        let row = row.unwrap();
        ["n_judged", "n_unknown", "n_fired"].map(|column| row[column].number().unwrap())
    };
    assert_eq!(
        (of("2018"), of("2019"), of("2020")),
        ([0., 0., 0.], [0., 2., 0.], [3., 2., 1.])
    );
}

#[test]
fn a_column_in_another_unit_is_one_finding() {
    let rows = |factor: u32, more: &str| {
        let row = |at: u32| format!("h{at} {} 4", (at + 3) * factor);
        (0..12).map(row).collect::<Vec<_>>().join("; ") + more
    };
    // 3 + … + 14 = 102; a hundred times as much is beyond the range for none.
    for (factor, mend) in [(50, ""), (10, "÷10")] {
        let case = Case::new();
        case.sent("2019", "A1", &rows(1, ""), "102");
        case.sent("2020", "A1", &rows(factor, "; Total 102 48"), "102");
        let out = case.run("out", &[]);
        let all = table(&out, "findings");
        // The list of houses names none of these.
        let of_list = ["cover-list", "register-fault"];
        let loud: Vec<&str> = all
            .iter()
            .filter(|row| text(row, "severity") != "info" && !of_list.contains(&text(row, "code")))
            .map(|row| text(row, "code"))
            .collect();
        assert_eq!(loud, ["history-people"], "{factor}");
        assert_eq!(
            text(
                all.iter().find(|row| text(row, "code") == "history-people").unwrap(),
                "mend"
            ),
            mend
        );
        let reason = if mend.is_empty() {
            "cells_questioned"
        } else {
            "follows_from_finding"
        };
        let sum = 102 * factor;
        assert_eq!(
            ledger(&out, "reconcile-people", "2020"),
            [format!("A1 incomplete {reason} none {sum} 102")]
        );
        assert_eq!(
            ledger(&out, "total-row", "2020"),
            [format!("A1 incomplete {reason} none {sum} 102")]
        );
    }
}

#[test]
fn a_sum_that_lacks_cells_is_held_only_to_what_they_cannot_explain() {
    let case = Case::new();
    for (town, stated) in [("A1", "20"), ("A2", "21"), ("B1", "10"), ("B2", "5")] {
        case.sent("2020", town, "a 10 4; b - 4", stated);
    }
    let out = case.run("out", &[]);
    assert_eq!(
        ledger(&out, "reconcile-people", "2020"),
        [
            "A1 incomplete cells_missing none 10 20",
            "A2 differs as_defined left 10 21",
            "B1 agrees as_defined left 10 10",
            "B2 differs as_defined left 10 5",
        ]
    );
    assert_eq!(found(&out, "reconcile-people").len(), 2);
}

#[test]
fn figures_are_compared_in_the_finer_of_two_scales() {
    let case = Case::new();
    let fine = SUMMARY.replace("\"integer\"", "\"decimal\"\nscale = 2");
    case.write("pipeline/forms/summary.toml", &fine);
    case.sent("2019", "A1", "a 10 4; b 20 4", "30");
    // The history asks about the 40: less it may be by 40, and by a hair more the difference is another's.
    case.sent("2020", "A1", "a 10 4; b 50 4", "9.01");
    case.sent("2019", "A2", "a 10 4; b 20 4", "30");
    case.sent("2020", "A2", "a 10 4; b 50 4", "10.01");
    let out = case.run("out", &[]);
    assert_eq!(
        ledger(&out, "reconcile-people", "2020"),
        [
            "A1 differs as_defined left 60 9.01",
            "A2 incomplete cells_questioned none 60 10.01",
        ]
    );
}

#[test]
fn a_total_unlike_its_rows_is_found() {
    let case = Case::new();
    case.sent("2020", "A1", "a 10 4; b 20 4; Total 30 8", "");
    case.sent("2020", "A2", "a 10 4; b 20 4; Total 50 8", "");
    case.sent("2020", "B1", "a 10 4; a 11 4; b 20 4; Total 30 8", "");
    case.sent("2020", "B2", "a 10 4; b 20 4; Subtotal 10 4; Total 1500 9", "");
    let out = case.run("out", &[]);
    assert_eq!(
        found(&out, "total-differs"),
        ["2020-A2 4 50|30|30", "2020-B2 5 1500|30|30"]
    );
    assert_eq!(
        ledger(&out, "total-row", "2020"),
        [
            "A1 agrees sum_of_rows left 30 30",
            "A2 differs sum_of_rows left 30 50",
            "B1 incomplete rows_held_back none 41 30",
            "B2 differs sum_of_rows left 30 1500",
        ]
    );
    let rows = table(&out, "findings");
    let message = |submission: &str| {
        let of = |row: &&Row| text(row, "code") == "total-differs" && text(row, "submission_id").contains(submission);
        text(rows.iter().find(of).unwrap(), "message_en").to_owned()
    };
    assert!(
        message("A2").contains("exactly the figure of row 3"),
        "{}",
        message("A2")
    );
}

#[test]
fn the_ledger_is_the_same_bytes_for_any_number_of_threads() {
    let case = Case::new();
    for period in ["2018", "2019", "2020"] {
        for (at, town) in ["A1", "A2", "B1", "B2", "B3"].into_iter().enumerate() {
            let roster = format!("a {} 4; b 20 4; Total {} 8", 10 + at * 40, 30 + at);
            case.sent(period, town, &roster, "30");
        }
    }
    let (one, two) = (
        case.run("one", &["--threads", "1"]),
        case.run("two", &["--threads", "2"]),
    );
    for name in ["findings", "reconciliation", "rules"] {
        let bytes = |out: &Path| fs::read(out.join(format!("current/tables/{name}.parquet"))).unwrap();
        assert!(bytes(&one) == bytes(&two), "{name}");
    }
}
