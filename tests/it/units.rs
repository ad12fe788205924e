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

fn of_file(name: &str, content: impl AsRef<[u8]>) -> (String, Vec<String>) {
    let world = small().sent(name, content).published();
    let facts = world.facts("f", "2020");
    let first = facts.iter().find(|row| row["county"].text() == Some("a"));
    let columns = ["people", "clinics", "budget", "aid"];
    let values = first.map_or("none".to_owned(), |row| joined(row, &columns, " "));
    let findings = world.table("findings");
    let line = |row| joined(row, &["code", "severity", "row", "field"], " ");
    let told = findings.iter().map(line);
    (
        values,
        told.filter(|line| !line.starts_with("unit-converted")).collect(),
    )
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
    for label in [
        "",
        "单位",
        "计量单位",
        "单位：",
        "（单位）",
        "Unit of measure",
        "UoM",
        "甲",
        "—",
    ] {
        let found = around("", &format!("{label},万人,个,千元,美元\n"));
        assert_eq!(found, ("120000 8 1.25 0.007".to_owned(), vec![]), "{label}");
    }
    // A unit that is not known leaves its column unread, and those beside it are converted.
    for label in ["", "单位"] {
        let (values, told) = around("", &format!("{label},百人,个,角,%\n"));
        assert_eq!(values, "- 8 0.000125 -", "{label}");
        assert_eq!(
            told,
            ["unit-unknown explain - people", "unit-unknown explain - aid"],
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
        assert!(
            told.contains(&"unit-unknown explain - budget".to_owned()),
            "{line}: {told:?}"
        );
        assert!(!told.iter().any(|one| one.starts_with("unit-line-unclear")), "{told:?}");
    }
    let (values, told) = around("2020年情况表\n单位：元★\n", "");
    assert_eq!(values, "12 8 - 7");
    assert!(told.contains(&"unit-unknown explain - budget".to_owned()), "{told:?}");
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

/// Figures of the first county and findings of a sheet of two columns, `code` and `header`, with these cells.
fn column(header: &str, cells: [&str; 3]) -> (String, Vec<String>) {
    let rows: Vec<String> = ["a", "b", "c"]
        .iter()
        .zip(cells)
        .map(|(code, cell)| format!("{code}\t{cell}\t1\n"))
        .collect();
    let (values, told) = of_file("2020.tsv", format!("code\t{header}\trooms\n{}", rows.concat()));
    let absent = |line: &String| !line.starts_with("column-absent");
    (values, told.into_iter().filter(absent).collect())
}

#[test]
fn a_sign_of_money_is_no_unit_of_ten_thousand() {
    for cell in ["¥120,000.00", "120,000.00 ¥", "￥120000", "-¥5"] {
        let (values, told) = column("budget", [cell, "¥50,000.50", "3"]);
        assert_eq!(values, "- - - -", "{cell}");
        let found = [
            "money-sign-unclear explain 2 budget",
            "money-sign-unclear explain 3 budget",
        ];
        assert!(
            found.iter().all(|line| told.contains(&(*line).to_owned())),
            "{cell}: {told:?}"
        );
    }
    let (values, told) = column("aid", ["$12", "3", "4"]);
    assert_eq!(
        (values.as_str(), told),
        ("- - - -", vec!["money-sign-unclear explain 2 aid".to_owned()])
    );
    // Where the sheet names the unit, the sign says nothing else.
    for (header, cell, value) in [
        ("budget（万元）", "¥12.50", "- - 12.5 -"),
        ("budget（元）", "¥120,000.00", "- - 12 -"),
        ("budget（元）", "120,000.00 ¥", "- - 12 -"),
        ("budget", "120000元", "- - 12 -"),
        ("budget", "12.5", "- - 12.5 -"),
        ("aid（thousand dollars）", "$12", "- - - 12"),
        ("aid（dollars）", "12000 $", "- - - 12"),
    ] {
        assert_eq!(
            column(header, [cell, "3", "4"]),
            (value.to_owned(), vec![]),
            "{header}: {cell}"
        );
    }
}

#[test]
fn a_bracket_that_is_no_known_unit_leaves_its_column_unread() {
    for bracket in [
        "th", "00", "w", "10k", "1k", "10s", "1e3", "mil.", "Mill.", "ths.", "tens", "W人", "wan ren", "x10", "10人",
    ] {
        let (values, told) = column(&format!("people ({bracket})"), ["12", "20", "31"]);
        assert_eq!(values, "- - - -", "{bracket}");
        assert_eq!(told, ["unit-unknown explain - people"], "{bracket}");
    }
    for bracket in ["Tausend", "тыс. чел.", "千人"] {
        let found = column(&format!("people ({bracket})"), ["12", "20", "31"]);
        assert_eq!(found, ("12000 - - -".to_owned(), vec![]), "{bracket}");
    }
    for bracket in [
        "est.",
        "2020",
        "1",
        "10",
        "a",
        "persons",
        "年末",
        "as of 31st December 2020",
        "No.",
        "total",
        "preliminary",
    ] {
        let found = column(&format!("people ({bracket})"), ["12", "20", "31"]);
        assert_eq!(found, ("12 - - -".to_owned(), vec![]), "{bracket}");
    }
}

#[test]
fn a_header_of_another_time_is_told() {
    for bracket in [
        "end of 2019",
        "2019年末",
        "as of 31 Dec 2019",
        "Jan–Jun",
        "2018/19",
        "thousands, 2019",
    ] {
        let (values, told) = column(&format!("people ({bracket})"), ["12", "20", "31"]);
        assert!(values.starts_with("12"), "{bracket}: {values}");
        assert_eq!(told, ["header-period explain 1 people"], "{bracket}");
    }
    for bracket in [
        "end of 2020",
        "2020年末",
        "1 Jan 2021",
        "2019/20",
        "Jan–Dec",
        "mid-year",
        "December",
    ] {
        let found = column(&format!("people ({bracket})"), ["12", "20", "31"]);
        assert_eq!(found, ("12 - - -".to_owned(), vec![]), "{bracket}");
    }
    let upper = |text: &str| {
        let beneath = HEADER.replace("aid", "aid（千美元）").replace("code", "");
        read(&format!("code,{text},{text},,,\n{beneath}{ROWS}"))
    };
    assert_eq!(
        upper("2019年"),
        (
            "12 8 12.5 7".to_owned(),
            vec!["header-period explain 2 people".to_owned()]
        )
    );
    for text in ["2020年", "社会服务", "2016—2020年"] {
        assert_eq!(upper(text), ("12 8 12.5 7".to_owned(), vec![]), "{text}");
    }
    for line in ["截至2019年12月31日", "Data as of 31 December 2019"] {
        let (values, told) = around(&format!("情况表\n{line}\n"), "");
        assert_eq!(
            (values.as_str(), told),
            ("12 8 12.5 7", vec!["header-period explain 2 -".to_owned()]),
            "{line}"
        );
    }
    for line in ["截至2020年12月31日", "截至2021年1月8日", "Data as of 1 March 2021"] {
        assert_eq!(
            around(&format!("情况表\n{line}\n"), ""),
            ("12 8 12.5 7".to_owned(), vec![]),
            "{line}"
        );
    }
}

#[test]
fn figures_of_another_kind_are_not_those_of_the_form() {
    for bracket in ["上年", "last year", "plan", "Target", "rank", "增加", "2020年计划数"] {
        let (values, told) = column(&format!("people ({bracket})"), ["12", "20", "31"]);
        assert_eq!(values, "- - - -", "{bracket}");
        let told: Vec<&str> = told.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(told, ["column-unknown"], "{bracket}");
    }
    // Over cells of the header itself, or in the row above it.
    let upper = |text: &str| {
        let header = HEADER.replace("aid", "aid（千美元）");
        let beneath = header.replace("code", "");
        let two_rows = read(&format!("code,{text},{text},实际,实际,实际\n{beneath}{ROWS}"));
        let title = read(&format!(",{text},{text},实际,实际,实际\n{header}{ROWS}"));
        [two_rows, title]
    };
    for text in ["计划", "排名", "上年", "Plan", "last year"] {
        for ((values, told), row) in upper(text).into_iter().zip([2, 2]) {
            assert_eq!(values, "- - 12.5 7", "{text}");
            let both = ["people", "clinics"].map(|column| format!("header-other-figures explain {row} {column}"));
            assert_eq!(told, both, "{text}");
        }
    }
    for text in ["计划生育", "规划区", "Planning area", "社会服务", "Ranking officers"] {
        for found in upper(text) {
            assert_eq!(found, ("12 8 12.5 7".to_owned(), vec![]), "{text}");
        }
    }
}

#[test]
fn a_column_of_units_is_read_with_its_figures() {
    let sheet = |header: &str, units: [&str; 3]| {
        let [a, b, c] = units;
        let (values, told) = of_file(
            "2020.csv",
            format!("code,people,{header},clinics,rooms\na,12,{a},8,1\nb,20000,{b},9,2\nc,31,{c},10,3\n"),
        );
        let told: Vec<String> = told.into_iter().filter(|line| !line.starts_with("column-")).collect();
        (values, told)
    };
    for header in ["单位", "计量单位", "Unit", "UoM"] {
        let (values, told) = sheet(header, ["万人", "人", "万人"]);
        assert_eq!(values, "- 8 - -", "{header}");
        assert_eq!(
            told,
            ["unit-unknown explain - people", "unit-in-column explain 1 people"],
            "{header}"
        );
    }
    for units in [["万人", "", "万人"], ["人", "百人", "人"], ["万", "", ""]] {
        let (values, told) = sheet("单位", units);
        assert_eq!(values.split(' ').next(), Some("-"), "{units:?}");
        assert!(
            told.contains(&"unit-in-column explain 1 people".to_owned()),
            "{units:?}: {told:?}"
        );
    }
    assert_eq!(sheet("单位", ["万人"; 3]), ("120000 8 - -".to_owned(), vec![]));
    for (header, units) in [
        ("单位", ["人", "人", "人"]),
        ("单位", ["", "人", ""]),
        ("单位", ["公斤", "公斤", ""]),
        ("单位", ["某局", "万源局", "人"]),
        ("单位", ["千山区", "百善镇", "万达"]),
        ("类别", ["万人", "人", "万人"]),
        ("Unit", ["North", "South", "West"]),
        ("单位", ["", "", ""]),
    ] {
        assert_eq!(
            sheet(header, units),
            ("12 8 - -".to_owned(), vec![]),
            "{header} {units:?}"
        );
    }
}

#[test]
fn a_sign_that_a_number_format_shows_is_one_that_is_typed() {
    let book = |header: &str, format: &str| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (index, text) in ["code", header, "rooms"].iter().enumerate() {
            sheet.write(0, index as u16, *text).unwrap();
        }
        let format = rust_xlsxwriter::Format::new().set_num_format(format);
        for (row, (code, figure)) in [("a", 120_000.0), ("b", 0.0), ("c", -5.0)].into_iter().enumerate() {
            let row = row as u32 + 1;
            sheet.write(row, 0, code).unwrap();
            sheet.write_with_format(row, 1, figure, &format).unwrap();
            sheet.write(row, 2, 1).unwrap();
        }
        let (values, told) = of_file("2020.xlsx", book.save_to_buffer().unwrap());
        let absent = |line: &String| !line.starts_with("column-absent");
        (values, told.into_iter().filter(absent).collect::<Vec<_>>())
    };
    let accounting = "_-* #,##0.00 ¥_-;-* #,##0.00 ¥_-;_-* \"-\"?? ¥_-;_-@_-";
    for format in ["\"¥\"#,##0.00", "[$¥-804]#,##0.00", accounting] {
        let (values, told) = book("budget", format);
        assert_eq!(values, "- - - -", "{format}");
        let cells = [
            "money-sign-unclear explain 2 budget",
            "money-sign-unclear explain 4 budget",
        ];
        assert_eq!(told, cells, "{format}");
        assert_eq!(
            book("budget（万元）", format),
            ("- - 120000 -".to_owned(), vec![]),
            "{format}"
        );
        assert_eq!(
            book("budget（元）", format),
            ("- - 12 -".to_owned(), vec![]),
            "{format}"
        );
    }
    for format in ["#,##0.00", "#,##0.00\"万元\"", "_-* #,##0.00_-"] {
        assert_eq!(book("budget", format), ("- - 120000 -".to_owned(), vec![]), "{format}");
    }
}
