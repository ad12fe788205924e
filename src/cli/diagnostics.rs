//! Faults of definitions and registries as a person reads them: file, line, caret, code, hint.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::locale::takes_colours;
use super::{Exit, default_lang};
use crate::domain::{Diagnostic, Lang, plural};

/// How grave diagnostics are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Nothing can be done with the definition.
    Fault,
    /// It stops nothing, but is probably a mistake.
    Warning,
    /// It has no effect, and may be intended.
    Note,
}

/// Prints what is wrong with a definition.
pub fn refuse(faults: &[Diagnostic]) -> Exit {
    let faults = [(Weight::Fault, faults)];
    super::exit::note(&rendered(default_lang(), &faults, takes_colours(), text_of_file));
    Exit::Usage
}

/// Prints what is hardly meant in a definition, then what changes nothing in it, and how many both are.
pub fn tell(warnings: &[Diagnostic], notes: &[Diagnostic]) {
    let all = [(Weight::Warning, warnings), (Weight::Note, notes)];
    if all.iter().any(|(_, diagnostics)| !diagnostics.is_empty()) {
        super::exit::note(&rendered(default_lang(), &all, takes_colours(), text_of_file));
    }
}

/// Prints what is wrong with a text that stands in no file but on the command line.
pub fn refuse_text(text: &str, faults: &[Diagnostic]) -> Exit {
    let text_of = |_: &Path| Some(text.to_owned());
    let faults = [(Weight::Fault, faults)];
    super::exit::note(&rendered(default_lang(), &faults, takes_colours(), text_of));
    Exit::Usage
}

/// Faults in English; `styled` for a terminal.
pub fn render(diagnostics: &[Diagnostic], styled: bool) -> String {
    render_in(Lang::En, Weight::Fault, diagnostics, styled)
}

/// All diagnostics, each with the lines it concerns, and how many they are; `styled` for a terminal.
/// Files are read again for their lines; one that cannot be read is named without.
pub fn render_in(lang: Lang, weight: Weight, diagnostics: &[Diagnostic], styled: bool) -> String {
    rendered(lang, &[(weight, diagnostics)], styled, text_of_file)
}

fn text_of_file(path: &Path) -> Option<String> {
    fs::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

/// The same of diagnostics of several weights, where `text_of` gives the text of a file.
fn rendered(
    lang: Lang,
    all: &[(Weight, &[Diagnostic])],
    styled: bool,
    text_of: impl Fn(&Path) -> Option<String>,
) -> String {
    let told = all
        .iter()
        .map(|(weight, diagnostics)| one_weight(lang, *weight, diagnostics, styled, &text_of));
    let counts = all.iter().filter(|(_, diagnostics)| !diagnostics.is_empty());
    let counts: Vec<String> = counts
        .map(|(weight, diagnostics)| count(lang, *weight, diagnostics.len()))
        .collect();
    let tally = match lang {
        Lang::Zh => format!("共 {}", counts.join("、")),
        Lang::En => counts.join(", "),
    };
    told.collect::<String>() + &tally + "\n"
}

/// Diagnostics of one weight, each with the lines it concerns.
fn one_weight(
    lang: Lang,
    weight: Weight,
    diagnostics: &[Diagnostic],
    styled: bool,
    text_of: impl Fn(&Path) -> Option<String>,
) -> String {
    let translated: Vec<Diagnostic>;
    let diagnostics = match lang {
        Lang::En => diagnostics,
        Lang::Zh => {
            translated = diagnostics.iter().map(Diagnostic::in_chinese).collect();
            &translated
        }
    };
    let mut texts: BTreeMap<&Path, Option<String>> = BTreeMap::new();
    // What concerns a file as a whole shows no line of it: it may be no plain file, and reading it would never end.
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.span != (0..0)) {
        let path = diagnostic.file.as_path();
        texts.entry(path).or_insert_with(|| text_of(path));
    }
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let text = texts.get(diagnostic.file.as_path()).and_then(Option::as_deref);
        let _ = writeln!(out, "{}\n", renderer.render(&[group(lang, weight, diagnostic, text)]));
    }
    out
}

