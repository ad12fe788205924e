//! Codes of findings: those of the engine, one variant each, and those of a pipeline's rules.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// Declares [`Code`] from the list of its variants, each with the text that tables, options and documents show.
macro_rules! codes {
    ($($name:ident = $text:tt,)*) => {
        /// A finding the engine itself can make. The texts of each are in `findings.toml`, under the same code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`")] #[serde(rename = $text)] $name,)*
        }

        impl Code {
            /// Every code, in alphabetical order.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The code as tables show it: `not-an-integer`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    AreaContradicted = "area-contradicted",
    AreaReassigned = "area-reassigned",
    AreaReused = "area-reused",
    AreaUnexpected = "area-unexpected",
    AreaUnknown = "area-unknown",
    CellMissing = "cell-missing",
    CellRaised = "cell-raised",
    CellsMerged = "cells-merged",
    CellsUnseen = "cells-unseen",
    CodeBoolean = "code-boolean",
    CodeDate = "code-date",
    CodeFraction = "code-fraction",
    CodeInvisible = "code-invisible",
    CodeMalformed = "code-malformed",
    CodeMisnamed = "code-misnamed",
    CodeReassigned = "code-reassigned",
    CodeScientific = "code-scientific",
    CodeStoredOtherwise = "code-stored-otherwise",
    CodeUnknown = "code-unknown",
    CodeZerosLost = "code-zeros-lost",
    ColumnAbsent = "column-absent",
    ColumnDuplicate = "column-duplicate",
    ColumnHidden = "column-hidden",
    ColumnMissing = "column-missing",
    ColumnUnknown = "column-unknown",
    ColumnsShifted = "columns-shifted",
    CorrectionDropped = "correction-dropped",
    CorrectionFault = "correction-fault",
    CorrectionStale = "correction-stale",
    CorrectionUnmatched = "correction-unmatched",
    DateOrderConverted = "date-order-converted",
    DateOrderMixed = "date-order-mixed",
    DateOrderUnclear = "date-order-unclear",
    DateShownPartly = "date-shown-partly",
    DecimalCommaAssumed = "decimal-comma-assumed",
    DecimalMarkAssumed = "decimal-mark-assumed",
    DecimalMarkMixed = "decimal-mark-mixed",
    DecimalMarkUnclear = "decimal-mark-unclear",
    DecimalsRounded = "decimals-rounded",
    DigitsLost = "digits-lost",
    EncodingAssumed = "encoding-assumed",
    EncodingDamaged = "encoding-damaged",
    EncodingMixed = "encoding-mixed",
    EncodingUnproven = "encoding-unproven",
    ErrorValue = "error-value",
    ExplanationUnmatched = "explanation-unmatched",
    FileEmpty = "file-empty",
    FileEncrypted = "file-encrypted",
    FileForeign = "file-foreign",
    FileTooLarge = "file-too-large",
    FileUnclaimed = "file-unclaimed",
    FileUnreadable = "file-unreadable",
    FillStopped = "fill-stopped",
    FormulaUncomputed = "formula-uncomputed",
    HeaderMerged = "header-merged",
    HeaderMissing = "header-missing",
    HeaderOtherFigures = "header-other-figures",
    HeaderPeriod = "header-period",
    HeaderRemark = "header-remark",
    KeyCaseDiffers = "key-case-differs",
    LeadingZeros = "leading-zeros",
    MoneySignUnclear = "money-sign-unclear",
    NameShared = "name-shared",
    NotABoolean = "not-a-boolean",
    NotACategory = "not-a-category",
    NotADate = "not-a-date",
    NotANumber = "not-a-number",
    NotAnInteger = "not-an-integer",
    NoteDoubtful = "note-doubtful",
    NumberMerged = "number-merged",
    NumberNegative = "number-negative",
    NumberNoted = "number-noted",
    NumberShortened = "number-shortened",
    NumberShownOtherwise = "number-shown-otherwise",
    NumeratorWithoutDenominator = "numerator-without-denominator",
    OutOfRange = "out-of-range",
    OutsideJurisdiction = "outside-jurisdiction",
    PercentMixed = "percent-mixed",
    PercentShares = "percent-shares",
    PeriodContradicted = "period-contradicted",
    PeriodUnexpected = "period-unexpected",
    QuoteUnclosed = "quote-unclosed",
    RecordNamedTotal = "record-named-total",
    RegisterFault = "register-fault",
    ReplyMisplaced = "reply-misplaced",
    ReplyOutdated = "reply-outdated",
    ReplyRematched = "reply-rematched",
    ReplyUnmatched = "reply-unmatched",
    ReplyWordless = "reply-wordless",
    ReturnContradicted = "return-contradicted",
    ReturnForeign = "return-foreign",
    ReturnListAlone = "return-list-alone",
    ReturnMisplaced = "return-misplaced",
    ReturnOutdated = "return-outdated",
    ReturnRecognised = "return-recognised",
    ReturnRepeated = "return-repeated",
    RevisionChosen = "revision-chosen",
    RevisionSuperseded = "revision-superseded",
    RevisionTied = "revision-tied",
    RevisionUnreadable = "revision-unreadable",
    RowConflict = "row-conflict",
    RowDuplicate = "row-duplicate",
    RowEqualsSum = "row-equals-sum",
    RowHeading = "row-heading",
    RowKeyOnly = "row-key-only",
    RowRagged = "row-ragged",
    RowRemark = "row-remark",
    RowShort = "row-short",
    RowStruck = "row-struck",
    RowTotal = "row-total",
    RowWordedTotal = "row-worded-total",
    RowsBeyondExpected = "rows-beyond-expected",
    RowsHidden = "rows-hidden",
    RowsMissing = "rows-missing",
    RowsWithoutArea = "rows-without-area",
    SectionDiffers = "section-differs",
    ShareOutsideBounds = "share-outside-bounds",
    SheetContinued = "sheet-continued",
    SheetHidden = "sheet-hidden",
    SheetMissing = "sheet-missing",
    SheetOfOtherForm = "sheet-of-other-form",
    SheetUnclaimed = "sheet-unclaimed",
    SubmissionIdentical = "submission-identical",
    SubmissionRepeated = "submission-repeated",
    SymbolUndeclared = "symbol-undeclared",
    TextActive = "text-active",
    TextGarbled = "text-garbled",
    TextInvisible = "text-invisible",
    TextNoted = "text-noted",
    TextStruck = "text-struck",
    TextTooLong = "text-too-long",
    TextUnseen = "text-unseen",
    ThousandsAssumed = "thousands-assumed",
    TooPrecise = "too-precise",
    TotalDiffers = "total-differs",
    TotalWithCode = "total-with-code",
    UnitConverted = "unit-converted",
    UnitInColumn = "unit-in-column",
    UnitLineContradicted = "unit-line-contradicted",
    UnitLineUnclear = "unit-line-unclear",
    UnitUndeclared = "unit-undeclared",
    UnitUnknown = "unit-unknown",
    ValueNested = "value-nested",
    ValueTooLarge = "value-too-large",
    WorkbookActive = "workbook-active",
    WorkbookForeign = "workbook-foreign",
}

impl Code {
    /// The code of this text; None: the engine has none such.
    pub fn named(text: &str) -> Option<Code> {
        let at = Code::ALL.binary_search_by(|code| code.as_str().cmp(text)).ok()?;
        Some(Code::ALL[at])
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a finding was made under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FindingCode {
    /// A check of the engine.
    Engine(Code),
    /// A rule of the pipeline, by its id, which is never that of a [`Code`].
    Rule(Arc<str>),
}

impl FindingCode {
    /// The engine's code of this text, else the rule of this id.
    pub fn named(text: &str) -> FindingCode {
        Code::named(text).map_or_else(|| FindingCode::rule(text), FindingCode::Engine)
    }

    /// The rule of this id.
    pub fn rule(id: &str) -> FindingCode {
        FindingCode::Rule(Arc::from(id))
    }

    /// The code as tables show it.
    pub fn as_str(&self) -> &str {
        match self {
            FindingCode::Engine(code) => code.as_str(),
            FindingCode::Rule(id) => id,
        }
    }

    /// The engine's own code; None: a rule's.
    pub fn engine(&self) -> Option<Code> {
        match self {
            FindingCode::Engine(code) => Some(*code),
            FindingCode::Rule(_) => None,
        }
    }

    /// Whether it is the rule of this id.
    pub fn is_rule(&self, id: &str) -> bool {
        matches!(self, FindingCode::Rule(own) if &**own == id)
    }
}

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for FindingCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FindingCode, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(FindingCode::named(&text))
    }
}

impl From<Code> for FindingCode {
    fn from(code: Code) -> FindingCode {
        FindingCode::Engine(code)
    }
}

impl PartialEq<Code> for FindingCode {
    fn eq(&self, code: &Code) -> bool {
        self.engine() == Some(*code)
    }
}

/// In alphabetical order, whoever gives them.
impl Ord for FindingCode {
    fn cmp(&self, other: &FindingCode) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for FindingCode {
    fn partial_cmp(&self, other: &FindingCode) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalog;

    #[test]
    fn every_code_has_an_entry_and_every_entry_a_code() {
        assert_eq!(catalog().keys().copied().collect::<Vec<_>>(), Code::ALL);
    }

    #[test]
    fn codes_are_found_by_their_texts() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.as_str()));
        for &code in Code::ALL {
            assert_eq!(Code::named(code.as_str()), Some(code));
        }
        for text in ["", "not-an-integr", "NotAnInteger", "zzz"] {
            assert_eq!(Code::named(text), None, "{text}");
        }
    }

    #[test]
    fn codes_of_rules_stand_among_those_of_the_engine() {
        let rule = FindingCode::rule;
        let mut all = [
            rule("cells-odd"),
            Code::CellMissing.into(),
            rule("b"),
            Code::CellsMerged.into(),
        ];
        all.sort();
        assert_eq!(
            all.each_ref().map(FindingCode::as_str),
            ["b", "cell-missing", "cells-merged", "cells-odd"]
        );
        assert_eq!(all.map(|code| code.entry().is_some()), [false, true, true, false]);
    }
}
