//! What we publish opens in the tools that people have: duckdb, pandas, polars and pyarrow, without a flag.

use std::path::Path;
use std::process::Command;

fn opens(pipeline: &str, recompute: &[&str]) {
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(["run", "--quiet", "--output"])
        .arg(output.path())
        .arg(root.join(pipeline))
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "huizong run: {}\n{}",
        run.status,
        String::from_utf8_lossy(&run.stderr)
    );
    let script = root.join("tests/setup/open_tables.py");
    let opened = Command::new(python)
        .arg(script)
        .arg(output.path())
        .args(recompute)
        .output()
        .unwrap();
    assert!(
        opened.status.success(),
        "open_tables.py: {}",
        String::from_utf8_lossy(&opened.stderr)
    );
}

#[test]
fn every_table_of_the_shipped_pipeline_opens_and_says_what_it_is() {
    opens("pipelines/community-services", &["--recompute"]);
}

#[test]
fn a_form_that_brings_the_code_of_its_partition_is_described_as_it_is() {
    opens("tests/cases/plain-codes/pipeline", &[]);
}
