//! Units that stand above, beneath or below a table: `单位：万元`, `(in thousands)` and rows of units.

use unicode_normalization::UnicodeNormalization;

use super::unit_words::unit_words;
use super::words::words;
use crate::domain::{Grid, fold};
use crate::pipeline::units::Units;
use crate::pipeline::{Column, ColumnKind};

/// Separators between the units of one note, and brackets around it.
const BETWEEN: [char; 8] = ['、', ',', ';', '/', '(', ')', '[', ']'];
/// Bytes of a cell that are looked at.
const LOOKED_AT: usize = 2048;
/// Characters that may stand behind a multiple, of a unit that nobody knows: `万株`.
const UNKNOWN_UNIT: usize = 3;
/// Characters of the longest unit of money in Chinese, and in other languages.
const MONEY: usize = 6;
const LONGEST_MONEY: usize = 32;

/// What a cell outside of the records says of units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Units that are known, folded.
    pub(super) units: Vec<String>,
    /// What names a unit or a multiple, and cannot be applied: `万元/人`, `mil. yen`.
    pub(super) unclear: Vec<String>,
}

impl Said {
    pub(super) fn is_nothing(&self) -> bool {
        self.units.is_empty() && self.unclear.is_empty()
    }

    fn unit(&mut self, unit: &str) {
        self.units.push(unit.to_owned());
    }

    /// Puts back the blanks of units of several words, as a cell has them.
    fn written_as_in(&mut self, cell: &str) {
        for text in self.units.iter_mut().chain(&mut self.unclear) {
            if text.is_ascii()
                && let Some(written) = written(cell, text)
            {
                *text = written;
            }
        }
    }

    /// A unit that is named as such, by `单位：` or the like. `is_asked`: what is not known is asked about.
    fn named(&mut self, text: &str, is_asked: bool, units: &Units) {
        let text = trimmed(text);
        if let Some(unit) = known(text, units) {
            return self.unit(unit);
        }
        if text.split('/').all(|part| known(part, units).is_some()) {
            return self.unclear.push(text.to_owned());
        }
        let parts: Vec<&str> = text.split(BETWEEN).filter(|part| !part.is_empty()).collect();
        let several = parts.len() > 1 && !text.contains('/');
        for part in if several { parts } else { vec![text] } {
            if let Some(unit) = known(part, units) {
                self.unit(unit);
            } else if is_asked && names_unit(part) && !is_currency_of(part, &self.units) {
                self.unclear.push(part.to_owned());
            }
        }
    }
}

/// What a cell says of units wherever it stands: `计量单位：人、万元`, `金额：万元`, `注：以万元为单位`, `in thousands of yuan`.
pub(super) fn of_line(cell: &str, units: &Units) -> Said {
    let mut said = Said::default();
    let cell = &cell[..cell.floor_char_boundary(LOOKED_AT)];
    if cell.trim().is_empty() {
        return said;
    }
    for segment in segments(cell) {
        let mut is_named = false;
        for clause in segment.split(['。', ';']) {
            is_named = of_clause(clause, is_named, units, &mut said);
        }
    }
    let lower: String = cell.nfkc().flat_map(char::to_lowercase).collect();
    if said.is_nothing()
        && let Some(unit) = unit_words().clause(&lower)
    {
        match known(&fold(unit), units) {
            Some(unit) => said.unit(unit),
            None => said.unclear.push(fold(unit)),
        }
    }
    said.written_as_in(cell);
    said
}

/// What a cell of the title block says of units: what [`of_line`] finds, a unit alone, and one in brackets.
pub(super) fn of_title(cell: &str, units: &Units) -> Said {
    let mut said = of_line(cell, units);
    if !said.is_nothing() {
        return said;
    }
    let folded = fold(&cell[..cell.floor_char_boundary(LOOKED_AT)]);
    let groups = folded
        .split(['(', '['])
        .skip(1)
        .filter_map(|group| group.split([')', ']']).next());
    for text in std::iter::once(folded.as_str()).chain(groups) {
        let text = trimmed(text);
        match known(text, units) {
            Some(unit) if !unit_words().is_of_dates(unit) => said.unit(unit),
            None if is_multiple_of_money(text) => said.unclear.push(text.to_owned()),
            _ => {}
        }
    }
    said.units.dedup();
    said.unclear.dedup();
    said.written_as_in(cell);
    said
}

