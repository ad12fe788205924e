//! The registry as stages see it, on small worlds.

use super::testing::{World, excerpt, form, year};
use super::*;
use crate::pipeline::{CodeScheme, ColumnKind, FileTemplate, RowUnit, testing as parts};

const COUNTIES: &str = "\
code,name,level,kind,parent_code,valid_from,valid_to,code_prefixes,aliases
000000,全国,nation,,,,,,
100000,甲省,province,,000000,,,,甲
100100,子市,prefecture,,100000,,,,子
100101,东区,county,,100100,,2019-12-30,,
100101,新东区,county,,100100,2019-12-31,,,东区
100102,西县,county,,100100,,,,
100171,高新区,county,zone,100100,,,,
109001,石城市,county,,100000,,,,
660000,兵团,county,corps,100000,,,66;1090,
200000,乙省,province,,000000,,,,
200100,丑市,prefecture,,200000,,,,
200101,西县,county,,200100,,,,
200900,寅市,county,stand_in,200000,,,200901,
";

fn counties() -> World {
    let mut world = World::new(&["nation", "province", "prefecture", "county"], CodeScheme::Gb2260);
    world.divisions(COUNTIES);
    world
        .pipeline
        .forms
        .push(form("roster", RowUnit::Below("community".into())));
    world.pipeline.forms.push(form("prefectures", RowUnit::Area(2)));
    world
}

fn load(world: &World) -> Registry {
    Registry::load(&world.pipeline).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Code of each fault and the text it points at.
fn faults(world: &World) -> Vec<(&'static str, String)> {
    let faults = Registry::load(&world.pipeline).expect_err("the registry is faulty");
    let english: Vec<_> = faults.iter().filter(|fault| !fault.has_chinese()).collect();
    assert!(english.is_empty(), "without a Chinese text: {english:#?}");
    faults
        .into_iter()
        .map(|fault| (fault.code, excerpt(&fault.file, fault.span)))
        .collect()
}

fn codes<'a>(areas: impl IntoIterator<Item = &'a Area>) -> Vec<&'a str> {
    areas.into_iter().map(|area| area.code.as_str()).collect()
}

#[test]
fn plain_codes_take_their_levels_from_the_hierarchy() {
    let world = World::plain();
    let registry = load(&world);
    let areas = registry.at(year("2020"));
    assert_eq!(
        (registry.root_code(), areas.root().name.as_str()),
        ("US", "United States")
    );
    assert_eq!(codes(areas.at_level(1)), ["US-AK", "US-TX"]);
    assert_eq!(areas.get("US-TX").unwrap().kind, "state");
    assert_eq!(codes(areas.ancestors("US-AK")), ["US-AK", "US"]);
    assert_eq!(areas.by_name(" TEXAS ", 1, "US").unwrap().code, "US-TX");
    assert_eq!(areas.nearest_name("Texass", 1, "US").unwrap().code, "US-TX");
    assert!(areas.nearest_name("Ohio", 1, "US").is_none());
    assert_eq!(
        areas.home_of("Austin", "US-TX").unwrap().code,
        "US-TX",
        "no prefix claims it, so the sender has it"
    );
}

#[test]
fn a_snapshot_holds_what_is_in_force_at_the_periods_end() {
    let registry = load(&counties());
    let name = |period: &str| registry.at(year(period)).get("100101").unwrap().name.clone();
    assert_eq!((name("2018"), name("2019")), ("东区".into(), "新东区".into()));
    assert_eq!(registry.all().iter().filter(|area| area.code == "100101").count(), 2);
    assert_eq!(registry.at(year("2018")).iter().count(), registry.all().len() - 1);
}

