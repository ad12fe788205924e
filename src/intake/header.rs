//! The header of a sheet: which rows it stands in, and which column of the form each physical column is.

use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::sheet::Sheet;
use super::suggest;
use super::units;
use super::words::words;
use crate::domain::{Grid, HeaderLayout, MatchedColumn};
use crate::pipeline::Form;
use crate::pipeline::header::normalize_with;
use crate::pipeline::units::Units;

/// Rows searched for a header.
pub(super) const SEARCHED: usize = 60;
/// Most rows a header stands in.
const DEPTH: usize = 4;
/// Known columns by which a header is told from a title that happens to hold a header's word.
const LEAST: usize = 2;
/// Bytes of a header; what is longer is a text.
const NAME_BYTES: usize = 512;
/// Layouts remembered for a form: a night has dozens, and files that each have their own must not fill the memory.
const LAYOUTS: usize = 4096;
/// Bytes of the rows of a layout that is remembered.
const LAYOUT_BYTES: usize = 32 << 10;

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

/// How well a header fits a column; of several headers the best ones count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Without a note in brackets that is no known unit.
    WithoutNote,
    /// Its lower rows alone.
    LowerPart,
    Whole,
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
        suggest::nearest(
            &normal,
            self.offers
                .iter()
                .map(|(text, written)| (text.as_str(), written.as_str())),
        )
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
            suggest::nearest(&normal, received.iter().map(|(text, header)| (text.as_str(), *header)))
        })
    }

    /// The best header of a sheet, if there is any.
    pub(super) fn find(&self, sheet: &Sheet) -> Option<Header> {
        let header = match &sheet.keys {
            Some(keys) => Header {
                top: 0,
                end: 0,
                layout: Arc::new(self.layout(keys.iter().map(|key| vec![name(key).to_owned()]).collect())),
            },
            None => self.of_grid(&sheet.grid)?,
        };
        (header.score() >= LEAST.min(self.form.columns.len())).then_some(header)
    }

    /// Where [`Book::find`] finds none: the row that comes nearest to a header. It has a known one, else it is the fullest
    /// row without figures.
    pub(super) fn nearest_to_header(&self, sheet: &Sheet) -> Option<Header> {
        if let Some(keys) = &sheet.keys {
            let layout = Arc::new(self.layout(keys.iter().map(|key| vec![name(key).to_owned()]).collect()));
            return (!keys.is_empty()).then_some(Header { top: 0, end: 0, layout });
        }
        let grid = &sheet.grid;
        let filled = |row: usize| grid.row(row).filter(|cell| !cell.trim().is_empty()).count();
        let several = |header: &Header| header.names.iter().filter(|name| !name.is_empty()).count() >= LEAST;
        self.of_grid(grid).filter(several).or_else(|| {
            let rows = (0..grid.height().min(SEARCHED)).filter(|row| !holds_figures(grid, *row));
            let fullest = rows.rev().max_by_key(|row| filled(*row))?;
            (filled(fullest) >= LEAST).then(|| self.block(grid, fullest, fullest + 1))
        })
    }

    fn of_grid(&self, grid: &Grid) -> Option<Header> {
        let all = self.form.columns.len();
        let mut best: Option<Header> = None;
        for row in 0..grid.height().min(SEARCHED) {
            let most = best.as_ref().map_or(0, |best| best.score());
            // A title block may hold a few of a form's words, but not half of its columns.
            if best.is_some() && most * 2 >= all && holds_figures(grid, row) {
                break;
            }
            let header = self.block(grid, row, row + 1);
            let score = header.score();
            if score > most {
                best = Some(header);
            }
            if score == all {
                break;
            }
        }
        let around = match &best {
            Some(best) if best.score() == all => None,
            Some(best) if best.score() >= LEAST => Some(best.top..best.end),
            _ => Some(0..grid.height().min(SEARCHED)),
        };
        let mut found = best;
        for row in around.into_iter().flatten() {
            found = self.deeper(grid, row, found);
        }
        found.map(|header| self.continued(grid, header))
    }

    /// The better of `found` and every header of several rows that includes `row`; of equals the one of
    /// fewer rows.
    fn deeper(&self, grid: &Grid, row: usize, found: Option<Header>) -> Option<Header> {
        let mut best = found;
        for depth in 2..=DEPTH {
            for top in (row + 1).saturating_sub(depth)..=row {
                let end = top + depth;
                if end > grid.height() || (top..end).any(|row| holds_figures(grid, row) || is_blank(grid, row)) {
                    continue;
                }
                let header = self.block(grid, top, end);
                if header.score() > best.as_ref().map_or(0, |best| best.score()) {
                    best = Some(header);
                }
            }
        }
        best
    }

    /// A row right beneath whose every known column is empty holds sub-headers of unknown columns, not data.
    fn continued(&self, grid: &Grid, header: Header) -> Header {
        let mut header = header;
        while header.end < grid.height()
            && header.end - header.top < DEPTH
            && !is_blank(grid, header.end)
            && !holds_figures(grid, header.end)
            && header
                .columns
                .iter()
                .all(|column| grid.cell(header.end, column.index as usize).trim().is_empty())
        {
            let longer = self.block(grid, header.top, header.end + 1);
            if longer.score() < header.score() {
                break;
            }
            header = longer;
        }
        header
    }

    fn block(&self, grid: &Grid, top: usize, end: usize) -> Header {
        let text = text_of(grid, top, end);
        let known = self
            .layouts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&text)
            .cloned();
        let layout = known.unwrap_or_else(|| {
            let layout = Arc::new(self.layout(parts(grid, top, end)));
            // Titles differ from file to file, and nobody asks for them again.
            if layout.score() >= LEAST && text.len() <= LAYOUT_BYTES {
                let mut layouts = self.layouts.write().unwrap_or_else(PoisonError::into_inner);
                if layouts.len() < LAYOUTS {
                    layouts.insert(text, layout.clone());
                }
            }
            layout
        });
        Header { top, end, layout }
    }

    /// `parts`: for each physical column its header cells from the top down.
    fn layout(&self, parts: Vec<Vec<String>>) -> Layout {
        let mut places: BTreeMap<usize, Vec<(u32, Option<String>, Fit)>> = BTreeMap::new();
        let mut openings = Openings::default();
        let mut names = Vec::with_capacity(parts.len());
        for (index, column) in parts.iter().enumerate() {
            let name = column.join("/");
            let found = self.of_parts(column, &name, &mut openings);
            if let Some((known, fit)) = found.or_else(|| Some((self.without_note(&name)?, Fit::WithoutNote))) {
                places
                    .entry(known.column)
                    .or_default()
                    .push((index as u32, known.unit, fit));
            }
            names.push(name);
        }
        let mut layout = Layout {
            names,
            ..Layout::default()
        };
        for (column, mut found) in places {
            // The same sub-header beneath another group is another column, and so is one with a remark in brackets.
            let best = found.iter().map(|(.., fit)| *fit).max();
            found.retain(|(.., fit)| Some(*fit) == best);
            if best == Some(Fit::WithoutNote) && found.len() > 1 {
                continue;
            }
            if let [(index, unit, _)] = found.as_slice() {
                let unit = unit.clone().filter(|_| units::is_numeric(&self.form.columns[column]));
                layout.columns.push(MatchedColumn {
                    column,
                    index: *index,
                    unit,
                });
            } else {
                layout
                    .doubled
                    .insert(column, found.iter().map(|(index, ..)| *index).collect());
            }
        }
        layout.columns.sort_by_key(|column| column.index);
        layout
    }

    /// By the joined header, else by its lower parts; and which of them it was.
    fn of_parts<'c>(&self, parts: &'c [String], name: &str, openings: &mut Openings<'c>) -> Option<(Known, Fit)> {
        let [top, beneath @ ..] = parts else { return None };
        let whole = if beneath.is_empty() || self.may_open(top, openings) {
            self.look_up(name)
        } else {
            None
        };
        if let Some(known) = whole {
            return Some((known, Fit::Whole));
        }
        (!beneath.is_empty())
            .then(|| self.of_parts(beneath, &beneath.join("/"), openings))?
            .map(|(known, _)| (known, Fit::LowerPart))
    }

    /// False only where no header of several rows begins with this cell. A title spans every column of the sheet and differs
    /// from file to file: this spares normalising it once a column.
    fn may_open<'c>(&self, cell: &'c str, openings: &mut Openings<'c>) -> bool {
        *openings.entry(cell).or_insert_with(|| {
            // Brackets and the like may swallow the border between two cells: such a cell is looked up with what follows.
            let plain =
                |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3000}' | ':' | '：') || c.is_ascii_alphanumeric();
            if !cell.chars().all(plain) {
                return true;
            }
            let text = normalize_with(cell, self.units).text;
            let opens = |text: &str| {
                let begins = |known: &String| {
                    known
                        .strip_prefix(text)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                text.is_empty() || self.normal.keys().any(begins)
            };
            opens(&text) || words().without_prefixes(&text).is_some_and(|text| opens(&text))
        })
    }

    /// A column of figures whose header ends in a unit that nobody knows: `床位（万张）`.
    fn without_note(&self, header: &str) -> Option<Known> {
        let header = header.trim_end();
        let inner = header.strip_suffix([')', '）', ']', '】'])?;
        let open = inner.rfind(['(', '（', '[', '【'])?;
        let (before, note) = (
            &inner[..open],
            inner[open..].trim_start_matches(['(', '（', '[', '【']).trim(),
        );
        let known = self
            .look_up(before)
            .filter(|known| known.unit.is_none() && !note.is_empty())?;
        units::is_numeric(&self.form.columns[known.column]).then(|| Known {
            unit: Some(note.to_owned()),
            ..known
        })
    }
}

