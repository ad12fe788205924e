//! A run that takes over what an earlier one has kept publishes what a run without it would.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::small::{Sent, nation, unwrapped};
use crate::support::{World, contents, copy_folder, huizong, indicators, published, run, said};

const COUNTIES: [&str; 4] = ["130102", "130104", "140105", "140106"];
const PERIODS: [&str; 3] = ["2018", "2019", "2020"];

const AREAS: &str = "code,name,level,kind,parent_code,valid_from,valid_to\n000000,全国,nation,nation,,,\n\
                     130000,河北省,province,province,000000,,\n140000,山西省,province,province,000000,,\n\
                     130102,长安区,county,county,130000,,\n130104,桥西区,county,county,130000,,\n\
                     140105,小店区,county,county,140000,,\n140106,迎泽区,county,county,140000,,\n";

const GROUPS: &str = "[[dimension]]\nid = 'half'\nlevel = 'province'\nsource = 'halves.csv'\norder = ['a', 'b']\n";

const RULES: &str = "\
[[row]]
id = 'few-rooms'
form = 'houses'
assert = 'rooms < 9'
severity = 'explain'
message = { zh = '间数过多', en = 'too many rooms' }
[[history]]
form = 'people'
column = 'people'
ratio = { min = 0.5, max = 2.0 }
[[cover]]
form = 'houses'
against = 'previous'
find = 'missing'
";

/// Two provinces of two counties, three years, rules that look back, registers, receipts, and a group of provinces.
pub fn history_world() -> World {
    let registers = "[reporters]\nfile = 'reporters.csv'\nreceipts = 'receipts.csv'\n";
    let mut world = nation("['2018', '2019', '2020']", "year", registers)
        .defined("divisions.csv", AREAS)
        .defined("dimensions.toml", GROUPS)
        .defined("halves.csv", "code,half\n130000,a\n140000,b\n")
        .defined("checks.toml", RULES)
        .extended(
            "indicators.toml",
            &indicators("rooms_per_100_people | rooms | people | unit = '1'; factor = 100"),
        )
        .beside("reporters.csv", reporters(3))
        .beside("receipts.csv", receipts("2021-01-05"));
    let form = fs::read_to_string(world.path("pipeline/forms/people.toml")).unwrap();
    world = world.defined(
        "forms/people.toml",
        form.replace("due = '10 days'", "due = '10 days'\nrevision = '_r{revision}'"),
    );
    for period in PERIODS {
        for county in COUNTIES {
            world = world.county(period, county, "100", &["3", "4"]);
        }
    }
    world
}

fn reporters(rows: usize) -> String {
    let line = |county: &&str| format!("{county},people,,1\n{county},houses,,{rows}\n");
    "area_code,form,period,expected_rows\n".to_owned() + &COUNTIES.iter().map(line).collect::<String>()
}

fn receipts(day: &str) -> String {
    format!("path,received_at\n2020/130102_people.csv,{day}\n2020/140105_houses.csv,2021-01-04\n")
}

fn houses(county: &str, rooms: &[u8]) -> String {
    let line = |(at, rooms): (usize, &u8)| format!("{county}001{:03},{rooms}\n", at + 1);
    "代码,间数\n".to_owned() + &rooms.iter().enumerate().map(line).collect::<String>()
}

