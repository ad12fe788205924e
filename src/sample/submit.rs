//! Makes the files of one reporter and period, and writes down what must be found in them.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::SampleError;
use super::calibrate::Constants;
use super::chance::{Chance, index, one, stream};
use super::draw::{Row, Scene, area_deviates};
use super::faults::{NOTHING, REJECTED};
use super::lay::{Laying, Table};
use super::model::FormModel;
use super::plan::{FileFault, FilePlan, UnitPlan, Wishes};
use super::recipe::{Encoding, Format};
use super::reporters::{Cast, Reporter};
use super::sheet::{Laid, Style, Titles};
use super::truth::{Ledger, Line, Registered};
use super::value::Value;
use super::write::{Page, delimited, encode, encrypted, json, workbook};
use crate::domain::Period;
use crate::pipeline::{ColumnKind, FileTemplate, Pipeline};

/// What all units of a period share.
pub(super) struct Stage<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) wishes: &'a Wishes<'a>,
    pub(super) models: &'a [FormModel<'a>],
    pub(super) period: Period,
    pub(super) cast: &'a Cast,
    pub(super) constants: &'a Constants,
    /// For each reporter: a code that no area has.
    pub(super) unknown_areas: &'a BTreeMap<String, String>,
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
}

/// Rows that an area which owes nothing sends all the same.
const STRAY_ROWS: usize = 12;

