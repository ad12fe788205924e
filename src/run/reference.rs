//! The tables that say what the others mean: `areas`, `area_spans`, `indicator_definitions`, `members` and `form_periods`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::{Lang, Period, Text};
use crate::pipeline::{Better, DimensionIndex, DimensionLevel, Indicator, Pipeline, UNKNOWN};
use crate::registry::{Area, Registry};
use crate::tables::{AreaRow, ColumnSpec, FormPeriodRow, IndicatorDefinitionRow, MemberRow, Table, ValueKind};

/// Table `areas`: a row an area that is valid at the end of one of the periods, or on the day of one that a form is judged on, as it
/// was on the last of these days, with a column for each classification of areas.
pub fn areas(pipeline: &Pipeline, registry: &Registry) -> Table {
    let latest = last_versions(pipeline, registry).into_iter();
    described(
        pipeline,
        registry,
        "areas",
        Text::new("不适用于该级别", "does not apply to areas of this level"),
        latest.map(|(area, day)| (area, Some(day))),
    )
}

/// Table `area_spans`: a row a span of time of an area, as the registry has them, with the columns of `areas`. Classifications are
/// those of the last judged day in the span.
pub fn area_spans(pipeline: &Pipeline, registry: &Registry) -> Table {
    let days = pipeline.reference_days();
    let spans = registry.all().iter().map(|area| {
        let day = days.iter().rev().find(|day| area.is_valid_on(**day));
        (area, day.copied())
    });
    described(
        pipeline,
        registry,
        "area_spans",
        Text::new(
            "不适用于该级别，或该时段内没有任何报告期的基准日",
            "does not apply to areas of this level, or no period is judged on a day of the span",
        ),
        spans,
    )
}

/// The tables with a column for each classification of areas.
pub const AREAS: [&str; 2] = ["areas", "area_spans"];

/// These columns; `unclassified`: what a null means there.
pub fn classifications(pipeline: &Pipeline, unclassified: &Text) -> Vec<ColumnSpec> {
    let of_dimension = |at: DimensionIndex| {
        let dimension = &pipeline.dimensions[at];
        ColumnSpec {
            name: dimension.id.clone(),
            kind: ValueKind::Text,
            title: dimension.title.clone(),
            unit: None,
            null: Some(unclassified.clone()),
            null_in: None,
            values: dimension.members.iter().map(|member| member.id.clone()).collect(),
            value_titles: (dimension.members.iter())
                .map(|member| (member.id.clone(), member.title.clone()))
                .collect(),
            values_of: None,
            caveat: None,
        }
    };
    area_dimensions(pipeline).into_iter().map(of_dimension).collect()
}

fn area_dimensions(pipeline: &Pipeline) -> Vec<DimensionIndex> {
    let dimensions = 0..pipeline.dimensions.len();
    dimensions
        .filter(|&at| matches!(pipeline.dimensions[at].level, DimensionLevel::Area { .. }))
        .collect()
}

/// A table of areas, each as it was on a day; without a day it has no classification. `unclassified`: what a null means there.
fn described<'a>(
    pipeline: &Pipeline,
    registry: &Registry,
    name: &str,
    unclassified: Text,
    all: impl Iterator<Item = (&'a Area, Option<Date>)>,
) -> Table {
    let dimensions = area_dimensions(pipeline);
    let mut table = Table::with_more(name, classifications(pipeline, &unclassified).into_iter());
    for (area, day) in all {
        let areas = day.map(|day| registry.on(day));
        let row = AreaRow {
            area_code: &area.code,
            level: &pipeline.registry.levels[area.level],
            area_name: &area.name,
            area_name_en: area.name_en.as_deref(),
            kind: &area.kind,
            parent_code: area.parent_code.as_deref(),
            valid_from: area.valid_from,
            valid_to: area.valid_to,
            source: area.source.as_deref(),
        };
        let members = dimensions.iter().map(|&at| {
            let DimensionLevel::Area { level, .. } = pipeline.dimensions[at].level else {
                return None;
            };
            let member = areas.as_ref().and_then(|areas| areas.member(at, &area.code));
            let member = member.filter(|_| area.level >= level)?;
            Some(pipeline.dimensions[at].members[member as usize].id.as_str())
        });
        table.push_with(row, members);
    }
    table.sort_by_key();
    table
}

/// Each area with the last of the judged days on which it is valid. A code that was given anew, or whose area changed its name,
/// has several entries in the registry: the latest counts.
fn last_versions<'a>(pipeline: &Pipeline, registry: &'a Registry) -> Vec<(&'a Area, Date)> {
    let days = pipeline.reference_days();
    let mut versions: BTreeMap<&str, (&Area, Date)> = BTreeMap::new();
    for area in registry.all() {
        if let Some(&day) = days.iter().rev().find(|day| area.is_valid_on(**day)) {
            versions.insert(&area.code, (area, day));
        }
    }
    versions.into_values().collect()
}

