//! Definitions: what is sound loads, and each flaw is shown as a person would want it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use huizong::cli::diagnostics;
use huizong::lake::sql::expression;
use huizong::pipeline::{self, DimensionLevel, Pipeline};
use polars::prelude::*;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn definitions() -> PathBuf {
    root().join("tests/definitions")
}

/// `tests/definitions/<flaw>`: its files replace those of the sound pipeline, an empty one removes it.
fn with_flaw(flaw: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for layer in [definitions().join("sound"), definitions().join(flaw)] {
        for entry in walkdir::WalkDir::new(&layer).into_iter().map(Result::unwrap) {
            let relative = entry.path().strip_prefix(&layer).unwrap();
            let target = folder.path().join(relative);
            if entry.file_type().is_dir() {
                fs::create_dir_all(&target).unwrap();
            } else if entry.metadata().unwrap().len() == 0 && target.exists() {
                fs::remove_file(&target).unwrap();
            } else if relative != Path::new("expected.txt") {
                fs::copy(entry.path(), &target).unwrap();
            }
        }
    }
    folder
}

fn flaws() -> Vec<String> {
    let names = fs::read_dir(definitions())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "sound").collect();
    names.sort();
    names
}

/// Compares with a committed text; `HUIZONG_ACCEPT=1 tests/run pipeline::` writes it anew.
fn holds(path: &Path, made: &str) {
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        fs::write(path, made).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    let data = snapbox::Data::text(made.to_owned());
    println!(
        "accept with: HUIZONG_ACCEPT=1 tests/run pipeline:: ({})",
        path.display()
    );
    snapbox::assert_data_eq!(committed, snapbox::IntoData::raw(data));
}

fn load(dir: &Path) -> Pipeline {
    pipeline::load(dir).unwrap_or_else(|faults| panic!("{}", diagnostics::render(&faults, false)))
}

#[test]
fn every_flaw_is_shown_with_its_place_and_hint() {
    for flaw in flaws() {
        let folder = with_flaw(&flaw);
        let faults = pipeline::load(folder.path())
            .err()
            .unwrap_or_else(|| panic!("{flaw} is taken for sound"));
        let prefix = format!("{}/", folder.path().display());
        let shown = diagnostics::render(&faults, false).replace(&prefix, "");
        holds(&definitions().join(&flaw).join("expected.txt"), &shown);
    }
}

#[test]
fn what_has_no_flaw_loads() {
    let small = load(&definitions().join("sound"));
    assert_eq!(
        small.forms.iter().map(|f| f.id.as_str()).collect::<Vec<_>>(),
        ["summaries", "villages"]
    );
    assert_eq!(
        small.units.factor("bushel", "bushel").map(|f| (f.num, f.den)),
        Some((1, 1))
    );
    load(&root().join("pipelines/community-services"));
}

