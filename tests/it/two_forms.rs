//! Indicators whose numerator and denominator are of two forms: cases ÷ residents.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Row, World, huizong, indicators, joined, measures, plan};

const DIVISIONS: &str = "code,name,level,parent_code\nL,Lakeland,country,\nN,North,state,L\nS,South,state,L\n\
    N1,Alder,county,N\nN2,Birch,county,N\nN3,Cedar,county,N\nS1,Elm,county,S\nS2,Fir,county,S\nS3,Hazel,county,S\n";

const COUNTIES: [&str; 6] = ["N1", "N2", "N3", "S1", "S2", "S3"];

/// Residents by county as the register has them: women, then men.
const REGISTER: [(f64, f64); 6] = [
    (500.0, 480.0),
    (300.0, 310.0),
    (200.0, 190.0),
    (700.0, 650.0),
    (100.0, 90.0),
    (50.0, 55.0),
];

fn world() -> World {
    let plan =
        plan("plain", &["country", "state", "county"], &["2020", "2021"]) + "[reporters]\nfile = 'reporters.csv'\n";
    let form = |id: &str| {
        format!(
            "unit = 'county'\nkey = ['county', 'sex']\nfiles = ['{{period}}/{{county}}_{id}*']\n[form.missing]\n'' = 'missing'"
        )
    };
    let of = |figure: &str, more: &str| {
        format!(
            "county | division_code | County | level = 'county'; required = true\n\
             sex | category | Sex | values = {{ women = ['f'], men = ['m'], unknown = ['?'] }}; required = true\n\
             {figure} | integer | {figure}{more}"
        )
    };
    let mut reporters = "area_code,form,period,expected_rows,residents\n".to_owned();
    for (county, (women, men)) in COUNTIES.iter().zip(REGISTER) {
        reporters += &format!("{county},cases,,,\n{county},population,,2,{}\n", women + men);
    }
    World::new(&plan, DIVISIONS)
        .form("cases", &form("cases"), &of("cases", " |\nward | text | Ward"))
        .form("population", &form("population"), &of("residents", ""))
        .defined(
            "checks.toml",
            "[[row]]\nid = 'few'\nform = 'cases'\nassert = 'cases < 100'\nseverity = 'hard'\nmessage = { en = 'too many' }\n",
        )
        .defined("dimensions.toml", "[[dimension]]\nid = 'sex'\nlevel = 'county'\ncolumn = 'sex'\norder = ['women', 'men', 'unknown']\ncompare = [['women', 'men']]\n")
        .defined("measures.toml", measures("cases | cases | cases\nresidents | population | residents"))
        .defined(
            "indicators.toml",
            indicators(
                "incidence | cases | residents | factor = 1000; unit = 'per_1000'; register = 'residents'; \
                 better = 'lower'; plausible = { min = 0, max = 200 }; target = { '2020' = 40 }\n\
                 of_women | cases | residents | factor = 1000; unit = 'per_1000'; where = { sex = 'women' }",
            ),
        )
        .beside("reporters.csv", reporters)
}

/// Both forms of a county; a blank stands for a cell left empty, `-` for a form that was not sent.
fn sent(world: World, period: &str, county: &str, cases: &str, residents: &str) -> World {
    let file = |world: World, form: &str, head: &str, figures: &str| {
        if figures == "-" {
            return world;
        }
        let line = |(sex, figure): (&str, &str)| format!("{county},{sex},{figure},\n");
        let rows: String = ["f", "m", "?"].into_iter().zip(figures.split(' ')).map(line).collect();
        world.sent(
            &format!("{period}/{county}_{form}.csv"),
            format!("County,Sex,{head},Note\n{rows}"),
        )
    };
    let world = file(world, "cases", "cases", cases);
    file(world, "population", "residents", residents)
}

