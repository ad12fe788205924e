//! What is said of one finding, in the list and beside its cells.

use super::Words;
use crate::domain::{CellValue, Finding, Lang, Severity};
use crate::pipeline::{ColumnKind, Form, RuleKind};
use crate::returns::layout::Layout;
use crate::returns::{Return, text};

/// Characters of a value in a message.
const SHOWN: usize = 120;
/// Cells named as the ground of one finding.
const CELLS: usize = 24;

/// A statement without texts and brackets, in which words can be looked for.
fn is_plain(statement: &str) -> bool {
    !statement.contains(['(', '\'', '"'])
}

/// The parts of `NOT condition OR consequence`, which says: where the one holds, the other must; None: it is no such statement.
fn implication(statement: &str) -> Option<(&str, &str)> {
    let negated = statement.strip_prefix("NOT ")?;
    let (condition, consequence) = negated.split_once(" OR ")?;
    let bare = condition.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let condition = bare.unwrap_or(condition);
    // `NOT` binds more than `AND`: only what brackets hold together is negated as a whole.
    let is_whole = bare.is_some() || !condition.contains(" AND ");
    (is_whole && is_plain(condition) && is_plain(consequence) && !consequence.contains(" OR "))
        .then_some((condition, consequence))
}

impl Words {
    pub(in crate::returns) fn message(&self, finding: &Finding, given: &Return<'_>) -> String {
        let title = text::title_of(&finding.place, given.form, self.lang);
        text::shown(&finding.message(self.lang, title.as_deref()), 500)
    }

    /// What was expected, as a clerk reads it.
    pub(in crate::returns) fn expected(&self, finding: &Finding, given: &Return<'_>) -> Option<String> {
        let expected = finding.expected.as_deref().filter(|expected| !expected.is_empty())?;
        if finding.code.engine().is_none() {
            if let Some(told) = self.expected_by(given.rule(finding), expected) {
                return told;
            }
            let words = finding.expected_in(self.lang).filter(|words| words != expected);
            return Some(match words {
                Some(bound) => bound.into_owned(),
                None => text::shown(&self.statement(expected, given.form), 300),
            });
        }
        // A form has many headers, and all that are missing are named.
        Some(text::shown(&finding.wanted_in(self.lang)?, 1500))
    }

    /// What a rule expects that gives a figure, in words; `Some(None)`: nothing that would help. None: a statement.
    fn expected_by(&self, rule: Option<&RuleKind>, expected: &str) -> Option<Option<String>> {
        let range = expected.split_once("..");
        Some(match (rule?, range) {
            (RuleKind::Cover(_), _) if expected == "0" => None,
            (RuleKind::Cover(cover), _) => Some(match (self.lang, cover.register.is_some()) {
                (Lang::Zh, true) => format!("共 {expected} 个，与登记册一致"),
                (Lang::Zh, false) => format!("共 {expected} 个，与上期一致"),
                (Lang::En, true) => format!("{expected} in all, as in the register"),
                (Lang::En, false) => format!("{expected} in all, as in the earlier period"),
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
        if let Some((condition, consequence)) = implication(statement) {
            let [condition, consequence] = [condition, consequence].map(|part| self.statement(part, form));
            return match self.lang {
                Lang::Zh => format!("如果{condition}，则{consequence}"),
                Lang::En => format!("if {condition}, then {consequence}"),
            };
        }
        let alone = form.column(statement).map(|column| &form.columns[column]);
        if let Some(column) = alone.filter(|column| matches!(column.kind, ColumnKind::Boolean { .. })) {
            let title = column.title.get(self.lang);
            return match self.lang {
                Lang::Zh => format!("{title}为“是”"),
                Lang::En => format!("{title} is yes"),
            };
        }
        if let Some((one, other)) = statement.split_once(" OR ").filter(|_| is_plain(statement)) {
            let [one, other] = [one, other].map(|part| self.statement(part, form));
            return match self.lang {
                Lang::Zh => format!("{one}，或{other}"),
                Lang::En => format!("{one} or {other}"),
            };
        }
        let title = |column: usize| form.columns[column].title.get(self.lang).to_owned();
        let phrases = [
            ("IS NOT NULL", "IS_NOT_NULL"),
            ("IS NULL", "IS_NULL"),
            ("NOT IN", "NOT_IN"),
        ];
        let joined = phrases
            .iter()
            .fold(statement.to_owned(), |text, (phrase, word)| text.replace(phrase, word));
        text::in_words(&joined, form, title, |part| self.formula_word(part))
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
            ("NOT", "并非", "not"),
            ("IS_NOT_NULL", "不为空", "is filled in"),
            ("IS_NULL", "为空", "is empty"),
            ("NOT_IN", "不属于", "not in"),
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
        let own = finding.code.entry().map(|entry| entry.mend.get(self.lang));
        own.or_else(|| {
            Some(match finding.severity {
                Severity::Hard => self.say(
                    "核对所涉单元格，改正有误的数字。",
                    "Check the cells and correct the wrong figure.",
                ),
                _ => self.say(
                    "核对所涉单元格；有误则改正，无误请说明原因。",
                    "Check the cells: correct what is wrong, or say why it is right.",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Text;
    use crate::pipeline::testing::{column, form};
    use crate::pipeline::{Column, RowUnit};

    #[test]
    fn statements_read_as_sentences() {
        let titled = |id: &str, kind: ColumnKind, zh: &str, en: &str| Column {
            title: Text::new(zh, en),
            ..column(id, kind)
        };
        let columns = vec![
            titled(
                "has_facility",
                ColumnKind::Boolean {
                    yes: vec![],
                    no: vec![],
                },
                "有无设施",
                "has facility",
            ),
            titled("area", ColumnKind::Integer { unit: None }, "面积", "area"),
            titled("operator", ColumnKind::Text, "运营主体", "operator"),
        ];
        let form = form("f", RowUnit::Below("village".to_owned()), columns);
        for (statement, zh, en) in [
            ("area <= 5 * area", "面积 ≤ 5 × 面积", "area ≤ 5 × area"),
            ("has_facility", "有无设施为“是”", "has facility is yes"),
            (
                "NOT (area > 0) OR has_facility",
                "如果面积 > 0，则有无设施为“是”",
                "if area > 0, then has facility is yes",
            ),
            (
                "NOT has_facility OR area > 0",
                "如果有无设施为“是”，则面积 > 0",
                "if has facility is yes, then area > 0",
            ),
            (
                "has_facility OR operator IS NULL",
                "有无设施为“是”，或运营主体为空",
                "has facility is yes or operator is empty",
            ),
            ("operator IS NOT NULL", "运营主体不为空", "operator is filled in"),
            // What `NOT` concerns is not all before `OR`.
            (
                "NOT has_facility AND area > 0 OR area = 1",
                "并非有无设施与面积 > 0，或面积 = 1",
                "not has facility and area > 0 or area = 1",
            ),
        ] {
            let told = [Lang::Zh, Lang::En].map(|lang| Words { lang }.statement(statement, &form));
            assert_eq!(told, [zh, en], "{statement}");
        }
    }
}
