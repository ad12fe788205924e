//! The path of a form's files as people read it: what is known of it in its places, and words in place of the rest.

use super::model::{FileTemplate, FormIndex, LevelIndex, Pipeline};
use crate::domain::{Lang, Text};

/// What a file is called where its name may end in anything.
const ENDING: &str = ".xlsx";

/// The path of a template with a period and the codes of areas in their places: `2020/<code of the Province>/130102_communities.xlsx`.
/// Where these are not known, words stand in their place.
pub fn path_in_words(
    pipeline: &Pipeline,
    template: &FileTemplate,
    period: Option<&str>,
    areas: &[(LevelIndex, String)],
) -> Text {
    let open = template
        .path
        .strip_suffix(".*")
        .or_else(|| template.path.strip_suffix('*'));
    let path = open.map_or_else(|| template.path.clone(), |stem| format!("{stem}{ENDING}"));
    let filled = |lang| filled(pipeline, &path, (period, areas), lang);
    Text::new(filled(Lang::Zh), filled(Lang::En))
}

/// The sheet that a form's records are on, as a person would name it: a sheet called like the form is also found by the form's
/// title, and words stand for places.
pub fn sheet_in_words(pipeline: &Pipeline, form: FormIndex, sheet: &str) -> Text {
    let form = &pipeline.forms[form];
    if sheet == form.id {
        return form.title.clone();
    }
    let filled = |lang| filled(pipeline, sheet, (None, &[]), lang);
    Text::new(filled(Lang::Zh), filled(Lang::En))
}

/// A template with words or what is known in its places.
fn filled(
    pipeline: &Pipeline,
    template: &str,
    (period, areas): (Option<&str>, &[(LevelIndex, String)]),
    lang: Lang,
) -> String {
    let mut path = template.replace('*', "");
    let said = |zh: &str, en: &str| match lang {
        Lang::Zh => format!("〈{zh}〉"),
        Lang::En => format!("<{en}>"),
    };
    let period = period.map_or_else(|| said("报告期", "period"), str::to_owned);
    path = path.replace("{period}", &period);
    let levels = pipeline.registry.levels.iter().zip(&pipeline.registry.titles);
    for (level, (id, title)) in levels.enumerate() {
        let code = areas.iter().find(|(of, _)| *of == level).map(|(_, code)| code.clone());
        let words = || {
            let title = title.get(lang);
            said(&format!("{title}代码"), &format!("code of the {title}"))
        };
        path = path.replace(&format!("{{{id}}}"), &code.unwrap_or_else(words));
    }
    path
}
