//! Records that are named like a sum of others, as `Total`, although their key is filled, and words that stand alone in a row like a
//! heading: areas may have such names, and lines of totals may have codes. The registry and the figures decide; what they
//! cannot prove is reported.

use super::cell::{Cleaned, tidy};
use super::context::Context;
use super::deciding::deciding_column;
use super::figures::{Figures, figures};
use super::notations::Notations;
use super::sheet::Sheet;
use super::totals::Judge;
use crate::domain::exact::NOISE;
use crate::domain::{Code, Finding, Place, RawTable, SetAside, half_width};
use crate::pipeline::{CodeScheme, ColumnKind, Form};
use crate::registry::Area;

/// Rows below the registry whose codes show what a code looks like.
const CODES: usize = 100;
/// A sum of fewer rows proves nothing: any row may equal another.
const PARTS: usize = 2;

/// What such a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Its key is that of a record, and it is no sum.
    Record,
    /// Its key is that of a record, and its figures are the sums of others, or the key stands there already.
    Doubtful,
    /// Its key is that of no record.
    Total,
    /// Its key is the code of what holds several records.
    Wider,
    /// Its key is that of no record, and nothing proves that it is a sum: it stays among the records, where its key is told.
    Unknown,
}

/// Takes those that are no records out of a sheet's records, and reports all whose key is that of a record. `additive` are the
/// columns whose sum has a meaning.
pub fn named_totals(table: &mut RawTable, context: &Context, additive: &[usize]) -> Vec<Finding> {
    let named = std::mem::take(&mut table.named_totals);
    let worded = std::mem::take(&mut table.worded_totals);
    let loose = std::mem::take(&mut table.loose_totals);
    if named.is_empty() && worded.is_empty() {
        return Vec::new();
    }
    let kinds = kinds(table, context, additive, &named, &loose);
    let (mut kept, mut taken) = (Vec::new(), Vec::new());
    for ((row, set_aside), kind) in named.into_iter().zip(kinds) {
        match kind {
            // A record with nothing but its key has another finding.
            _ if set_aside == SetAside::Heading => {}
            Kind::Record => kept.push(row),
            Kind::Doubtful => taken.push(row),
            Kind::Total | Kind::Wider | Kind::Unknown => {}
        }
        let set_aside = if kind == Kind::Wider && set_aside != SetAside::Heading {
            SetAside::Subtotal
        } else {
            set_aside
        };
        if !matches!(kind, Kind::Record | Kind::Unknown)
            && let Ok(at) = table.records.binary_search(&row)
        {
            table.records.remove(at);
            table.set_aside.push((row, set_aside));
        }
    }
    table.set_aside.sort_unstable();
    let of_kind = |is_own: &dyn Fn(&(u32, SetAside)) -> bool| {
        let rows = table.set_aside.iter().filter(|row| is_own(row));
        rows.map(|(row, _)| *row).collect::<Vec<u32>>()
    };
    let is_worded = |(row, kind): &(u32, SetAside)| {
        let is_worded = worded.binary_search(row).is_ok() || loose.binary_search(row).is_ok();
        kind.is_total() && is_worded && taken.binary_search(row).is_err()
    };
    let told = [
        (Code::RowWordedTotal, of_kind(&is_worded)),
        (Code::RowHeading, of_kind(&|(_, kind)| *kind == SetAside::Heading)),
        (Code::RecordNamedTotal, kept),
        (Code::TotalWithCode, taken.clone()),
    ];
    let told = told.into_iter();
    told.filter_map(|(code, rows)| finding_on(table, context, code, &rows))
        .collect()
}

/// One finding on all rows of a kind.
fn finding_on(table: &RawTable, context: &Context, code: Code, rows: &[u32]) -> Option<Finding> {
    let (&first, others) = rows.split_first()?;
    let form = &context.pipeline.forms[context.form];
    let of = |column: usize| table.columns.iter().find(|matched| matched.column == column);
    let key = form.key.first().and_then(|&column| of(column));
    let number = |row: u32| table.grid.number(row as usize);
    let place = Place {
        sheet: table.sheet.clone(),
        row: Some(number(first)),
        column: key.map(|key| form.columns[key.column].id.as_str().into()),
        column_index: key.map(|key| key.index),
    };
    let shown = table.grid.row(first as usize).map(str::trim);
    let shown: Vec<&str> = shown.filter(|cell| !cell.is_empty()).collect();
    let finding = Finding::new(code).at(place);
    Some(Finding {
        rows: others.iter().map(|row| number(*row)).collect(),
        ..finding.raw(shown.join(" | ")).count(rows.len() as u64)
    })
}

