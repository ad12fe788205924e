//! Submissions and releases in an object store: the same bytes as on a disk, whatever fails on the way.

mod commands;
mod faults;
mod jobs;
mod long_files;
mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use server::{Server, moto, seaweedfs};

use crate::support::{World, contents, measures, python, root, said, shipped, undated};

/// A bucket, as one machine sees it through a port.
#[derive(Clone)]
struct Bucket {
    name: String,
    port: u16,
}

impl Bucket {
    fn new(server: &Server, name: &str) -> Bucket {
        let bucket = Bucket {
            name: name.to_owned(),
            port: server.port,
        };
        bucket.python("s3.create_bucket(Bucket=bucket)", &[]);
        bucket
    }

    /// The same through a proxy.
    fn through(&self, port: u16) -> Bucket {
        Bucket {
            name: self.name.clone(),
            port,
        }
    }

    fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port)),
            ("AWS_ACCESS_KEY_ID", "test-key".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test-secret".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
        ]
    }

    /// Does something with another client of object stores; what it prints.
    fn python(&self, code: &str, args: &[&str]) -> String {
        let lead = "import os, sys, json, boto3\nfrom pathlib import Path\n\
                    s3 = boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'], region_name='us-east-1')\n\
                    bucket, args = sys.argv[1], sys.argv[2:]\n";
        let mut command = Command::new(python());
        command.args(["-c", &format!("{lead}{code}"), &self.name]).args(args);
        let ended = command.envs(self.environment()).output().unwrap();
        assert!(ended.status.success(), "{}", said(&ended));
        String::from_utf8(ended.stdout).unwrap()
    }

    /// Puts every file of a folder below a prefix.
    fn send(&self, folder: &Path, prefix: &str) {
        let code = "root = Path(args[0])\nfor path in root.rglob('*'):\n  if path.is_file():\n    \
                    s3.upload_file(str(path), bucket, args[1] + '/' + path.relative_to(root).as_posix())";
        self.python(code, &[folder.to_str().unwrap(), prefix]);
    }

    /// Every object below a prefix with its bytes, by path.
    fn objects(&self, prefix: &str) -> BTreeMap<String, Vec<u8>> {
        let dir = tempfile::tempdir().unwrap();
        let code = "root, prefix = Path(args[0]), args[1] + '/'\n\
                    for page in s3.get_paginator('list_objects_v2').paginate(Bucket=bucket, Prefix=prefix):\n  \
                    for one in page.get('Contents', []):\n    target = root / one['Key'][len(prefix):]\n    \
                    target.parent.mkdir(parents=True, exist_ok=True)\n    \
                    target.write_bytes(s3.get_object(Bucket=bucket, Key=one['Key'])['Body'].read())";
        self.python(code, &[dir.path().to_str().unwrap(), prefix]);
        contents(dir.path())
    }

    /// The release that `current` names, and its files.
    fn current(&self) -> (String, BTreeMap<String, Vec<u8>>) {
        let objects = self.objects("out");
        let current: serde_json::Value = serde_json::from_slice(&objects["current"]).unwrap();
        let id = current["release"].as_str().unwrap().to_owned();
        let folder = format!("releases/{id}/");
        let files = objects.into_iter();
        let files = files.filter_map(|(path, bytes)| Some((path.strip_prefix(&folder)?.to_owned(), bytes)));
        (id.clone(), files.collect())
    }

    fn address(&self, path: &str) -> String {
        format!("s3://{}/{path}", self.name)
    }
}

/// A machine with a folder for its working copies.
struct Machine {
    cache: tempfile::TempDir,
}

impl Machine {
    fn new() -> Machine {
        Machine {
            cache: tempfile::tempdir().unwrap(),
        }
    }

    /// What runs keep, in the working copy of the only output.
    fn state(&self) -> std::path::PathBuf {
        let copies = walkdir::WalkDir::new(self.cache.path()).into_iter();
        let mut places = copies.map(|entry| entry.unwrap().into_path());
        places.find(|path| path.ends_with("output/state")).unwrap()
    }

    fn command(&self, bucket: &Bucket, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
        command.args(args).env("LC_ALL", "C").env_remove("COLUMNS");
        command.env("HUIZONG_CACHE_DIR", self.cache.path());
        command.env("HUIZONG_STORE_RETRY_SECONDS", "5");
        command.envs(bucket.environment());
        command
    }

    fn huizong(&self, bucket: &Bucket, args: &[&str]) -> Output {
        self.command(bucket, args).output().unwrap()
    }

    /// What a command prints, which must succeed.
    fn done(&self, bucket: &Bucket, args: &[&str]) -> String {
        let ended = self.huizong(bucket, args);
        assert_eq!(ended.status.code(), Some(0), "{args:?}: {}", said(&ended));
        String::from_utf8(ended.stdout).unwrap()
    }

