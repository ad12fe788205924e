//! Faults of rows and cells: what is written instead of the clean content, and what must be found.

mod cells;
mod looks;
mod marks;
mod rules;
mod writing;

use super::chance::{Chance, one};
use super::draw::Row;
use super::model::FormModel;
use super::recipe::{Format, Recipe};
use super::reporters::Reporter;
use super::sheet::{Cell, Style};
use super::value::{Value, decimal};
use crate::domain::{Code, FindingCode, Severity};
use crate::pipeline::{Column, ColumnKind, Pipeline};

pub(super) use rules::scalar;
pub(super) use writing::exponential;

/// What a finding must say, apart from its place.
#[derive(Clone, Debug)]
pub(super) struct Expectation {
    pub(super) column: String,
    pub(super) code: FindingCode,
    /// None: nothing may be found.
    pub(super) severity: Option<Severity>,
    pub(super) kind: String,
    pub(super) consequence: &'static str,
    /// What was meant, `column=value`, where a slip of the pen can be told.
    pub(super) mend: String,
}

pub(super) const ROW_OUT: &str = "row quarantined";
pub(super) const CELL_NULL: &str = "cell null";
pub(super) const REJECTED: &str = "submission rejected";
pub(super) const NOTHING: &str = "none";
pub(super) const EXPLAINED: &str = "explained";
pub(super) const NEAR_MISS: &str = "near miss";

/// A kind of fault within a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowFault {
    Ragged,
    Conflict,
    OutsideJurisdiction,
    CodeUnknown,
    CodeMalformed,
    CodeScientific,
    Missing,
    Symbol,
    NotInteger,
    NotNumber,
    TooPrecise,
    OtherMark,
    UnitUnknown,
    NotBoolean,
    NotCategory,
    NotDate,
    OutOfRange,
    TooLong,
    ErrorValue,
    /// Only in workbooks: a withdrawn figure before the valid one, a row struck out, a cell merged with the one beneath.
    TextStruck,
    RowStruck,
    NumberMerged,
    CellsMerged,
    /// A figure with the mark of a note behind it, as a character.
    NumberNoted,
    /// Only in workbooks: the mark of a note within a figure, and a figure raised as a whole.
    NoteDoubtful,
    CellRaised,
    /// A record whose name is the word for a total.
    NamedTotal,
    /// A name read in the wrong encoding.
    Garbled,
    /// Only in workbooks: a figure that its number format shows as another one.
    ShownOtherwise,
    /// Only in texts: a formula without its result.
    Uncomputed,
    /// A figure of which a program has cut off digits, and one in brackets.
    Shortened,
    Bracketed,
    /// Index into the form's breaks.
    Rule(usize),
}

impl RowFault {
    /// Whether a file of a format can have it.
    fn wants(self, format: Format) -> bool {
        use RowFault as F;
        match self {
            F::CellRaised | F::ShownOtherwise => format == Format::Xlsx,
            F::NoteDoubtful | F::TextStruck | F::RowStruck | F::NumberMerged | F::CellsMerged => format.is_workbook(),
            F::Uncomputed => format.is_text_table(),
            F::Ragged => format.is_sheet(),
            _ => true,
        }
    }

    /// Whether few formats can have it.
    fn is_rare(self) -> bool {
        !self.wants(Format::Csv)
    }
}

/// All kinds for a form in a format, in the order in which they are planted: those first that few formats can have.
pub(super) fn kinds(model: &FormModel, format: Format) -> Vec<RowFault> {
    use RowFault as F;
    let cells = [
        F::NotInteger,
        F::OutOfRange,
        F::Symbol,
        F::OutsideJurisdiction,
        F::NotNumber,
        F::NotBoolean,
        F::Conflict,
        F::NotCategory,
        F::CodeScientific,
        F::TooPrecise,
        F::NotDate,
        F::Missing,
        F::UnitUnknown,
        F::CodeMalformed,
        F::Ragged,
        F::TooLong,
        F::CodeUnknown,
        F::ErrorValue,
        F::TextStruck,
        F::RowStruck,
        F::NumberMerged,
        F::CellsMerged,
        F::OtherMark,
        F::NumberNoted,
        F::NoteDoubtful,
        F::CellRaised,
        F::NamedTotal,
        F::Garbled,
        F::ShownOtherwise,
        F::Uncomputed,
        F::Shortened,
        F::Bracketed,
    ];
    let mut all: Vec<F> = Vec::new();
    let rules: Vec<F> = model.row_breaks.iter().copied().map(F::Rule).collect();
    for at in 0..cells.len().max(rules.len()) {
        all.extend(cells.get(at));
        all.extend(rules.get(at));
    }
    all.retain(|fault| fault.wants(format));
    all.sort_by_key(|fault| !fault.is_rare());
    all
}

