use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::night::ending::{complete, events};
use crate::night::stopped::{begun, large, stopped, wait_for};
use crate::support::{World, huizong, said};

/// Values by name and labels, from a text that is as strict as the format of Prometheus allows: each family has HELP and TYPE
/// first and stands together, no series twice, every line ended.
fn parsed(text: &str) -> BTreeMap<String, f64> {
    let (mut values, mut families, mut family) = (BTreeMap::new(), BTreeSet::new(), String::new());
    assert!(text.ends_with('\n') && !text.contains("\n\n"), "{text}");
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').expect(line);
            assert!(
                is_name(name) && !words.is_empty() && families.insert(name.to_owned()),
                "{line}"
            );
            assert_eq!(lines.next().unwrap(), format!("# TYPE {name} gauge"));
            assert!(
                lines.peek().is_some_and(|next| next.starts_with(&format!("{name}{{"))),
                "{name} has no value"
            );
            name.clone_into(&mut family);
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect(line);
        let (name, labels) = series.split_once('{').expect(line);
        assert_eq!(name, family, "{line}");
        assert!(labels.ends_with('}'), "{line}");
        let mut rest = &labels[..labels.len() - 1];
        let mut seen = BTreeSet::new();
        while !rest.is_empty() {
            let (label, after) = rest.split_once("=\"").expect(line);
            assert!(is_name(label) && !label.contains(':') && seen.insert(label), "{line}");
            let mut end = None;
            let mut chars = after.char_indices();
            while let Some((at, c)) = chars.next() {
                match c {
                    '\\' => assert!(chars.next().is_some_and(|(_, next)| "\\\"n".contains(next)), "{line}"),
                    '"' => {
                        end = Some(at);
                        break;
                    }
                    _ => {}
                }
            }
            rest = &after[end.expect(line) + 1..];
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        let value: f64 = value.parse().expect(line);
        assert!(
            value.is_finite() && values.insert(series.to_owned(), value).is_none(),
            "{line}"
        );
    }
    values
}