/// Something that happens between two nights.
#[derive(Clone, Debug)]
enum Edit {
    /// A county sends another figure of a year, in place of what it had sent.
    People(usize, usize, u32),
    /// The same with the rows of its roster.
    Houses(usize, usize, Vec<u8>),
    Gone(usize, usize),
    Renamed(usize, usize),
    Touched(usize, usize),
    /// The bound of a rule.
    Rule(u8),
    Correction(usize, usize, u32),
    Explanation(usize, usize),
    Receipt(u8),
    Register(usize),
    /// The name of an area.
    Area(u8),
    /// A county that did not send a year sends it in the end, or a revision of what it has sent.
    Revised(usize, usize, u32),
    /// What is summed, divided or judged, by one of several edits of the definition.
    Defined(usize),
    /// The last year of the pipeline.
    Years(usize),
    /// A file of the state is cut off or changed.
    Damaged(u16),
    /// Some years only.
    Partial(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let (county, period) = (0..COUNTIES.len(), 0..PERIODS.len());
    let at = (county, period);
    let at_again = at.clone();
    prop_oneof![
        4 => (at.clone(), 20..400_u32).prop_map(|((c, p), n)| Edit::People(c, p, n)),
        4 => (at.clone(), prop::collection::vec(0..12_u8, 0..4)).prop_map(|((c, p), rooms)| Edit::Houses(c, p, rooms)),
        2 => at.clone().prop_map(|(c, p)| Edit::Gone(c, p)),
        1 => at.clone().prop_map(|(c, p)| Edit::Renamed(c, p)),
        1 => at.clone().prop_map(|(c, p)| Edit::Touched(c, p)),
        1 => (3..12_u8).prop_map(Edit::Rule),
        2 => (at.clone(), 20..400_u32).prop_map(|((c, p), n)| Edit::Correction(c, p, n)),
        1 => at.prop_map(|(c, p)| Edit::Explanation(c, p)),
        1 => (1..28_u8).prop_map(Edit::Receipt),
        1 => (1..5_usize).prop_map(Edit::Register),
        1 => any::<u8>().prop_map(Edit::Area),
        2 => (at_again, 20..400_u32).prop_map(|((c, p), n)| Edit::Revised(c, p, n)),
        2 => (0..DEFINED.len()).prop_map(Edit::Defined),
        1 => (0..3_usize).prop_map(Edit::Years),
        2 => any::<u16>().prop_map(Edit::Damaged),
        1 => (0..PERIODS.len()).prop_map(Edit::Partial),
    ]
}

/// Edits of the definition: each is made, or taken back where it stands already.
const DEFINED: [(&str, &str, &str); 8] = [
    ("indicators.toml", "factor = 100\n", "factor = 1000\n"),
    ("indicators.toml", "numerator = 'rooms'", "numerator = 'houses'"),
    ("measures.toml", "value = 'rooms'", "value = 'rooms + 1'"),
    (
        "forms/houses.toml",
        "headers = [\"间数\"]",
        "headers = [\"房间数\", \"间数\"]",
    ),
    ("forms/people.toml", "due = '10 days'", "due = '20 days'"),
    ("halves.csv", "140000,b", "140000,a"),
    (
        "divisions.csv",
        "140106,迎泽区,county,county,140000,,\n",
        "140106,迎泽区,county,county,140000,,2019-06-30\n",
    ),
    ("checks.toml", "ratio = { min = 0.5", "ratio = { min = 0.9"),
];

/// Makes an edit; gives further arguments of the next run.
fn make(world: &World, edit: &Edit) -> Vec<String> {
    let file = |county: &usize, period: &usize, form: &str| {
        format!("input/{}/{}_{form}.csv", PERIODS[*period], COUNTIES[*county])
    };
    let appended = |name: &str, head: &str, text: &str| {
        let all = fs::read_to_string(world.path(&format!("input/{name}"))).unwrap_or_else(|_| head.to_owned());
        world.put(&format!("input/{name}"), all + text);
    };
    match edit {
        Edit::People(county, period, people) => {
            let text = format!("代码,人数,贫困人数\n{},{people},10\n", COUNTIES[*county]);
            world.put(&file(county, period, "people"), text);
        }
        Edit::Houses(county, period, rooms) => {
            world.put(&file(county, period, "houses"), houses(COUNTIES[*county], rooms));
        }
        Edit::Gone(county, period) => drop(fs::remove_file(world.path(&file(county, period, "people")))),
        Edit::Renamed(county, period) => {
            let from = world.path(&file(county, period, "people"));
            drop(fs::rename(&from, world.path(&file(county, period, "people_new"))));
        }
        Edit::Touched(county, period) => {
            if let Ok(content) = fs::read(world.path(&file(county, period, "people"))) {
                world.put(&file(county, period, "people"), content);
            }
        }
        // An even bound puts rows out.
        Edit::Rule(bound) => {
            let rules = RULES.replace("rooms < 9", &format!("rooms < {bound}"));
            let rules = match bound.is_multiple_of(2) {
                true => rules.replace("severity = 'explain'", "severity = 'hard'"),
                false => rules,
            };
            world.put("pipeline/checks.toml", rules);
        }
        Edit::Correction(county, period, people) => {
            let (area, period) = (COUNTIES[*county], PERIODS[*period]);
            let id = fs::read_to_string(world.path("input/corrections.toml")).map_or(0, |text| text.len());
            appended(
                "corrections.toml",
                "",
                &format!(
                    "[[correction]]\nid = 'c{id}'\naction = 'override'\nform = 'people'\nperiod = '{period}'\narea = '{area}'\n\
                     key = '{area}'\ncolumn = 'people'\nvalue = '{people}'\nreason = 'by telephone'\napproved_by = 'office'\n\
                     reported = '2021-03-02'\n"
                ),
            );
        }
        Edit::Explanation(county, period) => {
            let (area, period) = (COUNTIES[*county], PERIODS[*period]);
            let head = "form,period,area_code,key,column,code,explanation\n";
            let line = format!("houses,{period},{area},{area}001001,rooms,few-rooms,a hostel\n");
            appended("explanations.csv", head, &line);
        }
        Edit::Receipt(day) => world.put("input/receipts.csv", receipts(&format!("2021-01-{day:02}"))),
        // One row: a county owes nothing.
        Edit::Register(rows) => {
            let all = reporters(*rows);
            let some = all.replace("140105,people,,1\n", "");
            world.put("input/reporters.csv", if *rows == 1 { some } else { all });
        }
        Edit::Area(at) => world.put(
            "pipeline/divisions.csv",
            AREAS.replace("长安区", &format!("长安区{at}")),
        ),
        Edit::Revised(county, period, people) => {
            let text = format!("代码,人数,贫困人数\n{},{people},10\n", COUNTIES[*county]);
            world.put(&file(county, period, "people_r1"), text);
        }
        Edit::Defined(at) => {
            let (file, from, to) = DEFINED[*at];
            let path = world.path("pipeline").join(file);
            let text = fs::read_to_string(&path).unwrap();
            let edited = match text.contains(to) {
                true => text.replace(to, from),
                false => text.replace(from, to),
            };
            assert_ne!(edited, text, "{file}: {from}");
            fs::write(path, edited).unwrap();
        }
        Edit::Years(more) => {
            let path = world.path("pipeline/pipeline.toml");
            let text = fs::read_to_string(&path).unwrap();
            let years = &[
                "'2018', '2019', '2020'",
                "'2018', '2019', '2020', '2021'",
                "'2018', '2020'",
            ][*more];
            let line = text
                .lines()
                .find(|line| line.starts_with("periods = "))
                .unwrap()
                .to_owned();
            fs::write(path, text.replace(&line, &format!("periods = [{years}]"))).unwrap();
        }
        Edit::Damaged(at) => damage(&world.output().join("state"), usize::from(*at)),
        Edit::Partial(period) => return vec!["--period".to_owned(), PERIODS[*period].to_owned()],
    }
    Vec::new()
}

/// Cuts a file of the state off, or changes a byte of it. A link to it in a release is cut, so that only the state is damaged.
fn damage(state: &Path, at: usize) {
    let mut files = Vec::new();
    listed(state, &mut files);
    files.sort();
    let Some(file) = files.get(at % files.len().max(1)) else {
        return;
    };
    let mut bytes = fs::read(file).unwrap();
    match bytes.len() {
        0 => return,
        length if at.is_multiple_of(2) => bytes.truncate(at % length),
        length => bytes[at % length] ^= 1,
    }
    fs::remove_file(file).unwrap();
    fs::write(file, bytes).unwrap();
}

fn listed(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            listed(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// Exit code, and every Parquet file of what a run made: the release, or what was withheld or set apart.
fn made(world: &World, output: &Path, more: &[String]) -> (i32, BTreeMap<String, Vec<u8>>) {
    let more: Vec<&str> = ["--as-of", "2021-06-30"]
        .into_iter()
        .chain(more.iter().map(String::as_str))
        .collect();
    let (code, said) = run(&world.path("pipeline"), &world.path("input"), output, &more);
    assert!(code == 0 || code == 1, "{said}");
    let mut files = BTreeMap::new();
    let made_here = |place: &&str| said.contains(&format!("{place}/tables"));
    for place in ["withheld", "partial"].into_iter().filter(made_here) {
        let mut found = Vec::new();
        listed(&output.join(place), &mut found);
        for file in found
            .iter()
            .filter(|file| file.extension().is_some_and(|ending| ending == "parquet"))
        {
            let name = file.strip_prefix(output).unwrap().to_string_lossy().into_owned();
            files.insert(name, fs::read(file).unwrap());
        }
    }
    if output.join("current").exists() {
        files.extend(published(output));
    }
    (code, files)
}

/// The releases of an output folder and its `current`, without what runs keep.
fn copy(from: &Path, to: &Path) {
    copy_folder(&from.join("releases"), &to.join("releases"));
    std::os::unix::fs::symlink(fs::read_link(from.join("current")).unwrap(), to.join("current")).unwrap();
}

/// Runs; how many partitions were taken over.
fn reused(world: &World) -> u64 {
    let args = ["--quiet", "--log-format", "json"];
    let (_, said) = world.run(&args);
    let ended = said.lines().last().unwrap();
    let ended: serde_json::Value = serde_json::from_str(ended).unwrap_or_else(|_| panic!("{said}"));
    ended["fields"]["partitions_reused"]
        .as_u64()
        .unwrap_or_else(|| panic!("{ended}"))
}

/// Runs, and computes; how many partitions were taken over, and how many files were read.
pub fn ran(world: &World) -> (u64, u64) {
    let (code, said) = world.run(&["--log-format", "json", "--as-of", "2021-06-30"]);
    assert!(code == 0 || code == 1, "{said}");
    let events = said
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let counts = events.into_iter().find_map(|event| {
        let count = |name: &str| event["fields"][name].as_u64();
        count("partitions_reused").zip(count("files_read"))
    });
    counts.unwrap_or_else(|| panic!("{said}"))
}

/// The same, where a run with nothing kept must make the same.
pub fn full_and_ours(world: &World, at: usize) -> (u64, u64) {
    let full = world.path(&format!("full{at}"));
    copy(&world.output(), &full);
    let counts = ran(world);
    let theirs = made(world, &full, &[]);
    let ours = made(world, &world.output(), &[]);
    assert_eq!(ours.0, theirs.0, "exit code, {at}");
    assert_eq!(
        ours.1.keys().collect::<Vec<_>>(),
        theirs.1.keys().collect::<Vec<_>>(),
        "{at}"
    );
    for (name, bytes) in &ours.1 {
        assert!(*bytes == theirs.1[name], "{name} differs, {at}");
    }
    fs::remove_dir_all(full).unwrap();
    counts
}

#[test]
fn only_what_depends_on_a_changed_file_is_computed_again() {
    let world = history_world();
    assert_eq!(reused(&world), 0);
    assert_eq!(reused(&world), 6);
    // The first year of a province: those after it look back at it.
    world.put("input/2018/130102_houses.csv", houses("130102", &[3, 5]));
    assert_eq!(reused(&world), 5, "the same units are left to the years that follow");
    world.put("input/2018/130102_people.csv", "代码,人数,贫困人数\n130102,120,10\n");
    assert_eq!(
        reused(&world),
        4,
        "the last year looks back at the second one, which is the same"
    );
    world.put("input/receipts.csv", receipts("2021-01-20"));
    assert_eq!(reused(&world), 5);
    fs::rename(
        world.path("input/2020/140105_people.csv"),
        world.path("input/2020/140105_people_b.csv"),
    )
    .unwrap();
    assert_eq!(reused(&world), 5);
    world.put("pipeline/checks.toml", RULES.replace("rooms < 9", "rooms < 4"));
    assert_eq!(reused(&world), 0);
    fs::remove_dir_all(world.output().join("state")).unwrap();
    assert_eq!(reused(&world), 0);
    assert_eq!(reused(&world), 6);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn a_night_that_takes_over_what_is_kept_publishes_what_a_full_one_does(edits in prop::collection::vec(edit(), 1..6)) {
        let world = history_world();
        world.publish(&["--as-of", "2021-06-30"]);
        for (at, edit) in edits.iter().enumerate() {
            let more = make(&world, edit);
            // A full run beside it begins with the same release.
            let full = world.path(&format!("full{at}"));
            copy(&world.output(), &full);
            let ours = made(&world, &world.output(), &more);
            let theirs = made(&world, &full, &more);
            prop_assert_eq!(ours.0, theirs.0, "exit code after {:?}", edit);
            let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
            prop_assert_eq!(names(&ours.1), names(&theirs.1), "files after {:?}", edit);
            for (name, bytes) in &ours.1 {
                prop_assert!(bytes == &theirs.1[name], "{} differs after {:?}", name, edit);
            }
            fs::remove_dir_all(full).unwrap();
        }
    }
}

fn asked(world: &World, command: &str, more: &[&str]) -> (i32, String) {
    let paths = ["pipeline", "input", "output"].map(|place| world.path(place).to_string_lossy().into_owned());
    let args = [command, &paths[0], "--input", &paths[1], "--output", &paths[2]];
    let told = huizong(args.iter().chain(more));
    (told.status.code().unwrap(), said(&told))
}

#[test]
fn a_plan_names_what_would_be_computed_and_why_and_writes_nothing() {
    let world = history_world();
    let (code, text) = asked(&world, "plan", &[]);
    assert_eq!((code, text.contains("To be computed: 6.")), (0, true), "{text}");
    assert!(!world.output().join("state").exists());
    world.publish(&[]);
    let (_, text) = asked(&world, "plan", &[]);
    assert!(text.contains("To be computed: 0."), "{text}");
    world.put("input/2019/130102_people.csv", "代码,人数,贫困人数\n130102,120,10\n");
    world.put("input/2020/140106_people_b.csv", "代码,人数,贫困人数\n140106,100,10\n");
    let before = contents(&world.output());
    let (_, text) = asked(&world, "plan", &[]);
    assert!(
        text.contains("To be computed: 2. Depending on an earlier period: 1."),
        "{text}"
    );
    let (_, csv) = asked(&world, "plan", &["--format", "csv"]);
    let lines: Vec<&str> = csv.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "2019,130000,河北省,4,1,file_changed,2019/130102_people.csv",
            "2020,130000,河北省,4,0,may_follow,",
            "2020,140000,山西省,5,2,file_added,2020/140106_people_b.csv",
        ]
    );
    assert_eq!(contents(&world.output()), before);
    // What depended on an earlier period turns out to be the same or not: the run computes no less than was planned.
    assert_eq!(reused(&world), 3);

    world.put("pipeline/divisions.csv", AREAS.replace("长安区", "长安"));
    fs::remove_file(world.path("input/2019/130102_people.csv")).unwrap();
    let (_, text) = asked(&world, "plan", &["--why", "河北省"]);
    let of_year = text
        .split("2019 130000 河北省 (files: 3, to be read: 3)\n")
        .nth(1)
        .expect(&text);
    assert!(
        of_year.starts_with("  changed areas or groups\n  file gone 2019/130102_people.csv\n"),
        "{text}"
    );
    let (code, text) = asked(&world, "plan", &["--why", "999999"]);
    assert_eq!((code, text.contains("999999")), (2, true), "{text}");
}

#[test]
fn a_release_is_verified_from_what_was_sent() {
    let world = history_world();
    let (code, text) = asked(&world, "verify", &["--quiet"]);
    assert_eq!((code, text.contains("no release")), (2, true), "{text}");
    world.publish(&["--as-of", "2021-06-30"]);
    // Taken over, and the same as computed.
    world.publish(&["--as-of", "2021-06-30"]);
    let verify = |more: &[&str]| asked(&world, "verify", &[&["--quiet"], more].concat());
    let (code, text) = verify(&[]);
    assert_eq!((code, unwrapped(&text).contains("byte for byte")), (0, true), "{text}");
    let (_, zh) = verify(&["--lang", "zh"]);
    assert!(zh.contains("逐字节相同"), "{zh}");

    let table = world.output().join("current/tables/indicators.parquet");
    let whole = fs::read(&table).unwrap();
    fs::write(&table, &whole[..whole.len() - 1]).unwrap();
    let (code, csv) = verify(&["--format", "csv"]);
    assert_eq!(
        (code, csv.as_str()),
        (1, "fault,path\ndamaged,tables/indicators.parquet\n")
    );
    fs::write(&table, whole).unwrap();

    world.put("input/2019/130102_people.csv", "代码,人数,贫困人数\n130102,120,10\n");
    let (code, csv) = verify(&["--format", "csv"]);
    assert_eq!(code, 1);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines.contains(&"differs,facts/people/2019/130000.parquet"), "{csv}");
    assert!(!lines.contains(&"differs,facts/people/2019/140000.parquet"), "{csv}");
    assert_eq!(lines.last(), Some(&"input_changed,2019/130102_people.csv"));
}

