//! The headers of a sheet, and the order of its columns.

use super::chance::{Chance, index, one};
use super::model::FormModel;
use super::recipe::Recipe;
use super::sheet::Laid;

/// One header a column: the first agreed one, or any; those with `/` only over two rows.
pub(super) fn headers(
    rng: &mut Chance,
    recipe: &Recipe,
    model: &FormModel,
    aliases: bool,
    two_rows: bool,
    units: bool,
) -> Vec<Laid> {
    let mut all = Vec::new();
    for (slot, column) in model.form.columns.iter().enumerate() {
        let plain: Vec<&String> = column.headers.iter().filter(|h| !h.contains('/')).collect();
        let grouped = column
            .headers
            .iter()
            .find_map(|h| h.split_once('/').filter(|(group, _)| !group.contains('（')));
        let header = if aliases { one(rng, &plain) } else { plain.first() };
        let header = header.map_or(column.id.clone(), |h| (*h).clone());
        let spelling = column
            .kind
            .unit()
            .and_then(|unit| recipe.words.units.get(unit))
            .and_then(|all| one(rng, all));
        let (group, mut header) = match grouped.filter(|_| two_rows) {
            Some((group, leaf)) => (Some(group.to_owned()), leaf.to_owned()),
            None => (None, header),
        };
        if units && let Some(unit) = spelling {
            header = format!("{header}（{unit}）");
        }
        all.push(Laid {
            slot: Some(slot),
            group,
            header,
            unit: spelling.cloned().unwrap_or_default(),
        });
    }
    all
}

/// Moves columns about in blocks, so that grouped ones stay together; the first stays, for labels.
pub(super) fn shuffle(rng: &mut Chance, columns: &mut [Laid]) {
    if columns.len() < 4 || columns.iter().any(|c| c.group.is_some()) {
        return;
    }
    let at = 2 + index(rng, columns.len() - 2);
    columns[2..].rotate_left(at - 2);
}
