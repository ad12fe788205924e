//! Makes the files of one reporter and period, and writes down what must be found in them.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::SampleError;
use super::amend::{Amendment, Slipped};
use super::calibrate::Constants;
use super::chance::{Chance, index, one, stream};
use super::draw::{Row, Scene, area_deviates};
use super::faults::{REJECTED, Spoilt};
use super::lay::{Counted, Laying, Table, Total};
use super::model::FormModel;
use super::plan::{FileFault, FilePlan, UnitPlan, Wishes};
use super::recipe::{Encoding, Format};
use super::reporters::{Cast, Reporter};
use super::sheet::{Style, Titles};
use super::truth::{Ledger, Line, Registered};
use super::write::{Page, delimited, encode, json, workbook};
use crate::domain::Period;
use crate::pipeline::{FileTemplate, Pipeline};

/// What all units of a period share.
pub(super) struct Stage<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) wishes: &'a Wishes<'a>,
    pub(super) models: &'a [FormModel<'a>],
    pub(super) period: Period,
    pub(super) cast: &'a Cast,
    pub(super) constants: &'a Constants,
    /// For each reporter: a code that no area has.
    pub(super) unknown_areas: BTreeMap<String, String>,
    /// A period that nobody asks for.
    pub(super) stray: Period,
}

/// One file, ready to be written.
pub(super) struct Sent {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) received: Option<Date>,
}

/// All that a unit leaves behind.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) sent: Vec<Sent>,
    pub(super) truth: Vec<Line>,
    pub(super) registered: Vec<Registered>,
    pub(super) ledger: Ledger,
    pub(super) standing: Vec<Standing>,
}

/// A form of a submission that will be accepted.
#[derive(Clone)]
pub(super) struct Standing {
    pub(super) path: String,
    pub(super) sheet: String,
    /// Index of the model.
    pub(super) model: usize,
    /// Whether it came once, and with no fault of the file.
    pub(super) is_plain: bool,
    pub(super) records: Vec<Counted>,
    pub(super) total: Option<Total>,
}

/// A form of a reporter, ready to be laid out.
pub(super) struct Prepared {
    /// What is true.
    pub(super) rows: Vec<Row>,
    /// What the sheet says instead, a column of it in another unit.
    slipped: Option<Slipped>,
    /// Of a form that is sent.
    pub(super) sheet: Option<(Style, Vec<Option<Spoilt>>)>,
    wrong_total: Option<usize>,
}

impl Prepared {
    /// As they are laid out.
    fn laid(&self) -> &[Row] {
        self.slipped.as_ref().map_or(&self.rows, |slipped| &slipped.rows)
    }
}

/// What became of the bytes of one file: they, what must be found, and what will count.
pub(super) type Written = (Vec<u8>, Vec<Line>, Vec<Counted>, Option<Total>);

