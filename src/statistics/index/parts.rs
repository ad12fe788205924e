//! An index, the parts that groups make of it, and what it is computed with.

use crate::pipeline::Better;

/// An index and its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    /// The index.
    pub value: f64,
    /// Between groups.
    pub between: Option<f64>,
    /// Within groups.
    pub within: Option<f64>,
    /// Overlap of the groups (Gini only): value = between + within + overlap.
    pub overlap: Option<f64>,
}

impl Parts {
    pub(super) fn whole(value: f64) -> Parts {
        Parts {
            value,
            between: None,
            within: None,
            overlap: None,
        }
    }

    pub(super) fn split(value: f64, between: f64, within: f64) -> Parts {
        Parts {
            value,
            between: Some(between),
            within: Some(within),
            overlap: None,
        }
    }
}

impl Parts {
    /// One part; None where the index has no such part.
    pub fn of(&self, part: Part) -> Option<f64> {
        match part {
            Part::Between => self.between,
            Part::Within => self.within,
            Part::Overlap => self.overlap,
        }
    }
}

/// A part of an index that groups make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Between groups.
    Between,
    /// Within groups.
    Within,
    /// Where the values of groups overlap.
    Overlap,
}

impl Part {
    /// The word in the table.
    pub fn name(self) -> &'static str {
        match self {
            Part::Between => "between",
            Part::Within => "within",
            Part::Overlap => "overlap",
        }
    }
}

/// What some indices need beside the distribution.
#[derive(Clone, Debug)]
pub struct Context {
    /// Direction of improvement.
    pub better: Better,
    /// Group whose mean differences are taken from.
    pub reference: Option<usize>,
    /// Groups in the order of an ordered dimension.
    pub order: Vec<usize>,
}

impl Context {
    /// For the same units with 1 − x.
    pub fn of_shortfall(&self) -> Context {
        let better = match self.better {
            Better::Higher => Better::Lower,
            Better::Lower => Better::Higher,
            Better::Neither => Better::Neither,
        };
        Context { better, ..self.clone() }
    }
}
