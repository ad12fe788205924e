//! Which cells of an XLS or ODS are shown as percentages. The workbook library gives their bare numbers, and 0.123 for
//! 12.3 % would be wrong by a factor of a hundred in silence; so the formats are read here.

use std::collections::HashSet;
use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::archive::{u16_at, u32_at};
use super::limits;

/// Sheet among the worksheets, row and column, from 0. Only looked up, never listed.
pub(super) type PercentCells = HashSet<(usize, u32, u32)>;

/// Of an OpenDocument spreadsheet; `None` where its content cannot be walked.
pub(super) fn of_ods(bytes: &[u8]) -> Option<PercentCells> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let content = archive.by_name("content.xml").ok()?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let (mut cells, mut buffer) = (PercentCells::new(), Vec::new());
    let (mut sheet, mut row, mut rows, mut column) = (None, 0_u32, 0_u32, 0_u32);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).ok()?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => match tag.name().0 {
                "table:table" => {
                    sheet = Some(sheet.map_or(0, |last| last + 1));
                    (row, rows) = (0, 0);
                }
                "table:table-row" => {
                    row = row.checked_add(rows)?;
                    rows = repeated(tag, "table:number-rows-repeated")?;
                    column = 0;
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    let columns = repeated(tag, "table:number-columns-repeated")?;
                    if is_percentage(tag) {
                        let shown = rows as usize * columns as usize;
                        if cells.len().checked_add(shown)? > limits::CELLS {
                            return None;
                        }
                        let at = |row| {
                            (column..column.saturating_add(columns))
                                .map(move |column| (sheet.unwrap_or(0), row, column))
                        };
                        cells.extend((row..row.saturating_add(rows)).flat_map(at));
                    }
                    column = column.checked_add(columns)?;
                }
                _ => {}
            },
            Event::Eof => return Some(cells),
            _ => {}
        }
    }
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    match tag.try_get_attribute(name).ok()? {
        Some(times) => times.value.parse().ok(),
        None => Some(1),
    }
}

fn is_percentage(tag: &BytesStart<'_>) -> bool {
    matches!(tag.try_get_attribute("office:value-type"), Ok(Some(kind)) if kind.value == "percentage")
}

/// Of an old workbook (BIFF); `None` where its records cannot be walked. Record and field layouts: [MS-XLS] 2.4.
pub(super) fn of_xls(bytes: &[u8]) -> Option<PercentCells> {
    const BOUND_SHEET: u16 = 0x0085;
    const FORMAT: u16 = 0x041E;
    const XF: u16 = 0x00E0;
    let compound = Compound::new(bytes)?;
    let stream = compound.stream(&["Workbook", "Book"])?;
    let (mut sheets, mut percent, mut styles) = (Vec::new(), HashSet::from([9_u16, 10]), Vec::new());
    for (kind, data) in records(&stream, 0) {
        match kind {
            // Kind 0 is a worksheet, others are charts and macros.
            BOUND_SHEET if data.get(5) == Some(&0) => sheets.push(u32_at(data, 0)? as usize),
            FORMAT if data.get(3..).is_some_and(|text| text.contains(&b'%')) => {
                percent.insert(u16_at(data, 0)?);
            }
            XF => styles.push(u16_at(data, 2)?),
            _ => {}
        }
    }
    let is_percent = |style: u16| {
        styles
            .get(usize::from(style))
            .is_some_and(|format| percent.contains(format))
    };
    let mut cells = PercentCells::new();
    for (sheet, start) in sheets.iter().enumerate() {
        for (kind, data) in records(&stream, *start) {
            for (row, column, style) in styled_cells(kind, data) {
                if is_percent(style) {
                    cells.insert((sheet, u32::from(row), u32::from(column)));
                }
            }
        }
    }
    Some(cells)
}

