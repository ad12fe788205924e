//! Where cells end: the hottest loop of a run.

/// Finds the bytes that end a cell, eight at a time: cells are short, and a loop over single bytes would mispredict its
/// end once a cell.
pub(super) struct Ends {
    /// The separator and both line ends, each in all eight bytes.
    wanted: [u64; 3],
    /// Where the word under way begins.
    base: usize,
    /// The highest bit of each byte of the word that ends a cell.
    found: u64,
}

const EACH: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;

impl Ends {
    pub(super) fn new(separator: u8) -> Ends {
        let wanted = [separator, b'\n', b'\r'].map(|byte| EACH * u64::from(byte));
        Ends {
            wanted,
            base: usize::MAX,
            found: 0,
        }
    }

    /// The first end at or after `from`, or the length of the text.
    #[inline]
    pub(super) fn next(&mut self, bytes: &[u8], from: usize) -> usize {
        let base = from & !7;
        if base != self.base {
            self.load(bytes, base);
        }
        let mut found = self.found & (u64::MAX << (8 * (from - base)));
        while found == 0 {
            if self.base + 8 >= bytes.len() {
                return bytes.len();
            }
            self.load(bytes, self.base + 8);
            found = self.found;
        }
        self.base + found.trailing_zeros() as usize / 8
    }

    /// Marks the ends among the eight bytes from `base` on; beyond the text there is none.
    #[inline]
    fn load(&mut self, bytes: &[u8], base: usize) {
        let rest = bytes.get(base..).unwrap_or_default();
        let word = match rest.first_chunk::<8>() {
            Some(word) => u64::from_le_bytes(*word),
            None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        };
        // A byte is zero exactly where adding 0x7F to its low bits does not carry and no bit of it is set.
        let zeros = |x: u64| !(((x & LOW) + LOW) | x | LOW);
        self.base = base;
        self.found = self.wanted.iter().fold(0, |found, wanted| found | zeros(word ^ wanted));
    }
}
