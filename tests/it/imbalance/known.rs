//! Values that others have published: of the indices themselves, and through the program and its TOML.

use std::fmt::Write as _;

use huizong::statistics::Unit;
use huizong::statistics::kitagawa::{Stratum, decompose};

use super::{close, index, unit, value};
use crate::support::{Row, World, indicators, measures, plan};

/// Income per head of the 32 Mexican states in 1940 and 2000, and their region `hanson98`.
/// Source: `mexico.csv` of libpysal 4.14.1 (BSD-3-Clause), after Rey & Sastré Gutiérrez 2010.
const MEXICO: [(f64, f64, usize); 32] = [
    (10384.0, 27782.0, 2),
    (22361.0, 29855.0, 1),
    (9573.0, 26103.0, 2),
    (3758.0, 36163.0, 5),
    (2934.0, 8684.0, 5),
    (8578.0, 30735.0, 1),
    (8537.0, 28460.0, 1),
    (6909.0, 21358.0, 3),
    (17816.0, 54349.0, 4),
    (12132.0, 17379.0, 2),
    (4359.0, 15585.0, 3),
    (2181.0, 11820.0, 5),
    (4414.0, 12348.0, 3),
    (5309.0, 21610.0, 3),
    (3408.0, 16322.0, 4),
    (3327.0, 11838.0, 3),
    (6936.0, 18170.0, 3),
    (4836.0, 11478.0, 2),
    (9073.0, 38672.0, 1),
    (1892.0, 9010.0, 5),
    (3569.0, 15685.0, 3),
    (11016.0, 26149.0, 3),
    (21965.0, 33442.0, 5),
    (4372.0, 15866.0, 2),
    (4840.0, 15242.0, 2),
    (6399.0, 24068.0, 1),
    (2459.0, 13360.0, 5),
    (7508.0, 23546.0, 1),
    (3605.0, 11701.0, 3),
    (5203.0, 12191.0, 3),
    (7990.0, 17509.0, 5),
    (3734.0, 11130.0, 2),
];

/// Population and value of 25 groups, from the known values of the design notes.
pub const WEIGHTS: [f64; 25] = [
    832.0, 931.0, 1468.0, 1021.0, 1039.0, 1515.0, 1138.0, 620.0, 794.0, 866.0, 1367.0, 1108.0, 1120.0, 1033.0, 833.0,
    1536.0, 1149.0, 410.0, 1210.0, 858.0, 680.0, 935.0, 692.0, 781.0, 812.0,
];
pub const VALUES: [f64; 25] = [
    61.0, 74.0, 58.0, 59.0, 72.0, 75.0, 74.0, 68.0, 75.0, 67.0, 73.0, 63.0, 66.0, 62.0, 60.0, 66.0, 71.0, 73.0, 71.0,
    61.0, 74.0, 84.0, 55.0, 69.0, 60.0,
];

/// Share of the population aged 15 and over (%) in 13 age groups, and households headed per 100 of it, United States,
/// 1970 and 1985. Source: Das Gupta 1993, Standardization and Decomposition of Rates, US Bureau of the Census P23-186.
const HEADSHIP: [[f64; 4]; 13] = [
    [12.9, 1.9, 10.1, 2.2],
    [10.9, 25.8, 11.2, 24.3],
    [9.5, 45.7, 11.6, 45.8],
    [8.0, 49.6, 10.9, 52.5],
    [7.8, 51.2, 9.4, 56.1],
    [8.4, 51.6, 7.7, 55.6],
    [8.6, 51.8, 6.3, 56.0],
    [7.8, 54.9, 6.0, 57.4],
    [7.0, 58.7, 6.3, 57.2],
    [5.9, 60.4, 5.9, 61.2],
    [4.7, 62.8, 5.1, 63.9],
    [3.6, 66.6, 4.0, 68.6],
    [4.9, 66.8, 5.5, 72.2],
];

#[test]
fn mexican_states_have_their_published_inequality() {
    let y1940: Vec<Unit> = MEXICO.map(|(x, _, group)| unit(x, 1.0, group)).to_vec();
    let y2000: Vec<Unit> = MEXICO.map(|(_, x, group)| unit(x, 1.0, group)).to_vec();
    let theil = index("theil_t", &y1940).unwrap();
    close(value("gini", &y1940), 0.353_723_711_7, 1e-10);
    close(theil.value, 0.208_943_442_3, 1e-10);
    close(theil.between.unwrap(), 0.034_588_900_0, 1e-10);
    close(theil.within.unwrap(), 0.174_354_542_3, 1e-10);
    close(value("atkinson_0_5", &y1940), 0.098_432_224_0, 1e-10);
    close(value("atkinson_1", &y1940), 0.183_680_057_0, 1e-10);
    let theil = index("theil_t", &y2000).unwrap();
    close(value("gini", &y2000), 0.258_113_082_5, 1e-10);
    close(theil.value, 0.106_608_323_5, 1e-10);
    close(theil.between.unwrap(), 0.036_358_718_9, 1e-10);
}

