//! The extreme completions of indices along an order of members: a linear function of their ratios over another.
//!
//! Such an index is extreme at ends of ranges. Which ends follows from the ratio itself (Dinkelbach 1967).

use super::region::{Region, Span};
use crate::statistics::Reason;
use crate::statistics::index::Ladder;

/// What each unit adds to the dividend and to the divisor; the slope has no divisor.
pub(super) struct Linear {
    dividend: Vec<f64>,
    divisor: Option<Vec<f64>>,
}

impl Linear {
    /// `order`: the groups in their order, each of one unit.
    ///
    /// # Errors
    /// Fewer than two groups of the order have weight.
    pub(super) fn new(of: Ladder, region: &Region, order: &[usize]) -> Result<Linear, Reason> {
        let at = |group: &usize| region.spans.iter().position(|span| span.group == *group);
        let placed: Vec<usize> = order.iter().filter_map(at).collect();
        if placed.len() < 2 {
            return Err(Reason::SingleGroup);
        }
        let total: f64 = placed.iter().map(|&at| region.spans[at].weight).sum();
        let mut below = 0.0;
        // Of each: its place among the units, its share, and its rank from the middle.
        let mut rungs = Vec::with_capacity(placed.len());
        for at in placed {
            let share = region.spans[at].weight / total;
            rungs.push((at, share, below + share / 2.0 - 0.5));
            below += share;
        }
        let spread: f64 = rungs.iter().map(|(_, share, rank)| share * rank.powi(2)).sum();
        let coefficients = |of: &dyn Fn(f64, f64) -> f64| {
            let mut all = vec![0.0; region.spans.len()];
            rungs.iter().for_each(|(at, share, rank)| all[*at] = of(*share, *rank));
            all
        };
        Ok(match of {
            Ladder::Slope | Ladder::ConcentrationAbsolute | Ladder::ConcentrationErreygers => Linear {
                dividend: coefficients(&|share, rank| share * rank),
                divisor: None,
            },
            Ladder::Relative => Linear {
                dividend: coefficients(&|share, rank| share * (1.0 + rank / (2.0 * spread))),
                divisor: Some(coefficients(&|share, rank| share * (1.0 - rank / (2.0 * spread)))),
            },
            Ladder::Concentration | Ladder::ConcentrationWagstaff => Linear {
                dividend: coefficients(&|share, rank| share * rank),
                divisor: Some(coefficients(&|share, _| share)),
            },
        })
    }

    /// Whether dividend and divisor are positive in every completion.
    pub(super) fn is_positive(&self, region: &Region, with_dividend: bool) -> bool {
        let smallest = |terms: &[f64]| total(terms, &region.spans, &ends(terms, false));
        let divisor = self.divisor.as_ref().is_none_or(|terms| smallest(terms) > 0.0);
        divisor && (!with_dividend || smallest(&self.dividend) > 0.0)
    }

    /// Dividend over divisor, where these units are at their upper end.
    pub(super) fn ratio(&self, region: &Region, at_high: &[bool]) -> f64 {
        let divisor = self
            .divisor
            .as_ref()
            .map_or(1.0, |terms| total(terms, &region.spans, at_high));
        total(&self.dividend, &region.spans, at_high) / divisor
    }

    /// Which units are at the upper end where the index is highest, or lowest.
    pub(super) fn extreme(&self, region: &Region, highest: bool) -> Vec<bool> {
        let Some(divisor) = &self.divisor else {
            return ends(&self.dividend, highest);
        };
        let ratio = |chosen: &[bool]| self.ratio(region, chosen);
        let mut chosen = ends(&self.dividend, highest);
        loop {
            let own = ratio(&chosen);
            let gains: Vec<f64> = self.dividend.iter().zip(divisor).map(|(a, b)| a - own * b).collect();
            let next = ends(&gains, highest);
            let found = ratio(&next);
            if !(if highest { found > own } else { found < own }) {
                return chosen;
            }
            chosen = next;
        }
    }
}

/// Which units are at the upper end where a linear function is highest, or lowest.
fn ends(terms: &[f64], highest: bool) -> Vec<bool> {
    terms.iter().map(|term| (*term > 0.0) == highest).collect()
}

fn total(terms: &[f64], spans: &[Span], at_high: &[bool]) -> f64 {
    let own = |((term, span), high): ((&f64, &Span), &bool)| term * if *high { span.high } else { span.low };
    terms.iter().zip(spans).zip(at_high).map(own).sum()
}
