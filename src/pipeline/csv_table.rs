//! A comma-separated table in memory, every cell with its bytes in the file.

use std::ops::Range;

/// A table whose first record is the header.
#[derive(Debug)]
pub struct CsvTable {
    /// The header; its cells are trimmed.
    pub header: Record,
    /// All further records but blank ones.
    pub records: Vec<Record>,
}

/// One record.
#[derive(Debug)]
pub struct Record {
    /// Line it begins on, from 1.
    pub line: u32,
    /// All its bytes, without the line's end.
    pub span: Range<usize>,
    cells: Vec<String>,
    spans: Vec<Range<usize>>,
}

impl Record {
    /// Trimmed text of a cell; empty where the column or the cell does not exist.
    pub fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|at| self.cells.get(at)).map_or("", |text| text.trim())
    }

    /// Bytes of a cell; of the whole record where it has none.
    pub fn span_of(&self, column: Option<usize>) -> Range<usize> {
        column
            .and_then(|at| self.spans.get(at))
            .cloned()
            .unwrap_or_else(|| self.span.clone())
    }

    /// Number of cells.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(|text| text.trim().is_empty())
    }
}

impl CsvTable {
    /// Splits a text; None when it holds no header.
    pub fn parse(text: &str, delimiter: u8) -> Option<CsvTable> {
        let base = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let mut records = records(text, base, delimiter).into_iter();
        let mut header = records.next()?;
        for cell in &mut header.cells {
            *cell = cell.trim().to_owned();
        }
        Some(CsvTable {
            header,
            records: records.collect(),
        })
    }

    /// Position of a column by its name, whatever its case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header
            .cells
            .iter()
            .position(|cell| cell.eq_ignore_ascii_case(name))
    }

    /// Names of all columns, in order.
    pub fn columns(&self) -> &[String] {
        &self.header.cells
    }
}

/// All records of the text after `base`, blank ones left out.
fn records(text: &str, base: usize, delimiter: u8) -> Vec<Record> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(&text.as_bytes()[base..]);
    let mut found = Vec::new();
    let mut record = csv::StringRecord::new();
    let (mut line, mut counted) = (1, 0);
    // The text is valid UTF-8 and in memory, so reading ends only with the text.
    while matches!(reader.read_record(&mut record), Ok(true)) {
        let begin = record.position().map_or(0, csv::Position::byte) as usize + base;
        let end = (reader.position().byte() as usize + base).min(text.len());
        // The reader takes line ends before a record for a part of it.
        let begin = end - text[begin..end].trim_start_matches(['\r', '\n']).len();
        line += line_ends(&text[counted..begin]);
        counted = begin;
        let next = placed(text, begin..end, line, delimiter, &record);
        if !next.is_blank() {
            found.push(next);
        }
    }
    found
}

/// Line ends of any system: `\n`, `\r\n`, `\r`.
fn line_ends(text: &str) -> u32 {
    (text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()) as u32
}

/// A record with the place of each of its cells.
fn placed(text: &str, span: Range<usize>, line: u32, delimiter: u8, record: &csv::StringRecord) -> Record {
    let begin = span.start;
    let raw = text[span].trim_end_matches(['\r', '\n']);
    let mut spans = Vec::with_capacity(record.len());
    let (mut from, mut quoted) = (0, false);
    for (at, byte) in raw.bytes().enumerate() {
        if byte == b'"' {
            quoted = !quoted;
        } else if byte == delimiter && !quoted {
            spans.push(begin + from..begin + at);
            from = at + 1;
        }
    }
    spans.push(begin + from..begin + raw.len());
    let cells = record.iter().map(str::to_owned).collect();
    Record {
        line,
        span: begin..begin + raw.len(),
        cells,
        spans,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_know_their_bytes_and_lines() {
        let text = "\u{feff}Code, name ,aliases\r\n\r\n01,\"a, \"\"b\"\"\",x;y\r\n,,\r\n02,c\n";
        let table = CsvTable::parse(text, b',').unwrap();
        assert_eq!(table.columns(), ["Code", "name", "aliases"]);
        assert_eq!(table.column("code"), Some(0));
        assert_eq!(table.records.len(), 2);
        let first = &table.records[0];
        assert_eq!((first.line, first.cell(Some(1))), (3, "a, \"b\""));
        assert_eq!(&text[first.span_of(Some(1))], "\"a, \"\"b\"\"\"");
        assert_eq!(&text[first.span_of(Some(2))], "x;y");
        let second = &table.records[1];
        assert_eq!((second.line, second.cell(Some(2)), second.width()), (5, "", 2));
        assert_eq!(&text[second.span_of(Some(2))], "02,c");
    }

    proptest::proptest! {
        /// Whatever the text: places lie within it, lines rise, and an unquoted cell stands where it is said to stand.
        #[test]
        fn places_hold_for_any_text(text in "[a-c,;\"\n\r 甲\u{feff}\u{3000}]{0,60}") {
            let Some(table) = CsvTable::parse(&text, b',') else { return Ok(()) };
            let mut line = table.header.line;
            for record in &table.records {
                proptest::prop_assert!(record.line > line);
                line = record.line;
                let raw = &text[record.span.clone()];
                for at in 0..record.width() {
                    let place = &text[record.span_of(Some(at))];
                    if !raw.contains('"') {
                        proptest::prop_assert_eq!(place.trim(), record.cell(Some(at)));
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_is_no_table() {
        assert!(CsvTable::parse("\n\n", b',').is_none());
    }
}
