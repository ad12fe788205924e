//! The path under which a submission is answered: the way back through the templates.

use super::claim::Claim;
use super::template::{self, Template};
use crate::pipeline::{FileTemplate, Pipeline};

/// What a return is.
const ENDING: &str = ".xlsx";

/// The first of the form's templates under which a workbook with this form's sheet alone is claimed as this revision.
pub(super) fn path(pipeline: &Pipeline, templates: &[Template], claim: &Claim, revision: u32) -> Option<String> {
    let part = pipeline.forms[claim.form].revision.as_deref()?;
    as_part(
        pipeline,
        templates,
        claim,
        (revision, &part.replace("{revision}", &revision.to_string())),
    )
}

/// The same for what has not been sent before.
pub(super) fn first(pipeline: &Pipeline, templates: &[Template], claim: &Claim) -> Option<String> {
    as_part(pipeline, templates, claim, (0, ""))
}

fn as_part(
    pipeline: &Pipeline,
    templates: &[Template],
    claim: &Claim,
    (revision, part): (u32, &str),
) -> Option<String> {
    let form = &pipeline.forms[claim.form];
    // A file for several forms lacks the others' sheets.
    let whole = form.files.iter().filter(|template| template.sheet.is_none());
    let of_sheets = form.files.iter().filter(|template| template.sheet.is_some());
    whole
        .chain(of_sheets)
        .filter_map(|template| filled(pipeline, template, claim, part))
        .find(|path| is_answer(pipeline, templates, claim, revision, path))
}

/// A template with the claim's own period and areas in its places, and the revision before the ending.
fn filled(pipeline: &Pipeline, template: &FileTemplate, claim: &Claim, part: &str) -> Option<String> {
    let mut path = template.path.clone();
    if let Some(period) = &claim.period_text {
        path = path.replace("{period}", period);
    }
    for (level, code) in &claim.areas {
        path = path.replace(&format!("{{{}}}", pipeline.registry.levels[*level]), code);
    }
    let open = path.strip_suffix(".*").or_else(|| path.strip_suffix('*'));
    let path = match open {
        Some(stem) => format!("{}{part}{ENDING}", stem.replace('*', "")),
        None => {
            let path = path.replace('*', "");
            let folder = path.rfind('/').map_or(0, |at| at + 1);
            let ending = path[folder..].rfind('.').map_or(path.len(), |at| folder + at);
            format!("{}{part}{}", &path[..ending], &path[ending..])
        }
    };
    (!path.contains('{')).then_some(path)
}

fn is_answer(pipeline: &Pipeline, templates: &[Template], claim: &Claim, revision: u32, path: &str) -> bool {
    let claims = template::claims(templates, pipeline, path);
    let same = |other: &Claim| {
        other.form == claim.form
            && other.revision == revision
            && other.period == claim.period
            && other.areas.iter().all(|area| claim.areas.contains(area))
    };
    !claims.is_empty() && claims.iter().all(same)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::domain::Period;

    fn answer(path: &str, change: impl FnOnce(&mut Pipeline)) -> Option<String> {
        let mut pipeline = fixture::pipeline();
        let claims = template::claims(&template::compile(&pipeline), &pipeline, path);
        change(&mut pipeline);
        let templates = template::compile(&pipeline);
        super::path(&pipeline, &templates, claims.first().unwrap(), 2)
    }

    #[test]
    fn an_answer_is_the_next_revision_and_nothing_else() {
        let expected = Some("2020/130000/130102_communities_r2.xlsx".to_owned());
        for path in [
            "2020/130000/130102_communities.csv",
            "2020/130000/130102_communities_r1_final.csv",
            // The summary that lies in the same workbook is not missed in the answer.
            "2020/130000/130102.xlsx",
        ] {
            assert_eq!(answer(path, |_| ()), expected, "{path}");
        }
    }

    #[test]
    fn a_fixed_ending_is_kept() {
        let fixed = |pipeline: &mut Pipeline| {
            for template in &mut pipeline.forms[0].files {
                template.path = "{period}/{province}/{county}_communities.csv".into();
            }
        };
        let expected = Some("2020/130000/130102_communities_r2.csv".to_owned());
        assert_eq!(answer("2020/130000/130102_communities.csv", fixed), expected);
    }

    #[test]
    fn without_a_revision_part_there_is_no_answer_beside_the_file() {
        let bare = |pipeline: &mut Pipeline| pipeline.forms[0].revision = None;
        assert_eq!(answer("2020/130000/130102_communities.csv", bare), None);
    }

    #[test]
    fn where_every_template_is_shared_nothing_is_promised() {
        let shared = |pipeline: &mut Pipeline| pipeline.forms[0].files.retain(|template| template.sheet.is_some());
        assert_eq!(answer("2020/130000/130102.xlsx", shared), None);
        assert!(Period::parse_any("2020").is_some());
    }
}
