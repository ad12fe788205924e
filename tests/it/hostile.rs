//! Files made to do harm: each is sent alone to the binary, as a process of its own whose time and memory are measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{read_csv, read_parquet};

/// What a run on one file may take. A build without optimisation is slow for reasons of its own.
const SECONDS: f64 = if cfg!(debug_assertions) { 300.0 } else { 10.0 };
const MEGABYTES: f64 = 512.0;
/// How much smaller the largest files are made for such a build.
const SCALE: &str = if cfg!(debug_assertions) { "10" } else { "1" };

/// What `tests/setup/hostile.py` says of one file.
struct Run {
    file: String,
    exit: String,
    codes: String,
    seconds: f64,
    megabytes: f64,
}

fn runs(folder: &Path, only: &str) -> (Vec<Run>, Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let done = Command::new(python)
        .arg(root.join("tests/setup/hostile.py"))
        .arg(env!("CARGO_BIN_EXE_huizong"))
        .arg(root.join("tests/cases/hostile"))
        .arg(folder)
        .arg(only)
        .env("HOSTILE_SCALE", SCALE)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(done.stdout).unwrap();
    let (complaints, lines): (Vec<&str>, Vec<&str>) = said.lines().partition(|line| line.starts_with('!'));
    let read = |line: &&str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let [file, exit, codes, seconds, megabytes] = parts[..] else {
            panic!("{line}")
        };
        Run {
            file: file.to_owned(),
            exit: exit.to_owned(),
            codes: codes.to_owned(),
            seconds: seconds.parse().unwrap(),
            megabytes: megabytes.parse().unwrap(),
        }
    };
    (
        lines.iter().map(read).collect(),
        complaints.into_iter().map(str::to_owned).collect(),
    )
}

/// No file makes a run panic, take long or hold much, and each is called what it is. Where one byte was changed at random,
/// what it is called is not held.
#[test]
fn no_file_does_harm() {
    let folder = tempfile::tempdir().unwrap();
    let (runs, complaints) = runs(folder.path(), "");
    assert!(complaints.is_empty(), "{complaints:#?}");
    assert!(runs.len() >= 250, "{}", runs.len());
    let mut table = String::from("# file | exit | codes, * where no row was accepted\n");
    for run in &runs {
        assert!(
            ["0", "1"].contains(&run.exit.as_str()) || (run.exit == "2" && stops(&run.file)),
            "{}: exit {}",
            run.file,
            run.exit
        );
        assert!(run.seconds < SECONDS, "{}: {} s", run.file, run.seconds);
        assert!(run.megabytes < MEGABYTES, "{}: {} MB", run.file, run.megabytes);
        if !run.file.starts_with("_flipped") {
            table += &format!("{} | {} | {}\n", run.file, run.exit, run.codes);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/hostile/expected.txt");
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    println!("accept with: HUIZONG_ACCEPT=1 tests/run hostile::");
    snapbox::assert_data_eq!(table, snapbox::IntoData::raw(snapbox::Data::text(committed)));
}

/// Whether a file may stop the run: figures without the ministry's corrections are worse than none.
fn stops(file: &str) -> bool {
    file.starts_with("corrections.toml|")
}

/// The case's pipeline with further lines, and one roster of these rows sent to it.
fn sent(limits: &str, rows: &str) -> (tempfile::TempDir, Vec<BTreeMap<String, String>>) {
    let folder = tempfile::tempdir().unwrap();
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/hostile/pipeline");
    fs::create_dir_all(folder.path().join("pipeline/forms")).unwrap();
    fs::create_dir_all(folder.path().join("in/2020")).unwrap();
    for file in ["pipeline.toml", "divisions.csv", "forms/roster.toml"] {
        fs::copy(case.join(file), folder.path().join("pipeline").join(file)).unwrap();
    }
    let plan = folder.path().join("pipeline/pipeline.toml");
    let text = fs::read_to_string(&plan).unwrap() + limits;
    fs::write(&plan, text).unwrap();
    fs::write(
        folder.path().join("in/2020/A_roster.csv"),
        format!("code,name,homes,area,filled\n{rows}"),
    )
    .unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(["run", "pipeline", "--input", "in", "--output", "out"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        done.status.code().is_some_and(|code| code < 2),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let published = folder.path().join("out/current/extracts/findings.csv");
    // Where nothing was accepted, the tables are withheld.
    let held = folder.path().join("out/withheld/extracts/findings.csv");
    let findings = read_csv(if published.exists() { &published } else { &held });
    (folder, findings)
}

/// Of one kind so many are listed and the others counted; every row is in the account and in quarantine, with its code.
#[test]
fn a_kind_of_finding_is_listed_so_often_and_counted_whole() {
    let bad: String = (0..50).map(|at| format!("{at},n,junk,1,2020-01-01\n")).collect();
    // As many that are sound, or the column as a whole would be the one cause.
    let good: String = (50..100).map(|at| format!("{at},n,1,1,2020-01-01\n")).collect();
    let (folder, findings) = sent("\n[limits]\nfindings = 3\n", &format!("{bad}{good}"));
    let counts: Vec<(&str, &str)> = findings.iter().map(|f| (&*f["row"], &*f["n_affected"])).collect();
    assert_eq!(counts, [("", "47"), ("2", "1"), ("3", "1"), ("4", "1")]);
    assert!(
        findings
            .iter()
            .all(|f| f["code"] == "not-an-integer" && f["severity"] == "hard")
    );
    assert!(findings[0]["message_en"].contains("47 more"), "{findings:?}");
    let submissions = read_csv(&folder.path().join("out/current/extracts/submissions.csv"));
    assert_eq!(
        (&*submissions[0]["rows_quarantined"], &*submissions[0]["rows_accepted"]),
        ("50", "50")
    );
    let held = read_parquet(&folder.path().join("out/current/quarantine/roster/2020/N.parquet"));
    assert_eq!(held.len(), 50);
    assert!(held.iter().all(|row| row["codes"].text() == Some("not-an-integer")));
}

#[test]
fn a_pipeline_says_how_much_a_file_may_hold() {
    let row = "1,Alder,1,1,2020-01-01\n";
    for (limit, what) in [
        ("rows = 1", "2 rows"),
        ("columns = 4", "5 columns"),
        ("cells = 9", "10 cells"),
        ("cell_bytes = 4", "5 bytes in a cell"),
        ("file_bytes = 20", "51 bytes"),
    ] {
        let (_folder, findings) = sent(&format!("\n[limits]\n{limit}\n"), row);
        assert_eq!((&*findings[0]["code"], &*findings[0]["raw"]), ("file-too-large", what));
    }
}
