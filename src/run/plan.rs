//! What a run would compute, and why: nothing is computed and nothing is written.

use super::dependencies::{Cause, Hash};
use super::kept::{Asked, Keeper, Left};
use super::outcome::RunOptions;
use super::prepare::{Prepared, prepare, registry};
use super::{RunError, Scope};
use crate::domain::Text;
use crate::lake::Output;
use crate::partition::{Bundle, Shared};
use crate::pipeline::Pipeline;
use crate::registry::Area;
use crate::report::{PlanCause, PlanLine, PlanReport};

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct PlanQuery {
    /// A partition area by code or name: its causes are named one by one.
    pub why: Option<String>,
}

/// Compares the input with what earlier runs have kept.
///
/// # Errors
/// If the registry has errors, the input cannot be read, or no partition has the area that is asked about.
pub fn plan(
    pipeline: &Pipeline,
    scope: &Scope,
    options: &RunOptions,
    query: &PlanQuery,
) -> Result<PlanReport, RunError> {
    let areas = registry(pipeline, options)?;
    let Prepared { shared, chains, .. } = prepare((pipeline, areas), scope, (options, None), &|| {})?;
    let keeper = Keeper::open(&shared, &Output::at(&options.output), options.rehash);
    let planned = shared.spread.outer().map(&chains, |chain| {
        let mut left = Some(Left::nothing().hash());
        let mut lines = Vec::new();
        for bundle in chain {
            let asked = keeper.asked(&shared, bundle, left);
            let (line, after) = line(&shared, &keeper, bundle, (asked.as_ref(), left.is_some()));
            left = after;
            lines.push(line);
        }
        Ok::<_, RunError>(lines)
    })?;
    let mut lines: Vec<PlanLine> = planned.into_iter().flatten().collect();
    lines.sort_by(|a, b| (&a.period, &a.area_code).cmp(&(&b.period, &b.area_code)));
    let partitions = lines.len();
    if let Some(asked) = &query.why {
        let is_asked = |line: &PlanLine| line.area_code == *asked || line.area.0.values().any(|name| name == asked);
        lines.retain(is_asked);
        if lines.is_empty() {
            return Err(RunError::NoSuchPartition { given: asked.clone() });
        }
    }
    lines.retain(|line| query.why.is_some() || !line.causes.is_empty() || line.may_follow);
    Ok(PlanReport {
        title: pipeline.title.clone(),
        partitions,
        in_full: query.why.is_some(),
        lines,
    })
}

/// A bundle, and the hash of what it leaves to later periods where nothing in it has to be computed.
fn line(
    shared: &Shared<'_>,
    keeper: &Keeper,
    bundle: &Bundle,
    (asked, is_known): (Option<&Asked>, bool),
) -> (PlanLine, Option<Hash>) {
    let (causes, left) = match asked {
        Some(asked) => keeper.causes(bundle, asked),
        None => (vec![Cause::Unreadable], None),
    };
    let (period, area) = &bundle.key;
    let name = period.and_then(|period| {
        let areas = shared.registry.at(period);
        areas.get(area).map(Area::title)
    });
    let is_kept = causes.is_empty() && is_known;
    let kept = asked.filter(|_| !is_kept).map(|asked| keeper.kept_files(bundle, asked));
    let unread = kept.map_or(0, |kept| kept.unread(shared, &bundle.files).len());
    let line = PlanLine {
        period: period.map(|period| period.to_string()),
        area: name.unwrap_or_else(|| Text::new(area.as_str(), area.as_str())),
        area_code: area.clone(),
        files: bundle.files.len(),
        files_to_read: if is_kept { 0 } else { bundle.files.len() - unread },
        may_follow: causes.is_empty() && !is_known,
        causes: causes.into_iter().map(told).collect(),
    };
    (line, left.filter(|_| is_kept))
}

fn told(cause: Cause) -> PlanCause {
    let token = cause.token();
    match cause {
        Cause::New | Cause::Unreadable | Cause::Part(_) => PlanCause::of(token, None),
        Cause::Added(path) | Cause::Gone(path) | Cause::Changed(path) => PlanCause::of(token, Some(path)),
    }
}
