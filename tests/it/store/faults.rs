//! What fails between a machine and a store: it is tried again, and where that does not help, `current` is as it was.

use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Bucket, Machine, moto, seaweedfs, small};
use crate::support::{Started, World, said, started};

/// Lets requests to a bucket fail as `plan` says: see `store_proxy.py`.
pub(super) fn failing(bucket: &Bucket, plan: &str) -> (Started, Bucket) {
    let upstream = bucket.port.to_string();
    let (proxy, port) = started("tests/setup/store_proxy.py", &[&upstream, plan]);
    (proxy, bucket.through(port))
}

#[test]
fn what_fails_for_a_while_is_tried_again() {
    for (at, (what, plan)) in [
        ("busy", r#"[{"fault": "503", "times": 6}]"#),
        (
            "torn downloads",
            r#"[{"fault": "cut", "method": "GET", "path": "/in/|/state/", "times": 2}]"#,
        ),
        ("lost answers", r#"[{"fault": "lose", "method": "PUT", "times": 3}]"#),
        (
            "the lost answer of the last step",
            r#"[{"fault": "lose", "method": "PUT", "path": "/out/current", "times": 1},
                {"fault": "lose", "method": "PUT", "path": "/out/lock", "times": 1}]"#,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let bucket = Bucket::new(seaweedfs(), &format!("again-{at}"));
        let (world, machine) = (small(), Machine::new());
        bucket.send(&world.path("input"), "in");
        let (proxy, through) = failing(&bucket, plan);
        let ended = machine.run(&through, &world.path("pipeline"), &[]);
        assert_eq!(ended.status.code(), Some(0), "{what}: {}", said(&ended));
        let (id, files) = bucket.current();
        let local = world.publish(&[]).join("releases").join(&id);
        assert_eq!(
            super::undated(files),
            super::undated(crate::support::contents(&local)),
            "{what}"
        );
        world.put("input/2020/130102.csv", "Area,N\n130102,7\n");
        bucket.send(&world.path("input"), "in");
        let ended = machine.run(&through, &world.path("pipeline"), &[]);
        assert_eq!(ended.status.code(), Some(0), "{what}: {}", said(&ended));
        assert!(bucket.current().0.starts_with("000002-"), "{what}");
        assert_ne!(proxy.count("fault"), 0, "{what}");
    }
}

#[test]
fn a_list_of_long_ago_gives_what_is_there_now() {
    let (bucket, world) = (Bucket::new(seaweedfs(), "stale"), small());
    world.put("input/2020/130106.csv", "Area,N\n130106,3\n");
    bucket.send(&world.path("input"), "in");
    let pipeline = world.path("pipeline");
    let plan = r#"[{"fault": "stale", "method": "GET", "path": "prefix=in(%2F|/)", "times": 2}]"#;
    let (proxy, through) = failing(&bucket, plan);
    let ended = Machine::new().run(&through, &pipeline, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    // One submission is replaced and one is gone; the list still has them as they were.
    world.put("input/2020/130102.csv", "Area,N\n130102,7\n");
    std::fs::remove_file(world.path("input/2020/130106.csv")).unwrap();
    bucket.send(&world.path("input"), "in");
    bucket.python("s3.delete_object(Bucket=bucket, Key='in/2020/130106.csv')", &[]);
    let ended = Machine::new().run(&through, &pipeline, &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    let (id, files) = bucket.current();
    let local = world.publish(&[]).join("current");
    let revisions = |files| -> std::collections::BTreeMap<String, Vec<u8>> {
        let undated = super::undated(files).into_iter();
        undated
            .filter(|(path, _)| !path.contains("revisions") && path != "report.html")
            .collect()
    };
    assert!(id.starts_with("000002-"), "{id}");
    assert_eq!(proxy.count("fault stale"), 2);
    assert_eq!(revisions(files), revisions(crate::support::contents(&local)));
}

#[test]
fn what_goes_on_failing_ends_the_run_and_current_is_whole() {
    for (at, (what, plan)) in [
        (
            "releases",
            r#"[{"fault": "503", "method": "PUT", "path": "/out/releases/", "times": 100000}]"#,
        ),
        (
            "current",
            r#"[{"fault": "503", "method": "PUT", "path": "/out/current", "times": 100000}]"#,
        ),
        (
            "lost answers",
            r#"[{"fault": "lose", "path": "/out/.*/tables/", "times": 100000}]"#,
        ),
        (
            "submissions",
            r#"[{"fault": "503", "method": "GET", "path": "/in/2020/130104", "times": 100000}]"#,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let bucket = Bucket::new(moto(), &format!("ends-{at}"));
        let (world, machine) = (small(), Machine::new());
        let pipeline = world.path("pipeline");
        bucket.send(&world.path("input"), "in");
        let ended = machine.run(&bucket, &pipeline, &[]);
        assert_eq!(ended.status.code(), Some(0), "{what}: {}", said(&ended));
        let before = bucket.current();
        world.put("input/2020/130102.csv", "Area,N\n130102,7\n");
        world.put("input/2020/130104.csv", "Area,N\n130104,8\n");
        bucket.send(&world.path("input"), "in");
        let (proxy, through) = failing(&bucket, plan);
        let ended = machine.run(&through, &pipeline, &[]);
        assert_eq!(ended.status.code(), Some(3), "{what}: {}", said(&ended));
        assert!(
            said(&ended).contains(&format!("s3://{}", bucket.name)),
            "{what}: {}",
            said(&ended)
        );
        assert_ne!(proxy.count("fault"), 0, "{what}");
        assert_eq!(bucket.current(), before, "{what}");
        // The next run publishes, and leaves nothing of the one that failed.
        let ended = machine.run(&bucket, &pipeline, &[]);
        assert_eq!(ended.status.code(), Some(0), "{what}: {}", said(&ended));
        let objects = bucket.objects("out");
        let begun = objects.keys().filter(|path| path.starts_with("publishing/"));
        assert_eq!(begun.count(), 0, "{what}");
        assert!(bucket.current().0.starts_with("000002-"), "{what}");
    }
}

#[test]
fn a_release_is_published_though_nothing_can_be_removed() {
    for (at, fault) in ["503", "403"].iter().enumerate() {
        let (bucket, world) = (Bucket::new(moto(), &format!("undeletable-{at}")), small());
        let (machine, pipeline) = (Machine::new(), world.path("pipeline"));
        // Objects are removed by requests that name many of them.
        let plan = format!(r#"[{{"fault": "{fault}", "method": "POST", "path": "delete", "times": 100000}}]"#);
        let (_proxy, through) = failing(&bucket, &plan);
        let run = |bucket: &Bucket, n: u32, is_cleared: bool| {
            world.put("input/2020/130102.csv", format!("Area,N\n130102,{n}\n"));
            bucket.send(&world.path("input"), "in");
            let ended = machine.run(bucket, &pipeline, &[]);
            let told = said(&ended);
            assert_eq!(ended.status.code(), Some(0), "{told}");
            assert_eq!(told.contains("s3:DeleteObject"), !is_cleared, "{told}");
            assert!(!told.contains("is as it was"), "{told}");
            told
        };
        let markers = || {
            let objects = bucket.objects("out").into_keys();
            objects.filter(|path| path.starts_with("publishing/")).count()
        };
        run(&through, 1, false);
        run(&through, 2, false);
        assert!(bucket.current().0.starts_with("000002-"));
        assert_eq!(markers(), 2);
        let told = run(&through, 2, false);
        // Once for the markers, and once for results of no more use.
        let warnings = told.matches("s3:DeleteObject").count();
        assert!((1..=2).contains(&warnings), "{told}");
        // Both releases were published: the next run removes what marks them, and neither of them.
        run(&bucket, 3, true);
        assert!(bucket.current().0.starts_with("000003-"));
        assert_eq!(markers(), 0);
        let listed = machine.done(
            &bucket,
            &["releases", "--output", &bucket.address("out"), "--format", "csv"],
        );
        assert_eq!(listed.lines().count(), 4, "{listed}");
    }
}

#[test]
fn what_a_killed_run_has_sent_keeps_nobody_from_publishing_where_it_cannot_be_removed() {
    let (bucket, world) = (Bucket::new(moto(), "left"), small());
    bucket.send(&world.path("input"), "in");
    let pipeline = world.path("pipeline");
    let (_proxy, mut killed) = sending(&bucket, &Machine::new(), &world, "1");
    killed.kill().unwrap();
    killed.wait().unwrap();
    let plan = r#"[{"fault": "403", "method": "POST", "path": "delete", "times": 100000}]"#;
    let (_denying, through) = failing(&bucket, plan);
    let machine = Machine::new();
    waited(|| machine.run(&through, &pipeline, &[]).status.code() == Some(0));
    assert!(bucket.current().0.starts_with("000001-"));
    // With another engine every partition is computed anew, and nothing is published. What is kept and of no use stays.
    let code = "s3.put_object(Bucket=bucket, Key='out/state/objects/unused', Body=b'')";
    bucket.python(code, &[]);
    let plan = std::fs::read_to_string(pipeline.join("pipeline.toml")).unwrap();
    world.put("pipeline/pipeline.toml", plan + "\n[engine]\ncube = 'duckdb'\n");
    let ended = machine.run(&through, &pipeline, &[]);
    let told = said(&ended);
    assert_eq!(ended.status.code(), Some(0), "{told}");
    assert!(
        told.contains("Nothing has changed since") && told.contains("s3:DeleteObject"),
        "{told}"
    );
    // What removes something on purpose says that it has not.
    let out = bucket.address("out");
    machine.done(&bucket, &["tag", "current", "year", "--output", &out]);
    let ended = machine.huizong(&through, &["tag", "--delete", "year", "--output", &out]);
    assert_eq!(ended.status.code(), Some(3), "{}", said(&ended));
    assert!(said(&ended).contains("s3:DeleteObject"), "{}", said(&ended));
}

/// A run that has begun to send its release, and is kept waiting there.
fn sending(bucket: &Bucket, machine: &Machine, world: &World, seconds: &str) -> (Started, Child) {
    let plan = r#"[{"fault": "stall", "seconds": 60, "method": "PUT", "path": "/out/releases/", "times": 100}]"#;
    let (proxy, through) = failing(bucket, plan);
    let mut command = machine.running(&through, &world.path("pipeline"), &[]);
    let run = command.env("HUIZONG_LOCK_SECONDS", seconds).spawn().unwrap();
    waited(|| proxy.count("fault stall") > 0);
    (proxy, run)
}

#[test]
fn a_run_that_was_killed_keeps_others_waiting_until_its_lock_ends() {
    let (bucket, world) = (Bucket::new(seaweedfs(), "killed"), small());
    bucket.send(&world.path("input"), "in");
    let pipeline = world.path("pipeline");
    let machine = Machine::new();
    let (_proxy, mut run) = sending(&bucket, &machine, &world, "6");
    let other = Machine::new();
    let waiting = other.run(&bucket, &pipeline, &[]);
    assert_eq!(waiting.status.code(), Some(4), "{}", said(&waiting));
    assert!(
        said(&waiting).contains("another run is writing to"),
        "{}",
        said(&waiting)
    );
    run.kill().unwrap();
    run.wait().unwrap();
    let clock = Instant::now();
    loop {
        let ended = other.run(&bucket, &pipeline, &[]);
        if ended.status.code() == Some(0) {
            break;
        }
        assert_eq!(ended.status.code(), Some(4), "{}", said(&ended));
        assert!(clock.elapsed().as_secs() < 60);
        sleep(Duration::from_millis(500));
    }
    assert!(bucket.current().0.starts_with("000001-"));
    assert!(!bucket.objects("out").keys().any(|path| path.starts_with("publishing/")));
}

#[test]
fn a_run_that_is_stopped_gives_its_lock_back() {
    let (bucket, world) = (Bucket::new(seaweedfs(), "stopped"), small());
    bucket.send(&world.path("input"), "in");
    let machine = Machine::new();
    let (_proxy, mut run) = sending(&bucket, &machine, &world, "60");
    let pid = run.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let ended = run.wait().unwrap();
    assert_eq!(ended.code(), Some(143));
    let ended = Machine::new().run(&bucket, &world.path("pipeline"), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
}

/// A run that stands still while a file of its release is on the way, and goes on after another one has published that release.
#[test]
fn a_run_that_slept_changes_nothing_of_the_release_that_another_has_published() {
    for (at, late) in ["/tables/", "/datapackage.json", "/manifest.json"].iter().enumerate() {
        let (bucket, world) = (Bucket::new(seaweedfs(), &format!("slept-{at}")), small());
        bucket.send(&world.path("input"), "in");
        let (pipeline, sleeper) = (world.path("pipeline"), Machine::new());
        let plan = format!(
            r#"[{{"fault": "late", "seconds": 12, "method": "PUT", "path": "/out/releases/.*{late}", "times": 1}}]"#
        );
        let (proxy, through) = failing(&bucket, &plan);
        let mut command = sleeper.running(&through, &pipeline, &[]);
        command.stderr(std::process::Stdio::piped());
        let sleeping = command.env("HUIZONG_LOCK_SECONDS", "2").spawn().unwrap();
        let signal = |signal: &str, pid: u32| {
            let ended = Command::new("kill").args([signal, &pid.to_string()]).status();
            assert!(ended.unwrap().success());
        };
        waited(|| proxy.count("fault late") > 0);
        let begun = Instant::now();
        signal("-STOP", sleeping.id());
        let other = Machine::new();
        waited(|| other.run(&bucket, &pipeline, &[]).status.code() == Some(0));
        assert!(begun.elapsed().as_secs() < 12, "the file has arrived before");
        let before = bucket.objects("out");
        sleep(Duration::from_secs(13).saturating_sub(begun.elapsed()));
        signal("-CONT", sleeping.id());
        let ended = sleeping.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(4), "{late}: {}", said(&ended));
        assert!(bucket.objects("out") == before, "{late}");
        assert!(bucket.current().0.starts_with("000001-"));
    }
}

fn waited(mut is_so: impl FnMut() -> bool) {
    let clock = Instant::now();
    while !is_so() {
        assert!(clock.elapsed().as_secs() < 60);
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_lock_that_was_renewed_in_the_future_is_told() {
    let (bucket, world, machine) = (Bucket::new(moto(), "clocks"), small(), Machine::new());
    bucket.send(&world.path("input"), "in");
    let run = || machine.run(&bucket, &world.path("pipeline"), &[]);
    let ended = run();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert!(!said(&ended).contains("the clock"), "{}", said(&ended));
    let code = "note = json.loads(s3.get_object(Bucket=bucket, Key='out/lock')['Body'].read())\n\
                note['renewed'] = '2999-01-01T00:00:00Z'\n\
                s3.put_object(Bucket=bucket, Key='out/lock', Body=json.dumps(note).encode())";
    bucket.python(code, &[]);
    let ended = run();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert!(said(&ended).contains("the clock of that machine"), "{}", said(&ended));
}

#[test]
fn a_command_that_is_stopped_gives_the_lock_back() {
    let (bucket, world, machine) = (Bucket::new(seaweedfs(), "stopped-tag"), small(), Machine::new());
    bucket.send(&world.path("input"), "in");
    let ended = machine.run(&bucket, &world.path("pipeline"), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    let plan = r#"[{"fault": "stall", "seconds": 60, "method": "PUT", "path": "/out/tags/", "times": 100}]"#;
    let (proxy, through) = failing(&bucket, plan);
    let out = bucket.address("out");
    let mut command = machine.command(&through, &["tag", "current", "year", "--output", &out]);
    let mut tag = command.spawn().unwrap();
    waited(|| proxy.count("fault stall") > 0);
    let pid = tag.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(tag.wait().unwrap().code(), Some(130));
    machine.done(&bucket, &["tag", "current", "year", "--output", &out]);
}

#[test]
fn what_was_written_is_not_asked_for_again() {
    let (bucket, world) = (Bucket::new(seaweedfs(), "heads"), small());
    bucket.send(&world.path("input"), "in");
    let (proxy, through) = failing(&bucket, r#"[{"fault": "503", "method": "HEAD", "times": 100000}]"#);
    let machine = Machine::new();
    for n in [1, 2] {
        world.put("input/2020/130102.csv", format!("Area,N\n130102,{n}\n"));
        bucket.send(&world.path("input"), "in");
        let ended = machine.run(&through, &world.path("pipeline"), &[]);
        assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    }
    assert!(bucket.current().0.starts_with("000002-"));
    // The answers and the list say the same of an object: nothing is fetched or sent again.
    let plan = r#"[{"fault": "503", "method": "GET", "path": "/out/(releases|state)/", "times": 100000},
        {"fault": "503", "method": "PUT", "path": "/out/releases/.*/(tables|facts)/", "times": 100000}]"#;
    let (second, through) = failing(&bucket, plan);
    let ended = machine.run(&through, &world.path("pipeline"), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert_eq!(proxy.count("fault") + second.count("fault"), 0);
}

#[test]
fn a_store_that_does_not_answer_is_told_while_the_run_waits() {
    let (world, machine) = (small(), Machine::new());
    // Nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let nobody = Bucket {
        name: "away".to_owned(),
        port,
    };
    let (pipeline, out) = (world.path("pipeline"), nobody.address("out"));
    let pipeline = pipeline.to_str().unwrap();
    for args in [
        &["run", "--quiet", pipeline, "--input", "s3://away/in", "--output", &out][..],
        &["show", "reporting", pipeline, "--output", &out],
    ] {
        let mut command = machine.command(&nobody, args);
        let ended = command.env("HUIZONG_STORE_RETRY_SECONDS", "25").output().unwrap();
        assert_eq!(ended.status.code(), Some(3), "{}", said(&ended));
        let told = said(&ended);
        assert_eq!(
            told.matches("the store does not answer; trying again").count(),
            1,
            "{told}"
        );
        assert!(told.contains("address=s3://away/"), "{told}");
    }
}

#[test]
fn a_variable_that_is_no_number_of_seconds_is_refused() {
    for (name, value) in [
        ("HUIZONG_LOCK_SECONDS", "abc"),
        ("HUIZONG_LOCK_SECONDS", "0"),
        ("HUIZONG_STORE_RETRY_SECONDS", "1.5"),
        ("HUIZONG_ENGINE_CONNECT_SECONDS", "18446744073709551615"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
        let ended = command
            .args(["releases", "--output", "nowhere"])
            .env("LC_ALL", "C")
            .env(name, value);
        let ended = ended.output().unwrap();
        assert_eq!(ended.status.code(), Some(2), "{name}={value}: {}", said(&ended));
        assert!(
            said(&ended).contains(&format!("{name} must be a whole number of seconds")),
            "{}",
            said(&ended)
        );
    }
}

#[test]
fn a_machine_without_root_certificates_is_told_what_to_install() {
    let (machine, empty) = (Machine::new(), tempfile::tempdir().unwrap());
    let nobody = Bucket {
        name: "away".to_owned(),
        port: 1,
    };
    let mut command = machine.command(&nobody, &["releases", "--output", "s3://away/out"]);
    command
        .env("SSL_CERT_FILE", "/dev/null")
        .env("SSL_CERT_DIR", empty.path());
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(3), "{}", said(&ended));
    assert!(said(&ended).contains("apt install ca-certificates"), "{}", said(&ended));
}
