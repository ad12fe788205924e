//! A changed definition makes only what it concerns again, and what is made is what a run without anything kept makes.

use std::fs;

use super::incremental::{full_and_ours, history_world, ran};
use crate::support::{Row, World, plan};

/// An edit of a file of the definition or the registry: what stands there and what stands there instead; how many of the six
/// partitions (two provinces, three years) stay as they are; and how many of their 24 files are read again.
struct Edit {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    reused: u64,
    files_read: u64,
}

const fn edit(file: &'static str, from: &'static str, to: &'static str, reused: u64, files_read: u64) -> Edit {
    Edit {
        file,
        from,
        to,
        reused,
        files_read,
    }
}

/// Nothing is read or judged again for what the later stages alone use; no file is read again for what is done with its records.
const EDITS: [Edit; 31] = [
    edit(
        "pipeline.toml",
        "name = 'small'",
        "name = 'small'\ntitle = { zh = '小', en = 'Small' }",
        6,
        0,
    ),
    edit(
        "pipeline.toml",
        "min_reporting_share = 0",
        "min_reporting_share = 0.1",
        6,
        0,
    ),
    edit(
        "pipeline.toml",
        "max_open_influence = 1000",
        "max_open_influence = 999",
        6,
        0,
    ),
    edit(
        "indicators.toml",
        "unit = 'percent'",
        "unit = 'percent'\ntarget = { '2020' = 5.0 }",
        6,
        0,
    ),
    edit(
        "indicators.toml",
        "unit = 'percent'",
        "unit = 'percent'\nbaseline = { '2018' = 5.0 }",
        6,
        0,
    ),
    edit(
        "indicators.toml",
        "unit = 'percent'",
        "unit = 'percent'\nbetter = 'lower'",
        6,
        0,
    ),
    edit(
        "indicators.toml",
        "unit = 'percent'",
        "unit = 'percent'\nbounded = true",
        6,
        0,
    ),
    edit(
        "indicators.toml",
        "bounded = true",
        "plausible = { min = 0.0, max = 50.0 }",
        6,
        0,
    ),
    edit(
        "indicators.toml",
        "id = 'poverty'",
        "id = 'poverty'\ntitle = { zh = '贫困', en = 'Poverty' }",
        6,
        0,
    ),
    edit("indicators.toml", "id = 'poverty'", "id = 'poor_share'", 6, 0),
    edit(
        "dimensions.toml",
        "order = ['a', 'b']",
        "order = ['a', 'b']\nordered = true",
        6,
        0,
    ),
    edit("dimensions.toml", "ordered = true", "compare = [['a', 'b']]", 6, 0),
    edit(
        "dimensions.toml",
        "'half'",
        "'half'\ntitle = { zh = '半', en = 'Half' }",
        6,
        0,
    ),
    edit("halves.csv", "140000,b", "140000,a", 6, 0),
    edit("checks.toml", "rooms < 9", "rooms < 8", 0, 0),
    edit("checks.toml", "zh = '间数过多'", "zh = '间数太多'", 0, 0),
    edit("checks.toml", "severity = 'explain'", "severity = 'info'", 0, 0),
    edit("checks.toml", "max = 2.0", "max = 1.5", 0, 0),
    edit("indicators.toml", "numerator = 'rooms'", "numerator = 'houses'", 0, 0),
    edit("measures.toml", "value = 'rooms'", "value = 'rooms + 1'", 0, 12),
    edit(
        "pipeline.toml",
        "name = 'small'",
        "licence = 'CC0-1.0'\nname = 'small'",
        0,
        24,
    ),
    edit(
        "pipeline.toml",
        "['2018', '2019', '2020']",
        "['2018', '2019', '2020', '2021']",
        4,
        0,
    ),
    edit("forms/people.toml", "due = '10 days'", "due = '12 days'", 0, 12),
    edit(
        "forms/people.toml",
        "headers = [\"人数\"]",
        "headers = [\"人数\", \"人口\"]",
        0,
        12,
    ),
    edit(
        "forms/people.toml",
        "id = 'poor'",
        "required = true\nid = 'poor'",
        0,
        12,
    ),
    edit(
        "forms/houses.toml",
        "id = 'rooms'",
        "range = { min = 0, max = 50 }\nid = 'rooms'",
        0,
        12,
    ),
    edit(
        "forms/houses.toml",
        "unit = 'community'",
        "title = { zh = '房屋', en = 'Houses' }\nunit = 'community'",
        0,
        12,
    ),
    edit("divisions.csv", "桥西区,county", "桥西新区,county", 0, 24),
    edit(
        "divisions.csv",
        "140106,迎泽区,county,county,140000,,",
        "140106,迎泽区,county,county,140000,,2019-06-30",
        2,
        16,
    ),
    edit(
        "divisions.csv",
        "140106,迎泽区,county,county,140000,,2019-06-30",
        "140106,迎泽区,county,county,140000,2018-06-01,",
        2,
        16,
    ),
    edit("pipeline.toml", "partition = 'province'", "partition = 'county'", 0, 24),
];

