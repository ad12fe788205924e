//! DuckDB; and what runs keep for each other when a pipeline goes over to another engine and back.

use std::fs;

use super::{DIFFICULT, difficult_values_have_the_same_bytes, run, sample_has_the_same_bytes, with_engine};
use crate::support::{World, copy_folder, published, said};

#[test]
fn duckdb_sums_the_sample_to_the_same_bytes() {
    // A name that SQL and patterns would take for something else.
    sample_has_the_same_bytes("'duckdb'", "it's [an] output {of} 2020*");
}

#[test]
fn duckdb_sums_difficult_values_to_the_same_bytes() {
    difficult_values_have_the_same_bytes("'duckdb'");
}

/// A run over what lies in the input now, with an engine; what it says.
fn night(world: &World, engine: &str) -> String {
    let plan = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let (before, _) = plan.split_once("[engine]").unwrap();
    world.put("pipeline/pipeline.toml", format!("{before}[engine]\ncube = {engine}\n"));
    let ended = run(&world.path("pipeline"), &world.path("input"), &world.output());
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    said(&ended)
}

#[test]
fn nights_with_one_engine_or_another_give_what_a_run_with_nothing_kept_gives() {
    let world = with_engine(&DIFFICULT.path("pipeline"), "'embedded'");
    copy_folder(&DIFFICULT.path("input"), &world.path("input"));
    night(&world, "'embedded'");
    let told = night(&world, "'duckdb'");
    assert!(told.contains("Nothing has changed since"), "{told}");
    // Going over from the embedded engine to another or back, nothing that was kept is of use.
    let reused = |partitions| format!("\"partitions_reused\":{partitions},");
    assert!(told.contains(&reused(0)), "{told}");

    for (n, engine) in ["'duckdb'", "'duckdb'", "'embedded'", "'duckdb'"]
        .into_iter()
        .enumerate()
    {
        let row = format!("Code,Visitor,N,Big,Times,Money,Open,Kind\nA,1,{n},{n},1,{n}.5,yes,\n");
        world.put("input/2018/N_a.csv", row);
        let told = night(&world, engine);
        assert_eq!(told.contains("asking the engine"), engine == "'duckdb'", "{told}");
        assert!(told.contains(&reused(if n < 2 { 3 } else { 0 })), "{told}");
        let fresh = World::of(&DIFFICULT.path("pipeline"));
        copy_folder(&world.path("input"), &fresh.path("input"));
        let fresh = fresh.published();
        assert!(
            published(&world.output()) == published(&fresh.output()),
            "night {n} with {engine}"
        );
    }
}