/// What spoiling one row needs to know.
pub(super) struct Spoiler<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) recipe: &'a Recipe,
    pub(super) model: &'a FormModel<'a>,
    pub(super) style: &'a Style,
    /// A code that the registry does not know, of the length of the reporter's.
    pub(super) unknown_area: &'a str,
    /// Another area than the sender.
    pub(super) stranger: Option<&'a Reporter>,
}

/// A spoilt row.
pub(super) struct Spoilt {
    pub(super) cells: Vec<Cell>,
    /// A second row for the same unit.
    pub(super) twin: Option<Vec<Cell>>,
    /// None: what it breaks is told elsewhere.
    pub(super) expected: Option<Expectation>,
    /// What the clerk adds up.
    pub(super) stated: Row,
    /// What counts of it; None: nothing.
    pub(super) kept: Option<Row>,
    /// The cell that cannot be read.
    pub(super) held: Option<usize>,
    /// The key that can be read of a row that is out.
    pub(super) named: Named,
    /// What can be read where nothing counts.
    pub(super) read: Read,
    /// The column whose cell is merged with the one of the next row.
    pub(super) merged: Option<usize>,
}

/// What can be read of a row that is put out.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    /// Two that contradict each other; none where the cells have shifted.
    pub(super) rows: Vec<Row>,
    /// Columns that a rule is about.
    pub(super) blamed: Vec<usize>,
}

/// What the key of a row that does not count says.
#[derive(Clone, Debug, Default)]
pub(super) enum Named {
    /// That it is this unit.
    As(Row),
    /// Nothing.
    #[default]
    Nobody,
}

