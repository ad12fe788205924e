//! What groups say: how gaps have changed, and the members of two dimensions at once.

use super::*;
use crate::pipeline::{AreaSource, Dimension, DimensionLevel, Member, RollUp};
use crate::report::page::context::CrossCell;

const RURAL: &str = "rural_facility_coverage";

fn row_of<'a, R: Row<'a>>(tables: &mut [Table], row: R) {
    let mut tables = tables.iter_mut();
    tables.find(|table| table.name == R::TABLE).unwrap().push(row);
}

/// A gap of the rural goal that widened since 2015, of which either group adds a part.
fn widened() -> GapChangeRow<'static> {
    GapChangeRow {
        earlier: "2015",
        later: "2020",
        scope_code: "000000",
        indicator: RURAL,
        dimension: "macro_region",
        a: "east",
        b: "west",
        gap_earlier: Some(20.0),
        gap_later: Some(40.0),
        gap_change: Some(20.0),
        ratio_change: Some(-0.5),
        mix_effect_a: Some(10.0),
        rate_effect_a: Some(30.0),
        mix_effect_b: Some(-4.0),
        rate_effect_b: Some(-16.0),
        lower: Some(5.0),
        upper: Some(28.0),
        sign_identified: Some(true),
        ..GapChangeRow::default()
    }
}

#[test]
fn a_change_of_a_gap_is_split_by_its_groups_one_after_the_other() {
    let mut tables = all_tables();
    let own = &mut tables;
    let widened = widened();
    row_of(own, widened);
    row_of(
        own,
        GapChangeRow {
            indicator: "staff_leaving",
            gap_earlier: Some(1.0),
            gap_later: Some(-0.5),
            gap_change: Some(-1.5),
            ratio_change: None,
            ratio_null_reason: Some("zero_denominator"),
            mix_effect_a: None,
            effects_null_reason: Some("zero_denominator"),
            lower: None,
            upper: None,
            sign_identified: None,
            bounds_null_reason: Some("no_register"),
            ..widened
        },
    );
    // A later start stands in the table alone.
    row_of(
        own,
        GapChangeRow {
            earlier: "2018",
            gap_earlier: Some(50.0),
            gap_change: Some(-10.0),
            ..widened
        },
    );
    for elsewhere in [
        GapChangeRow {
            later: "2018",
            ..widened
        },
        GapChangeRow {
            scope_code: "110000",
            ..widened
        },
        GapChangeRow {
            earlier: "2010",
            gap_change: None,
            ..widened
        },
    ] {
        row_of(own, elsewhere);
    }
    let page = gathered(&pipeline(), &tables, &NOBODY);
    let view = page.gaps[0].changes.as_ref().unwrap();
    assert_eq!(
        view.about.headline.get(Lang::En),
        "Since 2015 the gap has widened in 1 of 2 indicators, narrowed in 0 and reversed in 1; 1 of these changes has the same sign whatever is missing"
    );
    assert_eq!(
        view.about.headline.get(Lang::Zh),
        "与 2015 相比，2 项指标中 1 项差距扩大，0 项缩小，1 项反转；其中 1 项变化的方向无论缺失数据如何都成立"
    );
    // The goal alone is drawn.
    let [line] = &view.lines[..] else {
        panic!("{:?}", view.lines)
    };
    assert_eq!(
        (
            line.course.as_deref(),
            line.change.as_str(),
            line.turn.as_ref().unwrap().get(Lang::En)
        ),
        (Some("+20 → +40"), "+20", "wider")
    );
    assert_eq!((line.bounds.as_deref(), line.is_sure), (Some("+5 … +28"), Some(true)));
    // 0 lies at 120, and 40 takes the 112 on the right: east leads there, and west back to 20.
    let split = |at: usize| {
        (
            line.splits[at].name.get(Lang::En),
            line.splits[at].mix,
            line.splits[at].rate,
        )
    };
    assert_eq!(split(0), ("East", (120.0, 28.0), (148.0, 84.0)));
    assert_eq!(split(1), ("West", (220.8, 11.2), (176.0, 44.8)));
    assert_eq!(line.splits[1].effects, ("-4".to_owned(), "-16".to_owned()));
    assert_eq!(
        shown(&view.about, Lang::En),
        [
            "Rural comprehensive-facility coverage (%) | 2015 | +20 | +40 | +20 | +5 | +28 | yes | -0.5 | +10 | +30 | -4 | -16",
            "Rural comprehensive-facility coverage (%) | 2018 | +50 | +40 | -10 | +5 | +28 | yes | -0.5 | +10 | +30 | -4 | -16",
            "Social workers who left (%) | 2015 | +1 | -0.5 | -1.5 | no_register | – | – | zero_denominator | zero_denominator | +30 | -4 | -16",
        ]
    );
    assert_eq!(
        view.about.notes[0].get(Lang::En),
        "The drawing has 1 of 2 indicators, goals first; the table below has all."
    );
    assert!(!page.gap_notes.is_empty());
    let html = render::page(&page);
    // The figures of the list have headings.
    let heads = "<li class=\"heads\"><span>Indicator ·</span> <span class=\"figures\"><span>gap before → after</span> <strong>change</strong>";
    assert!(html.contains(heads) && html.contains("<li>Group<i></i><b>mix</b><b>rate</b>"));
    assert!(html.contains("<span>差距：前期 → 后期</span>") && html.contains("<li>组<i></i><b>构成</b><b>水平</b>"));
    assert_eq!(super::dangling(&html), Vec::<String>::new());
    assert_eq!(
        html.matches("href=\"#d0-0-1\"").count(),
        2,
        "both editions draw the same strip"
    );
}

