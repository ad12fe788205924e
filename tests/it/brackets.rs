//! A county without a total in the register sent nothing, and nobody knows how much it would have had: figures of the binary with and
//! without a bracket in the definition.

use std::fs;

use crate::support::{Published, Row, World, indicators, joined, measures, plan};

/// `rooms` says how many beds each may have, but of C2 only `most`.
const AREAS: &str = "code,name,level,kind,parent_code,most,rooms\nN,Nation,nation,nation,,,\nP,First,province,province,N,,\n\
                     Q,Second,province,province,N,,\nR,Third,province,province,N,,\nC1,All came,county,county,P,30,30\n\
                     C2,Nothing came,county,county,P,40,\nC3,Half came,county,county,Q,500,20\nC4,All came too,county,county,R,,\n";

const REGISTER: &str =
    "area_code,form,period,expected_rows,beds\nC1,homes,,2,30\nC2,homes,,2,\nC3,homes,,2,20\nC4,homes,,1,10\n";

/// 50 beds and 35 staff are known. Of C3 10 beds are missing, and of C2 nobody knows how many.
fn world(settings: &str) -> World {
    let of = |name: &str, more: &str| {
        format!(
            "{name} | staff | beds | unit = '1'; better = 'higher'; register = 'beds'; target = {{ '2020' = 0.4 }}; \
             plausible = {{ min = 0, max = 3 }}{more}\n"
        )
    };
    let all = [
        of("unlimited", ""),
        of("limited", "; plausible_denominator = { min = 10, max = 40 }"),
        of("narrow", "; plausible_denominator = { min = 0, max = 20 }"),
        of("point", "; plausible_denominator = { min = 15, max = 15 }"),
        of("of_area", "; plausible_denominator = { min = 10, max = 'most' }"),
        of("of_blank", "; plausible_denominator = { max = 'rooms' }"),
        "implausible | staff | beds | unit = '1'; register = 'beds'".to_owned(),
    ];
    World::new(&plan("plain", &["nation", "province", "county"], &["2020"]), AREAS)
        .extended(
            "pipeline.toml",
            &format!("[reporters]\nfile = 'reporters.csv'\n{settings}"),
        )
        .form(
            "homes",
            "unit = 'home'\nkey = ['home']\nfiles = ['{period}/{county}_homes*']",
            "home | text | home | required = true
             beds | integer | beds | required = true
             staff | integer | staff | required = true",
        )
        .defined("measures.toml", measures("staff | homes | staff\nbeds | homes | beds"))
        .defined("indicators.toml", indicators(&all.concat()))
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'side'\nlevel = 'county'\nsource = 'sides.csv'\norder = ['east', 'west', 'south']\n\
             compare = [['east', 'west'], ['east', 'south']]\n",
        )
        .defined("sides.csv", "code,side\nC1,east\nC2,east\nC3,west\nC4,south\n")
        .sent("reporters.csv", REGISTER)
        .sent("2020/C1_homes.csv", "home,beds,staff\na,10,5\nb,20,8\n")
        .sent("2020/C3_homes.csv", "home,beds,staff\na,10,2\n")
        .sent("2020/C4_homes.csv", "home,beds,staff\na,10,20\n")
}

fn find<'a>(rows: &'a [Row], keys: &[(&str, &str)]) -> &'a Row {
    let is = |row: &&Row| keys.iter().all(|(column, text)| row[*column].text() == Some(text));
    rows.iter().find(is).unwrap_or_else(|| panic!("no row of {keys:?}"))
}

fn bounds(row: &Row) -> [Option<f64>; 2] {
    ["lower", "upper"].map(|column| row[column].number())
}

/// The bounds are these, within rounding.
fn lies_between(row: &Row, [lower, upper]: [f64; 2]) {
    let near = |found: Option<f64>, told: f64| found.is_some_and(|found| (found - told).abs() < 1e-12);
    let [low, high] = bounds(row);
    assert!(near(low, lower) && near(high, upper), "not {lower}..{upper}: {row:?}");
}

