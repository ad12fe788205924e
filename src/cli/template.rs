//! `huizong template FORM [--area CODE] [--pipeline DIR]`

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::{complain, complain_of, say, told, usage};
use super::look::{self, usual_pipeline};
use super::{Exit, diagnostics};
use crate::domain::{Lang, Period, Text};
use crate::pipeline;
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
    /// Folder of the pipeline [default: the current folder, or the only one in pipelines/, or the only one there that has published]
    #[arg(long, value_name = "DIR")]
    pipeline: Option<PathBuf>,
    /// Folder of the submissions, which also contains the registers [default: `input` in pipeline.toml]
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
    let Some(dir) = args.pipeline.clone().or_else(|| usual_pipeline(Path::new("."))) else {
        return usage(
            told(
                "未指明流程：当前文件夹和 pipelines/ 下都没有唯一的流程",
                "no pipeline given, and neither the current folder nor pipelines/ contains exactly one",
            ),
            Some(told(
                "请用 --pipeline 给出流程定义所在的文件夹",
                "give its folder with --pipeline",
            )),
        );
    };
    let pipeline = match pipeline::load(&dir) {
        Ok(pipeline) => pipeline,
        Err(faults) => return diagnostics::refuse(&faults),
    };
    if let Some(path) = args.output.as_deref().filter(|path| !is_workbook(path)) {
        let shown = path.display();
        let (zh, en) = (
            format!("模板是工作簿，文件名应以 .xlsx 结尾：{shown}"),
            format!("a template is a workbook, and its name must end in .xlsx: {shown}"),
        );
        return usage(told(&zh, &en), None);
    }
    let made = template(
        &pipeline,
        &TemplateQuery {
            form: &args.form,
            area: args.area.as_deref(),
            period: args.period,
            input: args.input.as_deref().or(pipeline.input.as_deref()),
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
    // What is there may be filled in already.
    let created = fs::File::create_new(&path).and_then(|mut file| file.write_all(&made.bytes));
    if let Err(error) = created {
        let shown = path.display();
        let (zh, en) = (format!("无法写入 {shown}"), format!("cannot write {shown}"));
        let exists = error.kind() == std::io::ErrorKind::AlreadyExists;
        let hint = exists.then(|| told("请用 --output 给出另一个文件", "name another file with --output"));
        complain_of(told(&zh, &en), Some(&error), hint);
        return if exists { Exit::Usage } else { Exit::Machine };
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
