//! Decides, before anything is drawn, what each reporter sends: kinds of faults are dealt out in turn, so that a small
//! sample holds them all.

mod file_faults;
mod oddities;

use std::collections::{BTreeMap, VecDeque};

use super::chance::{Chance, happens, stream, uniform, weighted};
use super::faults::kinds;
use super::model::FormModel;
use super::recipe::{Encoding, Format, Recipe};
use super::reporters::{Cast, Reporter};
use super::shift;
use crate::domain::Period;
use FileFault as F;
use file_faults::FILE_FAULTS;
pub(super) use file_faults::FileFault;
use oddities::ODDITIES;
pub(super) use oddities::Oddity;

/// One file to be sent.
pub(super) struct FilePlan {
    /// Indices of models: one, or all as sheets of one workbook.
    pub(super) models: Vec<usize>,
    pub(super) format: Format,
    pub(super) encoding: Encoding,
    /// Days relative to the due date.
    pub(super) days_late: i32,
    pub(super) revised: bool,
    pub(super) repeated: bool,
    pub(super) fault: Option<FileFault>,
    /// For each model: number of faulty rows, and the first kind in the order of kinds.
    pub(super) row_faults: Vec<(usize, usize)>,
}

impl FilePlan {
    /// Whether it is a workbook with a sheet for each of several forms.
    pub(super) fn is_shared(&self) -> bool {
        self.models.len() > 1 || self.fault == Some(F::SheetMissing)
    }
}

/// All that a reporter sends for a period; no file for a form means that it is not sent.
pub(super) struct UnitPlan {
    pub(super) reporter: usize,
    /// Rows of each model.
    pub(super) sizes: Vec<usize>,
    pub(super) files: Vec<FilePlan>,
}

/// How many files are odd for each row that is at fault.
const ODD: f64 = 5.0;

/// What the command line leaves open or not.
pub(super) struct Wishes<'a> {
    pub(super) seed: u64,
    pub(super) recipe: &'a Recipe,
    /// None: as the recipe says.
    pub(super) rows: Option<f64>,
    pub(super) formats: &'a [Format],
    pub(super) encodings: &'a [Encoding],
    pub(super) fault_rate: f64,
    pub(super) quirk_rate: f64,
}

/// Whose turn it is, over all periods.
pub(super) struct Turns {
    /// The kind longest not dealt out comes first.
    file: VecDeque<FileFault>,
    /// What is odd, and whether it is only nearly so.
    odd: VecDeque<(Oddity, bool)>,
    /// By form and format.
    row: Vec<BTreeMap<Format, usize>>,
}

impl Turns {
    /// Nothing has been dealt out.
    pub(super) fn new(models: usize) -> Turns {
        Turns {
            file: FILE_FAULTS.into(),
            odd: ODDITIES
                .into_iter()
                .flat_map(|odd| [(odd, false), (odd, true)])
                .collect(),
            row: vec![BTreeMap::new(); models],
        }
    }

    /// Whether a kind is the next to be dealt out.
    fn is_first(&self, fault: FileFault) -> bool {
        self.file.front() == Some(&fault)
    }
}

