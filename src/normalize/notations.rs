//! Which marks a column writes its numbers with, decided once from the evidence of the whole sheet.
//!
//! `12.000` is twelve in one country and twelve thousand in another. A cell with one possible reading proves a notation:
//! `1,234.5`, `12,5`, `0.125`, `1.234.567`. The cells of a column are its first evidence, then those of the sheet's other
//! columns, and last what the file is like: semicolons separate columns where commas stand in numbers. Cells that a workbook
//! or JSON holds as numbers have no notation, and prove nothing.

use std::collections::BTreeMap;

use super::evidence::{Evidence, Sample};
use super::notation::Notation;
use super::symbol::Symbols;
use crate::domain::{MatchedColumn, RawTable};
use crate::pipeline::{Column, Form};

/// The notations of a sheet's numeric columns.
#[derive(Clone, Debug, Default)]
pub struct Notations {
    /// By physical column.
    columns: BTreeMap<u32, Notation>,
}

impl Notations {
    /// Decides the notation of every numeric column of a sheet, as declared or from the cells of its records.
    pub fn of(table: &RawTable, form: &Form) -> Notations {
        let numeric = table
            .columns
            .iter()
            .filter(|matched| form.columns[matched.column].kind.is_number());
        if let Some(mark) = form.decimal {
            let declared = |matched: &MatchedColumn| (matched.index, Notation::declared(mark, form.thousands));
            return Notations {
                columns: numeric.map(declared).collect(),
            };
        }
        let sample = Sample {
            table,
            symbols: Symbols::new(&form.missing),
            thousands: form.thousands,
        };
        let columns: Vec<(&MatchedColumn, &Column)> = numeric
            .map(|matched| (matched, &form.columns[matched.column]))
            .collect();
        let evidence = sample.evidence(&columns);
        let mut all = Evidence::default();
        evidence.iter().for_each(|one| all.add(one));
        let separator = table.grid.separator();
        let decide = |((matched, column), own): (&(&MatchedColumn, &Column), &Evidence)| {
            let (mark, ambiguous) = own.decide(&all, column.kind.decimals(), separator);
            let thousands = form.thousands;
            (
                matched.index,
                Notation {
                    mark,
                    thousands,
                    ambiguous,
                },
            )
        };
        Notations {
            columns: columns.iter().zip(&evidence).map(decide).collect(),
        }
    }