impl Stage<'_> {
    /// The files of one reporter.
    pub(super) fn unit(
        &self,
        unit: &UnitPlan,
        amendment: Option<&Amendment>,
        dry: bool,
    ) -> Result<Outcome, SampleError> {
        let reporter = &self.cast.reporters[unit.reporter];
        let mut prepared = self.prepare(reporter, unit, amendment);
        let mut outcome = Outcome::default();
        for (at, model) in self.models.iter().enumerate() {
            let file = unit.files.iter().find(|f| f.models.contains(&at));
            let beyond = file.is_some_and(|f| f.fault == Some(FileFault::RowsBeyondExpected));
            let registered = Registered::of(
                self.pipeline,
                model,
                reporter,
                self.period,
                &prepared[at].rows,
                if beyond { 3 } else { 0 },
            );
            outcome.registered.push(registered);
            if file.is_some() {
                outcome
                    .ledger
                    .add(self.pipeline, model, reporter, self.period, &prepared[at].rows);
            }
        }
        for file in &unit.files {
            self.file(reporter, file, &mut prepared, dry, &mut outcome)?;
        }
        Ok(outcome)
    }

    pub(super) fn rows(&self, reporter: &Reporter, sizes: &[usize]) -> Vec<Vec<Row>> {
        let mut all: Vec<Vec<Row>> = Vec::new();
        for (at, size) in sizes.iter().enumerate() {
            let rows = self.draw(reporter, at, *size, &all);
            all.push(rows);
        }
        all
    }

    fn draw(&self, reporter: &Reporter, at: usize, size: usize, others: &[Vec<Row>]) -> Vec<Row> {
        let model = &self.models[at];
        let scene = Scene {
            seed: self.wishes.seed,
            model,
            reporter,
            period: self.period,
            pools: &self.wishes.recipe.pools,
            constants: &self.constants[at],
            area: area_deviates(self.wishes.seed, model, reporter),
            others,
        };
        scene.rows(size)
    }

    /// Draws each form and spoils its rows; a form that sums another up takes the figures that its clerk wrote there.
    fn prepare(&self, reporter: &Reporter, unit: &UnitPlan, amendment: Option<&Amendment>) -> Vec<Prepared> {
        let (mut all, mut written): (Vec<Prepared>, Vec<Vec<Row>>) = (Vec::new(), Vec::new());
        for (at, model) in self.models.iter().enumerate() {
            let mut rows = self.draw(reporter, at, unit.sizes[at], &written);
            if let Some(amendment) = amendment {
                amendment.recruit(at, model, &mut rows);
            }
            let mut stated = rows.clone();
            let slipped = amendment.and_then(|amendment| amendment.slipped(at, &rows));
            let laid = slipped.as_ref().map_or(&rows, |slipped| &slipped.rows);
            let file = unit.files.iter().find(|file| file.models.contains(&at));
            let sheet = file.map(|file| {
                let chance = |what: &str| {
                    let period = self.period.to_string();
                    stream(self.wishes.seed, &[what, &reporter.code, &period, &model.recipe.id])
                };
                let format = if file.is_shared() { Format::Xlsx } else { file.format };
                let style = self.style(&mut chance("style"), model, reporter, format);
                let faults = file
                    .models
                    .iter()
                    .position(|&m| m == at)
                    .map_or((0, 0), |n| file.row_faults[n]);
                let patch = amendment.and_then(|amendment| amendment.patch(at));
                let laying = self.laying(reporter, model, &style);
                let spoilt = laying.spoil(&mut chance("spoil"), laid, patch, faults);
                for (row, bad) in stated.iter_mut().zip(&spoilt) {
                    if let Some(bad) = bad {
                        let mut said = bad.stated.clone();
                        // Whoever sums up knows the unit.
                        if let Some(Slipped { slot, .. }) = slipped {
                            said[slot].clone_from(&row[slot]);
                        }
                        *row = said;
                    }
                }
                (style, spoilt)
            });
            written.push(stated);
            all.push(Prepared {
                rows,
                slipped,
                sheet,
                wrong_total: amendment.and_then(|amendment| amendment.wrong_total(at)),
            });
        }
        all
    }

    fn file(
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
        if file.repeated
            && let Some(&second) = plain.iter().find(|t| **t != template)
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

    pub(super) fn style(&self, rng: &mut Chance, model: &FormModel, reporter: &Reporter, format: Format) -> Style {
        let period = self.period.to_string();
        let titles = Titles {
            area: &reporter.name,
            period: &period,
        };
        Style::draw(rng, self.wishes.recipe, model, format, &titles, self.wishes.quirk_rate)
    }

    /// Several forms as sheets of one workbook.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    fn together(
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
            let by_content =
                self.wishes.quirk_rate > 0.0 && super::chance::happens(rng, self.wishes.recipe.layout.content_sheet);
            let named = template.sheet.clone().unwrap_or_default();
            let sheet = if by_content {
                model.recipe.sheets.first().cloned().unwrap_or(named)
            } else {
                named
            };
            path = self.path(model, template, reporter, self.period, 0, Format::Xlsx);
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
            });
        }
        if file.fault == Some(FileFault::SheetMissing) {
            outcome.truth.push(Line::of_file(&path, "sheet-missing", REJECTED));
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

    pub(super) fn laying<'a>(
        &'a self,
        reporter: &'a Reporter,
        model: &'a FormModel<'a>,
        style: &'a Style,
    ) -> Laying<'a> {
        Laying {
            pipeline: self.pipeline,
            recipe: self.wishes.recipe,
            model,
            style,
            quirk_rate: self.wishes.quirk_rate,
            unknown_area: self.unknown_areas.get(&reporter.code).map_or("", String::as_str),
            stranger: self
                .cast
                .reporters
                .iter()
                .find(|r| r.code != reporter.code && r.bases.first() != reporter.bases.first()),
        }
    }

    /// Bytes of a file of one form, what must be found in its rows, and what will count; `dry` makes no bytes.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    pub(super) fn content(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        at: usize,
        style: &Style,
        rows: &[Row],
        file: &FilePlan,
        path: &str,
        spoilt: Vec<Option<Spoilt>>,
        wrong_total: Option<usize>,
        dry: bool,
    ) -> Result<Written, SampleError> {
        let model = &self.models[at];
        let header = file.fault != Some(FileFault::HeaderMissing);
        let mut table = self
            .laying(reporter, model, style)
            .lay(rng, rows, spoilt, header, wrong_total);
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

    pub(super) fn bytes(
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
        };
        Ok(match file.format {
            Format::Xlsx => workbook(&[page]).map_err(|source| SampleError::Workbook {
                path: path.to_owned(),
                source,
            })?,
            Format::Json | Format::Jsonl => {
                let headers: Vec<String> = style.columns.iter().map(|c| c.header.clone()).collect();
                encode(&json(&headers, &page.lines, file.format), Encoding::Utf8)
            }
            _ => encode(&delimited(&page, file.format), file.encoding),
        })
    }

    pub(super) fn received(&self, model: &FormModel, days_late: i32) -> Option<Date> {
        let due = self.period.end().checked_add(model.form.due?).ok()?;
        due.checked_add(days_late.days())
            .ok()
            .map(|day| day.max(self.period.end()))
    }

    /// A template with its names filled in.
    pub(super) fn path(
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
pub(super) fn sheet_name<'m>(model: &'m FormModel, format: Format) -> &'m str {
    if format == Format::Xlsx {
        model.recipe.sheets.last().map_or("Sheet1", String::as_str)
    } else {
        ""
    }
}

/// Ways to name a file of this form alone.
pub(super) fn plain<'m>(model: &'m FormModel) -> Vec<&'m FileTemplate> {
    model.form.files.iter().filter(|f| f.sheet.is_none()).collect()
}
