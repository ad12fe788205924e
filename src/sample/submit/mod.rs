//! Makes the files of one reporter and period, and writes down what must be found in them.

mod files;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::SampleError;
use super::amend::{Amendment, Slipped, WrongTotal};
use super::calibrate::Constants;
use super::chance::{Chance, stream};
use super::draw::{Row, Scene, area_deviates};
use super::faults::Spoilt;
use super::lay::{Counted, Laying, Total};
use super::model::FormModel;
use super::plan::{FileFault, UnitPlan, Wishes};
use super::recipe::Format;
use super::reporters::{Cast, Reporter};
use super::sheet::{Style, Titles};
use super::truth::{Ledger, Line, Registered};
use super::units::{self, Listed};
use crate::domain::Period;
use crate::pipeline::Pipeline;

pub(super) use files::{plain, sheet_name};

/// What all units of a period share.
pub(super) struct Stage<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) wishes: &'a Wishes<'a>,
    pub(super) models: &'a [FormModel<'a>],
    pub(super) period: Period,
    pub(super) cast: &'a Cast,
    pub(super) constants: &'a Constants,
    /// For each reporter: a code that no area has.
    pub(super) unknown_areas: BTreeMap<String, String>,
    /// Reporters that other periods do not know.
    pub(super) passing: BTreeSet<String>,
    /// Reporters that have another code in a later period.
    pub(super) recoded: BTreeSet<String>,
    /// A period that nobody asks for.
    pub(super) stray: Period,
}

/// One file, ready to be written.
pub(super) struct Sent {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) received: Option<Date>,
}

/// All that a unit leaves behind.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) sent: Vec<Sent>,
    pub(super) truth: Vec<Line>,
    pub(super) registered: Vec<Registered>,
    pub(super) ledger: Ledger,
    pub(super) standing: Vec<Standing>,
    /// By model: the units that a list names, where a rule reads one.
    pub(super) listed: BTreeMap<usize, Listed>,
}

/// A form of a submission that will be accepted.
#[derive(Clone)]
pub(super) struct Standing {
    pub(super) path: String,
    pub(super) sheet: String,
    /// Index of the model.
    pub(super) model: usize,
    /// Whether it came once, and with no fault of the file.
    pub(super) is_plain: bool,
    pub(super) records: Vec<Counted>,
    pub(super) total: Option<Total>,
}

/// A form of a reporter, ready to be laid out.
pub(super) struct Prepared {
    /// What is true.
    pub(super) rows: Vec<Row>,
    /// What the sheet says instead, a column of it in another unit.
    slipped: Option<Slipped>,
    /// Of a form that is sent.
    pub(super) sheet: Option<(Style, Vec<Option<Spoilt>>)>,
    wrong_total: Option<(usize, WrongTotal)>,
    listed: Option<Listed>,
}

impl Prepared {
    /// As they are laid out.
    fn laid(&self) -> &[Row] {
        self.slipped.as_ref().map_or(&self.rows, |slipped| &slipped.rows)
    }
}

/// Clean rows, by model.
pub(super) type Drawn = Vec<Vec<Row>>;

