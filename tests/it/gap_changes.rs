//! How gaps change: what the composition and the ratios of either side add to the change.

use std::fs;

use crate::support::{World, indicators, joined, measures, plan};

const AREAS: &str = "code,name,level,parent_code\nN,Nation,nation,\nE,East,province,N\nW,West,province,N\n\
                     E1,Easton,county,E\nW1,Weston,county,W\n";

/// By period and county: kind of place, terrain, people who are served, people. West sends nothing in 2018.
const SENT: [(&str, &str, &str); 5] = [
    ("2016", "E1", "a,t,p,32,64\nb,t,h,16,64\nc,v,p,16,64\nd,v,h,8,64\n"),
    ("2017", "E1", "a,t,p,96,192\nb,t,h,16,64\nc,v,p,48,128\nd,v,h,32,128\n"),
    ("2018", "E1", "a,t,p,96,128\nc,v,p,16,64\nd,v,h,8,64\n"),
    ("2016", "W1", "a,t,p,8,16\n"),
    ("2017", "W1", "a,t,p,4,16\n"),
];

fn sheet(rows: &str) -> String {
    format!("Place,Kind,Terrain,Served,People\n{rows}")
}

fn world() -> World {
    let mut world = World::new(
        &(plan("plain", &["nation", "province", "county"], &["2016", "2017", "2018"])
            + "[reporters]\nfile = 'reporters.csv'\n"),
        AREAS,
    )
    .form(
        "roster",
        "title = { en = 'Roster' }\nunit = 'place'\nkey = ['place']\nfiles = ['{period}/{county}_*']\nmissing = { '' = 'missing' }",
        "place | text | Place | required = true\nkind | text | Kind | required = true\nterrain | text | Terrain | required = true\n\
         served | integer | Served | required = true\npeople | integer | People | required = true",
    )
    .defined("measures.toml", measures("served | roster | served\npeople | roster | people"))
    .defined(
        "dimensions.toml",
        "[[dimension]]\nid = 'terrain'\nlevel = 'place'\ncolumn = 'terrain'\nmap = { plain = ['p'], hill = ['h'] }\n\
         [[dimension]]\nid = 'kind'\nlevel = 'place'\ncolumn = 'kind'\nmap = { town = ['t'], village = ['v'] }\n\
         compare = [['town', 'village']]\nstrata = ['terrain']\n\
         [[dimension]]\nid = 'region'\nlevel = 'province'\nsource = 'regions.csv'\ncompare = [['east', 'west']]\nstrata = []\n",
    )
    .defined("regions.csv", "code,region\nE,east\nW,west\n")
    .defined(
        "indicators.toml",
        indicators(
            "served_share | served | people | factor = 100; unit = 'percent'; better = 'higher'; register = 'people'; \
             bounded = true; plausible = { min = 0, max = 100 }",
        ),
    )
    .beside(
        "reporters.csv",
        "area_code,form,period,expected_rows,people\nE1,roster,2016,4,256\nE1,roster,2017,4,512\nE1,roster,2018,3,256\n\
         W1,roster,,1,16\n",
    );
    for (period, county, rows) in SENT {
        world = world.sent(&format!("{period}/{county}_1.csv"), sheet(rows));
    }
    world.published()
}

fn rows_of(world: &World, scope: &str, dimension: &str, columns: &[&str]) -> Vec<String> {
    let rows = world.table("gap_changes").into_iter();
    rows.filter(|row| row["scope_code"].text() == Some(scope) && row["dimension"].text() == Some(dimension))
        .map(|row| joined(&row, columns, " "))
        .collect()
}

/// In East the towns of the plain grow by 2017, and villages are served better; in 2018 villages are served as before, towns of the plain better, and the
/// hill has no town.
#[test]
fn growth_of_the_plain_is_mix_and_better_service_is_rate() {
    let columns = [
        "earlier",
        "later",
        "a",
        "b",
        "gap_earlier",
        "gap_later",
        "gap_change",
        "change_a",
        "change_b",
        "mix_effect_a",
        "rate_effect_a",
        "mix_effect_b",
        "rate_effect_b",
        "lower",
        "upper",
        "sign_identified",
        "n_strata",
        "n_borrowed",
        "effects_null_reason",
    ];
    assert_eq!(
        rows_of(&world(), "E", "kind", &columns),
        [
            "2016 2017 town village 18.75 12.5 -6.25 6.25 12.5 6.25 0 0 -12.5 -6.25 -6.25 true 4 0 -",
            "2016 2018 town village 18.75 56.25 37.5 37.5 0 18.75 18.75 0 0 37.5 37.5 true 4 1 -",
            "2017 2018 town village 12.5 56.25 43.75 31.25 -12.5 9.375 21.875 0 12.5 43.75 43.75 true 4 1 -",
        ]
    );
}

