//! What periods, neighbours and estimates say: the figures are those of the tables, in both languages, and a section is absent without rows.

use super::*;
use crate::report::page::context::Clustered;

const RURAL: &str = "rural_facility_coverage";

fn row_of<'a, R: Row<'a>>(tables: &mut [Table], row: R) {
    let mut tables = tables.iter_mut();
    tables.find(|table| table.name == R::TABLE).unwrap().push(row);
}

/// The tables with a goal that goes on to 2025, a change, a comparison of neighbours, and something that is estimated.
fn filled() -> Vec<Table> {
    let mut tables = all_tables();
    let own = &mut tables;
    let progress = ProgressRow {
        period: "2020",
        area_code: "000000",
        indicator: RURAL,
        target_period: "2025",
        method: "since_baseline",
        required_pace: Some(6.0),
        since_period: Some("2015"),
        pace: Some(7.5),
        projected_value: Some(87.5),
        projected_lower: Some(80.0),
        projected_upper: Some(95.3),
        reached_period: Some("2024"),
        reached_earliest: Some("2023"),
        reached_latest: None,
        prediction_earliest: None,
        prediction_latest: None,
        outlook: "on_track",
        outlook_robust: Some(false),
        ..ProgressRow::default()
    };
    row_of(own, progress);
    row_of(
        own,
        ProgressRow {
            method: "least_squares",
            pace: None,
            since_period: None,
            projected_value: None,
            projected_lower: None,
            projected_upper: None,
            reached_period: None,
            reached_earliest: None,
            pace_null_reason: Some("too_few_periods"),
            outlook: "unknown",
            outlook_robust: None,
            ..progress
        },
    );
    for elsewhere in [
        ProgressRow {
            period: "2015",
            pace: Some(999.0),
            ..progress
        },
        ProgressRow {
            area_code: "110000",
            pace: Some(999.0),
            ..progress
        },
    ] {
        row_of(own, elsewhere);
    }
    let change = ChangeEffectRow {
        earlier: "2015",
        later: "2020",
        scope_code: "000000",
        indicator: RURAL,
        dimension: "macro_region",
        value_change: Some(-7.5),
        mix_effect: Some(2.5),
        rate_effect: Some(-10.0),
        lower: Some(-12.0),
        upper: Some(-0.5),
        sign_identified: Some(true),
        ..ChangeEffectRow::default()
    };
    row_of(own, change);
    for elsewhere in [
        ChangeEffectRow {
            scope_code: "110000",
            value_change: Some(999.0),
            ..change
        },
        ChangeEffectRow {
            earlier: "2010",
            later: "2015",
            value_change: Some(999.0),
            ..change
        },
    ] {
        row_of(own, elsewhere);
    }
    let gini = InequalityRow {
        period: "2020",
        scope_code: "000000",
        indicator: RURAL,
        computed_over: "county",
        inequality_index: "gini",
        value: Some(0.2),
        lower: Some(0.15),
        upper: Some(0.25),
        bounds_kind: Some("exact"),
        n_units: 5,
        ..InequalityRow::default()
    };
    row_of(own, gini);
    row_of(
        own,
        InequalityRow {
            inequality_index: "theil_t",
            value: Some(0.125),
            lower: None,
            upper: None,
            bounds_kind: None,
            bounds_null_reason: Some("no_register"),
            ..gini
        },
    );
    row_of(
        own,
        InequalityRow {
            dimension: Some("macro_region"),
            computed_over: "member",
            value: Some(0.999),
            ..gini
        },
    );
    let converging = ConvergenceRow {
        earlier: "2015",
        later: "2020",
        indicator: RURAL,
        level: "province",
        weighting: "denominator",
        n_units: 31,
        sigma_earlier: Some(0.84),
        sigma_later: Some(0.35),
        sigma_change: Some(-0.49),
        beta: Some(-0.126),
        beta_se: Some(0.007),
        half_life_null_reason: Some("overshooting"),
        ..ConvergenceRow::default()
    };
    row_of(own, converging);
    for other in [
        ConvergenceRow {
            weighting: "unit",
            beta: Some(0.999),
            ..converging
        },
        ConvergenceRow {
            level: "county",
            beta: Some(0.999),
            ..converging
        },
    ] {
        row_of(own, other);
    }
    for (period, between_share) in [("2015", Some(0.5)), ("2020", Some(0.245))] {
        row_of(
            own,
            BetweenShareRow {
                period,
                indicator: RURAL,
                dimension: "macro_region",
                computed_over: "county",
                between_share,
                ..BetweenShareRow::default()
            },
        );
    }
    row_of(
        own,
        SpatialAutocorrelationRow {
            period: "2020",
            indicator: RURAL,
            level: "province",
            morans_i: Some(0.47),
            expected_i: Some(-0.033),
            p_value: Some(0.001),
            n_units: 31,
            ..SpatialAutocorrelationRow::default()
        },
    );
    for (area_code, quadrant, cluster, fdr_significant) in [
        ("110000", "high_high", "high_high", true),
        ("650000", "low_high", "not_significant", false),
    ] {
        row_of(
            own,
            SpatialClusterRow {
                period: "2020",
                area_code,
                indicator: RURAL,
                level: "province",
                quadrant,
                cluster,
                fdr_significant,
                ..SpatialClusterRow::default()
            },
        );
    }
    for (method, value_estimated, null_reason) in [
        ("carried_forward", None, Some("not_estimable")),
        ("hot_deck", Some(49.5), None),
        ("stratum_ratio", Some(49.97), None),
    ] {
        row_of(
            own,
            EstimateRow {
                period: "2020",
                area_code: "000000",
                indicator: RURAL,
                method,
                value_reported: Some(49.97),
                lower: Some(48.5),
                upper: Some(49.99),
                value_estimated,
                imputed_weight_share: value_estimated.map(|_| 0.05),
                null_reason,
                ..EstimateRow::default()
            },
        );
        row_of(
            own,
            EstimateErrorRow {
                period: "2020",
                indicator: RURAL,
                method,
                compared_error: Some(if method == "hot_deck" { 1.5 } else { 2.5 }),
                best: method == "hot_deck",
                ..EstimateErrorRow::default()
            },
        );
    }
    tables
}