impl Stage<'_> {
    /// The files of one reporter, and the rows that are true.
    pub(super) fn unit(&self, unit: &UnitPlan) -> Result<(Outcome, Drawn), SampleError> {
        let mut prepared = self.prepare(unit, None);
        let outcome = self.outcome(unit, &mut prepared, false)?;
        Ok((outcome, prepared.into_iter().map(|one| one.rows).collect()))
    }

    /// The same with a change. `drawn`: the rows without it. `dry`: no bytes, registers and sums are made.
    pub(super) fn amended(
        &self,
        unit: &UnitPlan,
        drawn: &Drawn,
        amendment: &Amendment,
        dry: bool,
    ) -> Result<Outcome, SampleError> {
        let mut prepared = self.prepare(unit, Some((amendment, drawn)));
        self.outcome(unit, &mut prepared, dry)
    }

    fn outcome(&self, unit: &UnitPlan, prepared: &mut [Prepared], dry: bool) -> Result<Outcome, SampleError> {
        let reporter = &self.cast.reporters[unit.reporter];
        let mut outcome = Outcome::default();
        for (at, own) in prepared.iter_mut().enumerate() {
            outcome.listed.extend(own.listed.take().map(|listed| (at, listed)));
        }
        if !dry {
            self.register(reporter, unit, prepared, &mut outcome);
        }
        for file in &unit.files {
            self.file(reporter, file, prepared, dry, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// What the register of reporters expects, and the sums of what is sent.
    fn register(&self, reporter: &Reporter, unit: &UnitPlan, prepared: &[Prepared], outcome: &mut Outcome) {
        for (at, model) in self.models.iter().enumerate() {
            let rows = &prepared[at].rows;
            let file = unit.files.iter().find(|f| f.models.contains(&at));
            let beyond = file.is_some_and(|f| f.fault == Some(FileFault::RowsBeyondExpected));
            let fewer = if beyond { 3 } else { 0 };
            let registered = Registered::of(self.pipeline, model, reporter, self.period, rows, fewer);
            outcome.registered.push(registered);
            if file.is_some() {
                outcome.ledger.add(self.pipeline, model, reporter, self.period, rows);
            }
        }
    }

    pub(super) fn rows(&self, reporter: &Reporter, sizes: &[usize]) -> Drawn {
        let mut all = Drawn::new();
        for (at, size) in sizes.iter().enumerate() {
            let rows = self.draw(reporter, at, *size, &all);
            all.push(rows);
        }
        all
    }

    fn draw(&self, reporter: &Reporter, at: usize, size: usize, others: &[Vec<Row>]) -> Vec<Row> {
        let model = &self.models[at];
        let scene = Scene {
            seed: self.wishes.seed,
            model,
            reporter,
            period: self.period,
            pools: &self.wishes.recipe.pools,
            constants: &self.constants[at],
            area: area_deviates(self.wishes.seed, model, reporter),
            others,
        };
        scene.rows(size)
    }

    /// Draws each form and spoils its rows; a form that sums another up takes the figures that its clerk wrote there.
    fn prepare(&self, unit: &UnitPlan, amended: Option<(&Amendment, &Drawn)>) -> Vec<Prepared> {
        let reporter = &self.cast.reporters[unit.reporter];
        let amendment = amended.map(|(amendment, _)| amendment);
        let (mut all, mut written): (Vec<Prepared>, Vec<Vec<Row>>) = (Vec::new(), Vec::new());
        for (at, model) in self.models.iter().enumerate() {
            let mut rows = match amended {
                // Nothing before a form that is changed is changed.
                Some((amendment, drawn)) if at <= amendment.model => drawn[at].clone(),
                _ => self.draw(reporter, at, unit.sizes[at], &written),
            };
            let mut listed = units::listed(self.pipeline, model, &rows);
            if let Some(amendment) = amendment {
                amendment.recruit(at, model, &mut rows);
                if amendment.is_listed {
                    listed = units::listed(self.pipeline, model, &rows);
                }
            }
            let mut stated = rows.clone();
            let slipped = amendment.and_then(|amendment| amendment.slipped(at, &rows));
            let laid = slipped.as_ref().map_or(&rows, |slipped| &slipped.rows);
            let file = unit.files.iter().find(|file| file.models.contains(&at));
            let sheet = file.map(|file| {
                let chance = |what: &str| {
                    let period = self.period.to_string();
                    stream(self.wishes.seed, &[what, &reporter.code, &period, &model.recipe.id])
                };
                let format = if file.is_shared() { Format::Xlsx } else { file.format };
                let style = self.style(&mut chance("style"), model, reporter, format);
                let faults = file
                    .models
                    .iter()
                    .position(|&m| m == at)
                    .map_or((0, 0), |n| file.row_faults[n]);
                let patches = amendment.map_or(&[][..], |amendment| amendment.patches(at));
                let laying = self.laying(reporter, model, &style);
                let former = amendment.and_then(|amendment| amendment.former(at));
                let spoilt = laying.spoil(&mut chance("spoil"), laid, (patches, former), faults);
                for (row, bad) in stated.iter_mut().zip(&spoilt) {
                    if let Some(bad) = bad {
                        let mut said = bad.stated.clone();
                        // Whoever sums up knows the unit.
                        if let Some(Slipped { slot, .. }) = slipped {
                            said[slot].clone_from(&row[slot]);
                        }
                        *row = said;
                    }
                }
                (style, spoilt)
            });
            written.push(stated);
            all.push(Prepared {
                rows,
                slipped,
                sheet,
                wrong_total: amendment.and_then(|amendment| amendment.wrong_total(at)),
                listed,
            });
        }
        all
    }

    pub(super) fn style(&self, rng: &mut Chance, model: &FormModel, reporter: &Reporter, format: Format) -> Style {
        let period = self.period.to_string();
        let titles = Titles {
            area: &reporter.name,
            period: &period,
        };
        Style::draw(rng, self.wishes.recipe, model, format, &titles, self.wishes.quirk_rate)
    }

    pub(super) fn laying<'a>(
        &'a self,
        reporter: &'a Reporter,
        model: &'a FormModel<'a>,
        style: &'a Style,
    ) -> Laying<'a> {
        Laying {
            pipeline: self.pipeline,
            recipe: self.wishes.recipe,
            model,
            style,
            quirk_rate: self.wishes.quirk_rate,
            unknown_area: self.unknown_areas.get(&reporter.code).map_or("", String::as_str),
            stranger: self
                .cast
                .reporters
                .iter()
                .find(|r| r.code != reporter.code && r.bases.first() != reporter.bases.first()),
        }
    }
}
