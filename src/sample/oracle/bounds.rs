//! Where the bounds of rules lie.

use super::figures::middle_and_spread;
use super::{Entry, Oracle, Told};
use crate::pipeline::{Rule, RuleKind};
use crate::sample::draw::Row;

impl<'a> Oracle<'a> {
    /// The figure of a cell that lies at this share of the way to where a rule fires.
    pub(in crate::sample) fn toward(&'a self, rule: &Rule, entry: &Entry, row: &Row, share: f64) -> Option<f64> {
        let model = self.model(rule.form)?;
        match &rule.kind {
            RuleKind::History(history) => {
                let earlier = self.earlier(rule.form, history.column, entry, row)?;
                let end = if share < 0.0 { history.ratio.0 } else { history.ratio.1 };
                Some(earlier * end.powf(share.abs()))
            }
            RuleKind::Outlier(outlier) => {
                let group = self.group(model, outlier, entry, row);
                let peers = self.seats(rule.form, self.known).filter(|(other, _, peer)| {
                    other.period == entry.period && self.group(model, outlier, other, peer) == group
                });
                let values: Vec<f64> = peers
                    .filter_map(|(_, _, peer)| self.judged(model, outlier, peer))
                    .collect();
                let (middle, spread) = middle_and_spread(&values);
                let value = middle + share * outlier.threshold * spread;
                let value = if outlier.log { value.exp() } else { value };
                let per = outlier.per.map_or(Some(1.0), |per| self.figure(model, row, per))?;
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