impl Spoiler<'_> {
    /// Plants a fault into a row; None where this kind does not fit it.
    pub(super) fn spoil(&self, rng: &mut Chance, fault: RowFault, row: &Row) -> Option<Spoilt> {
        use RowFault as F;
        let faults = &self.recipe.faults;
        let is_integer = |c: &Column| matches!(c.kind, ColumnKind::Integer { .. });
        let is_decimal = |c: &Column| matches!(c.kind, ColumnKind::Decimal { percent: false, .. });
        let has_unit = |c: &Column| is_decimal(c) && c.kind.unit().is_some();
        let is_figure = |c: &Column| is_integer(c) || matches!(c.kind, ColumnKind::Decimal { .. });
        let word = |rng: &mut Chance, words: &[String]| one(rng, words).cloned();
        match fault {
            F::Ragged => self.ragged(rng, row),
            F::Conflict => self.conflict(rng, row),
            F::OutsideJurisdiction | F::CodeUnknown | F::CodeMalformed | F::CodeScientific => self.bad_code(fault, row),
            F::Missing => {
                let required = |c: &Column| c.required;
                self.cell_fault(rng, row, Code::CellMissing, &required, |_, _, _| Some(String::new()))
            }
            F::Symbol => self.cell_fault(rng, row, Code::SymbolUndeclared, &is_figure, |rng, _, _| {
                word(rng, &faults.symbol)
            }),
            F::NotInteger => self.cell_fault(rng, row, Code::NotAnInteger, &is_integer, |rng, _, _| {
                word(rng, &faults.not_an_integer)
            }),
            F::NotNumber => self.cell_fault(rng, row, Code::NotANumber, &is_decimal, |rng, _, _| {
                word(rng, &faults.not_a_number)
            }),
            F::TooPrecise => self.cell_fault(rng, row, Code::TooPrecise, &is_decimal, |_, column, value| {
                // Rounded to the agreed decimals it is the true figure again.
                let (number, scale) = (value.number()?, column.kind.decimals());
                let unit = 10_i64.pow(scale);
                let places = scale as usize;
                let fraction = if scale > 0 {
                    format!("{:0places$}", number % unit)
                } else {
                    String::new()
                };
                (number >= 0).then(|| format!("{}.{fraction}0004", number / unit))
            }),
            F::OtherMark => {
                // Other figures of the sheet must show that it has points.
                let shows = self.shows_points(self.style.format);
                let has_fraction = |c: &Column| is_decimal(c) && (1..3).contains(&c.kind.decimals());
                self.cell_fault(rng, row, Code::DecimalMarkMixed, &has_fraction, |_, column, value| {
                    let text = decimal(value.number()?, column.kind.decimals());
                    (shows && text.contains('.')).then(|| text.replace('.', ","))
                })
            }
            F::UnitUnknown => self.cell_fault(rng, row, Code::UnitUnknown, &has_unit, |_, column, value| {
                Some(decimal(value.number()?, column.kind.decimals()) + faults.unit_unknown.as_deref()?)
            }),
            F::NotBoolean => {
                let is_boolean = |c: &Column| matches!(c.kind, ColumnKind::Boolean { .. });
                self.cell_fault(rng, row, Code::NotABoolean, &is_boolean, |rng, _, _| {
                    word(rng, &faults.not_a_boolean)
                })
            }
            F::NotCategory => {
                let is_category = |c: &Column| matches!(c.kind, ColumnKind::Category { .. });
                self.cell_fault(rng, row, Code::NotACategory, &is_category, |rng, _, _| {
                    word(rng, &faults.not_a_category)
                })
            }
            F::NotDate => {
                let is_date = |c: &Column| c.kind == ColumnKind::Date;
                self.cell_fault(rng, row, Code::NotADate, &is_date, |rng, _, _| {
                    word(rng, &faults.not_a_date)
                })
            }
            F::OutOfRange => {
                let ranged = |c: &Column| c.range.is_some() && is_figure(c);
                self.cell_fault(rng, row, Code::OutOfRange, &ranged, |_, column, _| {
                    Some(format!("{}", (column.range?.1 * 1.2) as i64 + 1))
                })
            }
            F::TooLong => {
                let is_text = |c: &Column| c.kind == ColumnKind::Text;
                self.cell_fault(rng, row, Code::TextTooLong, &is_text, |_, _, value| {
                    let Value::Word(word) = value else { return None };
                    (faults.too_long > 0 && !word.is_empty())
                        .then(|| word.chars().cycle().take(faults.too_long).collect())
                })
            }
            F::ErrorValue => {
                let any = |c: &Column| !matches!(c.kind, ColumnKind::DivisionCode { .. });
                self.cell_fault(rng, row, Code::ErrorValue, &any, |rng, _, _| {
                    word(rng, &faults.error_value)
                })
            }
            F::NumberNoted => self.number_noted(rng, row),
            F::NoteDoubtful => self.note_doubtful(rng, row),
            F::CellRaised => self.cell_raised(rng, row),
            F::NamedTotal => self.named_total(row),
            F::Garbled => self.garbled(rng, row),
            F::ShownOtherwise => self.shown_otherwise(rng, row),
            F::Uncomputed => self.uncomputed(rng, row),
            F::Shortened => self.shortened(rng, row),
            F::Bracketed => self.bracketed_number(rng, row),
            F::TextStruck => self.text_struck(rng, row),
            F::RowStruck => self.row_struck(row),
            F::NumberMerged => self.merged(rng, row, Code::NumberMerged, &is_figure),
            F::CellsMerged => self.merged(rng, row, Code::CellsMerged, &|c| !is_figure(c)),
            F::Rule(index) => self.broken_rule(rng, index, row),
        }
    }
}

/// The catalog's severity.
pub(super) fn usual(code: &FindingCode) -> Severity {
    code.entry().map_or(Severity::Hard, |entry| entry.severity)
}