#[test]
fn gaps_of_one_period_have_no_change() {
    let page = small();
    assert!(page.gaps[0].changes.is_none() && page.gap_notes.is_empty());
    assert!(page.crosses.is_empty() && page.cross_effects.is_empty());
}

/// A pipeline with regions, kinds of ground, and a dimension that crosses both.
pub(super) fn crossing() -> Pipeline {
    let member = |id: &str, title: &str| Member {
        id: id.into(),
        title: Text::new(title, title),
    };
    let dimension = |id: &str, source: AreaSource, members: Vec<Member>| Dimension {
        id: id.into(),
        title: Text::new(id, id),
        level: DimensionLevel::Area { level: 1, source },
        members,
        ordered: false,
        order_basis: Text::default(),
        compare: Vec::new(),
        reference: None,
        strata: Vec::new(),
    };
    let mut crossing = pipeline();
    crossing.dimensions.push(dimension(
        "ground",
        AreaSource::Registry,
        vec![
            member("hill", "Hill"),
            member("plain", "Plain"),
            member("unknown", "Unknown"),
        ],
    ));
    let pairs = ["east_hill", "east_plain", "west_hill", "west_plain"];
    let members = pairs
        .map(|id| member(id, id))
        .into_iter()
        .chain([member("unknown", "Unknown")]);
    crossing
        .dimensions
        .push(dimension("both", AreaSource::Cross([0, 1]), members.collect()));
    crossing
}

