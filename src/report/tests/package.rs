//! What describes a release: the data package and the codebook.

use std::collections::BTreeMap;

use super::{line_with, pipeline, tables};
use crate::domain::Text;
use crate::lake::Written;
use crate::pipeline::{Extract, ExtractFormat, Pipeline};
use crate::report::*;
use crate::tables::{Table, TableHead};

fn heads(tables: &[Table]) -> Vec<TableHead<'_>> {
    tables.iter().map(Table::head).collect()
}

#[test]
fn the_data_package_describes_every_column() {
    let DataPackage {
        descriptor: package,
        schemas,
    } = datapackage(&pipeline(), &heads(&tables()), &files());
    let resources = package["resources"].as_array().unwrap();
    let named = |name: &str| resources.iter().find(|r| r["name"] == name).unwrap();
    assert_eq!(
        resources.len(),
        tables().len() + 5,
        "two of facts, quarantine, two extracts"
    );
    let facts = &schemas["schemas/facts_communities.json"];
    for period in ["2015", "2020"] {
        let part = named(&format!("facts_communities_{period}_110000"));
        assert_eq!(part["path"], format!("facts/communities/{period}/110000.parquet"));
        assert_eq!(part["schema"], "schemas/facts_communities.json");
        assert_eq!(part["licenses"][0]["name"], "CC-BY-4.0");
    }
    let names: Vec<&str> = facts["fields"]
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
    assert_eq!(facts["primaryKey"], serde_json::json!(["period", "community_code"]));
    let held_back = &schemas["schemas/quarantine_communities.json"];
    assert_eq!(held_back["fields"].as_array().unwrap().len(), 9);
    assert_eq!(held_back["fields"][7]["name"], "households");
    assert_eq!(held_back["fields"][7]["type"], "string", "as received");
    let extract = named("extract_indicators_2020q4_csv");
    assert_eq!(extract["path"], "extracts/indicators/2020Q4.csv");
    assert_eq!(named("extract_submissions_csv")["path"], "extracts/submissions.csv");
    let names = |resource: &serde_json::Value| -> Vec<serde_json::Value> {
        let fields = resource["schema"]["fields"].as_array().unwrap();
        fields.iter().map(|field| field["name"].clone()).collect()
    };
    assert_eq!(names(extract), names(named("indicators")));
}

#[test]
fn the_data_package_tells_nulls_from_texts_and_which_values_there_are() {
    let DataPackage {
        descriptor: package, ..
    } = datapackage(&pipeline(), &heads(&tables()), &files());
    let resources = package["resources"].as_array().unwrap();
    let named = |name: &str| resources.iter().find(|r| r["name"] == name).unwrap();
    let field = |resource: &serde_json::Value, name: &str| {
        let fields = resource["schema"]["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap().clone()
    };
    // Parquet has nulls of its own: an empty text is a text, and a number may be shown as NaN where it is null.
    let table = named("indicators");
    assert_eq!(table["schema"]["missingValues"], serde_json::json!([]));
    assert_eq!(field(table, "value")["missingValues"], serde_json::json!(["nan"]));
    assert!(field(table, "unit").get("missingValues").is_none());
    let extract = named("extract_indicators_2020q4_csv");
    assert!(extract["schema"].get("missingValues").is_none(), "the standard: empty");
    assert!(field(extract, "value").get("missingValues").is_none());
    let values = |name: &str| field(table, name)["constraints"]["enum"].clone();
    assert_eq!(values("obs_status"), serde_json::json!(["A", "P", "O", "M"]));
    assert_eq!(values("level"), serde_json::json!(["nation", "province", "county"]));
    assert!(values("unit").is_null(), "any unit");
    // A key in which a column may be null is unique, and no primary key.
    let corrections = &named("corrections")["schema"];
    assert!(corrections.get("primaryKey").is_none());
    assert_eq!(
        corrections["uniqueKeys"],
        serde_json::json!([["correction", "submission_id", "row", "field"]])
    );
}

#[test]
fn the_names_of_resources_are_plain_and_differ() {
    let mut files = files();
    let written = files["CODEBOOK.md"].clone();
    for path in ["A1", "a1", "衡水"].map(|area| format!("facts/communities/2020-Q1/{area}.parquet")) {
        files.insert(path, written.clone());
    }
    let package = datapackage(&pipeline(), &heads(&tables()), &files).descriptor;
    let resources = package["resources"].as_array().unwrap();
    let names: Vec<&str> = resources.iter().map(|r| r["name"].as_str().unwrap()).collect();
    for name in [
        "facts_communities_2020-q1_a1",
        "facts_communities_2020-q1_a1_2",
        "facts_communities_2020-q1___",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
}

#[test]
fn the_data_package_tells_size_hash_and_what_refers_to_what() {
    let DataPackage {
        descriptor: package,
        schemas,
    } = datapackage(&pipeline(), &heads(&tables()), &files());
    let resources = package["resources"].as_array().unwrap();
    let named = |name: &str| resources.iter().find(|r| r["name"] == name).unwrap();
    assert_eq!(named("findings")["hash"], "sha256:00ff");
    assert!(
        named("findings").get("bytes").is_none(),
        "readers of Parquet do not count them"
    );
    assert_eq!(named("extract_indicators_2020q4_csv")["bytes"], 10);
    let facts = &schemas["schemas/facts_communities.json"];
    let to = |table: &str, column: &str| serde_json::json!({"fields": [column], "reference": {"resource": table, "fields": [column]}});
    assert_eq!(
        named("findings")["schema"]["foreignKeys"],
        serde_json::json!([to("submissions", "submission_id")])
    );
    let both = serde_json::json!([to("areas", "area_code"), to("submissions", "submission_id")]);
    // Told, and not asked to be looked up anew for each of many files.
    assert_eq!((&facts["references"], facts.get("foreignKeys")), (&both, None));
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
        "extracts/indicators/2020Q4.csv",
        "extracts/submissions.csv",
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
    let text = codebook(&pipeline(), &heads(&tables()), &reasons);
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
        formats: vec![ExtractFormat::Xlsx, ExtractFormat::Csv],
    };
    let with_extract = Pipeline {
        extracts: vec![extract],
        ..pipeline()
    };
    let page = codebook(&with_extract, &heads(&tables()), &reasons);
    assert!(
        page.contains("- `extracts/gaps.xlsx` = `tables/gaps.parquet`\n- `extracts/gaps/*.csv` = "),
        "{page}"
    );
    assert!(text.ends_with("- `not_reported` 未上报 nothing came\n\n"), "{text}");
}
