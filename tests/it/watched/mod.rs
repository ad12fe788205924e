//! A night that can be watched: what runs note of themselves for programs, and what a run would do.

mod dry_run;
mod metrics;
mod noted;
mod openlineage;
mod units;

use std::fs;

use serde_json::Value;

use crate::support::{Published, Row, World, read_parquet};

/// `run.json` of the output folder.
fn run_json(world: &World) -> Value {
    let text = fs::read(world.output().join("run.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// The rows of `runs.parquet`.
fn runs(world: &World) -> Vec<Row> {
    read_parquet(&world.output().join("runs.parquet"))
}

/// A value of a table as `run.json` has it.
fn as_json(value: &Published) -> Value {
    match value {
        Published::Null => Value::Null,
        Published::Text(text) => text.as_str().into(),
        Published::Integer(number) => (*number).into(),
        Published::Real(number) => (*number).into(),
        Published::Boolean(flag) => (*flag).into(),
    }
}
