//! What the result of a bundle depends on, part by part, and which of the parts have changed since it was kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::Period;
use crate::intake::FoundFile;
use crate::partition::{Bundle, KeptFile, Shared};
use crate::pipeline::FormIndex;

/// The program that has kept a result; another one may compute something else.
pub const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("HUIZONG_SOURCES"));

/// sha256 of something that a result depends on.
pub type Hash = [u8; 32];

/// The sha256 of a value as it is encoded.
pub fn hash(value: &impl Serialize) -> Hash {
    Sha256::digest(postcard::to_stdvec(value).expect("what is kept can be encoded")).into()
}

/// The sha256 of the program.
pub fn program() -> Hash {
    hash(&PROGRAM)
}

/// What a result depends on, each part by a name for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependencies {
    /// Whatever is no submission.
    pub parts: BTreeMap<Part, Hash>,
    /// The submissions by path: content, how they were recognised, and when they came.
    pub files: BTreeMap<String, Hash>,
    /// What the register of reporters says of the senders of each.
    pub senders: BTreeMap<String, Hash>,
}

/// Something that a result depends on beside the submissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The program itself.
    Program,
    /// The settings of the definition, such as limits and units.
    Settings,
    /// The forms that claim its files.
    Forms,
    /// All other forms; only where a sheet was held against their headers.
    OtherForms,
    /// The rules of its forms.
    Rules,
    /// What is summed of its forms.
    Measures,
    /// The areas in force in its period, and the groups of areas that rules and measures of its forms refer to.
    Areas,
    /// The names of all areas; only where the encoding of a file was recognised by them.
    AreaNames,
    /// The periods of the run.
    Periods,
    /// Lists of units.
    UnitLists,
    /// The register of reporters.
    Reporters,
    /// What earlier periods leave behind.
    EarlierPeriods,
    /// Corrections of the ministry.
    Corrections,
    /// Explanations beside the submissions.
    Explanations,
}

impl Part {
    /// The word in logs and reports.
    pub fn token(self) -> &'static str {
        match self {
            Part::Program => "program",
            Part::Settings => "settings",
            Part::Forms => "forms",
            Part::OtherForms => "other_forms",
            Part::Rules => "rules",
            Part::Measures => "measures",
            Part::Areas => "areas",
            Part::AreaNames => "area_names",
            Part::Periods => "periods",
            Part::UnitLists => "unit_lists",
            Part::Reporters => "reporters",
            Part::EarlierPeriods => "earlier_periods",
            Part::Corrections => "corrections",
            Part::Explanations => "explanations",
        }
    }

    /// Whether some results do not depend on it, and say so by leaving it out.
    fn is_optional(self) -> bool {
        matches!(self, Part::OtherForms | Part::AreaNames)
    }
}

/// Why a result cannot be used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No result has been kept, or it is damaged.
    New,
    /// Something else than a submission.
    Part(Part),
    /// A submission that cannot be opened, so that nobody knows whether it has changed.
    Unreadable,
    /// A submission that was not there.
    Added(String),
    /// A submission that is no longer there.
    Gone(String),
    /// A submission with another content, receipt or claim.
    Changed(String),
}

impl Cause {
    /// The word in logs and reports.
    pub fn token(&self) -> &'static str {
        match self {
            Cause::New => "nothing_kept",
            Cause::Unreadable => "unreadable",
            Cause::Part(part) => part.token(),
            Cause::Added(_) => "file_added",
            Cause::Gone(_) => "file_gone",
            Cause::Changed(_) => "file_changed",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::New => f.write_str("nothing kept"),
            Cause::Unreadable => f.write_str("a file cannot be opened"),
            Cause::Part(part) => f.write_str(part.token()),
            Cause::Added(path) => write!(f, "new {path}"),
            Cause::Gone(path) => write!(f, "gone {path}"),
            Cause::Changed(path) => write!(f, "changed {path}"),
        }
    }
}

impl Dependencies {
    /// What differs from those of a result that was kept; empty: nothing.
    pub fn differences(&self, kept: &Dependencies) -> Vec<Cause> {
        let is_other = |(part, hash): &(&Part, &Hash)| match kept.parts.get(part) {
            Some(before) => before != *hash,
            None => !part.is_optional(),
        };
        let parts = self.parts.iter().filter(is_other);
        let mut causes: Vec<Cause> = parts.map(|(part, _)| Cause::Part(*part)).collect();
        let mut senders = self.senders.iter();
        if senders.any(|(path, hash)| kept.senders.get(path).is_some_and(|before| before != hash)) {
            causes.push(Cause::Part(Part::Reporters));
        }
        for (path, hash) in &self.files {
            match kept.files.get(path) {
                None => causes.push(Cause::Added(path.clone())),
                Some(before) if before != hash => causes.push(Cause::Changed(path.clone())),
                Some(_) => {}
            }
        }
        let gone = kept.files.keys().filter(|path| !self.files.contains_key(*path));
        causes.extend(gone.map(|path| Cause::Gone(path.clone())));
        causes
    }

