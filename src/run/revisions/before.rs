//! The release before, with which this one is compared.

use std::path::{Path, PathBuf};

use crate::lake::{self, Output, TableFile};
use crate::partition::Shared;
use crate::release::Record;
use crate::run::RunError;
use crate::tables::{Columns, Table};

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
    pub(super) id: String,
    folder: PathBuf,
    pub(super) record: Option<Record>,
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

/// Why a release cannot be compared with.
pub(super) enum Unfit {
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

/// The release before, whose manifest can be read.
pub(super) struct Old<'a> {
    pub(super) before: &'a Before,
    pub(super) record: &'a Record,
}

impl Old<'_> {
    fn path(&self, relative: &str) -> PathBuf {
        self.before.folder.join(relative)
    }

    /// A file that is the one that was published.
    pub(super) fn sound(&self, relative: &str) -> Result<PathBuf, Unfit> {
        match self.record.is_sound(&self.before.folder, relative) {
            true => Ok(self.path(relative)),
            false => Err(Unfit::Damaged),
        }
    }

    /// The file of a table that is written period by period.
    pub(super) fn file(&self, table: &str) -> Result<OldTable, Unfit> {
        let path = self.sound(&format!("tables/{table}.parquet"))?;
        TableFile::open(&path).map(OldTable).map_err(|_| Unfit::OtherSchema)
    }

    /// Columns of a table.
    pub(super) fn table<'t, R: Columns<'t>>(&self) -> Result<Table, Unfit> {
        let path = self.sound(&format!("tables/{}.parquet", R::TABLE))?;
        lake::read_table::<R>(&path).map_err(|_| Unfit::OtherSchema)
    }
}

/// The file of a table of the release before.
pub(super) struct OldTable(TableFile);

impl OldTable {
    /// Columns of the rows of a period, before and in the part of this run. None: both have the same bytes.
    pub(super) fn beside<'t, R: Columns<'t>>(
        &self,
        period: &str,
        part: &Path,
    ) -> Result<Option<(Table, Table)>, Unfit> {
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