#[test]
fn hierarchy_questions_are_answered_by_parent_codes_alone() {
    let registry = load(&counties());
    let areas = registry.at(year("2020"));
    assert_eq!(
        codes(areas.ancestors("100102")),
        ["100102", "100100", "100000", "000000"]
    );
    assert_eq!(codes(areas.ancestors("109001")), ["109001", "100000", "000000"]);
    assert!(areas.ancestors("999999").is_empty());
    assert_eq!(areas.ancestor_at("100102", 1).unwrap().code, "100000");
    assert!(areas.ancestor_at("109001", 2).is_none());
    assert!(areas.contains("100000", "660000") && areas.contains("100102", "100102"));
    assert!(!areas.contains("100100", "109001") && !areas.contains("999999", "999999"));
}

#[test]
fn a_code_below_the_registry_has_one_home_for_each_sender() {
    let registry = load(&counties());
    let areas = registry.at(year("2020"));
    let home = |code: &str, sender: &str| areas.home_of(code, sender).map(|area| area.code.clone());
    assert_eq!(home("100102001001", "100102").as_deref(), Some("100102"));
    assert_eq!(
        home("100101001001", "100102").as_deref(),
        Some("100101"),
        "another county's row stays the other's"
    );
    assert_eq!(
        home("200900001001", "000000").as_deref(),
        Some("200900"),
        "a stand-in has its own code for a prefix"
    );
    assert_eq!(
        home("200901001001", "200900").as_deref(),
        Some("200900"),
        "and the one that 12-digit lists use"
    );
    assert_eq!(
        home("109001001001", "660000").as_deref(),
        Some("660000"),
        "the Corps' own prefix goes first"
    );
    assert_eq!(
        home("109001001001", "000000").as_deref(),
        Some("109001"),
        "the longest prefix goes first for others"
    );
    assert_eq!(home("109099001001", "000000").as_deref(), Some("660000"));
    for nowhere in ["100199001001", "", "10", "１００１０２", "甲"] {
        assert_eq!(home(nowhere, "100102"), None, "{nowhere}");
    }
}

#[test]
fn names_are_found_within_an_area_and_only_when_one_goes_by_them() {
    let registry = load(&counties());
    let areas = registry.at(year("2020"));
    let named =
        |name: &str, level: usize, within: &str| areas.by_name(name, level, within).map(|area| area.code.as_str());
    assert_eq!(named("甲　省", 1, "000000"), Some("100000"));
    assert_eq!(named("甲", 1, "000000"), Some("100000"));
    assert_eq!(named("西县", 3, "000000"), None, "two counties go by it");
    assert_eq!(named("西县", 3, "200000"), Some("200101"));
    assert_eq!(named("东区", 3, "100000"), Some("100101"), "a former name");
    assert_eq!(named("甲省", 1, "200000"), None);
    assert_eq!(named("甲省", 9, "000000"), None);
    assert_eq!(areas.nearest_name("石诚市", 3, "100000").unwrap().code, "109001");
}

#[test]
fn members_come_from_the_area_or_its_ancestor() {
    let mut world = counties();
    world.dimension(
        "region",
        1,
        &["east", "west"],
        "code,region\n100000,east\n200000,west\n",
    );
    world.dimension(
        "terrain",
        3,
        &["plain", "unknown"],
        "code,terrain,source\n100102,plain,own\n",
    );
    let registry = load(&world);
    let areas = registry.at(year("2020"));
    assert_eq!(areas.member(0, "100102"), Some(0));
    assert_eq!(areas.member(0, "200100"), Some(1));
    assert_eq!(areas.member(0, "000000"), None, "the nation lies in no region");
    assert_eq!(
        (areas.member(1, "100102"), areas.member(1, "100101")),
        (Some(0), Some(1))
    );
    assert_eq!((areas.member(1, "999999"), areas.member(7, "100102")), (None, None));
}

