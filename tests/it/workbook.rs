//! The workbooks of a release: what openpyxl, calamine and LibreOffice read of them, and that they hold the figures of the tables.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader};

use crate::support::{World, huizong, indicators, measures, plan, program, root, said, shipped, shout};

/// Names that a spreadsheet would run, or take for a reference.
const NAMES: [&str; 4] = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"];

/// A country whose areas, indicator and groups have such names.
fn small() -> World {
    let [a, b, c, d] = NAMES;
    let areas = format!(
        "code,name,name_en,level,parent_code\nX,全国,Land,country,\nN,{a},{b},state,X\nS,{c},{d},state,X\n\
         A,甲,Ash,district,N\nB,乙,Bay,district,N\nC,丙,Cove,district,S\n"
    );
    let settings = "title = { zh = '=1+1', en = '=X!A1' }\nunit = 'park'\nkey = ['park']\nfiles = ['{period}/{district}_*']\n\
                    missing = { '' = 'missing' }";
    let text = plan("plain", &["country", "state", "district"], &["2019", "2020"]).replace(
        "name = 'small'",
        "name = 'small'\ntitle = { zh = '=公园', en = '=Parks!A1' }",
    );
    World::new(&text, &areas)
        .form("parks", settings, "park | text | Park | required = true\n trees | integer | Trees | required = true")
        .defined("measures.toml", measures("trees | parks | trees\n parks | parks | 1"))
        .defined(
            "indicators.toml",
            indicators("trees_per_park | trees | parks | title = { zh = '=树', en = '=Trees!A1' }; unit = '1'; better = 'higher'; target = { '2020' = 10.0 }; plausible = { min = 0.0, max = 50.0 }"),
        )
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'state'\ntitle = { zh = '=州', en = '=State!A1' }\nlevel = 'state'\nsource = 'registry'\ncompare = [['N', 'S']]\n",
        )
        .sent("2019/A_1.csv", "Park,Trees\nP1,4\n")
        .sent("2019/C_1.csv", "Park,Trees\nP1,8\n")
        .sent("2020/A_1.csv", "Park,Trees\nP1,6\n")
        .sent("2020/C_1.csv", "Park,Trees\nP1,18\nP2,12\n")
}

fn workbook(output: &Path, tag: &str) -> PathBuf {
    output.join(format!("current/workbook.{tag}.xlsx"))
}

/// Every sheet with its cells, as calamine reads them.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = calamine::open_workbook_auto(path).unwrap();
    let sheets = book.worksheets().into_iter();
    sheets
        .map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect()))
        .collect()
}

fn holds_the_tables(output: &Path, root_code: &str, level: &str) {
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let opened = Command::new(python)
        .arg(root().join("tests/setup/open_workbook.py"))
        .arg(output.join("current"))
        .args([root_code, level])
        .output()
        .unwrap();
    assert!(
        opened.status.success(),
        "open_workbook.py: {}",
        String::from_utf8_lossy(&opened.stderr)
    );
}

#[test]
fn workbooks_hold_the_figures_of_the_tables() {
    holds_the_tables(&shipped().output, "000000", "province");
    holds_the_tables(&small().published().output(), "X", "state");
    for tag in ["en", "zh"] {
        let bytes = fs::metadata(workbook(&shipped().output, tag)).unwrap().len();
        assert!(bytes < 3_000_000, "a file that is mailed: {bytes}");
    }
}

#[test]
fn names_that_a_spreadsheet_would_run_stay_texts() {
    let world = small().published();
    let [a, b, c, d] = NAMES;
    for (tag, names) in [("zh", [a, c]), ("en", [b, d])] {
        let all = sheets(&workbook(&world.output(), tag));
        let texts: BTreeSet<String> = (all.iter().flat_map(|(_, rows)| rows.iter().flatten()))
            .filter_map(|cell| match cell {
                Data::String(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        for name in names {
            assert!(texts.contains(name), "{tag}: {name} is not in {texts:?}");
        }
        let title = &all[0].1[0][0];
        assert_eq!(
            title,
            &Data::String(if tag == "zh" { "=公园" } else { "=Parks!A1" }.to_owned())
        );
    }
}

#[test]
fn a_workbook_is_the_same_however_often_and_by_however_many_threads_it_is_made_and_is_proved() {
    let world = small();
    let one = world.publish_into("one", &["--threads", "1"]);
    let other = world.publish_into("other", &["--threads", "3", "--as-of", "2030-01-01"]);
    for tag in ["en", "zh"] {
        assert!(
            fs::read(workbook(&one, tag)).unwrap() == fs::read(workbook(&other, tag)).unwrap(),
            "{tag}"
        );
    }
    let verify = || {
        let (pipeline, input) = (world.path("pipeline"), world.path("input"));
        let args = [
            "verify".into(),
            pipeline,
            "--input".into(),
            input,
            "--output".into(),
            one.clone(),
        ];
        huizong(args)
    };
    let ended = verify();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    fs::write(workbook(&one, "en"), "another").unwrap();
    let ended = verify();
    assert!(
        !ended.status.success() && said(&ended).contains("workbook.en.xlsx"),
        "{}",
        said(&ended)
    );
}

#[test]
fn a_pipeline_without_english_or_chinese_has_a_workbook_with_its_own_titles() {
    let world = small();
    let text = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let text = text.replace("title = { zh = '=公园', en = '=Parks!A1' }", "title = { fr = 'Parcs' }");
    let world = world.defined("pipeline.toml", text).published();
    assert!(!workbook(&world.output(), "zh").exists());
    let all = sheets(&workbook(&world.output(), "en"));
    assert_eq!(
        (all[0].0.as_str(), &all[0].1[0][0]),
        ("Contents", &Data::String("Parcs".to_owned()))
    );
}

/// Rows as text. An office program keeps fifteen digits, and leaves out blank cells at the end of a row.
fn plain(rows: &[Vec<Data>]) -> Vec<String> {
    let cell = |cell: &Data| match cell {
        Data::Float(number) => format!("{number:.11e}"),
        Data::Int(number) => format!("{:.11e}", *number as f64),
        other => other.to_string(),
    };
    let row = |row: &Vec<Data>| {
        let cells: Vec<String> = row.iter().map(cell).collect();
        cells.join("\u{1f}").trim_end_matches('\u{1f}').to_owned()
    };
    rows.iter().map(row).collect()
}

#[test]
fn an_office_program_opens_a_workbook_and_keeps_every_cell() {
    let Some(soffice) = program("HUIZONG_SOFFICE", "soffice") else {
        shout("workbooks were not opened in LibreOffice: soffice was not found (tests/run installs libreoffice-calc)");
        return;
    };
    let world = small().published();
    let saved = world.path("saved");
    let ended = Command::new(soffice)
        .arg(format!(
            "-env:UserInstallation=file://{}",
            world.path("profile").display()
        ))
        .args(["--headless", "--norestore", "--convert-to", "xlsx", "--outdir"])
        .arg(&saved)
        .args(["en", "zh"].map(|tag| workbook(&world.output(), tag)))
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    for tag in ["en", "zh"] {
        let again = saved.join(format!("workbook.{tag}.xlsx"));
        let (before, after) = (sheets(&workbook(&world.output(), tag)), sheets(&again));
        assert_eq!(before.len(), after.len());
        for ((one, cells), (other, again)) in before.iter().zip(&after) {
            assert_eq!(one, other);
            for (row, again) in plain(cells).iter().zip(&plain(again)) {
                assert_eq!(row, again, "{tag}: {one}");
            }
        }
    }
}
