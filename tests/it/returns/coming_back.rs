//! Returns that come back: under whatever name, in whatever folder, and for nobody else.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

use rust_xlsxwriter::{DocProperties, Format, Workbook};

use super::{returns, sheets};
use crate::support::{Row, World, joined, plan};

type Sheets = Vec<(String, Vec<Vec<String>>)>;

const SHOPS: &str = r#"
title = { zh = "门店", en = "Shops" }
unit = "shop"
key = ["code"]
files = ["{period}/{province}/{county}_shops*"]
missing = { "" = "missing" }
"#;
const REVISION: &str = "revision = '_r{revision}'";
const SHOP_COLUMNS: &str = "
    code  | division_code | 代码 | level = 'shop'; required = true
    staff | integer       | 人数 | range = { min = 0, max = 100 }
";
const A: &str = "2020/130000/130102_shops";
const B: &str = "2020/130000/130104_shops";

/// Two counties whose rows bear their codes, and what each has sent: too many people in one shop.
fn shops(settings: &str) -> World {
    let world = World::counties(&["2018", "2020"]).form("shops", &format!("{SHOPS}{settings}"), SHOP_COLUMNS);
    world
        .sent(&format!("{A}.csv"), rows("130102", 500))
        .sent(&format!("{B}.csv"), rows("130104", 600))
        .published()
}

fn rows(county: &str, staff: u32) -> String {
    format!("代码,人数\n{county}001001,{staff}\n{county}001002,7\n")
}

/// Two districts whose rows say nothing of where they lie.
fn parks() -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,district,X\nS,South,district,X\n";
    let settings = format!(
        "title = {{ en = 'Parks' }}\nunit = 'park'\nkey = ['park']\nfiles = ['{{period}}/{{district}}_parks*']\n{REVISION}\n\
         missing = {{ '' = 'missing' }}"
    );
    let columns = "park | text | Park | required = true\n trees | integer | Trees | range = { min = 0, max = 1000 }";
    World::new(&plan("plain", &["country", "district"], &["2018", "2020"]), areas)
        .form("parks", &settings, columns)
        .sent("2020/N_parks.csv", "Park,Trees\nP1,5000\n")
        .sent("2020/S_parks.csv", "Park,Trees\nP1,6000\n")
        .published()
}

/// The return of an area, with a figure of its first record changed.
fn mended(world: &World, area: &str, figure: &str) -> Sheets {
    let all = returns(&world.output());
    let found = all.iter().find(|(path, _)| path.contains(&format!("/{area}_")));
    let (_, bytes) = found.unwrap_or_else(|| panic!("{area} has no return: {:?}", all.keys()));
    let mut all = sheets(bytes);
    all[1].1[1][1] = figure.to_owned();
    all
}