#[test]
fn the_bounds_hold_every_size_of_a_county_that_nobody_knows() {
    let table = world("").published().table("indicators");
    let of = |area: &str, indicator: &str| find(&table, &[("area_code", area), ("indicator", indicator)]);
    // The more is missing at one end of the plausible range, the nearer is the figure to it.
    for (area, indicator, ends) in [
        ("N", "unlimited", [0.0, 3.0]),
        ("N", "limited", [35.0 / 100.0, 185.0 / 100.0]),
        ("N", "narrow", [35.0 / 80.0, 125.0 / 80.0]),
        ("N", "point", [35.0 / 75.0, 110.0 / 75.0]),
        ("N", "of_area", [35.0 / 100.0, 185.0 / 100.0]),
        ("P", "of_area", [13.0 / 70.0, 133.0 / 70.0]),
        ("Q", "of_area", [2.0 / 20.0, 32.0 / 20.0]),
        ("N", "of_blank", [0.0, 3.0]),
        ("P", "unlimited", [0.0, 3.0]),
        ("P", "limited", [13.0 / 70.0, 133.0 / 70.0]),
        ("C2", "unlimited", [0.0, 3.0]),
        ("C2", "limited", [0.0, 3.0]),
        ("Q", "unlimited", [2.0 / 20.0, 32.0 / 20.0]),
    ] {
        lies_between(of(area, indicator), ends);
    }
    for (area, indicator, missing, bracketed) in [
        ("N", "unlimited", None, 1.0),
        ("N", "limited", None, 1.0),
        ("N", "point", Some(25.0), 1.0),
        ("Q", "limited", Some(10.0), 0.0),
        ("C1", "limited", Some(0.0), 0.0),
    ] {
        let row = of(area, indicator);
        assert_eq!(row["missing_denominator"].number(), missing, "{row:?}");
        assert_eq!(row["n_denominators_bracketed"].number(), Some(bracketed), "{row:?}");
        assert_eq!(row["n_denominators_carried"].number(), Some(0.0), "{row:?}");
    }
    for (area, status) in [("N", "P"), ("C2", "O"), ("C1", "A")] {
        assert_eq!(of(area, "unlimited")["obs_status"].text(), Some(status));
    }
    let row = of("N", "implausible");
    assert_eq!(bounds(row), [None, None]);
    assert_eq!(row["bounds_null_reason"].text(), Some("no_plausible"));
    assert_eq!(row["n_denominators_bracketed"].number(), Some(1.0));
}

#[test]
fn a_verdict_is_robust_only_if_no_size_of_the_county_turns_it() {
    let world = world("").published();
    let (figures, verdicts) = (world.table("indicators"), world.table("verdicts"));
    let set = |indicator: &str| -> Vec<(Option<String>, Option<f64>, Option<f64>)> {
        let is = |row: &&Row| {
            row["area_code"].text() == Some("N")
                && row["indicator"].text() == Some(indicator)
                && row["a"].text().is_none()
        };
        let told = |row: &Row| {
            let code = row["missing_code"].text().map(str::to_owned);
            (code, row["missing_denominator"].number(), row["value_then"].number())
        };
        verdicts.iter().filter(is).map(told).collect()
    };
    let c2 = || Some("C2".to_owned());
    for (indicator, robust, turning) in [
        ("unlimited", false, vec![(c2(), None, Some(0.0))]),
        ("limited", false, vec![(c2(), Some(40.0), Some(35.0 / 90.0))]),
        ("narrow", true, Vec::new()),
        ("point", true, Vec::new()),
    ] {
        let row = find(&figures, &[("area_code", "N"), ("indicator", indicator)]);
        assert_eq!(row["verdict"].text(), Some("met"));
        assert_eq!(row["verdict_robust"], Published::Boolean(robust), "{row:?}");
        assert_eq!(set(indicator), turning, "{indicator}");
    }
    // 35 staff are 0.4 of 87.5 beds, 37.5 more than are known. Of C2 no row came of two; and of C3 one of two.
    let row = find(
        &verdicts,
        &[("area_code", "N"), ("indicator", "limited"), ("missing_code", "C2")],
    );
    let told = [
        "denominator_needed",
        "n_rows_quarantined",
        "n_rows_blank",
        "n_rows_absent",
    ];
    let told = told.map(|column| row[column].number());
    assert_eq!(told, [Some(37.5), Some(0.0), Some(0.0), Some(2.0)], "{row:?}");
}