#[test]
fn a_cross_is_shown_by_both_of_its_dimensions() {
    let mut tables = all_tables();
    let own = &mut tables;
    let group = |member: &'static str, value: Option<f64>| GroupRow {
        period: "2020",
        scope_code: "000000",
        indicator: RURAL,
        dimension: "both",
        member,
        value,
        lower: value.map(|value| value - 1.0),
        upper: value.map(|value| value + 2.0),
        denominator_share: Some(0.25),
        relative_to_scope: value.map(|value| value / 50.0),
        n_expected: 3,
        n_reported: 2,
        null_reason: value.is_none().then_some("not_reported"),
        bounds_null_reason: value.is_none().then_some("no_register"),
        ..GroupRow::default()
    };
    for (member, value) in [
        ("unknown", Some(99.0)),
        ("west_plain", Some(20.0)),
        ("west_hill", None),
        ("east_hill", Some(60.0)),
    ] {
        row_of(own, group(member, value));
    }
    let change = ChangeEffectRow {
        earlier: "2015",
        later: "2020",
        scope_code: "000000",
        indicator: RURAL,
        dimension: "both",
        value_change: Some(8.0),
        mix_effect_first: Some(1.0),
        mix_effect_second: Some(0.5),
        rate_effect: Some(6.5),
        shapley_mix_first: Some(1.25),
        shapley_mix_second: Some(0.75),
        shapley_rate: Some(6.0),
        ..ChangeEffectRow::default()
    };
    row_of(own, change);
    let gini = InequalityRow {
        period: "2020",
        scope_code: "000000",
        indicator: RURAL,
        dimension: Some("both"),
        computed_over: "member",
        inequality_index: "gini",
        value: Some(0.125),
        lower: Some(0.1),
        upper: Some(0.2),
        bounds_kind: Some("outer"),
        ..InequalityRow::default()
    };
    row_of(own, gini);
    let page = gathered(&crossing(), &tables, &NOBODY);
    let [view] = &page.crosses[..] else {
        panic!("{:?}", page.crosses)
    };
    assert_eq!(
        view.about.headline.get(Lang::En),
        "Highest in east_hill (60), lowest in west_plain (20)",
        "what is unknown is no group"
    );
    let columns: Vec<&str> = view.columns.iter().map(|title| title.get(Lang::En)).collect();
    assert_eq!(
        (view.first.get(Lang::Zh), &columns[..]),
        ("东中西部", &["Hill", "Plain"][..])
    );
    let none = CrossCell {
        shade: 0,
        value: None,
        bounds: None,
    };
    let cell = |shade, value: &str, bounds: &str| CrossCell {
        shade,
        value: Some(value.to_owned()),
        bounds: Some(bounds.to_owned()),
    };
    let rows: Vec<(&str, &[CrossCell])> = view
        .rows
        .iter()
        .map(|row| (row.title.get(Lang::En), &row.cells[..]))
        .collect();
    assert_eq!(rows[0], ("East", &[cell(5, "60", "59–62"), none.clone()][..]));
    assert_eq!(rows[1], ("West", &[none, cell(4, "20", "19–22")][..]));
    assert_eq!(
        shown(&view.about, Lang::En),
        [
            "east_hill | 60 | 59 | 62 | 25% | 1.2 | 2 | 3",
            "west_hill | not_reported | no_register | – | 25% | – | 2 | 3",
            "west_plain | 20 | 19 | 22 | 25% | 0.4 | 2 | 3",
            "Unknown | 99 | 98 | 101 | 25% | 1.98 | 2 | 3",
        ]
    );
    assert_eq!(
        view.about.notes[0].get(Lang::En),
        "Inequality between the groups: Gini coefficient 0.125 (certainly within 0.1–0.2)"
    );
    let [effects] = &page.cross_effects[..] else {
        panic!("{:?}", page.cross_effects)
    };
    assert_eq!(
        shown(effects, Lang::En),
        ["Rural comprehensive-facility coverage (%) | 2015 | +8 | +1 | +0.5 | +6.5 | +1.25 | +0.75 | +6"]
    );
    let html = render::page(&page);
    assert_eq!(super::dangling(&html), Vec::<String>::new());
    assert!(html.contains("<td class=s5>60<small>59–62</small>"));
}

