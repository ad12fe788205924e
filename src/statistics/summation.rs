//! Sums of doubles that do not lose what small terms add to a large total.

/// A sum with compensation: the error does not grow with the number of terms. Neumaier 1974.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    /// Adds a term. What rounding takes from the total is found without a branch, whichever of both is larger: Knuth's TwoSum.
    #[inline]
    pub(super) fn add(&mut self, term: f64) {
        let next = self.total + term;
        let added = next - self.total;
        self.lost += (self.total - (next - added)) + (term - added);
        self.total = next;
    }

    /// Of all terms so far.
    #[inline]
    pub(super) fn total(self) -> f64 {
        self.total + self.lost
    }
}

/// Several sums side by side, as [`Sum`] each: the processor adds to two of them at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums<const N: usize> {
    totals: [f64; N],
    lost: [f64; N],
}

impl<const N: usize> Default for Sums<N> {
    fn default() -> Sums<N> {
        Sums {
            totals: [0.0; N],
            lost: [0.0; N],
        }
    }
}

impl<const N: usize> Sums<N> {
    /// Adds a term to each.
    #[inline]
    pub(super) fn add(&mut self, terms: [f64; N]) {
        for ((total, lost), term) in self.totals.iter_mut().zip(&mut self.lost).zip(terms) {
            let next = *total + term;
            let added = next - *total;
            *lost += (*total - (next - added)) + (term - added);
            *total = next;
        }
    }

    /// Of all terms so far.
    #[inline]
    pub(super) fn totals(self) -> [f64; N] {
        std::array::from_fn(|at| self.totals[at] + self.lost[at])
    }
}

/// The compensated sum of some terms.
pub fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let mut all = Sum::default();
    terms.into_iter().for_each(|term| all.add(term));
    all.total()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As Neumaier wrote it.
    fn by_comparison(terms: &[f64]) -> f64 {
        let (mut total, mut lost) = (0.0f64, 0.0f64);
        for term in terms {
            let next = total + term;
            lost += if total.abs() >= term.abs() {
                (total - next) + term
            } else {
                (term - next) + total
            };
            total = next;
        }
        total + lost
    }

    #[test]
    fn compensation_keeps_small_terms() {
        assert_eq!(sum([1e100, 1.0, -1e100]), 1.0);
    }

    proptest! {
        #[test]
        fn no_bit_depends_on_how_the_loss_is_found(terms in prop::collection::vec(-1e40..1e40_f64, 0..40), small in prop::collection::vec(-1.0..1.0_f64, 0..40)) {
            let all = [terms.clone(), small, terms].concat();
            prop_assert_eq!(sum(all.iter().copied()).to_bits(), by_comparison(&all).to_bits());
            let mut side_by_side = Sums::<3>::default();
            all.iter().for_each(|term| side_by_side.add([*term, 1.0, -term]));
            let [own, count, negated] = side_by_side.totals();
            prop_assert_eq!((own, count, negated), (by_comparison(&all), all.len() as f64, -by_comparison(&all)));
        }
    }
}
