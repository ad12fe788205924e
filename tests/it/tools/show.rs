//! `huizong show`: rows of every table, filtered, ordered, limited and spread, in each format.

use std::process::Output;

use serde_json::Value;

use super::*;
use crate::support::{Published, World, facts, joined, program, shout, shown, table, uncounted};

/// The objects that a command prints, a line each.
fn objects(args: &[&str]) -> Vec<Value> {
    let dir = dir();
    let printed = printed(&[&["show"], args, &[&dir, "--format", "json"]].concat());
    printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A command that must be refused: what it complains of.
fn refused(args: &[&str]) -> String {
    let dir = dir();
    complaint(
        &[&["show"], args, &[&dir, "--output", PUBLISHED.to_str().unwrap()]].concat(),
        2,
    )
}

/// A value as the tests show those of the files; `-`: null.
fn told(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether two numbers are one: what reads JSON here may miss the last bit.
fn same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-12 * other.abs(),
        (None, None) => true,
        _ => false,
    }
}

#[test]
fn every_row_and_column_of_a_table_is_shown_as_it_is_stored() {
    for name in ["indicators", "areas", "submissions", "findings", "gaps"] {
        let (rows, stored) = (objects(&[name]), table(&PUBLISHED, name));
        assert_eq!(rows.len(), stored.len(), "{name}");
        for (row, stored) in rows.iter().zip(&stored) {
            let members = row.as_object().unwrap();
            assert_eq!(members.len(), stored.len(), "{name}: {row}");
            for (column, value) in members {
                let (told, stored) = (told(value), shown(stored, column));
                let same_number = || same(told.parse().ok(), stored.parse().ok());
                assert!(told == stored || same_number(), "{name}.{column}: {told} {stored}");
            }
        }
    }
    let accepted = objects(&["facts/communities", "--where", "area_code = '130682'"]);
    let stored = facts(&PUBLISHED, "communities", "2020");
    let stored = stored.iter().filter(|row| row["area_code"].text() == Some("130682"));
    assert_eq!(accepted.len(), stored.count());
    assert!(!accepted.is_empty());
    let others = objects(&["uncounted/communities"]);
    assert_eq!(others.len(), uncounted(&PUBLISHED, "communities", "2020").len());
    assert!(others.iter().all(|row| row["row_status"] != "accepted"));
}

#[test]
fn a_condition_selects_what_the_same_condition_over_the_file_selects() {
    let indicators = table(&PUBLISHED, "indicators");
    let shown = objects(&[
        "indicators",
        "--where",
        "level = 'province' AND indicator IN ('fund_coverage', 'idle_share') AND value / 2 > 4 AND verdict_robust IS NULL",
    ]);
    let expected: Vec<&Row> = (indicators.iter())
        .filter(|row| row["level"].text() == Some("province"))
        .filter(|row| ["fund_coverage", "idle_share"].contains(&row["indicator"].text().unwrap()))
        .filter(|row| row["value"].number().is_some_and(|value| value / 2.0 > 4.0))
        .filter(|row| row["verdict_robust"] == Published::Null)
        .collect();
    assert!(expected.len() > 10, "{}", expected.len());
    let key = |row: &Row| joined(row, &["area_code", "indicator"], " ");
    let of_shown = |row: &Value| format!("{} {}", told(&row["area_code"]), told(&row["indicator"]));
    assert_eq!(
        shown.iter().map(of_shown).collect::<Vec<_>>(),
        expected.into_iter().map(key).collect::<Vec<_>>()
    );
    let late = objects(&[
        "submissions",
        "--where",
        "submitted_at > DATE '2021-01-20' AND late_days > 0",
    ]);
    let submissions = table(&PUBLISHED, "submissions");
    let after =
        |row: &&Row| shown_day(row).is_some_and(|day| day.as_str() > "2021-01-20") && number(row, "late_days") > 0.0;
    assert_eq!(late.len(), submissions.iter().filter(after).count());
    assert!(!late.is_empty());
    // Texts are ordered by their bytes.
    let counties = objects(&["areas", "--where", "area_code > '13' AND area_code < '1302'"]);
    assert!(counties.len() > 5 && counties.iter().all(|row| told(&row["area_code"]).starts_with("130")));
}

