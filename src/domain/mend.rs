//! What a finding proposes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The fix that a finding suggests; nothing is changed by it. Tables and returns show it as text ([`Mend::text`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Mend {
    /// Content for the cell that is no figure in the column's unit.
    Text(String),
    /// A figure for the cell.
    Figure {
        /// As it should be typed.
        text: String,
        /// In the column's unit.
        figure: f64,
        /// k where the figure is the one in the cell × 10^k.
        power: Option<i32>,
    },
    /// All figures of the column are to be multiplied by 10^k.
    Factor(i32),
}

impl Mend {
    /// A figure for the cell, as it should be typed and in the column's unit.
    pub fn figure(text: impl Into<String>, figure: f64) -> Mend {
        Mend::Figure {
            text: text.into(),
            figure,
            power: None,
        }
    }

    /// As tables and returns show it: `130102`, `12.5`, `÷100`.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Mend::Text(text) | Mend::Figure { text, .. } => Cow::Borrowed(text),
            Mend::Factor(power) => {
                let (sign, factor) = multiple(*power);
                Cow::Owned(format!("{sign}{factor}"))
            }
        }
    }

    /// The figure of a cell once it is mended; None: the mend proposes no figure.
    pub fn applied_to(&self, figure: f64) -> Option<f64> {
        match *self {
            Mend::Text(_) => None,
            Mend::Figure { figure, .. } => Some(figure),
            Mend::Factor(power) if power < 0 => Some(figure / 10_f64.powi(-power)),
            Mend::Factor(power) => Some(figure * 10_f64.powi(power)),
        }
    }

    /// k where the mended figure is 10^k times the one that stands there.
    pub fn power(&self) -> Option<i32> {
        match *self {
            Mend::Text(_) => None,
            Mend::Figure { power, .. } => power,
            Mend::Factor(power) => Some(power),
        }
    }
}

impl From<String> for Mend {
    fn from(text: String) -> Mend {
        Mend::Text(text)
    }
}

impl From<&str> for Mend {
    fn from(text: &str) -> Mend {
        Mend::Text(text.to_owned())
    }
}

/// 10^`power` as a person writes it: `×` or `÷`, and the factor.
pub fn multiple(power: i32) -> (char, u64) {
    (
        if power > 0 { '×' } else { '÷' },
        10_u64.pow(power.unsigned_abs().min(18)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mend_is_shown_and_applied() {
        for (mend, text, applied) in [
            (Mend::from("130102"), "130102", None),
            (Mend::figure("1,250.50", 1250.5), "1,250.50", Some(1250.5)),
            (Mend::Factor(-2), "÷100", Some(9.0)),
            (Mend::Factor(1), "×10", Some(9000.0)),
        ] {
            assert_eq!((&*mend.text(), mend.applied_to(900.0)), (text, applied));
        }
    }
}
