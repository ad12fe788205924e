//! How words of totals begin and end: one look shows that most names are no totals.

use super::file::File;

/// Characters of which most are told at one look not to be among them.
pub(super) struct Sieve([u64; 16]);

impl Sieve {
    fn of(chars: impl Iterator<Item = char>) -> Sieve {
        let mut sieve = Sieve([0; 16]);
        for c in chars {
            sieve.0[c as usize / 64 % 16] |= 1 << (c as u32 % 64);
        }
        sieve
    }

    /// False: it is none of them.
    pub(super) fn may_hold(&self, c: char) -> bool {
        self.0[c as usize / 64 % 16] >> (c as u32 % 64) & 1 == 1
    }
}

/// Characters with which words of totals end, and the first two with which they begin.
pub(super) struct Borders {
    /// In order.
    pub(super) ends: Vec<char>,
    pub(super) end_sieve: Sieve,
    /// In order; one where a word has no more.
    pub(super) starts: Vec<(char, Option<char>)>,
    pub(super) start_sieve: Sieve,
}

/// The borders of all words of totals.
pub(super) fn borders(file: &File) -> Borders {
    let sums = || file.total_endings.iter().chain(&file.totals);
    let words = || sums().chain(&file.summaries).chain(&file.comparisons);
    let ends = words().filter_map(|word| word.chars().next_back());
    let mut ends: Vec<char> = ends
        .flat_map(|end| std::iter::once(end).chain(end.to_uppercase()))
        .collect();
    let first = |word: &String| {
        let mut chars = word.chars();
        Some((chars.next()?, chars.next()))
    };
    let opening = words().chain(&file.alone).chain([&file.counted]).chain(&file.wholes);
    let mut starts: Vec<(char, Option<char>)> = opening.filter_map(first).collect();
    ends.sort_unstable();
    ends.dedup();
    starts.sort_unstable();
    starts.dedup();
    Borders {
        end_sieve: Sieve::of(ends.iter().copied()),
        start_sieve: Sieve::of(starts.iter().map(|(first, _)| *first)),
        ends,
        starts,
    }
}
