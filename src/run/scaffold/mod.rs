//! `huizong scaffold`: the form that a received sheet seems to be.
//!
//! Nothing here knows how a cell is read. A form with every column is tried on the sheet, type by type; the first type whose cleaner
//! reads all cells of a column is proposed, and what the cleaners ask about is told beside it.

mod column;
mod error;
mod key;
mod names;
mod place;
mod proof;
mod sheet;
mod trial;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use column::{Cells, Reading, level_of};
pub use error::ScaffoldError;
use place::Place;
use trial::{ANY_PERIOD, Frame, Trial};

use crate::domain::{Period, PeriodKind, RawTable, Text, half_width};
use crate::intake::{self, Outline};
use crate::pipeline::{self, ColumnKind, Limits, Pipeline};
use crate::registry::{Areas, Registry};
use crate::report::{ColumnDraft, FormDraft, SymbolSeen};

/// Contents of a column that are shown.
const EXAMPLES: usize = 3;
/// Characters of a content that is shown.
const EXAMPLE: usize = 40;

/// For which file a form is wanted.
#[derive(Clone, Copy, Debug)]
pub struct ScaffoldQuery<'a> {
    /// The file.
    pub path: &'a Path,
    /// Name of the sheet; None: the first with a table.
    pub sheet: Option<&'a str>,
    /// Id of the form; None: after the file's name.
    pub id: Option<&'a str>,
    /// Folder of the pipeline that the form is for; None: any.
    pub pipeline: Option<&'a Path>,
}

/// The file, and the pipeline that the form is for.
struct Task<'a> {
    query: ScaffoldQuery<'a>,
    bytes: Arc<[u8]>,
    frame: Frame,
    place: Place,
    /// Below the input folder, or the name alone.
    path: String,
}

/// Proposes a form.
///
/// # Errors
/// If the file has no table that can be read, or the pipeline has faults.
pub fn scaffold(query: ScaffoldQuery<'_>) -> Result<FormDraft, ScaffoldError> {
    let own = query
        .pipeline
        .map(pipeline::load)
        .transpose()
        .map_err(ScaffoldError::Definition)?;
    let limits = own.as_ref().map_or_else(Limits::default, |own| own.limits.clone());
    let registry = own
        .as_ref()
        .map(Registry::load)
        .transpose()
        .map_err(ScaffoldError::Definition)?;
    let (bytes, outline) = opened(query.path, registry.as_ref(), &limits)?;
    let task = Task::new(query, bytes, own.as_ref(), registry.as_ref());
    let chosen = sheet::choose(&outline, query.path, query.sheet)?;
    let units = own
        .as_ref()
        .map_or(pipeline::units::Units::built_in(), |own| &own.units);
    let (columns, left_out) = sheet::columns(chosen.header, units);
    let (places, columns): (Vec<u32>, Vec<ColumnDraft>) = columns.into_iter().unzip();
    let mut draft = FormDraft {
        id: task.id(own.as_ref(), chosen.seen.name.as_deref()),
        unit: "record".to_owned(),
        template: task.template("data", chosen.part.as_deref()),
        columns,
        left_out,
        sheet: chosen.seen,
        ..FormDraft::default()
    };
    let mut period = task.period();
    draft.period = task.frame.periods.as_ref().map(|_| period.to_string());
    let mut trial = Trial::of(&draft, &task.frame, period)?;
    let mut read = trial.read("data", &task.bytes)?;
    let stated = read
        .as_ref()
        .and_then(|read| intake::period_in(read.stated_period.as_deref()?));
    if let Some(stated) = stated.filter(|_| task.place.period.is_none() && task.frame.periods.is_none()) {
        period = stated;
        trial = Trial::of(&draft, &task.frame, period)?;
        read = trial.read("data", &task.bytes)?;
    }
    let no_header = || ScaffoldError::NoHeader {
        path: query.path.to_owned(),
    };
    let table = read.and_then(|read| read.table).ok_or_else(no_header)?;
    let areas = trial.registry.of_form(&trial.pipeline.forms[0], period);
    let readings = readings(&task, &mut trial, &table, &areas, &draft);
    describe(&mut draft, &task.frame, &readings, &table, &places);
    task.settle(&mut draft, stated, chosen.part.as_deref());
    proof::prove(&mut draft, (&task.frame, period), &task.path, &task.bytes)?;
    Ok(draft)
}