/// Whether a cell that stands alone in its row is a line of units and no record.
pub(super) fn is_line(cell: &str, units: &Units) -> bool {
    let folded = fold(&cell[..cell.floor_char_boundary(LOOKED_AT)]);
    let bare = trimmed(&folded);
    let is_bare = || {
        let unit = known(bare, units);
        unit.is_some_and(|unit| unit_words().without_scale(unit).is_some()) || is_multiple_of_money(bare)
    };
    // A name may have such words in it: it has to begin with them.
    let begins = || unit_words().note(&folded).is_some() || unit_words().without_lead(bare).is_some();
    is_bare() || (begins() && !of_line(cell, units).is_nothing())
}

/// Whether a cell is a unit and nothing else.
pub(super) fn is_bare(cell: &str, units: &Units) -> bool {
    known(trimmed(&fold(&cell[..cell.floor_char_boundary(LOOKED_AT)])), units).is_some()
}

/// Whether a text that a header sets off, by raising or lowering it, is a unit.
pub(super) fn of_run(text: &str, units: &Units) -> Option<String> {
    let folded = fold(text);
    let text = trimmed(&folded);
    // A lone letter marks a note.
    let is_mark = text.len() < 2;
    let unit = known(text, units).or_else(|| is_multiple_of_money(text).then_some(text));
    unit.filter(|_| !is_mark).map(str::to_owned)
}

/// Reads one clause; whether it, or the one before it, names units.
fn of_clause(clause: &str, is_named: bool, units: &Units, said: &mut Said) -> bool {
    let words = unit_words();
    if let Some((before, behind)) = words.note(clause) {
        let from = before.rfind(['(', '[', ',', '、']);
        let label = from.map_or(before, |at| before[at..].trim_start_matches(['(', '[', ',', '、']));
        let mut found = Said::default();
        found.named(behind, words.is_subject(label), units);
        if words.is_scope(label) {
            found.unclear.append(&mut found.units);
        }
        said.units.append(&mut found.units);
        said.unclear.append(&mut found.unclear);
        return true;
    }
    if let Some(unit) = words.between(clause) {
        said.named(unit, true, units);
        return true;
    }
    if let Some((before, unit)) = clause.rsplit_once(':') {
        let label = before.rsplit(':').next().unwrap_or_default();
        let is_label = !label.is_empty() && words.is_subject(label) && !words_of_notes(label);
        if is_label && !unit.contains(|c: char| c.is_ascii_digit()) {
            said.named(unit, true, units);
            return true;
        }
    } else if is_named {
        said.named(clause, false, units);
    }
    is_named
}

/// The words of a cell, in small letters, that a text without blanks was made of.
fn written(cell: &str, text: &str) -> Option<String> {
    let narrow: String = cell.nfkc().flat_map(char::to_lowercase).collect();
    let solid: Vec<(usize, char)> = narrow.char_indices().filter(|(_, c)| !c.is_whitespace()).collect();
    let wanted: Vec<char> = text.chars().collect();
    let found = solid.windows(wanted.len().max(1)).find(|found| {
        let mut letters = found.iter().map(|(_, c)| *c);
        wanted.iter().all(|c| letters.next() == Some(*c))
    })?;
    let (first, last) = (found.first()?, found.last()?);
    let words = narrow[first.0..last.0 + last.1.len_utf8()].split_whitespace();
    Some(words.collect::<Vec<_>>().join(" "))
}

/// Whether a label opens a note: `注`, `说明`.
fn words_of_notes(label: &str) -> bool {
    words().is_footer(&format!("{label}:"))
}

/// A cell's text as folded segments, each from one label to the next: `填报单位：长安区   单位：万元` are two.
fn segments(cell: &str) -> Vec<String> {
    let narrow: String = cell.nfkc().flat_map(char::to_lowercase).collect();
    let mut all: Vec<String> = Vec::new();
    let mut blanks = 0;
    for token in narrow.split(char::is_whitespace) {
        blanks += 1;
        if token.is_empty() {
            continue;
        }
        // `单 位：万元` has one character before the colon, and ` ：万元` none.
        let label = token.find(':').map_or("", |at| &token[..at]);
        let opens = label.chars().nth(1).is_some();
        // `Reporting unit: Health`, `Unit of measure: persons`
        let is_phrase = |last: &str| blanks == 1 && label.is_ascii() && last.is_ascii() && !last.contains(':');
        match all.last_mut() {
            Some(last) if !opens || is_phrase(last) => last.push_str(token),
            _ => all.push(token.to_owned()),
        }
        blanks = 0;
    }
    all
}

/// A unit without brackets and full stops around it.
fn trimmed(text: &str) -> &str {
    let text = text.trim_matches(['(', ')', '[', ']', ':', '。', ',', '、', '<', '>', '"', '“', '”']);
    // `mil.`
    text.strip_suffix('.').filter(|text| text.len() > 4).unwrap_or(text)
}

