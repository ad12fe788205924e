//! Reading a figure exactly, with whatever stands around it.

#[cfg(test)]
mod tests;

use crate::domain::exact;
use crate::pipeline::{DecimalMark, Thousands};

/// An exact decimal, mantissa × 10^-scale, without trailing zeros after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    pub(super) mantissa: i128,
    pub(super) scale: u32,
}

/// A figure as written: optional currency sign before or behind it, unit behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written<'a> {
    pub(super) number: Exact,
    pub(super) currency: Option<&'a str>,
    pub(super) unit: &'a str,
}

/// Digits a mantissa may have: enough for any figure, and products with unit factors stay within i128.
const MOST_DIGITS: usize = 27;
/// Doubles represent every whole number up to this one.
const LARGEST: i128 = 1 << 53;
/// Fifteen digits: with the point anywhere among them, a double gives them back.
const LARGEST_WITH_POINT: i128 = 10_i128.pow(15);

/// Whether a text of ASCII begins with a zero before another digit: `0012`, `00`, `00.5`, but neither `0` nor `0.5`.
#[inline]
pub(super) fn has_leading_zeros(bytes: &[u8]) -> bool {
    matches!(bytes, [b'0', b'0'..=b'9', ..])
}

/// The largest mantissa with `scale` decimals that a column may hold, so that sums of its doubles are exact.
pub(super) fn largest(scale: u32) -> i128 {
    if scale == 0 { LARGEST } else { LARGEST_WITH_POINT }
}

impl Exact {
    pub(super) const ZERO: Exact = Exact { mantissa: 0, scale: 0 };
    pub(super) const ONE: Exact = Exact { mantissa: 1, scale: 0 };

    fn new(mantissa: i128, scale: u32) -> Exact {
        let mut exact = Exact { mantissa, scale };
        while exact.scale > 0 && exact.mantissa % 10 == 0 {
            exact.mantissa /= 10;
            exact.scale -= 1;
        }
        exact
    }

    /// The mantissa at `scale` decimals; None where that would round, or not fit.
    pub(super) fn at_scale(self, scale: u32) -> Option<i128> {
        10_i128
            .checked_pow(scale.checked_sub(self.scale)?)?
            .checked_mul(self.mantissa)
    }

    /// The nearest double.
    pub(super) fn to_f64(self) -> f64 {
        exact::figure(self.mantissa, self.scale)
    }

    /// The shortest decimal that is read as this double; None: not finite, or too large.
    pub(super) fn of_double(value: f64) -> Option<Exact> {
        let (mantissa, exponent) = exact::shortest(value)?;
        let Ok(shift) = u32::try_from(exponent) else {
            return Some(Exact::new(mantissa, exponent.unsigned_abs()));
        };
        let mantissa = 10_i128.checked_pow(shift)?.checked_mul(mantissa)?;
        Some(Exact::new(mantissa, 0))
    }

    /// A workbook's number without what lies beyond fifteen digits: the noise of its arithmetic.
    pub(super) fn without_noise(self) -> Exact {
        self.significant(15)
    }

    /// The product with `numerator / denominator`, rounded half away from zero to `scale` decimals, and whether it was
    /// exact. None: too large.
    pub(super) fn times(self, numerator: i128, denominator: i128, scale: u32) -> Option<(Exact, bool)> {
        let (more, fewer) = (scale.saturating_sub(self.scale), self.scale.saturating_sub(scale));
        let top = self
            .mantissa
            .checked_mul(numerator)?
            .checked_mul(10_i128.checked_pow(more)?)?;
        let bottom = denominator.checked_mul(10_i128.checked_pow(fewer)?)?;
        let (quotient, rest) = (top / bottom, top % bottom);
        let away = if rest.abs().checked_mul(2)? >= bottom {
            top.signum()
        } else {
            0
        };
        Some((Exact::new(quotient + away, scale), rest == 0))
    }