    /// A run of a pipeline on what the bucket has.
    fn running(&self, bucket: &Bucket, pipeline: &Path, more: &[&str]) -> Command {
        let (input, output) = (bucket.address("in"), bucket.address("out"));
        let pipeline = pipeline.to_str().unwrap();
        let args = ["run", pipeline, "--input", &input, "--output", &output];
        self.command(bucket, &[&args, more].concat())
    }

    /// The same, to its end.
    fn run(&self, bucket: &Bucket, pipeline: &Path, more: &[&str]) -> Output {
        self.running(bucket, pipeline, more).output().unwrap()
    }
}

/// Two counties, of which each has sent a number.
fn small() -> World {
    World::counties(&["2020"])
        .form(
            "roster",
            "unit = 'county'\nkey = ['area']\nfiles = ['{period}/{county}.csv']",
            "area | division_code | Area | level = 'county'; required = true\nn | integer | N",
        )
        .defined("measures.toml", measures("n | roster | n"))
        .sent("2020/130102.csv", "Area,N\n130102,1\n")
        .sent("2020/130104.csv", "Area,N\n130104,2\n")
}

fn sample_has_the_same_bytes(server: &Server) {
    let bucket = Bucket::new(server, "sample");
    bucket.send(&root().join("sample_data/submissions"), "in");
    let machine = Machine::new();
    let pipeline = crate::support::community_services();
    let ended = machine.run(&bucket, &pipeline, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    let (id, files) = bucket.current();
    let local = shipped().output.join("releases").join(&id);
    assert_eq!(undated(files), undated(contents(&local)));
    let told = said(&ended);
    assert!(told.contains(&bucket.address("out")), "{told}");
    assert!(!told.contains("test-secret"));
    let all = bucket.objects("out");
    let with_secret = all
        .iter()
        .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("test-secret"));
    assert_eq!(with_secret.count(), 0);

    // Nothing has changed: nothing is published, by this machine or another.
    let journal = |objects: &BTreeMap<String, Vec<u8>>| objects["runs.parquet"].len();
    for machine in [&machine, &Machine::new()] {
        let ended = machine.run(&bucket, &pipeline, &[]);
        assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
        assert!(said(&ended).contains("Nothing has changed since"), "{}", said(&ended));
    }
    assert_eq!(bucket.current().0, id);
    assert!(journal(&bucket.objects("out")) > journal(&all), "each run is noted");
}

#[test]
fn the_sample_has_the_same_bytes_in_seaweedfs() {
    sample_has_the_same_bytes(seaweedfs());
}

#[test]
fn the_sample_has_the_same_bytes_in_moto() {
    sample_has_the_same_bytes(moto());
}

