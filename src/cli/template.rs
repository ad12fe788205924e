//! `huizong template FORM [--area CODE] [PIPELINE]`

use std::path::{Path, PathBuf};

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::{complain, create_new, say, told, usage};
use super::look;
use super::named::{PipelineArgs, loaded};
use super::stores::{self, Input};
use super::{Exit, diagnostics};
use crate::domain::{Lang, Period, Text};
use crate::run::{TemplateError, TemplateQuery, template};

/// Arguments of `huizong template`.
#[derive(Debug, Args)]
pub struct TemplateArgs {
    /// Id of the form
    form: String,
    /// Code or name of the area that is to send it
    #[arg(long, value_name = "CODE")]
    area: Option<String>,
    /// Period [default: the latest of the pipeline]
    #[arg(long, value_parser = period)]
    period: Option<Period>,
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder of the submissions, which also contains the registers, or its address in an object store [default: `input` in pipeline.toml]
    #[arg(long, value_name = "DIR")]
    input: Option<PathBuf>,
    /// The workbook to write, ending in .xlsx [default: the name under which it is to be sent, in the current folder]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Language of the workbook [default: that of the returns]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Writes a blank workbook of a form.
pub fn run(args: TemplateArgs) -> Exit {
    let pipeline = match loaded(args.pipeline.named()) {
        Ok(pipeline) => pipeline,
        Err(exit) => return exit,
    };
    if let Some(path) = args.output.as_deref().filter(|path| !is_workbook(path)) {
        let shown = path.display();
        let (zh, en) = (
            format!("模板是工作簿，文件名应以 .xlsx 结尾：{shown}"),
            format!("a template is a workbook, and its name must end in .xlsx: {shown}"),
        );
        return usage(told(&zh, &en), None);
    }
    let input = args.input.clone().or_else(|| pipeline.input.clone());
    let input = match input.map(Input::of).transpose() {
        Ok(input) => input,
        Err(error) => return stores::fail(&error),
    };
    let made = template(
        &pipeline,
        &TemplateQuery {
            form: &args.form,
            area: args.area.as_deref(),
            period: args.period,
            input: input.as_ref().map(|input| input.folder.as_path()),
            lang: args.lang,
        },
    );
    let made = match made {
        Ok(made) => made,
        Err(error) => return fail(&error),
    };
    let usual = || {
        let name = made.place.as_deref().and_then(|place| place.rsplit('/').next());
        // Where a CSV is to be sent, it is saved from the workbook.
        PathBuf::from(name.unwrap_or(&args.form)).with_extension("xlsx")
    };
    let path = args.output.unwrap_or_else(usual);
    if let Err(exit) = create_new(&path, &made.bytes) {
        return exit;
    }
    let (shown, rows) = (path.display(), made.rows);
    let (zh, en) = (
        format!("{shown}（已预填 {rows} 行）\n"),
        format!("{shown} (rows filled in: {rows})\n"),
    );
    let mut text = told(&zh, &en).to_owned();
    if let Some(place) = &made.place {
        let ending = Path::new(place)
            .extension()
            .map(|ending| ending.to_string_lossy().to_uppercase());
        let (zh, en) = match ending.filter(|_| !is_workbook(Path::new(place))) {
            Some(ending) => (
                format!("填好后另存为 {ending}，报送时的文件名：{place}\n"),
                format!("once filled in, save it as {ending} and send it as {place}\n"),
            ),
            None => (format!("报送时的文件名：{place}\n"), format!("send it as {place}\n")),
        };
        text.push_str(told(&zh, &en));
    }
    // The files exist, whether or not this can be written.
    let _ = say(&text);
    Exit::Success
}

fn is_workbook(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}

fn fail(error: &TemplateError) -> Exit {
    match error {
        TemplateError::NoSender {
            area,
            level,
            form,
            senders,
        } => {
            let [form, level, area] = [form, level, area].map(|text| text.get(Lang::Zh));
            let zh = format!("{form}由{}报送，{area}是{level}", Text::listed(senders, Lang::Zh));
            let hint = told(
                "请给出报送单位的代码或名称",
                "name an area that sends it, by code or name",
            );
            usage(told(&zh, &error.to_string()), Some(hint))
        }
        TemplateError::Definition(faults) => diagnostics::refuse(faults),
        TemplateError::Unknown(unknown) => look::fail(unknown),
        _ => {
            complain(error, None);
            Exit::Machine
        }
    }
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse_any(text).ok_or_else(|| "expected a period such as 2020, 2020H1, 2020Q3 or 2020-07".to_owned())
}
