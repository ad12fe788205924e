//! Properties that take several files of this folder together, and what their tests share.

mod bracketed;
mod limited;
mod naive;

use std::collections::BTreeMap;

use crate::domain::Text;
use crate::pipeline::{Better, Indicator};

/// An indicator in percent with a plausible range.
pub(super) fn indicator(plausible: (f64, f64)) -> Indicator {
    Indicator {
        id: "coverage".into(),
        title: Text::default(),
        numerator: 0,
        denominator: 0,
        filter: Vec::new(),
        factor: 100.0,
        unit: "percent".into(),
        register: None,
        bounded: true,
        better: Better::Higher,
        plausible: Some(plausible),
        plausible_denominator: None,
        product_of: Vec::new(),
        target_level: None,
        baseline: BTreeMap::new(),
        target: BTreeMap::new(),
        sources: None,
        caveats: None,
    }
}
