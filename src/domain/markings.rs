//! What a sheet shows beside the text of its cells: raised, lowered, struck and invisible text, hidden rows and columns, merged cells, and
//! codes that a number format pads with zeros.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Code, Finding, Merged, Severity};

/// How a part of a cell's text is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunKind {
    /// On the line, not struck: bold, italic, coloured or plain.
    Plain,
    /// Raised: the mark of a footnote, or an exponent.
    Superscript,
    /// Lowered.
    Subscript,
    /// Struck through: withdrawn by whoever wrote it.
    Struck,
    /// Not seen by whoever looks at the sheet.
    Unseen(Unseen),
}

/// Why a reader of a sheet does not see a text that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unseen {
    /// It has the colour of its background.
    Colour,
    /// Its font is too small to read.
    Small,
    /// It is left out of what is shown, as by `display:none`.
    Hidden,
    /// The number format of its cell shows nothing of it.
    Format,
    /// A conditional format gives it the colour of its background.
    Conditional,
    /// A conditional format strikes it through.
    Struck,
    /// The same as one of these two, where the condition cannot be judged.
    Perhaps,
}

/// A part of a cell's text that is set in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// As written.
    pub text: String,
    /// How it is set.
    pub kind: RunKind,
}

/// What a number format puts around the digits of a number: `$`, `人`, `<`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affix {
    /// In front of them.
    pub before: String,
    /// Behind them.
    pub behind: String,
}

/// A cell whose text is not what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Garbled {
    /// Parts of the text are gone, so that two different texts may look the same.
    pub lossy: bool,
    /// What it may have been.
    pub likely: Option<String>,
    /// Several readings are as likely, and `likely` names them all.
    pub unsure: bool,
    /// The encoding in which bytes of the cell could not be read; None: the text itself is garbled.
    pub encoding: Option<&'static str>,
}

impl Garbled {
    /// What is told of the cell, without a place: `encoding-damaged` or `text-garbled`.
    pub fn finding(&self, text: &str) -> Finding {
        let finding = match self.encoding {
            Some(encoding) => Finding::new(Code::EncodingDamaged).expected(encoding),
            None => Finding::new(Code::TextGarbled),
        };
        let finding = finding.raw(text);
        match (&self.likely, self.encoding) {
            (Some(likely), None) if self.unsure => finding.expected(likely),
            (Some(likely), None) => finding.expected(likely).mend(likely.as_str()),
            (Some(likely), Some(_)) => finding.mend(likely.as_str()),
            (None, _) => finding,
        }
    }
}

/// Markings of one sheet. Rows are rows of its [`Grid`](super::Grid), columns are physical columns, both from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markings {
    /// All runs of the cells that have a raised, lowered, struck or unseen one. Together they are the text as received.
    pub runs: BTreeMap<(u32, u32), Arc<[Run]>>,
    /// Cells that are raised or lowered as a whole.
    pub raised: BTreeSet<(u32, u32)>,
    /// Whole numbers of which the cell's text is what their number format shows: 1001 for `01001`.
    pub stored: BTreeMap<(u32, u32), String>,
    /// Number formats that show a number as another one: `0"万"`.
    pub formats: BTreeMap<(u32, u32), Arc<str>>,
    /// Zeros that are shown as blanks.
    pub blank_zeros: BTreeSet<(u32, u32)>,
    /// Decimals that number formats show of numbers that have more or fewer of them: 2 for 1.1 shown as 1.10.
    pub decimals: BTreeMap<(u32, u32), u8>,
    /// Formats that show a part of a day: `mmm-yy`.
    pub partial_days: BTreeMap<(u32, u32), Arc<str>>,
    /// What number formats put around numbers, which the cells' text does not hold.
    pub affixes: BTreeMap<(u32, u32), Arc<Affix>>,
    /// Rows all of whose filled cells are struck through as a whole. Their cells stay as they are: the row is told of instead.
    pub struck_rows: BTreeSet<u32>,
    /// Cells whose whole content is not seen. It stays as it is.
    pub unseen: BTreeMap<(u32, u32), Unseen>,
    /// Rows that the sheet does not show: hidden, or left out by a filter.
    pub hidden_rows: BTreeSet<u32>,
    /// Columns that the sheet does not show.
    pub hidden_columns: BTreeSet<u32>,
    /// Blocks of merged cells that hold something.
    pub merged: Vec<Merged>,
    /// Cells with broken text.
    pub garbled: BTreeMap<(u32, u32), Garbled>,
}

