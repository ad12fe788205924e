//! Percent columns in which some figures, or all, are shares of 1: 0.123 beside 12.3, or 0.6 and 0.7 alone, with no sign
//! of which is meant.

/// The least factor by which shares and percentages lie apart.
const APART: f64 = 3.0;
/// How far the ratio of their middles may be from a hundred, as a factor: half a power of ten.
const NEAR: f64 = 3.162_277_660_168_379_5;
/// Fewer figures show nothing, unless all percentages have their sign: then one of them beside a share does.
const FEWEST: usize = 3;
const FEWEST_SIGNED: usize = 2;
/// The widest spread, as a factor, against which a single figure is judged.
const SPREAD: f64 = 10.0;
/// How many times a single figure must lie from the nearest of the others to be judged although it would lie a little outside
/// of their range, by no more than [`APART`].
const FAR: f64 = 50.0;
/// From so many percentages on, one in this number may lie close to the shares.
const MANY: usize = 10;

/// Figures of a percent column.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// Position of the record and figure of cells without a percent sign.
    bare: Vec<(usize, f64)>,
    /// Figures of cells with one.
    signed: Vec<f64>,
}

impl Shares {
    /// Adds a figure; `text` is its cell.
    pub(super) fn add(&mut self, position: usize, text: &str, value: f64) {
        let is_digit = text.as_bytes().last().is_some_and(u8::is_ascii_digit);
        if !is_digit && text.contains(['%', '％']) {
            self.signed.push(value);
        } else {
            self.bare.push((position, value));
        }
    }

    /// Positions of the figures that look like shares beside those that look like percentages, and the position of the first of
    /// the latter without a sign, if there is any. Empty where the figures are of one kind: small
    /// percentages are close to the others, or would be out of place among them if multiplied by a hundred.
    pub(super) fn mixed(&self) -> (Vec<usize>, Option<usize>) {
        let is_small = |(_, value): &&(usize, f64)| value.abs() <= 1.0 && *value != 0.0;
        let small: Vec<(usize, f64)> = self.bare.iter().filter(is_small).copied().collect();
        if small.is_empty() {
            return (Vec::new(), None);
        }
        let is_large = |value: &f64| value.abs() > 1.0;
        let bare = self.bare.iter().map(|(_, value)| *value);
        let large = bare.chain(self.signed.iter().copied()).filter(is_large);
        let (shares, percentages) = (sorted(small.iter().map(|(_, value)| *value)), sorted(large));
        let are_signed = !self.bare.iter().any(|(_, value)| is_large(value));
        let fewest = if are_signed { FEWEST_SIGNED } else { FEWEST };
        if !are_mixed(&shares, &percentages, fewest) {
            return (Vec::new(), None);
        }
        let first = self.bare.iter().find(|(_, value)| is_large(value));
        (
            small.into_iter().map(|(position, _)| position).collect(),
            first.map(|(position, _)| *position),
        )
    }
}

