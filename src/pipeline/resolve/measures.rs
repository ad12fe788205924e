//! `measures.toml`

use super::ids::{IdKind, Ids, title_or};
use super::rules::formula;
use super::sourced::{SourcedForm, contents, form_index};
use crate::domain::exact::MOST_DECIMALS;
use crate::pipeline::definition::{MeasureDef, MeasuresFile};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::formula::{Formula, Use, ValueType};
use crate::pipeline::model::{Column, ColumnKind, Measure};

/// Most decimals that `ROUND` takes.
const MOST_ROUNDED: u32 = 9;

/// Most decimals of figures that people write.
const USUAL_DECIMALS: u32 = 4;

pub(super) fn resolve(files: &[Read<MeasuresFile>], forms: &[SourcedForm<'_>], faults: &mut Faults) -> Vec<Measure> {
    let mut ids = Ids::default();
    let mut measures = Vec::new();
    for (source, written) in
        contents(files).flat_map(|(source, file)| file.measure.iter().map(move |one| (source, one)))
    {
        let fresh = ids.take(&written.id, IdKind::Name, "measure", source, faults);
        match measure(written, forms, source, faults) {
            Some(measure) if fresh => measures.push(measure),
            Some(_) => {}
            None => faults.mark_broken(source, &written.id),
        }
    }
    measures
}

fn measure(written: &MeasureDef, forms: &[SourcedForm<'_>], source: &Source, faults: &mut Faults) -> Option<Measure> {
    let form = form_index(&written.form, forms, source, faults)?;
    let value = formula(&written.value, &forms[form].0.columns, Use::Measure, source, faults)?;
    if matches!(value.ty, ValueType::Text | ValueType::Date) {
        let message = "a measure must be a number or a truth value".to_owned();
        faults.add(source, "formula-type", written.value.span(), message, None);
        return None;
    }
    let columns = &forms[form].0.columns;
    // Nobody can say how many decimals a number has: its sums keep what they can.
    let reads_doubles = value.columns.iter().any(|at| columns[*at].kind.is_double());
    let usual = if reads_doubles { value.decimals } else { 0 };
    let scale = written.scale.as_ref().map_or(usual, |s| **s);
    check_scale(written, (&value, columns), scale, source, faults);
    Some(Measure {
        id: (*written.id).clone(),
        title: title_or(written.title.as_ref(), &written.id),
        form,
        value,
        scale,
        unit: written.unit.clone(),
    })
}

/// Sums are exact only when every decimal of the value is kept.
fn check_scale(
    written: &MeasureDef,
    (value, columns): (&Formula, &[Column]),
    scale: u32,
    source: &Source,
    faults: &mut Faults,
) {
    let span = written.scale.as_ref().map_or(written.value.span(), |s| s.span());
    let decimals = value.decimals;
    if scale > MOST_DECIMALS {
        let message = format!("a scale of {scale} is more than a sum can hold");
        let hint = format!(
            "scale = {}; a sum holds {MOST_DECIMALS} decimals at most",
            decimals.min(MOST_DECIMALS)
        );
        faults.add(source, "wrong-value", span, message, hint);
    } else if decimals > scale && !faults.is_broken_in(source, &written.id) {
        let message = format!("the value may have {decimals} decimals, the measure keeps {scale}");
        let hint = kept(written, decimals, scale) + &as_number(value, columns);
        faults.add(source, "scale-too-small", span, message, hint);
    }
}

/// Lines that keep all decimals of the measure, or round each record to the declared ones where a formula can.
fn kept(written: &MeasureDef, decimals: u32, scale: u32) -> String {
    let all = format!("scale = {decimals}");
    if written.scale.is_none() || scale > MOST_ROUNDED {
        return all;
    }
    let value = toml::Value::String(format!("ROUND({}, {scale})", written.value.trim()));
    format!("{all}\nor, where each record may be rounded:\nvalue = {value}")
}

/// What suits columns of a product that have so many decimals: hardly anybody writes such figures by hand, and cells of a `decimal` with
/// more decimals than its `scale` are findings. Empty where the decimals are not those of several columns.
fn as_number(value: &Formula, columns: &[Column]) -> String {
    let is_long = |column: &&Column| matches!(column.kind, ColumnKind::Decimal { double: false, scale, .. } if scale > USUAL_DECIMALS);
    let long = value.columns.iter().map(|at| &columns[*at]).filter(is_long);
    let ids: Vec<String> = long.map(|column| format!("`{}`", column.id)).collect();
    if ids.is_empty() || value.decimals <= MOST_ROUNDED {
        return String::new();
    }
    format!(
        "\nor, where a program computed the figures, in the columns {}:\ntype = \"number\"",
        ids.join(", ")
    )
}