#[test]
fn every_fault_of_the_divisions_is_told_at_once() {
    let world = World::new(&["nation", "province", "county"], CodeScheme::Gb2260);
    world.divisions(
        "code,name,level,parent_code,valid_from,valid_to,code_prefixs\n\
         000000,全国,nation,,,,\n\
         100000,甲省,province,000000,2016-01-01,,\n\
         100000,甲省,province,000000,,2016-01-01,\n\
         100101,东区,county,100000,2016/1/1,,\n\
         100102,西县,county,990000,,,\n\
         100103,南县,town,100000,,,\n\
         10010,北县,county,100000,2020-12-31,2020-01-01,\n\
         100104,,county,100103,,,\n\
         200000,乙省,province,,,,,x\n",
    );
    let mut found = faults(&world);
    found.sort();
    let expected = [
        ("bad-code", "10010"),
        ("bad-date", "2016/1/1"),
        ("cell-empty", "100104,,county,100103,,,"),
        ("level-not-below-parent", "100103"),
        ("overlapping-validity", "100000,甲省,province,000000,2016-01-01,,"),
        ("row-ragged", "200000,乙省,province,,,,,x"),
        ("second-root", "200000,乙省,province,,,,,x"),
        ("unknown-column", "code_prefixs"),
        ("unknown-level", "town"),
        ("unknown-parent", "990000"),
        ("validity-reversed", "2020-01-01"),
    ];
    assert_eq!(found, expected.map(|(code, text)| (code, text.to_owned())));
}

#[test]
fn a_code_at_two_levels_is_told_as_such() {
    let world = World::new(&["nation", "state", "county"], CodeScheme::Plain);
    let table =
        |code: &str| format!("code,name,level,parent_code\nN,Land,nation,\n1,Elm,state,N\n{code},Oak,county,1\n");
    world.divisions(&table("1"));
    let found = Registry::load(&world.pipeline).err().unwrap();
    let told: Vec<&str> = found.iter().map(|fault| fault.code).collect();
    assert!(
        told.contains(&"code-at-two-levels") && !told.contains(&"overlapping-validity"),
        "{told:?}"
    );
    let fault = found.iter().find(|fault| fault.code == "code-at-two-levels").unwrap();
    assert_eq!(
        fault.message,
        "the code 1 stands for two areas: Elm (state) and Oak (county)"
    );
    assert!(fault.hint.as_deref().unwrap().contains("`county-1`"), "{fault:?}");
    world.divisions(&table("11"));
    assert!(Registry::load(&world.pipeline).is_ok());
}

#[test]
fn codes_of_another_scheme_are_one_fault() {
    let world = World::new(&["nation", "state"], CodeScheme::Gb2260);
    let table = |states: u32| {
        let row = |n: u32| format!("S{n},state,000000\n");
        "code,name,parent_code\n000000,nation,\n".to_owned() + &(1..=states).map(row).collect::<String>()
    };
    world.divisions(&table(5));
    assert_eq!(faults(&world).len(), 5);
    world.divisions(&table(27));
    let found = Registry::load(&world.pipeline).err().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "`S1` is no code of six digits, and so it is with 26 others of this table"
    );
    assert_eq!(excerpt(&found[0].file, found[0].span.clone()), "S1");
}