fn is_name(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

/// The value of a metric with these further labels.
fn value(of: &BTreeMap<String, f64>, name: &str, labels: &str) -> Option<f64> {
    let comma = if labels.is_empty() { "" } else { "," };
    of.get(&format!("huizong_{name}{{pipeline=\"pipeline\"{comma}{labels}}}"))
        .copied()
}

fn run(world: &World, more: &[&str]) -> (i32, BTreeMap<String, f64>) {
    let path = world.path("collector/huizong.prom");
    let (code, _) = events(
        world,
        &[&["--quiet", "--metrics", path.to_str().unwrap()], more].concat(),
    );
    assert_eq!(
        fs::read_dir(world.path("collector")).unwrap().count(),
        1,
        "nothing is left beside it"
    );
    (code, parsed(&fs::read_to_string(&path).unwrap()))
}

#[test]
fn the_metrics_of_each_run_are_what_prometheus_reads() {
    let world = complete();
    fs::create_dir(world.path("collector")).unwrap();
    let now = jiff::Timestamp::now().as_second() as f64;
    let (code, first) = run(&world, &[]);
    assert_eq!(code, 0);
    for (name, labels, expected) in [
        ("run_exit_code", "", 0.0),
        ("run_outcome", "outcome=\"published\"", 1.0),
        ("run_outcome", "outcome=\"killed\"", 0.0),
        ("run_submissions", "state=\"used\"", 4.0),
        ("run_submissions", "state=\"rejected\"", 0.0),
        ("run_rows", "state=\"accepted\"", 4.0),
        ("run_rows", "state=\"quarantined\"", 1.0),
        ("run_rows", "state=\"superseded\"", 0.0),
        ("run_rows", "state=\"set_aside\"", 4.0),
        ("run_findings", "severity=\"hard\"", 1.0),
        ("run_partitions", "result=\"computed\"", 1.0),
        ("run_partitions", "result=\"reused\"", 0.0),
        ("run_computed_partitions", "reason=\"nothing_kept\"", 1.0),
        ("run_gate_checks", "result=\"failed\"", 0.0),
    ] {
        assert_eq!(
            value(&first, name, labels),
            Some(expected),
            "{name} {labels}: {first:?}"
        );
    }
    let ended = value(&first, "last_run_timestamp_seconds", "").unwrap();
    assert!(ended > now - 1.0 && ended < now + 600.0, "{ended}");
    assert_eq!(value(&first, "last_success_timestamp_seconds", ""), Some(ended));
    for stage in ["prepare", "read", "publish"] {
        assert!(
            value(&first, "run_stage_duration_seconds", &format!("stage=\"{stage}\"")).is_some(),
            "{stage}"
        );
    }
    let release = fs::read_link(world.output().join("current")).unwrap();
    let release = release.file_name().unwrap().to_str().unwrap();
    let info = format!(
        "release=\"{release}\",huizong_version=\"{}\"",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(value(&first, "release_info", &info), Some(1.0));

    world.put("input/2020/130104_people.csv", "");
    let (code, withheld) = run(&world, &[]);
    assert_eq!((code, value(&withheld, "run_exit_code", "")), (1, Some(1.0)));
    assert_eq!(value(&withheld, "run_gate_checks", "result=\"failed\""), Some(1.0));
    assert_eq!(value(&withheld, "run_outcome", "outcome=\"withheld\""), Some(1.0));
    assert_eq!(value(&withheld, "last_success_timestamp_seconds", ""), Some(ended));

    // A run that cannot begin says so, and what was the last success.
    let (code, failed) = run(&world, &["--period", "1999"]);
    assert_eq!((code, value(&failed, "run_exit_code", "")), (2, Some(2.0)));
    assert_eq!(value(&failed, "run_outcome", "outcome=\"failed\""), Some(1.0));
    assert_eq!(value(&failed, "last_success_timestamp_seconds", ""), Some(ended));
    assert_eq!(value(&failed, "run_rows", "state=\"accepted\""), None);
    let broken = world.extended(
        "measures.toml",
        "\n[[measure]]\nid = 'x'\nform = 'nowhere'\nvalue = '1'\n",
    );
    let (code, failed) = run(&broken, &[]);
    assert_eq!(
        (code, value(&failed, "last_success_timestamp_seconds", "")),
        (2, Some(ended))
    );
}

#[test]
fn a_run_that_another_one_keeps_out_leaves_the_metrics_to_it_and_an_interrupted_one_has_its_own() {
    let world = large();
    let path = world.path("huizong.prom");
    let arguments = ["--quiet", "--metrics", path.to_str().unwrap()];
    let first = begun(&world, "run", &arguments);
    wait_for(&world.output(), ".staging-");
    assert_eq!(world.run(&arguments).0, 4);
    assert!(!path.exists());
    let (code, told, _) = stopped(first, "TERM");
    assert_eq!(code, Some(143), "{told}");
    let metrics = parsed(&fs::read_to_string(&path).unwrap());
    assert_eq!(value(&metrics, "run_exit_code", ""), Some(143.0));
    assert_eq!(value(&metrics, "run_outcome", "outcome=\"interrupted\""), Some(1.0));
}

#[test]
fn metrics_that_cannot_be_written_fail_no_run_and_none_lie_among_the_submissions() {
    let world = complete();
    fs::write(world.path("file"), "in the way").unwrap();
    let place = world.path("file/huizong.prom");
    let (code, said_of_run) = world.run(&["--metrics", place.to_str().unwrap()]);
    assert!(
        code == 0 && said_of_run.contains("the metrics could not be written"),
        "{said_of_run}"
    );
    // A name alone is in the folder where the command runs.
    let told = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args([
            "run",
            "pipeline",
            "--input",
            "input",
            "--output",
            "output",
            "--metrics",
            "m.prom",
            "--openlineage",
            "l.ndjson",
        ])
        .current_dir(world.path(""))
        .output()
        .unwrap();
    assert_eq!((told.status.code(), told.stderr.len()), (Some(0), 0), "{}", said(&told));
    assert!(world.path("m.prom").is_file() && world.path("l.ndjson").is_file());
    for option in ["--metrics", "--openlineage"] {
        let place = world.path("input/2020/huizong.prom");
        let (code, told) = world.run(&[option, place.to_str().unwrap()]);
        assert!(
            code == 2 && told.contains("lies in the folder of submissions") && !place.exists(),
            "{told}"
        );
    }
    let help = said(&huizong(["run", "--help", "--lang", "zh"]));
    assert!(help.contains("--metrics <FILE>") && help.contains("textfile"), "{help}");
}
