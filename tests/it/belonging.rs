//! Where rows of a wide sender belong, and groups that are areas of the registry.

use crate::support::{World, indicators, joined, measures, plan};

const DIVISIONS: &str = "code,name,name_en,level,parent_code,code_prefixes\nC,Lakeland,Lakeland,country,,\n\
                         AL,赤杨州,Alder,state,C,\nBI,桦木州,Birch,state,C,\nCE,雪松州,Cedar,state,C,ce-\n";

const BY_NAME: &str = "
    clinic | text          | clinic | required = true
    state  | division_code | state  | level = 'state'; required = true
    beds   | integer       | beds
";

const SHEET: &str = "clinic,state,beds\nx,AL,10\ny,AL,30\nz,BI,10\n";

/// One form of clinics, which the country sends for all of its states.
fn clinics(key: &str, columns: &str) -> World {
    World::new(&plan("plain", &["country", "state"], &["2020"]), DIVISIONS)
        .form(
            "clinics",
            &format!("unit = 'clinic'\nkey = {key}\nfiles = ['{{period}}*']"),
            columns,
        )
        .defined(
            "measures.toml",
            measures("clinics | clinics | 1\nbeds | clinics | beds"),
        )
        .defined(
            "indicators.toml",
            indicators("beds_per_clinic | beds | clinics | unit = 'beds_per_clinic'; better = 'higher'"),
        )
}

/// Field, rows and sender of each finding on rows without an area.
fn loose(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    let loose = findings
        .iter()
        .filter(|row| row["code"].text() == Some("rows-without-area"));
    loose
        .map(|row| joined(row, &["severity", "field", "n_affected", "raw"], " "))
        .collect()
}

fn areas(world: &World) -> Vec<String> {
    let facts = world.facts("clinics", "2020");
    facts.iter().map(|row| joined(row, &["area_code"], "")).collect()
}

#[test]
fn rows_whose_key_names_no_area_are_told_once() {
    let world = clinics("['clinic']", BY_NAME).sent("2020.csv", SHEET).published();
    assert_eq!(areas(&world), ["C", "C", "C"]);
    assert_eq!(loose(&world), ["explain state 3 C"]);
}

#[test]
fn rows_whose_key_names_their_area_are_not() {
    let world = clinics("['state', 'clinic']", BY_NAME)
        .sent("2020.csv", SHEET)
        .published();
    assert_eq!(areas(&world), ["AL", "AL", "BI"]);
    assert_eq!(loose(&world), Vec::<String>::new());
    // Nor are those of a form that has no area to name.
    let survey = "clinic | text | clinic | required = true\nbeds | integer | beds";
    let world = clinics("['clinic']", survey)
        .sent("2020.csv", "clinic,beds\nx,10\ny,30\n")
        .published();
    assert_eq!(areas(&world), ["C", "C"]);
    assert_eq!(loose(&world), Vec::<String>::new());
}

#[test]
fn plain_codes_that_begin_with_no_area_are_told_and_those_that_do_are_not() {
    let codes = "code | division_code | code | level = 'clinic'; required = true\nbeds | integer | beds";
    let sheet = "code,beds\nce-1,10\nce-2,30\nx-9,10\nAL-1,20\n";
    let world = clinics("['code']", codes).sent("2020.csv", sheet).published();
    assert_eq!(loose(&world), ["explain code 2 C"]);
    assert_eq!(areas(&world).iter().filter(|area| *area == "CE").count(), 2);
}

#[test]
fn a_level_of_the_registry_groups_without_a_table() {
    let world = clinics("['state', 'clinic']", BY_NAME)
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'state'\nlevel = 'state'\nsource = 'registry'\ncompare = [['AL', 'BI']]\n",
        )
        .sent("2020.csv", SHEET)
        .published();
    let groups = world.table("groups");
    let line = |row| joined(row, &["scope_code", "dimension", "member", "numerator", "value"], " ");
    let told: Vec<String> = groups.iter().map(line).collect();
    assert_eq!(
        told,
        [
            "C state AL 40 20",
            "C state BI 10 10",
            "C state CE - -",
            "C state unknown - -"
        ]
    );
    let gaps = world.table("gaps");
    assert_eq!(joined(&gaps[0], &["a", "b", "gap"], " "), "AL BI 10");
    let of_areas = world.table("areas");
    let line = |row| joined(row, &["area_code", "state"], " ");
    let told: Vec<String> = of_areas.iter().map(line).collect();
    assert_eq!(told, ["AL AL", "BI BI", "C -", "CE CE"]);
    let codebook = std::fs::read_to_string(world.output().join("current/CODEBOOK.md")).unwrap();
    assert!(codebook.contains("`AL` 赤杨州 Alder; `BI` 桦木州 Birch"), "{codebook}");
    let over = world.table("inequality");
    let mut levels: Vec<&str> = over.iter().map(|row| row["computed_over"].text().unwrap()).collect();
    levels.dedup();
    levels.sort_unstable();
    levels.dedup();
    assert_eq!(levels, ["member", "state"]);
}

#[test]
fn the_root_and_levels_below_the_partition_make_no_groups() {
    let (code, said) = clinics("['state', 'clinic']", BY_NAME)
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'all'\nlevel = 'country'\nsource = 'registry'\n",
        )
        .sent("2020.csv", SHEET)
        .run(&["--lang", "en"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("groups by the areas of the level `country`"), "{said}");
    assert!(said.contains("down to the partition level: state"), "{said}");
}
