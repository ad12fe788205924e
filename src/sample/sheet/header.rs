//! The rows above the records: titles, headers over one or two rows, units and counters.

use super::{Cell, Laid, Merge, Style};
use crate::sample::model::FormModel;
use crate::sample::recipe::Recipe;

impl Style {
    /// Lines above the records: titles, headers, notes; the merged areas as (first row, first column, last row, last column).
    pub(in crate::sample) fn top(&self, recipe: &Recipe, model: &FormModel) -> (Vec<Vec<Cell>>, Vec<Merge>) {
        let width = self.columns.len();
        let mut lines: Vec<Vec<Cell>> = self.titles.iter().map(|line| vec![Cell::text(line)]).collect();
        let mut merges: Vec<Merge> = (0..lines.len())
            .filter(|at| *at == 0 && width > 1)
            .map(|at| (at, 0, at, width - 1))
            .collect();
        if !lines.is_empty() && self.blank_rows {
            lines.push(Vec::new());
        }
        if self.header_rows() == 2 {
            self.two_header_rows(&mut lines, &mut merges);
        } else {
            let at = lines.len();
            merges.extend(self.wide.map(|wide| (at, wide, at, wide + 1)));
            lines.push(self.columns.iter().map(|c| Cell::text(&c.header)).collect());
        }
        if self.units {
            lines.push(self.columns.iter().map(|c| Cell::text(&c.unit)).collect());
        }
        if self.counters {
            lines.push(self.counter_row(recipe, model));
        }
        (lines, merges)
    }

    fn header_rows(&self) -> usize {
        if self.two_rows && self.columns.iter().any(|c| c.group.is_some()) {
            2
        } else {
            1
        }
    }

    /// The last row of the header, as the clerk counts; None where a format has no rows of headers.
    pub(in crate::sample) fn header_row(&self) -> Option<usize> {
        let above = self.titles.len() + usize::from(!self.titles.is_empty() && self.blank_rows);
        self.format.is_sheet().then_some(above + self.header_rows())
    }

    /// The lines of the header, from 0.
    pub(in crate::sample) fn header(&self) -> Option<std::ops::Range<usize>> {
        self.header_row().map(|last| last - self.header_rows()..last)
    }

    fn two_header_rows(&self, lines: &mut Vec<Vec<Cell>>, merges: &mut Vec<Merge>) {
        let at = lines.len();
        let (mut upper, mut lower) = (Vec::new(), Vec::new());
        let mut column = 0;
        while column < self.columns.len() {
            let first = &self.columns[column];
            let Some(group) = &first.group else {
                upper.push(Cell::text(&first.header));
                lower.push(Cell::default());
                let last = column + usize::from(self.wide == Some(column));
                for _ in column..last {
                    upper.push(Cell::default());
                    lower.push(Cell::default());
                }
                merges.push((at, column, at + 1, last));
                column = last + 1;
                continue;
            };
            let same = self.columns[column..]
                .iter()
                .take_while(|c| c.group.as_ref() == Some(group))
                .count();
            for inner in 0..same {
                upper.push(if inner == 0 { Cell::text(group) } else { Cell::default() });
                lower.push(Cell::text(&self.columns[column + inner].header));
            }
            if same > 1 {
                merges.push((at, column, at, column + same - 1));
            }
            column += same;
        }
        lines.push(upper);
        lines.push(lower);
    }

    fn counter_row(&self, recipe: &Recipe, model: &FormModel) -> Vec<Cell> {
        let mut words = recipe.words.counters.iter();
        let mut number = 0;
        let is_number = |c: &Laid| c.slot.is_none_or(|slot| model.form.columns[slot].kind.is_number());
        let mut counter = |c: &Laid| match words.next().filter(|_| !is_number(c)) {
            Some(word) => word.clone(),
            None => {
                number += 1;
                format!("{number}")
            }
        };
        self.columns.iter().map(|c| Cell::text(counter(c))).collect()
    }
}