impl Markings {
    /// Whether the sheet shows nothing beside the text of its cells.
    pub fn is_empty(&self) -> bool {
        *self == Markings::default()
    }
}

/// The text that counts: plain runs, and raised or lowered ones that belong to a unit or a formula (`m²`, `CO₂`), or are the exponent of
/// a power of ten, which is written `10^3`. Notes and struck text are left out.
pub fn counted_text(runs: &[Run]) -> String {
    let mut text = String::new();
    for (at, run) in runs.iter().enumerate() {
        if counts(&text, run, &runs[at + 1..]) {
            push(&mut text, run, &runs[at + 1..]);
        }
    }
    text
}

/// Adds a run that counts.
fn push(text: &mut String, run: &Run, rest: &[Run]) {
    if is_exponent(text, run, rest) {
        text.push('^');
        text.push_str(run.text.trim_start());
    } else {
        text.push_str(&run.text);
    }
}

/// Whether a run is the exponent of the ten that a text ends with. Behind a word, a small one marks a note instead (`Ward 10²`); before
/// a further digit it may be a part of the number.
fn is_exponent(text: &str, run: &Run, rest: &[Run]) -> bool {
    let Some(before) = text.trim_end().strip_suffix("10") else {
        return false;
    };
    let exponent: Option<u32> = Some(run.text.trim())
        .filter(|text| text.len() <= 2)
        .and_then(|text| text.parse().ok());
    let is_number = before.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let is_behind_word = before.trim_end().ends_with(char::is_alphabetic);
    let least = if is_behind_word { 3 } else { 2 };
    let behind = rest.iter().find(|run| !run.text.is_empty());
    let goes_on = behind.is_some_and(|run| run.text.starts_with(|c: char| c.is_ascii_digit()));
    run.kind == RunKind::Superscript && !is_number && !goes_on && exponent.is_some_and(|exponent| exponent >= least)
}

/// The runs of a kind that [`counted_text`] leaves out, joined; None: there are none.
fn left_out(runs: &[Run], kind: RunKind) -> Option<String> {
    let (mut text, mut out) = (String::new(), String::new());
    for (at, run) in runs.iter().enumerate() {
        if counts(&text, run, &runs[at + 1..]) {
            push(&mut text, run, &runs[at + 1..]);
        } else if run.kind == kind {
            out.push_str(&run.text);
        }
    }
    (!out.trim().is_empty()).then_some(out)
}

/// What is to be told of a cell's runs, without a place: `text-noted`, `note-doubtful`, `text-struck`, `text-unseen`.
pub fn findings_on_runs(runs: &[Run]) -> Vec<Finding> {
    let counted = counted_text(runs);
    let finding = |kind, code| Some(Finding::new(code).raw(left_out(runs, kind)?));
    let notes = [RunKind::Superscript, RunKind::Subscript].into_iter();
    let note = if may_be_digits(runs) {
        Code::NoteDoubtful
    } else {
        Code::TextNoted
    };
    let mut told: Vec<Finding> = notes.filter_map(|kind| finding(kind, note)).collect();
    told.extend(finding(RunKind::Struck, Code::TextStruck));
    told.extend(unseen(runs).map(|raw| Finding::new(Code::TextUnseen).raw(raw)));
    if counted.trim().is_empty() {
        // What is left is a cell without content.
        let is_unseen = |finding: &Finding| finding.code == Code::TextUnseen;
        told = told
            .into_iter()
            .map(|finding| {
                if is_unseen(&finding) {
                    finding.severity(Severity::Explain)
                } else {
                    finding
                }
            })
            .collect();
    } else {
        told = told.into_iter().map(|finding| finding.expected(&counted)).collect();
    }
    told
}

