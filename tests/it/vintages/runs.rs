use std::fs;

use super::world;
use crate::night::small::unwrapped;
use crate::support::{Row, World, huizong, read_parquet, said, shown};

fn runs(world: &World) -> Vec<Row> {
    read_parquet(&world.output().join("runs.parquet"))
}

#[test]
fn every_run_is_noted_with_what_it_came_to() {
    let world = world();
    world.publish(&["--as-of", "2021-06-30"]);
    world.publish(&["--as-of", "2021-06-30"]);
    world.put("input/2020/130102_people.csv", "代码,人数,贫困人数\n130102,110,11\n");
    assert_eq!(world.run(&["--period", "2020"]).0, 0);
    world.publish(&["--as-of", "2021-06-30"]);
    let plan = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    world.put(
        "pipeline/pipeline.toml",
        plan.replace("min_reporting_share = 0", "min_reporting_share = 1"),
    );
    fs::remove_file(world.path("input/2020/130104_people.csv")).unwrap();
    assert_eq!(world.run(&[]).0, 1);
    // A folder that cannot be read stops a run.
    fs::remove_dir_all(world.output().join("withheld")).unwrap();
    fs::write(world.output().join("withheld"), "in the way").unwrap();
    assert_eq!(world.run(&[]).0, 3);
    let rows = runs(&world);
    let told = |columns: &[&str]| -> Vec<String> {
        let each = |row: &Row| {
            columns
                .iter()
                .map(|column| shown(row, column))
                .collect::<Vec<_>>()
                .join(" ")
        };
        rows.iter().map(each).collect()
    };
    assert_eq!(
        told(&["outcome", "submissions", "rows_accepted", "partitions"]),
        [
            "published 8 12 2",
            "unchanged 8 12 2",
            "partial 4 6 1",
            "published 8 12 2",
            "withheld 7 11 2",
            "failed - - -"
        ]
    );
    assert_eq!(told(&["figures_moved"]), ["0", "-", "3", "3", "3", "-"]);
    assert_eq!(rows[0]["release"], rows[1]["release"]);
    assert_eq!(rows[3]["release"], rows[4]["current"]);
    assert!(
        shown(&rows[4], "gate_failed").contains("min_reporting_share 2020 people"),
        "{:?}",
        rows[4]
    );
    assert!(shown(&rows[5], "error").contains("withheld"), "{:?}", rows[5]);
    assert!(
        rows.iter()
            .all(|row| row["seconds"].number().is_some_and(|seconds| seconds > 0.0))
    );
    assert!(rows.is_sorted_by(|one, other| shown(one, "started_at") < shown(other, "started_at")));
}

#[test]
fn runs_that_cannot_be_read_are_set_aside() {
    let world = world().published();
    fs::write(world.output().join("runs.parquet"), "torn").unwrap();
    let (code, text) = world.run(&[]);
    assert!(
        code == 0 && unwrapped(&text).contains("it is now runs-damaged.parquet"),
        "{text}"
    );
    assert_eq!(runs(&world).len(), 1);
    assert_eq!(
        fs::read_to_string(world.output().join("runs-damaged.parquet")).unwrap(),
        "torn"
    );
}

#[test]
fn summary_and_status_say_what_moved_and_why() {
    let world = world();
    let (_, text) = world.run(&[]);
    assert!(!text.contains("since the release before"), "a first release: {text}");
    world.put("input/2020/130102_people.csv", "代码,人数,贫困人数\n130102,110,32\n");
    let (_, text) = world.run(&[]);
    assert!(
        text.contains("Figures that moved since the release before: 3; of 全国 most:"),
        "{text}"
    );
    let line = "  2020 poverty %: 6.25 → 13.1 (+6.88): resubmissions";
    assert!(text.contains(line), "{text}");
    let paths = ["pipeline", "output"].map(|place| world.path(place).display().to_string());
    let status = |more: &[&str]| {
        said(&huizong(
            ["status", &paths[0], "--output", &paths[1]].iter().chain(more),
        ))
    };
    assert!(status(&[]).contains(line), "{}", status(&[]));
    let text = status(&["--area", "130104"]);
    assert!(
        text.contains("Figures that moved since the release before: 3, none of 桥西区"),
        "{text}"
    );
    let text = status(&["--lang", "zh"]);
    assert!(
        text.contains("全国变化最大的是：") && text.contains("：重报或撤回"),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&status(&["--format", "json"])).unwrap();
    assert_eq!(json["moved"]["lines"][0]["causes"][0]["cause"], "resubmission");
    let (_, text) = world.run(&[]);
    assert!(
        !text.contains("since the release before"),
        "nothing has changed: {text}"
    );
    // A release of a version that did not have the table.
    fs::remove_file(world.output().join("current/tables/revisions.parquet")).unwrap();
    assert!(status(&[]).contains("Expected"), "{}", status(&[]));
}
