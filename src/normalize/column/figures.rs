//! Columns of figures: whole numbers, decimals, and percentages that may all be shares.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Builder, Int64Builder};

use super::Reader;
use crate::domain::Code;
use crate::normalize::cell::{Cleaned, Fault, tidy};
use crate::normalize::integer;
use crate::normalize::measure::Measure;
use crate::normalize::number::read_workbook_number;
use crate::normalize::share::{AllShares, Shares};
use crate::normalize::shown::is_read;
use crate::normalize::tally::Tally;

impl<'a> Reader<'_, 'a> {
    pub(super) fn integers(&self, measure: &Measure, tally: &mut Tally) -> ArrayRef {
        let mut builder = Int64Builder::with_capacity(self.len());
        let (plain, has_point) = (measure.with_point(), self.has_point());
        let clean = |text: &'a str, numeric, position| {
            let text = self.stored(text, numeric, position);
            if numeric && let Some(shown) = self.as_shown(text, position) {
                return integer::clean(&shown, false, &plain).of_shown(shown);
            }
            integer::clean(text, numeric, if has_point(position) { &plain } else { measure })
        };
        let converted = self.each(tally, clean, |value| builder.append_option(value));
        tally.converted(&self.at, measure.unit, converted);
        Arc::new(builder.finish())
    }

    pub(super) fn decimals(
        &self,
        measure: &Measure,
        tally: &mut Tally,
        cleaner: impl Fn(&str, bool, &Measure) -> Cleaned<f64>,
    ) -> ArrayRef {
        let mut builder = Float64Builder::with_capacity(self.len());
        let (plain, has_point) = (measure.with_point(), self.has_point());
        let mut shares = measure.is_percent().then(Shares::default);
        let all_shares = shares.as_ref().and_then(|_| self.all_shares(measure));
        let clean = |text: &'a str, numeric, position| {
            let text = self.stored(text, numeric, position);
            if numeric && let Some(shown) = self.as_shown(text, position) {
                return cleaner(&shown, false, &plain).of_shown(shown);
            }
            let cleaned = cleaner(text, numeric, if has_point(position) { &plain } else { measure });
            match (&mut shares, cleaned) {
                (Some(shares), Cleaned::Value(value)) => {
                    shares.add(position, text, value);
                    Cleaned::Value(value)
                }
                // As a share it may need no rounding, but to be multiplied by a hundred.
                (Some(shares), Cleaned::Fault(fault)) if fault.code == Code::TooPrecise => {
                    match measure.share(text, numeric || has_point(position)) {
                        Some(size) => {
                            shares.add(position, text, size);
                            Cleaned::Fault(Box::new(Fault { mend: None, ..*fault }))
                        }
                        None => Cleaned::Fault(fault),
                    }
                }
                (_, cleaned) => cleaned,
            }
        };
        let converted = self.each(tally, clean, |value| builder.append_option(value));
        tally.converted(&self.at, measure.unit, converted);
        if let Some(shares) = shares {
            tally.percent_mixed(&self.at, &shares);
        }
        if let Some(shares) = all_shares {
            tally.percent_shares(&self.at, &shares);
        }
        Arc::new(builder.finish())
    }

    /// The figures of a percent column, if all of them look like shares of 1. Most columns end that at their first figure.
    fn all_shares(&self, measure: &Measure) -> Option<AllShares<'a>> {
        let table = self.sheet.table;
        let has_point = self.has_point();
        let figures = table.records.iter().enumerate().filter_map(|(position, &row)| {
            let corrected = table.corrected.get(row, self.at.index);
            let (cell, numeric) = match corrected {
                Some(corrected) => (corrected.text.as_str(), corrected.numeric),
                None => table.said(row, self.at.index),
            };
            let cell = self.stored(cell, numeric, position);
            let (size, is_bare) = measure.size(cell, numeric || has_point(position))?;
            Some(is_bare.then_some((position, tidy(cell), size)))
        });
        AllShares::of(figures, measure.range.map(|(_, most)| most))
    }

    /// A number with the text that its format shows around it: `12人`. None for a multiple alone (`8万`), which has a finding of its own,
    /// since the number itself may be meant.
    pub(super) fn as_shown(&self, cell: &str, position: usize) -> Option<String> {
        let table = self.sheet.table;
        let shown = table.grid.markings().filter(|shown| !shown.affixes.is_empty())?;
        let place = (table.records[position], self.at.index);
        let affix = shown.affixes.get(&place)?;
        if table.corrected.get(place.0, place.1).is_some() || !is_read(shown, place, affix, self.sheet.units) {
            return None;
        }
        let number = read_workbook_number(cell)?.without_noise();
        Some(format!("{}{number}{}", affix.before, affix.behind))
    }

    /// Whether the cell of a record has a decimal point whatever the notation of its column: a correction gives its content, or JSON held
    /// a number there.
    fn has_point(&self) -> impl Fn(usize) -> bool {
        let (table, index) = (self.sheet.table, self.at.index as usize);
        let cells = table.corrected.column(self.at.index);
        let is_json = table.keys.is_some();
        let may_have = cells.is_some() || is_json;
        move |position| {
            may_have
                && (cells.is_some_and(|cells| cells.contains_key(&table.records[position]))
                    || (is_json && table.grid.is_numeric(table.records[position] as usize, index)))
        }
    }
}
