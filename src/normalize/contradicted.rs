//! Records in which one column says that they are of an area and another column that they are of another one, as a code beside the name
//! of a neighbour. Nothing says which is right, so such a record does not count.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};

use super::area::RowAreas;
use super::cell::tidy;
use crate::domain::{Code, Finding, MatchedColumn, Place, RawTable, RowState, RowStatuses, Text};
use crate::pipeline::{ColumnKind, Form};
use crate::registry::Areas;

/// What is known of the records of a sheet.
pub(super) struct Records<'a> {
    pub(super) table: &'a RawTable,
    pub(super) form: &'a Form,
    /// Areas in force.
    pub(super) registry: &'a Areas,
    /// The area of each record.
    pub(super) areas: &'a RowAreas<'a>,
    /// Index in the form of the column that determines it.
    pub(super) deciding: usize,
    /// The values of each column of the form.
    pub(super) arrays: &'a [ArrayRef],
    /// What became of each record so far.
    pub(super) statuses: &'a RowStatuses,
}

/// The positions of such records among those that are accepted, with a finding each.
///
/// A column speaks of the area of its row where it does so in most rows. The only column of areas beside a code, or beside a name,
/// needs no such proof; a column of the key and a second column of codes never do, since these say where something came from.
pub(super) fn find(records: &Records) -> BTreeMap<usize, Finding> {
    let mut found = BTreeMap::new();
    let Some(own) = records.matched(records.deciding) else {
        return found;
    };
    let typed = records.typed();
    for &matched in &typed {
        let values: &StringArray = records.arrays[matched.column].as_string();
        let named = |position: usize| values.is_valid(position).then(|| values.value(position));
        records.compare(own, matched, typed.len() == 1, named, &mut found);
    }
    let ColumnKind::DivisionCode { level: Some(level) } = records.form.columns[records.deciding].kind else {
        return found;
    };
    for matched in records.texts() {
        let named = |position: usize| {
            let text = tidy(records.said(position, matched));
            let own = records.registry.get(records.areas.get(position))?;
            if text.is_empty() || text == own.name {
                return Some(own.code.as_str()).filter(|_| !text.is_empty());
            }
            // In a text only the proper name of an area is sure to be one.
            let area = (records.registry).by_name(text, level, &records.registry.root().code)?;
            (area.name == text).then_some(area.code.as_str())
        };
        records.compare(own, matched, false, named, &mut found);
    }
    found
}

impl<'a> Records<'a> {
    fn matched(&self, column: usize) -> Option<&'a MatchedColumn> {
        self.table.columns.iter().find(|matched| matched.column == column)
    }

    fn said(&self, position: usize, matched: &MatchedColumn) -> &'a str {
        self.table.said(self.table.records[position], matched.index).0
    }

    /// Columns of names where a code decides, and of codes where a name does.
    fn typed(&self) -> Vec<&'a MatchedColumn> {
        let is_code = |column: usize| match self.form.columns[column].kind {
            ColumnKind::DivisionCode { level } => level.map(|_| true),
            ColumnKind::DivisionName { .. } => Some(false),
            _ => None,
        };
        let decides = matches!(self.form.columns[self.deciding].kind, ColumnKind::DivisionCode { .. });
        let columns = self.table.columns.iter();
        let other = columns.filter(|matched| is_code(matched.column) == Some(!decides));
        other
            .filter(|matched| !self.form.key.contains(&matched.column))
            .collect()
    }

    fn texts(&self) -> impl Iterator<Item = &'a MatchedColumn> {
        let is_text = |matched: &&MatchedColumn| {
            matches!(self.form.columns[matched.column].kind, ColumnKind::Text)
                && !self.form.key.contains(&matched.column)
        };
        self.table.columns.iter().filter(is_text)
    }

    /// Compares the area that a column names with the area of each record.
    fn compare<'n>(
        &self,
        own: &MatchedColumn,
        other: &MatchedColumn,
        is_sure: bool,
        named: impl Fn(usize) -> Option<&'n str>,
        found: &mut BTreeMap<usize, Finding>,
    ) {
        let (mut agreeing, mut differing) = (0_usize, Vec::new());
        for position in 0..self.table.records.len() {
            let Some(named) = named(position).filter(|_| self.statuses.of(position) == RowState::Accepted) else {
                continue;
            };
            let area = self.areas.get(position);
            if named == area || self.registry.contains(named, area) || self.registry.contains(area, named) {
                agreeing += 1;
            } else {
                differing.push((position, named));
            }
        }
        if !is_sure && agreeing <= differing.len() {
            return;
        }
        for (position, named) in differing {
            found
                .entry(position)
                .or_insert_with(|| self.finding(position, own, other, named));
        }
    }

    fn finding(&self, position: usize, own: &MatchedColumn, other: &MatchedColumn, named: &str) -> Finding {
        let place = Place {
            sheet: self.table.sheet.clone(),
            row: Some(self.table.grid.number(self.table.records[position] as usize)),
            column: Some(self.form.columns[own.column].id.as_str().into()),
            column_index: Some(own.index),
        };
        let beside = tidy(self.said(position, other)).replace(['{', '}'], "");
        let message = Text::new(
            format!(
                "“{{column}}”的“{{raw}}”与本行的“{beside}”不属于同一地区，后者属于 {{expected}}；无法判断哪一个正确，该行未计入"
            ),
            format!(
                "“{{raw}}” in {{column}} and “{beside}” in the same row belong to two areas, the latter to {{expected}}; which of them is right cannot be told, so the row is not counted"
            ),
        );
        let finding = Finding {
            message: Some(message),
            ..Finding::new(Code::CodeMisnamed)
        };
        let finding = finding.at(place).raw(tidy(self.said(position, own))).expected(named);
        finding.with_expected_text(self.registry.code_and_name(named))
    }
}
