//! From what is written to what runs: every name resolved, every contradiction found.

mod awkward;
mod boundaries;
mod columns;
mod credit;
mod dimensions;
mod engine;
mod extracts;
mod forms;
mod gate;
mod ids;
mod indicators;
mod languages;
mod limits;
mod measures;
mod plan;
mod products;
mod reference;
mod report;
mod rules;
mod sourced;
mod templates;
mod unpivot;

use std::path::Path;

use super::definition::PartDef;
use super::faults::Faults;
use super::files::{self, Files};
use super::include;
use super::model::{Pipeline, Returns};

pub use columns::{is_free_id, usual_boolean};

/// The pipeline, as far as it is sound; `None` when no whole one can be made.
pub(super) fn pipeline(dir: &Path, files: &Files, faults: &mut Faults) -> Option<Pipeline> {
    require(dir, files, faults);
    let mut tables = Vec::new();
    let plan = plan::resolve(files, faults);
    let forms = forms::resolve(&files.forms, &plan, faults);
    let dimensions = dimensions::resolve(&files.dimensions, &plan, &forms, &mut tables, faults);
    let gate = gate::resolve(files.plan.as_ref(), &forms, faults);
    let rules = rules::resolve(&files.checks, &plan, &forms, &dimensions, faults);
    let measures = measures::resolve(&files.measures, &forms, faults);
    let context = indicators::Context {
        plan: &plan,
        forms: &forms,
        measures: &measures,
        dimensions: &dimensions,
    };
    let mut indicators = indicators::resolve(&files.indicators, &context, faults);
    products::resolve(&files.indicators, &context, &mut indicators, faults);
    let langs = languages::of_returns([&plan.returns_lang, &plan.lang], &plan.title, &forms);
    let report = report::resolve(files.plan.as_ref(), &mut tables, faults);
    let registry = plan.registry?;
    let of_registry = [
        Some((plan.divisions_path, &registry.divisions)),
        plan.changes_path.zip(registry.changes.as_ref()),
        plan.neighbours_path.zip(registry.neighbours.as_ref()),
    ];
    for (name, path) in of_registry.into_iter().flatten() {
        if let Ok(bytes) = std::fs::read(path) {
            tables.push((name, bytes));
        }
    }
    Some(Pipeline {
        dir: dir.to_path_buf(),
        name: plan.name,
        title: plan.title,
        synthetic: plan.synthetic,
        licence: plan.licence,
        credit: plan.credit,
        period_kind: plan.period_kind?,
        periods: plan.periods,
        open_ended: plan.open_ended,
        input: plan.input,
        output: plan.output,
        registry,
        reporters: plan.reporters,
        gate,
        limits: plan.limits,
        returns: Returns { langs, ..plan.returns },
        report,
        constant_boundaries: plan.constant_boundaries,
        constant_tables: plan.constant_tables,
        retention: plan.retention,
        engine: engine::resolve(files.plan.as_ref(), faults),
        extracts: plan.extracts,
        units: plan.units,
        forms: forms.into_iter().map(|(form, _)| form).collect(),
        rules,
        feedback: plan.feedback,
        measures,
        indicators,
        dimensions,
        digest: files::digest(files, &tables),
        rules_digest: files::digest(files, &[]),
    })
}

fn require(dir: &Path, files: &Files, faults: &mut Faults) {
    if files.plan.is_none() && !dir.join("pipeline.toml").exists() && dir.is_dir() {
        let hint = if dir.join("releases").is_dir() {
            "this folder holds releases: name it with --output"
        } else {
            "every pipeline has a pipeline.toml with [pipeline] and [registry]"
        };
        faults.add_file(
            dir.join("pipeline.toml"),
            "missing-file",
            "there is no pipeline.toml".into(),
            Some(hint.to_owned()),
        );
    }
    let takes = |part| include::takes(files.plan.as_ref(), part);
    if let Some((source, plan)) = sourced::content(files.plan.as_ref())
        && plan.registry.is_none()
        && !takes(PartDef::Registry)
        && !faults.is_faulty_key("registry")
    {
        let message = "pipeline.toml lacks the key `registry`".to_owned();
        let hint = "a table [registry], or [[include]] with take = [\"registry\"]".to_owned();
        faults.add(source, "missing-key", 0..0, message, hint);
    }
    if files.forms.is_empty() && !takes(PartDef::Forms) && dir.is_dir() {
        let hint = "a form is a file such as forms/communities.toml".to_owned();
        faults.add_file(
            dir.join("forms"),
            "missing-file",
            "the pipeline has no form".into(),
            Some(hint),
        );
    }
}
