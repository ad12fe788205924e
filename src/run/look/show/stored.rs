//! The tables of a release: their files, their columns and what these are called.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::error::LookError;
use super::super::files::{files_of_form, names};
use super::super::offer::Offer;
use super::super::release::Release;
use crate::domain::Text;
use crate::lake::{self, column_types, count_rows};
use crate::pipeline::formula::ValueType;
use crate::pipeline::{Form, Pipeline};
use crate::report::{facts_columns, uncounted_columns};
use crate::run::reference::{AREAS, classifications};
use crate::tables::{ColumnSpec, ValueKind, table_specs};

/// Folders with the rows of each form.
const PARTS: [(&str, &str, &str); 2] = [
    ("facts", "已计入的各行", "accepted rows"),
    ("uncounted", "未计入的各行", "rows that do not count"),
];

/// A table as it lies in a release.
pub(super) struct Stored {
    /// What a person calls it.
    pub(super) title: Text,
    /// Columns that tell rows apart.
    pub(super) key: Vec<String>,
    /// Columns of the files, in order.
    pub(super) columns: Vec<ColumnSpec>,
    /// One, or, of the rows of a form, one for each period and partition area.
    pub(super) files: Vec<PathBuf>,
}

/// The tables of a release by the names under which they are asked for.
///
/// # Errors
/// When its folders cannot be listed.
pub fn table_names(release: &Release) -> Result<BTreeSet<String>, LookError> {
    let mut all = BTreeSet::new();
    for name in names(&release.folder.join("tables"))? {
        all.extend(name.strip_suffix(".parquet").map(str::to_owned));
    }
    for (part, ..) in PARTS {
        let forms = names(&release.folder.join(part))?;
        all.extend(forms.into_iter().map(|form| format!("{part}/{form}")));
    }
    Ok(all)
}

impl Stored {
    /// The table with a name.
    pub(super) fn find(pipeline: &Pipeline, release: &Release, name: &str) -> Result<Stored, LookError> {
        let known = table_names(release)?;
        if !known.contains(name) {
            let of_form = known
                .iter()
                .filter(|table| table.split_once('/').is_some_and(|(_, form)| form == name));
            let of_form: Vec<String> = of_form.cloned().collect();
            let offer = match of_form.is_empty() {
                true => Offer::of_all(name, known.iter().map(String::as_str)),
                false => Offer::Near(of_form),
            };
            return Err(LookError::Unknown {
                what: "table",
                given: name.to_owned(),
                offer,
            });
        }
        match name.split_once('/') {
            Some((part, form)) => Stored::rows_of_form(pipeline, &release.folder, part, form),
            None => Stored::table(pipeline, &release.folder, name),
        }
    }

    fn table(pipeline: &Pipeline, release: &Path, name: &str) -> Result<Stored, LookError> {
        let file = release.join("tables").join(format!("{name}.parquet"));
        let spec = table_specs().get(name);
        let mut known = spec.map(|spec| spec.columns.clone()).unwrap_or_default();
        if AREAS.contains(&name) {
            known.extend(classifications(pipeline, &Text::default()));
        }
        Ok(Stored {
            title: spec.map_or_else(|| Text::new(name, name), |spec| spec.title.clone()),
            key: spec.map(|spec| spec.key.clone()).unwrap_or_default(),
            columns: columns(&file, &known)?,
            files: vec![file],
        })
    }

    fn rows_of_form(pipeline: &Pipeline, release: &Path, part: &str, form: &str) -> Result<Stored, LookError> {
        let files = files_of_form(&release.join(part).join(form))?;
        // One run has written all files of a folder, so the first has the columns of all.
        let Some(first) = files.first() else {
            return Err(LookError::NoRows { form: form.to_owned() });
        };
        let definition = pipeline.forms.iter().find(|one| one.id == form);
        let known = definition.map(|form| match part {
            "facts" => facts_columns(pipeline, form),
            _ => uncounted_columns(pipeline, form),
        });
        let what = PARTS.iter().find(|(own, ..)| *own == part);
        let (zh, en) = what.map_or((part, part), |(_, zh, en)| (*zh, *en));
        let title = definition.map_or_else(|| Text::new(form, form), |form| form.title.clone());
        Ok(Stored {
            title: title.and(&Text::new(zh, en)),
            key: definition.map(key).unwrap_or_default(),
            columns: columns(first, &known.unwrap_or_default())?,
            files,
        })
    }

    /// The number of its rows.
    pub(super) fn count(&self) -> Result<usize, lake::Error> {
        self.files.iter().map(|file| count_rows(file)).sum()
    }
}

/// A column by name.
pub(super) fn column<'c>(given: &str, columns: &'c [ColumnSpec]) -> Result<&'c ColumnSpec, LookError> {
    let found = columns.iter().find(|column| column.name == given);
    found.ok_or_else(|| LookError::Unknown {
        what: "column",
        given: given.to_owned(),
        offer: Offer::of_all(given, columns.iter().map(|column| column.name.as_str())),
    })
}

/// Columns that tell the rows of a form apart.
fn key(form: &Form) -> Vec<String> {
    let own = form.key.iter().map(|&at| form.columns[at].id.clone());
    std::iter::once("period".to_owned()).chain(own).collect()
}

/// The columns of a file as what is known of them says; the type is that of the file, which an earlier version may have written.
fn columns(file: &Path, known: &[ColumnSpec]) -> Result<Vec<ColumnSpec>, LookError> {
    let of_file = |(name, value_type): (String, Option<ValueType>)| {
        let kind = kind_of(value_type?);
        let spec = known.iter().find(|column| column.name == name && column.kind == kind);
        Some(spec.cloned().unwrap_or_else(|| ColumnSpec {
            title: Text::new(&name, &name),
            name,
            kind,
            unit: None,
            null: Some(Text::default()),
            null_in: None,
            values: Vec::new(),
            values_of: None,
            caveat: None,
            value_titles: Default::default(),
        }))
    };
    Ok(column_types(file)?.into_iter().filter_map(of_file).collect())
}

fn kind_of(value_type: ValueType) -> ValueKind {
    match value_type {
        ValueType::Text => ValueKind::Text,
        ValueType::Integer => ValueKind::Integer,
        ValueType::Decimal => ValueKind::Real,
        ValueType::Boolean => ValueKind::Boolean,
        ValueType::Date => ValueKind::Date,
    }
}
