//! The validated pipeline: every reference resolved to an index, every formula parsed and typed.
//! Only [`super::load`] makes one, so a stage never checks a definition again.

mod dimension;
mod form;
mod limits;
mod plan;
mod rules;
mod settings;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::domain::{Period, PeriodKind, Text};
use crate::pipeline::units::Units;

pub use super::column::{Column, ColumnKind};
pub use super::index::{DimensionIndex, FormIndex, LevelIndex, MeasureIndex};
pub use dimension::*;
pub use form::*;
pub use limits::*;
pub use plan::*;
pub use rules::*;
pub use settings::*;

/// One pipeline, ready to run.
#[derive(Debug)]
pub struct Pipeline {
    /// The folder it was read from.
    pub dir: PathBuf,
    /// Short name, as in paths.
    pub name: String,
    /// Title.
    pub title: Text,
    /// Marks every output as synthetic.
    pub synthetic: bool,
    /// Of the published data.
    pub licence: Option<String>,
    /// Who publishes the data, and what they are about.
    pub credit: Credit,
    /// Length of a period.
    pub period_kind: PeriodKind,
    /// What the pipeline publishes, in order, without repetition. Where they are open-ended, those that had begun when the
    /// definition was loaded, or what [`Pipeline::open_through`] has made of them.
    pub periods: Vec<Period>,
    /// Whether the definition names no last period.
    pub open_ended: bool,
    /// Default of `--input`, resolved against `dir`.
    pub input: Option<PathBuf>,
    /// Default of `--output`, resolved against `dir`.
    pub output: Option<PathBuf>,
    /// Where the areas come from.
    pub registry: RegistrySpec,
    /// Who owes what; without it every area of the last level owes every form.
    pub reporters: Option<ReportersSpec>,
    /// When a release is withheld.
    pub gate: Gate,
    /// How much a received file may hold.
    pub limits: Limits,
    /// What goes back to the counties.
    pub returns: Returns,
    /// Day whose areas figures of all periods are also published for; None: they are published as reported alone.
    pub constant_boundaries: Option<Date>,
    /// Tables that are published for these areas, too, beside the figures.
    pub constant_tables: BTreeSet<RollUp>,
    /// How the report of a release looks.
    pub report: ReportLook,
    /// Which releases are kept.
    pub retention: Retention,
    /// What sums the rows.
    pub engine: EngineSpec,
    /// Further outputs beside Parquet.
    pub extracts: Vec<Extract>,
    /// Units and their conversions: the built-in ones and the pipeline's own.
    pub units: Units,
    /// What counties fill in.
    pub forms: Vec<Form>,
    /// Audit rules of every kind, those within one row first, else in the order of the kinds.
    pub rules: Vec<Rule>,
    /// What counties and the ministry say about the data, beside the submissions.
    pub feedback: Feedback,
    /// Additive quantities.
    pub measures: Vec<Measure>,
    /// Measure ÷ measure × factor.
    pub indicators: Vec<Indicator>,
    /// Ways to group areas or rows.
    pub dimensions: Vec<Dimension>,
    /// sha256 over all files of the definition in path order, lower-case hex.
    pub digest: String,
    /// The same over the TOML files alone, without the tables of the registry.
    pub rules_digest: String,
}

impl Pipeline {
    /// The columns of a form whose sum has a meaning, in order: those that a measure sums as they stand, and that do not say otherwise.
    pub fn additive(&self, form: FormIndex) -> Vec<usize> {
        let columns = &self.forms[form].columns;
        let measures = self.measures.iter().filter(|measure| measure.form == form);
        let mut found: Vec<usize> = measures
            .filter_map(|measure| match measure.value.columns.as_slice() {
                [only] if measure.value.text.trim() == columns[*only].id => Some(*only),
                _ => None,
            })
            .filter(|&at| match columns[at].kind {
                ColumnKind::Integer { .. } => columns[at].additive,
                ColumnKind::Decimal { percent, .. } => columns[at].additive && !percent,
                _ => false,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The forms over which an indicator's numerator and denominator are summed: one form twice, or two.
    pub fn forms_of(&self, indicator: &Indicator) -> [FormIndex; 2] {
        [indicator.numerator, indicator.denominator].map(|measure| self.measures[measure].form)
    }

    /// Whether numerator and denominator are of two forms, which are matched area by area.
    pub fn has_two_forms(&self, indicator: &Indicator) -> bool {
        let [above, below] = self.forms_of(indicator);
        above != below
    }

    /// The dimensions of rows that all forms of an indicator have.
    pub fn shared_dimensions(&self, indicator: &Indicator) -> Vec<DimensionIndex> {
        let [above, below] = self.forms_of(indicator).map(|form| self.row_dimensions(form));
        below
            .into_iter()
            .filter(|dimension| above.contains(dimension))
            .collect()
    }

    /// The dimension of rows whose members a column of facts holds beside those of its form.
    pub fn dimension_of_facts(&self, column: &str) -> Option<&Dimension> {
        let mut rows = self
            .dimensions
            .iter()
            .filter(|dimension| matches!(dimension.level, DimensionLevel::Row { .. }));
        rows.find(|dimension| dimension.fact_column() == column)
    }

    /// The dimensions of rows that a form has: those whose column it has, in order. Crosses are not among them: their members follow from
    /// those of the dimensions that they are made of.
    pub fn row_dimensions(&self, form: FormIndex) -> Vec<DimensionIndex> {
        let has = |level: &DimensionLevel| match level {
            DimensionLevel::Row { column, .. } => self.forms[form].column(column).is_some(),
            DimensionLevel::Area { .. } | DimensionLevel::Pairs(_) => false,
        };
        (0..self.dimensions.len())
            .filter(|&at| has(&self.dimensions[at].level))
            .collect()
    }

    /// Index of the member of rows in a dimension, by the members of their area and their own: `own` tells these of dimensions that are no
    /// pairs of others.
    pub fn member(&self, dimension: DimensionIndex, own: &dyn Fn(DimensionIndex) -> Option<u16>) -> usize {
        let of = &self.dimensions[dimension];
        match &of.level {
            DimensionLevel::Pairs(pairs) => {
                let pair = pairs.of.map(|part| self.member(part, own));
                pairs.member(pair).unwrap_or_else(|| of.unknown())
            }
            DimensionLevel::Area { .. } | DimensionLevel::Row { .. } => of.member_of(own(dimension)),
        }
    }

    /// The days that the registry is judged on: the end of each period, the days of its forms, and that of constant boundaries. In
    /// order.
    pub fn reference_days(&self) -> BTreeSet<Date> {
        let of_period = |&period: &Period| {
            let forms = self.forms.iter().map(move |form| form.reference(period));
            forms.chain([period.end()])
        };
        let of_periods = self.periods.iter().flat_map(of_period);
        of_periods.chain(self.constant_boundaries).collect()
    }

    /// Lets the periods of an open-ended pipeline end with the one that a day lies in, at the earliest with the first. Periods
    /// with a declared end stay as they are.
    pub fn open_through(&mut self, day: Date) {
        if let (true, Some(&first)) = (self.open_ended, self.periods.first()) {
            let last = Period::containing(day, self.period_kind).max(first);
            self.periods = first.through(last);
        }
    }
}
