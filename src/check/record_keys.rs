//! The key of each record.

use std::borrow::Cow;

use polars::prelude::AnyValue;

use super::error::Error;
use super::partition::{Partition, shown};
use super::unit::key_columns;
use crate::domain::{half_width, unit_key};

/// The key of every record; None where a part of it is missing or could not be read. Full-width and half-width characters are
/// the same, as in codes. Where one column of text is the key, hardly anything is copied.
pub(super) fn keys<'p>(partition: &'p Partition) -> Result<Vec<Option<Cow<'p, str>>>, Error> {
    let names = key_columns(partition.form);
    if let [name] = names.as_slice()
        && let Ok(texts) = partition.column(name)?.str()
    {
        return Ok(texts.iter().map(|key| key.map(half_width)).collect());
    }
    (0..partition.statuses.len())
        .map(|record| Ok(composite_key(partition, &names, record)?.map(Cow::Owned)))
        .collect()
}

/// The key of one record, of half-width characters.
pub(super) fn composite_key(partition: &Partition, names: &[String], record: usize) -> Result<Option<String>, Error> {
    let mut parts = Vec::with_capacity(names.len());
    for name in names {
        let value = value(partition, name, record)?;
        if value.is_null() {
            return Ok(None);
        }
        parts.push(half_width(&shown(&value)).into_owned());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(Some(unit_key(&parts)))
}

pub(super) fn value<'p>(partition: &'p Partition, name: &str, record: usize) -> Result<AnyValue<'p>, Error> {
    let broken = |source| Error::Frame {
        form: partition.form.id.clone(),
        source,
    };
    partition.column(name)?.get(record).map_err(broken)
}
