//! The same statistics of a dispersion as plain as their formulas, one sum after the other: what the fast ones must equal to the last bit,
//! but for entropies, which come from other logarithms.

use proptest::prelude::*;

use crate::domain::exact::{LOST, compare_ratios, figure};
use crate::statistics::distribution::Distribution;
use crate::statistics::points::{Group, Point};
use crate::statistics::ranking::{Ranking, Scoped};
use crate::statistics::summation::sum;
use crate::statistics::{Reason, Unit};

/// Numbers of a dispersion: as bits all x, weights and ranks, groups, and sums; and entropies.
#[derive(Debug)]
struct Bits {
    points: Vec<[u64; 3]>,
    groups: Vec<(usize, [u64; 5])>,
    sums: [u64; 5],
    entropies: [f64; 5],
}

impl PartialEq for Bits {
    fn eq(&self, other: &Bits) -> bool {
        // L is infinite with an x of 0.
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-10 * b.abs() || !a.is_finite() && !b.is_finite();
        (&self.points, &self.groups, self.sums) == (&other.points, &other.groups, other.sums)
            && self.entropies.iter().zip(&other.entropies).all(near)
    }
}

fn ordered(units: &[Unit]) -> Result<Vec<Unit>, Reason> {
    if units
        .iter()
        .any(|unit| unit.numerator == LOST || unit.denominator == LOST)
    {
        return Err(Reason::TooLarge);
    }
    if units.iter().any(|unit| unit.denominator < 0) {
        return Err(Reason::NegativeDenominator);
    }
    let mut all: Vec<Unit> = units.iter().filter(|unit| unit.denominator > 0).copied().collect();
    if all.is_empty() {
        return Err(Reason::NoUnits);
    }
    all.sort_by(|a, b| {
        compare_ratios((a.numerator, a.denominator), (b.numerator, b.denominator))
            .then(a.group.cmp(&b.group))
            .then(a.denominator.cmp(&b.denominator))
    });
    Ok(all)
}

fn is_tied(a: &Unit, b: &Unit) -> bool {
    compare_ratios((a.numerator, a.denominator), (b.numerator, b.denominator)).is_eq()
}

/// (w, x) of each unit → their mean.
fn mean(pairs: &[(f64, f64)]) -> f64 {
    if pairs.iter().all(|(_, x)| *x == pairs[0].1) {
        return pairs[0].1;
    }
    sum(pairs.iter().map(|(w, x)| w * x)) / sum(pairs.iter().map(|(w, _)| *w))
}

fn ln(r: f64) -> f64 {
    if (r - 1.0).abs() < 0.5 {
        (r - 1.0).ln_1p()
    } else {
        r.ln()
    }
}

fn t_term(r: f64) -> f64 {
    if r == 0.0 { 1.0 } else { r * ln(r) - (r - 1.0) }
}

fn l_term(r: f64) -> f64 {
    (r - 1.0) - ln(r)
}

/// Rank of each unit among some, whose weights have this total.
fn ranks(units: &[(Unit, f64)], total: f64) -> Vec<f64> {
    let rank = |(unit, _): &(Unit, f64)| {
        let first = units.iter().position(|(other, _)| is_tied(unit, other)).unwrap_or(0);
        let tied = || units[first..].iter().take_while(|(other, _)| is_tied(unit, other));
        // Ties by ties, as the weights below are added up.
        let below = units[..first]
            .chunk_by(|a, b| is_tied(&a.0, &b.0))
            .fold(0.0, |below, ties| below + ties.iter().map(|(_, w)| w).sum::<f64>());
        (below + tied().map(|(_, w)| w).sum::<f64>() / 2.0) / total
    };
    units.iter().map(rank).collect()
}

