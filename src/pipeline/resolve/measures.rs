//! `measures.toml`

use super::columns::MAX_SCALE;
use super::rules::formula;
use super::{IdKind, Ids, SourcedForm, content, form_index, title_or};
use crate::pipeline::definition::{MeasureDef, MeasuresFile};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::formula::{Formula, Use, ValueType};
use crate::pipeline::model::Measure;

pub(super) fn resolve(
    file: Option<&Read<MeasuresFile>>,
    forms: &[SourcedForm<'_>],
    faults: &mut Faults,
) -> Vec<Measure> {
    let Some((source, file)) = content(file) else {
        return Vec::new();
    };
    let mut ids = Ids::default();
    let mut measures = Vec::new();
    for written in &file.measure {
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
    let scale = written.scale.as_ref().map_or(0, |s| **s);
    check_scale(written, &value, scale, source, faults);
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
fn check_scale(written: &MeasureDef, value: &Formula, scale: u32, source: &Source, faults: &mut Faults) {
    let span = written.scale.as_ref().map_or(written.value.span(), |s| s.span());
    let decimals = value.decimals;
    let more = format!("a sum holds {MAX_SCALE} at most, so that each row has to be rounded before it is summed");
    if scale > MAX_SCALE {
        let message = format!("a scale of {scale} is more than a sum can hold");
        if decimals > MAX_SCALE {
            let message = format!("{message}; the value may have {decimals} decimals, and {more}");
            faults.add(source, "wrong-value", span, message, rounded(written, MAX_SCALE));
        } else {
            faults.add(source, "wrong-value", span, message, format!("from 0 to {MAX_SCALE}"));
        }
    } else if decimals > scale && !faults.is_broken_in(source, &written.id) {
        let message = format!("the value may have {decimals} decimals, the measure keeps {scale}");
        if decimals > MAX_SCALE {
            let kept = if scale > 0 { scale } else { MAX_SCALE };
            let message = format!("{message}; {more}");
            faults.add(source, "scale-too-small", span, message, rounded(written, kept));
        } else {
            faults.add(source, "scale-too-small", span, message, format!("scale = {decimals}"));
        }
    }
}

/// The lines of the measure with its value rounded to `scale` decimals; that of the scale only where it changes.
fn rounded(written: &MeasureDef, scale: u32) -> String {
    let value = toml::Value::String(format!("ROUND({}, {scale})", written.value.trim()));
    let kept = written.scale.as_ref().is_some_and(|declared| **declared == scale);
    if kept {
        format!("value = {value}")
    } else {
        format!("value = {value}\nscale = {scale}")
    }
}