/// Of C1 and of C3 a row has no staff, so that its beds count as missing; a row of C2 has no kind.
#[test]
fn accepted_rows_that_do_not_count_are_counted_beside_those_that_are_quarantined_or_absent() {
    let forms = "home | text | home | required = true\nbeds | integer | beds | required = true\nstaff | integer | staff |\n\
                 kind | text | kind |\n";
    let world = World::new(&plan("plain", &["nation", "province", "county"], &["2020"]), AREAS)
        .extended("pipeline.toml", "[reporters]\nfile = 'reporters.csv'\n")
        .form("homes", "unit = 'home'\nkey = ['home']\nfiles = ['{period}/{county}_homes*']", forms)
        .defined("measures.toml", measures("staff | homes | staff\nbeds | homes | beds"))
        .defined(
            "indicators.toml",
            indicators(
                "all | staff | beds | unit = '1'; better = 'higher'; register = 'beds'; target = { '2020' = 0.4 }; plausible = { min = 0, max = 3 }\n\
                 big | staff | beds | unit = '1'; better = 'higher'; register = 'beds'; target = { '2020' = 0.4 }; plausible = { min = 0, max = 3 }; where = { kind = 'big' }\n",
            ),
        )
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'kind'\nlevel = 'home'\ncolumn = 'kind'\nmap = { big = ['b'], small = ['s'] }\n",
        )
        .sent("reporters.csv", REGISTER)
        .sent("2020/C1_homes.csv", "home,beds,staff,kind\na,10,8,b\nb,20,,b\n")
        .sent("2020/C2_homes.csv", "home,beds,staff,kind\na,10,5,s\nb,10,9,\n")
        .sent("2020/C3_homes.csv", "home,beds,staff,kind\na,10,2,s\nb,10,,s\n")
        .sent("2020/C4_homes.csv", "home,beds,staff,kind\na,10,5,b\n")
        .published();
    let verdicts = world.table("verdicts");
    let of = |indicator: &str, code: &str| {
        let row = find(
            &verdicts,
            &[("area_code", "N"), ("indicator", indicator), ("missing_code", code)],
        );
        ["n_rows_quarantined", "n_rows_blank", "n_rows_absent"].map(|column| row[column].number().unwrap())
    };
    // 29 staff in 50 beds; with 30 beds more and no staff in them less than the target.
    assert_eq!(of("all", "C1"), [0.0, 1.0, 0.0]);
    assert_eq!(of("all", "C3"), [0.0, 1.0, 0.0]);
    // Of C2 one home is of another kind and one may be, so that nobody knows its beds.
    assert_eq!(of("big", "C2"), [0.0, 1.0, 0.0]);
}

