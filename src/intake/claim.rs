//! Which form claims a file, and as what.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::pattern::Pattern;
use super::words::squeeze;
use crate::domain::{Finding, Period};
use crate::pipeline::{FormIndex, LevelIndex, Pipeline};

/// A match of a form's template with a file, or with one sheet of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// The form.
    pub form: FormIndex,
    /// The sheet part of the template.
    pub sheet: Option<SheetPart>,
    /// The period in the path, if it is of the pipeline's kind.
    pub period: Option<Period>,
    /// The text of `{period}`.
    pub period_text: Option<String>,
    /// The text of every level placeholder, from the root down.
    pub areas: Vec<(LevelIndex, String)>,
    /// 0 without a revision part.
    pub revision: u32,
    /// Text in the place of the revision that is not one: `_R2`, `_r2x`.
    pub unread_revision: Option<String>,
    /// Whether the name says that the file is an old one, in a part that the template leaves open: `_old`, `_作废`.
    pub old: bool,
    /// Finding on a match that the mark of a return has made or contradicted.
    pub told: Option<Box<Finding>>,
}

impl Claim {
    /// The area a path names: the deepest of its level placeholders; None where it names none.
    pub fn sender(&self) -> Option<&str> {
        self.areas.last().map(|(_, code)| code.as_str())
    }

    /// The sheet part as written.
    pub(super) fn part(&self) -> Option<&str> {
        self.sheet.as_ref().map(|part| part.text.as_str())
    }

    /// Whether every sheet of such a name is a submission.
    pub fn is_pattern(&self) -> bool {
        self.sheet.as_ref().is_some_and(|part| part.pattern.is_some())
    }
}

/// The part of a template after `#`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SheetPart {
    /// As written.
    pub text: String,
    /// With placeholders or `*`: every sheet with a matching name (blanks ignored) is a submission.
    #[serde(skip)]
    pub(super) pattern: Option<Arc<Pattern>>,
}

impl SheetPart {
    pub(super) fn new(text: &str, pipeline: &Pipeline) -> SheetPart {
        let pattern = text
            .contains(['{', '*'])
            .then(|| Pattern::of_sheet(&squeeze(text), pipeline))
            .flatten()
            .map(Arc::new);
        SheetPart {
            text: text.to_owned(),
            pattern,
        }
    }
}
