//! `huizong man [--output DIR]`

use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man;

use super::chinese;
use super::exit::{Exit, complain, say};
use super::locale::default_lang;
use crate::domain::Lang;
use crate::lake::{Error, disk};

/// Arguments of `huizong man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder for the pages of all commands: huizong.1, huizong-run.1, … [default: one page on standard output]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Prints the page of a command line, or writes those of all its commands.
pub fn run(args: ManArgs, mut program: clap::Command) -> Exit {
    let Some(folder) = args.output else {
        let printed = say(&String::from_utf8_lossy(&written(Man::new(program))));
        return printed.map_or_else(|failed| failed, |()| Exit::Success);
    };
    // Gives each command the name under which its page is looked up.
    program.build();
    match write_below(&program, &folder) {
        Ok(()) => Exit::Success,
        Err(error) => {
            complain(&error, None);
            Exit::Machine
        }
    }
}

/// Writes the page of a command, and those of the commands below it.
fn write_below(command: &clap::Command, folder: &Path) -> Result<(), Error> {
    let page = Man::new(command.clone());
    disk::write(&folder.join(page.get_filename()), &written(page))?;
    let mut below = command.get_subcommands();
    below.try_for_each(|command| write_below(command, folder))
}

/// A page in the language of roff.
fn written(page: Man) -> Vec<u8> {
    let mut text = Vec::new();
    let page = page.source(concat!("huizong ", env!("CARGO_PKG_VERSION")));
    page.render(&mut text).expect("writing to memory does not fail");
    match default_lang() {
        Lang::Zh => chinese::manual(&String::from_utf8_lossy(&text)).into_bytes(),
        Lang::En => text,
    }
}
