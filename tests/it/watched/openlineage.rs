use std::fs;

use serde_json::Value;

use super::run_json;
use crate::night::ending::complete;
use crate::night::stopped::{begun, large, stopped, wait_for};
use crate::support::World;

fn events(world: &World) -> Vec<Value> {
    let text = fs::read_to_string(world.path("lineage.ndjson")).unwrap();
    assert!(text.ends_with('\n'));
    let events: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    events.iter().for_each(holds);
    events
}

/// What the specification asks of a run event, and of every facet.
fn holds(event: &Value) {
    let text = |value: &Value| {
        value
            .as_str()
            .unwrap_or_else(|| panic!("{value} in {event}"))
            .to_owned()
    };
    text(&event["eventTime"]).parse::<jiff::Timestamp>().unwrap();
    assert!(text(&event["producer"]).starts_with("pkg:"));
    assert_eq!(
        event["schemaURL"],
        "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
    );
    assert!(["START", "COMPLETE", "FAIL", "ABORT"].contains(&&*text(&event["eventType"])));
    let id = text(&event["run"]["runId"]);
    let parts: Vec<usize> = id.split('-').map(str::len).collect();
    assert!(
        parts == [8, 4, 4, 4, 12] && id.chars().all(|c| c == '-' || c.is_ascii_hexdigit()),
        "{id}"
    );
    assert!(!text(&event["job"]["namespace"]).is_empty() && !text(&event["job"]["name"]).is_empty());
    let mut facets = vec![&event["run"]["facets"], &event["job"]["facets"]];
    for dataset in ["inputs", "outputs"]
        .iter()
        .flat_map(|side| event[*side].as_array().unwrap())
    {
        assert!(
            text(&dataset["name"]).starts_with('/') && dataset["namespace"] == "file",
            "{dataset}"
        );
        facets.extend(
            ["facets", "inputFacets", "outputFacets"]
                .iter()
                .filter_map(|kind| dataset.get(*kind)),
        );
    }
    for facet in facets.iter().flat_map(|facets| facets.as_object().unwrap().values()) {
        assert_eq!(facet["_producer"], event["producer"]);
        assert!(
            text(&facet["_schemaURL"]).starts_with("https://openlineage.io/spec/facets/"),
            "{facet}"
        );
    }
}

fn run(world: &World, more: &[&str]) -> i32 {
    let path = world.path("lineage.ndjson");
    world
        .run(&[&["--quiet", "--openlineage", path.to_str().unwrap()], more].concat())
        .0
}

#[test]
fn a_run_says_what_it_read_and_wrote() {
    let world = complete();
    assert_eq!(run(&world, &[]), 0);
    let told = events(&world);
    assert_eq!(told.len(), 2);
    let (start, end) = (&told[0], &told[1]);
    assert_eq!(
        (&start["eventType"], &end["eventType"]),
        (&"START".into(), &"COMPLETE".into())
    );
    for event in [start, end] {
        assert_eq!(event["run"]["runId"], run_json(&world)["run_id"]);
        assert_eq!(
            (&event["job"]["namespace"], &event["job"]["name"]),
            (&"huizong".into(), &world.pipeline().name.into())
        );
    }
    let inputs = |event: &Value| -> Vec<String> {
        let all = event["inputs"].as_array().unwrap().iter();
        all.map(|input| input["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        inputs(start),
        ["input?form=houses&period=2020", "input?form=people&period=2020"]
    );
    assert_eq!(inputs(start), inputs(end));
    let houses = &end["inputs"][0]["inputFacets"]["dataQualityMetrics"];
    assert_eq!(
        (&houses["rowCount"], &houses["fileCount"]),
        (&5.into(), &2.into()),
        "{houses}"
    );
    assert!(start["outputs"].as_array().unwrap().is_empty());

    let output = |name: &str| -> &Value {
        let ends = format!("/output/current/{name}");
        let mut all = end["outputs"].as_array().unwrap().iter();
        all.find(|output| output["name"].as_str().unwrap().ends_with(&ends))
            .unwrap_or_else(|| panic!("{name}: {end}"))
    };
    let facts = output("facts/houses");
    let statistics = &facts["outputFacets"]["outputStatistics"];
    assert_eq!(
        (&statistics["rowCount"], &statistics["fileCount"]),
        (&2.into(), &1.into()),
        "{statistics}"
    );
    assert!(statistics["size"].as_i64().unwrap() > 100);
    let columns = |of: &Value| -> Vec<String> {
        let fields = of["facets"]["schema"]["fields"].as_array().unwrap().iter();
        fields
            .map(|field| {
                format!(
                    "{} {}",
                    field["name"].as_str().unwrap(),
                    field["type"].as_str().unwrap()
                )
            })
            .collect()
    };
    assert!(
        columns(facts).contains(&"rooms int64".to_owned()),
        "{:?}",
        columns(facts)
    );
    let submissions = output("tables/submissions.parquet");
    assert!(columns(submissions).contains(&"submitted_at date".to_owned()));
    let quality = &submissions["facets"]["dataQualityMetrics"];
    assert_eq!((&quality["rowCount"], &quality["fileCount"]), (&4.into(), &1.into()));
    assert_eq!(quality["columnMetrics"]["submitted_at"]["nullCount"], 4, "{quality}");
    assert_eq!(quality["columnMetrics"]["path"]["nullCount"], 0);
    assert_eq!(
        submissions["facets"]["version"]["datasetVersion"],
        run_json(&world)["release"]
    );

    // An unchanged run stands for the same release; its events come behind.
    assert_eq!(run(&world, &[]), 0);
    let again = events(&world);
    assert_eq!((again.len(), &again[3]["eventType"]), (4, &"COMPLETE".into()));
    assert_eq!(
        again[3]["outputs"].as_array().unwrap().len(),
        end["outputs"].as_array().unwrap().len()
    );
    assert_ne!(again[3]["run"]["runId"], end["run"]["runId"]);

    world.put("input/2020/130104_people.csv", "");
    assert_eq!(run(&world, &[]), 1);
    let withheld = events(&world).pop().unwrap();
    assert_eq!(withheld["eventType"], "FAIL");
    let why = withheld["run"]["facets"]["errorMessage"]["message"].as_str().unwrap();
    assert!(why.starts_with("withheld: 2020 people: 50.0 %"), "{why}");
    assert!(withheld["outputs"].as_array().unwrap().is_empty());
}

#[test]
fn a_run_that_is_stopped_is_aborted_and_a_killed_one_by_the_next() {
    let world = large();
    let path = world.path("lineage.ndjson");
    let arguments = ["--quiet", "--openlineage", path.to_str().unwrap()];
    let stop = || {
        let run = begun(&world, "run", &arguments);
        wait_for(&world.output(), ".staging-");
        run
    };
    stopped(stop(), "INT");
    let mut killed = stop();
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(run(&world, &[]), 0);
    let told = events(&world);
    let kinds: Vec<&str> = told.iter().map(|event| event["eventType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["START", "ABORT", "START", "ABORT", "START", "COMPLETE"]);
    let ids: Vec<&Value> = told.iter().map(|event| &event["run"]["runId"]).collect();
    assert!(ids[0] == ids[1] && ids[2] == ids[3] && ids[4] == ids[5] && ids[1] != ids[2] && ids[3] != ids[4]);
    let message = |at: usize| told[at]["run"]["facets"]["errorMessage"]["message"].as_str().unwrap();
    assert_eq!(message(1), "stopped by SIGINT");
    assert!(message(3).contains("did not end"));
}
