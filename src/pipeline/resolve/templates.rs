//! `{period}/{province}/{county}_communities*#sheet`

use super::plan::Plan;
use crate::pipeline::definition::Located;
use crate::pipeline::faults::{Faults, Source, choices};
use crate::pipeline::model::FileTemplate;
use crate::pipeline::paths::within_input;

/// A template with its placeholders checked.
pub(super) fn resolve(
    text: &Located<String>,
    plan: &Plan,
    source: &Source,
    faults: &mut Faults,
) -> Option<FileTemplate> {
    if !within_input(text, source, faults) {
        return None;
    }
    let mut known: Vec<&str> = vec!["period"];
    known.extend(plan.levels().iter().map(String::as_str));
    let sound = placeholders(text, source, faults)?.into_iter().all(|(start, name)| {
        let fits = known.contains(&name) || plan.registry.is_none();
        if !fits {
            let hint = match name {
                "revision" => Some("the revision has a key of its own: revision = \"_r{revision}\"".to_owned()),
                "year" | "half" | "quarter" | "month" => Some("a period of any length is `{period}`".to_owned()),
                _ => choices(name, known.iter().copied()),
            };
            let message = format!("unknown placeholder `{{{name}}}`");
            faults.add_inside(
                source,
                "unknown-placeholder",
                text,
                start..start + name.len() + 2,
                message,
                hint,
            );
        }
        fits
    });
    let (path, sheet) = text
        .rsplit_once('#')
        .map_or((text.as_str(), None), |(path, sheet)| (path, Some(sheet)));
    if path.trim().is_empty() || sheet.is_some_and(|s| s.trim().is_empty()) {
        let message = "a template has a path, and a sheet after `#`".to_owned();
        faults.add(source, "bad-template", text.span(), message, None);
        return None;
    }
    sound.then(|| FileTemplate {
        path: path.to_owned(),
        sheet: sheet.map(str::to_owned),
    })
}

/// The revision part: exactly one `{revision}` between other characters.
pub(super) fn revision(text: &Located<String>, source: &Source, faults: &mut Faults) -> Option<String> {
    let names = placeholders(text, source, faults)?;
    let fits = matches!(names.as_slice(), [(_, "revision")]) && text.len() > "{revision}".len();
    if !fits {
        let message = format!("`{}` is no revision part", text);
        let hint = "something that sets it off and {revision}, such as `_r{revision}`".to_owned();
        faults.add(source, "bad-template", text.span(), message, hint);
    }
    fits.then(|| (**text).clone())
}

/// Each `{name}` with the byte at which it begins.
fn placeholders<'a>(text: &'a Located<String>, source: &Source, faults: &mut Faults) -> Option<Vec<(usize, &'a str)>> {
    let mut all = Vec::new();
    let mut rest = 0;
    while let Some(open) = text[rest..].find(['{', '}']).map(|at| rest + at) {
        let name_end = text[open + 1..].find(['{', '}']).map(|at| open + 1 + at);
        match name_end {
            Some(close) if text[open..].starts_with('{') && text[close..].starts_with('}') => {
                all.push((open, &text[open + 1..close]));
                rest = close + 1;
            }
            _ => {
                let message = "a brace without its partner".to_owned();
                faults.add_inside(source, "bad-template", text, open..open + 1, message, None);
                return None;
            }
        }
    }
    Some(all)
}
