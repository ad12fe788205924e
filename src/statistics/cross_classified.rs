//! A difference of two ratios split over two compositions at once, and the ratios: who lives where, who lives how, and what they have.
//!
//! Strata are pairs of a member i of one dimension and a member j of another. The share of a pair, N_ij/N, is the product of a factor for each dimension
//! in which the other plays no part but within the pair: √(N_ij/N_.j · N_i./N) and √(N_ij/N_i. · N_.j/N). Das Gupta 1993.

use std::collections::BTreeMap;

use super::kitagawa::{Rates, Stratum};
use super::reason::Reason;
use super::summation::{Sum, sum};

/// A pair of members on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Member of the first and of the second dimension, by any number.
    pub members: [usize; 2],
    /// What the pair holds.
    pub stratum: Stratum,
}

/// Effects in plain ratios; those of either method add up to a's ratio − b's ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effects {
    /// The mix effect of Kitagawa in two: what is due to the first dimension, and to the second. Das Gupta 1993.
    pub mixes: [f64; 2],
    /// Effects of both compositions and of the ratios, none of them before another: the mean over all orders in which they may change. Shapley 1953.
    pub shapley: [f64; 3],
}

/// Splits a difference.
///
/// # Errors
/// As of [`super::kitagawa::decompose`].
pub fn decompose(pairs: &[Pair]) -> Result<Effects, Reason> {
    let strata: Vec<Stratum> = pairs.iter().map(|pair| pair.stratum).collect();
    let rates = Rates::new(&strata)?;
    let sides = [|of: &Stratum| of.a.1, |of: &Stratum| of.b.1];
    let [a, b] = sides.map(|denominator| factors(pairs, denominator));
    let mut mixes = [Sum::default(); 2];
    let mut shapley = [Sum::default(); 3];
    for (at, (rate_a, rate_b)) in rates.each() {
        let [after, before] = [[a[at][0], a[at][1], rate_a], [b[at][0], b[at][1], rate_b]];
        let rate = (rate_a + rate_b) / 2.0;
        for of in 0..2 {
            let other = 1 - of;
            mixes[of].add((after[of] - before[of]) * (after[other] + before[other]) / 2.0 * rate);
        }
        for (of, sum) in shapley.iter_mut().enumerate() {
            let [one, two] = [(of + 1) % 3, (of + 2) % 3];
            let alike = (after[one] * after[two] + before[one] * before[two]) / 3.0;
            let crosswise = (after[one] * before[two] + before[one] * after[two]) / 6.0;
            sum.add((after[of] - before[of]) * (alike + crosswise));
        }
    }
    Ok(Effects {
        mixes: mixes.map(Sum::total),
        shapley: shapley.map(Sum::total),
    })
}

