//! What describes a release: the data package and the codebook.

use std::collections::BTreeMap;

use super::{line_with, pipeline, tables};
use crate::domain::Text;
use crate::lake::Written;
use crate::pipeline::{Credit, Extract, ExtractFormat, Pipeline};
use crate::report::*;
use crate::tables::{MemberRow, Table, TableHead};

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
fn the_data_package_says_who_publishes_and_what_codes_and_units_mean() {
    let package = datapackage(&pipeline(), &heads(&tables()), &files()).descriptor;
    assert_eq!(package["contributors"][0]["title"], "Bureau of Civil Statistics");
    assert_eq!(package["contributors"][0]["titles"]["zh"], "民政统计司");
    assert_eq!(package["contributors"][1]["titles"]["zh"], "统计处");
    assert_eq!(package["contributors"][1]["roles"][0], "contact");
    assert_eq!(package["description"], "Facilities of \"communities\"");
    assert_eq!(package["homepage"], "https://example.org/communities");
    assert_eq!(package["units"]["percent"], serde_json::json!({ "en": "%", "zh": "%" }));
    let resources = package["resources"].as_array().unwrap();
    let fields = |name: &str| resources.iter().find(|r| r["name"] == name).unwrap()["schema"]["fields"].clone();
    let indicators = fields("indicators");
    let field = |name: &str| {
        indicators
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["name"] == name)
            .unwrap()
    };
    let partial = &field("obs_status")["categories"][1];
    assert_eq!(partial["value"], "P");
    assert_eq!(partial["label"], "provisional: something is missing or quarantined");
    assert!(
        field("period").get("categories").is_none(),
        "a period stands for itself"
    );
    assert!(field("value")["caveats"]["zh"].as_str().unwrap().contains("不可平均"));
}

#[test]
fn what_nobody_has_said_is_left_out() {
    let silent = Pipeline {
        credit: Credit::default(),
        licence: None,
        synthetic: false,
        ..pipeline()
    };
    let package = datapackage(&silent, &heads(&tables()), &files()).descriptor;
    let dataset = croissant(&silent, &heads(&tables()), &files());
    for member in [
        "licenses",
        "contributors",
        "description",
        "homepage",
        "license",
        "creator",
        "url",
    ] {
        assert!(
            package.get(member).is_none() && (member == "description" || dataset.get(member).is_none()),
            "{member}"
        );
    }
    assert_eq!(
        dataset["description"]["en"],
        "Urban and rural community services, 2015–2020."
    );
    assert_eq!(
        citation(&silent),
        "cff-version: 1.2.0\nmessage: \"If you use this dataset, please cite it as below.\"\ntype: \"dataset\"\n\
         title: \"Urban and rural community services\"\nabstract: \"Urban and rural community services, 2015–2020.\"\n\
         authors:\n  - name: \"Publisher not named in the pipeline\"\n"
    );
}

#[test]
fn the_citation_is_safe_yaml_and_says_that_data_are_made_up() {
    let text = citation(&pipeline());
    assert!(
        line_with(&text, "message").contains("never quote its figures"),
        "{text}"
    );
    assert_eq!(
        line_with(&text, "abstract"),
        "abstract: \"Facilities of \\\"communities\\\". Synthetic data, no real statistics.\""
    );
    assert_eq!(line_with(&text, "license"), "license: \"CC-BY-4.0\"");
    let own = Pipeline {
        licence: Some("internal use only".into()),
        ..pipeline()
    };
    let text = citation(&own);
    assert!(
        !text.contains("license:") && text.contains(" Licence: internal use only."),
        "{text}"
    );
}

#[test]
fn the_description_for_catalogues_has_every_file_and_column() {
    let dataset = croissant(&pipeline(), &heads(&tables()), &files());
    let with_id = |list: &str, id: &str| {
        let found = dataset[list].as_array().unwrap().iter().find(|one| one["@id"] == id);
        found.unwrap_or_else(|| panic!("no {id}")).clone()
    };
    let parquet = files().keys().filter(|path| path.ends_with(".parquet")).count();
    assert_eq!(
        dataset["distribution"].as_array().unwrap().len(),
        parquet + 2,
        "and two sets of files"
    );
    let file = with_id("distribution", "facts/communities/2015/110000.parquet");
    assert_eq!(
        (&file["sha256"], &file["contentSize"]),
        (&"00ff".into(), &"10 B".into())
    );
    assert_eq!(
        with_id("distribution", "facts/communities")["includes"],
        "facts/communities/*/*.parquet"
    );
    assert_eq!(dataset["temporalCoverage"], "2015-01-01/2020-12-31");
    assert_eq!(dataset["license"], "https://spdx.org/licenses/CC-BY-4.0");
    let indicators = with_id("recordSet", "indicators");
    let key: Vec<&str> = indicators["key"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["@id"].as_str().unwrap())
        .collect();
    assert_eq!(
        key,
        ["indicators/period", "indicators/area_code", "indicators/indicator"]
    );
    let share = indicators["field"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["name"] == "attainment_share");
    let share = share.unwrap();
    assert_eq!(
        (&share["dataType"], &share["source"]["extract"]["column"]),
        (&"sc:Float".into(), &"attainment_share".into())
    );
    assert_eq!(
        share["description"]["en"],
        "(value − baseline)/(target − baseline). Unit: share. Null: value, baseline or target is missing. \
         Caution: may lie below 0 or above 1; not to be averaged over areas."
    );
    assert!(
        with_id("recordSet", "corrections").get("key").is_none(),
        "a column of it may be null"
    );
    assert!(
        with_id("recordSet", "facts_communities")["field"]
            .as_array()
            .unwrap()
            .len()
            > 5
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
    let mut all = tables();
    all.push(Table::of::<MemberRow>());
    let DataPackage {
        descriptor: package,
        schemas,
    } = datapackage(&pipeline(), &heads(&all), &files());
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
    let gaps = named("gaps")["schema"]["foreignKeys"].as_array().unwrap();
    let members = |own: &str| serde_json::json!({"fields": ["dimension", own], "reference": {"resource": "members", "fields": ["dimension", "member"]}});
    let scope =
        serde_json::json!({"fields": ["scope_code"], "reference": {"resource": "areas", "fields": ["area_code"]}});
    for reference in [members("a"), members("b"), scope] {
        assert!(gaps.contains(&reference), "{reference} in {gaps:?}");
    }
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
