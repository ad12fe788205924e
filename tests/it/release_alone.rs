//! What a researcher can make of a release alone, without the definition: figures about members of rows, and areas of earlier days.

use std::fs;

use crate::support::{Row, World, indicators, joined, measures, plan};

const DIVISIONS: &str = "code,name,level,parent_code,valid_from,valid_to
N,Land,nation,,,
P,Pine,province,N,,
Q,Quince,province,N,,
A,Alder,county,P,,
B,Birch,county,P,,2018-06-30
B,Birch,county,Q,2018-07-01,2019-12-31
B,Birch-on-Sea,county,Q,2020-01-01,
C,Cedar,county,P,,1999-12-31
";

const DIMENSIONS: &str = "
[[dimension]]
id = 'kind'
level = 'village'
column = 'code'
slice = [3, 5]
map = { urban = ['001-199'], rural = ['200-399'] }
compare = [['urban', 'rural']]
[[dimension]]
id = 'coast'
level = 'village'
column = 'on_coast'
map = { coastal = ['true'] }
other = 'inland'
[[dimension]]
id = 'province'
level = 'province'
source = 'registry'
";

fn world() -> World {
    World::new(
        &plan("plain", &["nation", "province", "county"], &["2019", "2020"]),
        DIVISIONS,
    )
    .form(
        "villages",
        "unit = 'village'\nkey = ['county', 'code']\nfiles = ['{period}.csv']",
        "county | division_code | County | level = 'county'; required = true
             code | text | Code | required = true
             on_coast | boolean | Coast
             people | integer | People
             doctors | integer | Doctors",
    )
    .defined(
        "measures.toml",
        measures("people | villages | people\ndoctors | villages | doctors"),
    )
    .defined("dimensions.toml", DIMENSIONS)
    .defined(
        "indicators.toml",
        indicators(
            "rural | doctors | people | unit = '1'; factor = 1000; where = { kind = 'rural' }
                 coastal | doctors | people | unit = '1'; factor = 1000; where = { coast = 'coastal' }
                 odd | doctors | people | unit = '1'; factor = 1000; where = { kind = 'unknown' }",
        ),
    )
    .sent("2019.csv", "County,Code,Coast,People,Doctors\nA,v-001,是,100,1\n")
    .sent(
        "2020.csv",
        "County,Code,Coast,People,Doctors\nA,v-001,是,100,1\nA,v-250,否,200,4\nA,v-777,,50,1\nB,v-251,是,400,\n\
             B,v-252,是,300,3\nB,v-199,否,500,5\n",
    )
}

#[test]
fn figures_about_members_of_rows_are_recomputed_from_facts() {
    let world = world().published();
    let facts = world.facts("villages", "2020");
    let told: Vec<String> = facts
        .iter()
        .map(|row| joined(row, &["code", "kind_member", "coast_member"], " "))
        .collect();
    assert_eq!(
        told,
        [
            "v-001 urban coastal",
            "v-250 rural inland",
            "v-777 unknown unknown",
            "v-199 urban inland",
            "v-251 rural coastal",
            "v-252 rural coastal"
        ]
    );
    for (indicator, column, member) in [
        ("rural", "kind_member", "rural"),
        ("coastal", "coast_member", "coastal"),
        ("odd", "kind_member", "unknown"),
    ] {
        let both = |row: &&Row| row["people"].number().is_some() && row["doctors"].number().is_some();
        let of_member = facts
            .iter()
            .filter(|row| row[column].text() == Some(member))
            .filter(both);
        let sums = of_member.fold((0.0, 0.0), |(doctors, people), row| {
            (
                doctors + row["doctors"].number().unwrap(),
                people + row["people"].number().unwrap(),
            )
        });
        let rows = world.table("indicators");
        let is_figure =
            |row: &&Row| joined(row, &["indicator", "area_code", "period"], " ") == format!("{indicator} N 2020");
        let published = rows.iter().find(is_figure).unwrap();
        assert_eq!(
            published["value"].number(),
            Some(sums.0 / sums.1 * 1000.0),
            "{indicator}"
        );
    }
    let codebook = fs::read_to_string(world.output().join("current/CODEBOOK.md")).unwrap();
    assert!(codebook.contains("| `kind_member` | text |"), "{codebook}");
}

