//! What every job of a run shares: the definition and the registers, as read.

use std::path::Path;
use std::sync::Arc;

use super::by_sender::Feedback;
use super::error::Error;
use super::lineage::Lineage;
use super::spread::Spread;
use crate::domain::{Period, Submission};
use crate::intake::Intake;
use crate::normalize::Context;
use crate::pipeline::{FormIndex, Pipeline, corrections};
use crate::registry::{Areas, Explanations, Receipts, RegisterFile, Registry, Reporters, UnitLists};
use crate::rollup::{Contributions, Plan};

/// What every job of a run shares: the definition and the registers, as read. Nothing in it changes while the jobs run.
pub struct Shared<'p> {
    /// The definition.
    pub pipeline: &'p Pipeline,
    /// How the records of each form are summed.
    pub plans: Vec<Plan>,
    /// What single records of each form add to the indicators.
    pub contributions: Vec<Contributions>,
    /// The areas.
    pub registry: Registry,
    /// What the ministry corrects, and counties explain.
    pub feedback: Feedback,
    /// Who owes what.
    pub reporters: Reporters,
    /// What came when.
    pub receipts: Receipts,
    /// Templates and headers, compiled.
    pub intake: Intake<'p>,
    /// How partition areas follow each other.
    pub lineage: Lineage,
    /// Lists of units that rules hold submissions against.
    pub lists: UnitLists,
    /// Periods of the pipeline that are left out of the run.
    pub skipped: &'p [Period],
    /// Per form, the columns whose sum has a meaning.
    pub additive: Vec<Vec<usize>>,
    /// Which work is spread over the threads.
    pub spread: Spread,
    /// Called whenever a file has been read.
    pub step: &'p (dyn Fn() + Sync),
}

impl<'p> Shared<'p> {
    /// Reads the registers in the input folder. Gives them back too, with their faults.
    ///
    /// # Errors
    /// When the corrections have errors, a formula cannot be planned, or the machine fails.
    pub fn load(
        (pipeline, registry): (&'p Pipeline, Registry),
        skipped: &'p [Period],
        input: &Path,
        step: &'p (dyn Fn() + Sync),
    ) -> Result<(Shared<'p>, Vec<RegisterFile>), Error> {
        let (reporters, mut registers) = Reporters::load(pipeline, &registry, input)?;
        let (receipts, read) = Receipts::load(pipeline, input)?;
        registers.extend(read);
        let (lists, read) = UnitLists::load(pipeline, &registry, input)?;
        registers.extend(read);
        let corrections = corrections::read(pipeline, skipped, input).map_err(Error::Corrections)?;
        let (explanations, read) = Explanations::load(pipeline, skipped, input)?;
        registers.extend(read);
        let names = registry.all().iter().map(|area| area.name.as_str());
        let forms = 0..pipeline.forms.len();
        let shared = Shared {
            pipeline,
            plans: (forms.clone().map(|form| Plan::new(pipeline, form))).collect::<Result<_, _>>()?,
            contributions: (forms.clone().map(|form| Contributions::new(pipeline, form))).collect::<Result<_, _>>()?,
            feedback: Feedback::new(pipeline, corrections, explanations),
            reporters,
            receipts,
            intake: Intake::new(pipeline, input, registry.root_code()).with_names(names),
            lineage: Lineage::of(pipeline, &registry),
            lists,
            skipped,
            additive: forms.map(|form| pipeline.additive(form)).collect(),
            spread: Spread::Bundles,
            step,
            registry,
        };
        Ok((shared, registers))
    }
}

impl Shared<'_> {
    /// The areas in force on the day of a period that a form is judged on.
    pub fn areas(&self, form: FormIndex, period: Period) -> Arc<Areas> {
        self.registry.of_form(&self.pipeline.forms[form], period)
    }

    /// How many rows an area owes of a form in a period, where the register says so.
    pub fn owed_rows(&self, form: FormIndex, period: Period, area: &str) -> Option<i64> {
        self.reporters.expected(form, period).get(area)?.rows
    }

    /// What the sheets of a submission are read against; `areas` are those of its form and period, `at` its place in the run's list.
    pub fn context<'c>(&'c self, submission: &'c Submission, areas: &'c Areas, at: usize) -> Context<'c> {
        Context {
            pipeline: self.pipeline,
            form: submission.form,
            areas,
            sender: &submission.area_code,
            submission: at as u32,
        }
    }
}