#[test]
fn twenty_five_weighted_groups_have_their_published_inequality() {
    let groups: Vec<Unit> = (0..25)
        .map(|group| unit(VALUES[group], WEIGHTS[group], group))
        .collect();
    close(value("variance_between", &groups), 46.198_326, 5e-7);
    close(value("sd_between", &groups), 6.796_935, 5e-7);
    close(value("mean_difference_from_mean", &groups), 5.834_868_7, 5e-8);
    close(value("mean_difference_from_best", &groups), 16.293_155, 5e-7);
    close(value("theil_t", &groups) * 1000.0, 5.035_980_3, 5e-8);
    close(value("theil_l", &groups) * 1000.0, 5.052_355_2, 5e-8);
}

#[test]
fn headship_rose_by_ageing_and_by_habit_as_published() {
    let strata = HEADSHIP.map(|[size_1970, rate_1970, size_1985, rate_1985]| Stratum {
        a: (size_1985 * rate_1985, size_1985),
        b: (size_1970 * rate_1970, size_1970),
    });
    let effects = decompose(&strata).unwrap();
    close(effects.mix, 1.2269, 5e-5);
    close(effects.rate, 1.7403, 5e-5);
    close(effects.mix + effects.rate, 2.9672, 5e-5);
}

/// A nation whose counties send a value and its base in each period, in groups: `code,group` and a sheet a period. The last are the dimensions and
/// what is said of the indicator.
pub fn nation(groups: &str, sheets: &[(&str, String)], (dimensions, indicator): (&str, &str)) -> World {
    let mut register = "code,name,level,parent_code\nN,Nation,nation,\n".to_owned();
    for line in groups.lines().skip(1) {
        let code = line.split(',').next().unwrap();
        writeln!(register, "{code},{code},county,N").unwrap();
    }
    let periods: Vec<&str> = sheets.iter().map(|(period, _)| *period).collect();
    let mut world = World::new(&plan("plain", &["nation", "county"], &periods), &register)
        .form(
            "counted",
            "title = { en = 'Counted' }\nunit = 'county'\nkey = ['code']\nfiles = ['{period}/N_*']",
            "code | division_code | Code | level = 'county'; required = true\n\
             value | decimal | Value | scale = 4; required = true\nbase | decimal | Base | scale = 1; required = true",
        )
        .defined(
            "measures.toml",
            measures("value | counted | value | scale = 4\nbase | counted | base | scale = 1"),
        )
        .defined(
            "indicators.toml",
            indicators(&format!("level | value | base | unit = '1'; {indicator}")),
        )
        .defined("groups.csv", groups)
        .defined("dimensions.toml", dimensions);
    for (period, sheet) in sheets {
        world = world.sent(&format!("{period}/N_1.csv"), sheet.clone());
    }
    world.published()
}

const BY_GROUP: &str = "[[dimension]]\nid = 'group'\nlevel = 'county'\nsource = 'groups.csv'\n";

const HIGHER: &str = "better = 'higher'";

pub fn number(row: &Row, column: &str) -> f64 {
    row[column]
        .number()
        .unwrap_or_else(|| panic!("{column} is null: {row:?}"))
}

/// The value of the row of a table with these texts.
fn found(rows: &[Row], texts: &[(&str, &str)]) -> f64 {
    let is = |row: &&Row| texts.iter().all(|(column, text)| row[*column].text() == Some(text));
    let row = rows.iter().find(is).unwrap_or_else(|| panic!("no row of {texts:?}"));
    row["value"].number().unwrap_or_else(|| panic!("null: {row:?}"))
}

#[test]
fn the_program_publishes_the_inequality_of_mexican_states() {
    let code = |at: usize| format!("M{at:02}");
    let (mut groups, mut sheets) = (
        "code,group\n".to_owned(),
        ["Code,Value,Base\n".to_owned(), "Code,Value,Base\n".to_owned()],
    );
    for (at, (early, late, group)) in MEXICO.iter().enumerate() {
        writeln!(groups, "{},g{group}", code(at)).unwrap();
        writeln!(sheets[0], "{},{early},1", code(at)).unwrap();
        writeln!(sheets[1], "{},{late},1", code(at)).unwrap();
    }
    let [early, late] = sheets;
    let world = nation(&groups, &[("1940", early), ("2000", late)], (BY_GROUP, HIGHER));
    let (whole, parts) = (world.table("inequality"), world.table("inequality_parts"));
    for (period, index, published) in [
        ("1940", "gini", 0.353_723_711_7),
        ("1940", "theil_t", 0.208_943_442_3),
        ("1940", "atkinson_0_5", 0.098_432_224_0),
        ("1940", "atkinson_1", 0.183_680_057_0),
        ("2000", "gini", 0.258_113_082_5),
        ("2000", "theil_t", 0.106_608_323_5),
    ] {
        let texts = [
            ("period", period),
            ("inequality_index", index),
            ("computed_over", "county"),
        ];
        close(found(&whole, &texts), published, 1e-10);
    }
    for (period, part, published) in [
        ("1940", "between", 0.034_588_900_0),
        ("1940", "within", 0.174_354_542_3),
        ("2000", "between", 0.036_358_718_9),
    ] {
        let texts = [("period", period), ("inequality_index", "theil_t"), ("part", part)];
        close(found(&parts, &texts), published, 1e-10);
    }
}

