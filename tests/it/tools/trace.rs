//! `huizong trace`: from a published figure down to the cells it comes from.

use std::collections::BTreeMap;

use huizong::pipeline;
use huizong::report::TraceReport;
use huizong::run::look::{LookError, Release, TraceQuery, Which, trace};
use serde_json::Value;

use super::*;
use crate::support::table;

fn traced(indicator: &str, area: &str, top: Option<usize>) -> Result<TraceReport, LookError> {
    let mut pipeline = pipeline::load(&community_services()).unwrap();
    let release = Release::open(&PUBLISHED, &mut pipeline, Which::Current).unwrap();
    let query = TraceQuery {
        indicator: indicator.into(),
        area: area.into(),
        period: "2020".into(),
        top,
    };
    trace(&pipeline, &release, &query)
}

#[test]
fn every_level_and_the_records_add_up_to_what_is_published() {
    let mut pipeline = pipeline::load(&community_services()).unwrap();
    let release = Release::open(&PUBLISHED, &mut pipeline, Which::Current).unwrap();
    let (mut traced, mut restricted, mut incomplete) = (0, 0, 0);
    // The nation and a province by their largest parts, a city without counties and a county whole.
    let tops = |area: &str| match area {
        "000000" | "130000" => Some(Some(2)),
        "441900" | "110117" => Some(None),
        _ => None,
    };
    for row in table(&PUBLISHED, "indicators") {
        let (area, indicator) = (row["area_code"].text().unwrap(), row["indicator"].text().unwrap());
        if let Some(top) = tops(area) {
            let query = TraceQuery {
                indicator: indicator.into(),
                area: area.into(),
                period: "2020".into(),
                top,
            };
            let report =
                trace(&pipeline, &release, &query).unwrap_or_else(|error| panic!("{indicator} {area}: {error}"));
            let published = (number(&row, "numerator"), number(&row, "denominator"));
            let same = |what: &str, parts: Vec<(f64, f64)>| {
                let sum = parts
                    .iter()
                    .fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
                let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs();
                assert!(
                    close(sum.0, published.0) && close(sum.1, published.1),
                    "{indicator} {area} {what}: {sum:?} {published:?}"
                );
            };
            for level in &report.levels {
                let parts = level.areas.iter().map(|part| (part.numerator, part.denominator));
                same(
                    &level.level,
                    parts.chain([(level.rest.numerator, level.rest.denominator)]).collect(),
                );
                assert!(
                    level
                        .areas
                        .is_sorted_by(|a, b| (b.numerator, &a.code) <= (a.numerator, &b.code))
                );
            }
            let parts = report
                .records
                .iter()
                .map(|record| (record.numerator, record.denominator));
            let rest = &report.records_rest;
            same("records", parts.chain([(rest.numerator, rest.denominator)]).collect());
            assert_eq!(report.records.len() as i64 + rest.count, report.rows);
            assert_eq!(report.area.value, row["value"].number(), "{indicator} {area}");
            incomplete += usize::from(report.held.rows_without_numerator > 0);
            restricted += usize::from(report.held.rows_excluded > 0);
            traced += 1;
        }
    }
    let enough = traced > 120 && restricted > 30 && incomplete > 10;
    assert!(
        enough,
        "{traced} figures, {restricted} with a restriction, {incomplete} with missing cells"
    );
}

#[test]
fn what_is_held_back_is_counted() {
    let report = traced("rural_facility_coverage", "000000", Some(1)).unwrap();
    let submissions = table(&PUBLISHED, "submissions");
    let of_form = submissions
        .iter()
        .filter(|row| row["form"].text() == Some("communities") && row["status"].text() != Some("superseded"));
    let quarantined: f64 = of_form.map(|row| number(row, "rows_quarantined")).sum();
    assert_eq!(report.held.rows_quarantined as f64, quarantined);
    assert!(quarantined > 0.0);
    let held = &report.held;
    let told = report.rows
        + held.rows_without_numerator
        + held.rows_without_denominator
        + held.rows_undecided
        + held.rows_excluded;
    let facts = crate::support::facts(&PUBLISHED, "communities", "2020");
    assert_eq!(told as usize, facts.len(), "every accepted row is counted once");
}

/// Cells of UTF-8 files without line breaks in cells, by line and column.
fn cells(path: &str) -> Option<Vec<Vec<String>>> {
    let bytes = fs::read(root().join("sample_data/submissions").join(path)).unwrap();
    let text = String::from_utf8(bytes).ok()?;
    let delimiter = *b",;\t"
        .iter()
        .max_by_key(|byte| text.matches(char::from(**byte)).count())
        .unwrap();
    let cells = |line: &str| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .from_reader(line.as_bytes());
        let first = reader.records().next();
        first.map_or_else(Vec::new, |row| row.unwrap().iter().map(str::to_owned).collect())
    };
    Some(text.lines().map(cells).collect())
}

