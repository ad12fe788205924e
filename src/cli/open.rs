//! `huizong open [PIPELINE]`

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;

use super::Exit;
use super::choice::{LANGS, choice};
use super::exit::say;
use super::look::{PlaceArgs, note_if_withheld};
use crate::domain::Lang;
use crate::remote::Needed;

/// Arguments of `huizong open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Language of the output [default: that of the locale]; the page has both languages
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Shows the report of a release in the browser, and prints its path.
pub fn run(args: OpenArgs) -> Exit {
    let found = args.place.ask_of(Needed::Report, |_, release| {
        Ok((release.report()?, release.withheld_since().map(str::to_owned)))
    });
    let (page, withheld_since) = match found {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    if let Err(error) = say(&format!("{}\n", page.display())) {
        return error;
    }
    // The page was written before that run.
    note_if_withheld(withheld_since.as_deref(), args.lang);
    if let Some(opener) = opener(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        && let Err(error) = open(OsStr::new(opener), &page)
    {
        // The path stands there already: whoever has no such program opens it in another way.
        tracing::debug!(%error, "no program to open the report");
    }
    Exit::Success
}

/// The system's program that opens a file as a click on it would; None where there is no screen.
fn opener(is_set: impl Fn(&str) -> bool) -> Option<&'static str> {
    match std::env::consts::OS {
        "macos" => Some("open"),
        "windows" => Some("explorer"),
        _ => ["DISPLAY", "WAYLAND_DISPLAY"]
            .into_iter()
            .any(is_set)
            .then_some("xdg-open"),
    }
}

/// Starts a program, which may stay for as long as the browser is open.
fn open(program: &OsStr, page: &Path) -> std::io::Result<()> {
    let mut command = Command::new(program);
    command
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().map(drop)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_opened_where_there_is_no_screen() {
        assert_eq!(opener(|_| false), None);
        for screen in ["DISPLAY", "WAYLAND_DISPLAY"] {
            assert_eq!(opener(|name| name == screen), Some("xdg-open"));
        }
    }
}
