//! `reference_date` of a form: its areas, codes, reporters and figures are those of that day, not of the period's end.

use std::fs;

use crate::support::{Row, World, huizong, indicators, joined, measures, plan, said, shown};

/// In December 2020 the state P became Q; its town T1 became U1, and T2 and T3 became V.
const DIVISIONS: &str = "code,name,level,parent_code,valid_from,valid_to
N,Nation,nation,,,
P,Pine,state,N,,2020-11-30
Q,Quince,state,N,2020-12-01,
W,Willow,state,N,,
T1,Ash,town,P,,2020-11-30
U1,Ash,town,Q,2020-12-01,
T2,Beech,town,P,,2020-11-30
T3,Cedar,town,P,,2020-11-30
V,Vine,town,Q,2020-12-01,
T4,Elm,town,P,,2020-11-30
T4,Elm,town,Q,2020-12-01,
T6,Oak,town,W,,
";

const CHANGES: &str = "old_code,new_code,date,kind
P,Q,2020-12-01,recode
T1,U1,2020-12-01,recode
T2,V,2020-12-01,merge
T3,V,2020-12-01,merge
";

const CHECKS: &str = "
[[history]]
form = 'census'
column = 'people'
ratio = { min = 0.5, max = 2.0 }
";

fn world(settings: &str) -> World {
    let plan = plan("plain", &["nation", "state", "town"], &["2019", "2020", "2021"]);
    let plan = plan.replace(
        "divisions = 'divisions.csv'",
        "divisions = 'divisions.csv'\nchanges = 'changes.csv'",
    );
    World::new(&plan, DIVISIONS)
        .defined("changes.csv", CHANGES)
        .defined("checks.toml", CHECKS)
        .form(
            "census",
            &format!("unit = 'town'\nkey = []\nfiles = ['{{period}}/{{town}}_census*']\n{settings}"),
            "people | integer | People\nhouses | integer | Houses",
        )
        .form(
            "annual",
            "unit = 'town'\nkey = []\nfiles = ['{period}/{town}_annual*', '{period}/{town}_census*#annual']",
            "births | integer | Births\ndeaths | integer | Deaths",
        )
        .defined(
            "measures.toml",
            measures("people | census | people\nhouses | census | houses\nbirths | annual | births\ndeaths | annual | deaths"),
        )
        .defined(
            "indicators.toml",
            indicators(
                "household | people | houses | title = { en = 'Household' }; factor = 1; unit = ''; better = 'neither'
                 surplus | births | deaths | title = { en = 'Surplus' }; factor = 1; unit = ''; better = 'neither'",
            ),
        )
}

fn filled(mut world: World) -> World {
    let census = |people: i64| format!("People,Houses\n{people},10\n");
    for (period, towns) in [
        ("2019", &["T1", "T2", "T3", "T4", "T6"][..]),
        ("2020", &["T1", "T2", "T3", "T4", "T6"]),
        ("2021", &["U1", "V", "T4", "T6"]),
    ] {
        for town in towns {
            let people = if period == "2021" { 900 } else { 100 };
            world = world.sent(&format!("{period}/{town}_census.csv"), census(people));
        }
    }
    for town in ["U1", "V", "T4", "T6"] {
        world = world.sent(&format!("2020/{town}_annual.csv"), "Births,Deaths\n30,20\n");
    }
    world
}

fn ask(args: &[&str]) -> (bool, String) {
    let ended = huizong(args);
    (ended.status.success(), said(&ended))
}

fn rows(world: &World, table: &str, period: &str, wanted: (&str, &str), columns: &[&str]) -> Vec<String> {
    let of = world.table(table).into_iter();
    of.filter(|row| row["period"].text() == Some(period) && row[wanted.0].text() == Some(wanted.1))
        .map(|row| joined(&row, columns, " "))
        .collect()
}