/// The parts that are not seen, joined; None: there are none.
fn unseen(runs: &[Run]) -> Option<String> {
    let parts = runs.iter().filter(|run| matches!(run.kind, RunKind::Unseen(_)));
    let text: String = parts.map(|run| run.text.as_str()).collect();
    (!text.trim().is_empty()).then_some(text)
}

/// More digits than the number of a note has.
const GROUP: usize = 3;

/// Whether raised or lowered digits that are left out may belong to a number: others follow them, they are as many as a group of
/// thousands, or they are a power of ten.
fn may_be_digits(runs: &[Run]) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let mut before = String::new();
    for (at, run) in runs.iter().enumerate() {
        if counts(&before, run, &runs[at + 1..]) {
            push(&mut before, run, &runs[at + 1..]);
            continue;
        }
        let note = run.text.trim();
        let is_number = !note.is_empty() && note.chars().all(|c| is_part(c) || c == '-' || c == '−');
        let is_note = matches!(run.kind, RunKind::Superscript | RunKind::Subscript);
        if !is_note || !is_number {
            continue;
        }
        let number = before.trim_end();
        let rest = runs[at + 1..].iter().filter(|run| run.kind == RunKind::Plain);
        let follows = rest.flat_map(|run| run.text.chars()).find(|c| !c.is_whitespace());
        let digits = number.len() - number.trim_end_matches(is_part).len();
        let is_group = note.bytes().filter(u8::is_ascii_digit).count() >= GROUP;
        let is_power = number.ends_with("10") && digits == 2;
        if digits > 0 && (is_group || is_power || follows.is_some_and(|c| c.is_ascii_digit())) {
            return true;
        }
    }
    false
}

/// Whether raised letters behind this text make an ordinal of its number: `5th`, `3ᵉ étage`. A lone `e` may be the mark of a note,
/// so a word must follow it.
fn is_ordinal(before: &str, letters: &str, rest: &[Run]) -> bool {
    /// Letters of ordinals that mark no note.
    const ENDINGS: [&str; 7] = ["st", "nd", "rd", "th", "er", "º", "ª"];
    if !before.ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let letters = letters.trim().to_lowercase();
    let mut behind = rest
        .iter()
        .flat_map(|run| run.text.chars())
        .skip_while(|c| c.is_whitespace());
    ENDINGS.contains(&letters.as_str()) || letters == "e" && behind.next().is_some_and(char::is_alphabetic)
}

