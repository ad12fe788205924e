//! `[[extract]]`: tables in further formats.

use super::super::definition::{ExtractDef, ExtractFormatDef};
use super::super::faults::{Faults, Source};
use super::super::model::{Extract, ExtractFormat};
use crate::tables::{Columns, IndicatorRow, table_specs};

pub(super) fn resolve(written: &[ExtractDef], source: &Source, faults: &mut Faults) -> Vec<Extract> {
    let mut all = Vec::new();
    for extract in written {
        if !table_specs().contains_key(extract.table.as_str()) {
            let tables = table_specs().keys().copied();
            faults.unknown(source, "unknown-table", &extract.table, "table", tables);
        }
        let formats = extract.formats.iter().map(|format| match format {
            ExtractFormatDef::Csv => ExtractFormat::Csv,
            ExtractFormatDef::Xlsx => ExtractFormat::Xlsx,
            ExtractFormatDef::SdmxCsv => ExtractFormat::SdmxCsv,
        });
        let formats: Vec<ExtractFormat> = formats.collect();
        if formats.contains(&ExtractFormat::SdmxCsv) && *extract.table != IndicatorRow::TABLE {
            let message = format!("`{}` has no observations to write as SDMX", extract.table);
            let hint = format!("`sdmx_csv` is a format of `{}`", IndicatorRow::TABLE);
            faults.add(source, "wrong-value", extract.table.span(), message, hint);
        }
        all.push(Extract {
            table: (*extract.table).clone(),
            formats,
        });
    }
    all
}
