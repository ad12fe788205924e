//! The files of a reporter: their names, and their bytes.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Outcome, Prepared, Sent, Stage, Standing};
use crate::domain::{Code, Period};
use crate::pipeline::FileTemplate;
use crate::sample::SampleError;
use crate::sample::amend::WrongTotal;
use crate::sample::chance::{Chance, happens, index, one, stream};
use crate::sample::draw::Row;
use crate::sample::faults::{REJECTED, Spoilt};
use crate::sample::lay::{Counted, Table, Total};
use crate::sample::marks::Shown;
use crate::sample::markup;
use crate::sample::model::FormModel;
use crate::sample::odd;
use crate::sample::plan::{FileFault, FilePlan};
use crate::sample::recipe::{Encoding, Format};
use crate::sample::reporters::Reporter;
use crate::sample::sheet::Style;
use crate::sample::shift;
use crate::sample::truth::{Line, near};
use crate::sample::write::{Page, delimited, encode, json, workbook};

/// What became of the bytes of one file: they, what must be found, and what will count.
pub(in crate::sample) type Written = (Vec<u8>, Vec<Line>, Vec<Counted>, Option<Total>);

impl Stage<'_> {
    pub(super) fn file(
        &self,
        reporter: &Reporter,
        file: &FilePlan,
        prepared: &mut [Prepared],
        dry: bool,
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        let names: Vec<&str> = file.models.iter().map(|&m| self.models[m].recipe.id.as_str()).collect();
        let rng = &mut stream(
            self.wishes.seed,
            &["file", &reporter.code, &self.period.to_string(), &names.join("+")],
        );
        let received = self.received(&self.models[file.models[0]], file.days_late);
        if file.is_shared() {
            return self.together(rng, reporter, file, prepared, received, dry, outcome);
        }
        let at = file.models[0];
        let model = &self.models[at];
        let plain = plain(model);
        let template = if self.wishes.quirk_rate > 0.0 && index(rng, 5) == 0 {
            one(rng, &plain)
        } else {
            plain.first()
        };
        // Of two files with the same content that counts which has the shorter path.
        let path = |template: &FileTemplate| self.path(model, template, reporter, self.period, 0, file.format);
        let first = plain[..plain.len().min(2)].iter().min_by_key(|template| {
            let path = path(template);
            (path.len(), path)
        });
        let template = if file.repeated { first } else { template };
        let Some(&template) = template else {
            return Err(SampleError::Template {
                form: model.form.id.clone(),
            });
        };
        let own = &mut prepared[at];
        let Some((mut style, spoilt)) = own.sheet.take() else {
            return Ok(());
        };
        let clean = own.laid();
        let revision = u32::from(file.revised);
        let path = self.path(model, template, reporter, self.period, revision, file.format);
        if file.revised {
            // The first attempt was half-filled, but not empty: that would be a fault.
            let half = &clean[..(clean.len() / 2).max(1).min(clean.len())];
            let (bytes, ..) = self.content(rng, reporter, at, &style, half, file, &path, Vec::new(), None, dry)?;
            let path = self.path(model, template, reporter, self.period, 0, file.format);
            outcome.sent.push(Sent {
                path,
                bytes,
                received: received.and_then(|d| d.checked_sub(9.days()).ok()),
            });
        }
        if let Some(fault) = file.fault {
            return self.spoilt(
                rng, reporter, file, fault, at, template, &mut style, clean, dry, outcome,
            );
        }
        let wrong = own.wrong_total;
        let (bytes, truth, records, total) =
            self.content(rng, reporter, at, &style, clean, file, &path, spoilt, wrong, dry)?;
        outcome.truth.extend(truth);
        outcome.truth.extend(self.marks(&Shown {
            reporter,
            file,
            model,
            template,
            style: &style,
            path: &path,
            rows: clean.len(),
        }));
        if file.repeated
            && let Some(&second) = plain.iter().take(2).find(|t| **t != template)
        {
            let path = self.path(model, second, reporter, self.period, 0, file.format);
            outcome.sent.push(Sent {
                path,
                bytes: bytes.clone(),
                received,
            });
        }
        outcome.standing.push(Standing {
            path: path.clone(),
            sheet: sheet_name(model, file.format).to_owned(),
            model: at,
            is_plain: !file.repeated && !file.revised,
            records,
            total,
        });
        outcome.sent.push(Sent { path, bytes, received });
        Ok(())
    }

    /// Several forms as sheets of one workbook.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    pub(super) fn together(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        file: &FilePlan,
        prepared: &mut [Prepared],
        received: Option<Date>,
        dry: bool,
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        let mut pages = Vec::new();
        let mut path = String::new();
        for &m in &file.models {
            let model = &self.models[m];
            let Some(template) = model.form.files.iter().find(|f| f.sheet.is_some()) else {
                continue;
            };
            let Some((style, spoilt)) = prepared[m].sheet.take() else {
                continue;
            };
            let (rows, wrong) = (prepared[m].laid(), prepared[m].wrong_total);
            let table = self.laying(reporter, model, &style).lay(rng, rows, spoilt, true, wrong);
            let by_content = self.wishes.quirk_rate > 0.0 && happens(rng, self.wishes.recipe.layout.content_sheet);
            let named = template.sheet.clone().unwrap_or_default();
            let sheet = if by_content {
                model.recipe.sheets.first().cloned().unwrap_or(named)
            } else {
                named
            };
            path = self.path(model, template, reporter, self.period, 0, Format::Xlsx);
            outcome
                .truth
                .extend((by_content && file.fault.is_none()).then(|| near(&path, "", Code::SheetMissing)));
            outcome.truth.extend(
                table
                    .findings
                    .iter()
                    .map(|(row, e)| Line::of_row(&path, &sheet, *row, e)),
            );
            outcome.standing.push(Standing {
                path: path.clone(),
                sheet: sheet.clone(),
                model: m,
                is_plain: true,
                records: table.counted,
                total: table.total,
            });
            pages.push(Page {
                sheet,
                lines: table.lines,
                merges: table.merges,
                is_hidden: table.is_hidden,
            });
        }
        if file.fault == Some(FileFault::SheetMissing) {
            outcome.truth.push(Line::of_file(&path, Code::SheetMissing, REJECTED));
        }
        let bytes = if dry {
            Vec::new()
        } else {
            workbook(&pages).map_err(|source| SampleError::Workbook {
                path: path.clone(),
                source,
            })?
        };
        outcome.sent.push(Sent { path, bytes, received });
        Ok(())
    }

    /// Bytes of a file of one form, what must be found in its rows, and what will count; `dry` makes no bytes.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    pub(in crate::sample) fn content(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        at: usize,
        style: &Style,
        rows: &[Row],
        file: &FilePlan,
        path: &str,
        spoilt: Vec<Option<Spoilt>>,
        wrong_total: Option<(usize, WrongTotal)>,
        dry: bool,
    ) -> Result<Written, SampleError> {
        let model = &self.models[at];
        let header = file.fault != Some(FileFault::HeaderMissing);
        let mut table = self
            .laying(reporter, model, style)
            .lay(rng, rows, spoilt, header, wrong_total);
        match file.fault {
            Some(FileFault::ColumnsShifted) => shift::shift(&mut table, style, model),
            Some(FileFault::NearDuplicate) => {
                let middle = table.counted.len() / 2;
                shift::repeat_header(&mut table, style, middle);
            }
            Some(FileFault::Odd(oddity, is_near)) => odd::edit(&mut table, style, model, oddity, is_near),
            _ => {}
        }
        let sheet = sheet_name(model, file.format);
        let truth = table
            .findings
            .iter()
            .map(|(row, e)| Line::of_row(path, sheet, *row, e))
            .collect();
        let (counted, total) = (std::mem::take(&mut table.counted), table.total.take());
        let bytes = if dry {
            Vec::new()
        } else {
            self.bytes(file, style, table, sheet, path)?
        };
        Ok((bytes, truth, counted, total))
    }

    pub(in crate::sample) fn bytes(
        &self,
        file: &FilePlan,
        style: &Style,
        table: Table,
        sheet: &str,
        path: &str,
    ) -> Result<Vec<u8>, SampleError> {
        let page = Page {
            sheet: sheet.to_owned(),
            lines: table.lines,
            merges: table.merges,
            is_hidden: table.is_hidden,
        };
        Ok(match file.format {
            Format::Xlsx => workbook(&odd::pages(page, table.beside)).map_err(|source| SampleError::Workbook {
                path: path.to_owned(),
                source,
            })?,
            Format::Html => encode(&markup::page(&page, file.encoding), file.encoding),
            Format::Xml2003 => encode(&markup::spreadsheet(&page), Encoding::Utf8),
            Format::Json | Format::Jsonl => {
                let headers: Vec<String> = style.columns.iter().map(|c| c.header.clone()).collect();
                encode(&json(&headers, &page.lines, file.format), Encoding::Utf8)
            }
            _ => encode(&delimited(&page, file.format), file.encoding),
        })
    }

    pub(in crate::sample) fn received(&self, model: &FormModel, days_late: i32) -> Option<Date> {
        let due = model.form.due_on(self.period)?;
        due.checked_add(days_late.days())
            .ok()
            .map(|day| day.max(self.period.end()))
    }

    /// A template with its names filled in.
    pub(in crate::sample) fn path(
        &self,
        model: &FormModel,
        template: &FileTemplate,
        reporter: &Reporter,
        period: Period,
        revision: u32,
        format: Format,
    ) -> String {
        let mut path = template.path.replace("{period}", &period.to_string());
        for (level, name) in self.pipeline.registry.levels.iter().enumerate() {
            let own = level == self.pipeline.registry.leaf();
            let code = if own {
                Some(&reporter.code)
            } else {
                reporter.line.get(&level).map(|(code, _)| code)
            };
            if let Some(code) = code {
                path = path.replace(&format!("{{{name}}}"), code);
            }
        }
        let suffix = model.form.revision.as_deref().filter(|_| revision > 0);
        let suffix = suffix.map_or(String::new(), |s| s.replace("{revision}", &revision.to_string()));
        if let Some(stem) = path.strip_suffix(".*") {
            return format!("{stem}{suffix}.{}", format.extension());
        }
        path.strip_suffix('*')
            .map_or(path.clone(), |stem| format!("{stem}{suffix}.{}", format.extension()))
    }
}

/// Name of the sheet of a workbook with this form alone.
pub(in crate::sample) fn sheet_name<'m>(model: &'m FormModel, format: Format) -> &'m str {
    if matches!(format, Format::Xlsx | Format::Xml2003) {
        model.recipe.sheets.last().map_or("Sheet1", String::as_str)
    } else {
        ""
    }
}

/// Ways to name a file of this form alone.
pub(in crate::sample) fn plain<'m>(model: &'m FormModel) -> Vec<&'m FileTemplate> {
    model.form.files.iter().filter(|f| f.sheet.is_none()).collect()
}
