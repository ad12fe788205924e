//! What a clerk most likely did, where the figures themselves tell: a proposal beside the finding, never a repair.

use crate::domain::{Finding, Mend, Text, multiple};
use crate::pipeline::Column;

/// Factors by which units slip: 人 for 十人, 元 for 千元, 户 for 万户.
pub(super) const SLIPS: [i32; 8] = [1, -1, 2, -2, 3, -3, 4, -4];

/// One part of a total: index of the column, value × 10^scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) column: usize,
    pub(super) value: i128,
}

/// How a total came to differ from the sum of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SumSlip {
    /// The total is 10^k times the sum.
    Unit(i32),
    /// Two digits of the total are swapped.
    Digits,
    /// The total lacks this part.
    Left(usize),
    /// The total has this part twice.
    Twice(usize),
    /// With 10^k times this part the sum is the total.
    PartUnit(usize, i32),
}

/// The one slip that explains a difference. Two parts of the same value explain it alike, so neither is named.
pub(super) fn sum_slip(total: i128, sum: i128, parts: &[Part]) -> Option<SumSlip> {
    if let Some(power) = power_of_ten(total, sum) {
        return Some(SumSlip::Unit(power));
    }
    if swapped_digits(total, sum) {
        return Some(SumSlip::Digits);
    }
    let only = |difference: i128| {
        let mut equal = parts.iter().filter(|part| part.value == difference && difference != 0);
        equal.next().filter(|_| equal.next().is_none())
    };
    if let Some(part) = only(sum - total) {
        return Some(SumSlip::Left(part.column));
    }
    if let Some(part) = only(total - sum) {
        return Some(SumSlip::Twice(part.column));
    }
    let right = |part: &Part| total - (sum - part.value);
    let mut slipped = parts
        .iter()
        .filter_map(|part| Some((part.column, power_of_ten(right(part), part.value)?)));
    let first = slipped.next()?;
    slipped.next().is_none().then_some(SumSlip::PartUnit(first.0, first.1))
}

impl SumSlip {
    /// Whether a part, and not the total, is to be mended.
    pub(super) fn is_of_a_part(self) -> bool {
        matches!(self, SumSlip::PartUnit(..))
    }

    /// In words.
    pub(super) fn reason(self, columns: &[Column]) -> Text {
        let named = |at: usize, zh: &str, en: &str| {
            let title = &columns[at].title;
            let name = |lang| title.get(lang);
            Text::new(
                zh.replace("{}", name(crate::domain::Lang::Zh)),
                en.replace("{}", name(crate::domain::Lang::En)),
            )
        };
        match self {
            SumSlip::Unit(power) => {
                let (sign, factor) = multiple(power);
                Text::new(
                    format!("合计恰为各分项之和{sign}{factor}，疑似单位错误"),
                    format!("the total is the sum {sign} {factor}: a slip of the unit"),
                )
            }
            SumSlip::Digits => Text::new("疑似两位数字颠倒", "two digits seem to be swapped"),
            SumSlip::Left(part) => named(part, "疑似漏加“{}”", "“{}” seems to be left out"),
            SumSlip::Twice(part) => named(part, "疑似重复计入“{}”", "“{}” seems to be counted twice"),
            SumSlip::PartUnit(part, power) => {
                let (sign, factor) = multiple(power);
                named(
                    part,
                    &format!("疑似“{{}}”单位错误，应{sign}{factor}"),
                    &format!("“{{}}” seems to be off by its unit: {sign} {factor} and the sum is right"),
                )
            }
        }
    }
}

/// `÷10000`.
pub(super) fn factor_text(power: i32) -> String {
    Mend::Factor(power).text().into_owned()
}

/// The mend that puts a figure, `text` as it should be typed, in the place of `value`.
pub(super) fn in_place_of(value: f64, text: String, figure: f64) -> Mend {
    let is_moved = |power: &i32| {
        let factor = 10_f64.powi(power.abs());
        let moved = if *power > 0 { value * factor } else { value / factor };
        value != 0.0 && (moved - figure).abs() <= 1e-9 * figure.abs()
    };
    let power = SLIPS.into_iter().find(is_moved);
    Mend::Figure { text, figure, power }
}

/// k in ±1..±4 where `figure` is `base` × 10^k.
fn power_of_ten(figure: i128, base: i128) -> Option<i32> {
    if figure == 0 || base == 0 || figure == base {
        return None;
    }
    SLIPS.into_iter().find(|&power| {
        let factor = 10_i128.pow(power.unsigned_abs());
        if power > 0 {
            base.checked_mul(factor) == Some(figure)
        } else {
            figure.checked_mul(factor) == Some(base)
        }
    })
}

/// Whether two figures differ by two neighbouring digits that changed places.
fn swapped_digits(a: i128, b: i128) -> bool {
    let (a, b) = (a.to_string(), b.to_string());
    let differ: Vec<usize> = a
        .bytes()
        .zip(b.bytes())
        .enumerate()
        .filter(|(_, (a, b))| a != b)
        .map(|(at, _)| at)
        .collect();
    let at = |text: &str, at: usize| text.as_bytes()[at];
    match differ[..] {
        [i, j] if a.len() == b.len() && j == i + 1 => at(&a, i) == at(&b, j) && at(&a, j) == at(&b, i),
        _ => false,
    }
}

/// Puts a reason behind a finding's message.
pub(super) fn add_reason(finding: &mut Finding, reason: &Text) {
    let Some(message) = &mut finding.message else { return };
    for (lang, text) in &mut message.0 {
        let joint = if lang == "zh" { "；" } else { "; " };
        let reason = reason.0.get(lang).or_else(|| reason.0.get("en"));
        if let Some(reason) = reason {
            text.push_str(joint);
            text.push_str(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(values: &[i128]) -> Vec<Part> {
        let part = |(column, &value)| Part { column, value };
        values.iter().enumerate().map(part).collect()
    }

    #[test]
    fn a_slip_is_named_where_only_one_explains_the_difference() {
        let of = |total, values: &[i128]| sum_slip(total, values.iter().sum(), &parts(values));
        for (total, values, slip) in [
            (6000, &[10, 20, 30][..], Some(SumSlip::Unit(2))),
            (6, &[10, 20, 30], Some(SumSlip::Unit(-1))),
            (153, &[100, 20, 15], Some(SumSlip::Digits)),
            (40, &[10, 20, 30], Some(SumSlip::Left(1))),
            (80, &[10, 20, 30], Some(SumSlip::Twice(1))),
            (40, &[20, 20, 20], None),
            (61, &[10, 20, 30], None),
            (330, &[10, 20, 30], Some(SumSlip::PartUnit(2, 1))),
            (0, &[0, 0], None),
            (5, &[0, 0], None),
        ] {
            assert_eq!(of(total, values), slip, "{total} {values:?}");
        }
    }

    #[test]
    fn a_figure_says_by_which_power_of_ten_it_was_off() {
        for (value, figure, power) in [
            (70000.0, 7.0, Some(-4)),
            (0.123, 12.3, Some(2)),
            (12.0, 21.0, None),
            (0.0, 0.0, None),
            (7.0, 7.0, None),
            (3.0, 300_000.0, None),
        ] {
            assert_eq!(
                in_place_of(value, figure.to_string(), figure).power(),
                power,
                "{value} {figure}"
            );
        }
    }

    #[test]
    fn only_neighbouring_digits_are_swapped() {
        assert!(swapped_digits(135, 153) && swapped_digits(10, 1) == swapped_digits(1, 10));
        assert!(!swapped_digits(123, 321) && !swapped_digits(12, 12) && !swapped_digits(12, 120));
    }
}
