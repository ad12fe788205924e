//! `huizong init NAME`

mod files;
#[cfg(feature = "sample")]
mod sample;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::{complain_of, say, told, usage};
use super::{Exit, default_lang};
use crate::domain::{Lang, plural, shell_word};
use files::put;

/// Arguments of `huizong init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder to create; it must not exist, or be empty
    #[arg(value_name = "NAME")]
    folder: PathBuf,
    /// Language of comments, titles and submissions [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
    /// Write the sample that the documentation shows instead: a national pipeline, and synthetic submissions of some of its counties
    #[cfg(feature = "sample")]
    #[arg(long)]
    sample: bool,
}

/// Files of the example in one language, by their paths in the new folder.
macro_rules! example {
    ($lang:literal: $($path:literal)*) => {
        &[$(($path, include_str!(concat!("init/", $lang, "/", $path)))),*]
    };
}

const ENGLISH: &[(&str, &str)] = example!("en":
    "pipeline.toml" "areas.csv" "forms/libraries.toml" "checks.toml" "measures.toml" "indicators.toml" "dimensions.toml" "settings.csv"
    "submissions/2025/north.csv" "submissions/2025/south.csv" "submissions/2025/west.csv");
const CHINESE: &[(&str, &str)] = example!("zh":
    "pipeline.toml" "areas.csv" "forms/libraries.toml" "checks.toml" "measures.toml" "indicators.toml" "dimensions.toml" "settings.csv"
    "submissions/2025/north.csv" "submissions/2025/south.csv" "submissions/2025/west.csv");

/// Writes a small pipeline that runs, and says what to do with it.
pub fn run(args: InitArgs) -> Exit {
    let folder = &args.folder;
    match is_free(folder) {
        Ok(true) => {}
        Ok(false) => return taken(folder),
        Err(error) => {
            let (zh, en) = (
                format!("无法查看 {}", folder.display()),
                format!("cannot look at {}", folder.display()),
            );
            complain_of(told(&zh, &en), Some(&error), None);
            return Exit::Machine;
        }
    }
    let lang = args.lang.unwrap_or_else(default_lang);
    #[cfg(feature = "sample")]
    if args.sample {
        return sample::write(folder, lang);
    }
    let files = match lang {
        Lang::Zh => CHINESE,
        Lang::En => ENGLISH,
    };
    let named = format!("\"{}\"", name_of(folder));
    if let Err(exit) = put(folder, files, |text| text.replace("\"NAME\"", &named)) {
        return exit;
    }
    // The files exist, whether or not this can be written.
    let _ = say(&done(folder, files.len(), lang));
    Exit::Success
}

/// Whether nothing is lost by writing into a folder: it does not exist, or it is empty.
fn is_free(folder: &Path) -> std::io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

fn taken(folder: &Path) -> Exit {
    let shown = folder.display();
    let (zh, en) = match folder.is_dir() {
        true => (
            format!("文件夹 {shown} 已有内容"),
            format!("the folder {shown} is not empty"),
        ),
        false => (
            format!("{shown} 已存在，不是文件夹"),
            format!("{shown} exists, and is no folder"),
        ),
    };
    usage(
        told(&zh, &en),
        Some(told("请给出另一个名称", "give another name: nothing is overwritten")),
    )
}

/// The short name of the pipeline: that of its folder, where a pipeline can be called so.
fn name_of(folder: &Path) -> &str {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(fits) {
        name
    } else {
        "libraries"
    }
}

fn done(folder: &Path, files: usize, lang: Lang) -> String {
    let word = shell_word(&folder.to_string_lossy());
    match lang {
        Lang::Zh => format!(
            "已在 {word} 写入示例流程（{files} 个文件，数据纯属虚构）。接下来：\n\n  \
             huizong run {word}      读取 submissions/，发布 output/current/\n  \
             huizong status {word}   查看哪些单位有问题待改\n  \
             huizong check {word}    修改 .toml 文件后，检查有无错误\n\n\
             从 pipeline.toml 改起：各文件的注释说明该改什么。\n"
        ),
        Lang::En => format!(
            "{word} has an example of a pipeline ({}, with made-up figures). Next:\n\n  \
             huizong run {word}      reads submissions/, publishes output/current/\n  \
             huizong status {word}   shows who has something to fix\n  \
             huizong check {word}    shows errors, after you have changed a .toml file\n\n\
             Begin with pipeline.toml: the comments in each file say what to change.\n",
            plural(files, "file")
        ),
    }
}