    /// The same without what a result was found not to depend on.
    #[must_use]
    pub fn without(mut self, parts: &[Part]) -> Dependencies {
        debug_assert!(parts.iter().all(|part| part.is_optional()));
        self.parts.retain(|part, _| !parts.contains(part));
        self
    }
}

/// Hashes of all that results depend on beside the submissions, made once for a run.
pub struct Slices {
    /// Parts that all results depend on.
    common: BTreeMap<Part, Hash>,
    forms: Vec<FormSlice>,
    /// The periods of the run, and those that it leaves out.
    periods: Vec<Period>,
    skipped: Vec<Period>,
    /// The areas of a form in a period of the pipeline.
    areas: BTreeMap<(FormIndex, Period), Hash>,
    /// The areas of all times.
    registry: Hash,
    /// Who owes which form in which period.
    reporters: Hash,
}

/// Hashes of what concerns one form.
struct FormSlice {
    form: Hash,
    rules: Hash,
    measures: Hash,
    /// How its files are read and cleaned: the form, and which of its columns have sums.
    cleaning: Hash,
    /// Members of the areas in the dimensions that its rules and measures name.
    members: Hash,
    /// How its partition areas follow each other.
    lineage: Hash,
}

impl Slices {
    /// Of everything that the jobs of a run share.
    pub fn of(shared: &Shared<'_>) -> Slices {
        let pipeline = shared.pipeline;
        let registry = shared.registry.slices();
        let periods: Vec<String> = pipeline.periods.iter().map(ToString::to_string).collect();
        let all: Vec<FormIndex> = (0..pipeline.forms.len()).collect();
        let forms: Vec<FormSlice> = all
            .iter()
            .map(|&form| {
                let members = pipeline.area_dimensions(form).into_iter();
                let members: Vec<_> = members.map(|at| (at, registry.members(at))).collect();
                FormSlice {
                    form: hash(&pipeline.form_slice(form)),
                    rules: hash(&pipeline.rules_slice(form)),
                    measures: hash(&pipeline.figures_slice(form)),
                    cleaning: hash(&(pipeline.form_slice(form), pipeline.additive_slice(form))),
                    members: hash(&members),
                    lineage: hash(&shared.lineage.slice(form)),
                }
            })
            .collect();
        let every: Vec<Hash> = forms.iter().map(|slice| slice.form).collect();
        let common = BTreeMap::from([
            (Part::Program, program()),
            (
                Part::Settings,
                hash(&(pipeline.settings_slice(), shared.registry.root_code())),
            ),
            (Part::OtherForms, hash(&(&every, &periods))),
            (Part::AreaNames, hash(&shared.registry.names_slice())),
            (Part::UnitLists, hash(&format!("{:?}", shared.lists))),
        ]);
        let mut by_day = BTreeMap::new();
        let mut areas = BTreeMap::new();
        for &form in &all {
            for &period in &pipeline.periods {
                let day = pipeline.forms[form].reference(period);
                let of_day = *by_day.entry(day).or_insert_with(|| registry.on(day));
                areas.insert((form, period), hash(&(day.to_string(), of_day)));
            }
        }
        let mut reporters = Sha256::new();
        for &form in &all {
            for &period in &pipeline.periods {
                let codes = shared.reporters.expected(form, period).keys();
                codes.for_each(|code| reporters.update(format!("{form} {period} {code}\n")));
            }
        }
        Slices {
            common,
            forms,
            periods: pipeline.periods.clone(),
            skipped: shared.skipped.to_vec(),
            areas,
            registry: registry.whole(),
            reporters: reporters.finalize().into(),
        }
    }

