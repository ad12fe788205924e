//! `huizong status`, `trace`, `headers` and `show`, run as a user runs them on what was published from the sample.

mod headers;
mod show;
mod status;
mod trace;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use crate::support::{Row, community_services, contents, huizong, root, run, said};

/// One period of the sample, published once for all tests.
static PUBLISHED: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools");
    if output.exists() {
        fs::remove_dir_all(&output).unwrap();
    }
    let input = root().join("sample_data/submissions");
    let (code, text) = run(&community_services(), &input, &output, &["--period", "2020", "--quiet"]);
    assert_eq!(code, 0, "{text}");
    output
});

/// What a command prints; it must succeed.
fn printed(args: &[&str]) -> String {
    let mut all: Vec<&str> = args.to_vec();
    all.extend(["--output", PUBLISHED.to_str().unwrap()]);
    let ended = huizong(all);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    String::from_utf8(ended.stdout).unwrap()
}

/// A command that must fail with this code: what it complains of.
fn complaint(args: &[&str], code: i32) -> String {
    let ended = huizong(args);
    assert_eq!(ended.status.code(), Some(code), "{}", said(&ended));
    assert!(ended.stdout.is_empty(), "{}", said(&ended));
    String::from_utf8(ended.stderr).unwrap()
}

fn dir() -> String {
    community_services().to_str().unwrap().to_owned()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].number().unwrap_or_default()
}

#[test]
fn what_is_unknown_is_told_with_its_neighbours() {
    let output = PUBLISHED.to_str().unwrap();
    let dir = dir();
    let trace = |indicator: &str, area: &str, period: &str| {
        complaint(
            &[
                "trace",
                indicator,
                "--area",
                area,
                "--period",
                period,
                "--pipeline",
                &dir,
                "--output",
                output,
            ],
            2,
        )
    };
    let text = trace("rural_facility_coverag", "000000", "2020");
    assert!(text.contains("did you mean rural_facility_coverage"), "{text}");
    let text = trace("rural_facility_coverage", "13000", "2020");
    assert!(
        text.contains("there is no area 13000") && text.contains("130000 河北省"),
        "{text}"
    );
    let text = trace("nope", "000000", "2020");
    assert!(
        !text.contains("did you mean") && text.contains("tables/indicators.parquet"),
        "{text}"
    );
    let text = trace("rural_facility_coverage", "nowhere", "2020");
    assert!(
        !text.contains("did you mean") && text.contains("tables/areas.parquet"),
        "{text}"
    );
    let text = trace("rural_facility_coverage", "000000", "2019");
    assert!(text.contains("2015, 2018, 2020"), "{text}");
    let text = trace("rural_facility_coverage", "130102", "2020");
    assert!(
        text.contains("no figure of rural_facility_coverage for 130102"),
        "{text}"
    );
    let text = trace("rural_facility_coverage", "朝阳区", "2020");
    assert!(
        text.contains("2 areas are called 朝阳区")
            && text.contains("110105 朝阳区 (北京市)")
            && text.contains("220104"),
        "{text}"
    );
    let text = complaint(
        &[
            "headers",
            "--form",
            "communitys",
            "--pipeline",
            &dir,
            "--output",
            output,
        ],
        2,
    );
    assert!(text.contains("did you mean communities"), "{text}");
    let nowhere = tempfile::tempdir().unwrap();
    for command in [
        &["status", &dir][..],
        &["status", "--pipeline", &dir],
        &["headers", &dir],
        &["headers", "--pipeline", &dir],
        &["trace", "nope", &dir, "--area", "000000", "--period", "2020"],
        &["show", "indicators", &dir],
        &["show", "indicators", "--pipeline", &dir],
    ] {
        let text = complaint(&[command, &["--output", nowhere.path().to_str().unwrap()]].concat(), 2);
        assert!(
            text.contains("there is no release") && text.contains("huizong run"),
            "{text}"
        );
    }
    assert_eq!(
        fs::read_dir(nowhere.path()).unwrap().count(),
        0,
        "looking must not write"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure_and_nothing_is_written() {
    let before = contents(&PUBLISHED);
    let trace = "trace rural_facility_coverage --area 000000 --period 2020 --top all";
    for command in [trace, "show indicators --limit 0", "show indicators --format csv"] {
        goes_away(command);
    }
    printed(&["headers", "--pipeline", &dir()]);
    printed(&["status", &dir(), "--counties"]);
    printed(&["show", "indicators", &dir(), "--wide", "--limit", "0"]);
    assert!(contents(&PUBLISHED) == before, "looking changed the output");
}

/// Reads the beginning of what a command prints.
fn goes_away(command: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(command.split(' '))
        .args(["--pipeline", &dir()])
        .args(["--output", PUBLISHED.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert!(ended.stderr.is_empty(), "{}", said(&ended));
}