#[test]
fn parts_of_a_mix_have_a_column_for_each_dimension_of_the_strata() {
    let mut tables = all_tables();
    tables.push(Table::of::<GapMixRow>());
    let part = |indicator, stratum_dimension: &'static str, effect: Option<f64>| GapMixRow {
        period: "2020",
        scope_code: "000000",
        indicator,
        dimension: "macro_region",
        a: "east",
        b: "west",
        stratum_dimension,
        composition_effect: effect,
        n_strata: if effect.is_some() { 6 } else { 0 },
        n_borrowed: i64::from(effect.is_some()),
        effects_null_reason: effect.is_none().then_some("negative_denominator"),
        ..GapMixRow::default()
    };
    for row in [
        part("staff_leaving", "ground", None),
        part("staff_leaving", "kind", None),
        part(RURAL, "ground", Some(-1.5)),
        part(RURAL, "kind", Some(4.0)),
        GapMixRow {
            period: "2015",
            ..part(RURAL, "ground", Some(9.0))
        },
    ] {
        row_of(&mut tables, row);
    }
    let page = gathered(&crossing(), &tables, &NOBODY);
    let mixes = page.gaps[0].mixes.as_ref().unwrap();
    let columns: Vec<&str> = mixes.table.columns.iter().map(|title| title.get(Lang::En)).collect();
    assert_eq!(columns, ["Indicator", "ground", "kind", "Strata", "Strata of one side"]);
    assert_eq!(
        shown(mixes, Lang::En),
        [
            "Rural comprehensive-facility coverage (%) | -1.5 | +4 | 6 | 1",
            "Social workers who left (%) | negative_denominator | negative_denominator | 0 | 0",
        ]
    );
    let html = render::page(&page);
    assert_eq!(super::dangling(&html), Vec::<String>::new());
    assert!(html.contains("<h5 id=\"mixes-gap-macro_region-east-west-zh\">构成效应按分层的各个维度分解</h5>"));
}

#[test]
fn a_product_has_a_line_for_each_factor() {
    assert!(small().products.is_none());
    let mut tables = all_tables();
    tables.push(Table::of::<ProductEffectRow>());
    let factor = |factor_indicator, effect: Option<f64>| ProductEffectRow {
        earlier: "2015",
        later: "2020",
        area_code: "000000",
        indicator: RURAL,
        factor_indicator,
        factor_earlier: Some(40.0),
        factor_later: Some(50.0),
        value_change: Some(8.0),
        factor_effect: effect,
        effects_null_reason: effect.is_none().then_some("product_differs"),
        ..ProductEffectRow::default()
    };
    for row in [
        factor("staff_leaving", Some(-3.0)),
        factor("made_up", None),
        ProductEffectRow {
            area_code: "110000",
            ..factor("staff_leaving", Some(1.0))
        },
        ProductEffectRow {
            later: "2018",
            ..factor("staff_leaving", Some(1.0))
        },
    ] {
        row_of(&mut tables, row);
    }
    let page = gathered(&pipeline(), &tables, &NOBODY);
    assert_eq!(
        shown(page.products.as_ref().unwrap(), Lang::En),
        [
            "Rural comprehensive-facility coverage (%) | 2015 | +8 | Social workers who left (%) | 40 | 50 | -3",
            "Rural comprehensive-facility coverage (%) | 2015 | +8 | made_up | 40 | 50 | product_differs",
        ]
    );
    let html = render::page(&page);
    assert!(
        html.contains("<a href=\"#products-en\">")
            && html.contains("<h3 id=\"products-zh\">乘积型指标的变化按因子分解</h3>")
    );
}

#[test]
fn tables_for_the_areas_of_one_day_are_named_with_the_day() {
    let mut chosen = pipeline();
    chosen.constant_boundaries = Some(jiff::civil::date(2020, 12, 31));
    chosen.constant_tables = [RollUp::Ranks, RollUp::Inequality].into();
    let tables = all_tables();
    let heads: Vec<TableHead<'_>> = table_specs().keys().map(|name| TableHead::of(name)).collect();
    let page = gathered_of(&chosen, (&tables, &heads), &NOBODY);
    let boundaries = page.boundaries.as_ref().unwrap();
    let paths: Vec<&str> = boundaries.tables.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "tables/indicators_constant_boundaries.parquet",
            "tables/inequality_constant_boundaries.parquet",
            "tables/inequality_parts_constant_boundaries.parquet",
            "tables/ranks_constant_boundaries.parquet",
        ]
    );
    let html = render::page(&page);
    assert!(html.contains("<h3 id=\"boundaries-en\">Figures for the areas of 2020-12-31</h3>"));
    assert!(html.contains("<h3 id=\"boundaries-zh\">按 2020-12-31 区划的数值</h3>"));
    assert!(small().boundaries.is_none());
}