    /// The number with exactly so many decimals, rounded as spreadsheets do; None: too large.
    pub(super) fn fixed(self, decimals: u32) -> Option<String> {
        let (rounded, _) = self.times(1, 1, decimals)?;
        let text = rounded.to_string();
        let zeros = (decimals - rounded.scale) as usize;
        let point = if rounded.scale == 0 && zeros > 0 { "." } else { "" };
        Some(format!("{text}{point}{}", "0".repeat(zeros)))
    }

    /// Significant digits, zeros before the point included.
    pub(super) fn digits(self) -> u32 {
        self.mantissa.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1)
    }

    /// The same with at most `digits` significant digits.
    pub(super) fn significant(self, digits: u32) -> Exact {
        match self.digits().checked_sub(digits) {
            None | Some(0) => self,
            Some(excess) if excess > self.scale => self,
            Some(excess) => self
                .times(1, 1, self.scale - excess)
                .map_or(self, |(rounded, _)| rounded),
        }
    }
}

impl std::fmt::Display for Exact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = format!(
            "{:0width$}",
            self.mantissa.unsigned_abs(),
            width = self.scale as usize + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

/// Reads a trimmed, half-width text with a point for decimals and any sign between groups of digits; see [`read_as`].
pub(super) fn read(text: &str) -> Option<Written<'_>> {
    read_as(text, DecimalMark::Point, None)
}

/// Reads a trimmed, half-width text: sign, currency sign, digits with or without thousands separators (`1,234`, `1 234`,
/// `1'234`: groups of exactly three, one kind of separator), decimal mark, decimals, unit. `thousands`: the one separator that
/// may stand between groups; None: any but the decimal mark. None: something else. A bracketed negative `(12)` is something
/// else too: in these forms brackets hold remarks.
pub(super) fn read_as(text: &str, mark: DecimalMark, thousands: Option<Thousands>) -> Option<Written<'_>> {
    let (negative, rest) = sign(text);
    let (currency, rest) = currency(rest);
    let (negative, rest) = if currency.is_some() && !negative {
        sign(rest)
    } else {
        (negative, rest)
    };
    let mark = mark.as_char();
    let may_group = |c: char| c != mark && is_separator(c) && thousands.is_none_or(|agreed| agreed.allows(c));
    let (mut digits, rest) = whole_part(rest, may_group)?;
    let (fraction, unit) = match rest.strip_prefix(mark) {
        Some(behind) => behind.split_at(behind.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("", rest),
    };
    // `12,` ends in a sign that is no part of it.
    if fraction.is_empty() && (digits.is_empty() || rest.starts_with(',')) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    digits.push_str(fraction);
    let significant = digits.trim_start_matches('0');
    if significant.len() > MOST_DIGITS || fraction.len() > MOST_DIGITS {
        return None;
    }
    let mantissa: i128 = if significant.is_empty() {
        0
    } else {
        significant.parse().ok()?
    };
    let number = Exact::new(if negative { -mantissa } else { mantissa }, fraction.len() as u32);
    let unit = unit.trim_start();
    let (currency, unit) = match currency {
        None if is_currency(unit) => (Some(unit), ""),
        _ => (currency, unit),
    };
    is_unit(unit).then_some(Written { number, currency, unit })
}

/// A number with an exponent, as programs write small and large ones: `1.5e-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exponential<'t> {
    mantissa: &'t str,
    exponent: &'t str,
    /// What separates its decimals; None: it has none.
    pub(super) mark: Option<DecimalMark>,
    /// As a spreadsheet shows a large number that its column is too narrow for: `1.23457E+11`. No more than six of its digits are left.
    pub(super) is_cut: bool,
}

