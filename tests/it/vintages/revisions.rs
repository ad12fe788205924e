use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use serde_json::Value;

use crate::night::small::{manifest, nation};
use crate::support::{Published, Row, World, copy_folder, huizong, read_parquet, said, shown};

const AREAS: &str = "code,name,level,kind,parent_code\nN,Nation,nation,nation,\nP,Pine,province,province,N\n\
                     Q,Quay,province,province,N\nPA,Ash,county,county,P\nPB,Birch,county,county,P\nQC,Cove,county,county,Q\n\
                     QD,Dock,county,county,Q\nQE,Eddy,county,county,Q\n";
const MEASURES: &str = "[[measure]]\nid = 'people'\nform = 'people'\nvalue = 'people'\n[[measure]]\nid = 'poor'\nform = 'people'\nvalue = 'poor'\n";

/// Five counties of two provinces, coast and inland; one of them, QD, has not sent.
fn world() -> World {
    let world = nation("['2019', '2020']", "year", "")
        .defined("divisions.csv", AREAS)
        .defined("measures.toml", MEASURES)
        .defined(
            "indicators.toml",
            "[[indicator]]\nid = 'poverty'\nnumerator = 'poor'\ndenominator = 'people'\nunit = 'percent'\nfactor = 100\n",
        )
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'side'\nlevel = 'county'\nsource = 'sides.csv'\norder = ['coast', 'inland']\n",
        )
        .defined("sides.csv", sides("inland"));
    fs::remove_file(world.path("pipeline/forms/houses.toml")).unwrap();
    let plan = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let world = world.defined("pipeline.toml", plan.replace("gb2260", "plain"));
    for year in ["2019", "2020"] {
        for county in ["PA", "PB", "QC", "QE"] {
            people(&world, year, county, "", 100, 10);
        }
    }
    world
}

fn sides(of_eddy: &str) -> String {
    format!("code,side\nPA,inland\nPB,inland\nQC,coast\nQD,coast\nQE,{of_eddy}\n")
}

fn people(world: &World, year: &str, county: &str, revision: &str, people: u32, poor: u32) {
    let text = format!("代码,人数,贫困人数\n{county},{people},{poor}\n");
    world.put(&format!("input/{year}/{county}_people{revision}.csv"), text);
}

fn correct(world: &World, county: &str, poor: u32) {
    let path = world.path("input/corrections.toml");
    let all = fs::read_to_string(&path).unwrap_or_default();
    let text = format!(
        "{all}[[correction]]\nid = 'c{}'\naction = 'override'\nform = 'people'\nperiod = '2020'\narea = '{county}'\nkey = '{county}'\n\
         column = 'poor'\nvalue = '{poor}'\nreason = 'by telephone'\napproved_by = 'office'\nreported = '2021-03-02'\n",
        all.len()
    );
    fs::write(path, text).unwrap();
}

/// The steps of a figure: cause, numerator and denominator after it.
fn steps(world: &World, area: &str, member: &str) -> Vec<String> {
    let rows = world.table("revisions");
    let own = rows.iter().filter(|row| {
        shown(row, "period") == "2020" && shown(row, "area_code") == area && shown(row, "member") == member
    });
    let told = |row: &Row| {
        ["cause", "numerator_after", "denominator_after"]
            .map(|column| shown(row, column))
            .join(" ")
    };
    own.map(told).collect()
}

const KEY: [&str; 5] = ["period", "area_code", "indicator", "dimension", "member"];
const FIGURES: [&str; 3] = ["numerator", "denominator", "value"];

/// Figures of a release, by what they are of.
fn figures(folder: &Path) -> BTreeMap<[String; 5], [Published; 3]> {
    let mut all = BTreeMap::new();
    for (table, area) in [("indicators", "area_code"), ("groups", "scope_code")] {
        for row in read_parquet(&folder.join(format!("tables/{table}.parquet"))) {
            let part = |column: &str| match column {
                "area_code" => shown(&row, area),
                column if row.contains_key(column) => shown(&row, column),
                _ => "-".to_owned(),
            };
            all.insert(KEY.map(part), FIGURES.map(|column| row[column].clone()));
        }
    }
    all
}