/// Whether a header of several rows may begin with a cell, for the cells asked so far.
type Openings<'c> = HashMap<&'c str, bool>;

/// The cells of rows as they came, each behind its length, so that no two rows look alike.
fn text_of(grid: &Grid, top: usize, end: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(1024);
    for row in top..end {
        text.extend_from_slice(&(grid.width(row) as u32).to_le_bytes());
        for cell in grid.row(row) {
            text.extend_from_slice(&(cell.len() as u32).to_le_bytes());
            text.extend_from_slice(cell.as_bytes());
        }
    }
    text
}

/// A cell as part of a header. One character more than a header may have tells a text: whole ones over a thousand columns
/// would fill the memory.
fn name(cell: &str) -> &str {
    &cell[..cell.floor_char_boundary(NAME_BYTES + char::MAX_LEN_UTF8)]
}

/// Header cells of each physical column. A merged cell's text stands in its first cell only, so a blank one takes its
/// left neighbour's, unless another group begins above it.
fn parts(grid: &Grid, top: usize, end: usize) -> Vec<Vec<String>> {
    let width = (top..end).map(|row| grid.width(row)).max().unwrap_or(0);
    let own = |row: usize, column: usize| grid.cell(row, column).trim();
    let mut filled: Vec<Vec<&str>> = Vec::with_capacity(end - top);
    for row in top..end {
        let mut line: Vec<&str> = Vec::with_capacity(width);
        for column in 0..width {
            let text = own(row, column);
            let spans = text.is_empty()
                && column > 0
                && row + 1 < end
                && (top..row).all(|above| own(above, column).is_empty())
                && (row + 1..end).any(|below| !own(below, column).is_empty());
            line.push(if spans { line[column - 1] } else { name(text) });
        }
        filled.push(line);
    }
    let column = |at: usize| {
        let mut parts: Vec<String> = Vec::new();
        for text in filled.iter().map(|line| line[at]).filter(|text| !text.is_empty()) {
            if parts.last().is_none_or(|last| last != text) {
                parts.push(text.to_owned());
            }
        }
        parts
    };
    (0..width).map(column).collect()
}

fn is_blank(grid: &Grid, row: usize) -> bool {
    grid.row(row).all(|cell| cell.trim().is_empty())
}

/// Whether a cell is a figure, and no year: years head columns.
fn is_figure(cell: &str) -> bool {
    let plain = cell
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+' | b'%'));
    let year = cell.len() == 4 && (cell.starts_with("19") || cell.starts_with("20"));
    plain && !year && cell.bytes().any(|b| b.is_ascii_digit())
}

fn holds_figures(grid: &Grid, row: usize) -> bool {
    grid.row(row).any(|cell| is_figure(cell.trim()))
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
        let layout = book.layout(parts(&fixture::sheet(rows).grid, 0, 2));
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
