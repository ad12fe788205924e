//! Whether a release is what its input gives.

use serde::Serialize;

use super::grid::Page;
use super::look::{Look, on_one_line, say};
use super::number::count;
use crate::domain::{Lang, Text, plural};

/// Files named of each kind; the rest is counted.
const NAMED: usize = 10;

/// A release beside what was computed once more.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyReport {
    /// Of the pipeline.
    pub title: Text,
    /// Id of the release.
    pub release: String,
    /// Files in it.
    pub files: usize,
    /// Files of it that are gone, or are not those that were published.
    pub damaged: Vec<String>,
    /// Files that come out otherwise, or on one side only.
    pub differing: Vec<String>,
    /// The release with which its table `revisions` compares it, where that one is gone, so that the table cannot be proved.
    pub revisions_unproved: Option<String>,
    /// Files of the input that are not those that the release was made of.
    pub inputs_changed: Vec<String>,
    /// Definition or registry are not those that it was made by.
    pub definition_changed: bool,
    /// The version of huizong that made it, where it is another one.
    pub made_by: Option<String>,
}

impl VerifyReport {
    /// Whether every published file is whole, and comes out again byte for byte.
    pub fn is_proved(&self) -> bool {
        self.damaged.is_empty() && self.differing.is_empty()
    }

    /// What is not as it was when the release was made.
    fn circumstances(&self, lang: Lang) -> Vec<String> {
        let mut told = Vec::new();
        if self.definition_changed {
            told.push(
                say(
                    lang,
                    "流程定义或登记册已不是发布时的内容",
                    "definition or registry are no longer those of the release",
                )
                .to_owned(),
            );
        }
        if let Some(before) = &self.revisions_unproved {
            told.push(match lang {
                Lang::Zh => format!("上一版本 {before} 已不在，表 revisions 与 report.html 未能重新计算"),
                Lang::En => {
                    format!("the release before, {before}, is gone: the table revisions and report.html could not be computed again")
                }
            });
        }
        if let Some(version) = &self.made_by {
            told.push(match lang {
                Lang::Zh => format!("该版本由 huizong {version} 生成"),
                Lang::En => format!("the release was made by huizong {version}"),
            });
        }
        if !self.inputs_changed.is_empty() {
            let changed = count(self.inputs_changed.len() as i64);
            told.push(match lang {
                Lang::Zh => format!("上报文件与发布时不同（{changed} 个）：{}", listed(&self.inputs_changed)),
                Lang::En => format!(
                    "files of the input are not those of the release ({changed}): {}",
                    listed(&self.inputs_changed)
                ),
            });
        }
        told
    }
}

/// The first files of many.
pub(super) fn listed(paths: &[String]) -> String {
    let named: Vec<String> = paths.iter().take(NAMED).map(|path| on_one_line(path)).collect();
    let more = paths.len().saturating_sub(NAMED);
    let rest = if more > 0 {
        format!(" … (+{more})")
    } else {
        String::new()
    };
    named.join(", ") + &rest
}

impl Look for VerifyReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let (release, files) = (&self.release, count(self.files as i64));
        let counted = plural(self.files, "file");
        let mut lines = vec![self.title.get(lang).to_owned()];
        if self.is_proved() {
            lines.push(match lang {
                Lang::Zh => format!("版本 {release}：{files} 个文件完好，重新计算全部上报文件，结果逐字节相同。"),
                Lang::En => format!("Release {release}: files that are whole, and come out of the whole input again byte for byte: {files}."),
            });
        } else {
            lines.push(match lang {
                Lang::Zh => format!("版本 {release}（{files} 个文件）未能得到验证。"),
                Lang::En => format!("Release {release} ({counted}) could not be verified."),
            });
            for (zh, en, paths) in [
                ("已损坏（缺失或被改动）", "Damaged (gone or changed)", &self.damaged),
                ("重新计算的结果不同", "Computed otherwise", &self.differing),
            ] {
                if !paths.is_empty() {
                    lines.push(format!(
                        "{} ({}): {}",
                        say(lang, zh, en),
                        count(paths.len() as i64),
                        listed(paths)
                    ));
                }
            }
        }
        lines.extend(self.circumstances(lang));
        let wrapped: Vec<String> = lines.iter().map(|line| page.wrap(line)).collect();
        wrapped.join("\n") + "\n"
    }

    fn rows(&self, _: Lang) -> Vec<Vec<String>> {
        let mut rows = vec![["fault", "path"].map(str::to_owned).to_vec()];
        for (what, paths) in [
            ("damaged", &self.damaged),
            ("differs", &self.differing),
            ("input_changed", &self.inputs_changed),
        ] {
            rows.extend(paths.iter().map(|path| vec![what.to_owned(), path.clone()]));
        }
        rows
    }
}
