//! Judged records that are kept until what they are held against has been judged too.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use polars::frame::DataFrame;

use super::context::{Context, Origin};
use super::error::Error;
use super::partition::Partition;
use crate::domain::{Period, RowStatuses};
use crate::pipeline::{DimensionLevel, FormIndex, Pipeline, RuleKind};
use crate::registry::{Areas, UnitLists};

/// The records of one form, period and partition area: only the columns that are still looked at.
pub struct Records {
    pub(super) form: FormIndex,
    pub(super) period: Period,
    areas: Arc<Areas>,
    frame: DataFrame,
    statuses: RowStatuses,
    origins: Vec<Origin>,
}

impl Records {
    /// Whether a rule holds the rows of a form against a figure, or its figures against rows.
    pub fn are_reconciled(pipeline: &Pipeline, form: FormIndex) -> bool {
        pipeline.rules.iter().any(|rule| match &rule.kind {
            RuleKind::Reconcile(reconcile) => rule.form == form || reconcile.left_form == form,
            _ => false,
        })
    }

    /// Keeps what is needed of a frame; columns are shared, not copied.
    ///
    /// # Errors
    /// When the frame lacks a column.
    pub fn keep(
        context: &Context<'_>,
        areas: &Arc<Areas>,
        frame: &DataFrame,
        statuses: &RowStatuses,
        origins: Vec<Origin>,
    ) -> Result<Records, Error> {
        let kept = frame.select(needed(context.pipeline, context.form));
        let mut frame = kept.map_err(|source| Error::Frame {
            form: context.pipeline.forms[context.form].id.clone(),
            source,
        })?;
        frame.rechunk_mut();
        Ok(Records {
            form: context.form,
            period: context.period,
            areas: Arc::clone(areas),
            frame,
            statuses: statuses.clone(),
            origins,
        })
    }

    /// The records as rules see them.
    pub(super) fn partition<'a>(&'a mut self, pipeline: &'a Pipeline) -> Result<Partition<'a>, Error> {
        static NO_LISTS: LazyLock<UnitLists> = LazyLock::new(UnitLists::default);
        let context = Context {
            pipeline,
            form: self.form,
            period: self.period,
            areas: &self.areas,
            earlier: None,
            lists: &NO_LISTS,
        };
        Partition::new(&context, &self.frame, &mut self.statuses, &self.origins)
    }
}

/// Names of the columns that reconciliations and stated totals read.
fn needed(pipeline: &Pipeline, form: FormIndex) -> BTreeSet<String> {
    let columns = &pipeline.forms[form].columns;
    let mut names: BTreeSet<String> = ["area_code", "submission", "row"].map(str::to_owned).into();
    names.extend(pipeline.additive(form).into_iter().map(|at| columns[at].id.clone()));
    for rule in &pipeline.rules {
        let RuleKind::Reconcile(reconcile) = &rule.kind else {
            continue;
        };
        if rule.form == form {
            names.insert(columns[reconcile.right_column].id.clone());
        }
        if reconcile.left_form == form {
            names.extend(reconcile.left_column.map(|at| columns[at].id.clone()));
            for (dimension, _) in &reconcile.filter {
                if let DimensionLevel::Row { column, .. } = &pipeline.dimensions[*dimension].level {
                    names.insert(column.clone());
                }
            }
        }
    }
    names
}
