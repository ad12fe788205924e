//! What a file shows is what is counted, or it is told: `tests/cases/reading/<what it shows>/`.
//!
//! Every folder has the files that a county sent and `expected.txt`: the findings and the facts that they give. A
//! `clinics.toml` beside them takes the place of the common form. `HUIZONG_ACCEPT=1 cargo test` writes what is new.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{copy_folder, facts, joined, quarantined, root, run, table};

fn cases() -> PathBuf {
    root().join("tests/cases/reading")
}

/// The common pipeline, with the form of the case where it has one.
fn pipeline(case: &Path, folder: &Path) -> PathBuf {
    let pipeline = folder.join("pipeline");
    copy_folder(&cases().join("pipeline"), &pipeline);
    // One row of four that waits, or is asked about, is no reason to withhold a case.
    let settings = pipeline.join("pipeline.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(
        &settings,
        text + "[gate]\nmin_reporting_share = 0\nmax_quarantined_row_share = 1.0\nmax_open_influence = 1000\n",
    )
    .unwrap();
    if let Ok(form) = fs::read(case.join("clinics.toml")) {
        fs::write(pipeline.join("forms/clinics.toml"), form).unwrap();
    }
    pipeline
}

/// Findings and rows that a folder of submissions gives.
fn read(pipeline: &Path, submissions: &Path) -> String {
    let output = tempfile::tempdir().unwrap();
    let (code, said) = run(pipeline, submissions, output.path(), &[]);
    // A file that is refused leaves nothing to publish: its findings lie in what is withheld.
    if code == 1 {
        fs::rename(output.path().join("withheld"), output.path().join("current")).expect(&said);
    } else {
        assert_eq!(code, 0, "{said}");
    }
    let mut told = String::new();
    for finding in table(output.path(), "findings") {
        let place = joined(
            &finding,
            &["severity", "code", "path", "cell", "row", "field", "n_affected"],
            " ",
        );
        told += &format!("{place}\n");
        for part in ["raw", "expected", "mend", "message_en"] {
            if finding[part].text().is_some() {
                told += &format!("    {part}: {}\n", joined(&finding, &[part], "").escape_debug());
            }
        }
    }
    let columns = [
        "county_code",
        "county_name",
        "site",
        "residents",
        "clinics",
        "rate",
        "opened",
        "remark",
    ];
    for (status, rows) in [
        ("accepted", facts(output.path(), "clinics", "2020")),
        ("quarantined", quarantined(output.path(), "clinics", "2020")),
    ] {
        for row in rows {
            let present: Vec<&str> = columns.into_iter().filter(|column| row.contains_key(*column)).collect();
            told += &format!("{status}: {}\n", joined(&row, &present, " | "));
        }
    }
    told
}

fn compare(expected: &Path, told: &str) {
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        fs::write(expected, told).unwrap();
    }
    hold(expected, told);
}

fn hold(expected: &Path, told: &str) {
    let text = fs::read_to_string(expected).unwrap_or_default();
    snapbox::assert_data_eq!(told, snapbox::IntoData::raw(snapbox::Data::text(text)));
}

#[test]
fn every_case_is_read_as_expected() {
    for entry in fs::read_dir(cases()).unwrap() {
        let case = entry.unwrap().path();
        let submissions = tempfile::tempdir().unwrap();
        for file in fs::read_dir(&case).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            if name.starts_with("clinics_2020") {
                fs::copy(&file, submissions.path().join(name)).unwrap();
            }
        }
        if fs::read_dir(submissions.path()).unwrap().next().is_some() {
            let folder = tempfile::tempdir().unwrap();
            let told = read(&pipeline(&case, folder.path()), submissions.path());
            compare(&case.join("expected.txt"), &told);
        }
    }
}

/// One sheet with all of it, written by three programs: what is read does not depend on the format.
#[test]
fn workbooks_of_every_format_show_the_same() {
    let fixtures = PathBuf::from(std::env::var_os("HUIZONG_FIXTURES").expect("tests/run sets it")).join("shown");
    let case = cases().join("the-same-in-every-format");
    for format in ["xlsx", "xls", "ods"] {
        let submissions = tempfile::tempdir().unwrap();
        let name = format!("clinics_2020.{format}");
        fs::copy(fixtures.join(&name), submissions.path().join(&name)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let told = read(&pipeline(&case, folder.path()), submissions.path());
        let told = told.replace(&name, "clinics_2020");
        // What is accepted is that of the first format.
        match format {
            "xlsx" => compare(&case.join("expected.txt"), &told),
            _ => hold(&case.join("expected.txt"), &told),
        }
    }
}
