//! The language a person reads, by the locale, and the room there is for it.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::sync::OnceLock;

use super::choice::LANGS;
use crate::domain::Lang;
use crate::report::Page;

/// What `--lang` asks for on this command line.
static ASKED: OnceLock<Lang> = OnceLock::new();

/// Takes the language from the arguments, before they are parsed: their own errors are told in it.
pub fn choose(arguments: impl Iterator<Item = OsString>) {
    if let Some(lang) = asked(arguments) {
        // The first command line of a process holds.
        let _ = ASKED.set(lang);
    }
}

/// What is asked for; else Chinese under a Chinese locale, English under any other.
pub fn default_lang() -> Lang {
    let of_machine = || sys_locale::get_locale().map_or(Lang::En, |locale| of_locale(&locale));
    ASKED.get().copied().unwrap_or_else(of_machine)
}

/// The language of the last `--lang` that names one.
fn asked(arguments: impl Iterator<Item = OsString>) -> Option<Lang> {
    let all: Vec<String> = arguments.map(|word| word.to_string_lossy().into_owned()).collect();
    let named = all
        .iter()
        .enumerate()
        .filter_map(|(at, word)| match word.strip_prefix("--lang") {
            Some("") => all.get(at + 1).map(String::as_str),
            Some(given) => given.strip_prefix('='),
            None => None,
        });
    let lang = |word: &str| LANGS.iter().find(|(known, ..)| *known == word).map(|(.., lang)| *lang);
    named.filter_map(lang).next_back()
}

/// As wide as the terminal, and no wider than reads well.
pub fn page(lang: Lang) -> Page {
    columns().map_or(Page::new(lang), |columns| Page::within(lang, columns))
}

/// As wide as the terminal, for tables of as many columns as fit.
pub fn whole_page(lang: Lang) -> Page {
    columns().map_or(Page::new(lang), |columns| Page::as_wide_as(lang, columns))
}

/// Columns of the terminal: as `COLUMNS` says, where it says something, since a shell that exports it means it. None: standard output is
/// no terminal.
fn columns() -> Option<u16> {
    let said = std::env::var("COLUMNS").ok();
    let said = said.and_then(|columns| columns.trim().parse().ok());
    let asked = || {
        rustix::termios::tcgetwinsize(std::io::stdout())
            .ok()
            .map(|size| size.ws_col)
    };
    said.or_else(asked).filter(|columns| *columns > 0)
}

/// Whether standard error takes colours: it is a terminal, and nobody has asked for none (<https://no-color.org>).
pub fn takes_colours() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stderr().is_terminal() && !is_set("NO_COLOR") && !is_dumb
}

fn of_locale(locale: &str) -> Lang {
    let language = locale.split(['-', '_', '.', '@']).next().unwrap_or_default();
    if language.eq_ignore_ascii_case("zh") {
        Lang::Zh
    } else {
        Lang::En
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_among_any_arguments() {
        for (line, lang) in [
            ("run p --lang zh", Some(Lang::Zh)),
            ("run --lang=en p", Some(Lang::En)),
            ("--help --lang zh", Some(Lang::Zh)),
            ("run p --lang zh --lang en", Some(Lang::En)),
            ("run p --lang", None),
            ("run p --lang fr", None),
            ("run p --language zh", None),
            ("run p", None),
        ] {
            assert_eq!(asked(line.split(' ').map(OsString::from)), lang, "{line}");
        }
    }

    #[test]
    fn chinese_locales_of_any_spelling_are_chinese() {
        for (locale, lang) in [
            ("zh-CN", Lang::Zh),
            ("zh_CN.UTF-8", Lang::Zh),
            ("ZH", Lang::Zh),
            ("zh-Hant-HK", Lang::Zh),
            ("en-GB", Lang::En),
            ("C", Lang::En),
            ("zha-CN", Lang::En),
            ("", Lang::En),
        ] {
            assert_eq!(of_locale(locale), lang, "{locale}");
        }
    }
}
