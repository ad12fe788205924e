//! The parts of an XLSX: which sheets it has, and the tables of a sheet.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::intake::fault::Fault;
use crate::intake::unpacked::{Unpacked, is_kept};
use crate::intake::workbook::shown::conditional::{Block, block};
use crate::intake::workbook::xml::attribute;

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;
pub(super) type Xml<'z> = Reader<Box<dyn BufRead + 'z>>;

pub(super) fn damaged(part: &str) -> Fault {
    Fault::Unreadable(part.to_owned())
}

pub(super) struct Book<'a> {
    bytes: &'a [u8],
    /// Opened for what is not unpacked.
    zip: Option<Zip<'a>>,
    unpacked: &'a Unpacked,
    /// Path of the part that lists the sheets, and its folder.
    workbook: String,
    pub(super) folder: String,
}

impl<'a> Book<'a> {
    pub(super) fn open(bytes: &'a [u8], unpacked: &'a Unpacked) -> Result<Book<'a>, Fault> {
        let mut book = Book {
            bytes,
            zip: None,
            unpacked,
            workbook: "xl/workbook.xml".to_owned(),
            folder: "xl/".to_owned(),
        };
        let office = |(kind, target): (String, String)| kind.ends_with("/officeDocument").then_some(target);
        let stated = book.relations("_rels/.rels")?.into_values().find_map(office);
        if let Some(path) = stated {
            book.workbook = path.trim_start_matches('/').to_owned();
            book.folder = book
                .workbook
                .rsplit_once('/')
                .map_or(String::new(), |(folder, _)| format!("{folder}/"));
        }
        Ok(book)
    }

    /// A part by its path, whatever its case and its slashes; None: there is none.
    pub(super) fn xml(&mut self, path: &str) -> Result<Option<Xml<'_>>, Fault> {
        let plain = |name: &str| name.replace('\\', "/").to_ascii_lowercase();
        let wanted = plain(path);
        if let Some(part) = self.unpacked.get(&wanted) {
            return Ok(Some(Reader::from_reader(Box::new(part))));
        }
        if self.unpacked.is_whole() && is_kept(&wanted) {
            return Ok(None);
        }
        let zip = match self.zip.take() {
            Some(zip) => zip,
            None => ZipArchive::new(Cursor::new(self.bytes)).map_err(|_| damaged("zip directory"))?,
        };
        let zip = self.zip.insert(zip);
        let found = (0..zip.len()).find(|at| {
            let name = zip.name_for_index(*at).and_then(Result::ok);
            name.is_some_and(|name| plain(&name) == wanted)
        });
        let Some(at) = found else { return Ok(None) };
        let part = zip.by_index(at).map_err(|_| damaged(path))?;
        Ok(Some(Reader::from_reader(Box::new(BufReader::new(part)))))
    }

    /// Type and target of the relations of a part, by id.
    pub(super) fn relations(&mut self, path: &str) -> Result<HashMap<String, (String, String)>, Fault> {
        let mut relations = HashMap::new();
        let Some(mut xml) = self.xml(path)? else {
            return Ok(relations);
        };
        each(&mut xml, path, |event| {
            if let Event::Start(tag) | Event::Empty(tag) = event
                && tag.local_name().as_ref() == "Relationship"
            {
                let value = |name| attribute(tag, name).unwrap_or_default();
                relations.insert(value("Id"), (value("Type"), value("Target")));
            }
            Ok(())
        })?;
        Ok(relations)
    }

    /// Name and path of every sheet.
    pub(super) fn sheets(&mut self) -> Result<Vec<(String, String)>, Fault> {
        let name = self.workbook.rsplit('/').next().unwrap_or_default();
        let relations = self.relations(&format!("{}_rels/{name}.rels", self.folder))?;
        let (path, folder) = (self.workbook.clone(), self.folder.clone());
        let mut sheets = Vec::new();
        let mut xml = self.xml(&path)?.ok_or_else(|| damaged(&path))?;
        each(&mut xml, &path, |event| {
            let (Event::Start(tag) | Event::Empty(tag)) = event else {
                return Ok(());
            };
            if tag.local_name().as_ref() == "sheet" {
                let ids = tag
                    .attributes()
                    .flatten()
                    .filter(|a| a.key.local_name().as_ref() == "id");
                let targets = ids.filter_map(|id| Some(&relations.get(&*id.value)?.1));
                let path = targets.last().map(|target| match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("{folder}{target}"),
                });
                sheets.extend(attribute(tag, "name").zip(path));
            }
            Ok(())
        })?;
        Ok(sheets)
    }

    /// The cells of a sheet's tables whose style gives them a colour of its own. The light ones of the program leave rows white.
    pub(super) fn tables(&mut self, sheet: &str) -> Result<Vec<Block>, Fault> {
        let (folder, name) = sheet.rsplit_once('/').unwrap_or(("", sheet));
        let relations = self.relations(&format!("{folder}/_rels/{name}.rels"))?;
        let mut paths: Vec<String> = relations
            .into_values()
            .filter(|(kind, _)| kind.ends_with("/table"))
            .map(|(_, target)| resolved(folder, &target))
            .collect();
        paths.sort_unstable();
        let mut tables = Vec::new();
        for path in paths {
            let Some(mut xml) = self.xml(&path)? else { continue };
            let (mut cells, mut is_coloured) = (None, false);
            each(&mut xml, &path, |event| {
                if let Event::Start(tag) | Event::Empty(tag) = event {
                    match tag.local_name().as_ref() {
                        "table" => cells = attribute(tag, "ref").and_then(|cells| block(&cells)),
                        "tableStyleInfo" => {
                            let style = attribute(tag, "name").unwrap_or_default();
                            is_coloured = !style.is_empty() && !style.starts_with("TableStyleLight");
                        }
                        _ => {}
                    }
                }
                Ok(())
            })?;
            tables.extend(cells.filter(|_| is_coloured));
        }
        Ok(tables)
    }
}

/// The path of a part that another one in a folder names.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let (mut folder, mut target) = (folder, target);
    while let Some(rest) = target.strip_prefix("../") {
        (folder, target) = (folder.rsplit_once('/').map_or("", |(outer, _)| outer), rest);
    }
    if folder.is_empty() {
        target.to_owned()
    } else {
        format!("{folder}/{target}")
    }
}

/// Hands every event of a part to `take`.
pub(super) fn each(
    xml: &mut Xml<'_>,
    path: &str,
    mut take: impl FnMut(&Event<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| damaged(path))? {
            Event::Eof => return Ok(()),
            event => take(&event)?,
        }
    }
}

/// Whether an attribute is there and true.
pub(super) fn is_set(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
}

/// Whether a row or a column is 0 high or wide, which hides it as well.
pub(super) fn has_no_size(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).and_then(|size| size.parse::<f64>().ok()) == Some(0.0)
}
