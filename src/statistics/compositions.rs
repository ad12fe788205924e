//! The mix effect of a difference, split over the dimensions that its strata are made of. Das Gupta 1993, chapter 5.
//!
//! A stratum is one member of each of some dimensions. Its share of the denominators is a product of a factor for each dimension. That of a dimension is the
//! geometric mean, over all orders in which the dimensions may be added to those before them, of the share that its member has among strata alike in the
//! dimensions before it. Of two dimensions this is √(N_ij/N_.j · N_i./N), of three
//! (N_ijk/N_.jk)^⅓ · (N_ij./N_.j. · N_i.k/N_..k)^⅙ · (N_i../N)^⅓.
//!
//! What a factor adds to the change of the product, averaged over all orders in which the factors may change (Shapley 1953), is the effect of its dimension.

use std::collections::BTreeMap;

use super::kitagawa::{Rates, Stratum};
use super::reason::Reason;
use super::summation::{Sum, sum};

/// A stratum by its members.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Of each dimension the member, by any number.
    pub members: Vec<usize>,
    /// What the stratum holds.
    pub stratum: Stratum,
}

/// The effect of each dimension, in plain ratios; they add up to the mix of [`super::kitagawa::decompose`]. All cells have as many members.
///
/// # Errors
/// As of that.
pub fn mixes(cells: &[Cell]) -> Result<Vec<f64>, Reason> {
    let strata: Vec<Stratum> = cells.iter().map(|cell| cell.stratum).collect();
    let rates = Rates::new(&strata)?;
    let dimensions = cells.first().map_or(0, |cell| cell.members.len());
    let weights = weights(dimensions);
    let sides: [fn(&Stratum) -> f64; 2] = [|of| of.a.1, |of| of.b.1];
    let [after, before] = sides.map(|denominator| factors(cells, denominator, &weights));
    let mut effects = vec![Sum::default(); dimensions];
    for (at, (rate_a, rate_b)) in rates.each() {
        for (of, effect) in effects.iter_mut().enumerate() {
            effect.add((rate_a + rate_b) / 2.0 * change(&after[at], &before[at], of, &weights));
        }
    }
    Ok(effects.into_iter().map(Sum::total).collect())
}

/// What each factor adds to the change of the product of all, from the ones before to the ones after: the mean over all orders in which they may change. Das
/// Gupta 1993, chapter 2; Shapley 1953.
pub fn product_effects(after: &[f64], before: &[f64]) -> Vec<f64> {
    let weights = weights(after.len());
    (0..after.len())
        .map(|one| change(after, before, one, &weights))
        .collect()
}

/// Share of all orders of some dimensions in which a given number of them stand before a given one: k! (P − 1 − k)! ÷ P!.
fn weights(dimensions: usize) -> Vec<f64> {
    let factorial = |n: usize| (1..=n).map(|one| one as f64).product::<f64>();
    let weight = |before: usize| factorial(before) * factorial(dimensions - 1 - before) / factorial(dimensions);
    (0..dimensions).map(weight).collect()
}

/// All sets of dimensions without one of them, as bits.
fn sets_without(dimensions: usize, one: usize) -> impl Iterator<Item = usize> {
    (0..1_usize << dimensions).filter(move |set| set >> one & 1 == 0)
}

/// The factors of the share of each cell on one side; all are 0 where it has no denominator.
fn factors(cells: &[Cell], denominator: fn(&Stratum) -> f64, weights: &[f64]) -> Vec<Vec<f64>> {
    let dimensions = weights.len();
    let own = |cell: &Cell| denominator(&cell.stratum);
    let key = |cell: &Cell, set: usize| -> Vec<usize> {
        let members = cell.members.iter().enumerate();
        members
            .filter(|(at, _)| set >> at & 1 == 1)
            .map(|(_, member)| *member)
            .collect()
    };
    // By set of dimensions and members of them.
    let margins: Vec<BTreeMap<Vec<usize>, Sum>> = (0..1 << dimensions)
        .map(|set| {
            let mut sums: BTreeMap<Vec<usize>, Sum> = BTreeMap::new();
            for cell in cells {
                sums.entry(key(cell, set)).or_default().add(own(cell));
            }
            sums
        })
        .collect();
    let of = |cell: &Cell| -> Vec<f64> {
        if own(cell) == 0.0 {
            return vec![0.0; dimensions];
        }
        let logarithms: Vec<f64> = (0..margins.len())
            .map(|set| margins[set][&key(cell, set)].total().ln())
            .collect();
        let factor = |one: usize| {
            let terms = sets_without(dimensions, one).map(|set| {
                let weight = weights[set.count_ones() as usize];
                weight * (logarithms[set | 1 << one] - logarithms[set])
            });
            sum(terms).exp()
        };
        (0..dimensions).map(factor).collect()
    };
    cells.iter().map(of).collect()
}

