//! How far a finding's records move a figure.

/// The effect on the indicator that is moved most, at the root of the registry.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    /// Id of the indicator.
    pub indicator: String,
    /// Whether the records count now; else they are quarantined.
    pub counts: bool,
    /// The national figure with them; None: undefined.
    pub with: Option<f64>,
    /// The national figure without them; None: undefined.
    pub without: Option<f64>,
    /// The national figure with the cell as proposed; None: nothing is proposed, or it changes nothing.
    pub mended: Option<f64>,
    /// (with − without) ÷ |without| of the national figure; None: one of them is undefined, or without is 0.
    pub national: Option<f64>,
    /// The same of the figure of the partition area in which the first record lies.
    pub partition: Option<f64>,
}

impl Influence {
    /// What findings are ranked by: the size of the national change, else of that which a mend makes.
    pub fn size(&self) -> f64 {
        let by_mend = || {
            let now = if self.counts { self.with } else { self.without }?;
            let change = (self.mended? - now).abs();
            (now != 0.0).then(|| change / now.abs())
        };
        self.national.map(f64::abs).or_else(by_mend).unwrap_or(0.0)
    }
}
