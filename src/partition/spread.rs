//! Where the threads go: over chains of bundles, or over what is in one bundle.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Only one of the two levels is spread. Both at once would let a waiting thread begin further bundles: many would be in
/// memory together, and its stack would grow with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// A thread a chain: a run over many provinces.
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
            Pass::Spread => by_all_threads(items, work),
            Pass::InTurn => items.iter().map(work).collect(),
        }
    }
}

/// Each thread takes the next item as soon as it is done with one. Were they jobs in a queue, a thread that waits for polars
/// would begin another meanwhile, and several bundles of one thread would be in memory together.
fn by_all_threads<T: Sync, R: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync + Send,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let done = rayon::broadcast(|_| {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break done };
            let result = work(item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            done.push((at, result));
        }
    });
    let mut done: Vec<(usize, Result<R, E>)> = done.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items_and_the_first_failure_is_told() {
        let items: Vec<u32> = (0..100).collect();
        for pass in [Pass::Spread, Pass::InTurn] {
            let doubled = pass.map(&items, |item| Ok::<_, ()>(item * 2)).unwrap();
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
            let failed = pass.map(&items, |&item| if item == 70 { Err(item) } else { Ok(item) });
            assert_eq!(failed, Err(70));
            assert_eq!(pass.map(&[] as &[u32], |&item| Ok::<_, ()>(item)), Ok(Vec::new()));
        }
    }
}
