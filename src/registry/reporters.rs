use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use super::area::Area;
use super::areas::Areas;
use super::register::{self, Error, RegisterFile};
use super::snapshots::Registry;
use crate::domain::{Expected, Period};
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::{CodeScheme, ColumnKind, Form, FormIndex, Pipeline, RowUnit};

/// Who owes which form, and what the register says of them.
#[derive(Debug)]
pub struct Reporters {
    expected: BTreeMap<(FormIndex, Period), Arc<BTreeMap<String, Expected>>>,
}

impl Reporters {
    /// Reads the table of reporters from the input folder. Where the pipeline names none, or it is missing, every area
    /// of the form's level (the lowest one for rows below the registry) owes the form in each period, and the root alone a form
    /// whose rows and files name no area; under the Chinese scheme zones and the Corps do not, for they report beside or inside counties.
    ///
    /// # Errors
    /// The system fails to read the table.
    pub fn load(
        pipeline: &Pipeline,
        registry: &Registry,
        input: &Path,
    ) -> Result<(Reporters, Vec<RegisterFile>), Error> {
        let Some(spec) = &pipeline.reporters else {
            return Ok((Reporters::everyone(pipeline, registry), Vec::new()));
        };
        let mut faults = RegisterFile::of(&spec.file);
        let Some(table) = register::read(input, &pipeline.limits, &mut faults)? else {
            return Ok((Reporters::everyone(pipeline, registry), vec![faults]));
        };
        let Some(columns) = Columns::of(&table, pipeline, &mut faults) else {
            return Ok((Reporters::everyone(pipeline, registry), vec![faults]));
        };
        let reporters = Reading {
            pipeline,
            registry,
            columns,
            faults: &mut faults,
            population: BTreeMap::new(),
        }
        .read(&table);
        Ok((reporters, vec![faults]))
    }

    /// Areas that owe a form for a period, by code.
    pub fn expected(&self, form: FormIndex, period: Period) -> &Arc<BTreeMap<String, Expected>> {
        static NOBODY: LazyLock<Arc<BTreeMap<String, Expected>>> = LazyLock::new(Arc::default);
        self.expected.get(&(form, period)).unwrap_or(&NOBODY)
    }

    fn everyone(pipeline: &Pipeline, registry: &Registry) -> Reporters {
        let counts = |area: &&Area| {
            pipeline.registry.code_scheme == CodeScheme::Plain || !["zone", "corps"].contains(&area.kind.as_str())
        };
        let mut expected = BTreeMap::new();
        for (form, spec) in pipeline.forms.iter().enumerate() {
            let level = match spec.unit {
                RowUnit::Area(level) => level,
                RowUnit::Below(_) if names_no_area(spec, pipeline) => 0,
                RowUnit::Below(_) => registry.leaf(),
            };
            for &period in &pipeline.periods {
                let areas = registry.of_form(spec, period);
                let all = areas
                    .at_level(level)
                    .filter(counts)
                    .map(|area| (area.code.clone(), Expected::default()));
                expected.insert((form, period), Arc::new(all.collect()));
            }
        }
        Reporters { expected }
    }
}

/// Whether neither a row of a form nor the path or sheet of its files can say which area it is of: then its sender is the root.
fn names_no_area(form: &Form, pipeline: &Pipeline) -> bool {
    let is_area = |kind: &ColumnKind| matches!(kind, ColumnKind::DivisionCode { .. } | ColumnKind::DivisionName { .. });
    let levels = pipeline.registry.levels[1..].iter();
    let placeholders: Vec<String> = levels.map(|level| format!("{{{level}}}")).collect();
    let mut texts = form
        .files
        .iter()
        .flat_map(|file| std::iter::once(&file.path).chain(&file.sheet));
    !form.columns.iter().any(|column| is_area(&column.kind))
        && !texts.any(|text| placeholders.iter().any(|one| text.contains(one)))
}

/// Where the columns of the table stand.
struct Columns {
    area: (String, usize),
    form: usize,
    period: Option<usize>,
    rows: Option<usize>,
    /// Columns that hold figures: every other one with a number in it, or that an indicator reads.
    register: Vec<(Arc<str>, usize)>,
    /// Which of them holds the population.
    population: Option<String>,
}

