//! Cells → typed records and findings. A pure function of a sheet and its form; no file is opened.
//!
//! Each type of column has one cleaner, `&str` → value, missing or fault, in a file of its own with examples as tests. A valid
//! cell costs no allocation.

mod area;
mod boolean;
mod category;
mod causes;
mod cell;
mod code;
mod column;
mod context;
mod contradicted;
mod converted;
mod correct;
mod date;
mod deciding;
mod decimal;
mod double;
mod evidence;
mod figures;
mod integer;
mod judge;
mod keyless;
mod marks_mixed;
mod measure;
mod named;
mod notation;
mod notations;
mod number;
mod one_change;
mod parted;
mod retyped;
mod share;
mod sheet;
mod shift;
mod short;
mod shown;
mod spelled;
mod sums;
mod suspects;
mod swapped;
mod symbol;
mod tally;
mod text;
mod totals;
mod unit_cell;
mod unplaced;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

use crate::domain::{Code, Finding, Lang, RawTable, RowStatuses, Text};
use crate::pipeline::Form;
use serde::{Deserialize, Serialize};

use area::RowAreas;
pub use context::Context;
pub use correct::{CleanCell, RowKeys, cleaned, explains, judged, remarks, same_content, scaled};
use deciding::deciding_column;
pub use figures::{Figures, figures};
pub use named::named_totals;
pub use notations::Notations;
use sheet::Sheet;
use tally::Tally;
pub use totals::totals;

/// The records of a sheet.
#[derive(Clone, Debug)]
pub struct Normalized {
    /// One row a record, in the sheet's order: `area_code` (Utf8, never null: the sender's if the row has none), the
    /// form's columns in its order (null where missing or bad), `submission` (Int64) and `row` (Int64, as the clerk counts).
    pub batch: RecordBatch,
    /// What became of each record of `batch`.
    pub statuses: RowStatuses,
    /// Findings: on whole columns first, then by row and column.
    pub findings: Vec<Finding>,
    /// Required cells by area of the row.
    pub required_cells: BTreeMap<String, RequiredCells>,
}

/// Required cells of records, accepted or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredCells {
    /// Their number.
    pub due: i64,
    /// Filled and readable.
    pub answered: i64,
}

/// Reads the records of a sheet. The batch contains every record, quarantined or not.
pub fn normalize(table: &RawTable, context: &Context) -> Normalized {
    let form = &context.pipeline.forms[context.form];
    let sheet = Sheet::of(table, context);
    let mut tally = Tally::new(table, context.pipeline.limits.findings);
    for short in short::find(&sheet, form, &tally.ragged) {
        tally.out((short.position, short.finding), Code::RowShort);
    }
    for parted in parted::find(&sheet, form, &tally.ragged) {
        tally.out((parted.position, parted.finding), Code::RowRagged);
    }
    let required = |column| form.is_required(column);
    let merges = shown::tell(table, form, &context.pipeline.units, &required, &mut tally);
    let mut areas = RowAreas::new(context.sender, table.records.len());
    let deciding = deciding_column(form);
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(form.columns.len() + 3);
    for (at, definition) in form.columns.iter().enumerate() {
        let required = form.is_required(at);
        let decides = (deciding == Some(at)).then_some(&mut areas);
        let array = match table.columns.iter().find(|matched| matched.column == at) {
            Some(matched) => {
                let lost = merges.get(&matched.index);
                column::build(&sheet, definition, matched, required, lost, decides, &mut tally)
            }
            None => column::absent(definition, required, &mut tally),
        };
        arrays.push(array);
    }
    let shift = if tally.has_faulty_column() || shift::is_suspect(table) {
        shift::find(&sheet, form)
    } else {
        None
    };
    if shift.is_some() {
        tally.statuses.quarantine_all_only(Code::ColumnsShifted);
    }
    swapped::tell(table, context, deciding, &mut tally);
    if let Some(deciding) = deciding {
        let records = contradicted::Records {
            table,
            form,
            registry: context.areas,
            areas: &areas,
            deciding,
            arrays: &arrays,
            statuses: &tally.statuses,
        };
        for (position, finding) in contradicted::find(&records) {
            tally.statuses.quarantine(position, Code::CodeMisnamed);
            tally.tell(finding);
        }
    }
    suspects::tell(table, context, &arrays, &mut tally);
    let unplaced = unplaced::tell(table, context, deciding, &areas, &tally.statuses);
    arrays.insert(0, Arc::new(areas.array()));
    let rows = table
        .records
        .iter()
        .map(|&row| i64::from(table.grid.number(row as usize)));
    arrays.push(Arc::new(Int64Array::from_iter_values(rows)));
    Normalized {
        batch: of_submission(context.submission, form, arrays)
            .expect("every array has one entry a record and the type of its field"),
        required_cells: required_cells(form, &areas, &tally),
        statuses: std::mem::take(&mut tally.statuses),
        findings: match shift {
            None => unplaced.into_iter().chain(worded(tally, table, context)).collect(),
            Some(shift) => {
                let of_it = |finding: &Finding| finding.place.column_index.is_some_and(|index| shift.touches(index));
                let mut findings: Vec<Finding> = worded(tally, table, context).collect();
                let of_row =
                    |finding: &Finding| matches!(finding.code.engine(), Some(Code::RowRagged | Code::RowShort));
                findings.retain(|finding| !of_row(finding) && !of_it(finding));
                findings.insert(0, shift.finding(&sheet, form));
                findings
            }
        },
    }
}