fn shown_day(row: &Row) -> Option<String> {
    Some(shown(row, "submitted_at")).filter(|day| day != "-")
}

#[test]
fn rows_are_ordered_with_nulls_last_and_limited() {
    let indicator = "indicator = 'rural_facility_coverage' AND level = 'county'";
    let all = objects(&[
        "indicators",
        "--where",
        indicator,
        "--sort",
        "-value,area_code",
        "--columns",
        "area_code,value",
    ]);
    let values: Vec<Option<f64>> = all.iter().map(|row| row["value"].as_f64()).collect();
    let known = values.iter().take_while(|value| value.is_some()).count();
    assert!(known > 20 && known < values.len(), "{known} of {}", values.len());
    assert!(values[..known].is_sorted_by(|a, b| a >= b) && values[known..].iter().all(Option::is_none));
    let ties = all.windows(2).filter(|pair| pair[0]["value"] == pair[1]["value"]);
    assert!(
        ties.map(|pair| [told(&pair[0]["area_code"]), told(&pair[1]["area_code"])])
            .all(|pair| pair.is_sorted())
    );
    assert_eq!(
        all[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["area_code", "value"]
    );
    let first = objects(&[
        "indicators",
        "--where",
        indicator,
        "--sort",
        "-value,area_code",
        "--columns",
        "area_code,value",
        "--limit",
        "7",
    ]);
    assert_eq!(first, all[..7]);
    // Rows of several files, in an order across them.
    let facts = objects(&["facts/communities", "--sort=-households", "--limit", "50"]);
    let areas: Vec<f64> = facts.iter().filter_map(|row| row["households"].as_f64()).collect();
    assert!(areas.len() == 50 && areas.is_sorted_by(|a, b| a >= b));
    let provinces: std::collections::BTreeSet<String> = facts.iter().map(|row| told(&row["province_code"])).collect();
    assert!(provinces.len() > 3);
}

#[test]
fn a_person_sees_the_first_rows_and_how_many_there_are() {
    let n_rows = table(&PUBLISHED, "indicators").len();
    let dir = dir();
    let text = printed(&["show", "indicators", &dir]);
    let with_points = huizong::domain::thousands_apart(&n_rows.to_string());
    assert!(
        text.contains(&format!("\n20 of {with_points} rows (--limit 0 lists all)\n")),
        "{text}"
    );
    assert!(
        text.lines()
            .all(|line| unicode_width::UnicodeWidthStr::width(line) <= 100),
        "{text}"
    );
    assert!(text.starts_with("Indicators\nRelease 000001-"), "{text}");
    assert!(
        text.contains("\nNot shown: ") && text.contains("reported_weight_share"),
        "{text}"
    );
    let zh = printed(&["show", "indicators", &dir, "--lang", "zh", "--limit", "3"]);
    assert!(
        zh.starts_with("指标\n版本 000001-") && zh.contains(&format!("共 {with_points} 行，列出 3 行")),
        "{zh}"
    );
    assert!(zh.contains("观测状态") && !zh.contains("Observation"), "{zh}");
    // The reason stands beside a figure that is not there; what the condition fixes is not repeated.
    let none = printed(&[
        "show",
        "indicators",
        &dir,
        "--where",
        "value IS NULL AND period = '2020'",
        "--limit",
        "12",
    ]);
    assert!(
        none.contains("Columns: area_code, ") && none.contains(", null_reason"),
        "{none}"
    );
    let empty = printed(&["show", "indicators", &dir, "--where", "1 = 2"]);
    assert!(
        empty.contains(&format!("\n0 rows; the table has {with_points}\n")),
        "{empty}"
    );
    let md = printed(&[
        "show",
        "indicators",
        &dir,
        "--format",
        "md",
        "--columns",
        "area_name,value",
        "--limit",
        "1",
    ]);
    assert!(md.contains("| --- | ---: |\n| 全国 | ") && md.contains("1 of "), "{md}");
}

#[test]
fn a_wide_terminal_shows_more_columns() {
    let width = |columns: &str| {
        let ended = Command::new(env!("CARGO_BIN_EXE_huizong"))
            .args(["show", "indicators", &dir(), "--output", PUBLISHED.to_str().unwrap()])
            .env("LC_ALL", "C")
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        let text = String::from_utf8(ended.stdout).unwrap();
        let rule = text.lines().find(|line| line.starts_with("---")).unwrap();
        rule.len()
    };
    let (narrow, usual, wide) = (width("60"), width("100"), width("220"));
    assert!(
        narrow <= 60 && usual > 60 && usual <= 100 && wide > 150 && wide <= 220,
        "{narrow} {usual} {wide}"
    );
}

#[test]
fn a_wide_table_has_a_column_an_indicator() {
    let rows = objects(&[
        "indicators",
        "--wide",
        "--where",
        "level = 'province'",
        "--sort",
        "-fund_coverage",
    ]);
    let indicators = table(&PUBLISHED, "indicators");
    let provinces: Vec<&Row> = indicators
        .iter()
        .filter(|row| row["level"].text() == Some("province"))
        .collect();
    let ids: std::collections::BTreeSet<&str> = provinces.iter().filter_map(|row| row["indicator"].text()).collect();
    assert_eq!(rows.len(), 31);
    for row in &rows {
        assert_eq!(row.as_object().unwrap().len(), 4 + ids.len());
        for id in &ids {
            let is = |long: &&&Row| {
                long["area_code"].text() == row["area_code"].as_str() && long["indicator"].text() == Some(id)
            };
            let long = provinces.iter().find(is);
            let value = long.and_then(|long| long["value"].number());
            assert!(same(row[*id].as_f64(), value), "{id} in {row}");
        }
    }
    let funds: Vec<f64> = rows.iter().filter_map(|row| row["fund_coverage"].as_f64()).collect();
    assert!(funds.is_sorted_by(|a, b| a >= b));
    let two = objects(&["indicators", "--wide=value,lower", "--where", "area_code = '110000'"]);
    let one = objects(&[
        "indicators",
        "--where",
        "area_code = '110000' AND indicator = 'fund_coverage'",
    ]);
    assert_eq!(two[0]["fund_coverage_lower"], one[0]["lower"]);
    assert_eq!(two[0]["fund_coverage_value"], one[0]["value"]);
    let text = refused(&["gaps", "--wide"]);
    assert!(text.contains("use huizong show indicators --wide"), "{text}");
}

#[test]
fn csv_has_the_names_of_columns_and_runs_nothing() {
    let dir = dir();
    let csv = printed(&[
        "show",
        "indicators",
        &dir,
        "--columns",
        "period,area_code,value",
        "--format",
        "csv",
    ]);
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("period,area_code,value"));
    let null_is_empty = |row: &Row| joined(row, &["period", "area_code", "value"], ",").replace(",-", ",");
    let stored = table(&PUBLISHED, "indicators");
    assert!(lines.eq(stored.iter().map(null_is_empty)), "{csv}");
    let world = people("130102,=1+1\n130104,@x\n");
    let shown_csv = show_in(&world, "facts/people");
    assert_eq!(String::from_utf8_lossy(&shown_csv.stdout), "note\n'=1+1\n'@x\n");
    let stored = world.facts("people", "2020");
    assert_eq!(shown(&stored[0], "note"), "=1+1");
}