/// The bytes of a file, and its sheets.
fn opened(path: &Path, registry: Option<&Registry>, limits: &Limits) -> Result<(Arc<[u8]>, Outline), ScaffoldError> {
    if !path.is_file() {
        return Err(ScaffoldError::NoFile { path: path.to_owned() });
    }
    let unreadable = |finding| ScaffoldError::Unreadable {
        path: path.to_owned(),
        finding: Box::new(finding),
    };
    let bytes = intake::bytes_at(path, limits)?.map_err(unreadable)?;
    let areas = registry.into_iter().flat_map(Registry::all);
    let names: HashSet<&str> = areas
        .map(|area| area.name.as_str())
        .filter(|name| !name.is_ascii())
        .collect();
    let outline = intake::outline(bytes.clone(), &|cell| names.contains(cell), limits).map_err(unreadable)?;
    Ok((bytes.into(), outline))
}

impl<'a> Task<'a> {
    fn new(
        query: ScaffoldQuery<'a>,
        bytes: Arc<[u8]>,
        own: Option<&Pipeline>,
        registry: Option<&Registry>,
    ) -> Task<'a> {
        let frame = own.map_or_else(Frame::default, Frame::of);
        let name = query
            .path
            .file_name()
            .map_or(String::new(), |name| name.to_string_lossy().into_owned());
        let path = own.and_then(|own| below_input(query.path, own)).unwrap_or(name);
        let last = own.and_then(|own| own.periods.iter().max().copied());
        let areas = registry.zip(last).map(|(registry, last)| registry.at(last));
        let place = Place::of(&path, &frame, areas.as_deref());
        Task {
            query,
            bytes,
            frame,
            place,
            path,
        }
    }

    /// The period that the sheet is read for, unless its title names another one.
    fn period(&self) -> Period {
        let last = || self.frame.periods.as_ref()?.iter().max().copied();
        let any = || Period::parse(ANY_PERIOD, PeriodKind::Year).expect("it is a year");
        self.place.period.or_else(last).unwrap_or_else(any)
    }

    /// Id of the form: as asked for, else the words of the file's name or of the sheet's.
    fn id(&self, own: Option<&Pipeline>, sheet: Option<&str>) -> String {
        let words = [self.place.words.clone(), names::slug(sheet.unwrap_or_default())];
        let words = words
            .into_iter()
            .find(|words| !words.is_empty())
            .unwrap_or_else(|| "form".to_owned());
        let plain = self.query.id.map_or(words, str::to_owned);
        let is_taken = |id: &String| own.is_some_and(|own| own.forms.iter().any(|form| form.id == *id));
        let mut numbered = (2..).map(|n| format!("{plain}_{n}"));
        match is_taken(&plain) {
            false => plain,
            true => numbered.find(|id| !is_taken(id)).unwrap_or(plain),
        }
    }

    /// A template with the sheet behind it, where there are several.
    fn template(&self, path: &str, sheet: Option<&str>) -> String {
        match sheet {
            Some(sheet) => format!("{path}#{}", sheet.replace(['{', '}', '#', '*'], "*")),
            None => path.to_owned(),
        }
    }

    /// What is told of the form's own lines.
    fn settle(&self, draft: &mut FormDraft, stated: Option<Period>, sheet: Option<&str>) {
        draft.template = self.template(&self.place.template, sheet);
        let place = &self.place;
        if place.period.is_some() {
            draft.period = None;
        }
        let told = stated.map(|stated| {
            Text::new(
                format!("存疑：文件名没有时期，表中写有 {stated}"),
                format!("Doubtful: the name of the file has no period; the sheet names {stated}"),
            )
        });
        let untold = || {
            Text::new(
                "存疑：文件名没有时期。若流程有多个报告期，请在 files 中加入 {period}，或在此写明 period = \"…\"。",
                "Doubtful: the name of the file has no period. In a pipeline of several periods, put {period} into files, or add period = \"…\" here.",
            )
        };
        draft.notes.push((
            "files",
            Text::new(
                "路径模板，相对于上报文件夹；可含 {period} 和各级地区的占位符。",
                "Path template below the input folder; it may hold {period} and the levels of areas.",
            ),
        ));
        draft
            .notes
            .extend(place.notes.iter().map(|note| ("files", note.clone())));
        if place.period.is_none() {
            draft.notes.push(("period", told.unwrap_or_else(untold)));
        }
        let unit = Text::new(
            "每行描述什么：[registry] 的一级，或自拟的词（如 community）。",
            "What a row describes: a level of [registry], or a word of your own, such as school.",
        );
        draft.notes.push(("unit", unit));
    }
}

