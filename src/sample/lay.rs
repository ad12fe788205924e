//! Lays a table out line by line, with odd but agreed cells, and plants faults into its rows.

use std::collections::BTreeMap;

use super::amend::{Former, Patch, WrongTotal};
use super::chance::{Chance, happens, index, one, uniform};
use super::draw::Row;
use super::faults::{Expectation, NOTHING, Named, Read, Spoiler, Spoilt, kinds};
use super::model::FormModel;
use super::recipe::Recipe;
use super::reporters::Reporter;
use super::sheet::{Cell, Merge, Style};
use super::value::{Value, grouped};
use super::write::Page;
use crate::domain::Code;
use crate::pipeline::{ColumnKind, Pipeline};

/// Tells that a line of totals has the code of a record.
pub(super) const TOTAL_WITH_CODE: Code = Code::TotalWithCode;

/// What laying out needs to know.
pub(super) struct Laying<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) recipe: &'a Recipe,
    pub(super) model: &'a FormModel<'a>,
    pub(super) style: &'a Style,
    pub(super) quirk_rate: f64,
    pub(super) unknown_area: &'a str,
    pub(super) stranger: Option<&'a Reporter>,
}

/// A table as it is written.
pub(super) struct Table {
    pub(super) lines: Vec<Vec<Cell>>,
    pub(super) merges: Vec<Merge>,
    /// Row as the clerk counts, and what must be found there.
    pub(super) findings: Vec<(usize, Expectation)>,
    /// What will count of each record.
    pub(super) counted: Vec<Counted>,
    /// The row of totals: its line, and the figure of each column that has one.
    pub(super) total: Option<Total>,
    /// Whether the sheet is hidden.
    pub(super) is_hidden: bool,
    /// Further sheets of the workbook.
    pub(super) beside: Vec<Page>,
}

/// A record as it will count.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    /// As the clerk counts.
    pub(super) line: usize,
    /// None: it is put out.
    pub(super) kept: Option<Row>,
    /// The cell that cannot be read.
    pub(super) held: Option<usize>,
    /// Whether it stands once more.
    pub(super) is_twice: bool,
    /// What its key says where it is put out.
    pub(super) named: Named,
    /// What can be read where it is put out.
    pub(super) read: Read,
}

/// A line, and the figures stated in it by column.
pub(super) type Total = (usize, BTreeMap<usize, i64>);

/// Writes one cell of a row in an odd way.
type Quirk<'a> = fn(&Laying<'a>, &mut Chance, &Row, &mut [Cell]);