impl Wishes<'_> {
    /// Rows of a reporter; the same in every period.
    pub(super) fn size(&self, model: &FormModel, reporter: &Reporter) -> usize {
        if model.is_area() {
            return 1;
        }
        let mean = self.rows.unwrap_or(model.recipe.rows);
        let spread = model.recipe.rows_spread;
        let at = uniform(&mut stream(self.seed, &["size", &reporter.origin, &model.recipe.id])).clamp(0.02, 0.98);
        // The mean of e^(σz) is about e^(σ²/2).
        let factor = (spread * super::chance::deviate(at) - spread * spread / 2.0).exp();
        (mean * factor).round().max(1.0) as usize
    }

    /// The plans of one period, in the order of reporters.
    pub(super) fn plan(&self, models: &[FormModel], cast: &Cast, period: Period, turns: &mut Turns) -> Vec<UnitPlan> {
        let all = cast.reporters.iter().enumerate();
        all.map(|(index, reporter)| self.unit(models, cast, index, reporter, period, turns))
            .collect()
    }

    fn unit(
        &self,
        models: &[FormModel],
        cast: &Cast,
        index: usize,
        reporter: &Reporter,
        period: Period,
        turns: &mut Turns,
    ) -> UnitPlan {
        let rng = &mut stream(self.seed, &["plan", &reporter.code, &period.to_string()]);
        let sizes: Vec<usize> = models.iter().map(|model| self.size(model, reporter)).collect();
        let can_share = models.len() > 1 && models.iter().all(|m| m.form.files.iter().any(|f| f.sheet.is_some()));
        let format = self.format(rng);
        let share = happens(rng, self.recipe.arrivals.together) && format == Format::Xlsx && can_share;
        let groups: Vec<Vec<usize>> = if share {
            vec![(0..models.len()).collect()]
        } else {
            (0..models.len()).map(|m| vec![m]).collect()
        };
        let mut files = Vec::new();
        for group in groups {
            let mut file = self.file(rng, format, group);
            let arrivals = &self.recipe.arrivals;
            let missing = happens(rng, arrivals.missing * self.quirk_rate);
            let single = file.models.len() == 1;
            file.revised = happens(rng, arrivals.revised * self.quirk_rate)
                && single
                && models[file.models[0]].form.revision.is_some();
            file.repeated = happens(rng, arrivals.repeated * self.quirk_rate)
                && single
                && !file.revised
                && plain_templates(&models[file.models[0]]) > 1;
            let able = single && !file.revised && !file.repeated;
            let faulty = happens(rng, self.file_rate(models, &file)) && able;
            if missing {
                continue;
            }
            let is_due = self.fault_rate > 0.0 && able && turns.is_first(F::AreaFormer);
            if (faulty || is_due && is_under_new_code(&models[file.models[0]], reporter))
                && let Some(fault) = self.deal(
                    models,
                    (cast, reporter),
                    &file,
                    &sizes,
                    can_share && files.len() + 1 == models.len(),
                    turns,
                )
            {
                self.fit(&mut file, fault);
            }
            // It has chances of its own, so that the others fall as they would without it.
            let own = &mut stream(
                self.seed,
                &["odd", &reporter.code, &period.to_string(), &files.len().to_string()],
            );
            if able && file.fault.is_none() && happens(own, (self.fault_rate * ODD).min(0.4)) {
                let model = file.models[0];
                self.make_odd(&models[model], &mut file, sizes[model], turns);
            }
            if file.fault.is_none() {
                let format = if file.is_shared() { Format::Xlsx } else { file.format };
                file.row_faults = file
                    .models
                    .iter()
                    .map(|&m| {
                        let turn = turns.row[m].entry(alike(format)).or_default();
                        self.row_faults(rng, &models[m], format, sizes[m], turn)
                    })
                    .collect();
            }
            files.push(file);
        }
        merge_for_missing_sheet(&mut files);
        UnitPlan {
            reporter: index,
            sizes,
            files,
        }
    }

    fn file(&self, rng: &mut Chance, first: Format, models: Vec<usize>) -> FilePlan {
        let format = if models.len() > 1 || happens(rng, 0.7) {
            first
        } else {
            self.format(rng)
        };
        let late = happens(rng, self.recipe.arrivals.late * self.quirk_rate);
        let days = uniform(rng);
        let days_late = if late {
            1 + (days * 25.0) as i32
        } else {
            -(days * 35.0) as i32
        };
        let encoding = if format.is_text_table() || format == Format::Html {
            self.encoding(rng)
        } else {
            Encoding::Utf8
        };
        FilePlan {
            row_faults: vec![(0, 0); models.len()],
            models,
            format,
            encoding,
            days_late,
            revised: false,
            repeated: false,
            fault: None,
        }
    }

    fn format(&self, rng: &mut Chance) -> Format {
        let wanted = |f: &Format| self.formats.is_empty() || self.formats.contains(f);
        let given: Vec<(Format, f64)> = self
            .recipe
            .formats
            .iter()
            .map(|(f, w)| (*f, *w))
            .filter(|(f, _)| wanted(f))
            .collect();
        let all = if given.is_empty() {
            self.formats.iter().map(|f| (*f, 1.0)).collect()
        } else {
            given
        };
        all.get(weighted(all.iter().map(|(_, w)| *w), uniform(rng)))
            .map_or(Format::Csv, |(f, _)| *f)
    }

    fn encoding(&self, rng: &mut Chance) -> Encoding {
        let wanted = |e: &Encoding| self.encodings.is_empty() || self.encodings.contains(e);
        let given: Vec<(Encoding, f64)> = self
            .recipe
            .encodings
            .iter()
            .map(|(e, w)| (*e, *w))
            .filter(|(e, _)| wanted(e))
            .collect();
        let all = if given.is_empty() {
            self.encodings.iter().map(|e| (*e, 1.0)).collect()
        } else {
            given
        };
        all.get(weighted(all.iter().map(|(_, w)| *w), uniform(rng)))
            .map_or(Encoding::Utf8, |(e, _)| *e)
    }

    /// Files of one row lose little when they are spoilt, so more of them are.
    fn file_rate(&self, models: &[FormModel], file: &FilePlan) -> f64 {
        let area = file.models.iter().all(|&m| models[m].is_area());
        (self.fault_rate * if area { 8.5 } else { 0.9 }).min(0.5)
    }

    /// The next fault in turn that this file can have.
    fn deal(
        &self,
        models: &[FormModel],
        (cast, reporter): (&Cast, &Reporter),
        file: &FilePlan,
        sizes: &[usize],
        can_lose_sheet: bool,
        turns: &mut Turns,
    ) -> Option<FileFault> {
        let model = &models[file.models[0]];
        let format_for = |fault: FileFault| fault.wants(file.format) || self.allowed().any(|f| fault.wants(f));
        let fits = |fault: FileFault| match fault {
            F::AreaUnexpected => !cast.uncalled.is_empty(),
            F::AreaFormer => is_under_new_code(model, reporter),
            F::AreaContradicted => model
                .form
                .files
                .first()
                .is_some_and(|f| f.path.matches('{').count() > 2),
            F::RevisionUnreadable => model.form.revision.is_some(),
            F::RevisionTied => plain_templates(model) > 1 && sizes[file.models[0]] > 0,
            F::RowsBeyondExpected | F::NearDuplicate => !model.is_area() && sizes[file.models[0]] > 10,
            F::ColumnsShifted => shift::is_possible(model) && sizes[file.models[0]] > 10,
            F::SheetMissing => can_lose_sheet && self.allowed().any(|f| f == Format::Xlsx),
            F::Unclaimed => !self.recipe.faults.unclaimed.is_empty(),
            F::ColumnUnknown => !self.recipe.faults.unknown_column.is_empty(),
            F::PeriodContradicted | F::NearHeaderMissing => {
                model.recipe.titles.iter().any(|t| t.contains("{title_period}"))
            }
            F::EncodingDamaged => self.encodings.is_empty() || self.encodings.contains(&Encoding::Gbk),
            _ => true,
        };
        let at = turns.file.iter().position(|fault| fits(*fault) && format_for(*fault))?;
        let fault = turns.file.remove(at)?;
        turns.file.push_back(fault);
        Some(fault)
    }

    /// Makes a file odd in the way that is next in turn of those that it can have.
    fn make_odd(&self, model: &FormModel, file: &mut FilePlan, rows: usize, turns: &mut Turns) {
        let words = (&self.recipe.words, &self.recipe.faults);
        let fits = |(odd, _): &(Oddity, bool)| {
            odd.fits(model, rows, words, file) && (odd.wants(file.format) || self.allowed().any(|f| odd.wants(f)))
        };
        let next = turns.odd.iter().position(fits).and_then(|at| turns.odd.remove(at));
        if let Some((odd, is_near)) = next {
            turns.odd.push_back((odd, is_near));
            self.fit(file, F::Odd(odd, is_near));
        }
    }

    fn allowed(&self) -> impl Iterator<Item = Format> {
        let all = [
            Format::Csv,
            Format::Tsv,
            Format::Semicolon,
            Format::Xlsx,
            Format::Json,
            Format::Jsonl,
            Format::Html,
            Format::Xml2003,
        ];
        all.into_iter().filter(|f| {
            if self.formats.is_empty() {
                self.recipe.formats.contains_key(f)
            } else {
                self.formats.contains(f)
            }
        })
    }

    fn fit(&self, file: &mut FilePlan, fault: FileFault) {
        if !fault.wants(file.format)
            && let Some(format) = self.allowed().find(|f| fault.wants(*f))
        {
            file.format = format;
        }
        match fault {
            F::EncodingDamaged => file.encoding = Encoding::Gbk,
            F::Odd(Oddity::EncodingMixed, false) => file.encoding = Encoding::Utf8,
            F::Odd(Oddity::EncodingMixed, true) => file.encoding = Encoding::Utf8Bom,
            _ => {}
        }
        file.fault = Some(fault);
    }

    fn row_faults(
        &self,
        rng: &mut Chance,
        model: &FormModel,
        format: Format,
        rows: usize,
        turn: &mut usize,
    ) -> (usize, usize) {
        // Of forms with one row, more rows are spoilt: else a small sample would lack some kinds.
        let rate = if model.is_area() {
            8.0 * self.fault_rate
        } else {
            self.fault_rate
        };
        let count = ((rows as f64 * rate + uniform(rng)) as usize).min(rows.div_ceil(2));
        let start = *turn;
        *turn = (*turn + count) % kinds(model, format).len().max(1);
        (count, start)
    }
}