    /// That of a physical column.
    pub(super) fn get(&self, index: u32) -> Notation {
        self.columns.get(&index).copied().unwrap_or(Notation::PLAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::super::notation::Reading;
    use super::*;
    use crate::domain::Grid;
    use crate::pipeline::testing::{column, form};
    use crate::pipeline::{ColumnKind, RowUnit};

    /// What the cells of a sheet's columns are read as, by column: a number, `?` where it is unclear, `!` where it is reported,
    /// `x` where it contradicts its column, `-` where it is no number.
    fn read(separator: u8, columns: &[(u32, &[&str])]) -> Vec<String> {
        read_with(separator, None, columns)
    }

    fn read_with(separator: u8, range: Option<(f64, f64)>, columns: &[(u32, &[&str])]) -> Vec<String> {
        let kind = |scale| match scale {
            0 => ColumnKind::Integer { unit: None },
            scale => ColumnKind::Decimal {
                scale,
                unit: None,
                percent: false,
                double: false,
            },
        };
        let all = (columns.iter()).map(|(scale, _)| Column {
            range,
            ..column("c", kind(*scale))
        });
        let form = form("f", RowUnit::Below("unit".into()), all.collect());
        let mut grid = Grid::new(false).separated_by(separator);
        let height = columns[0].1.len();
        for row in 0..height {
            columns.iter().for_each(|(_, cells)| grid.push_text(cells[row]));
            grid.end_row(row as u32 + 1);
        }
        let matched = |at: usize| MatchedColumn {
            column: at,
            index: at as u32,
            unit: None,
        };
        let columns_matched = (0..columns.len()).map(matched).collect();
        let table = RawTable::plain(grid, columns_matched, (0..height as u32).collect());
        let notations = Notations::of(&table, &form);
        let shown = |(index, text): (u32, &str)| match notations.get(index).read(text) {
            Reading::Number { written, report: None } => written.number.to_string(),
            Reading::Number {
                written,
                report: Some(_),
            } => format!("{}!", written.number),
            Reading::Unclear(..) => "?".to_owned(),
            Reading::Contrary(_) => "x".to_owned(),
            Reading::Other => "-".to_owned(),
        };
        let of_column = |(index, (_, cells)): (u32, &(u32, &[&str]))| {
            let shown: Vec<String> = cells.iter().map(|text| shown((index, text))).collect();
            shown.join(" ")
        };
        (0..).zip(columns).map(of_column).collect()
    }

    #[test]
    fn a_sheet_is_read_in_the_notation_that_its_cells_prove() {
        let file = read(
            b';',
            &[
                (0, &["12.000", "20.000", "30.000", "900"]),
                (3, &["95,7", "1.199", "1.234", "12,5"]),
            ],
        );
        assert_eq!(file, ["12000 20000 30000 900", "95.7 1199 1234 12.5"]);
        let file = read(b';', &[(3, &["95,725", "1,199", "12,5", "7,25"])]);
        assert_eq!(file, ["95.725 1.199 12.5 7.25"]);
        // One decimal comma is enough between semicolons; elsewhere it may be a slip.
        assert_eq!(
            read(b';', &[(0, &["20.000", "7"]), (1, &["95,7", "3"])]),
            ["20000 7", "95.7 3"]
        );
        assert_eq!(
            read(b',', &[(0, &["20.000", "7"]), (1, &["95,7", "3"])]),
            ["? 7", "95.7! 3"]
        );
        assert_eq!(
            read(b'\t', &[(0, &["20.000", "7"]), (1, &["95,7", "3,5"])]),
            ["20000 7", "95.7 3.5"]
        );
    }

    #[test]
    fn a_point_proves_itself_too() {
        for separator in [b',', b';'] {
            let file = read(separator, &[(3, &["0.125", "12.500", "3.250"]), (1, &["1", "2", "3"])]);
            assert_eq!(file, ["0.125 12.5 3.25", "1 2 3"]);
            let file = read(
                separator,
                &[(3, &["1.125", "12.500", "3.250"]), (1, &["1.5", "2", "3"])],
            );
            assert_eq!(file, ["1.125 12.5 3.25", "1.5 2 3"]);
            assert_eq!(read(separator, &[(0, &["1,234,567", "12,000"])]), ["1234567 12000"]);
            assert_eq!(
                read(separator, &[(2, &["12.5", "12,000", "12.500"])]),
                ["12.5 12000 12.5"]
            );
        }
    }

    #[test]
    fn twenty_thousand_is_never_twenty_in_silence() {
        for separator in [b',', b';', b'\t'] {
            assert_eq!(read(separator, &[(0, &["20.000", "12.000", "7"])]), ["? ? 7"]);
            assert_eq!(read(separator, &[(2, &["20.000", "12.000", "7"])]), ["? ? 7"]);
            // That other columns have points for decimals does not make a whole number one with three zeros.
            let file = read(separator, &[(0, &["20.000", "7"]), (1, &["95.7", "3.5"])]);
            assert_eq!(file, ["? 7", "95.7 3.5"]);
            assert_eq!(read(separator, &[(0, &["1,234,567", "20.000"])]), ["1234567 ?"]);
        }
        assert_eq!(read(b',', &[(3, &["20.000", "12.500"])]), ["20! 12.5!"]);
        assert_eq!(read(b';', &[(3, &["20.000", "12.500"])]), ["? ?"]);
        // Whole numbers that a program wrote with zeros: 8.0 and 1234.000 are no groups.
        assert_eq!(read(b',', &[(0, &["20.000", "1234.000", "0.000"])]), ["20 1234 0"]);
        // Fewer zeros, or a fraction of a larger unit, show nothing of three.
        assert_eq!(read(b',', &[(0, &["20.000", "12.0", "7.00"])]), ["? 12 7"]);
        assert_eq!(read(b',', &[(0, &["20.000", "1.5万", "7"])]), ["? 1.5 7"]);
        // Points that group twice do so in the whole column, with one such cell, too.
        assert_eq!(
            read(b',', &[(0, &["1.234.567", "12.345", "1.000"])]),
            ["1234567 12345 1000"]
        );
        assert_eq!(read(b',', &[(2, &["12.5", "1.234.567", "12.345"])]), ["12.5 x ?"]);
    }

    #[test]
    fn a_comma_groups_by_custom() {
        assert_eq!(read(b',', &[(0, &["12,000", "1,234", "7"])]), ["12000 1234 7"]);
        // Where the column may hold decimals there is a finding, unless whole numbers beside it or its own cells prove the reading.
        assert_eq!(read(b',', &[(2, &["12,000", "1,234", "7"])]), ["12000! 1234! 7"]);
        let file = read(b',', &[(2, &["12,000", "1,234"]), (0, &["7,120", "9"])]);
        assert_eq!(file, ["12000 1234", "7120 9"]);
        let file = read(b',', &[(2, &["12,000", "1,234"]), (1, &["9.5", "9"])]);
        assert_eq!(file, ["12000 1234", "9.5 9"]);
        for proof in ["1,234.5", "1,234,567", "0.25"] {
            let file = read(b',', &[(2, &["12,000", proof])]);
            assert!(file[0].starts_with("12000 "), "{proof}: {file:?}");
        }
        // Not where decimals of three digits are as likely, or something speaks for the comma.
        assert_eq!(read(b',', &[(3, &["12,000", "1,234", "7"])]), ["? ? 7"]);
        assert_eq!(read(b';', &[(0, &["12,000", "1,234", "7"])]), ["? ? 7"]);
        assert_eq!(read(b',', &[(0, &["12,000", "3.000", "7"])]), ["? ? 7"]);
        let file = read(b'\t', &[(0, &["12,000", "7"]), (1, &["95,7", "3,5"])]);
        assert_eq!(file, ["? 7", "95.7 3.5"]);
    }

    #[test]
    fn what_contradicts_is_not_read() {
        assert_eq!(read(b',', &[(1, &["12.5", "7.1", "3,5", "1.234"])]), ["12.5 7.1 x ?"]);
        let mut cells = vec!["12.5"; 30];
        cells.extend(["3,5", "1.234"]);
        // One slip among many does not make the others doubtful.
        assert!(read(b',', &[(3, &cells)])[0].ends_with(" x 1.234"));
        // A column that differs from the rest of its sheet.
        let file = read(b',', &[(1, &["12.5", "7.1", "2.5"]), (3, &["1,5", "2,75", "1,234"])]);
        assert_eq!(file, ["12.5 7.1 2.5", "1.5! 2.75! ?"]);
    }

    #[test]
    fn a_decimal_comma_that_nothing_else_speaks_for_is_told() {
        // Among whole numbers 4,00 may be 4,000 with a digit missing.
        for separator in [b',', b'\t'] {
            assert_eq!(read(separator, &[(0, &["4,00", "9", "12"])]), ["4! 9 12"]);
            assert_eq!(read(separator, &[(0, &["4,00", "1,23", "9"])]), ["4! 1.23! 9"]);
        }
        assert_eq!(read(b',', &[(2, &["4,00", "1,23", "9"])]), ["4! 1.23! 9"]);
        assert_eq!(read(b',', &[(2, &["12,5", "13", "14"])]), ["12.5! 13 14"]);
        assert_eq!(read(b',', &[(3, &["0,123", "1,234", "9"])]), ["0.123! ? 9"]);
        // A comma at the end is no decimal mark.
        assert_eq!(read(b'\t', &[(0, &["2037,", "1037", "5"])]), ["- 1037 5"]);
        assert_eq!(read(b',', &[(2, &["4,00", "1,23", "9.5"])]), ["4! 1.23! x"]);
        let file = read(b',', &[(0, &["4,00", "7,00"]), (1, &["9.5", "7.25"])]);
        assert_eq!(file, ["4! 7!", "9.5 7.25"]);
        // Near misses: the comma is that of the file.
        assert_eq!(read(b';', &[(0, &["4,00", "7,00"])]), ["4 7"]);
        assert_eq!(read(b'\t', &[(2, &["4,00", "1,23", "9"])]), ["4 1.23 9"]);
        let file = read(b',', &[(0, &["4,00", "7,00"]), (1, &["9,5", "7,25"])]);
        assert_eq!(file, ["4 7", "9.5 7.25"]);
        assert_eq!(read(b',', &[(0, &["4.00", "7.0"])]), ["4 7"]);
    }

    #[test]
    fn a_range_decides_where_it_has_room_for_one_reading() {
        let share = |separator| read_with(separator, Some((0.0, 100.0)), &[(1, &["12.500", "3.200"])]);
        assert_eq!(
            (share(b','), share(b';')),
            (vec!["12.5 3.2".to_owned()], vec!["12.5 3.2".to_owned()])
        );
        let people = read_with(b',', Some((1000.0, 1e8)), &[(0, &["12.500", "3.200"])]);
        assert_eq!(people, ["12500 3200"]);
        let both = read_with(b',', Some((0.0, 1e8)), &[(0, &["12.500", "3.200"])]);
        assert_eq!(both, ["? ?"]);
    }

    #[test]
    fn what_is_no_number_proves_nothing() {
        for cell in [
            "12.3.4",
            "1,23,456",
            "2020.12.31",
            "约12,5",
            "12,5,3",
            "12.",
            "—",
            "...",
            "12人",
        ] {
            let file = read(b',', &[(0, &[cell, "20.000"])]);
            assert!(file[0].ends_with(" ?"), "{cell}: {file:?}");
        }
        for (cell, number) in [
            ("1 234,5", "1234.5"),
            ("1'234.5", "1234.5"),
            ("1.234.567", "1234567"),
            ("1.234,567", "1234.567"),
        ] {
            assert_eq!(read(b';', &[(3, &[cell])]), [number]);
        }
    }
}
