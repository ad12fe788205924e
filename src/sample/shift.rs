//! A block of cells that stands one column beside its headers.

use super::lay::Table;
use super::model::FormModel;
use super::sheet::{Cell, Laid, Style};
use crate::pipeline::ColumnKind;

/// Columns that are shown in every row, one beside the other.
struct Block {
    first: usize,
    last: usize,
}

/// Moves a block of every line beneath the header one column to the right, as if it had been pasted one cell off; what stood
/// behind it is gone.
pub(super) fn shift(table: &mut Table, style: &Style, model: &FormModel) {
    let first = table.counted.first().map(|record| record.line - 1);
    let Some((block, above)) = block(&style.columns, model).zip(first) else {
        return;
    };
    for line in table.lines.iter_mut().skip(above) {
        if line.len() == style.columns.len() {
            line[block.first..=block.last + 1].rotate_right(1);
            line[block.first] = Cell::default();
        }
    }
}

/// The column under whose header the block begins after that; None where no block would show.
pub(super) fn place(style: &Style, model: &FormModel) -> Option<String> {
    let block = block(&style.columns, model)?;
    let slot = style.columns[block.first + 1].slot?;
    Some(model.form.columns[slot].id.clone())
}

/// Repeats the header above a record, as printed pages do; gives its first line, from 0.
pub(super) fn repeat_header(table: &mut Table, style: &Style, above: usize) -> Option<usize> {
    let header = style.header()?;
    let from = table.counted.get(above)?.line - 1;
    let header: Vec<Vec<Cell>> = table.lines.get(header).map(<[_]>::to_vec).unwrap_or_default();
    let more = header.len();
    table.lines.splice(from..from, header);
    let total = table.total.as_mut().map(|(line, _)| line);
    let lines = table.counted.iter_mut().map(|record| &mut record.line).chain(total);
    lines.filter(|line| **line > from).for_each(|line| *line += more);
    Some(from)
}

/// Whether a form has such a block at all.
pub(super) fn is_possible(model: &FormModel) -> bool {
    let laid = |slot| Laid {
        slot: Some(slot),
        group: None,
        header: String::new(),
        unit: String::new(),
    };
    let columns: Vec<Laid> = (0..model.form.columns.len()).map(laid).collect();
    !model.is_area() && block(&columns, model).is_some()
}

/// The first run of required columns, not begun by free text, that shows under wrong headers in two places at least.
fn block(columns: &[Laid], model: &FormModel) -> Option<Block> {
    let kind = |at: usize| columns.get(at)?.slot.map(|slot| &model.form.columns[slot].kind);
    let is_required = |at: usize| {
        let slot = columns.get(at).and_then(|laid| laid.slot);
        slot.is_some_and(|slot| model.form.columns[slot].required)
    };
    let mut first = 1;
    while first + 1 < columns.len() {
        let last = (first..columns.len()).take_while(|&at| is_required(at)).last();
        let Some(last) = last.filter(|&last| last + 1 < columns.len()) else {
            first += 1;
            continue;
        };
        let shows = |&at: &usize| kind(at).zip(kind(at + 1)).is_some_and(|(of, under)| is_odd(of, under));
        let begins_well = kind(first).is_some_and(|kind| *kind != ColumnKind::Text);
        if begins_well && last > first && (first..=last).filter(shows).count() > 1 {
            return Some(Block { first, last });
        }
        first += 1;
    }
    None
}

/// Whether content of one kind cannot be content of another. Words of categories may be digits, so these say nothing.
fn is_odd(of: &ColumnKind, under: &ColumnKind) -> bool {
    let is_truth = |kind: &ColumnKind| matches!(kind, ColumnKind::Boolean { .. });
    (of.is_number() && is_truth(under)) || (is_truth(of) && under.is_number())
}