#[test]
fn groups_gaps_and_ranks_have_the_same_bounds() {
    let world = world("").published();
    let (groups, gaps, ranks) = (world.table("groups"), world.table("gaps"), world.table("ranks"));
    let east = |indicator: &str| {
        find(
            &groups,
            &[("scope_code", "N"), ("indicator", indicator), ("member", "east")],
        )
    };
    lies_between(east("unlimited"), [0.0, 3.0]);
    lies_between(east("limited"), [13.0 / 70.0, 133.0 / 70.0]);
    let gap = |indicator: &str| find(&gaps, &[("scope_code", "N"), ("indicator", indicator), ("b", "west")]);
    lies_between(gap("unlimited"), [0.0 - 1.6, 3.0 - 0.1]);
    lies_between(gap("limited"), [13.0 / 70.0 - 1.6, 133.0 / 70.0 - 0.1]);
    // The south has 2 staff for each bed, more than the east can have with 40 beds at most in the county.
    let verdicts = world.table("verdicts");
    // The indicator whose column of largest denominators is blank for C2 is as one without a limit.
    let is_asked = |row: &&Row| row["b"].text() == Some("south") && row["indicator"].text() != Some("of_blank");
    let turning: Vec<&Row> = verdicts.iter().filter(is_asked).collect();
    assert_eq!(turning.len(), 1, "{turning:?}");
    let keys = ["indicator", "missing_code", "missing_member"];
    assert_eq!(
        keys.map(|key| turning[0][key].text().unwrap()),
        ["unlimited", "C2", "east"]
    );
    assert_eq!(turning[0]["missing_denominator"], Published::Null);
    assert_eq!(turning[0]["value_then"].number(), Some(1.0));
    // R has 2 staff for each bed: P can have as many where nothing limits the county, and not with 40 beds at most.
    for (indicator, worst) in [("unlimited", 2.0), ("limited", 1.0)] {
        let row = find(&ranks, &[("area_code", "R"), ("indicator", indicator)]);
        assert_eq!(row["rank_worst"].number(), Some(worst), "{row:?}");
    }
}

/// The Gini coefficient of ratios and weights.
fn gini(units: &[(f64, f64)]) -> f64 {
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| units.iter().map(of).sum::<f64>();
    let (weight, product) = (sum(&|unit| unit.1), sum(&|unit| unit.0 * unit.1));
    let from = |(x, _): &(f64, f64)| sum(&|other| other.1 * (x - other.0).abs());
    sum(&|unit| unit.1 * from(unit)) / (2.0 * weight * product)
}

#[test]
fn an_index_has_outer_bounds_that_hold_every_size_of_the_county() {
    let table = world("").published().table("inequality");
    let of = |indicator: &str, index: &str| {
        let keys = [
            ("scope_code", "N"),
            ("indicator", indicator),
            ("inequality_index", index),
        ];
        find(&table, &keys)
    };
    // Of C3 half of the beds are known, with 2 staff; C2 has 10 to 40 beds, and up to 3 staff for each.
    let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
    for beds in (10..=40).map(f64::from) {
        for (of_c2, of_c3) in (0..=30).flat_map(|a| (0..=30).map(move |b| (f64::from(a) / 10.0, f64::from(b)))) {
            let value = gini(&[
                (13.0 / 30.0, 30.0),
                (of_c2, beds),
                ((2.0 + of_c3) / 20.0, 20.0),
                (2.0, 10.0),
            ]);
            (lowest, highest) = (lowest.min(value), highest.max(value));
        }
    }
    let row = of("limited", "gini");
    let [lower, upper] = bounds(row).map(|bound| bound.unwrap());
    assert!(lower <= lowest && highest <= upper, "{lowest}..{highest} {row:?}");
    assert!(
        lower > lowest / 2.0 && upper < highest * 1.1,
        "{lowest}..{highest} {row:?}"
    );
    assert_eq!(row["bounds_kind"].text(), Some("outer"));
    // Without a limit the county may be all there is.
    assert_eq!(bounds(of("unlimited", "gini"))[0], Some(0.0));
    let row = of("unlimited", "theil_t");
    assert_eq!(bounds(row), [None; 2]);
    assert_eq!(row["bounds_null_reason"].text(), Some("register_incomplete"));
    assert_eq!(of("point", "gini")["bounds_null_reason"].text(), None);
    let row = of("implausible", "gini");
    assert_eq!(row["bounds_null_reason"].text(), Some("no_plausible"));
}

/// Theil's T of ratios and weights.
fn theil_t(units: &[(f64, f64)]) -> f64 {
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| units.iter().map(of).sum::<f64>();
    let (weight, product) = (sum(&|unit| unit.1), sum(&|unit| unit.0 * unit.1));
    let term = |x: f64| {
        if x == 0.0 {
            0.0
        } else {
            x * (x / (product / weight)).ln()
        }
    };
    sum(&|unit| unit.1 * term(unit.0)) / product
}

