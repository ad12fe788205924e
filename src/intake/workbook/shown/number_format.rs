//! Number formats that show more than the number, or another one.

use std::sync::Arc;

use super::days::Lack;
use super::decimals;
use super::disguise::{self, Disguise};
use super::pattern::Pattern;

/// A number format that shows more than the number, or another one.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::intake) struct NumberFormat {
    /// As the workbook writes it.
    pub(super) code: Arc<str>,
    pub(super) pattern: Option<Pattern>,
    pub(super) disguise: Option<Disguise>,
    /// Decimals that it shows of each number.
    pub(super) decimals: Option<u8>,
    /// What it leaves out of a day.
    pub(super) lack: Option<Lack>,
    /// It shows nothing of a text: `;;;`.
    pub(super) hides_text: bool,
}

impl NumberFormat {
    /// None: it shows each number as it is.
    pub(in crate::intake) fn of(code: &str) -> Option<NumberFormat> {
        let (pattern, disguise) = (Pattern::of_format(code), Disguise::of_format(code));
        let (decimals, lack) = (decimals::of_format(code), Lack::of_format(code));
        let hides_text = disguise::hides_text(code);
        let says = pattern.is_some() || disguise.is_some() || decimals.is_some() || lack.is_some() || hides_text;
        says.then(|| NumberFormat {
            code: Arc::from(code),
            pattern,
            disguise,
            decimals,
            lack,
            hides_text,
        })
    }

    /// The same of a format that comes with the program, whose dollar sign is shown as that of the computer's country.
    pub(in crate::intake) fn of_program(code: &str) -> Option<NumberFormat> {
        let format = NumberFormat::of(code)?;
        let disguise = format.disguise.map(|disguise| match code.contains('$') {
            true => disguise.without_affixes(),
            false => disguise,
        });
        Some(NumberFormat { disguise, ..format })
    }

    /// Whether it shows a number of days as a span of time: `[h]:mm`.
    pub(in crate::intake) fn is_span(&self) -> bool {
        self.lack == Some(Lack::Span)
    }

    /// The code that it shows for a whole number, where that differs from the number itself.
    pub(in crate::intake) fn show(&self, number: &str) -> Option<String> {
        self.pattern.as_ref()?.show(number)
    }
}
