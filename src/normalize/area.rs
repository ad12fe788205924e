//! The area of a row, and whether its sender may report on it.

use arrow::array::{StringArray, StringBuilder};

use super::cell::{Cleaned, Fault};
use super::code::is_scientific;
use crate::domain::{Code, Lang, Mend, Text, code_without_note};
use crate::pipeline::{CodeScheme, LevelIndex};
use crate::registry::{Areas, Bearer, Named};

/// Digits of an area's code at the beginning of one below it.
const AREA_DIGITS: usize = 6;

/// The areas in force and the one that sends.
pub(super) struct Jurisdiction<'a> {
    areas: &'a Areas,
    sender: &'a str,
    scheme: CodeScheme,
    /// Whether codes of areas within the sender belong to others at other times.
    has_other_bearers: bool,
}

impl<'a> Jurisdiction<'a> {
    pub(super) fn new(areas: &'a Areas, sender: &'a str, scheme: CodeScheme) -> Jurisdiction<'a> {
        Jurisdiction {
            areas,
            sender,
            scheme,
            has_other_bearers: areas.has_other_bearers(sender),
        }
    }

    /// The area with a code of `level`, or in which a code below the registry lies.
    #[inline]
    pub(super) fn of_code(&self, code: &str, level: Option<LevelIndex>) -> Result<&'a str, Box<Fault>> {
        let found = match level {
            Some(level) => self.areas.get(code).filter(|area| area.level == level),
            None => self.areas.home_of(code, self.sender),
        };
        match found {
            Some(area) => Ok(&area.code),
            // A plain code below the registry says nothing of where it lies.
            None if level.is_none() && self.scheme == CodeScheme::Plain => Ok(self.sender),
            None => Err(self.unknown_code(code, level)),
        }
    }

    /// What is known of a code that is not in force: the area it stands for now, or the zeros it has lost.
    #[cold]
    fn unknown_code(&self, code: &str, level: Option<LevelIndex>) -> Box<Fault> {
        let own = if level.is_none() {
            code.get(..AREA_DIGITS)
        } else {
            Some(code)
        };
        let moved = own.and_then(|own| Some((own, self.areas.moved(own)?)));
        let Some((own, moved)) = moved else {
            // A code of letters and digits may look so, but then it is known.
            if level.is_some() && is_scientific(code) {
                return fault(Code::CodeScientific, None, None);
            }
            return unknown(level.and_then(|level| self.meant(code, level)));
        };
        // After a merge the figures under the new code are sums, and what lies below may have been given other codes.
        let rest = &code[own.len()..];
        explained(
            Code::CodeUnknown,
            self.areas.tell(own, &moved),
            moved.is_recoded.then(|| format!("{}{rest}", moved.codes[0])),
        )
    }

    /// The one code of a level that becomes this one where a program drops its leading zeros.
    fn zeros_before(&self, code: &str, level: LevelIndex) -> Option<String> {
        let mut padded = self.areas.with_zeros_before(code, level);
        let only = padded.next().filter(|_| padded.next().is_none())?;
        Some(only.code.clone())
    }

    /// The one code of a level that was written with a decimal part of zeros, with the mark of a note or without its leading zeros.
    fn meant(&self, code: &str, level: LevelIndex) -> Option<String> {
        let bare = code_without_note(code).unwrap_or(code);
        let whole = bare
            .split_once('.')
            .filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0'));
        let bare = whole.map_or(bare, |(whole, _)| whole);
        let own = self.areas.get(bare).filter(|area| area.level == level);
        own.map(|area| area.code.clone())
            .or_else(|| self.zeros_before(bare, level))
    }

    /// Whether a code that is known is another known one behind leading zeros.
    #[inline]
    pub(super) fn may_lack_zeros(&self, code: &str, level: Option<LevelIndex>) -> bool {
        level.is_some_and(|level| self.areas.with_zeros_before(code, level).next().is_some())
    }

    /// The fault of a known code beside the name of another area, whose code it is without its leading zeros.
    #[cold]
    pub(super) fn named_behind_zeros<'t>(
        &self,
        code: &str,
        level: Option<LevelIndex>,
        texts: impl Iterator<Item = &'t str>,
    ) -> Option<Box<Fault>> {
        let area = self.areas.named_behind_zeros(code, level?, texts)?;
        let found = self.areas.code_and_name(&area.code);
        Some(explained(Code::CodeMisnamed, found, Some(area.code.clone())))
    }

    /// The area of `level` within the sender that goes by a name.
    pub(super) fn of_name(&self, name: &str, level: LevelIndex) -> Result<&'a str, Box<Fault>> {
        if let Some(area) = self.areas.by_name(name, level, self.sender) {
            return Ok(&area.code);
        }
        if self.areas.by_name(name, level, &self.areas.root().code).is_some() {
            return Err(self.outside());
        }
        let sharing = self.areas.sharing_name(name, level, self.sender);
        if !sharing.is_empty() {
            return Err(fault(Code::NameShared, Some(sharing.join(", ")), None));
        }
        let nearest = self.areas.nearest_name(name, level, self.sender);
        Err(unknown(nearest.map(|area| area.name.clone())))
    }

    /// The area again, if the sender is it or lies above it. `code` is what the row says, its own code or that of something in it.
    #[inline]
    pub(super) fn admit(&self, area: &'a str, code: &str) -> Result<&'a str, Box<Fault>> {
        if area == self.sender || self.areas.contains(self.sender, area) {
            Ok(area)
        } else {
            let bearer = self.areas.bearer_within(area, self.sender);
            Err(bearer.map_or_else(|| self.outside(), |bearer| self.reassigned(area, code, bearer)))
        }
    }

    /// The fault of a row whose code lies in an area, where the other texts of the row name another bearer of the area's code. The
    /// sender itself is judged by its whole submission.
    #[inline]
    pub(super) fn misnamed<'t, T: Iterator<Item = &'t str>>(
        &self,
        area: &str,
        code: &str,
        texts: impl FnOnce() -> T,
    ) -> Option<Box<Fault>> {
        if !self.has_other_bearers || area == self.sender || self.areas.other_bearers(area).is_empty() {
            return None;
        }
        match self.areas.named(area, texts(), false) {
            Named::Other(bearer) => Some(self.reassigned(area, code, bearer)),
            Named::Own | Named::Nobody => None,
        }
    }

    /// The fault of a code that another bearer of the area's code meant.
    #[cold]
    fn reassigned(&self, area: &str, code: &str, bearer: &Bearer) -> Box<Fault> {
        let moved = &bearer.moved;
        let rest = code.strip_prefix(area).unwrap_or_default();
        explained(
            Code::CodeReassigned,
            self.areas.tell(area, moved),
            moved.is_recoded.then(|| format!("{}{rest}", moved.codes[0])),
        )
    }

    /// The same without a proposed code that would be refused itself; `decides`: the sender must lie above it.
    pub(super) fn with_sound_mend<T>(
        &self,
        cleaned: Cleaned<T>,
        level: Option<LevelIndex>,
        decides: bool,
    ) -> Cleaned<T> {
        let Cleaned::Fault(mut fault) = cleaned else {
            return cleaned;
        };
        let accepted = |mend: &Mend| {
            let code = mend.text();
            let area = self.of_code(&code, level);
            area.is_ok_and(|area| !decides || self.admit(area, &code).is_ok())
        };
        fault.mend = fault.mend.filter(accepted);
        Cleaned::Fault(fault)
    }

    #[cold]
    fn outside(&self) -> Box<Fault> {
        fault(Code::OutsideJurisdiction, Some(self.sender.to_owned()), None)
    }
}

