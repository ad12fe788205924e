//! What describes a release: the data package and the codebook.

use std::collections::BTreeMap;

use super::{line_with, pipeline, tables};
use crate::domain::Text;
use crate::lake::Written;
use crate::pipeline::{Extract, ExtractFormat, Pipeline};
use crate::report::*;

#[test]
fn the_data_package_describes_every_column() {
    let package = datapackage(&pipeline(), &tables(), &files());
    let resources = package["resources"].as_array().unwrap();
    let named = |name: &str| resources.iter().find(|r| r["name"] == name).unwrap();
    assert_eq!(resources.len(), tables().len() + 3, "facts, quarantine, an extract");
    let facts = named("facts_communities");
    let names: Vec<&str> = facts["schema"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "period",
            "province_code",
            "area_code",
            "community_code",
            "households",
            "submission_id",
            "sheet",
            "row",
            "corrected"
        ]
    );
    assert_eq!(
        facts["schema"]["primaryKey"],
        serde_json::json!(["period", "community_code"])
    );
    assert_eq!(facts["licenses"][0]["name"], "CC-BY-4.0");
    let held_back = named("quarantine_communities");
    assert_eq!(held_back["schema"]["fields"].as_array().unwrap().len(), 7);
    assert_eq!(held_back["schema"]["fields"][5]["name"], "households");
    assert_eq!(held_back["schema"]["fields"][5]["type"], "string", "as received");
    let extract = named("extract_indicators_csv");
    assert_eq!(extract["path"], "extracts/indicators.csv");
    assert_eq!(extract["schema"], named("indicators")["schema"]);
}

#[test]
fn the_data_package_tells_size_hash_and_what_refers_to_what() {
    let package = datapackage(&pipeline(), &tables(), &files());
    let resources = package["resources"].as_array().unwrap();
    let named = |name: &str| resources.iter().find(|r| r["name"] == name).unwrap();
    assert_eq!(named("findings")["bytes"], 10);
    assert_eq!(named("findings")["hash"], "sha256:00ff");
    let facts = named("facts_communities");
    assert_eq!(facts["bytes"], 20, "of two files");
    assert!(facts.get("hash").is_none(), "several files have no one hash: {facts}");
    let to = |table: &str, column: &str| serde_json::json!({"fields": [column], "reference": {"resource": table, "fields": [column]}});
    assert_eq!(
        named("findings")["schema"]["foreignKeys"],
        serde_json::json!([to("submissions", "submission_id")])
    );
    let both = serde_json::json!([to("areas", "area_code"), to("submissions", "submission_id")]);
    assert_eq!(facts["schema"]["foreignKeys"], both);
    assert!(
        named("areas")["schema"].get("foreignKeys").is_none(),
        "it does not refer to itself"
    );
}

/// What a run would have written.
fn files() -> BTreeMap<String, Written> {
    let tables = tables();
    let of_tables = tables.iter().map(|table| format!("tables/{}.parquet", table.name));
    let others = [
        "CODEBOOK.md",
        "extracts/indicators.csv",
        "facts/communities/2015/110000.parquet",
        "facts/communities/2020/110000.parquet",
        "quarantine/communities/2020/110000.parquet",
    ];
    let written = |path: String| {
        let written = Written {
            sha256: "00ff".into(),
            bytes: 10,
            rows: 1,
        };
        (path, written)
    };
    of_tables.chain(others.map(str::to_owned)).map(written).collect()
}

#[test]
fn the_codebook_names_every_column_indicator_and_member() {
    let reasons = [
        ("not_reported", Text::new("未上报", "nothing came")),
        ("not_reported", Text::new("同上", "again")),
    ];
    let text = codebook(&pipeline(), &tables(), &reasons);
    for table in tables() {
        for column in &table.spec.columns {
            assert!(
                text.contains(&format!("| `{}` |", column.name)),
                "{}.{}",
                table.name,
                column.name
            );
        }
    }
    let rural = line_with(&text, "`rural_facility_coverage`");
    assert!(rural.contains("Σ(households) ÷ Σ(1) × 100 · communities"), "{rural}");
    assert!(text.contains("`east` 东部 East"), "{text}");
    assert!(text.contains("- `quarantine/communities/` "), "{text}");
    assert!(!text.contains("`extracts/`"), "none is asked for");
    let extract = Extract {
        table: "gaps".into(),
        formats: vec![ExtractFormat::Xlsx],
    };
    let with_extract = Pipeline {
        extracts: vec![extract],
        ..pipeline()
    };
    let page = codebook(&with_extract, &tables(), &reasons);
    assert!(
        page.contains("- `extracts/gaps.xlsx` = `tables/gaps.parquet`"),
        "{page}"
    );
    assert!(text.ends_with("- `not_reported` 未上报 nothing came\n\n"), "{text}");
}
