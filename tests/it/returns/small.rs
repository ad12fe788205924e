//! Returns of a small pipeline, where every cell is known.

mod layout;
mod replies;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::{is_harmless, returns, sheets};
use crate::support::{Row, World, joined, plan};

const PARKS: &str = r#"
title = { zh = "公园", en = "Parks" }
unit = "park"
key = ["park"]
files = ["{period}/{district}_parks*"]
revision = "_r{revision}"
missing = { "" = "missing" }
"#;

/// A country of two districts that count their parks.
fn parks() -> World {
    // Too long for a drop-down that names its words itself.
    let kinds: Vec<String> = (0..40).map(|n| format!("k{n} = ['a kind of park, no. {n}']")).collect();
    let columns = format!(
        "park   | text     | Park   | required = true
         trees  | integer  | Trees  | range = {{ min = 0, max = 1000 }}
         shade  | decimal  | Shade  | scale = 1; percent = true; unit = 'percent'
         open   | boolean  | Open   | values = {{ yes = ['yes'], no = ['no'] }}
         kind   | category | Kind   | values = {{ {} }}
         seen   | date     | Seen
         remark | text     | Remark",
        kinds.join(", ")
    );
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,district,X\nS,South,district,X\n";
    World::new(&plan("plain", &["country", "district"], &["2020"]), areas).form("parks", PARKS, &columns)
}

/// What counts, name, figures and remark of each park, and what must be acted on.
fn outcome(world: &World) -> (BTreeSet<String>, Vec<String>) {
    let names = ["park", "trees", "shade", "open", "kind", "seen", "remark"];
    let facts = world.facts("parks", "2020");
    (facts.iter().map(|row| joined(row, &names, "|")).collect(), loud(world))
}

/// Code and column of what must be acted on.
fn loud(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    let loud = findings.iter().filter(|row| row["severity"].text() != Some("info"));
    let mut all: Vec<String> = loud
        .map(|row| joined(row, &["code", "field", "status", "explanation"], " "))
        .collect();
    all.sort();
    all
}

/// The only return, and sends it back.
fn send_back(world: &World, name: &str) -> Vec<u8> {
    let all = returns(&world.output());
    let (path, bytes) = all.iter().next().expect("there is a return");
    assert_eq!((all.len(), path.as_str()), (1, format!("2020/{name}").as_str()));
    world.put(&format!("input/2020/{name}"), bytes);
    bytes.clone()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn what_is_hostile_stays_the_text_it_was() {
    let world = parks();
    let long = "长".repeat(40_000);
    let remarks = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "@SUM(A1)",
        "-2",
        "_x0041_",
        "bell \u{7} and \u{1}",
        "\u{202e}drawkcab",
        "line\r\nbreak",
        "\u{ffff}",
        " <b>&amp;\"quoted\" ",
        &long,
    ];
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["Park", "Trees", "Shade", "Open", "Kind", "Seen", "Remark"])
        .unwrap();
    for (at, remark) in remarks.iter().enumerate() {
        let trees = if at == 0 { "5000" } else { "5" };
        writer
            .write_record([&format!("P{at}"), trees, "", "yes", "", "2020-12-31", remark])
            .unwrap();
    }
    world.put("input/2020/N_parks.csv", writer.into_inner().unwrap());
    world.publish(&[]);
    let before = outcome(&world);
    assert_eq!(
        before.1,
        [
            "out-of-range trees open -",
            "symbol-undeclared remark open -",
            "text-too-long remark open -"
        ]
    );

    let bytes = send_back(&world, "N_parks_r1.xlsx");
    is_harmless("N_parks.xlsx", &bytes);
    let own = &sheets(&bytes)[1].1;
    for (at, remark) in remarks.iter().enumerate() {
        let kept: String = remark.chars().take(32_767).collect();
        assert_eq!(own[at + 1][6], kept, "{at}");
    }
    assert!(part(&bytes, "xl/comments1.xml").contains("32,767"));
    world.publish(&[]);
    assert_eq!(outcome(&world), before);
}

#[test]
fn an_explanation_in_the_list_settles_its_finding_and_goes_on_with_it() {
    let world = parks();
    world.put("input/2020/N_parks.csv", b"Park,Trees,Remark\nP1,5000,\nP2,6000,\n");
    world.publish(&[]);
    let open = ["out-of-range trees open -", "out-of-range trees open -"];
    assert_eq!(loud(&world)[4..], open);
    let absent = loud(&world)[..4].to_vec();

    let bytes = send_back(&world, "N_parks_r1.xlsx");
    let mut all = sheets(&bytes);
    let first = all[0].1.iter().position(|row| row[3] == "B2").unwrap();
    all[0].1[first][13] = " a forest ".into();
    // Signs and words for nothing explain nothing.
    let second = all[0].1.iter().position(|row| row[3] == "B3").unwrap();
    all[0].1[second][13] = "-".into();
    save(&world.path("input/2020/N_parks_r1.xlsx"), &all);
    world.publish(&[]);
    assert_eq!(loud(&world)[4..], ["out-of-range trees explained a forest", open[1]]);
    assert_eq!(loud(&world)[..4], absent);

    // The next revision knows what was said before.
    let bytes = send_back(&world, "N_parks_r2.xlsx");
    let said: Vec<String> = sheets(&bytes)[0]
        .1
        .iter()
        .filter(|row| row[3] == "B2")
        .map(|row| row[13].clone())
        .collect();
    assert_eq!(said, ["a forest"]);
    world.publish(&[]);
    assert_eq!(loud(&world)[4..], ["out-of-range trees explained a forest", open[1]]);
}

