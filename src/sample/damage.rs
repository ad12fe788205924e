//! Damage to the bytes, rows and names of a file.

use super::draw::Row;
use super::lay::Counted;
use super::model::FormModel;
use super::recipe::Format;
use super::sheet::{Laid, Style};
use super::value::Value;
use crate::pipeline::ColumnKind;

/// What a file is, its content says.
pub(super) fn under_another_ending(path: &str, format: Format) -> String {
    let ending = if format == Format::Xlsx { "csv" } else { "xls" };
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    format!("{stem}.{ending}")
}

/// Takes the cells of a column out of what counts.
pub(super) fn hold(records: &mut [Counted], slot: Option<usize>) {
    let Some(slot) = slot else { return };
    for record in records {
        record.held = Some(slot);
        if let Some(kept) = &mut record.kept {
            kept[slot] = Value::Unknown;
        }
    }
}

/// Turns the first figure of an optional column of a JSON file into a list; gives that column's header.
pub(super) fn nest(model: &FormModel, style: &Style, bytes: Vec<u8>) -> (Vec<u8>, Option<String>, Option<usize>) {
    let Ok(mut text) = String::from_utf8(bytes.clone()) else {
        return (bytes, None, None);
    };
    let is_optional = |laid: &&Laid| laid.slot.is_some_and(|slot| !model.form.columns[slot].required);
    for laid in style.columns.iter().filter(is_optional) {
        let key = format!("\"{}\": ", laid.header);
        let Some(start) = text.find(&key).map(|at| at + key.len()) else {
            continue;
        };
        let digits = text[start..]
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        if digits > 0 {
            let list = format!("[{0}, {0}]", &text[start..start + digits]);
            text.replace_range(start..start + digits, &list);
            return (text.into_bytes(), Some(laid.header.clone()), laid.slot);
        }
    }
    (text.into_bytes(), None, None)
}

/// Puts DEL behind one text.
pub(super) fn mark(model: &FormModel, rows: &mut [Row]) -> Option<usize> {
    let row = rows.first_mut()?;
    let text = |slot: &usize| model.form.columns[*slot].kind == ColumnKind::Text && row[*slot].is_known();
    let slot = (0..model.form.columns.len()).find(text)?;
    row[slot] = Value::Word(format!("{}\u{7f}", row[slot].member()));
    Some(slot)
}

/// Makes one text differ.
pub(super) fn nudge(model: &FormModel, rows: &mut [Row]) {
    let optional = model
        .form
        .columns
        .iter()
        .position(|c| !c.required && matches!(c.kind, ColumnKind::Text));
    if let (Some(slot), Some(row)) = (optional, rows.first_mut()) {
        row[slot] = Value::Word(format!("{}1", row[slot].member()));
    }
}
