//! Made-up chains of changes, against every way in which what was divided in unknown shares may have been divided.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use huizong::domain::{AreaCounts, Cell, Expected, FormCoverage, IndicatorCells, Period, PeriodKind};
use huizong::pipeline::Pipeline;
use huizong::registry::{Crosswalk, Registry};
use huizong::statistics::{Inputs, OnBoundaries, compare_on_boundaries, crosswalks, places};
use huizong::tables::{ConstantGapRow, ConstantGroupRow, ConstantInequalityRow};
use proptest::prelude::*;

use crate::support::{World, indicators, measures, plan};

/// A county of 2000.
#[derive(Clone, Debug)]
struct County {
    /// What becomes of it, see [`History::add`].
    fate: u8,
    is_east: bool,
    /// Whether its second part goes to the other province.
    leaves: bool,
    /// Whether each of its parts is plain.
    plain: [bool; 4],
    /// People served and people, in towns and in villages.
    amounts: [(i64, i64); 2],
    /// Whether it has sent nothing.
    is_silent: bool,
}

fn county() -> impl Strategy<Value = County> {
    let amounts = || (0..20_i64, 0..30_i64).prop_map(|(served, more)| (served, served + more + 1));
    let place = (0..9_u8, any::<bool>(), any::<bool>(), any::<[bool; 4]>());
    (place, amounts(), amounts(), prop::bool::weighted(0.2)).prop_map(
        |((fate, is_east, leaves, plain), town, village, is_silent)| County {
            fate,
            is_east,
            leaves,
            plain,
            amounts: [town, village],
            is_silent,
        },
    )
}

/// The tables of a registry, and where each area lies: its province and terrain.
struct History {
    divisions: String,
    changes: String,
    areas: BTreeMap<String, (&'static str, &'static str)>,
}

impl History {
    fn of(counties: &[County]) -> History {
        let mut all = History {
            divisions:
                "code,name,level,parent_code,valid_from,valid_to\nN,N,nation,,,\nE,E,province,N,,\nW,W,province,N,,\n"
                    .to_owned(),
            changes: "old_code,new_code,date,kind,share,source\n".to_owned(),
            areas: BTreeMap::new(),
        };
        for (at, county) in counties.iter().enumerate() {
            all.add(&format!("C{at}"), county);
        }
        if all.changes.contains(",M,") {
            all.area("M", ("E", "plain"), "2002-01-01,");
        }
        all
    }

    fn area(&mut self, code: &str, place: (&'static str, &'static str), valid: &str) {
        self.divisions += &format!("{code},{code},county,{},{valid}\n", place.0);
        self.areas.insert(code.to_owned(), place);
    }

