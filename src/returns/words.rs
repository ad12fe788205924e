//! What a return says that is not the county's own, in both languages.

use super::layout::Layout;
use super::{Answer, Return, count, text};
use crate::domain::{CellValue, Finding, Lang, Severity, catalog};

/// Characters of a value in a message.
const SHOWN: usize = 120;
/// Submissions named of those that go back side by side.
const NAMED: usize = 5;
/// Cells named as the ground of one finding.
const CELLS: usize = 24;

/// The built-in texts in one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) lang: Lang,
}

impl Words {
    fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// Name of the list's sheet.
    pub(super) fn list_sheet(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "反馈",
            Lang::En => "Findings",
        }
    }

    /// Name of the hidden sheet with the words of long lists.
    pub(super) fn choices_sheet(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "选项",
            Lang::En => "Choices",
        }
    }

    pub(super) fn severity(&self, severity: Severity) -> &'static str {
        match (self.lang, severity) {
            (Lang::Zh, Severity::Hard) => "必须改正",
            (Lang::Zh, Severity::Explain) => "请核实",
            (Lang::Zh, Severity::Info) => "提示",
            (Lang::En, Severity::Hard) => "must be mended",
            (Lang::En, Severity::Explain) => "please check",
            (Lang::En, Severity::Info) => "note",
        }
    }

    /// In place of a severity, where the county has said what it had to say.
    pub(super) fn explained(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "已说明",
            Lang::En => "explained",
        }
    }

    /// What a colour means, and how many findings have it.
    pub(super) fn legend(&self, severity: Severity, count: usize, given: &Return<'_>) -> String {
        if let (Severity::Explain, Some(column)) = (severity, given.form.explanation) {
            let title = given.form.columns[column].title.get(self.lang);
            return match self.lang {
                Lang::Zh => format!(
                    "{count} 项：有误则改正；确认无误的，请在表中该行的“{title}”列或下表最右一栏写明原因，再次报送后即视为已说明。"
                ),
                Lang::En => format!(
                    "{count} of them: mend what is wrong; where a figure is right, say why in the column “{title}” of its row or in the last column below: sent back, it is settled."
                ),
            };
        }
        match (self.lang, severity) {
            (Lang::Zh, Severity::Hard) => format!("{count} 项：所涉的行或整份上报在改正之前不计入汇总。"),
            (Lang::Zh, _) => {
                format!("{count} 项：有误则改正；确认无误的，请在最右一栏写明原因，再次报送后即视为已说明。")
            }
            (Lang::En, Severity::Hard) => {
                format!("{count} of them: the row, or the whole submission, does not count until they are mended.")
            }
            (Lang::En, _) => {
                format!(
                    "{count} of them: mend what is wrong; where a figure is right, say why in the last column: sent back, it is settled."
                )
            }
        }
    }

    pub(super) fn title(&self, given: &Return<'_>) -> String {
        let form = given.form.title.get(self.lang);
        let synthetic = if given.synthetic {
            self.say("（模拟数据，非真实统计）", " (synthetic data, no real statistics)")
        } else {
            ""
        };
        match self.lang {
            Lang::Zh => format!("数据核查反馈：{form}{synthetic}"),
            Lang::En => format!("What was found: {form}{synthetic}"),
        }
    }

    /// Who sent what, and what to do now: a line each.
    pub(super) fn introduction(
        &self,
        given: &Return<'_>,
        findings: &[&Finding],
        sheet: &str,
        has_sheet: bool,
    ) -> Vec<String> {
        let mut lines = vec![self.sender(given), self.state(given, findings)];
        let mut steps = Vec::new();
        if has_sheet {
            steps.push(match self.lang {
                Lang::Zh => format!(
                    "在工作表“{sheet}”中直接改正标色的单元格；光标指向该单元格，批注会说明发现的问题、应为什么、如何改。下表“单元格”一栏可点击跳转。"
                ),
                Lang::En => format!(
                    "Mend the coloured cells in the sheet “{sheet}”; the note on each says what was found, what was expected and how to mend it. The cells in the list below are links."
                ),
            });
            steps.push(
                self.say(
                    "其余内容与来文一致，均以文本保存，可照常修改；请不要移动、改名表头，不要改动工作表名称。本表（反馈）和批注不必删除，再次报送时会自动略过。",
                    "Everything else stands as you sent it, as text, and may be changed as usual; leave headers and the sheet's name as they are. This sheet and the notes need not be removed: they are passed over when the workbook comes back.",
                )
                .to_owned(),
            );
        } else {
            steps.push(
                self.say(
                    "来文无法作为表格读出，或者过大放不进工作表，因此这里只有问题清单。请按清单准备正确的文件。",
                    "What was sent cannot be read as a table, or is too large for a sheet, so that there is only this list. Please prepare the right file by it.",
                )
                .to_owned(),
            );
        }
        steps.push(self.way_back(given, has_sheet));
        steps.extend(self.rivals(given));
        lines.extend(steps.into_iter().zip(1..).map(|(step, at)| match self.lang {
            Lang::Zh => format!("{at}．{step}"),
            Lang::En => format!("{at}. {step}"),
        }));
        lines.iter().map(|line| text::shown(line, 2000)).collect()
    }

    fn sender(&self, given: &Return<'_>) -> String {
        let submission = given.submission;
        let code = &submission.area_code;
        let area = match (given.area, self.lang) {
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
            Lang::En => format!(
                "{accepted} rows count, {held} are held back; {hard} findings must be mended, {explain} checked."
            ),
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
                    "{}{more} went back, too, to be sent again under another revision. Sending the right one is enough; should several come, the one with the highest revision replaces the others.",
                    quoted.join(", ")
                )
            }
        })
    }

    fn way_back(&self, given: &Return<'_>, has_sheet: bool) -> String {
        let split = |path: &str| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            (folder.to_owned(), name.to_owned())
        };
        match (&given.answer, self.lang) {
            (Answer::Revision(path), Lang::Zh) => {
                let (folder, name) = split(path);
                let what = if has_sheet {
                    "改好后把本工作簿另存为"
                } else {
                    "把正确的文件命名为"
                };
                format!("{what} {name} ，放入文件夹 {folder} 再次报送。新版本整体取代此前的报送，原文件不必删除。")
            }
            (Answer::Revision(path), Lang::En) => {
                let (folder, name) = split(path);
                let what = if has_sheet {
                    "Save this workbook as"
                } else {
                    "Name the right file"
                };
                format!(
                    "{what} {name} and send it again in the folder {folder}. It replaces all that was sent before; the old file may stay."
                )
            }
            (Answer::Replace(path), Lang::Zh) => {
                format!("改好后以原文件名 {path} 再次报送，取代原文件；如原文件含有其他表，请把改好的工作表放回其中。")
            }
            (Answer::Replace(path), Lang::En) => {
                format!(
                    "Send it again in place of the file {path}; where that held other forms too, put the mended sheet back into it."
                )
            }
            (Answer::Elsewhere(templates), Lang::Zh) => {
                format!(
                    "来文的文件名或所在文件夹有误（见清单）。请撤下原文件，按约定的位置和名称报送：{}",
                    templates.join("　或　")
                )
            }
            (Answer::Elsewhere(templates), Lang::En) => {
                format!(
                    "The file's name or folder is wrong (see the list). Withdraw it, and send it where it belongs: {}",
                    templates.join(" or ")
                )
            }
        }
    }

    pub(super) fn columns(&self) -> [&'static str; 14] {
        match self.lang {
            Lang::Zh => [
                "序号",
                "严重程度",
                "工作表",
                "单元格",
                "列名",
                "来文内容",
                "发现的问题",
                "应为",
                "建议填写",
                "处理办法",
                "判定依据",
                "涉及数",
                "问题代码",
                "说明（由报送单位填写）",
            ],
            Lang::En => [
                "No.",
                "Severity",
                "Sheet",
                "Cell",
                "Column",
                "As received",
                "What was found",
                "Expected",
                "Proposed content",
                "What to do",
                "Judged by",
                "Count",
                "Code",
                "Explanation (yours)",
            ],
        }
    }

    pub(super) fn message(&self, finding: &Finding, given: &Return<'_>) -> String {
        let title = text::title_of(&finding.place, given.form, self.lang);
        text::shown(&finding.message(self.lang, title.as_deref()), 500)
    }

    /// What was expected, as a clerk reads it.
    pub(super) fn expected(&self, finding: &Finding, given: &Return<'_>) -> Option<String> {
        let expected = finding.expected.as_deref().filter(|expected| !expected.is_empty())?;
        let is_rule = catalog().get(finding.code.as_ref()).is_none();
        if is_rule {
            let title = |column: usize| given.form.columns[column].title.get(self.lang).to_owned();
            let word = |part: &str| self.formula_word(part);
            return Some(text::shown(&text::in_words(expected, given.form, title, word), 300));
        }
        Some(text::shown(&finding.expected_in(self.lang)?, 300))
    }

    /// Words and signs of a formula.
    fn formula_word(&self, part: &str) -> Option<&'static str> {
        let known = [
            ("<=", "≤", "≤"),
            (">=", "≥", "≥"),
            ("<>", "≠", "≠"),
            ("!=", "≠", "≠"),
            ("*", "×", "×"),
            ("AND", "与", "and"),
            ("OR", "或", "or"),
            ("NOT", "非", "not"),
            ("IS", "为", "is"),
            ("NULL", "空", "empty"),
            ("IN", "属于", "in"),
            ("BETWEEN", "介于", "between"),
        ];
        let (_, zh, en) = known.into_iter().find(|(sign, ..)| sign.eq_ignore_ascii_case(part))?;
        Some(match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        })
    }

    /// What to do about a finding of the engine; a rule's message says it itself.
    pub(super) fn remedy(&self, finding: &Finding) -> Option<&'static str> {
        let own = catalog()
            .get(finding.code.as_ref())
            .map(|entry| entry.mend.get(self.lang));
        own.or_else(|| {
            Some(match finding.severity {
                Severity::Hard => self.say(
                    "核对所涉单元格，改正有误的数字。",
                    "Check the cells and mend the wrong figure.",
                ),
                _ => self.say(
                    "核对所涉单元格；有误则改正，无误请说明原因。",
                    "Check the cells: mend what is wrong, or say why it is right.",
                ),
            })
        })
    }

    /// The bound that judged it, and every cell that was looked at.
    pub(super) fn ground(&self, finding: &Finding, given: &Return<'_>, layout: Option<&Layout<'_>>) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        if let Some(threshold) = &finding.threshold {
            lines.push(format!("{}{threshold}", self.say("界限：", "bound: ")));
        }
        lines.extend(
            finding
                .cells
                .iter()
                .take(CELLS)
                .map(|cell| self.cell(cell, given, layout)),
        );
        let more = finding.cells.len().saturating_sub(CELLS);
        if more > 0 {
            lines.push(self.more(more));
        }
        (!lines.is_empty()).then(|| text::shown(&lines.join("\n"), 1500))
    }

    /// `服务设施面积（H12）= 300`
    fn cell(&self, cell: &CellValue, given: &Return<'_>, layout: Option<&Layout<'_>>) -> String {
        let title = text::title_of(&cell.place, given.form, self.lang).unwrap_or_default();
        let here = || {
            let (row, column) = layout?.cell(&cell.place)?;
            Some(crate::domain::a1(u32::from(column), row + 1))
        };
        let at = match &cell.path {
            Some(path) => Some(match cell.place.a1() {
                Some(at) => format!("{path} {at}"),
                None => path.to_string(),
            }),
            None => here(),
        };
        let at = at.map_or(String::new(), |at| match self.lang {
            Lang::Zh => format!("（{at}）"),
            Lang::En => format!(" ({at})"),
        });
        let value = if cell.value.is_empty() {
            self.say("空", "none").to_owned()
        } else {
            text::shown(&cell.value, SHOWN)
        };
        match self.lang {
            Lang::Zh => format!("{title}{at}= {value}"),
            Lang::En => format!("{title}{at} = {value}"),
        }
    }

    /// The note on the cell of a finding; `at` is its position in the list.
    pub(super) fn told(&self, at: usize, finding: &Finding, given: &Return<'_>, layout: Option<&Layout<'_>>) -> String {
        let mut lines = vec![match self.lang {
            Lang::Zh => format!(
                "【{}】第 {} 项：{}",
                self.severity(finding.severity),
                at + 1,
                self.message(finding, given)
            ),
            Lang::En => format!(
                "[{}] no. {}: {}",
                self.severity(finding.severity),
                at + 1,
                self.message(finding, given)
            ),
        }];
        let labelled = |label: &str, text: String| format!("{label}{text}");
        lines.extend(
            self.expected(finding, given)
                .map(|text| labelled(self.say("应为：", "expected: "), text)),
        );
        lines.extend(
            self.ground(finding, given, layout)
                .map(|text| labelled(self.say("依据：", "judged by: "), text.replace('\n', "; "))),
        );
        let mend = finding.mend.as_deref().filter(|mend| !mend.is_empty());
        lines.extend(mend.map(|mend| labelled(self.say("建议填写：", "proposed content: "), text::shown(mend, SHOWN))));
        lines.extend(
            self.remedy(finding)
                .map(|text| labelled(self.say("处理：", "what to do: "), text.to_owned())),
        );
        lines.join("\n")
    }

    /// The note on a further cell of a finding.
    pub(super) fn see(&self, at: usize, finding: &Finding, given: &Return<'_>) -> String {
        let (severity, message) = (self.severity(finding.severity), self.message(finding, given));
        match self.lang {
            Lang::Zh => format!("【{severity}】第 {} 项也涉及本单元格：{message}", at + 1),
            Lang::En => format!("[{severity}] no. {} looks at this cell, too: {message}", at + 1),
        }
    }

    fn more(&self, more: usize) -> String {
        match self.lang {
            Lang::Zh => format!("另有 {more} 处"),
            Lang::En => format!("and {more} more"),
        }
    }

    pub(super) fn more_in_list(&self, more: usize) -> String {
        match self.lang {
            Lang::Zh => format!("本单元格另有 {more} 项，见“反馈”。"),
            Lang::En => format!("{more} more findings on this cell stand in the list."),
        }
    }

    pub(super) fn more_findings(&self, more: usize) -> String {
        match self.lang {
            Lang::Zh => format!("另有 {more} 项未列出；请先处理以上各项。"),
            Lang::En => format!("{more} more are not listed; please begin with these."),
        }
    }

    /// On a cell whose text did not fit.
    pub(super) fn cut(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "来文内容过长，此处只保留前 32,767 个字符。",
            Lang::En => "The text received is too long for a cell: only its first 32,767 characters stand here.",
        }
    }

    pub(super) fn choice_title(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "不在选项之内",
            Lang::En => "Not one of the choices",
        }
    }

    pub(super) fn choice_message(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "请从列表中选择；确无数据时可用约定的符号。",
            Lang::En => "Choose from the list; where there is no figure an agreed symbol may stand.",
        }
    }
}
