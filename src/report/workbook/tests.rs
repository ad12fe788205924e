//! The workbook of a small country.

mod on_boundaries;

use super::model::{About, Book, Cell, Sheet};
use super::*;
use crate::domain::{Lorenz, Reconciled};
use crate::pipeline::Pipeline;
use crate::report::tests::{pipeline, tables};
use crate::report::{Earlier, EarlierState, Sources, Standing};
use crate::tables::*;

const NOBODY: Earlier = Earlier {
    release: None,
    state: EarlierState::None,
};

/// The tables of a small country, with groups and inequality.
fn all_tables() -> Vec<Table> {
    let mut tables = tables();
    let mut groups = Table::of::<GroupRow>();
    for (period, member, value) in [
        ("2015", "east", Some(20.0)),
        ("2020", "east", Some(70.0)),
        ("2020", "west", None),
    ] {
        groups.push(GroupRow {
            period,
            scope_code: "000000",
            indicator: "rural_facility_coverage",
            dimension: "macro_region",
            member,
            value,
            null_reason: value.is_none().then_some("no_data"),
            ..GroupRow::default()
        });
    }
    let mut inequality = Table::of::<InequalityRow>();
    for (dimension, computed_over, inequality_index, value) in [
        (None, "county", "gini", 0.25),
        (None, "county", "theil_t", 0.125),
        (Some("macro_region"), "member", "gini", 0.5),
    ] {
        inequality.push(InequalityRow {
            period: "2020",
            scope_code: "000000",
            indicator: "rural_facility_coverage",
            dimension,
            computed_over,
            inequality_index,
            value: Some(value),
            n_units: 2,
            ..InequalityRow::default()
        });
    }
    tables.extend([groups, inequality]);
    tables
}

