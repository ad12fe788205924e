//! Where the bounds of rules lie.

use super::figures::{figure, middle_and_spread};
use super::{Entry, Oracle, Told};
use crate::pipeline::RuleKind;
use crate::sample::draw::Row;

impl<'a> Oracle<'a> {
    /// The figure of a cell that lies at this share of the way to where a rule fires.
    pub(in crate::sample) fn toward(&'a self, at: usize, entry: &Entry<'a>, row: &'a Row, share: f64) -> Option<f64> {
        let rule = &self.pipeline.rules[at];
        let model = self.model(rule.form)?;
        match &rule.kind {
            RuleKind::History(history) => {
                let earlier = self
                    .earlier(rule.form, history.column, entry)
                    .remove(&self.key(model, entry, row))?;
                let end = if share < 0.0 { history.ratio.0 } else { history.ratio.1 };
                Some(earlier * end.powf(share.abs()))
            }
            RuleKind::Outlier(outlier) => {
                let values = self.peers(at, model, outlier, entry, row);
                let (middle, spread) = middle_and_spread(&values);
                let value = middle + share * outlier.threshold * spread;
                let value = if outlier.log { value.exp() } else { value };
                let per = outlier.per.map_or(Some(1.0), |per| figure(model, row, per))?;
                Some(value * per)
            }
            RuleKind::Reconcile(reconcile) => {
                let told = Told {
                    out: self.known.clone(),
                    ..Told::default()
                };
                let left = self.left(reconcile, entry, &told)?.whole()?;
                let off = share * reconcile.tolerance.allowed(left);
                // Towards the sum, so that rounding does not lead beyond the bound.
                let unit = 10_f64.powi(model.scale(reconcile.right_column) as i32);
                Some(left + (off * unit).trunc() / unit)
            }
            _ => None,
        }
    }
}
