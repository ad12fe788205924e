//! Keys that are spelled differently: width tells no units apart; case does, and is asked about.

use super::*;
use crate::support::{joined, shown};

/// A world of one town in one year whose roster has these rows, and what else lies beside it.
fn sent(rows: &str, explanations: &str) -> World {
    let checks = "[[row]]\nid = 'crowded'\nform = 'roster'\nassert = 'people <= 100'\nseverity = 'explain'\n\
                  message = { zh = '人多', en = 'crowded' }\n";
    let world = World::new(&plan("plain", &["nation", "state", "town"], &["2020"]), DIVISIONS)
        .form(
            "roster",
            ROSTER,
            "house | text | House | required = true\n people | integer | People",
        )
        .defined("checks.toml", checks)
        .defined("measures.toml", measures("houses | roster | 1 | unit = 'house'"))
        .sent("2020/A1_roster.csv", format!("House,People\n{rows}"));
    if explanations.is_empty() {
        world.published()
    } else {
        let columns = "form,period,area_code,key,code,explanation\n";
        world
            .beside("explanations.csv", format!("{columns}{explanations}"))
            .published()
    }
}

/// Row, code, content, what was expected and what was said of the findings of the roster.
fn told(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    let ours = findings
        .iter()
        .filter(|row| row["path"].text() == Some("2020/A1_roster.csv"));
    ours.map(|row| joined(row, &["row", "code", "raw", "expected", "explanation"], " | "))
        .collect()
}

fn houses(world: &World) -> Vec<String> {
    let facts = world.facts("roster", "2020");
    facts.iter().map(|row| shown(row, "house")).collect()
}

#[test]
fn full_width_and_half_width_keys_are_one_unit() {
    let world = sent("AL-03,5\nＡＬ－０３,5\nＡＬ－０４,6\n", "");
    assert_eq!(told(&world), ["3 | row-duplicate | ＡＬ－０３ | 2 | -"]);
    assert_eq!(houses(&world), ["AL-03", "ＡＬ－０４"]);
    let world = sent("AL-03,5\nＡＬ－０３,7\nAL-04,6\n", "");
    assert_eq!(
        told(&world),
        [
            "2 | row-conflict | AL-03 | 3 | -",
            "3 | row-conflict | ＡＬ－０３ | 2 | -"
        ]
    );
    assert_eq!(houses(&world), ["AL-04"]);
}

#[test]
fn keys_that_differ_in_case_are_two_units_and_asked_about() {
    let world = sent("AL-03,5\nal-03,7\nＡl-03,7\nAL-04,7\n", "");
    assert_eq!(
        told(&world),
        [
            "3 | key-case-differs | al-03 | 2 | -",
            "4 | key-case-differs | Ａl-03 | 2, 3 | -"
        ]
    );
    assert_eq!(houses(&world).len(), 4);
    // Chinese names, digits and one case alone are no cause to ask.
    let world = sent("东风社区,5\nAL-03,7\nal-04,7\n12,8\n", "");
    assert_eq!(told(&world), [""; 0]);
}

#[test]
fn an_explanation_means_the_row_that_is_spelled_like_it_else_none_of_several() {
    let rows = "AL-03,500\nal-03,600\n";
    let of = |world: &World, code: &str| -> Vec<String> {
        let findings = world.table("findings");
        let same = findings.iter().filter(|row| row["code"].text() == Some(code));
        same.map(|row| joined(row, &["row", "explanation"], " ")).collect()
    };
    let world = sent(rows, "roster,2020,A1,ａｌ－０３,crowded,a hostel\n");
    assert_eq!(of(&world, "crowded"), ["2 -", "3 a hostel"]);
    let world = sent(rows, "roster,2020,A1,Al-03,crowded,a hostel\n");
    assert_eq!(of(&world, "crowded"), ["2 -", "3 -"]);
    let findings = world.table("findings");
    let unused = findings
        .iter()
        .find(|row| row["code"].text() == Some("explanation-unmatched"));
    let said = shown(unused.unwrap(), "message_en");
    assert!(
        said.contains("rows 2, 3 differ from “Al-03” in case or blanks only"),
        "{said}"
    );
    // Where one row alone has the key, its case does not matter.
    let world = sent("AL-03,500\n", "roster,2020,A1,al-03,crowded,a hostel\n");
    assert_eq!(of(&world, "crowded"), ["2 a hostel"]);
}

#[test]
fn a_key_that_an_earlier_period_has_in_another_case_is_asked_about_once() {
    let cover = "[[cover]]\nform = 'roster'\nagainst = 'previous'\nfind = 'missing'\nseverity = 'info'\n";
    let history = "[[history]]\nform = 'roster'\ncolumn = 'people'\nratio = { min = 0.1, max = 10 }\n";
    for rule in [cover, history] {
        let roster = |rows: &str| format!("House,People\n{rows}");
        let world = World::new(
            &plan("plain", &["nation", "state", "town"], &["2018", "2019", "2020"]),
            DIVISIONS,
        )
        .form(
            "roster",
            ROSTER,
            "house | text | House | required = true\n people | integer | People",
        )
        .defined("checks.toml", rule)
        .defined("measures.toml", measures("houses | roster | 1 | unit = 'house'"))
        .sent("2018/A1_roster.csv", roster("AL-03,5\nAL-04,6\nAL-05,6\nal-05,6\n"))
        .sent("2019/A1_roster.csv", roster("al-03,5\nAL-04,6\nAL-05,6\nal-06,6\n"))
        .sent("2020/A1_roster.csv", roster("al-03,5\nAL-04,6\nAL-05,6\nAL-06,6\n"))
        .published();
        let findings = world.table("findings");
        let of_code = findings
            .iter()
            .filter(|row| row["code"].text() == Some("key-case-differs"));
        let told: Vec<String> = of_code
            .map(|row| joined(row, &["period", "row", "raw", "expected", "severity"], " | "))
            .collect();
        let expected = [
            "2018 | 5 | al-05 | 4 | explain",
            "2019 | 2 | al-03 | AL-03 | explain",
            "2020 | 5 | AL-06 | al-06 | explain",
        ];
        assert_eq!(told, expected, "{rule}");
    }
}