#[test]
fn a_changed_definition_makes_only_what_it_concerns_again() {
    let world = history_world();
    ran(&world);
    let mut told = Vec::new();
    for (at, edit) in EDITS.iter().enumerate() {
        let path = world.path("pipeline").join(edit.file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(edit.from), "{}: {}", edit.file, edit.from);
        fs::write(&path, text.replace(edit.from, edit.to)).unwrap();
        let (reused, files_read) = full_and_ours(&world, at);
        if (reused, files_read) != (edit.reused, edit.files_read) {
            told.push(format!(
                "{at} {} {} → {}: {reused} {files_read}",
                edit.file, edit.from, edit.to
            ));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
}

/// Lower and upper bound of the indicator `poverty` in a province of which one county of two never sent anything.
fn bounds_of_poverty(world: &World) -> Vec<[f64; 2]> {
    let rows = world.table("indicators");
    let of_province =
        |row: &&Row| row["area_code"].text() == Some("130000") && row["indicator"].text() == Some("poverty");
    let bounds = |row: &Row| ["lower", "upper"].map(|column| row[column].number().unwrap());
    rows.iter().filter(of_province).map(bounds).collect()
}

#[test]
fn a_changed_bracket_of_denominators_changes_what_a_full_run_would() {
    let world = history_world();
    for period in ["2018", "2019", "2020"] {
        fs::remove_file(world.path(&format!("input/{period}/130104_people.csv"))).unwrap();
    }
    let path = world.path("pipeline/indicators.toml");
    let text = fs::read_to_string(&path).unwrap();
    let unit = "unit = 'percent'\nfactor = 100\n";
    assert!(text.contains(unit));
    let define = |more: &str| {
        let defined = format!("{unit}plausible = {{ min = 0, max = 50 }}\n{more}");
        fs::write(&path, text.replace(unit, &defined)).unwrap();
    };
    define("");
    ran(&world);
    // 10 of 100 people are poor in the other county.
    assert_eq!(bounds_of_poverty(&world), [[0.0, 50.0]; 3]);
    for (at, (bracket, bounds)) in [
        ("plausible_denominator = { min = 0, max = 100 }\n", [5.0, 30.0]),
        ("plausible_denominator = { min = 0, max = 300 }\n", [2.5, 40.0]),
        ("", [0.0, 50.0]),
    ]
    .into_iter()
    .enumerate()
    {
        define(bracket);
        assert_eq!(full_and_ours(&world, at), (6, 0), "{bracket}");
        assert_eq!(bounds_of_poverty(&world), [bounds; 3], "{bracket}");
    }
}

#[test]
fn a_changed_limit_of_an_area_changes_what_a_full_run_would() {
    let world = history_world();
    for period in ["2018", "2019", "2020"] {
        fs::remove_file(world.path(&format!("input/{period}/130104_people.csv"))).unwrap();
    }
    let unit = "unit = 'percent'\nfactor = 100\n";
    let path = world.path("pipeline/indicators.toml");
    let more = "plausible = { min = 0, max = 50 }\nplausible_denominator = { max = 'most' }\n";
    let defined = fs::read_to_string(&path)
        .unwrap()
        .replace(unit, &format!("{unit}{more}"));
    fs::write(&path, defined).unwrap();
    let divisions = fs::read_to_string(world.path("pipeline/divisions.csv")).unwrap();
    let limit = |most: &str| {
        let lines = divisions.lines().enumerate().map(|(at, line)| match at {
            0 => format!("{line},most\n"),
            _ if line.starts_with("130104") => format!("{line},{most}\n"),
            _ => format!("{line},\n"),
        });
        world.put("pipeline/divisions.csv", lines.collect::<String>());
    };
    limit("");
    ran(&world);
    assert_eq!(bounds_of_poverty(&world), [[0.0, 50.0]; 3]);
    for (at, (most, bounds)) in [("100", [5.0, 30.0]), ("300", [2.5, 40.0]), ("", [0.0, 50.0])]
        .into_iter()
        .enumerate()
    {
        limit(most);
        assert_eq!(full_and_ours(&world, at), (6, 0), "{most}");
        assert_eq!(bounds_of_poverty(&world), [bounds; 3], "{most}");
    }
}

#[test]
fn only_a_changed_file_of_a_partition_is_read_again() {
    let world = history_world();
    assert_eq!(ran(&world), (0, 24));
    let people = |world: &World, county: &str, people: u32| {
        let text = format!("代码,人数,贫困人数\n{county},{people},10\n");
        world.put(&format!("input/2019/{county}_people.csv"), text);
    };
    people(&world, "130102", 120);
    // The last year of the province looks back at what has changed.
    assert_eq!(full_and_ours(&world, 0), (4, 1));
    // A second submission of a county makes the first one be read as it came, too.
    world.put("input/2020/140106_people_b.csv", "代码,人数,贫困人数\n140106,100,10\n");
    assert_eq!(full_and_ours(&world, 1), (5, 2));
    world.put(
        "input/explanations.csv",
        "form,period,area_code,key,column,code,explanation\nhouses,2018,130102,130102001001,rooms,few-rooms,a hostel\n",
    );
    assert_eq!(full_and_ours(&world, 2), (5, 1), "the one that is explained");
    // A rule that puts rows out makes the files with these rows be opened for their cells, and no others.
    let rules = fs::read_to_string(world.path("pipeline/checks.toml")).unwrap();
    let hard = rules
        .replace("rooms < 9", "rooms < 4")
        .replace("severity = 'explain'", "severity = 'hard'");
    world.put("pipeline/checks.toml", hard);
    assert_eq!(
        full_and_ours(&world, 3),
        (0, 11),
        "the explained one is kept as it came"
    );
    world.put("pipeline/checks.toml", rules);
    assert_eq!(full_and_ours(&world, 4), (0, 0));
    world.put(
        "input/receipts.csv",
        "path,received_at\n2020/130102_people.csv,2021-01-20\n",
    );
    assert_eq!(full_and_ours(&world, 5), (4, 0));
    fs::remove_dir_all(world.output().join("state/cleaned")).unwrap();
    world.put(
        "input/receipts.csv",
        "path,received_at\n2020/130102_people.csv,2021-01-10\n",
    );
    assert_eq!(full_and_ours(&world, 6), (5, 4));
}

#[test]
fn a_damaged_pack_of_files_is_noticed_and_made_anew() {
    let world = history_world();
    ran(&world);
    let pack = world.output().join("state/cleaned/2020/130000");
    let receipt = |day: usize| format!("path,received_at\n2020/130102_people.csv,2021-01-{day:02}\n");
    let whole = fs::read(&pack).unwrap();
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let damages = [
        Vec::new(),
        whole[..whole.len() - 1].to_vec(),
        flipped(0),
        flipped(60),
        flipped(whole.len() - 1),
    ];
    for (at, damaged) in damages.into_iter().enumerate() {
        fs::write(&pack, damaged).unwrap();
        world.put("input/receipts.csv", receipt(at + 1));
        assert_eq!(full_and_ours(&world, 2 * at).1, 4, "{at}: its files are read");
        world.put("input/receipts.csv", receipt(at + 11));
        assert_eq!(full_and_ours(&world, 2 * at + 1).1, 0, "{at}: it is made anew");
    }
}

#[test]
fn what_a_damaged_period_leaves_is_computed_again_where_it_is_needed() {
    let world = history_world();
    ran(&world);
    let left = world.output().join("state/memories/2019/130000");
    let whole = fs::read(&left).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for (at, damaged) in [Vec::new(), whole[..whole.len() - 1].to_vec(), flipped]
        .into_iter()
        .enumerate()
    {
        fs::write(&left, &damaged).unwrap();
        // Nothing that follows is computed, so that nobody reads it.
        let _ = fs::remove_file(world.path("output/state/run"));
        assert_eq!(ran(&world).0, 6, "{at}");
        world.put(
            "input/2020/130102_people.csv",
            format!("代码,人数,贫困人数\n130102,{},10\n", 130 + at),
        );
        assert_eq!(full_and_ours(&world, at).0, 4, "{at}: the year before is computed, too");
        assert_eq!(fs::read(&left).unwrap(), whole, "{at}");
    }
}

#[test]
fn a_changed_register_of_reporters_concerns_the_senders_that_it_is_about() {
    let world = history_world();
    ran(&world);
    let path = world.path("input/reporters.csv");
    let register = fs::read_to_string(&path).unwrap();
    // How many rows are owed is said in the tables alone.
    fs::write(&path, register.replace("130102,houses,,3", "130102,houses,,2")).unwrap();
    assert_eq!(full_and_ours(&world, 0), (6, 0));
    fs::write(&path, register.replace("130102,houses,,3\n", "")).unwrap();
    assert_eq!(
        full_and_ours(&world, 1),
        (3, 3),
        "rows that nobody expects are published as they came"
    );
    fs::write(&path, register).unwrap();
    assert_eq!(full_and_ours(&world, 2), (3, 0));
}

/// Periods whose figures a run has computed, and those that it has taken over.
fn periods(world: &World) -> (u64, u64) {
    // Without it, a run over an unchanged input computes nothing.
    let _ = fs::remove_file(world.path("output/state/run"));
    let (code, said) = world.run(&["--log-format", "json", "--as-of", "2021-06-30"]);
    assert!(code == 0 || code == 1, "{said}");
    let events = (said.lines()).filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let fields = events.map(|event| event["fields"].clone());
    let mut told = fields.filter_map(|fields| fields["computed"].as_u64().zip(fields["taken_over"].as_u64()));
    told.next().unwrap_or_else(|| panic!("{said}"))
}

#[test]
fn periods_whose_figures_cannot_have_changed_are_taken_over() {
    let world = history_world();
    assert_eq!(periods(&world), (3, 0));
    assert_eq!(periods(&world), (0, 3));
    let edited = |file: &str, from: &str, to: &str| {
        let path = world.path("pipeline").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        fs::write(path, text.replace(from, to)).unwrap();
        periods(&world)
    };
    assert_eq!(
        edited("pipeline.toml", "min_reporting_share = 0", "min_reporting_share = 0.1"),
        (0, 3)
    );
    assert_eq!(edited("checks.toml", "zh = '间数过多'", "zh = '间数太多'"), (0, 3));
    assert_eq!(
        edited(
            "indicators.toml",
            "unit = 'percent'",
            "unit = 'percent'\nbetter = 'lower'"
        ),
        (3, 0)
    );
    assert_eq!(edited("halves.csv", "140000,b", "140000,a"), (3, 0));
    assert_eq!(
        edited(
            "divisions.csv",
            "140106,迎泽区,county,county,140000,,",
            "140106,迎泽区,county,county,140000,,2019-06-30"
        ),
        (2, 1)
    );
    world.put("input/2019/130102_people.csv", "代码,人数,贫困人数\n130102,120,10\n");
    assert_eq!(periods(&world), (1, 2));
    // The sums are the same, though another file has them.
    world.put("input/2019/130102_people.csv", "代码,人数,贫困人数\n130102,120,10\n\n");
    assert_eq!(periods(&world), (0, 3));
    let register = fs::read_to_string(world.path("input/reporters.csv")).unwrap();
    world.put(
        "input/reporters.csv",
        register.replacen("130102,houses,,3", "130102,houses,,2", 1),
    );
    assert_eq!(periods(&world), (3, 0));
}

#[test]
fn a_correction_of_the_other_period_of_a_file_is_noticed() {
    let settings = |files: &str| format!("unit = 'state'\nkey = ['state']\nfiles = ['{files}']");
    let columns = |figure: &str| {
        format!(
            "state | division_code | State | level = 'state'; required = true\nn | integer | {figure} | required = true"
        )
    };
    // Both forms claim the file, for a period each; its header says that it is of the second.
    let world = World::new(
        &plan("plain", &["country", "state"], &["2020", "2021"]),
        "code,name,level,parent_code\nLL,Lakeland,country,\nAL,Alder,state,LL\nBR,Birch,state,LL\n",
    )
    .form("before", &settings("{period}/*/{state}.csv"), &columns("Before"))
    .form("after", &settings("*/{period}/{state}.csv"), &columns("After"))
    .sent("2020/2021/AL.csv", "State,After\nAL,7\n")
    .sent("2020/2020/BR.csv", "State,Before\nBR,7\n");
    ran(&world);
    world.put(
        "input/corrections.toml",
        "[[correction]]\nid = 'one'\naction = 'override'\nform = 'after'\nperiod = '2021'\narea = 'AL'\nkey = 'AL'\ncolumn = 'n'\n\
         value = '99'\nreason = { en = 'as told' }\napproved_by = 'office'\nreported = '2022-01-01'\n",
    );
    assert_eq!(full_and_ours(&world, 0).0, 1, "the other state is taken over");
    let facts = world.facts("after", "2021");
    assert_eq!(facts[0]["n"].number(), Some(99.0));
}

#[test]
fn a_period_is_taken_over_whatever_state_has_more_files() {
    let world = history_world();
    assert_eq!(periods(&world), (3, 0));
    // The partition area with the most files is worked through first.
    world.put("input/2020/130102_people_r1.csv", "代码,人数,贫困人数\n130102,131,10\n");
    assert_eq!(periods(&world), (1, 2));
    for at in 1..4 {
        let path = format!("input/2020/140105_people_r{at}.csv");
        world.put(&path, format!("代码,人数,贫困人数\n140105,{},10\n", 130 + at));
    }
    assert_eq!(periods(&world), (1, 2));
}
