//! What stands above the list: who sent what, what was found, and how it comes back.

use super::{Enclosed, Words};
use crate::domain::{Finding, Lang, Severity, Text};
use crate::returns::given::{Answer, ENDING, Return};
use crate::returns::text;

/// Submissions named of those that go back side by side.
const NAMED: usize = 5;

impl Words {
    /// What a colour means, and how many findings have it.
    pub(in crate::returns) fn legend(&self, severity: Severity, findings: &[&Finding], given: &Return<'_>) -> String {
        let count = count(findings, severity);
        if let (Severity::Explain, Some(column)) = (severity, given.form.explanation) {
            let title = given.form.columns[column].title.get(self.lang);
            return match self.lang {
                Lang::Zh => format!(
                    "{count} 项：有误则改正；确认无误的，请在表中该行的“{title}”列或下表最右一栏写明原因，再次报送后即视为已说明。"
                ),
                Lang::En => format!(
                    "{count} of them: correct what is wrong; if a figure is right, say why in the column “{title}” of its row or in the last column below. Once sent back, the finding is settled."
                ),
            };
        }
        match (self.lang, severity) {
            (Lang::Zh, Severity::Hard) => format!("{count} 项：所涉的行或整份上报在改正之前不计入汇总。"),
            (Lang::Zh, _) => {
                format!("{count} 项：有误则改正；确认无误的，请在最右一栏写明原因，再次报送后即视为已说明。")
            }
            (Lang::En, Severity::Hard) => {
                format!("{count} of them: the row, or the whole submission, does not count until this is fixed.")
            }
            (Lang::En, _) => {
                format!(
                    "{count} of them: correct what is wrong; if a figure is right, say why in the last column. Once sent back, the finding is settled."
                )
            }
        }
    }

    pub(in crate::returns) fn title(&self, given: &Return<'_>) -> String {
        let form = given.form.title.get(self.lang);
        let synthetic = if given.synthetic {
            self.say("（模拟数据，非真实统计）", " (synthetic data, no real statistics)")
        } else {
            ""
        };
        match self.lang {
            Lang::Zh => format!("数据核查反馈：{form}{synthetic}"),
            Lang::En => format!("Findings: {form}{synthetic}"),
        }
    }

    /// Who sent what, and what to do now: a line each.
    pub(in crate::returns) fn introduction(
        &self,
        given: &Return<'_>,
        findings: &[&Finding],
        sheet: &str,
        enclosed: Enclosed,
    ) -> Vec<String> {
        let mut lines = vec![self.sender(given), self.state(given, findings)];
        let mut steps = Vec::new();
        if enclosed == Enclosed::Own {
            steps.push(match self.lang {
                Lang::Zh => format!(
                    "在工作表“{sheet}”中直接改正标色的单元格；光标指向该单元格，批注会说明发现的问题、应为什么、如何改。下表“单元格”一栏可点击跳转。"
                ),
                Lang::En => format!(
                    "Correct the coloured cells in the sheet “{sheet}”; the note on each says what was found, what was expected and how to fix it. The cells in the list below are links."
                ),
            });
            steps.push(
                self.say(
                    "其余内容与来文一致，均以文本保存，可照常修改；请不要移动、改名表头，不要改动工作表名称。本表（反馈）和批注不必删除，再次报送时会自动略过。",
                    "Everything else is as you sent it, as text, and may be changed as usual; leave headers and the sheet's name as they are. This sheet and the notes need not be removed: they are ignored when the workbook comes back.",
                )
                .to_owned(),
            );
        } else if enclosed == Enclosed::Blank {
            steps.push(match self.lang {
                Lang::Zh => format!(
                    "来文无法作为表格读出，因此附上本表式的空白表“{sheet}”：请在其中填写，表头和工作表名称不要改动，橙色表头的列必填；也可以按清单准备正确的文件。"
                ),
                Lang::En => format!(
                    "What was sent cannot be read as a table, so the sheet “{sheet}” is a blank one of the form: fill it in, and leave its headers and its name as they are; columns with an orange header are required. Or prepare a correct file, following the list."
                ),
            });
        } else {
            steps.push(
                self.say(
                    "来文无法作为表格读出，或者过大放不进工作表，因此这里只有问题清单。请按清单准备正确的文件。",
                    "What was sent cannot be read as a table, or is too large for a sheet, so there is only this list. Please prepare a correct file, following it.",
                )
                .to_owned(),
            );
        }
        steps.push(self.way_back(given, enclosed));
        steps.extend(self.rivals(given));
        let note = given.note.get(self.lang);
        if !note.is_empty() {
            steps.push(note.to_owned());
        }
        lines.extend(steps.into_iter().zip(1..).map(|(step, at)| match self.lang {
            Lang::Zh => format!("{at}．{step}"),
            Lang::En => format!("{at}. {step}"),
        }));
        lines.iter().map(|line| text::shown(line, 2000)).collect()
    }

