//! Strings with provenance: what intake gives, and what normalize reads.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use super::{Grid, HeaderLayout, Held, Likeness, Period};

/// One received file or sheet that a form claims.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submission {
    /// `<period>-<area>-<form>-r<revision>-<8 hex>`; the hex is of sha256 over path, sheet and content.
    pub id: String,
    /// Relative to the input folder, `/`-separated, with `#sheet` where one file holds several submissions.
    pub path: String,
    /// Of the file's bytes, lower-case hex.
    pub sha256: String,
    /// Index of the form that claims it.
    pub form: usize,
    /// By its path, else by the form.
    pub period: Option<Period>,
    /// Code of the sending area as the path has it; the registry's root where the template names none.
    pub area_code: String,
    /// 0 without a suffix.
    pub revision: u32,
    /// `csv`, `tsv`, `xlsx`, `xls`, `ods`, `xml2003`, `html`, `json`, `jsonl`; `unknown` where unreadable.
    pub format: Cow<'static, str>,
    /// `utf-8`, `utf-8-bom`, `utf-16le`, `utf-16be`, `gb18030`, `big5`, `shift_jis`, `euc-jp`, `euc-kr`, `koi8-r`, `windows-1252`
    /// and its kin; of a web page also what it declares. None for workbooks in a zip or compound file. Where lines are in two
    /// encodings, that of most of them.
    pub encoding: Option<Cow<'static, str>>,
}

/// Form, period and sending area: submissions that have these in common are revisions or copies of one another.
pub type SenderKey<'a> = (usize, Option<Period>, &'a str);

impl Submission {
    /// Form, period and sending area.
    pub fn sender_key(&self) -> SenderKey<'_> {
        (self.form, self.period, self.area_code.as_str())
    }

    /// The id of a submission without its revision and digest: period, area and form. None: no submission has such an id.
    pub fn sender_of_id(id: &str) -> Option<&str> {
        id.rsplitn(3, '-').nth(2)
    }
}

/// What a row is when it is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SetAside {
    /// Above the header: title, table number, reporting unit, unit note.
    Title,
    /// Part of the header.
    Header,
    /// `甲 乙 1 2 3`, or a row of units, beneath the header.
    HeaderNote,
    /// Nothing but blanks.
    Blank,
    /// 合计, total: the sum of all records.
    Total,
    /// 小计, subtotal: the sum of a section of them.
    Section,
    /// 其中, 和平街道合计, and lines of wider areas: the sum of those that its name says.
    Subtotal,
    /// A line that heads the rows beneath it, or a page: `North`, `Page 2`.
    Heading,
    /// Signature, 填表说明 and what follows.
    Footer,
    /// A record that a correction takes out.
    Dropped,
}

impl SetAside {
    /// Whether the row states sums of others.
    pub fn is_total(self) -> bool {
        matches!(self, SetAside::Total | SetAside::Section | SetAside::Subtotal)
    }
}

/// A column of the grid that a form knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedColumn {
    /// Index in the form.
    pub column: usize,
    /// Physical column in the grid, from 0.
    pub index: u32,
    /// Unit found in the header or in a unit row, as written there; None: the form's own unit.
    pub unit: Option<String>,
}

/// One sheet whose header has been found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RawTable {
    /// Sheet name of a workbook.
    pub sheet: Option<Arc<str>>,
    /// All its cells.
    pub grid: Grid,
    /// Keys of a JSON file, by physical column: it has no header row.
    pub keys: Option<Vec<String>>,
    /// Known columns, by physical position.
    pub columns: Vec<MatchedColumn>,
    /// Physical columns whose header no form knows: position and header as received, in order.
    pub unmatched: Vec<(u32, String)>,
    /// All its headers as received, matched ones too; where none was found, the row that came nearest to one. None:
    /// nothing comes near.
    pub layout: Option<Arc<HeaderLayout>>,
    /// What the cells of unmatched columns look like, by physical position.
    pub likeness: Vec<(u32, Likeness)>,
    /// Physical width of the header: content beyond it is a ragged row.
    pub width: u32,
    /// Rows of the grid (from 0) that are records.
    pub records: Vec<u32>,
    /// Records that are named like a sum of others, or stand alone like a heading, although their key is filled: what they are, if they are
    /// no records.
    pub named_totals: Vec<(u32, SetAside)>,
    /// Rows whose name is that of a total in several words: `Total 2022`. Those set aside are told.
    pub worded_totals: Vec<u32>,
    /// Of the records that are named like a sum, those whose names may as well be those of records: `Total North`.
    pub loose_totals: Vec<u32>,
    /// Cell of the header, or of a line, that names the unit of a column, by physical column of the figures.
    pub unit_cells: BTreeMap<u32, (u32, u32)>,
    /// All other rows, by kind.
    pub set_aside: Vec<(u32, SetAside)>,
    /// Parts of the sheet whose records would be read wrongly by the first header.
    pub others: Vec<OtherSection>,
    /// Blank cells that repeat the cell of another row, because the form says so: by physical column, then by row, the row
    /// that is repeated.
    pub repeated: BTreeMap<u32, BTreeMap<u32, u32>>,
    /// What stands in place of cells as received; the grid itself is never changed.
    pub corrected: Overlay,
}

