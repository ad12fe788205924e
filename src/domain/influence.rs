//! How far a finding's records move a figure.

use serde::{Deserialize, Serialize};

/// One figure in the states that a finding gives it; None: undefined.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// With the records.
    pub with: Option<f64>,
    /// Without them.
    pub without: Option<f64>,
    /// With the cell as proposed; None: nothing is proposed, or it changes nothing.
    pub mended: Option<f64>,
}

impl Figures {
    /// How far the records move the figure: the larger of two changes, from the figure without them, and from the one that the
    /// mend gives where they count. `counts`: whether they do; else they are quarantined, and a mend would put them in.
    pub fn change(&self, counts: bool) -> Option<f64> {
        let by_mend = match (counts, self.mended) {
            (_, None) => None,
            (true, mended) => change(self.with, mended),
            (false, mended) => change(mended, self.without),
        };
        let left_out = change(self.with, self.without);
        match (left_out, by_mend) {
            (Some(one), Some(other)) if other.abs() > one.abs() => Some(other),
            (one, other) => one.or(other),
        }
    }
}

/// (figure − base) ÷ |base|; infinite where the base is 0 or undefined and the figure is more; None: the figure is undefined.
fn change(figure: Option<f64>, base: Option<f64>) -> Option<f64> {
    let figure = figure?;
    match base {
        Some(base) if base != 0.0 => Some((figure - base) / base.abs()),
        Some(_) if figure == 0.0 => Some(0.0),
        Some(_) => Some(f64::INFINITY.copysign(figure)),
        // All of the figure comes from the records.
        None => Some(f64::INFINITY),
    }
}

/// The effect on the indicator that is moved most, at the root of the registry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Influence {
    /// Id of the indicator.
    pub indicator: String,
    /// Whether the records count now; else they are quarantined.
    pub counts: bool,
    /// The national figure.
    pub figures: Figures,
    /// [`Figures::change`] of the national figure; None: it is undefined.
    pub national: Option<f64>,
    /// The same of the figure of the partition area in which the first record lies.
    pub partition: Option<f64>,
}

impl Influence {
    /// What findings are ranked by: the size of the national change.
    pub fn size(&self) -> f64 {
        self.national.map_or(0.0, f64::abs)
    }

    /// The figure that the published one is compared with, where the records count: without them, or mended where that is the larger change.
    pub fn compared(&self) -> Option<f64> {
        let Figures { with, without, mended } = self.figures;
        let is_left_out = change(with, without) == self.national;
        if is_left_out { without } else { mended }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_change_counts_and_nothing_else_is_infinitely_less() {
        let infinite = f64::INFINITY;
        // Whether the records count; the figure with them, without them, and mended.
        for (counts, with, without, mended, expected) in [
            (true, Some(3.0), Some(2.0), None, Some(0.5)),
            (true, Some(3.0), Some(2.0), Some(2.9), Some(0.5)),
            (true, Some(925.0), Some(1000.0), Some(18_500.0), Some(-0.95)),
            (false, Some(3.0), Some(2.0), Some(8.0), Some(3.0)),
            (true, Some(14.2), Some(0.0), None, Some(infinite)),
            (true, Some(-14.2), Some(0.0), None, Some(-infinite)),
            (true, Some(14.2), None, None, Some(infinite)),
            (true, Some(14.2), Some(14.2), Some(0.0), Some(infinite)),
            (true, Some(0.0), Some(0.0), None, Some(0.0)),
            (true, None, Some(2.0), None, None),
        ] {
            let figures = Figures { with, without, mended };
            assert_eq!(figures.change(counts), expected, "{figures:?}");
        }
    }
}
