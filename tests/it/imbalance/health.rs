//! Measures of inequality in health as others have published them, through the program and its TOML.

use std::fmt::Write as _;

use super::close;
use super::known::{VALUES, WEIGHTS, nation, number};
use crate::support::Row;

/// Births of 1982–92 in India and deaths per 1000 of them before the age of five, from the poorest fifth of households to the richest.
/// Source: O'Donnell, van Doorslaer, Wagstaff & Lindelow 2008, Analyzing Health Equity Using Household Survey Data, World Bank, table 8.1.
const INDIA: [(u32, &str); 5] = [
    (29_939, "154.7"),
    (28_776, "152.9"),
    (26_528, "119.5"),
    (24_689, "86.9"),
    (19_739, "54.3"),
];

/// People of five ordered groups, and per cent of them.
/// Source: tests of the R package healthequal (World Health Organization), whose populations are drawn with `set.seed(123)`.
const FIVE: [(u32, u32); 5] = [(78, 20), (91, 30), (162, 40), (103, 50), (105, 60)];

const ORDERED: &str = "[[dimension]]\nid = 'wealth'\nlevel = 'county'\nsource = 'groups.csv'\nordered = true\n\
                       order = ['g0', 'g1', 'g2', 'g3', 'g4']\n";

/// The row of the nation over the members of a dimension.
fn row<'r>(rows: &'r [Row], index: &str) -> &'r Row {
    let is = |row: &&Row, column: &str, text: &str| row[column].text() == Some(text);
    (rows.iter())
        .find(|row| {
            is(row, "inequality_index", index) && is(row, "computed_over", "member") && is(row, "scope_code", "N")
        })
        .unwrap_or_else(|| panic!("no {index}"))
}

/// Five groups, `sheet` is their lines without the code.
fn five(rows: impl Iterator<Item = String>, indicator: &str) -> Vec<Row> {
    let (mut groups, mut sheet) = ("code,wealth\n".to_owned(), "Code,Value,Base\n".to_owned());
    for (at, row) in rows.enumerate() {
        writeln!(groups, "Q{at},g{at}").unwrap();
        writeln!(sheet, "Q{at},{row}").unwrap();
    }
    nation(&groups, &[("2000", sheet)], (ORDERED, indicator)).table("inequality")
}

/// The book finds −0.1694: deaths are concentrated among the poor.
#[test]
fn deaths_of_children_in_india_have_the_published_concentration_index() {
    let deaths = |(births, rate): &(u32, &str)| {
        let tenths: u64 = rate.replace('.', "").parse().unwrap();
        let deaths = u64::from(*births) * tenths;
        format!("{}.{:04},{births}", deaths / 10_000, deaths % 10_000)
    };
    let rows = five(INDIA.iter().map(deaths), "better = 'lower'; bounded = true");
    close(number(row(&rows, "concentration_index"), "value"), -0.1694, 5e-5);
    // By the definitions of Wagstaff 2005 and Erreygers 2009 from the index and the mean of 118.9 deaths.
    let (index, mean) = (-0.169_416_774_650_521, 0.118_907_168_912_091);
    for (name, expected) in [
        ("concentration_absolute", index * mean),
        ("concentration_wagstaff", index / (1.0 - mean)),
        ("concentration_erreygers", index * 4.0 * mean),
    ] {
        let found = row(&rows, name);
        close(number(found, "value"), expected, 1e-12);
        close(number(found, "shortfall_value"), -expected, 1e-12);
    }
    // Of survivors the index is another one.
    let survivors = number(row(&rows, "concentration_index"), "shortfall_value");
    close(survivors, -index * mean / (1.0 - mean), 1e-12);
}

#[test]
fn five_ordered_groups_have_the_measures_that_healthequal_publishes() {
    let share = |(people, per_cent): &(u32, u32)| {
        let hundredths = people * per_cent;
        format!("{}.{:02},{people}", hundredths / 100, hundredths % 100)
    };
    let rows = five(FIVE.iter().map(share), "better = 'higher'; bounded = true");
    // In the unit of the indicator, per cent, there.
    for (name, published, within) in [
        ("concentration_absolute", 7.328_420_2, 2e-7),
        ("concentration_index", 17.776_859, 3e-6),
        ("population_attributable_risk", 18.775_509, 2e-6),
        ("population_attributable_fraction", 45.544_548, 1e-5),
    ] {
        close(number(row(&rows, name), "value") * 100.0, published, within);
    }
}

/// healthequal computes in single precision in part; tolerances are those of its tests or tighter.
#[test]
fn twenty_five_groups_have_the_unweighted_measures_that_healthequal_publishes() {
    let (mut groups, mut sheet) = ("code,group\n".to_owned(), "Code,Value,Base\n".to_owned());
    for (at, (x, weight)) in VALUES.iter().zip(WEIGHTS).enumerate() {
        writeln!(groups, "G{at:02},g{at:02}").unwrap();
        writeln!(sheet, "G{at:02},{},{weight}", x * weight).unwrap();
    }
    // The reference is the fourteenth group.
    let dimension =
        "[[dimension]]\nid = 'group'\nlevel = 'county'\nsource = 'groups.csv'\ncompare = [['g13', 'g00']]\n";
    let rows = nation(&groups, &[("2000", sheet)], (dimension, "better = 'higher'")).table("inequality");
    for (index, published, within) in [
        ("unweighted_difference_from_mean", 5.891_726, 5e-7),
        ("unweighted_difference_from_best", 16.360_001, 2e-6),
        ("unweighted_difference_from_reference", 7.239_999_8, 5e-7),
        ("mean_difference_from_reference", 7.222_846_5, 5e-7),
        ("index_of_disparity", 0.087_018_175, 2e-9),
        ("population_attributable_risk", 16.293_152, 5e-6),
        ("population_attributable_fraction", 0.240_642_6, 1e-7),
    ] {
        close(number(row(&rows, index), "value"), published, within);
    }
    // Its weighted index of disparity.
    close(2.0 * number(row(&rows, "hoover"), "value"), 0.086_178_417, 5e-9);
}
