//! The file that a form is wanted for, the pipeline that it is for, and what both say of the form's own lines.

use std::path::Path;
use std::sync::Arc;

use super::names;
use super::place::Place;
use super::trial::{ANY_PERIOD, Frame};
use crate::domain::{Period, PeriodKind, Text};
use crate::pipeline::{FileTemplate, Form, Pipeline};
use crate::registry::Registry;
use crate::report::FormDraft;

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
pub(super) struct Task<'a> {
    pub(super) query: ScaffoldQuery<'a>,
    pub(super) bytes: Arc<[u8]>,
    pub(super) frame: Frame,
    pub(super) place: Place,
    /// Below the input folder, or the name alone.
    pub(super) path: String,
}

impl<'a> Task<'a> {
    pub(super) fn new(
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
    pub(super) fn period(&self) -> Period {
        let last = || self.frame.periods.as_ref()?.iter().max().copied();
        let any = || Period::parse(ANY_PERIOD, PeriodKind::Year).expect("it is a year");
        self.place.period.or_else(last).unwrap_or_else(any)
    }

    /// Id of the form: as asked for, else the words of the file's name or of the sheet's.
    pub(super) fn id(&self, own: Option<&Pipeline>, sheet: Option<&str>) -> String {
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
    pub(super) fn template(&self, path: &str, sheet: Option<&str>) -> String {
        match sheet {
            Some(sheet) => format!("{path}#{}", sheet.replace(['{', '}', '#', '*'], "*")),
            None => path.to_owned(),
        }
    }

    /// What is told of the form's own lines.
    pub(super) fn settle(
        &self,
        draft: &mut FormDraft,
        own: Option<&Pipeline>,
        stated: Option<Period>,
        sheet: Option<&str>,
    ) {
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
        let shared = own.and_then(|own| shared_template(own, &draft.template));
        draft.notes.extend(shared.map(|note| ("files", note)));
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

/// What is told where a form of the pipeline reads these files already.
fn shared_template(own: &Pipeline, template: &str) -> Option<Text> {
    let written = |file: &FileTemplate| match &file.sheet {
        Some(sheet) => format!("{}#{sheet}", file.path),
        None => file.path.clone(),
    };
    let reads = |form: &&Form| form.files.iter().any(|file| written(file) == template);
    let form = own.forms.iter().find(reads)?;
    Some(Text::new(
        format!("存疑：表式 {} 已有此模板；一张表只能按一个表式读取", form.id),
        format!(
            "Doubtful: the form {} has this template already, and a table is read as one form",
            form.id
        ),
    ))
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
