//! What the list of a return says of its findings: words, titles and units in place of what the definition writes.

use huizong::domain::{Lang, catalog};

use super::{returns, sheets};
use crate::support::{World, huizong, joined, plan, said, shipped};

const PEOPLE: &str = "
title = { zh = '花名册', en = 'Roster' }
unit = 'house'
key = ['house']
files = ['{period}/{town}_people*', '{period}/{town}_all*#people']
revision = '_r{revision}'
";
const SUMMARY: &str = "
title = { zh = '汇总表', en = 'Summary' }
unit = 'town'
key = []
files = ['{period}/{town}_summary*', '{period}/{town}_all*#summary']
revision = '_r{revision}'
";
const COLUMNS: &str = "
    house  | text    | House  | required = true; title = { zh = '户', en = 'House' }
    people | integer | People | title = { zh = '人数', en = 'People' }; unit = '人'; range = { min = 0, max = 900 }
    space  | decimal | Space  | title = { zh = '面积', en = 'Floor area' }; unit = 'm2'; scale = 1
    wired  | boolean | Wired  | title = { zh = '通网', en = 'Wired' }; values = { yes = ['是', 'yes'], no = ['否', 'no', '未通'] }
    owner  | category | Owner | title = { zh = '产权', en = 'Owner' }; values = { state = ['公有', 'public'], own = ['自有', 'private'] }
";
const CHECKS: &str = "
[[row]]
id = 'owned-is-wired'
form = 'people'
severity = 'hard'
assert = \"wired OR owner <> 'own'\"
message = { zh = '自有未通', en = 'owned and not wired' }
[[history]]
id = 'space-jumps'
form = 'people'
column = 'space'
ratio = { min = 0.5, max = 2.0 }
[[reconcile]]
id = 'houses-agree'
left = 'COUNT(people)'
right = 'summary.houses'
by = 'town'
[[reconcile]]
id = 'wired-agree'
left = 'SUM(people.wired)'
right = 'summary.wired_houses'
by = 'town'
tolerance = { rel = 0.1 }
";

fn world(lang: &str) -> World {
    let plan = plan("plain", &["nation", "state", "town"], &["2019", "2020"])
        .replace("[registry]", &format!("lang = '{lang}'\n[registry]"));
    World::new(
        &plan,
        "code,name,name_en,parent_code\nN,国,Nation,\nA,甲省,Alpha,N\nA1,甲镇,Ash,A\nA2,乙镇,Oak,A\n",
    )
    .form("people", PEOPLE, COLUMNS)
    .form(
        "summary",
        SUMMARY,
        "houses | integer | Houses | title = { zh = '户数', en = 'Houses' }\n\
         wired_houses | integer | Wired houses | title = { zh = '通网户', en = 'Wired houses' }",
    )
    .defined("checks.toml", CHECKS)
    .sent(
        "2019/A1_people.csv",
        "House,People,Space,Wired,Owner\na,3,20,是,公有\nb,4,20.9,是,公有\n",
    )
    .sent(
        "2020/A1_people.csv",
        "House,People,Space,Wired,Owner\na,3,99.5,是,公有\nb,4,20,未通,自有\nc,901,20,是,公有\n",
    )
    .sent("2020/A1_summary.csv", "Houses,Wired houses\n7,7\n")
    .published()
}

/// Of each line of the lists: code, as received, expected, judged by.
fn lists(world: &World) -> Vec<[String; 4]> {
    let mut lines = Vec::new();
    for bytes in returns(&world.output()).values() {
        let list = sheets(bytes).swap_remove(0).1;
        let head = list.iter().position(|row| ["序号", "No."].contains(&row[0].as_str()));
        let rows = list[head.unwrap() + 1..].iter().filter(|row| !row[0].is_empty());
        lines.extend(rows.map(|row| [12, 5, 7, 10].map(|column| row[column].clone())));
    }
    lines
}