/// Every way in which a county can count or not.
fn filled() -> World {
    let world = world();
    let world = sent(world, "2020", "N1", "30 20", "500 480");
    // A case of unknown sex belongs to the county all the same.
    let world = sent(world, "2020", "N2", "3 4 5", "300 310");
    // Nobody has sent the residents of Cedar, nor the cases of Elm.
    let world = sent(world, "2020", "N3", "9 9", "-");
    let world = sent(world, "2020", "S1", "-", "700 650");
    // A row of Fir is quarantined; Hazel left a cell blank.
    let world = sent(world, "2020", "S2", "1 500", "100 90");
    let world = sent(world, "2020", "S3", "2 ", "50 55");
    let world = sent(world, "2021", "N1", "10 0", "510 490");
    // One row of the two that the register expects.
    sent(world, "2021", "N2", "1 1", "300")
}

fn figures(world: &World, indicator: &str) -> BTreeMap<String, String> {
    let columns = [
        "numerator",
        "denominator",
        "value",
        "lower",
        "upper",
        "obs_status",
        "n_expected",
        "n_reported",
        "verdict",
        "verdict_robust",
    ];
    let rows = world.table("indicators");
    let own = rows.iter().filter(|row| row["indicator"].text() == Some(indicator));
    own.map(|row| (joined(row, &["period", "area_code"], " "), joined(row, &columns, " ")))
        .collect()
}

#[test]
fn an_area_counts_where_both_forms_have_sent_all_of_it() {
    let world = filled().published();
    let found = figures(&world, "incidence");
    let lines: Vec<String> = found.iter().map(|(key, figure)| format!("{key}: {figure}")).collect();
    // 1000 × 62 ÷ 1590; missing are the residents of N3 (390), S1 (1350), S2 (190) and S3 (105).
    let expected = [
        "2020 L: 62 1590 38.9937106918239 17.103448275862068 129.3793103448276 P 6 4 met false",
        "2020 N: 62 1590 38.9937106918239 31.31313131313131 70.70707070707071 P 3 2 met false",
        "2020 N1: 50 980 51.02040816326531 51.02040816326531 51.02040816326531 A 1 1 not_met true",
        "2020 N2: 12 610 19.672131147540984 19.672131147540984 19.672131147540984 A 1 1 met true",
        "2020 N3: - - - 0 200 O 1 0 unknown -",
        "2020 S: - - - 0 200 O 3 2 unknown -",
        "2020 S1: - - - 0 200 O 1 0 unknown -",
        "2020 S2: - - - 0 200 O 1 1 unknown -",
        "2020 S3: - - - 0 200 O 1 1 unknown -",
    ];
    let of_2020: Vec<&String> = lines.iter().filter(|line| line.starts_with("2020")).collect();
    assert_eq!(of_2020, expected);
    assert_eq!(found["2021 N1"], "10 1000 10 10 10 A 1 1 no_target -");
    assert!(found["2021 N2"].starts_with("- - - "), "{}", found["2021 N2"]);
}

/// The sums of a measure over the facts of a form, by county; None: not all of it counts.
fn whole(world: &World, form: &str, figure: &str, period: &str) -> BTreeMap<String, Option<f64>> {
    let facts = world.facts(form, period);
    let held: BTreeSet<String> = (world.uncounted(form, period).iter())
        .filter(|row| row["row_status"].text() == Some("quarantined"))
        .filter_map(|row| Some(row["area_code"].text()?.to_owned()))
        .collect();
    let mut sums: BTreeMap<String, Option<f64>> = BTreeMap::new();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for row in &facts {
        let area = row["area_code"].text().unwrap().to_owned();
        *rows.entry(area.clone()).or_default() += 1;
        let sum = sums.entry(area).or_insert(Some(0.0));
        *sum = sum.zip(row[figure].number()).map(|(sum, value)| sum + value);
    }
    for (area, sum) in &mut sums {
        let is_short = form == "population" && rows[area] < 2;
        if held.contains(area) || is_short {
            *sum = None;
        }
    }
    sums
}

