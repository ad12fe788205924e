//! The largest Gini coefficient of some completions.
//!
//! Where units may be divided between the ends of their ranges, μG = ∫ H (1 − H) is concave in the shares (H: weight below x). So a tangent lies
//! above it everywhere, and the highest point of any tangent is a bound, however far the search has come (Frank & Wolfe 1956). Over μ, the
//! highest point of a tangent is that of a linear function over another, which is found by raising a ratio until nothing exceeds it
//! (Dinkelbach 1967).

use super::region::{Region, Span, Split};
use super::search::lowest;

/// Tangents that are tried at most.
const STEPS: usize = 40;

/// Difference between the bound and a value found that is taken for rounding.
const ROUNDING: f64 = 1e-12;

/// At least the largest μG, or G where `is_relative`; and whether some completion has it.
pub(super) fn largest(region: &Region, start: &Split, is_relative: bool) -> (f64, bool) {
    let grid = Grid::new(region);
    let mut split = grid.of_open(start);
    let mut bound = f64::INFINITY;
    for _ in 0..STEPS {
        let (absolute, slopes) = grid.tangent(&split);
        let mean = if is_relative { grid.mean(&split) } else { 1.0 };
        let (highest, next) = grid.highest(absolute, &slopes, &split, is_relative);
        bound = bound.min(highest);
        let value = absolute / mean;
        if bound - value <= ROUNDING * bound.max(f64::MIN_POSITIVE) {
            return (bound.max(value), split.is_completion());
        }
        split = grid.best_between(&split, &next, is_relative);
    }
    (bound, false)
}

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

/// The ends of all open ranges, and what lies between them.
struct Grid<'a> {
    region: &'a Region,
    /// Positions of the units whose ratio is not known.
    open: Vec<usize>,
    stretches: Vec<Stretch>,
    /// Of each open unit, where its ends stand among all.
    ends: Vec<(usize, usize)>,
}

impl<'a> Grid<'a> {
    fn new(region: &'a Region) -> Grid<'a> {
        let spans = &region.spans;
        let (open, known): (Vec<usize>, Vec<usize>) = (0..spans.len()).partition(|at| spans[*at].width() > 0.0);
        let mut known: Vec<(f64, f64)> = known.iter().map(|at| (spans[*at].low, spans[*at].weight)).collect();
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut x: Vec<f64> = open.iter().flat_map(|at| [spans[*at].low, spans[*at].high]).collect();
        x.extend(known.first().iter().chain(&known.last()).map(|unit| unit.0));
        x.sort_by(f64::total_cmp);
        x.dedup();
        let at = |end: f64| x.partition_point(|own| *own < end);
        let ends = open
            .iter()
            .map(|own| (at(spans[*own].low), at(spans[*own].high)))
            .collect();
        let mut known = known.into_iter().peekable();
        let mut below = 0.0;
        let mut stretches = Vec::with_capacity(x.len());
        for step in x.windows(2) {
            let mut stretch = Stretch::default();
            let mut from = step[0];
            loop {
                let to = known.peek().map_or(step[1], |unit| unit.0.clamp(from, step[1]));
                stretch.add(below, to - from);
                from = to;
                match known.next_if(|unit| unit.0 < step[1]) {
                    Some((_, weight)) => below += weight,
                    None => break,
                }
            }
            stretch.add(below, step[1] - from);
            stretches.push(stretch);
        }
        Grid {
            region,
            open,
            stretches,
            ends,
        }
    }

    /// The shares of the open units.
    fn of_open(&self, split: &Split) -> Split {
        Split(self.open.iter().map(|at| split.0[*at]).collect())
    }

    fn spans(&self) -> impl Iterator<Item = &Span> {
        self.open.iter().map(|at| &self.region.spans[*at])
    }

    fn mean(&self, split: &Split) -> f64 {
        let rise = self
            .spans()
            .zip(&split.0)
            .map(|(span, share)| span.weight * span.width() * share);
        self.region.lowest_mean + rise.sum::<f64>()
    }

    /// ∫ H (1 − H) and its slope in each open unit's share.
    fn tangent(&self, split: &Split) -> (f64, Vec<f64>) {
        let mut weights = vec![0.0; self.stretches.len() + 1];
        for ((span, share), (low, high)) in self.spans().zip(&split.0).zip(&self.ends) {
            weights[*low] += span.weight * (1.0 - share);
            weights[*high] += span.weight * share;
        }
        let (mut below, mut absolute, mut total) = (0.0, 0.0, 0.0);
        let mut integral = Vec::with_capacity(weights.len());
        integral.push(0.0);
        for (weight, stretch) in weights.iter().zip(&self.stretches) {
            below += weight;
            absolute += stretch.spread + below * (stretch.tilt - below * stretch.length);
            total += 2.0 * below * stretch.length - stretch.tilt;
            integral.push(total);
        }
        let slope = |(span, (low, high)): (&Span, &(usize, usize))| span.weight * (integral[*high] - integral[*low]);
        (absolute, self.spans().zip(&self.ends).map(slope).collect())
    }

    /// The highest point of a tangent, over μ where `is_relative`.
    fn highest(&self, absolute: f64, slopes: &[f64], at: &Split, is_relative: bool) -> (f64, Split) {
        let along = |split: &Split| -> f64 { slopes.iter().zip(&split.0).map(|(slope, share)| slope * share).sum() };
        let start = absolute - along(at);
        let mut ratio = if is_relative { absolute / self.mean(at) } else { 0.0 };
        loop {
            let share = |((span, slope), own): ((&Span, &f64), &f64)| {
                let gain = slope - ratio * span.weight * span.width();
                match gain.total_cmp(&0.0) {
                    _ if gain == 0.0 => *own,
                    std::cmp::Ordering::Greater => 1.0,
                    _ => 0.0,
                }
            };
            let next = Split(self.spans().zip(slopes).zip(&at.0).map(share).collect());
            let top = start + along(&next);
            if !is_relative {
                return (top, next);
            }
            let found = top / self.mean(&next);
            if found <= ratio * (1.0 + f64::EPSILON) {
                return (ratio.max(found), next);
            }
            ratio = found;
        }
    }

    /// The best shares on the way from one to the other; the function is quadratic there, its divisor linear.
    fn best_between(&self, from: &Split, to: &Split, is_relative: bool) -> Split {
        let (start, slopes) = self.tangent(from);
        let (end, _) = self.tangent(to);
        let (first, last) = (self.mean(from), self.mean(to));
        let differences = from.0.iter().zip(&to.0).map(|(own, other)| other - own);
        let slope: f64 = slopes
            .iter()
            .zip(differences)
            .map(|(slope, difference)| slope * difference)
            .sum();
        let bend = end - start - slope;
        let score = |part: f64| {
            let absolute = start + part * (slope + part * bend);
            let mean = if is_relative {
                first + part * (last - first)
            } else {
                1.0
            };
            -absolute / mean
        };
        let part = lowest(0.0, 1.0, score);
        if score(1.0) <= score(part) {
            return to.clone();
        }
        let share = |(own, other): (&f64, &f64)| own + part * (other - own);
        Split(from.0.iter().zip(&to.0).map(share).collect())
    }
}

impl Stretch {
    /// Adds a part on which the weight of known units below is constant.
    fn add(&mut self, below: f64, length: f64) {
        self.spread += below * (1.0 - below) * length;
        self.tilt += (1.0 - 2.0 * below) * length;
        self.length += length;
    }
}
