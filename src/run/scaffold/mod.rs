//! `huizong scaffold`: the form that a received sheet seems to be.
//!
//! Nothing here knows how a cell is read. A form with every column is tried on the sheet, type by type; the first type whose cleaner
//! reads all cells of a column is proposed, and what the cleaners ask about is told beside it.

mod column;
mod describe;
mod error;
mod key;
mod names;
mod place;
mod proof;
mod sheet;
mod task;
mod trial;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use column::{Cells, Reading};
use describe::describe;
pub use error::ScaffoldError;
pub use task::ScaffoldQuery;
use task::Task;
use trial::Trial;

use crate::domain::RawTable;
use crate::intake::{self, Outline};
use crate::pipeline::{self, Limits};
use crate::registry::{Areas, Registry};
use crate::report::{ColumnDraft, FormDraft};

/// Proposes a form.
///
/// # Errors
/// If the file has no table that can be read, or the pipeline has faults.
pub fn scaffold(query: ScaffoldQuery<'_>) -> Result<FormDraft, ScaffoldError> {
    let own = query
        .pipeline
        .map(pipeline::load)
        .transpose()
        .map_err(ScaffoldError::Definition)?;
    let limits = own.as_ref().map_or_else(Limits::default, |own| own.limits);
    let registry = own
        .as_ref()
        .map(Registry::load)
        .transpose()
        .map_err(ScaffoldError::Definition)?;
    let (bytes, outline) = opened(query.path, registry.as_ref(), &limits)?;
    let task = Task::new(query, bytes, own.as_ref(), registry.as_ref());
    let chosen = sheet::choose(&outline, query.path, query.sheet)?;
    let units = own
        .as_ref()
        .map_or(pipeline::units::Units::built_in(), |own| &own.units);
    let (columns, left_out) = sheet::columns(chosen.header, units);
    let (places, columns): (Vec<u32>, Vec<ColumnDraft>) = columns.into_iter().unzip();
    let mut draft = FormDraft {
        id: task.id(own.as_ref(), chosen.seen.name.as_deref()),
        unit: "record".to_owned(),
        template: task.template("data", chosen.part.as_deref()),
        columns,
        left_out,
        sheet: chosen.seen,
        ..FormDraft::default()
    };
    let mut period = task.period();
    draft.period = task.frame.periods.as_ref().map(|_| period.to_string());
    let mut trial = Trial::of(&draft, &task.frame, period)?;
    let mut read = trial.read("data", &task.bytes)?;
    let stated = read
        .as_ref()
        .and_then(|read| intake::period_in(read.stated_period.as_deref()?));
    if let Some(stated) = stated.filter(|_| task.place.period.is_none() && task.frame.periods.is_none()) {
        period = stated;
        trial = Trial::of(&draft, &task.frame, period)?;
        read = trial.read("data", &task.bytes)?;
    }
    let no_header = || ScaffoldError::NoHeader {
        path: query.path.to_owned(),
    };
    let table = read.and_then(|read| read.table).ok_or_else(no_header)?;
    let areas = trial.registry.of_form(&trial.pipeline.forms[0], period);
    let readings = readings(&task, &mut trial, &table, &areas, &draft);
    describe(&mut draft, &task.frame, &readings, &table, &places);
    task.settle(&mut draft, own.as_ref(), stated, chosen.part.as_deref());
    proof::prove(&mut draft, (&task.frame, period), &task.path, &task.bytes)?;
    Ok(draft)
}

/// The bytes of a file, and its sheets.
fn opened(path: &Path, registry: Option<&Registry>, limits: &Limits) -> Result<(Arc<[u8]>, Outline), ScaffoldError> {
    if !path.is_file() {
        return Err(ScaffoldError::NoFile { path: path.to_owned() });
    }
    let unreadable = |finding| ScaffoldError::Unreadable {
        path: path.to_owned(),
        finding,
    };
    let bytes = intake::bytes_at(path, limits)?.map_err(unreadable)?;
    let areas = registry.into_iter().flat_map(Registry::all);
    let names: HashSet<&str> = areas
        .map(|area| area.name.as_str())
        .filter(|name| !name.is_ascii())
        .collect();
    let outline = intake::outline(&bytes, &|cell| names.contains(cell), limits).map_err(unreadable)?;
    Ok((bytes.into(), outline))
}

/// What each column of a form holds, in the order of the form.
fn readings(
    task: &Task<'_>,
    trial: &mut Trial,
    table: &RawTable,
    areas: &Areas,
    draft: &FormDraft,
) -> Vec<Option<Reading>> {
    let sender = task.place.sender.clone();
    let sender = sender
        .filter(|code| areas.get(code).is_some())
        .unwrap_or_else(|| areas.root().code.clone());
    let all = draft.columns.iter().enumerate().map(|(column, drafted)| {
        let matched = table.columns.iter().find(|matched| matched.column == column)?;
        let mut cells = Cells {
            trial,
            table,
            areas,
            sender: &sender,
            column,
            index: matched.index,
            header: &drafted.header,
            unit: matched.unit.clone(),
            knows_areas: !task.frame.levels.is_empty(),
        };
        Some(cells.reading())
    });
    all.collect()
}