#[test]
fn figures_are_those_of_plain_loops_over_both_forms() {
    let world = filled().published();
    let found = figures(&world, "incidence");
    for period in ["2020", "2021"] {
        let cases = whole(&world, "cases", "cases", period);
        let residents = whole(&world, "population", "residents", period);
        for area in ["L", "N", "S", "N1", "N2", "N3", "S1", "S2", "S3"] {
            let (mut above, mut below, mut missing) = (0.0, 0.0, 0.0);
            for (county, (women, men)) in COUNTIES.iter().zip(REGISTER) {
                if !(area == "L" || county.starts_with(area)) {
                    continue;
                }
                let of = |sums: &BTreeMap<String, Option<f64>>| sums.get(*county).copied().flatten();
                match (of(&cases), of(&residents)) {
                    (Some(over), Some(under)) => (above, below) = (above + over, below + under),
                    (None, Some(under)) => missing += under,
                    (_, None) => missing += women + men,
                }
            }
            let parts: Vec<&str> = found[&format!("{period} {area}")].split(' ').collect();
            let number = |at: usize| parts[at].parse::<f64>().ok();
            let close = |a: Option<f64>, b: f64| a.is_some_and(|a| (a - b).abs() < 1e-9);
            if below > 0.0 {
                assert_eq!((number(0), number(1)), (Some(above), Some(below)), "{period} {area}");
            } else {
                assert_eq!((number(0), number(1)), (None, None), "{period} {area}");
            }
            let whole = below + missing;
            assert!(close(number(3), above * 1000.0 / whole), "{period} {area}: lower");
            assert!(
                close(number(4), (above * 1000.0 + 200.0 * missing) / whole),
                "{period} {area}: upper"
            );
        }
    }
}

#[test]
fn groups_and_gaps_compare_the_members_that_both_forms_have() {
    let world = filled().published();
    let of = |table: &str, columns: &[&str]| -> Vec<String> {
        let is_asked = |row: &&Row| {
            let own = |column: &str, text: &str| row[column].text() == Some(text);
            own("indicator", "incidence") && own("period", "2020") && own("scope_code", "L") && own("dimension", "sex")
        };
        let rows = world.table(table);
        rows.iter()
            .filter(is_asked)
            .map(|row| joined(row, columns, " "))
            .collect()
    };
    assert_eq!(
        of("groups", &["member", "numerator", "denominator", "null_reason"]),
        [
            "men 24 790 -",
            "unknown 5 0 numerator_without_denominator",
            "women 33 800 -"
        ]
    );
    let gap = 33_000.0 / 800.0 - 24_000.0 / 790.0;
    assert_eq!(of("gaps", &["a", "b", "gap"]), [format!("women men {gap}")]);
    let women = &figures(&world, "of_women");
    assert!(women["2020 N1"].starts_with("30 500 60 "), "{}", women["2020 N1"]);
    // The quarantined row of Fir is one of men.
    assert!(women["2020 S2"].starts_with("1 100 10 "), "{}", women["2020 S2"]);
    let dispersion = world.table("inequality");
    assert!(
        dispersion
            .iter()
            .any(|row| row["indicator"].text() == Some("incidence") && row["value"].number().is_some())
    );
}

