//! `forms/*.toml`

use std::collections::BTreeMap;

use jiff::Span;

use super::ids::{IdKind, Ids, title_or};
use super::plan::Plan;
use super::sourced::SourcedForm;
use super::{columns, reference, templates, unpivot};
use crate::domain::{Period, half_width};
use crate::pipeline::definition::{DateOrderDef, DecimalDef, FormDef, FormFile, Located, MissingDef, ThousandsDef};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::header;
use crate::pipeline::model::{
    Column, ColumnKind, DateOrder, DecimalMark, FileTemplate, Form, MissingKind, ReferenceDate, RowUnit, SymbolPlace,
    Thousands,
};

pub(super) fn resolve<'a>(files: &'a [Read<FormFile>], plan: &Plan, faults: &mut Faults) -> Vec<SourcedForm<'a>> {
    let mut forms: Vec<SourcedForm<'a>> = Vec::new();
    let mut earlier: Vec<(&FormDef, &Source)> = Vec::new();
    for read in files {
        let source = &read.source;
        let Some(file) = &read.content else {
            // What this form holds cannot be known; the usual name of the file is that of the form.
            if let Some(stem) = source.path.file_stem() {
                faults.mark_lost_form(source, &stem.to_string_lossy());
            }
            continue;
        };
        let id = &file.form.id;
        if !Ids::default().take(id, IdKind::Name, "form", source, faults) {
            continue;
        }
        if let Some((_, first)) = forms.iter().find(|(form, _)| form.id == **id) {
            let message = format!("a second form `{}`; the first stands in {}", id, first.relative);
            faults.add(source, "duplicate-id", id.span(), message, None);
            faults.mark_lost_form(source, id);
            continue;
        }
        shared_templates(&file.form, &earlier, source, faults);
        earlier.push((&file.form, source));
        let form = form(file, plan, source, faults);
        key_missing(file, &form, plan, source, faults);
        forms.push((form, source));
    }
    forms
}

/// One table is read as one form: of two forms with the same template one would get nothing.
fn shared_templates(written: &FormDef, earlier: &[(&FormDef, &Source)], source: &Source, faults: &mut Faults) {
    for template in written.files.iter() {
        let Some((other, place)) = earlier.iter().find(|(other, _)| other.files.contains(template)) else {
            continue;
        };
        let message = format!(
            "`{template}` is also a template of the form `{}` in {}: a table is read as one form",
            other.id, place.relative
        );
        let hint = "put the columns of both into one form, or name their sheets apart: `workbook.xlsx#sheet`; a table with a \
                    column a year is one form with [unpivot]";
        faults.add(source, "template-shared", template.span(), message, hint.to_owned());
    }
}

/// Rows that name their areas, many in a file, and no key: every row would be the sender's, and contradict the others.
fn key_missing(file: &FormFile, form: &Form, plan: &Plan, source: &Source, faults: &mut Faults) {
    let RowUnit::Area(unit @ 1..) = form.unit else { return };
    let names_unit = |column: &&Column| match column.kind {
        ColumnKind::DivisionCode { level } => level == Some(unit),
        ColumnKind::DivisionName { level } => level == unit,
        _ => false,
    };
    let Some(column) = form
        .columns
        .iter()
        .find(names_unit)
        .filter(|_| file.form.key.is_empty())
    else {
        return;
    };
    let level = &plan.levels()[unit];
    let one_row = |template: &Located<String>| template.contains(&format!("{{{level}}}"));
    if file.form.files.iter().all(one_row) {
        return;
    }
    let written = file.column.iter().find(|written| *written.id == column.id);
    let span = written.map_or_else(|| file.form.id.span(), |written| written.id.span());
    let message = format!(
        "the form `{}` has no key: of the many rows of a file, none would belong to the {level} that `{}` names",
        form.id, column.id
    );
    let hint = format!(
        "add `key = [\"{0}\"]` to [form], and `required = true` to the column `{0}`",
        column.id
    );
    faults.add(source, "key-missing", span, message, hint);
}

