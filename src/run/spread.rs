//! Where the threads go: over chains of bundles, or over what is in one bundle.

use rayon::prelude::*;

/// Only one of the two levels is spread. Both at once would let a waiting thread begin further bundles: many would be in
/// memory together, and its stack would grow with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// A thread a chain: a night of many provinces.
    Bundles,
    /// Bundle after bundle, its files spread: few provinces, or one file for all.
    Files,
}

impl Spread {
    /// With so many chains of bundles.
    pub fn over(chains: usize) -> Spread {
        if chains >= 4 * rayon::current_num_threads() {
            Spread::Bundles
        } else {
            Spread::Files
        }
    }

    /// How the chains are worked through.
    pub fn outer(self) -> Pass {
        if self == Spread::Bundles {
            Pass::Spread
        } else {
            Pass::InTurn
        }
    }

    /// How the parts of a bundle are worked through.
    pub fn inner(self) -> Pass {
        if self == Spread::Files {
            Pass::Spread
        } else {
            Pass::InTurn
        }
    }
}

/// One way through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// All threads at once.
    Spread,
    /// One after the other.
    InTurn,
}

impl Pass {
    /// `work` on each item; results in the order of the items.
    ///
    /// # Errors
    /// The first that `work` gives.
    pub fn map<T: Sync, R: Send, E: Send>(
        self,
        items: &[T],
        work: impl Fn(&T) -> Result<R, E> + Sync + Send,
    ) -> Result<Vec<R>, E> {
        match self {
            // Pieces of one item: bundles differ in size, and the largest stand first.
            Pass::Spread => items.par_iter().with_max_len(1).map(work).collect(),
            Pass::InTurn => items.iter().map(work).collect(),
        }
    }
}
