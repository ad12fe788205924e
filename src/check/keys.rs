//! Keys of units in one buffer, and those of a sender.

use serde::{Deserialize, Serialize};

/// Keys in one buffer, sorted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Keys {
    text: String,
    ends: Vec<usize>,
}

impl Keys {
    pub(super) fn push(&mut self, key: &str) {
        self.text.push_str(key);
        self.ends.push(self.text.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> &str {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[from..self.ends[at]]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }
}

/// Units of a sender in one period.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Units {
    /// Those that count.
    pub(super) accepted: Keys,
    /// Those held back.
    pub(super) held: Keys,
    /// Rows whose key could not be read: units that nobody can name.
    pub(super) nameless: usize,
}