/// The unit that a folded text is, lead-ins left out.
fn known<'t>(text: &'t str, units: &Units) -> Option<&'t str> {
    let is_known = |text: &&str| !text.is_empty() && units.knows(text);
    let bare = || unit_words().without_lead(text).filter(is_known);
    Some(text).filter(is_known).or_else(bare)
}

/// Whether a folded text that is no known unit names one or a multiple, and no place or office: `百万日元`, `mil.persons`, `万株`.
fn names_unit(text: &str) -> bool {
    let words = unit_words();
    if text.is_empty() || words.is_owner(text) {
        return false;
    }
    let length = text.chars().count();
    let is_money = words.is_money(text) && (text.is_ascii() || length <= MONEY);
    let rest = words.without_scale(text);
    is_money || rest.is_some_and(|rest| rest.is_ascii() || rest.chars().count() <= UNKNOWN_UNIT)
}

/// Whether a folded text is a multiple of a unit of money: `百万日元`, `yen million`.
fn is_multiple_of_money(text: &str) -> bool {
    let words = unit_words();
    let rest = words.without_scale(text);
    let longest = if text.is_ascii() { LONGEST_MONEY } else { MONEY };
    let is_short = text.chars().count() <= longest && !text.contains(['(', '[']);
    is_short && rest.is_some_and(|rest| words.is_money(rest)) && !words.is_owner(text)
}

/// Whether a text only says of which country the money is that is named before it: `万元（人民币）`.
fn is_currency_of(text: &str, before: &[String]) -> bool {
    let words = unit_words();
    words.is_money(text) && words.without_scale(text).is_none() && before.iter().any(|unit| words.is_money(unit))
}

/// The units of a row that holds nothing else: physical column and unit. A dash stands for no unit.
pub(super) fn of_row(grid: &Grid, row: usize, units: &Units) -> Option<Vec<(u32, String)>> {
    let mut found = Vec::new();
    for (index, cell) in grid.row(row).enumerate() {
        let folded = fold(cell);
        let unit = folded.trim_matches(BETWEEN);
        if unit.is_empty() || unit.chars().all(|c| matches!(c, '-' | '—' | '―' | '–')) {
            continue;
        }
        // In brackets a unit that nobody knows is one all the same: its column cannot be read.
        let bracketed = folded.starts_with(['(', '[']) && folded.ends_with([')', ']']);
        let figure = unit.bytes().all(|b| b.is_ascii_digit());
        if figure || !(bracketed || units.knows(unit)) {
            return None;
        }
        found.push((index as u32, unit.to_owned()));
    }
    (!found.is_empty()).then_some(found)
}

/// Whether figures of a column have a unit at all.
pub(super) fn is_numeric(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. })
}

/// Whether the form declares no unit for a column of plain figures.
pub(super) fn lacks_unit(column: &Column) -> bool {
    matches!(
        column.kind,
        ColumnKind::Integer { unit: None }
            | ColumnKind::Decimal {
                unit: None,
                percent: false,
                ..
            }
    )
}

/// Whether a unit converts into a column's own.
pub(super) fn fits(unit: &str, column: &Column, units: &Units) -> bool {
    let (ColumnKind::Integer { unit: Some(own) } | ColumnKind::Decimal { unit: Some(own), .. }) = &column.kind else {
        return false;
    };
    units.factor(unit, own).is_some()
}

