//! What changed each published figure since the release before: the table `revisions`.
//!
//! Sums are linear: what the rows of one submission, or a cell that was corrected, add to a figure can be taken from its exact sums
//! again. From the sums of this release, the changes of each cause are taken away one after the other, the last cause first; what
//! is left between the figure that the release before published and the first sum so found is the work of the first cause.
//! Only figures that changed and files of rows that differ are looked at.

mod figures;
mod old_areas;
mod rows;
mod senders;
mod steps;

use std::path::{Path, PathBuf};

use super::RunError;
use super::compared::Compared;
use crate::lake::{self, Output, TableFile};
use crate::partition::Shared;
use crate::release::{Record, RevisionsSince, RevisionsState, Staging};
use crate::rollup::{Cube, CubeParts};
use crate::tables::{Columns, RevisionRow, Table};

/// With what a run compares its figures.
#[derive(Clone, Debug, Default)]
pub enum Since {
    /// With the release that is current.
    #[default]
    Current,
    /// With a release in a folder.
    Folder(PathBuf),
    /// With nothing.
    Nothing,
}

/// The release before.
pub struct Before {
    id: String,
    folder: PathBuf,
    record: Option<Record>,
}

impl Before {
    /// None: there is no release before.
    ///
    /// # Errors
    /// When the link to it cannot be read.
    pub fn open(since: &Since, output: &Output) -> Result<Option<Before>, lake::Error> {
        let folder = match since {
            Since::Nothing => return Ok(None),
            Since::Folder(folder) => Some(folder.clone()),
            Since::Current => output.current_release()?.map(|id| output.release(&id)),
        };
        Ok(folder.map(|folder| Before {
            id: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            record: Record::read(&folder),
            folder,
        }))
    }

    /// Whether this run may group areas in another way, so that its cube is needed to the end.
    pub fn has_other_registry(&self, shared: &Shared<'_>) -> bool {
        let pipeline = shared.pipeline;
        let differs = |record: &Record| record.definition_sha256 != pipeline.digest && record.has_other_rules(pipeline);
        self.record.as_ref().is_some_and(differs)
    }
}

/// What this run has found.
#[derive(Clone, Copy)]
pub struct Now<'a> {
    pub shared: &'a Shared<'a>,
    pub staging: &'a Staging,
    /// The sums of all partitions.
    pub parts: &'a CubeParts,
    /// The tables of the release.
    pub compared: &'a Compared,
    pub submissions: &'a Table,
    pub corrections: &'a Table,
    pub area_spans: &'a Table,
    /// All sums, where the release before may have grouped areas in another way.
    pub cube: Option<&'a Cube>,
}

/// Why a release cannot be compared with.
enum Unfit {
    Damaged,
    OtherSchema,
    /// What this run itself has written cannot be read, or not be summed.
    Run(Box<RunError>),
}

impl<E: Into<RunError>> From<E> for Unfit {
    fn from(error: E) -> Unfit {
        Unfit::Run(Box::new(error.into()))
    }
}

/// The table, and with what it compares. A release before that is damaged or has other columns gives no rows, and no failure.
///
/// # Errors
/// When what this run has written cannot be read again.
pub fn revisions(now: Now<'_>, before: Option<&Before>) -> Result<(Table, RevisionsSince), RunError> {
    let Some(before) = before else {
        return Ok((Table::of::<RevisionRow>(), RevisionsSince::default()));
    };
    let (table, state) = match compared(now, before) {
        Ok(table) => (table, RevisionsState::Compared),
        Err(Unfit::Damaged) => (Table::of::<RevisionRow>(), RevisionsState::Damaged),
        Err(Unfit::OtherSchema) => (Table::of::<RevisionRow>(), RevisionsState::OtherSchema),
        Err(Unfit::Run(error)) => return Err(*error),
    };
    let since = Some(before.id.clone());
    Ok((table, RevisionsSince { since, state }))
}

fn compared(now: Now<'_>, before: &Before) -> Result<Table, Unfit> {
    let record = before.record.as_ref().ok_or(Unfit::Damaged)?;
    let old = Old { before, record };
    let changed = figures::changed(now, &old)?;
    if changed.is_empty() {
        return Ok(Table::of::<RevisionRow>());
    }
    let senders = senders::Senders::of(&old, now)?;
    let moved = rows::Moved::of(&old, now, &senders)?;
    let causes = steps::Causes::of(&old, now, moved)?;
    Ok(steps::table(now, &changed, &causes))
}

/// The release before, whose manifest can be read.
struct Old<'a> {
    before: &'a Before,
    record: &'a Record,
}

impl Old<'_> {
    fn path(&self, relative: &str) -> PathBuf {
        self.before.folder.join(relative)
    }

    /// A file that is the one that was published.
    fn sound(&self, relative: &str) -> Result<PathBuf, Unfit> {
        match self.record.is_sound(&self.before.folder, relative) {
            true => Ok(self.path(relative)),
            false => Err(Unfit::Damaged),
        }
    }

    /// The file of a table that is written period by period.
    fn file(&self, table: &str) -> Result<OldTable, Unfit> {
        let path = self.sound(&format!("tables/{table}.parquet"))?;
        TableFile::open(&path).map(OldTable).map_err(|_| Unfit::OtherSchema)
    }

    /// Columns of a table.
    fn table<'t, R: Columns<'t>>(&self) -> Result<Table, Unfit> {
        let path = self.sound(&format!("tables/{}.parquet", R::TABLE))?;
        lake::read_table::<R>(&path).map_err(|_| Unfit::OtherSchema)
    }
}

/// The file of a table of the release before.
struct OldTable(TableFile);

impl OldTable {
    /// Columns of the rows of a period, before and in the part of this run. None: both have the same bytes.
    fn beside<'t, R: Columns<'t>>(&self, period: &str, part: &Path) -> Result<Option<(Table, Table)>, Unfit> {
        let now = TableFile::open(part)?;
        let (own, is_own) = match self.0.groups_with("period", period) {
            Some(groups) => (groups, true),
            // A version that did not write period by period: rows of other periods have no counterpart in the part.
            None => (self.0.all_groups(), false),
        };
        if is_own && self.0.has_same_bytes(&own, &now)? {
            return Ok(None);
        }
        let before = self.0.rows::<R>(&own).map_err(|_| Unfit::OtherSchema)?;
        Ok(Some((before, now.rows::<R>(&now.all_groups())?)))
    }
}
