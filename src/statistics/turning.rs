//! The smallest set of what is missing that could turn a verdict.
//!
//! What is missing of every area may be as low as `lo` or as high as `hi` (see `docs/methods.md`). Where the bounds do not agree with
//! the verdict, some set of areas could turn it; areas with a larger missing denominator move a figure further, so the first of them in
//! descending order are the smallest set. Where nobody knows how much is missing, it is as much as the bracket has, since more of it moves the
//! figure further; without an end of the bracket, the figure comes as near to the extreme as one likes, and counts as the extreme. Of a gap, what is missing lies on two sides, and every division of the set over both is tried; an
//! area that lacks something on both counts once on each.

use super::lack::ratio_with;

/// What is missing of an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lacking<'a> {
    /// Code of the area.
    pub(super) code: &'a str,
    /// The most that the denominator of what it owes and the figure lacks may be, in the denominator's own unit; above 0, and infinite where nothing
    /// limits it.
    pub(super) missing: f64,
    /// How many rows of it are not in the figures.
    pub(super) rows: LackingRows,
}

/// Rows of an area's form that are not in the figures. None: nobody knows, or the figure is not of the area's whole form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LackingRows {
    /// They came and are quarantined.
    pub(super) quarantined: Option<i64>,
    /// They came and are accepted, and a measure of the figure is blank, or it is unknown whether the restriction holds.
    pub(super) blank: Option<i64>,
    /// They did not come, as far as the register says how many should have.
    pub(super) absent: Option<i64>,
}

impl Lacking<'_> {
    /// As published: None where nothing limits it.
    pub(super) fn told(&self) -> Option<f64> {
        Some(self.missing).filter(|missing| missing.is_finite())
    }
}

/// A figure as far as it is known, and what could be added to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    /// Σ num × factor.
    numerator: f64,
    /// Σ den.
    denominator: f64,
    /// What is missing of it has this ratio, in the indicator's unit.
    extreme: f64,
}

/// The figure of a side with a part of what is missing of it.
impl Side {
    pub(super) fn new((numerator, denominator): (f64, f64), factor: f64, extreme: f64) -> Side {
        Side {
            numerator: numerator * factor,
            denominator,
            extreme,
        }
    }

    pub(super) fn with(&self, missing: f64) -> f64 {
        ratio_with((self.numerator, self.denominator), missing, self.extreme)
    }

    /// How much of what one area of a set lacks has to be at the extreme for the figure to come to a value, if all that the others lack is. None: no
    /// amount brings it there.
    pub(super) fn needed(&self, others: f64, value: f64) -> Option<f64> {
        let whole = (value * self.denominator - self.numerator) / (self.extreme - value);
        if !whole.is_finite() || whole < 0.0 {
            return None;
        }
        // Nothing more is needed where the others may lack any amount.
        if others.is_infinite() {
            return Some(0.0);
        }
        let needed = Some(whole - others).filter(|needed| *needed >= -ROUNDING * whole)?;
        Some(needed.max(0.0))
    }
}

/// Share of an amount that may be rounding.
const ROUNDING: f64 = 1e-12;

/// An area of the set, and the figure once it and all before it have the extreme ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Turning<'a> {
    /// The area.
    pub(super) area: Lacking<'a>,
    /// Of a gap, whether it is on the second side.
    pub(super) is_second: bool,
    /// In the indicator's unit.
    pub(super) figure: f64,
}

/// Sorts areas as the set takes them: by what is missing, the largest first, then by code.
fn sorted<'a>(mut areas: Vec<Lacking<'a>>) -> Vec<Lacking<'a>> {
    areas.sort_by(|a, b| b.missing.total_cmp(&a.missing).then(a.code.cmp(b.code)));
    areas
}

