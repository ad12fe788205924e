//! Files with a fault of their own: what is sent instead, and what must be found.

use super::SampleError;
use super::chance::{Chance, one};
use super::damage::{hold, mark, nest, nudge, under_another_ending};
use super::draw::Row;
use super::faults::{NOTHING, REJECTED};
use super::model::FormModel;
use super::odd::OddFile;
use super::plan::{FileFault, FilePlan};
use super::reporters::Reporter;
use super::sheet::Style;
use super::shift;
use super::submit::{Outcome, Sent, Stage, Standing, plain, sheet_name};
use super::truth::{Line, near};
use super::value::Value;
use super::write::encrypted;
use crate::domain::Code;
use crate::pipeline::FileTemplate;
use jiff::civil::Date;

/// How often the title lines stand above a header that is far down.
const ROUNDS: usize = 40;
/// Rows that an area which owes nothing sends all the same.
const STRAY_ROWS: usize = 12;

impl Stage<'_> {
    /// A file with a fault of its own, and no other.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    pub(super) fn spoilt(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        file: &FilePlan,
        fault: FileFault,
        at: usize,
        template: &FileTemplate,
        style: &mut Style,
        rows: &[Row],
        dry: bool,
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        use FileFault as F;
        if let F::Odd(odd, is_near) = fault {
            let of = OddFile {
                reporter,
                file,
                template,
                oddity: odd,
                is_near,
                at,
                dry,
            };
            return self.odd(rng, &of, style, rows, outcome);
        }
        let model = &self.models[at];
        let mut path = self.path(model, template, reporter, self.period, 0, file.format);
        if fault == F::NearForeign {
            path = under_another_ending(&path, file.format);
        }
        let sheet = sheet_name(model, file.format);
        let received = self.received(model, file.days_late);
        let column = match fault {
            F::ColumnMissing
            | F::ColumnAbsent
            | F::ColumnUnknown
            | F::ColumnDuplicate
            | F::HeaderMerged
            | F::NearMerged => self.spoil_columns(rng, fault, model, style),
            _ => None,
        };
        if fault == F::PeriodContradicted {
            let wrong = self
                .period
                .to_string()
                .replace(&self.period.year().to_string(), &(self.period.year() - 1).to_string());
            style.contradict(self.wishes.recipe, model, &wrong);
        } else if fault == F::PeriodUnexpected {
            style.titles.clear();
        }
        let mut marked = rows.to_vec();
        let mut damaged = None;
        let mut near = near_code(fault).map(|code| near(&path, "", code));
        match fault {
            F::EncodingDamaged => damaged = mark(model, &mut marked),
            F::RowsMissing => {
                marked.clear();
                style.total = None;
            }
            F::ColumnsShifted => style.columns.sort_by_key(|laid| laid.slot),
            F::NearHeaderMissing => style.lengthen(self.wishes.recipe, model, &self.period.to_string(), ROUNDS),
            F::NearShifted => near = near.filter(|_| style.leave_gap(rng)),
            F::NearMerged => near = near.filter(|_| column.is_some()),
            F::NearAbsent => {
                style.blank_unknown();
                let slot = self.optional(rng, model, style);
                near = near.filter(|_| slot.is_some());
                for row in &mut marked {
                    slot.iter().for_each(|&slot| row[slot] = Value::Unknown);
                }
            }
            _ => {}
        }
        let (mut bytes, _, mut records, total) =
            self.content(rng, reporter, at, style, &marked, file, &path, Vec::new(), None, dry)?;
        let mut send = |path: &str, bytes: Vec<u8>| {
            outcome.sent.push(Sent {
                path: path.to_owned(),
                bytes,
                received,
            })
        };
        let lines = &mut outcome.truth;
        lines.extend(near);
        match fault {
            F::Empty => {
                send(&path, Vec::new());
                lines.push(Line::of_file(&path, Code::FileEmpty, REJECTED));
            }
            F::Truncated => {
                bytes.truncate(bytes.len() * 3 / 5);
                send(&path, bytes);
                lines.push(Line::of_file(&path, Code::FileUnreadable, REJECTED));
            }
            F::Encrypted => {
                send(&path, encrypted());
                lines.push(Line::of_file(&path, Code::FileEncrypted, REJECTED));
            }
            F::Foreign => {
                send(&path, b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n".to_vec());
                lines.push(Line::of_file(&path, Code::FileForeign, REJECTED));
            }
            F::ForeignWorkbook => {
                let archive = "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; \
                               boundary=\"----=_NextPart\"\r\n\r\n------=_NextPart\r\nContent-Type: text/html\r\n\r\n<html><table>\r\n\
                               ------=_NextPart--\r\n";
                send(&path, archive.as_bytes().to_vec());
                lines.push(Line::of_file(&path, Code::WorkbookForeign, REJECTED));
            }
            F::Unclaimed => {
                send(&path, bytes);
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let word = one(rng, &self.wishes.recipe.faults.unclaimed).map_or("", String::as_str);
                let stray = format!("{folder}/{}_{word}.txt", reporter.code);
                send(&stray, word.as_bytes().to_vec());
                lines.push(Line::of_file(&stray, Code::FileUnclaimed, NOTHING));
            }
            F::HeaderMissing => {
                send(&path, bytes);
                lines.push(Line::of_file(&path, Code::HeaderMissing, REJECTED));
            }
            F::ColumnMissing | F::ColumnAbsent | F::ColumnUnknown | F::ColumnDuplicate | F::HeaderMerged => {
                send(&path, bytes);
                if let Some((column, code)) = column {
                    hold(
                        &mut records,
                        model.slot(&column).filter(|_| code != Code::ColumnUnknown),
                    );
                    let consequence = if code == Code::ColumnMissing {
                        REJECTED
                    } else {
                        "column null"
                    };
                    let row = style
                        .header_row()
                        .filter(|_| matches!(fault, F::ColumnUnknown | F::ColumnDuplicate | F::HeaderMerged));
                    lines.push(Line::of_column(&path, sheet, &column, code, consequence).at_row(row));
                }
            }
            F::EncodingDamaged => {
                // A byte that begins no character of GBK; DEL marks the place, for it is part of none.
                let at = bytes.iter().rposition(|b| *b == 0x7f);
                if let Some(at) = at {
                    bytes[at] = 0xff;
                    let row = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                    let column = damaged.map_or("", |slot: usize| model.form.columns[slot].id.as_str());
                    let line = Line::of_column(&path, sheet, column, Code::EncodingDamaged, NOTHING);
                    lines.push(line.at_row(Some(row)));
                }
                send(&path, bytes);
            }
            F::PeriodUnexpected => {
                let stray = self.path(model, template, reporter, self.stray, 0, file.format);
                send(&stray, bytes);
                lines.push(Line::of_file(&stray, Code::PeriodUnexpected, REJECTED));
            }
            F::PeriodContradicted => {
                send(&path, bytes);
                lines.push(Line::of_file(&path, Code::PeriodContradicted, REJECTED).at_row(Some(1)));
            }
            F::AreaUnknown => {
                let unknown = self.unknown_areas.get(&reporter.code).cloned().unwrap_or_default();
                let stranger = Reporter {
                    code: unknown,
                    ..reporter.clone()
                };
                let stray = self.path(model, template, &stranger, self.period, 0, file.format);
                send(&stray, bytes);
                lines.push(Line::of_file(&stray, Code::AreaUnknown, REJECTED));
            }
            F::AreaFormer => {
                let old = Reporter {
                    code: reporter.former.clone().unwrap_or_default(),
                    ..reporter.clone()
                };
                let stray = self.path(model, template, &old, self.period, 0, file.format);
                send(&stray, bytes);
                lines.push(Line {
                    kind: "area-unknown, old code".to_owned(),
                    mend: format!("={}", reporter.code),
                    ..Line::of_file(&stray, Code::AreaUnknown, REJECTED)
                });
            }
            F::AreaContradicted => {
                let partition = self.pipeline.registry.partition;
                let elsewhere = self
                    .cast
                    .reporters
                    .iter()
                    .find(|r| r.line.get(&partition) != reporter.line.get(&partition));
                let mut moved = reporter.clone();
                moved.line = elsewhere.map_or_else(|| reporter.line.clone(), |r| r.line.clone());
                let stray = self.path(model, template, &moved, self.period, 0, file.format);
                send(&stray, bytes);
                lines.push(Line::of_file(&stray, Code::AreaContradicted, REJECTED));
            }
            F::AreaUnexpected => {
                send(&path, bytes);
                self.uncalled(rng, reporter, file, at, template, received, dry, outcome)?;
            }
            F::RevisionTied => {
                let second = plain(model).into_iter().find(|t| *t != template).unwrap_or(template);
                let other = self.path(model, second, reporter, self.period, 0, file.format);
                let mut changed = rows.to_vec();
                nudge(model, &mut changed);
                let (copy, ..) =
                    self.content(rng, reporter, at, style, &changed, file, &other, Vec::new(), None, dry)?;
                outcome.sent.push(Sent {
                    path: path.clone(),
                    bytes,
                    received,
                });
                outcome.sent.push(Sent {
                    path: other.clone(),
                    bytes: copy,
                    received,
                });
                outcome
                    .truth
                    .extend([path.clone(), other].map(|p| Line::of_file(&p, Code::RevisionTied, REJECTED)));
            }
            F::RowsBeyondExpected => {
                send(&path, bytes);
                lines.push(Line::of_file(&path, Code::RowsBeyondExpected, NOTHING));
            }
            F::ValueNested => {
                let (bytes, header, nested) = nest(model, style, bytes);
                hold(records.get_mut(..1).unwrap_or_default(), nested);
                send(&path, bytes);
                lines.extend(header.map(|h| Line::of_column(&path, sheet, &h, Code::ValueNested, "cell null")));
            }
            F::RowsMissing => {
                send(&path, bytes);
                lines.push(Line::of_column(&path, "", "", Code::RowsMissing, REJECTED));
            }
            F::ColumnsShifted => {
                send(&path, bytes);
                let column = shift::place(style, model);
                lines.extend(column.map(|id| Line::of_column(&path, sheet, &id, Code::ColumnsShifted, REJECTED)));
            }
            F::NearUnreadable => {
                while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    bytes.pop();
                }
                send(&path, bytes);
            }
            F::NearForeign
            | F::NearForeignWorkbook
            | F::NearHeaderMissing
            | F::NearAbsent
            | F::NearDuplicate
            | F::NearShifted
            | F::NearMerged => send(&path, bytes),
            F::RevisionUnreadable => {
                let odd = unreadable(model, &path);
                send(&odd, bytes);
                lines.push(Line::of_file(&odd, Code::RevisionUnreadable, REJECTED));
            }
            F::SheetMissing | F::Odd(..) => {}
        }
        if fault.leaves_accepted() {
            outcome.standing.push(Standing {
                path,
                sheet: sheet.to_owned(),
                model: at,
                is_plain: false,
                records,
                total,
            });
        }
        Ok(())
    }

    /// An area that owes nothing sends a file beside the reporter's own.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    pub(super) fn uncalled(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        file: &FilePlan,
        at: usize,
        template: &FileTemplate,
        received: Option<Date>,
        dry: bool,
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        let model = &self.models[at];
        let partition = self.pipeline.registry.partition;
        let near = self
            .cast
            .uncalled
            .iter()
            .filter(|z| z.line.get(&partition) == reporter.line.get(&partition));
        let near: Vec<&Reporter> = near.collect();
        let all: Vec<&Reporter> = if near.is_empty() {
            self.cast.uncalled.iter().collect()
        } else {
            near
        };
        let Some(&zone) = one(rng, &all) else { return Ok(()) };
        let path = self.path(model, template, zone, self.period, 0, file.format);
        if outcome.sent.iter().any(|s| s.path == path) {
            return Ok(());
        }
        let sizes: Vec<usize> = self
            .models
            .iter()
            .map(|m| if m.is_area() { 1 } else { STRAY_ROWS })
            .collect();
        let rows = self.rows(zone, &sizes);
        let style = self.style(rng, model, zone, file.format);
        let (bytes, ..) = self.content(rng, zone, at, &style, &rows[at], file, &path, Vec::new(), None, dry)?;
        outcome.sent.push(Sent {
            path: path.clone(),
            bytes,
            received,
        });
        outcome.truth.push(Line::of_file(&path, Code::AreaUnexpected, REJECTED));
        Ok(())
    }
}

/// A path with a revision that begins with letters of the other case than agreed: `_R1`.
fn unreadable(model: &FormModel, path: &str) -> String {
    let revision = model.form.revision.as_deref().unwrap_or_default();
    let lead = revision.split('{').next().unwrap_or_default();
    let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
    format!("{stem}{}1.{ending}", lead.to_uppercase())
}

/// The code that a lawful oddity is nearest to.
fn near_code(fault: FileFault) -> Option<Code> {
    Some(match fault {
        FileFault::NearForeign => Code::FileForeign,
        FileFault::NearForeignWorkbook => Code::WorkbookForeign,
        FileFault::NearUnreadable => Code::FileUnreadable,
        FileFault::NearHeaderMissing => Code::HeaderMissing,
        FileFault::NearAbsent => Code::ColumnAbsent,
        FileFault::NearDuplicate => Code::ColumnDuplicate,
        FileFault::NearShifted => Code::ColumnsShifted,
        FileFault::NearMerged => Code::HeaderMerged,
        _ => return None,
    })
}