/// Each figure that changed has steps, and no other; they lead from the one release to the other without a gap. Gives the causes.
fn check(before: &Path, after: &Path) -> BTreeSet<String> {
    let (old, new) = (figures(before), figures(after));
    let changed: BTreeSet<_> = (old.iter())
        .filter(|(key, figure)| new.get(*key).is_some_and(|other| other != *figure))
        .map(|(key, _)| key.clone())
        .collect();
    let mut steps: BTreeMap<[String; 5], Vec<Row>> = BTreeMap::new();
    for row in read_parquet(&after.join("tables/revisions.parquet")) {
        steps
            .entry(KEY.map(|column| shown(&row, column)))
            .or_default()
            .push(row);
    }
    assert_eq!(steps.keys().cloned().collect::<BTreeSet<_>>(), changed);
    let mut causes = BTreeSet::new();
    for (key, rows) in steps {
        let part = |row: &Row, when: &str| FIGURES.map(|column| row[&format!("{column}_{when}")].clone());
        let mut state = old[&key].clone();
        for (at, row) in rows.iter().enumerate() {
            assert_eq!(part(row, "before"), state, "{key:?} step {at}");
            assert_eq!(row["step"].number(), Some(at as f64 + 1.0));
            assert_eq!(
                (&row["figure_before"], &row["figure_after"]),
                (&old[&key][2], &new[&key][2])
            );
            assert_ne!(part(row, "after"), state, "{key:?}: a step that changes nothing");
            state = part(row, "after");
            causes.insert(shown(row, "cause"));
        }
        assert_eq!(state, new[&key], "{key:?}");
    }
    causes
}

fn release(world: &World) -> std::path::PathBuf {
    fs::canonicalize(world.output().join("current")).unwrap()
}

#[test]
fn the_change_of_a_figure_is_split_among_all_causes_at_once() {
    let world = world().published();
    let before = release(&world);
    assert_eq!(world.table("revisions"), Vec::<Row>::new());
    assert_eq!(
        manifest(&world, "current")["revisions"],
        serde_json::json!({"since": null, "state": "first"})
    );
    world.put(
        "pipeline/measures.toml",
        MEASURES
            .replace("'poor'\n", "'poor * 2'\n")
            .replace("id = 'poor * 2'", "id = 'poor'"),
    );
    world.put("pipeline/sides.csv", sides("coast"));
    world.put(
        "pipeline/divisions.csv",
        AREAS.replace("QE,Eddy,county,county,Q", "QE,Eddy,county,county,P"),
    );
    correct(&world, "PB", 15);
    people(&world, "2020", "QC", "", 110, 12);
    people(&world, "2020", "QD", "", 50, 5);
    let world = world.published();
    let causes = check(&before, &release(&world));
    let all = [
        "correction",
        "definition",
        "late_submission",
        "registry",
        "resubmission",
    ];
    assert_eq!(causes.iter().map(String::as_str).collect::<Vec<_>>(), all);
    // 10 poor of 100 in each of PA, PB, QC, QE.
    let nation = [
        "definition 80 400",
        "correction 90 400",
        "resubmission 94 410",
        "late_submission 104 460",
    ];
    assert_eq!(steps(&world, "N", "-"), nation);
    assert_eq!(
        steps(&world, "P", "-"),
        ["definition 40 200", "registry 60 300", "correction 70 300"]
    );
    assert_eq!(
        steps(&world, "Q", "-"),
        [
            "definition 40 200",
            "registry 20 100",
            "resubmission 24 110",
            "late_submission 34 160"
        ]
    );
    assert_eq!(
        steps(&world, "N", "inland"),
        ["definition 60 300", "registry 40 200", "correction 50 200"]
    );
    assert_eq!(
        steps(&world, "N", "coast"),
        [
            "definition 20 100",
            "registry 40 200",
            "resubmission 44 210",
            "late_submission 54 260"
        ]
    );
    assert_eq!(steps(&world, "QD", "-"), ["late_submission 10 50"]);
    let told = manifest(&world, "current")["revisions"].clone();
    assert_eq!(told["state"], "compared");
    assert_eq!(told["since"], before.file_name().unwrap().to_string_lossy().as_ref());
}

