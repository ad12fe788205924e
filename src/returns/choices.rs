//! Drop-downs for columns that hold one of a few words. The words of a long list stand on a sheet of their own, hidden.

use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, Formula, Workbook, Worksheet, XlsxError};

use super::given::Return;
use super::layout::Layout;
use super::name::cut;
use super::words::Words;
use crate::domain::{Lang, a1, fold};
use crate::pipeline::Column;

/// UTF-16 units of a list that stands in the validation itself, and of a message.
const LONGEST: usize = 255;
/// UTF-16 units of a message's title.
const TITLE: usize = 32;

/// The drop-downs of one sheet.
pub(super) struct Choices<'a> {
    /// One for each language; the first names the sheet of long lists.
    words: &'a [Words],
    long: Vec<Vec<String>>,
}

impl<'a> Choices<'a> {
    pub(super) fn new(words: &'a [Words]) -> Choices<'a> {
        Choices {
            words,
            long: Vec::new(),
        }
    }

    /// Adds a drop-down to a column, from one row to another.
    pub(super) fn add(
        &mut self,
        sheet: &mut Worksheet,
        (column, first, last): (u16, u32, u32),
        offered: &[String],
    ) -> Result<(), XlsxError> {
        let in_place = offered.iter().all(|word| !word.contains([',', '"']))
            && offered.join(",").encode_utf16().count() <= LONGEST;
        let list = if in_place {
            DataValidation::new().allow_list_strings(offered)?
        } else {
            self.long.push(offered.to_vec());
            DataValidation::new().allow_list_formula(self.range(self.long.len() - 1, offered.len()))
        };
        let title: Vec<&str> = self.words.iter().map(Words::choice_title).collect();
        let message: Vec<&str> = self.words.iter().map(Words::choice_message).collect();
        let list = list
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title(cut(&title.join(" / "), TITLE))?
            .set_error_message(cut(&message.join("\n"), LONGEST))?;
        sheet.add_data_validation(first, column, last, column, &list)?;
        Ok(())
    }

    /// Adds the sheet of long lists, where there is any.
    pub(super) fn finish(self, workbook: &mut Workbook, mark: &str) -> Result<(), XlsxError> {
        if self.long.is_empty() {
            return Ok(());
        }
        let sheet = workbook.add_worksheet();
        sheet.set_name(self.sheet())?.set_hidden(true);
        sheet.write_string(0, 0, mark)?;
        for (column, list) in (0..).zip(&self.long) {
            for (row, word) in (1..).zip(list) {
                sheet.write_string(row, column, word)?;
            }
        }
        Ok(())
    }

    fn sheet(&self) -> &'static str {
        self.words.first().map_or("Choices", Words::choices_sheet)
    }

    /// Where list `at` stands on the sheet of long lists.
    fn range(&self, at: usize, length: usize) -> Formula {
        let cell = |row: u32| {
            let reference = a1(at as u32, row);
            let letters = reference.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
            format!("${letters}${row}")
        };
        Formula::new(format!("='{}'!{}:{}", self.sheet(), cell(2), cell(length as u32 + 1)))
    }
}

/// Adds the drop-downs of a county's own sheet, the last one: they offer the words that the sheet uses.
pub(super) fn write(
    workbook: &mut Workbook,
    given: &Return<'_>,
    layout: &Layout<'_>,
    words: &[Words],
) -> Result<(), XlsxError> {
    let Some((first, last)) = layout.records() else {
        return Ok(());
    };
    let mut choices = Choices::new(words);
    let lang = words.first().map_or(Lang::En, |words| words.lang);
    if let Some(sheet) = workbook.worksheets_mut().last_mut() {
        for matched in &layout.table.columns {
            let cells = layout.table.records.iter();
            let cells = cells.map(|&row| layout.table.grid.cell(row as usize, matched.index as usize));
            let offered = offered(&given.form.columns[matched.column], cells, lang);
            if let (Ok(column), false) = (u16::try_from(matched.index), offered.is_empty()) {
                choices.add(sheet, (column, first, last), &offered)?;
            }
        }
    }
    choices.finish(workbook, &given.mark())
}

