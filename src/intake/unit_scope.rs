//! Which columns of a form a line of units applies to: `Budget figures are in millions` of one, `(in thousands)` of all.

use std::collections::BTreeSet;

use super::header::Book;
use super::unit_said::Named;
use super::unit_words::unit_words;
use super::units;
use crate::domain::fold;

/// Characters of a name in Chinese that is sought within headers: 基金 in 社区基金.
const WITHIN: usize = 2;
/// Characters of a label that is looked up; a longer one is a sentence.
const LONGEST: usize = 120;

/// What a unit of a line is said of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The whole table.
    All,
    /// These columns of the form.
    Columns(BTreeSet<usize>),
    /// Something that the form has no column of.
    Unknown,
}

impl Scope {
    /// Whether it may be said of a column.
    pub(super) fn covers(&self, column: usize) -> bool {
        match self {
            Scope::All | Scope::Unknown => true,
            Scope::Columns(columns) => columns.contains(&column),
        }
    }

    /// Whether it is said of a column by name.
    pub(super) fn names(&self, column: usize) -> bool {
        matches!(self, Scope::Columns(columns) if columns.contains(&column))
    }
}

/// What a line says a unit of.
pub(super) fn of(book: &Book<'_>, named: &Named) -> Scope {
    let mut columns = BTreeSet::new();
    let mut is_partly_known = false;
    let mut is_unknown = named.of.chars().count() > LONGEST;
    let parts = if is_unknown {
        Vec::new()
    } else {
        unit_words().things_of(&named.of)
    };
    for part in parts {
        match subject_of(book, part) {
            Subject::Nothing => {}
            Subject::Columns(found) => {
                is_partly_known = true;
                columns.extend(found);
            }
            Subject::Unknown => is_unknown = true,
        }
    }
    match (is_unknown, columns.is_empty()) {
        (false, false) => Scope::Columns(columns),
        (false, true) if !is_partly_known => Scope::All,
        (true, _) if named.is_loose && !is_partly_known => Scope::All,
        _ => Scope::Unknown,
    }
}

/// Whether a unit is said of columns of the form, by name.
pub(super) fn is_of_columns(book: &Book<'_>, named: &Named) -> bool {
    !named.of.is_empty() && matches!(of(book, named), Scope::Columns(_))
}

/// What a part of a label refers to.
enum Subject {
    /// All figures, or no figures at all.
    Nothing,
    Columns(BTreeSet<usize>),
    Unknown,
}

fn subject_of(book: &Book<'_>, label: &str) -> Subject {
    let mut label = label.trim_matches(|c: char| !c.is_alphanumeric());
    loop {
        if label.is_empty() {
            return Subject::Nothing;
        }
        if let Some(found) = columns_of(book, label) {
            return Subject::Columns(found);
        }
        let Some(shorter) = unit_words().without_subject(label) else {
            return Subject::Unknown;
        };
        label = shorter.trim_matches(|c: char| !c.is_alphanumeric());
    }
}

/// The columns of figures that a name means: of a header, a part of one, or of a kind of figures.
fn columns_of(book: &Book<'_>, label: &str) -> Option<BTreeSet<usize>> {
    let is_figures = |column: &usize| units::is_numeric(&book.form.columns[*column]);
    let singular = || book.column_of(label.strip_suffix('s')?);
    if let Some(column) = book.column_of(label).or_else(singular).filter(is_figures) {
        return Some(BTreeSet::from([column]));
    }
    let folded = fold(label);
    let thing = unit_words().thing(&folded);
    let unit = thing.or_else(|| book.units.knows(&folded).then_some(folded.as_str()));
    let is_alike = |own: &str| match unit {
        Some(unit) if unit == "money" || unit_words().is_money(unit) => unit_words().is_money(own),
        Some(unit) => book.units.measure_alike(unit, own),
        None => true,
    };
    if !folded.is_ascii() && folded.chars().count() >= WITHIN {
        let within = book.offered().filter(|(header, _)| header.contains(&folded));
        let within = within.map(|(_, column)| column).filter(is_figures);
        let fits = |column: &usize| units::own(&book.form.columns[*column]).is_none_or(is_alike);
        let within: BTreeSet<usize> = within.filter(fits).collect();
        if !within.is_empty() {
            return Some(within);
        }
    }
    unit?;
    let columns =
        (0..book.form.columns.len()).filter(|column| units::own(&book.form.columns[*column]).is_some_and(is_alike));
    let columns: BTreeSet<usize> = columns.collect();
    // `Amounts in thousands` says it of all figures where none is money.
    let is_of_all = columns.is_empty() && thing == Some("money");
    match is_of_all {
        true => Some((0..book.form.columns.len()).filter(is_figures).collect()),
        false => (!columns.is_empty()).then_some(columns),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_name_before_a_unit_is_that_of_columns() {
        let pipeline = fixture::pipeline();
        let book = Book::new(&pipeline.forms[0], &pipeline.units);
        let named = |of: &str, is_loose| Named {
            unit: "thousands".to_owned(),
            of: of.to_owned(),
            is_loose,
        };
        for (label, expected) in [
            ("", "all"),
            ("all figures", "all"),
            ("计量", "all"),
            ("常住户数", "households"),
            ("户数", "households"),
            ("households", "households"),
            ("the households figures are", "households"),
            ("面积", "area"),
            ("households and area", "households area"),
            ("households and schools", "unknown"),
            ("schools", "unknown"),
            ("某某", "unknown"),
        ] {
            let found = match of(&book, &named(label, false)) {
                Scope::All => "all".to_owned(),
                Scope::Unknown => "unknown".to_owned(),
                Scope::Columns(columns) => {
                    let ids = columns.iter().map(|column| book.form.columns[*column].id.as_str());
                    ids.collect::<Vec<_>>().join(" ")
                }
            };
            assert_eq!(found, expected, "{label}");
        }
        assert_eq!(of(&book, &named("districts of the north", true)), Scope::All);
    }
}
