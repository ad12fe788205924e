//! Faults in the data, as values.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

use super::{Code, FindingCode, Influence, Lang, Mend, Place, Severity, Text};

/// A cell that a rule looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellValue {
    /// Where it lies; may be in another row, sheet or submission than the finding.
    pub place: Place,
    /// Path of the other submission, where it is not the finding's own.
    pub path: Option<Arc<str>>,
    /// Its value as the rule saw it; empty: none.
    pub value: String,
}

/// A fault in the data: a value, never an error. It belongs to the submission that holds it, and does not name it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The check that made it.
    pub code: FindingCode,
    /// What it asks of the county.
    pub severity: Severity,
    /// Where it lies.
    pub place: Place,
    /// What stood there, as received.
    pub raw: Option<String>,
    /// What was expected, in the notation of the definitions: `integer`, `0..200000`, `是|否`.
    pub expected: Option<String>,
    /// The same as a person reads it, where the notation has codes of units.
    pub expected_words: Option<Text>,
    /// The suggested fix, where one can be computed.
    pub mend: Option<Mend>,
    /// Cells or rows that share this one cause.
    pub count: u64,
    /// Every cell a rule looked at, with what it holds: the first is the one the finding stands at. Empty for what
    /// concerns one cell, whose content is `raw`.
    pub cells: Vec<CellValue>,
    /// The bound that judged it, as a person reads it: `0.5..2`, `3.5`, `±1`.
    pub threshold: Option<String>,
    /// What the county says of it. An explain finding with one is settled, and stays visible.
    pub explanation: Option<String>,
    /// The message, where the catalog's template is not to be used (rules bring their own).
    pub message: Option<Text>,
    /// Rows of the findings that this one stands for, beside its own place, and rows that are held back with them.
    pub rows: Vec<u32>,
    /// The units it speaks of, where they have no row, each by the content of the form's key, part by part; `raw` may name
    /// some of them only.
    pub units: Vec<Vec<String>>,
    /// Ids of the ministry's corrections that made it; None: it is the sender's.
    pub correction: Option<String>,
    /// How far its records move the figures; None: they move none, or it is not known.
    pub influence: Option<Influence>,
}

impl Finding {
    /// A finding of the catalog with its usual severity, at no particular cell.
    pub fn new(code: Code) -> Finding {
        Finding::under(code.into(), code.entry().severity)
    }

    fn under(code: FindingCode, severity: Severity) -> Finding {
        Finding {
            code,
            severity,
            place: Place::default(),
            raw: None,
            expected: None,
            expected_words: None,
            mend: None,
            count: 1,
            cells: Vec::new(),
            threshold: None,
            explanation: None,
            message: None,
            rows: Vec::new(),
            units: Vec::new(),
            correction: None,
            influence: None,
        }
    }

    /// A finding of a rule of the pipeline, under the rule's id.
    pub fn of_rule(id: &str, severity: Severity, message: Text) -> Finding {
        Finding {
            message: Some(message),
            ..Finding::under(FindingCode::rule(id), severity)
        }
    }

    /// Rows that it is about: its own, and those it stands for.
    pub fn all_rows(&self) -> impl Iterator<Item = u32> {
        self.place.row.into_iter().chain(self.rows.iter().copied())
    }

    /// Whether its effect on the figures is asked for. What no sum can hold counts as missing: the finding is about figures that the
    /// record moves no more, and says nothing of other sums that hold it.
    pub fn is_weighed(&self) -> bool {
        self.severity >= Severity::Explain && self.code != Code::ValueTooLarge
    }

    /// Adds what the county says of it to what it says already; a text that stands there as a whole is not repeated.
    pub fn explain(&mut self, text: &str) {
        match &mut self.explanation {
            Some(said) if format!("; {said}; ").contains(&format!("; {text}; ")) => {}
            Some(said) => {
                said.push_str("; ");
                said.push_str(text);
            }
            None => self.explanation = Some(text.to_owned()),
        }
    }

    /// The suggested fix as tables and returns show it.
    pub fn mend_text(&self) -> Option<Cow<'_, str>> {
        self.mend.as_ref().map(Mend::text)
    }

    /// Whether someone has yet to act: the county has neither mended nor explained it.
    pub fn is_open(&self) -> bool {
        match self.severity {
            Severity::Info => false,
            Severity::Explain => self.explanation.is_none(),
            Severity::Hard => true,
        }
    }

    /// The same with every cell the rule looked at.
    pub fn cells(self, cells: Vec<CellValue>) -> Finding {
        Finding { cells, ..self }
    }

    /// The same with the bound that judged it.
    pub fn threshold(self, threshold: impl Into<String>) -> Finding {
        Finding {
            threshold: Some(threshold.into()),
            ..self
        }
    }

    /// The same at a place.
    pub fn at(self, place: Place) -> Finding {
        Finding { place, ..self }
    }

    /// The same with what stood there.
    pub fn raw(self, raw: impl Into<String>) -> Finding {
        Finding {
            raw: Some(raw.into()),
            ..self
        }
    }

    /// The same with what was expected.
    pub fn expected(self, expected: impl Into<String>) -> Finding {
        Finding {
            expected: Some(expected.into()),
            ..self
        }
    }

    /// The same with a proposed mend.
    pub fn mend(self, mend: impl Into<Mend>) -> Finding {
        Finding {
            mend: Some(mend.into()),
            ..self
        }
    }

    /// The same with another severity than the catalog's.
    pub fn severity(self, severity: Severity) -> Finding {
        Finding { severity, ..self }
    }

    /// The same for `count` cells or rows.
    pub fn count(self, count: u64) -> Finding {
        Finding { count, ..self }
    }

    /// The same with what was expected in words of each language.
    pub fn with_expected_words(self, zh: String, en: String) -> Finding {
        self.with_expected_text(Text::new(zh, en))
    }

    /// The same with what was expected, in words alone: it has no notation.
    pub fn expected_as(self, words: Text) -> Finding {
        self.expected(words.get(Lang::Zh)).with_expected_text(words)
    }

    /// The same with what was expected in words.
    pub fn with_expected_text(self, words: Text) -> Finding {
        let expected_words = Some(words);
        Finding { expected_words, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_is_added_unless_it_stands_there_as_a_whole() {
        let said = |texts: &[&str]| {
            let mut finding = Finding::new(Code::NotANumber);
            texts.iter().for_each(|text| finding.explain(text));
            finding.explanation.unwrap()
        };
        for (texts, expected) in [
            (&["merged in May", "merged"][..], "merged in May; merged"),
            (&["已核实无误", "核实"], "已核实无误; 核实"),
            (&["a; b", "c", "a; b"], "a; b; c"),
            (&["a", "b", "b", "a"], "a; b"),
        ] {
            assert_eq!(said(texts), expected);
        }
    }
}
