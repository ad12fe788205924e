//! Which submission a workbook answers, by the sheets that a return had added to it.

use serde::{Deserialize, Serialize};

use super::archive;
use super::charset::Words;
use super::load::{Loaded, load};
use super::sheet::Sheet;
use super::sniff::is_compound;
use crate::domain::{Period, RETURN_MARK, ReturnMark};
use crate::pipeline::{FormIndex, Limits, Pipeline};

/// Marks of one file that are looked at: a return has one for each language and list, a clerk may put several together.
const MOST: usize = 64;
/// Bytes of a text in which a mark is looked for.
const TEXT_START: usize = 64 << 10;

/// What a return says of itself: which submission it answers, and as which revision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The form.
    pub form: FormIndex,
    /// The period.
    pub period: Period,
    /// Code of the area that had sent it.
    pub area: String,
    /// Revision of the submission that had the findings.
    pub answered: u32,
    /// The revision as which the return comes back; higher than `answered`.
    pub becomes: u32,
    /// Id of the submission that had the findings.
    pub id: String,
}

impl Mark {
    /// None where the mark stands for no form, period and revision of the pipeline, or for nothing at all.
    fn new(pipeline: &Pipeline, mark: &ReturnMark) -> Option<Mark> {
        let (becomes, answered) = (mark.becomes?, mark.answered()?);
        let (before, _digest) = mark.id.rsplit_once('-')?;
        let (before, _revision) = before.rsplit_once('-')?;
        let (before, form) = before.rsplit_once('-')?;
        let form = pipeline.forms.iter().position(|known| known.id == form)?;
        // A month has a hyphen itself, and so may the code of an area.
        let (period, area) = before.match_indices('-').find_map(|(at, _)| {
            let period = Period::parse(&before[..at], pipeline.period_kind)?;
            Some((period, before[at + 1..].to_owned()))
        })?;
        Some(Mark {
            form,
            period,
            area,
            answered,
            becomes,
            id: mark.id.clone(),
        })
    }
}

/// The marks on sheets that a return had added, each once, in order.
pub(super) fn of(pipeline: &Pipeline, sheets: &[Sheet]) -> Vec<Mark> {
    let read = |sheet: &Sheet| Mark::new(pipeline, &sheet.mark()?);
    let mut marks: Vec<Mark> = sheets.iter().take(MOST).filter_map(read).collect();
    marks.sort();
    marks.dedup();
    marks
}

/// The mark of a workbook that was made from a return whose list is gone: its properties say so. It is weaker than the mark of a
/// list, and only holds where the path says the same.
pub(super) fn of_origin(pipeline: &Pipeline, loaded: &Loaded) -> Option<Mark> {
    let origin = loaded.origin.as_ref().filter(|_| loaded.ours.is_empty())?;
    Mark::new(pipeline, origin)
}

/// The marks in the bytes of a file; none in one that cannot be read.
pub(super) fn in_bytes(pipeline: &Pipeline, bytes: Vec<u8>, limits: &Limits) -> Vec<Mark> {
    if !mentioned(&bytes, limits) {
        return Vec::new();
    }
    let loaded = load(bytes, &|_| false, &Words { known: &|_| false }, limits);
    loaded.map_or_else(|_| Vec::new(), |loaded| of(pipeline, &loaded.ours))
}

/// A first look that costs little: most workbooks are no returns.
pub(super) fn mentioned(bytes: &[u8], limits: &Limits) -> bool {
    if is_compound(bytes) {
        let wide: Vec<u8> = RETURN_MARK.encode_utf16().flat_map(u16::to_le_bytes).collect();
        return archive::has(bytes, RETURN_MARK.as_bytes()) || archive::has(bytes, &wide);
    }
    if archive::is_zip(bytes) {
        return archive::mentions(bytes, RETURN_MARK, limits);
    }
    // The list of a return, saved as text: the mark stands above its lines.
    archive::has(&bytes[..bytes.len().min(TEXT_START)], RETURN_MARK.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::domain::PeriodKind;

    #[test]
    fn a_mark_names_form_period_and_area() {
        let mut pipeline = fixture::pipeline();
        let mut read = |kind: PeriodKind, cell: &str| {
            pipeline.period_kind = kind;
            let mark = Mark::new(&pipeline, &ReturnMark::read(cell)?)?;
            let form = &pipeline.forms[mark.form].id;
            Some(format!(
                "{form} {} {} {}→{}",
                mark.period, mark.area, mark.answered, mark.becomes
            ))
        };
        for (kind, mark, expected) in [
            (
                PeriodKind::Year,
                "2020-130102-communities-r0-0a1b2c3d r1",
                Some("communities 2020 130102 0→1"),
            ),
            (
                PeriodKind::Month,
                "2020-03-BR-SP-communities-r1-0a1b2c3d",
                Some("communities 2020-03 BR-SP 1→2"),
            ),
            (PeriodKind::Year, "2020-130102-communities-r0-0a1b2c3d -", None),
            (PeriodKind::Year, "2020-130102-nothing-r0-0a1b2c3d r1", None),
            (PeriodKind::Year, "unknown-130102-communities-r0-0a1b2c3d r1", None),
            (PeriodKind::Quarter, "2020-130102-communities-r0-0a1b2c3d r1", None),
            (PeriodKind::Year, "x", None),
        ] {
            let read = read(kind, &format!("{RETURN_MARK} {mark}"));
            assert_eq!(read.as_deref(), expected, "{mark}");
        }
    }
}