    fn sender(&self, given: &Return<'_>) -> String {
        let submission = given.submission;
        let code = &submission.area_code;
        let area = match (given.area.map(|area| area.get(self.lang)), self.lang) {
            (None, _) => code.clone(),
            (Some(name), Lang::Zh) => format!("{name}（{code}）"),
            (Some(name), Lang::En) => format!("{name} ({code})"),
        };
        let period = submission.period.map(|period| period.to_string()).unwrap_or_default();
        match self.lang {
            Lang::Zh => format!("报送单位：{area}　　报告期：{period}　　来文：{}", submission.path),
            Lang::En => format!("Sender: {area}    Period: {period}    Received: {}", submission.path),
        }
    }

    fn state(&self, given: &Return<'_>, findings: &[&Finding]) -> String {
        let (accepted, held) = given.rows;
        let (hard, explain) = (count(findings, Severity::Hard), count(findings, Severity::Explain));
        match self.lang {
            Lang::Zh => format!("已计入 {accepted} 行，暂不计入 {held} 行；必须改正 {hard} 项，请核实 {explain} 项。"),
            Lang::En => {
                format!(
                    "Rows that count: {accepted}; quarantined: {held}. Findings: {hard} to fix, {explain} to check."
                )
            }
        }
    }

    /// That one of several is enough, where more than one goes back.
    fn rivals(&self, given: &Return<'_>) -> Option<String> {
        let named = given.rivals.iter().take(NAMED);
        let quoted: Vec<String> = named.map(|path| format!("“{path}”")).collect();
        let more = given.rivals.len().saturating_sub(NAMED);
        (!quoted.is_empty()).then(|| match self.lang {
            Lang::Zh => {
                let more = if more > 0 { format!(" 等 {} 份", given.rivals.len()) } else { String::new() };
                format!(
                    "来文 {}{more}也收到反馈，各以不同的修订号再次报送。只需报送正确的一份；如都报送，修订号最高的一份取代其余各份。",
                    quoted.join("、")
                )
            }
            Lang::En => {
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!(
                    "{}{more} went back as well, to be sent again under another revision. Sending the right one is enough; if several come, the one with the highest revision replaces the others.",
                    quoted.join(", ")
                )
            }
        })
    }

    fn way_back(&self, given: &Return<'_>, enclosed: Enclosed) -> String {
        match given.answer {
            Answer::Revision(path) => self.as_revision(given, path, enclosed),
            Answer::Replace(path) if enclosed != Enclosed::Nothing && given.becomes.is_some() && !is_workbook(path) => {
                self.instead_of(given, path)
            }
            Answer::Replace(path) => match self.lang {
                Lang::Zh => format!(
                    "改好后以原文件名 {path} 再次报送，取代原文件；如原文件含有其他表，请把改好的工作表放回其中。"
                ),
                Lang::En => format!(
                    "Send it again in place of the file {path}; if that contained other forms as well, put the corrected sheet back into it."
                ),
            },
            Answer::Elsewhere(templates) => match self.lang {
                Lang::Zh => format!(
                    "来文的文件名或所在文件夹有误（见清单）。请撤下原文件，按约定的位置和名称报送：{}",
                    self.places(templates).join("　或　")
                ),
                Lang::En => format!(
                    "The file's name or folder is wrong (see the list). Withdraw it, and send it where it belongs: {}",
                    self.places(templates).join(" or ")
                ),
            },
        }
    }

