//! Standard output and standard error that cannot be written: a run still ends as it would, and nothing panics.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use crate::support::World;

/// Where a channel leads.
#[derive(Clone, Copy, Debug, PartialEq)]
enum To {
    /// Somebody reads it.
    Reader,
    /// A full disk.
    Full,
    /// A pipe whose reader has gone away.
    Closed,
}

impl To {
    fn stdio(self) -> Stdio {
        match self {
            To::Reader => Stdio::piped(),
            To::Full => File::options().write(true).open("/dev/full").unwrap().into(),
            To::Closed => std::io::pipe().unwrap().1.into(),
        }
    }
}

/// The exit code, and what could be read of both channels.
fn ended(args: &[&str], (out, err): (To, To)) -> (i32, String, String) {
    let ended = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(args)
        .env("LC_ALL", "C")
        .stdout(out.stdio())
        .stderr(err.stdio())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        ended.status.code().expect("no signal ended it"),
        text(ended.stdout),
        text(ended.stderr),
    )
}

const ALL: [To; 3] = [To::Reader, To::Full, To::Closed];

fn world() -> World {
    World::counties(&["2020"])
        .form(
            "people",
            "unit = 'county'\nkey = ['area']\nfiles = ['{period}/{county}.csv']",
            "area | division_code | 代码 | level = 'county'; required = true\npeople | integer | 人数 | required = true",
        )
        .sent("2020/130102.csv", "代码,人数\n130102,100\n")
}

#[test]
fn a_run_publishes_and_ends_with_its_own_code_whatever_can_be_written() {
    for out in ALL {
        for err in ALL {
            for format in ["text", "json"] {
                let world = world();
                let paths = ["pipeline", "input", "output"].map(|name| world.path(name).to_str().unwrap().to_owned());
                let args = [
                    "run",
                    &paths[0],
                    "--input",
                    &paths[1],
                    "--output",
                    &paths[2],
                    "--log-format",
                    format,
                    // A warning goes to standard error.
                    "--as-of",
                    "2199-01-01",
                ];
                let (code, said, told) = ended(&args, (out, err));
                assert_eq!(code, 0, "{out:?} {err:?} {format}: {said}{told}");
                assert!(world.output().join("current/manifest.json").is_file());
                if (out, err) == (To::Full, To::Reader) {
                    assert!(told.contains("cannot write to standard output"), "{told}");
                }
                // What goes wrong is told as far as it can be.
                fs::remove_dir_all(world.path("input")).unwrap();
                let (code, _, told) = ended(&args, (out, err));
                assert_eq!(code, 2, "{told}");
            }
        }
    }
}

#[test]
fn output_that_a_command_exists_for_must_be_written() {
    let world = world().published();
    let (pipeline, output) = (world.path("pipeline"), world.output());
    let (pipeline, output) = (pipeline.to_str().unwrap(), output.to_str().unwrap());
    let broken = World::of(&world.path("pipeline")).defined("measures.toml", "[[measure]]\nid = 3\n");
    let broken = broken.path("pipeline");
    let commands: [(&[&str], i32); 7] = [
        (&["--help"], 0),
        (&["run", "--version"], 0),
        (&["check", pipeline], 0),
        (&["status", pipeline, "--output", output], 0),
        (&["explain"], 0),
        (&["explain", "no-such-code"], 2),
        (&["check", broken.to_str().unwrap()], 2),
    ];
    for (args, code) in commands {
        for err in ALL {
            let with = |out| ended(args, (out, err));
            let (read, said, told) = with(To::Reader);
            assert_eq!(read, code, "{args:?}: {said}{told}");
            // A reader that has gone away wants no more; a full disk loses what was asked for.
            assert_eq!(with(To::Closed).0, code, "{args:?}");
            let lost = if code == 0 { 3 } else { code };
            assert_eq!(with(To::Full).0, lost, "{args:?}");
        }
    }
    assert_eq!(ended(&["run", "--quite"], (To::Reader, To::Full)).0, 2);
    assert_eq!(ended(&["run", "--quite", "--lang", "zh"], (To::Reader, To::Full)).0, 2);
    assert_eq!(
        ended(&["run", "--quite", "--log-format", "json"], (To::Reader, To::Full)).0,
        2
    );
}
