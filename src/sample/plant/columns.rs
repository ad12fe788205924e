//! Candidates that concern a whole sheet, a column of it or several of its rows: stated totals, decimal commas, figures in another
//! unit, codes of an earlier time.

use std::collections::BTreeSet;

use super::candidates::{candidate, codes};
use super::wishes::Wish;
use super::{Candidate, Plot, Unit, standing};
use crate::domain::{Code, FindingCode};
use crate::pipeline::{CodeScheme, ColumnKind, Rule, RuleKind};
use crate::sample::amend::{Former, Patch, What, WrongTotal, swapped};
use crate::sample::chance::stream;
use crate::sample::draw::Row;
use crate::sample::faults::{CELL_NULL, NOTHING, ROW_OUT};
use crate::sample::oracle::{ONE_CAUSE, is_added_up, whole_sum};
use crate::sample::recipe::{BreakRecipe, Format};
use crate::sample::sheet::Cell;
use crate::sample::truth::Line;
use crate::sample::value::{Value, decimal, grouped};

/// Tells that commas of a column are read as its decimal marks.
const COMMA_ASSUMED: Code = Code::DecimalCommaAssumed;
/// Tells that they are read as separators of thousands.
const THOUSANDS_ASSUMED: Code = Code::ThousandsAssumed;
/// Tells that a mark could separate decimals or thousands.
const MARK_UNCLEAR: Code = Code::DecimalMarkUnclear;
/// Figures with a point that leave no doubt about a sheet, although some have a comma.
const POINTS: usize = 120;

