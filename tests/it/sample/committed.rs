//! The committed sample: it is what the generator makes, and looks like the nation.

use calamine::Reader;

use super::*;

/// The arguments that made `sample_data/`.
const COMMITTED: [&str; 6] = ["--counties", "2", "--communities", "50", "--fault-rate", "0.0228"];

#[test]
fn the_committed_sample_is_what_the_generator_makes() {
    let dir = tempfile::tempdir().unwrap();
    generate(&community_services(), dir.path(), &COMMITTED);
    let (made, kept) = (files(dir.path()), files(&root().join("sample_data")));
    let names = |all: &BTreeMap<String, Vec<u8>>| all.keys().cloned().collect::<BTreeSet<String>>();
    let odd: Vec<String> = names(&made).symmetric_difference(&names(&kept)).cloned().collect();
    let differ = |(name, bytes): (&String, &Vec<u8>)| (!same(name, bytes, &made[name])).then(|| name.clone());
    let changed: Vec<String> = if odd.is_empty() {
        kept.iter().filter_map(differ).collect()
    } else {
        Vec::new()
    };
    assert!(
        odd.is_empty() && changed.is_empty(),
        "only on one side: {odd:?}; changed: {changed:?}\naccept with: huizong sample --pipeline pipelines/community-services --output sample_data {}",
        COMMITTED.join(" ")
    );
    assert!(
        kept.values().map(Vec::len).sum::<usize>() < 6_000_000,
        "the sample is to stay below 6 MB"
    );
}

#[test]
fn every_province_and_the_corps_send_in_every_period() {
    let reporters = read_csv(&root().join("sample_data/submissions/reporters.csv"));
    for period in ["2015", "2018", "2020"] {
        let codes: BTreeSet<&str> = reporters
            .iter()
            .filter(|r| r["period"] == period)
            .map(|r| r["area_code"].as_str())
            .collect();
        let provinces: BTreeSet<&str> = codes.iter().filter(|c| **c != "660000").map(|c| &c[..2]).collect();
        assert_eq!(provinces.len(), 31, "{period}");
        assert!(codes.contains("660000"), "{period}");
        assert!(
            !codes.iter().any(|c| c.starts_with("6590")),
            "the cities of the Corps report through it"
        );
    }
}

#[test]
fn national_levels_come_near_the_published_ones() {
    let truth = read_csv(&root().join("sample_data/truth/truth_indicators.csv"));
    // How far off chance may lead a sample of this size: points of a percentage, a tenth of any other figure.
    for (period, indicator, published, tolerance) in [
        ("2015", "urban_facility_coverage", 82.0, 2.0),
        ("2020", "urban_facility_coverage", 100.0, 0.5),
        ("2015", "rural_facility_coverage", 12.3, 1.0),
        ("2020", "rural_facility_coverage", 65.7, 2.0),
        ("2015", "urban_platform_coverage", 10.0, 1.0),
        ("2020", "urban_platform_coverage", 60.0, 2.5),
        ("2015", "urban_facility_area_per_100_households", 20.0, 2.0),
        ("2020", "urban_facility_area_per_100_households", 30.0, 3.0),
        ("2020", "volunteer_share", 13.0, 1.0),
        ("2020", "urban_social_organisations", 10.0, 1.0),
        ("2020", "rural_social_organisations", 5.0, 0.5),
    ] {
        let is_it = |l: &&BTreeMap<String, String>| {
            l["period"] == period && l["area_code"] == "000000" && l["indicator"] == indicator
        };
        let value: f64 = truth.iter().find(is_it).unwrap()["value"].parse().unwrap();
        let off = (value - published).abs();
        assert!(
            off < tolerance,
            "{indicator} in {period} is {value}, published {published}"
        );
    }
}

/// Text files byte for byte; workbooks cell for cell, or unreadable both.
fn same(name: &str, one: &[u8], other: &[u8]) -> bool {
    if !name.ends_with(".xlsx") {
        return one == other;
    }
    cells(one) == cells(other)
}

fn cells(bytes: &[u8]) -> Option<Vec<(String, Vec<Vec<String>>)>> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).ok()?;
    let sheets = book.worksheets();
    let row = |row: &[calamine::Data]| row.iter().map(|cell| format!("{cell:?}")).collect();
    Some(
        sheets
            .into_iter()
            .map(|(name, range)| (name, range.rows().map(row).collect()))
            .collect(),
    )
}