/// Figures of a percent column that all look like shares of 1, zeros left out.
#[derive(Debug, Default)]
pub(super) struct AllShares<'a> {
    /// Positions of their records.
    pub(super) positions: Vec<usize>,
    /// The smallest and the largest, with their texts.
    ends: Option<[(f64, &'a str); 2]>,
}

impl<'a> AllShares<'a> {
    /// Of a column's figures: position of the record, text and size of each; None: it has a percent sign or a unit, which says what it
    /// is. None if any figure is larger than 1, if all are 0 or 1, if they are few, or if a hundred times as much would lie beyond
    /// `most`, the largest that the column may hold.
    pub(super) fn of(
        figures: impl Iterator<Item = Option<(usize, &'a str, f64)>>,
        most: Option<f64>,
    ) -> Option<AllShares<'a>> {
        let mut all = AllShares::default();
        let mut has_part = false;
        for figure in figures {
            let (position, text, size) = figure?;
            if size > 1.0 || most.is_some_and(|most| size * 100.0 > most) {
                return None;
            }
            if size == 0.0 {
                continue;
            }
            has_part |= size < 1.0;
            all.positions.push(position);
            let [least, largest] = all.ends.get_or_insert([(size, text); 2]);
            if size < least.0 {
                *least = (size, text);
            }
            if size > largest.0 {
                *largest = (size, text);
            }
        }
        (has_part && all.positions.len() >= FEWEST).then_some(all)
    }

    /// The smallest and the largest figure as written.
    pub(super) fn shown(&self) -> String {
        match self.ends {
            Some([(_, least), (_, most)]) if least != most => format!("{least} … {most}"),
            ends => ends.map_or_else(String::new, |[(_, text), _]| text.to_owned()),
        }
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sizes: Vec<f64> = values.map(f64::abs).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    sizes
}

/// Whether two sorted groups of figures lie apart, and about a hundred times as far as shares from percentages.
fn are_mixed(shares: &[f64], percentages: &[f64], fewest: usize) -> bool {
    let ([.., most], [least, ..]) = (shares, percentages) else {
        return false;
    };
    if shares.len() + percentages.len() < fewest {
        return false;
    }
    let near = percentages.iter().filter(|value| **value <= APART).count();
    let apart = *least >= APART * most || (percentages.len() >= MANY && near * MANY <= percentages.len());
    let ratio = percentages[percentages.len() / 2] / shares[shares.len() / 2] / 100.0;
    let is_hundred = (1.0 / NEAR..=NEAR).contains(&ratio);
    apart
        && is_hundred
        && match (shares, percentages) {
            ([one], many) => fits(one * 100.0, many, least / one),
            (many, [one]) => fits(one / 100.0, many, one / most),
            _ => true,
        }
}

/// Whether a figure lies among many that lie together, or near them; `gap`: the factor by which it lies apart as written.
fn fits(one: f64, many: &[f64], gap: f64) -> bool {
    let (least, most) = (many[0], many[many.len() - 1]);
    // What is multiplied by a hundred need not come out to the last bit.
    let slack = if gap >= FAR { APART } else { 1.0 + 1e-9 };
    most <= SPREAD * least && least <= one * slack && one <= most * slack
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(cells: &[&str]) -> Vec<usize> {
        let mut shares = Shares::default();
        for (position, text) in cells.iter().enumerate() {
            let value = text.trim_end_matches('%').parse().unwrap();
            shares.add(position, text, value);
        }
        shares.mixed().0
    }

    #[test]
    fn shares_among_percentages_are_told() {
        for (cells, found) in [
            (&["0.123", "12.3", "0.131", "12.8"][..], &[0, 2][..]),
            (&["12.3", "0.456", "45.6", "0.78", "0", "61.0"], &[1, 3]),
            (&["0.123", "12.3", "15.1"], &[0]),
            (&["12.3", "0.12", "0.15"], &[1, 2]),
            (&["0.123", "12.3%", "13.1%", "11.9%"], &[0]),
            (&["0.02", "0.03", "2.1", "3.4"], &[0, 1]),
            (&["0.123", "0.2", "45.6", "0.45"], &[0, 1, 3]),
            (&["0.1", "12.3", "15.1", "13.3"], &[0]),
            (&["0.955", "80%"], &[0]),
        ] {
            assert_eq!(mixed(cells), found, "{cells:?}");
        }
    }

    #[test]
    fn honest_small_percentages_are_not() {
        for cells in [
            &["0.5", "0.9", "12.3"][..],
            &["0.5", "0.9", "12.3", "15"],
            &["0.5%", "0.9%", "12.3%", "45%"],
            &["0.1", "0.2", "0.6", "0.9", "1.2", "3", "30", "60", "80"],
            &["0.123", "0.456", "0.9"],
            &["12.3", "45.6", "0"],
            &["0.123", "12.3"],
            &["0.5", "1.2%"],
            &["0.05", "80%"],
            &["0.5", "12.3", "45.6"],
            &["0.1", "3.1", "4.5", "8"],
            &["0.1", "0.2", "0.5", "9"],
            &["0.5", "12.3", "30", "45.6"],
            &[],
        ] {
            assert_eq!(mixed(cells), [0_usize; 0], "{cells:?}");
        }
    }

    #[test]
    fn columns_of_shares_alone_are_told() {
        let all = |cells: &[&'static str], most| {
            let figures = cells.iter().enumerate();
            let figures = figures.map(|(at, text)| Some((at, *text, text.parse::<f64>().ok()?.abs())));
            AllShares::of(figures, most).map(|all| (all.positions.len(), all.shown()))
        };
        let told = |count, shown: &str| Some((count, shown.to_owned()));
        for (cells, most, expected) in [
            (&["0.6", "0.7", "0.555"][..], None, told(3, "0.555 … 0.7")),
            (&["0.6", "0", "1", "0.9"], Some(100.0), told(3, "0.6 … 1")),
            (&["0.6", "0.6", "0.6"], None, told(3, "0.6")),
            // so small a rate is the largest that the form expects
            (&["0.6", "0.7", "0.555"], Some(5.0), None),
            (&["1", "0", "1", "1"], None, None),
            (&["0.6", "0.7", "1.2"], None, None),
            (&["0.6", "0.7"], None, None),
            (&["0.6", "0.7%", "0.5"], None, None),
        ] {
            assert_eq!(all(cells, most), expected, "{cells:?} {most:?}");
        }
    }

    #[test]
    fn a_wide_mix_is_seen_where_few_percentages_are_small() {
        let percentages: Vec<String> = (1..60).map(|at| (f64::from(at) * 1.6).to_string()).collect();
        let shares: Vec<String> = (1..40).map(|at| (f64::from(at) * 0.024).to_string()).collect();
        let cells: Vec<&str> = percentages.iter().chain(&shares).map(String::as_str).collect();
        assert_eq!(mixed(&cells).len(), shares.len());
        // A third of them, from nearly nothing to nearly everything, need no explanation.
        let honest: Vec<String> = (0..60).map(|at| format!("{:.3}", 0.1 * 1.12_f64.powi(at))).collect();
        let cells: Vec<&str> = honest.iter().map(String::as_str).collect();
        assert_eq!(mixed(&cells), [0_usize; 0]);
    }
}