#[test]
fn each_cause_alone_is_told_as_what_it_is() {
    let steps_after = |change: &dyn Fn(&World)| {
        let world = world();
        correct(&world, "PA", 12);
        let world = world.published();
        let before = release(&world);
        change(&world);
        let world = world.published();
        check(&before, &release(&world));
        steps(&world, "P", "-")
    };
    let gone = |world: &World, file: &str| fs::remove_file(world.path(&format!("input/2020/{file}"))).unwrap();
    type Change<'a> = (&'a str, &'a dyn Fn(&World), &'a [&'a str]);
    let changes: [Change<'_>; 9] = [
        ("a correction more", &|w| correct(w, "PB", 15), &["correction 27 200"]),
        (
            "a correction less",
            &|w| gone(w, "../corrections.toml"),
            &["correction 20 200"],
        ),
        (
            "sent again in its place",
            &|w| people(w, "2020", "PB", "", 100, 11),
            &["resubmission 23 200"],
        ),
        (
            "a corrected file is sent again",
            &|w| people(w, "2020", "PA", "", 110, 11),
            &["resubmission 22 210"],
        ),
        ("withdrawn", &|w| gone(w, "PB_people.csv"), &["resubmission 12 100"]),
        (
            "renamed",
            &|w| {
                gone(w, "PB_people.csv");
                people(w, "2020", "PB", "_final", 100, 10);
                // Something else changes, or nothing is published.
                people(w, "2020", "QC", "", 100, 11);
            },
            &[],
        ),
        (
            "a rule that holds a row back",
            &|w| {
                w.put(
                    "pipeline/checks.toml",
                    "[[row]]\nid = 'few'\nform = 'people'\nassert = 'poor > 11'\nseverity = 'hard'\nmessage = { en = 'few' }\n",
                );
            },
            &["definition 12 100"],
        ),
        (
            "an area that has moved",
            &|w| {
                w.put(
                    "pipeline/divisions.csv",
                    AREAS.replace("PB,Birch,county,county,P", "PB,Birch,county,county,Q"),
                )
            },
            &["registry 12 100"],
        ),
        (
            "a submission that is dropped",
            &|w| {
                let path = w.path("input/corrections.toml");
                let all = fs::read_to_string(&path).unwrap();
                let drop = "[[correction]]\nid = 'd'\naction = 'drop'\nform = 'people'\nperiod = '2020'\narea = 'PB'\nreason = 'made up'\n\
                            approved_by = 'office'\nreported = '2021-03-02'\n";
                fs::write(path, all + drop).unwrap();
            },
            &["correction 12 100"],
        ),
    ];
    for (what, change, steps) in changes {
        assert_eq!(steps_after(change), steps, "{what}");
    }
}

#[test]
fn a_release_before_that_is_damaged_or_of_another_schema_gives_no_rows_and_says_why() {
    for (state, change) in [
        (
            "damaged",
            &(|folder: &Path| fs::write(folder.join("tables/indicators.parquet"), "x").unwrap()) as &dyn Fn(&Path),
        ),
        ("damaged", &|folder| {
            fs::write(folder.join("manifest.json"), "{").unwrap()
        }),
        ("damaged", &|folder| {
            fs::remove_file(folder.join("tables/submissions.parquet")).unwrap()
        }),
        ("other_schema", &|folder| {
            // As a version would have written it that had other columns.
            let tables = folder.join("tables");
            fs::remove_file(tables.join("submissions.parquet")).unwrap();
            fs::copy(tables.join("areas.parquet"), tables.join("submissions.parquet")).unwrap();
            let path = folder.join("manifest.json");
            let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let files = manifest["outputs"].as_array_mut().unwrap();
            let areas = files
                .iter()
                .find(|file| file["path"] == "tables/areas.parquet")
                .unwrap()
                .clone();
            let submissions = files
                .iter_mut()
                .find(|file| file["path"] == "tables/submissions.parquet")
                .unwrap();
            (submissions["sha256"], submissions["bytes"]) = (areas["sha256"].clone(), areas["bytes"].clone());
            fs::write(path, manifest.to_string()).unwrap();
        }),
    ] {
        let world = world().published();
        change(&release(&world));
        people(&world, "2020", "QC", "", 110, 12);
        let world = world.published();
        assert_eq!(manifest(&world, "current")["revisions"]["state"], state);
        assert_eq!(world.table("revisions"), Vec::<Row>::new());
    }
}

#[test]
fn the_same_input_publishes_nothing_again_and_the_table_is_proved() {
    let world = world().published();
    people(&world, "2020", "QD", "", 50, 5);
    let world = world.published();
    let current = release(&world);
    let table = fs::read(current.join("tables/revisions.parquet")).unwrap();
    fs::remove_dir_all(world.output().join("state")).unwrap();
    let world = world.published();
    assert_eq!(
        release(&world),
        current,
        "nothing has changed but what is compared with"
    );
    assert_eq!(fs::read(current.join("tables/revisions.parquet")).unwrap(), table);
    let verify = || {
        let paths = ["pipeline", "input", "output"].map(|place| world.path(place).display().to_string());
        let ended = huizong([
            "verify", &paths[0], "--input", &paths[1], "--output", &paths[2], "--quiet",
        ]);
        (ended.status.code().unwrap(), said(&ended))
    };
    let (code, text) = verify();
    assert_eq!(code, 0, "{text}");
    let told = manifest(&world, "current");
    let before = world
        .output()
        .join("releases")
        .join(told["revisions"]["since"].as_str().unwrap());
    let kept = world.path("kept");
    fs::rename(&before, &kept).unwrap();
    let (code, text) = verify();
    assert!(
        code == 0 && text.contains("is gone: the table revisions and report.html could not be"),
        "{text}"
    );
    // A table that says something else than the two releases is found out.
    copy_folder(&kept, &before);
    let path = current.join("tables/revisions.parquet");
    let other = fs::read(before.join("tables/revisions.parquet")).unwrap();
    fs::write(&path, &other).unwrap();
    let mut manifest: Value = serde_json::from_slice(&fs::read(current.join("manifest.json")).unwrap()).unwrap();
    let files: Value = serde_json::from_slice(&fs::read(before.join("manifest.json")).unwrap()).unwrap();
    let of = |file: &&Value| file["path"] == "tables/revisions.parquet";
    let empty = files["outputs"].as_array().unwrap().iter().find(of).unwrap().clone();
    for file in manifest["outputs"].as_array_mut().unwrap() {
        if file["path"] == "tables/revisions.parquet" {
            *file = empty.clone();
        }
    }
    fs::write(current.join("manifest.json"), manifest.to_string()).unwrap();
    let (code, text) = verify();
    assert!(code == 1 && text.contains("tables/revisions.parquet"), "{text}");
}

/// One thing that happens between two nights.
#[derive(Clone, Debug)]
enum Edit {
    Sent(usize, u32, u32),
    Gone(usize),
    Corrected(usize, u32),
    Side(bool),
    Moved(bool),
    Rule(u32),
}

const COUNTIES: [&str; 5] = ["PA", "PB", "QC", "QD", "QE"];

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..5_usize, 20..200_u32, 0..20_u32).prop_map(|(county, people, poor)| Edit::Sent(county, people, poor)),
        2 => (0..5_usize).prop_map(Edit::Gone),
        2 => (0..5_usize, 0..20_u32).prop_map(|(county, poor)| Edit::Corrected(county, poor)),
        1 => any::<bool>().prop_map(Edit::Side),
        1 => any::<bool>().prop_map(Edit::Moved),
        1 => (1..3_u32).prop_map(Edit::Rule),
    ]
}