/// The smallest set that turns the verdict on one figure, largest first; all areas where only rounding keeps them from turning it.
pub(super) fn of_figure<'a>(side: Side, areas: Vec<Lacking<'a>>, is_turned: impl Fn(f64) -> bool) -> Vec<Turning<'a>> {
    let mut set = Vec::new();
    let mut missing = 0.0;
    for area in sorted(areas) {
        missing += area.missing;
        let figure = side.with(missing);
        set.push(Turning {
            area,
            is_second: false,
            figure,
        });
        if is_turned(figure) {
            break;
        }
    }
    set
}

/// The smallest set that turns the sign of a gap `a − b`, largest first; all areas where only rounding keeps them from turning it. Of several
/// sets of one size it is the one that moves the gap furthest.
pub(super) fn of_gap<'a>(
    [a, b]: [Side; 2],
    [areas_a, areas_b]: [Vec<Lacking<'a>>; 2],
    is_turned: impl Fn(f64) -> bool,
) -> Vec<Turning<'a>> {
    // A figure beyond its plausible range is moved the other way by what it lacks.
    let gap = a.with(0.0) - b.with(0.0);
    let helps = |side: Side, sign: f64| (side.extreme - side.with(0.0)) * sign * gap < 0.0;
    let areas_a = if helps(a, 1.0) { sorted(areas_a) } else { Vec::new() };
    let areas_b = if helps(b, -1.0) { sorted(areas_b) } else { Vec::new() };
    let figures = |side: Side, areas: &[Lacking]| -> Vec<f64> {
        let mut missing = 0.0;
        let with = areas.iter().map(|area| {
            missing += area.missing;
            side.with(missing)
        });
        std::iter::once(side.with(0.0)).chain(with).collect()
    };
    let (with_a, with_b) = (figures(a, &areas_a), figures(b, &areas_b));
    let moved = |(in_a, in_b): (usize, usize)| (with_a[in_a] - with_b[in_b] - (with_a[0] - with_b[0])).abs();
    // The more of a are in the set, the fewer of b it needs.
    let mut best: Option<(usize, usize)> = None;
    let mut in_b = areas_b.len();
    for (in_a, a) in with_a.iter().enumerate() {
        if !is_turned(a - with_b[in_b]) {
            continue;
        }
        while in_b > 0 && is_turned(a - with_b[in_b - 1]) {
            in_b -= 1;
        }
        let set = (in_a, in_b);
        let is_better = |best: (usize, usize)| {
            let (own, other) = (in_a + in_b, best.0 + best.1);
            own < other || own == other && moved(set) > moved(best)
        };
        if best.is_none_or(is_better) {
            best = Some(set);
        }
    }
    let (in_a, in_b) = best.unwrap_or((areas_a.len(), areas_b.len()));
    let of_side = |areas: &[Lacking<'a>], is_second| {
        let areas: Vec<(Lacking<'a>, bool)> = areas.iter().map(|area| (*area, is_second)).collect();
        areas
    };
    let mut set = of_side(&areas_a[..in_a], false);
    set.extend(of_side(&areas_b[..in_b], true));
    set.sort_by(|(a, _), (b, _)| b.missing.total_cmp(&a.missing).then(a.code.cmp(b.code)));
    let mut taken = (0, 0);
    set.into_iter()
        .map(|(area, is_second)| {
            let side = if is_second { &mut taken.1 } else { &mut taken.0 };
            *side += 1;
            Turning {
                area,
                is_second,
                figure: with_a[taken.0] - with_b[taken.1],
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CODES: [&str; 6] = ["1", "2", "3", "4", "5", "6"];

    /// From 55 on there is no limit.
    fn lacking(missing: &[u8]) -> Vec<Lacking<'static>> {
        let all = CODES.iter().zip(missing);
        all.map(|(code, missing)| Lacking {
            code,
            missing: if *missing < 55 {
                f64::from(*missing)
            } else {
                f64::INFINITY
            },
            rows: LackingRows::default(),
        })
        .collect()
    }

    fn sum(areas: &[Lacking], set: u32) -> f64 {
        let of_set = areas.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
        of_set.map(|(_, area)| area.missing).sum()
    }

    /// The size of the smallest set among all there are.
    fn smallest(sides: [Side; 2], areas: &[Vec<Lacking>; 2], is_turned: impl Fn(f64) -> bool) -> Option<u32> {
        let sets = |at: usize| 0..1_u32 << areas[at].len();
        let all = sets(0).flat_map(|a| sets(1).map(move |b| (a, b)));
        all.filter(|&(a, b)| is_turned(sides[0].with(sum(&areas[0], a)) - sides[1].with(sum(&areas[1], b))))
            .map(|(a, b)| a.count_ones() + b.count_ones())
            .min()
    }

    #[test]
    fn the_largest_area_alone_may_turn_a_verdict() {
        // 40 of 100 are served, the target is half; of 10, 30 and 25 nothing came.
        let side = Side::new((40.0, 100.0), 100.0, 100.0);
        let set = of_figure(side, lacking(&[10, 30, 25]), |value| value >= 50.0);
        let codes: Vec<&str> = set.iter().map(|one| one.area.code).collect();
        assert_eq!(codes, ["2"]);
        assert_eq!(set[0].figure, 7000.0 / 130.0);
    }

    #[test]
    fn of_one_area_so_much_is_needed_that_the_figure_is_the_threshold() {
        // 40 of 100 are served: with 20 more that all are, half of 120. Of 30, with 5 elsewhere, 15 are needed.
        let side = Side::new((40.0, 100.0), 100.0, 100.0);
        assert_eq!(side.needed(0.0, 50.0), Some(20.0));
        assert_eq!(side.with(20.0), 50.0);
        assert_eq!(side.needed(5.0, 50.0), Some(15.0));
        // No amount makes it the extreme itself, and none is needed below what it is.
        assert_eq!(side.needed(0.0, 100.0), None);
        assert_eq!(side.needed(0.0, 30.0), None);
    }

    proptest! {
        #[test]
        fn no_smaller_set_turns_a_figure(num in 0_u32..50, more in 1_u32..50, target in 1_u32..100, missing in proptest::collection::vec(1_u8..60, 0..6)) {
            let known = (f64::from(num), f64::from(num + more));
            let value = known.0 / known.1 * 100.0;
            let met = value >= f64::from(target);
            let is_turned = |value: f64| (value >= f64::from(target)) != met;
            let side = Side::new(known, 100.0, if met { 0.0 } else { 100.0 });
            let nothing = Side::new((0.0, 1.0), 1.0, 0.0);
            let set = of_figure(side, lacking(&missing), is_turned);
            let expected = smallest([side, nothing], &[lacking(&missing), Vec::new()], is_turned);
            if let Some(expected) = expected {
                prop_assert_eq!(set.len() as u32, expected);
                prop_assert!(set.last().is_none_or(|last| is_turned(last.figure)));
            }
        }

        #[test]
        fn no_smaller_set_turns_a_gap(a in 0_u32..50, b in 0_u32..50, of in 50_u32..90, in_a in proptest::collection::vec(1_u8..60, 0..5), in_b in proptest::collection::vec(1_u8..60, 0..5)) {
            let whole = f64::from(of);
            let ahead = a > b;
            let is_turned = |gap: f64| if ahead { gap <= 0.0 } else { gap >= 0.0 };
            prop_assume!(a != b);
            // Some figures lie beyond the plausible range.
            let (low, high) = (10.0, 60.0);
            let sides = [
                Side::new((f64::from(a), whole), 100.0, if ahead { low } else { high }),
                Side::new((f64::from(b), whole), 100.0, if ahead { high } else { low }),
            ];
            let areas = [lacking(&in_a), lacking(&in_b)];
            let set = of_gap(sides, areas.clone(), is_turned);
            let expected = smallest(sides, &areas, is_turned);
            if let Some(expected) = expected {
                prop_assert_eq!(set.len() as u32, expected);
                prop_assert!(set.last().is_none_or(|last| is_turned(last.figure)));
            }
            prop_assert!(set.windows(2).all(|pair| pair[0].area.missing >= pair[1].area.missing));
        }
    }
}