fn naive(units: &[Unit]) -> Result<Bits, Reason> {
    let units = ordered(units)?;
    let weights: Vec<(Unit, f64)> = units.iter().map(|unit| (*unit, figure(unit.denominator, 0))).collect();
    let total = sum(weights.iter().map(|(_, weight)| *weight));
    let x = |unit: &Unit| {
        let tied = units.iter().filter(|other| is_tied(unit, other));
        tied.map(|other| other.x).fold(f64::INFINITY, f64::min)
    };
    let mut ids: Vec<usize> = units.iter().map(|unit| unit.group).collect();
    ids.sort_unstable();
    ids.dedup();
    let points: Vec<(Unit, [f64; 3])> = weights
        .iter()
        .zip(ranks(&weights, total))
        .map(|((unit, weight), rank)| (*unit, [x(unit), weight / total, rank]))
        .collect();
    let pairs = |own: &[(Unit, [f64; 3])]| own.iter().map(|(_, [x, w, _])| (*w, *x)).collect::<Vec<_>>();
    let mu = mean(&pairs(&points));
    let groups: Vec<(usize, [f64; 5])> = ids
        .iter()
        .map(|&id| {
            let own: Vec<(Unit, [f64; 3])> = points.iter().filter(|(unit, _)| unit.group == id).copied().collect();
            let share = sum(own.iter().map(|(_, [_, w, _])| *w));
            let mean = mean(&pairs(&own));
            let rank = sum(own.iter().map(|(_, [_, w, rank])| w * rank)) / share;
            let overall = sum(own.iter().map(|(_, [x, w, f])| w * (f - rank) * (x - mean)));
            let shares: Vec<(Unit, f64)> = own.iter().map(|(unit, [_, w, _])| (*unit, *w)).collect();
            let apart = own.iter().zip(ranks(&shares, share));
            let apart = sum(apart.map(|((_, [x, w, _]), rank)| w * (rank - 0.5) * (x - mean)));
            (id, [share, mean, overall, apart, rank])
        })
        .collect();
    let own = |unit: &Unit| {
        groups
            .iter()
            .find(|(id, _)| *id == unit.group)
            .map_or(f64::NAN, |(_, group)| group[1])
    };
    let weighted =
        |f: &dyn Fn(&Unit, f64, f64) -> f64| sum(points.iter().map(|(unit, [x, w, rank])| w * f(unit, *x, *rank)));
    let within = |(unit, [x, w, _]): &(Unit, [f64; 3])| match own(unit) {
        0.0 => 0.0,
        own => w * own / mu * t_term(x / own),
    };
    let sums = [
        mu,
        weighted(&|_, x, _| (x - mu).powi(2)),
        weighted(&|unit, x, _| (x - own(unit)).powi(2)),
        weighted(&|_, x, _| (x - mu).abs()),
        weighted(&|_, x, rank| (x - mu) * (rank - 0.5)),
    ];
    let entropies = [
        weighted(&|_, x, _| t_term(x / mu)),
        sum(points.iter().map(within)),
        weighted(&|_, x, _| l_term(x / mu)),
        weighted(&|unit, x, _| l_term(x / own(unit))),
        weighted(&|_, x, _| (x / mu).sqrt() - 1.0),
    ];
    Ok(Bits {
        points: points.iter().map(|(_, point)| point.map(f64::to_bits)).collect(),
        groups: groups
            .iter()
            .map(|(id, group)| (*id, group.map(f64::to_bits)))
            .collect(),
        sums: sums.map(f64::to_bits),
        entropies,
    })
}

fn bits(all: &Distribution) -> Bits {
    let (moments, entropies) = (all.moments(), all.entropies());
    let point = |p: &Point| [p.x, p.w, p.rank].map(f64::to_bits);
    let group = |g: &Group| {
        (
            g.id,
            [g.share, g.mean, g.cov_overall, g.cov_own, g.rank].map(f64::to_bits),
        )
    };
    let sums = [
        all.mean,
        moments.variance,
        moments.variance_within,
        moments.deviation,
        moments.rank_covariance,
    ];
    let entropies = [
        entropies.t,
        entropies.t_within,
        entropies.l,
        entropies.l_within,
        entropies.roots,
    ];
    Bits {
        points: all.points.iter().map(point).collect(),
        groups: all.groups.iter().map(group).collect(),
        sums: sums.map(f64::to_bits),
        entropies,
    }
}

/// Units with few different ratios, so that many are tied, and some of which round to another quotient than their equals.
fn unit() -> impl Strategy<Value = Unit> {
    let faulty = prop_oneof![60 => Just(0), 1 => Just(1), 1 => Just(2)];
    let parts = (
        prop_oneof![20 => 1_i128..60, 1 => Just(0)],
        prop_oneof![9 => 1_i128..9, 1 => Just(0)],
    );
    (parts, 1_i128..4, 0_usize..4, any::<bool>(), faulty).prop_map(|((over, under), times, group, is_up, fault)| {
        let (numerator, denominator) = (over * times, under * times);
        let x = if under == 0 {
            0.0
        } else {
            numerator as f64 / denominator as f64
        };
        let x = if is_up && numerator > 0 && under > 0 {
            x.next_up()
        } else {
            x
        };
        let (numerator, denominator) = match fault {
            1 => (LOST, denominator),
            2 => (numerator, -denominator),
            _ => (numerator, denominator),
        };
        Unit {
            x,
            numerator,
            denominator,
            group,
        }
    })
}