/// The unit that a form declares for a column of figures that are no percentages.
pub(super) fn own(column: &Column) -> Option<&str> {
    match &column.kind {
        ColumnKind::Integer { unit } => unit.as_deref(),
        ColumnKind::Decimal {
            unit, percent: false, ..
        } => unit.as_deref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(said: &Said) -> String {
        let unclear = said.unclear.iter().map(|text| format!("?{text}"));
        said.units.iter().cloned().chain(unclear).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn lines_that_name_units() {
        for (cell, expected) in [
            ("单位：万元", "万元"),
            ("计量单位：人、平方米", "人 平方米"),
            ("填报单位：长安区   单位：万元", "万元"),
            ("单位：万元 填报单位：长安区", "万元"),
            ("计 量 单 位：万元", "万元"),
            ("单位 ：万元", "万元"),
            ("（单位：㎡）", "m2"),
            ("Unit: km", "km"),
            ("Unit: thousand yuan", "thousand yuan"),
            ("Unit: 10,000 yuan", "10,000 yuan"),
            ("Unit of measure: thousands of persons", "thousands of persons"),
            ("(in thousands)", "thousands"),
            ("in million yuan", "million yuan"),
            ("Expenditure, in thousands of yuan, by county", "thousands of yuan"),
            ("Population in thousands 2020", "thousands"),
            ("Amounts in RMB'000", "rmb'000"),
            ("金额：万元", "万元"),
            ("注：金额单位为万元", "万元"),
            ("注：本表以万元为单位。", "万元"),
            ("注：1.经费单位为万元；2.面积单位为平方米。", "万元 平方米"),
            ("财政支出表（单位：千元）", "千元"),
            ("单位：万元（人民币）", "万元"),
            ("单位：千户；万元", "千户 万元"),
            // What names a unit and is not understood is asked about.
            ("单位：万元/人", "?万元/人"),
            ("单位：元/人", "?元/人"),
            ("单位：百万日元", "?百万日元"),
            ("单位：万株", "?万株"),
            ("单位：百户", "?百户"),
            ("Unit: mil. yuan", "?mil. yuan"),
            ("Unit: million yen", "?million yen"),
            ("Unit: yen", "?yen"),
            ("in thousand euros", "?thousand euros"),
            ("注：第5列单位：万元", "?万元"),
            // Organisations and texts are no units.
            ("填报单位：长安区", ""),
            ("填报单位：万源市民政局", ""),
            ("单位：某局", ""),
            ("单位：千山区", ""),
            ("单位：万宁市民政局", ""),
            ("单位：元氏县", ""),
            ("统计单位：百善镇", ""),
            ("单位负责人：", ""),
            ("Unit: Planning Department", ""),
            ("Reporting unit: Million Oaks", ""),
            ("万寿路社区统计表", ""),
            ("注：每户补助1000元", ""),
            ("备注：百年老店", ""),
            ("说明：含中央拨款500万元", ""),
            ("Funds in millionaire rows", ""),
            ("", ""),
        ] {
            assert_eq!(shown(&of_line(cell, Units::built_in())), expected, "{cell}");
        }
    }

    #[test]
    fn titles_may_end_in_a_unit_or_be_one() {
        for (cell, expected) in [
            ("万元", "万元"),
            ("（万元）", "万元"),
            ("2020年财政支出（万元）", "万元"),
            ("Expenditure (million yuan)", "million yuan"),
            ("Expenditure (US$ thousand)", "us$ thousand"),
            ("百万日元", "?百万日元"),
            ("Sales (yen million)", "?yen million"),
            ("面积统计表（亩）", "亩"),
            ("年", ""),
            ("月报表（月）", ""),
            ("万源市统计表", ""),
            ("万达", ""),
            ("万元户统计表", ""),
            ("万元户", ""),
            ("（续表）", ""),
            ("单位：万元", "万元"),
        ] {
            assert_eq!(shown(&of_title(cell, Units::built_in())), expected, "{cell}");
        }
    }

    #[test]
    fn a_lone_cell_is_a_line_of_units_or_a_name() {
        for (cell, expected) in [
            ("单位：万元", true),
            ("Unit: thousand yuan", true),
            ("(in thousands)", true),
            ("万元", true),
            ("单位：某局", false),
            ("填报单位：长安区", false),
            ("万源", false),
            ("人", false),
            ("Clinics in thousand oaks", false),
            ("Mountain in millions", false),
        ] {
            assert_eq!(is_line(cell, Units::built_in()), expected, "{cell}");
        }
    }

    #[test]
    fn raised_units_are_no_notes() {
        for (run, expected) in [
            ("万元", Some("万元")),
            ("（㎡）", Some("m2")),
            ("百万日元", Some("百万日元")),
            ("1", None),
            ("h", None),
            ("注", None),
            ("a)", None),
        ] {
            assert_eq!(of_run(run, Units::built_in()).as_deref(), expected, "{run}");
        }
    }

    #[test]
    fn rows_of_units() {
        let row = |cells: &[&str]| {
            let mut grid = Grid::new(false);
            cells.iter().for_each(|cell| grid.push_text(cell));
            grid.end_row(1);
            of_row(&grid, 0, Units::built_in())
        };
        assert_eq!(
            row(&["—", "", "（人）", "万元"]),
            Some(vec![(2, "人".into()), (3, "万元".into())])
        );
        assert_eq!(row(&["", "(10 000 beds)"]), Some(vec![(1, "10000beds".into())]));
        assert_eq!(row(&["x", "(10 000 beds)"]), None);
        assert_eq!(row(&["—", "人", "12"]), None);
        assert_eq!(row(&["10000", "人"]), None);
        assert_eq!(row(&["", ""]), None);
    }
}