    /// The parts that the result of a bundle depends on, but for what earlier periods leave behind and what corrections and
    /// explanations say.
    pub fn of_bundle(&self, bundle: &Bundle) -> BTreeMap<Part, Hash> {
        let (period, _) = bundle.key;
        let forms: BTreeSet<FormIndex> = match period {
            // A sheet may turn out to be of any form.
            None => (0..self.forms.len()).collect(),
            Some(_) => forms_of(&bundle.files),
        };
        let each = |of: fn(&FormSlice) -> Hash| -> Hash {
            let all: Vec<(FormIndex, Hash)> = forms.iter().map(|&form| (form, of(&self.forms[form]))).collect();
            hash(&all)
        };
        let period = period.filter(|period| !may_be_of_others(&bundle.files, *period));
        let is_concerned =
            |(form, of): &(FormIndex, Period)| forms.contains(form) && period.is_none_or(|period| period == *of);
        let areas: Vec<_> = self.areas.iter().filter(|(key, _)| is_concerned(key)).collect();
        // What is of no period of the run has a place among the areas of its own period.
        let is_unusual = period.is_none_or(|period| !self.periods.contains(&period));
        let areas = (areas, is_unusual.then_some(self.registry));
        let mut parts = self.common.clone();
        parts.insert(Part::Periods, self.periods_around(&bundle.files, period));
        parts.insert(Part::Forms, each(|slice| slice.form));
        parts.insert(Part::Rules, each(|slice| slice.rules));
        parts.insert(Part::Measures, each(|slice| slice.measures));
        let groups = (each(|slice| slice.members), each(|slice| slice.lineage));
        parts.insert(Part::Areas, hash(&(areas, groups)));
        parts
    }
}

impl Slices {
    /// What a result depends on of the periods of the run. `period` is that of its submissions: rules look back to the period before,
    /// and the next one looks back to it. Where it is not known, or none of the run's, all periods matter.
    fn periods_around(&self, files: &[FoundFile], period: Option<Period>) -> Hash {
        let is_usual = |period: &Period| self.periods.contains(period) && are_periods_in_paths(files);
        match period.filter(is_usual) {
            Some(period) => {
                let skipped: Vec<&Period> = self.skipped.iter().filter(|skipped| **skipped < period).collect();
                hash(&(self.periods.iter().any(|later| *later > period), skipped))
            }
            None => hash(&(&self.periods, &self.skipped)),
        }
    }

    /// Which of the senders of a file owe what they send, and which of the areas that bore their codes at other times. How many rows they
    /// owe concerns no job.
    pub fn of_senders(&self, shared: &Shared<'_>, file: &FoundFile) -> Hash {
        let mut all = BTreeSet::new();
        for claim in &file.claims {
            let (period, sender) = shared.intake.identity(claim);
            let Some(period) = period.filter(|_| !claim.is_pattern()) else {
                return self.reporters;
            };
            let areas = shared.areas(claim.form, period);
            let bearers = areas.other_bearers(sender).iter();
            let others = bearers.flat_map(|bearer| bearer.moved.codes.iter().map(String::as_str));
            let expected = shared.reporters.expected(claim.form, period);
            for code in std::iter::once(sender).chain(others) {
                all.insert((claim.form, code.to_owned(), expected.contains_key(code)));
            }
        }
        hash(&all)
    }

    /// The key of a file that was read and cleaned: everything that this depended on. None: no period of the run has it.
    pub fn of_file(&self, file: &FoundFile, content: &Hash, kept: &KeptFile) -> Option<Hash> {
        let common = [Part::Program, Part::Settings].map(|part| self.common[&part]);
        let claimed: Vec<(FormIndex, Hash)> = forms_of(std::slice::from_ref(file))
            .into_iter()
            .map(|form| (form, self.forms[form].cleaning))
            .collect();
        let areas = kept
            .cleaned()
            .map(|(form, period)| self.areas.get(&(form, period?)).copied());
        let areas: Vec<Hash> = areas.collect::<Option<_>>()?;
        let consulted = kept.consulted();
        let names = consulted.area_names.then(|| self.common[&Part::AreaNames]);
        let others = consulted.other_forms.then(|| self.common[&Part::OtherForms]);
        // A path without a period is of the only one.
        let periods = (!are_periods_in_paths(std::slice::from_ref(file))).then_some(&self.periods);
        let found = (&file.path, content, &file.claims, &file.told);
        Some(hash(&(common, claimed, areas, names, others, periods, found)))
    }
}

/// Whether the path of each file says of which period it is.
fn are_periods_in_paths(files: &[FoundFile]) -> bool {
    let mut claims = files.iter().flat_map(|file| &file.claims);
    claims.all(|claim| claim.period_text.is_some())
}

/// The forms that claim files.
fn forms_of(files: &[FoundFile]) -> BTreeSet<FormIndex> {
    let claims = files.iter().flat_map(|file| &file.claims);
    claims.map(|claim| claim.form).collect()
}

/// Whether a submission may turn out to be of another period than the paths say: the names of sheets may say so.
pub fn may_be_of_others(files: &[FoundFile], period: Period) -> bool {
    let mut claims = files.iter().flat_map(|file| &file.claims);
    claims.any(|claim| claim.is_pattern() || claim.period != Some(period))
}
