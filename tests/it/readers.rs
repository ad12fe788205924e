//! What we publish opens in the tools that people have: duckdb, pandas, polars and pyarrow, without a flag.

use std::path::Path;
use std::process::Command;

#[test]
fn every_table_opens_in_every_tool_and_says_what_it_is() {
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(["run", "--quiet", "--output"])
        .arg(output.path())
        .arg(root.join("pipelines/community-services"))
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "huizong run: {}\n{}",
        run.status,
        String::from_utf8_lossy(&run.stderr)
    );
    let opened = Command::new(python)
        .arg(root.join("tests/setup/open_tables.py"))
        .arg(output.path())
        .output()
        .unwrap();
    assert!(
        opened.status.success(),
        "open_tables.py: {}",
        String::from_utf8_lossy(&opened.stderr)
    );
}
