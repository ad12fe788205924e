//! The lowest point of a function that falls, then rises.

/// Enough that the range that is left is a few bits wide.
const STEPS: usize = 90;

/// Where `score` is lowest in a range, to rounding: golden section, then the ends.
pub(super) fn lowest(low: f64, high: f64, score: impl Fn(f64) -> f64) -> f64 {
    let section = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut from, mut to) = (low, high);
    let (mut left, mut right) = (to - section * (to - from), from + section * (to - from));
    let (mut at_left, mut at_right) = (score(left), score(right));
    for _ in 0..STEPS {
        if at_left <= at_right {
            (to, right, at_right) = (right, left, at_left);
            left = to - section * (to - from);
            at_left = score(left);
        } else {
            (from, left, at_left) = (left, right, at_right);
            right = from + section * (to - from);
            at_right = score(right);
        }
    }
    let inside = if at_left <= at_right { left } else { right };
    [low, high]
        .into_iter()
        .fold(inside, |best, end| if score(end) <= score(best) { end } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_point_is_found_inside_and_at_the_ends() {
        assert!((lowest(0.0, 4.0, |x| (x - 1.5).abs()) - 1.5).abs() < 1e-12);
        assert_eq!(lowest(2.0, 4.0, |x| x), 2.0);
        assert_eq!(lowest(2.0, 4.0, |x| -x), 4.0);
        assert_eq!(lowest(2.0, 2.0, |x| x), 2.0);
    }
}
