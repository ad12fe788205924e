//! Faults of definitions and registries as a person reads them: file, line, caret, code, hint.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::domain::Diagnostic;

/// All diagnostics, each with the lines it concerns, and how many they are; `styled` for a terminal.
/// Files are read again for their lines; one that cannot be read is named without.
pub fn render(diagnostics: &[Diagnostic], styled: bool) -> String {
    render_as(Level::ERROR, "fault", diagnostics, styled)
}

/// The same for what does not stop anything, but is hardly meant.
pub fn render_warnings(diagnostics: &[Diagnostic], styled: bool) -> String {
    render_as(Level::WARNING, "warning", diagnostics, styled)
}

fn render_as(level: Level<'static>, noun: &str, diagnostics: &[Diagnostic], styled: bool) -> String {
    let mut texts: BTreeMap<&Path, Option<String>> = BTreeMap::new();
    // What concerns a file as a whole shows no line of it: it may be no plain file, and reading it would never end.
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.span != (0..0)) {
        let path = diagnostic.file.as_path();
        texts
            .entry(path)
            .or_insert_with(|| fs::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()));
    }
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let text = texts.get(diagnostic.file.as_path()).and_then(Option::as_deref);
        let _ = writeln!(out, "{}\n", renderer.render(&[group(level.clone(), diagnostic, text)]));
    }
    let plural = if diagnostics.len() == 1 { "" } else { "s" };
    let _ = writeln!(out, "{} {noun}{plural}", diagnostics.len());
    out
}

fn group<'a>(level: Level<'a>, diagnostic: &'a Diagnostic, text: Option<&'a str>) -> Group<'a> {
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
        Some(hint) => group.element(Level::HELP.message(hint.as_str())),
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
