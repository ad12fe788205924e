//! A sum of rows as the oracle sees it: what it is, and what it may become once rows held back are mended.

/// Up to so many rows, each is tried on its own.
const FEW: usize = 4;

/// A sum over rows of another form; integers of its scale.
pub(super) struct Left {
    pub(super) sum: i64,
    /// Of it, what rows come to that are asked about.
    pub(super) asked: i64,
    /// Rows whose figure may yet be any up to the largest.
    pub(super) loose: i64,
    pub(super) largest: i64,
    /// Whether any row that counts has a figure.
    pub(super) any: bool,
    /// A row held back has no figure that can be read.
    pub(super) is_open: bool,
    /// So has one that counts.
    pub(super) is_unread: bool,
    /// Figures of rows held back that nothing is said of.
    pieces: Vec<i64>,
    /// Those of rows with a figure that a hard rule is about.
    blamed: Vec<i64>,
    scale: u32,
}

impl Left {
    pub(super) fn new(scale: u32) -> Left {
        Left {
            sum: 0,
            asked: 0,
            loose: 0,
            largest: 0,
            any: false,
            is_open: false,
            is_unread: false,
            pieces: Vec::new(),
            blamed: Vec::new(),
            scale,
        }
    }

    /// A row held back.
    pub(super) fn piece(&mut self, amount: i64) {
        self.pieces.push(amount);
    }

    /// A row held back for this figure.
    pub(super) fn blame(&mut self, amount: i64) {
        self.blamed.push(amount);
    }

    /// The figure where nothing is held back and nothing missing.
    pub(super) fn whole(&self) -> Option<f64> {
        let is_whole = self.pieces.is_empty() && self.blamed.is_empty() && !self.is_open && !self.is_unread;
        (is_whole && self.loose == 0).then(|| self.sum as f64 / 10_f64.powi(self.scale as i32))
    }

    /// Whether a stated figure may be right, for all that is known.
    pub(super) fn may_be(&self, stated: f64, allowed: f64) -> bool {
        let unit = 10_f64.powi(self.scale as i32);
        let off = |sum: i64| sum as f64 / unit - stated;
        let held = self.pieces.iter().chain(&self.blamed);
        let largest = held
            .clone()
            .fold(self.largest, |largest, piece| largest.max(piece.abs()));
        let less = self.asked as f64 / unit + 1e-6;
        let more = ((self.loose + self.blamed.len() as i64) * largest) as f64 / unit + 1e-6;
        let is_allowed = |off: f64| off.abs() <= allowed + 1e-6;
        // Where no row has a figure, nothing says how large one may be.
        let is_boundless = self.loose > 0 && !self.any;
        let can_be =
            |off: f64| is_allowed(off) || (off > 0.0 && off <= less) || (off <= 0.0 && (-off <= more || is_boundless));
        let pieces: i64 = self.pieces.iter().sum();
        if is_allowed(off(self.sum + held.sum::<i64>())) {
            return true;
        }
        let mut sums = vec![self.sum, self.sum + pieces];
        if self.pieces.len() <= FEW {
            for chosen in 0..1_usize << self.pieces.len() {
                let picked = self.pieces.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
                sums.push(self.sum + picked.map(|(_, piece)| piece).sum::<i64>());
            }
        }
        if sums.into_iter().any(|sum| can_be(off(sum))) {
            return true;
        }
        let is_endless = self.is_open || self.is_unread;
        if !is_endless && self.pieces.len() <= FEW {
            return false;
        }
        // Some of many rows come to anything between none and all of them.
        let (low, high) = (off(self.sum), off(self.sum + pieces));
        if low > 0.0 {
            can_be(low)
        } else {
            is_endless || high >= 0.0 || can_be(high)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_held_back_count_or_not() {
        let mut left = Left::new(1);
        left.sum = 1000;
        left.piece(30);
        left.piece(50);
        let may_be = |left: &Left, stated: f64| left.may_be(stated, 0.0);
        assert!(
            [100.0, 103.0, 105.0, 108.0]
                .into_iter()
                .all(|stated| may_be(&left, stated))
        );
        assert!(![99.0, 104.0, 109.0].into_iter().any(|stated| may_be(&left, stated)));
        left.blame(20);
        assert!(may_be(&left, 104.0) && may_be(&left, 113.0) && !may_be(&left, 113.1));
        left.is_open = true;
        assert!(may_be(&left, 900.0) && !may_be(&left, 99.0));
        assert_eq!(left.whole(), None);
    }
}
