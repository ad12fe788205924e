//! Which names are those of totals, and which are not.

use super::super::words;
use super::*;

#[test]
fn totals_are_told_from_names() {
    let words = words();
    for total in [
        "合计",
        "合 计",
        "总　计：",
        "小计",
        "全县合计",
        "Total",
        "TOTAL ",
        "Grand total",
        "ＴＯＴＡＬ",
        "合计 Total",
        "Total（合计）",
        "Sub-total",
        "Итого",
        "小計",
        "总数",
        "平均",
        "全县平均",
        "平均值 Average",
        "Mean",
        "MAX.",
        "中位数",
        "累计",
    ] {
        assert!(words.is_total(total), "{total}");
    }
    for (name, is_whole, is_section) in [
        ("合计", true, false),
        ("全县合计：", true, false),
        ("合计/Total", true, false),
        ("小计", false, true),
        ("小计 Subtotal", false, true),
        ("平均", false, false),
        ("合计平均", false, false),
        ("和平街道合计", false, false),
        ("其中：合计", false, false),
    ] {
        let found = (words.is_whole(name, None), words.is_section(name, None));
        assert_eq!(found, (is_whole, is_section), "{name}");
    }
    for name in [
        "",
        "和平社区",
        "会计",
        "计",
        "合计划社区",
        "Totalsville",
        "subtotals of",
        "Totals of Arden",
        "Summit",
        "平均村",
        "最高村",
        "累计划社区",
        "Meanwood",
        "Minden",
        "130102001001",
    ] {
        assert!(!words.is_total(name), "{name}");
    }
}

#[test]
fn totals_in_several_words() {
    use SumWord::{Section, Summary, Whole};
    for (name, word) in [
        ("Total 2022", Whole),
        ("Total (2 districts)", Whole),
        ("Total of 3 districts", Whole),
        ("2022 total", Whole),
        ("State total", Section),
        ("Country total", Section),
        ("Total of all districts", Whole),
        ("Overall", Whole),
        ("All", Whole),
        ("All districts", Whole),
        ("∑", Whole),
        ("合计（3个）", Whole),
        ("合计（2022年）", Whole),
        ("全县合计（3个）", Whole),
        ("小计（3个社区）", Section),
        ("共3个社区", Section),
        ("State average", Summary),
        ("Weighted average", Summary),
        ("Average per district", Summary),
        ("Overall average", Summary),
        ("Share of total", Summary),
        ("% of total", Summary),
        ("Median (3)", Summary),
    ] {
        let said = words().said(name);
        assert!(words().is_total(name), "{name}");
        assert_eq!(
            said.map(|said| (said.word, said.is_phrase)),
            Some((word, true)),
            "{name}"
        );
        assert!(words().is_loose_total(name) && words().is_phrase(name), "{name}");
    }
    for name in [
        "过次页",
        "承前页",
        "户均",
        "占比",
        "去年同期",
        "同比增长%",
        "Std. dev.",
        "Previous year",
    ] {
        assert!(words().is_total(name) && words().is_loose_total(name), "{name}");
        assert!(
            !words().is_whole(name, None) && !words().is_section(name, None),
            "{name}"
        );
        assert!(words().is_phrase(name), "{name}");
    }
    assert!(words().is_whole("Total 2022", Some(2022)));
    assert!(!words().is_whole("Total 2021", Some(2022)));
    for name in [
        "Overallton",
        "All Saints",
        "Allstate",
        "Total Garden",
        "Stateline",
        "Sharon",
        "Northern group",
        "2022",
        "3",
        "District 3",
        "County",
        "共青路社区",
        "上海路社区",
        "平安社区",
        "合计划（3个）",
        "占比村",
        "第三社区",
        "小区",
    ] {
        assert!(!words().is_total(name), "{name}");
    }
    for (line, is_page) in [
        ("Page 2", true),
        ("page 2 of 3", true),
        ("第2页 共3页", true),
        ("Page", false),
        ("Pageton 2", false),
    ] {
        assert_eq!(words().is_page(line), is_page, "{line}");
    }
}
