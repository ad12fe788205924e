//! The areas as the release before had them, read from its table `area_spans`.

use std::collections::BTreeMap;

use super::before::{Old, Unfit};
use super::now::Now;
use crate::lake::read_frame;
use crate::pipeline::DimensionLevel;
use crate::registry::{Area, Registry};
use crate::tables::{Frame, Tolerance, Value, align, changed};

/// The table.
const SPANS: &str = "area_spans";

/// The registry of the release before. None: areas lie and are grouped as they are now.
pub(super) fn registry(old: &Old<'_>, now: Now<'_>) -> Result<Option<Registry>, Unfit> {
    let path = old.sound(&format!("tables/{SPANS}.parquet"))?;
    let frame = read_frame(&path)?;
    if is_same(&frame, now) {
        return Ok(None);
    }
    let pipeline = now.shared.pipeline;
    let text = |column: &str, row: usize| match frame.column(column).map(|values| values.get(row)) {
        Some(Value::Text(text)) => text.map(str::to_owned),
        _ => None,
    };
    let day = |column: &str, row: usize| match frame.column(column).map(|values| values.get(row)) {
        Some(Value::Date(day)) => day,
        _ => None,
    };
    let mut areas = Vec::with_capacity(frame.height);
    for row in 0..frame.height {
        let level = text("level", row).ok_or(Unfit::OtherSchema)?;
        let levels = &pipeline.registry.levels;
        areas.push(Area {
            code: text("area_code", row).ok_or(Unfit::OtherSchema)?,
            name: text("area_name", row).unwrap_or_default(),
            name_en: None,
            level: levels.iter().position(|own| *own == level).ok_or(Unfit::OtherSchema)?,
            kind: String::new(),
            parent_code: text("parent_code", row),
            valid_from: day("valid_from", row),
            valid_to: day("valid_to", row),
            code_prefixes: Vec::new(),
            aliases: Vec::new(),
            source: None,
            // What is missing is not compared with the release before.
            limits: BTreeMap::new(),
        });
    }
    let members = pipeline.dimensions.iter().map(|dimension| {
        let mut members = BTreeMap::new();
        let DimensionLevel::Area { level, .. } = dimension.level else {
            return members;
        };
        for (row, area) in areas.iter().enumerate().filter(|(_, area)| area.level == level) {
            let member = text(&dimension.id, row);
            let place = member.and_then(|member| dimension.members.iter().position(|own| own.id == member));
            if let Some(place) = place.and_then(|place| u16::try_from(place).ok()) {
                members.insert(area.code.clone(), place);
            }
        }
        members
    });
    let members = members.collect();
    Ok(Some(Registry::published(pipeline, areas, members)))
}

/// Whether both tables say the same of where areas lie and how they are grouped; names, kinds and sources group nothing.
fn is_same(before: &Frame, now: Now<'_>) -> bool {
    let ignored = ["area_name", "area_name_en", "kind", "source"];
    let names = |frame: &Frame| -> Vec<String> {
        let names = frame.columns.iter().map(|(name, _)| name.clone());
        names.filter(|name| !ignored.contains(&name.as_str())).collect()
    };
    let of_now: Vec<&str> = now
        .area_spans
        .spec
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let after = now.area_spans.frame(&of_now);
    let key = ["area_code", "valid_from"];
    let Some(aligned) = align(before, &after, &key) else {
        return false;
    };
    let same = |name: &String| {
        let columns = before.column(name).zip(after.column(name));
        let cells = columns.and_then(|(one, other)| changed(one, other, &aligned.both, Tolerance::default()));
        cells.is_some_and(|cells| cells.is_empty())
    };
    let (mine, theirs) = (names(before), names(&after));
    aligned.added.is_empty() && aligned.removed.is_empty() && mine == theirs && mine.iter().all(same)
}