/// `loose`: those of the named rows whose names may as well be those of records.
fn kinds(
    table: &RawTable,
    context: &Context,
    additive: &[usize],
    named: &[(u32, SetAside)],
    loose: &[u32],
) -> Vec<Kind> {
    let form = &context.pipeline.forms[context.form];
    let keys = Keys::new(table, context, form, named);
    let of_row = |(row, kind): &(u32, SetAside)| match kind {
        SetAside::Heading => keys.kind_of_heading(*row),
        _ if loose.binary_search(row).is_ok() => keys.kind_of_loose(*row),
        _ => keys.kind(*row),
    };
    let mut kinds: Vec<Kind> = named.iter().map(of_row).collect();
    let may_be_record = |kind: &Kind| matches!(kind, Kind::Record | Kind::Unknown);
    if kinds.iter().any(may_be_record) {
        let sums = Sums::new(table, context, additive, named);
        for (kind, (row, set_aside)) in kinds.iter_mut().zip(named).filter(|(kind, _)| may_be_record(kind)) {
            let is_loose = loose.binary_search(row).is_ok();
            match set_aside {
                SetAside::Heading => {}
                // Name and figures say the same.
                _ if is_loose && sums.prove(*row) => *kind = Kind::Total,
                _ if !is_loose && (keys.is_taken(*row) || sums.prove(*row)) => *kind = Kind::Doubtful,
                _ => {}
            }
        }
    }
    kinds
}

/// The keys of a sheet.
struct Keys<'a> {
    table: &'a RawTable,
    form: &'a Form,
    sheet: Sheet<'a>,
    /// Judges lines of wider areas; None: the sender is not known.
    wider: Option<Judge<'a>>,
    /// Physical columns of the key.
    columns: Vec<u32>,
    /// Kind and physical column of what says where a row belongs.
    deciding: Option<(&'a ColumnKind, u32)>,
    /// Records that are not named like a sum.
    others: Vec<u32>,
}

