use std::panic::{self, PanicHookInfo};

use super::laws::read;
use super::world::{shipped, shipped_intake};

const PATH: &str = "2020/130000/130102.xlsx";
/// Stands before the path of a part.
const MARK: &str = "@@ ";

/// Ends the part that lists the sheets.
const END: &str = "</workbook>";

/// The bytes of a file, whatever its format.
pub fn run(bytes: &[u8]) {
    read(shipped(), shipped_intake(), PATH, bytes);
}

/// The parts of a zipped workbook as text, each behind a line `@@ path`: changes reach the XML instead of breaking the zip.
pub fn run_parts(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut parts: Vec<(&str, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix(MARK), parts.last_mut()) {
            (Some(path), _) => parts.push((path.trim_end(), String::new())),
            (None, Some((_, content))) => content.push_str(line),
            (None, None) => {}
        }
    }
    let bytes = zipped(&parts);
    run(&bytes);
    let list = parts.iter_mut().find(|(path, _)| *path == "xl/workbook.xml");
    if let Some((_, list)) = list
        && let Some(before) = list.trim_end().strip_suffix(END)
    {
        *list = format!("{before}<!---->{END}");
        is_read_alike(&bytes, &zipped(&parts));
    }
}

/// A comment says nothing, but the plain reader of XLSX leaves such a workbook to the library.
fn is_read_alike(bytes: &[u8], commented: &[u8]) {
    let said = |bytes: &[u8]| {
        let read = shipped_intake().read_bytes(PATH, bytes.to_vec());
        let of_each = read.submissions.into_iter();
        let said: Vec<_> = of_each.map(|read| (read.table, read.findings, read.rejected)).collect();
        format!("{said:?}")
    };
    assert_eq!(said(bytes), said(commented), "the plain reader and the library differ");
}

/// A zip file that stores its parts as they are.
fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    let count = parts.len().min(usize::from(u16::MAX));
    for (path, content) in &parts[..count] {
        let content = content.strip_suffix('\n').unwrap_or(content).as_bytes();
        let path = &path.as_bytes()[..path.len().min(usize::from(u16::MAX))];
        let mut about = Vec::new();
        // Version 2.0, no flags, stored, no time.
        for number in [20, 0, 0, 0, 0] {
            about.extend(u16::to_le_bytes(number));
        }
        about.extend(checksum(content).to_le_bytes());
        about.extend((content.len() as u32).to_le_bytes());
        about.extend((content.len() as u32).to_le_bytes());
        about.extend((path.len() as u16).to_le_bytes());
        about.extend(u16::to_le_bytes(0));
        let start = file.len() as u32;
        file.extend(b"PK\x03\x04");
        file.extend(&about);
        file.extend(path);
        file.extend(content);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(path);
    }
    let start = file.len() as u32;
    let length = directory.len() as u32;
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend((count as u16).to_le_bytes());
    file.extend((count as u16).to_le_bytes());
    file.extend(length.to_le_bytes());
    file.extend(start.to_le_bytes());
    file.extend([0; 2]);
    file
}

/// CRC-32 of zip files.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |rest: u32, _| {
        if rest & 1 == 1 {
            rest >> 1 ^ 0xEDB8_8320
        } else {
            rest >> 1
        }
    };
    let table: [u32; 256] = std::array::from_fn(|byte| (0..8).fold(byte as u32, step));
    !bytes
        .iter()
        .fold(!0, |rest, byte| rest >> 8 ^ table[(rest as u8 ^ byte) as usize])
}

/// A panic within a library that reads workbooks is caught by intake, and is a finding; one in huizong is a crash. libFuzzer
/// would end the process at either.
pub fn let_libraries_fail() {
    let crash = panic::take_hook();
    panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        let in_library = info
            .location()
            .is_some_and(|place| place.file().contains("/registry/src/"));
        if !in_library {
            crash(info);
        }
    }));
}
