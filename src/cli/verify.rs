//! `huizong verify [PIPELINE]`

use std::path::{Path, PathBuf};

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::say;
use super::failure::Failure;
use super::look::{FORMATS, Format, written};
use super::named::PipelineArgs;
use super::progress::Bars;
use super::run::{folders, opened, output_of, set_threads};
use super::stores::Releases;
use super::{Exit, default_lang, signals};
use crate::domain::Lang;
use crate::lake::{self, Output};
use crate::pipeline;
use crate::release::{self, PublicKey};
use crate::remote::Needed;
use crate::report::{Look, SignatureReport, VerifyReport};
use crate::run::{self, RunOptions};
use crate::verify::{verify, verify_signature};

/// Arguments of `huizong verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder of the submissions, or its address in an object store: s3://bucket/folder [default: `input` in pipeline.toml]
    #[arg(long)]
    input: Option<PathBuf>,
    /// Folder of the releases, or its address in an object store [default: `output` in pipeline.toml]
    #[arg(long)]
    output: Option<PathBuf>,
    /// Compute nothing, and read neither the pipeline nor its input: verify that the current release was signed with the private part of this
    /// key (Ed25519 in PEM format), and that every file is what was signed. `--output` may be the folder of one release
    #[arg(long, value_name = "PUBLIC", conflicts_with_all = ["input", "threads"])]
    signature: Option<PathBuf>,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Output format
    #[arg(long, default_value = "table", value_parser = choice(FORMATS))]
    format: Format,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
    /// Print no progress
    #[arg(long)]
    quiet: bool,
}

/// Computes the current release once more from the whole input, and compares every file; or verifies its signature.
pub fn run(args: VerifyArgs) -> Exit {
    signals::watch(|stopped| {
        stopped.print("版本未经验证", "the release was not proved");
    });
    let done = match &args.signature {
        Some(key) => signature(&args, key).map(|report| args.answer(&report, report.is_valid())),
        None => verified(&args).map(|report| args.answer(&report, report.is_proved())),
    };
    drop(lake::stop::going_on());
    done.unwrap_or_else(|failure| {
        failure.print();
        failure.exit()
    })
}

impl VerifyArgs {
    fn answer(&self, report: &impl Look, is_proved: bool) -> Exit {
        let text = written(report, self.format, self.lang.unwrap_or_else(default_lang));
        let exit = if is_proved { Exit::Success } else { Exit::Withheld };
        say(&text).map_or_else(|failed| failed, |()| exit)
    }
}

fn signature(args: &VerifyArgs, key: &Path) -> Result<SignatureReport, Failure> {
    let key = PublicKey::read(key)?;
    // Who has a release and a key needs no pipeline.
    let output = match &args.output {
        Some(output) => output.clone(),
        None => output_of(
            &pipeline::load(&args.pipeline.folder()?).map_err(Failure::Definition)?,
            None,
        )?,
    };
    let output = Releases::to_read(output, Needed::Current).map_err(run::RunError::from)?;
    Ok(verify_signature(&output.folder, &key)?)
}

fn verified(args: &VerifyArgs) -> Result<VerifyReport, Failure> {
    let pipeline = pipeline::load(&args.pipeline.folder()?).map_err(Failure::Definition)?;
    let (input, output) = folders(&pipeline, args.input.as_ref(), args.output.as_ref())?;
    set_threads(args.threads);
    let bars = Bars::new(args.quiet);
    let (input, output) = opened((input, output), false)?;
    let current = Output::at(&output.folder)
        .current_release()
        .map_err(run::RunError::from)?;
    let record = current.and_then(|id| release::Record::read(&Output::at(&output.folder).release(&id)));
    // What has changed since the release before is computed again, too.
    if let (Some(store), Some(before)) = (&output.session, record.and_then(|record| record.revisions.since)) {
        store.fetch_release(&before).map_err(run::RunError::from)?;
    }
    let options = RunOptions {
        input: input.folder,
        output: output.folder,
        stores: run::Stores {
            input: input.mirror,
            output: None,
            read: output.session,
        },
        rehash: true,
        dry: false,
        only_gathered: false,
        since: run::Since::Nothing,
        exports: run::Exports::default(),
        sign: None,
    };
    Ok(verify(pipeline, &options, &|progress| bars.show(progress))?)
}
