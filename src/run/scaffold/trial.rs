//! A pipeline with a proposed form and nothing else, in a temporary folder, and what a file gives when it is read with it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::error::ScaffoldError;
use crate::domain::{Lang, Period, PeriodKind};
use crate::intake::{Intake, ReadSubmission};
use crate::lake::{self, TemporaryFolder, disk};
use crate::pipeline::units::UnitDef;
use crate::pipeline::{self, CodeScheme, Pipeline};
use crate::registry::Registry;
use crate::report::FormDraft;

/// The pipeline that a form is for, as far as it matters to a form; by default any pipeline of one period.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Its periods; None: whichever the file names.
    pub(super) periods: Option<Vec<Period>>,
    /// Its levels from the root down; empty: unknown.
    pub(super) levels: Vec<String>,
    /// What its `pipeline.toml` says of registry and units, for a table of areas in the same folder.
    head: Option<String>,
    /// Its table of areas.
    divisions: Option<PathBuf>,
}

impl Frame {
    /// What matters of a pipeline.
    pub(super) fn of(own: &Pipeline) -> Frame {
        let registry = &own.registry;
        let scheme = match registry.code_scheme {
            CodeScheme::Plain => "plain",
            CodeScheme::Gb2260 => "gb2260",
        };
        let head = Head {
            registry: BTreeMap::from([
                ("divisions", toml::Value::from(AREAS)),
                ("levels", toml::Value::from(registry.levels.clone())),
                (
                    "partition",
                    toml::Value::from(registry.levels[registry.partition].clone()),
                ),
                ("code_scheme", toml::Value::from(scheme)),
            ]),
            unit: own.units.declared(),
        };
        Frame {
            periods: Some(own.periods.clone()),
            levels: registry.levels.clone(),
            head: Some(toml::to_string(&head).expect("it has nothing but texts and lists of them")),
            divisions: Some(registry.divisions.clone()),
        }
    }
}

/// `[registry]` and `[[unit]]`.
#[derive(Serialize)]
struct Head {
    registry: BTreeMap<&'static str, toml::Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unit: Vec<UnitDef>,
}

/// Name of the table of areas.
const AREAS: &str = "areas.csv";

/// A pipeline with one form.
pub(super) struct Trial {
    pub(super) pipeline: Pipeline,
    pub(super) registry: Registry,
}

/// The period where nothing names one.
pub(super) const ANY_PERIOD: &str = "2020";

impl Trial {
    /// Writes the definition and loads it.
    pub(super) fn of(draft: &FormDraft, frame: &Frame, period: Period) -> Result<Trial, ScaffoldError> {
        let folder = TemporaryFolder::within(&std::env::temp_dir(), "huizong-scaffold-")?;
        let below = |path: &str| folder.path().join(path);
        let kind = match period.kind() {
            PeriodKind::Year => "year",
            PeriodKind::Half => "half",
            PeriodKind::Quarter => "quarter",
            PeriodKind::Month => "month",
        };
        let periods = frame.periods.clone().unwrap_or_else(|| vec![period]);
        let periods: Vec<String> = periods.iter().map(|period| format!("\"{period}\"")).collect();
        let head = frame.head.clone().unwrap_or_else(|| {
            format!("[registry]\ndivisions = \"{AREAS}\"\nlevels = [\"all\"]\npartition = \"all\"\n")
        });
        let head = format!(
            "[pipeline]\nname = \"scaffold\"\nperiod = \"{kind}\"\nperiods = [{}]\n{head}",
            periods.join(", ")
        );
        let areas = match &frame.divisions {
            Some(path) => fs::read(path).map_err(lake::Error::io("read the file", path))?,
            None => b"code,name,parent_code\nall,all,\n".to_vec(),
        };
        disk::write(&below("pipeline.toml"), head.as_bytes())?;
        disk::write(&below(AREAS), &areas)?;
        disk::write(&below("forms/proposed.toml"), draft.toml(Lang::En).as_bytes())?;
        let pipeline = pipeline::load(folder.path()).map_err(ScaffoldError::Definition)?;
        let registry = Registry::load(&pipeline).map_err(ScaffoldError::Definition)?;
        Ok(Trial { pipeline, registry })
    }

    /// What a file at a path gives: the submission with a table, if there is any.
    pub(super) fn read(&self, path: &str, bytes: &Arc<[u8]>) -> Result<Option<ReadSubmission>, ScaffoldError> {
        let names = self.registry.all().iter().map(|area| area.name.as_str());
        let intake = Intake::new(&self.pipeline, Path::new(""), self.registry.root_code()).with_names(names);
        let read = intake.read(&intake.in_memory(path, bytes.clone()))?;
        Ok(read
            .submissions
            .into_iter()
            .find(|submission| submission.table.is_some()))
    }
}
