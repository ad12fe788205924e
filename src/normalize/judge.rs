//! What a cell would be in a column.

use super::boolean::Boolean;
use super::category::Category;
use super::cell::Cleaned;
use super::measure::Measure;
use super::sheet::Sheet;
use super::{date, decimal, double, integer, text};
use crate::domain::MatchedColumn;
use crate::pipeline::{Column, ColumnKind};

/// Says of any cell of a sheet what it would be in one column. Made once for a column: its words take longer to prepare than a cell to read.
pub(super) struct Judge<'s, 'a> {
    sheet: &'s Sheet<'a>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Text,
    Integer(Measure<'a>),
    Decimal(u32, Measure<'a>),
    Double(u32, Measure<'a>),
    Boolean(Boolean<'a>),
    Category(Category<'a>),
    Date,
    DivisionCode(Option<usize>),
    DivisionName(usize),
}

impl<'s, 'a> Judge<'s, 'a> {
    /// None where the column cannot be read at all.
    pub(super) fn new(sheet: &'s Sheet<'a>, column: &'a Column, matched: &'a MatchedColumn) -> Option<Judge<'s, 'a>> {
        let measure = |unit: &'a Option<String>, percent| sheet.measure(unit.as_deref(), matched, column, percent).ok();
        let kind = match &column.kind {
            ColumnKind::Text => Kind::Text,
            ColumnKind::Integer { unit } => Kind::Integer(measure(unit, false)?),
            ColumnKind::Decimal {
                scale,
                unit,
                percent,
                double,
            } => {
                let measure = measure(unit, *percent)?;
                if *double {
                    Kind::Double(*scale, measure)
                } else {
                    Kind::Decimal(*scale, measure)
                }
            }
            ColumnKind::Boolean { yes, no } => Kind::Boolean(Boolean::new(sheet.symbols, yes, no)),
            ColumnKind::Category { values } => Kind::Category(Category::new(sheet.symbols, values)),
            ColumnKind::Date => Kind::Date,
            ColumnKind::DivisionCode { level } => Kind::DivisionCode(*level),
            ColumnKind::DivisionName { level } => Kind::DivisionName(*level),
        };
        Some(Judge { sheet, kind })
    }

    /// What a cell would be in the column.
    pub(super) fn judge(&self, text: &str, numeric: bool) -> Cleaned<()> {
        let sheet = self.sheet;
        let known = |area: Result<&str, _>| area.map_or_else(Cleaned::Fault, |_| Cleaned::Value(()));
        match &self.kind {
            Kind::Text => text::clean(text, &sheet.symbols).map(drop),
            Kind::Integer(measure) => integer::clean(text, numeric, measure).map(drop),
            Kind::Decimal(scale, measure) => decimal::clean(text, numeric, *scale, measure).map(drop),
            Kind::Double(scale, measure) => double::clean(text, numeric, *scale, measure).map(drop),
            Kind::Boolean(words) => words.clean(text).map(drop),
            Kind::Category(words) => words.clean(text).map(drop),
            Kind::Date => {
                let order = || date::Order::of(sheet.form.date_order, std::iter::empty());
                date::clean(text, &sheet.symbols, order).map(drop)
            }
            Kind::DivisionCode(level) => match sheet.code(text, *level) {
                Cleaned::Value(code) => known(sheet.jurisdiction.of_code(&code, *level)),
                other => other.map(drop),
            },
            Kind::DivisionName(level) => match sheet.name(text, *level) {
                Cleaned::Value(name) => known(sheet.jurisdiction.of_name(&name, *level)),
                other => other.map(drop),
            },
        }
    }
}