/// Rows beneath a second header, or a line of units between records, that differs from what holds above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherSection {
    /// Row of the grid and physical column of the cell that says so.
    pub at: (u32, u32),
    /// What it says.
    pub said: String,
    /// The header of the column it concerns, as the first header has it; a dash where that has none.
    pub instead: String,
    /// Rows of the grid, the one that says so first.
    pub rows: Range<u32>,
}

impl RawTable {
    /// What a cell says, corrections left out: its text, or that of the cell it repeats; and whether a workbook held a number.
    #[inline]
    pub fn said(&self, row: u32, index: u32) -> (&str, bool) {
        let (row, column) = (self.source(row, index) as usize, index as usize);
        (self.grid.cell(row, column), self.is_double(row, column))
    }

    /// What a workbook or JSON held in the cell that [`RawTable::said`] gives.
    #[inline]
    pub fn held(&self, row: u32, index: u32) -> Held {
        self.grid.held(self.source(row, index) as usize, index as usize)
    }

    /// The row whose cell stands for that of a row.
    #[inline]
    fn source(&self, row: u32, index: u32) -> u32 {
        match self.repeated.get(&index) {
            Some(rows) => *rows.get(&row).unwrap_or(&row),
            None => row,
        }
    }

    /// Whether every cell of a column is a text of the file and says what stands in it: no number of a workbook or of JSON, and
    /// no cell that repeats another.
    pub fn is_text(&self, index: u32) -> bool {
        !self.grid.is_typed() && !self.repeated.contains_key(&index)
    }

    /// A table of cells that nobody merged, corrected or left blank to mean the one above.
    pub fn plain(grid: Grid, columns: Vec<MatchedColumn>, records: Vec<u32>) -> RawTable {
        RawTable {
            sheet: None,
            width: (0..grid.height()).map(|row| grid.width(row)).max().unwrap_or(0) as u32,
            grid,
            keys: None,
            columns,
            unmatched: Vec::new(),
            layout: None,
            likeness: Vec::new(),
            records,
            named_totals: Vec::new(),
            worded_totals: Vec::new(),
            loose_totals: Vec::new(),
            unit_cells: BTreeMap::new(),
            set_aside: Vec::new(),
            others: Vec::new(),
            repeated: BTreeMap::new(),
            corrected: Overlay::default(),
        }
    }

    /// Everything but the cells.
    pub fn without_cells(&self) -> RawTable {
        RawTable {
            grid: Grid::default(),
            sheet: self.sheet.clone(),
            keys: self.keys.clone(),
            columns: self.columns.clone(),
            unmatched: self.unmatched.clone(),
            layout: self.layout.clone(),
            likeness: self.likeness.clone(),
            width: self.width,
            records: self.records.clone(),
            named_totals: self.named_totals.clone(),
            worded_totals: self.worded_totals.clone(),
            loose_totals: self.loose_totals.clone(),
            unit_cells: self.unit_cells.clone(),
            set_aside: self.set_aside.clone(),
            others: self.others.clone(),
            repeated: self.repeated.clone(),
            corrected: self.corrected.clone(),
        }
    }

    /// Whether a workbook held a number in a cell: it is a double, with the noise of its arithmetic.
    pub fn is_double(&self, row: usize, column: usize) -> bool {
        self.keys.is_none() && self.grid.is_numeric(row, column)
    }
}

/// Cells with another content than was received.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Overlay {
    /// By physical column, then by row of the grid.
    columns: BTreeMap<u32, BTreeMap<u32, Corrected>>,
}

/// What a correction puts into a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// The content that is read.
    pub text: String,
    /// As [`Grid::is_numeric`].
    pub numeric: bool,
    /// Id of the correction.
    pub correction: Arc<str>,
}

impl Overlay {
    /// Replaces a cell. False, and nothing changes, where it is replaced already.
    pub fn put(&mut self, row: u32, index: u32, corrected: Corrected) -> bool {
        match self.columns.entry(index).or_default().entry(row) {
            Entry::Occupied(_) => false,
            Entry::Vacant(free) => {
                free.insert(corrected);
                true
            }
        }
    }

    /// The cells of a physical column, by row; None: all as received.
    pub fn column(&self, index: u32) -> Option<&BTreeMap<u32, Corrected>> {
        self.columns.get(&index)
    }

    /// What stands in a cell, if not what was received.
    pub fn get(&self, row: u32, index: u32) -> Option<&Corrected> {
        self.columns.get(&index)?.get(&row)
    }

    /// Whether every cell is as received.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Every replaced cell: row of the grid and physical column, by column.
    pub fn cells(&self) -> impl Iterator<Item = (u32, u32)> {
        let of_column = |(index, rows): (&u32, &BTreeMap<u32, Corrected>)| {
            let index = *index;
            rows.keys().map(move |row| (*row, index)).collect::<Vec<_>>()
        };
        self.columns.iter().flat_map(of_column)
    }
}
