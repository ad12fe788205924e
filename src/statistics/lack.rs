//! How much is missing, as a denominator: one number where it is known, else the bracket that it lies in.

use super::Reason;
use crate::domain::Fraction;

/// Denominator of what is missing, in the denominator's own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lack {
    /// Err: nobody knows it.
    pub(super) known: Result<f64, Reason>,
    /// The least and the most that it may be. The most is infinite where nothing limits it.
    pub(super) between: Result<(f64, f64), Reason>,
}

impl Lack {
    pub(super) const NOTHING: Lack = Lack {
        known: Ok(0.0),
        between: Ok((0.0, 0.0)),
    };

    /// One number, or no way to tell.
    pub(super) fn exactly(known: Result<f64, Reason>) -> Lack {
        Lack {
            known,
            between: known.map(|known| (known, known)),
        }
    }

    /// A bracket; `unknown` says why it is no number, unless both ends are the same.
    pub(super) fn bracket((least, most): (f64, f64), unknown: Reason) -> Lack {
        Lack {
            known: if least == most { Ok(least) } else { Err(unknown) },
            between: Ok((least, most)),
        }
    }

    /// Both together. The first reason stands.
    pub(super) fn plus(self, other: Lack) -> Lack {
        Lack {
            known: self.known.and_then(|sum| Ok(sum + other.known?)),
            between: self.between.and_then(|(least, most)| {
                let other = other.between?;
                Ok((least + other.0, most + other.1))
            }),
        }
    }

    /// A share of it. Nothing of it is nothing, whatever it is.
    pub(super) fn share(self, share: Fraction) -> Lack {
        if share == Fraction::ONE {
            return self;
        }
        if share == Fraction::ZERO {
            return Lack::NOTHING;
        }
        let share = share.value();
        Lack {
            known: self.known.map(|known| known * share),
            between: self.between.map(|(least, most)| (least * share, most * share)),
        }
    }

    /// The most that it may be; 0 where its sum is too large, or is not told by member.
    pub(super) fn most(self) -> f64 {
        self.between.map_or(0.0, |(_, most)| most)
    }
}

/// The ratio of what is known, numerator and denominator, with so much of one ratio added: that ratio itself where what is added is infinite.
pub(super) fn ratio_with((numerator, denominator): (f64, f64), added: f64, ratio: f64) -> f64 {
    if added.is_infinite() {
        return ratio;
    }
    (numerator + ratio * added) / (denominator + added)
}
