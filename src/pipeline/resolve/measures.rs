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
            None => faults.mark_broken(&written.id),
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
    if scale > MAX_SCALE {
        let span = written.scale.as_ref().map_or(written.value.span(), |s| s.span());
        let message = format!("a scale of {scale} is more than a sum can hold");
        faults.add(source, "wrong-value", span, message, format!("from 0 to {MAX_SCALE}"));
    } else if value.decimals > scale && !faults.is_broken(&written.id) {
        let span = written.scale.as_ref().map_or(written.value.span(), |s| s.span());
        let message = format!(
            "the value may have {} decimals, the measure keeps {scale}",
            value.decimals
        );
        let hint = format!("scale = {}", value.decimals);
        faults.add(source, "scale-too-small", span, message, hint);
    }
}