fn page() -> Context {
    gathered(&pipeline(), &filled(), &NOBODY)
}

fn headers(figure: &Figure) -> Vec<&str> {
    figure.table.columns.iter().map(|column| column.get(Lang::En)).collect()
}

#[test]
fn a_goal_says_what_pace_is_needed_and_where_its_own_leads() {
    let goals = page().goals.unwrap();
    let pace = goals.lines[0].pace.as_ref().unwrap();
    assert_eq!(
        pace.get(Lang::En),
        "needed: +6 a year · pace so far: +7.5 a year (since 2015) · 87.5 in 2025 at this pace (bounds 80–95.3) · \
         target met by 2024 at this pace (2023 at the earliest by what is missing) · the line meets the target in its period (not robust)"
    );
    assert_eq!(
        pace.get(Lang::Zh),
        "每年需 +6 · 迄今每年 +7.5（自 2015 起） · 按此进度 2025 为 87.5（可能区间 80–95.3） · 2024 达到目标（按缺报界限最早 2023） · 按此进度可如期达到（不稳健）"
    );
    let progress = goals.progress.unwrap();
    assert_eq!(
        progress.headline.get(Lang::En),
        "At their pace 1 of 1 goal would be met in time, 0 not"
    );
    let rural = "Rural comprehensive-facility coverage (%)";
    assert_eq!(
        shown(&progress, Lang::En),
        [
            format!(
                "{rural} | +6 | the line through the baseline and this value | 2015 | +7.5 | 2025 | 87.5 | 80 | 95.3 | 2024 | 2023 | \
                 the line meets the target in its period | no"
            ),
            format!(
                "{rural} | +6 | the least-squares line through all values so far, three at least | – | too_few_periods | 2025 | – | – | – | – | – | \
                 there is no value, or no pace | –"
            ),
        ]
    );
    assert!(
        !headers(&progress).contains(&"Prediction from"),
        "no row has a prediction interval"
    );
}