#[test]
fn a_list_has_words_titles_and_units_and_what_was_received_as_it_was() {
    for (lang, expected) in [
        (
            "zh",
            [
                [
                    "houses-agree",
                    "7",
                    "2",
                    "允许的差额：±0\n户数（A2）= 7\n行数（2020/A1_people.csv）= 2",
                ],
                [
                    "wired-agree",
                    "7",
                    "2",
                    "允许的差额：±0.7\n通网户（B2）= 7\n通网（2020/A1_people.csv）= 2",
                ],
                ["out-of-range", "901", "0～900 人", ""],
                [
                    "owned-is-wired",
                    "未通",
                    "通网为“是”，或产权 ≠ “自有”",
                    "通网（D3）= 否\n产权（E3）= 自有",
                ],
                [
                    "space-jumps",
                    "99.5",
                    "10～40 平方米",
                    "与上期之比应在 0.5～2 之间\n面积（C2）= 99.5\n面积（2019/A1_people.csv C2）= 20",
                ],
            ],
        ),
        (
            "en",
            [
                [
                    "houses-agree",
                    "7",
                    "2",
                    "difference that is allowed: ±0\nHouses (A2) = 7\nnumber of rows (2020/A1_people.csv) = 2",
                ],
                [
                    "wired-agree",
                    "7",
                    "2",
                    "difference that is allowed: ±0.7\nWired houses (B2) = 7\nWired (2020/A1_people.csv) = 2",
                ],
                ["out-of-range", "901", "0 to 900 persons", ""],
                [
                    "owned-is-wired",
                    "未通",
                    "Wired is yes or Owner ≠ “private”",
                    "Wired (D3) = no\nOwner (E3) = private",
                ],
                [
                    "space-jumps",
                    "99.5",
                    "10 to 40 m²",
                    "ratio to the earlier figure: 0.5 to 2\nFloor area (C2) = 99.5\nFloor area (2019/A1_people.csv C2) = 20",
                ],
            ],
        ),
    ] {
        let mut found = lists(&world(lang));
        found.sort();
        let mut expected = expected.map(|line| line.map(str::to_owned)).to_vec();
        expected.sort();
        assert_eq!(found, expected, "{lang}");
    }
}

#[test]
fn the_table_of_findings_has_what_was_expected_as_defined_and_in_words() {
    let world = world("zh");
    let told: Vec<String> = (world.table("findings").iter())
        .map(|row| joined(row, &["code", "expected", "expected_zh", "expected_en"], "|"))
        .collect();
    for line in [
        "owned-is-wired|wired OR owner <> 'own'|通网为“是”，或产权 ≠ “自有”|Wired is yes or Owner ≠ “private”",
        "space-jumps|10..40|10～40 平方米|10 to 40 m²",
        "out-of-range|0..900|0～900 人|0 to 900 persons",
    ] {
        assert!(told.contains(&line.to_owned()), "{line} is not in {told:#?}");
    }
}

#[test]
fn a_missing_sheet_is_named_by_the_title_of_its_form() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("people").unwrap();
    for (row, cells) in (0..).zip([
        ["House", "People", "Space", "Wired", "Owner"],
        ["a", "3", "20", "是", "公有"],
    ]) {
        for (column, text) in (0..).zip(cells) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    let world = world("en")
        .sent("2020/A2_all.xlsx", workbook.save_to_buffer().unwrap())
        .published();
    let findings = world.table("findings");
    let missing = findings
        .iter()
        .find(|row| row["code"].text() == Some("sheet-missing"))
        .unwrap();
    let told = joined(missing, &["expected", "expected_zh", "expected_en", "message_en"], "|");
    assert_eq!(
        told,
        "summary|工作表“汇总表”|a sheet “Summary”|the workbook has no sheet for Summary; it has people"
    );
}

/// What a form's author can declare is no business of a county.
#[test]
fn no_return_says_what_can_be_declared_and_explain_does() {
    let returned: String = returns(&shipped().output)
        .values()
        .flat_map(|bytes| sheets(bytes))
        .flat_map(|(_, rows)| rows.concat())
        .collect();
    let mut told = 0;
    for (code, entry) in catalog() {
        let Some(declare) = &entry.declare else { continue };
        for (tag, lang) in [("zh", Lang::Zh), ("en", Lang::En)] {
            let explained = said(&huizong(["explain", code.as_str(), "--lang", tag]));
            assert!(explained.contains(declare.get(lang)), "{code}: {explained}");
            assert!(!returned.contains(declare.get(lang)), "{code}");
        }
        told += 1;
    }
    assert!(told > 5 && returned.len() > 10_000, "{told} {}", returned.len());
}
