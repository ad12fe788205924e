//! Definitions: what is sound loads, and each flaw is shown as a person would want it.

use std::fs;
use std::path::{Path, PathBuf};

use huizong::cli::diagnostics;
use huizong::pipeline::formula::{self, Scalar, Use};
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
        assert_eq!(faults.iter().map(|f| f.code).collect::<Vec<_>>(), ["unreadable"]);
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

/// polars gives canonical SQL the meaning that the evaluator gives it, row by row.
#[test]
fn polars_and_the_evaluator_agree() {
    let small = load(&definitions().join("sound"));
    let columns = &small.forms[1].columns;
    let households = [Some(3_i64), Some(0), Some(7), Some(-2), Some(10)];
    let grain = [Some(1.5), None, Some(2.5), Some(0.0), Some(-0.5)];
    let kind = [Some("valley"), Some("ridge"), None, Some("valley"), Some("ridge")];
    let hall = [Some(true), Some(false), None, None, Some(true)];
    let frame = df!("households" => &households, "grain" => &grain, "kind" => &kind, "has_hall" => &hall).unwrap();
    for text in [
        "households + 2 * grain - 1",
        "households / 2",
        "grain / households",
        "-grain",
        "NOT (grain > 0) OR households > 0",
        "grain > 0 AND has_hall",
        "grain <= households",
        "households BETWEEN 0 AND 7",
        "grain NOT BETWEEN 0 AND 2",
        "kind IN ('valley')",
        "kind NOT IN ('valley', 'ridge')",
        "kind <> 'ridge'",
        "grain IS NULL",
        "has_hall IS NOT NULL",
        "has_hall = (grain > 0)",
        "COALESCE(grain, households)",
        "CASE WHEN grain > 1 THEN 1 WHEN grain IS NULL THEN NULL ELSE 0 END",
        "CASE kind WHEN 'valley' THEN households WHEN 'ridge' THEN grain END",
        "ABS(grain)",
        "ROUND(grain)",
        "ROUND(grain / 3, 2)",
        "CAST(grain AS INTEGER)",
        "CAST(has_hall AS INTEGER) + households",
    ] {
        let formula = formula::parse(text, columns, Use::Check).unwrap_or_else(|f| panic!("{text}: {f:?}"));
        let mut context = polars::sql::SQLContext::new();
        context.register("t", frame.clone().lazy());
        let sql = format!("SELECT {} AS x FROM t", formula.to_sql());
        let got = context
            .execute(&sql)
            .and_then(LazyFrame::collect)
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        for row in 0..frame.height() {
            let value = formula::evaluate(&formula, &|at| match columns[at].id.as_str() {
                "households" => households[row].map_or(Scalar::Null, Scalar::Integer),
                "grain" => grain[row].map_or(Scalar::Null, Scalar::Decimal),
                "kind" => kind[row].map_or(Scalar::Null, |k| Scalar::Text(k.to_owned())),
                "has_hall" => hall[row].map_or(Scalar::Null, Scalar::Boolean),
                other => panic!("{other}"),
            });
            let value = match value {
                Scalar::Integer(n) => Some(n as f64),
                Scalar::Decimal(n) => Some(n),
                Scalar::Boolean(b) => Some(f64::from(u8::from(b))),
                _ => None,
            };
            let got = got
                .column("x")
                .unwrap()
                .cast(&DataType::Float64)
                .unwrap()
                .f64()
                .unwrap()
                .get(row);
            assert_eq!(got, value, "row {row} of {sql}");
        }
    }
}

/// Rules ask by plain comparisons what the roll-up asks in SQL.
#[test]
fn a_text_has_the_member_that_sql_gives_it() {
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
        let frame = df!(column.as_str() => &texts).unwrap();
        let sql = polars::sql::sql_expr(pipeline::sql::member(&pipeline, form, at)).unwrap();
        let judged = frame.lazy().select([sql.alias("member")]).collect().unwrap();
        let members = pipeline::sql::Members::new(&pipeline, at);
        for (text, by_sql) in texts.iter().zip(judged.column("member").unwrap().i64().unwrap().iter()) {
            assert_eq!(
                Some(i64::from(members.of(*text))),
                by_sql,
                "{} of {text:?}",
                dimension.id
            );
            asked += 1;
        }
    }
    assert!(asked >= 2 * texts.len());
}
