//! `huizong completions SHELL`

use clap::Args;
use clap_complete::{Shell, generate};

use super::exit::{Exit, say};

/// Arguments of `huizong completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell that reads the script
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Prints the script for a command line.
pub fn run(args: CompletionsArgs, mut program: clap::Command) -> Exit {
    let mut script = Vec::new();
    generate(args.shell, &mut program, "huizong", &mut script);
    let printed = say(&String::from_utf8_lossy(&script));
    printed.map_or_else(|failed| failed, |()| Exit::Success)
}