/// Two counties with a note each.
fn people(rows: &str) -> World {
    let columns = "area | division_code | 代码 | level = 'county'; required = true\nnote | text | 备注";
    World::counties(&["2020"])
        .form(
            "people",
            "unit = 'county'\nkey = ['area']\nfiles = ['{period}.csv']",
            columns,
        )
        .sent("2020.csv", format!("代码,备注\n{rows}"))
        .published()
}

/// What `huizong show` says of the notes in a small world.
fn show_in(world: &World, table: &str) -> Output {
    let paths = [world.path("pipeline"), world.output()];
    let [pipeline, output] = paths.each_ref().map(|path| path.to_str().unwrap());
    huizong([
        "show",
        table,
        pipeline,
        "--output",
        output,
        "--format",
        "csv",
        "--columns",
        "note",
    ])
}

#[test]
fn a_condition_that_is_wrong_shows_where() {
    let text = refused(&["indicators", "--where", "levle = 'county' AND value > 'a'"]);
    for part in [
        "error[unknown-column]: the table has no column `levle`",
        "--where:1:1",
        "did you mean `level`?",
        "error[formula-type]: `value` is a decimal, `'a'` is a text",
        "  |                      ^^^^^^^^^^^",
        "2 faults",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains("single quotes"), "a column was meant:\n{text}");
    // Of several columns that are near, the nearest comes first.
    let text = refused(&["gap_changes", "--where", "mix_efect_a > 0"]);
    assert!(text.contains("did you mean `mix_effect_a`, `mix_effect_b`, "), "{text}");
    let text = refused(&["indicators", "--where", "levle = 'county'", "--lang", "zh"]);
    assert!(text.contains("是否应为 `level`？"), "{text}");
    // What is near to no column may be a text.
    for word in ["北京", "\"2020\""] {
        let text = refused(&["indicators", "--where", &format!("period = {word}")]);
        let quoted = format!("texts stand in single quotes: '{}'", word.trim_matches('"'));
        assert!(
            text.contains("columns: period, area_code, ") && text.contains(&quoted),
            "{text}"
        );
    }
    let text = refused(&["indicators", "--where", "level = 'contry'"]);
    assert!(
        text.contains("has no member `contry`") && text.contains("did you mean 'county'?"),
        "{text}"
    );
    let text = refused(&["indicators", "--where", "value > "]);
    assert!(text.contains("error[formula-syntax]"), "{text}");
    let text = refused(&["indicators", "--where", "value", "--lang", "zh"]);
    assert!(text.contains("错误[formula-type]") && text.contains("真假"), "{text}");
}

