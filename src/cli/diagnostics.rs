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
use crate::domain::{Diagnostic, Lang};

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
    print(Weight::Fault, faults);
    Exit::Usage
}

/// Prints what is hardly meant in a definition.
pub fn warn(warnings: &[Diagnostic]) {
    print(Weight::Warning, warnings);
}

/// Prints what a definition has that changes nothing.
pub fn note(notes: &[Diagnostic]) {
    print(Weight::Note, notes);
}

/// Prints what is wrong with a text that stands in no file but on the command line.
pub fn refuse_text(text: &str, faults: &[Diagnostic]) -> Exit {
    let text_of = |_: &Path| Some(text.to_owned());
    super::exit::note(&rendered(
        default_lang(),
        Weight::Fault,
        faults,
        takes_colours(),
        text_of,
    ));
    Exit::Usage
}

fn print(weight: Weight, diagnostics: &[Diagnostic]) {
    super::exit::note(&render_in(default_lang(), weight, diagnostics, takes_colours()));
}

/// Faults in English; `styled` for a terminal.
pub fn render(diagnostics: &[Diagnostic], styled: bool) -> String {
    render_in(Lang::En, Weight::Fault, diagnostics, styled)
}

/// All diagnostics, each with the lines it concerns, and how many they are; `styled` for a terminal.
/// Files are read again for their lines; one that cannot be read is named without.
pub fn render_in(lang: Lang, weight: Weight, diagnostics: &[Diagnostic], styled: bool) -> String {
    let text_of = |path: &Path| fs::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    rendered(lang, weight, diagnostics, styled, text_of)
}

/// The same, where `text_of` gives the text of a file.
fn rendered(
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
    let (count, plural) = (diagnostics.len(), if diagnostics.len() == 1 { "" } else { "s" });
    let _ = match (lang, weight) {
        (Lang::Zh, Weight::Fault) => writeln!(out, "共 {count} 处错误"),
        (Lang::Zh, Weight::Warning) => writeln!(out, "共 {count} 处警告"),
        (Lang::Zh, Weight::Note) => writeln!(out, "共 {count} 处说明"),
        (Lang::En, Weight::Fault) => writeln!(out, "{count} fault{plural}"),
        (Lang::En, Weight::Warning) => writeln!(out, "{count} warning{plural}"),
        (Lang::En, Weight::Note) => writeln!(out, "{count} note{plural}"),
    };
    out
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
