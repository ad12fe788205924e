//! The page of a small country.

mod compared;
mod groups;
mod many;

use super::context::{Context, Figure};
use super::*;
use crate::domain::{Lang, Lorenz, Period, Reconciled, Text};
use crate::pipeline::{Pipeline, TilePlace};
use crate::report::tests::{pipeline, tables};
use crate::report::{Earlier, EarlierState, Sources, Standing};
use crate::tables::*;

const NOBODY: Earlier = Earlier {
    release: None,
    state: EarlierState::None,
};

/// The tables of a small country, with those that its summary does not need.
fn all_tables() -> Vec<Table> {
    let mut tables = tables();
    tables[0] = with_regions(&tables[0]);
    tables.extend([
        Table::of::<GroupRow>(),
        Table::of::<InequalityRow>(),
        Table::of::<ProgressRow>(),
        Table::of::<ChangeEffectRow>(),
        Table::of::<GapChangeRow>(),
        Table::of::<ConvergenceRow>(),
        Table::of::<BetweenShareRow>(),
        Table::of::<SpatialAutocorrelationRow>(),
        Table::of::<SpatialClusterRow>(),
        Table::of::<EstimateRow>(),
        Table::of::<EstimateErrorRow>(),
    ]);
    tables.push(Table::of::<RevisionRow>());
    tables
}

/// How comparisons ended.
fn reconciled() -> Vec<Reconciled> {
    let rule = |rule: &str, title_en: Option<&str>, counts: &[(&str, u64)]| Reconciled {
        rule: rule.into(),
        title_zh: None,
        title_en: title_en.map(str::to_owned),
        counts: counts
            .iter()
            .map(|(status, count)| ((*status).to_owned(), *count))
            .collect(),
    };
    vec![
        rule("sums", None, &[("agrees", 1), ("differs", 1), ("within_tolerance", 1)]),
        rule("total-row", Some("Total unlike its rows"), &[("left_missing", 1)]),
    ]
}

/// Areas with a classification, which one province has a member of.
fn with_regions(areas: &Table) -> Table {
    let regions = ColumnSpec {
        name: "macro_region".into(),
        kind: ValueKind::Text,
        title: Text::default(),
        unit: None,
        null: Some(Text::default()),
        null_in: None,
        values: Vec::new(),
        value_titles: std::collections::BTreeMap::new(),
        values_of: None,
        caveat: None,
    };
    let mut table = Table::with_more("areas", [regions].into_iter());
    for area in areas.rows::<AreaRow>() {
        table.push_with(area, [Some("west").filter(|_| area.area_code == "650000")]);
    }
    table
}

fn lorenz() -> Lorenz {
    Lorenz {
        period: Period::parse_any("2020").unwrap(),
        indicator: 1,
        level: 2,
        units: 5,
        gini: 0.2,
        corners: vec![(0.0, 0.0), (0.5, 0.312), (1.0, 1.0)],
        tenths: [0.0, 0.06, 0.12, 0.18, 0.25, 0.312, 0.44, 0.58, 0.72, 0.86, 1.0],
    }
}

fn gathered(pipeline: &Pipeline, tables: &[Table], earlier: &Earlier) -> Context {
    gathered_of(pipeline, (tables, &[]), earlier)
}