    fn add(&mut self, code: &str, county: &County) {
        let provinces = if county.is_east { ["E", "W"] } else { ["W", "E"] };
        let place = |part: usize| {
            let province = provinces[usize::from(part == 1 && county.leaves)];
            (province, if county.plain[part] { "plain" } else { "hill" })
        };
        // Each part: its letter, the dates of its beginning and end.
        let (first, second) = ("2001-01-01", "2002-01-01");
        let (before_first, before_second) = ("2000-12-31", "2001-12-31");
        let parts: &[(&str, &str, &str)] = match county.fate {
            0 => &[],
            1 => &[("a", first, "")],
            2..=3 => &[("a", first, ""), ("b", first, "")],
            4 => &[("a", first, ""), ("b", first, ""), ("c", first, "")],
            5 => &[
                ("a", first, ""),
                ("b", first, before_second),
                ("c", second, ""),
                ("d", second, ""),
            ],
            6 => &[
                ("a", first, before_second),
                ("b", first, before_second),
                ("c", second, ""),
            ],
            7 => &[],
            _ => &[("a", first, ""), ("b", first, before_second)],
        };
        let changes: &[(&str, &str, &str, &str, &str)] = match county.fate {
            0 => &[],
            1 => &[("", "a", first, "recode", "1")],
            2 => &[("", "a", first, "split", "0.3"), ("", "b", first, "split", "0.7")],
            3 => &[("", "a", first, "split", ""), ("", "b", first, "split", "")],
            4 => &[
                ("", "a", first, "split", "0.125"),
                ("", "b", first, "split", ""),
                ("", "c", first, "split", ""),
            ],
            5 => &[
                ("", "a", first, "split", ""),
                ("", "b", first, "split", ""),
                ("b", "c", second, "split", "0.4"),
                ("b", "d", second, "split", "0.6"),
            ],
            6 => &[
                ("", "a", first, "split", "0.4"),
                ("", "b", first, "split", "0.6"),
                ("a", "c", second, "merge", "1"),
                ("b", "c", second, "merge", "1"),
            ],
            7 => &[("", "M", second, "merge", "1")],
            _ => &[
                ("", "a", first, "split", "0.45"),
                ("", "b", first, "split", "0.55"),
                ("b", "M", second, "merge", "1"),
            ],
        };
        let until = match county.fate {
            0 => "",
            7 => before_second,
            _ => before_first,
        };
        self.area(code, place(0), &format!(",{until}"));
        for (at, (letter, from, to)) in parts.iter().enumerate() {
            self.area(&format!("{code}{letter}"), place(at), &format!("{from},{to}"));
        }
        for (old, new, date, kind, share) in changes {
            let new = if *new == "M" {
                "M".to_owned()
            } else {
                format!("{code}{new}")
            };
            self.changes += &format!("{code}{old},{new},{date},{kind},{share},made up\n");
        }
    }

    fn world(&self) -> World {
        let terrain: String = self
            .areas
            .iter()
            .map(|(code, (_, terrain))| format!("{code},{terrain}\n"))
            .collect();
        World::new(&plan("plain", &["nation", "province", "county"], &["2000"]), &self.divisions)
            .extended(
                "pipeline.toml",
                "changes = 'changes.csv'\n[reporters]\nfile = 'reporters.csv'\n\
                 [boundaries]\nconstant = '2010-12-31'\ntables = ['groups', 'gaps', 'inequality']\n",
            )
            .defined("changes.csv", &self.changes)
            .form(
                "roster",
                "unit = 'place'\nkey = ['place']\nfiles = ['{period}/{county}_*']",
                "place | text | Place | required = true\nkind | text | Kind\nserved | integer | Served\npeople | integer | People",
            )
            .defined("measures.toml", measures("served | roster | served\npeople | roster | people"))
            .defined(
                "indicators.toml",
                indicators("share | served | people | factor = 100; unit = 'percent'; better = 'higher'; register = 'people'; plausible = { min = 0, max = 100 }"),
            )
            .defined(
                "dimensions.toml",
                "[[dimension]]\nid = 'terrain'\nlevel = 'county'\nsource = 'terrain.csv'\norder = ['plain', 'hill', 'unknown']\n\
                 compare = [['plain', 'hill']]\nstrata = ['kind']\n\
                 [[dimension]]\nid = 'kind'\nlevel = 'place'\ncolumn = 'kind'\nmap = { town = ['t'], village = ['v'] }\n\
                 order = ['town', 'village']\ncompare = [['town', 'village']]\n\
                 [[dimension]]\nid = 'terrain_kind'\ncross = ['terrain', 'kind']\ncompare = [['plain_town', 'hill_town']]\n",
            )
            .defined("terrain.csv", format!("code,terrain\n{terrain}"))
    }
}

/// Numerator, denominator, and denominator of what is missing.
type Sums = [f64; 3];

/// What lies in each county of 2010, in towns and in villages, if what was divided in unknown shares was divided in one certain way.
type Division = BTreeMap<String, [Sums; 2]>;

/// Every division that leaves each piece whole.
fn divisions(counties: &[County], crosswalk: &Crosswalk) -> Vec<Division> {
    let mut all = vec![Division::new()];
    for (at, county) in counties.iter().enumerate() {
        for piece in crosswalk.pieces(&format!("C{at}")) {
            let share = piece.share.value();
            let own = county.amounts.map(|(served, people)| match county.is_silent {
                false => [share * served as f64, share * people as f64, 0.0],
                true => [0.0, 0.0, share * people as f64],
            });
            let with = |division: &Division, code: &String| {
                let mut division = division.clone();
                let there = division.entry(code.clone()).or_default();
                for (sums, own) in there.iter_mut().zip(own) {
                    sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
                }
                division
            };
            all = (all.iter())
                .flat_map(|division| piece.among.iter().map(move |code| with(division, code)))
                .collect();
        }
    }
    all
}

fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(1.0)
}

fn computed(pipeline: &Pipeline, registry: &Registry, counties: &[County]) -> OnBoundaries {
    let period = Period::parse("2000", PeriodKind::Year).unwrap();
    let mut cells = IndicatorCells {
        period,
        indicator: 0,
        numerator_scale: 0,
        denominator_scale: 0,
        keys: Arc::default(),
        cells: Vec::new(),
        unknown: BTreeMap::new(),
        left_out: Vec::new(),
        unmatched: BTreeSet::new(),
    };
    let (mut found, mut coverage) = (Vec::new(), FormCoverage::default());
    let mut expected = BTreeMap::new();
    for (at, county) in counties.iter().enumerate() {
        let code = format!("C{at}");
        let people: i64 = county.amounts.iter().map(|amounts| amounts.1).sum();
        let owed = Expected {
            rows: Some(2),
            register: BTreeMap::from([("people".into(), people as f64)]),
            population: None,
        };
        expected.insert(code.clone(), owed);
        if county.is_silent {
            continue;
        }
        let sent = AreaCounts {
            submissions: 1,
            rows_accepted: 2,
            ..AreaCounts::default()
        };
        coverage.received.insert(code.clone(), sent);
        for (kind, (served, people)) in (0..).zip(county.amounts) {
            let cell = Cell {
                numerator: served.into(),
                denominator: people.into(),
                rows: 1,
                ..Cell::default()
            };
            found.push((code.clone(), vec![Cell::NO_MEMBER, kind, Cell::NO_MEMBER], cell));
        }
    }
    cells.fill(found);
    coverage.expected = Arc::new(expected);
    let (cells, coverage) = (vec![cells], BTreeMap::from([((period, 0), coverage)]));
    let places = places(pipeline, registry, &cells, &coverage);
    let inputs = Inputs::new(pipeline, &cells, &coverage, &places);
    compare_on_boundaries(&inputs, &crosswalks(&inputs, registry))
}

/// What a group has in a division.
fn in_group(division: &Division, history: &History, scope: &str, member: &str) -> Sums {
    let mut all = Sums::default();
    for (code, kinds) in division {
        let (province, terrain) = history.areas[code];
        for (kind, sums) in ["town", "village"].into_iter().zip(kinds) {
            let pair = format!("{terrain}_{kind}");
            if (scope == "N" || scope == province) && [terrain, kind, &pair].contains(&member) {
                all.iter_mut().zip(sums).for_each(|(sum, own)| *sum += own);
            }
        }
    }
    all
}

/// Lowest and highest value of sums, if what is missing may have any ratio from 0 to 1. None: nothing is there.
fn extremes([served, people, missing]: Sums) -> Option<(f64, f64)> {
    let whole = people + missing;
    (whole > 0.0).then(|| (100.0 * served / whole, 100.0 * (served + missing) / whole))
}

fn are_one(all: &[Sums]) -> bool {
    let is_first = |sums: &Sums| sums.iter().zip(all[0]).all(|(one, other)| is_close(*one, other));
    all.iter().all(is_first)
}

