//! Path templates of forms, `{period}/{province}/{county}_communities*#sheet`, and the claims on a path.

use regex::Regex;

use super::claim::{Claim, SheetPart};
use super::leftovers::says_old;
use super::pattern::{Pattern, Said};
use crate::domain::Period;
use crate::pipeline::{FormIndex, Pipeline};

/// One template of one form.
pub(super) struct Template {
    form: FormIndex,
    path: Pattern,
    sheet: Option<SheetPart>,
    /// The form's revision part, and the same cut off just before a file's ending.
    revision: Option<Revision>,
}

struct Revision {
    /// What stands before the number: a path without it needs no search.
    lead: String,
    /// Within the text of a `*`.
    anywhere: Regex,
    /// Right before the file's ending.
    before_ending: Regex,
    /// Right before the file's ending, what a clerk may take for it: large letters, blanks, digits of any kind and more.
    like: Regex,
}

/// All templates of a pipeline, in order of forms and of their templates.
pub(super) fn compile(pipeline: &Pipeline) -> Vec<Template> {
    let mut all = Vec::new();
    for (form, definition) in pipeline.forms.iter().enumerate() {
        for template in &definition.files {
            let Some(path) = Pattern::new(&template.path, pipeline) else {
                continue;
            };
            let sheet = template.sheet.as_deref().map(|sheet| SheetPart::new(sheet, pipeline));
            let revision = definition.revision.as_deref().and_then(Revision::new);
            all.push(Template {
                form,
                path,
                sheet,
                revision,
            });
        }
    }
    all
}

/// The claims on a path: for each form its first matching template, and where that is about sheets every further one
/// that is. A file that a form claims as a whole holds no other form's sheet, unless it stands alone on that path.
pub(super) fn claims(templates: &[Template], pipeline: &Pipeline, path: &str) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for template in templates {
        let mut same = claims.iter().filter(|claim| claim.form == template.form);
        if same.all(|claim| claim.sheet.is_some() && template.sheet.is_some())
            && let Some((said, revision)) = template.read(path)
        {
            let period = said
                .period
                .as_deref()
                .and_then(|text| Period::parse(text, pipeline.period_kind));
            claims.push(Claim {
                form: template.form,
                sheet: template.sheet.clone(),
                period,
                period_text: said.period,
                areas: said.areas,
                old: said.rest.iter().any(|rest| says_old(rest)),
                revision,
                unread_revision: template.unread(path).filter(|_| revision == 0),
                told: None,
            });
        }
    }
    if claims.iter().any(|claim| claim.sheet.is_none()) {
        claims.retain(|claim| claim.sheet.is_none());
    }
    // A nation of many periods has a claim for each of many thousand files.
    claims.shrink_to_fit();
    claims
}

impl Template {
    fn read(&self, path: &str) -> Option<(Said, u32)> {
        if let Some(revision) = &self.revision
            && let Some((plain, number)) = revision.cut(path)
            && let Some(said) = self.path.read(&plain)
        {
            return Some((said, number));
        }
        let said = self.path.read(path)?;
        let number = self
            .revision
            .as_ref()
            .and_then(|r| said.rest.iter().find_map(|rest| r.within(rest)));
        Some((said, number.unwrap_or(0)))
    }
}

impl Template {
    /// A revision part that cannot be read, where the path has one.
    fn unread(&self, path: &str) -> Option<String> {
        let revision = self.revision.as_ref()?;
        let like = revision.like.captures(path)?;
        // `_r0` is a revision like any other.
        (revision.cut(path).is_none() && revision.within(path).is_none()).then(|| like[1].to_owned())
    }
}

impl Revision {
    /// From `_r{revision}`; `None` without its placeholder.
    fn new(part: &str) -> Option<Revision> {
        let (before, after) = part.split_once("{revision}")?;
        let core = format!("{}([0-9]{{1,9}}){}", regex::escape(before), regex::escape(after));
        Some(Revision {
            lead: before.to_owned(),
            anywhere: Regex::new(&format!("{core}(?:[^0-9A-Za-z]|$)")).ok()?,
            like: Regex::new(&format!(
                r"((?i:{})[ _-]*\p{{N}}[^./]*)(?:\.[^./]*)?$",
                regex::escape(before)
            ))
            .ok()?,
            before_ending: Regex::new(&format!(r"^(.*){core}((?:\.[^./]*)?)$")).ok()?,
        })
    }

    /// `130102_communities_r2.csv` → `130102_communities.csv`, 2.
    fn cut(&self, path: &str) -> Option<(String, u32)> {
        if !path.contains(&self.lead) {
            return None;
        }
        let found = self.before_ending.captures(path)?;
        Some((format!("{}{}", &found[1], &found[3]), found[2].parse().ok()?))
    }

    fn within(&self, rest: &str) -> Option<u32> {
        self.anywhere.captures(rest)?[1].parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use crate::pipeline::CodeScheme;

    fn read(pipeline: &Pipeline, path: &str) -> Vec<String> {
        claims(&compile(pipeline), pipeline, path)
            .iter()
            .map(|claim| {
                let areas: Vec<&str> = claim.areas.iter().map(|(_, code)| code.as_str()).collect();
                let sheet = if claim.sheet.is_some() { "#" } else { "" };
                let form = &pipeline.forms[claim.form].id;
                format!(
                    "{form}{sheet} {} {} r{}",
                    claim.period_text.as_deref().unwrap_or("-"),
                    areas.join("<"),
                    claim.revision
                )
            })
            .collect()
    }

    #[test]
    fn paths_and_their_claims() {
        let pipeline = fixture::pipeline();
        for (path, expected) in [
            (
                "2020/130000/130102_communities.csv",
                vec!["communities 2020 130000<130102 r0"],
            ),
            (
                "2020/130000/130102_communities_r2.csv",
                vec!["communities 2020 130000<130102 r2"],
            ),
            (
                "2020/130000/130102_communities_r2_final.csv",
                vec!["communities 2020 130000<130102 r2"],
            ),
            (
                "2020/130000/130102_communities_final.csv",
                vec!["communities 2020 130000<130102 r0"],
            ),
            (
                "2020/130000/130102_communities",
                vec!["communities 2020 130000<130102 r0"],
            ),
            (
                "2020/130000/130102_summary_r1.xlsx",
                vec!["county_summaries 2020 130000<130102 r1"],
            ),
            (
                "2020/130000/130102.xlsx",
                vec![
                    "communities# 2020 130000<130102 r0",
                    "county_summaries# 2020 130000<130102 r0",
                ],
            ),
            (
                "2020/130000/130102_r3.xls",
                vec![
                    "communities# 2020 130000<130102 r3",
                    "county_summaries# 2020 130000<130102 r3",
                ],
            ),
            (
                "x/130000/130102_communities.csv",
                vec!["communities x 130000<130102 r0"],
            ),
            ("2020/130000/通知.csv", vec![]),
            ("2020/130102_communities.csv", vec![]),
            ("2020/130000/x/130102_communities.csv", vec![]),
            ("reporters.csv", vec![]),
        ] {
            assert_eq!(read(&pipeline, path), expected, "{path}");
        }
    }

    #[test]
    fn plain_codes_may_hold_anything_but_a_slash() {
        let mut pipeline = fixture::pipeline();
        pipeline.registry.code_scheme = CodeScheme::Plain;
        let expected = ["communities 2020 BR<BR-SP_1 r1"];
        assert_eq!(read(&pipeline, "2020/BR/BR-SP_1_communities_r1.csv"), expected);
    }
}