/// Table `indicator_definitions`.
pub fn indicator_definitions(pipeline: &Pipeline) -> Table {
    let mut table = Table::of::<IndicatorDefinitionRow>();
    for indicator in &pipeline.indicators {
        let text = |text: &'_ Option<Text>| text.as_ref().map(|text| text.get(Lang::En).to_owned());
        let level = indicator
            .target_level
            .map(|level| pipeline.registry.levels[level].as_str());
        table.push(IndicatorDefinitionRow {
            indicator: &indicator.id,
            title_zh: indicator.title.own(Lang::Zh),
            title_en: indicator.title.own(Lang::En),
            formula: &formula(pipeline, indicator),
            restriction: restriction(pipeline, indicator).as_deref(),
            unit: &indicator.unit,
            factor: indicator.factor,
            better: better(indicator.better),
            bounded: indicator.bounded,
            baseline: by_period(&indicator.baseline).as_deref(),
            target: by_period(&indicator.target).as_deref(),
            target_level: level,
            sources: text(&indicator.sources).as_deref(),
            caveats: text(&indicator.caveats).as_deref(),
        });
    }
    table.sort_by_key();
    table
}

/// Table `members`: a row a member of each dimension, [`UNKNOWN`] included.
pub fn members(pipeline: &Pipeline) -> Table {
    let mut table = Table::of::<MemberRow>();
    let unknown = Text::new("未知", "Unknown");
    for dimension in &pipeline.dimensions {
        let declared = dimension
            .members
            .iter()
            .map(|member| (member.id.as_str(), &member.title));
        let is_declared = dimension.unknown() < dimension.members.len();
        let all = declared.chain((!is_declared).then_some((UNKNOWN, &unknown)));
        // Without a title of its own, the member of whatever is not known is called so.
        let own = |title: &'static str, member: &str| (member == UNKNOWN).then_some(title);
        for (position, (member, title)) in (1..).zip(all) {
            table.push(MemberRow {
                dimension: &dimension.id,
                member,
                position,
                member_title_zh: title.own(Lang::Zh).or_else(|| own("未知", member)),
                member_title_en: title.own(Lang::En),
                dimension_title_zh: dimension.title.own(Lang::Zh),
                dimension_title_en: dimension.title.own(Lang::En),
                is_ordered: dimension.ordered,
                order_basis_zh: dimension.order_basis.own(Lang::Zh),
                order_basis_en: dimension.order_basis.own(Lang::En),
            });
        }
    }
    table.sort_by_key();
    table
}

/// Table `form_periods`: a row a form and period of the run.
pub fn form_periods(pipeline: &Pipeline) -> Table {
    let mut table = Table::of::<FormPeriodRow>();
    for form in &pipeline.forms {
        for &period in &pipeline.periods {
            table.push(FormPeriodRow {
                form: &form.id,
                period: &period.to_string(),
                form_title_zh: form.title.own(Lang::Zh),
                form_title_en: form.title.own(Lang::En),
                reference_date: form.reference(period),
                due_date: form.due_on(period),
            });
        }
    }
    table.sort_by_key();
    table
}

/// `SUM(numerator) / SUM(denominator) * factor FROM form`, with the measures' own formulas.
fn formula(pipeline: &Pipeline, indicator: &Indicator) -> String {
    let numerator = &pipeline.measures[indicator.numerator];
    let denominator = &pipeline.measures[indicator.denominator];
    let [above, below] = pipeline.forms_of(indicator).map(|form| &pipeline.forms[form].id);
    if above != below {
        return format!(
            "SUM({above}: {}) / SUM({below}: {}) * {} BY area_code",
            numerator.value.text, denominator.value.text, indicator.factor
        );
    }
    format!(
        "SUM({}) / SUM({}) * {} FROM {below}",
        numerator.value.text, denominator.value.text, indicator.factor
    )
}

/// An indicator's `where` as a condition; None without one.
pub fn restriction(pipeline: &Pipeline, indicator: &Indicator) -> Option<String> {
    let one = |(dimension, members): &(DimensionIndex, Vec<String>)| {
        format!("{} IN ({})", pipeline.dimensions[*dimension].id, members.join(", "))
    };
    let all: Vec<String> = indicator.filter.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}

/// The same as a person reads it: `Kind of community: urban`.
pub fn restriction_title(pipeline: &Pipeline, indicator: &Indicator) -> Option<Text> {
    let words = |lang: Lang| {
        let (of, between, and) = match lang {
            Lang::Zh => ("：", "、", "；"),
            Lang::En => (": ", ", ", "; "),
        };
        let one = |(dimension, members): &(DimensionIndex, Vec<String>)| {
            let dimension = &pipeline.dimensions[*dimension];
            let title = |id: &String| {
                let member = dimension.members.iter().find(|member| member.id == *id);
                member.map_or(id.as_str(), |member| member.title.get(lang)).to_owned()
            };
            let members: Vec<String> = members.iter().map(title).collect();
            format!("{}{of}{}", dimension.title.get(lang), members.join(between))
        };
        indicator.filter.iter().map(one).collect::<Vec<_>>().join(and)
    };
    (!indicator.filter.is_empty()).then(|| Text::new(words(Lang::Zh), words(Lang::En)))
}

fn better(better: Better) -> &'static str {
    match better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neither => "neither",
    }
}

fn by_period(values: &BTreeMap<Period, f64>) -> Option<String> {
    let object: serde_json::Map<String, serde_json::Value> = values
        .iter()
        .map(|(period, value)| (period.to_string(), (*value).into()))
        .collect();
    (!object.is_empty()).then(|| serde_json::Value::Object(object).to_string())
}
