//! Writes tables part by part.

use super::RunError;
use super::compared::Compared;
use crate::domain::Period;
use crate::lake::{FileMeta, PartedFile, TableFile, disk, encode_part, read_whole_table};
use crate::pipeline::{ExtractFormat, Pipeline};
use crate::release::{self, Staging};
use crate::tables::{Table, TableHead};

/// Puts the parts of a table together, as Parquet and in further formats.
///
/// # Errors
/// When a part cannot be read, or a file not be written.
pub fn write(
    pipeline: &Pipeline,
    staging: &Staging,
    (compared, table): (&Compared, TableHead<'static>),
    formats: &[ExtractFormat],
) -> Result<(), RunError> {
    let path = format!("tables/{}.parquet", table.name);
    let meta = FileMeta::of_table(pipeline, table.spec);
    let mut file = PartedFile::create(&staging.path(&path), table.name, table.spec, &meta)?;
    for (_, part) in compared.parts(table.name) {
        file.append(&TableFile::open(&part)?)?;
    }
    staging.note(&path, file.finish()?);
    for &format in formats {
        match format {
            ExtractFormat::Csv => {
                for (period, path, written) in compared.csv(table.name) {
                    staging.link(
                        &path,
                        &release::extract_of_period(table.name, period, format),
                        written.clone(),
                    )?;
                }
            }
            // The file is of the areas that a reader compares: those of the partition level, and the whole.
            ExtractFormat::SdmxCsv => release::write_extract(pipeline, staging, &compared.top[0], format)?,
            ExtractFormat::Xlsx => extract_written(pipeline, staging, table, format)?,
        }
    }
    Ok(())
}

/// A table of the release that is written period by period.
pub struct GrowingTable<'a> {
    staging: &'a Staging,
    path: String,
    file: PartedFile,
}

impl<'a> GrowingTable<'a> {
    /// Begins it.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(
        pipeline: &Pipeline,
        staging: &'a Staging,
        table: TableHead<'static>,
    ) -> Result<GrowingTable<'a>, RunError> {
        let path = format!("tables/{}.parquet", table.name);
        let meta = FileMeta::of_table(pipeline, table.spec);
        let file = PartedFile::create(&staging.path(&path), table.name, table.spec, &meta)?;
        Ok(GrowingTable { staging, path, file })
    }

    /// Adds the rows of a period, in ascending order of periods.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn add(&mut self, period: Period, rows: &Table) -> Result<(), RunError> {
        let part = self.staging.path(&format!("{}.{period}", self.path));
        disk::write(&part, &encode_part(&part, rows, 0..rows.height())?)?;
        self.file.append(&TableFile::open(&part)?)?;
        Ok(disk::remove_file(&part)?)
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<(), RunError> {
        self.staging.note(&self.path, self.file.finish()?);
        Ok(())
    }
}

/// Writes a table that is on disk in a further format. It is held whole.
///
/// # Errors
/// When it cannot be read, or the file not be written.
pub fn extract_written(
    pipeline: &Pipeline,
    staging: &Staging,
    table: TableHead<'static>,
    format: ExtractFormat,
) -> Result<(), RunError> {
    let path = format!("tables/{}.parquet", table.name);
    let whole = read_whole_table(&staging.path(&path), table)?;
    Ok(release::write_extract(pipeline, staging, &whole, format)?)
}
