//! The sheet of a file that a form is made from, and the columns that the form can have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::error::ScaffoldError;
use super::names::column_id;
use crate::domain::{Text, a1};
use crate::intake::{HeaderOutline, Outline, SheetOutline};
use crate::pipeline::ColumnKind;
use crate::pipeline::header::normalize_with;
use crate::pipeline::units::Units;
use crate::report::{ColumnDraft, LeftOut, SheetSeen};

/// The sheet, and others with a table.
pub(super) struct Chosen<'o> {
    pub(super) header: &'o HeaderOutline,
    pub(super) seen: SheetSeen,
    /// Its name, where a template needs it.
    pub(super) part: Option<String>,
}

/// The sheet that is named, else the first that is shown and has a table.
pub(super) fn choose<'o>(outline: &'o Outline, path: &Path, given: Option<&str>) -> Result<Chosen<'o>, ScaffoldError> {
    let names = || outline.sheets.iter().filter_map(|sheet| sheet.name.as_deref());
    let is_given = |sheet: &&SheetOutline| sheet.name.as_deref().map(str::trim) == given.map(str::trim);
    let has_table = |sheet: &&SheetOutline| sheet.header.is_some();
    let found = match given {
        Some(name) => Some(
            outline
                .sheets
                .iter()
                .find(is_given)
                .ok_or_else(|| ScaffoldError::NoSheet {
                    path: path.to_owned(),
                    given: name.to_owned(),
                    known: names().map(str::to_owned).collect(),
                })?,
        ),
        None => {
            let mut tables = outline.sheets.iter().filter(has_table);
            let first = tables.clone().next();
            tables.find(|sheet| !sheet.hidden).or(first)
        }
    };
    let no_header = || ScaffoldError::NoHeader { path: path.to_owned() };
    let sheet = found.ok_or_else(no_header)?;
    let header = sheet.header.as_ref().ok_or_else(no_header)?;
    let others = outline
        .sheets
        .iter()
        .filter(|other| other.header.is_some() && !other.hidden && other.name != sheet.name);
    let others: Vec<String> = others
        .filter_map(|other| Some(other.name.as_deref()?.to_owned()))
        .collect();
    let name = sheet.name.as_deref().map(str::to_owned);
    let periods = header
        .periods
        .iter()
        .map(|at| header.names[*at as usize].clone())
        .collect();
    Ok(Chosen {
        header,
        part: name.clone().filter(|_| given.is_some() || !others.is_empty()),
        seen: SheetSeen {
            file: path
                .file_name()
                .map_or(String::new(), |name| name.to_string_lossy().into_owned()),
            format: outline.format.to_owned(),
            encoding: outline.encoding.map(str::to_owned),
            name,
            others,
            header: header.rows.clone(),
            periods,
        },
    })
}

/// The columns that a form can have, each with its place in the sheet, and those that it cannot have.
pub(super) fn columns(header: &HeaderOutline, units: &Units) -> (Vec<(u32, ColumnDraft)>, Vec<LeftOut>) {
    let texts: Vec<String> = header
        .names
        .iter()
        .map(|name| normalize_with(name, units).text)
        .collect();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for text in &texts {
        *times.entry(text).or_default() += 1;
    }
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    let mut taken = BTreeSet::new();
    for (at, (name, text)) in header.names.iter().zip(&texts).enumerate() {
        let letter = a1(at as u32, 1).trim_end_matches('1').to_owned();
        let name = name.trim();
        let why = match times[text.as_str()] {
            _ if name.is_empty() => continue,
            _ if text.is_empty() => Text::new("表头没有文字", "its header has no letter"),
            1 => {
                kept.push((at as u32, draft(column_id(name, at, &mut taken), name, letter)));
                continue;
            }
            n => Text::new(
                format!("同样的表头有 {n} 个，无法区分；请在表中改名（括号、单位不算区别）"),
                format!(
                    "{n} columns have this header and cannot be told apart; give them different names (brackets and units make no difference)"
                ),
            ),
        };
        left.push(LeftOut {
            letter,
            header: name.to_owned(),
            why,
        });
    }
    (kept, left)
}

/// A column of which nothing is known yet: as a number, its units are found.
fn draft(id: String, header: &str, letter: String) -> ColumnDraft {
    ColumnDraft {
        id,
        header: header.to_owned(),
        letter,
        kind: ColumnKind::Decimal {
            scale: 0,
            unit: None,
            percent: false,
            double: true,
        },
        level: None,
        required: false,
        filled: 0,
        blank: 0,
        examples: Vec::new(),
        distinct: 0,
        notes: Vec::new(),
    }
}
