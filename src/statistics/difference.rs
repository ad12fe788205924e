//! A figure of one period less that of another, or a gap: what it may be, and whether its sign is certain.

use super::figure::Bounds;
use super::judgement::is_sign_identified;
use super::reason::Reason;

/// The later value less the earlier one; without either, why the earlier one is null.
pub(super) fn change([earlier, later]: [Result<f64, Reason>; 2]) -> Result<f64, Reason> {
    let earlier = earlier?;
    Ok(later? - earlier)
}

/// The lowest and the highest change, wherever the value of either period lies within its bounds.
pub(super) fn bounds_of_change([earlier, later]: [Bounds; 2]) -> Bounds {
    let (low, high) = earlier?;
    let (lower, upper) = later?;
    Ok((lower - high, upper - low))
}

/// Whether a gap or change has the same sign whatever is missing; None where it has no bounds.
pub(super) fn sign_identified(value: Result<f64, Reason>, bounds: Bounds) -> Option<bool> {
    bounds.ok().map(|bounds| is_sign_identified(value.ok(), bounds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lacks_either_period_has_the_reason_of_the_earlier_one() {
        let (zero, silent) = (Err(Reason::DenominatorZero), Err(Reason::NotReported));
        assert_eq!(change([Ok(2.0), Ok(5.0)]), Ok(3.0));
        assert_eq!(change([zero, silent]), zero);
        assert_eq!(change([Ok(2.0), silent]), silent);
        let none = |reason: Result<f64, Reason>| reason.map(|_| (0.0, 0.0));
        assert_eq!(bounds_of_change([Ok((1.0, 4.0)), Ok((5.0, 9.0))]), Ok((1.0, 8.0)));
        assert_eq!(bounds_of_change([none(zero), none(silent)]), none(zero));
        assert_eq!(sign_identified(Ok(3.0), Ok((1.0, 8.0))), Some(true));
        assert_eq!(sign_identified(silent, Ok((-1.0, 8.0))), Some(false));
        assert_eq!(sign_identified(Ok(3.0), none(silent)), None);
    }
}
