//! The header of a sheet: which rows it stands in, and which column of the form each physical column is.

mod cells;
mod columns;
mod find;
mod guess;
mod search;

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::{Arc, OnceLock, RwLock};

use cells::NAME_BYTES;
pub(super) use cells::{is_blank, is_figure, parts};
pub(super) use guess::guess;
pub(super) use search::{DEPTH, LEAST, SEARCHED};

use super::words::words;
use crate::domain::{HeaderLayout, MatchedColumn, near};
use crate::pipeline::Form;
use crate::pipeline::header::normalize_with;
use crate::pipeline::units::Units;

/// All that is known of a form's headers.
pub(super) struct Book<'p> {
    pub(super) form: &'p Form,
    pub(super) units: &'p Units,
    /// As written in the definition: most headers are found here, without normalising.
    exact: HashMap<String, Known>,
    /// Normalised → column.
    normal: HashMap<String, usize>,
    /// Normalised header and the header as written, for suggestions, in order of the form.
    offers: Vec<(String, String)>,
    /// What header rows say, by their text as received: thousands of files share a layout. Which thread or file comes
    /// first changes nothing, since a layout depends on that text alone.
    layouts: RwLock<HashMap<Vec<u8>, Arc<Layout>>>,
}

/// What a header cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    column: usize,
    unit: Option<String>,
}

/// A bracket behind a header that names no unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeaderRemark {
    pub(super) text: String,
    /// Whether it holds nothing but words that are known to change no figure.
    pub(super) is_agreed: bool,
}

/// A header that has been found.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// First row of the grid it stands in.
    pub(super) top: usize,
    /// One past its last row; equal to `top` for the keys of a JSON file.
    pub(super) end: usize,
    layout: Arc<Layout>,
}

impl Deref for Header {
    type Target = Layout;

    fn deref(&self) -> &Layout {
        &self.layout
    }
}

/// What a header says, wherever it stands.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Header of each physical column as received; several rows joined with `/`.
    pub(super) names: Vec<String>,
    /// Columns of the form, by physical position; `unit` where the header itself names one.
    pub(super) columns: Vec<MatchedColumn>,
    /// Columns of the form that stand there several times, with their physical positions.
    pub(super) doubled: BTreeMap<usize, Vec<u32>>,
    /// Cells of the header above those that name a column, of columns whose lower rows alone do so, by physical position.
    pub(super) above: BTreeMap<u32, Vec<String>>,
    /// Brackets behind the headers of columns that name no unit, by physical position: `Residents (2022)`.
    pub(super) remarks: BTreeMap<u32, HeaderRemark>,
    /// The same for everyone else, made when first asked for: once for all files that share the layout.
    pub(super) described: OnceLock<Arc<HeaderLayout>>,
}

impl Layout {
    /// Columns of the form that were recognised, doubled ones included.
    pub(super) fn score(&self) -> usize {
        self.columns.len() + self.doubled.len()
    }

    /// Physical columns up to the last one with a header.
    pub(super) fn width(&self) -> u32 {
        self.names
            .iter()
            .rposition(|name| !name.is_empty())
            .map_or(0, |last| last as u32 + 1)
    }

    /// Whether a physical column is one of the form's.
    pub(super) fn knows(&self, index: u32) -> bool {
        self.columns.iter().any(|column| column.index == index)
            || self.doubled.values().any(|places| places.contains(&index))
    }
}

