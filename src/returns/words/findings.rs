//! What is said of one finding, in the list and beside its cells.

use super::Words;
use crate::domain::{CellValue, Finding, Lang, Severity, agreeing, plural, range_in_words};
use crate::pipeline::{Form, Rule, RuleKind, expected_alone};
use crate::returns::given::Return;
use crate::returns::layout::Layout;
use crate::returns::text;

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
        // A form has many headers, and all that are missing are named.
        let expected = expected_alone(given.rule(finding), finding, self.lang)?;
        Some(text::shown(&expected, 1500))
    }

    /// The bound of a rule, and what it is a bound of.
    fn bound(&self, rule: Option<&Rule>, threshold: &str) -> String {
        let words = range_in_words(threshold, self.lang);
        match (rule.map(|rule| &rule.kind), self.lang) {
            (Some(RuleKind::History(_)), Lang::Zh) => format!("与上期之比应在 {words} 之间"),
            (Some(RuleKind::History(_)), Lang::En) => format!("ratio to the earlier figure: {words}"),
            (Some(RuleKind::Outlier(_)), Lang::Zh) => format!("与同类单位的偏离程度（修正 z 值）不超过 {words}"),
            (Some(RuleKind::Outlier(_)), Lang::En) => format!("distance from its peers (modified z): at most {words}"),
            (Some(RuleKind::Cover(_)), Lang::Zh) => format!("允许的比例：{}", words.replace(" %", "%")),
            (Some(RuleKind::Cover(_)), Lang::En) => format!("share that is allowed: {words}"),
            (_, Lang::Zh) => format!("允许的差额：{words}"),
            (_, Lang::En) => format!("difference that is allowed: {words}"),
        }
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
                .map(|cell| self.cell(cell, (finding, given), layout)),
        );
        let more = finding.cells.len().saturating_sub(CELLS);
        if more > 0 {
            lines.push(self.more(more));
        }
        (!lines.is_empty()).then(|| text::shown(&lines.join("\n"), 1500))
    }

    /// `服务设施面积（H12）= 300`
    fn cell(&self, cell: &CellValue, (finding, given): (&Finding, &Return<'_>), layout: Option<&Layout<'_>>) -> String {
        let summed = given.rule(finding).and_then(|rule| match &rule.kind {
            // A reconciliation also looks at another form, or at its rows.
            RuleKind::Reconcile(reconcile) if cell.path.is_some() => Some(&given.forms[reconcile.left_form]),
            _ => None,
        });
        let form = summed.unwrap_or(given.form);
        let title = match (text::title_of(&cell.place, form, self.lang), summed) {
            (Some(title), _) => title,
            (None, Some(_)) => self.say("行数", "number of rows").to_owned(),
            (None, None) => String::new(),
        };
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
            text::shown(self.value(cell, form), SHOWN)
        };
        match self.lang {
            Lang::Zh => format!("{title}{at}= {value}"),
            Lang::En => format!("{title}{at} = {value}"),
        }
    }

    /// A value that a rule looked at: of yes and no and of categories the word that a person fills in.
    fn value<'v>(&self, cell: &'v CellValue, form: &'v Form) -> &'v str {
        let column = cell.place.column.as_deref().and_then(|id| form.column(id));
        let word = column.and_then(|column| form.columns[column].kind.choice(&cell.value, self.lang));
        word.unwrap_or(&cell.value)
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
        let mend = finding.mend_text().filter(|mend| !mend.is_empty());
        lines
            .extend(mend.map(|mend| labelled(self.say("建议填写：", "proposed content: "), text::shown(&mend, SHOWN))));
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
            Lang::En => format!(
                "{} on this cell {} in the list.",
                plural(more, "more finding"),
                agreeing(more, "stands", "stand")
            ),
        }
    }

    pub(in crate::returns) fn more_findings(&self, more: usize) -> String {
        match self.lang {
            Lang::Zh => format!("另有 {more} 项未列出；请先处理以上各项。"),
            Lang::En => format!(
                "{more} more {} not listed; please begin with these.",
                agreeing(more, "is", "are")
            ),
        }
    }
}