impl<'a> Keys<'a> {
    fn new(table: &'a RawTable, context: &Context<'a>, form: &'a Form, named: &[(u32, SetAside)]) -> Keys<'a> {
        let index = |column: usize| {
            let mut columns = table.columns.iter();
            columns
                .find(|matched| matched.column == column)
                .map(|matched| matched.index)
        };
        let deciding = deciding_column(form);
        let sender: Option<&Area> = context.areas.get(context.sender);
        Keys {
            table,
            form,
            sheet: Sheet::of(table, context),
            wider: sender.map(|sender| Judge::new(table, context, form, sender)),
            columns: form.key.iter().filter_map(|&column| index(column)).collect(),
            deciding: deciding.and_then(|column| Some((&form.columns[column].kind, index(column)?))),
            others: others(table, named),
        }
    }

    fn said(&self, row: u32, index: u32) -> &str {
        tidy(self.table.said(row, index).0)
    }

    /// What the key of a row says that it is.
    fn kind(&self, row: u32) -> Kind {
        if self.wider.as_ref().is_some_and(|wider| wider.is_wider(row as usize)) {
            return Kind::Wider;
        }
        let (is_known, text) = match self.deciding {
            None => (self.looks_like_others(row), ""),
            Some((kind, index)) => (self.is_of_record(row, kind, index), self.said(row, index)),
        };
        match is_known {
            true => Kind::Record,
            // A township's code ends in zeros, as those of all areas above communities.
            false if self.sheet.scheme == CodeScheme::Gb2260 && text.ends_with("000") => Kind::Wider,
            false => Kind::Total,
        }
    }

    /// What the key of a row says whose name may be that of a record: without codes, it is one.
    fn kind_of_loose(&self, row: u32) -> Kind {
        match self.kind(row) {
            Kind::Total if self.deciding.is_none() => Kind::Record,
            Kind::Total => Kind::Unknown,
            kind => kind,
        }
    }

    /// What a word is that stands alone in a row: a record where it is or may be a key, or names an area that a row is about.
    fn kind_of_heading(&self, row: u32) -> Kind {
        let kind = self.kind(row);
        let Some((ColumnKind::DivisionCode { level }, index)) = self.deciding else {
            return kind;
        };
        let text = self.said(row, index);
        let names_area = || level.is_some_and(|level| self.sheet.jurisdiction.of_name(text, level).is_ok());
        // Where no registry knows the codes, a word is none of them if all others have digits.
        let is_loose = level.is_none() && self.sheet.scheme == CodeScheme::Plain;
        let has_digits = |other: &u32| self.said(*other, index).contains(|c: char| c.is_ascii_digit());
        let may_be_code = || is_loose && !self.others.iter().take(CODES).all(has_digits);
        match !text.is_empty() && (names_area() || may_be_code()) {
            true => Kind::Record,
            false => kind,
        }
    }

    /// Whether the key of a row can be that of a record: a registered area, a code of the agreed form in one, or, where no registry
    /// knows the keys, one that looks like those of the other rows.
    fn is_of_record(&self, row: u32, kind: &ColumnKind, index: u32) -> bool {
        fn known<E>(area: Result<&str, E>) -> bool {
            area.is_ok()
        }
        let text = self.said(row, index);
        match kind {
            ColumnKind::DivisionName { level } => known(self.sheet.jurisdiction.of_name(text, *level)),
            ColumnKind::DivisionCode { level: None } if self.sheet.scheme == CodeScheme::Plain => {
                self.looks_like_others(row)
            }
            ColumnKind::DivisionCode { level } => match self.sheet.code(text, *level) {
                Cleaned::Value(code) => known(self.sheet.jurisdiction.of_code(&code, *level)),
                _ => false,
            },
            _ => false,
        }
    }

    fn looks_like_others(&self, row: u32) -> bool {
        let mut others = self.others.iter().take(CODES);
        let alike = |other: &u32| {
            let mut columns = self.columns.iter();
            columns.all(|&index| shape(self.said(row, index)) == shape(self.said(*other, index)))
        };
        !self.form.key.is_empty() && others.any(alike)
    }

    /// Whether the key stands in another record, too.
    fn is_taken(&self, row: u32) -> bool {
        let same = |other: &u32| {
            let mut columns = self.columns.iter();
            columns.all(|&index| half_width(self.said(row, index)) == half_width(self.said(*other, index)))
        };
        self.others.iter().any(same)
    }
}

/// The records that are not named like a sum.
fn others(table: &RawTable, named: &[(u32, SetAside)]) -> Vec<u32> {
    let is_named = |row: &u32| named.binary_search_by_key(row, |(row, _)| *row).is_ok();
    table.records.iter().copied().filter(|row| !is_named(row)).collect()
}

/// What a code is made of: its length, and whether it has digits and letters.
fn shape(text: &str) -> (usize, bool, bool) {
    let any = |is: fn(char) -> bool| text.chars().any(is);
    (text.chars().count(), any(|c| c.is_numeric()), any(char::is_alphabetic))
}

/// The figures of a sheet, for sums of its rows.
struct Sums {
    /// All rows in order.
    rows: Vec<u32>,
    /// Of these, the records that are not named like a sum.
    is_part: Vec<bool>,
    /// Rows set aside as totals or named like one, in order.
    totals: Vec<u32>,
    /// Each with how far a sum may be off: as it is, and as a share of the figure.
    columns: Vec<(Figures, (f64, f64))>,
}

impl Sums {
    fn new(table: &RawTable, context: &Context, additive: &[usize], named: &[(u32, SetAside)]) -> Sums {
        let form = &context.pipeline.forms[context.form];
        let is_named = |row: &u32| named.binary_search_by_key(row, |(row, _)| *row).is_ok();
        let read = if additive.is_empty() {
            Vec::new()
        } else {
            figures(table, context, additive, Notations::of(table, form))
        };
        let precision = |of: &Figures| {
            let kind = &form.columns[of.column].kind;
            let share = if kind.is_double() { NOISE } else { 0.0 };
            (0.5 / 10_f64.powi(kind.decimals() as i32), share)
        };
        let totals = table.set_aside.iter();
        let totals = totals.chain(named).filter(|(_, kind)| kind.is_total());
        let mut totals: Vec<u32> = totals.map(|(row, _)| *row).collect();
        totals.sort_unstable();
        Sums {
            is_part: table.records.iter().map(|row| !is_named(row)).collect(),
            rows: table.records.clone(),
            totals,
            columns: read
                .into_iter()
                .map(|of| (precision(&of), of))
                .map(|(p, of)| (of, p))
                .collect(),
        }
    }

    /// Whether every figure of a row is the sum of the same other rows: all, those above or below, or of these, those up to the next total.
    fn prove(&self, row: u32) -> bool {
        let Ok(at) = self.rows.binary_search(&row) else {
            return false;
        };
        let last = self.totals.iter().rev().find(|total| **total < row);
        let since = last.map_or(0, |total| self.rows.partition_point(|row| row < total));
        let end = self.rows.len();
        let next = self.totals.iter().find(|total| **total > row);
        let until = next.map_or(end, |total| self.rows.partition_point(|row| row < total));
        [0..end, 0..at, since..at, at + 1..until, at + 1..end]
            .into_iter()
            .any(|span| self.is_sum(at, span))
    }

    fn is_sum(&self, at: usize, span: std::ops::Range<usize>) -> bool {
        let mut told = false;
        for (figures, (precision, share)) in &self.columns {
            let Some(value) = figures.values[at] else { continue };
            let parts = span.clone().filter(|&part| self.is_part[part]);
            let parts: Vec<f64> = parts.filter_map(|part| figures.values[part]).collect();
            if parts.len() < PARTS || (parts.iter().sum::<f64>() - value).abs() > precision.max(share * value.abs()) {
                return false;
            }
            told |= value != 0.0;
        }
        told
    }
}