impl<'t> Exponential<'t> {
    /// Of a text; None: it is something else. No program groups the digits before an exponent.
    pub(super) fn of(text: &'t str) -> Option<Exponential<'t>> {
        let (mantissa, exponent) = text.split_once(['e', 'E'])?;
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
        let at = digits.find(['.', ',']);
        let mark = at.map(|at| match digits.as_bytes()[at] {
            b'.' => DecimalMark::Point,
            _ => DecimalMark::Comma,
        });
        let (whole, decimals) = at.map_or((digits, "0"), |at| (&digits[..at], &digits[at + 1..]));
        let power = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if !are_digits(whole) || !are_digits(decimals) || !are_digits(power) {
            return None;
        }
        let is_shown = text.contains('E') && exponent.starts_with('+') && exponent.len() == 3;
        Some(Exponential {
            mantissa,
            exponent,
            mark,
            is_cut: is_shown && digits.bytes().filter(u8::is_ascii_digit).count() <= 6,
        })
    }

    /// Whether its decimals may be a group of thousands, as in `1,234e2`.
    pub(super) fn has_group(&self) -> bool {
        let decimals = self.mantissa.rsplit(['.', ',']).next().unwrap_or_default();
        self.mark.is_some() && decimals.len() == 3
    }

    /// The same with a point for its decimals.
    pub(super) fn plain(&self) -> String {
        format!("{}e{}", self.mantissa.replace(',', "."), self.exponent)
    }
}

/// The magnitude of a number of any size: digits with a point, a sign and an exponent. None: it is none.
pub(super) fn magnitude(text: &str) -> Option<Magnitude> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && exponent
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+'));
    let value: f64 = text.parse().ok().filter(|_| is_number)?;
    let is_zero = !digits.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    Some(Magnitude {
        size: value.abs(),
        is_zero,
    })
}

/// The size of a number as a double, which may be none or infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Magnitude {
    pub(super) size: f64,
    /// The number itself is zero.
    pub(super) is_zero: bool,
}

/// Reads what a workbook held as a number, with all its digits; it may carry an exponent.
pub(super) fn read_workbook_number(text: &str) -> Option<Exact> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let number = read(mantissa)
        .filter(|w| w.unit.is_empty() && w.currency.is_none())?
        .number;
    let shifted = if exponent >= 0 {
        number.times(10_i128.checked_pow(exponent as u32)?, 1, number.scale)?.0
    } else {
        let scale = number.scale.checked_add(exponent.unsigned_abs())?;
        if scale > 2 * MOST_DIGITS as u32 {
            return None;
        }
        Exact::new(number.mantissa, scale)
    };
    Some(shifted)
}

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

fn currency(text: &str) -> (Option<&str>, &str) {
    match text.chars().next() {
        Some(c @ ('$' | '¥' | '￥')) => {
            let (sign, rest) = text.split_at(c.len_utf8());
            (Some(sign), rest.trim_start())
        }
        _ => (None, text),
    }
}

/// Whether what stands behind a figure is a currency sign, as formats of accountants put it.
fn is_currency(text: &str) -> bool {
    matches!(text, "$" | "¥" | "￥")
}

/// Digits before the decimal mark without their separators, and what follows.
fn whole_part(text: &str, may_group: impl Fn(char) -> bool) -> Option<(String, &str)> {
    let run = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let first = run(text);
    let mut digits = text[..first].to_owned();
    let mut rest = &text[first..];
    let mut separator = None;
    while let Some(c) = rest.chars().next().filter(|&c| may_group(c)) {
        let group = &rest[c.len_utf8()..];
        match run(group) {
            0 if c.is_whitespace() => break,
            3 if separator.is_none_or(|s| s == c) && (1..=3).contains(&first) && !digits.starts_with('0') => {
                separator = Some(c);
                digits.push_str(&group[..3]);
                rest = &group[3..];
            }
            _ => return None,
        }
    }
    Some((digits, rest))
}

/// Signs that stand between groups of digits in one country or another.
fn is_separator(c: char) -> bool {
    matches!(c, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// Whether what follows a figure can be a unit (known or not): no remark, no second figure, no exponent.
fn is_unit(text: &str) -> bool {
    let mut chars = text.chars();
    let begins = match chars.next() {
        None => true,
        Some('%' | '‰') => true,
        Some('e' | 'E') => !matches!(chars.next(), Some('+' | '-' | '0'..='9')),
        // Letters, and the squared-together units such as ㎡ and ℃.
        Some(c) => c.is_alphabetic() || matches!(c, '\u{2100}'..='\u{214f}' | '\u{3300}'..='\u{33ff}'),
    };
    begins && text.chars().count() <= 12
}