fn form(file: &FormFile, plan: &Plan, source: &Source, faults: &mut Faults) -> Form {
    let written = &file.form;
    let unit = plan
        .level(&written.unit)
        .map_or_else(|| RowUnit::Below((*written.unit).clone()), RowUnit::Area);
    if matches!(unit, RowUnit::Below(_)) && !IdKind::Name.allows(&written.unit) {
        let message = format!("`{}` is no name of what a row describes", written.unit);
        faults.add(
            source,
            "bad-id",
            written.unit.span(),
            message,
            IdKind::Name.hint().to_owned(),
        );
    }
    let missing = missing(written, source, faults);
    let columns = columns::resolve(&file.column, &written.key, &unit, &missing, plan, source, faults);
    let key = key(written, &columns, source, faults);
    let explanation = explanation(written, &columns, source, faults);
    ambiguous_headers(file, plan, source, faults);
    let files: Vec<FileTemplate> = written
        .files
        .iter()
        .filter_map(|t| templates::resolve(t, plan, source, faults))
        .collect();
    if written.files.is_empty() {
        let hint = "at least one, such as files = [\"{period}/{county}.csv\"]".to_owned();
        faults.add(
            source,
            "empty-list",
            written.files.span(),
            "the form claims no file",
            hint,
        );
    }
    let (decimal, thousands) = notation(written, source, faults);
    Form {
        id: (*written.id).clone(),
        title: title_or(written.title.as_ref(), &written.id),
        unit,
        key,
        files,
        period: period(file, plan, source, faults),
        revision: written
            .revision
            .as_ref()
            .and_then(|r| templates::revision(r, source, faults)),
        due: written.due.as_ref().and_then(|d| due(d, source, faults)),
        reference: written
            .reference_date
            .as_ref()
            .map_or_else(ReferenceDate::default, |of| {
                reference::resolve(of, plan, source, faults)
            }),
        decimal,
        thousands,
        date_order: written.date_order.as_ref().map(|order| match **order {
            DateOrderDef::Year => DateOrder::Year,
            DateOrderDef::Day => DateOrder::Day,
            DateOrderDef::Month => DateOrder::Month,
        }),
        missing,
        missing_at: missing_at(written, source),
        explanation,
        unpivot: unpivot::resolve(file, &columns, plan, source, faults),
        columns,
    }
}

fn missing_at(written: &FormDef, source: &Source) -> BTreeMap<String, SymbolPlace> {
    let place = |symbol: &Located<String>| SymbolPlace {
        file: source.path.clone(),
        span: symbol.span(),
    };
    let symbols = written.missing.keys();
    symbols.map(|symbol| (as_compared(symbol), place(symbol))).collect()
}

/// A symbol as cells are compared with it.
fn as_compared(symbol: &str) -> String {
    half_width(symbol.trim()).into_owned()
}

/// How numbers are written, as declared. A comma or a point between thousands leaves the other one for the decimals.
fn notation(written: &FormDef, source: &Source, faults: &mut Faults) -> (Option<DecimalMark>, Option<Thousands>) {
    let decimal = written.decimal.as_ref().map(|mark| match **mark {
        DecimalDef::Point => DecimalMark::Point,
        DecimalDef::Comma => DecimalMark::Comma,
    });
    let Some(groups) = &written.thousands else {
        return (decimal, None);
    };
    let (thousands, left) = match **groups {
        ThousandsDef::Comma => (Thousands::Comma, Some(DecimalMark::Point)),
        ThousandsDef::Point => (Thousands::Point, Some(DecimalMark::Comma)),
        ThousandsDef::Blank => (Thousands::Blank, None),
        ThousandsDef::Apostrophe => (Thousands::Apostrophe, None),
        ThousandsDef::Nothing => (Thousands::Nothing, None),
    };
    if let (Some(left), Some(decimal)) = (left, decimal)
        && left != decimal
    {
        let message = format!("`{}` cannot separate both decimals and thousands", decimal.as_char());
        let hint = format!(
            "decimal = \"{}\" goes with thousands = \"{}\"",
            left.as_char(),
            decimal.as_char()
        );
        faults.add(source, "wrong-value", groups.span(), message, hint);
    }
    (decimal.or(left), Some(thousands))
}

fn explanation(written: &FormDef, columns: &[Column], source: &Source, faults: &mut Faults) -> Option<usize> {
    let id = written.explanation.as_ref()?;
    let found = columns.iter().position(|column| column.id == **id);
    match found.map(|at| &columns[at].kind) {
        None => {
            let known = columns.iter().map(|column| column.id.as_str());
            faults.unknown(source, "unknown-column", id, "column", known);
        }
        Some(ColumnKind::Text) => {}
        Some(_) => {
            let message = format!("the column `{id}` holds no text");
            let hint = "an explanation is written in words: name a column of the type text".to_owned();
            faults.add(source, "wrong-type", id.span(), message, hint);
        }
    }
    found
}