/// The dimension of provinces has no strata. West is silent in 2018, when its value may be anything from 0 to 100.
#[test]
fn a_gap_that_one_period_lacks_has_bounds_and_the_change_of_the_other_side() {
    let columns = [
        "earlier",
        "later",
        "gap_earlier",
        "gap_later",
        "gap_change",
        "change_a",
        "change_b",
        "mix_effect_a",
        "rate_effect_a",
        "mix_effect_b",
        "rate_effect_b",
        "lower",
        "upper",
        "sign_identified",
        "n_strata",
        "n_borrowed",
    ];
    let world = world();
    assert_eq!(
        rows_of(&world, "N", "region", &columns),
        [
            "2016 2017 -21.875 12.5 34.375 9.375 -25 0 9.375 0 25 34.375 34.375 true 2 0",
            "2016 2018 -21.875 - - 18.75 - - - - - -31.25 68.75 false 2 1",
            "2017 2018 12.5 - - 9.375 - - - - - -65.625 34.375 false 2 1",
        ]
    );
    let reasons = [
        "null_reason",
        "gap_earlier_null_reason",
        "gap_later_null_reason",
        "ratio_null_reason",
        "change_a_null_reason",
        "change_b_null_reason",
        "effects_null_reason",
        "bounds_null_reason",
    ];
    let silent = "not_reported - not_reported not_reported - not_reported not_reported -";
    assert_eq!(
        rows_of(&world, "N", "region", &reasons),
        ["- - - - - - - -", silent, silent]
    );
    // 37.5 to 25 is 1.5 times, 28.125 to 50 was 0.5625 times.
    assert_eq!(rows_of(&world, "N", "region", &["ratio_change"]), ["0.9375", "-", "-"]);
}

/// Periods that a night takes over have their strata with them.
#[test]
fn a_night_that_computes_one_period_again_has_the_changes_of_a_full_one() {
    let world = world();
    let tables = |output: &str| {
        let folder = world.path(output).join("current/tables");
        ["gaps", "gap_changes"].map(|table| fs::read(folder.join(format!("{table}.parquet"))).unwrap())
    };
    let before = tables("output");
    let (_, _, rows) = SENT[1];
    world.put("input/2017/E1_1.csv", sheet(&rows.replace("96,192", "112,192")));
    let (code, said) = world.run(&["--log-format", "json"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("\"computed\":1,\"taken_over\":2"), "{said}");
    let after = tables("output");
    world.publish_into("full", &[]);
    assert!(after == tables("full"), "an incremental night differs from a full one");
    assert!(before[1] != after[1]);
    // What is kept of a period is damaged: it is computed again, and the table is what it was.
    let strata = world.path("output/state/figures/2016/gap_strata");
    let mut bytes = fs::read(&strata).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&strata, bytes).unwrap();
    fs::remove_file(world.path("output/state/run")).unwrap();
    let (code, said) = world.run(&["--log-format", "json"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("\"computed\":1,\"taken_over\":2"), "{said}");
    assert!(tables("output") == after);
}

/// In 2016 the province sends the roster as a whole, and nobody knows on which bank a place lies; in 2017 its county does.
#[test]
fn a_gap_that_is_split_by_other_dimensions_is_not_split_over_time() {
    let world = World::new(
        &(plan("plain", &["nation", "province", "county"], &["2016", "2017"])
            + "[reporters]\nfile = 'reporters.csv'\n"),
        AREAS,
    )
    .form(
        "roster",
        "title = { en = 'Roster' }\nunit = 'place'\nkey = ['place']\n\
             files = ['{period}/{county}_*', '{period}/provinces/{province}_*']",
        "place | text | Place | required = true\nkind | text | Kind | required = true\n\
             served | integer | Served | required = true\npeople | integer | People | required = true",
    )
    .defined(
        "measures.toml",
        measures("served | roster | served\npeople | roster | people"),
    )
    .defined(
        "dimensions.toml",
        "[[dimension]]\nid = 'bank'\nlevel = 'county'\nsource = 'banks.csv'\n\
             [[dimension]]\nid = 'kind'\nlevel = 'place'\ncolumn = 'kind'\nmap = { town = ['t'], village = ['v'] }\n\
             compare = [['town', 'village']]\nstrata = ['bank']\n",
    )
    .defined("banks.csv", "code,bank\nE1,left\nW1,right\n")
    .defined(
        "indicators.toml",
        indicators("served_share | served | people | unit = '1'"),
    )
    .beside(
        "reporters.csv",
        "area_code,form,period\nE,roster,2016\nE1,roster,2017\n",
    )
    .sent("2016/provinces/E_1.csv", "Place,Kind,Served,People\na,t,4,8\nb,v,2,8\n")
    .sent("2017/E1_1.csv", "Place,Kind,Served,People\na,t,6,8\nb,v,3,8\n")
    .published();
    let columns = [
        "gap_change",
        "change_a",
        "change_b",
        "mix_effect_a",
        "rate_effect_b",
        "effects_null_reason",
        "n_strata",
        "n_borrowed",
    ];
    assert_eq!(
        rows_of(&world, "N", "kind", &columns),
        ["0.125 0.25 0.125 - - strata_differ 0 0"]
    );
}