proptest! {
    #[test]
    fn every_scope_and_grouping_has_the_statistics_of_its_units_alone(all in prop::collection::vec((unit(), 0_usize..5, 0_usize..3), 0..60)) {
        const SCOPES: usize = 4;
        let scopes: Vec<usize> = all.iter().map(|(_, scope, _)| *scope).collect();
        let groups: Vec<usize> = all.iter().map(|(_, _, group)| *group).collect();
        let alike: Vec<Unit> = all.iter().map(|(unit, ..)| Unit { group: 0, ..*unit }).collect();
        let own: Vec<Unit> = all.iter().map(|(unit, ..)| *unit).collect();
        let other: Vec<Unit> = own.iter().zip(&groups).map(|(unit, group)| Unit { group: *group, ..*unit }).collect();
        let ranking = |units: &[Unit]| Ranking::new(SCOPES, Scoped { units: units.to_vec(), scopes: scopes.clone() });
        let areas = ranking(&alike);
        let regrouped = areas.regrouped(SCOPES, &groups);
        for (units, ranking) in [(&alike, areas), (&own, ranking(&own)), (&other, regrouped)] {
            for scope in 0..SCOPES {
                let lies_there = |at: &usize| scope == 0 || scopes[*at] == scope;
                let there: Vec<Unit> = (0..units.len()).filter(lies_there).map(|at| units[at]).collect();
                let expected = naive(&there);
                prop_assert_eq!(ranking.distribution(scope).as_ref().map(bits).map_err(|reason| *reason), naive(&there));
                prop_assert_eq!(Distribution::new(&there).as_ref().map(bits).map_err(|reason| *reason), expected);
                prop_assert_eq!(ranking.has_weight(scope), there.iter().any(|unit| unit.denominator != 0));
            }
        }
    }
}

/// Coverages close to 1: their shortfalls are as unequal as any others.
#[test]
fn shortfalls_of_high_coverages_have_the_entropies_of_their_units() {
    let all: Vec<Unit> = (0..300_i128)
        .map(|at| {
            let denominator = 1_000_000 + at * 7919 % 500_000;
            let numerator = denominator - (1 + at * 104_729 % 193);
            Unit {
                group: (at % 3) as usize,
                ..whole(numerator, denominator)
            }
        })
        .collect();
    let scoped = Scoped {
        scopes: vec![0; all.len()],
        units: all.clone(),
    };
    let ranked = Ranking::new(1, scoped).distribution(0).unwrap();
    let alone = Distribution::new(&all).unwrap();
    let (found, expected) = (ranked.mirrored(), alone.mirrored());
    let all = |of: &Distribution| {
        let own = of.entropies();
        [own.t, own.t_within, own.l, own.l_within, own.roots]
    };
    for (found, expected) in all(&found).into_iter().zip(all(&expected)) {
        assert!((found - expected).abs() <= 2e-11 * expected.abs(), "{found} {expected}");
    }
}

/// A unit of numerator and denominator, both whole.
fn whole(numerator: i128, denominator: i128) -> Unit {
    Unit {
        x: numerator as f64 / denominator as f64,
        numerator,
        denominator,
        group: 0,
    }
}

fn mid_ranks(units: &[Unit]) -> Vec<f64> {
    let all = Distribution::new(units).unwrap();
    all.points.iter().map(|p| p.rank).collect()
}

#[test]
fn ranks_are_mid_ranks_and_ties_share_one() {
    assert_eq!(mid_ranks(&[whole(2, 1), whole(2, 2), whole(2, 1)]), [0.25, 0.75, 0.75]);
}

#[test]
fn equal_ratios_tie_whatever_their_quotients_round_to() {
    let next = |unit: Unit| Unit {
        x: unit.x.next_up(),
        ..unit
    };
    let all = [next(whole(1, 3)), whole(2, 6), whole(1, 1)];
    assert_eq!(mid_ranks(&all), [0.45, 0.45, 0.95]);
    assert_eq!(Distribution::new(&all).unwrap().points[1].x, 1.0 / 3.0);
    // Ratios that differ keep their order, although one double stands for both.
    let large = 1 << 70;
    assert_eq!(mid_ranks(&[whole(large, large), whole(large - 1, large)]), [0.25, 0.75]);
}

#[test]
fn weightless_units_are_left_out_and_negative_weights_refused() {
    let zero = Unit { x: 0.0, ..whole(0, 0) };
    assert_eq!(Distribution::new(&[zero, whole(1, 1)]).unwrap().n(), 1);
    assert_eq!(Distribution::new(&[zero]).unwrap_err(), Reason::NoUnits);
    assert_eq!(
        Distribution::new(&[whole(1, 1), whole(-1, -1)]).unwrap_err(),
        Reason::NegativeDenominator
    );
    assert_eq!(
        Distribution::new(&[whole(1, 1), whole(LOST, 1)]).unwrap_err(),
        Reason::TooLarge
    );
}