#[test]
fn parts_and_shares_have_bounds_that_hold_every_completion() {
    let world = world("").published();
    let (parts, shares) = (world.table("inequality_parts"), world.table("between_shares"));
    let of = |indicator: &str, index: &str, part: &str| {
        let scope = [("scope_code", "N"), ("dimension", "side")];
        let keys = [("indicator", indicator), ("inequality_index", index), ("part", part)];
        find(&parts, &[scope.as_slice(), &keys].concat())
    };
    // C1 and C2 are the east, C3 is the west, C4 the south.
    for (indicator, beds) in [("limited", 10..=40), ("point", 15..=15)] {
        let ranges = ["between", "within"].map(|part| bounds(of(indicator, "theil_t", part)).map(Option::unwrap));
        let share = find(&shares, &[("indicator", indicator), ("dimension", "side")]);
        let ends = ["between_share_lower", "between_share_upper"].map(|column| share[column].number().unwrap());
        let mut seen = [[f64::INFINITY, f64::NEG_INFINITY]; 3];
        for beds in beds.map(f64::from) {
            for (of_c2, of_c3) in (0..=30).flat_map(|a| (0..=30).map(move |b| (f64::from(a) / 10.0, f64::from(b)))) {
                let [c1, c3, c4] = [(13.0 / 30.0, 30.0), ((2.0 + of_c3) / 20.0, 20.0), (2.0, 10.0)];
                let whole = theil_t(&[c1, (of_c2, beds), c3, c4]);
                let between = theil_t(&[((13.0 + of_c2 * beds) / (30.0 + beds), 30.0 + beds), c3, c4]);
                for (at, (value, [lower, upper])) in [
                    (between, ranges[0]),
                    (whole - between, ranges[1]),
                    (between / whole, ends),
                ]
                .into_iter()
                .enumerate()
                {
                    assert!(
                        lower <= value + 1e-9 && value <= upper + 1e-9,
                        "{value} is not in {lower}..{upper}"
                    );
                    seen[at] = [seen[at][0].min(value), seen[at][1].max(value)];
                }
            }
        }
        // Of known weights the part between is bounded by completions.
        if indicator == "point" {
            assert!(
                ranges[0][0] > seen[0][0] - 0.01 && ranges[0][1] < seen[0][1] + 1e-9,
                "{ranges:?} {seen:?}"
            );
        }
        assert!(ends[0] > 0.0 && ends[1] < 1.0 + 1e-12, "{ends:?} {seen:?}");
    }
    assert_eq!(of("point", "theil_t", "between")["bounds_kind"].text(), Some("exact"));
    assert_eq!(of("limited", "gini", "overlap")["bounds_kind"].text(), Some("outer"));
    for (indicator, reason) in [("unlimited", "register_incomplete"), ("implausible", "no_plausible")] {
        let row = of(indicator, "theil_t", "between");
        assert_eq!(bounds(row), [None; 2], "{row:?}");
        assert_eq!(row["bounds_null_reason"].text(), Some(reason));
        let share = find(&shares, &[("indicator", indicator), ("dimension", "side")]);
        assert_eq!(share["between_share_lower"], Published::Null);
        assert_eq!(share["bounds_null_reason"].text(), Some(reason));
    }
}

#[test]
fn where_nothing_is_missing_the_bounds_of_parts_are_their_values() {
    let world = world("")
        .sent("2020/C2_homes.csv", "home,beds,staff\na,10,5\nb,5,8\n")
        .sent("2020/C3_homes.csv", "home,beds,staff\na,10,2\nb,10,3\n")
        .published();
    let parts = world.table("inequality_parts");
    assert!(parts.len() > 40);
    for row in &parts {
        assert_eq!(bounds(row), [row["value"].number(); 2], "{row:?}");
        assert_eq!(row["bounds_null_reason"].text(), row["null_reason"].text(), "{row:?}");
    }
    for row in world.table("between_shares") {
        let ends = ["between_share_lower", "between_share_upper"].map(|column| row[column].number());
        assert_eq!(ends, [row["between_share"].number(); 2], "{row:?}");
    }
}