/// Makes an edit; gives the causes that it may have.
fn make(world: &World, edit: &Edit) -> &'static [&'static str] {
    match edit {
        Edit::Sent(county, count, poor) => people(world, "2020", COUNTIES[*county], "", *count, *poor),
        Edit::Gone(county) => {
            let path = world.path(&format!("input/2020/{}_people.csv", COUNTIES[*county]));
            drop(fs::remove_file(path));
        }
        Edit::Corrected(county, poor) => {
            correct(world, COUNTIES[*county], *poor);
            return &["correction"];
        }
        Edit::Side(coast) => {
            world.put("pipeline/sides.csv", sides(if *coast { "coast" } else { "inland" }));
            return &["registry"];
        }
        Edit::Moved(moved) => {
            let to = if *moved {
                "QE,Eddy,county,county,P"
            } else {
                "QE,Eddy,county,county,Q"
            };
            world.put("pipeline/divisions.csv", AREAS.replace("QE,Eddy,county,county,Q", to));
            return &["registry"];
        }
        Edit::Rule(times) => {
            let formula = format!("'poor * {times}'\n");
            let text = MEASURES.replace("value = 'poor'\n", &format!("value = {formula}"));
            world.put("pipeline/measures.toml", text);
            return &["definition"];
        }
    }
    &["resubmission", "late_submission"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn steps_lead_from_release_to_release_whatever_has_happened(nights in prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..4)) {
        let world = world();
        world.publish(&[]);
        for edits in nights {
            let before = release(&world);
            let possible: BTreeSet<&str> = edits.iter().flat_map(|edit| make(&world, edit)).copied().collect();
            world.publish(&[]);
            let after = release(&world);
            if after != before {
                let causes = check(&before, &after);
                prop_assert!(causes.iter().all(|cause| possible.contains(cause.as_str())), "{:?} of {:?}", causes, edits);
            }
        }
    }
}