/// `2 warnings`
fn count(lang: Lang, weight: Weight, count: usize) -> String {
    match (lang, weight) {
        (Lang::Zh, Weight::Fault) => format!("{count} 处错误"),
        (Lang::Zh, Weight::Warning) => format!("{count} 处警告"),
        (Lang::Zh, Weight::Note) => format!("{count} 处说明"),
        (Lang::En, Weight::Fault) => plural(count, "fault"),
        (Lang::En, Weight::Warning) => plural(count, "warning"),
        (Lang::En, Weight::Note) => plural(count, "note"),
    }
}

fn group<'a>(lang: Lang, weight: Weight, diagnostic: &'a Diagnostic, text: Option<&'a str>) -> Group<'a> {
    let (level, help) = match (lang, weight) {
        (Lang::Zh, Weight::Fault) => (Level::ERROR.with_name("错误"), Level::HELP.with_name("提示")),
        (Lang::Zh, Weight::Warning) => (Level::WARNING.with_name("警告"), Level::HELP.with_name("提示")),
        (Lang::Zh, Weight::Note) => (Level::NOTE.with_name("说明"), Level::HELP.with_name("提示")),
        (Lang::En, Weight::Fault) => (Level::ERROR, Level::HELP),
        (Lang::En, Weight::Warning) => (Level::WARNING, Level::HELP),
        (Lang::En, Weight::Note) => (Level::NOTE, Level::HELP),
    };
    let path = diagnostic.file.to_string_lossy();
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let group = match text.filter(|_| diagnostic.span != (0..0)) {
        Some(text) => {
            let primary = AnnotationKind::Primary.span(within(text, diagnostic.span.clone()));
            let related = diagnostic.related.as_ref().map(|(span, label)| {
                AnnotationKind::Context
                    .span(within(text, span.clone()))
                    .label(label.as_str())
            });
            title.element(
                Snippet::source(text)
                    .path(path)
                    .annotation(primary)
                    .annotations(related),
            )
        }
        None => title.element(Origin::path(path)),
    };
    match &diagnostic.hint {
        Some(hint) => group.element(help.message(hint.as_str())),
        None => group,
    }
}

/// The span, moved to characters that the text has: the file may have changed since.
fn within(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.min(text.len()));
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(file: &Path, span: Range<usize>) -> Diagnostic {
        Diagnostic {
            code: "unknown-key",
            message: "unknown key `hedders`".into(),
            file: file.into(),
            span,
            related: None,
            hint: Some("did you mean `headers`?".into()),
        }
    }

    #[test]
    fn a_fault_shows_its_line_code_and_hint() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("form.toml");
        fs::write(&file, "id = \"x\"\nhedders = [\"社区\"]\n").unwrap();
        let shown = render(&[diagnostic(&file, 9..16)], false);
        for part in [
            "error[unknown-key]: unknown key `hedders`",
            "form.toml:2:1",
            "^^^^^^^",
            "did you mean `headers`?",
            "1 fault\n",
        ] {
            assert!(shown.contains(part), "{part} is not in\n{shown}");
        }
    }

    #[test]
    fn the_tally_has_what_there_is_of_each_weight() {
        let one = diagnostic(Path::new("gone.toml"), 0..0);
        let tally = |lang: Lang, warnings: usize, notes: usize| {
            let [warnings, notes] = [warnings, notes].map(|many| vec![one.clone(); many]);
            let all = [(Weight::Warning, &warnings[..]), (Weight::Note, &notes[..])];
            let text = rendered(lang, &all, false, |_| None);
            text.lines().last().map(str::to_owned)
        };
        for (lang, warnings, notes, expected) in [
            (Lang::En, 1, 2, "1 warning, 2 notes"),
            (Lang::En, 2, 0, "2 warnings"),
            (Lang::En, 0, 1, "1 note"),
            (Lang::Zh, 1, 2, "共 1 处警告、2 处说明"),
            (Lang::Zh, 0, 1, "共 1 处说明"),
        ] {
            assert_eq!(tally(lang, warnings, notes).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_file_that_is_gone_or_shorter_is_still_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("社.toml");
        assert!(render(&[diagnostic(&file, 9..16)], false).contains("社.toml"));
        fs::write(&file, "社").unwrap();
        for span in [1..2, 0..1, 90..99, 3..3] {
            assert!(render(&[diagnostic(&file, span)], true).contains("社.toml"));
        }
    }
}
