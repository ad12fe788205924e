//! Rows that are named like the sum of others.

use super::{Judge, says};
use crate::domain::{SetAside, is_command};
use crate::intake::words::words;

impl Judge<'_> {
    /// Whether a row may be named like a sum of others: one look shows that most are not.
    pub(super) fn may_be_total(&self, row: usize, first: &str) -> bool {
        let words = words();
        words.may_be_total(first) || self.names.iter().any(|&name| words.may_be_total(self.cell(row, name)))
    }

    /// Whether the name of a record begins or ends with the word of a total.
    pub(super) fn is_like_total(&self, row: usize) -> bool {
        let words = words();
        self.labels
            .iter()
            .any(|&name| words.is_like_total(self.cell(row, name)))
    }

    /// Whether a row is named like a total in several words.
    pub(super) fn is_worded(&self, row: usize) -> bool {
        let words = words();
        let first = self.first(row).map(|(_, first)| first);
        let mut names = first
            .into_iter()
            .chain(self.names.iter().map(|&name| self.cell(row, name)));
        let is_loose_key = |&key: &usize| words.is_loose_total(self.cell(row, key));
        names.any(|name| words.is_phrase(name)) || self.text_keys.iter().any(is_loose_key)
    }

    /// What a row is that is named like a sum of others.
    pub(super) fn total(&self, row: usize, first: &str) -> Option<SetAside> {
        let words = words();
        // Text that a spreadsheet would run, such as `@SUM(A1)`, is no name.
        let names = || (self.names.iter().map(|&name| self.cell(row, name))).filter(|cell| !is_command(cell));
        if words.is_total(first) {
            if words.is_footer(first) {
                return None;
            }
        } else if !names().any(|name| words.is_total(name)) {
            return None;
        }
        // Key and names name no part of the rows; a sign for "nothing" names none either. Codes are judged later.
        let has_key = self.has_key(row);
        let is_own_key = |name: &usize| has_key && self.keys.contains(name) && !words.is_total(self.cell(row, *name));
        let names = self.names.iter().filter(|name| !is_own_key(name));
        let said = names.map(|&name| self.cell(row, name));
        let said = said.filter(|cell| says(cell) && !self.book.form.missing.contains_key(*cell));
        let own = Some(first).filter(|first| words.is_total(first));
        let mut named = own.into_iter().chain(said);
        Some(if named.clone().all(|name| words.is_whole(name, self.year)) {
            SetAside::Total
        } else if named.all(|name| words.is_whole(name, self.year) || words.is_section(name, self.year)) {
            SetAside::Section
        } else {
            SetAside::Subtotal
        })
    }
}
