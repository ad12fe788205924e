//! Sums by engines beside huizong: the same bytes as by the one within, and what is said where they fail.

mod cases;
mod duckdb;
mod failures;
mod sail;
mod spark;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use crate::support::{Started, World, community_services, contents, python, root, said, shipped, started, undated};

/// A server, and its port.
struct Server {
    port: u16,
    _dir: tempfile::TempDir,
    _child: Started,
}

impl Server {
    fn start(kind: &str) -> Server {
        let dir = tempfile::tempdir().unwrap();
        let (child, port) = started("tests/setup/engine_server.py", &[kind, dir.path().to_str().unwrap()]);
        Server {
            port,
            _dir: dir,
            _child: child,
        }
    }

    /// `cube` of a pipeline that uses it.
    fn spark_connect(&self) -> String {
        format!("{{ spark_connect = 'sc://127.0.0.1:{}' }}", self.port)
    }

    fn flight_sql(&self) -> String {
        format!("{{ flight_sql = 'grpc://127.0.0.1:{}' }}", self.port)
    }
}

/// A pipeline whose rows are summed by an engine; as an example of where `[engine]` may stand, at its end.
fn with_engine(pipeline: &Path, cube: &str) -> World {
    World::of(pipeline).extended("pipeline.toml", &format!("\n[engine]\ncube = {cube}\n"))
}

fn huizong(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    command.args(args).env("LC_ALL", "C").env_remove("COLUMNS");
    command.env("HUIZONG_PYTHON", python());
    command
}

fn run(pipeline: &Path, input: &Path, output: &Path) -> Output {
    let [pipeline, input, output] = [pipeline, input, output].map(|path| path.to_str().unwrap());
    let args = [
        "run",
        pipeline,
        "--input",
        input,
        "--output",
        output,
        "--log-format",
        "json",
    ];
    huizong(&args).output().unwrap()
}

/// The release in an output folder: every file that is not dated, and what the manifest says of the definition.
fn release(output: &Path) -> (std::collections::BTreeMap<String, Vec<u8>>, String, String) {
    let folder = std::fs::canonicalize(output.join("current")).unwrap();
    let files = contents(&folder);
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let definition = manifest["definition_sha256"].as_str().unwrap().to_owned();
    (
        undated(files),
        definition,
        folder.file_name().unwrap().to_string_lossy().into_owned(),
    )
}

/// Both releases are the same, byte by byte, and nothing is said of the engine.
fn same_release(embedded: &Path, external: &Path) {
    let (files, definition, id) = release(external);
    let (expected, of_embedded, embedded_id) = release(embedded);
    let differing: Vec<&String> = (expected.keys().chain(files.keys()))
        .filter(|path| expected.get(*path) != files.get(*path))
        .collect();
    assert!(differing.is_empty(), "{differing:?}");
    assert_eq!((definition, id), (of_embedded, embedded_id));
}

/// The shipped sample has the same bytes by an engine, into an output folder of this name.
fn sample_has_the_same_bytes(cube: &str, output: &str) {
    let world = with_engine(&community_services(), cube);
    let (pipeline, input) = (world.path("pipeline"), root().join("sample_data/submissions"));
    let output = world.path(output);
    let ended = run(&pipeline, &input, &output);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert!(
        said(&ended).contains("asking the engine for the sums"),
        "{}",
        said(&ended)
    );
    same_release(&shipped().output, &output);
    let leftovers = std::fs::read_dir(&output)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let leftovers: Vec<_> = leftovers
        .filter(|name| name.to_string_lossy().starts_with(".staging"))
        .collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
}

/// A small world of difficult values, by the engine within.
static DIFFICULT: LazyLock<World> = LazyLock::new(|| cases::difficult().published());

/// The same by an engine.
fn difficult_values_have_the_same_bytes(cube: &str) {
    let world = with_engine(&DIFFICULT.path("pipeline"), cube);
    let ended = run(&world.path("pipeline"), &DIFFICULT.path("input"), &world.output());
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert!(
        said(&ended).contains("\"partitions_summed_within\":1"),
        "{}",
        said(&ended)
    );
    same_release(&DIFFICULT.output(), &world.output());
}