/// Whether a run that stands between this text and the rest is part of what the cell says.
fn counts(before: &str, run: &Run, rest: &[Run]) -> bool {
    /// Units of length that an exponent makes one of area or volume.
    const LENGTHS: [&str; 10] = ["m", "mm", "cm", "dm", "km", "hm", "ft", "yd", "mi", "in"];
    match run.kind {
        RunKind::Plain => true,
        RunKind::Struck | RunKind::Unseen(_) => false,
        RunKind::Superscript => {
            let word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
            is_ordinal(before, &run.text, rest)
                || is_exponent(before, run, rest)
                || matches!(run.text.trim(), "2" | "3" | "²" | "³")
                    && LENGTHS.contains(&word.to_ascii_lowercase().as_str())
        }
        RunKind::Subscript => {
            // `CO₂`: digits behind the symbols of elements.
            let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
            run.text.trim().chars().all(|c| c.is_ascii_digit())
                && word.ends_with(|c: char| c.is_ascii_alphabetic())
                && word.chars().any(|c| c.is_ascii_uppercase())
                && word.len() <= 4
                && !word.chars().any(|c| c.is_ascii_digit())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(parts: &[(&str, RunKind)]) -> Vec<Run> {
        let run = |(text, kind): &(&str, RunKind)| Run {
            text: (*text).to_owned(),
            kind: *kind,
        };
        parts.iter().map(run).collect()
    }

    #[test]
    fn notes_and_struck_text_do_not_count() {
        use RunKind::{Plain, Struck, Subscript, Superscript};
        for (parts, counted, note, struck) in [
            (&[("12500", Plain), ("1", Superscript)][..], "12500", Some("1"), None),
            (&[("9", Plain), ("2", Superscript)], "9", Some("2"), None),
            (&[("8", Struck), ("9", Plain)], "9", None, Some("8")),
            (
                &[("建筑面积(m", Plain), ("2", Superscript), (")", Plain)],
                "建筑面积(m2)",
                None,
                None,
            ),
            (
                &[("120 km", Plain), ("2", Superscript), ("3)", Superscript)],
                "120 km2",
                Some("3)"),
                None,
            ),
            (
                &[("Okahandja", Plain), ("2", Superscript)],
                "Okahandja",
                Some("2"),
                None,
            ),
            (&[("和平社区", Plain), ("a", Superscript)], "和平社区", Some("a"), None),
            (
                &[("CO", Plain), ("2", Subscript), (" (t)", Plain)],
                "CO2 (t)",
                None,
                None,
            ),
            (&[("all", Struck)], "", None, Some("all")),
            (
                &[("5", Plain), ("th", Superscript), (" District", Plain)],
                "5th District",
                None,
                None,
            ),
            (&[("Ward 1", Plain), ("ST", Superscript)], "Ward 1ST", None, None),
            (
                &[("3", Plain), ("e", Superscript), (" étage", Plain)],
                "3e étage",
                None,
                None,
            ),
            (&[("12500", Plain), ("e", Superscript)], "12500", Some("e"), None),
            (
                &[("10", Plain), ("3", Superscript), (" US$", Plain)],
                "10^3 US$",
                None,
                None,
            ),
            (&[("2.5×10", Plain), ("6", Superscript)], "2.5×10^6", None, None),
            (
                &[("Residents (10", Plain), ("3", Superscript), (")", Plain)],
                "Residents (10^3)",
                None,
                None,
            ),
            (&[("10", Plain), ("2", Superscript)], "10^2", None, None),
            (&[("110", Plain), ("3", Superscript)], "110", Some("3"), None),
            (&[("Ward 10", Plain), ("2", Superscript)], "Ward 10", Some("2"), None),
            (&[("12500", Plain), ("a", Superscript)], "12500", Some("a"), None),
            (&[("Cole", Plain), ("th", Superscript)], "Cole", Some("th"), None),
        ] {
            let runs = runs(parts);
            assert_eq!(counted_text(&runs), counted, "{parts:?}");
            assert_eq!(left_out(&runs, Superscript).as_deref(), note, "{parts:?}");
            assert_eq!(left_out(&runs, Struck).as_deref(), struck, "{parts:?}");
        }
        for (parts, code) in [
            (&[("12500", Plain), ("1", Superscript)][..], Code::TextNoted),
            (&[("12", Plain), ("5", Superscript), ("00", Plain)], Code::NoteDoubtful),
            (&[("12", Plain), ("5", Subscript), (" 00", Plain)], Code::NoteDoubtful),
            (&[("12", Plain), ("a", Superscript), ("00", Plain)], Code::TextNoted),
            (&[("10", Plain), ("5", Superscript), ("24", Plain)], Code::NoteDoubtful),
            (&[("10", Plain), ("1", Superscript)], Code::NoteDoubtful),
            (&[("Ward 10", Plain), ("2", Superscript)], Code::NoteDoubtful),
            (&[("1210", Plain), ("3", Superscript)], Code::TextNoted),
            (&[("12", Plain), ("500", Superscript)], Code::NoteDoubtful),
            (&[("12,", Plain), ("500", Superscript)], Code::NoteDoubtful),
            (&[("12", Plain), ("12", Superscript)], Code::TextNoted),
            (&[("Arden", Plain), ("500", Superscript)], Code::TextNoted),
            (&[("12", Plain), ("1", Superscript), ("人", Plain)], Code::TextNoted),
            (
                &[("Oka", Plain), ("2", Superscript), ("handja", Plain)],
                Code::TextNoted,
            ),
        ] {
            let told = findings_on_runs(&runs(parts));
            let [told] = told.as_slice() else { panic!("{told:?}") };
            assert_eq!(told.code, code, "{parts:?}");
        }
        assert_eq!(
            left_out(&runs(&[("7", Plain), ("a", Subscript)]), Subscript).as_deref(),
            Some("a")
        );
    }
}
