//! Streams of chance, one for each purpose, area, period and form: the order of work changes nothing.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream.
pub(super) type Chance = ChaCha8Rng;

/// The stream of a purpose; `parts` name it.
pub(super) fn stream(seed: u64, parts: &[&str]) -> Chance {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(fnv(parts));
    rng
}

/// FNV-1a over the parts, each ended by a byte that no text holds.
fn fnv(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Uniform in the open interval 0..1.
pub(super) fn uniform(rng: &mut Chance) -> f64 {
    (rng.random::<u32>() as f64 + 0.5) / 4_294_967_296.0
}

/// Whether something of this share happens.
pub(super) fn happens(rng: &mut Chance, share: f64) -> bool {
    uniform(rng) < share
}

/// Index below `n`, which is not 0.
pub(super) fn index(rng: &mut Chance, n: usize) -> usize {
    ((uniform(rng) * n as f64) as usize).min(n.saturating_sub(1))
}

/// One of a list.
pub(super) fn one<'a, T>(rng: &mut Chance, all: &'a [T]) -> Option<&'a T> {
    if all.is_empty() {
        None
    } else {
        all.get(index(rng, all.len()))
    }
}

/// Index by weight for a uniform figure.
pub(super) fn weighted(weights: impl Iterator<Item = f64> + Clone, at: f64) -> usize {
    let mut rest = at * weights.clone().sum::<f64>();
    let mut last = 0;
    for (index, weight) in weights.enumerate() {
        if weight > 0.0 {
            last = index;
            if rest < weight {
                return index;
            }
        }
        rest -= weight;
    }
    last
}

/// The uniform figure of a deviate.
pub(super) fn share_of(deviate: f64) -> f64 {
    1.0 / (1.0 + (-deviate / 0.551_328_9).exp())
}

/// A logistic deviate of variance 1 for a uniform figure: the logarithm of a factor.
pub(super) fn deviate(at: f64) -> f64 {
    (at / (1.0 - at)).ln() * 0.551_328_9
}
