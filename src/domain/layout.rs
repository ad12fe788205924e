//! The headers of a sheet, whichever file they stand in: thousands of submissions share a few layouts.

use serde::{Deserialize, Serialize};

/// What the header of a sheet says, column by column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderLayout {
    /// Fingerprint: hex of sha256 over the form's id and the headers as they are compared, by physical position.
    pub id: String,
    /// Every header is a column of the form, each once, and no required column is lacking. False also for the row that
    /// came nearest to a header where none was found.
    pub known: bool,
    /// Physical columns that have a header, from the left.
    pub headers: Vec<LayoutHeader>,
}

/// One header of a layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutHeader {
    /// Physical column, from 0.
    pub index: u32,
    /// As received; several rows joined with `/`.
    pub text: String,
    /// Index of the form's column it is read as; None where it is not read.
    pub column: Option<usize>,
    /// The unit it names, as written there.
    pub unit: Option<String>,
    /// Of a header that is not read, the form's column it is most like, among those the layout lacks; where a column
    /// stands there several times, that column.
    pub nearest: Option<usize>,
}

/// What the cells of an unknown column look like, for whoever writes its definition. Never used to read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Likeness {
    /// Nothing in any cell looked at.
    Blank,
    /// Whole numbers.
    Integer,
    /// Numbers with at most so many decimals.
    Decimal(u32),
    /// Days, `2020-12-31`.
    Date,
    /// Anything else.
    Text,
}

impl Likeness {
    /// Of one cell.
    pub fn of(cell: &str) -> Likeness {
        let cell = cell.trim();
        if cell.is_empty() {
            return Likeness::Blank;
        }
        if cell.len() == 10 && cell.parse::<jiff::civil::Date>().is_ok() {
            return Likeness::Date;
        }
        let figure = cell.strip_prefix('-').unwrap_or(cell);
        let (whole, decimals) = figure.split_once('.').unwrap_or((figure, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        // Codes have leading zeros, or more digits than any count.
        let code = whole.len() > 12 || (whole.len() > 1 && whole.starts_with('0'));
        if whole.is_empty() || !digits(whole) || !digits(decimals) || code {
            return Likeness::Text;
        }
        match decimals.len() {
            0 => Likeness::Integer,
            scale => Likeness::Decimal(scale.min(9) as u32),
        }
    }

    /// Of both together, in whichever order.
    pub fn and(self, other: Likeness) -> Likeness {
        use Likeness::{Blank, Decimal, Integer, Text};
        match (self, other) {
            (one, two) if one == two => one,
            (Blank, one) | (one, Blank) => one,
            (Decimal(a), Decimal(b)) => Decimal(a.max(b)),
            (Decimal(scale), Integer) | (Integer, Decimal(scale)) => Decimal(scale),
            _ => Text,
        }
    }

    /// The words in tables: `integer`, `decimal 2`, `date`, `text`; None where nothing was seen.
    pub fn words(self) -> Option<String> {
        match self {
            Likeness::Blank => None,
            Likeness::Integer => Some("integer".into()),
            Likeness::Decimal(scale) => Some(format!("decimal {scale}")),
            Likeness::Date => Some("date".into()),
            Likeness::Text => Some("text".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Likeness::{self, Blank, Date, Decimal, Integer, Text};

    #[test]
    fn cells_look_like_a_type() {
        for (cells, expected) in [
            (&["", " "][..], Blank),
            (&["12", "", "-3"], Integer),
            (&["12", "0.25", "3.5"], Decimal(2)),
            (&["2020-12-31", ""], Date),
            (&["2020-12-31", "5"], Text),
            (&["130102001001"], Integer),
            (&["0571"], Text),
            (&["1302020010011"], Text),
            (&["12人"], Text),
            (&["-"], Text),
            (&["."], Text),
        ] {
            let all = cells.iter().fold(Blank, |all, cell| all.and(Likeness::of(cell)));
            assert_eq!(all, expected, "{cells:?}");
        }
    }
}