#[test]
fn where_no_area_changed_constant_boundaries_have_the_bounds_as_reported() {
    let world = world("[boundaries]\nconstant = '2020'\n");
    let registry = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let registry = registry.replace("[registry]\n", "[registry]\nchanges = 'changes.csv'\n");
    let world = world
        .defined("pipeline.toml", registry)
        .defined("changes.csv", "old_code,new_code,date,kind,share,source\n")
        .published();
    let (as_reported, moved) = (world.table("indicators"), world.table("indicators_constant_boundaries"));
    assert_eq!(moved.len(), as_reported.len());
    for row in &moved {
        let key = ["area_code", "indicator"].map(|column| (column, row[column].text().unwrap()));
        assert_eq!(bounds(row), bounds(find(&as_reported, &key)), "{row:?}");
    }
}

const BEFORE_AND_AFTER: &str = "code,name,level,kind,parent_code,valid_from,valid_to\nN,Nation,nation,nation,,,\n\
                               P,First,province,province,N,,\nC1,Low,county,county,P,,2020-06-30\n\
                               C2,Silent,county,county,P,,2020-06-30\nC3,High,county,county,P,,2020-06-30\n\
                               C5,Low and part,county,county,P,2020-07-01,\nC6,High and part,county,county,P,2020-07-01,\n";

/// C2 sent nothing and is divided between C5, which also has all of C1 (13 staff, 30 beds), and C6, which also has all of C3 (80 staff, 20 beds).
fn divided(shares: [&str; 2]) -> World {
    let of = |name: &str, more: &str| {
        format!("{name} | staff | beds | unit = '1'; register = 'beds'; plausible = {{ min = 0.5, max = 3 }}{more}\n")
    };
    let all = [
        of("limited", "; plausible_denominator = { min = 10, max = 40 }"),
        of("unlimited", ""),
    ];
    let plan = plan("plain", &["nation", "province", "county"], &["2019", "2020"]);
    let plan = plan.replace("[registry]\n", "[registry]\nchanges = 'changes.csv'\n");
    let changes = format!(
        "old_code,new_code,date,kind,share,source\nC1,C5,2020-07-01,merge,1,made up\nC2,C5,2020-07-01,split,{},made up\n\
         C2,C6,2020-07-01,split,{},made up\nC3,C6,2020-07-01,merge,1,made up\n",
        shares[0], shares[1]
    );
    World::new(
        &(plan + "[reporters]\nfile = 'reporters.csv'\n[boundaries]\nconstant = '2020'\n"),
        BEFORE_AND_AFTER,
    )
    .defined("changes.csv", changes)
    .form(
        "homes",
        "unit = 'home'\nkey = ['home']\nfiles = ['{period}/{county}_homes*']",
        "home | text | home | required = true
         beds | integer | beds | required = true
         staff | integer | staff | required = true",
    )
    .defined("measures.toml", measures("staff | homes | staff\nbeds | homes | beds"))
    .defined("indicators.toml", indicators(&all.concat()))
    .sent(
        "reporters.csv",
        "area_code,form,period,expected_rows,beds\nC1,homes,2019,1,30\nC2,homes,2019,2,\nC3,homes,2019,1,20\n",
    )
    .sent("2019/C1_homes.csv", "home,beds,staff\na,30,13\n")
    .sent("2019/C3_homes.csv", "home,beds,staff\na,20,80\n")
    .published()
}

fn of_2019<'a>(table: &'a [Row], area: &str, indicator: &str) -> &'a Row {
    let keys = [("period", "2019"), ("area_code", area), ("indicator", indicator)];
    find(table, &keys)
}