/// The path of a file below the input folder of a pipeline; None: it lies elsewhere.
fn below_input(path: &Path, own: &Pipeline) -> Option<String> {
    let input = own.input.as_ref()?.canonicalize().ok()?;
    let path = path.canonicalize().ok()?;
    let below: Vec<String> = path
        .strip_prefix(input)
        .ok()?
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    Some(below.join("/"))
}

/// What each column of a form holds, in the order of the form.
fn readings(
    task: &Task<'_>,
    trial: &mut Trial,
    table: &RawTable,
    areas: &Areas,
    draft: &FormDraft,
) -> Vec<Option<Reading>> {
    let sender = task.place.sender.clone();
    let sender = sender
        .filter(|code| areas.get(code).is_some())
        .unwrap_or_else(|| areas.root().code.clone());
    let all = draft.columns.iter().enumerate().map(|(column, drafted)| {
        let matched = table.columns.iter().find(|matched| matched.column == column)?;
        let mut cells = Cells {
            trial,
            table,
            areas,
            sender: &sender,
            column,
            index: matched.index,
            header: &drafted.header,
            unit: matched.unit.clone(),
            knows_areas: !task.frame.levels.is_empty(),
        };
        Some(cells.reading())
    });
    all.collect()
}

/// Writes what the columns hold into the form: types, symbols, which are required, and the key.
fn describe(draft: &mut FormDraft, frame: &Frame, readings: &[Option<Reading>], table: &RawTable, places: &[u32]) {
    let mut symbols: BTreeMap<String, SymbolSeen> = BTreeMap::new();
    for (column, reading) in draft.columns.iter().zip(readings) {
        for (symbol, cells) in reading.iter().flat_map(|reading| &reading.symbols) {
            let seen = symbols.entry(symbol.clone()).or_insert_with(|| SymbolSeen {
                symbol: symbol.clone(),
                cells: 0,
                columns: Vec::new(),
            });
            seen.cells += cells;
            seen.columns.push(column.id.clone());
        }
    }
    let texts = |index: u32| {
        table
            .records
            .iter()
            .map(move |row| half_width(table.said(*row, index).0.trim()).into_owned())
    };
    let mut known = Vec::new();
    for ((column, reading), &index) in draft.columns.iter_mut().zip(readings).zip(places) {
        let Some(reading) = reading else {
            known.push(None);
            continue;
        };
        let reading = without_symbols(reading, &symbols);
        column.kind = reading.kind.clone();
        column.level = level_of(&column.kind).and_then(|level| Some(frame.levels.get(level)?.clone()));
        column.notes.clone_from(&reading.notes);
        column.filled = reading.values.iter().flatten().count();
        column.blank = reading.values.len() - column.filled;
        let mut seen = BTreeSet::new();
        let different = texts(index).filter(|text| !text.is_empty() && !symbols.contains_key(text));
        let different = different.filter(|text| seen.insert(text.clone()));
        column.examples = different.take(EXAMPLES).map(shortened).collect();
        let all: BTreeSet<&String> = reading.values.iter().flatten().collect();
        column.distinct = all.len();
        column.required = column.blank == 0 && column.filled > 0;
        column.notes.extend(fills_down(&reading));
        known.push(Some(reading));
    }
    draft.missing = symbols.into_values().collect();
    let rows = table.records.iter().map(|row| {
        let cells = places.iter().map(|index| table.said(*row, *index).0.trim());
        cells.collect::<Vec<_>>().join("\u{1f}")
    });
    propose_key(draft, &known, &rows.collect::<Vec<_>>());
}

