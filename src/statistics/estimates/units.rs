//! The units of an indicator in a period: the areas below which no other has a figure.

use super::areas::AreasOfDay;
use crate::statistics::follow::Follow;
use crate::statistics::series::Entry;

/// A unit in a period.
pub(super) struct Unit {
    /// Place among the areas of the day.
    pub(super) at: usize,
    /// Place among the entries of the indicator.
    pub(super) entry: usize,
    /// Numerator and denominator that are known; 0 where nothing came.
    pub(super) known: (f64, f64),
    /// Denominator of what it lacks; None: it is not known.
    pub(super) missing: Option<f64>,
    /// Whether everything came and there is a ratio to learn from.
    pub(super) is_whole: bool,
}

/// An area above units.
pub(super) struct Above {
    pub(super) at: usize,
    /// Numerator and denominator; None: nothing is known of them.
    pub(super) known: Option<(f64, f64)>,
    pub(super) missing: Option<f64>,
    /// Bounds of its value as reported.
    pub(super) bounds: Option<(f64, f64)>,
}

impl Unit {
    pub(super) fn lacks(&self) -> bool {
        self.missing != Some(0.0)
    }

    pub(super) fn ratio(&self) -> f64 {
        self.known.0 / self.known.1
    }
}

/// Units and the areas above them, both in the order of codes, as the entries are. Areas that the registry does not have lie nowhere and are left out.
pub(super) fn units(areas: &AreasOfDay, entries: &[Entry<'_>]) -> (Vec<Unit>, Vec<Above>) {
    let mut places = Follow::new(areas.spots.iter().zip(0..).map(|(spot, at)| (spot.code.as_str(), at)));
    let seen: Vec<(usize, usize)> = (entries.iter().enumerate())
        .filter_map(|(entry, of)| Some((entry, places.at(of.area_code)?)))
        .collect();
    let mut is_above = vec![false; areas.spots.len()];
    for (_, at) in &seen {
        areas.spots[*at].above.iter().for_each(|&above| is_above[above] = true);
    }
    let (mut units, mut above) = (Vec::new(), Vec::new());
    for (entry, at) in seen {
        let of = &entries[entry];
        if is_above[at] {
            above.push(Above {
                at,
                known: of.parts,
                missing: of.missing,
                bounds: of.bounds,
            });
        } else {
            units.push(Unit {
                at,
                entry,
                known: of.parts.unwrap_or_default(),
                missing: of.missing,
                is_whole: of.is_complete() && of.missing == Some(0.0) && of.ratio().is_some_and(f64::is_finite),
            });
        }
    }
    (units, above)
}