fn key(written: &FormDef, columns: &[Column], source: &Source, faults: &mut Faults) -> Vec<usize> {
    let mut key = Vec::new();
    for id in &written.key {
        match columns.iter().position(|c| c.id == **id) {
            None => faults.unknown(
                source,
                "unknown-column",
                id,
                "column",
                columns.iter().map(|c| c.id.as_str()),
            ),
            Some(at) if key.contains(&at) => {
                faults.add(
                    source,
                    "duplicate-id",
                    id.span(),
                    format!("`{}` stands twice in the key", id),
                    None,
                );
            }
            Some(at) => {
                if !columns[at].required && !faults.is_broken_in(source, id) {
                    let message = format!("the key column `{}` is not required", id);
                    let hint = format!(
                        "add `required = true` to the column `{}`: a row without its key is no row",
                        id
                    );
                    faults.add(source, "key-not-required", id.span(), message, hint);
                }
                key.push(at);
            }
        }
    }
    key
}

/// Two columns must not claim one header.
fn ambiguous_headers(file: &FormFile, plan: &Plan, source: &Source, faults: &mut Faults) {
    let mut seen: BTreeMap<String, (&str, &Located<String>)> = BTreeMap::new();
    for column in &file.column {
        for written in column.headers.iter() {
            let normal = header::normalize_with(written, &plan.units).text;
            if normal.is_empty() {
                let message = format!("the header `{}` of `{}` is empty when compared", written, column.id);
                faults.add(source, "empty-header", written.span(), message, None);
                continue;
            }
            match seen.get(&normal) {
                Some((other, earlier)) if *other != column.id.as_str() => {
                    let message = format!(
                        "the header `{}` of `{}` is also one of `{other}`: both are compared as `{normal}`",
                        written, column.id
                    );
                    faults.add_related(
                        source,
                        "ambiguous-header",
                        written.span(),
                        message,
                        (earlier.span(), "the other header"),
                        "width, blanks, brackets, unit and case do not tell headers apart".to_owned(),
                    );
                }
                Some(_) => {}
                None => {
                    seen.insert(normal, (column.id.as_str(), written));
                }
            }
        }
    }
}

fn missing(written: &FormDef, source: &Source, faults: &mut Faults) -> BTreeMap<String, MissingKind> {
    let mut all = BTreeMap::new();
    for (symbol, meaning) in &written.missing {
        let meaning = match meaning {
            MissingDef::Missing => MissingKind::Missing,
            MissingDef::NotApplicable => MissingKind::NotApplicable,
            MissingDef::Zero => MissingKind::Zero,
            MissingDef::BelowUnit => MissingKind::BelowUnit,
        };
        let earlier = all.insert(as_compared(symbol), meaning);
        if earlier.is_some_and(|e| e != meaning) {
            let message = format!("the symbol `{}` has two meanings once its width is ignored", symbol);
            faults.add(source, "ambiguous-symbol", symbol.span(), message, None);
        }
    }
    all
}

fn period(file: &FormFile, plan: &Plan, source: &Source, faults: &mut Faults) -> Option<Period> {
    let written = &file.form;
    let period = written
        .period
        .as_ref()
        .and_then(|p| plan.period(p, source, faults).map(|period| (p, period)));
    if let Some((text, period)) = &period
        && !plan.periods.is_empty()
        && !plan.periods.contains(period)
    {
        let message = format!("`{period}` is not among the pipeline's periods");
        faults.add(source, "bad-period", text.span(), message, None);
    }
    let is_told = written.period.is_some() || file.unpivot.is_some();
    if !is_told && (plan.open_ended || plan.periods.len() > 1) {
        // What an unsound template was meant to say cannot be known.
        let silent = |t: &&Located<String>| !t.contains("{period") && !faults.has_within(source, &t.span());
        let silent: Vec<_> = written.files.iter().filter(silent).collect();
        for template in silent {
            let message = format!("nothing tells the period of `{}`", template);
            let hint = "put {period} into the template, or `period = …` into [form]".to_owned();
            faults.add(source, "period-untold", template.span(), message, hint);
        }
    }
    period.map(|(_, period)| period)
}

fn due(text: &Located<String>, source: &Source, faults: &mut Faults) -> Option<Span> {
    match text.parse::<Span>() {
        Ok(span) if !span.is_negative() => Some(span),
        _ => {
            let message = format!("`{}` is no length of time", text);
            faults.add(
                source,
                "wrong-value",
                text.span(),
                message,
                "such as `2 months` or `15 days`".to_owned(),
            );
            None
        }
    }
}