impl Columns {
    /// None without the two columns that no row can do without.
    fn of(table: &CsvTable, pipeline: &Pipeline, faults: &mut RegisterFile) -> Option<Columns> {
        let by_level = pipeline
            .registry
            .levels
            .iter()
            .rev()
            .map(|level| format!("{level}_code"));
        let area = std::iter::once("area_code".to_owned()).chain(by_level);
        let area = area
            .into_iter()
            .find_map(|name| table.column(&name).map(|at| (name, at)));
        let form = table.column("form");
        let missing = [("area_code", area.is_none()), ("form", form.is_none())];
        let (Some(area), Some(form)) = (area, form) else {
            let missing: Vec<&str> = missing.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
            faults.lacks(
                table,
                &missing,
                "按全部地区应报处理",
                "every area is taken to owe every form",
            );
            return None;
        };
        let mut read: BTreeSet<&str> = pipeline
            .indicators
            .iter()
            .filter_map(|i| i.register.as_deref())
            .collect();
        for name in &read {
            if table.column(name).is_none() {
                faults.file(*name, "缺少指标引用的登记列，未上报地区的权重未知", "a column that an indicator reads is missing, so the weight of areas that did not report is not known");
            }
        }
        let population = pipeline.reporters.as_ref().and_then(|spec| spec.population.as_deref());
        if let Some(name) = population
            && table.column(name).is_none()
        {
            faults.file(
                name,
                "缺少定义所指的人口列，人口未知",
                "the column that the definition takes the population from is missing, so the population is not known",
            );
        }
        read.extend(population);
        let (period, rows) = (table.column("period"), table.column("expected_rows"));
        let taken = [Some(area.1), Some(form), period, rows];
        let wanted = |name: &str| read.iter().find(|wanted| wanted.eq_ignore_ascii_case(name)).copied();
        let is_number = |at: usize| {
            table
                .records
                .iter()
                .any(|record| number(record.cell(Some(at))).is_some())
        };
        let all = table
            .columns()
            .iter()
            .enumerate()
            .filter(|(at, _)| !taken.contains(&Some(*at)));
        let figures = all.filter(|(at, name)| wanted(name).is_some() || is_number(*at));
        let register = figures
            .map(|(at, name)| (Arc::from(wanted(name).unwrap_or(name)), at))
            .collect();
        Some(Columns {
            area,
            form,
            period,
            rows,
            register,
            population: population.map(str::to_owned),
        })
    }
}

/// The table under way.
struct Reading<'a> {
    pipeline: &'a Pipeline,
    registry: &'a Registry,
    columns: Columns,
    faults: &'a mut RegisterFile,
    /// People by area and period; no period: all.
    population: BTreeMap<(String, Option<Period>), f64>,
}

/// Who, what and when of a row; no period: all.
type Key = (String, FormIndex, Option<Period>);

