//! Both figures of an area, as far as they are there.

use serde::{Deserialize, Serialize};

use super::definition::definition;
use super::left::Summed;
use super::right::Stated;
use crate::domain::Period;
use crate::pipeline::Pipeline;

/// Both figures of an area, as far as they are there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pairing {
    /// Index of the rule.
    pub rule: usize,
    /// The period.
    pub period: Period,
    /// The area.
    pub area: String,
    pub(super) left: Option<Summed>,
    pub(super) right: Option<Stated>,
}

impl Pairing {
    /// Both figures are there.
    pub fn is_whole(&self) -> bool {
        self.left.is_some() && self.right.is_some()
    }

    /// The numbers of the submissions it speaks of, to number them anew.
    pub fn submissions(&mut self) -> impl Iterator<Item = &mut u32> {
        let left = self.left.as_mut().map(|left| &mut left.submission);
        left.into_iter()
            .chain(self.right.as_mut().map(|right| &mut right.submission))
    }

    /// The same with what another bundle knows of the area.
    pub fn merge(&mut self, other: Pairing) {
        match (&mut self.left, other.left) {
            (Some(left), Some(more)) => {
                left.sum += more.sum;
                left.mends += more.mends;
                left.questioned.add(more.questioned);
                left.lacking.add(more.lacking);
                left.held.add(more.held);
                left.is_unread |= more.is_unread;
            }
            (left, more) => *left = left.take().or(more),
        }
        self.right = self.right.take().or(other.right);
    }

    /// The form whose figure is missing.
    pub fn missing_form(&self, pipeline: &Pipeline) -> Option<usize> {
        let (rule, reconcile) = definition(pipeline, self.rule)?;
        match (&self.left, &self.right) {
            (None, _) => Some(reconcile.left_form),
            (_, None) => Some(rule.form),
            _ => None,
        }
    }
}