impl<'p> Book<'p> {
    pub(super) fn new(form: &'p Form, units: &'p Units) -> Book<'p> {
        let mut book = Book {
            form,
            units,
            exact: HashMap::new(),
            normal: HashMap::new(),
            offers: Vec::new(),
            layouts: RwLock::default(),
        };
        for (index, column) in form.columns.iter().enumerate() {
            for header in &column.headers {
                book.add(index, header);
            }
        }
        // Exports of systems head their columns with the ids of the form itself.
        for (index, column) in form.columns.iter().enumerate() {
            book.add(index, &column.id);
        }
        book
    }

    fn add(&mut self, column: usize, header: &str) {
        let normal = normalize_with(header, self.units);
        let column = *self.normal.entry(normal.text.clone()).or_insert(column);
        self.exact.entry(header.to_owned()).or_insert(Known {
            column,
            unit: normal.unit,
        });
        self.offers.push((normal.text, header.to_owned()));
    }

    /// Whether a cell is a header of the form.
    pub(super) fn knows(&self, cell: &str) -> bool {
        self.look_up(cell).is_some()
    }

    /// The column of the form of which a cell is a header.
    pub(super) fn column_of(&self, cell: &str) -> Option<usize> {
        self.look_up(cell).map(|known| known.column)
    }

    fn look_up(&self, cell: &str) -> Option<Known> {
        let cell = cell.trim();
        if cell.is_empty() || is_figure(cell) {
            return None;
        }
        if let Some(known) = self.exact.get(cell) {
            return Some(known.clone());
        }
        if cell.len() > NAME_BYTES {
            return None;
        }
        let normal = normalize_with(cell, self.units);
        let plain = self.normal.get(&normal.text);
        let column = plain.or_else(|| self.normal.get(&words().without_prefixes(&normal.text)?))?;
        Some(Known {
            column: *column,
            unit: normal.unit,
        })
    }

    /// Normalised headers with the column each belongs to, in order of the form.
    pub(super) fn offered(&self) -> impl Iterator<Item = (&str, usize)> {
        let column = |text: &str| self.normal.get(text).copied();
        self.offers
            .iter()
            .filter_map(move |(text, _)| Some((text.as_str(), column(text)?)))
    }

    /// The header of the form that an unknown one is most like.
    pub(super) fn nearest(&self, header: &str) -> Option<&str> {
        let normal = normalize_with(header, self.units).text;
        let offers = self.offers.iter();
        let offers = offers.map(|(text, written)| (text.as_str(), written.as_str()));
        near::most_alike(&normal, offers, near::HEADER)
    }

    /// Headers as received in the form in which they are compared, for [`Book::nearest_received`].
    pub(super) fn normal_of<'a>(&self, received: &[&'a str]) -> Vec<(String, &'a str)> {
        let normal = |header: &'a str| (normalize_with(header, self.units).text, header);
        received.iter().map(|header| normal(header)).collect()
    }

    /// Which of the headers received a column's own headers are most like.
    pub(super) fn nearest_received<'a>(&self, column: usize, received: &[(String, &'a str)]) -> Option<&'a str> {
        self.form.columns[column].headers.iter().find_map(|header| {
            let normal = normalize_with(header, self.units).text;
            let received = received.iter().map(|(text, header)| (text.as_str(), *header));
            near::most_alike(&normal, received, near::HEADER)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    /// Columns found as `id@index`, and the rows of the header.
    fn find(rows: &[&[&str]]) -> Option<(String, std::ops::Range<usize>)> {
        let pipeline = fixture::pipeline();
        let book = Book::new(&pipeline.forms[0], &pipeline.units);
        let header = book.find(&fixture::sheet(rows))?;
        let columns: Vec<String> = header
            .columns
            .iter()
            .map(|c| {
                let unit = c.unit.as_ref().map(|unit| format!("[{unit}]")).unwrap_or_default();
                format!("{}@{}{unit}", book.form.columns[c.column].id, c.index)
            })
            .collect();
        Some((columns.join(" "), header.top..header.end))
    }

    #[test]
    fn a_long_text_over_many_columns_is_no_part_of_their_names() {
        let pipeline = fixture::pipeline();
        let book = Book::new(&pipeline.forms[0], &pipeline.units);
        let title = "标".repeat(30_000);
        let rows: &[&[&str]] = &[&[&title, "", "", ""], &["社区代码", "社区名称", "常住户数", "甲"]];
        let layout = book.layout(cells::parts(&fixture::sheet(rows).grid, 0, 2));
        assert_eq!(layout.columns.len(), 3);
        assert!(layout.names.iter().all(|name| name.len() < 2 * NAME_BYTES));
    }

    #[test]
    fn headers_of_one_row() {
        let expected = |text: &str, rows| Some((text.to_owned(), rows));
        let data: &[&str] = &["130102001001", "和平社区", "820"];
        assert_eq!(
            find(&[&["社区代码", "社区名称", "常住户数"], data]),
            expected("code@0 name@1 households@2", 0..1)
        );
        assert_eq!(
            find(&[
                &["2020年统计表"],
                &["填报单位：长安区", "", "单位：户"],
                &["社区名称", "", "社区（代码）", "常住户数（户）"],
                data
            ]),
            expected("name@0 code@2 households@3[户]", 2..3)
        );
        assert_eq!(
            find(&[&["社区代码", "其中：服务设施面积（亩）"], data]),
            expected("code@0 area@1[亩]", 0..1)
        );
        assert_eq!(find(&[&["code", "name"], data]), expected("code@0 name@1", 0..1));
    }

    #[test]
    fn headers_of_several_rows() {
        let expected = |text: &str, rows| Some((text.to_owned(), rows));
        let data: &[&str] = &["130102001001", "和平社区", "3", "1", "120.5"];
        assert_eq!(
            find(&[
                &["统计表"],
                &["社区代码", "社区名称", "社会组织", "", "服务设施"],
                &["", "", "总数", "其中：养老", "服务设施面积（㎡）"],
                data
            ]),
            expected("code@0 name@1 organisations@2 elder@3 area@4[m2]", 1..3)
        );
        // Groups that the form does not know leave their sub-headers to the header, too.
        assert_eq!(
            find(&[&["社区代码", "社区名称", "经费", ""], &["", "", "甲项", "乙项"], data]),
            expected("code@0 name@1", 0..2)
        );
    }

    #[test]
    fn a_column_twice_is_no_column() {
        let pipeline = fixture::pipeline();
        let book = Book::new(&pipeline.forms[0], &pipeline.units);
        let header = book
            .find(&fixture::sheet(&[&["社区代码", "常住户数", "社区名称", "常住 户数"]]))
            .unwrap();
        let households = book.form.column("households").unwrap();
        assert_eq!(header.doubled, BTreeMap::from([(households, vec![1, 3])]));
        assert_eq!(header.columns.len(), 2);
        assert_eq!(header.score(), 3);
    }

    #[test]
    fn without_a_header_there_is_none() {
        assert_eq!(
            find(&[&["130102001001", "和平社区", "820"], &["130102001002", "民主社区", "1"]]),
            None
        );
        assert_eq!(find(&[&["社区名称：和平社区"]]), None);
        assert_eq!(find(&[]), None);
    }
}
