//! From what is written to what runs: every name resolved, every contradiction found.

mod awkward;
mod columns;
mod dimensions;
mod forms;
mod gate;
mod indicators;
mod languages;
mod limits;
mod measures;
mod plan;
mod reference;
mod rules;
mod templates;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::definition::Located;
use super::faults::{Faults, Source};
use super::files::{self, Files, Read};
use super::model::{Form, Pipeline, Returns};
use crate::domain::Text;

/// The pipeline, as far as it is sound; `None` when no whole one can be made.
pub(super) fn pipeline(dir: &Path, files: &Files, faults: &mut Faults) -> Option<Pipeline> {
    require(dir, files, faults);
    let mut tables = Vec::new();
    let plan = plan::resolve(dir, files.plan.as_ref(), faults);
    let forms = forms::resolve(&files.forms, &plan, faults);
    let dimensions = dimensions::resolve(dir, files.dimensions.as_ref(), &plan, &forms, &mut tables, faults);
    let gate = gate::resolve(files.plan.as_ref(), &forms, faults);
    let rules = rules::resolve(files.checks.as_ref(), &plan, &forms, &dimensions, faults);
    let measures = measures::resolve(files.measures.as_ref(), &forms, faults);
    let context = indicators::Context {
        plan: &plan,
        forms: &forms,
        measures: &measures,
        dimensions: &dimensions,
    };
    let indicators = indicators::resolve(files.indicators.as_ref(), &context, faults);
    let langs = languages::of_returns(&plan, &forms);
    let registry = plan.registry?;
    if let Ok(bytes) = std::fs::read(&registry.divisions) {
        tables.push((plan.divisions_path, bytes));
    }
    Some(Pipeline {
        dir: dir.to_path_buf(),
        name: plan.name,
        title: plan.title,
        synthetic: plan.synthetic,
        licence: plan.licence,
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
        retention: plan.retention,
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

/// A form and the file it stands in.
type SourcedForm<'a> = (Form, &'a Source);

fn require(dir: &Path, files: &Files, faults: &mut Faults) {
    if files.plan.is_none() && !dir.join("pipeline.toml").exists() && dir.is_dir() {
        let hint = "every pipeline has a pipeline.toml with [pipeline] and [registry]".to_owned();
        faults.add_file(
            dir.join("pipeline.toml"),
            "missing-file",
            "there is no pipeline.toml".into(),
            Some(hint),
        );
    }
    if files.forms.is_empty() && dir.is_dir() {
        let hint = "a form is a file such as forms/communities.toml".to_owned();
        faults.add_file(
            dir.join("forms"),
            "missing-file",
            "the pipeline has no form".into(),
            Some(hint),
        );
    }
}

fn content<T>(read: Option<&Read<T>>) -> Option<(&Source, &T)> {
    read.and_then(|r| Some((&r.source, r.content.as_ref()?)))
}

/// Ids seen so far, with their places.
#[derive(Default)]
struct Ids(BTreeMap<String, Range<usize>>);

impl Ids {
    /// Whether an id is well formed and new; else a fault.
    fn take(&mut self, id: &Located<String>, kind: IdKind, what: &str, source: &Source, faults: &mut Faults) -> bool {
        if !kind.allows(id) {
            let message = format!("`{}` is no id of a {what}", id);
            faults.add(source, "bad-id", id.span(), message, kind.hint().to_owned());
            faults.mark_broken(source, id);
            return false;
        }
        self.take_new(id, id.span(), what, None, source, faults)
    }

    /// Whether a well-formed id is new; else a fault at `span`.
    fn take_new(
        &mut self,
        id: &str,
        span: Range<usize>,
        what: &str,
        hint: Option<String>,
        source: &Source,
        faults: &mut Faults,
    ) -> bool {
        if let Some(earlier) = self.0.get(id) {
            let message = format!("a second {what} `{id}`");
            faults.add_related(
                source,
                "duplicate-id",
                span,
                message,
                (earlier.clone(), "the first"),
                hint,
            );
            return false;
        }
        self.0.insert(id.to_owned(), span);
        true
    }
}

/// What an id may be made of.
#[derive(Clone, Copy)]
enum IdKind {
    /// A name in SQL and paths.
    Name,
    /// The same with `-`.
    Code,
}

impl IdKind {
    fn allows(self, id: &str) -> bool {
        let dash = matches!(self, IdKind::Code);
        id.starts_with(|c: char| c.is_ascii_lowercase())
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || dash && c == '-')
    }

    fn hint(self) -> &'static str {
        match self {
            IdKind::Name => "lower-case letters, digits and `_`, beginning with a letter",
            IdKind::Code => "lower-case letters, digits, `_` and `-`, beginning with a letter",
        }
    }
}

/// The title, else the id.
fn title_or(title: Option<&Text>, id: &str) -> Text {
    title
        .filter(|t| !t.is_empty())
        .cloned()
        .unwrap_or_else(|| Text([("en".to_owned(), id.to_owned())].into()))
}

/// Index of the form of this id; a fault when there is none.
fn form_index(id: &Located<String>, forms: &[SourcedForm<'_>], source: &Source, faults: &mut Faults) -> Option<usize> {
    let found = forms
        .iter()
        .position(|(form, _)| form.id == **id)
        .filter(|_| !faults.is_broken(id));
    // Without any form, that alone is the fault.
    if found.is_none() && !forms.is_empty() {
        faults.unknown(
            source,
            "unknown-form",
            id,
            "form",
            forms.iter().map(|(form, _)| form.id.as_str()),
        );
    }
    found
}