#[test]
fn shares_divide_both_ends_of_the_bracket_of_a_county() {
    let table = divided(["0.3", "0.7"]).table("indicators_constant_boundaries");
    // C5 lacks 3 to 12 beds, and C6 lacks 7 to 28. The ratios of what came lie outside the plausible range, below and above: one bound is reached
    // with the least and one with the most that is missing.
    for (area, indicator, ends) in [
        ("C5", "limited", [(13.0 + 0.5 * 3.0) / 33.0, (13.0 + 3.0 * 12.0) / 42.0]),
        ("C6", "limited", [(80.0 + 0.5 * 28.0) / 48.0, (80.0 + 3.0 * 7.0) / 27.0]),
        ("P", "limited", [(93.0 + 0.5 * 40.0) / 90.0, (93.0 + 3.0 * 40.0) / 90.0]),
        ("N", "limited", [(93.0 + 0.5 * 40.0) / 90.0, (93.0 + 3.0 * 40.0) / 90.0]),
        ("C5", "unlimited", [13.0 / 30.0, 3.0]),
        ("C6", "unlimited", [0.5, 80.0 / 20.0]),
    ] {
        lies_between(of_2019(&table, area, indicator), ends);
    }
    let columns = ["numerator", "denominator", "obs_status", "n_expected", "n_reported"];
    let sums = |area: &str| joined(of_2019(&table, area, "limited"), &columns, " ");
    assert_eq!(["C5", "C6"].map(sums), ["13 30 P 2 1", "80 20 P 2 1"]);
}

#[test]
fn without_shares_a_part_may_lack_anything_up_to_the_end_of_the_bracket() {
    let table = divided(["", ""]).table("indicators_constant_boundaries");
    for (area, indicator, ends) in [
        ("C5", "limited", [13.0 / 30.0, (13.0 + 3.0 * 40.0) / 70.0]),
        ("C6", "limited", [(80.0 + 0.5 * 40.0) / 60.0, 80.0 / 20.0]),
        ("P", "limited", [(93.0 + 0.5 * 40.0) / 90.0, (93.0 + 3.0 * 40.0) / 90.0]),
        ("C5", "unlimited", [13.0 / 30.0, 3.0]),
        ("C6", "unlimited", [0.5, 80.0 / 20.0]),
    ] {
        lies_between(of_2019(&table, area, indicator), ends);
    }
    let columns = ["value", "null_reason", "bounds_null_reason", "obs_status"];
    let told = |area: &str| joined(of_2019(&table, area, "limited"), &columns, " ");
    assert_eq!(
        ["C5", "C6", "P"].map(told),
        ["- share_unknown - O", "- share_unknown - O", "1.86 - - P"]
    );
}

type Pair = (f64, f64);

/// What the second county of each province sends of its two homes, the known staff and beds of public ones in the province, and the bracket of public
/// beds that the county lacks. The first county has 4 staff and 20 beds in a public home, and a private one.
const PUBLIC: [(&str, &str, Pair, Pair); 5] = [
    ("A", "a,public,25,10\n", (14.0, 45.0), (0.0, 15.0)),
    ("B", "a,private,25,10\n", (4.0, 20.0), (10.0, 40.0)),
    ("C", "", (4.0, 20.0), (10.0, 40.0)),
    // These are quarantined.
    ("D", "a,public,15,500\n", (4.0, 20.0), (15.0, 40.0)),
    ("E", "a,private,15,500\n", (4.0, 20.0), (10.0, 40.0)),
];

