//! The records of an old workbook (BIFF), before any library reads them: what they would make it hold keeps the limits.
//! Record and field layouts: [MS-XLS] 2.4.

use super::archive::{u16_at, u32_at};
use super::fault::Fault;
use crate::pipeline::Limits;

pub(super) const BOUND_SHEET: u16 = 0x0085;
pub(super) const MANY_NUMBERS: u16 = 0x00BD;
pub(super) const NUMBERS: [u16; 2] = [0x0203, 0x027E];
pub(super) const FORMULAS: [u16; 3] = [0x0006, 0x0206, 0x0406];
const BEGIN: [u16; 4] = [0x0809, 0x0409, 0x0209, 0x0009];
const END: u16 = 0x000A;
pub(super) const CONTINUE: u16 = 0x003C;
pub(super) const STRINGS: u16 = 0x00FC;
const DIMENSIONS: u16 = 0x0200;
/// Texts, truths and references to a shared string; their row and column stand first, as with numbers.
const TEXTS: [u16; 4] = [0x0204, 0x00D6, 0x0205, 0x00FD];
/// Records that continue one: the library takes each off the front of a list. 164 MB of shared strings need no more.
const CONTINUED: usize = 20_000;
/// Rows and columns of an old sheet.
const SHEET_CELLS: u64 = 65_536 * 256;
/// Parts of all that a file may unpack to which shared strings and formulas may be: each becomes many times its bytes.
const STRINGS_SHARE: u64 = 16;
const FORMULAS_SHARE: u64 = 32;

/// How many of the cells that a file may have the library can hold of an XLS or ODS: it keeps each several times, blanks
/// between them included.
pub(super) fn held_cells(limits: &Limits) -> u64 {
    (limits.cells as u64 / 12).max(1)
}

/// Whether the stream of a workbook may be given to the library.
pub(super) fn check(stream: &[u8], limits: &Limits) -> Result<(), Fault> {
    let mut starts = Vec::new();
    let mut strings = Run::default();
    for (kind, data) in raw(stream, 0).take_while(|(kind, _)| *kind != END) {
        strings.take(kind, data, limits)?;
        if kind == BOUND_SHEET {
            starts.extend(u32_at(data, 0));
        }
    }
    if starts.len() > limits.sheets {
        return Err(Fault::too_large(starts.len() as u64, limits.sheets as u64, "sheets"));
    }
    let mut held = Held::default();
    for start in starts {
        held.sheet(stream, start as usize, limits)?;
    }
    Ok(())
}

/// A record and those that continue it.
#[derive(Default)]
struct Run {
    kind: u16,
    records: usize,
    bytes: u64,
}

impl Run {
    fn take(&mut self, kind: u16, data: &[u8], limits: &Limits) -> Result<(), Fault> {
        if kind != CONTINUE {
            *self = Run { kind, ..Run::default() };
        }
        self.records += 1;
        self.bytes += data.len() as u64;
        if self.records > CONTINUED {
            return Err(Fault::Unreadable("a record without end".to_owned()));
        }
        let most = limits.unpacked_bytes / STRINGS_SHARE;
        if self.kind == STRINGS && self.bytes > most {
            return Err(Fault::too_large(self.bytes, most, "bytes of shared strings"));
        }
        Ok(())
    }
}

/// What the library would hold of all sheets.
#[derive(Default)]
struct Held {
    cells: u64,
    area: u64,
    formulas: u64,
}

impl Held {
    fn sheet(&mut self, stream: &[u8], start: usize, limits: &Limits) -> Result<(), Fault> {
        let most = held_cells(limits);
        let mut area = Area::default();
        let mut run = Run::default();
        for (kind, data) in records(stream, start) {
            run.take(kind, data, limits)?;
            if kind == DIMENSIONS && stated_area(data).is_none_or(|area| area > SHEET_CELLS) {
                return Err(Fault::Unreadable("the stated size of a sheet".to_owned()));
            }
            let Some((row, column, count)) = cells(kind, data) else {
                continue;
            };
            self.cells += u64::from(count);
            area.include(row, column);
            area.include(row, column.saturating_add(count - 1));
            if FORMULAS.contains(&kind) {
                self.formulas += data.len() as u64;
            }
            let found = self.cells.max(self.area + area.size());
            if found > most {
                return Err(Fault::too_large(found, most, "cells"));
            }
        }
        self.area += area.size();
        let most = limits.unpacked_bytes / FORMULAS_SHARE;
        if self.formulas > most {
            return Err(Fault::too_large(self.formulas, most, "bytes of formulas"));
        }
        Ok(())
    }
}

/// The smallest rectangle around some cells.
#[derive(Default)]
struct Area {
    rows: Option<(u32, u32)>,
    columns: Option<(u32, u32)>,
}

