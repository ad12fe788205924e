//! The parts of a workbook beside its sheets: their list, shared strings and formats.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use calamine::{Sheet as SheetMetadata, SheetType, SheetVisible};
use quick_xml::escape::unescape;

use super::formats::{Format, formats};
use super::strings::strings;
use super::tags::{Kind, Tag, Xml};
use crate::intake::unpacked::Unpacked;

/// A workbook without its cells.
pub(in crate::intake::workbook) struct Book<'a> {
    /// Every sheet and its part.
    pub(in crate::intake::workbook) sheets: Vec<(SheetMetadata, &'a [u8])>,
    pub(in crate::intake::workbook) formats: Vec<Format>,
    pub(super) strings: Vec<Cow<'a, str>>,
    /// Its days are counted from 1904.
    pub(super) is_1904: bool,
}

/// Type and target of a relation.
type Relation<'a> = (&'a str, &'a str);

impl<'a> Book<'a> {
    pub(in crate::intake::workbook) fn open(unpacked: &'a Unpacked) -> Option<Book<'a>> {
        if !unpacked.is_whole() {
            return None;
        }
        let document = relations(unpacked.get("_rels/.rels")?)?;
        let mut documents = document
            .values()
            .filter(|(kind, _)| kind.ends_with("/relationships/officeDocument"));
        let path = documents.next().filter(|_| documents.next().is_none())?.1;
        let (folder, name) = path.strip_prefix('/').unwrap_or(path).rsplit_once('/')?;
        let relations = relations(unpacked.get(&format!("{folder}/_rels/{name}.rels"))?)?;
        let mut book = Book {
            sheets: Vec::new(),
            formats: match unpacked.get(&format!("{folder}/styles.xml")) {
                Some(part) => formats(part)?,
                None => Vec::new(),
            },
            strings: match unpacked.get(&format!("{folder}/sharedstrings.xml")) {
                Some(part) => strings(part)?,
                None => Vec::new(),
            },
            is_1904: false,
        };
        book.list(unpacked, folder, name, &relations)?;
        Some(book)
    }

    /// Reads the list of sheets.
    fn list(
        &mut self,
        unpacked: &'a Unpacked,
        folder: &str,
        name: &str,
        relations: &HashMap<&'a str, Relation<'a>>,
    ) -> Option<()> {
        let mut xml = Xml::new(unpacked.get(&format!("{folder}/{name}"))?)?;
        let mut names = HashSet::new();
        xml.next()
            .filter(|tag| tag.kind == Kind::Start && tag.name == "workbook")?;
        loop {
            let tag = xml.next()?;
            match tag {
                _ if tag.ends("workbook") => return Some(()),
                _ if tag.begins("sheet") => {
                    let (about, target) = sheet(&tag, relations)?;
                    let path = match target.strip_prefix('/') {
                        Some(whole) => whole.to_owned(),
                        None => format!("{folder}/{target}"),
                    };
                    if !names.insert(about.name.clone()) {
                        return None;
                    }
                    self.sheets.push((about, unpacked.get(&path)?));
                }
                _ if tag.begins("workbookPr") => {
                    if let Some(from_1904) = tag.attribute("date1904")? {
                        self.is_1904 = matches!(from_1904, "1" | "true");
                    }
                }
                Tag {
                    kind: Kind::Start,
                    name: "definedName",
                    ..
                } => {
                    if let Some(name) = tag.attribute("name")? {
                        unescape(name).ok()?;
                    }
                    xml.text()?;
                }
                _ => {}
            }
        }
    }
}

/// What the workbook says of a sheet, and the target of its relation.
fn sheet<'a>(tag: &Tag<'a>, relations: &HashMap<&str, Relation<'a>>) -> Option<(SheetMetadata, &'a str)> {
    let mut ids = tag
        .attributes()
        .flatten()
        .filter(|(name, _)| *name == "id" || name.ends_with(":id"));
    let (_, id) = ids.next().filter(|_| ids.next().is_none())?;
    let (kind, target) = relations.get(id)?;
    let about = SheetMetadata {
        name: unescape(tag.attribute("name")??).ok()?.into_owned(),
        typ: kind.ends_with("/worksheet").then_some(SheetType::WorkSheet)?,
        visible: match tag.attribute("state")? {
            None | Some("visible") => SheetVisible::Visible,
            Some("hidden") => SheetVisible::Hidden,
            Some("veryHidden") => SheetVisible::VeryHidden,
            Some(_) => return None,
        },
    };
    Some((about, target))
}

/// The relations of a part by id.
fn relations(part: &[u8]) -> Option<HashMap<&str, Relation<'_>>> {
    let mut xml = Xml::new(part)?;
    let mut relations = HashMap::new();
    xml.next()
        .filter(|tag| tag.kind == Kind::Start && tag.name == "Relationships")?;
    loop {
        let tag = xml.next()?;
        if tag.ends("Relationships") {
            return Some(relations);
        }
        if tag.begins("Relationship") {
            let (kind, target) = (tag.attribute("Type")??, tag.attribute("Target")??);
            let is_new = relations.insert(tag.attribute("Id")??, (kind, target)).is_none();
            if !is_new || target.contains('&') {
                return None;
            }
        }
    }
}
