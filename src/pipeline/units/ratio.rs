//! Exact factors.

/// An exact factor; lowest terms, positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Numerator.
    pub num: i64,
    /// Denominator.
    pub den: i64,
}

impl Ratio {
    /// No conversion.
    pub const ONE: Ratio = Ratio { num: 1, den: 1 };

    /// In lowest terms; `None` unless both are positive.
    pub fn new(num: i64, den: i64) -> Option<Ratio> {
        if num <= 0 || den <= 0 {
            return None;
        }
        let divisor = greatest_common_divisor(num, den);
        Some(Ratio {
            num: num / divisor,
            den: den / divisor,
        })
    }

    /// Reads `10000`, `2000/3` or `0.01`.
    pub fn parse(text: &str) -> Option<Ratio> {
        if let Some((num, den)) = text.split_once('/') {
            return Ratio::new(num.trim().parse().ok()?, den.trim().parse().ok()?);
        }
        let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        if decimals.len() > 18 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Ratio::new(
            format!("{whole}{decimals}").parse().ok()?,
            10_i64.checked_pow(decimals.len() as u32)?,
        )
    }

    /// Quotient; `None` when it leaves 64 bits.
    pub fn divide(self, by: Ratio) -> Option<Ratio> {
        let across = greatest_common_divisor(self.num, by.num);
        let down = greatest_common_divisor(self.den, by.den);
        let num = (self.num / across).checked_mul(by.den / down)?;
        let den = (self.den / down).checked_mul(by.num / across)?;
        Ratio::new(num, den)
    }

    /// Product; `None` when it leaves 64 bits.
    pub fn times(self, by: Ratio) -> Option<Ratio> {
        self.divide(Ratio {
            num: by.den,
            den: by.num,
        })
    }

    /// Whether it converts nothing.
    pub fn is_one(self) -> bool {
        self == Ratio::ONE
    }
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}
