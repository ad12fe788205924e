//! Columns of areas: codes, as text or as numbers of a workbook, and names.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use arrow::array::ArrayRef;

use super::Reader;
use crate::domain::{Code, MatchedColumn};
use crate::normalize::area::RowAreas;
use crate::normalize::cell::{Cleaned, Fault};
use crate::normalize::retyped;
use crate::normalize::tally::Tally;
use crate::pipeline::{CodeScheme, ColumnKind};

impl<'a> Reader<'_, 'a> {
    pub(super) fn codes(
        &self,
        level: Option<usize>,
        mut areas: Option<&mut RowAreas<'a>>,
        tally: &mut Tally,
    ) -> ArrayRef {
        let sheet = self.sheet;
        let mut builder = self.text_builder(12);
        let is_any = level.is_none() && sheet.scheme == CodeScheme::Plain;
        let has_points = OnceCell::new();
        let clean = |cell: &'a str, numeric, position: usize| {
            let seen = level.and_then(|_| self.with_decimals(cell, numeric, position));
            // A decimal part of zeros is no part of a code, unless it is registered so.
            let is_code = |seen: &String| cell.contains('.') || sheet.jurisdiction.of_code(seen, level).is_ok();
            let seen = seen.filter(is_code);
            let cleaned = match &seen {
                None => sheet.code(cell, level),
                Some(seen) => sheet.code(seen, level).map(|code| Cow::Owned(code.into_owned())),
            };
            if !matches!(cleaned, Cleaned::Missing) {
                let origin = self.origin(cell, numeric, position);
                let points = || *has_points.get_or_init(|| self.cells().any(retyped::has_point));
                let of_form = || is_any.then(|| retyped::of_form(cell, origin, points)).flatten();
                if let Some(fault) = retyped::of_kind(cell, origin).or_else(of_form) {
                    return Cleaned::Fault(fault);
                }
            }
            let Cleaned::Value(code) = &cleaned else {
                return sheet.jurisdiction.with_sound_mend(cleaned, level, areas.is_some());
            };
            let stored = self.stored(cell, numeric, position);
            let doubt = if (stored != cell || seen.is_some())
                && level.is_some()
                && sheet.jurisdiction.of_code(stored, level).is_ok()
            {
                Some(Code::CodeStoredOtherwise)
            } else {
                Some(Code::CodeZerosLost).filter(|_| sheet.jurisdiction.may_lack_zeros(code, level))
            };
            let found = sheet.jurisdiction.of_code(code, level).and_then(|area| {
                let misnamed = sheet.jurisdiction.misnamed(area, code, || self.names_in(position));
                misnamed.map_or(Ok(area), Err)
            });
            if found.is_ok()
                && doubt == Some(Code::CodeZerosLost)
                && let Some(fault) = (sheet.jurisdiction).named_behind_zeros(code, level, self.names_in(position))
            {
                let fault = Cleaned::Fault(fault);
                return sheet.jurisdiction.with_sound_mend(fault, level, areas.is_some());
            }
            match (found, &mut areas) {
                (Err(fault), _) => match seen {
                    None => Cleaned::Fault(fault),
                    Some(seen) => {
                        let mend = fault.mend.or_else(|| Some(cell.into()));
                        let fault = Cleaned::Fault(Box::new(Fault { mend, ..*fault })).of_shown(seen);
                        sheet.jurisdiction.with_sound_mend(fault, level, areas.is_some())
                    }
                },
                (Ok(_), None) => noted(cleaned, doubt),
                (Ok(area), Some(areas)) => match sheet.jurisdiction.admit(area, code) {
                    Err(fault) => Cleaned::Fault(fault),
                    Ok(area) => {
                        areas.set(position, area);
                        noted(cleaned, doubt)
                    }
                },
            }
        };
        self.each(tally, clean, |value| builder.append_option(value));
        Arc::new(builder.finish())
    }

    pub(super) fn names(&self, level: usize, mut areas: Option<&mut RowAreas<'a>>, tally: &mut Tally) -> ArrayRef {
        let sheet = self.sheet;
        let mut builder = self.text_builder(6);
        let clean = |cell: &'a str, _, position: usize| {
            let name = match sheet.name(cell, level) {
                Cleaned::Value(name) | Cleaned::Noted(name, _) => name,
                other => return other.map(|_| ""),
            };
            match sheet.jurisdiction.of_name(&name, level) {
                Err(fault) => Cleaned::Fault(fault),
                Ok(area) => {
                    if let Some(areas) = &mut areas {
                        areas.set(position, area);
                    }
                    Cleaned::Value(area)
                }
            }
        };
        self.each(tally, clean, |value| builder.append_option(value));
        Arc::new(builder.finish())
    }

    /// The cells of a record that may hold the name of an area.
    fn names_in(&self, position: usize) -> impl Iterator<Item = &'a str> {
        let (table, form) = (self.sheet.table, self.sheet.form);
        let is_name = |matched: &&MatchedColumn| {
            let kind = &form.columns[matched.column].kind;
            matches!(kind, ColumnKind::Text | ColumnKind::DivisionName { .. })
        };
        let columns = table.columns.iter().filter(is_name);
        columns.map(move |matched| table.said(table.records[position], matched.index).0)
    }
}

/// A known code, with the finding on what may be wrong with it.
fn noted<'t>(code: Cleaned<Cow<'t, str>>, doubt: Option<Code>) -> Cleaned<Cow<'t, str>> {
    match (code, doubt) {
        (Cleaned::Value(code), Some(doubt)) => Cleaned::Noted(code, doubt),
        (code, _) => code,
    }
}