/// Gathers, and gives what `ask` makes of it.
fn gathered<T>(pipeline: &Pipeline, tables: &[Table], standing: Standing, ask: impl Fn(&Gathering<'_>) -> T) -> T {
    let tables: Vec<&Table> = tables.iter().collect();
    let reconciled = [Reconciled {
        rule: "sums".into(),
        title_zh: None,
        title_en: Some("Sums".into()),
        counts: [("agrees".to_owned(), 3), ("differs".to_owned(), 1)].into(),
    }];
    let lorenz: [Lorenz; 0] = [];
    let sources = Sources {
        tables: &tables,
        heads: &[],
        reconciled: &reconciled,
        lorenz: &lorenz,
        earlier: &NOBODY,
        standing,
    };
    ask(&Gathering::new(pipeline, &sources, &[]))
}

fn with_book<T>(lang: Lang, ask: impl Fn(&Book<'_>) -> T) -> T {
    gathered(&pipeline(), &all_tables(), Standing::Published, |all| {
        let names = Names::new(all, lang);
        ask(&gather::book(all, &names))
    })
}

/// A row as text, with numbers as they are held.
fn shown(row: &[Cell<'_>]) -> String {
    let cell = |cell: &Cell<'_>| match cell {
        Cell::Empty => "–".to_owned(),
        Cell::Text(text) => text.to_string(),
        Cell::Number(number, shown) => format!("{number} {shown:?}"),
    };
    row.iter().map(cell).collect::<Vec<_>>().join(" | ")
}

fn sheet<'b, 'a>(book: &'b Book<'a>, name: &str) -> &'b Sheet<'a> {
    let mut sheets = book.sheets.iter();
    sheets
        .find(|sheet| sheet.name == name)
        .unwrap_or_else(|| panic!("no sheet {name}"))
}

#[test]
fn a_workbook_has_a_sheet_for_each_question_in_its_language() {
    let names = |lang| {
        with_book(lang, |book| {
            book.sheets.iter().map(|sheet| sheet.name).collect::<Vec<_>>()
        })
    };
    let english = [
        "Goals",
        "Over time",
        "Areas",
        "Indicators",
        "Gaps",
        "Gap charts",
        "Groups",
        "Inequality",
        "Reporting",
        "Reconciliation",
        "Findings",
        "Definitions",
        "Columns",
    ];
    assert_eq!(
        names(Lang::En),
        english,
        "one period has no course, and nothing is open that moves a figure"
    );
    assert_eq!(names(Lang::Zh)[0], "目标");
    assert_eq!(names(Lang::Zh).len(), english.len());
}

#[test]
fn goals_hold_exact_numbers_with_the_decimals_that_tell_them_from_the_target() {
    with_book(Lang::En, |book| {
        let goals = sheet(book, "Goals");
        assert_eq!(goals.title, "Goals and how far they are reached · China · 2020");
        let expected = "Rural comprehensive-facility coverage | % | 12.3 Plain(1) | 2015 | yes | 49.97 Plain(2) | 48.5 Plain(1) | \
                        49.99 Plain(2) | 50 Plain(0) | 2020 | not met | yes | 1 Plain(0) | 2 Plain(0) | –";
        assert_eq!(goals.rows.iter().map(|row| shown(row)).collect::<Vec<_>>(), [expected]);
    });
}

#[test]
fn areas_have_a_row_for_each_period_and_a_column_for_each_indicator() {
    with_book(Lang::En, |book| {
        let areas = sheet(book, "Areas");
        let titles: Vec<&str> = areas.columns.iter().map(|column| column.title.as_str()).collect();
        let expected = [
            "Period",
            "Code",
            "Area",
            "Rural comprehensive-facility coverage (%)",
            "Social workers who left (%)",
        ];
        assert_eq!(titles, expected);
        let rows: Vec<String> = areas.rows.iter().map(|row| shown(row)).collect();
        let expected = [
            "2020 | 000000 | China | 49.97 Plain(0) | 20.25 Plain(1)",
            "2020 | 110000 | Beijing | 90 Plain(0) | –",
            "2020 | 650000 | Xinjiang | 20 Plain(0) | –",
            "2015 | 000000 | China | – | 9.5 Plain(1)",
        ];
        assert_eq!(rows, expected);
        let detail = sheet(book, "Indicators");
        assert_eq!(detail.rows.len(), 5, "every row of the table");
    });
}

#[test]
fn a_table_as_published_has_its_titles_and_names_in_the_language_of_the_workbook() {
    let mut tables = all_tables();
    tables.retain(|table| table.name != RankRow::TABLE);
    let mut ranks = Table::of::<RankRow>();
    for (period, rank) in [("2015", 2), ("2020", 1)] {
        ranks.push(RankRow {
            period,
            indicator: "rural_facility_coverage",
            indicator_title_en: Some("not shown twice"),
            area_code: "650000",
            area_name: Some("新疆维吾尔自治区"),
            level: "province",
            ranked_by: "higher",
            value: Some(64.25),
            unit: "percent",
            rank_by_value: Some(rank),
            n_ranked: 1,
            ..RankRow::default()
        });
    }
    tables.push(ranks);
    gathered(&pipeline(), &tables, Standing::Published, |all| {
        let expected = [
            (
                Lang::En,
                "Ranks",
                "2020 | Rural comprehensive-facility coverage | 650000 | Xinjiang | province | higher values, which are better | 64.25 Plain(1)",
            ),
            (
                Lang::Zh,
                "地区排名",
                "2020 | 农村社区综合服务设施覆盖率 | 650000 | 新疆维吾尔自治区 | province | 高值在前（高为优） | 64.25 Plain(1)",
            ),
        ];
        for (lang, name, row) in expected {
            let names = Names::new(all, lang);
            let book = gather::book(all, &names);
            let sheet = sheet(&book, name);
            let of_latest: Vec<String> = sheet.rows.iter().map(|row| shown(&row[..7])).collect();
            assert_eq!(of_latest, [row]);
            assert_eq!(sheet.columns.len(), sheet.rows[0].len());
        }
    });
}

#[test]
fn the_latest_period_comes_first_also_where_a_row_compares_two() {
    let mut tables = all_tables();
    tables.retain(|table| !["gap_mixes", "product_effects"].contains(&table.name.as_str()));
    let (mut mixes, mut products) = (Table::of::<GapMixRow>(), Table::of::<ProductEffectRow>());
    for period in ["2015", "2020"] {
        mixes.push(GapMixRow {
            period,
            scope_code: "000000",
            indicator: "staff_leaving",
            dimension: "macro_region",
            a: "east",
            b: "west",
            stratum_dimension: "macro_region",
            ..GapMixRow::default()
        });
    }
    for (earlier, later) in [("2010", "2015"), ("2010", "2020"), ("2015", "2020")] {
        products.push(ProductEffectRow {
            earlier,
            later,
            area_code: "000000",
            indicator: "staff_leaving",
            factor_indicator: "rural_facility_coverage",
            ..ProductEffectRow::default()
        });
    }
    tables.extend([mixes, products]);
    gathered(&pipeline(), &tables, Standing::Published, |all| {
        let names = Names::new(all, Lang::En);
        let book = gather::book(all, &names);
        let periods = |name: &str, columns: usize| -> Vec<String> {
            let rows = sheet(&book, name).rows.iter();
            rows.map(|row| shown(&row[..columns])).collect()
        };
        assert_eq!(periods("Gap mixes", 1), ["2020", "2015"]);
        assert_eq!(periods("Products", 2), ["2010 | 2020", "2015 | 2020", "2010 | 2015"]);
    });
}

#[test]
fn a_near_miss_is_not_shown_as_the_target() {
    let mut tables = all_tables();
    let mut table = Table::of::<IndicatorRow>();
    for period in ["2015", "2020"] {
        table.push(IndicatorRow {
            period,
            area_code: "000000",
            indicator: "rural_facility_coverage",
            value: Some(49.97),
            target: Some(50.0),
            ..IndicatorRow::default()
        });
    }
    tables[1] = table;
    gathered(&pipeline(), &tables, Standing::Published, |all| {
        let names = Names::new(all, Lang::En);
        let book = gather::book(all, &names);
        assert_eq!(shown(&sheet(&book, "Areas").rows[0][3..4]), "49.97 Plain(2)");
        assert_eq!(shown(&sheet(&book, "Indicators").rows[0][5..6]), "49.97 Plain(2)");
        let course = sheet(&book, "Over time");
        let expected = [
            "Rural comprehensive-facility coverage | % | Value | 49.97 Plain(2) | 49.97 Plain(2)",
            "Rural comprehensive-facility coverage | % | Target | 50 Plain(0) | 50 Plain(0)",
        ];
        assert_eq!(course.rows.iter().map(|row| shown(row)).collect::<Vec<_>>(), expected);
        let charts = &sheet(&book, "Goal charts").charts;
        assert_eq!(charts.len(), 1);
        assert_eq!(
            charts[0].series.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["Value", "Target"]
        );
        assert_eq!(charts[0].series[1].values.rows, Some((1, 1)));
    });
}

#[test]
fn gaps_groups_and_inequality_are_named_and_charts_draw_the_rows_of_their_sheet() {
    with_book(Lang::En, |book| {
        let gaps = sheet(book, "Gaps");
        assert!(shown(&gaps.rows[0]).starts_with(
            "2020 | Rural comprehensive-facility coverage | Macro region | East | West | 70 Plain(0) | 30.5 Plain(1) | 39.5 Signed(1)"
        ));
        let charts = &sheet(book, "Gap charts").charts;
        assert_eq!(charts.len(), 1, "that of the goal");
        assert_eq!(charts[0].categories.rows, Some((0, 0)));
        assert_eq!(
            charts[0].told,
            "East / West · Macro region · 2020. Rural comprehensive-facility coverage: 70 / 30.5"
        );
        let groups: Vec<String> = sheet(book, "Groups").rows.iter().map(|row| shown(&row[..5])).collect();
        assert_eq!(
            groups[0],
            "2020 | Rural comprehensive-facility coverage | Macro region | East | 70 Plain(0)"
        );
        assert!(groups[2].starts_with("2015 |"), "the latest period comes first");
        assert_eq!(shown(&sheet(book, "Groups").rows[1][13..14]), "no_data");
        let inequality: Vec<String> = sheet(book, "Inequality").rows.iter().map(|row| shown(row)).collect();
        let expected = [
            "2020 | Rural comprehensive-facility coverage | (no groups) | county | 2 Plain(0) | 0.25 Plain(2) | 0.125 Plain(3)",
            "2020 | Rural comprehensive-facility coverage | Macro region | groups | 2 Plain(0) | 0.5 Plain(1) | –",
        ];
        assert_eq!(inequality, expected);
    });
}

#[test]
fn every_column_is_explained() {
    for lang in [Lang::Zh, Lang::En] {
        with_book(lang, |book| {
            let told: Vec<String> = sheet(book, words::COLUMNS.get(lang))
                .rows
                .iter()
                .map(|row| shown(&row[..2]))
                .collect();
            for sheet in &book.sheets {
                for column in &sheet.columns {
                    let title = match &column.about {
                        About::Table { each: Some(each), .. } => each,
                        _ => &column.title,
                    };
                    let place = format!("{} | {title}", sheet.name);
                    assert_eq!(told.iter().filter(|told| **told == place).count(), 1, "{place}");
                }
            }
        });
    }
}

#[test]
fn what_must_not_be_quoted_says_so_in_every_language() {
    gathered(&pipeline(), &all_tables(), Standing::Withheld, |all| {
        let warnings = gather::book(all, &Names::new(all, Lang::Zh)).warnings;
        assert_eq!(warnings[0], "模拟数据，非真实统计，不得引用。");
        assert_eq!(warnings[1], "未通过发布门槛的一次运行，不得引用。");
        assert_eq!(warnings[2], "Synthetic data, no real statistics: never to be quoted.");
        assert_eq!(warnings[3], "A run that the gate withheld: never to be quoted.");
    });
    let real = Pipeline {
        synthetic: false,
        ..pipeline()
    };
    gathered(&real, &all_tables(), Standing::Published, |all| {
        assert!(gather::book(all, &Names::new(all, Lang::Zh)).warnings.is_empty());
    });
}

#[test]
fn more_rows_than_a_sheet_holds_are_told() {
    let mut tables = all_tables();
    let mut table = Table::of::<IndicatorRow>();
    let row = |period| IndicatorRow {
        period,
        area_code: "000000",
        indicator: "staff_leaving",
        value: Some(1.0),
        ..IndicatorRow::default()
    };
    (0..fields::ROWS).for_each(|_| table.push(row("2015")));
    (0..3).for_each(|_| table.push(row("2020")));
    tables[1] = table;
    gathered(&pipeline(), &tables, Standing::Published, |all| {
        let names = Names::new(all, Lang::En);
        let book = gather::book(all, &names);
        let detail = sheet(&book, "Indicators");
        assert_eq!((detail.rows.len(), detail.left_out.rows), (fields::ROWS, 3));
        assert_eq!(shown(&detail.rows[2][..1]), "2020", "the earliest period is cut");
    });
    assert_eq!(
        crate::report::words::left_out(3, 1).get(Lang::En),
        "3 rows and 1 column more are in tables/, not here."
    );
}

#[test]
fn a_pipeline_has_the_workbooks_of_its_languages() {
    let tagged = |tags: &[&str]| Text(tags.iter().map(|tag| ((*tag).to_owned(), "A".to_owned())).collect());
    assert_eq!(languages(&tagged(&["en", "zh"])), [Lang::En, Lang::Zh]);
    assert_eq!(languages(&tagged(&["zh"])), [Lang::Zh]);
    assert_eq!(languages(&tagged(&["fr"])), [Lang::En]);
    assert_eq!(languages(&Text::default()), [Lang::En]);
}

#[test]
fn names_of_sheets_are_within_the_limits_of_a_spreadsheet() {
    for lang in [Lang::Zh, Lang::En] {
        let mut names: Vec<&str> = words::TITLES.iter().map(|(name, _, _)| name.get(lang)).collect();
        names.push(words::CONTENTS.get(lang));
        for name in &names {
            assert!(
                name.chars().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\', '\'']),
                "{name}"
            );
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let made = || {
        gathered(&pipeline(), &all_tables(), Standing::Published, |all| {
            let files = workbooks(all, &std::env::temp_dir()).unwrap();
            files
                .into_iter()
                .map(|file| (file.lang, file.bytes))
                .collect::<Vec<_>>()
        })
    };
    let (one, other) = (made(), made());
    assert_eq!(one.len(), 2);
    assert!(one == other);
}

/// Programs that do not read the figures of a chart from its cells show the copy in the chart.
#[test]
fn charts_have_a_copy_of_their_figures_and_categories() {
    gathered(&pipeline(), &all_tables(), Standing::Published, |all| {
        for file in workbooks(all, &std::env::temp_dir()).unwrap() {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file.bytes)).unwrap();
            let charts: Vec<String> = (archive.file_names().map(|name| name.unwrap().into_owned()))
                .filter(|name| name.starts_with("xl/charts/chart"))
                .collect();
            assert!(!charts.is_empty());
            for name in charts {
                let text = std::io::read_to_string(archive.by_name(&name).unwrap()).unwrap();
                assert!(
                    text.contains("<c:strCache>") && text.contains("<c:numCache>"),
                    "{name}: {text}"
                );
                assert!(text.contains("<c:pt "), "{name}: {text}");
            }
        }
    });
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let missing = std::env::temp_dir().join("no such folder of huizong");
    gathered(&pipeline(), &all_tables(), Standing::Published, |all| {
        let error = workbooks(all, &missing).err().unwrap().to_string();
        assert!(error.contains("no such folder of huizong"), "{error}");
    });
}

#[test]
fn the_first_sheet_names_publisher_and_contact_and_formulas_are_in_the_language_of_the_workbook() {
    for (lang, expected, formula) in [
        (
            Lang::En,
            [
                ("Publisher", "Bureau of Civil Statistics"),
                ("Contact", "Statistics desk, desk@example.org"),
            ],
            "higher is better",
        ),
        (Lang::Zh, [("发布", "民政统计司"), ("联系", "统计处")], "高为优"),
    ] {
        with_book(lang, |book| {
            for (label, text) in expected {
                assert!(
                    book.about.contains(&(label.to_owned(), text.to_owned())),
                    "{:?}",
                    book.about
                );
            }
            let definitions = sheet(book, words::DEFINITIONS.get(lang));
            let first = shown(&definitions.rows[0]);
            let foreign = if lang == Lang::En {
                "高为优"
            } else {
                "higher is better"
            };
            assert!(first.contains(formula) && !first.contains(foreign), "{first}");
        });
    }
}
