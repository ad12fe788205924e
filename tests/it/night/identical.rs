//! The same file for another period or another sender is told on the later one, and chance resemblance is not.

use rust_xlsxwriter::Workbook;

use super::small::{Sent, nation};
use super::*;
use crate::support::{joined, shown};

/// A nation whose counties report of shops below them, a county each: no code in the rows says whose they are.
fn shops(periods: &str) -> World {
    let reporters = "[reporters]\nfile = 'reporters.csv'\nreceipts = 'receipts.csv'\n";
    let owed = "area_code,form\n130102,shops\n130104,shops\n130104,people\n130104,houses\n";
    nation(periods, "month", reporters).beside("reporters.csv", owed).form(
        "shops",
        "unit = 'shop'\nkey = ['shop']\nfiles = ['{period}/{county}_shops*']\nrevision = '_r{revision}'",
        "shop | text | 店 | required = true\nsales | integer | 销售\nstaff | integer | 职工",
    )
}

const SALES: &str = "店,销售,职工\n一店,1041,8\n二店,1052,9\n三店,1063,7\n";

/// Path, the path it is identical to, and whose that is, of every such finding.
fn told(world: &World) -> Vec<String> {
    let findings = world.table("findings");
    let is = |row: &&Row| row["code"].text() == Some("submission-identical");
    let all = findings.iter().filter(is);
    all.map(|row| joined(row, &["path", "raw", "expected", "severity"], " | "))
        .collect()
}

fn run_of(world: &World) -> Vec<String> {
    world.publish(&["--as-of", "2020-04-01"]);
    told(world)
}

#[test]
fn the_file_of_another_month_or_county_is_told_on_the_later_one() {
    let world = shops("['2020-01', '2020-02']")
        .sent("2020-01/130102_shops.csv", SALES)
        .sent("2020-02/130102_shops.csv", SALES)
        .sent("2020-02/130104_shops.csv", SALES.replace(",9", ",12"));
    let told = run_of(&world);
    let expected = "2020-02/130102_shops.csv | 2020-01/130102_shops.csv | 2020-01 130102 长安区 | explain";
    assert_eq!(told, [expected]);
    // Of one month, the one that came later; and where nobody knows, the later path.
    let receipts = "path,received_at\n2020-01/130102_shops.csv,2020-02-09\n2020-01/130104_shops.csv,2020-02-03\n";
    for (receipts, later, first) in [
        (receipts, "130102", "130104 桥西区"),
        ("path,received_at\n", "130104", "130102 长安区"),
    ] {
        let world = shops("['2020-01']")
            .beside("receipts.csv", receipts)
            .sent("2020-01/130102_shops.csv", SALES)
            .sent("2020-01/130104_shops.csv", SALES);
        let code = &first[..6];
        let expected = format!("2020-01/{later}_shops.csv | 2020-01/{code}_shops.csv | 2020-01 {first} | explain");
        assert_eq!(run_of(&world), [expected]);
    }
}

#[test]
fn a_copy_that_was_saved_anew_is_the_same() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in SALES.lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(row as u32, column as u16, number).unwrap(),
                Err(_) => sheet.write(row as u32, column as u16, cell).unwrap(),
            };
        }
    }
    let world = shops("['2020-01', '2020-02']")
        .sent("2020-01/130102_shops.csv", SALES)
        .sent("2020-02/130102_shops.xlsx", book.save_to_buffer().unwrap());
    let told = run_of(&world);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("2020-02/130102_shops.xlsx | 2020-01/130102_shops.csv"),
        "{told:?}"
    );
}

