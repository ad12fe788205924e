//! Where an engine fails, the run does: with one message, exit code 3, and the current release as it was.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use super::{DIFFICULT, huizong, with_engine};
use crate::support::{World, contents, python, said};

/// A published release whose next run is to have its rows summed by an engine.
fn published(cube: &str) -> World {
    let world = with_engine(&DIFFICULT.path("pipeline"), "'embedded'");
    crate::support::copy_folder(&DIFFICULT.path("input"), &world.path("input"));
    let world = world.published();
    let text = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    world.put("pipeline/pipeline.toml", text.replace("'embedded'", cube));
    world.put(
        "input/2018/N_a.csv",
        "Code,Visitor,N,Big,Times,Money,Open,Kind\nA,1,1,1,1,1,yes,\n",
    );
    world
}

fn command(world: &World, lang: &str) -> Command {
    let [pipeline, input, output] = ["pipeline", "input", "output"].map(|name| world.path(name));
    let args = [
        "run",
        "--lang",
        lang,
        "--input",
        input.to_str().unwrap(),
        "--output",
        output.to_str().unwrap(),
    ];
    huizong(&[&args[..], &[pipeline.to_str().unwrap()]].concat())
}

/// Runs it, which must fail and leave the current release as it was.
fn failed(world: &World, command: &mut Command) -> String {
    let current = || contents(&fs::canonicalize(world.output().join("current")).unwrap());
    let before = current();
    let ended: Output = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(3), "{}", said(&ended));
    assert!(current() == before, "the current release has changed");
    let left = fs::read_dir(world.output())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left
        .filter(|name| name.to_string_lossy().starts_with(".staging"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    said(&ended)
}

/// An interpreter that runs this instead of the client.
fn interpreter(world: &World, script: &str) -> PathBuf {
    let path = world.path("python");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A client whose answer is the one of DuckDB, with this done to it.
fn altered(world: &World, change: &str) -> PathBuf {
    let code = format!(
        "import sys, pyarrow.parquet as parquet, pyarrow as pa, pyarrow.compute as pc\n\
         original = parquet.write_table\n\
         def other(table, *args, **named):\n    {change}\n    return original(table, *args, **named)\n\
         parquet.write_table = other\n\
         exec(sys.argv[1])"
    );
    let file = world.path("altered.py");
    fs::write(&file, code).unwrap();
    let real = python();
    interpreter(world, &format!("exec '{}' '{}' \"$2\"", real.display(), file.display()))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn an_engine_that_nobody_has_started_is_told_in_both_languages() {
    for kind in ["spark_connect = 'sc", "flight_sql = 'grpc"] {
        let port = free_port();
        let world = published(&format!("{{ {kind}://127.0.0.1:{port}' }}"));
        let told = failed(&world, &mut command(&world, "en"));
        assert!(
            told.contains(&format!(
                "://127.0.0.1:{port} cannot be reached: ConnectionRefusedError"
            )),
            "{told}"
        );
        assert!(told.contains("hint: check that the server runs"), "{told}");
        let told = failed(&world, &mut command(&world, "zh"));
        assert!(
            told.contains("无法连接") && told.contains("提示：请检查服务是否运行"),
            "{told}"
        );
    }
}

#[test]
fn an_engine_that_accepts_and_never_answers_holds_no_run_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for kind in ["spark_connect = 'sc", "flight_sql = 'grpc"] {
        let world = published(&format!("{{ {kind}://127.0.0.1:{port}' }}"));
        let begun = Instant::now();
        let told = failed(&world, command(&world, "en").env("HUIZONG_ENGINE_CONNECT_SECONDS", "4"));
        assert!(told.contains("cannot be reached"), "{told}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    }
}

#[test]
fn an_output_folder_that_is_a_pattern_to_the_engine_is_refused() {
    let world = published("{ spark_connect = 'sc://127.0.0.1:1' }");
    let output = world.path("out [1]");
    for (lang, words) in [("en", "for a pattern"), ("zh", "当作模式")] {
        let args = [
            "run",
            "--lang",
            lang,
            "--input",
            "input",
            "--output",
            output.to_str().unwrap(),
            "pipeline",
        ];
        let ended = huizong(&args).current_dir(world.path("")).output().unwrap();
        assert_eq!(ended.status.code(), Some(3), "{}", said(&ended));
        assert!(said(&ended).contains(words), "{}", said(&ended));
    }
}

#[test]
fn a_token_that_the_client_repeats_is_told_and_kept_nowhere() {
    let world = published("'duckdb'");
    let told_with = |python: &Path, variable: &str, words: &str| {
        let mut command = command(&world, "en");
        command.env("HUIZONG_PYTHON", python).env(variable, "secret-word");
        let told = failed(&world, &mut command);
        assert!(told.contains(words) && !told.contains("secret-word"), "{told}");
        for (path, bytes) in contents(&world.output()) {
            assert!(!String::from_utf8_lossy(&bytes).contains("secret-word"), "{path}");
        }
    };
    for variable in ["HUIZONG_ENGINE_TOKEN", "SPARK_CONNECT_AUTHENTICATE_TOKEN"] {
        let raised = format!("import os; raise RuntimeError('Bearer ' + os.environ['{variable}'])");
        told_with(&altered(&world, &raised), variable, "RuntimeError: Bearer …");
        let printed = interpreter(&world, &format!("echo \"refused: Bearer ${variable}\" >&2; exit 9"));
        told_with(&printed, variable, "ended without an answer: refused: Bearer …");
    }
}

#[test]
fn python_that_is_not_there_and_one_without_the_client_are_told() {
    let world = published("'duckdb'");
    let told = failed(&world, command(&world, "en").env("HUIZONG_PYTHON", "/no/such/python"));
    assert!(
        told.contains("`/no/such/python` cannot be started, which runs the client of DuckDB"),
        "{told}"
    );
    assert!(told.contains("name an interpreter in HUIZONG_PYTHON"), "{told}");
    let told = failed(&world, command(&world, "zh").env("HUIZONG_PYTHON", "/no/such/python"));
    assert!(told.contains("无法启动 `/no/such/python`"), "{told}");

    // Without packages of its own, an interpreter has none.
    let bare = interpreter(&world, &format!("exec '{}' -S -E \"$@\"", python().display()));
    let told = failed(&world, command(&world, "en").env("HUIZONG_PYTHON", &bare));
    assert!(told.contains("lacks the package pyarrow"), "{told}");
    assert!(told.contains("hint: install it with the pip"), "{told}");
}

#[test]
fn a_client_that_ends_early_is_told_with_its_last_words() {
    let world = published("'duckdb'");
    let ended = interpreter(&world, "echo 'out of memory' >&2; exit 9");
    let told = failed(&world, command(&world, "en").env("HUIZONG_PYTHON", &ended));
    assert!(
        told.contains("the client of DuckDB ended without an answer: out of memory"),
        "{told}"
    );
    let babbling = interpreter(&world, "echo what");
    let told = failed(&world, command(&world, "en").env("HUIZONG_PYTHON", &babbling));
    assert!(told.contains("ended without an answer"), "{told}");
}

#[test]
fn an_interpreter_that_hangs_holds_no_run_up() {
    let world = published("'duckdb'");
    // What it leaves behind holds its standard error open.
    for (script, expected) in [
        (
            "sleep 60 & echo 'out of memory' >&2; exit 9",
            "ended without an answer: out of memory",
        ),
        ("exec sleep 60", "no answer within 2 seconds"),
    ] {
        let python = interpreter(&world, script);
        let begun = Instant::now();
        let mut command = command(&world, "en");
        command
            .env("HUIZONG_PYTHON", &python)
            .env("HUIZONG_ENGINE_CONNECT_SECONDS", "2");
        let told = failed(&world, &mut command);
        assert!(told.contains(expected), "{told}");
        assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    }
}

#[test]
fn a_query_that_is_refused_is_told_with_its_form() {
    let world = published("'duckdb'");
    let file = world.path("refuse.py");
    // Another program is looked up in a folder that is gone.
    fs::write(
        &file,
        "import sys, duckdb\nconnect = duckdb.connect\n\
                      def without_files(config):\n    opened = connect(config=config)\n    opened.execute(\"SET disabled_filesystems = 'LocalFileSystem'\")\n    return opened\n\
                      duckdb.connect = without_files\nexec(sys.argv[1])",
    )
    .unwrap();
    let python = interpreter(
        &world,
        &format!("exec '{}' '{}' \"$2\"", python().display(), file.display()),
    );
    let told = failed(&world, command(&world, "en").env("HUIZONG_PYTHON", &python));
    assert!(
        told.contains("DuckDB did not sum the rows of form `visits`: PermissionException"),
        "{told}"
    );
    let told = failed(&world, command(&world, "zh").env("HUIZONG_PYTHON", &python));
    assert!(told.contains("DuckDB 未能汇总表式 `visits` 的各行"), "{told}");
}

#[test]
fn an_answer_that_cannot_be_right_is_not_believed() {
    let world = published("'duckdb'");
    let text = |column: &str| format!("table.schema.get_field_index('{column}'), '{column}'");
    for (change, fault) in [
        (
            "table = table.drop_columns(['records'])".to_owned(),
            "the column `records` is missing",
        ),
        (
            format!(
                "table = table.set_column({}, table['records'].cast(pa.string()))",
                text("records")
            ),
            "`records` is not of type Int64",
        ),
        (
            format!(
                "table = table.set_column({}, pa.nulls(len(table), pa.string()))",
                text("area_code")
            ),
            "`area_code` is null in a row",
        ),
        (
            "table = pa.concat_tables([table, table.slice(0, 1)])".to_owned(),
            "is there twice",
        ),
        ("table = table.slice(1)".to_owned(), ", of which there are"),
        (
            format!(
                "table = table.set_column({}, pa.array(['2019'] * len(table)))",
                text("period")
            ),
            "of a period `2019`",
        ),
        (
            format!(
                "table = table.set_column({}, pc.negate(table['records']))",
                text("records")
            ),
            "is no number of records",
        ),
        (
            format!(
                "table = table.set_column({}, pc.add(table['kind member'], 70000))",
                text("kind member")
            ),
            "no member has the number",
        ),
        ("open(args[0], 'w').write('no Parquet'); return".to_owned(), "Parquet"),
    ] {
        let python = altered(&world, &change);
        let told = failed(&world, command(&world, "en").env("HUIZONG_PYTHON", &python));
        assert!(
            told.contains("the sums of form `visits` that DuckDB gave"),
            "{change}: {told}"
        );
        assert!(told.contains(fault), "{change}: {told}");
    }
    // The same run, once the engine is itself again.
    assert_eq!(command(&world, "en").output().unwrap().status.code(), Some(0));
}

#[test]
fn a_run_that_is_killed_takes_its_client_along() {
    let world = published("'duckdb'");
    let marks = world.path("marks");
    fs::create_dir(&marks).unwrap();
    let file = world.path("waiting.py");
    let code = "import sys, os, time, duckdb\nopen(sys.argv[2] + '/' + str(os.getpid()), 'w').close()\n\
                duckdb.connect = lambda: time.sleep(600)\nexec(sys.argv[1])";
    fs::write(&file, code).unwrap();
    let script = format!(
        "exec '{}' '{}' \"$2\" '{}'",
        python().display(),
        file.display(),
        marks.display()
    );
    let python = interpreter(&world, &script);
    let mut running = command(&world, "en").env("HUIZONG_PYTHON", &python).spawn().unwrap();
    let client = waited(|| fs::read_dir(&marks).unwrap().next()).unwrap().file_name();
    running.kill().unwrap();
    running.wait().unwrap();
    let process = Path::new("/proc").join(client);
    let is_gone = || {
        fs::read_to_string(process.join("stat"))
            .map_or(true, |stat| stat.contains(") Z "))
            .then_some(())
    };
    waited(is_gone);
}

fn waited<T>(look: impl Fn() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "nothing happens");
        std::thread::sleep(Duration::from_millis(50));
    }
}
