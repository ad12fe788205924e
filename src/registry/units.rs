//! Lists of units delivered with the submissions: what the units of a sender are held against.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use super::areas::Areas;
use super::register::{self, Error, RegisterFile};
use super::snapshots::Registry;
use crate::domain::{Period, half_width, unit_key};
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::{Column, ColumnKind, Form, FormIndex, LevelIndex, Pipeline, RuleKind};

/// Faults told row by row; of a list in another format every row would be one.
const TOLD: usize = 100;

/// The lists that the rules of a pipeline name.
#[derive(Debug, Default)]
pub struct UnitLists {
    lists: BTreeMap<(FormIndex, String), UnitList>,
}

impl UnitLists {
    /// Reads every list from the input folder. One that cannot be used is absent, and what is wrong is among the faults.
    ///
    /// # Errors
    /// The system fails to read a file that is there.
    pub fn load(
        pipeline: &Pipeline,
        registry: &Registry,
        input: &Path,
    ) -> Result<(UnitLists, Vec<RegisterFile>), Error> {
        let mut lists = UnitLists::default();
        let mut told = Vec::new();
        for rule in &pipeline.rules {
            let RuleKind::Cover(cover) = &rule.kind else { continue };
            let Some(path) = &cover.register else { continue };
            let key = (rule.form, path.clone());
            if lists.lists.contains_key(&key) {
                continue;
            }
            let mut faults = RegisterFile::of(path);
            if let Some(table) = register::read(input, &pipeline.limits, &mut faults)?
                && let Some(columns) = Columns::of(&table, pipeline, rule.form, &mut faults)
            {
                let list = columns.read(&table, pipeline, registry, &mut faults);
                lists.lists.insert(key, list);
            }
            told.push(faults);
        }
        Ok((lists, told))
    }

    /// The list of a form at a path; None where it could not be used.
    pub fn get(&self, form: FormIndex, path: &str) -> Option<&UnitList> {
        self.lists.get(&(form, path.to_owned()))
    }
}

/// Units that should be there.
#[derive(Debug, Default)]
pub struct UnitList {
    by_area: BTreeMap<String, Vec<Unit>>,
    leaf: LevelIndex,
}

#[derive(Debug)]
struct Unit {
    key: String,
    /// None: in every period.
    period: Option<Period>,
}