#[test]
fn names_that_are_unknown_are_told_with_their_neighbours() {
    for (args, part) in [
        (
            &["indicatrs"][..],
            "there is no table indicatrs\n  hint: did you mean indicators?",
        ),
        (&["nothing"], "known: area_spans, areas, "),
        (
            &["communities"],
            "did you mean facts/communities, uncounted/communities?",
        ),
        (
            &["facts/comunities"],
            "did you mean facts/communities, uncounted/communities?",
        ),
        (
            &["indicators", "--columns", "valu"],
            "there is no column valu\n  hint: did you mean value",
        ),
        (&["indicators", "--sort", "-valu"], "there is no column valu"),
        (&["indicators", "--wide=valu"], "there is no column valu"),
        (&["indicators", "--wide", "--columns", "value"], "cannot be used with"),
        (&["indicators", "--limit", "x"], "invalid value 'x'"),
        (&["indicators", "--lang", "zh", "--sort", "valu"], "没有这个列：valu"),
    ] {
        let text = refused(args);
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let listed = complaint(
        &["show", "--pipeline", &dir(), "--output", PUBLISHED.to_str().unwrap()],
        2,
    );
    assert!(
        listed.contains("not given: TABLE") && listed.contains("facts/communities"),
        "{listed}"
    );
}

#[test]
fn a_damaged_file_is_the_machines_fault() {
    let world = people("130102,a\n");
    fs::write(
        world.output().join("current/facts/people/2020/130000.parquet"),
        "nothing",
    )
    .unwrap();
    let failed = show_in(&world, "facts/people");
    assert_eq!(failed.status.code(), Some(3), "{}", said(&failed));
    assert!(said(&failed).contains("as Parquet"), "{}", said(&failed));
}

#[test]
fn a_terminal_is_asked_for_its_width() {
    let Some(script) = program("HUIZONG_SCRIPT", "script") else {
        return shout("no `script` pretends to be a terminal");
    };
    let rule = |columns: usize| {
        let line = format!(
            "stty cols {columns}; {} show indicators {} --output {}",
            env!("CARGO_BIN_EXE_huizong"),
            dir(),
            PUBLISHED.display()
        );
        let mut command = Command::new(&script);
        let command = command
            .args(["-qec", &line, "/dev/null"])
            .env("LC_ALL", "C")
            .env_remove("COLUMNS");
        let ended = command.stdin(Stdio::null()).output().unwrap();
        let text = said(&ended);
        let rule = text.lines().find(|line| line.starts_with("---"));
        rule.unwrap_or_else(|| panic!("{text}")).trim_end().len()
    };
    let (narrow, wide) = (rule(70), rule(180));
    assert!(narrow <= 70 && wide > 120 && wide <= 180, "{narrow} {wide}");
}