/// The columns of cleaned records but for `submission`, in order: what is published of them has the same.
pub fn schema(form: &Form) -> Schema {
    let own = form
        .columns
        .iter()
        .map(|column| Field::new(&column.id, column::data_type(&column.kind), true));
    let area = Field::new("area_code", DataType::Utf8, false);
    let row = Field::new("row", DataType::Int64, false);
    Schema::new(std::iter::once(area).chain(own).chain([row]).collect::<Vec<Field>>())
}

/// Cleaned records with the number of their submission; `arrays` are the columns of [`schema`].
///
/// # Errors
/// When the arrays have other types or lengths.
pub fn of_submission(submission: u32, form: &Form, mut arrays: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
    let mut fields: Vec<Arc<Field>> = schema(form).fields().iter().cloned().collect();
    let (rows, place) = (arrays.first().map_or(0, |array| array.len()), fields.len() - 1);
    fields.insert(place, Arc::new(Field::new("submission", DataType::Int64, false)));
    let numbers = Int64Array::from_value(i64::from(submission), rows);
    arrays.insert(place.min(arrays.len()), Arc::new(numbers));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

/// The findings of the cells, with units as people write them and with what rows without a known key may be.
fn worded<'a>(tally: Tally<'a>, table: &'a RawTable, context: &'a Context<'a>) -> impl Iterator<Item = Finding> + 'a {
    let pipeline = context.pipeline;
    let word = |unit: &str, lang| pipeline.units.word(unit, lang);
    let findings = tally.into_findings().into_iter();
    let form = &pipeline.forms[context.form];
    let findings = findings.map(move |finding| with_choices(finding.with_unit_words(word), form));
    let findings = findings.map(move |finding| with_areas(finding, context));
    let findings = converted::with_figures(findings, table, form, &pipeline.units);
    keyless::with_hints(findings, table, form)
}

/// A finding on a cell that holds none of its column's choices, with these in words of the reader's language where the column
/// takes them.
fn with_choices(finding: Finding, form: &Form) -> Finding {
    if !matches!(finding.code.engine(), Some(Code::NotABoolean | Code::NotACategory)) {
        return finding;
    }
    let Some(column) = finding.place.column.as_deref().and_then(|id| form.column(id)) else {
        return finding;
    };
    let choices = |lang| form.columns[column].kind.choices(lang).join("|");
    finding.with_expected_words(choices(Lang::Zh), choices(Lang::En))
}

/// A finding on a code outside the sender's area, with the names of both.
fn with_areas(finding: Finding, context: &Context) -> Finding {
    if finding.code != Code::OutsideJurisdiction {
        return finding;
    }
    let areas = context.areas;
    let raw = finding.raw.as_deref().filter(|_| finding.place.row.is_some());
    // A code that says nothing of where it lies is at home with the sender.
    let home = raw.and_then(|code| areas.get(code).or_else(|| areas.home_of(code, context.sender)));
    let home = home.filter(|home| home.code != context.sender);
    let more = home.map(|home| areas.code_and_name(&home.code));
    let finding = finding.with_expected_text(areas.code_and_name(context.sender));
    match more {
        Some(home) => {
            let home = |lang| home.get(lang).replace(['{', '}'], "");
            finding.with_more(&Text::new(
                format!("（属于 {}）", home(Lang::Zh)),
                format!(" (it belongs to {})", home(Lang::En)),
            ))
        }
        None => finding,
    }
}

fn required_cells(form: &Form, areas: &RowAreas, tally: &Tally) -> BTreeMap<String, RequiredCells> {
    let each = (0..form.columns.len())
        .filter(|&column| form.is_required(column))
        .count() as i64;
    let mut cells: BTreeMap<&str, RequiredCells> = BTreeMap::new();
    for (position, answered) in tally.answered.iter().enumerate() {
        let of_area = cells.entry(areas.get(position)).or_default();
        of_area.due += each;
        of_area.answered += i64::from(*answered);
    }
    cells
        .into_iter()
        .map(|(area, cells)| (area.to_owned(), cells))
        .collect()
}
