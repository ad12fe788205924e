//! Cells → bytes of a file, in every format and encoding that counties use.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format as CellFormat, FormatScript, Formula, Workbook, Worksheet, XlsxError,
};

use super::recipe::{Encoding, Format};
use super::sheet::{Cell, Look, Merge};

/// A table laid out, line by line.
pub(super) struct Page {
    /// Name of the sheet in a workbook.
    pub(super) sheet: String,
    pub(super) lines: Vec<Vec<Cell>>,
    pub(super) merges: Vec<Merge>,
    pub(super) is_hidden: bool,
}

/// Delimited text; an empty line stays empty.
pub(super) fn delimited(page: &Page, format: Format) -> String {
    let separator = match format {
        Format::Tsv => '\t',
        Format::Semicolon => ';',
        _ => ',',
    };
    let mut text = String::with_capacity(page.lines.iter().map(|line| line.len() * 8).sum());
    for line in &page.lines {
        for (at, cell) in line.iter().enumerate() {
            if at > 0 {
                text.push(separator);
            }
            push_quoted(&mut text, &cell.text, separator);
        }
        text.push_str("\r\n");
    }
    text
}

fn push_quoted(text: &mut String, cell: &str, separator: char) {
    if cell.contains([separator, '"', '\n', '\r']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// Records as JSON objects in an array, one a line, or as JSON Lines.
pub(super) fn json(headers: &[String], records: &[Vec<Cell>], format: Format) -> String {
    let object = |cells: &Vec<Cell>| {
        let members = headers
            .iter()
            .zip(cells)
            .map(|(header, cell)| format!("{}: {}", quoted(header), json_value(cell)));
        format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
    };
    let all: Vec<String> = records.iter().map(object).collect();
    match format {
        Format::Jsonl => all.iter().map(|line| format!("{line}\n")).collect(),
        _ => format!("[\n{}\n]\n", all.join(",\n")),
    }
}

fn json_value(cell: &Cell) -> String {
    match cell {
        Cell { text, .. } if text.is_empty() => "null".to_owned(),
        Cell {
            text, numeric: true, ..
        } => text.clone(),
        Cell { text, .. } => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Text → bytes. What GBK lacks is written in GB18030, of which it is a part.
pub(super) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Bom => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        Encoding::Utf16Le => std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect(),
        Encoding::Gbk => match encoding_rs::GBK.encode(text) {
            (bytes, _, false) => bytes.into_owned(),
            _ => encode(text, Encoding::Gb18030),
        },
        Encoding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
    }
}

/// A workbook of one or several sheets; the same pages give the same bytes.
///
/// # Errors
/// A page is wider or longer than a sheet can be.
pub(super) fn workbook(pages: &[Page]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2021, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for page in pages {
        let sheet = book.add_worksheet();
        sheet.set_name(&page.sheet)?;
        sheet.set_hidden(page.is_hidden);
        fill(sheet, page)?;
    }
    book.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, page: &Page) -> Result<(), XlsxError> {
    let plain = CellFormat::new();
    let struck = CellFormat::new().set_font_strikethrough();
    let raised = CellFormat::new().set_font_script(FormatScript::Superscript);
    let bold = CellFormat::new().set_bold();
    for (row, line) in page.lines.iter().enumerate() {
        for (column, cell) in line.iter().enumerate() {
            let (row, column) = (row as u32, column as u16);
            let format = match &cell.look {
                Look::Instead(old) => {
                    let parts = [(&struck, old.as_str()), (&plain, cell.text.as_str())];
                    sheet.write_rich_string(row, column, &parts)?;
                    continue;
                }
                Look::Noted(mark) => {
                    let parts = [(&plain, cell.text.as_str()), (&raised, mark.as_str())];
                    sheet.write_rich_string(row, column, &parts)?;
                    continue;
                }
                Look::NotedWithin(at, mark) => {
                    let (head, tail) = cell.text.split_at(*at);
                    let parts = [(&plain, head), (&raised, mark.as_str()), (&plain, tail)];
                    sheet.write_rich_string(row, column, &parts)?;
                    continue;
                }
                Look::Format(format) => {
                    let format = CellFormat::new().set_num_format(format);
                    if let Ok(number) = cell.text.parse::<f64>() {
                        sheet.write_number_with_format(row, column, number, &format)?;
                    }
                    continue;
                }
                Look::Day(format) => {
                    let format = CellFormat::new().set_num_format(format);
                    let day = ExcelDateTime::parse_from_str(&cell.text)?;
                    sheet.write_datetime_with_format(row, column, &day, &format)?;
                    continue;
                }
                Look::Result(formula) => {
                    sheet.write_formula(row, column, Formula::new(formula).set_result(&cell.text))?;
                    continue;
                }
                Look::Raised => Some(&raised),
                Look::Struck => Some(&struck),
                Look::Bold => Some(&bold),
                Look::Plain => None,
            };
            match (cell.text.parse::<f64>(), format) {
                _ if cell.text.is_empty() => continue,
                (Ok(number), None) if cell.numeric => sheet.write_number(row, column, number)?,
                (Ok(number), Some(format)) if cell.numeric => {
                    sheet.write_number_with_format(row, column, number, format)?
                }
                (_, None) => sheet.write_string(row, column, &cell.text)?,
                (_, Some(format)) => sheet.write_string_with_format(row, column, &cell.text, format)?,
            };
        }
    }
    for &(top, left, bottom, right) in &page.merges {
        let text = page.lines[top].get(left).map_or("", |cell| cell.text.as_str());
        sheet.merge_range(top as u32, left as u16, bottom as u32, right as u16, text, &plain)?;
    }
    Ok(())
}

/// An encrypted workbook as far as anyone without the password sees it: a compound file with the two streams of
/// [MS-OFFCRYPTO], whose contents are noise.
pub(super) fn encrypted() -> Vec<u8> {
    const SECTOR: usize = 512;
    const FREE: u32 = 0xffff_ffff;
    const END: u32 = 0xffff_fffe;
    const TABLE: u32 = 0xffff_fffd;
    // Streams of 4096 bytes lie in ordinary sectors: 8 each. Sector 0 is the allocation table, 1 the directory.
    let mut header = vec![0_u8; SECTOR];
    let put = |bytes: &mut [u8], at: usize, value: u32| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    header[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    header[24..34].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    put(&mut header, 44, 1);
    put(&mut header, 48, 1);
    put(&mut header, 56, 4096);
    put(&mut header, 60, END);
    put(&mut header, 68, END);
    for entry in 0..109 {
        put(&mut header, 76 + entry * 4, if entry == 0 { 0 } else { FREE });
    }
    let mut table = vec![0xff_u8; SECTOR];
    put(&mut table, 0, TABLE);
    put(&mut table, 4, END);
    for sector in 2..18_u32 {
        put(
            &mut table,
            sector as usize * 4,
            if sector == 9 || sector == 17 { END } else { sector + 1 },
        );
    }
    let mut directory = Vec::new();
    for (name, kind, left, right, child, start, size) in [
        ("Root Entry", 5_u8, FREE, FREE, 1, END, 0_u32),
        ("EncryptionInfo", 2, FREE, 2, FREE, 2, 4096),
        ("EncryptedPackage", 2, FREE, FREE, FREE, 10, 4096),
        ("", 0, FREE, FREE, FREE, 0, 0),
    ] {
        let mut entry = vec![0_u8; 128];
        for (at, unit) in name.encode_utf16().enumerate() {
            entry[at * 2..at * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64] = if name.is_empty() { 0 } else { (name.len() as u8 + 1) * 2 };
        entry[66] = kind;
        entry[67] = 1;
        for (at, value) in [(68, left), (72, right), (76, child), (116, start), (120, size)] {
            put(&mut entry, at, value);
        }
        directory.extend(entry);
    }
    let noise = (0..2 * 4096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8);
    [header, table, directory, noise.collect()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_only_where_they_must_be() {
        let line = ["a", "1,234", "say \"so\""].map(Cell::text).to_vec();
        let page = Page {
            sheet: String::new(),
            lines: vec![line, Vec::new()],
            merges: Vec::new(),
            is_hidden: false,
        };
        assert_eq!(delimited(&page, Format::Csv), "a,\"1,234\",\"say \"\"so\"\"\"\r\n\r\n");
        assert_eq!(
            delimited(&page, Format::Semicolon),
            "a;1,234;\"say \"\"so\"\"\"\r\n\r\n"
        );
    }

    #[test]
    fn rare_characters_leave_gbk() {
        assert_eq!(encode("村", Encoding::Gbk), [0xb4, 0xe5]);
        assert_eq!(encode("𠀀", Encoding::Gbk), encode("𠀀", Encoding::Gb18030));
        assert_eq!(encode("村", Encoding::Utf16Le), [0xff, 0xfe, 0x51, 0x67]);
    }

    #[test]
    fn workbooks_repeat_themselves() {
        let page = || Page {
            sheet: "表".into(),
            lines: vec![vec![Cell::text("a"), Cell::number("1.5")]],
            merges: vec![],
            is_hidden: false,
        };
        assert_eq!(workbook(&[page()]).unwrap(), workbook(&[page()]).unwrap());
    }
}