#[test]
fn releases_are_listed_compared_tagged_taken_back_and_removed() {
    let (bucket, machine, world) = (Bucket::new(seaweedfs(), "releases"), Machine::new(), small());
    let pipeline = world.path("pipeline");
    let out = bucket.address("out");
    for (n, code) in [(1, 0), (5, 0)] {
        world.put("input/2020/130102.csv", format!("Area,N\n130102,{n}\n"));
        bucket.send(&world.path("input"), "in");
        let ended = machine.run(&bucket, &pipeline, &[]);
        assert_eq!(ended.status.code(), Some(code), "{}", said(&ended));
    }
    let other = Machine::new();
    let listed = other.done(&bucket, &["releases", "--output", &out, "--format", "csv"]);
    assert_eq!(listed.lines().count(), 3, "{listed}");
    let diff = other.huizong(&bucket, &["diff", "--output", &out]);
    assert_eq!(diff.status.code(), Some(1), "{}", said(&diff));
    assert!(said(&diff).contains('5'), "{}", said(&diff));
    let shown = |machine: &Machine, more: &[&str]| {
        let pipeline = pipeline.to_str().unwrap();
        let args = ["show", "facts/roster", pipeline, "--output", &out, "--format", "csv"];
        machine.done(&bucket, &[&args, more].concat())
    };
    assert_ne!(shown(&other, &[]), shown(&other, &["--as-of", "1"]));
    other.done(&bucket, &["tag", "1", "first", "--output", &out]);
    assert!(bucket.objects("out").contains_key("tags/first"));
    let first = shown(&machine, &["--as-of", "first"]);

    other.done(&bucket, &["rollback", "previous", "--yes", "--output", &out]);
    assert!(bucket.current().0.starts_with("000001-"));
    assert_eq!(shown(&machine, &[]), first);
    // Runs publish nothing until somebody says that they may.
    let ended = machine.run(&bucket, &pipeline, &[]);
    assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    assert!(bucket.current().0.starts_with("000001-"));
    other.done(&bucket, &["rollback", "--lift", "--output", &out]);
    other.done(&bucket, &["tag", "--delete", "first", "--output", &out]);
    let objects = bucket.objects("out");
    assert!(!objects.contains_key("hold") && !objects.contains_key("tags/first"));
    let ended = machine.run(&bucket, &pipeline, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert_ne!(shown(&machine, &[]), first);
    machine.done(&bucket, &["gc", pipeline.to_str().unwrap(), "--yes", "--output", &out]);
    let verified = Machine::new();
    let args = [
        "verify",
        pipeline.to_str().unwrap(),
        "--input",
        &bucket.address("in"),
        "--output",
        &out,
    ];
    verified.done(&bucket, &args);
}

#[test]
fn a_signature_is_sent_and_fetched_with_its_release() {
    let (bucket, machine, world) = (Bucket::new(seaweedfs(), "signed"), Machine::new(), small());
    bucket.send(&world.path("input"), "in");
    // The key of RFC 8032, 7.1, test 1.
    world.put(
        "key.pem",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n",
    );
    world.put(
        "pub.pem",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
    );
    let (pipeline, out) = (world.path("pipeline"), bucket.address("out"));
    let (key, public) = (world.path("key.pem"), world.path("pub.pem"));
    let (sign, reader) = (["--sign", key.to_str().unwrap()], Machine::new());
    let verified = || {
        let args = ["verify", "--output", &out, "--signature", public.to_str().unwrap()];
        reader.huizong(&bucket, &args).status.code()
    };
    let run = |machine: &Machine| {
        let ended = machine.run(&bucket, &pipeline, &sign);
        assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
        bucket.current()
    };
    let (first, files) = run(&machine);
    assert_eq!(verified(), Some(0));
    // Another machine finds nothing changed, and signs what it notes of that.
    let (same, confirmed) = run(&Machine::new());
    assert_eq!(first, same);
    assert_ne!(files["manifest.json.sig"], confirmed["manifest.json.sig"]);
    assert_eq!(verified(), Some(0));
    world.put("input/2020/130102.csv", "Area,N\n130102,7\n");
    bucket.send(&world.path("input"), "in");
    assert_ne!(run(&machine).0, first);
    reader.done(&bucket, &["rollback", "1", "--yes", "--output", &out]);
    assert_eq!((bucket.current().0, verified()), (first.clone(), Some(0)));
    // Somebody takes it away: what the reader has fetched before is no proof.
    let code = "s3.delete_object(Bucket=bucket, Key=f'out/releases/{args[0]}/manifest.json.sig')";
    bucket.python(code, &[&first]);
    assert_eq!(verified(), Some(1));
}

#[test]
fn an_object_whose_key_ends_with_a_slash_is_told_unless_it_is_empty() {
    let (bucket, world) = (Bucket::new(moto(), "slashes"), small());
    bucket.send(&world.path("input"), "in");
    let put = |key: &str, text: &str| {
        let code = "s3.put_object(Bucket=bucket, Key=args[0], Body=args[1].encode())";
        bucket.python(code, &[key, text]);
    };
    for key in ["in/", "in/2020/", "in/2020/130104.csv/", "in/2019/"] {
        put(key, "");
    }
    let machine = Machine::new();
    let ended = machine.run(&bucket, &world.path("pipeline"), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    let before = bucket.current();
    for key in [
        "in/",
        "in/2020/",
        "in/2020/130104.csv/",
        "in/2019/",
        "in/2020/130106.csv/",
    ] {
        put(key, "Area,N\n130106,3\n");
        let ended = machine.run(&bucket, &world.path("pipeline"), &[]);
        assert_eq!(ended.status.code(), Some(3), "{key}: {}", said(&ended));
        let told = said(&ended);
        let told = told.replace('\n', " ");
        assert!(
            told.contains(&bucket.address(key.trim_end_matches('/'))),
            "{key}: {told}"
        );
        put(key, "");
    }
    assert_eq!(bucket.current(), before);
}

#[test]
fn of_two_runs_at_one_time_one_publishes_and_one_is_turned_away() {
    let (bucket, world) = (Bucket::new(seaweedfs(), "races"), small());
    bucket.send(&world.path("input"), "in");
    let pipeline = world.path("pipeline");
    let machines: Vec<Machine> = (0..4).map(|_| Machine::new()).collect();
    let codes: Vec<Option<i32>> = std::thread::scope(|scope| {
        let runs: Vec<_> = machines
            .iter()
            .map(|machine| scope.spawn(|| machine.run(&bucket, &pipeline, &[]).status.code()))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(codes.contains(&Some(0)), "{codes:?}");
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 4))), "{codes:?}");
    let releases: Vec<String> = bucket
        .objects("out")
        .into_keys()
        .filter(|path| path.ends_with("/manifest.json"))
        .collect();
    assert_eq!(releases.len(), 1, "{releases:?}");
}