/// Takes the changes of rows by sender from the published files alone, and sums them for every area.
const RECOMPUTED: &str = r#"
import sys, polars as pl
old, new = sys.argv[1:]
def table(release, name): return pl.read_parquet(f'{release}/tables/{name}.parquet')
def facts(release):
    rows = pl.read_parquet(f'{release}/facts/people/2020/*.parquet', hive_partitioning=False)
    sent = table(release, 'submissions').select('submission_id', 'sha256', pl.col('area_code').alias('sender'))
    return rows.join(sent, on='submission_id').filter(pl.col('poor').is_not_null() & pl.col('people').is_not_null())
a, b = facts(old), facts(new)
usable = set(a['sender'])
parents = dict(table(new, 'areas').select('area_code', 'parent_code').iter_rows())
def above(code):
    while code is not None:
        yield code
        code = parents.get(code)
found = {}
for rows, other, sign in ((a, b, -1), (b, a, 1)):
    same = set(other.select('sender', 'sha256').iter_rows())
    for row in rows.iter_rows(named=True):
        if (row['sender'], row['sha256']) in same:
            twin = other.filter((pl.col('sender') == row['sender']) & (pl.col('row') == row['row']))
            if twin.height and twin['corrected'][0] == row['corrected'] and twin['poor'][0] == row['poor']: continue
            cause = 'correction'
        else:
            cause = 'resubmission' if row['sender'] in usable else 'late_submission'
        for area in above(row['area_code']):
            n, d = found.get((area, cause), (0, 0))
            found[area, cause] = (n + sign * row['poor'], d + sign * row['people'])
told = {}
steps = table(new, 'revisions').filter((pl.col('period') == '2020') & pl.col('dimension').is_null())
for row in steps.iter_rows(named=True):
    change = tuple((row[f'{what}_after'] or 0) - (row[f'{what}_before'] or 0) for what in ('numerator', 'denominator'))
    told[row['area_code'], row['cause']] = change
found = {key: change for key, change in found.items() if change != (0, 0)}
assert told == found, (told, found)
print(len(told))
"#;

#[test]
fn polars_finds_the_same_causes_in_the_published_files_alone() {
    let world = world().published();
    let before = release(&world);
    correct(&world, "PB", 15);
    people(&world, "2020", "QC", "", 110, 12);
    people(&world, "2020", "QD", "", 50, 5);
    let world = world.published();
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    let ended = Command::new(python)
        .arg("-c")
        .arg(RECOMPUTED)
        .args([&before, &release(&world)])
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", said(&ended));
    // The nation three times, P and PB once, Q twice, QC and QD once.
    assert_eq!(String::from_utf8_lossy(&ended.stdout).trim(), "9");
}
