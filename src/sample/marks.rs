//! Marks what a file has of lawful habits that lie nearest to a fault: nothing may be found there.

use super::model::FormModel;
use super::plan::FilePlan;
use super::recipe::Encoding;
use super::reporters::Reporter;
use super::sheet::{Laid, Style};
use super::submit::{Stage, plain};
use super::truth::{Line, near};
use crate::domain::Code;
use crate::pipeline::FileTemplate;

/// A file or sheet as it is sent.
pub(super) struct Shown<'a> {
    pub(super) reporter: &'a Reporter,
    pub(super) file: &'a FilePlan,
    pub(super) model: &'a FormModel<'a>,
    pub(super) template: &'a FileTemplate,
    pub(super) style: &'a Style,
    pub(super) path: &'a str,
    pub(super) rows: usize,
}

impl Stage<'_> {
    /// The lines of what is nearly, and yet not, at fault.
    pub(super) fn marks(&self, shown: &Shown) -> Vec<Line> {
        let Shown {
            reporter, file, style, ..
        } = *shown;
        let (model, template) = (shown.model, shown.template);
        let registry = &self.pipeline.registry;
        let period = self.period.to_string();
        let is_edge = self.pipeline.periods.iter().min() == Some(&self.period);
        let is_named_otherwise = template.sheet.is_none() && plain(model).first() != Some(&template);
        let has_another_header = |laid: &&Laid| {
            let column = laid.slot.map(|slot| &model.form.columns[slot]);
            column.is_some_and(|c| c.required && laid.group.is_none() && c.headers.first() != Some(&laid.header))
        };
        let has_unit = |laid: &&Laid| !laid.unit.is_empty() && laid.header.ends_with(&format!("（{}）", laid.unit));
        // A level between the root and the sender that this one has no area of.
        let skips_level = (0..=registry.leaf()).any(|level| !reporter.line.contains_key(&level));
        let lawful = [
            // Another of the names a file may have.
            (Code::FileUnclaimed, is_named_otherwise),
            // As little as a file may hold.
            (Code::FileEmpty, shown.rows == 1),
            (Code::RowsMissing, shown.rows == 1),
            // Characters that the older of two like encodings lacks.
            (
                Code::EncodingDamaged,
                file.format.is_text_table() && file.encoding == Encoding::Gb18030,
            ),
            // The first period of all.
            (Code::PeriodUnexpected, is_edge),
            // A title that states the period, and the right one.
            (
                Code::PeriodContradicted,
                style.titles.iter().any(|line| line.contains(&period)),
            ),
            // An area that other periods do not know.
            (Code::AreaUnknown, self.passing.contains(&reporter.code)),
            // One that reports for others, which owe nothing.
            (
                Code::AreaUnexpected,
                reporter.bases.iter().any(|base| *base != reporter.code),
            ),
            // One that lies in no area of some level.
            (Code::AreaContradicted, skips_level),
            // The same content twice.
            (Code::RevisionTied, file.repeated),
            // A second file under a higher revision, as agreed.
            (Code::RevisionChosen, file.revised),
            (Code::RevisionUnreadable, file.revised),
            // As many rows as are owed, not one more.
            (Code::RowsBeyondExpected, !model.is_area() && shown.rows > 10),
            // Another of the headers that a column may have.
            (
                Code::ColumnMissing,
                style.columns.iter().any(|laid| has_another_header(&laid)),
            ),
            // A header with its unit.
            (Code::ColumnUnknown, style.columns.iter().any(|laid| has_unit(&laid))),
        ];
        let holds = lawful.into_iter().filter(|(_, holds)| *holds);
        holds.map(|(code, _)| near(shown.path, "", code)).collect()
    }
}
