//! The summary, in its context and in both languages.

use unicode_width::UnicodeWidthStr;

use super::{NOTHING_DUE, line_with, outcome, pipeline, published, tables};
use crate::domain::{Lang, Severity, Text};
use crate::report::*;
use crate::tables::{IndicatorRow, Table};

#[test]
fn a_goal_is_told_with_start_target_and_verdict() {
    let summary = summarise(&pipeline(), &tables(), &[], NOTHING_DUE);
    let text = render(&summary, &published(), Page::new(Lang::En));
    let rural = line_with(&text, "Rural");
    for part in [
        "12.3 (2015)",
        "49.97",
        "50 (2020)",
        "48.5..49.99",
        "not met",
        "yes",
        "1/2",
    ] {
        assert!(rural.contains(part), "{part} in {rural}");
    }
    assert_eq!(
        summary.others[0].start,
        Some(Start {
            period: "2015".into(),
            value: 9.5,
            published: false
        })
    );
    let chinese = render(&summary, &published(), Page::new(Lang::Zh));
    assert!(line_with(&chinese, "农村社区").contains("未达标"), "{chinese}");
}

#[test]
fn the_member_that_is_ahead_follows_the_direction_of_improvement() {
    let summary = summarise(&pipeline(), &tables(), &[], NOTHING_DUE);
    let lines = &summary.gaps[0].lines;
    assert_eq!(lines[0].indicator, "rural_facility_coverage", "goals come first");
    assert_eq!(lines[0].ahead.as_ref().unwrap().get(Lang::En), "East");
    assert_eq!(
        lines[1].ahead.as_ref().unwrap().get(Lang::En),
        "West",
        "fewer leavers are better"
    );
}

#[test]
fn of_many_pairs_the_first_have_a_section_each() {
    let mut summary = summarise(&pipeline(), &tables(), &[], NOTHING_DUE);
    let text = |summary: &Summary, lang| render(summary, &published(), Page::new(lang));
    let section = summary.gaps[0].clone();
    summary.gaps = vec![section.clone(); 12];
    let english = text(&summary, Lang::En);
    assert_eq!(english.matches("Gap · Macro region").count(), 12);
    assert!(!english.contains("further pair"), "{english}");
    summary.gaps = vec![section; 362];
    let english = text(&summary, Lang::En);
    assert_eq!(english.matches("Gap · Macro region").count(), 12);
    assert!(
        english.contains("\n\nGaps of 350 further pairs in tables/gaps.parquet.\n\n"),
        "{english}"
    );
    let chinese = text(&summary, Lang::Zh);
    assert!(
        chinese.contains("\n\n另有 350 对的差距，见 tables/gaps.parquet。\n\n"),
        "{chinese}"
    );
}

#[test]
fn areas_in_order_are_named_and_the_others_are_shown() {
    let summary = summarise(&pipeline(), &tables(), &[], NOTHING_DUE);
    let section = &summary.reporting[0];
    assert_eq!(
        section.total.as_ref().unwrap().rows_quarantined,
        3,
        "the nation holds the county's rows"
    );
    assert!(section.areas[0].in_order() && !section.areas[1].in_order());
    let text = render(&summary, &published(), Page::new(Lang::Zh));
    assert!(line_with(&text, "北京市").starts_with("其余 1 个地区"), "{text}");
    assert!(line_with(&text, "新疆维吾尔自治区").contains("66.7%"), "{text}");
}

#[test]
fn findings_of_one_kind_are_one_line_the_gravest_first() {
    let summary = summarise(&pipeline(), &tables(), &[], NOTHING_DUE);
    let kinds: Vec<_> = summary
        .findings
        .iter()
        .map(|l| (l.severity, l.code.as_str(), l.count, l.senders))
        .collect();
    assert_eq!(
        kinds,
        [
            (Severity::Hard, "code-scientific", 3, 1),
            (Severity::Info, "unit-converted", 40, 1)
        ]
    );
}

#[test]
fn no_line_is_wider_than_a_hundred_columns() {
    let mut summary = summarise(&pipeline(), &tables(), &[], NOTHING_DUE);
    for line in &mut summary.reporting[0].areas {
        line.on_time = Some(line.expected);
    }
    let many = vec![summary.reporting[0].areas[0].clone(); 40];
    summary.reporting[0].areas.extend(many);
    for lang in [Lang::Zh, Lang::En] {
        let text = render(&summary, &published(), Page::new(lang));
        for line in text.lines() {
            assert!(line.width() <= 100, "{} columns: {line}", line.width());
        }
        assert!(!text.contains('\u{1b}'), "no colour");
    }
}

#[test]
fn a_pipeline_without_goals_or_figures_is_told_too() {
    let mut foreign = pipeline();
    foreign.dimensions.clear();
    for indicator in &mut foreign.indicators {
        indicator.target.clear();
        indicator.baseline.clear();
    }
    let mut tables = tables();
    let summary = summarise(&foreign, &tables, &[], NOTHING_DUE);
    assert!(summary.goals.is_empty() && summary.gaps.is_empty() && summary.others.len() == 2);
    let text = render(&summary, &published(), Page::new(Lang::En));
    assert!(text.contains("Indicators\n") && !text.contains("Verdict"), "{text}");

    tables[1] = Table::of::<IndicatorRow>();
    let reasons = vec![Text::new("没有接受任何行", "no row was accepted")];
    let summary = summarise(&foreign, &tables, &[], NOTHING_DUE);
    let withheld = Outcome {
        release: None,
        lost: false,
        ..outcome(State::Withheld(reasons))
    };
    let text = render(&summary, &withheld, Page::new(Lang::En));
    assert!(
        text.contains("2020: no indicator has any figure") && text.contains("- no row was accepted"),
        "{text}"
    );
    assert!(summary.reporting[0].total.is_some(), "who has reported is told even so");
}

/// Accept a change with `INSTA_UPDATE=always tests/run --lib report`, after reading it as a stranger would.
#[test]
fn the_summary_reads_well() {
    let summary = summarise(&pipeline(), &tables(), &[], NOTHING_DUE);
    insta::assert_snapshot!("summary_zh", render(&summary, &published(), Page::new(Lang::Zh)));
    insta::assert_snapshot!("summary_en", render(&summary, &published(), Page::new(Lang::En)));
}

#[test]
fn a_pipeline_in_one_language_leads_to_the_workbook_that_it_has() {
    let mut summary = summarise(&pipeline(), &tables(), &[], NOTHING_DUE);
    summary.title = Text(std::iter::once(("en".to_owned(), "Health posts".to_owned())).collect());
    let chinese = render(&summary, &published(), Page::new(Lang::Zh));
    assert!(
        chinese.contains("workbook.en.xlsx") && !chinese.contains("workbook.zh.xlsx"),
        "{chinese}"
    );
}