#[test]
fn a_change_is_split_by_dimension_from_the_middle_of_a_line() {
    let changes = page().changes;
    let labels: Vec<&str> = changes.iter().map(|view| view.label.get(Lang::En)).collect();
    assert_eq!(labels, ["2015 → 2020"]);
    assert_eq!(
        changes[0].about.headline.get(Lang::En),
        "Since 2015, 0 of 1 indicator rose and 1 fell, 1 of them whatever is missing"
    );
    let line = &changes[0].lines[0];
    assert_eq!(
        (line.change.as_str(), line.bounds.as_deref(), line.is_sure),
        ("-7.5", Some("-12 … -0.5"), Some(true))
    );
    // 0 lies at 120, and 7.5 takes the 112 that are left on either side.
    let split = &line.splits[0];
    assert_eq!((split.mix, split.rate), ((120.0, 37.3), (8.0, 149.3)));
    assert_eq!(split.name.get(Lang::Zh), "东中西部");
    assert_eq!(
        shown(&changes[0].about, Lang::En),
        ["Rural comprehensive-facility coverage (%) | -7.5 | -12 | -0.5 | yes | +2.5 | -10"]
    );
    assert_eq!(
        headers(&changes[0].about)[5..],
        ["Macro region: Mix effect", "Macro region: Rate effect"]
    );
}

#[test]
fn an_index_stands_beside_its_curve_with_its_bounds_or_why_it_has_none() {
    let page = page();
    let curve = page.indicators[0].lorenz.as_ref().unwrap();
    let lines = |lang| curve.about.notes.iter().map(|note| note.get(lang)).collect::<Vec<_>>();
    assert_eq!(
        lines(Lang::En),
        [
            "Gini coefficient 0.2 (bounds 0.15–0.25)",
            "Theil's T 0.125 (no bounds: no_register)"
        ]
    );
    assert_eq!(
        lines(Lang::Zh),
        [
            "基尼系数 0.2（可能区间 0.15–0.25）",
            "泰尔 T 指数 0.125（无可能区间：no_register）"
        ]
    );
    let table = page.inequality.unwrap();
    assert_eq!(
        shown(&table, Lang::En),
        [
            "Rural comprehensive-facility coverage (%) | 0.2 | 0.15 | 0.25 | can be reached | 0.125 | no_register | – | – | 5"
        ]
    );
    assert_eq!(
        table.headline.get(Lang::En),
        "Bounds for what is missing are known of 1 of 2 indices of inequality"
    );
}

#[test]
fn convergence_is_that_of_the_partition_level_by_denominators() {
    let page = page();
    let table = page.convergence.unwrap();
    assert_eq!(
        table.headline.get(Lang::En),
        "Since 2015, areas have become more alike in 1 of 1 indicator (σ), and lower ones grew faster in 1 (β)"
    );
    assert_eq!(
        shown(&table, Lang::En),
        [
            "Rural comprehensive-facility coverage (%) | 2015 | 0.84 | 0.35 | -0.49 | -0.126 | 0.007 | overshooting | 31 | 0 | 0"
        ]
    );
    let between = page.between.unwrap();
    assert_eq!(
        between.headline.get(Lang::En),
        "The largest share between groups is 24.5%: Rural comprehensive-facility coverage (%), by Macro region"
    );
    assert_eq!(headers(&between)[1..], ["Period", "Macro region"]);
    let notes: Vec<&str> = between.notes.iter().map(|note| note.get(Lang::En)).collect();
    assert_eq!(notes[2], "–: no theil_t, or it is 0", "the words of the table");
    assert_eq!(
        shown(&between, Lang::Zh),
        [
            "农村社区综合服务设施覆盖率（%） | 2015 | 50%",
            "农村社区综合服务设施覆盖率（%） | 2020 | 24.5%"
        ]
    );
}

