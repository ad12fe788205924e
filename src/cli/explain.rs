//! `huizong explain [CODE] [PIPELINE]`

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::{say, usage};
use super::locale::default_lang;
use super::named::{PipelineArgs, folder};
use super::{Exit, diagnostics};
use crate::domain::{Lang, nearest};
use crate::pipeline::{self, Pipeline};
use crate::{report, run};

/// Arguments of `huizong explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Code of a finding, name of a statistic such as theil_t, of a table or of a column, or a value that a column of codes holds; without it, all codes, statistics and tables are listed
    code: Option<String>,
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Prints what a code means, or every code there is.
pub fn explain(mut args: ExplainArgs) -> Exit {
    let lang = args.lang.unwrap_or_else(default_lang);
    // `explain DIR`: no code is called like a folder with a pipeline.
    args.pipeline.or_folder(&mut args.code);
    let pipeline = match args.pipeline.named().map(pipeline::load).transpose() {
        Ok(named) => named.or_else(usual),
        Err(faults) => {
            return diagnostics::refuse(&faults);
        }
    };
    let text = match args.code {
        None => report::list_codes(pipeline.as_ref(), lang),
        Some(code) => {
            let value = || report::explain_value(&code, &run::null_reasons(), lang);
            let named = report::explain(&code, pipeline.as_ref(), lang).or_else(value);
            // The name of a table may be that of something else, too.
            let texts: Vec<String> = report::explain_table(&code, lang).into_iter().chain(named).collect();
            if texts.is_empty() {
                return unknown(&code, pipeline.as_ref(), lang);
            }
            texts.join("\n")
        }
    };
    say(&text).map_or_else(|failed| failed, |()| Exit::Success)
}

/// The only pipeline there is. Codes are explained without one, too, in particular those of the faults that it has.
fn usual() -> Option<Pipeline> {
    let folder = folder(None).ok()?;
    pipeline::load(&folder).ok()
}

/// What is wrong with a column that is named with a table which lacks it, and where it is or what the table has; None: no such table is named.
fn unknown_column(code: &str, lang: Lang) -> Option<(String, String)> {
    let (table, column) = code.split_once('.')?;
    let own = run::columns_of(table)?;
    let near = nearest(column, own.iter().copied());
    let (elsewhere, columns) = (run::tables_with(column), own.join(", "));
    Some(match lang {
        Lang::Zh => (
            format!("数据表 {table} 没有列 {column}"),
            match (elsewhere.as_slice(), near) {
                ([], Some(near)) => format!("是否应为 {table}.{near}？"),
                ([], None) => format!("该表各列：{columns}"),
                _ => format!("有该列的表：{}；该表各列：{columns}", elsewhere.join("、")),
            },
        ),
        Lang::En => (
            format!("{table} has no column {column}"),
            match (elsewhere.as_slice(), near) {
                ([], Some(near)) => format!("did you mean {table}.{near}?"),
                ([], None) => format!("its columns are: {columns}"),
                _ => format!(
                    "it is in {}; the columns of {table} are: {columns}",
                    elsewhere.join(", ")
                ),
            },
        ),
    })
}

fn unknown(code: &str, pipeline: Option<&Pipeline>, lang: Lang) -> Exit {
    if let Some((message, hint)) = unknown_column(code, lang) {
        return usage(&message, Some(&hint));
    }
    let near = report::nearest_code(code, pipeline);
    let (message, hint) = match lang {
        Lang::Zh => (
            format!("没有名为 {code} 的问题代码、统计量、数据表、列或取值"),
            match (near, pipeline) {
                (Some(near), _) => format!("是否应为 {near}？"),
                (None, Some(_)) => "不给代码则列出全部".to_owned(),
                (None, None) => {
                    "流程自定的审核关系须用 --pipeline DIR 指明其定义所在的文件夹；不给代码则列出全部".to_owned()
                }
            },
        ),
        Lang::En => (
            format!("no finding, statistic, table, column or value of a column is called {code}"),
            match (near, pipeline) {
                (Some(near), _) => format!("did you mean {near}?"),
                (None, Some(_)) => "without a code, all are listed".to_owned(),
                (None, None) => "a rule of a pipeline is explained with --pipeline DIR, the folder of its definition; \
                                 without a code, all are listed"
                    .to_owned(),
            },
        ),
    };
    usage(&message, Some(&hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_the_table_lacks_is_told_with_what_there_is() {
        let told = |code: &str, lang: Lang| unknown_column(code, lang).unwrap();
        let (message, hint) = told("gap_mixes.mix_effect", Lang::En);
        assert_eq!(message, "gap_mixes has no column mix_effect");
        assert!(hint.starts_with("it is in ") && hint.contains(" gaps, "), "{hint}");
        assert!(hint.contains("; the columns of gap_mixes are: period, "), "{hint}");
        let (message, hint) = told("inequality_parts.boundskind", Lang::Zh);
        assert_eq!(message, "数据表 inequality_parts 没有列 boundskind");
        assert_eq!(hint, "是否应为 inequality_parts.bounds_kind？");
        let (_, hint) = told("gaps.nothing_of_the_kind", Lang::En);
        assert!(hint.starts_with("its columns are: period, "), "{hint}");
        for code in ["gap.mix_effect", "mix_effect", "a.b.c"] {
            assert_eq!(unknown_column(code, Lang::En), None);
        }
    }
}
