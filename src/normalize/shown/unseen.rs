//! Cells, and parts of cells, whose content is not seen in the sheet.

use std::collections::BTreeMap;

use super::ShownCheck;
use crate::domain::{Code, Finding, Severity, Text, Unseen, visible};
use crate::normalize::tally::Tally;
use crate::pipeline::ColumnKind;

impl ShownCheck<'_> {
    /// Parts of cells that are not seen, where others are: one finding for the sheet.
    pub(super) fn unseen_parts(&self, found: Vec<(u32, u32, Finding)>, tally: &mut Tally) {
        let cells: Vec<(u32, u32)> = found.iter().map(|(index, row, _)| (*index, *row)).collect();
        let Some((_, _, first)) = found.into_iter().next() else {
            return;
        };
        if cells.len() == 1 {
            tally.tell(first);
            return;
        }
        let message = of_unseen_parts(first.raw.as_deref(), first.expected.as_deref());
        let first = Finding {
            expected: None,
            message: Some(message),
            ..first
        };
        self.tell_cells(first, cells, tally);
    }

    /// Cells whose whole content is not seen: one finding for the sheet and each reason.
    pub(super) fn unseen(&self, tally: &mut Tally) {
        let mut found: BTreeMap<Unseen, Vec<(u32, u32)>> = BTreeMap::new();
        for (&(row, index), why) in &self.shown.unseen {
            let Some(matched) = self.columns.get(&index).filter(|_| self.position(row).is_some()) else {
                continue;
            };
            let corrected = self.table.corrected.get(row, index).is_some();
            // Formats that show nothing of a number are told with others that show another one.
            let is_told = *why == Unseen::Format && self.shown.formats.contains_key(&(row, index));
            let kind = &self.form.columns[matched.column].kind;
            if !corrected && !(is_told && (kind.is_number() || matches!(kind, ColumnKind::Text))) {
                found.entry(*why).or_default().push((index, row));
            }
        }
        for (why, cells) in found {
            let finding = Finding {
                message: Some(of_unseen(why)),
                ..Finding::new(Code::CellsUnseen)
            };
            let finding = match why {
                Unseen::Perhaps => finding.severity(Severity::Info),
                _ => finding,
            };
            self.tell_cells(finding, cells, tally);
        }
    }
}

/// The message on parts of several cells that are not seen. `example` is the part of the first one, `read` what is left of it.
fn of_unseen_parts(example: Option<&str>, read: Option<&str>) -> Text {
    // What a county sent is no template.
    let plain = |text: Option<&str>| visible(text.unwrap_or_default()).replace(['{', '}'], "");
    let (example, read) = (plain(example), plain(read));
    Text::new(
        format!(
            "有 {{count}} 个单元格的一部分内容在表中看不见（与底色同色、字号过小或已隐藏），未计入，如“{example}”，该格按“{read}”读取：{{raw}}"
        ),
        format!(
            "parts of cells that are not seen in the sheet (in the colour of their background, too small to read, or hidden) were left out, such as “{example}” of a cell that was read as “{read}” (cells: {{count}}): {{raw}}"
        ),
    )
}

/// The message on cells whose content is not seen.
fn of_unseen(why: Unseen) -> Text {
    let (zh, en) = match why {
        Unseen::Colour => ("文字颜色与底色相同", "set in the colour of their background"),
        Unseen::Small => ("字号小得无法阅读", "set in a font too small to read"),
        Unseen::Hidden => ("内容已隐藏", "hidden"),
        Unseen::Format => ("数字格式不显示任何内容", "with a number format that shows nothing"),
        Unseen::Conditional => (
            "条件格式使文字与底色同色",
            "set by a conditional format in the colour of their background",
        ),
        Unseen::Struck => ("条件格式加了删除线", "struck through by a conditional format"),
        Unseen::Perhaps => {
            return Text::new(
                "有 {count} 个单元格可能因条件格式看不见或带删除线（条件无法判断），已按原样读取：{raw}",
                "cells that a conditional format may make invisible or strike through, by a condition that cannot be judged here, were read as they stand (cells: {count}): {raw}",
            );
        }
    };
    Text::new(
        format!("有 {{count}} 个单元格{zh}，仍已按原样读取：{{raw}}"),
        format!("cells {en} were read as they stand (cells: {{count}}): {{raw}}"),
    )
}