#[test]
fn members_end_in_other_and_unknown() {
    let small = load(&definitions().join("sound"));
    let members = |at: usize| {
        small.dimensions[at]
            .members
            .iter()
            .map(|m| m.id.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(members(0), ["north", "south", "unknown"]);
    assert_eq!(members(1), ["valley", "ridge", "other", "unknown"]);
    assert_eq!(members(2), ["town", "country", "unknown"]);
    assert_eq!(small.dimensions[2].members[0].title.0["en"], "Town");
    let DimensionLevel::Row { map, .. } = &small.dimensions[2].level else {
        panic!("groups rows")
    };
    assert!(map[0].0.contains("199") && !map[0].0.contains("200") && !map[0].0.contains("19"));
}

#[test]
fn strata_are_all_dimensions_that_can_split() {
    let small = load(&definitions().join("sound"));
    let strata: Vec<&[usize]> = small.dimensions.iter().map(|d| d.strata.as_slice()).collect();
    assert_eq!(strata, [&[1, 2][..], &[0, 2], &[0, 1]]);
}

/// Each province lies in one region: by province, all of a gap between pairs of two regions would be mix.
#[test]
fn a_cross_with_rows_is_not_split_by_areas_of_the_level_that_it_crosses() {
    let folder = with_flaw("sound");
    let file = folder.path().join("dimensions.toml");
    let more = "[[dimension]]\nid = 'province'\nlevel = 'province'\nsource = 'registry'\n\n\
                [[dimension]]\nid = 'crossed'\ncross = ['region', 'township']\n";
    fs::write(&file, format!("{}\n{more}", fs::read_to_string(&file).unwrap())).unwrap();
    let wide = load(folder.path());
    let strata: Vec<&str> = (wide.dimensions[4].strata.iter())
        .map(|at| wide.dimensions[*at].id.as_str())
        .collect();
    assert_eq!(strata, ["kind"]);
}

#[test]
fn a_symbol_for_missing_is_no_answer() {
    let folder = with_flaw("sound");
    let form = folder.path().join("forms/villages.toml");
    let text = fs::read_to_string(&form)
        .unwrap()
        .replace("\"—\" = \"not_applicable\"", "\"无\" = \"zero\"");
    fs::write(&form, text).unwrap();
    let answers = |dir: &Path| {
        let small = load(dir);
        let hall = &small.forms[1].columns[small.forms[1].column("has_hall").unwrap()];
        let pipeline::ColumnKind::Boolean { yes, no } = hall.kind.clone() else {
            panic!("a boolean")
        };
        (yes, no)
    };
    let (yes, no) = answers(folder.path());
    assert!(yes.contains(&"有".to_owned()) && !no.contains(&"无".to_owned()) && no.contains(&"否".to_owned()));
    assert!(answers(&definitions().join("sound")).1.contains(&"无".to_owned()));
}

#[test]
fn the_digest_changes_with_any_file_and_nothing_else() {
    let digest = |change: Option<(&str, &str)>| {
        let folder = with_flaw("sound");
        if let Some((file, more)) = change {
            let path = folder.path().join(file);
            let text = fs::read_to_string(&path).unwrap_or_default() + more;
            fs::write(path, text).unwrap();
        }
        load(folder.path()).digest
    };
    let plain = digest(None);
    assert_eq!(plain.len(), 64);
    assert_eq!(plain, digest(None));
    assert_eq!(plain, digest(Some(("README.md", "not of the definition"))));
    for file in [
        "pipeline.toml",
        "forms/villages.toml",
        "measures.toml",
        "registry/divisions.csv",
        "registry/regions.csv",
    ] {
        assert_ne!(plain, digest(Some((file, "\n"))), "{file}");
    }
}

#[test]
fn a_folder_that_is_none_is_a_fault() {
    for path in ["tests/definitions/there-is-no-such-folder", "Cargo.toml"] {
        let faults = pipeline::load(&root().join(path)).unwrap_err();
        assert_eq!(faults.iter().map(|f| f.code).collect::<Vec<_>>(), ["file-unreadable"]);
    }
}

#[test]
fn the_command_says_what_a_pipeline_holds_or_what_is_wrong() {
    let check = |dir: &Path| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_huizong"));
        let output = command.arg("check").arg(dir).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let holds = "small has no errors: 2 forms, 6 columns, 5 rules, 4 measures, 1 indicator, 3 dimensions, 2 periods\n";
    assert_eq!(
        check(&definitions().join("sound")),
        (Some(0), holds.to_owned(), String::new())
    );

    let (code, out, shown) = check(with_flaw("unknown-keys").path());
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(
        shown.contains("did you mean `headers`?") && shown.ends_with("3 faults\n"),
        "{shown}"
    );
    assert!(!shown.contains('\u{1b}'), "no colours into a pipe");

    let folder = with_flaw("sound");
    let divisions = folder.path().join("registry/divisions.csv");
    let text = fs::read_to_string(&divisions)
        .unwrap()
        .replace("county,county,2", "county,county,9");
    fs::write(&divisions, text).unwrap();
    let (code, _, shown) = check(folder.path());
    assert_eq!(code, Some(2));
    assert!(
        shown.contains("divisions.csv:6"),
        "a fault of the registry is shown in its line: {shown}"
    );
}

#[test]
fn schemas_are_fresh() {
    for (name, schema) in pipeline::schema::all() {
        let path = root().join(format!("pipelines/schema/{name}.schema.json"));
        if std::env::var_os("HUIZONG_ACCEPT").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        holds(&path, &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
    }
}

/// Reads texts, and SQL over a column of them, and prints what DuckDB gives for each.
const IN_DUCKDB: &str = r#"
import json, sys, duckdb
texts, column, sql = json.loads(sys.argv[1])
rows = duckdb.execute(f'SELECT {sql} FROM (SELECT unnest(?::VARCHAR[]) AS "{column}")', [texts]).fetchall()
print(json.dumps([row[0] for row in rows]))
"#;

/// Rules ask by plain comparisons what the roll-up asks in SQL, which polars and DuckDB run.
#[test]
fn a_text_has_the_member_that_sql_gives_it() {
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let pipeline = load(&root().join("pipelines/community-services"));
    let texts = [
        Some("110101001001"),
        Some("110101001200"),
        Some("110101001399"),
        Some("110101001400"),
        Some("110101001599"),
        Some("110101001600"),
        Some("1101010010"),
        Some("110101001"),
        Some("112"),
        Some("220"),
        Some("乡村"),
        Some(""),
        None,
    ];
    let mut asked = 0;
    for (at, dimension) in pipeline.dimensions.iter().enumerate() {
        let DimensionLevel::Row { column, .. } = &dimension.level else {
            continue;
        };
        let form = pipeline
            .forms
            .iter()
            .position(|form| form.column(column).is_some())
            .unwrap();
        let sql = pipeline::sql::member(&pipeline, form, at);
        let frame = df!(column.as_str() => &texts).unwrap();
        let judged = frame.lazy().select([expression(&sql).unwrap().alias("member")]);
        let judged = judged.collect().unwrap();
        let by_polars: Vec<Option<i64>> = judged.column("member").unwrap().i64().unwrap().iter().collect();
        let asked_for = serde_json::json!([texts, column, sql]).to_string();
        let made = Command::new(&python)
            .args(["-c", IN_DUCKDB, &asked_for])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let by_duckdb: Vec<Option<i64>> = serde_json::from_slice(&made.stdout).unwrap();
        let members = pipeline::sql::Members::new(&pipeline, at);
        let by_rules: Vec<Option<i64>> = texts.iter().map(|text| Some(members.of(*text).into())).collect();
        assert_eq!(by_polars, by_rules, "{} of {texts:?}", dimension.id);
        assert_eq!(by_duckdb, by_rules, "{} of {texts:?}", dimension.id);
        asked += texts.len();
    }
    assert!(asked >= 2 * texts.len());
}