impl Reading<'_> {
    fn read(mut self, table: &CsvTable) -> Reporters {
        let mut rows: BTreeMap<Key, Expected> = BTreeMap::new();
        for record in &table.records {
            let Some(key) = self.key(record) else { continue };
            let expected = self.figures(record);
            if let Entry::Vacant(free) = rows.entry(key) {
                self.people(record, free.key(), &expected);
                free.insert(expected);
                continue;
            }
            self.faults.cell(
                record,
                Some((self.columns.area.0.as_str(), self.columns.area.1)),
                "同一地区、表和报告期登记两次，以第一次为准",
                "the same area, form and period a second time; the first row counts",
            );
        }
        let snapshots: Vec<Vec<(Period, Arc<Areas>)>> = (self.pipeline.forms.iter())
            .map(|form| {
                let of_period = |&period: &Period| (period, self.registry.of_form(form, period));
                self.pipeline.periods.iter().map(of_period).collect()
            })
            .collect();
        let mut expected: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        // Rows without a period sort first, so those of a period replace them.
        for ((area, form, period), figures) in rows {
            let is_at = |at: &&(Period, _)| period.is_none_or(|period| period == at.0);
            for (at, areas) in snapshots[form].iter().filter(is_at) {
                if areas.get(&area).is_some() {
                    let people = |period| self.population.get(&(area.clone(), period));
                    let figures = Expected {
                        population: people(Some(*at)).or_else(|| people(None)).copied(),
                        ..figures.clone()
                    };
                    expected.entry((form, *at)).or_default().insert(area.clone(), figures);
                }
            }
        }
        let expected = expected.into_iter().map(|(of, areas)| (of, Arc::new(areas)));
        Reporters {
            expected: expected.collect(),
        }
    }

    /// None: the row does not count, by a fault told here or because its period is not among the pipeline's.
    fn key(&mut self, record: &Record) -> Option<Key> {
        let form = self.form(record)?;
        let period = self.period(record)?;
        let at: &[Period] = period.as_ref().map_or(&self.pipeline.periods, std::slice::from_ref);
        if at.iter().any(|period| !self.pipeline.periods.contains(period)) {
            return None;
        }
        let (name, column) = (self.columns.area.0.as_str(), self.columns.area.1);
        let code = record.cell(Some(column));
        let spec = &self.pipeline.forms[form];
        let is_unknown = |period: Period| self.registry.of_form(spec, period).get(code).is_none();
        if at.iter().all(|&period| is_unknown(period)) {
            self.faults.cell(
                record,
                Some((name, column)),
                "该报告期没有此地区，该行未用",
                "no such area at that period; the row is not used",
            );
            return None;
        }
        Some((code.to_owned(), form, period))
    }

    fn form(&mut self, record: &Record) -> Option<FormIndex> {
        let column = self.columns.form;
        let found = self
            .pipeline
            .forms
            .iter()
            .position(|form| form.id == record.cell(Some(column)));
        if found.is_none() {
            let place = Some(("form", column));
            self.faults.cell(
                record,
                place,
                "没有这张表，该行未用",
                "no such form; the row is not used",
            );
        }
        found
    }

    /// `Some(None)`: a blank, which is every period.
    fn period(&mut self, record: &Record) -> Option<Option<Period>> {
        let column = self.columns.period;
        let text = record.cell(column);
        if text.is_empty() {
            return Some(None);
        }
        let found = Period::parse(text, self.pipeline.period_kind);
        if found.is_none() {
            let place = column.map(|at| ("period", at));
            self.faults.cell(
                record,
                place,
                "不是报告期，该行未用",
                "no period of this pipeline; the row is not used",
            );
        }
        found.map(Some)
    }

    fn figures(&mut self, record: &Record) -> Expected {
        let mut expected = Expected::default();
        if let Some(at) = self.columns.rows
            && let Some(rows) = self.figure(record, "expected_rows", at)
        {
            if rows.fract() == 0.0 && rows < 1e15 {
                expected.rows = Some(rows as i64);
            } else {
                self.faults.cell(
                    record,
                    Some(("expected_rows", at)),
                    "不是整数，按未知处理",
                    "no whole number; taken as not known",
                );
            }
        }
        for (name, at) in self.columns.register.clone() {
            if let Some(figure) = self.figure(record, &name, at) {
                expected.register.insert(name, figure);
            }
        }
        expected
    }

    /// Keeps the population that a row gives: of the area, whatever the form. Two figures for one area and period are a fault.
    fn people(&mut self, record: &Record, (area, _, period): &Key, expected: &Expected) {
        let Some(column) = &self.columns.population else { return };
        let Some(&people) = expected.register.get(column.as_str()) else {
            return;
        };
        let known = *self.population.entry((area.clone(), *period)).or_insert(people);
        let at = self.columns.register.iter().find(|(name, _)| **name == *column);
        if known != people {
            self.faults.cell(
                record,
                at.map(|(name, at)| (&**name, *at)),
                "同一地区和报告期的人口与前面的行不一致，以第一次为准",
                "another population of the same area and period than in an earlier row; the first counts",
            );
        }
    }

    /// The number in a cell; None, with a fault unless it is blank, where there is none.
    fn figure(&mut self, record: &Record, name: &str, at: usize) -> Option<f64> {
        let cell = record.cell(Some(at));
        let found = number(cell);
        if found.is_none() && !cell.is_empty() {
            self.faults.cell(
                record,
                Some((name, at)),
                "不是非负数，按未知处理",
                "no number from 0 up; taken as not known",
            );
        }
        found
    }
}

/// A finite number from 0 up; separators of thousands are allowed.
fn number(cell: &str) -> Option<f64> {
    cell.replace(',', "")
        .parse()
        .ok()
        .filter(|n: &f64| n.is_finite() && *n >= 0.0)
}