#[test]
fn areas_reporters_and_figures_of_a_form_are_those_of_its_day() {
    let world = filled(world("reference_date = '11-01'")).published();
    let rejected: Vec<String> = (world.table("submissions").iter())
        .filter(|row| row["status"].text() != Some("accepted"))
        .map(|row| joined(row, &["path", "status"], " "))
        .collect();
    assert_eq!(rejected, [""; 0]);

    let figures = |indicator: &str| {
        let columns = ["area_code", "area_name", "numerator", "n_expected", "n_reported"];
        rows(&world, "indicators", "2020", ("indicator", indicator), &columns)
    };
    assert_eq!(
        figures("household"),
        [
            "N Nation 500 5 5",
            "P Pine 400 4 4",
            "T1 Ash 100 1 1",
            "T2 Beech 100 1 1",
            "T3 Cedar 100 1 1",
            "T4 Elm 100 1 1",
            "T6 Oak 100 1 1",
            "W Willow 100 1 1"
        ]
    );
    assert_eq!(
        figures("surplus"),
        [
            "N Nation 120 4 4",
            "Q Quince 90 3 3",
            "T4 Elm 30 1 1",
            "T6 Oak 30 1 1",
            "U1 Ash 30 1 1",
            "V Vine 30 1 1",
            "W Willow 30 1 1"
        ]
    );
    let owing = |form: &str| {
        rows(
            &world,
            "reporting",
            "2020",
            ("form", form),
            &["area_code", "expected", "received"],
        )
    };
    assert_eq!(owing("census").iter().filter(|row| row.ends_with(" 1 1")).count(), 6);
    assert_eq!(owing("annual").iter().filter(|row| row.ends_with(" 1 1")).count(), 5);

    // Each area that a figure is of has its line, also one that was gone by the end of every period.
    let areas: Vec<String> = world
        .table("areas")
        .iter()
        .map(|row| joined(row, &["area_code"], ""))
        .collect();
    assert_eq!(areas, ["N", "P", "Q", "T1", "T2", "T3", "T4", "T6", "U1", "V", "W"]);

    // One file a partition area, of the day.
    let facts = |form: &str| {
        let mut names: Vec<String> = fs::read_dir(world.output().join("current/facts").join(form).join("2020"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(facts("census"), ["P.parquet", "W.parquet"]);
    assert_eq!(facts("annual"), ["Q.parquet", "W.parquet"]);
}

#[test]
fn without_a_date_the_end_of_the_period_decides() {
    let world = filled(world(""));
    let (_, said) = world.run(&[]);
    assert!(said.contains("area-unknown"), "{said}");
}

#[test]
fn rules_that_look_back_follow_areas_from_day_to_day() {
    let world = filled(world("reference_date = { 2020 = '2020-11-01' }")).published();
    let found: Vec<String> = (world.table("findings").iter())
        .filter(|row| row["code"].text() == Some("history-people"))
        .map(|row| joined(row, &["path", "expected"], " "))
        .collect();
    assert_eq!(
        found,
        [
            "2021/T4_census.csv 50..200",
            "2021/T6_census.csv 50..200",
            "2021/U1_census.csv 50..200",
            "2021/V_census.csv 100..400",
        ]
    );
}

#[test]
fn status_and_trace_know_the_areas_of_the_day() {
    let world = filled(world("reference_date = '11-01'")).published();
    let output = world.output();
    let release = output.to_str().unwrap();
    let pipeline = world.path("pipeline");
    let pipeline = pipeline.to_str().unwrap();
    let about = |args: &[&str]| {
        let beside = ["--output", release, "--lang", "en"];
        let (succeeds, said) = ask(&[&[args[0]], &args[1..], &[pipeline], &beside].concat());
        assert!(succeeds, "{said}");
        said
    };
    let said = about(&["status", "--period", "2020", "--area", "T1"]);
    assert!(said.contains("Ash"), "{said}");
    let said = about(&["trace", "household", "--period", "2020", "--area", "T1"]);
    assert!(said.contains("T1_census.csv"), "{said}");
}

#[test]
fn a_date_must_lie_in_its_period() {
    let cases = [
        ("reference_date = '02-29'", "no month and day that every year has"),
        ("reference_date = '13-01'", "no month and day that every year has"),
        ("reference_date = '2020-11-01'", "no month and day that every year has"),
        ("reference_date = { 2020 = '2021-01-01' }", "no date within 2020"),
        ("reference_date = { 2020 = '11-01' }", "no date within 2020"),
        (
            "reference_date = { 1999 = '1999-11-01' }",
            "not among the pipeline's periods",
        ),
    ];
    for (settings, expected) in cases {
        let world = world(settings);
        let (succeeds, said) = ask(&["check", world.path("pipeline").to_str().unwrap(), "--lang", "en"]);
        assert!(!succeeds, "{settings}: {said}");
        assert!(said.contains(expected), "{settings}: {said}");
        let (_, said) = ask(&["check", world.path("pipeline").to_str().unwrap(), "--lang", "zh"]);
        assert!(!said.contains(expected), "in Chinese, {settings}: {said}");
    }
}

#[test]
fn forms_of_different_days_are_not_held_against_each_other() {
    let total = "unit = 'town'\nkey = []\nfiles = ['{period}/{town}_total*']";
    for (day, sound) in [
        ("", false),
        ("\nreference_date = '11-02'", false),
        ("\nreference_date = '11-01'", true),
    ] {
        let world = world("reference_date = '11-01'")
            .form("total", &format!("{total}{day}"), "people | integer | People")
            .extended(
                "checks.toml",
                "[[reconcile]]\nleft = 'SUM(census.people)'\nright = 'total.people'\nby = 'town'\n",
            );
        let (succeeds, said) = ask(&["check", world.path("pipeline").to_str().unwrap(), "--lang", "en"]);
        assert_eq!(succeeds, sound, "{day}: {said}");
        assert_eq!(said.contains("judged on 2019-11-01"), !sound, "{said}");
    }
}

#[test]
fn spans_of_areas_join_the_periods_of_forms_by_their_reference_dates() {
    let world = filled(world("reference_date = '11-01'\ndue = '30 days'")).published();
    let days: Vec<String> = (world.table("form_periods").iter())
        .map(|row| {
            joined(
                row,
                &["form", "period", "form_title_en", "reference_date", "due_date"],
                " ",
            )
        })
        .collect();
    assert_eq!(
        days,
        [
            "annual 2019 annual 2019-12-31 -",
            "annual 2020 annual 2020-12-31 -",
            "annual 2021 annual 2021-12-31 -",
            "census 2019 census 2019-11-01 2020-01-30",
            "census 2020 census 2020-11-01 2021-01-30",
            "census 2021 census 2021-11-01 2022-01-30",
        ]
    );
    let spans = world.table("area_spans");
    let parent_of = |form: &str, area: &str| -> Vec<String> {
        let forms = world.table("form_periods").into_iter();
        let mut of = forms.filter(|row| row["form"].text() == Some(form) && row["period"].text() == Some("2020"));
        let day = shown(&of.next().unwrap(), "reference_date");
        let holds = |row: &&Row| {
            let (from, to) = (shown(row, "valid_from"), shown(row, "valid_to"));
            (from == "-" || from <= day) && (to == "-" || day <= to)
        };
        let of_area = spans.iter().filter(|row| row["area_code"].text() == Some(area));
        of_area.filter(holds).map(|row| shown(row, "parent_code")).collect()
    };
    assert_eq!(parent_of("census", "T4"), ["P"]);
    assert_eq!(parent_of("annual", "T4"), ["Q"]);
}
