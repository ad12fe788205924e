//! Random numbers that depend on nothing but a fixed start.

const SEED: u64 = 0x6875_697a_6f6e_6731;

/// A stream of random numbers (SplitMix64, Steele, Lea & Flood 2014).
pub(super) struct Draws {
    state: u64,
}

impl Draws {
    pub(super) fn new(stream: u64) -> Draws {
        let mut draws = Draws {
            state: SEED.wrapping_add(stream),
        };
        // Streams that begin beside each other would overlap.
        draws.state = draws.next();
        draws
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Puts random elements into the first places.
    pub(super) fn shuffle(&mut self, all: &mut [f64], places: usize) {
        for at in 0..places.min(all.len()) {
            let left = (all.len() - at) as u128;
            let step = ((u128::from(self.next()) * left) >> 64) as usize;
            all.swap(at, at + step);
        }
    }
}
