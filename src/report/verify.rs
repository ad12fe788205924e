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
    /// Members of its manifest that are not what the input and the definition give, such as `rows.accepted`.
    pub manifest: Vec<String>,
    /// Files in its folder that the manifest does not list.
    pub unlisted: Vec<String>,
    /// Files of it that are gone, or are not those that were published.
    pub damaged: Vec<String>,
    /// Files that come out otherwise, or on one side only.
    pub differing: Vec<String>,
    /// Why its table `revisions` and its report cannot be proved; None: they have been compared.
    pub revisions_unproved: Option<Unproved>,
    /// Files of the input that are not those that the release was made of.
    pub inputs_changed: Vec<String>,
    /// Definition or registry are not those that it was made by.
    pub definition_changed: bool,
    /// The version of huizong that made it, where it is another one.
    pub made_by: Option<String>,
}

/// Why a release cannot be compared with the one before: what became of that one, and its id.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unproved {
    /// It is not there any more.
    Gone(String),
    /// A file of it is not the one that was published.
    Damaged(String),
}

impl VerifyReport {
    /// Whether every published file is whole and comes out again byte for byte, there are no others, and the manifest says what is so.
    pub fn is_proved(&self) -> bool {
        let faults = [
            &self.manifest,
            &self.damaged,
            &self.unlisted,
            &self.differing,
            &self.inputs_changed,
        ];
        !self.definition_changed && faults.iter().all(|faults| faults.is_empty())
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
            let (before, zh, en) = match before {
                Unproved::Gone(before) => (before, "已不在", "is gone"),
                Unproved::Damaged(before) => (before, "已损坏", "is damaged"),
            };
            told.push(match lang {
                Lang::Zh => format!("上一版本 {before} {zh}，表 revisions 与 report.html 未能重新计算"),
                Lang::En => {
                    format!("the release before, {before}, {en}: the table revisions and report.html could not be computed again")
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
                Lang::Zh => format!("版本 {release}：{files} 个文件完好，重新计算全部上报文件，结果逐字节相同，与 manifest.json 一致。"),
                Lang::En => format!("Release {release}: files that are whole, and come out of the whole input again byte for byte: {files}."),
            });
        } else {
            lines.push(match lang {
                Lang::Zh => format!("版本 {release}（{files} 个文件）未能得到验证。"),
                Lang::En => format!("Release {release} ({counted}) could not be verified."),
            });
            for (zh, en, paths) in [
                ("已损坏（缺失或被改动）", "Damaged (gone or changed)", &self.damaged),
                (
                    "manifest.json 未列出的文件",
                    "Not listed in manifest.json",
                    &self.unlisted,
                ),
                ("重新计算的结果不同", "Computed otherwise", &self.differing),
                (
                    "manifest.json 中与重新计算不符的内容",
                    "Not what manifest.json says",
                    &self.manifest,
                ),
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
            ("unlisted", &self.unlisted),
            ("differs", &self.differing),
            ("manifest", &self.manifest),
            ("input_changed", &self.inputs_changed),
        ] {
            rows.extend(paths.iter().map(|path| vec![what.to_owned(), path.clone()]));
        }
        rows
    }
}