#[test]
fn parents_hold_as_long_as_their_children() {
    let world = World::new(&["nation", "state"], CodeScheme::Plain);
    world
        .divisions("code,name,parent_code,valid_from,valid_to\nA,a,,2018-01-01,\nB,b,A,,\nC,c,B,,\nD,d,E,,\nE,e,D,,\n");
    let mut found = faults(&world);
    found.sort();
    let codes: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
    let expected = [
        "level-too-deep",
        "parent-cycle",
        "parent-cycle",
        "parent-not-valid",
        "root-not-always",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn both_ends_of_a_validity_are_in_it_and_successors_join() {
    let world = World::new(&["nation", "state", "town"], CodeScheme::Plain);
    let table = |end: &str| {
        format!(
            "code,name,parent_code,valid_from,valid_to\nA,a,,,\nB,old,A,2019-12-31,{end}\nB,new,A,2020-12-31,\nC,c,B,2019-12-31,\n"
        )
    };
    world.divisions(&table("2020-12-30"));
    let registry = load(&world);
    let name = |period: &str| registry.at(year(period)).get("B").map(|area| area.name.clone());
    assert_eq!(
        [name("2018"), name("2019"), name("2020")],
        [None, Some("old".into()), Some("new".into())]
    );
    world.divisions(&table("2020-12-29"));
    assert_eq!(
        faults(&world),
        [("parent-not-valid", "B".to_owned())],
        "a day without a parent"
    );
    world.divisions(&table("2020-12-31"));
    assert_eq!(faults(&world)[0].0, "overlapping-validity");
    world.divisions("code,name,parent_code,valid_to\nA,a,,\nB,b,A,2019-12-31\n");
    assert!(load(&world).at(year("2019")).get("B").is_some());
}

#[test]
fn a_registry_without_a_root_or_a_file_is_a_fault() {
    let world = World::new(&["nation", "state"], CodeScheme::Plain);
    let code = |world: &World| Registry::load(&world.pipeline).unwrap_err()[0].code;
    assert_eq!(code(&world), "file-unreadable");
    world.divisions("");
    assert_eq!(code(&world), "table-empty");
    world.divisions("code,name,parent\nA,a,\n");
    assert_eq!(faults(&world), [("column-missing", "code,name,parent".to_owned())]);
    world.divisions("code,name,parent_code\n");
    assert_eq!(code(&world), "no-root");
}

#[test]
fn one_prefix_leads_to_one_area() {
    let world = World::new(&["nation", "state"], CodeScheme::Plain);
    world.divisions("code,name,parent_code,code_prefixes\nA,a,,\nB,b,A,x;y\nC,c,A,y\n");
    assert_eq!(faults(&world), [("prefix-twice", "y".to_owned())]);
}

#[test]
fn lookup_tables_name_known_areas_and_members() {
    let mut world = counties();
    world.dimension(
        "region",
        1,
        &["east", "west"],
        "code,region\n100000,east\n100000,west\n100100,east\n999999,east\n200000,north\n",
    );
    world.dimension("terrain", 3, &["plain"], "code,kind\n100102,plain\n");
    let found = faults(&world);
    let expected = [
        ("duplicate-code", "100000"),
        ("unknown-area", "100100"),
        ("unknown-area", "999999"),
        ("unknown-member", "north"),
        ("column-missing", "code,kind"),
    ];
    assert_eq!(found, expected.map(|(code, text)| (code, text.to_owned())));
}

#[test]
fn no_area_falls_out_of_a_dimension_unseen() {
    let mut world = counties();
    world.dimension("region", 1, &["east", "west"], "code,region\n100000,east\n");
    let faults = Registry::load(&world.pipeline).err().unwrap();
    assert_eq!(faults[0].code, "areas-without-member");
    assert!(faults[0].message.contains("200000"), "{}", faults[0].message);
}

#[test]
fn reporters_are_taken_row_by_row() {
    let world = counties();
    let registry = load(&world);
    world.input(
        "reporters.csv",
        "area_code,form,period,expected_rows,households,note\n\
         100101,roster,,40,\"1,200\",one\n\
         100101,roster,2020,44,,two\n\
         100101,roster,2020,45,,again\n\
         660000,roster,,many,3,four\n\
         999999,roster,,1,,five\n\
         100102,rooster,,1,,six\n\
         100102,roster,2020Q1,1,,seven\n\
         100102,roster,2019,1,-5,eight\n\
         999999,roster,2016,1,-5,of no concern\n",
    );
    let (reporters, files) = Reporters::load(&world.pipeline, &registry, &world.input_dir()).unwrap();
    let faults = &files[0].faults;
    let earlier = reporters.expected(0, year("2019"));
    assert_eq!(earlier.keys().collect::<Vec<_>>(), ["100101", "100102", "660000"]);
    assert_eq!(
        (earlier["100101"].rows, earlier["100101"].register["households"]),
        (Some(40), 1200.0)
    );
    assert_eq!(
        (earlier["660000"].rows, earlier["660000"].register["households"]),
        (None, 3.0)
    );
    let later = reporters.expected(0, year("2020"));
    assert_eq!(
        (later["100101"].rows, later["100101"].register.len()),
        (Some(44), 0),
        "a row of the period goes first"
    );
    assert!(reporters.expected(1, year("2020")).is_empty());
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault.row, fault.column.as_deref().unwrap(), fault.raw.as_str()))
        .collect();
    let expected = [
        (4, "area_code", "100101"),
        (5, "expected_rows", "many"),
        (6, "area_code", "999999"),
        (7, "form", "rooster"),
        (8, "period", "2020Q1"),
        (9, "households", "-5"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn the_population_of_an_area_stands_once_and_holds_for_every_form() {
    let mut world = counties();
    world.pipeline.reporters.as_mut().unwrap().population = Some("residents".into());
    let registry = load(&world);
    world.input(
        "reporters.csv",
        "area_code,form,period,Residents\n\
         100101,roster,,40258\n\
         100101,roster,2020,41000\n\
         100101,prefectures,2020,\n\
         100102,roster,2020,\n\
         100100,prefectures,2020,300\n\
         100100,roster,2020,301\n\
         100100,roster,2020,302\n",
    );
    let (reporters, files) = Reporters::load(&world.pipeline, &registry, &world.input_dir()).unwrap();
    let faults = &files[0].faults;
    let people = |form: usize, period: &str, area: &str| reporters.expected(form, year(period))[area].population;
    assert_eq!(people(0, "2019", "100101"), Some(40258.0), "of every period");
    assert_eq!(people(0, "2020", "100101"), Some(41000.0), "of this one");
    assert_eq!(people(1, "2020", "100101"), Some(41000.0), "whatever the form");
    assert_eq!(people(0, "2020", "100102"), None, "a blank is no zero");
    assert_eq!(people(0, "2020", "100100"), Some(300.0), "the first counts");
    let told: Vec<_> = faults.iter().map(|fault| (fault.row, fault.raw.as_str())).collect();
    assert_eq!(told, [(7, "301"), (8, "100100")], "one row, one fault");
    world.input("reporters.csv", "area_code,form\n100101,roster\n");
    let (_, files) = Reporters::load(&world.pipeline, &registry, &world.input_dir()).unwrap();
    let told: Vec<_> = files[0]
        .faults
        .iter()
        .map(|fault| (fault.row, fault.raw.as_str()))
        .collect();
    assert_eq!(told, [(0, "residents")], "a column that is not there");
}

#[test]
fn without_a_table_every_area_of_the_forms_level_reports() {
    let mut world = counties();
    let registry = load(&world);
    let named = |path: &str, sheet: Option<&str>| {
        let (path, sheet) = (path.to_owned(), sheet.map(str::to_owned));
        vec![FileTemplate { path, sheet }]
    };
    world.pipeline.forms[0].files = named("{period}/{county}_roster", None);
    let all = |world: &World, form: usize| {
        let (reporters, files) = Reporters::load(&world.pipeline, &registry, &world.input_dir()).unwrap();
        (
            reporters
                .expected(form, year("2020"))
                .keys()
                .cloned()
                .collect::<Vec<_>>(),
            files.iter().map(|file| file.faults.len()).sum::<usize>(),
        )
    };
    let expected = ["100101", "100102", "109001", "200101", "200900"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(all(&world, 0), (expected.clone(), 1), "the missing table is told");
    world.pipeline.reporters = None;
    assert_eq!(all(&world, 0), (expected.clone(), 0));
    assert_eq!(all(&world, 1).0, ["100100", "200100"]);
    world.pipeline.forms[0].files = named("{period}/*", Some("{county}"));
    assert_eq!(all(&world, 0).0, expected);
    // Neither rows nor files say which area they are of: they are all of the root.
    world.pipeline.forms[0].files = named("{period}/roster", None);
    assert_eq!(all(&world, 0).0, [registry.root_code()]);
    let area = parts::column("county", ColumnKind::DivisionCode { level: None });
    world.pipeline.forms[0].columns.push(area);
    assert_eq!(all(&world, 0).0, expected, "rows name their areas");
}
