//! `[limits]`: each from 1 up to what the machine's own types can count.

use super::super::definition::{LimitsDef, Located};
use super::super::faults::{Faults, Source};
use super::super::model::Limits;

/// Texts of a file lie in one buffer whose places are counted in 32 bits, and decoding may make it half as long again.
const MOST_BYTES: u64 = 2 << 30;
/// Cells and rows are counted in 32 bits.
const MOST_CELLS: u64 = 1 << 31;

pub(super) fn resolve(written: Option<&LimitsDef>, source: &Source, faults: &mut Faults) -> Limits {
    let usual = Limits::default();
    let Some(written) = written else { return usual };
    let mut bytes = |limit: &Option<Located<u64>>, most, usual| within(limit, most, usual, source, faults);
    let (file_bytes, unpacked_bytes) = (
        bytes(&written.file_bytes, MOST_BYTES, usual.file_bytes),
        bytes(&written.unpacked_bytes, MOST_BYTES, usual.unpacked_bytes),
    );
    let compression_ratio = bytes(&written.compression_ratio, 100_000, usual.compression_ratio);
    let (register_bytes, corrections_bytes) = (
        bytes(&written.register_bytes, MOST_BYTES, usual.register_bytes),
        bytes(&written.corrections_bytes, MOST_BYTES, usual.corrections_bytes),
    );
    let mut count =
        |limit: &Option<Located<u64>>, most, usual: usize| within(limit, most, usual as u64, source, faults) as usize;
    Limits {
        file_bytes,
        unpacked_bytes,
        compression_ratio,
        register_bytes,
        corrections_bytes,
        sheets: count(&written.sheets, 100_000, usual.sheets),
        rows: count(&written.rows, MOST_CELLS, usual.rows),
        columns: count(&written.columns, 1 << 20, usual.columns),
        cells: count(&written.cells, MOST_CELLS, usual.cells),
        cell_bytes: count(&written.cell_bytes, MOST_BYTES, usual.cell_bytes),
        nesting: count(&written.nesting, 100_000, usual.nesting),
        findings: count(&written.findings, MOST_CELLS, usual.findings),
        register_rows: count(&written.register_rows, MOST_CELLS, usual.register_rows),
    }
}

fn within(limit: &Option<Located<u64>>, most: u64, usual: u64, source: &Source, faults: &mut Faults) -> u64 {
    let Some(limit) = limit else { return usual };
    if !(1..=most).contains(&**limit) {
        let message = format!("{} is no limit", limit);
        let hint = format!("from 1 to {most}; without the key it is {usual}");
        faults.add(source, "wrong-value", limit.span(), message, hint);
        return usual;
    }
    **limit
}