/// The reading of a column where the symbols of the other columns mean nothing in it, either.
fn without_symbols(reading: &Reading, symbols: &BTreeMap<String, SymbolSeen>) -> Reading {
    let is_symbol = |word: &String| symbols.contains_key(&*half_width(word.trim()));
    let mut reading = reading.clone();
    match &mut reading.kind {
        ColumnKind::Boolean { yes, no } if yes.iter().chain(&*no).any(is_symbol) => {
            reading.kind = ColumnKind::Text;
            reading.notes = vec![Text::new(
                "像是“是/否”，但其中一种写法在别的列表示缺失，故为文本",
                "these look like yes and no, but one of the words means in another column that there is no value; so they are read as text",
            )];
        }
        ColumnKind::Category { values } => {
            let symbolic: Vec<String> = values
                .extract_if(.., |(_, words)| words.iter().any(is_symbol))
                .map(|(id, _)| id)
                .collect();
            for value in &mut reading.values {
                value.take_if(|value| symbolic.contains(value));
            }
            if values.is_empty() {
                reading.kind = ColumnKind::Text;
            }
        }
        _ => {}
    }
    if reading.kind == ColumnKind::Text {
        for value in &mut reading.values {
            value.take_if(|value| is_symbol(value));
        }
    }
    reading
}

/// What is told of blank cells beneath a filled one.
fn fills_down(reading: &Reading) -> Option<Text> {
    let blank = reading.values.iter().filter(|value| value.is_none()).count();
    let is_first = reading.values.first().is_some_and(Option::is_some);
    let is_group = is_first && !reading.kind.is_number() && blank * 2 > reading.values.len();
    is_group.then(|| {
        Text::new(
            "半数以上为空白：若空白表示与上面相同，应加 fill = \"down\"",
            "more than half are blank: if a blank cell means the same as the one above, add fill = \"down\"",
        )
    })
}

/// Proposes the columns that tell rows apart.
fn propose_key(draft: &mut FormDraft, readings: &[Option<Reading>], rows: &[String]) {
    let read: Vec<usize> = (0..readings.len()).filter(|at| readings[*at].is_some()).collect();
    let known: Vec<Reading> = readings.iter().flatten().cloned().collect();
    let may: Vec<bool> = read.iter().map(|at| draft.columns[*at].required).collect();
    let Some(key) = key::key(&known, &may, rows) else {
        draft.notes.push((
            "key",
            Text::new(
                "存疑：未找到能区分各行的列（须各行都有值且不重复）。多行的表需要 key，否则各行被视为重复，不予计入。",
                "Doubtful: no columns tell the rows apart (they need a value in every row, and no row twice). A sheet of many rows needs a key: without one its rows contradict each other.",
            ),
        ));
        return;
    };
    let key: Vec<usize> = key.into_iter().map(|at| read[at]).collect();
    draft.key = key.iter().map(|at| draft.columns[*at].id.clone()).collect();
    if let Some(level) = key.iter().find_map(|at| draft.columns[*at].level.clone()) {
        draft.unit = level;
    }
    let n = rows.len();
    let note = match n {
        1 => Text::new(
            "存疑：只有一行记录，任何列都能作 key。",
            "Doubtful: with one record, any column would do.",
        ),
        _ => Text::new(
            format!("{n} 行中没有重复；其他文件中是否也如此，请核对。"),
            format!("No two of {n} rows are the same in it; check that this holds in other files."),
        ),
    };
    draft.notes.push(("key", note));
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(EXAMPLE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