impl Area {
    fn include(&mut self, row: u32, column: u32) {
        let wider = |span: Option<(u32, u32)>, at: u32| span.map_or((at, at), |(from, to)| (from.min(at), to.max(at)));
        self.rows = Some(wider(self.rows, row));
        self.columns = Some(wider(self.columns, column));
    }

    fn size(&self) -> u64 {
        let length = |span: Option<(u32, u32)>| span.map_or(0, |(from, to)| u64::from(to - from) + 1);
        length(self.rows) * length(self.columns)
    }
}

/// Row, first column and number of the cells of a record.
fn cells(kind: u16, data: &[u8]) -> Option<(u32, u32, u32)> {
    let (row, column) = (u16_at(data, 0)?, u16_at(data, 2)?);
    let count = match kind {
        MANY_NUMBERS => (data.len().saturating_sub(6) / 6).max(1) as u32,
        _ if NUMBERS.contains(&kind) || FORMULAS.contains(&kind) || TEXTS.contains(&kind) => 1,
        _ => return None,
    };
    Some((u32::from(row), u32::from(column), count))
}

/// The cells of the rectangle a sheet says it has; the library makes room for them at once.
fn stated_area(data: &[u8]) -> Option<u64> {
    let short = |at| u16_at(data, at).map(u32::from);
    let (top, bottom, left, right) = match data.len() {
        10 => (short(0)?, short(2)?, short(4)?, short(6)?),
        14 | 16 => (u32_at(data, 0)?, u32_at(data, 4)?, short(8)?, short(10)?),
        // The library refuses it.
        _ => return Some(0),
    };
    if bottom == 0 || right == 0 {
        return Some(1);
    }
    let left = if left > 0xFF || right < left { 0 } else { left };
    let rows = u64::from(bottom.checked_sub(top)?);
    rows.checked_mul(u64::from(right.checked_sub(left)?))
}

/// All records from `start` on.
pub(super) fn raw(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = start;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, u16_at(stream, at + 2)?);
        let data = stream.get(at + 4..at + 4 + usize::from(length))?;
        at += 4 + data.len();
        Some((kind, data))
    })
}

/// Records of the substream that begins at `start`, up to its end; those of charts within it are left out.
pub(super) fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut all = raw(stream, start);
    let mut depth = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let (kind, data) = all.next()?;
            match kind {
                kind if BEGIN.contains(&kind) => depth += 1,
                END if depth <= 1 => return None,
                END => depth -= 1,
                _ if depth == 1 => return Some((kind, data)),
                _ => {}
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = (data.len() as u16).to_le_bytes();
        [&kind.to_le_bytes()[..], &length, data].concat()
    }

    fn words(numbers: &[u16]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    /// A workbook of one sheet with these records, as often as `times` says.
    fn workbook(sheet: &[Vec<u8>], times: usize) -> Vec<u8> {
        let begin = record(0x0809, &[0; 16]);
        let named = |start: u32| record(BOUND_SHEET, &[&start.to_le_bytes()[..], &[0, 0, 1, 0, b'a']].concat());
        let start = begin.len() + times * named(0).len() + 4;
        let globals = [begin.clone(), named(start as u32).repeat(times), record(END, &[])].concat();
        [globals, begin, sheet.concat(), record(END, &[])].concat()
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        record(0x0203, &[words(&[row, column, 0]), vec![0; 8]].concat())
    }

    #[test]
    fn only_what_the_library_can_hold_is_read() {
        let limits = Limits {
            cells: 1200,
            sheets: 3,
            ..Limits::default()
        };
        let size = |top: u32, bottom: u32, right: u16| {
            let rows = [top.to_le_bytes(), bottom.to_le_bytes()].concat();
            record(DIMENSIONS, &[rows, words(&[0, right, 0])].concat())
        };
        for (sheet, times, sound) in [
            (vec![number(0, 0), number(9, 9)], 1, true),
            (vec![number(0, 0), number(10, 9)], 1, false),
            (vec![number(0, 0), number(9, 9)], 2, false),
            (vec![number(5, 5)], 3, true),
            (vec![number(5, 5)], 4, false),
            (vec![number(5, 5); 101], 1, false),
            (vec![size(0, 65_536, 256)], 1, true),
            (vec![size(0, 4_000_000_000, 60_000)], 1, false),
            (vec![size(9, 3, 3)], 1, false),
            (vec![record(MANY_NUMBERS, &words(&[0; 400]))], 1, false),
            (vec![record(CONTINUE, &[0]); 20_001], 1, false),
        ] {
            let judged = check(&workbook(&sheet, times), &limits);
            assert_eq!(judged.is_ok(), sound, "{:?} {times}", sheet[0]);
        }
    }
}
