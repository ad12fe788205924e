//! A header as everyone else sees it: its fingerprint, and what an unknown part of it is most like.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::header::{Book, Layout};
use crate::domain::{Grid, HeaderLayout, LayoutHeader, Likeness, hex, near};
use crate::pipeline::header::normalize_with;

/// Hex digits of a fingerprint.
const DIGITS: usize = 12;
/// Unknown headers for which a likely column is sought: a person reads that many, a hostile file has more.
const SUGGESTED: usize = 200;
/// Cells from which the content of a column is recognised.
const SAMPLED: usize = 200;

impl Layout {
    /// The layout with its fingerprint; `book` is the one it was made by.
    pub(super) fn described(&self, book: &Book<'_>) -> Arc<HeaderLayout> {
        self.described.get_or_init(|| Arc::new(describe(book, self))).clone()
    }
}

/// What a compiled header says, in words that outlive the run.
fn describe(book: &Book<'_>, layout: &Layout) -> HeaderLayout {
    let mut hasher = Sha256::new();
    hasher.update(book.form.id.as_bytes());
    let mut headers = Vec::new();
    for (index, text) in layout.names.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        let normal = normalize_with(text, book.units);
        let unit = normal.unit.as_deref().unwrap_or_default();
        hasher.update(format!("\n{index}\t{}\t{unit}", normal.text));
        let index = index as u32;
        let read = layout.columns.iter().find(|matched| matched.index == index);
        headers.push(LayoutHeader {
            index,
            text: text.clone(),
            column: read.map(|matched| matched.column),
            unit: read.and_then(|matched| matched.unit.clone()).or(normal.unit),
            nearest: (layout.doubled.iter())
                .find(|(_, places)| places.contains(&index))
                .map(|(column, _)| *column),
        });
    }
    suggest_columns(book, layout, &mut headers);
    let columns = book.form.columns.iter().enumerate();
    let lacking = columns.filter(|(at, column)| column.required && !headers.iter().any(|h| h.column == Some(*at)));
    HeaderLayout {
        known: layout.score() > 0 && lacking.count() == 0 && headers.iter().all(|header| header.column.is_some()),
        id: hex(&hasher.finalize())[..DIGITS].to_owned(),
        headers,
    }
}

/// Gives each unknown header the column it is most like, the best pair first; no column is offered twice.
fn suggest_columns(book: &Book<'_>, layout: &Layout, headers: &mut [LayoutHeader]) {
    let present = |column: usize| {
        layout.doubled.contains_key(&column) || layout.columns.iter().any(|matched| matched.column == column)
    };
    let unknown = headers.iter().enumerate();
    let unknown = unknown.filter(|(_, header)| header.column.is_none() && header.nearest.is_none());
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (at, header) in unknown.take(SUGGESTED) {
        let normal = normalize_with(&header.text, book.units).text;
        let offers = book.offered().filter(|(_, column)| !present(*column));
        let alike = |offer: &str| near::likeness(&normal, offer, near::HEADER);
        pairs.extend(offers.filter_map(|(offer, column)| Some((alike(offer)?, at, column))));
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut offered = BTreeSet::new();
    for (_, at, column) in pairs {
        if headers[at].nearest.is_none() && offered.insert(column) {
            headers[at].nearest = Some(column);
        }
    }
}

/// What the cells of unknown columns look like, by physical position.
pub(super) fn likeness(grid: &Grid, records: &[u32], unmatched: &[(u32, String)]) -> Vec<(u32, Likeness)> {
    let of = |index: u32| {
        let rows = records.iter().take(SAMPLED);
        let cells = rows.map(|row| Likeness::of(grid.cell(*row as usize, index as usize)));
        (index, cells.fold(Likeness::Blank, Likeness::and))
    };
    unmatched.iter().take(SUGGESTED).map(|(index, _)| of(*index)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn layout(rows: &[&[&str]]) -> HeaderLayout {
        let pipeline = fixture::pipeline();
        let book = Book::new(&pipeline.forms[0], &pipeline.units);
        let header = book.nearest_to_header(&fixture::sheet(rows)).unwrap();
        HeaderLayout::clone(&header.described(&book))
    }

    #[test]
    fn a_fingerprint_is_that_of_the_headers_alone() {
        let plain = layout(&[&["社区代码", "社区名称", "常住户数"]]);
        let same = layout(&[
            &["2020年统计表"],
            &["社区 代码", "社区（名称）", "常住户数"],
            &["1", "和平", "3"],
        ]);
        assert_eq!(plain.id, same.id);
        assert_eq!(plain.id.len(), DIGITS);
        let others: [&[&str]; 4] = [
            &["社区名称", "社区代码", "常住户数"],
            &["社区代码", "社区名称", "常住户数（万户）"],
            &["社区代码", "社区名称", "", "常住户数"],
            &["社区代码", "社区名称", "住户"],
        ];
        for other in others {
            assert_ne!(layout(&[other]).id, plain.id, "{other:?}");
        }
    }

    #[test]
    fn an_unknown_header_is_offered_a_column_that_the_layout_lacks() {
        let pipeline = fixture::pipeline();
        let found = layout(&[&[
            "社区代码",
            "社区名称",
            "常住户数",
            "常住总户数",
            "服务设施总面积（亩）",
            "甲",
        ]]);
        assert!(!found.known);
        let offered = |at: usize| {
            found.headers[at]
                .nearest
                .map(|column| pipeline.forms[0].columns[column].id.as_str())
        };
        assert_eq!(found.headers[2].column, pipeline.forms[0].column("households"));
        assert_eq!(offered(2), None);
        assert_ne!(offered(3), Some("households"), "the layout has it already");
        assert_eq!(offered(4), Some("area"));
        assert_eq!(offered(5), None);
        assert_eq!(found.headers[4].unit.as_deref(), Some("亩"));
    }

    #[test]
    fn what_came_nearest_to_a_header_is_told() {
        let found = layout(&[&["统计表"], &["小区代码", "小区名", "住户"], &["1", "和平", "3"]]);
        let texts: Vec<&str> = found.headers.iter().map(|header| header.text.as_str()).collect();
        assert_eq!(texts, ["小区代码", "小区名", "住户"]);
        assert!(!found.known);
    }
}
