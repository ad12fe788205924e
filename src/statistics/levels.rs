//! Mean and groups of units, and how far the units lie from them, in two passes.

use super::moments::{Distances, Moments};
use super::points::{Group, GroupIds, Point};
use super::summation::Sum;

/// Sums over some points.
#[derive(Clone, Copy, Default)]
struct Level {
    weight: Sum,
    product: Sum,
    /// The first x, and whether it is the only one.
    x: Option<(f64, bool)>,
}

impl Level {
    fn add(&mut self, point: &Point) {
        self.weight.add(point.w);
        self.product.add(point.w * point.x);
        let (first, is_only) = self.x.get_or_insert((point.x, true));
        *is_only &= point.x == *first;
    }

    fn share(&self) -> f64 {
        self.weight.total()
    }

    /// Weighted mean; exactly x where all are equal, so that equality gives exact zeros.
    fn mean(&self) -> f64 {
        match self.x {
            Some((x, true)) => x,
            _ => self.product.total() / self.share(),
        }
    }
}

/// Mean and groups of points in ascending order, of which those of one x and group stand together, and the sums of their distances.
pub(super) fn levels(points: &[Point], ids: &GroupIds) -> (f64, Vec<Group>, Moments) {
    let mut levels = vec![(Level::default(), Sum::default()); ids.ids.len()];
    let mut all = Level::default();
    for point in points {
        let (own, ranks) = &mut levels[point.group];
        own.add(point);
        ranks.add(point.w * point.rank);
        all.add(point);
    }
    let group = |((level, ranks), &id): (&(Level, Sum), &usize)| Group {
        id,
        share: level.share(),
        mean: level.mean(),
        cov_overall: 0.0,
        cov_own: 0.0,
        rank: ranks.total() / level.share(),
    };
    let mut groups: Vec<Group> = levels.iter().zip(&ids.ids).map(group).collect();
    let mean = all.mean();
    let mut distances = Distances::default();
    let mut sums = vec![(Sum::default(), Sum::default(), 0.0); groups.len()];
    for alike in points.chunk_by(|a, b| a.tie == b.tie && a.group == b.group) {
        let (group, (overall, own, below)) = (&groups[alike[0].group], &mut sums[alike[0].group]);
        let here: f64 = alike.iter().map(|point| point.w).sum();
        let own_rank = (*below + here / 2.0) / group.share;
        for point in alike {
            overall.add(point.w * (point.rank - group.rank) * (point.x - group.mean));
            own.add(point.w * (own_rank - 0.5) * (point.x - group.mean));
            distances.add(point, mean, group.mean);
        }
        *below += here;
    }
    for (group, (overall, own, _)) in groups.iter_mut().zip(sums) {
        (group.cov_overall, group.cov_own) = (overall.total(), own.total());
    }
    (mean, groups, distances.moments())
}
