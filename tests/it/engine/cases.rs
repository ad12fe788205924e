//! Rows on which engines might differ.

use std::fmt::Write;

use crate::support::{World, indicators, joined, measures, plan};

/// Two states, one of which has numbers whose sums leave 64 bits; and rows of a district that the nation sends beside its state, so that it
/// lies in two partitions.
pub fn difficult() -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,state,X\nS,South,state,X\nA,Ash,district,N\n\
                 B,Birk,district,N\nC,Cole,district,S\n";
    let columns = "code | division_code | Code | level = 'district'; required = true\n\
                   visitor | integer | Visitor | required = true\n\
                   n | integer | N |\n\
                   big | integer | Big |\n\
                   times | integer | Times |\n\
                   money | decimal | Money | scale = 3\n\
                   open | boolean | Open |\n\
                   kind | text | Kind |";
    let figures = "people | visits | 1\n\
                   n | visits | n\n\
                   big | visits | big\n\
                   product | visits | big * times - n\n\
                   open | visits | open\n\
                   whole | visits | ROUND(money)\n\
                   cents | visits | ROUND(money, 2) | scale = 2\n\
                   half | visits | money * 0.5 | scale = 4";
    let often = "[[measure]]\nid = 'often'\nform = 'visits'\n\
                 value = \"CASE WHEN n > 1 AND kind = 'it''s' THEN n * 2 WHEN n <= 1 THEN 0 END\"\n";
    let mut ratios = String::new();
    for above in ["n", "big", "product", "open", "whole", "cents", "half", "often"] {
        writeln!(
            ratios,
            "{above}_each | {above} | people | unit = '1'; better = 'higher'"
        )
        .unwrap();
    }
    writeln!(ratios, "cents_each_n | cents | n | unit = '1'; better = 'higher'").unwrap();
    World::new(&plan("plain", &["country", "state", "district"], &["2018", "2020"]), areas)
        .form(
            "visits",
            "unit = 'person'\nkey = ['code', 'visitor']\nfiles = ['{period}/{state}_*', '{period}/all*']",
            columns,
        )
        .defined("measures.toml", measures(figures) + often)
        .defined("indicators.toml", indicators(&ratios))
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'kind'\nlevel = 'person'\ncolumn = 'kind'\n\
             map = { apostrophe = [\"it's\"], backslash = ['a\\b'], han = ['\u{4e2d}'], ranged = ['100-199'] }\nother = 'rest'\n\
             order = ['apostrophe', 'backslash', 'han', 'ranged', 'rest']\n",
        )
        .defined(
            "checks.toml",
            "[[row]]\nid = 'few'\nform = 'visits'\nseverity = 'hard'\nassert = 'n < 100'\nmissing = 'pass'\n\
             message = { zh = '\u{8fc7}\u{591a}', en = 'too many' }\n",
        )
        .sent("2020/N_a.csv", NORTH)
        .sent("2020/S_a.csv", SOUTH)
        .sent("2020/all.csv", "Code,Visitor,N,Big,Times,Money,Open,Kind\nA,90,7,8,1,0.125,yes,\u{4e2d}\nA,91,,,,,,\n")
        .sent("2018/N_a.csv", NORTH)
}

/// Halves of both signs, values that are nearly halves, nulls of every type, a row that breaks a rule, and rows that are there twice.
const NORTH: &str = "Code,Visitor,N,Big,Times,Money,Open,Kind\n\
    A,1,1,3000000000000000,100,0.5,yes,it's\n\
    A,2,2,-3000000000000000,100,2.5,no,a\\b\n\
    A,3,3,1,1,-0.5,,\u{4e2d}\n\
    A,4,,2,,1.005,yes,150\n\
    A,5,5,,1,0.285,no,\n\
    A,6,6,3,1,,yes,1500\n\
    A,7,700,4,1,4.5,yes,it's\n\
    A,8,8,5,1,-2.675,no,it's\n\
    A,8,8,5,1,-2.675,no,it's\n\
    B,1,1,3000000000000000,100,1.115,yes,rest\n\
    B,2,-2,3000000000000001,99,-1.5,no,it's\n\
    B,3,0,-1,1,0.001,,\n";

/// Products whose sum leaves 64 bits, and one that leaves them itself.
const SOUTH: &str = "Code,Visitor,N,Big,Times,Money,Open,Kind\n\
    C,1,1,9007199254740991,400,0.5,yes,it's\n\
    C,2,2,9007199254740991,400,1.5,no,it's\n\
    C,3,3,9007199254740991,400,2.5,no,it's\n\
    C,4,4,9007199254740991,1000000,3.5,no,\n";

#[test]
fn the_rows_are_as_difficult_as_they_are_meant_to_be() {
    let world = &*super::DIFFICULT;
    let facts: Vec<String> = world
        .facts("visits", "2020")
        .iter()
        .map(|row| joined(row, &["area_code", "visitor"], ""))
        .collect();
    let expected = [
        "A90", "A91", "A1", "A2", "A3", "A4", "A5", "A6", "A8", "B1", "B2", "B3", "C1", "C2", "C3", "C4",
    ];
    let mut sorted = facts.clone();
    sorted.sort();
    let mut all = expected.map(str::to_owned);
    all.sort();
    assert_eq!(sorted, all);
    let uncounted = world.uncounted("visits", "2020");
    let states: Vec<String> = uncounted
        .iter()
        .map(|row| joined(row, &["visitor", "row_status"], " "))
        .collect();
    assert_eq!(states, ["7 quarantined", "8 superseded"]);
    let codes: Vec<String> = world
        .table("findings")
        .iter()
        .map(|row| joined(row, &["code", "field"], " "))
        .collect();
    assert!(
        codes.iter().any(|code| code.starts_with("value-too-large")),
        "{codes:?}"
    );
}