#[test]
fn blank_forms_and_chance_are_no_copies() {
    let cases = [
        ("one cell differs", SALES, SALES.replace("1063,7", "1063,6")),
        ("one row less", SALES, SALES.replace("三店,1063,7\n", "")),
        (
            "in another order",
            SALES,
            "店,销售,职工\n二店,1052,9\n一店,1041,8\n三店,1063,7\n".into(),
        ),
        ("a template with its rows", "店,销售,职工\n一店,,\n二店,,\n", "".into()),
        (
            "nothing but zeros",
            "店,销售,职工\n一店,0,0\n二店,0,0\n三店,0,0\n四店,0,0\n五店,0,0\n六店,0,0\n七店,0,0\n",
            "".into(),
        ),
        ("a few small figures", "店,销售,职工\n一店,12,3\n二店,15,1\n", "".into()),
        (
            "one figure many times",
            "店,销售,职工\n一店,100,1\n二店,100,1\n三店,100,1\n四店,100,1\n五店,100,1\n",
            "".into(),
        ),
        ("only a header", "店,销售,职工\n", "".into()),
        ("empty", "", "".into()),
    ];
    for (case, first, second) in cases {
        let second = if second.is_empty() { first } else { &second };
        let world = shops("['2020-01', '2020-02']")
            // Something that counts, so that there is a release.
            .county("2020-01", "130104", "100", &["3"])
            .sent("2020-01/130102_shops.csv", first)
            .sent("2020-02/130102_shops.csv", second);
        assert_eq!(run_of(&world), Vec::<String>::new(), "{case}");
    }
}

#[test]
fn what_was_replaced_is_not_compared_and_an_explanation_settles_it() {
    // January's file was sent for February by mistake, and then the right one.
    let mended = shops("['2020-01', '2020-02']")
        .sent("2020-01/130102_shops.csv", SALES)
        .sent("2020-02/130102_shops.csv", SALES)
        .sent("2020-02/130102_shops_r1.csv", SALES.replace(",9", ",12"));
    assert_eq!(run_of(&mended), Vec::<String>::new());
    let world = shops("['2020-01', '2020-02']")
        .sent("2020-01/130102_shops.csv", SALES)
        .sent("2020-02/130102_shops.csv", SALES)
        .beside(
            "explanations.csv",
            "form,period,area_code,key,column,code,explanation\nshops,2020-02,130102,,,submission-identical,两月门店数据确无变化\n",
        );
    assert_eq!(run_of(&world).len(), 1);
    let findings = world.table("findings");
    let is = |row: &&Row| row["code"].text() == Some("submission-identical");
    assert_eq!(shown(findings.iter().find(is).unwrap(), "status"), "explained");
}

#[test]
fn sheets_of_one_workbook_are_compared() {
    let world = || {
        nation("['2020-01', '2020-02']", "month", "").form(
            "shops",
            "unit = 'shop'\nkey = ['shop']\nfiles = ['{county}_shops.xlsx#{period}']",
            "shop | text | 店 | required = true\nsales | integer | 销售\nstaff | integer | 职工",
        )
    };
    let book = |second: &str| {
        let mut book = Workbook::new();
        for (name, text) in [("2020-01", SALES), ("2020-02", second)] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            for (row, line) in text.lines().enumerate() {
                for (column, cell) in line.split(',').enumerate() {
                    sheet.write(row as u32, column as u16, cell).unwrap();
                }
            }
        }
        book.save_to_buffer().unwrap()
    };
    let other = SALES.replace("1063", "1064");
    assert_eq!(
        run_of(&world().sent("130102_shops.xlsx", book(&other))),
        Vec::<String>::new()
    );
    let world = world().sent("130102_shops.xlsx", book(SALES));
    let told = run_of(&world);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("130102_shops.xlsx#2020-02 | 130102_shops.xlsx#2020-01"),
        "{told:?}"
    );
}

#[test]
fn each_of_a_series_is_held_against_its_first() {
    let mut world = shops("['2020-01', '2020-02', '2020-03']");
    for month in ["2020-01", "2020-02", "2020-03"] {
        world = world.sent(&format!("{month}/130102_shops.csv"), SALES);
    }
    world.publish(&["--as-of", "2020-04-01"]);
    let findings = world.table("findings");
    let is = |row: &&Row| row["code"].text() == Some("submission-identical");
    let raws: Vec<String> = findings.iter().filter(is).map(|row| shown(row, "raw")).collect();
    assert_eq!(raws, ["2020-01/130102_shops.csv"; 2]);
}
