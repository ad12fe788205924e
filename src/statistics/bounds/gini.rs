//! The largest Gini coefficient of some completions.
//!
//! Where units may be divided between the ends of their ranges, μG = ∫ H (1 − H) is concave in the shares (H: weight below x). So a tangent lies
//! above it everywhere, and the highest point of any tangent is a bound, however far the search has come (Frank & Wolfe 1956). Over μ, the
//! highest point of a tangent is that of a linear function over another, which is found by raising a ratio until nothing exceeds it
//! (Dinkelbach 1967).

use super::per::Per;
use super::region::{Region, Split};

/// Tangents that are tried at most. Each further one costs as much as the first, and lowers a bound that is not exact by less.
const STEPS: usize = 12;

/// Difference between the bound and a value found that is taken for rounding.
const ROUNDING: f64 = 1e-12;

/// Between two neighbouring ends of ranges the weight below x is that of units whose ratio is known, F, and a constant c. So ∫ H (1 − H) there is
/// ∫ F (1 − F) + c ∫ (1 − 2F) − c² length, whatever c is: a search over few open units does not go through the known ones again.
#[derive(Clone, Copy, Debug, Default)]
struct Stretch {
    /// ∫ F (1 − F).
    spread: f64,
    /// ∫ (1 − 2F).
    tilt: f64,
    length: f64,
}

impl Stretch {
    /// Adds a part on which the weight of known units below is constant.
    fn add(&mut self, below: f64, length: f64) {
        self.spread += below * (1.0 - below) * length;
        self.tilt += (1.0 - 2.0 * below) * length;
        self.length += length;
    }
}

/// A unit whose ratio is not known.
struct Open {
    /// Its position among all units.
    at: usize,
    weight: f64,
    /// What the mean rises by from its lower to its upper end.
    rise: f64,
    /// Where its ends stand among all ends.
    low: usize,
    high: usize,
}

/// The ends of all open ranges, and what lies between them.
pub(super) struct Grid {
    open: Vec<Open>,
    stretches: Vec<Stretch>,
    /// The divisors where all are at their lower ends.
    lowest_mean: f64,
    highest_rest: f64,
}

/// The shares of the open units at their upper ends, with what the search needs of them.
struct Point {
    shares: Vec<f64>,
    absolute: f64,
    /// Slope of the absolute index in each share.
    slopes: Vec<f64>,
    divisor: f64,
}

impl Grid {
    pub(super) fn new(region: &Region) -> Grid {
        let spans = &region.spans;
        let (open, known): (Vec<usize>, Vec<usize>) = (0..spans.len()).partition(|at| spans[*at].width() > 0.0);
        // In the order of their lower ends, as all units of a region.
        let known: Vec<(f64, f64)> = known.iter().map(|at| (spans[*at].low, spans[*at].weight)).collect();
        let mut x: Vec<f64> = open.iter().flat_map(|at| [spans[*at].low, spans[*at].high]).collect();
        x.extend(known.first().iter().chain(&known.last()).map(|unit| unit.0));
        x.sort_by(f64::total_cmp);
        x.dedup();
        let end = |end: f64| x.partition_point(|own| *own < end);
        let unit = |at: usize| {
            let span = &spans[at];
            Open {
                at,
                weight: span.weight,
                rise: span.weight * span.width(),
                low: end(span.low),
                high: end(span.high),
            }
        };
        Grid {
            open: open.into_iter().map(unit).collect(),
            stretches: stretches(&x, &known),
            lowest_mean: region.lowest_mean,
            highest_rest: region.highest_rest,
        }
    }

    /// The divisor where the mean is so much higher than with all at their lower ends.
    fn divisor(&self, per: Per, rise: f64) -> f64 {
        match per {
            Per::One => 1.0,
            Per::Mean => self.lowest_mean + rise,
            Per::Rest => self.highest_rest - rise,
        }
    }

    /// At least the largest μG, divided as said; and whether some completion has it.
    pub(super) fn largest(&self, start: &Split, per: Per) -> (f64, bool) {
        let mut point = self.point(self.open.iter().map(|unit| start.0[unit.at]).collect(), per);
        let mut bound = f64::INFINITY;
        for _ in 0..STEPS {
            let (highest, next) = self.highest(&point, per);
            bound = bound.min(highest);
            let value = point.absolute / point.divisor;
            if bound - value <= ROUNDING * bound.max(f64::MIN_POSITIVE) {
                return (bound.max(value), Split(point.shares).is_completion());
            }
            point = self.best_between(point, next, per);
        }
        (bound, false)
    }