fn restricted() -> World {
    let of = |name: &str, filter: &str| {
        format!(
            "{name} | staff | beds | unit = '1'; register = 'beds'; plausible = {{ min = 0.5, max = 3 }}; \
             plausible_denominator = {{ min = 10, max = 40 }}; where = {{ {filter} }}\n"
        )
    };
    let all = [
        of("public", "kind = 'public'"),
        of("eastern", "kind = 'public', side = 'east'"),
    ];
    let (mut areas, mut register) = (
        "code,name,level,kind,parent_code\nN,Nation,nation,nation,\n".to_owned(),
        "area_code,form,period,expected_rows,beds\n".to_owned(),
    );
    for (province, ..) in PUBLIC {
        areas += &format!("{province},{province},province,province,N\n");
        for county in [1, 2] {
            areas += &format!("{province}{county},{province}{county},county,county,{province}\n");
            register += &format!("{province}{county},homes,,2,\n");
        }
    }
    let mut world = World::new(
        &(plan("plain", &["nation", "province", "county"], &["2020"]) + "[reporters]\nfile = 'reporters.csv'\n"),
        &areas,
    )
    .form(
        "homes",
        "unit = 'home'\nkey = ['home']\nfiles = ['{period}/{county}_homes*']",
        "home | text | home | required = true
         kind | text | kind | required = true
         beds | integer | beds | required = true
         staff | integer | staff | required = true",
    )
    .defined(
        "checks.toml",
        "[[row]]\nid = 'few'\nform = 'homes'\nassert = 'staff < 100'\nseverity = 'hard'\nmessage = { en = 'too many' }\n",
    )
    .defined("measures.toml", measures("staff | homes | staff\nbeds | homes | beds"))
    .defined("indicators.toml", indicators(&all.concat()))
    .defined(
        "dimensions.toml",
        "[[dimension]]\nid = 'kind'\nlevel = 'home'\ncolumn = 'kind'\nmap = { public = ['public'], private = ['private'] }\n\
         [[dimension]]\nid = 'side'\nlevel = 'county'\nsource = 'sides.csv'\norder = ['east', 'west']\n",
    )
    // Nobody knows on which side C2 lies.
    .defined("sides.csv", "code,side\nA1,east\nA2,east\nB1,west\nB2,west\nC1,west\nD1,west\nD2,west\nE1,west\nE2,west\n")
    .sent("reporters.csv", register);
    for (province, rows, ..) in PUBLIC {
        let head = "home,kind,beds,staff\n";
        world = world.sent(
            &format!("2020/{province}1_homes.csv"),
            format!("{head}a,public,20,4\nb,private,30,60\n"),
        );
        if !rows.is_empty() {
            world = world.sent(&format!("2020/{province}2_homes.csv"), format!("{head}{rows}"));
        }
    }
    world.published()
}

/// The ratio of what is known lies below the plausible range: the lower bound is reached with the least that is missing.
fn ends((numerator, denominator): Pair, (least, most): Pair) -> [f64; 2] {
    [
        (numerator + 0.5 * least) / (denominator + least),
        (numerator + 3.0 * most) / (denominator + most),
    ]
}

#[test]
fn the_bracket_is_of_what_the_restriction_of_an_indicator_lets_in() {
    let table = restricted().table("indicators");
    let of = |area: &str, indicator: &str| find(&table, &[("area_code", area), ("indicator", indicator)]);
    let counted = |row: &Row, bracketed: f64| {
        assert_eq!(row["n_denominators_bracketed"].number(), Some(bracketed), "{row:?}");
    };
    for (province, _, known, bracket) in PUBLIC {
        let row = of(province, "public");
        lies_between(row, ends(known, bracket));
        counted(row, 1.0);
    }
    lies_between(of("N", "public"), ends((30.0, 125.0), (45.0, 175.0)));
    counted(of("N", "public"), 5.0);
    // Of counties in the west nothing is missing. C2 may lie in the east.
    lies_between(of("N", "eastern"), ends((14.0, 45.0), (10.0, 55.0)));
    counted(of("N", "eastern"), 2.0);
    let is_western = |row: &&Row| row["area_code"].text() == Some("D2") && row["indicator"].text() == Some("eastern");
    assert_eq!(table.iter().find(is_western), None);
}

#[test]
fn the_codebook_says_what_is_counted_in_both_languages() {
    let world = world("").published();
    let text = fs::read_to_string(world.output().join("current/CODEBOOK.md")).unwrap();
    let line = text
        .lines()
        .find(|line| line.contains("n_denominators_bracketed"))
        .unwrap();
    assert!(line.contains("无从得知"), "{line}");
    assert!(
        line.contains("Reporters whose missing denominator nobody knows"),
        "{line}"
    );
}