    /// In place of a file that is no workbook, in a form without revisions: the mark says what the workbook answers.
    fn instead_of(&self, given: &Return<'_>, path: &str) -> String {
        let name = given.name;
        match (self.lang, path.rsplit_once('/')) {
            (Lang::Zh, Some((folder, _))) => {
                format!(
                    "改好后保存，文件名 {name} 不变，放入文件夹 {folder} 再次报送，取代原文件 {path}，原文件不必删除。"
                )
            }
            (Lang::Zh, None) => {
                format!("改好后保存，文件名 {name} 不变，放入报送文件夹再次报送，取代原文件 {path}，原文件不必删除。")
            }
            (Lang::En, Some((folder, _))) => format!(
                "Save this workbook under its name, {name}, and send it in the folder {folder}. It replaces {path}, which may stay."
            ),
            (Lang::En, None) => format!(
                "Save this workbook under its name, {name}, and send it in the input folder. It replaces {path}, which may stay."
            ),
        }
    }

    fn places<'t>(&self, templates: &'t [Text]) -> Vec<&'t str> {
        templates.iter().map(|template| template.get(self.lang)).collect()
    }

    /// Under which name the next revision comes, and where.
    fn as_revision(&self, given: &Return<'_>, path: &str, enclosed: Enclosed) -> String {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let has_sheet = enclosed != Enclosed::Nothing;
        // Saved as CSV, the workbook would lose the list with the explanations in it, and its mark.
        let name = &if has_sheet { as_workbook(name) } else { name.to_owned() };
        let is_named = has_sheet && given.name == *name;
        match self.lang {
            Lang::Zh => {
                let what = match (has_sheet, is_named) {
                    (_, true) => format!(
                        "{}后保存，文件名 {name} 不变",
                        if enclosed == Enclosed::Own { "改好" } else { "填好" }
                    ),
                    (true, false) => format!("改好后把本工作簿另存为 {name} "),
                    (false, _) => format!("把正确的文件命名为 {name} "),
                };
                let place = if folder.is_empty() {
                    "报送文件夹".to_owned()
                } else {
                    format!("文件夹 {folder}")
                };
                let renamed = if has_sheet {
                    "下载、另存时文件名如有变动（多出“(1)”“副本”等），凭本工作表仍可识别。"
                } else {
                    ""
                };
                format!("{what}，放入{place} 再次报送。新版本整体取代此前的报送，原文件不必删除。{renamed}")
            }
            Lang::En => {
                let what = match (has_sheet, is_named) {
                    (_, true) => format!("Save this workbook under its name, {name},"),
                    (true, false) => format!("Save this workbook as {name}"),
                    (false, _) => format!("Name the right file {name}"),
                };
                let place = if folder.is_empty() {
                    "the input folder".to_owned()
                } else {
                    format!("the folder {folder}")
                };
                let renamed = if has_sheet {
                    " Should its name change on the way (“ (1)”, “copy of”), it is still recognised by this sheet."
                } else {
                    ""
                };
                format!(
                    "{what} and send it again in {place}. It replaces all that was sent before; the old file may stay.{renamed}"
                )
            }
        }
    }
}

/// The name with the ending of a return.
fn as_workbook(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}{ENDING}")
}

/// Whether a file of this name keeps all sheets of a workbook when a spreadsheet program saves it.
fn is_workbook(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["xlsx", "xls", "ods"]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

/// Number of findings of a severity.
fn count(findings: &[&Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}
