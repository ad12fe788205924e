//! The tables that say what the others mean: `areas`, `area_spans` and `indicator_definitions`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::{ColumnSpec, Lang, Period, Table, Text, Value, ValueKind, table_specs};
use crate::pipeline::{Better, DimensionIndex, DimensionLevel, Indicator, Pipeline};
use crate::registry::{Area, Registry};

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

/// A table of areas, each as it was on a day; without a day it has no classification. `unclassified`: what a null means there.
fn described<'a>(
    pipeline: &Pipeline,
    registry: &Registry,
    name: &str,
    unclassified: Text,
    all: impl Iterator<Item = (&'a Area, Option<Date>)>,
) -> Table {
    let mut spec = table_specs().get(name).expect("tables.toml has it").clone();
    let dimensions: Vec<DimensionIndex> = (0..pipeline.dimensions.len())
        .filter(|&at| matches!(pipeline.dimensions[at].level, DimensionLevel::Area { .. }))
        .collect();
    spec.columns.extend(dimensions.iter().map(|&at| {
        let members = pipeline.dimensions[at].members.iter();
        ColumnSpec {
            name: pipeline.dimensions[at].id.clone(),
            kind: ValueKind::Text,
            title: pipeline.dimensions[at].title.clone(),
            unit: None,
            null: Some(unclassified.clone()),
            null_in: None,
            values: members.map(|member| member.id.clone()).collect(),
            values_of: None,
        }
    }));
    let mut table = Table::with_spec(name, spec);
    for (area, day) in all {
        let areas = day.map(|day| registry.on(day));
        let mut row: Vec<Value> = vec![
            (&area.code).into(),
            (&pipeline.registry.levels[area.level]).into(),
            (&area.name).into(),
            area.name_en.clone().into(),
            (&area.kind).into(),
            area.parent_code.clone().into(),
            area.valid_from.into(),
            area.valid_to.into(),
            area.source.clone().into(),
        ];
        row.extend(dimensions.iter().map(|&at| {
            let DimensionLevel::Area { level, .. } = pipeline.dimensions[at].level else {
                return Value::Text(None);
            };
            let member = areas.as_ref().and_then(|areas| areas.member(at, &area.code));
            let member = member.filter(|_| area.level >= level);
            Value::from(member.map(|member| pipeline.dimensions[at].members[member as usize].id.clone()))
        }));
        table.push(row);
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
    let mut table = Table::new("indicator_definitions");
    for indicator in &pipeline.indicators {
        let in_lang = |text: &Text, lang: Lang| text.0.get(lang.tag()).cloned();
        let level = indicator
            .target_level
            .map(|level| pipeline.registry.levels[level].clone());
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.get(Lang::En).to_string());
        table.push([
            (&indicator.id).into(),
            in_lang(&indicator.title, Lang::Zh).into(),
            in_lang(&indicator.title, Lang::En).into(),
            formula(pipeline, indicator).into(),
            restriction(pipeline, indicator).into(),
            (&indicator.unit).into(),
            indicator.factor.into(),
            better(indicator.better).into(),
            indicator.bounded.into(),
            by_period(&indicator.baseline).into(),
            by_period(&indicator.target).into(),
            level.into(),
            text(&indicator.sources).into(),
            text(&indicator.caveats).into(),
        ]);
    }
    table.sort_by_key();
    table
}

/// `SUM(form: numerator) / SUM(form: denominator) * factor`, with the measures' own formulas.
fn formula(pipeline: &Pipeline, indicator: &Indicator) -> String {
    let numerator = &pipeline.measures[indicator.numerator];
    let denominator = &pipeline.measures[indicator.denominator];
    let form = &pipeline.forms[denominator.form].id;
    format!(
        "SUM({}) / SUM({}) * {} FROM {form}",
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
