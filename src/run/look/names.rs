//! Periods and areas by the names that people write.

use super::error::LookError;
use super::offer::Offer;
use crate::domain::{Period, Text};
use crate::pipeline::Pipeline;
use crate::registry::{Area, Areas};

pub(super) fn period(given: &str, pipeline: &Pipeline) -> Result<Period, LookError> {
    let found = pipeline.periods.iter().find(|period| period.to_string() == given);
    found.copied().ok_or_else(|| LookError::Unknown {
        what: "period",
        given: given.into(),
        offer: Offer::Known(pipeline.periods.iter().map(ToString::to_string).collect()),
    })
}

/// The area in force with a code, or with a name that only one area has.
pub(in crate::run) fn area<'a>(given: &str, areas: &'a Areas) -> Result<&'a Area, LookError> {
    if let Some(area) = areas.get(given) {
        return Ok(area);
    }
    let is = |area: &&Area| area.name == given || area.name_en.as_deref() == Some(given);
    let named: Vec<&Area> = areas.iter().filter(is).collect();
    if named.len() > 1 {
        return Err(LookError::Ambiguous {
            given: given.into(),
            areas: named.iter().map(|area| placed(area, areas)).collect(),
        });
    }
    named.into_iter().next().ok_or_else(|| {
        let names = areas.iter().flat_map(|area| {
            [
                Some(area.code.as_str()),
                Some(area.name.as_str()),
                area.name_en.as_deref(),
            ]
        });
        // Whoever writes English names is offered these.
        let described = |name: String| {
            let is = |area: &&Area| area.code == name || area.name == name || area.name_en.as_deref() == Some(&name);
            match areas.iter().find(is) {
                Some(area) if area.name_en.as_deref() == Some(&name) => format!("{} {name}", area.code),
                Some(area) => format!("{} {}", area.code, area.name),
                None => name,
            }
        };
        LookError::Unknown {
            what: "area",
            given: given.into(),
            offer: Offer::new(given, names.flatten()).map(described),
        }
    })
}

/// `110105 朝阳区 (北京市)`: what tells areas of one name apart.
fn placed(area: &Area, areas: &Areas) -> String {
    let above = area.parent_code.as_deref().and_then(|parent| areas.get(parent));
    let above = above.map_or(String::new(), |above| format!(" ({})", above.name));
    format!("{} {}{above}", area.code, area.name)
}

/// What a person calls an area; its code where the registry does not know it.
pub(super) fn name_of(areas: &Areas, code: &str) -> Text {
    areas.get(code).map_or_else(|| Text::new(code, code), Area::title)
}
