//! Columns that a sheet lacks, has twice, or has too many.

use super::chance::{Chance, one};
use super::model::FormModel;
use super::plan::FileFault;
use super::sheet::{Laid, Style};
use super::submit::Stage;
use crate::domain::Code;
use crate::pipeline::ColumnKind;

impl Stage<'_> {
    /// A column of a sheet that nobody needs.
    pub(super) fn optional(&self, rng: &mut Chance, model: &FormModel, style: &Style) -> Option<usize> {
        let slots = style.columns.iter().filter_map(|laid| laid.slot);
        let able: Vec<usize> = slots.filter(|&slot| !model.form.columns[slot].required).collect();
        one(rng, &able).copied()
    }

    /// Changes the columns of a sheet; gives the column to be named and the code to be found.
    pub(super) fn spoil_columns(
        &self,
        rng: &mut Chance,
        fault: FileFault,
        model: &FormModel,
        style: &mut Style,
    ) -> Option<(String, Code)> {
        let column = |laid: &Laid| laid.slot.map(|slot| &model.form.columns[slot]);
        let able = |required: bool, style: &Style| -> Vec<usize> {
            let fits = |(at, laid): &(usize, &Laid)| {
                *at > 1
                    && laid.group.is_none()
                    && column(laid).is_some_and(|c| c.required == required && c.kind != ColumnKind::Text)
            };
            style
                .columns
                .iter()
                .enumerate()
                .filter(fits)
                .map(|(at, _)| at)
                .collect()
        };
        match fault {
            FileFault::ColumnUnknown => {
                let header = one(rng, &self.wishes.recipe.faults.unknown_column)?.clone();
                style.columns.push(Laid {
                    slot: None,
                    group: None,
                    header: header.clone(),
                    unit: String::new(),
                });
                Some((header, Code::ColumnUnknown))
            }
            FileFault::ColumnDuplicate => {
                let at = *one(rng, &able(false, style))?;
                let twin = style.columns[at].clone();
                let id = column(&twin)?.id.clone();
                style.columns.push(twin);
                Some((id, Code::ColumnDuplicate))
            }
            FileFault::HeaderMerged | FileFault::NearMerged => {
                let at = *one(rng, &able(false, style))?;
                let id = column(&style.columns[at])?.id.clone();
                style.widen(at, fault == FileFault::HeaderMerged);
                Some((id, Code::HeaderMerged))
            }
            _ => {
                let required = fault == FileFault::ColumnMissing;
                let at = *one(rng, &able(required, style))?;
                let id = column(&style.columns[at])?.id.clone();
                style.columns.remove(at);
                Some((
                    id,
                    if required {
                        Code::ColumnMissing
                    } else {
                        Code::ColumnAbsent
                    },
                ))
            }
        }
    }
}
