//! `[gate]` of `pipeline.toml`: what a release must fulfil, in general and for single forms.

use std::collections::BTreeMap;

use super::sourced::{SourcedForm, content, form_index};
use crate::pipeline::definition::{Located, PipelineFile};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::model::{Gate, GateShares};

pub(super) fn resolve(file: Option<&Read<PipelineFile>>, forms: &[SourcedForm<'_>], faults: &mut Faults) -> Gate {
    let usual = Gate::default();
    let Some((source, file)) = content(file) else {
        return usual;
    };
    let Some(written) = &file.gate else {
        return usual;
    };
    let all = GateShares {
        min_reporting: share(written.min_reporting_share.as_ref(), source, faults),
        max_quarantined_rows: share(written.max_quarantined_row_share.as_ref(), source, faults),
    };
    let mut of_forms = BTreeMap::new();
    for (id, own) in &written.form {
        let own = GateShares {
            min_reporting: share(own.min_reporting_share.as_ref(), source, faults).or(all.min_reporting),
            max_quarantined_rows: share(own.max_quarantined_row_share.as_ref(), source, faults)
                .or(all.max_quarantined_rows),
        };
        if let Some(form) = form_index(id, forms, source, faults) {
            of_forms.insert(form, own);
        }
    }
    let influence = written.max_open_influence.as_ref();
    if let Some(value) = influence.filter(|value| !(value.is_finite() && ***value >= 0.0)) {
        faults.add(
            source,
            "wrong-value",
            value.span(),
            format!("{} is no share", **value),
            "0 or more; 0.1 is 10 %, and 1000 lets everything pass".to_owned(),
        );
    }
    Gate {
        all,
        forms: of_forms,
        max_open_influence: influence.map_or(usual.max_open_influence, |value| **value),
    }
}

fn share(value: Option<&Located<f64>>, source: &Source, faults: &mut Faults) -> Option<f64> {
    let value = value?;
    if !(0.0..=1.0).contains(&**value) {
        let message = format!("{value} is no share");
        faults.add(
            source,
            "wrong-value",
            value.span(),
            message,
            "from 0 to 1; 0.8 is 80 %".to_owned(),
        );
    }
    Some(**value)
}