/// Messages of the log of a run.
fn events(world: &World, as_of: &str) -> Vec<String> {
    let (code, said) = world.run(&["--log-format", "json", "--as-of", as_of]);
    assert_eq!(code, 0, "{said}");
    let events = said.lines().filter(|line| line.starts_with('{'));
    let message = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["fields"]["message"].clone();
    events.map(|line| message(line).as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_run_over_an_unchanged_input_computes_nothing() {
    const COMPUTED: &str = "accounted for every row";
    let computes = |events: Vec<String>| events.iter().any(|event| event == COMPUTED);
    let world = history_world();
    let (_, first) = world.run(&["--as-of", "2021-06-30"]);
    assert!(!computes(events(&world, "2021-06-30")));
    // Another day on which the same is due.
    assert!(!computes(events(&world, "2021-07-01")));
    let of_release = super::small::manifest(&world, "current");
    assert_eq!(of_release["as_of"], "2021-07-01");
    assert!(of_release["confirmed_at"].as_str() > of_release["created_at"].as_str());
    let (_, again) = world.run(&["--as-of", "2021-07-01"]);
    let tables = |said: &str| {
        said.split("\nOutcome\n")
            .next()
            .unwrap()
            .lines()
            .skip(2)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(tables(&again), tables(&first), "it is summarised from the release");
    // A day on which less is due.
    assert!(computes(events(&world, "2020-12-31")));
    let _ = events(&world, "2021-07-01");

    let people = fs::read(world.path("input/2020/130102_people.csv")).unwrap();
    world.put("input/2020/130102_people.csv", people);
    assert!(!computes(events(&world, "2021-07-01")), "the content is the same");
    let table = world.output().join("current/tables/gaps.parquet");
    fs::remove_file(&table).unwrap();
    assert!(computes(events(&world, "2021-07-01")));
    assert!(table.exists());
    assert!(!computes(events(&world, "2021-07-01")));
    world.put("input/2020/unknown.csv", "a,b\n1,2\n");
    assert!(computes(events(&world, "2021-07-01")));
    assert!(!computes(events(&world, "2021-07-01")));
    world.put(
        "input/explanations.csv",
        "form,period,area_code,key,column,code,explanation\nhouses,2020,130102,x,,,why\n",
    );
    assert!(computes(events(&world, "2021-07-01")));
}
