//! The parts within groups: weighted means of what each group has.
//!
//! | part | of each group | weights | divided by |
//! |---|---|---|---|
//! | Williamson's square | variance | denominators | μ² |
//! | Theil's T | T | numerators | |
//! | Theil's L | L | denominators | |
//! | Gini, Yitzhaki | μG | denominators | μ |
//! | the same, of ratios that are not negative | G | numerators | |
//! | Gini, two terms: the square of the mean | √(μG) | denominators | μ |
//!
//! By the inequality of Cauchy and Schwarz the last is no more than Yitzhaki's.

use super::Groups;
use super::group::Group;
use crate::statistics::bounds::range::Range;
use crate::statistics::index::Separable;

/// What a group has, and the ends of its weight.
type Term = (Range, [f64; 2]);

impl Groups {
    fn mean_of(&self, term: impl Fn(&Group) -> Term) -> Range {
        mean(&self.groups.iter().map(term).collect::<Vec<_>>())
    }

    pub(super) fn theil_t_within(&self) -> Range {
        self.mean_of(|group| (group.theil_t(), group.numerator()))
    }

    pub(super) fn theil_l_within(&self) -> Range {
        self.mean_of(|group| (group.separable(Separable::TheilL), group.weight()))
    }

    pub(super) fn square_within(&self) -> Range {
        let variance = self.mean_of(|group| (group.separable(Separable::Variance), group.weight()));
        over(variance, self.over.mean().map(|mean| mean * mean))
    }

    pub(super) fn gini_within(&self) -> Range {
        let absolute = self.mean_of(|group| (group.absolute_gini(), group.weight()));
        let found = over(absolute, self.over.mean());
        if self.groups.iter().any(Group::has_negative) {
            return found;
        }
        found.meet(self.mean_of(|group| (group.gini(), group.numerator())))
    }

    pub(super) fn two_term_within(&self) -> Range {
        let roots = self.mean_of(|group| (group.absolute_gini().map(f64::sqrt), group.weight()));
        let found = over(roots.map(|root| root * root), self.over.mean());
        if found.is_exact {
            return found;
        }
        found.meet(Range::outer(0.0, self.gini_within().upper))
    }
}

/// What is not negative over something that is positive.
fn over(of: Range, [least, most]: [f64; 2]) -> Range {
    Range {
        lower: of.lower / most,
        upper: of.upper / least,
        is_exact: of.is_exact && least == most,
    }
}

/// Smallest and largest Σ w x ÷ Σ w.
fn mean(terms: &[Term]) -> Range {
    let weighted = || terms.iter().filter(|(_, weight)| weight[1] > 0.0);
    let highest: Vec<(f64, [f64; 2])> = weighted().map(|(of, weight)| (of.upper, *weight)).collect();
    let lowest: Vec<(f64, [f64; 2])> = weighted().map(|(of, weight)| (-of.lower, *weight)).collect();
    Range {
        lower: -largest_mean(&lowest),
        upper: largest_mean(&highest),
        is_exact: weighted().all(|(of, weight)| of.is_exact && weight[0] == weight[1]),
    }
}

/// The largest Σ w x ÷ Σ w with each weight between its ends. Dinkelbach 1967: what exceeds the quotient has its largest weight, the rest its least. A
/// weight without a limit comes as near to its x as one likes.
fn largest_mean(terms: &[(f64, [f64; 2])]) -> f64 {
    let beyond = terms.iter().filter(|(_, weight)| weight[1].is_infinite());
    let mut ratio = beyond.map(|(x, _)| *x).fold(f64::NEG_INFINITY, f64::max);
    if terms.iter().any(|(x, _)| !x.is_finite()) {
        return f64::INFINITY;
    }
    loop {
        let (mut above, mut below) = (0.0, 0.0);
        for (x, [least, most]) in terms {
            let weight = if *x > ratio { most } else { least };
            above += weight * x;
            below += weight;
        }
        let found = if below > 0.0 { above / below } else { f64::NEG_INFINITY };
        // So written that the search ends whatever is found.
        let rises = found > ratio && found - ratio > f64::EPSILON * found.abs();
        if !rises {
            return ratio.max(found);
        }
        ratio = found;
    }
}
