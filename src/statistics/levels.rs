//! Mean and groups of units, and how far the units lie from them, in two passes.

use super::moments::{Distances, Moments};
use super::points::{Group, GroupIds, Point};
use super::summation::Sums;

/// Sums over the points of a group.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Σ w, Σ w x, Σ w F.
    sums: Sums<3>,
    first: Option<f64>,
    last: f64,
}

impl Level {
    fn add(&mut self, point: &Point) {
        self.sums.add([point.w, point.w * point.x, point.w * point.rank]);
        self.first.get_or_insert(point.x);
        self.last = point.x;
    }

    fn group(&self, id: usize) -> Group {
        let [share, product, ranks] = self.sums.totals();
        Group {
            id,
            share,
            product,
            mean: mean((share, product), (self.first.unwrap_or(self.last), self.last)),
            cov_overall: 0.0,
            cov_own: 0.0,
            rank: ranks / share,
        }
    }
}

/// Weighted mean of points in ascending order; exactly x where all are equal, so that equality gives exact zeros.
fn mean((share, product): (f64, f64), (first, last): (f64, f64)) -> f64 {
    if first == last { last } else { product / share }
}

/// Mean and groups of points in ascending order, of which those of one x and group stand together, and the sums of their distances.
pub(super) fn levels(points: &[Point], ids: &GroupIds) -> (f64, Vec<Group>, Moments) {
    let mut levels = vec![Level::default(); ids.ids.len()];
    let mut all = Sums::default();
    for point in points {
        levels[point.group].add(point);
        all.add([point.w, point.w * point.x]);
    }
    let mut groups: Vec<Group> = levels
        .iter()
        .zip(&ids.ids)
        .map(|(level, &id)| level.group(id))
        .collect();
    let [share, product] = all.totals();
    let ends = points.first().zip(points.last());
    let mean = ends.map_or(0.0, |(first, last)| mean((share, product), (first.x, last.x)));
    let mut distances = Distances::default();
    let mut sums = vec![(Sums::default(), 0.0); groups.len()];
    for alike in points.chunk_by(|a, b| a.tie == b.tie && a.group == b.group) {
        let (group, (covariances, below)) = (&groups[alike[0].group], &mut sums[alike[0].group]);
        let here: f64 = alike.iter().map(|point| point.w).sum();
        let own_rank = (*below + here / 2.0) / group.share;
        for point in alike {
            let distance = point.x - group.mean;
            covariances.add([
                point.w * (point.rank - group.rank) * distance,
                point.w * (own_rank - 0.5) * distance,
            ]);
            distances.add(point, mean, group.mean);
        }
        *below += here;
    }
    for (group, (covariances, _)) in groups.iter_mut().zip(sums) {
        [group.cov_overall, group.cov_own] = covariances.totals();
    }
    (mean, groups, distances.moments())
}