/// The two factors of the share of each pair on one side; both are 0 where it has no denominator.
fn factors(pairs: &[Pair], denominator: fn(&Stratum) -> f64) -> Vec<[f64; 2]> {
    let own = |pair: &Pair| denominator(&pair.stratum);
    let total = sum(pairs.iter().map(own));
    let margins = [0, 1].map(|dimension: usize| {
        let mut sums: BTreeMap<usize, Sum> = BTreeMap::new();
        for pair in pairs {
            sums.entry(pair.members[dimension]).or_default().add(own(pair));
        }
        sums
    });
    let of = |pair: &Pair| {
        let here = own(pair);
        if here == 0.0 {
            return [0.0; 2];
        }
        let [first, second] = [0, 1].map(|dimension| margins[dimension][&pair.members[dimension]].total());
        [
            (here / second * first / total).sqrt(),
            (here / first * second / total).sqrt(),
        ]
    };
    pairs.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `a`, `b`: numerator and denominator of each pair of two members and three.
    fn pairs(a: &[(f64, f64)], b: &[(f64, f64)]) -> Vec<Pair> {
        let pair = |at: usize| Pair {
            members: [at / 3, at % 3],
            stratum: Stratum { a: a[at], b: b[at] },
        };
        (0..6).map(pair).collect()
    }

    /// Pairs whose denominators are the products of those of the two compositions, with these ratios.
    fn independent(first: [f64; 2], second: [f64; 3], ratios: [f64; 6]) -> Vec<(f64, f64)> {
        let pair = |at: usize| {
            let denominator = first[at / 3] * second[at % 3];
            (denominator * ratios[at], denominator)
        };
        (0..6).map(pair).collect()
    }

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() <= 1e-12, "{left} is not {right}");
    }

    #[test]
    fn what_changes_in_one_dimension_alone_is_the_effect_of_that_one() {
        const RATIOS: [f64; 6] = [0.1, 0.2, 0.4, 0.3, 0.7, 0.9];
        let before = independent([1.0, 3.0], [2.0, 3.0, 5.0], RATIOS);
        let moved = independent([3.0, 1.0], [2.0, 3.0, 5.0], RATIOS);
        let effects = decompose(&pairs(&moved, &before)).unwrap();
        // The ratios of the two members are 0.28 and 0.72, and half of the people move.
        close(effects.mixes[0], -0.22);
        close(effects.mixes[1], 0.0);
        close(effects.shapley[0], -0.22);
        close(effects.shapley[1], 0.0);
        close(effects.shapley[2], 0.0);
        let better = independent([1.0, 3.0], [2.0, 3.0, 5.0], RATIOS.map(|ratio| ratio / 2.0));
        let effects = decompose(&pairs(&better, &before)).unwrap();
        close(effects.mixes[0], 0.0);
        close(effects.mixes[1], 0.0);
        close(effects.shapley[2], -0.305);
    }

    /// The value with the factors of either side, for all pairs with a ratio.
    fn value(pairs: &[Pair], after: [bool; 3]) -> f64 {
        let rates = Rates::new(&pairs.iter().map(|pair| pair.stratum).collect::<Vec<_>>()).unwrap();
        let (a, b) = (factors(pairs, |of| of.a.1), factors(pairs, |of| of.b.1));
        let of = |(at, (rate_a, rate_b)): (usize, (f64, f64))| {
            let [first, second] = [0, 1].map(|of| if after[of] { a[at][of] } else { b[at][of] });
            first * second * if after[2] { rate_a } else { rate_b }
        };
        rates.each().map(of).sum()
    }

    fn side() -> impl Strategy<Value = Vec<(f64, f64)>> {
        let pair = prop_oneof![
            4 => (0.0..=1.0_f64, 1.0..1e6_f64).prop_map(|(ratio, denominator)| (ratio * denominator, denominator)),
            1 => Just((0.0, 0.0)),
        ];
        prop::collection::vec(pair, 6).prop_filter("something to divide by", |all| all.iter().any(|of| of.1 > 0.0))
    }

    proptest! {
        #[test]
        fn each_effect_is_the_mean_over_all_orders(a in side(), b in side()) {
            let pairs = pairs(&a, &b);
            let effects = decompose(&pairs).unwrap();
            const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
            let mut means = [0.0; 3];
            for order in ORDERS {
                let mut after = [false; 3];
                for of in order {
                    let before = value(&pairs, after);
                    after[of] = true;
                    means[of] += (value(&pairs, after) - before) / 6.0;
                }
            }
            for (effect, mean) in effects.shapley.into_iter().zip(means) {
                close(effect, mean);
            }
            close(effects.shapley.iter().sum(), value(&pairs, [true; 3]) - value(&pairs, [false; 3]));
        }

        #[test]
        fn the_two_mixes_are_that_of_kitagawa_and_no_dimension_is_before_the_other(a in side(), b in side()) {
            let pairs = pairs(&a, &b);
            let effects = decompose(&pairs).unwrap();
            let strata: Vec<Stratum> = pairs.iter().map(|pair| pair.stratum).collect();
            close(effects.mixes.iter().sum(), super::super::kitagawa::decompose(&strata).unwrap().mix);
            let turned: Vec<Pair> = pairs.iter().map(|pair| Pair { members: [pair.members[1], pair.members[0]], ..*pair }).collect();
            let turned = decompose(&turned).unwrap();
            for of in 0..2 {
                close(effects.mixes[of], turned.mixes[1 - of]);
                close(effects.shapley[of], turned.shapley[1 - of]);
            }
        }
    }
}