#[test]
fn a_wrong_address_is_told_with_what_to_do() {
    let (bucket, machine, world) = (Bucket::new(seaweedfs(), "addresses"), Machine::new(), small());
    bucket.send(&world.path("input"), "in");
    let pipeline = world.path("pipeline");
    let pipeline = pipeline.to_str().unwrap();
    let run = |input: &str, output: &str| {
        let ended = machine.huizong(&bucket, &["run", pipeline, "--input", input, "--output", output]);
        (ended.status.code(), said(&ended))
    };
    let (there, out) = (bucket.address("in"), bucket.address("out"));
    for (input, output, code, word) in [
        (bucket.address("no"), out.clone(), 2, "no object lies below"),
        ("ftp://host/x".into(), out.clone(), 2, "scheme"),
        ("s3://key:test-secret@b/x".into(), out.clone(), 2, "environment"),
        (
            there.clone(),
            format!("{there}/out"),
            2,
            "lies in the folder of submissions",
        ),
        ("s3://no-such-bucket/in".into(), out.clone(), 3, "no-such-bucket"),
        (there.clone(), "memory:///out".into(), 2, "scheme"),
    ] {
        let (found, told) = run(&input, &output);
        assert_eq!(found, Some(code), "{input} {output}: {told}");
        assert!(told.contains(word) && !told.contains("test-secret"), "{told}");
    }
    // What lies at the address of the output is somebody else's.
    bucket.python("s3.put_object(Bucket=bucket, Key='out/current', Body=b'a report')", &[]);
    let (code, told) = run(&there, &out);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("is not what huizong wrote there"), "{told}");
}

#[test]
fn an_output_whose_bucket_is_not_there_is_told_at_once() {
    let (bucket, machine, world) = (Bucket::new(moto(), "mistyped"), Machine::new(), small());
    bucket.send(&world.path("input"), "in");
    let pipeline = world.path("pipeline");
    let args = ["run", pipeline.to_str().unwrap(), "--input", &bucket.address("in")];
    let begun = std::time::Instant::now();
    let mut command = machine.command(&bucket, &[&args[..], &["--output", "s3://mistypd/out"]].concat());
    let ended = command.env("HUIZONG_STORE_RETRY_SECONDS", "600").output().unwrap();
    let told = said(&ended).replace('\n', " ");
    assert_eq!(ended.status.code(), Some(3), "{told}");
    assert!(told.contains("cannot write s3://mistypd/out/lock"), "{told}");
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn a_report_is_opened_and_an_output_without_a_release_is_named_by_its_address() {
    let (bucket, machine, world) = (Bucket::new(moto(), "opened"), Machine::new(), small());
    bucket.send(&world.path("input"), "in");
    let (pipeline, out) = (world.path("pipeline"), bucket.address("out"));
    let pipeline = pipeline.to_str().unwrap();
    for command in [&["open"][..], &["show", "reporting"]] {
        let empty = machine.huizong(&bucket, &[command, &[pipeline, "--output", &out]].concat());
        assert_eq!(empty.status.code(), Some(2), "{}", said(&empty));
        assert!(
            said(&empty).contains(&format!("no release in {out}")),
            "{}",
            said(&empty)
        );
    }
    let ended = machine.run(&bucket, &world.path("pipeline"), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    let reader = Machine::new();
    let mut command = reader.command(&bucket, &["open", pipeline, "--output", &out]);
    let opened = command
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    assert_eq!(opened.status.code(), Some(0), "{}", said(&opened));
    let page = String::from_utf8(opened.stdout).unwrap();
    assert_eq!(
        std::fs::read(page.trim_end()).unwrap(),
        bucket.current().1["report.html"]
    );
}

#[test]
fn the_page_on_object_stores_reads_a_release() {
    let (bucket, machine, world) = (Bucket::new(seaweedfs(), "readers"), Machine::new(), small());
    bucket.send(&world.path("input"), "in");
    let ended = machine.run(&bucket, &world.path("pipeline"), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    let page = std::fs::read_to_string(root().join("docs/object-store.md")).unwrap();
    let blocks: Vec<&str> = page
        .split("```")
        .filter_map(|block| block.strip_prefix("python\n"))
        .collect();
    assert_eq!(blocks.len(), 4);
    let code = blocks
        .join("\n")
        .replace("indicators.parquet", "reporting.parquet")
        .replace("area_code, value", "area_code, expected");
    let code = code.replace("ministry/published", "readers/out")
        + "\nprint(len(figures), len(frame), figures.columns == list(frame.columns))";
    let told = bucket.python(&code, &[]);
    let rows = world.publish(&[]).join("current/tables/reporting.parquet");
    let rows = crate::support::read_parquet(&rows).len();
    assert_eq!(
        told.lines().last(),
        Some(format!("{rows} {rows} True").as_str()),
        "{told}"
    );
}