/// What goes back is part of a release, though no table holds it: another language is another release.
#[test]
fn settings_of_returns_make_another_release() {
    let world = parks();
    world.put("input/2020/N_parks.csv", b"Park,Trees,Remark\nP1,5000,\n");
    let plan = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let mut seen: Vec<PathBuf> = Vec::new();
    for (settings, title) in [
        ("", Some("反馈")),
        ("[returns]\nlang = \"en\"\n", Some("Findings")),
        ("[returns]\nwrite = false\n", None),
    ] {
        world.put("pipeline/pipeline.toml", format!("{plan}{settings}").as_bytes());
        world.publish(&[]);
        let release = fs::canonicalize(world.output().join("current")).unwrap();
        assert!(!seen.contains(&release), "{settings} is published");
        let first = title.map(|_| sheets(returns(&world.output()).values().next().unwrap())[0].0.clone());
        assert_eq!(first.as_deref(), title);
        world.publish(&[]);
        let again = fs::canonicalize(world.output().join("current")).unwrap();
        assert_eq!(again, release, "a second night changes nothing");
        seen.push(release);
    }
}

fn save(path: &Path, sheets: &[(String, Vec<Vec<String>>)]) {
    let mut workbook = Workbook::new();
    for (name, cells) in sheets {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(cells) {
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    workbook.save(path).unwrap();
}

/// Which of the tied returns come back mended, and what counts then.
#[test]
fn a_tie_ends_whichever_of_its_returns_come_back() {
    for (sent, counts) in [
        (&[0][..], "P1|10|-|-|-|-|-"),
        (&[1], "P1|20|-|-|-|-|-"),
        // The last one names the highest revision.
        (&[0, 1], "P1|20|-|-|-|-|-"),
        (&[1, 0], "P1|20|-|-|-|-|-"),
    ] {
        let world = parks();
        world.put("input/2020/N_parks.csv", b"Park,Trees\nP1,5000\n");
        world.put("input/2020/N_parks.txt", b"Park,Trees\nP1,6000\n");
        world.put("input/2020/S_parks.csv", b"Park,Trees\nP9,9\n");
        world.publish(&[]);
        assert!(loud(&world).iter().any(|finding| finding.starts_with("revision-tied")));
        let all = returns(&world.output());
        let names: Vec<&str> = all.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["2020/N_parks_r1.xlsx", "2020/N_parks_r2.xlsx", "2020/S_parks_r1.xlsx"]
        );
        for &at in sent {
            let mut mended = sheets(&all[names[at]]);
            let list = format!("{:?}", mended[0].1);
            assert!(list.contains(&format!("N_parks_r{}.xlsx", at + 1)), "{list}");
            assert!(list.contains("修订号最高的一份取代其余各份"), "{list}");
            mended[1].1[1][1] = ["10", "20"][at].into();
            save(&world.path(&format!("input/2020/N_parks_r{}.xlsx", at + 1)), &mended);
        }
        world.publish(&[]);
        assert!(outcome(&world).0.contains(counts), "{sent:?}: {:?}", outcome(&world).0);
        let findings = world.table("findings");
        let hard = |f: &&Row| f["severity"].text() == Some("hard") || f["code"].text() == Some("revision-tied");
        let left: Vec<&Row> = findings.iter().filter(hard).collect();
        assert!(left.is_empty(), "{sent:?}: {left:?}");
    }
}

#[test]
fn returns_speak_english_or_stay_away_where_the_pipeline_says_so() {
    let faulty = b"Park,Trees\nP1,5000\n";
    let english = parks().extended("pipeline.toml", "[returns]\nlang = \"en\"\n");
    english.put("input/2020/N_parks.csv", faulty);
    english.publish(&[]);
    let all = returns(&english.output());
    let sheets = sheets(&all["2020/N_parks_r1.xlsx"]);
    assert_eq!(sheets[0].0, "Findings");
    let text: String = sheets[0].1.iter().flatten().cloned().collect();
    assert!(
        text.contains("N_parks_r1.xlsx") && text.contains("Explanation (yours)"),
        "{text}"
    );
    assert!(
        text.is_ascii() || !text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "{text}"
    );

    let silent = parks().extended("pipeline.toml", "[returns]\nwrite = false\n");
    silent.put("input/2020/N_parks.csv", faulty);
    silent.publish(&[]);
    assert!(!silent.output().join("current/returns").exists());
}