fn check_group(row: &ConstantGroupRow, all: &[Sums]) -> Result<(), TestCaseError> {
    let bounds = row.lower.zip(row.upper);
    if let Some((lower, upper)) = bounds {
        for (lowest, highest) in all.iter().filter_map(|sums| extremes(*sums)) {
            prop_assert!(
                lower <= lowest + 1e-9 && highest <= upper + 1e-9,
                "{lowest}..{highest}: {row:#?}"
            );
        }
    }
    let reasons = ["register_not_split", "no_units", "denominator_zero"];
    prop_assert!(
        bounds.is_some() || row.bounds_null_reason.is_some_and(|reason| reasons.contains(&reason)),
        "{row:#?}"
    );
    prop_assert!(
        bounds.is_some() || row.dimension != "terrain" || all.iter().any(|sums| sums[1] + sums[2] == 0.0),
        "{row:#?}"
    );
    if !are_one(all) {
        // What is missing of a kind is not told by the register, so that nothing is said of how it was divided.
        let only_missing =
            row.dimension != "terrain" && are_one(&all.iter().map(|sums| [sums[0], sums[1], 0.0]).collect::<Vec<_>>());
        prop_assert!(only_missing || row.null_reason == Some("share_unknown"), "{row:#?}");
        prop_assert!(row.value.is_none() || only_missing, "{row:#?}");
        return Ok(());
    }
    let [served, people, missing] = all[0];
    if people == 0.0 {
        prop_assert_eq!(row.value, None);
        return Ok(());
    }
    prop_assert!(
        is_close(row.numerator.unwrap(), served) && is_close(row.denominator.unwrap(), people),
        "{row:#?}"
    );
    prop_assert!(is_close(row.value.unwrap(), 100.0 * served / people), "{row:#?}");
    if row.dimension == "terrain" {
        let (lowest, highest) = extremes([served, people, missing]).unwrap();
        prop_assert!(
            is_close(row.lower.unwrap(), lowest) && is_close(row.upper.unwrap(), highest),
            "{row:#?}"
        );
    }
    Ok(())
}

fn check_theil(row: &ConstantInequalityRow, all: &[Division], history: &History) -> Result<(), TestCaseError> {
    let units = |division: &Division| -> Vec<Sums> {
        let codes = history
            .areas
            .iter()
            .filter(|(_, place)| row.scope_code == "N" || place.0 == row.scope_code);
        let sum = |[town, village]: [Sums; 2]| [0, 1, 2].map(|at| town[at] + village[at]);
        codes
            .map(|(code, _)| sum(division.get(code).copied().unwrap_or_default()))
            .collect()
    };
    let all: Vec<Vec<Sums>> = all.iter().map(units).collect();
    let first = &all[0];
    let is_known = (0..first.len()).all(|at| are_one(&all.iter().map(|units| units[at]).collect::<Vec<_>>()));
    if !is_known {
        prop_assert_eq!(
            (row.value, row.lower, row.null_reason),
            (None, None, Some("share_unknown"))
        );
        prop_assert_eq!(row.bounds_null_reason, Some("share_unknown"));
        return Ok(());
    }
    let counted: Vec<&Sums> = first.iter().filter(|sums| sums[1] > 0.0).collect();
    let total = counted
        .iter()
        .fold((0.0, 0.0), |sum, one| (sum.0 + one[0], sum.1 + one[1]));
    if total.0 == 0.0 {
        prop_assert_eq!(row.value, None);
        return Ok(());
    }
    let mean = total.0 / total.1;
    let term = |[served, people, _]: &&Sums| {
        let x = served / people / mean;
        if x > 0.0 { people / total.1 * x * x.ln() } else { 0.0 }
    };
    let theil: f64 = counted.iter().map(term).sum();
    prop_assert!((row.value.unwrap() - theil).abs() < 1e-9, "{theil}: {row:#?}");
    prop_assert_eq!(row.n_units, counted.len() as i64);
    prop_assert!(
        row.lower.unwrap() <= theil + 1e-9 || first.iter().any(|sums| sums[2] > 0.0),
        "{row:#?}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_all_divisions_agree_in_is_known_and_bounds_hold_the_rest(counties in prop::collection::vec(county(), 1..6)) {
        let history = History::of(&counties);
        let world = history.world();
        let pipeline = world.pipeline();
        let registry = Registry::load(&pipeline).unwrap();
        let day = pipeline.constant_boundaries.unwrap();
        let crosswalk = registry.crosswalk(jiff::civil::date(2000, 12, 31), day);
        let all = divisions(&counties, &crosswalk);
        let found = computed(&pipeline, &registry, &counties);
        prop_assert!(found.broken.is_empty(), "{:?}", found.broken.iter().map(ToString::to_string).collect::<Vec<_>>());
        let mut rows = 0;
        for row in found.groups.rows::<ConstantGroupRow>().filter(|row| row.member != "unknown") {
            rows += 1;
            let sums: Vec<Sums> = all.iter().map(|division| in_group(division, &history, row.scope_code, row.member)).collect();
            check_group(&row, &sums)?;
            let lies = |code: &String| {
                let (province, terrain) = history.areas[code];
                (row.scope_code == "N" || row.scope_code == province) && (row.dimension == "kind" || row.member.starts_with(terrain))
            };
            let reporters = (0..counties.len()).filter(|at| {
                let pieces = crosswalk.pieces(&format!("C{at}"));
                pieces.iter().any(|piece| piece.among.iter().any(lies))
            });
            prop_assert_eq!(row.n_expected, reporters.count() as i64);
        }
        prop_assert!(rows >= 4, "{}", rows);
        for row in found.gaps.rows::<ConstantGapRow>() {
            let Some((lower, upper)) = row.lower.zip(row.upper) else { continue };
            for division in &all {
                let [a, b] = [row.a, row.b].map(|member| extremes(in_group(division, &history, row.scope_code, member)));
                let (Some(a), Some(b)) = (a, b) else { continue };
                prop_assert!(lower <= a.0 - b.1 + 1e-9 && a.1 - b.0 <= upper + 1e-9, "{row:#?}");
            }
        }
        let is_theil = |row: &ConstantInequalityRow| row.inequality_index == "theil_t" && row.dimension.is_none();
        for row in found.inequality.rows::<ConstantInequalityRow>().filter(is_theil) {
            check_theil(&row, &all, &history)?;
        }
    }
}

