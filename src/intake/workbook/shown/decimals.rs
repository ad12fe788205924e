//! Number formats with a fixed count of decimals: `0.00` shows 1.1 as 1.10, and `0` shows it as 1. That matters where the number is
//! a code; a figure is the stored number.

/// Decimals that a format shows of each number that is not negative; None: as many as the number has, or the format shows something
/// else beside digits.
pub(super) fn of_format(format: &str) -> Option<u8> {
    let mut characters = format.chars();
    let (mut places, mut decimals, mut is_scaled) = (0_usize, None, false);
    while let Some(c) = characters.next() {
        match (c, &mut decimals) {
            (';', _) => break,
            ('0' | '#' | '?', None) => (places, is_scaled) = (places + 1, false),
            ('0', Some(count)) => *count += 1,
            (',', None) => is_scaled = places > 0,
            ('.', None) if places > 0 && !is_scaled => decimals = Some(0_u8),
            ('_' | '*', _) => {
                characters.next();
            }
            (' ', _) if places == 0 => {}
            ('[', _) => {
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let is_language = inner.starts_with("$-");
                let is_colour = inner.len() > 2 && inner.chars().all(char::is_alphabetic);
                if !is_language && !is_colour {
                    return None;
                }
            }
            _ => return None,
        }
    }
    (places > 0 && !is_scaled).then_some(decimals.unwrap_or(0))
}

/// Whether a number has another count of decimals than that.
pub(super) fn differ(number: &str, decimals: u8) -> bool {
    let own = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_plain && own != usize::from(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_with_a_fixed_count_of_decimals_are_known() {
        for (format, decimals) in [
            ("0", Some(0)),
            ("0.00", Some(2)),
            ("#,##0.0", Some(1)),
            ("0.00_);(0.00)", Some(2)),
            ("[$-409]0.00", Some(2)),
            ("[Red]0.0;0", Some(1)),
            ("_ * #,##0.00_ ;_ * -#,##0.00_ ", Some(2)),
            ("General", None),
            ("0.0#", None),
            ("0.00%", None),
            ("0.0,", None),
            ("0.00\"人\"", None),
            ("0.00E+00", None),
            ("[<1]0.00;0", None),
            ("# ?/?", None),
            ("@", None),
            ("yyyy-mm-dd", None),
            ("", None),
        ] {
            assert_eq!(of_format(format), decimals, "{format}");
        }
    }

    #[test]
    fn numbers_with_other_decimals_differ() {
        for (number, decimals, differs) in [
            ("1.1", 2, true),
            ("1.1", 0, true),
            ("1", 1, true),
            ("1.10", 2, false),
            ("12.34", 2, false),
            ("101", 0, false),
            ("-1.1", 2, false),
            ("12%", 2, false),
        ] {
            assert_eq!(differ(number, decimals), differs, "{number} {decimals}");
        }
    }
}