#[test]
fn the_program_publishes_the_inequality_of_twenty_five_weighted_groups() {
    let (mut groups, mut sheet) = ("code,group\n".to_owned(), "Code,Value,Base\n".to_owned());
    for (at, (x, weight)) in VALUES.iter().zip(WEIGHTS).enumerate() {
        writeln!(groups, "G{at:02},g{at:02}").unwrap();
        writeln!(sheet, "G{at:02},{},{weight}", x * weight).unwrap();
    }
    let world = nation(&groups, &[("2000", sheet)], (BY_GROUP, HIGHER));
    let whole = world.table("inequality");
    for (index, published, within) in [
        ("variance_between", 46.198_326, 5e-7),
        ("sd_between", 6.796_935, 5e-7),
        ("mean_difference_from_mean", 5.834_868_7, 5e-8),
        ("mean_difference_from_best", 16.293_155, 5e-7),
        ("theil_t", 5.035_980_3e-3, 5e-11),
        ("theil_l", 5.052_355_2e-3, 5e-11),
    ] {
        let texts = [("inequality_index", index), ("computed_over", "member")];
        close(found(&whole, &texts), published, within);
    }
}

/// Each age group is an area, and a dimension has a member for each.
#[test]
fn the_program_publishes_what_ageing_and_habit_added_to_headship() {
    let mut groups = "code,group\n".to_owned();
    let mut sheets = ["Code,Value,Base\n".to_owned(), "Code,Value,Base\n".to_owned()];
    for (at, [size_1970, rate_1970, size_1985, rate_1985]) in HEADSHIP.iter().enumerate() {
        writeln!(groups, "A{at:02},g{at:02}").unwrap();
        writeln!(sheets[0], "A{at:02},{:.2},{size_1970}", size_1970 * rate_1970).unwrap();
        writeln!(sheets[1], "A{at:02},{:.2},{size_1985}", size_1985 * rate_1985).unwrap();
    }
    let [early, late] = sheets;
    let world = nation(&groups, &[("1970", early), ("1985", late)], (BY_GROUP, HIGHER));
    let rows = world.table("change_effects");
    let row = rows.iter().find(|row| row["scope_code"].text() == Some("N"));
    let row = row.expect("the nation changed");
    for (column, published) in [
        ("mix_effect", 1.2269),
        ("rate_effect", 1.7403),
        ("value_change", 2.9672),
    ] {
        close(row[column].number().unwrap(), published, 5e-5);
    }
}

/// Each age group is an area of the United States, and another land, one area, stays as it is.
#[test]
fn the_program_publishes_what_ageing_and_habit_added_to_a_gap_of_headship() {
    let mut groups = "code,age,land\n".to_owned();
    let mut sheets = ["Code,Value,Base\n".to_owned(), "Code,Value,Base\n".to_owned()];
    for (at, [size_1970, rate_1970, size_1985, rate_1985]) in HEADSHIP.iter().enumerate() {
        writeln!(groups, "A{at:02},g{at:02},states").unwrap();
        writeln!(sheets[0], "A{at:02},{:.2},{size_1970}", size_1970 * rate_1970).unwrap();
        writeln!(sheets[1], "A{at:02},{:.2},{size_1985}", size_1985 * rate_1985).unwrap();
    }
    groups += "B,g00,other\n";
    for sheet in &mut sheets {
        *sheet += "B,4000,100\n";
    }
    let dimensions = "[[dimension]]\nid = 'age'\nlevel = 'county'\nsource = 'groups.csv'\n\
                      [[dimension]]\nid = 'land'\nlevel = 'county'\nsource = 'groups.csv'\n\
                      compare = [['states', 'other'], ['other', 'states']]\nstrata = ['age']\n";
    let [early, late] = sheets;
    let world = nation(&groups, &[("1970", early), ("1985", late)], (dimensions, HIGHER));
    let rows = world.table("gap_changes");
    for (a, side, other, sign) in [("states", "a", "b", 1.0), ("other", "b", "a", -1.0)] {
        let is = |row: &&Row| row["scope_code"].text() == Some("N") && row["a"].text() == Some(a);
        let row = rows.iter().find(is).expect("the gap changed");
        let number = |column: &str| row[column].number().unwrap();
        close(number(&format!("mix_effect_{side}")), sign * 1.2269, 5e-5);
        close(number(&format!("rate_effect_{side}")), sign * 1.7403, 5e-5);
        close(number(&format!("change_{side}")), 2.9672, 5e-5);
        close(number("gap_change"), sign * 2.9672, 5e-5);
        let of_other = ["mix_effect", "rate_effect", "change"].map(|effect| number(&format!("{effect}_{other}")));
        assert_eq!(of_other, [0.0; 3]);
        assert_eq!((number("n_strata"), number("n_borrowed")), (14.0, 0.0));
    }
}