/// One of the formats that can have the same faults.
fn alike(format: Format) -> Format {
    match format {
        Format::Csv | Format::Tsv | Format::Semicolon => Format::Csv,
        Format::Json | Format::Jsonl => Format::Json,
        Format::Html | Format::Xml2003 => Format::Html,
        Format::Xlsx => Format::Xlsx,
    }
}

/// Whether a reporter has another code than before, and sends little under it, so that little is lost where it keeps the old one.
fn is_under_new_code(model: &FormModel, reporter: &Reporter) -> bool {
    model.is_area() && reporter.former.is_some()
}

/// Number of ways to name a file of this form alone.
pub(super) fn plain_templates(model: &FormModel) -> usize {
    model.form.files.iter().filter(|f| f.sheet.is_none()).count()
}

/// A lost sheet means that the other forms came as sheets of one workbook.
fn merge_for_missing_sheet(files: &mut Vec<FilePlan>) {
    let Some(at) = files.iter().position(|f| f.fault == Some(F::SheetMissing)) else {
        return;
    };
    if files.len() == 1
        || files
            .iter()
            .enumerate()
            .any(|(other, f)| other != at && (f.fault.is_some() || f.revised || f.repeated))
    {
        files[at].fault = None;
        return;
    }
    let lost = files.remove(at);
    let mut merged = FilePlan {
        models: Vec::new(),
        row_faults: Vec::new(),
        format: Format::Xlsx,
        encoding: Encoding::Utf8,
        ..lost
    };
    for file in files.drain(..) {
        merged.models.extend(file.models);
        merged.row_faults.extend(file.row_faults);
    }
    files.push(merged);
}
