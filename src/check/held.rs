//! Rows held back that belong to a sum: what they would make of it, counted in or not.

use serde::{Deserialize, Serialize};

use super::flags::Questioned;
use super::ledger::Reason;
use crate::domain::{Lang, Text, plural};

/// Up to so many rows, it is tried whether some of them and not others close a difference: among more, chance always finds some.
const SOME: usize = 4;

/// The rows of a sum that are held back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Held {
    rows: u64,
    /// Figures that no hard rule is about: such a row counts as it stands once it is mended, or not at all.
    figures: Vec<i128>,
    /// Those that one is about, which may become others.
    blamed: Questioned,
    /// What the proposed mends would add to these.
    mends: i128,
    /// A row has no figure that can be read.
    is_open: bool,
}

/// One way to add a sum up: in the ledger's words which rows held back are counted in, and what these add.
pub(super) type Way = (Reason, i128);

impl Held {
    /// Adds a row with its figure.
    pub(super) fn see(&mut self, figure: i128, is_blamed: bool) {
        self.rows += 1;
        self.blamed.see(figure, is_blamed);
        if !is_blamed {
            self.figures.push(figure);
        }
    }

    /// Adds a row without one.
    pub(super) fn open(&mut self) {
        self.rows += 1;
        self.is_open = true;
    }

    /// Adds what a mend makes of a figure seen.
    pub(super) fn mend(&mut self, more: i128) {
        self.mends += more;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether a row has no figure that can be read.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Adds those of another part of the sum.
    pub(super) fn add(&mut self, other: Held) {
        self.rows += other.rows;
        self.figures.extend(other.figures);
        self.blamed.add(other.blamed);
        self.mends += other.mends;
        self.is_open |= other.is_open;
    }

    /// The same with figures of more decimals.
    pub(super) fn raised(&self, factor: i128) -> Held {
        Held {
            figures: self.figures.iter().map(|figure| figure * factor).collect(),
            blamed: self.blamed.raised(factor),
            mends: self.mends * factor,
            ..*self
        }
    }

    /// All figures that can be read, as they stand.
    pub(super) fn all(&self) -> i128 {
        self.figures.iter().sum::<i128>() + self.blamed.sum()
    }

    /// How the sum can be added up, beginning with none of these rows and with all.
    pub(super) fn ways(&self) -> Vec<Way> {
        if self.is_empty() {
            return vec![(Reason::AsDefined, 0)];
        }
        let mut ways = vec![(Reason::WithoutHeldRows, 0), (Reason::WithHeldRows, self.all())];
        let some = self.sums().into_iter().skip(1);
        ways.extend(some.map(|sum| (Reason::WithSomeHeldRows, sum)));
        ways
    }

    /// What the figures that no rule is about come to, none of them first: each or not, of many all or none.
    fn sums(&self) -> Vec<i128> {
        let mut sums = vec![0];
        if self.figures.len() > SOME {
            sums.push(self.figures.iter().sum());
            return sums;
        }
        for figure in &self.figures {
            let with = sums.iter().map(|sum| sum + figure).collect::<Vec<_>>();
            sums.extend(with);
        }
        sums
    }

    /// What all of them add once they are mended as proposed.
    pub(super) fn mended(&self) -> Option<i128> {
        (self.mends != 0).then(|| self.all() + self.mends)
    }

    /// Whether some content of these rows, along with figures that are asked about or missing, could make up a difference of the
    /// sum without them. No figure falls below zero.
    pub(super) fn accounts_for(&self, difference: i128, beside: Questioned) -> bool {
        if self.is_empty() {
            return false;
        }
        let mut beside = beside;
        // The blamed ones are not in the sum: they can only raise it.
        beside.lack_all(self.blamed);
        let mut sums = self.sums().into_iter();
        if sums.any(|more| beside.accounts_for(difference + more)) {
            return true;
        }
        if self.figures.len() <= SOME && !self.is_open {
            return false;
        }
        let lowest = difference + self.figures.iter().map(|figure| (*figure).min(0)).sum::<i128>();
        let highest = difference + self.figures.iter().map(|figure| (*figure).max(0)).sum::<i128>();
        if lowest > 0 {
            beside.accounts_for(lowest)
        } else {
            self.is_open || highest >= 0 || beside.accounts_for(highest)
        }
    }

    /// Text about them in the finding on a difference. `shown` formats a sum.
    pub(super) fn hint(&self, shown: impl Fn(i128) -> String) -> Option<Text> {
        let rows = self.rows;
        if self.is_empty() {
            None
        } else if self.is_open {
            Some(Text::new(
                format!("另有 {rows} 行暂未计入，不足以解释差额"),
                format!("{} cannot account for the difference", plural(rows, "quarantined row")),
            ))
        } else {
            let all = shown(self.all());
            Some(Text::new(
                format!("另有 {rows} 行暂未计入，全部计入后合计为 {all}，仍不相符"),
                match rows {
                    1 => format!("with the quarantined row the sum is {all}, which does not agree either"),
                    _ => format!("with the {rows} quarantined rows the sum is {all}, which does not agree either"),
                },
            ))
        }
    }
}

/// Two hints, one behind the other.
pub(super) fn joined(first: Option<Text>, second: Option<Text>) -> Option<Text> {
    match (first, second) {
        (Some(first), Some(second)) => Some(Text::new(
            format!("{}；{}", first.get(Lang::Zh), second.get(Lang::Zh)),
            format!("{}; {}", first.get(Lang::En), second.get(Lang::En)),
        )),
        (first, second) => first.or(second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(figures: &[i128], blamed: &[i128]) -> Held {
        let mut held = Held::default();
        figures.iter().for_each(|figure| held.see(*figure, false));
        blamed.iter().for_each(|figure| held.see(*figure, true));
        held
    }

    fn closes(held: &Held, difference: i128) -> bool {
        held.accounts_for(difference, Questioned::default())
    }

    #[test]
    fn a_row_counts_as_it_stands_or_not_at_all() {
        let two = held(&[10, 11], &[]);
        let sums: Vec<i128> = two.ways().into_iter().map(|(_, sum)| sum).collect();
        assert_eq!(sums, [0, 21, 10, 11, 21]);
        for (difference, is_closed) in [
            (0, true),
            (-10, true),
            (-21, true),
            (-5, false),
            (-22, false),
            (3, false),
        ] {
            assert_eq!(closes(&two, difference), is_closed, "{difference}");
        }
        // Of many rows some come to anything in between.
        let many = held(&[10; 5], &[]);
        assert!(closes(&many, -7) && closes(&many, -50) && !closes(&many, -51) && !closes(&many, 1));
        assert!(!closes(&Held::default(), 0));
    }

    #[test]
    fn a_blamed_figure_may_become_any_up_to_the_largest() {
        let one = held(&[], &[30]);
        assert!(closes(&one, -12) && closes(&one, -30) && !closes(&one, -31) && !closes(&one, 1));
        let both = held(&[100], &[30]);
        assert!(closes(&both, -60) && closes(&both, -150) && closes(&both, -200) && !closes(&both, -201));
    }

    #[test]
    fn a_row_that_cannot_be_read_may_be_anything_but_less_than_nothing() {
        let mut open = held(&[10], &[]);
        open.open();
        assert!(closes(&open, -1_000_000) && closes(&open, 0) && !closes(&open, 1));
    }
}
