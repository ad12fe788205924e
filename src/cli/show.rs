//! `huizong show TABLE [PIPELINE]`

use clap::Args;

use super::choice::{Choices, LANGS, choice};
use super::exit::{say, say_more};
use super::locale::whole_page;
use super::look::{PlaceArgs, note_if_withheld};
use super::{Exit, default_lang};
use crate::domain::Lang;
use crate::report::{RowsFormat, RowsWriter};
use crate::run::look::{self, LookError, NotGiven, ShowQuery, Shown};

const FORMATS: &Choices<RowsFormat> = &[
    ("table", "As many columns as fit the terminal", RowsFormat::Table),
    ("csv", "CSV in UTF-8", RowsFormat::Csv),
    ("json", "One JSON object a line", RowsFormat::Json),
    ("md", "A Markdown table", RowsFormat::Markdown),
];

/// Rows that are listed where nothing else is said, for a person.
const USUAL: usize = 20;

/// Arguments of `huizong show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Table of the release, or facts/FORM or uncounted/FORM; without it, the tables are listed
    table: Option<String>,
    /// Only rows for which this SQL condition is true, such as "period = '2020' AND value < 30"
    #[arg(long = "where", value_name = "EXPR")]
    condition: Option<String>,
    /// Columns, in this order [default: all; in a terminal, those that fit]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    columns: Vec<String>,
    /// Order by these columns, descending behind a minus: level,-value
    #[arg(long, value_name = "A,-B", value_delimiter = ',', allow_hyphen_values = true)]
    sort: Vec<String>,
    /// Number of rows, at most; 0: all [default: 20 for table and md, all for csv and json]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// One row an area and period with a column an indicator, holding these columns of `indicators` [default: value]
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', num_args = 0..=1, require_equals = true, default_missing_value = "value", conflicts_with = "columns")]
    wide: Vec<String>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Output format
    #[arg(long, default_value = "table", value_parser = choice(FORMATS))]
    format: RowsFormat,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

impl ShowArgs {
    fn limit(&self) -> Option<usize> {
        match (self.limit, self.format) {
            (Some(0), _) => None,
            (Some(limit), _) => Some(limit),
            (None, RowsFormat::Table | RowsFormat::Markdown) => Some(USUAL),
            // A program would not notice that rows are missing.
            (None, RowsFormat::Csv | RowsFormat::Json) => None,
        }
    }
}

/// Prints rows of a table.
pub fn run(mut args: ShowArgs) -> Exit {
    args.place.or_folder(&mut args.table);
    let mut withheld = None;
    let printed = args.place.ask(|pipeline, release| {
        withheld = release.withheld_since().map(str::to_owned);
        let Some(table) = args.table.clone() else {
            return Err(LookError::NotGiven(vec![NotGiven::table(&look::table_names(release)?)]));
        };
        let query = ShowQuery {
            table,
            condition: args.condition.clone(),
            columns: args.columns.clone(),
            sort: args.sort.clone(),
            limit: args.limit(),
            wide: args.wide.clone(),
        };
        print(look::show(pipeline, release, &query)?, &args)
    });
    if matches!(printed, Ok(Ok(()))) {
        note_if_withheld(withheld.as_deref(), args.lang);
    }
    printed
        .and_then(|printed| printed)
        .map_or_else(|failed| failed, |()| Exit::Success)
}

/// Prints the rows as they come; what could not be written has been told.
fn print(mut shown: Shown, args: &ShowArgs) -> Result<Result<(), Exit>, LookError> {
    let lang = args.lang.unwrap_or_else(default_lang);
    let head = shown.head().clone();
    let mut writer = RowsWriter::new(&head, args.format, whole_page(lang));
    let mut text = writer.begin();
    while let Some(rows) = shown.next_rows()? {
        text.push_str(&writer.piece(&rows));
        match say_more(&std::mem::take(&mut text)) {
            Ok(true) => {}
            ended => return Ok(ended.map(drop)),
        }
    }
    text.push_str(&writer.end());
    Ok(say(&text))
}
