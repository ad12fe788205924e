//! What each of several dimensions adds to the mix effect of a gap, and of its change.

use crate::change_effects::DEATHS;
use crate::support::{Row, World, indicators, joined, measures, plan};

/// The United States of both years as two lands, or as one land beside another that stays as it is.
fn world(periods: &[&str], sent: &[(&str, Vec<String>)], codes: &[String]) -> World {
    let mut register = "code,name,level,parent_code\nN,Nation,nation,\n".to_owned();
    let mut groups = "code,age,race,land\n".to_owned();
    for code in codes {
        let [land, race, age] = code.split('-').collect::<Vec<_>>()[..] else {
            panic!("{code}");
        };
        register += &format!("{code},{code},cell,N\n");
        groups += &format!("{code},{age},{race},{land}\n");
    }
    let of = |id: &str| format!("[[dimension]]\nid = '{id}'\nlevel = 'cell'\nsource = 'groups.csv'\n");
    let compared = "compare = [['states', 'other'], ['other', 'states']]\nstrata = ['age', 'race']\n";
    let mut world = World::new(&plan("plain", &["nation", "cell"], periods), &register)
        .form(
            "deaths",
            "title = { en = 'Deaths' }\nunit = 'cell'\nkey = ['cell']\nfiles = ['{period}/N_*']",
            "cell | division_code | Cell | level = 'cell'; required = true\n\
             people | integer | People | required = true\ndied | decimal | Died | scale = 3; required = true",
        )
        .defined(
            "measures.toml",
            measures("died | deaths | died | scale = 3\npeople | deaths | people"),
        )
        .defined(
            "indicators.toml",
            indicators("death_rate | died | people | unit = 'per_mille'; factor = 1000"),
        )
        .defined("groups.csv", groups)
        .defined(
            "dimensions.toml",
            format!("{}{}{}{compared}", of("age"), of("race"), of("land")),
        );
    for (period, lines) in sent {
        world = world.sent(
            &format!("{period}/N_1.csv"),
            format!("Cell,People,Died\n{}", lines.concat()),
        );
    }
    world.published()
}

/// Code of each cell of a land, and its line of a sheet, in people: 0 for 1970, 1 for 1985.
fn cells(land: &str, year: usize) -> Vec<(String, String)> {
    let of_race = |race: usize| {
        let cells = DEATHS[2 * year + race].iter().enumerate();
        cells.map(move |(age, (people, rate))| {
            let code = format!("{land}-{}-a{age:02}", ["white", "other"][race]);
            // Thousands of people, and deaths per 1000 with three decimals.
            let died = u64::from(*people) * rate.replace('.', "").parse::<u64>().unwrap();
            let line = format!("{code},{},{}.{:03}\n", people * 1000, died / 1000, died % 1000);
            (code, line)
        })
    };
    (0..2).flat_map(of_race).collect()
}

fn row<'r>(rows: &'r [Row], a: &str, dimension: &str) -> &'r Row {
    let is = |row: &&Row| {
        row["scope_code"].text() == Some("N")
            && row["a"].text() == Some(a)
            && row["stratum_dimension"].text() == Some(dimension)
    };
    rows.iter().find(is).unwrap_or_else(|| panic!("no {a} {dimension}"))
}

#[track_caller]
fn close(row: &Row, column: &str, published: f64) {
    let found = row[column]
        .number()
        .unwrap_or_else(|| panic!("{column} is null: {row:?}"));
    assert!(
        (found - published).abs() <= 5e-7,
        "{column}: {found} is not {published}"
    );
}

/// Das Gupta 1993, table 5.3: age 1.5217347 and race 0.0197749 per 1000, together the effect of the joint composition.
#[test]
fn a_gap_between_two_populations_has_the_effects_of_age_and_race_that_das_gupta_published() {
    let both = [cells("states", 1), cells("other", 0)].concat();
    let (codes, lines): (Vec<String>, Vec<String>) = both.into_iter().unzip();
    let world = world(&["1985"], &[("1985", lines)], &codes);
    let rows = world.table("gap_mixes");
    for (a, sign) in [("states", 1.0), ("other", -1.0)] {
        close(row(&rows, a, "age"), "composition_effect", sign * 1.521_734_7);
        close(row(&rows, a, "race"), "composition_effect", sign * 0.019_774_9);
    }
    let gaps = world.table("gaps");
    let gap = gaps.iter().find(|row| row["a"].text() == Some("states")).unwrap();
    close(gap, "mix_effect", 1.541_509_6);
    close(gap, "rate_effect", -2.227_725_4);
    for row in gaps.iter().chain(&rows) {
        // Ages of two races, all of them in both years.
        assert_eq!(joined(row, &["n_strata", "n_borrowed"], " "), "22 0");
    }
    assert_eq!(world.table("gap_change_mixes").len(), 0);
}

#[test]
fn a_gap_that_changed_has_the_effects_of_age_and_race_on_the_side_that_changed() {
    let still = |land: &str| format!("{land}-white-a00,4000,100\n");
    let sheet = |year: usize| -> Vec<String> {
        let own = cells("states", year).into_iter().map(|(_, line)| line);
        own.chain([still("other")]).collect()
    };
    let mut codes: Vec<String> = cells("states", 0).into_iter().map(|(code, _)| code).collect();
    codes.push("other-white-a00".to_owned());
    let world = world(&["1970", "1985"], &[("1970", sheet(0)), ("1985", sheet(1))], &codes);
    let rows = world.table("gap_change_mixes");
    for (a, side, other, sign) in [("states", "a", "b", 1.0), ("other", "b", "a", -1.0)] {
        for (dimension, published) in [("age", 1.521_734_7), ("race", 0.019_774_9)] {
            let row = row(&rows, a, dimension);
            close(row, &format!("composition_effect_{side}"), sign * published);
            close(row, &format!("composition_effect_{other}"), 0.0);
        }
    }
}
