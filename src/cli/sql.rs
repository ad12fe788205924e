//! `huizong sql QUERY --form FORM [PIPELINE]`

use clap::Args;

use super::choice::{Choices, LANGS, choice};
use super::exit::say;
use super::look::PlaceArgs;
use super::{Exit, default_lang};
use crate::domain::Lang;
use crate::run::look::{self, LookError, NotGiven, Query};

const QUERIES: &Choices<Query> = &[
    (
        "cube",
        "The sums behind every published figure, bounds included",
        Query::Cube,
    ),
    (
        "records",
        "The rows that were judged, with their status",
        Query::Records,
    ),
];

/// Arguments of `huizong sql`.
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// What the query gives
    #[arg(value_name = "QUERY", value_parser = choice(QUERIES))]
    query: Option<Query>,
    /// Form whose rows it reads; without it, the forms are listed
    #[arg(long, value_name = "FORM")]
    form: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Language of the comments [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Prints SQL that DuckDB runs on the files of the release.
pub fn run(args: SqlArgs) -> Exit {
    let lang = args.lang.unwrap_or_else(default_lang);
    let text = args.place.ask(|pipeline, release| {
        let (Some(query), Some(form)) = (args.query, &args.form) else {
            let queries = || NotGiven::new("QUERY", QUERIES.iter().map(|(name, ..)| *name));
            let query = args.query.is_none().then(queries);
            let form = args.form.is_none().then(|| NotGiven::form(pipeline));
            return Err(LookError::NotGiven(query.into_iter().chain(form).collect()));
        };
        look::sql(pipeline, release, form, query, lang)
    });
    let printed = text.and_then(|text| say(&text));
    printed.map_or_else(|failed| failed, |()| Exit::Success)
}
