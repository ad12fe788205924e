//! Columns, title blocks and units of one sheet.

use super::*;
use crate::domain::{Code, Lang, Severity};

#[test]
fn what_is_wrong_with_columns() {
    let all = "社区名称,常住户数,服务设施面积,社会组织数,社会组织/养老";
    for (header, expected, rejected) in [
        (format!("社区代码,{all}"), vec![], false),
        (format!("社区代码,{all},满意度"), vec!["column-unknown 满意度"], false),
        (
            format!("社区代码,{}", all.replace("服务设施面积", "设施总面积")),
            vec!["column-unknown 设施总面积", "column-absent area"],
            false,
        ),
        (all.to_owned(), vec!["column-missing code"], true),
        (format!("社区代码,社区代码,{all}"), vec!["column-duplicate code"], true),
        (
            format!("社区代码,{all},常住户数"),
            vec!["column-duplicate households"],
            false,
        ),
        (format!("社区代码,,{all},,"), vec![], false),
    ] {
        let read = roster(
            format!("{header}\n1,2,3\n")
                .replace("1,2,3", if header.contains(",,") { "1,,2" } else { "1,2" })
                .as_bytes(),
        );
        assert_eq!(
            (findings(&read).join(","), read.rejected),
            (expected.join(","), rejected),
            "{header}"
        );
    }
    let nameless = roster(ROSTER.replace("社区名称", "").as_bytes());
    assert_eq!(findings(&nameless), ["column-unknown", "column-absent name"]);
    assert_eq!(nameless.findings[0].place.a1().unwrap(), "B1");
    let unknown = roster(ROSTER.replace("服务设施面积", "服务设施总面积").as_bytes());
    assert_eq!(unknown.findings[0].expected.as_deref(), Some("服务设施面积"));
    assert_eq!(unknown.findings[1].raw.as_deref(), Some("服务设施总面积"));
}

#[test]
fn content_behind_the_header_is_ragged_or_a_column() {
    let ragged = roster(format!("{ROSTER}130102001002,民主社区,1,2,3,4,5\n130102001003,新华社区,1,2,3,4\n").as_bytes());
    assert_eq!((ragged.table.as_ref().unwrap().width, findings(&ragged)), (6, vec![]));
    // Figures may be those of the columns before, pushed to the right by a separator within one; words are none.
    let behind = |cell: &str| {
        let rows = format!("3,1,{cell}\n130102001002,民主社区,1,2,3,4,{cell}\n");
        roster(ROSTER.replace("3,1\n", &rows).as_bytes())
    };
    let pushed = behind("9");
    assert_eq!((pushed.table.as_ref().unwrap().width, findings(&pushed)), (6, vec![]));
    let column = behind("已核");
    assert_eq!(
        (column.table.as_ref().unwrap().width, findings(&column)),
        (7, vec!["column-unknown".to_owned()])
    );
}

#[test]
fn a_column_that_numbers_the_rows_is_no_question() {
    let told = |header: &str, numbers: [&str; 3]| {
        let rows = [
            "130102001001,和平社区",
            "130102001002,民主社区",
            "130102001003,新华社区",
        ];
        let rows = rows
            .iter()
            .zip(numbers)
            .map(|(row, number)| format!("{number},{row},1,2\n"));
        let text = format!(
            "{header},社区代码,社区名称,常住户数,服务设施面积\n{}",
            rows.collect::<String>()
        );
        let found = roster(text.as_bytes()).findings;
        let unknown = found.iter().filter(|finding| finding.code == Code::ColumnUnknown);
        unknown.map(|finding| finding.severity).collect::<Vec<_>>()
    };
    for header in ["序号", "No.", "#", "S. No.", "Index", "№", ""] {
        assert_eq!(told(header, ["1", "2", "3"]), [Severity::Info], "{header}");
    }
    assert_eq!(told("序号", ["0", "1", "2"]), [Severity::Info]);
    // Each section begins anew.
    assert_eq!(told("序号", ["1", "2", "1"]), [Severity::Info]);
    for (header, numbers) in [
        ("序号", ["1", "3", "2"]),
        ("No.", ["12", "14", "19"]),
        ("户数", ["1", "2", "3"]),
        ("序号", ["一", "二", "三"]),
        ("", ["a", "b", "c"]),
        ("", ["8", "9", "12"]),
    ] {
        assert_eq!(told(header, numbers), [Severity::Explain], "{header} {numbers:?}");
    }
}