#[test]
fn a_trace_names_both_forms() {
    let world = filled().published();
    let trace = |area: &str| {
        let run = huizong([
            "trace",
            "incidence",
            "--area",
            area,
            "--period",
            "2020",
            "--lang",
            "en",
            world.path("pipeline").to_str().unwrap(),
            "--output",
            world.output().to_str().unwrap(),
        ]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    };
    let told = trace("L");
    for part in [
        "62 ÷ 1,590 × 1,000",
        "N1_cases.csv",
        "N1_population.csv",
        "C2 cases = 30",
        "C2 residents = 500",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert!(
        told.contains("10 rows of areas of which not everything has come"),
        "{told}"
    );
    let definition = world.table("indicator_definitions");
    let formula = definition
        .iter()
        .find(|row| row["indicator"].text() == Some("incidence"))
        .unwrap();
    assert_eq!(
        formula["formula"].text(),
        Some("SUM(cases: cases) / SUM(population: residents) * 1000 BY area_code")
    );
}

/// The register has rows and no residents. Alder sent all; of the other counties something is missing.
#[test]
fn a_bracket_stands_for_residents_that_neither_form_nor_register_tells() {
    let mut reporters = "area_code,form,period,expected_rows,residents\n".to_owned();
    for county in COUNTIES {
        reporters += &format!("{county},cases,,,\n{county},population,,2,\n");
    }
    let world = world().beside("reporters.csv", reporters).defined(
        "indicators.toml",
        indicators(
            "incidence | cases | residents | factor = 1000; unit = 'per_1000'; register = 'residents'; \
             plausible = { min = 60, max = 200 }; plausible_denominator = { min = 100, max = 1000 }",
        ),
    );
    let world = sent(world, "2020", "N1", "30 20", "500 480");
    // One row of residents of two: at least these 300.
    let world = sent(world, "2020", "N2", "3 4", "300");
    let world = sent(world, "2020", "N3", "9 9", "-");
    // The cases alone are lacking: the residents are those that were read.
    let world = sent(world, "2020", "S1", "-", "700 650");
    // One row of two has more residents than the bracket. Of Fir nothing came.
    let world = sent(world, "2020", "S3", "2 1", "1200").published();
    let table = world.table("indicators");
    let of = |area: &str| {
        let is = |row: &&Row| row["period"].text() == Some("2020") && row["area_code"].text() == Some(area);
        table.iter().find(is).unwrap()
    };
    let counts = [
        "numerator",
        "denominator",
        "missing_denominator",
        "n_denominators_bracketed",
    ];
    for (area, told) in [
        ("L", "50 980 - 4"),
        ("N", "50 980 - 2"),
        ("N1", "50 980 0 0"),
        ("N2", "- - - 1"),
        ("N3", "- - - 1"),
        ("S", "- - - 2"),
        ("S1", "- - 1350 0"),
        ("S2", "- - - 1"),
        ("S3", "- - 1200 1"),
    ] {
        assert_eq!(joined(of(area), &counts, " "), told, "{area}");
    }
    // The incidence of Alder, 51, is below the plausible range: the lower bound is reached with the least that is missing.
    for (area, least, most) in [("N", 400.0, 2000.0), ("L", 3050.0, 5550.0)] {
        let ends = [(60.0, least), (200.0, most)].map(|(rate, size)| (50_000.0 + rate * size) / (980.0 + size));
        for (column, end) in ["lower", "upper"].into_iter().zip(ends) {
            let found = of(area)[column].number().unwrap();
            assert!((found - end).abs() < 1e-9, "{area} {column}: {found} is not {end}");
        }
    }
}

#[test]
fn the_form_that_comes_second_changes_the_figure_of_a_later_run() {
    let world = filled().published();
    assert!(figures(&world, "incidence")["2020 N3"].starts_with("- "));
    let world = sent(world, "2020", "N3", "-", "200 190").published();
    assert!(figures(&world, "incidence")["2020 N3"].starts_with("18 390 "));
    let full = world.path("full");
    assert_eq!(
        crate::support::run(&world.path("pipeline"), &world.path("input"), &full, &[]).0,
        0
    );
    let of = |folder: &std::path::Path| std::fs::read(folder.join("current/tables/indicators.parquet")).unwrap();
    assert_eq!(of(&world.output()), of(&full));
    let revised = world.table("revisions");
    let steps: Vec<String> = (revised.iter())
        .filter(|row| row["area_code"].text() == Some("N3") && row["indicator"].text() == Some("incidence"))
        .filter(|row| row["dimension"].text().is_none())
        .map(|row| {
            joined(
                row,
                &["cause", "numerator_before", "numerator_after", "denominator_after"],
                " ",
            )
        })
        .collect();
    assert_eq!(steps, ["late_submission - 18 390"]);
}