/// `heads`: those of the tables of the release.
fn gathered_of(pipeline: &Pipeline, (tables, heads): (&[Table], &[TableHead<'_>]), earlier: &Earlier) -> Context {
    let tables: Vec<&Table> = tables.iter().collect();
    let sources = Sources {
        tables: &tables,
        heads,
        reconciled: &reconciled(),
        lorenz: &[lorenz()],
        earlier,
        standing: Standing::Published,
    };
    gather::context(&Gathering::new(pipeline, &sources, &[]))
}

fn small() -> Context {
    gathered(&pipeline(), &all_tables(), &NOBODY)
}

/// Rows of a table as text; what is empty is `–`.
fn shown(figure: &Figure, lang: Lang) -> Vec<String> {
    let cell = |cell: &super::context::Cell| match (&cell.number, &cell.text) {
        (Some(number), _) => number.clone(),
        (None, Some(text)) => text.get(lang).to_owned(),
        (None, None) => "–".to_owned(),
    };
    let row = |row: &Vec<super::context::Cell>| row.iter().map(cell).collect::<Vec<_>>().join(" | ");
    figure.table.rows.iter().map(row).collect()
}

#[test]
fn goals_say_how_far_they_are_and_how_sure() {
    let goals = small().goals.unwrap();
    assert_eq!(
        goals.about.headline.get(Lang::En),
        "0 of 1 goal are met, 0 of them whatever is missing"
    );
    let expected = "Rural comprehensive-facility coverage (%) | 12.3 | 2015 | 49.97 | 48.5 | 49.99 | 50 | 2020 | not met | yes | 1/2";
    assert_eq!(shown(&goals.about, Lang::En), [expected]);
    // From 12.3 to 50: 49.97 lies just before the target, on a line that goes from a quarter before the start to half beyond it.
    let strip = goals.lines[0].strip.as_ref().unwrap();
    assert_eq!((strip.start, strip.now, strip.target), (40.0, 167.9, 168.0));
    assert_eq!(strip.bounds, Some((162.9, 168.0)));
    assert!(!strip.is_cut);
}

#[test]
fn an_indicator_has_its_course_its_areas_and_its_curve() {
    let page = small();
    let titles: Vec<&str> = page.indicators.iter().map(|view| view.title.get(Lang::Zh)).collect();
    assert_eq!(titles, ["农村社区综合服务设施覆盖率（%）", "社会工作者流失率（%）"]);
    let (rural, leaving) = (&page.indicators[0], &page.indicators[1]);
    let course = leaving.trend.as_ref().unwrap();
    assert_eq!(
        course.about.headline.get(Lang::En),
        "Rose from 9.5 in 2015 to 20.2 in 2020"
    );
    assert_eq!(course.about.headline.get(Lang::Zh), "从 9.5（2015）升至 20.2（2020）");
    assert_eq!((course.points.len(), course.lines.len(), course.bands.len()), (2, 1, 0));
    assert!(course.points[1].y < course.points[0].y, "up is more");
    let tiles = rural.tiles.as_ref().unwrap();
    assert_eq!(
        tiles.about.headline.get(Lang::En),
        "Highest in Beijing (90), lowest in Xinjiang (20)"
    );
    let groups: Vec<&str> = tiles
        .groups
        .iter()
        .flat_map(|group| &group.title)
        .map(|title| title.get(Lang::En))
        .collect();
    assert_eq!(groups, ["West", "Other"]);
    assert!(leaving.tiles.is_none() && leaving.lorenz.is_none());
    let curve = rural.lorenz.as_ref().unwrap();
    assert_eq!(
        curve.about.headline.get(Lang::En),
        "The half with the lowest values has 31.2% of the total; Gini coefficient 0.2"
    );
    assert_eq!(curve.line, "46,214 146,151.6 246,14");
    assert_eq!(shown(&curve.about, Lang::En)[5], "50% | 31.2%");
}

#[test]
fn a_group_is_ahead_where_it_is_better_off() {
    let page = small();
    let gap = &page.gaps[0];
    // East has more coverage, and more who leave.
    assert_eq!(
        gap.about.headline.get(Lang::En),
        "East is ahead of West in 1 of 2 indicators with a direction, in 1 of them whatever is missing"
    );
    assert_eq!(gap.blocks.len(), 1, "both are percentages");
    let line = &gap.blocks[0].lines[0];
    assert_eq!((line.a, line.b, line.gap.as_str()), (232.0, 105.6, "+39.5"));
    assert_eq!(line.mix, None);
}

#[test]
fn reporting_names_the_period_and_the_area_with_the_smallest_share() {
    let page = small();
    let form = &page.reporting[0];
    assert_eq!(
        form.about.headline.get(Lang::En),
        "4 of 5 reporters sent something usable (80%); the smallest share is that of Xinjiang (66.7%)"
    );
    let row = |row: &super::context::HeatRow| {
        let cells = row.cells.iter().map(|cell| format!("{} {}", cell.shade, cell.of));
        format!("{} {}", row.area.get(Lang::En), cells.collect::<Vec<_>>().join(" "))
    };
    let rows: Vec<String> = form.rows.iter().map(row).collect();
    assert_eq!(rows, ["China 3 4/5", "Beijing 5 2/2", "Xinjiang 2 2/3"]);
}

#[test]
fn figures_agree_or_differ_or_cannot_be_compared() {
    let stacks = small().reconciliation.unwrap();
    assert_eq!(
        stacks.about.headline.get(Lang::En),
        "2 of 3 comparable figures agree (66.7%)"
    );
    let counts: Vec<String> = shown(&stacks.about, Lang::En);
    assert_eq!(
        counts,
        [
            "sums | sums | 2 | 1 | 0 | 0",
            "Total unlike its rows | total-row | 0 | 0 | 0 | 1"
        ]
    );
}

#[test]
fn what_changed_is_told_with_its_cause() {
    let mut tables = all_tables();
    let steps = tables.last_mut().unwrap();
    for (area_code, cause, after) in [
        ("000000", "late_submission", 49.97),
        ("110000", "late_submission", 90.0),
        ("650000", "correction", 20.0),
    ] {
        steps.push(RevisionRow {
            period: "2020",
            area_code,
            indicator: "rural_facility_coverage",
            unit: "percent",
            step: 1,
            cause,
            value_before: Some(40.0),
            value_after: Some(after),
            value_change: Some(after - 40.0),
            figure_before: Some(40.0),
            figure_after: Some(after),
            ..RevisionRow::default()
        });
    }
    let earlier = Earlier {
        release: Some("000001-3fa2c1d0".into()),
        state: EarlierState::Compared,
    };
    let view = gathered(&pipeline(), &tables, &earlier).revisions;
    assert_eq!(
        view.about.headline.get(Lang::En),
        "3 figures changed, mostly by late submissions"
    );
    assert!(
        view.about
            .subtitle
            .get(Lang::En)
            .ends_with("since release 000001-3fa2c1d0")
    );
    let causes: Vec<(&str, f64)> = view.causes.iter().map(|bar| (bar.count.as_str(), bar.length)).collect();
    assert_eq!(causes, [("2", 240.0), ("1", 120.0)]);
    assert_eq!(
        shown(&view.about, Lang::En),
        ["Rural comprehensive-facility coverage (%) | 2020 | 40 | 50 | +9.97 | late submissions"]
    );
    assert!(
        small()
            .revisions
            .about
            .headline
            .get(Lang::En)
            .starts_with("This is the first release")
    );
}

#[test]
fn a_period_of_which_little_has_come_is_not_the_latest() {
    let mut tables = all_tables();
    let reporting = tables.iter_mut().find(|table| table.name == "reporting").unwrap();
    reporting.push(ReportingRow {
        period: "2021",
        form: "communities",
        area_code: "000000",
        level: "nation",
        expected: 5,
        received: 1,
        usable: 1,
        usable_share: Some(0.2),
        ..ReportingRow::default()
    });
    let open = Pipeline {
        periods: ["2015", "2020", "2021"]
            .map(|text| Period::parse_any(text).unwrap())
            .to_vec(),
        ..pipeline()
    };
    let page = gathered(&open, &tables, &NOBODY);
    assert_eq!(page.period.as_deref(), Some("2020"));
    let notes: Vec<&str> = page.reporting[0]
        .about
        .notes
        .iter()
        .map(|note| note.get(Lang::En))
        .collect();
    assert_eq!(notes, ["2021 is under way: 1 of 5 have been received."]);
}

#[test]
fn areas_with_a_place_lie_on_a_map_and_the_others_beside_it() {
    let place = |row, column, en| TilePlace {
        row,
        column,
        label: Text::new("格", en),
    };
    let mut mapped = pipeline();
    mapped.report.tiles = [
        ("650000".to_owned(), place(2, 1, "XJ")),
        ("no area".to_owned(), place(1, 1, "")),
    ]
    .into();
    let page = gathered(&mapped, &all_tables(), &NOBODY);
    let tiles = page.indicators[0].tiles.as_ref().unwrap();
    let map: Vec<_> = (tiles.map.iter())
        .map(|placed| {
            (
                placed.row,
                placed.column,
                placed.label.get(Lang::En),
                placed.tile.name.get(Lang::En),
            )
        })
        .collect();
    assert_eq!(map, [(2, 1, "XJ", "Xinjiang")]);
    let beside: Vec<&str> = (tiles.groups.iter().flat_map(|group| &group.tiles))
        .map(|tile| tile.name.get(Lang::En))
        .collect();
    assert!(
        beside.contains(&"Beijing") && !beside.contains(&"Xinjiang"),
        "{beside:?}"
    );
    let html = render::page(&page);
    assert!(html.contains(".p2-1{grid-area:2/1}"), "its place stands in the style");
    assert!(html.contains(" p2-1\"><abbr title=\"Xinjiang\">XJ</abbr>"));
}

#[test]
fn what_others_wrote_stays_text_and_the_same_tables_give_the_same_bytes() {
    let hostile = "<script>alert(1)</script>\"'&";
    let mut foreign = pipeline();
    foreign.title = Text(std::collections::BTreeMap::from([(
        "fr".to_owned(),
        hostile.to_owned(),
    )]));
    foreign.indicators[1].title = Text::new(hostile, hostile);
    let html = render::page(&gathered(&foreign, &all_tables(), &NOBODY));
    assert_eq!(html.matches("<script").count(), 1, "only our own");
    assert!(html.contains("&lt;script&gt;alert(1)"));
    // A language that is neither falls back to what there is, and English leads.
    assert!(html.contains("<html lang=\"en\">"));
    assert_eq!(html, render::page(&gathered(&foreign, &all_tables(), &NOBODY)));
}

#[test]
fn a_page_of_nothing_can_be_read() {
    let empty: Vec<Table> = all_tables()
        .iter()
        .map(|table| match table.name.as_str() {
            "areas" => table.picked(&[0]),
            _ => table.picked(&[]),
        })
        .collect();
    let page = gathered(&pipeline(), &empty, &NOBODY);
    assert_eq!(
        (page.period.as_deref(), page.indicators.len(), page.gaps.len()),
        (None, 0, 0)
    );
    assert!(render::page(&page).contains("Read"));
}

/// Ids that a page names and does not have, and ids that it has twice.
fn dangling(html: &str) -> Vec<String> {
    let after = |mark: &'static str| html.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
    let ids: Vec<&str> = after(" id=\"").collect();
    let named = [" href=\"#", " for=\"", " aria-labelledby=\""]
        .into_iter()
        .flat_map(after);
    let lacking = named.flat_map(str::split_whitespace).filter(|id| !ids.contains(id));
    let doubled = ids
        .iter()
        .enumerate()
        .filter(|(at, id)| ids[..*at].contains(id))
        .map(|(_, id)| *id);
    lacking.chain(doubled).map(str::to_owned).collect()
}

#[test]
fn every_id_is_there_once_and_headings_descend_one_by_one() {
    let html = render::page(&small());
    assert_eq!(dangling(&html), Vec::<String>::new());
    for edition in html.split("data-edition=\"").skip(1).take(2) {
        let mut before = 0;
        let levels = edition
            .match_indices("<h")
            .filter_map(|(at, _)| edition[at + 2..].chars().next()?.to_digit(10));
        for level in levels {
            assert!(level <= before + 1, "h{level} follows h{before}");
            before = level;
        }
        assert!(before > 0);
    }
    for svg in html.split("<svg ").skip(1) {
        let named = svg.contains("role=\"img\"") == svg.split("</svg>").next().unwrap().contains("<title");
        let hidden = svg.split('>').next().unwrap().contains("aria-hidden=\"true\"");
        assert!(named || hidden, "{}", &svg[..200]);
    }
}