impl UnitList {
    /// Keys of the units of an area and of all areas in it, in order.
    pub fn expected(&self, area: &str, period: Period, areas: &Areas) -> Vec<&str> {
        let counts = |unit: &&Unit| unit.period.is_none_or(|of| of == period);
        let is_leaf = areas.get(area).is_none_or(|area| area.level == self.leaf);
        let mut keys: Vec<&str> = if is_leaf {
            let own = self.by_area.get(area).into_iter().flatten();
            own.filter(counts).map(|unit| unit.key.as_str()).collect()
        } else {
            let within = self
                .by_area
                .iter()
                .filter(|(inner, _)| *inner == area || areas.contains(area, inner));
            let units = within.flat_map(|(_, units)| units);
            units.filter(counts).map(|unit| unit.key.as_str()).collect()
        };
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Where the columns of a list stand.
struct Columns<'p> {
    form: &'p Form,
    /// The form's key.
    key: Vec<(&'p Column, usize)>,
    /// Where the key names no area, or its code does not tell.
    area: Option<(String, usize)>,
    period: Option<usize>,
}

impl<'p> Columns<'p> {
    fn of(table: &CsvTable, pipeline: &'p Pipeline, form: FormIndex, faults: &mut RegisterFile) -> Option<Columns<'p>> {
        let form = &pipeline.forms[form];
        let mut key = Vec::new();
        for column in form.key.iter().map(|&at| &form.columns[at]) {
            let mut names = std::iter::once(&column.id).chain(&column.headers);
            let Some(at) = names.find_map(|name| table.column(name)) else {
                let missing = [column.id.as_str()];
                faults.lacks(
                    table,
                    &missing,
                    "它是表式的主键，名册未用",
                    "it belongs to the form's key, so the list is not used",
                );
                return None;
            };
            key.push((column, at));
        }
        let levels = pipeline.registry.levels.iter().rev();
        let mut areas = std::iter::once("area_code".to_owned()).chain(levels.map(|level| format!("{level}_code")));
        let places: Vec<usize> = key.iter().map(|(_, at)| *at).collect();
        let taken = |at: usize| places.contains(&at);
        let area = areas.find_map(|name| table.column(&name).filter(|at| !taken(*at)).map(|at| (name, at)));
        let names_area = key.iter().any(|(column, _)| is_area(&column.kind));
        if area.is_none() && !names_area {
            faults.file(
                table.columns().join(","),
                "无从得知单位所属地区（缺少 area_code 列），名册未用",
                "nothing says which area a unit lies in (no column area_code); the list is not used",
            );
            return None;
        }
        Some(Columns {
            form,
            key,
            area,
            period: table.column("period").filter(|at| !taken(*at)),
        })
    }

    fn read(&self, table: &CsvTable, pipeline: &Pipeline, registry: &Registry, faults: &mut RegisterFile) -> UnitList {
        let mut list = UnitList {
            by_area: BTreeMap::new(),
            leaf: pipeline.registry.leaf(),
        };
        let mut unused = 0_usize;
        for record in &table.records {
            match self.unit(record, pipeline, registry) {
                Ok((area, unit)) => list.by_area.entry(area).or_default().push(unit),
                Err((column, zh, en)) => {
                    unused += 1;
                    if unused <= TOLD {
                        faults.cell(record, column, zh, en);
                    }
                }
            }
        }
        if unused > TOLD {
            faults.file(
                unused.to_string(),
                "名册中未用的行数，只列出前 100 行",
                "rows of the list that are not used; the first 100 are told one by one",
            );
        }
        list
    }

    fn unit(&self, record: &Record, pipeline: &Pipeline, registry: &Registry) -> Result<(String, Unit), Fault<'_>> {
        let own = match record.cell(self.period) {
            "" => None,
            text => Some(Period::parse(text, pipeline.period_kind).ok_or((
                self.period.map(|at| ("period", at)),
                "不是报告期，该行未用",
                "no period; the row is not used",
            ))?),
        };
        // Without a period the latest areas count, and those before where the latest do not have it.
        let mut asked: Vec<Period> = own.map_or_else(|| pipeline.periods.clone(), |period| vec![period]);
        asked.sort_unstable();
        let mut first = None;
        for &period in asked.iter().rev() {
            match self.place(record, &registry.of_form(self.form, period)) {
                Ok((area, key)) => return Ok((area, Unit { key, period: own })),
                Err(fault) => first = first.or(Some(fault)),
            }
        }
        Err(first.unwrap_or((
            None,
            "没有报告期，该行未用",
            "no period is asked for; the row is not used",
        )))
    }

    /// Area and key of a unit.
    fn place(&self, record: &Record, areas: &Areas) -> Result<(String, String), Fault<'_>> {
        let mut area = self.area.as_ref().map(|(_, at)| record.cell(Some(*at)).to_owned());
        let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(self.key.len());
        for (column, at) in &self.key {
            let cell = record.cell(Some(*at));
            let told = Some((column.id.as_str(), *at));
            if cell.is_empty() {
                return Err((told, "主键为空，该行未用", "the key is empty; the row is not used"));
            }
            let within = area.as_deref().unwrap_or(&areas.root().code).to_owned();
            let unknown = (told, "地区未知，该行未用", "the area is not known; the row is not used");
            match &column.kind {
                ColumnKind::DivisionName { level } => {
                    let named = areas.by_name(cell, *level, &within).ok_or(unknown)?;
                    area = Some(named.code.clone());
                    parts.push(Cow::Owned(named.code.clone()));
                    continue;
                }
                ColumnKind::DivisionCode { level: Some(_) } => area = Some(cell.to_owned()),
                ColumnKind::DivisionCode { level: None } if self.area.is_none() => {
                    area = Some(areas.home_of(cell, "").ok_or(unknown)?.code.clone());
                }
                _ => {}
            }
            parts.push(content(&column.kind, cell));
        }
        let area = area.unwrap_or_default();
        if areas.get(&area).is_none() {
            let column = self.area.as_ref().map(|(name, at)| (name.as_str(), *at));
            return Err((
                column,
                "地区未知，该行未用",
                "the area is not known; the row is not used",
            ));
        }
        // Of a form whose key names no area, or that has none, units are told apart within their area.
        if !self.key.iter().any(|(column, _)| is_area(&column.kind)) {
            parts.push(Cow::Borrowed(&area));
        }
        let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        let key = unit_key(&parts);
        Ok((area, key))
    }
}

/// Column with its position, and what is wrong, in both languages.
type Fault<'a> = (Option<(&'a str, usize)>, &'static str, &'static str);

fn is_area(kind: &ColumnKind) -> bool {
    matches!(kind, ColumnKind::DivisionCode { .. } | ColumnKind::DivisionName { .. })
}

/// A cell of the key as a record of the form would hold it.
fn content<'c>(kind: &ColumnKind, cell: &'c str) -> Cow<'c, str> {
    match kind {
        ColumnKind::Integer { .. } => cell
            .parse::<i64>()
            .map_or(Cow::Borrowed(cell), |n| n.to_string().into()),
        ColumnKind::Decimal { .. } => cell
            .parse::<f64>()
            .map_or(Cow::Borrowed(cell), |n| n.to_string().into()),
        ColumnKind::Category { values } => {
            let member = values.iter().find(|(_, words)| words.iter().any(|word| word == cell));
            member.map_or(Cow::Borrowed(cell), |(id, _)| Cow::Owned(id.clone()))
        }
        _ => half_width(cell),
    }
}