/// Row, column and style of the number cells of a record.
fn styled_cells(kind: u16, data: &[u8]) -> Vec<(u16, u16, u16)> {
    const FORMULAS: [u16; 3] = [0x0006, 0x0206, 0x0406];
    const NUMBERS: [u16; 2] = [0x0203, 0x027E];
    const MANY: u16 = 0x00BD;
    let Some((row, first)) = u16_at(data, 0).zip(u16_at(data, 2)) else {
        return Vec::new();
    };
    if kind == MANY {
        let styles = data[4..].chunks_exact(6).filter_map(|cell| u16_at(cell, 0));
        return (first..)
            .zip(styles)
            .map(|(column, style)| (row, column, style))
            .collect();
    }
    let single = FORMULAS.contains(&kind) || NUMBERS.contains(&kind);
    u16_at(data, 4)
        .filter(|_| single)
        .map(|style| (row, first, style))
        .into_iter()
        .collect()
}

/// Records of the substream that begins at `start`, up to its end; those of charts within it are left out.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    const BEGIN: [u16; 4] = [0x0809, 0x0409, 0x0209, 0x0009];
    const END: u16 = 0x000A;
    let (mut at, mut depth) = (start, 0_usize);
    std::iter::from_fn(move || {
        loop {
            let (kind, length) = (u16_at(stream, at)?, u16_at(stream, at + 2)?);
            let data = stream.get(at + 4..at + 4 + usize::from(length))?;
            at += 4 + data.len();
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

/// An OLE compound file, as far as one stream of it needs. Layout: [MS-CFB] 2.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// The sector after each sector.
    next: Vec<u32>,
}

/// Sector numbers from here on mark the end of a chain.
const CHAIN_END: u32 = 0xFFFF_FFFA;
/// Shorter streams lie in the stream of the root entry, in sectors of 64 bytes.
const SHORT: usize = 4096;
const SHORT_SECTOR: usize = 64;

impl<'a> Compound<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let sector = 1_usize
            .checked_shl(u32::from(u16_at(bytes, 30)?))
            .filter(|size| (128..=4096).contains(size))?;
        let mut compound = Compound {
            bytes,
            sector,
            next: Vec::new(),
        };
        let mut tables: Vec<u32> = (0..109).filter_map(|at| u32_at(bytes, 76 + 4 * at)).collect();
        let mut more = u32_at(bytes, 68)?;
        let most = bytes.len() / sector + 1;
        while more < CHAIN_END && tables.len() <= most + 109 {
            let table = compound.at(more)?;
            tables.extend((0..sector / 4 - 1).filter_map(|at| u32_at(table, 4 * at)));
            more = u32_at(table, sector - 4)?;
        }
        for table in tables.into_iter().filter(|table| *table < CHAIN_END) {
            let table = compound.at(table)?;
            compound
                .next
                .extend((0..sector / 4).filter_map(|at| u32_at(table, 4 * at)));
        }
        Some(compound)
    }

    fn at(&self, sector: u32) -> Option<&'a [u8]> {
        let from = (sector as usize + 1).checked_mul(self.sector)?;
        self.bytes.get(from..).map(|rest| &rest[..rest.len().min(self.sector)])
    }

    fn chain(&self, first: u32) -> Option<Vec<u8>> {
        let (mut data, mut sector, mut steps) = (Vec::new(), first, 0);
        while sector < CHAIN_END {
            data.extend_from_slice(self.at(sector)?);
            sector = *self.next.get(sector as usize)?;
            steps += 1;
            if steps > self.next.len() {
                return None;
            }
        }
        Some(data)
    }

    /// The first stream of one of these names.
    fn stream(&self, names: &[&str]) -> Option<Vec<u8>> {
        let directory = self.chain(u32_at(self.bytes, 48)?)?;
        let root = directory.chunks_exact(128).next()?;
        let entry = names.iter().find_map(|name| {
            let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            directory.chunks_exact(128).find(|entry| entry.starts_with(&wide))
        })?;
        let (first, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        if size >= SHORT {
            return self.chain(first);
        }
        let shorts = self.chain(u32_at(root, 116)?)?;
        let table = self.chain(u32_at(self.bytes, 60)?)?;
        let (mut data, mut short) = (Vec::new(), first);
        while short < CHAIN_END && data.len() < size {
            let from = (short as usize).checked_mul(SHORT_SECTOR)?;
            data.extend_from_slice(shorts.get(from..from + SHORT_SECTOR)?);
            short = u32_at(&table, short as usize * 4)?;
        }
        Some(data)
    }
}
