//! Writes the tables whose parts are on disk.

use super::RunError;
use super::compared::Compared;
use crate::lake::{FileMeta, PartedFile, TableFile, read_whole_table};
use crate::pipeline::{ExtractFormat, Pipeline};
use crate::release::{self, Staging};
use crate::tables::TableHead;

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