impl Stage<'_> {
    /// The files of one reporter.
    pub(super) fn unit(&self, unit: &UnitPlan) -> Result<Outcome, SampleError> {
        let reporter = &self.cast.reporters[unit.reporter];
        let rows = self.rows(reporter, &unit.sizes);
        let mut outcome = Outcome::default();
        for (at, model) in self.models.iter().enumerate() {
            let file = unit.files.iter().find(|f| f.models.contains(&at));
            let beyond = file.is_some_and(|f| f.fault == Some(FileFault::RowsBeyondExpected));
            let registered = Registered::of(
                self.pipeline,
                model,
                reporter,
                self.period,
                &rows[at],
                if beyond { 3 } else { 0 },
            );
            outcome.registered.push(registered);
            if file.is_some() {
                outcome
                    .ledger
                    .add(self.pipeline, model, reporter, self.period, &rows[at]);
            }
        }
        for file in &unit.files {
            self.file(reporter, file, &rows, &mut outcome)?;
        }
        Ok(outcome)
    }

    fn rows(&self, reporter: &Reporter, sizes: &[usize]) -> Vec<Vec<Row>> {
        let mut all: Vec<Vec<Row>> = Vec::new();
        for (at, model) in self.models.iter().enumerate() {
            let scene = Scene {
                seed: self.wishes.seed,
                model,
                reporter,
                period: self.period,
                pools: &self.wishes.recipe.pools,
                constants: &self.constants[at],
                area: area_deviates(self.wishes.seed, model, reporter),
                others: &all,
            };
            let rows = scene.rows(sizes[at]);
            all.push(rows);
        }
        all
    }

    fn file(
        &self,
        reporter: &Reporter,
        file: &FilePlan,
        rows: &[Vec<Row>],
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        let names: Vec<&str> = file.models.iter().map(|&m| self.models[m].recipe.id.as_str()).collect();
        let rng = &mut stream(
            self.wishes.seed,
            &["file", &reporter.code, &self.period.to_string(), &names.join("+")],
        );
        let received = self.received(&self.models[file.models[0]], file.days_late);
        if file.models.len() > 1 || file.fault == Some(FileFault::SheetMissing) {
            return self.together(rng, reporter, file, rows, received, outcome);
        }
        let model = &self.models[file.models[0]];
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
        let clean = &rows[file.models[0]];
        let mut style = self.style(rng, model, reporter, file.format);
        let revision = u32::from(file.revised);
        let path = self.path(model, template, reporter, self.period, revision, file.format);
        if file.revised {
            // The first attempt was half-filled.
            let (bytes, _) = self.content(
                rng,
                reporter,
                model,
                &style,
                &clean[..clean.len() / 2],
                file,
                &path,
                (0, 0),
            )?;
            let path = self.path(model, template, reporter, self.period, 0, file.format);
            outcome.sent.push(Sent {
                path,
                bytes,
                received: received.and_then(|d| d.checked_sub(9.days()).ok()),
            });
        }
        match file.fault {
            Some(fault) => self.spoilt(rng, reporter, file, fault, model, template, &mut style, clean, outcome),
            None => {
                let (bytes, truth) =
                    self.content(rng, reporter, model, &style, clean, file, &path, file.row_faults[0])?;
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
                outcome.sent.push(Sent { path, bytes, received });
                Ok(())
            }
        }
    }

    fn style(&self, rng: &mut Chance, model: &FormModel, reporter: &Reporter, format: Format) -> Style {
        let period = self.period.to_string();
        let titles = Titles {
            area: &reporter.name,
            period: &period,
        };
        Style::draw(rng, self.wishes.recipe, model, format, &titles, self.wishes.quirk_rate)
    }

    /// Several forms as sheets of one workbook.
    fn together(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        file: &FilePlan,
        rows: &[Vec<Row>],
        received: Option<Date>,
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        let mut pages = Vec::new();
        let mut path = String::new();
        for (at, &m) in file.models.iter().enumerate() {
            let model = &self.models[m];
            let Some(template) = model.form.files.iter().find(|f| f.sheet.is_some()) else {
                continue;
            };
            let style = self.style(rng, model, reporter, Format::Xlsx);
            let table = self
                .laying(reporter, model, &style)
                .lay(rng, &rows[m], file.row_faults[at], true);
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
            pages.push(Page {
                sheet,
                lines: table.lines,
                merges: table.merges,
            });
        }
        if file.fault == Some(FileFault::SheetMissing) {
            outcome.truth.push(Line::of_file(&path, "sheet-missing", REJECTED));
        }
        let bytes = workbook(&pages).map_err(|source| SampleError::Workbook {
            path: path.clone(),
            source,
        })?;
        outcome.sent.push(Sent { path, bytes, received });
        Ok(())
    }

    fn laying<'a>(&'a self, reporter: &'a Reporter, model: &'a FormModel<'a>, style: &'a Style) -> Laying<'a> {
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

    /// Bytes of a file of one form, and what must be found in its rows.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    fn content(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        model: &FormModel,
        style: &Style,
        rows: &[Row],
        file: &FilePlan,
        path: &str,
        faults: (usize, usize),
    ) -> Result<(Vec<u8>, Vec<Line>), SampleError> {
        let table =
            self.laying(reporter, model, style)
                .lay(rng, rows, faults, file.fault != Some(FileFault::HeaderMissing));
        let sheet = if file.format == Format::Xlsx {
            model.recipe.sheets.last().map_or("Sheet1", String::as_str)
        } else {
            ""
        };
        let truth = table
            .findings
            .iter()
            .map(|(row, e)| Line::of_row(path, sheet, *row, e))
            .collect();
        Ok((self.bytes(file, style, table, sheet, path)?, truth))
    }

    fn bytes(
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

    /// A file with a fault of its own, and no other.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    fn spoilt(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        file: &FilePlan,
        fault: FileFault,
        model: &FormModel,
        template: &FileTemplate,
        style: &mut Style,
        rows: &[Row],
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        use FileFault as F;
        let path = self.path(model, template, reporter, self.period, 0, file.format);
        let sheet = if file.format == Format::Xlsx {
            model.recipe.sheets.last().map_or("Sheet1", String::as_str)
        } else {
            ""
        };
        let received = self.received(model, file.days_late);
        let column = match fault {
            F::ColumnMissing | F::ColumnAbsent | F::ColumnUnknown | F::ColumnDuplicate => {
                self.spoil_columns(rng, fault, model, style)
            }
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
        if fault == F::EncodingDamaged {
            mark(model, &mut marked);
        }
        let (mut bytes, _) = self.content(rng, reporter, model, style, &marked, file, &path, (0, 0))?;
        let mut send = |path: &str, bytes: Vec<u8>| {
            outcome.sent.push(Sent {
                path: path.to_owned(),
                bytes,
                received,
            })
        };
        let lines = &mut outcome.truth;
        match fault {
            F::Empty => {
                send(&path, Vec::new());
                lines.push(Line::of_file(&path, "file-empty", REJECTED));
            }
            F::Truncated => {
                bytes.truncate(bytes.len() * 3 / 5);
                send(&path, bytes);
                lines.push(Line::of_file(&path, "file-unreadable", REJECTED));
            }
            F::Encrypted => {
                send(&path, encrypted());
                lines.push(Line::of_file(&path, "file-encrypted", REJECTED));
            }
            F::Foreign => {
                send(&path, b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n".to_vec());
                lines.push(Line::of_file(&path, "file-foreign", REJECTED));
            }
            F::Unclaimed => {
                send(&path, bytes);
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let word = one(rng, &self.wishes.recipe.faults.unclaimed).map_or("", String::as_str);
                let stray = format!("{folder}/{}_{word}.txt", reporter.code);
                send(&stray, word.as_bytes().to_vec());
                lines.push(Line::of_file(&stray, "file-unclaimed", NOTHING));
            }
            F::HeaderMissing => {
                send(&path, bytes);
                lines.push(Line::of_file(&path, "header-missing", REJECTED));
            }
            F::ColumnMissing | F::ColumnAbsent | F::ColumnUnknown | F::ColumnDuplicate => {
                send(&path, bytes);
                if let Some((column, code)) = column {
                    let consequence = if code == "column-missing" {
                        REJECTED
                    } else {
                        "column null"
                    };
                    let row = style
                        .header_row()
                        .filter(|_| matches!(fault, F::ColumnUnknown | F::ColumnDuplicate));
                    lines.push(Line::of_column(&path, sheet, &column, code, consequence).at_row(row));
                }
            }
            F::EncodingDamaged => {
                // A byte that begins no character of GBK; DEL marks the place, for it is part of none.
                let at = bytes.iter().rposition(|b| *b == 0x7f);
                if let Some(at) = at {
                    bytes[at] = 0xff;
                    lines.push(Line::of_file(&path, "encoding-damaged", NOTHING));
                }
                send(&path, bytes);
            }
            F::PeriodUnexpected => {
                let stray = self.path(model, template, reporter, self.stray, 0, file.format);
                send(&stray, bytes);
                lines.push(Line::of_file(&stray, "period-unexpected", REJECTED));
            }
            F::PeriodContradicted => {
                send(&path, bytes);
                lines.push(Line::of_file(&path, "period-contradicted", REJECTED).at_row(Some(1)));
            }
            F::AreaUnknown => {
                let unknown = self.unknown_areas.get(&reporter.code).cloned().unwrap_or_default();
                let stranger = Reporter {
                    code: unknown,
                    ..reporter.clone()
                };
                let stray = self.path(model, template, &stranger, self.period, 0, file.format);
                send(&stray, bytes);
                lines.push(Line::of_file(&stray, "area-unknown", REJECTED));
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
                lines.push(Line::of_file(&stray, "area-contradicted", REJECTED));
            }
            F::AreaUnexpected => {
                send(&path, bytes);
                return self.uncalled(rng, reporter, file, model, template, received, outcome);
            }
            F::RevisionTied => {
                let second = plain(model).into_iter().find(|t| *t != template).unwrap_or(template);
                let other = self.path(model, second, reporter, self.period, 0, file.format);
                let mut changed = rows.to_vec();
                nudge(model, &mut changed);
                let (copy, _) = self.content(rng, reporter, model, style, &changed, file, &other, (0, 0))?;
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
                    .extend([path, other].map(|p| Line::of_file(&p, "revision-tied", REJECTED)));
            }
            F::RowsBeyondExpected => {
                send(&path, bytes);
                lines.push(Line::of_file(&path, "rows-beyond-expected", NOTHING));
            }
            F::ValueNested => {
                let (bytes, header) = nest(model, style, bytes);
                send(&path, bytes);
                lines.extend(header.map(|h| Line::of_column(&path, sheet, &h, "value-nested", "cell null")));
            }
            F::SheetMissing => {}
        }
        Ok(())
    }

    /// An area that owes nothing sends a file beside the reporter's own.
    #[expect(clippy::too_many_arguments, reason = "each is another aspect of one file")]
    fn uncalled(
        &self,
        rng: &mut Chance,
        reporter: &Reporter,
        file: &FilePlan,
        model: &FormModel,
        template: &FileTemplate,
        received: Option<Date>,
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
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
        let at = self.models.iter().position(|m| m.index == model.index).unwrap_or(0);
        let style = self.style(rng, model, zone, file.format);
        let (bytes, _) = self.content(rng, zone, model, &style, &rows[at], file, &path, (0, 0))?;
        outcome.sent.push(Sent {
            path: path.clone(),
            bytes,
            received,
        });
        outcome.truth.push(Line::of_file(&path, "area-unexpected", REJECTED));
        Ok(())
    }

    /// Changes the columns of a sheet; gives the column to be named and the code to be found.
    fn spoil_columns(
        &self,
        rng: &mut Chance,
        fault: FileFault,
        model: &FormModel,
        style: &mut Style,
    ) -> Option<(String, &'static str)> {
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
                Some((header, "column-unknown"))
            }
            FileFault::ColumnDuplicate => {
                let at = *one(rng, &able(false, style))?;
                let twin = style.columns[at].clone();
                let id = column(&twin)?.id.clone();
                style.columns.push(twin);
                Some((id, "column-duplicate"))
            }
            _ => {
                let required = fault == FileFault::ColumnMissing;
                let at = *one(rng, &able(required, style))?;
                let id = column(&style.columns[at])?.id.clone();
                style.columns.remove(at);
                Some((id, if required { "column-missing" } else { "column-absent" }))
            }
        }
    }

    fn received(&self, model: &FormModel, days_late: i32) -> Option<Date> {
        let due = self.period.end().checked_add(model.form.due?).ok()?;
        due.checked_add(days_late.days())
            .ok()
            .map(|day| day.max(self.period.end()))
    }

    /// A template with its names filled in.
    fn path(
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

/// Ways to name a file of this form alone.
fn plain<'m>(model: &'m FormModel) -> Vec<&'m FileTemplate> {
    model.form.files.iter().filter(|f| f.sheet.is_none()).collect()
}

/// Turns the first figure of an optional column of a JSON file into a list; gives that column's header.
fn nest(model: &FormModel, style: &Style, bytes: Vec<u8>) -> (Vec<u8>, Option<String>) {
    let Ok(mut text) = String::from_utf8(bytes.clone()) else {
        return (bytes, None);
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
            return (text.into_bytes(), Some(laid.header.clone()));
        }
    }
    (text.into_bytes(), None)
}

/// Puts DEL behind one text.
fn mark(model: &FormModel, rows: &mut [Row]) {
    for row in rows.iter_mut().take(1) {
        let text = |slot: &usize| model.form.columns[*slot].kind == ColumnKind::Text && row[*slot].is_known();
        if let Some(slot) = (0..model.form.columns.len()).find(text) {
            row[slot] = Value::Word(format!("{}\u{7f}", row[slot].member()));
        }
    }
}

/// Makes one text differ.
fn nudge(model: &FormModel, rows: &mut [Row]) {
    let optional = model
        .form
        .columns
        .iter()
        .position(|c| !c.required && matches!(c.kind, ColumnKind::Text));
    if let (Some(slot), Some(row)) = (optional, rows.first_mut()) {
        row[slot] = Value::Word(format!("{}1", row[slot].member()));
    }
}