impl Laying<'_> {
    /// Lays rows out; `spoilt` are those that are written otherwise. `wrong` makes a stated total wrong.
    pub(super) fn lay(
        &self,
        rng: &mut Chance,
        rows: &[Row],
        mut spoilt: Vec<Option<Spoilt>>,
        header: bool,
        wrong: Option<(usize, WrongTotal)>,
    ) -> Table {
        let is_sheet = self.style.format.is_sheet();
        let (mut lines, mut merges) = if is_sheet && header {
            self.style.top(self.recipe, self.model)
        } else {
            (Vec::new(), Vec::new())
        };
        let double = if self.style.duplicate && !rows.is_empty() {
            Some(index(rng, rows.len()))
        } else {
            None
        };
        let (mut findings, mut counted) = (Vec::new(), Vec::with_capacity(rows.len()));
        let mut stated = Vec::new();
        // The column whose cell of the last row reaches into the next one.
        let mut reaching: Option<usize> = None;
        for (at, row) in rows.iter().enumerate() {
            if let Some(slot) = reaching.take() {
                let (cells, rest) = self.beneath(row, slot, lines.len(), &mut merges);
                lines.push(cells);
                counted.push(Counted {
                    line: lines.len(),
                    ..rest
                });
                stated.push(row.clone());
                continue;
            }
            let Some(bad) = spoilt.get_mut(at).and_then(Option::take) else {
                let mut cells = self.style.record(self.model, row);
                self.quirk(rng, row, &mut cells);
                lines.push(cells.clone());
                counted.push(Counted {
                    line: lines.len(),
                    kept: Some(row.clone()),
                    held: None,
                    is_twice: double == Some(at),
                    named: Named::default(),
                    read: Read::default(),
                });
                if double == Some(at) {
                    lines.push(cells);
                }
                stated.push(row.clone());
                continue;
            };
            reaching = bad.merged;
            lines.push(bad.cells);
            findings.extend(bad.expected.clone().map(|expected| (lines.len(), expected)));
            counted.push(Counted {
                line: lines.len(),
                is_twice: bad.twin.is_some() && bad.kept.is_some(),
                kept: bad.kept,
                held: bad.held,
                named: bad.named,
                read: bad.read,
            });
            if let Some(twin) = bad.twin {
                lines.push(twin);
                findings.extend(bad.expected.map(|expected| (lines.len(), expected)));
            }
            stated.push(bad.stated);
        }
        let total = if is_sheet {
            self.bottom(&stated, &mut lines, wrong)
        } else {
            None
        };
        if let (Some((line, _)), Some((slot, WrongTotal::Coded))) = (&total, wrong) {
            let told = self.give_code(&mut lines[line - 1], slot, &counted);
            findings.extend(told.map(|told| (*line, told)));
        }
        Table {
            lines,
            merges,
            findings,
            counted,
            total,
            is_hidden: false,
            beside: Vec::new(),
        }
    }

    /// A row whose cell in a column is covered by that of the row above, which is the last of `lines`.
    fn beneath(&self, row: &Row, slot: usize, lines: usize, merges: &mut Vec<Merge>) -> (Vec<Cell>, Counted) {
        let mut cells = self.style.record(self.model, row);
        if let Some(at) = self.style.columns.iter().position(|laid| laid.slot == Some(slot)) {
            cells[at] = Cell::default();
            merges.push((lines - 1, at, lines, at));
        }
        let mut kept = row.clone();
        kept[slot] = Value::Unknown;
        let counted = Counted {
            line: lines,
            kept: Some(kept),
            held: Some(slot),
            is_twice: false,
            named: Named::default(),
            read: Read::default(),
        };
        (cells, counted)
    }

    /// Writes the code of the last record that counts, which stands in a column of the key, into a line of totals.
    fn give_code(&self, cells: &mut [Cell], slot: usize, counted: &[Counted]) -> Option<Expectation> {
        let whole = counted.iter().rev().filter(|record| record.held.is_none());
        let row = whole.filter_map(|record| record.kept.as_ref()).next()?;
        let at = self.style.columns.iter().position(|laid| laid.slot == Some(slot))?;
        cells[at] = self.style.cell(self.model, slot, &row[slot]);
        Some(Expectation {
            column: self.model.form.columns[slot].id.clone(),
            code: TOTAL_WITH_CODE.into(),
            severity: Some(TOTAL_WITH_CODE.entry().severity),
            kind: TOTAL_WITH_CODE.to_string(),
            consequence: NOTHING,
            mend: String::new(),
        })
    }

    /// Totals, their parts, and the lines below.
    fn bottom(&self, rows: &[Row], lines: &mut Vec<Vec<Cell>>, wrong: Option<(usize, WrongTotal)>) -> Option<Total> {
        let mut stated = None;
        if let Some(total) = &self.style.total {
            let all: Vec<&Row> = rows.iter().collect();
            let mut cells = self.style.sums(self.model, total, &all);
            let figures = self.stated(&mut cells, wrong);
            lines.push(cells);
            stated = Some((lines.len(), figures));
            for part in &self.model.recipe.parts {
                let Some(slot) = self.model.slot(&part.of) else {
                    continue;
                };
                let some: Vec<&Row> = rows.iter().filter(|row| row[slot].member() == part.member).collect();
                lines.push(self.style.sums(self.model, &part.label, &some));
            }
        }
        if !self.style.footers.is_empty() && self.style.spaced() {
            lines.push(Vec::new());
        }
        lines.extend(self.style.footers.iter().map(|line| vec![Cell::text(line)]));
        stated
    }

    /// The figures of the row of totals, one of them made wrong.
    fn stated(&self, cells: &mut [Cell], wrong: Option<(usize, WrongTotal)>) -> BTreeMap<usize, i64> {
        let mut figures = BTreeMap::new();
        for (laid, cell) in self.style.columns.iter().zip(cells) {
            let (Some(slot), true, Ok(figure)) = (laid.slot, cell.numeric, cell.text.parse::<i64>()) else {
                continue;
            };
            let figure = match wrong {
                Some((of, how)) if of == slot => how.of(figure),
                _ => figure,
            };
            cell.text = figure.to_string();
            figures.insert(slot, figure);
        }
        figures
    }

    /// How rows of this sheet are spoilt.
    pub(super) fn spoiler(&self) -> Spoiler<'_> {
        Spoiler {
            pipeline: self.pipeline,
            recipe: self.recipe,
            model: self.model,
            style: self.style,
            unknown_area: self.unknown_area,
            stranger: self.stranger,
        }
    }

    /// The rows that are written otherwise, at their places: first those chosen with the other submissions in view, then
    /// `count` more, kinds in turn from `start`.
    pub(super) fn spoil(
        &self,
        rng: &mut Chance,
        rows: &[Row],
        (patches, former): (&[Patch], Option<&Former>),
        (count, start): (usize, usize),
    ) -> Vec<Option<Spoilt>> {
        if count == 0 && patches.is_empty() && former.is_none() {
            return Vec::new();
        }
        let kinds = kinds(self.model, self.style.format);
        let spoiler = self.spoiler();
        let mut all: Vec<Option<Spoilt>> = rows.iter().map(|_| None).collect();
        for patch in patches {
            if let Some(place) = all.get_mut(patch.at) {
                *place = Some(patch.spoilt(self.model, self.style));
            }
        }
        for &at in former.iter().flat_map(|former| &former.rows) {
            if let (Some(place), Some(row), Some(former)) = (all.get_mut(at), rows.get(at), former) {
                *place = Some(spoiler.former(row, former));
            }
        }
        for turn in 0..count {
            let kind = kinds[(start + turn) % kinds.len()];
            // A kind may fit few rows (a rule on facilities needs one), so several are tried.
            for _ in 0..20 {
                let at = index(rng, rows.len());
                // The row above may reach into this one.
                let is_covered = at > 0 && all[at - 1].as_ref().is_some_and(|above| above.merged.is_some());
                if all[at].is_some() || is_covered {
                    continue;
                }
                if let Some(bad) = spoiler.spoil(rng, kind, &rows[at]) {
                    if let Some(slot) = bad.merged {
                        let next = rows.get(at + 1).filter(|_| all[at + 1].is_none());
                        if next.is_none_or(|next| !spoiler.stands_without(next, slot)) {
                            continue;
                        }
                    }
                    all[at] = Some(bad);
                    break;
                }
            }
        }
        all
    }

    /// Writes one cell of a row in an odd way that every form agrees with.
    fn quirk(&self, rng: &mut Chance, row: &Row, cells: &mut [Cell]) {
        let shares = &self.recipe.cells;
        let mut at = uniform(rng) / self.quirk_rate.max(f64::MIN_POSITIVE);
        let ways: [(f64, Quirk<'_>); 6] = [
            (shares.full_width, Self::full_width),
            (shares.separator, Self::separator),
            (shares.blanks, Self::blanks),
            (shares.unit_suffix, Self::unit_suffix),
            (shares.multiple, Self::multiple),
            (shares.percent, Self::percent),
        ];
        for (share, way) in ways {
            if at < share {
                return way(self, rng, row, cells);
            }
            at -= share;
        }
    }

    /// Places of figures that `fits`, with their columns' kinds.
    fn figure(&self, rng: &mut Chance, cells: &[Cell], fits: impl Fn(&ColumnKind, &str) -> bool) -> Option<usize> {
        let fits = |(at, cell): (usize, &Cell)| {
            let slot = self.style.columns.get(at)?.slot?;
            let kind = &self.model.form.columns[slot].kind;
            let is_figure = matches!(kind, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. });
            (is_figure && cell.numeric && fits(kind, &cell.text)).then_some(at)
        };
        let able: Vec<usize> = cells.iter().enumerate().filter_map(fits).collect();
        one(rng, &able).copied()
    }

    fn full_width(&self, rng: &mut Chance, _: &Row, cells: &mut [Cell]) {
        if let Some(at) = self.figure(rng, cells, |_, _| true) {
            let wide = |c: char| {
                if c.is_ascii_digit() {
                    char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
                } else {
                    c
                }
            };
            cells[at] = Cell::text(cells[at].text.chars().map(wide).collect::<String>());
        }
    }

    /// Commas between thousands, but not in a decimal without a fraction: where nothing else shows what a comma means, that is told of.
    fn separator(&self, rng: &mut Chance, _: &Row, cells: &mut [Cell]) {
        let is_plain = |kind: &ColumnKind, text: &str| match text.split_once('.') {
            Some((whole, _)) => whole.len() > 3,
            None => text.len() > 3 && matches!(kind, ColumnKind::Integer { .. }),
        };
        if let Some(at) = self.figure(rng, cells, is_plain) {
            cells[at] = Cell::text(grouped(&cells[at].text));
        }
    }

    fn blanks(&self, rng: &mut Chance, _: &Row, cells: &mut [Cell]) {
        let at = index(rng, cells.len());
        if let Some(blank) = one(rng, &self.recipe.words.blanks)
            && !cells[at].text.is_empty()
        {
            cells[at] = Cell::text(if happens(rng, 0.5) {
                format!("{}{blank}", cells[at].text)
            } else {
                format!("{blank}{}", cells[at].text)
            });
        }
    }

    fn unit_suffix(&self, rng: &mut Chance, _: &Row, cells: &mut [Cell]) {
        let spellings = |kind: &ColumnKind| kind.unit().and_then(|unit| self.recipe.words.units.get(unit));
        let plain = |kind: &ColumnKind, _: &str| {
            spellings(kind).is_some() && !matches!(kind, ColumnKind::Decimal { percent: true, .. })
        };
        if let Some(at) = self.figure(rng, cells, plain)
            && let Some(slot) = self.style.columns[at].slot
            && let Some(spelling) = spellings(&self.model.form.columns[slot].kind).and_then(|all| one(rng, all))
        {
            cells[at] = Cell::text(format!("{}{spelling}", cells[at].text));
        }
    }

    /// `1.2万`, where that is exact.
    fn multiple(&self, rng: &mut Chance, row: &Row, cells: &mut [Cell]) {
        let Some(multiple) = &self.recipe.words.multiple else {
            return;
        };
        let whole = |kind: &ColumnKind, text: &str| {
            matches!(kind, ColumnKind::Integer { .. })
                && text
                    .parse::<i64>()
                    .is_ok_and(|n| n * 10 >= multiple.factor && n % (multiple.factor / 100).max(1) == 0)
        };
        if let Some(at) = self.figure(rng, cells, whole)
            && let Some(number) = self.style.columns[at].slot.and_then(|slot| row[slot].number())
        {
            let decimals = multiple.factor.ilog10();
            cells[at] = Cell::text(super::value::decimal(number, decimals) + &multiple.suffix);
        }
    }

    fn percent(&self, rng: &mut Chance, _: &Row, cells: &mut [Cell]) {
        if let Some(at) = self.figure(rng, cells, |kind, _| {
            matches!(kind, ColumnKind::Decimal { percent: true, .. })
        }) {
            cells[at] = Cell::text(format!("{}%", cells[at].text));
        }
    }
}