#[test]
fn a_traced_cell_holds_what_the_file_holds() {
    let report = traced("social_workers_per_community", "000000", None).unwrap();
    let mut compared = 0;
    let mut known: BTreeMap<usize, Option<Vec<Vec<String>>>> = BTreeMap::new();
    for record in &report.records {
        let path = &report.files[record.file].path;
        if !path.ends_with(".csv") {
            continue;
        }
        let Some(rows) = known.entry(record.file).or_insert_with(|| cells(path)).as_ref() else {
            continue;
        };
        let row = record.row.unwrap() as usize - 1;
        for cell in &record.cells {
            let (Some(at), Some(value)) = (&cell.cell, &cell.value) else {
                continue;
            };
            let letters = at.trim_end_matches(|c: char| c.is_ascii_digit());
            let column = letters
                .bytes()
                .fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1)
                - 1;
            let raw = rows
                .get(row)
                .and_then(|row| row.get(column))
                .unwrap_or_else(|| panic!("{path} {at}"));
            // Words and units are the cleaners' business; a plain figure must be the very same.
            if let Ok(figure) = raw.trim().parse::<f64>() {
                assert_eq!(figure, value.parse::<f64>().unwrap(), "{path} {at}");
                // A header of several rows is joined; its lowest part stands right above.
                let header = cell.header.as_deref().unwrap_or_default();
                let lowest = header.rsplit('/').next().unwrap_or_default();
                let stands = |row: &Vec<String>| row.get(column).is_some_and(|text| text.trim() == lowest);
                assert!(rows[..row].iter().any(stands), "{path} {at}: {header}");
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "only {compared} cells were compared");
    for file in &report.files {
        let name = file.path.split('#').next().unwrap();
        let bytes = fs::read(root().join("sample_data/submissions").join(name)).unwrap();
        let digest = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
        assert_eq!(
            digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            file.sha256,
            "{name}"
        );
    }
}

#[test]
fn a_trace_is_printed_for_people_and_programs() {
    let pipeline = dir();
    let trace = |more: &[&str]| {
        let args = [
            "trace",
            "rural_facility_coverage",
            "--area",
            "福建省",
            "--period",
            "2020",
            "--top",
            "2",
            "--pipeline",
            &pipeline,
        ];
        printed(&[&args, more].concat())
    };
    let zh = trace(&["--lang", "zh"]);
    for part in [
        "福建省 · 2020",
        "模拟数据",
        "分子",
        "未计入",
        "其余",
        "sha256",
        "有无综合服务设施 = ",
        "县级",
        "限定  城市社区与农村社区：农村社区",
    ] {
        assert!(zh.contains(part), "{part} is not in\n{zh}");
    }
    let json: Value = serde_json::from_str(&trace(&["--format", "json"])).unwrap();
    assert_eq!(json["area"]["code"], "350000");
    assert_eq!(json["records"].as_array().unwrap().len(), 2);
    let csv = trace(&["--format", "csv"]);
    let rows: Vec<BTreeMap<String, String>> = csv::Reader::from_reader(csv.as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect();
    let sum = |level: &str| {
        rows.iter()
            .filter(|row| row["level"] == level)
            .map(|row| row["numerator"].parse::<f64>().unwrap())
            .sum::<f64>()
    };
    assert_eq!(rows[0]["numerator"].parse::<f64>().unwrap(), sum("county"));
    assert_eq!(sum("county"), sum("communities"));
}

#[test]
fn what_is_not_given_is_listed() {
    let said_by = |args: &[&str]| {
        let pipeline = community_services();
        let output = PUBLISHED.to_str().unwrap().to_owned();
        let mut all = vec![args[0].to_owned(), "--output".to_owned(), output];
        all.extend(args[1..].iter().map(|arg| (*arg).to_owned()));
        all.extend(["--pipeline".to_owned(), pipeline.to_str().unwrap().to_owned()]);
        let ended = huizong(all);
        assert_eq!(ended.status.code(), Some(2));
        said(&ended)
    };
    let traced = said_by(&["trace"]);
    for line in [
        "not given: INDICATOR, --area, --period",
        "urban_facility_coverage",
        "--period: 2015, 2018, 2020",
    ] {
        assert!(traced.contains(line), "{traced}");
    }
    let traced = said_by(&["trace", "urban_facility_coverage", "--area", "130000"]);
    assert!(
        traced.contains("not given: --period\n") && !traced.contains("--area:"),
        "{traced}"
    );
    let sql = said_by(&["sql"]);
    for line in [
        "not given: QUERY, --form",
        "QUERY: cube, records",
        "--form: communities, county_summaries",
    ] {
        assert!(sql.contains(line), "{sql}");
    }
}
