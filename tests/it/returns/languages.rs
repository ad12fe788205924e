//! In which language returns speak, and what they say.

use super::{returns, sheets};
use crate::support::{World, plan};

fn parks(titles: &str, column: &str, settings: &str) -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,district,X\n";
    let form = format!(
        "{titles}\nunit = 'park'\nkey = ['park']\nfiles = ['{{period}}/{{district}}_parks*']\nrevision = '_r{{revision}}'\n\
         missing = {{ '' = 'missing' }}"
    );
    let plan =
        plan("plain", &["country", "district"], &["2020"]).replace("[registry]", &format!("{settings}\n[registry]"));
    World::new(&plan, areas)
        .form("parks", &form, column)
        .sent(
            "2020/N_parks.csv",
            "Park,Trees\nP1,5000\nP2,3\nP2,4\n".replace("Park", if column.contains("公园") { "公园" } else { "Park" }),
        )
        .published()
}

const ENGLISH: &str = "park | text | Park | required = true\n trees | integer | Trees | range = { min = 0, max = 15 }";
const CHINESE: &str =
    "park | text | 公园 | required = true\n trees | integer | Trees, 树木 | range = { min = 0, max = 15 }";

/// Names of the sheets of the only return.
fn names(world: &World) -> Vec<String> {
    let all = returns(&world.output());
    sheets(all.values().next().unwrap())
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn returns_speak_as_the_pipeline_says_else_as_its_titles() {
    let (zh, en) = ("title = { zh = '公园', en = 'Parks' }", "title = { en = 'Parks' }");
    for (titles, column, settings, expected) in [
        (en, ENGLISH, "", &["Findings", "Parks"][..]),
        (zh, ENGLISH, "", &["反馈", "公园"]),
        ("", ENGLISH, "", &["Findings", "parks"]),
        (zh, ENGLISH, "lang = 'en'", &["Findings", "Parks"]),
        (en, ENGLISH, "lang = 'zh'", &["反馈", "Parks"]),
        (en, ENGLISH, "lang = ['en', 'zh']", &["Findings", "反馈", "Parks"]),
        (
            zh,
            ENGLISH,
            "lang = 'zh'\n[returns]\nlang = ['en']",
            &["Findings", "Parks"],
        ),
    ] {
        assert_eq!(names(&parks(titles, column, settings)), expected, "{titles} {settings}");
    }
    // Two required headers of which one is Chinese: no more than half.
    assert_eq!(names(&parks("", CHINESE, ""))[0], "Findings");
}

#[test]
fn a_return_in_two_languages_is_answered_in_either() {
    let world = parks("title = { zh = '公园', en = 'Parks' }", ENGLISH, "lang = ['zh', 'en']");
    let all = returns(&world.output());
    let bytes = &all["2020/N_parks_r1.xlsx"];
    let sheets = sheets(bytes);
    assert!(
        format!("{:?}", sheets[0].1).contains("必须改正") && format!("{:?}", sheets[1].1).contains("must be fixed")
    );
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut notes = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/comments1.xml").unwrap(), &mut notes).unwrap();
    assert!(
        notes.contains("【必须改正】") && notes.contains("[must be fixed]"),
        "{notes}"
    );
    world.put("input/2020/N_parks_r1.xlsx", bytes);
    world.publish(&[]);
    let manifest = std::fs::read_to_string(world.output().join("current/manifest.json")).unwrap();
    assert!(manifest.contains("\"sheets_ignored\": 2"), "{manifest}");
    assert_eq!(world.submission("2020/N_parks_r1.xlsx")["revision"].number(), Some(1.0));
}

#[test]
fn the_note_of_the_pipeline_stands_in_every_return() {
    let note = "[returns]\nnote = { zh = '请于 1 月 15 日前报送，联系人见通知', en = 'Send it by 15 January' }";
    let world = parks("title = { zh = '公园', en = 'Parks' }", ENGLISH, note);
    let all = returns(&world.output());
    let list = format!("{:?}", sheets(&all["2020/N_parks_r1.xlsx"])[0].1);
    assert!(list.contains("．请于 1 月 15 日前报送，联系人见通知"), "{list}");
}

#[test]
fn what_was_expected_is_said_in_words_or_not_at_all() {
    let world = parks("title = { zh = '公园', en = 'Parks' }", ENGLISH, "lang = 'en'");
    let all = returns(&world.output());
    let list = sheets(&all["2020/N_parks_r1.xlsx"]).swap_remove(0).1;
    let expected = |code: &str| {
        list.iter()
            .find(|row| row.get(12).is_some_and(|own| own == code))
            .map(|row| row[7].as_str())
    };
    assert_eq!(expected("out-of-range"), Some("0 to 15"));
    assert_eq!(expected("row-conflict"), Some("one row for each key"));
}
