//! Why a figure is null: stable tokens, and what a person reads of them in the codebook.

use crate::domain::{NotMeasured, Text};

/// Why a figure of `indicators` is null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Nothing of what was expected has been accepted.
    NotReported,
    /// Records came, but none with both numerator and denominator known.
    NothingKnown,
    /// The denominator is 0 where all is known: the ratio cannot exist.
    DenominatorZero,
    /// The indicator names no register column for what is missing.
    NoRegister,
    /// The register has no figure for one of the areas in which something is missing.
    RegisterIncomplete,
    /// The indicator names no plausible bracket.
    NoPlausible,
    /// A sum leaves 128 bits.
    TooLarge,
}

impl Reason {
    const ALL: [Reason; 7] = [
        Reason::NotReported,
        Reason::NothingKnown,
        Reason::DenominatorZero,
        Reason::NoRegister,
        Reason::RegisterIncomplete,
        Reason::NoPlausible,
        Reason::TooLarge,
    ];

    /// The word in tables.
    pub fn token(self) -> &'static str {
        match self {
            Reason::NotReported => "not_reported",
            Reason::NothingKnown => "nothing_known",
            Reason::DenominatorZero => "denominator_zero",
            Reason::NoRegister => "no_register",
            Reason::RegisterIncomplete => "register_incomplete",
            Reason::NoPlausible => "no_plausible",
            Reason::TooLarge => "too_large",
        }
    }

    /// What it means.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Reason::NotReported => (
                "应报地区均无被接受的记录，故无值",
                "no value: nothing of what was expected has been accepted",
            ),
            Reason::NothingKnown => (
                "没有分子分母同时已知的记录，故无值",
                "no value: no accepted record has both numerator and denominator",
            ),
            Reason::DenominatorZero => (
                "分母为零，比值不存在",
                "no value: the denominator is zero, so the ratio cannot exist",
            ),
            Reason::NoRegister => (
                "无上下界：指标未指定登记册列，缺报部分的分母未知",
                "no bounds: the indicator names no register column for the denominator of what is missing",
            ),
            Reason::RegisterIncomplete => (
                "无上下界：登记册缺少某个缺报地区的分母",
                "no bounds: the register lacks the denominator of an area in which something is missing",
            ),
            Reason::NoPlausible => (
                "无上下界：指标未给出合理取值范围",
                "no bounds: the indicator names no plausible bracket",
            ),
            Reason::TooLarge => (
                "无值：合计超出128位整数，无法精确求和",
                "no value: a sum leaves 128 bits, so it cannot be exact",
            ),
        };
        Text::new(zh, en)
    }
}

impl From<NotMeasured> for Reason {
    fn from(why: NotMeasured) -> Reason {
        match why {
            NotMeasured::NoRegister => Reason::NoRegister,
            NotMeasured::RegisterIncomplete => Reason::RegisterIncomplete,
            NotMeasured::TooLarge => Reason::TooLarge,
        }
    }
}

/// Every token in the reason columns of `indicators` with its meaning.
pub fn reasons() -> Vec<(&'static str, Text)> {
    Reason::ALL
        .iter()
        .map(|reason| (reason.token(), reason.text()))
        .collect()
}
