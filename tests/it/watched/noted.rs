use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{as_json, run_json, runs};
use crate::night::ending::{complete, events};
use crate::night::small::unwrapped;
use crate::night::stopped::{begun, large, stopped, wait_for};
use crate::support::{World, shown};

const STAGES: [&str; 7] = ["prepare", "compare", "read", "figures", "tables", "returns", "publish"];

/// `run.json`, the last row of `runs.parquet` and the last event say the same; gives the first.
fn agreed(world: &World, events: &[Value]) -> Value {
    let (file, rows) = (run_json(world), runs(world));
    let row = rows.last().unwrap();
    let event = &events.last().unwrap()["fields"];
    assert_eq!(event["message"], "ended");
    let file_fields = file.as_object().unwrap();
    assert_eq!(file_fields.len(), row.len());
    for (name, value) in file_fields {
        assert_eq!(*value, as_json(&row[name]), "{name} in runs.parquet");
        assert_eq!(*value, event[name], "{name} in the event");
    }
    assert_eq!(
        event
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| !file_fields.contains_key(*name))
            .count(),
        1
    );
    file
}

#[test]
fn the_file_the_table_and_the_last_event_say_the_same_of_every_run() {
    let world = complete();
    let run = |more: &[&str]| {
        let (code, told) = events(&world, &[&["--quiet"], more].concat());
        let file = agreed(&world, &told);
        assert_eq!(file["exit"], code, "{file}");
        file
    };
    let text = |file: &Value, names: &[&str]| -> Vec<String> {
        let one = |name: &&str| match &file[*name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        names.iter().map(one).collect()
    };
    let told = [
        "outcome",
        "exit",
        "partitions",
        "partitions_reused",
        "computed_because",
        "gate_failed",
    ];
    let first = run(&[]);
    assert_eq!(
        text(&first, &told),
        ["published", "0", "1", "0", "nothing_kept 1", "null"]
    );
    assert!(
        first["gate_passed"].as_i64().is_some_and(|passed| passed > 2),
        "{first}"
    );
    assert!(
        first["peak_memory_bytes"]
            .as_i64()
            .is_some_and(|bytes| bytes > 1_000_000),
        "{first}"
    );
    let of_stages: f64 = STAGES
        .iter()
        .map(|stage| first[format!("seconds_{stage}")].as_f64().unwrap())
        .sum();
    let all = first["seconds"].as_f64().unwrap();
    assert!(of_stages > 0.0 && of_stages <= all + 0.01, "{of_stages} of {all}");
    let times =
        ["started_at", "ended_at"].map(|name| first[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap());
    assert!(times[0] < times[1]);

    // Nothing has changed: no stage after the comparison.
    let again = run(&[]);
    assert_eq!(text(&again, &told), ["unchanged", "0", "1", "1", "null", "null"]);
    assert!(
        again["seconds_compare"].is_number() && again["seconds_read"].is_null(),
        "{again}"
    );
    assert_ne!(again["run_id"], first["run_id"]);

    world.put("input/2020/130102_houses.csv", "代码,间数\n130102001001,3\n");
    assert_eq!(
        text(&run(&[]), &told),
        ["published", "0", "1", "0", "file_changed 1", "null"]
    );

    world.put("input/2020/130104_people.csv", "");
    let withheld = run(&[]);
    assert_eq!(
        text(&withheld, &told),
        [
            "withheld",
            "1",
            "1",
            "0",
            "file_changed 1",
            "min_reporting_share 2020 people"
        ]
    );
    assert!(
        withheld["reasons"].as_str().unwrap().contains("2020 people: 50.0 %"),
        "{withheld}"
    );
    assert!(withheld["release"].is_null() && withheld["current"].is_string());

    fs::remove_dir_all(world.output().join("withheld")).unwrap();
    fs::write(world.output().join("withheld"), "in the way").unwrap();
    let failed = run(&[]);
    assert_eq!(
        text(&failed, &["outcome", "exit", "rows_read"]),
        ["failed", "3", "null"]
    );
    assert!(failed["error"].as_str().unwrap().contains("withheld"), "{failed}");
    assert!(failed["seconds_publish"].is_number(), "{failed}");
    // A run that another one keeps out is not noted.
    assert_eq!(runs(&world).len(), 5);
}

#[test]
fn an_interrupted_run_is_noted() {
    let world = large();
    for (name, exit) in [("INT", 130), ("TERM", 143)] {
        let run = begun(&world, "run", &["--log-format", "json", "--quiet"]);
        wait_for(&world.output(), ".staging-");
        let (code, told, _) = stopped(run, name);
        assert_eq!(code, Some(exit), "{told}");
        let event: Value = serde_json::from_str(told.trim()).expect(&told);
        let file = agreed(&world, &[event]);
        assert_eq!(
            (file["outcome"].as_str(), file["exit"].as_i64(), file["signal"].as_str()),
            (Some("interrupted"), Some(exit.into()), Some(&*format!("SIG{name}")))
        );
        assert!(
            file["seconds_prepare"].is_number() && file["release"].is_null(),
            "{file}"
        );
    }
    assert_eq!(runs(&world).len(), 2);
}

#[test]
fn a_killed_run_is_noted_by_the_next_one() {
    let world = large();
    let mut run = begun(&world, "run", &["--as-of", "2021-01-02"]);
    wait_for(&world.output(), ".staging-");
    run.kill().unwrap();
    run.wait().unwrap();
    let running = run_json(&world);
    assert_eq!(
        (running["outcome"].as_str(), running["periods"].as_str()),
        (Some("running"), Some("2020"))
    );
    assert!(
        running["ended_at"].is_null() && running["seconds"].is_null(),
        "{running}"
    );

    let (code, said) = world.run(&["--lang", "zh"]);
    assert!(code == 0 && said.contains("先前一次运行没有结束"), "{said}");
    let rows = runs(&world);
    let told = ["outcome", "as_of", "exit", "seconds"].map(|name| shown(&rows[0], name));
    assert_eq!(told, ["killed", "2021-01-02", "-", "-"]);
    assert_eq!(as_json(&rows[0]["run_id"]), running["run_id"]);
    assert!(shown(&rows[0], "error").contains("did not end"));
    assert_eq!(shown(&rows[1], "outcome"), "published");
    // It is told once.
    let (_, said) = world.run(&[]);
    assert!(!said.contains("did not end") && runs(&world).len() == 3, "{said}");
}

#[test]
fn whatever_stands_in_run_json_stops_no_run() {
    let world = complete().published();
    for text in ["{", "[]", "{\"outcome\":\"running\"}", "\u{0}"] {
        fs::write(world.output().join("run.json"), text).unwrap();
        let (code, said) = world.run(&[]);
        assert!(code == 0 && !said.contains("did not end"), "{text}: {said}");
        assert_eq!(run_json(&world)["outcome"], "unchanged");
    }
    // A folder cannot be replaced: the run says so, and goes on.
    fs::remove_file(world.output().join("run.json")).unwrap();
    fs::create_dir(world.output().join("run.json")).unwrap();
    let (code, said) = world.run(&[]);
    assert!(
        code == 0 && unwrapped(&said).contains("run.json could not be written"),
        "{said}"
    );
    assert_eq!(runs(&world).len(), 6);
}

#[test]
fn each_stage_is_a_span_and_says_at_its_end_how_long_it_took() {
    let (_, told) = events(&complete(), &[]);
    let ended: Vec<&Value> = told
        .iter()
        .filter(|event| event["fields"]["message"] == "stage ended")
        .collect();
    let stages: Vec<&str> = ended
        .iter()
        .map(|event| event["fields"]["stage"].as_str().unwrap())
        .collect();
    assert_eq!(stages, STAGES);
    for event in ended {
        assert!(event["fields"]["seconds"].is_number(), "{event}");
        assert_eq!(
            (&event["span"]["name"], &event["span"]["stage"]),
            (&"stage".into(), &event["fields"]["stage"])
        );
    }
    let found = told
        .iter()
        .find(|event| event["fields"]["message"] == "discovered")
        .unwrap();
    assert_eq!(
        (&found["span"]["stage"], &found["fields"]["files"]),
        (&"prepare".into(), &4.into())
    );
    assert!(told.last().unwrap().get("span").is_none());
}

#[test]
fn the_page_explains_every_field() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/running.md")).unwrap();
    let table = page
        .split("### Fields of a run")
        .nth(1)
        .unwrap()
        .split("\n#")
        .next()
        .unwrap();
    let lines: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    let cells = lines.iter().filter_map(|line| line.split(" | ").next());
    let named: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    let world = complete().published();
    let file = run_json(&world);
    let mut fields: Vec<&str> = file.as_object().unwrap().keys().map(String::as_str).collect();
    fields.retain(|field| !named.contains(field));
    assert_eq!(fields, [""; 0], "not explained in docs/running.md");
    let strange: Vec<&&str> = named.iter().filter(|name| file.get(**name).is_none()).collect();
    assert!(strange.is_empty(), "{strange:?} are no fields of run.json");
}
