//! Symbols of a form that the registry knows as something else: `NA` says that a value is missing, and is Namibia.

use super::Area;
use super::names::normalised;
use crate::domain::Diagnostic;
use crate::pipeline::{ColumnKind, Form, LevelIndex, MissingKind, Pipeline};

/// Warnings on the symbols of all forms that are also the code or name of an area which a column of the form may hold.
pub(super) fn shadowed(pipeline: &Pipeline, areas: &[Area]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for form in &pipeline.forms {
        for (symbol, kind) in form.missing.iter().filter(|(symbol, _)| !symbol.is_empty()) {
            let known = as_code(form, symbol, areas).or_else(|| as_name(form, symbol, *kind, areas));
            let place = form.missing_at.get(symbol);
            found.extend(known.zip(place).map(|((column, what, area), place)| Diagnostic {
                code: "symbol-is-an-area",
                message: format!(
                    "the symbol `{symbol}` is also the {what} of {} ({}), which the column `{column}` may hold",
                    area.name, area.code
                ),
                file: place.file.clone(),
                span: place.span.clone(),
                related: None,
                hint: Some(format!(
                    "in `{column}` it is read as the area, elsewhere as the symbol; agree on another symbol, such as `n/a`"
                )),
            }));
        }
    }
    found
}

/// A column, what the symbol is in it, and the area.
type Known<'a> = (&'a str, &'static str, &'a Area);

fn as_code<'a>(form: &'a Form, symbol: &str, areas: &'a [Area]) -> Option<Known<'a>> {
    let level = |kind: &ColumnKind| match kind {
        ColumnKind::DivisionCode { level } => *level,
        _ => None,
    };
    columns(form, level).find_map(|(column, level)| {
        let area = areas.iter().find(|area| area.level == level && area.code == symbol)?;
        Some((column, "code", area))
    })
}

fn as_name<'a>(form: &'a Form, symbol: &str, kind: MissingKind, areas: &'a [Area]) -> Option<Known<'a>> {
    let level = |kind: &ColumnKind| match kind {
        ColumnKind::DivisionName { level } => Some(*level),
        _ => None,
    };
    let symbol = normalised(symbol);
    let goes_by = |area: &Area| {
        let mut names = std::iter::once(&area.name).chain(&area.aliases).chain(&area.name_en);
        names.any(|name| normalised(name) == symbol)
    };
    // A sign without a letter is nobody's name, and the symbol for zero none of a text.
    if symbol.is_empty() || kind == MissingKind::Zero {
        return None;
    }
    columns(form, level).find_map(|(column, level)| {
        let area = areas.iter().find(|area| area.level == level && goes_by(area))?;
        Some((column, "name", area))
    })
}

/// Columns of a kind with their levels.
fn columns<'a>(
    form: &'a Form,
    level: impl Fn(&ColumnKind) -> Option<LevelIndex> + 'a,
) -> impl Iterator<Item = (&'a str, LevelIndex)> {
    form.columns
        .iter()
        .filter_map(move |column| Some((column.id.as_str(), level(&column.kind)?)))
}