#[test]
fn the_title_block_may_contradict_the_path() {
    for (title, expected) in [
        ("2020年社区统计表", None),
        ("2019年社区统计表", Some("2019年社区统计表")),
        ("填报日期：2021年1月8日", None),
        ("2019年与2020年对照表", None),
    ] {
        let read = roster(format!("{title}\n{ROSTER}").as_bytes());
        assert_eq!(
            (read.stated_period.as_deref(), read.rejected),
            (expected, expected.is_some()),
            "{title}"
        );
    }
}

#[test]
fn units_come_from_header_row_or_note() {
    let unit = |text: &str| {
        let read = roster(text.as_bytes());
        let area = read
            .table
            .as_ref()
            .unwrap()
            .columns
            .iter()
            .find(|column| column.column == 3)
            .unwrap();
        area.unit.clone()
    };
    assert_eq!(unit(ROSTER), None);
    assert_eq!(
        unit(&ROSTER.replace("服务设施面积", "服务设施面积（亩）")).as_deref(),
        Some("亩")
    );
    assert_eq!(
        unit(&ROSTER.replacen('\n', "\n—,—,户,亩,个,个\n", 1)).as_deref(),
        Some("亩")
    );
    assert_eq!(unit(&format!("计量单位：万元、亩\n{ROSTER}")).as_deref(), Some("亩"));
    assert_eq!(unit(&format!("单位：万元\n{ROSTER}")), None);
}

#[test]
fn units_that_no_column_declares_are_told() {
    let told = |text: &str| {
        let read = roster(text.as_bytes());
        let told = read
            .findings
            .iter()
            .filter(|finding| finding.code == Code::UnitUndeclared);
        told.map(|finding| (finding.raw.clone().unwrap(), finding.count, finding.place.a1().unwrap()))
            .collect::<Vec<_>>()
    };
    let one = |raw: &str, count, at: &str| vec![(raw.to_owned(), count, at.to_owned())];
    assert_eq!(
        told(&format!("单位：万户、个\n{ROSTER}")),
        one("单位：万户、个", 3, "A1")
    );
    assert_eq!(
        told(&ROSTER.replace("常住户数", "常住户数（万户）")),
        one("万户", 1, "C1")
    );
    assert_eq!(
        told(&ROSTER.replacen('\n', "\n—,—,万户,㎡,个,个\n", 1)),
        one("万户", 1, "C1")
    );
    for plain in ["单位：户", "单位：亩", "单位：公顷、户"] {
        assert_eq!(told(&format!("{plain}\n{ROSTER}")), [], "{plain}");
    }
}

/// The declared columns are the area alone, in m²; the others have no unit.
#[test]
fn lines_of_units_that_cannot_be_applied_are_told() {
    let told = |text: &str| {
        let read = roster(text.as_bytes());
        let area = read
            .table
            .as_ref()
            .unwrap()
            .columns
            .iter()
            .find(|column| column.column == 3)
            .unwrap();
        let told = read
            .findings
            .iter()
            .filter(|finding| finding.code == Code::UnitLineUnclear);
        let told: Vec<String> = told.map(|f| format!("{} {}", f.place.a1().unwrap(), f.count)).collect();
        (told.join(", "), area.unit.clone())
    };
    let unit = |unit: &str| Some(unit.to_owned());
    for (line, finding, area) in [
        // The figures of the column are not read, and the column says why.
        ("单位：亩、平方米", "", unit("亩、平方米")),
        ("单位：亩/户", "", unit("亩/户")),
        ("单位：平方米/户", "", None),
        ("单位：百万日元", "A1 4", None),
        ("单位：某局", "", None),
        ("填报单位：万源市", "", None),
        ("万源市统计表", "", None),
    ] {
        assert_eq!(told(&format!("{line}\n{ROSTER}")), (finding.to_owned(), area), "{line}");
    }
    // Below the table, too; and the header's own unit goes before.
    assert_eq!(told(&format!("{ROSTER}单位：亩\n")), (String::new(), unit("亩")));
    assert_eq!(
        told(&format!("{ROSTER}注：面积单位为亩\n")),
        (String::new(), unit("亩"))
    );
    let headed = ROSTER.replace("服务设施面积", "服务设施面积（㎡）");
    assert_eq!(told(&format!("单位：亩/户\n{headed}")).1, unit("m2"));
    let read = roster(format!("单位：百万日元\n{ROSTER}").as_bytes());
    let mut found = read.findings.iter();
    let finding = found.find(|finding| finding.code == Code::UnitLineUnclear).unwrap();
    assert_eq!(
        [Lang::Zh, Lang::En].map(|lang| finding.message(lang, None)),
        [
            "“单位：百万日元”注明了计量单位或倍数，但无法据以换算（涉及 4 列，表头均未写单位）；它与各列约定的单位都不矛盾，数值按原样采用",
            "“单位：百万日元” names a unit or a multiple that cannot be applied; it concerns columns whose headers name no unit (columns: 4). \
             It contradicts the declared unit of none of them, so the figures stand as they are",
        ]
    );
}