fn put(world: &World, path: &str, sheets: &Sheets) {
    let mut workbook = Workbook::new();
    for (name, cells) in sheets {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(cells) {
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    world.put(&format!("input/{path}"), workbook.save_to_buffer().unwrap());
}

/// Area, key and figure of each record that counts; what is out of range is missing, `-`.
fn facts(world: &World, form: &str, period: &str, names: [&str; 2]) -> Vec<String> {
    let facts = world.facts(form, period);
    let mut all: Vec<String> = facts
        .iter()
        .map(|row| joined(row, &["area_code", names[0], names[1]], " "))
        .collect();
    all.sort();
    all
}

fn staff(world: &World) -> Vec<String> {
    let all = facts(world, "shops", "2020", ["code", "staff"]);
    all.into_iter().filter(|line| line.contains("001001")).collect()
}

fn trees(world: &World) -> Vec<String> {
    facts(world, "parks", "2020", ["park", "trees"])
}

/// Codes and severities of the findings on a file about returns and ties, in order.
fn told(world: &World, path: &str) -> Vec<String> {
    let id = world.submission(path)["submission_id"].text().unwrap().to_owned();
    let ours = |code: &str| code.starts_with("return-") || code.starts_with("revision-") || code == "file-unclaimed";
    world
        .table("findings")
        .iter()
        .filter(|row| row["submission_id"].text() == Some(&id) && ours(row["code"].text().unwrap()))
        .map(|row| joined(row, &["code", "severity"], " "))
        .collect()
}

fn status(world: &World, path: &str) -> String {
    joined(&world.submission(path), &["status", "revision"], " r")
}

#[test]
fn what_a_number_format_puts_around_a_number_comes_back() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in (0..).zip(["Park", "Trees", "Area"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    sheet.write_string(1, 0, "P1").unwrap();
    sheet.write_number(1, 1, 5000).unwrap();
    let hectares = Format::new().set_num_format("0.0\"ha\"");
    sheet.write_number_with_format(1, 2, 2.5, &hectares).unwrap();
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,district,X\n";
    let settings = format!(
        "title = {{ en = 'Parks' }}\nunit = 'park'\nkey = ['park']\nfiles = ['{{period}}/{{district}}_parks*']\n{REVISION}\n\
         missing = {{ '' = 'missing' }}"
    );
    let columns = "park | text | Park | required = true\n trees | integer | Trees | range = { min = 0, max = 1000 }\n\
                   area | decimal | Area | scale = 1; unit = 'm2'";
    let world =
        World::new(&plan("plain", &["country", "district"], &["2020"]), areas).form("parks", &settings, columns);
    world.put("input/2020/N_parks.xlsx", workbook.save_to_buffer().unwrap());
    let world = world.published();
    let area = |world: &World| facts(world, "parks", "2020", ["park", "area"]);
    assert_eq!(area(&world), ["N P1 25000"]);
    let bytes = returns(&world.output()).into_values().next().unwrap();
    world.put("input/2020/N_parks_r1.xlsx", bytes);
    world.publish(&[]);
    assert_eq!(status(&world, "2020/N_parks_r1.xlsx"), "accepted r1");
    assert_eq!(area(&world), ["N P1 25000"], "the return sent back as it is");
}

#[test]
fn a_return_is_recognised_under_any_name_and_in_any_folder() {
    let recognised = &["return-recognised info"][..];
    for (path, expected) in [
        ("2020/130000/130102_shops_r1.xlsx", &[][..]),
        ("2020/130000/130102_shops_r1 (1).xlsx", &[]),
        // The likeliest slip: the name of the file that is answered.
        ("2020/130000/130102_shops.xlsx", recognised),
        ("2020/130000/130102_shops - 副本.xlsx", recognised),
        ("2020/130000/130102_shops_R1.xlsx", recognised),
        ("2020/130000/重报_130102_shops_r1.xlsx", recognised),
        ("2020/110000/130102_shops_r1.xlsx", recognised),
        ("2020/130000/999999_shops_r1.xlsx", recognised),
        ("130102_shops_r1.xlsx", recognised),
        ("邮件附件/12 月/反馈.xlsx", recognised),
    ] {
        let world = shops(REVISION);
        put(&world, path, &mended(&world, "130102", "5"));
        world.publish(&[]);
        assert_eq!(
            staff(&world),
            ["130102 130102001001 5", "130104 130104001001 -"],
            "{path}"
        );
        assert_eq!(status(&world, path), "accepted r1", "{path}");
        assert_eq!(status(&world, &format!("{A}.csv")), "superseded r0", "{path}");
        assert_eq!(told(&world, path), expected, "{path}");
        assert_eq!(world.submission(path)["area_code"].text(), Some("130102"), "{path}");
    }
    // Where rows say nothing, the name of the area or the mark does.
    for path in ["2020/N_parks.xlsx", "2020/重报_N_parks.xlsx", "N_parks_r1.xlsx"] {
        let world = parks();
        put(&world, path, &mended(&world, "N", "5"));
        world.publish(&[]);
        assert_eq!(trees(&world), ["N P1 5", "S P1 -"], "{path}");
        assert_eq!(told(&world, path), recognised, "{path}");
    }
}

#[test]
fn the_next_return_of_a_recognised_one_asks_for_the_agreed_name() {
    let world = shops(REVISION);
    put(&world, "反馈.xlsx", &mended(&world, "130102", "501"));
    world.publish(&[]);
    let all = returns(&world.output());
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(names, ["2020/130102_shops_r2.xlsx", "2020/130104_shops_r1.xlsx"]);
    let list = format!("{:?}", sheets(&all[names[0]])[0].1);
    assert!(
        list.contains("文件名 130102_shops_r2.xlsx 不变，放入文件夹 2020/130000 "),
        "{list}"
    );
    // Over the first return, under its name, the second one is the next revision all the same.
    put(&world, "反馈.xlsx", &mended(&world, "130102", "6"));
    world.publish(&[]);
    assert_eq!(status(&world, "反馈.xlsx"), "accepted r2");
    assert_eq!(staff(&world)[0], "130102 130102001001 6");
    assert_eq!(told(&world, "反馈.xlsx"), ["return-recognised info"]);
}

#[test]
fn a_form_without_revisions_knows_its_returns_too() {
    let world = shops("");
    let path = format!("{A}.xlsx");
    put(&world, &path, &mended(&world, "130102", "5"));
    world.publish(&[]);
    assert_eq!(staff(&world)[0], "130102 130102001001 5");
    assert_eq!(status(&world, &path), "accepted r1");
    assert_eq!(status(&world, &format!("{A}.csv")), "superseded r0");
}

#[test]
fn a_return_of_a_form_that_is_sent_as_csv_asks_for_a_workbook() {
    let fixed = |settings: &str| SHOPS.replace("_shops*", "_shops.csv") + settings;
    for (settings, name) in [(REVISION, "130102_shops_r1.xlsx"), ("", "130102_shops_2020.xlsx")] {
        let world = World::counties(&["2020"])
            .form("shops", &fixed(settings), SHOP_COLUMNS)
            .sent(&format!("{A}.csv"), rows("130102", 500))
            .sent(&format!("{B}.csv"), rows("130104", 6))
            .published();
        let all = returns(&world.output());
        let list = format!("{:?}", sheets(&all[&format!("2020/{name}")])[0].1);
        let asked = format!("文件名 {name} 不变，放入文件夹 2020/130000 再次报送");
        assert!(list.contains(&asked), "{list}");
        let path = format!("2020/130000/{name}");
        put(&world, &path, &mended(&world, "130102", "5"));
        world.publish(&[]);
        assert_eq!(status(&world, &path), "accepted r1", "{name}");
        assert_eq!(staff(&world)[0], "130102 130102001001 5", "{name}");
    }
}

#[test]
fn returns_of_two_periods_do_not_overwrite_each_other_in_one_folder() {
    let settings =
        "unit = 'shop'\nkey = ['code']\nfiles = ['{county}_shops_{period}.csv']\nmissing = { '' = 'missing' }";
    let world = World::counties(&["2018", "2020"])
        .form("shops", settings, SHOP_COLUMNS)
        .sent("130102_shops_2018.csv", rows("130102", 400))
        .sent("130102_shops_2020.csv", rows("130102", 500))
        .published();
    let names: Vec<String> = returns(&world.output()).into_keys().collect();
    assert_eq!(names, ["2018/130102_shops_2018.xlsx", "2020/130102_shops_2020.xlsx"]);
}

#[test]
fn a_tie_without_a_return_stays_a_tie() {
    let world = shops(REVISION);
    let mut bare = mended(&world, "130102", "5");
    bare.remove(0);
    put(&world, &format!("{A}.xlsx"), &bare);
    world.publish(&[]);
    assert_eq!(told(&world, &format!("{A}.xlsx")), ["revision-tied hard"]);
    assert_eq!(staff(&world), ["130104 130104001001 -"]);
}

/// What the properties of a workbook say of the return that it was made from.
fn property(workbook: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive
        .by_name("docProps/custom.xml")
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    let at = text.find(">huizong-return ").unwrap() + 1;
    text[at..].split('<').next().unwrap().to_owned()
}

#[test]
fn a_return_without_its_list_is_known_by_its_properties_where_the_path_says_the_same() {
    let world = shops(REVISION);
    let all = returns(&world.output());
    let mark = property(&all["2020/130102_shops_r1.xlsx"]);
    let mut bare = mended(&world, "130102", "5");
    bare.remove(0);
    let save = |path: &str| {
        let mut workbook = Workbook::new();
        workbook.set_properties(&DocProperties::new().set_custom_property("huizong-return", mark.as_str()));
        let sheet = workbook.add_worksheet();
        for (row, cells) in (0..).zip(&bare[0].1) {
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
        world.put(&format!("input/{path}"), workbook.save_to_buffer().unwrap());
    };
    save(&format!("{A}.xlsx"));
    world.publish(&[]);
    assert_eq!(told(&world, &format!("{A}.xlsx")), ["return-recognised info"]);
    assert!(
        staff(&world).contains(&"130102 130102001001 5".to_owned()),
        "{:?}",
        staff(&world)
    );
    let row = world.submission(&format!("{A}.csv"));
    assert_eq!(row["status"].text(), Some("superseded"));

    // Of another period it says nothing: last year's workbook was used again.
    fs::remove_file(world.path(&format!("input/{A}.xlsx"))).unwrap();
    let other = A.replace("2020", "2018");
    save(&format!("{other}.xlsx"));
    world.publish(&[]);
    assert_eq!(told(&world, &format!("{other}.xlsx")), [""; 0]);
    assert_eq!(
        world.submission(&format!("{other}.xlsx"))["revision"].number(),
        Some(0.0)
    );
}

#[test]
fn swapped_returns_are_told_and_counted_only_where_their_rows_prove_whose_they_are() {
    let world = shops(REVISION);
    let (of_a, of_b) = (mended(&world, "130102", "5"), mended(&world, "130104", "6"));
    put(&world, &format!("{A}_r1.xlsx"), &of_b);
    put(&world, &format!("{B}_r1.xlsx"), &of_a);
    world.publish(&[]);
    assert_eq!(staff(&world), ["130102 130102001001 5", "130104 130104001001 6"]);
    for path in [A, B] {
        assert_eq!(told(&world, &format!("{path}_r1.xlsx")), ["return-misplaced explain"]);
    }
    assert_eq!(
        world.submission(&format!("{A}_r1.xlsx"))["area_code"].text(),
        Some("130104")
    );

    let world = parks();
    let (of_n, of_s) = (mended(&world, "N", "5"), mended(&world, "S", "6"));
    put(&world, "2020/N_parks_r1.xlsx", &of_s);
    put(&world, "2020/S_parks_r1.xlsx", &of_n);
    world.publish(&[]);
    assert_eq!(trees(&world), ["N P1 -", "S P1 -"], "nothing tells whose they are");
    for path in ["2020/N_parks_r1.xlsx", "2020/S_parks_r1.xlsx"] {
        assert_eq!(told(&world, path), ["return-contradicted hard"]);
        assert_eq!(status(&world, path), "rejected r1");
    }
}

#[test]
fn a_mark_in_another_county_s_file_claims_nothing() {
    // At its own place the file is what its name and its rows say.
    let world = shops(REVISION);
    let mut foreign = mended(&world, "130102", "5");
    foreign[1].1 = [["代码", "人数"], ["130104001001", "8"], ["130104001002", "7"]]
        .map(|row| row.map(str::to_owned).to_vec())
        .to_vec();
    let path = format!("{B}_r1.xlsx");
    put(&world, &path, &foreign);
    world.publish(&[]);
    assert_eq!(staff(&world), ["130102 130102001001 -", "130104 130104001001 8"]);
    assert_eq!(told(&world, &path), ["return-foreign explain"]);
    fs::remove_file(world.path("input").join(&path)).unwrap();

    // Elsewhere nothing but the mark would say whose it is, and its rows contradict that.
    for path in ["回报.xlsx", "2020/130000/999999_shops.xlsx"] {
        put(&world, path, &foreign);
        world.publish(&[]);
        assert_eq!(
            staff(&world),
            ["130102 130102001001 -", "130104 130104001001 -"],
            "{path}"
        );
        assert!(
            told(&world, path).contains(&"return-contradicted hard".to_owned()),
            "{path}"
        );
        assert_eq!(status(&world, path).split(' ').next(), Some("rejected"), "{path}");
        fs::remove_file(world.path("input").join(path)).unwrap();
    }
    // A mark that stands for nothing is passed over.
    for mark in [
        "huizong-return 2020-770000-shops-r0-0a1b2c3d r1",
        "huizong-return 1066-130102-shops-r0-0a1b2c3d r1",
        "huizong-return",
    ] {
        let mut odd = foreign.clone();
        odd[0].1 = vec![vec![mark.to_owned()]];
        put(&world, "回报.xlsx", &odd);
        world.publish(&[]);
        assert_eq!(told(&world, "回报.xlsx"), ["file-unclaimed explain"], "{mark}");
    }
}

#[test]
fn a_return_of_another_period_is_not_counted_in_this_one() {
    let world = shops(REVISION)
        .sent("2018/130000/130102_shops.csv", rows("130102", 900))
        .published();
    let all = returns(&world.output());
    let mut of_2018 = sheets(&all["2018/130102_shops_r1.xlsx"]);
    of_2018[1].1[1][1] = "9".into();
    let path = format!("{A}_r1.xlsx");
    put(&world, &path, &of_2018);
    world.publish(&[]);
    assert_eq!(told(&world, &path), ["return-contradicted hard"]);
    assert_eq!(staff(&world)[0], "130102 130102001001 -");
    assert_eq!(
        facts(&world, "shops", "2018", ["code", "staff"])[0],
        "130102 130102001001 -"
    );
    // A title that states the period proves which one it is.
    of_2018[1].1.insert(0, vec!["2018年门店统计表".to_owned()]);
    put(&world, &path, &of_2018);
    world.publish(&[]);
    assert_eq!(told(&world, &path), ["return-misplaced explain"]);
    assert_eq!(staff(&world)[0], "130102 130102001001 -");
    assert_eq!(
        facts(&world, "shops", "2018", ["code", "staff"])[0],
        "130102 130102001001 9"
    );
}

#[test]
fn a_return_of_an_older_list_is_told() {
    let world = shops(REVISION);
    let first = mended(&world, "130102", "501");
    put(&world, &format!("{A}_r1.xlsx"), &first);
    world.publish(&[]);
    put(&world, &format!("{A}_r2.xlsx"), &mended(&world, "130102", "5"));
    world.publish(&[]);
    assert_eq!(
        told(&world, &format!("{A}_r1.xlsx")),
        ["revision-superseded info"],
        "the usual way is silent"
    );
    assert_eq!(told(&world, &format!("{A}_r2.xlsx")), [""; 0]);
    let mut old = first;
    old[1].1[1][1] = "77".into();
    // Without a revision of its own it is what its list says, and does not count.
    let path = format!("{A} (1).xlsx");
    put(&world, &path, &old);
    world.publish(&[]);
    assert_eq!(staff(&world)[0], "130102 130102001001 5");
    assert_eq!(
        told(&world, &path),
        ["return-repeated info", "revision-superseded info"]
    );
    fs::remove_file(world.path("input").join(&path)).unwrap();
    // Named as the highest revision it counts, and must be explained.
    let path = format!("{A}_r5.xlsx");
    put(&world, &path, &old);
    world.publish(&[]);
    assert_eq!(staff(&world)[0], "130102 130102001001 77");
    assert_eq!(told(&world, &path), ["return-outdated explain"]);
}

#[test]
fn a_return_of_what_has_been_replaced_since_is_told() {
    let world = shops(REVISION);
    let old = mended(&world, "130102", "5");
    world.put(&format!("input/{A}.csv"), rows("130102", 6));
    let path = format!("{A}_r1.xlsx");
    put(&world, &path, &old);
    world.publish(&[]);
    assert_eq!(staff(&world)[0], "130102 130102001001 5");
    assert_eq!(told(&world, &path), ["return-outdated explain"]);
    // Without the file that took its place there is nothing to tell.
    fs::remove_file(world.path("input").join(format!("{A}.csv"))).unwrap();
    world.publish(&[]);
    assert_eq!(told(&world, &path), [""; 0]);
}

#[test]
fn copies_of_a_return_count_once_whatever_they_are_called() {
    let world = shops(REVISION);
    let sent = mended(&world, "130102", "5");
    for path in [
        "130102.xlsx",
        "2020/130000/130102_shops_r1.xlsx",
        "副本/130102_shops_r1 (2).xlsx",
    ] {
        put(&world, path, &sent);
    }
    world.publish(&[]);
    assert_eq!(staff(&world)[0], "130102 130102001001 5");
    let counts: BTreeMap<String, usize> = world
        .table("submissions")
        .iter()
        .filter(|row: &&Row| row["area_code"].text() == Some("130102"))
        .fold(BTreeMap::new(), |mut counts, row| {
            *counts.entry(row["status"].text().unwrap().to_owned()).or_default() += 1;
            counts
        });
    assert_eq!(
        counts,
        BTreeMap::from([("accepted".to_owned(), 1), ("superseded".to_owned(), 3)])
    );
}

#[test]
fn a_return_of_the_whole_country_s_file_takes_its_place_under_any_name() {
    let settings = format!(
        "title = {{ en = 'Shops' }}\nunit = 'shop'\nkey = ['code']\nfiles = ['shops_{{period}}*']\n{REVISION}\n\
         missing = {{ '' = 'missing' }}"
    );
    for path in [
        "shops_2020_r1.xlsx",
        "反馈.xlsx",
        "2020/000000_shops.xlsx",
        "shops_2020 (1).xlsx",
    ] {
        let world = World::counties(&["2018", "2020"])
            .form("shops", &settings, SHOP_COLUMNS)
            .sent(
                "shops_2020.csv",
                "代码,人数\n130102001001,500\n130104001001,7\n130104001002,8\n",
            )
            .published();
        put(&world, path, &mended(&world, "shops", "5"));
        world.publish(&[]);
        assert_eq!(status(&world, "shops_2020.csv"), "superseded r0", "{path}");
        assert_eq!(status(&world, path), "accepted r1", "{path}");
        assert_eq!(
            staff(&world),
            ["130102 130102001001 5", "130104 130104001001 7"],
            "{path}"
        );
    }
}
