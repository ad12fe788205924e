//! A pipeline with a proposed form and nothing else, in a temporary folder, and what a file gives when it is read with it.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::error::ScaffoldError;
use crate::domain::{Lang, Period};
use crate::intake::{Intake, ReadSubmission};
use crate::lake::{TemporaryFolder, disk};
use crate::pipeline::{self, Pipeline};
use crate::registry::Registry;
use crate::report::FormDraft;

/// The pipeline that a form is for, as far as it matters to a form.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Its folder; None: any pipeline.
    pub(super) folder: Option<PathBuf>,
    /// Its periods; None: any.
    pub(super) periods: Option<Vec<Period>>,
    /// Its levels from the root down.
    pub(super) levels: Vec<String>,
}

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
            crate::domain::PeriodKind::Year => "year",
            crate::domain::PeriodKind::Half => "half",
            crate::domain::PeriodKind::Quarter => "quarter",
            crate::domain::PeriodKind::Month => "month",
        };
        let periods = frame.periods.clone().unwrap_or_else(|| vec![period]);
        let periods: Vec<String> = periods.iter().map(|period| format!("\"{period}\"")).collect();
        let own = "[registry]\ndivisions = \"areas.csv\"\nlevels = [\"all\"]\npartition = \"all\"\n".to_owned();
        let registry = match &frame.folder {
            Some(taken) => {
                let from = relative(folder.path(), taken)?;
                format!("[[include]]\nfrom = '{from}'\ntake = [\"registry\", \"units\"]\n")
            }
            None => own,
        };
        let head = format!(
            "[pipeline]\nname = \"scaffold\"\nperiod = \"{kind}\"\nperiods = [{}]\n{registry}",
            periods.join(", ")
        );
        disk::write(&below("pipeline.toml"), head.as_bytes())?;
        disk::write(&below("areas.csv"), b"code,name,parent_code\nall,all,\n")?;
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

/// A folder as seen from another one, with `/`.
fn relative(from: &Path, to: &Path) -> Result<String, ScaffoldError> {
    let whole = |path: &Path| path.canonicalize().map_err(crate::lake::Error::io("look at", path));
    let (from, to) = (whole(from)?, whole(to)?);
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared).filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}
