//! Header layouts that could not be read whole, who sends them, and the lines of the definition that would map them.

mod behind;
mod mapping;

use std::collections::BTreeMap;

use super::error::LookError;
use super::offer::Offer;
use super::release::Release;
use crate::domain::Text;
use crate::pipeline::Pipeline;
use crate::report::{HeaderLine, HeadersReport, LayoutLine, Mapping, Remedy};
use crate::tables::LayoutRow;
use behind::senders;
use mapping::Plan;

/// Looks, at the layouts of one form or of all.
///
/// # Errors
/// When there is no such form, or the release cannot be read.
pub fn headers(pipeline: &Pipeline, release: &Release, form: Option<&str>) -> Result<HeadersReport, LookError> {
    if let Some(given) = form.filter(|given| !pipeline.forms.iter().any(|form| form.id == *given)) {
        let ids = pipeline.forms.iter().map(|form| form.id.as_str());
        return Err(LookError::Unknown {
            what: "form",
            given: given.into(),
            offer: Offer::new(given, ids),
        });
    }
    let mut layouts = unknown_layouts(pipeline, release, form)?;
    let behind = senders(pipeline, release, &mut layouts, form)?;
    let replaced = layouts.values().filter(|layout| layout.submissions == 0).count();
    let mut layouts: Vec<LayoutLine> = layouts.into_values().filter(|layout| layout.submissions > 0).collect();
    layouts.sort_by(|a, b| {
        let people = |layout: &LayoutLine| layout.people.population.unwrap_or(0.0);
        let size = |layout: &LayoutLine| (layout.rows_expected, layout.senders, layout.submissions);
        let by_size = people(b).total_cmp(&people(a)).then_with(|| size(b).cmp(&size(a)));
        by_size.then_with(|| a.layout.cmp(&b.layout))
    });
    let plans: Vec<Plan<'_>> = pipeline
        .forms
        .iter()
        .map(|form| Plan::new(&pipeline.units, form, &layouts))
        .collect();
    let mappings: Vec<Mapping> = plans.iter().filter_map(Plan::mapping).collect();
    let remedy = |layout: &LayoutLine, header: &HeaderLine| {
        let plan = plans.iter().find(|plan| plan.form.id == layout.form);
        plan.map_or(Remedy::None, |plan| plan.remedy(header))
    };
    let of_layout = |layout: &LayoutLine| layout.headers.iter().map(|header| remedy(layout, header)).collect();
    let remedies: Vec<Vec<Remedy>> = layouts.iter().map(of_layout).collect();
    drop(plans);
    for (layout, remedies) in layouts.iter_mut().zip(remedies) {
        for (header, remedy) in layout.headers.iter_mut().zip(remedies) {
            header.remedy = remedy;
        }
    }
    Ok(HeadersReport {
        title: pipeline.title.clone(),
        source: release.source.clone(),
        known: behind.known,
        senders: behind.senders,
        people: behind.people,
        population_declared: pipeline
            .reporters
            .as_ref()
            .is_some_and(|spec| spec.population.is_some()),
        replaced,
        layouts,
        mappings,
    })
}

/// Every layout of unknown status, with what it lacks; nobody behind it yet.
fn unknown_layouts(
    pipeline: &Pipeline,
    release: &Release,
    form: Option<&str>,
) -> Result<BTreeMap<String, LayoutLine>, LookError> {
    let table = release.table::<LayoutRow>()?;
    let mut layouts: BTreeMap<String, LayoutLine> = BTreeMap::new();
    for row in table.rows::<LayoutRow>() {
        if row.status != "unknown" || form.is_some_and(|form| form != row.form) {
            continue;
        }
        let layout = layouts.entry(row.layout.to_owned()).or_insert_with(|| LayoutLine {
            layout: row.layout.to_owned(),
            form_title: title(pipeline, row.form),
            form: row.form.to_owned(),
            ..LayoutLine::default()
        });
        let owned = |text: Option<&str>| text.map(str::to_owned);
        layout.columns.extend(owned(row.field));
        if row.field.is_none() {
            layout.headers.push(HeaderLine {
                position: row.position,
                letter: row.letter.to_owned(),
                header: row.header.to_owned(),
                unit: owned(row.unit),
                nearest: owned(row.nearest),
                looks_like: owned(row.looks_like),
                remedy: Remedy::None,
            });
        }
    }
    for layout in layouts.values_mut() {
        let Some(form) = pipeline.forms.iter().find(|form| form.id == layout.form) else {
            continue;
        };
        let lacking = form
            .columns
            .iter()
            .filter(|column| column.required && !layout.columns.contains(&column.id));
        (layout.lacking, layout.lacking_titles) =
            lacking.map(|column| (column.id.clone(), column.title.clone())).unzip();
    }
    Ok(layouts)
}

fn title(pipeline: &Pipeline, form: &str) -> Text {
    let known = pipeline.forms.iter().find(|known| known.id == form);
    known.map_or_else(|| Text::new(form, form), |form| form.title.clone())
}
