//! The registry that is shipped: counts against the ministry's, and nothing that counts twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use huizong::domain::{Period, PeriodKind};
use huizong::pipeline::{self, Pipeline, UNKNOWN};
use huizong::registry::{Areas, Registry};

const YEARS: [&str; 6] = ["2015", "2016", "2017", "2018", "2019", "2020"];
const PLANNED_CITIES: [&str; 5] = ["210200", "330200", "350200", "370200", "440300"];
const CORPS: &str = "660000";

fn year(text: &str) -> Period {
    Period::parse(text, PeriodKind::Year).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/community-services")
}

fn shipped() -> (Pipeline, Registry) {
    let pipeline = pipeline::load(&folder()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let registry = Registry::load(&pipeline).unwrap_or_else(|faults| panic!("{faults:#?}"));
    (pipeline, registry)
}

fn of_kind(areas: &Areas, kind: &str) -> usize {
    areas.iter().filter(|area| area.kind == kind).count()
}

#[test]
fn county_counts_are_the_ministrys() {
    let (_, registry) = shipped();
    let counts: Vec<_> = YEARS
        .iter()
        .map(|text| {
            let areas = registry.at(year(text));
            ["county", "prefecture", "province", "stand_in", "corps", "nation"].map(|kind| of_kind(&areas, kind))
        })
        .collect();
    let expected = [
        [2850, 330, 31, 4, 1, 1],
        [2851, 330, 31, 4, 1, 1],
        [2851, 330, 31, 4, 1, 1],
        [2851, 329, 31, 4, 1, 1],
        [2846, 329, 31, 4, 1, 1],
        [2844, 329, 31, 4, 1, 1],
    ];
    assert_eq!(counts, expected);
}

#[test]
fn every_area_has_a_chain_to_the_root() {
    let (_, registry) = shipped();
    for text in YEARS {
        let areas = registry.at(year(text));
        for area in areas.iter() {
            let chain = areas.ancestors(&area.code);
            assert_eq!(chain.last().unwrap().code, "000000", "{text} {}", area.code);
            assert!(
                chain.windows(2).all(|pair| pair[0].level > pair[1].level),
                "{text} {}",
                area.code
            );
            let province = areas.ancestor_at(&area.code, 1);
            assert_eq!(province.is_none(), area.level == 0, "{text} {}", area.code);
            assert!(area.source.is_some(), "{} names no source", area.code);
        }
    }
}

#[test]
fn boundary_changes_fall_between_the_right_years() {
    let (_, registry) = shipped();
    let name = |text: &str, code: &str| registry.at(year(text)).get(code).map(|area| area.name.clone());
    assert_eq!(name("2015", "130604"), None, "merged away in 2015");
    assert_eq!(name("2015", "210112").as_deref(), Some("浑南区"));
    assert_eq!(name("2015", "513201").as_deref(), Some("马尔康市"));
    assert_eq!((name("2017", "371202").is_some(), name("2018", "371202")), (true, None));
    assert_eq!(
        (name("2017", "370116"), name("2018", "370116").as_deref()),
        (None, Some("莱芜区"))
    );
    assert_eq!(
        (name("2019", "130502").as_deref(), name("2020", "130502").as_deref()),
        (Some("桥东区"), Some("襄都区"))
    );
    assert_eq!((name("2015", "130171"), name("2018", "130171").is_some()), (None, true));
}

#[test]
fn regions_and_terrain_cover_every_area() {
    let (pipeline, registry) = shipped();
    let areas = registry.at(year("2018"));
    let members = |id: &str, level: usize| {
        let dimension = pipeline
            .dimensions
            .iter()
            .position(|dimension| dimension.id == id)
            .unwrap();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for area in areas.at_level(level) {
            let member = areas
                .member(dimension, &area.code)
                .unwrap_or_else(|| panic!("{} has no member", area.code));
            *counts
                .entry(&pipeline.dimensions[dimension].members[usize::from(member)].id)
                .or_default() += 1;
        }
        counts
    };
    assert_eq!(
        members("macro_region", 1),
        BTreeMap::from([("east", 11), ("centre", 8), ("west", 12)])
    );
    assert_eq!(
        members("four_region", 1),
        BTreeMap::from([("east", 10), ("centre", 6), ("northeast", 3), ("west", 12)])
    );
    let terrain = members("terrain", 3);
    assert_eq!(
        terrain.keys().copied().collect::<Vec<_>>(),
        ["hill", "mountain", "plain", UNKNOWN]
    );
    assert!(terrain.values().all(|&count| count > 400), "{terrain:?}");
}

#[test]
fn terrain_names_every_county_of_all_times_and_calls_itself_illustrative() {
    let (_, registry) = shipped();
    let counties: BTreeSet<&str> = registry
        .all()
        .iter()
        .filter(|a| a.level == 3)
        .map(|a| a.code.as_str())
        .collect();
    let table = fs::read_to_string(folder().join("registry/terrain.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .map(|line| line.splitn(3, ',').collect())
        .collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<BTreeSet<_>>(), counties);
    for row in rows {
        assert!(row[2].starts_with("illustrative"), "{row:?}");
        assert!(!["660000", "130171"].contains(&row[0]) || row[1] == UNKNOWN, "{row:?}");
    }
}

#[test]
fn communities_of_the_corps_are_its_own_and_no_citys() {
    let (_, registry) = shipped();
    for text in YEARS {
        let areas = registry.at(year(text));
        let cities: Vec<_> = areas.at_level(3).filter(|area| area.code.starts_with("6590")).collect();
        assert!(cities.len() >= 8, "{text}");
        for city in cities {
            assert_eq!(
                (city.kind.as_str(), city.parent_code.as_deref()),
                ("county", Some("650000"))
            );
            let community = format!("{}001001", city.code);
            assert_eq!(areas.home_of(&community, CORPS).unwrap().code, CORPS);
            assert!(!areas.contains(&city.code, CORPS));
        }
        assert_eq!(
            areas.home_of("650102001001", CORPS).unwrap().code,
            "650102",
            "the rest of Xinjiang is not the Corps'"
        );
    }
}

#[test]
fn every_community_counts_once_on_each_level() {
    let (_, registry) = shipped();
    for text in YEARS {
        let areas = registry.at(year(text));
        let sent_by = |code: &str| {
            if code.starts_with("6590") {
                CORPS.to_owned()
            } else {
                code.to_owned()
            }
        };
        let mut sums: BTreeMap<&str, u32> = BTreeMap::new();
        let leaves: Vec<_> = areas.at_level(3).filter(|area| area.code != CORPS).collect();
        for leaf in &leaves {
            let community = format!("{}001001", leaf.code);
            let home = areas.home_of(&community, &sent_by(&leaf.code)).unwrap();
            for area in areas.ancestors(&home.code) {
                *sums.entry(&area.code).or_default() += 1;
            }
        }
        let corps = leaves.iter().filter(|leaf| leaf.code.starts_with("6590")).count() as u32;
        assert_eq!(sums["000000"], leaves.len() as u32, "{text}");
        assert_eq!(sums[CORPS], corps, "{text}");
        assert_eq!(
            areas
                .at_level(1)
                .map(|province| sums[province.code.as_str()])
                .sum::<u32>(),
            sums["000000"],
            "{text}"
        );
        for city in PLANNED_CITIES {
            let chain: Vec<_> = areas.ancestors(city).iter().map(|area| area.code.clone()).collect();
            assert_eq!(
                chain,
                [city.to_owned(), format!("{}0000", &city[..2]), "000000".to_owned()]
            );
            let beneath = leaves.iter().filter(|leaf| areas.contains(city, &leaf.code)).count() as u32;
            assert_eq!(sums[city], beneath, "{text} {city}");
        }
    }
}

#[test]
fn names_of_ministry_tables_are_found() {
    let (_, registry) = shipped();
    let areas = registry.at(year("2020"));
    for (name, level, code) in [
        ("北 京", 1, "110000"),
        ("内蒙古", 1, "150000"),
        ("新　疆", 1, "650000"),
        ("全  国", 0, "000000"),
        ("合计", 0, "000000"),
        ("石家庄", 2, "130100"),
        ("Guangxi", 1, "450000"),
        ("兵团", 3, "660000"),
        ("东莞市", 3, "441900"),
    ] {
        assert_eq!(
            areas.by_name(name, level, "000000").map(|area| area.code.as_str()),
            Some(code),
            "{name}"
        );
    }
    assert!(
        areas.by_name("朝阳区", 3, "000000").is_none(),
        "Beijing and Changchun have one each"
    );
    assert_eq!(areas.by_name("朝阳区", 3, "110000").unwrap().code, "110105");
    assert_eq!(areas.nearest_name("正锭县", 3, "130000").unwrap().code, "130123");
}

/// A row of the shipped table of changes: old code, new code, date, kind.
fn changes() -> Vec<[String; 4]> {
    let path = folder().join("registry/changes.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        assert!(!row[5].is_empty(), "{row:?} names its source");
        [0, 1, 2, 3].map(|at| row[at].to_owned())
    });
    rows.collect()
}

#[test]
fn every_code_that_comes_or_goes_has_a_change() {
    let (_, registry) = shipped();
    let changes = changes();
    for at in 2016..=2020 {
        let (earlier, later) = (
            registry.at(year(&(at - 1).to_string())),
            registry.at(year(&at.to_string())),
        );
        let day = format!("{at}-12-31");
        let here = |row: &&[String; 4]| row[2] == day;
        for gone in earlier.iter().filter(|area| later.get(&area.code).is_none()) {
            assert!(
                changes.iter().filter(here).any(|row| row[0] == gone.code),
                "{day}: {} {} has no successor and is not abolished",
                gone.code,
                gone.name
            );
        }
        for new in later.iter().filter(|area| earlier.get(&area.code).is_none()) {
            assert!(
                changes.iter().filter(here).any(|row| row[1] == new.code),
                "{day}: {} {} has no predecessor and is not created",
                new.code,
                new.name
            );
        }
    }
}

#[test]
fn changes_fit_the_divisions() {
    let (_, registry) = shipped();
    let first = "2015-12-31";
    for [old, new, date, kind] in changes() {
        let at: i32 = date[..4].parse().unwrap();
        let now = registry.at(year(&at.to_string()));
        assert_eq!(old.is_empty(), kind == "created", "{old} {new}");
        assert_eq!(new.is_empty(), kind == "abolished", "{old} {new}");
        assert!(new.is_empty() || now.get(&new).is_some(), "{date}: {new} is in force");
        if date.as_str() > first && !old.is_empty() {
            let before = registry.at(year(&(at - 1).to_string()));
            let area = before.get(&old).unwrap_or_else(|| panic!("{date}: {old} was in force"));
            let goes_on = now.get(&old).is_some_and(|now| now.kind == area.kind);
            match kind.as_str() {
                "transfer" | "rename" => assert!(goes_on, "{date}: {old} is still in force"),
                "recode" | "merge" | "abolished" => assert!(!goes_on, "{date}: {old} has ended"),
                kind => assert_eq!(kind, "split", "{old} {new}"),
            }
        }
    }
}