#[test]
fn areas_in_a_cluster_are_marked_and_named_in_their_table() {
    let page = page();
    let tiles = page.indicators[0].tiles.as_ref().unwrap();
    let marked: Vec<(&str, Option<&Clustered>)> = (tiles.groups.iter().flat_map(|group| &group.tiles))
        .map(|tile| (tile.name.get(Lang::En), tile.cluster.as_ref()))
        .collect();
    let of = |name: &str| marked.iter().find(|(own, _)| *own == name).unwrap().1;
    let beijing = of("Beijing").unwrap();
    assert_eq!((beijing.kind.as_str(), beijing.is_certain), ("high_high", true));
    assert!(of("Xinjiang").is_none(), "not significant");
    assert_eq!(tiles.about.notes[0].get(Lang::En), "Moran’s I +0.47 (p = 0.001)");
    let cells = shown(&tiles.about, Lang::En);
    assert!(cells[0].ends_with("| high among high (FDR 5 %)"), "{cells:?}");
    assert!(cells[1].ends_with("| –"), "{cells:?}");
    let neighbours = page.neighbours.as_ref().unwrap();
    assert_eq!(
        shown(neighbours, Lang::En),
        ["Rural comprehensive-facility coverage (%) | +0.47 | -0.033 | 0.001 | 31 | 0 | 0"]
    );
    assert_eq!(
        neighbours.headline.get(Lang::Zh),
        "1 项指标中 1 项相邻地区明显相近，0 项明显相异（p < 0.05）"
    );
    let html = render::page(&page);
    assert_eq!(
        html.matches("<u class=\"sure\" title=\"high among high\">▲</u>")
            .count(),
        1
    );
    assert_eq!(
        html.matches("<u class=\"sure\" title=\"高值被高值包围\">▲</u>").count(),
        1
    );
}

#[test]
fn estimates_stand_beside_what_was_reported_with_the_method_that_errs_least() {
    let table = page().estimates.unwrap();
    assert_eq!(
        table.headline.get(Lang::En),
        "1 of 1 figure that lacks something is estimated; at most 5% of a denominator is"
    );
    assert_eq!(
        shown(&table, Lang::En),
        [
            "Rural comprehensive-facility coverage (%) | 50 | 48.5 | 50 | not_estimable | 49.5 | 50 | 5% | Hot deck | 1.5"
        ]
    );
    assert_eq!(shown(&table, Lang::Zh)[0].split(" | ").nth(8), Some("热卡"));
}

#[test]
fn a_section_is_there_with_rows_and_absent_without_them() {
    let sections = [
        "progress",
        "changes",
        "evenness",
        "inequality",
        "convergence",
        "between",
        "neighbours",
        "estimates",
    ];
    let filled = render::page(&page());
    assert_eq!(dangling(&filled), Vec::<String>::new());
    // The small country has indices of inequality nowhere else, and nothing of the other tables.
    let empty = render::page(&small());
    for (lang, told) in [
        (
            "en",
            ["A split is arithmetic, not a cause", "Estimates enter no other figure"],
        ),
        (
            "zh",
            ["分解只是算术，不说明因果", "估计值不进入本页或本版本的任何其他数值"],
        ),
    ] {
        for section in sections {
            let id = format!("id=\"{section}-{lang}\"");
            assert!(filled.contains(&id) && !empty.contains(&id), "{id}");
        }
        for sentence in told {
            assert!(filled.contains(sentence) && !empty.contains(sentence), "{sentence}");
        }
    }
    for section in sections
        .iter()
        .filter(|section| !["changes", "evenness"].contains(section))
    {
        let table = format!("data-csv=\"{section}\"");
        assert_eq!(filled.matches(&table).count(), 2, "{table} in both editions");
    }
    assert_eq!(filled.matches("data-csv=\"change-2015\"").count(), 2);
}
