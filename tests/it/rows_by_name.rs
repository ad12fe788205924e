//! Rows of a sheet whose key is a name: which of them are no records, though nothing but their words and figures says so.

use crate::support::{World, indicators, joined, measures, plan, shown};

fn world(content: &str) -> World {
    let areas = "code,name,level,parent_code\nXX,Examplia,country,\n01,State 01,state,XX\n02,State 02,state,XX\n";
    World::new(&plan("plain", &["country", "state"], &["2022"]), areas)
        .form(
            "stats",
            "title.en = 'Stats'\nunit = 'village'\nkey = ['village']\nfiles = ['{period}/{state}_*']",
            "village | text | Village | required = true
             people | integer | People | unit = 'person'
             homes | integer | Homes",
        )
        .defined(
            "measures.toml",
            measures("people | stats | people\nhomes | stats | homes"),
        )
        .defined("indicators.toml", indicators("size | people | homes | unit = 'person'"))
        .sent("2022/01_a.csv", content)
        .sent("2022/02_a.csv", "Village,People,Homes\nZell,5,1\n")
}

/// `code row` of the findings, and the villages that count.
fn read(rows: &[&str]) -> (Vec<String>, Vec<String>) {
    let world = world(&format!("Village,People,Homes\n{}\n", rows.join("\n"))).published();
    let findings = world.table("findings");
    let findings = findings.iter().map(|finding| joined(finding, &["code", "row"], " "));
    let facts = world.facts("stats", "2022");
    let villages = facts
        .iter()
        .map(|fact| shown(fact, "village"))
        .filter(|name| name != "Zell");
    (findings.collect(), villages.collect())
}

const VILLAGES: [&str; 4] = ["Ash,1101,303", "Bow,1212,424", "Cam,1404,535", "Dee,1818,737"];
const NAMES: [&str; 4] = ["Ash", "Bow", "Cam", "Dee"];

/// What is found where a row stands in the middle and at the end, with the villages beside those known.
fn with_row(row: &str, at: usize) -> (Vec<String>, Vec<String>) {
    let mut rows = VILLAGES.to_vec();
    rows.insert(at, row);
    let (findings, mut villages) = read(&rows);
    villages.retain(|name| !NAMES.contains(&name.as_str()));
    (findings, villages)
}

#[test]
fn totals_of_some_rows_are_no_villages() {
    for name in [
        "Subtotal north",
        "Subtotal: North",
        "Subtotal (north)",
        "North subtotal",
        "Total: north",
        "\"Total, north\"",
        "Total North",
        "TOTAL NORTH",
        "North total",
        "Total for north",
        "Total villages",
        "小计（北）",
        "合计（城区）",
        "合计：城区",
        "合计（不含飞地）",
        "合计（人）",
        "小计 北",
        "合计数",
        "总计数",
        "汇总",
        "全镇",
        "【合计】",
        "計",
        "Summe",
        "Zwischensumme",
        "Grand tot.",
        "— Total —",
        "增长",
        "Change",
        "Difference",
        "村数",
    ] {
        let (findings, villages) = with_row(&format!("{name},2313,727"), 2);
        assert!(villages.is_empty(), "{name}: {villages:?} {findings:?}");
        assert!(
            findings.iter().all(|finding| !finding.starts_with("record")),
            "{name}: {findings:?}"
        );
    }
}

#[test]
fn what_may_be_a_village_counts_and_is_told() {
    // The figures are no sums, so only the name speaks for a total.
    for name in ["Total North", "North total", "Total Garden"] {
        let (findings, villages) = with_row(&format!("{name},2000,700"), 2);
        assert_eq!(
            (findings, villages),
            (vec!["record-named-total 4".to_owned()], vec![name.to_owned()]),
            "{name}"
        );
    }
    // The figures are sums, and the name says nothing.
    for (name, at) in [("Northern part", 2), ("北片", 2)] {
        let (findings, villages) = with_row(&format!("{name},2313,727"), at);
        assert_eq!(
            (findings, villages),
            (vec!["row-equals-sum 4".to_owned()], vec![name.to_owned()]),
            "{name}"
        );
    }
    for (row, at) in [
        ("Everything,5535,1999", 0),
        ("Everything,5536,1999", 0),
        ("Everything,5536,1999", 4),
        ("Everything,5535,1998", 4),
    ] {
        let (findings, villages) = with_row(row, at);
        assert_eq!(
            (findings, villages.len()),
            (vec![format!("row-equals-sum {}", at + 2)], 1),
            "{row}"
        );
    }
}

#[test]
fn villages_with_such_words_stay_silent() {
    for name in [
        "Totalsville",
        "Summit",
        "Sumner",
        "Meanwood",
        "Changeton",
        "Checkendon",
        "Countham",
        "Allstedt",
        "Subton",
        "和平村",
        "会计村",
        "合计划村",
        "增长村",
        "全南村",
        "总统村",
        "计村",
        "Growthorpe",
        "Grandview",
        "Notesham",
        "Yearsley",
        "Datemouth",
        "Sourceton",
        "电话村",
        "日期村",
        "注水村",
    ] {
        let (findings, villages) = with_row(&format!("{name},2000,700"), 4);
        assert_eq!((findings, villages), (vec![], vec![name.to_owned()]), "{name}");
    }
}

#[test]
fn lines_below_the_villages_are_none() {
    for line in [
        "电话,5551234,",
        "办公电话：,5551234,",
        "Telephone:,5551234,",
        "Phone,5551234,",
        "Date:,20210105,",
        "Date,44201,",
        "打印日期：2021-01-08,,",
        "Year,2020,",
        "年份,2020,",
        "注：1,5,",
        "Note 1,5,",
        "Source,2020,",
        "备注：不含飞地,12,",
        "备注：不含飞地,12,13",
        "Page 1 of,2,",
        "村数,4,4",
        "Number of villages,4,4",
        "————以上————,,",
        "以下空白,,",
        "***,,",
        "END,,",
    ] {
        let (findings, villages) = with_row(line, 4);
        assert!(villages.is_empty(), "{line}: {villages:?} {findings:?}");
        assert!(
            findings.len() == 1 && findings[0].ends_with(" 6"),
            "{line}: {findings:?}"
        );
    }
    // The form's own lines are expected there.
    for line in [
        "联系电话：,5551234,",
        "填表日期：,20210105,",
        "填表人：,张三,",
        "制表日期,2021年1月5日,",
        "Prepared by,J. Doe,",
    ] {
        assert_eq!(with_row(line, 4), (vec![], vec![]), "{line}");
    }
}
