//! The ministry's corrections and the counties' explanations, by the submissions that they concern.

use std::collections::BTreeMap;

use crate::domain::Period;
use crate::pipeline::corrections::Corrections;
use crate::pipeline::{FormIndex, Pipeline};
use crate::registry::Explanations;

/// Form, period and sender.
pub type Sender = (FormIndex, Period, String);

/// Both, for the periods of a run, by who they concern: a submission without any asks once.
pub struct Feedback {
    /// As read.
    pub corrections: Corrections,
    /// As read.
    pub explanations: Explanations,
    corrected: BTreeMap<Sender, Vec<usize>>,
    explained: BTreeMap<Sender, Vec<usize>>,
}

impl Feedback {
    /// Those of other periods stay silent.
    pub fn new(pipeline: &Pipeline, corrections: Corrections, explanations: Explanations) -> Feedback {
        let asked = |period: &Period| pipeline.periods.contains(period);
        let mut corrected: BTreeMap<Sender, Vec<usize>> = BTreeMap::new();
        for (at, one) in corrections
            .list
            .iter()
            .enumerate()
            .filter(|(_, one)| asked(&one.period))
        {
            let sender = (one.form, one.period, one.area.clone());
            corrected.entry(sender).or_default().push(at);
        }
        let mut explained: BTreeMap<Sender, Vec<usize>> = BTreeMap::new();
        for (at, one) in explanations
            .list
            .iter()
            .enumerate()
            .filter(|(_, one)| asked(&one.period))
        {
            let sender = (one.form, one.period, one.area.clone());
            explained.entry(sender).or_default().push(at);
        }
        Feedback {
            corrections,
            explanations,
            corrected,
            explained,
        }
    }

    /// Corrections of a sender's submissions of a form and period, in order of the file.
    pub fn corrections_of(&self, sender: &Sender) -> &[usize] {
        self.corrected.get(sender).map_or(&[], Vec::as_slice)
    }

    /// The same of explanations.
    pub fn explanations_of(&self, sender: &Sender) -> &[usize] {
        self.explained.get(sender).map_or(&[], Vec::as_slice)
    }
}
