//! What all columns of a sheet share.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::area::Jurisdiction;
use super::cell::{Cleaned, tidy};
use super::code::Shape;
use super::context::Context;
use super::measure::Measure;
use super::notations::Notations;
use super::symbol::Symbols;
use super::{code, text};
use crate::domain::{MatchedColumn, RawTable, half_width};
use crate::pipeline::units::Units;
use crate::pipeline::{CodeScheme, Column, Form};

/// What all columns of a sheet share.
pub(super) struct Sheet<'a> {
    pub(super) table: &'a RawTable,
    pub(super) form: &'a Form,
    /// How its columns write numbers, once one of them is read.
    pub(super) notations: OnceCell<Notations>,
    pub(super) symbols: Symbols<'a>,
    pub(super) units: &'a Units,
    pub(super) scheme: CodeScheme,
    pub(super) jurisdiction: Jurisdiction<'a>,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(table: &'a RawTable, context: &Context<'a>) -> Sheet<'a> {
        let scheme = context.pipeline.registry.code_scheme;
        let form = &context.pipeline.forms[context.form];
        Sheet {
            table,
            form,
            notations: OnceCell::new(),
            symbols: Symbols::new(&form.missing),
            units: &context.pipeline.units,
            scheme,
            jurisdiction: Jurisdiction::new(context.areas, context.sender, scheme),
        }
    }

    /// How the cells of a numeric column are read; Err: the header's unit, which cannot be converted.
    pub(super) fn measure(
        &self,
        unit: Option<&'a str>,
        matched: &'a MatchedColumn,
        column: &Column,
        percent: bool,
    ) -> Result<Measure<'a>, String> {
        let header = match matched.unit.as_deref() {
            None => None,
            Some(written) if percent && half_width(written) == "%" => None,
            Some(written) => match (self.units.convert(written, unit), unit) {
                // A form that names no unit for the column takes its figures as they are, which intake reports.
                (_, None) if self.units.knows(written) => None,
                (Some(ratio), _) if ratio.is_one() => None,
                (Some(ratio), _) => Some((written, (i128::from(ratio.num), i128::from(ratio.den)))),
                (None, _) => return Err(written.to_owned()),
            },
        };
        let notations = self.notations.get_or_init(|| Notations::of(self.table, self.form));
        Ok(Measure {
            symbols: self.symbols,
            units: self.units,
            unit,
            header,
            is_named: matched.unit.is_some(),
            percent,
            range: column.range,
            rounded: column.rounded,
            double: column.kind.is_double(),
            notation: notations.get(matched.index),
        })
    }
}

impl<'a> Sheet<'a> {
    /// A code, or a sign for none. The registry takes precedence over the form's symbols: where `NA` is an area, it is no missing code.
    #[inline]
    pub(super) fn code<'t>(&self, cell: &'t str, level: Option<usize>) -> Cleaned<Cow<'t, str>> {
        let cleaned = code::clean(cell, Shape::of(self.scheme, level.is_none()), &self.symbols);
        match (&cleaned, level) {
            (Cleaned::Missing, Some(_)) => self
                .if_known(cell, |text| self.jurisdiction.of_code(text, level).is_ok())
                .unwrap_or(cleaned),
            _ => cleaned,
        }
    }

    /// The name of an area, or a sign for none; as of [`Sheet::code`].
    #[inline]
    pub(super) fn name<'t>(&self, cell: &'t str, level: usize) -> Cleaned<Cow<'t, str>> {
        let cleaned = text::clean(cell, &self.symbols);
        match cleaned {
            Cleaned::Missing => self
                .if_known(cell, |text| self.jurisdiction.of_name(text, level).is_ok())
                .unwrap_or(cleaned),
            _ => cleaned,
        }
    }

    /// A symbol of the form that the registry knows as something else.
    #[cold]
    fn if_known<'t>(&self, cell: &'t str, is_known: impl Fn(&str) -> bool) -> Option<Cleaned<Cow<'t, str>>> {
        let narrow = half_width(tidy(cell));
        (!narrow.is_empty() && is_known(&narrow)).then_some(Cleaned::Value(narrow))
    }
}