impl Plot<'_> {
    /// A column with a stated total that can be held against its rows.
    pub(super) fn wrong_total(&self, unit: usize, wish: &Wish, how: WrongTotal, chance: usize) -> Option<Candidate> {
        let standing = standing(&self.units[unit].outcome, wish.model)?;
        let model = &self.models[wish.model];
        let (_, figures) = standing.total.as_ref()?;
        let fits = |(slot, figure): &(usize, i64)| {
            is_added_up(self.pipeline, model, *slot)
                && whole_sum(standing, *slot) == Some(*figure)
                && (how == WrongTotal::Rows || swapped(*figure).is_some())
        };
        let able: Vec<(usize, i64)> = figures
            .iter()
            .map(|(slot, figure)| (*slot, *figure))
            .filter(fits)
            .collect();
        let &(slot, figure) = able.get(chance % able.len().max(1))?;
        let mut wrong = candidate(unit, wish, What::Total(slot, how), vec![Code::TotalDiffers.into()]);
        if how == WrongTotal::Digits {
            wrong.kind = format!("rule {}, swapped digits", Code::TotalDiffers);
            wrong.mend = format!("{}={}", model.form.columns[slot].id, decimal(figure, model.scale(slot)));
        }
        Some(wrong)
    }

    /// A total with the code of a record, where no row is held back: a right total without one stands beside such rows.
    pub(super) fn coded_total(&self, unit: usize, wish: &Wish) -> Option<Candidate> {
        let standing = standing(&self.units[unit].outcome, wish.model)?;
        standing.total.as_ref()?;
        let slot = self.models[wish.model].code.as_ref()?.slot;
        let all_count = standing.records.iter().all(|record| record.kept.is_some());
        let has_whole = standing.records.iter().any(|record| record.held.is_none());
        let what = What::Total(slot, WrongTotal::Coded);
        (all_count && has_whole).then(|| candidate(unit, wish, what, Vec::new()))
    }

    /// Two cells with a comma for their decimals, as `12,0`, in a column of small whole numbers. All other figures of the sheet must show
    /// clearly that it has points, so that only this column is doubted.
    pub(super) fn commas(&self, unit: usize, wish: &Wish) -> Option<Candidate> {
        let Unit { plan, outcome, .. } = &self.units[unit];
        let (standing, model) = (standing(outcome, wish.model)?, &self.models[wish.model]);
        let file = plan.files.iter().find(|file| file.models.contains(&wish.model))?;
        let columns = &model.form.columns;
        let kept = || standing.records.iter().filter_map(|record| record.kept.as_ref());
        let shows_point = |slot: usize| (1..3).contains(&columns[slot].kind.decimals());
        let of_row = |row: &Row| {
            (0..columns.len())
                .filter(|&slot| shows_point(slot) && row[slot].number().is_some())
                .count()
        };
        if file.is_shared() || file.format != Format::Csv || kept().map(of_row).sum::<usize>() < POINTS {
            return None;
        }
        // Nothing else may be odd about the column: neither a cell that is told of, nor a figure that may be written in groups.
        let is_small =
            |slot: usize| kept().all(|row| row[slot].number().is_none_or(|figure| (0..1000).contains(&figure)));
        let is_told = |slot: usize| {
            outcome
                .truth
                .iter()
                .any(|line| line.path == standing.path && line.column == columns[slot].id)
        };
        let is_free = |slot: &usize| {
            matches!(columns[*slot].kind, ColumnKind::Integer { .. }) && is_small(*slot) && !is_told(*slot)
        };
        let slot = (0..columns.len()).find(is_free)?;
        let patch = |at: usize| {
            let row = self
                .whole_row(unit, wish.model, at)
                .filter(|_| !standing.records[at].is_twice)?;
            let text = format!("{},0", row[slot].number()?);
            Some(Patch {
                at,
                row: row.clone(),
                expected: None,
                cells: vec![(slot, Cell::text(text))],
                blanks: 0,
                is_twice: false,
            })
        };
        let patches: Vec<Patch> = (0..standing.records.len()).filter_map(patch).take(2).collect();
        let line = Line::of_column(
            &standing.path,
            &standing.sheet,
            &columns[slot].id,
            COMMA_ASSUMED,
            NOTHING,
        );
        (patches.len() == 2).then(|| Candidate {
            line: Some(line),
            ..candidate(unit, wish, What::Rows(patches), Vec::new())
        })
    }

    /// A decimal that is rounded and has a comma between thousands, as `12,500`, in the one row of a workbook whose other figures are
    /// numbers and have no mark.
    pub(super) fn thousands(&self, unit: usize, wish: &Wish) -> Vec<Candidate> {
        let columns = 0..self.models[wish.model].form.columns.len();
        columns.filter_map(|slot| self.thousands_of(unit, wish, slot)).collect()
    }

    fn thousands_of(&self, unit: usize, wish: &Wish, slot: usize) -> Option<Candidate> {
        let Unit { plan, outcome, .. } = &self.units[unit];
        let (standing, model) = (standing(outcome, wish.model)?, &self.models[wish.model]);
        let file = plan.files.iter().find(|file| file.models.contains(&wish.model))?;
        let column = &model.form.columns[slot];
        let ColumnKind::Decimal {
            percent: false, scale, ..
        } = column.kind
        else {
            return None;
        };
        let mut row = self.whole_row(unit, wish.model, 0)?.clone();
        let whole = row[slot].number()? / 10_i64.pow(scale);
        let is_alone = standing.records.len() == 1 && (file.is_shared() || file.format == Format::Xlsx);
        if !is_alone || scale == 0 || whole < 1_000 {
            return None;
        }
        row[slot] = Value::Number(whole * 10_i64.pow(scale));
        self.is_lawful(unit, wish, &row, Format::Xlsx).then(|| {
            let line = Line::of_column(&standing.path, &standing.sheet, &column.id, THOUSANDS_ASSUMED, NOTHING);
            let patch = Patch {
                at: 0,
                row,
                expected: None,
                cells: vec![(slot, Cell::text(grouped(&decimal(whole, 0))))],
                blanks: 0,
                is_twice: false,
            };
            Candidate {
                line: Some(line),
                ..candidate(unit, wish, What::Rows(vec![patch]), Vec::new())
            }
        })
    }

    /// Whether a row breaks no rule within the row.
    fn is_lawful(&self, unit: usize, wish: &Wish, row: &Row, format: Format) -> bool {
        let (model, reporter) = (&self.models[wish.model], self.units[unit].reporter());
        let stage = self.units[unit].stage;
        let rng = &mut stream(self.seed, &["plant", self.name]);
        let style = stage.style(rng, model, reporter, format);
        stage.laying(reporter, model, &style).spoiler().broken(row).is_empty()
    }

    /// A whole number that nobody needs, with a point between thousands, as `12.500`, in the one row of a text whose decimals have a point:
    /// nothing shows that it is no fraction, so it counts as missing.
    pub(super) fn unclear(&self, unit: usize, wish: &Wish) -> Option<Candidate> {
        let Unit { plan, outcome, .. } = &self.units[unit];
        let (standing, model) = (standing(outcome, wish.model)?, &self.models[wish.model]);
        let file = plan.files.iter().find(|file| file.models.contains(&wish.model))?;
        let row = self.whole_row(unit, wish.model, 0)?;
        let columns = &model.form.columns;
        let has_point = |slot: usize| {
            let figure = row[slot].number();
            let is_fraction = |figure: i64| decimal(figure, columns[slot].kind.decimals()).contains('.');
            matches!(columns[slot].kind, ColumnKind::Decimal { .. }) && figure.is_some_and(is_fraction)
        };
        let is_grouped = |slot: &usize| {
            matches!(columns[*slot].kind, ColumnKind::Integer { .. })
                && !columns[*slot].required
                && row[*slot]
                    .number()
                    .is_some_and(|figure| (1_000..1_000_000).contains(&figure))
        };
        let is_text = matches!(file.format, Format::Csv | Format::Tsv) && !file.is_shared();
        let shows = standing.records.len() == 1 && is_text && (0..columns.len()).any(has_point);
        let slot = (0..columns.len()).filter(|_| shows).find(is_grouped)?;
        let mut unread = row.clone();
        unread[slot] = Value::Unknown;
        if !self.is_lawful(unit, wish, &unread, file.format) {
            return None;
        }
        let patch = Patch {
            at: 0,
            cells: vec![(
                slot,
                Cell::text(grouped(&decimal(row[slot].number()?, 0)).replace(',', ".")),
            )],
            row: unread,
            expected: None,
            blanks: 0,
            is_twice: false,
        };
        let id = &columns[slot].id;
        let line = Line::of_column(&standing.path, &standing.sheet, id, MARK_UNCLEAR, CELL_NULL);
        Some(Candidate {
            line: Some(line),
            ..candidate(unit, wish, What::Rows(vec![patch]), Vec::new())
        })
    }

    /// So many rows under the code that their area had before.
    pub(super) fn old_codes(&self, unit: usize, wish: &Wish, count: usize) -> Option<Candidate> {
        let reporter = self.units[unit].reporter();
        let (old, model) = (reporter.former.clone()?, &self.models[wish.model]);
        let slot = model.code.as_ref()?.slot;
        let is_below = matches!(model.form.columns[slot].kind, ColumnKind::DivisionCode { level: None });
        let is_national = self.pipeline.registry.code_scheme == CodeScheme::Gb2260;
        let standing = standing(&self.units[unit].outcome, wish.model).filter(|_| is_below && is_national)?;
        let fits = |at: &usize| {
            let row = self
                .whole_row(unit, wish.model, *at)
                .filter(|_| !standing.records[*at].is_twice);
            row.is_some_and(|row| row[slot].member().starts_with(&reporter.code))
        };
        let able: Vec<usize> = (0..standing.records.len()).filter(fits).collect();
        // Spread over the sheet.
        let every = able.iter().copied().step_by((able.len() / count).max(1));
        let former = Former {
            slot,
            own: reporter.code.clone(),
            old,
            rows: every.take(count).collect(),
        };
        let first = self.whole_row(unit, wish.model, *former.rows.first()?)?;
        let id = &model.form.columns[slot].id;
        let line = (count > 1).then(|| Line {
            kind: "code-unknown, old code of several rows".to_owned(),
            mend: format!("{id}={} → {} …", former.of(first), first[slot].member()),
            ..Line::of_column(&standing.path, &standing.sheet, id, Code::CodeUnknown, ROW_OUT)
        });
        let enough = former.rows.len() == count;
        enough.then(|| Candidate {
            line,
            ..candidate(unit, wish, What::Former(former), Vec::new())
        })
    }

    /// A whole column in another unit, where that leaves what is allowed for none of its figures.
    pub(super) fn whole_column(
        &self,
        unit: usize,
        wish: &Wish,
        rule: &Rule,
        recipe: &BreakRecipe,
    ) -> Option<Candidate> {
        let (slot, times) = self.column(wish.model, recipe)?;
        let standing = standing(&self.units[unit].outcome, wish.model)?;
        let mut rows = standing.records.iter().filter_map(|record| record.kept.as_ref());
        let fits = rows.all(|row| self.fits(wish.model, row, slot, times));
        let what = What::Column(slot, times, None);
        fits.then(|| candidate(unit, wish, what, codes(wish, rule)).about(rule))
    }

    /// As many rows of a column in another unit as are not yet the column's fault: each has a finding of its own.
    pub(super) fn few_rows(&self, unit: usize, wish: &Wish, rule: &Rule, recipe: &BreakRecipe) -> Option<Candidate> {
        let RuleKind::History(history) = &rule.kind else {
            return None;
        };
        let (slot, times) = self.column(wish.model, recipe)?;
        let entry = self.entry(unit, wish.model)?;
        let oracle = self.oracle_of(unit, None);
        let figures = oracle.earlier(rule.form, history.column, &entry);
        let model = &self.models[wish.model];
        let is_judged = |at: &usize| {
            self.whole_row(unit, wish.model, *at).is_some_and(|row| {
                let earlier = figures.get(&oracle.key(model, &entry, row)).copied();
                let is_above = row[slot].number().is_some_and(|number| number > 0);
                is_above
                    && self.fits(wish.model, row, slot, times)
                    && earlier.is_some_and(|figure| figure > 0.0 && figure >= history.min_base)
            })
        };
        let rows: BTreeSet<usize> = (0..entry.standing.records.len())
            .filter(is_judged)
            .take(ONE_CAUSE.0 - 1)
            .collect();
        let codes = vec![FindingCode::rule(&rule.id); rows.len()];
        let enough = rows.len() == ONE_CAUSE.0 - 1;
        let what = What::Column(slot, times, Some(rows));
        enough.then(|| candidate(unit, wish, what, codes).about(rule))
    }

    /// The column that a recipe changes as a whole, and the factor.
    fn column(&self, model: usize, recipe: &BreakRecipe) -> Option<(usize, f64)> {
        let (id, change) = recipe.set.iter().next()?;
        Some((self.models[model].slot(id)?, change.times?))
    }

    fn fits(&self, model: usize, row: &Row, slot: usize, times: f64) -> bool {
        let model = &self.models[model];
        let unit = 10_f64.powi(model.scale(slot) as i32);
        let largest = model.form.columns[slot].range.map_or(f64::INFINITY, |(_, max)| max) * unit;
        row[slot].number().is_none_or(|number| number as f64 * times <= largest)
    }
}
