//! Worst-case bounds: what a figure could be, whatever the missing areas and rows are like. Manski 1990.

use super::Reason;
use super::frame::{Frame, Sums};
use super::senders::Sender;
use crate::pipeline::DimensionIndex;

/// Lowest and highest possible value, in the indicator's unit.
pub(super) type Bounds = Result<(f64, f64), Reason>;

/// Who of a scope and member owes and has reported, and the denominator of what the figures lack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reporting {
    pub(super) expected: i64,
    pub(super) reported: i64,
    pub(super) missing: Result<f64, Reason>,
}

/// Reporting by scope and member of a dimension, for its sums by scope and member. Each member of a dimension of rows is
/// owed by every area of the scope.
pub(super) fn reporting(frame: &Frame, dimension: DimensionIndex, sums: &[Vec<Sums>]) -> Vec<Vec<Reporting>> {
    let none = Reporting {
        expected: 0,
        reported: 0,
        missing: Ok(0.0),
    };
    let mut all: Vec<Vec<Reporting>> = sums.iter().map(|row| vec![none; row.len()]).collect();
    let width = sums.first().map_or(0, Vec::len);
    let pinned: Vec<bool> = (0..width).map(|member| frame.pinned_to(dimension, member)).collect();
    for sender in &frame.senders {
        let own = frame.member_of_area(dimension, sender.place);
        for scope in Frame::scopes_of(sender.place.scope, all.len()) {
            for (member, entry) in all[scope]
                .iter_mut()
                .enumerate()
                .filter(|(m, _)| own.is_none_or(|o| o == *m))
            {
                entry.add(sender, own.is_some() || pinned[member]);
            }
        }
    }
    for (row, sums) in all.iter_mut().zip(sums) {
        for (member, entry) in row.iter_mut().enumerate() {
            let by_area = frame.groups_areas(dimension) || pinned[member];
            entry.missing = entry
                .missing
                .map(|missing| if by_area { missing } else { frame.rest(&sums[member]) });
        }
    }
    all
}

impl Reporting {
    /// `whole`: what the area lacks belongs to this member alone. Else only what was read can be told by member.
    fn add(&mut self, sender: &Sender, whole: bool) {
        self.expected += i64::from(sender.expected);
        self.reported += i64::from(sender.reported);
        let lacks = match (whole, sender.all_read) {
            (true, _) => sender.missing,
            (false, true) => Ok(0.0),
            (false, false) => Err(Reason::RegisterNotSplit),
        };
        self.missing = self.missing.and_then(|missing| Ok(missing + lacks?));
    }
}

/// (Σ_R num + lo|hi · Σ_M den) / Σ den.
pub(super) fn bounds(frame: &Frame, sums: &Sums, reporting: &Reporting, value: Result<f64, Reason>) -> Bounds {
    let missing = reporting.missing?;
    if missing.is_nan() || frame.numerator(sums).is_nan() || frame.denominator(sums).is_nan() {
        return Err(Reason::TooLarge);
    }
    if missing == 0.0 {
        return value.map(|value| (value, value));
    }
    let (lowest, highest) = frame.indicator.plausible.ok_or(Reason::NoPlausible)?;
    let whole = frame.denominator(sums) + missing;
    if whole <= 0.0 {
        return Err(Reason::DenominatorZero);
    }
    let known = frame.numerator(sums) * frame.indicator.factor;
    Ok(((known + lowest * missing) / whole, (known + highest * missing) / whole))
}
