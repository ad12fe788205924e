//! `huizong headers [PIPELINE]`

use clap::Args;

use super::Exit;
use super::look::LookArgs;
use crate::run::look;

/// Arguments of `huizong headers`.
#[derive(Debug, Args)]
pub struct HeadersArgs {
    /// Only this form
    #[arg(long, value_name = "FORM")]
    form: Option<String>,
    #[command(flatten)]
    look: LookArgs,
}

/// Lists the unknown header layouts of the current release, and the TOML that would map them.
pub fn run(args: HeadersArgs) -> Exit {
    args.look
        .answer(|pipeline, release| look::headers(pipeline, release, args.form.as_deref()))
}