/// One word for each choice: of several the one that the cells use most, for a choice that they do not use the one that
/// stands at the same place of its list as those they use, else the first. Where the cells use none, those for a reader of `lang`.
pub(super) fn offered<'c>(column: &Column, cells: impl Iterator<Item = &'c str>, lang: Lang) -> Vec<String> {
    let meanings = column.kind.words();
    let longest = meanings.iter().map(Vec::len).max().unwrap_or(0);
    if longest == 0 {
        return Vec::new();
    }
    let mut used: Vec<Vec<usize>> = meanings.iter().map(|words| vec![0; words.len()]).collect();
    if longest > 1 {
        let folded: Vec<Vec<String>> = meanings
            .iter()
            .map(|words| words.iter().map(|word| fold(word)).collect())
            .collect();
        for cell in cells {
            let cell = fold(cell);
            let place = |words: &Vec<String>| words.iter().position(|word| *word == cell);
            if let Some((choice, word)) = (0..)
                .zip(&folded)
                .find_map(|(choice, words)| Some((choice, place(words)?)))
            {
                let choice: usize = choice;
                used[choice][word] += 1;
            }
        }
    }
    if used.iter().flatten().all(|count| *count == 0) {
        return column.kind.choices(lang).into_iter().map(str::to_owned).collect();
    }
    let most = |counts: &[usize]| {
        let best = (0..counts.len()).max_by_key(|at| (counts[*at], std::cmp::Reverse(*at)));
        best.filter(|at| counts[*at] > 0)
    };
    let by_place: Vec<usize> = (0..longest)
        .map(|at| used.iter().filter_map(|counts| counts.get(at)).sum())
        .collect();
    let usual = most(&by_place).unwrap_or(0);
    let word = |(words, counts): (&Vec<&str>, &Vec<usize>)| {
        let at = most(counts).unwrap_or(usual);
        words
            .get(at)
            .or_else(|| words.first())
            .map_or(String::new(), |word| (*word).to_owned())
    };
    meanings.iter().zip(&used).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Text;
    use crate::pipeline::ColumnKind;

    fn column(kind: ColumnKind) -> Column {
        Column {
            id: "c".into(),
            title: Text::default(),
            description: None,
            kind,
            headers: Vec::new(),
            required: false,
            range: None,
            additive: true,
            repeats_merged: false,
            fills_down: false,
            rounded: false,
        }
    }

    #[test]
    fn drop_downs_offer_the_words_that_the_sheet_uses() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let flag = column(ColumnKind::Boolean {
            yes: words(&["是", "有", "yes", "1"]),
            no: words(&["否", "无", "no", "0"]),
        });
        let class = column(ColumnKind::Category {
            values: vec![
                ("111".into(), words(&["111", "主城区"])),
                ("112".into(), words(&["112", "城乡结合区", "城乡结合部"])),
                ("220".into(), words(&["220"])),
            ],
        });
        for (cells, lang, expected) in [
            (&[][..], Lang::Zh, ["是", "否"]),
            (&[], Lang::En, ["yes", "no"]),
            (&["perhaps"], Lang::En, ["yes", "no"]),
            (&["是"], Lang::En, ["是", "否"]),
        ] {
            assert_eq!(offered(&flag, cells.iter().copied(), lang), expected, "{cells:?}");
        }
        for (column, cells, expected) in [
            (&flag, &["有", "有", "perhaps", "是"][..], &["有", "无"][..]),
            (&flag, &["Yes", "YES"], &["yes", "no"]),
            (&flag, &["0"], &["1", "0"]),
            // What it writes for one choice it writes, whatever it writes for another.
            (&flag, &["yes", "无"], &["yes", "无"]),
            (&class, &["主城区", "x"], &["主城区", "城乡结合区", "220"]),
            (&class, &["城乡结合部"], &["111", "城乡结合部", "220"]),
            (&class, &["111"], &["111", "112", "220"]),
        ] {
            assert_eq!(offered(column, cells.iter().copied(), Lang::Zh), expected, "{cells:?}");
        }
        assert!(offered(&column(ColumnKind::Text), ["是"].into_iter(), Lang::En).is_empty());
    }
}
