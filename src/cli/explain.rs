//! `huizong explain [CODE]`

use clap::Args;

use super::Exit;
use super::locale::default_lang;
use crate::domain::Lang;
use crate::report::{explain as explanation, list_codes, nearest_code};

/// Arguments of `huizong explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Code of a finding; without it, all codes are listed
    code: Option<String>,
    /// Language of what is printed; default: the locale's
    #[arg(long)]
    lang: Option<Lang>,
}

/// Prints what a code means, or every code there is.
pub fn explain(args: ExplainArgs) -> Exit {
    let lang = args.lang.unwrap_or_else(default_lang);
    let Some(code) = args.code else {
        print!("{}", list_codes(None, lang));
        return Exit::Success;
    };
    match explanation(&code, None, lang) {
        Some(text) => {
            print!("{text}");
            Exit::Success
        }
        None => {
            eprintln!("error: no finding has the code {code}");
            match nearest_code(&code, None) {
                Some(near) => eprintln!("  hint: did you mean {near}? `huizong explain` lists all codes"),
                None => {
                    eprintln!("  hint: `huizong explain` lists all codes; `--pipeline DIR` adds a pipeline's own rules")
                }
            }
            Exit::Usage
        }
    }
}
