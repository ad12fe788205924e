//! Rules that look beyond one row, end to end: earlier periods, the other form, lists of units, and totals of a sheet.

mod alike;
mod earlier;
mod ledger;
mod told;

use std::fs;
use std::path::Path;

use crate::support::{Row, World, measures, plan, table};

const DIVISIONS: &str = "code,name,parent_code\nN,Nation,\nA,Alpha,N\nB,Beta,N\n\
                         A1,Ash,A\nA2,Oak,A\nB1,Elm,B\nB2,Fir,B\nB3,Yew,B\n";

const ROSTER: &str = r#"
unit = "house"
key = ["house"]
files = ["{period}/{town}_roster*"]
missing = { "-" = "missing" }
"#;

const SUMMARY: &str = r#"
unit = "town"
key = []
files = ["{period}/{town}_summary*"]
missing = { "-" = "missing" }
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

/// Towns that send houses and a summary in three years, and a list of houses.
fn world() -> World {
    let plan = plan("plain", &["nation", "state", "town"], &["2018", "2019", "2020"]);
    let roster = "
        house  | text    | House  | required = true
        people | integer | People | range = { min = 0, max = 1000 }
        rooms  | integer | Rooms
    ";
    World::new(&plan, DIVISIONS)
        .form("roster", ROSTER, roster)
        .form("summary", SUMMARY, "people | integer | People")
        .defined("checks.toml", CHECKS)
        .defined(
            "measures.toml",
            measures("people | roster | people\nhouses | roster | 1"),
        )
        .sent("houses.csv", "house,area_code,period\na,A1,\nb,A1,\nc,A1,2020\nx,ZZ,\n")
}

/// What a town sends: rows are separated by `;`, cells by blanks; an empty text is not sent.
fn send(world: &World, period: &str, town: &str, roster: &str, summary: &str) {
    for (form, header, rows) in [("roster", "House,People,Rooms", roster), ("summary", "People", summary)] {
        if !rows.is_empty() {
            let lines: String = rows.split(';').map(|row| row.trim().replace(' ', ",") + "\n").collect();
            world.put(
                &format!("input/{period}/{town}_{form}.csv"),
                format!("{header}\n{lines}"),
            );
        }
    }
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
            number(row, "left_value"),
            number(row, "right_value")
        )
    })
    .collect()
}