    /// ∫ H (1 − H) and its slope in each open unit's share.
    fn point(&self, shares: Vec<f64>, per: Per) -> Point {
        let mut weights = vec![0.0; self.stretches.len() + 1];
        let mut rise = 0.0;
        for (unit, share) in self.open.iter().zip(&shares) {
            weights[unit.low] += unit.weight * (1.0 - share);
            weights[unit.high] += unit.weight * share;
            rise += unit.rise * share;
        }
        let (mut below, mut absolute, mut total) = (0.0, 0.0, 0.0);
        // From here on, the integral of the slope up to each end takes the place of the weight there.
        for (weight, stretch) in weights.iter_mut().zip(&self.stretches) {
            below += std::mem::replace(weight, total);
            absolute += stretch.spread + below * (stretch.tilt - below * stretch.length);
            total += 2.0 * below * stretch.length - stretch.tilt;
        }
        if let Some(last) = weights.last_mut() {
            *last = total;
        }
        let slope = |unit: &Open| unit.weight * (weights[unit.high] - weights[unit.low]);
        Point {
            absolute,
            slopes: self.open.iter().map(slope).collect(),
            divisor: self.divisor(per, rise),
            shares,
        }
    }

    /// The highest point of a tangent, divided as said, and the shares there.
    fn highest(&self, at: &Point, per: Per) -> (f64, Vec<f64>) {
        let along = |shares: &[f64]| -> f64 { at.slopes.iter().zip(shares).map(|(slope, share)| slope * share).sum() };
        let start = at.absolute - along(&at.shares);
        let mut ratio = match per {
            Per::One => 0.0,
            Per::Mean | Per::Rest => at.absolute / at.divisor,
        };
        let mut next = vec![0.0; self.open.len()];
        loop {
            let rate = ratio * per.slope();
            let (mut top, mut rise) = (start, 0.0);
            for (((unit, slope), own), share) in self.open.iter().zip(&at.slopes).zip(&at.shares).zip(&mut next) {
                let gain = slope - rate * unit.rise;
                *share = if gain == 0.0 {
                    *own
                } else {
                    f64::from(u8::from(gain > 0.0))
                };
                top += slope * *share;
                rise += unit.rise * *share;
            }
            let found = top / self.divisor(per, rise);
            if per == Per::One {
                return (found, next);
            }
            // So written that the search ends whatever is found.
            let rises = found > ratio * (1.0 + f64::EPSILON);
            if !rises {
                return (ratio.max(found), next);
            }
            ratio = found;
        }
    }

    /// The best shares on the way from one point to another; the function is quadratic there, its divisor linear.
    fn best_between(&self, from: Point, to: Vec<f64>, per: Per) -> Point {
        let to = self.point(to, per);
        let differences = from.shares.iter().zip(&to.shares).map(|(own, other)| other - own);
        let slope: f64 = from
            .slopes
            .iter()
            .zip(differences)
            .map(|(slope, difference)| slope * difference)
            .sum();
        let bend = to.absolute - from.absolute - slope;
        let wider = to.divisor - from.divisor;
        let value = |part: f64| (from.absolute + part * (slope + part * bend)) / (from.divisor + part * wider);
        // Where the slope of that quotient is 0.
        let (square, linear) = (bend * wider, 2.0 * bend * from.divisor);
        let constant = slope * from.divisor - from.absolute * wider;
        let part = roots(square, linear, constant)
            .into_iter()
            .filter(|part| (0.0..1.0).contains(part))
            .fold(1.0, |best, part| if value(part) > value(best) { part } else { best });
        if part == 1.0 {
            return to;
        }
        let share = |(own, other): (&f64, &f64)| own + part * (other - own);
        self.point(from.shares.iter().zip(&to.shares).map(share).collect(), per)
    }
}

/// The roots of a x² + b x + c; there may be fewer than two, the others are no numbers.
fn roots(a: f64, b: f64, c: f64) -> [f64; 2] {
    // With the sign of b, so that nothing cancels.
    let half = -(b + (b * b - 4.0 * a * c).sqrt().copysign(b)) / 2.0;
    [c / half, half / a]
}

/// What lies between neighbouring ends `x`; `known` are ratios in ascending order and their weights.
fn stretches(x: &[f64], known: &[(f64, f64)]) -> Vec<Stretch> {
    let mut known = known.iter().copied().peekable();
    let mut below = 0.0;
    let mut between = |step: &[f64]| {
        let mut stretch = Stretch::default();
        let mut from = step[0];
        while let Some((at, weight)) = known.next_if(|unit| unit.0 < step[1]) {
            let to = at.max(from);
            stretch.add(below, to - from);
            from = to;
            below += weight;
        }
        stretch.add(below, step[1] - from);
        stretch
    };
    x.windows(2).map(&mut between).collect()
}
