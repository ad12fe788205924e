//! What is said of one finding, in the list and beside its cells.

use super::Words;
use crate::domain::{CellValue, Finding, Lang, Severity, catalog};
use crate::pipeline::{Form, RuleKind};
use crate::returns::layout::Layout;
use crate::returns::{Return, text};

/// Characters of a value in a message.
const SHOWN: usize = 120;
/// Cells named as the ground of one finding.
const CELLS: usize = 24;

impl Words {
    pub(in crate::returns) fn message(&self, finding: &Finding, given: &Return<'_>) -> String {
        let title = text::title_of(&finding.place, given.form, self.lang);
        text::shown(&finding.message(self.lang, title.as_deref()), 500)
    }

    /// What was expected, as a clerk reads it.
    pub(in crate::returns) fn expected(&self, finding: &Finding, given: &Return<'_>) -> Option<String> {
        let expected = finding.expected.as_deref().filter(|expected| !expected.is_empty())?;
        let is_rule = catalog().get(finding.code.as_ref()).is_none();
        if is_rule {
            if let Some(told) = self.expected_by(given.rule(finding), expected) {
                return told;
            }
            return Some(text::shown(&self.statement(expected, given.form), 300));
        }
        // A form has many headers, and all that are missing are named.
        Some(text::shown(&finding.wanted_in(self.lang)?, 1500))
    }

    /// What a rule expects that gives a figure, in words; `Some(None)`: nothing that would help. None: a statement.
    fn expected_by(&self, rule: Option<&RuleKind>, expected: &str) -> Option<Option<String>> {
        let range = expected.split_once("..");
        Some(match (rule?, range) {
            (RuleKind::Cover(_), _) if expected == "0" => None,
            (RuleKind::Cover(_), _) => Some(match self.lang {
                Lang::Zh => format!("共 {expected} 个，与登记或上期一致"),
                Lang::En => format!("{expected} in all, as in the register or the earlier period"),
            }),
            (RuleKind::Reconcile(_), None) => return None,
            (_, Some((low, high))) => Some(match self.lang {
                Lang::Zh => format!("{low} 至 {high}"),
                Lang::En => format!("{low} to {high}"),
            }),
            _ => return None,
        })
    }

    /// The bound of a rule, and what it is a bound of.
    fn bound(&self, rule: Option<&RuleKind>, threshold: &str) -> String {
        let words = match threshold.split_once("..") {
            Some((low, high)) => match self.lang {
                Lang::Zh => format!("{low} 至 {high}"),
                Lang::En => format!("{low} to {high}"),
            },
            None => threshold.to_owned(),
        };
        match (rule, self.lang) {
            (Some(RuleKind::History(_)), Lang::Zh) => format!("与上期之比应在 {words} 倍之间"),
            (Some(RuleKind::History(_)), Lang::En) => format!("ratio to the earlier figure: {words}"),
            (Some(RuleKind::Outlier(_)), Lang::Zh) => format!("与同类单位的偏离程度（修正 z 值）不超过 {words}"),
            (Some(RuleKind::Outlier(_)), Lang::En) => format!("distance from its peers (modified z): at most {words}"),
            (Some(RuleKind::Cover(_)), Lang::Zh) => format!("允许的比例：{words}"),
            (Some(RuleKind::Cover(_)), Lang::En) => format!("share that is allowed: {words}"),
            (_, Lang::Zh) => format!("允许的差额：{words}"),
            (_, Lang::En) => format!("difference that is allowed: {words}"),
        }
    }

    /// What a rule asks for, with the titles of columns and the words of the language.
    pub(in crate::returns) fn statement(&self, statement: &str, form: &Form) -> String {
        let title = |column: usize| form.columns[column].title.get(self.lang).to_owned();
        text::in_words(statement, form, title, |part| self.formula_word(part))
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
    pub(in crate::returns) fn remedy(&self, finding: &Finding) -> Option<&'static str> {
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
    pub(in crate::returns) fn ground(
        &self,
        finding: &Finding,
        given: &Return<'_>,
        layout: Option<&Layout<'_>>,
    ) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        if let Some(threshold) = &finding.threshold {
            lines.push(self.bound(given.rule(finding), threshold));
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
    pub(in crate::returns) fn told(
        &self,
        at: usize,
        finding: &Finding,
        given: &Return<'_>,
        layout: Option<&Layout<'_>>,
    ) -> String {
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
    pub(in crate::returns) fn see(&self, at: usize, finding: &Finding, given: &Return<'_>) -> String {
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

    pub(in crate::returns) fn more_in_list(&self, more: usize) -> String {
        match self.lang {
            Lang::Zh => format!("本单元格另有 {more} 项，见“反馈”。"),
            Lang::En => format!("{more} more findings on this cell stand in the list."),
        }
    }

    pub(in crate::returns) fn more_findings(&self, more: usize) -> String {
        match self.lang {
            Lang::Zh => format!("另有 {more} 项未列出；请先处理以上各项。"),
            Lang::En => format!("{more} more are not listed; please begin with these."),
        }
    }
}