/// What one factor adds to the change of the product of all.
fn change(after: &[f64], before: &[f64], one: usize, weights: &[f64]) -> f64 {
    let others = |set: usize| -> f64 {
        let factors = (0..after.len()).filter(|at| *at != one);
        factors
            .map(|at| if set >> at & 1 == 1 { after[at] } else { before[at] })
            .product()
    };
    let terms = sets_without(after.len(), one).map(|set| weights[set.count_ones() as usize] * others(set));
    (after[one] - before[one]) * sum(terms)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cross_classified::{self, Pair};
    use super::super::kitagawa::decompose;
    use super::*;

    /// Members of two, three and two dimensions.
    fn members(at: usize) -> [usize; 3] {
        [at / 6, at / 2 % 3, at % 2]
    }

    fn cells(a: &[(f64, f64)], b: &[(f64, f64)]) -> Vec<Cell> {
        let cell = |at: usize| Cell {
            members: members(at).to_vec(),
            stratum: Stratum { a: a[at], b: b[at] },
        };
        (0..12).map(cell).collect()
    }

    fn side() -> impl Strategy<Value = Vec<(f64, f64)>> {
        let cell = prop_oneof![
            4 => (0.0..=1.0_f64, 1.0..1e6_f64).prop_map(|(ratio, denominator)| (ratio * denominator, denominator)),
            1 => Just((0.0, 0.0)),
        ];
        prop::collection::vec(cell, 12).prop_filter("something to divide by", |all| all.iter().any(|of| of.1 > 0.0))
    }

    /// Sum of the denominators of one side over the cells that share these members.
    fn margin(side: &[(f64, f64)], of: [Option<usize>; 3]) -> f64 {
        let is_in = |at: &usize| {
            of.iter()
                .zip(members(*at))
                .all(|(asked, own)| asked.is_none_or(|asked| asked == own))
        };
        (0..12).filter(is_in).map(|at| side[at].1).sum()
    }

    /// The three factors by the formula as it is written for three dimensions.
    fn written_out(side: &[(f64, f64)], at: usize) -> [f64; 3] {
        if side[at].1 == 0.0 {
            return [0.0; 3];
        }
        let own = members(at);
        [0, 1, 2].map(|one: usize| {
            let [two, three] = [(one + 1) % 3, (one + 2) % 3];
            let with = |dimensions: &[usize]| {
                margin(
                    side,
                    [0, 1, 2].map(|at: usize| dimensions.contains(&at).then_some(own[at])),
                )
            };
            let last = with(&[one, two, three]) / with(&[two, three]);
            let middle = with(&[one, two]) / with(&[two]) * with(&[one, three]) / with(&[three]);
            let first = with(&[one]) / with(&[]);
            last.powf(1.0 / 3.0) * middle.powf(1.0 / 6.0) * first.powf(1.0 / 3.0)
        })
    }

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() <= 1e-11, "{left} is not {right}");
    }

    proptest! {
        #[test]
        fn three_dimensions_have_the_effects_of_the_formulas_written_out(a in side(), b in side()) {
            let cells = cells(&a, &b);
            let effects = mixes(&cells).unwrap();
            let strata: Vec<Stratum> = cells.iter().map(|cell| cell.stratum).collect();
            let mut expected = [0.0; 3];
            for (at, (rate_a, rate_b)) in Rates::new(&strata).unwrap().each() {
                let [after, before] = [written_out(&a, at), written_out(&b, at)];
                for one in 0..3 {
                    let [two, three] = [(one + 1) % 3, (one + 2) % 3];
                    let alike = (after[two] * after[three] + before[two] * before[three]) / 3.0;
                    let crosswise = (after[two] * before[three] + before[two] * after[three]) / 6.0;
                    expected[one] += (rate_a + rate_b) / 2.0 * (after[one] - before[one]) * (alike + crosswise);
                }
            }
            for (effect, expected) in effects.iter().zip(expected) {
                close(*effect, expected);
            }
            close(effects.iter().sum(), decompose(&strata).unwrap().mix);
        }

        #[test]
        fn two_dimensions_are_those_of_a_cross_and_one_is_the_whole_mix(a in side(), b in side()) {
            let all = cells(&a, &b);
            let merged = |keep: usize| -> Vec<Cell> {
                let mut sums: BTreeMap<Vec<usize>, Stratum> = BTreeMap::new();
                for cell in &all {
                    let own = sums.entry(cell.members[..keep].to_vec()).or_default();
                    let plus = |one: &mut (f64, f64), other: (f64, f64)| *one = (one.0 + other.0, one.1 + other.1);
                    plus(&mut own.a, cell.stratum.a);
                    plus(&mut own.b, cell.stratum.b);
                }
                sums.into_iter().map(|(members, stratum)| Cell { members, stratum }).collect()
            };
            let two = merged(2);
            let pair = |cell: &Cell| Pair { members: [cell.members[0], cell.members[1]], stratum: cell.stratum };
            let crossed = cross_classified::decompose(&two.iter().map(pair).collect::<Vec<_>>()).unwrap();
            for (effect, expected) in mixes(&two).unwrap().into_iter().zip(crossed.mixes) {
                close(effect, expected);
            }
            let one = merged(1);
            let strata: Vec<Stratum> = one.iter().map(|cell| cell.stratum).collect();
            close(mixes(&one).unwrap()[0], decompose(&strata).unwrap().mix);
        }
    }

    #[test]
    fn factors_of_a_product_have_the_effects_that_das_gupta_published() {
        // Non-marital births of women aged 15 to 19 in the United States, 1971 and 1979: Das Gupta 1993, example 2.3.
        let effects = product_effects(&[32.7, 0.290, 0.473, 0.986], &[25.3, 0.214, 0.279, 0.949]);
        for (effect, published) in effects.iter().zip([0.688_941_1, 0.812_538_1, 1.382_905_5, 0.104_754_7]) {
            assert!((effect - published).abs() < 5e-8, "{effect} is not {published}");
        }
    }

    #[test]
    fn of_independent_compositions_the_one_that_moves_has_all_of_the_effect() {
        // Shares are products of those of three compositions, of which the first alone moves.
        let ratio = |at: usize| [0.1, 0.2, 0.4, 0.3, 0.7, 0.9, 0.5, 0.6, 0.8, 0.15, 0.25, 0.35][at];
        let side = |first: [f64; 2]| -> Vec<(f64, f64)> {
            (0..12)
                .map(|at| {
                    let [i, j, k] = members(at);
                    let people = first[i] * [2.0, 3.0, 5.0][j] * [4.0, 6.0][k];
                    (people * ratio(at), people)
                })
                .collect()
        };
        let cells = cells(&side([3.0, 1.0]), &side([1.0, 3.0]));
        let effects = mixes(&cells).unwrap();
        let strata: Vec<Stratum> = cells.iter().map(|cell| cell.stratum).collect();
        close(effects[0], decompose(&strata).unwrap().mix);
        close(effects[1], 0.0);
        close(effects[2], 0.0);
        assert_eq!(mixes(&[]), Err(Reason::DenominatorZero));
    }

    #[test]
    fn a_dimension_alike_within_another_that_moves_has_an_effect_where_both_hang_together() {
        // Within either member of the second dimension the first is 9 to 1 and 1 to 9, on both sides.
        let side = |second: [f64; 2]| -> Vec<(f64, f64)> {
            let within = [[0.9, 0.1], [0.1, 0.9]];
            let ratios = [[0.1, 0.5], [0.3, 0.9]];
            (0..4)
                .map(|at| {
                    let people = second[at % 2] * within[at / 2][at % 2];
                    (people * ratios[at / 2][at % 2], people)
                })
                .collect()
        };
        let (a, b) = (side([0.8, 0.2]), side([0.2, 0.8]));
        let cell = |at: usize| Cell {
            members: vec![at / 2, at % 2],
            stratum: Stratum { a: a[at], b: b[at] },
        };
        let cells: Vec<Cell> = (0..4).map(cell).collect();
        let effects = mixes(&cells).unwrap();
        // By hand: the factors of both dimensions are the same here but for the member that they are of.
        let factor = |side: &[(f64, f64)], at: usize, own: usize| {
            let alike = |key: usize| -> f64 {
                let is_own = |other: &usize| {
                    if key == 0 {
                        other / 2 == at / 2
                    } else {
                        other % 2 == at % 2
                    }
                };
                (0..4).filter(is_own).map(|other| side[other].1).sum()
            };
            (side[at].1 / alike(1 - own) * alike(own)).sqrt()
        };
        let by_hand: f64 = (0..4)
            .map(|at| {
                let [fa, fb, ga, gb] = [(&a, 0), (&b, 0), (&a, 1), (&b, 1)].map(|(side, own)| factor(side, at, own));
                (fa - fb) * (ga + gb) / 2.0 * a[at].0 / a[at].1
            })
            .sum();
        close(effects[0], by_hand);
        assert!(effects[0] < -0.1, "{effects:?}");
    }
}
