//! The unit that figures are in: rows and lines of units, signs of money, brackets behind headers, and columns of units.

use crate::support::{World, indicators, joined, measures, plan};

/// Three counties and a form whose columns have units.
fn small() -> World {
    World::new(
        &plan("plain", &["nation", "county"], &["2020"]).replace("partition = 'county'", "partition = 'nation'"),
        "code,name,level,parent_code\nZZ,Zedland,nation,\na,A,county,ZZ\nb,B,county,ZZ\nc,C,county,ZZ\n",
    )
    .form(
        "f",
        "unit = 'county'\nkey = ['county']\nfiles = ['{period}*']\n",
        "county | division_code | code | level = 'county'; required = true\n\
         people | integer | people, 人口 | unit = 'person'\n\
         clinics | integer | clinics | unit = 'item'\n\
         budget | decimal | budget | scale = 6; unit = '10000_yuan'\n\
         aid | decimal | aid | scale = 4; unit = '1000_usd'\n\
         rooms | integer | rooms",
    )
    .defined("measures.toml", measures("rooms | f | rooms"))
    .defined(
        "indicators.toml",
        indicators("one | rooms | rooms | unit = '1'; better = 'higher'"),
    )
}

const HEADER: &str = "code,people,clinics,budget,aid,rooms\n";
const ROWS: &str = "a,12,8,12.5,7,1\nb,20,9,100,8,2\nc,31,10,300,9,3\n";

/// The figures of the first county as published, and the findings, but for those on conversions: code, severity, row, column.
fn read(content: &str) -> (String, Vec<String>) {
    of_file("2020.csv", content)
}

fn of_file(name: &str, content: &str) -> (String, Vec<String>) {
    let world = small().sent(name, content).published();
    let facts = world.facts("f", "2020");
    let first = facts.iter().find(|row| row["county"].text() == Some("a"));
    let columns = ["people", "clinics", "budget", "aid"];
    let values = first.map_or("none".to_owned(), |row| joined(row, &columns, " "));
    let findings = world.table("findings");
    let line = |row| joined(row, &["code", "severity", "row", "field"], " ");
    let told = findings.iter().map(line);
    (values, told.filter(|line| !line.starts_with("unit-converted")).collect())
}

/// What a file says that has `above` before its header and `below` right beneath it.
fn around(above: &str, below: &str) -> (String, Vec<String>) {
    let header = match below.is_empty() {
        true => HEADER.replace("aid", "aid（千美元）"),
        false => HEADER.to_owned(),
    };
    read(&format!("{above}{header}{below}{ROWS}"))
}

#[test]
fn a_row_of_units_may_have_a_label() {
    for label in ["", "单位", "计量单位", "单位：", "（单位）", "Unit of measure", "UoM", "甲", "—"] {
        let found = around("", &format!("{label},万人,个,千元,美元\n"));
        assert_eq!(found, ("120000 8 1.25 0.007".to_owned(), vec![]), "{label}");
    }
    // A unit that is not known leaves its column unread, and those beside it are converted.
    for label in ["", "单位"] {
        let (values, told) = around("", &format!("{label},百人,个,角,%\n"));
        assert_eq!(values, "- 8 0.000125 -", "{label}");
        assert_eq!(
            told,
            [
                "unit-unknown explain - people",
                "unit-unknown explain - aid"
            ],
            "{label}"
        );
    }
    // A record keeps its figures, whatever its name is.
    let (values, told) = around("", "单位,1,2,3,4,5\n");
    assert_eq!(values, "12 8 12.5 7");
    assert_eq!(told, ["code-unknown hard 2 county"]);
}

#[test]
fn a_line_of_units_may_say_more() {
    for line in [
        "单位：千元  2020年",
        "2020年 单位：千元 第1页",
        "金额单位：人民币千元  2020年12月31日",
        "单位：千元 共2页",
        "单位：千元2020年度",
        "单位：千元 某县统计局",
        "【单位：千元】",
        "单位-千元",
        "Unit: thousand yuan. 2020",
    ] {
        let found = around(&format!("2020年情况表\n{line}\n"), "");
        assert_eq!(found, ("12 8 1.25 7".to_owned(), vec![]), "{line}");
    }
    for line in ["тыс. чел.", "单位：千人 2020年"] {
        let found = around(&format!("2020年情况表\n{line}\n"), "");
        assert_eq!(found, ("12000 8 12.5 7".to_owned(), vec![]), "{line}");
    }
    for line in ["Values in units of 1000", "Tausend", "в тысячах"] {
        let (values, told) = around(&format!("2020年情况表\n{line}\n"), "");
        assert_eq!(values, "12000 8000 - 7", "{line}");
        assert!(told.contains(&"unit-line-unclear explain 2 -".to_owned()), "{line}: {told:?}");
    }
    let (values, told) = around("2020年情况表\n单位：元★\n", "");
    assert_eq!(values, "12 8 - 7");
    assert!(told.contains(&"unit-line-unclear explain 2 -".to_owned()), "{told:?}");
}

#[test]
fn lines_that_name_no_unit_say_nothing() {
    for line in [
        "单位：某县统计局  2020年",
        "填报单位：某县 2020年12月31日",
        "单位-某局",
        "单位：第3中学",
        "单位：万元 2020年",
        "单位：2020年",
        "统计单位：百善镇 第1页",
        "单位负责人：张三 2020年",
        "Unit: Planning Department 2020",
        "Reporting unit: Oak County. 2020",
    ] {
        let found = around(&format!("2020年情况表\n{line}\n"), "");
        assert_eq!(found, ("12 8 12.5 7".to_owned(), vec![]), "{line}");
    }
}