#[test]
fn a_column_of_the_form_in_the_place_of_members_is_refused() {
    let forms = fs::read_to_string(world().path("pipeline/forms/villages.toml")).unwrap();
    let (code, text) = world()
        .defined("forms/villages.toml", forms.replace("'people'", "'kind_member'"))
        .run(&[]);
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("reserved-id") && text.contains("have a column `kind_member` already"),
        "{text}"
    );
}

#[test]
fn every_span_of_an_area_is_published() {
    let world = world().published();
    let columns = [
        "area_code",
        "area_name",
        "parent_code",
        "valid_from",
        "valid_to",
        "province",
    ];
    let told = |table: &str| -> Vec<String> {
        let rows = world.table(table);
        rows.iter().map(|row| joined(row, &columns, " ")).collect()
    };
    let later = [
        "B Birch-on-Sea Q 2020-01-01 - Q",
        "N Land - - - -",
        "P Pine N - - P",
        "Q Quince N - - Q",
    ];
    assert_eq!(told("areas"), [&["A Alder P - - P"], &later[..]].concat());
    assert_eq!(
        told("area_spans"),
        [
            &[
                "A Alder P - - P",
                "B Birch P - 2018-06-30 -",
                "B Birch Q 2018-07-01 2019-12-31 Q"
            ],
            &later[..1],
            &["C Cedar P - 1999-12-31 -"],
            &later[1..]
        ]
        .concat()
    );
}

/// The release of a county that sent one figure too large, in a registry that has English names for some areas.
#[test]
fn findings_and_submissions_name_form_sender_and_indicator_beside_their_codes() {
    let divisions = "code,name,name_en,level,parent_code\nN,国,Land,nation,\nP,松省,Pine,province,N\n\
                     A,桤县,Alder,county,P\nB,桦县,,county,P\n";
    let plan = plan("plain", &["nation", "province", "county"], &["2020"]);
    let world = World::new(&plan, divisions)
        .form(
            "people",
            "unit = 'county'\nkey = ['county']\nfiles = ['{county}_{period}.csv']\ntitle = { zh = '人口表', en = 'People' }",
            "county | division_code | 县 | level = 'county'; required = true\n\
             people | integer | 人口\ndoctors | integer | 医生",
        )
        .defined(
            "checks.toml",
            "[[row]]\nid = 'few'\nform = 'people'\nassert = 'doctors <= 100'\nseverity = 'explain'\n\
             message = { zh = '医生过多', en = 'many doctors' }\n",
        )
        .defined(
            "measures.toml",
            measures("people | people | people\ndoctors | people | doctors"),
        )
        .defined(
            "indicators.toml",
            indicators("rate | doctors | people | title = { zh = '医生率', en = 'Doctors' }; unit = '1'"),
        )
        .sent("A_2020.csv", "县,人口,医生\nA,1000,200\n")
        .sent("B_2020.csv", "县,人口,医生\nB,1000,300\n")
        .sent("memo.txt", "nothing\n")
        .published();
    let names = ["area_name", "area_name_en", "form_title_zh", "form_title_en"];
    let told = |table: &str, more: &[&str]| {
        let columns = [&names[..], more].concat();
        let rows = world.table(table);
        rows.iter().map(|row| joined(row, &columns, "|")).collect::<Vec<_>>()
    };
    let titles = ["influence_indicator_title_zh", "influence_indicator_title_en"];
    assert_eq!(
        told("findings", &titles),
        [
            "桤县|Alder|人口表|People|医生率|Doctors",
            "桦县|-|人口表|People|医生率|Doctors",
            "-|-|-|-|-|-"
        ]
    );
    assert_eq!(
        told("submissions", &[]),
        ["桤县|Alder|人口表|People", "桦县|-|人口表|People", "-|-|-|-"]
    );
}
