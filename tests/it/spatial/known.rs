//! Values that others have published, through the program.

use std::fmt::Write as _;

use crate::support::{Row, World, indicators, measures, plan};

/// Counties of North Carolina, 1974–78: births, sudden infant deaths, deaths per 1000 births as published, and which counties border which.
/// Source: `sids2` of libpysal 4.14.1 (BSD-3-Clause), after Cressie 1993, Statistics for Spatial Data, pp. 386–389.
const NORTH_CAROLINA: &str = include_str!("north_carolina.csv");

/// Neighbourhoods of Columbus, Ohio, 1980: burglaries and vehicle thefts per 1000 households, and which of them border which.
/// Source: `columbus` of libpysal 4.14.1 (BSD-3-Clause), after Anselin 1988, Spatial Econometrics, table 12.1.
const COLUMBUS: &str = include_str!("columbus.csv");

/// Counties around St. Louis, 1988–93: homicides per 100,000 people a year, and which counties border which.
/// Source: `stl` of libpysal 4.14.1 (BSD-3-Clause), after Messner et al. 1999, Journal of Quantitative Criminology 15.
const ST_LOUIS: &str = include_str!("st_louis.csv");

/// Ten areas, their values and neighbours.
/// Source: `desmith` of libpysal 4.14.1 (BSD-3-Clause), after de Smith, Goodchild & Longley 2015, Geospatial Analysis, figure 5-31.
const TEN: [(&str, &str, &[usize]); 10] = [
    ("01", "2.24", &[2, 4]),
    ("02", "3.10", &[1, 5]),
    ("03", "4.55", &[4, 7]),
    ("04", "-5.15", &[1, 3, 5, 8]),
    ("05", "-4.39", &[2, 4, 6, 9]),
    ("06", "0.46", &[5, 10]),
    ("07", "5.54", &[3, 8]),
    ("08", "9.02", &[4, 7, 9]),
    ("09", "-2.09", &[5, 8, 10]),
    ("10", "-3.06", &[6, 9]),
];

/// A nation whose areas send a value over a base, and have these neighbours.
fn world(areas: impl Iterator<Item = (String, String, String, Vec<String>)>) -> World {
    let mut register = "code,name,level,parent_code\nN,Nation,nation,\n".to_owned();
    let mut pairs = "area_code,neighbour_code\n".to_owned();
    let mut sheet = "Code,Value,Base\n".to_owned();
    for (code, value, base, neighbours) in areas {
        writeln!(register, "{code},{code},county,N").unwrap();
        writeln!(sheet, "{code},{value},{base}").unwrap();
        for neighbour in neighbours.iter().filter(|neighbour| **neighbour > code) {
            writeln!(pairs, "{code},{neighbour}").unwrap();
        }
    }
    let settings = plan("plain", &["nation", "county"], &["2020"]);
    let settings = settings.replace("[registry]\n", "[registry]\nneighbours = 'neighbours.csv'\n");
    World::new(&settings, &register)
        .form(
            "counted",
            "title = { en = 'Counted' }\nunit = 'county'\nkey = ['code']\nfiles = ['{period}/N_*']",
            "code | division_code | Code | level = 'county'; required = true\n\
             value | decimal | Value | scale = 6; required = true\nbase | integer | Base | required = true",
        )
        .defined(
            "measures.toml",
            measures("value | counted | value | scale = 6\nbase | counted | base"),
        )
        .defined("indicators.toml", indicators("level | value | base | unit = '1'"))
        .defined("neighbours.csv", pairs)
        .sent("2020/N_1.csv", sheet)
        .published()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column]
        .number()
        .unwrap_or_else(|| panic!("{column} is null: {row:?}"))
}

fn close(found: f64, published: f64, within: f64) {
    assert!((found - published).abs() <= within, "{found} is not {published}");
}

