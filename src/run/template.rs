//! A blank workbook of a form, with the rows that the registry and the registers know beforehand.

use std::collections::BTreeSet;
use std::path::Path;

use super::look::{self, LookError, Offer};
use super::recognise::claim_of;
use crate::domain::{Diagnostic, Lang, Period, Text, plural};
use crate::intake::Intake;
use crate::pipeline::{
    ColumnKind, FileTemplate, Form, FormIndex, LevelIndex, Pipeline, RowUnit, Rule, RuleKind, path_in_words,
};
use crate::registry::{Areas, Registry, UnitLists};
use crate::returns::{self, Blank, KnownRow};

/// Why no template could be made.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The registry is faulty.
    #[error("the registry has {}", plural(.0.len(), "fault"))]
    Definition(Vec<Diagnostic>),
    /// A form, period or area that there is not.
    #[error(transparent)]
    Unknown(LookError),
    /// The form is sent by areas of other levels.
    #[error("{} is sent by areas of the level {}, and {} is of the level {}", .form.get(Lang::En), Text::listed(.senders, Lang::En), .area.get(Lang::En), .level.get(Lang::En))]
    NoSender {
        /// Code and name.
        area: Text,
        /// Title of its level.
        level: Text,
        /// Title of the form.
        form: Text,
        /// Titles of the levels that send it.
        senders: Vec<Text>,
    },
    /// A register beside the submissions could not be read.
    #[error(transparent)]
    Register(#[from] crate::registry::Error),
    /// The workbook could not be encoded.
    #[error(transparent)]
    Encode(#[from] crate::returns::Error),
}

/// Which template is wanted.
#[derive(Clone, Copy, Debug)]
pub struct TemplateQuery<'a> {
    /// Id of the form.
    pub form: &'a str,
    /// Code or name of the area that will send it; None: the whole registry where the form's files name no area, else open.
    pub area: Option<&'a str>,
    /// The period; None: the latest of the pipeline.
    pub period: Option<Period>,
    /// Folder of the submissions, where the registers lie; None: rows of units below the registry are not known.
    pub input: Option<&'a Path>,
    /// In which language; None: as the returns.
    pub lang: Option<Lang>,
}

/// A template.
#[derive(Debug)]
pub struct TemplateMade {
    /// The workbook.
    pub bytes: Vec<u8>,
    /// Where it is to be sent, below the input; None: period or area are open, or the form's templates leave it open.
    pub place: Option<String>,
    /// Rows that are filled in as far as they are known.
    pub rows: usize,
}

/// Makes the template of a form.
///
/// # Errors
/// When form, period or area do not exist, or the registry or a register cannot be read.
pub fn template(pipeline: &Pipeline, query: &TemplateQuery<'_>) -> Result<TemplateMade, TemplateError> {
    let registry = Registry::load(pipeline).map_err(TemplateError::Definition)?;
    let at = form(pipeline, query.form)?;
    let form = &pipeline.forms[at];
    let period = period(pipeline, form, query.period)?;
    let areas = period.map(|period| registry.of_form(form, period));
    let area = match (query.area, &areas) {
        (Some(given), Some(areas)) => Some(area(pipeline, form, given, areas)?),
        (None, Some(areas)) if senders(pipeline, form).is_empty() => Some(areas.root().code.clone()),
        _ => None,
    };
    let lists = match query.input.filter(|input| input.is_dir()) {
        Some(input) => UnitLists::load(pipeline, &registry, input)?.0,
        None => UnitLists::default(),
    };
    let known = period.zip(area.as_deref()).zip(areas.as_deref());
    let rows = known.map_or_else(Vec::new, |((period, area), areas)| {
        known_rows(pipeline, &lists, at, (period, area), areas)
    });
    let place = known.and_then(|((period, area), areas)| {
        let intake = Intake::new(pipeline, Path::new(""), registry.root_code());
        intake.place(&claim_of(areas, at, (period, area), 0))
    });
    let own = query.lang.map(|lang| vec![lang]);
    let langs = own.as_ref().unwrap_or(&pipeline.returns.langs);
    let name = area.as_deref().zip(areas.as_deref()).and_then(|(area, areas)| {
        let title = areas.get(area)?.title();
        let named = |lang| match title.get(lang) {
            name if name == area => name.to_owned(),
            name => format!("{name} {area}"),
        };
        Some(Text::new(named(Lang::Zh), named(Lang::En)))
    });
    let of_blank = (at, period);
    let spoken = period.map(|period| period.to_string());
    let in_words = |file| path_in_words(pipeline, file, spoken.as_deref(), &[]);
    let paths: Vec<Text> = form.files.iter().map(in_words).collect();
    let period = spoken.as_deref().map(|period| Text::new(period, period));
    let whose: Vec<Text> = period.into_iter().chain(name).collect();
    let is_own = |rule: &&Rule| rule.form == at && matches!(rule.kind, RuleKind::Row(_) | RuleKind::Sum(_));
    let rules: Vec<&Rule> = pipeline.rules.iter().filter(is_own).collect();
    let bytes = returns::template(&returns::Template {
        synthetic: pipeline.synthetic,
        blank: blank(pipeline, of_blank, &rows),
        whose: &whose,
        place: place.as_deref(),
        paths: &paths,
        rules: &rules,
        note: &pipeline.returns.note,
        langs,
    })?;
    let rows = rows.len();
    Ok(TemplateMade { bytes, place, rows })
}

/// What a blank sheet of a form is made of.
pub fn blank<'a>(
    pipeline: &'a Pipeline,
    (form, period): (FormIndex, Option<Period>),
    rows: &'a [KnownRow],
) -> Blank<'a> {
    Blank {
        form: &pipeline.forms[form],
        period,
        index: form,
        rules: &pipeline.rules,
        units: &pipeline.units,
        scheme: pipeline.registry.code_scheme,
        rows,
    }
}

