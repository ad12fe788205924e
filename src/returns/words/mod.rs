//! What a return says that is not the county's own, in both languages.

mod blank;
mod findings;
mod introduction;

use crate::domain::{Lang, Severity};

/// The built-in texts in one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) lang: Lang,
}

/// What a return has behind its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enclosed {
    /// The county's own sheet.
    Own,
    /// A blank sheet of the form, for what was sent cannot be read.
    Blank,
    Nothing,
}

/// Names of the sheets that a return adds, in any language: no sheet of the county's own may have one.
pub(super) const SHEETS: [&str; 6] = ["反馈", "Findings", "选项", "Choices", "填报说明", "How to fill in"];

impl Words {
    pub(super) fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
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
            (Lang::En, Severity::Hard) => "must be fixed",
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