#[test]
fn a_unit_nobody_knows_does_not_hide_its_column() {
    let unit = |header: &str| {
        let read = roster(ROSTER.replace("服务设施面积", header).as_bytes());
        let area = read
            .table
            .as_ref()
            .unwrap()
            .columns
            .iter()
            .find(|column| column.column == 3);
        (area.map(|column| column.unit.clone().unwrap()), findings(&read))
    };
    assert_eq!(unit("服务设施面积（坪）"), (Some("坪".into()), vec![]));
    // A remark beside the column itself is another column.
    let (area, told) = unit("服务设施面积（坪）,服务设施面积（在册）");
    assert_eq!(area, None);
    assert!(told.contains(&"column-absent area".to_owned()), "{told:?}");
    // Only figures have units.
    let read = roster(ROSTER.replace("社区名称", "社区名称（盖章）").as_bytes());
    assert_eq!(
        findings(&read),
        ["column-unknown 社区名称（盖章）", "column-absent name"]
    );
}

#[test]
fn a_bracket_that_names_no_unit_holds_no_column_back() {
    let read = |header: &str| {
        let read = roster(ROSTER.replace("服务设施面积", header).as_bytes());
        let area = read
            .table
            .as_ref()
            .unwrap()
            .columns
            .iter()
            .find(|column| column.column == 3);
        (area.map(|column| column.unit.clone()), findings(&read))
    };
    let told = |code: &str| vec![format!("{code} area")];
    for (header, unit, told) in [
        ("服务设施面积（年末）", Some(None), vec![]),
        ("服务设施面积（2020年）", Some(None), vec![]),
        ("服务设施面积 (est.)", Some(None), vec![]),
        ("服务设施面积（2019年）", Some(None), told("header-period")),
        ("服务设施面积（在册）", Some(None), told("header-remark")),
        ("服务设施面积 (in km²)", Some(Some("km2".into())), vec![]),
        ("服务设施面积（农村）", None, vec![]),
    ] {
        let (found, all) = read(header);
        assert_eq!(found, unit, "{header}");
        match unit {
            Some(_) => assert_eq!(all, told, "{header}"),
            None => assert!(all.contains(&"column-absent area".to_owned()), "{all:?}"),
        }
    }
    // Beneath a group, too; columns of text know such remarks, and no others.
    let text = "社区代码,名称,常住\n,社区名称（2020年）,常住户数（年末）\n130102001001,和平社区,820\n";
    let read = roster(text.as_bytes());
    assert_eq!(read.table.as_ref().unwrap().columns.len(), 3, "{:?}", findings(&read));
}

#[test]
fn a_unit_above_other_columns_is_not_theirs() {
    let unit = |group: &str| {
        let text = format!("社区代码,{group},\n,服务设施面积,常住户数\n130102001001,12,820\n");
        let read = roster(text.as_bytes());
        let units = read.table.as_ref().unwrap().columns.iter();
        units.map(|column| column.unit.clone()).collect::<Vec<_>>()
    };
    assert_eq!(unit("设施（亩）"), [None, Some("亩".into()), None]);
    assert_eq!(unit("设施（万元）"), [None, None, None]);
    assert_eq!(unit("设施（某某）"), [None, None, None]);
}

#[test]
fn a_foot_note_speaks_of_the_columns_with_its_mark() {
    let units = |area: &str, note: &str| {
        let text = format!("{}{note}\n", ROSTER.replace("服务设施面积", area));
        let read = roster(text.as_bytes());
        let unit = |of: usize| {
            let mut columns = read.table.as_ref().unwrap().columns.iter();
            columns.find(|column| column.column == of)?.unit.clone()
        };
        (unit(2), unit(3))
    };
    assert_eq!(units("服务设施面积*", "* 亩"), (None, Some("亩".into())));
    assert_eq!(units("服务设施面积（1）", "（1）单位：亩"), (None, Some("亩".into())));
    assert_eq!(units("服务设施面积*", "* 暂定"), (None, None));
    assert_eq!(units("服务设施面积", "* 亩"), (None, None));
}