/// Moran's I of the rates as the tests of esda have it, and of deaths over births, from which those rates were rounded.
#[test]
fn infant_deaths_in_north_carolina_have_the_published_autocorrelation() {
    const PUBLISHED: f64 = 0.247_725_193_204_801_35;
    let counties = || {
        NORTH_CAROLINA.lines().skip(1).map(|line| {
            let [county, births, deaths, rate, neighbours] = line.split(',').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let neighbours = neighbours.split(' ').map(str::to_owned).collect();
            let own = [county, births, deaths, rate].map(str::to_owned);
            (own, neighbours)
        })
    };
    let of_rates = world(counties().map(|([county, _, _, rate], near)| (county, rate, "1".to_owned(), near)));
    let of_counts = world(counties().map(|([county, births, deaths, _], near)| (county, deaths, births, near)));
    for (world, within) in [(of_rates, 1e-12), (of_counts, 5e-8)] {
        let [row] = &world.table("spatial_autocorrelation")[..] else {
            panic!("one level of one period");
        };
        assert_eq!(row["n_units"].number(), Some(100.0));
        close(number(row, "morans_i"), PUBLISHED, within);
        close(number(row, "expected_i"), -1.0 / 99.0, 1e-15);
        // esda: 5.8e-5 of one side, by the normal approximation.
        assert_eq!(row["p_value"].number(), Some(0.001));
    }
}

/// Columbus: as `moran.test` of the R package spdep prints it for these neighbours, weights of style W. St. Louis: as the tests of esda 2.9.0 have it.
#[test]
fn crime_in_columbus_and_homicide_around_st_louis_have_the_published_autocorrelation() {
    for (areas, n, published, expected, within) in [
        (COLUMBUS, 49, 0.500_188_557, -0.020_833_333, 5e-10),
        (ST_LOUIS, 78, 0.243_655_826_217_716_6, -0.012_987_012_987, 1e-12),
    ] {
        let areas = areas.lines().skip(1).map(|line| {
            let [code, value, neighbours] = line
                .split(',')
                .map(str::to_owned)
                .collect::<Vec<_>>()
                .try_into()
                .unwrap();
            let neighbours = neighbours.split(' ').map(str::to_owned).collect();
            (code, value, "1".to_owned(), neighbours)
        });
        let world = world(areas);
        let [row] = &world.table("spatial_autocorrelation")[..] else {
            panic!("one level of one period");
        };
        assert_eq!((number(row, "n_units"), number(row, "n_islands")), (f64::from(n), 0.0));
        close(number(row, "morans_i"), published, within);
        close(number(row, "expected_i"), expected, 5e-10);
        // spdep: z = 5.6 for Columbus; esda: 0.00027 of both sides for St. Louis, by the normal approximation.
        assert!(number(row, "z_score") > 3.0 && number(row, "p_value") < 0.01, "{row:?}");
        // The local values are parts of it.
        let local = world.table("spatial_clusters");
        let mean = local.iter().map(|row| number(row, "local_i")).sum::<f64>() / f64::from(n);
        close(mean, published, within);
    }
}

/// Local values and quadrants as the documentation of PySAL prints them; it divides by n − 1 where huizong divides by n, as Anselin does.
#[test]
fn ten_areas_have_the_published_local_values_and_quadrants() {
    const LOCAL: [f64; 10] = [
        -0.114_092_77,
        -0.199_405_43,
        -0.133_514_08,
        -0.517_703_83,
        0.480_950_09,
        0.122_081_13,
        1.191_482_98,
        -0.581_443_05,
        0.071_013_83,
        0.343_143_01,
    ];
    const QUADRANTS: [u8; 10] = [4, 4, 4, 2, 3, 3, 1, 4, 3, 3];
    let code = |at: &usize| format!("{at:02}");
    let areas = TEN.iter().map(|(own, value, near)| {
        let near = near.iter().map(code).collect();
        ((*own).to_owned(), (*value).to_owned(), "1".to_owned(), near)
    });
    let rows = world(areas).table("spatial_clusters");
    assert_eq!(rows.len(), 10);
    for ((row, published), quadrant) in rows.iter().zip(LOCAL).zip(QUADRANTS) {
        close(number(row, "local_i") * 9.0 / 10.0, published, 5e-9);
        let named = ["high_high", "low_high", "low_low", "high_low"][usize::from(quadrant) - 1];
        assert_eq!(row["quadrant"].text(), Some(named), "{row:?}");
    }
}