fn unknown(what: &'static str, given: &str, offer: Offer) -> TemplateError {
    TemplateError::Unknown(LookError::Unknown {
        what,
        given: given.to_owned(),
        offer,
    })
}

fn form(pipeline: &Pipeline, given: &str) -> Result<FormIndex, TemplateError> {
    let found = pipeline.forms.iter().position(|form| form.id == given);
    found.ok_or_else(|| {
        unknown(
            "form",
            given,
            Offer::new(given, pipeline.forms.iter().map(|form| form.id.as_str())),
        )
    })
}

/// The period asked for, else that of the form, else the latest of the pipeline.
fn period(pipeline: &Pipeline, form: &Form, given: Option<Period>) -> Result<Option<Period>, TemplateError> {
    match given {
        Some(period) if !pipeline.periods.contains(&period) => {
            let all: Vec<String> = pipeline.periods.iter().map(Period::to_string).collect();
            let given = period.to_string();
            Err(unknown(
                "period",
                &given,
                Offer::new(&given, all.iter().map(String::as_str)),
            ))
        }
        Some(period) => Ok(Some(period)),
        None => Ok(form.period.or_else(|| pipeline.periods.iter().max().copied())),
    }
}

/// The area that sends the form, by code or by a name that only one has.
fn area(pipeline: &Pipeline, form: &Form, given: &str, areas: &Areas) -> Result<String, TemplateError> {
    let area = look::area(given, areas).map_err(TemplateError::Unknown)?;
    let senders = senders(pipeline, form);
    if senders.is_empty() || senders.contains(&area.level) {
        return Ok(area.code.clone());
    }
    let title = |level: &LevelIndex| pipeline.registry.titles[*level].clone();
    let named = |lang| format!("{} {}", area.code, area.title().get(lang));
    Err(TemplateError::NoSender {
        area: Text::new(named(Lang::Zh), named(Lang::En)),
        level: title(&area.level),
        form: form.title.clone(),
        senders: senders.iter().map(title).collect(),
    })
}

/// Levels of the areas that send a form: the lowest one that the name of a file has. None where no file names an area.
fn senders(pipeline: &Pipeline, form: &Form) -> BTreeSet<LevelIndex> {
    let lowest = |template: &FileTemplate| {
        let sheet = template.sheet.as_deref().unwrap_or_default();
        let has = |level: &String| {
            let place = format!("{{{level}}}");
            template.path.contains(&place) || sheet.contains(&place)
        };
        pipeline.registry.levels.iter().rposition(has)
    };
    form.files.iter().filter_map(lowest).collect()
}

/// Cells that are known before anything is sent: of a form about areas, the areas within the sender; of one about what lies
/// below them, the units of a register that a rule holds it against. No row where nothing is known of it.
pub fn known_rows(
    pipeline: &Pipeline,
    lists: &UnitLists,
    form: FormIndex,
    (period, sender): (Period, &str),
    areas: &Areas,
) -> Vec<KnownRow> {
    let definition = &pipeline.forms[form];
    let rows: Vec<KnownRow> = match &definition.unit {
        RowUnit::Area(level) => areas
            .at_level(*level)
            .filter(|area| area.code == sender || areas.contains(sender, &area.code))
            .map(|area| of_area(definition, areas, &area.code))
            .collect(),
        RowUnit::Below(_) => {
            let register = pipeline.rules.iter().find_map(|rule| match &rule.kind {
                RuleKind::Cover(cover) if rule.form == form => lists.get(form, cover.register.as_deref()?),
                _ => None,
            });
            let units = register.map_or_else(Vec::new, |list| list.expected(sender, period, areas));
            units
                .into_iter()
                .map(|unit| of_unit(definition, areas, sender, unit))
                .collect()
        }
    };
    if rows.iter().all(Vec::is_empty) {
        Vec::new()
    } else {
        rows
    }
}

/// Columns that say where an area lies, as far as its ancestors fill them.
fn of_area(form: &Form, areas: &Areas, code: &str) -> KnownRow {
    let cell = |column: usize| match &form.columns[column].kind {
        ColumnKind::DivisionCode { level: Some(level) } => {
            areas.ancestor_at(code, *level).map(|area| area.code.clone())
        }
        ColumnKind::DivisionName { level } => areas.ancestor_at(code, *level).map(|area| area.name.clone()),
        _ => None,
    };
    let columns = 0..form.columns.len();
    columns.filter_map(|column| Some((column, cell(column)?))).collect()
}

/// The key of a unit, and where its sender lies.
fn of_unit(form: &Form, areas: &Areas, sender: &str, unit: &str) -> KnownRow {
    let parts = crate::domain::unit_parts(unit, form.key.len());
    let mut row: KnownRow = form
        .key
        .iter()
        .zip(parts)
        .map(|(&column, part)| (column, as_written(&form.columns[column].kind, areas, part)))
        .collect();
    let is_key = |cell: &(usize, String)| !form.key.contains(&cell.0);
    row.extend(of_area(form, areas, sender).into_iter().filter(is_key));
    row.sort();
    row
}

/// A value of the key as it stands in a cell.
fn as_written(kind: &ColumnKind, areas: &Areas, value: &str) -> String {
    let written = match kind {
        ColumnKind::DivisionName { .. } => areas.get(value).map(|area| &area.name),
        ColumnKind::Category { values } => values
            .iter()
            .find(|(member, _)| member == value)
            .and_then(|(_, words)| words.first()),
        _ => None,
    };
    written.map_or(value, String::as_str).to_owned()
}