#[cold]
fn unknown(mend: Option<String>) -> Box<Fault> {
    fault(Code::CodeUnknown, None, mend)
}

fn fault(code: Code, expected: Option<String>, mend: Option<String>) -> Box<Fault> {
    Box::new(Fault {
        code,
        expected,
        words: None,
        mend: mend.map(Mend::from),
        raw: None,
    })
}

/// A fault that another area explains, in words alone.
fn explained(code: Code, words: Text, mend: Option<String>) -> Box<Fault> {
    let expected = words.get(Lang::Zh).to_owned();
    Box::new(Fault {
        words: Some(words),
        ..*fault(code, Some(expected), mend)
    })
}

/// The area of each record: the sender's until its row says another.
pub(super) struct RowAreas<'a> {
    codes: Vec<&'a str>,
}

impl<'a> RowAreas<'a> {
    pub(super) fn new(sender: &'a str, records: usize) -> RowAreas<'a> {
        RowAreas {
            codes: vec![sender; records],
        }
    }

    pub(super) fn set(&mut self, record: usize, code: &'a str) {
        self.codes[record] = code;
    }

    pub(super) fn get(&self, record: usize) -> &'a str {
        self.codes[record]
    }

    pub(super) fn array(&self) -> StringArray {
        let bytes = self.codes.iter().map(|code| code.len()).sum();
        let mut builder = StringBuilder::with_capacity(self.codes.len(), bytes);
        for code in &self.codes {
            builder.append_value(code);
        }
        builder.finish()
    }
}