#[test]
fn shares_whose_common_denominator_leaves_64_bits_are_as_if_nobody_knew_them() {
    let county = |is_east: bool| County {
        fate: 5,
        is_east,
        leaves: false,
        plain: [true, false, true, false],
        amounts: [(3, 10), (2, 20)],
        is_silent: false,
    };
    let counties = [county(true), county(false)];
    let mut history = History::of(&counties);
    // A share of a share of the first county has 22 decimals.
    for (old, new) in [
        ("C0,C0a,2001-01-01,split,,", "C0,C0a,2001-01-01,split,0.12345678901,"),
        ("C0,C0b,2001-01-01,split,,", "C0,C0b,2001-01-01,split,0.87654321099,"),
        ("C0b,C0c,2002-01-01,split,0.4", "C0b,C0c,2002-01-01,split,0.40000000001"),
        ("C0b,C0d,2002-01-01,split,0.6", "C0b,C0d,2002-01-01,split,0.59999999999"),
        ("C1,C1a,2001-01-01,split,,", "C1,C1a,2001-01-01,split,0.5,"),
        ("C1,C1b,2001-01-01,split,,", "C1,C1b,2001-01-01,split,0.5,"),
    ] {
        assert!(history.changes.contains(old), "{old}");
        history.changes = history.changes.replace(old, new);
    }
    let world = history.world();
    let pipeline = world.pipeline();
    let registry = Registry::load(&pipeline).unwrap();
    let found = computed(&pipeline, &registry, &counties);
    let row = |scope: &str, member: &str| {
        let is_asked = |row: &ConstantGroupRow| row.scope_code == scope && row.member == member;
        found.groups.rows::<ConstantGroupRow>().find(is_asked).unwrap()
    };
    for scope in ["N", "E"] {
        let plain = row(scope, "plain");
        assert_eq!((plain.value, plain.null_reason), (None, Some("share_unknown")));
        assert!(plain.lower < plain.upper, "{plain:?}");
        assert_eq!(row(scope, "town").value, Some(30.0));
    }
    // Half, and four tenths of the other half.
    assert_eq!(
        (row("W", "plain").numerator, row("W", "plain").denominator),
        (Some(3.5), Some(21.0))
    );
    assert_eq!(row("W", "plain").obs_status, "E");
}
